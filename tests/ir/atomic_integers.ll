; cmpxchg and atomicrmw on integers beside active code: a lock and a ticket.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@lock = internal global i32 0

define double @f(ptr %x, i32 %n) {
entry:
  %ticket = alloca i64
  store i64 0, ptr %ticket
  br label %spin
spin:
  %pair = cmpxchg ptr @lock, i32 0, i32 1 acq_rel monotonic
  %ok = extractvalue { i32, i1 } %pair, 1
  br i1 %ok, label %body, label %spin
body:
  %i = atomicrmw add ptr %ticket, i64 1 monotonic
  %p = getelementptr double, ptr %x, i64 %i
  %a = load double, ptr %p
  %j = atomicrmw umax ptr %ticket, i64 0 monotonic
  %q = getelementptr double, ptr %x, i64 %j
  %b = load double, ptr %q
  %r = fmul double %a, %b
  store atomic i32 0, ptr @lock release, align 4
  ret double %r
}
