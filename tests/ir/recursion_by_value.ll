; Recursion that passes and returns floats by value, two at a time, and changes memory on the way back.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define internal { double, double } @go(ptr %x, double %a, i32 %n) {
entry:
  %stop = icmp eq i32 %n, 0
  br i1 %stop, label %leaf, label %inner
leaf:
  %r0 = insertvalue { double, double } poison, double %a, 0
  %r1 = insertvalue { double, double } %r0, double 1.0, 1
  ret { double, double } %r1
inner:
  %m = add nsw i32 %n, -1
  %p = getelementptr double, ptr %x, i32 %m
  %v = load double, ptr %p
  %av = fmul double %a, %v
  %below = call { double, double } @go(ptr %x, double %av, i32 %m)
  %u = extractvalue { double, double } %below, 0
  %w = extractvalue { double, double } %below, 1
  %uw = fmul double %u, %w
  %s = fadd double %uw, %v
  store double %s, ptr %p
  %t = fmul double %w, %a
  %q0 = insertvalue { double, double } poison, double %s, 0
  %q1 = insertvalue { double, double } %q0, double %t, 1
  ret { double, double } %q1
}

define void @f(ptr %x, i32 %n) {
  %r = call { double, double } @go(ptr %x, double 7.5e-1, i32 %n)
  %a = extractvalue { double, double } %r, 0
  %b = extractvalue { double, double } %r, 1
  %ab = fmul double %a, %b
  %v = load double, ptr %x
  %w = fadd double %ab, %v
  store double %w, ptr %x
  ret void
}
