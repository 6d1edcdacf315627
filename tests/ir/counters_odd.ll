; Loops that count down, in steps, with an unsigned comparison, and with a counter that only lives in memory.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define void @f(ptr %x, i32 %n) {
entry:
  %count = alloca i8
  store i8 3, ptr %count
  %n64 = zext i32 %n to i64
  br label %down
down:
  %i = phi i64 [ %n64, %entry ], [ %i1, %down ]
  %i1 = add nsw i64 %i, -1
  %p = getelementptr double, ptr %x, i64 %i1
  %v = load double, ptr %p
  %sq = fmul double %v, %v
  store double %sq, ptr %p
  %more = icmp sgt i64 %i, 1
  br i1 %more, label %down, label %between
between:
  br label %step
step:
  %j = phi i64 [ 0, %between ], [ %j3, %step ]
  %q = getelementptr double, ptr %x, i64 %j
  %u = load double, ptr %q
  %last = getelementptr double, ptr %x, i64 1
  %l = load double, ptr %last
  %ul = fmul double %u, %l
  store double %ul, ptr %q
  %j3 = add nuw nsw i64 %j, 3
  %on = icmp ult i64 %j3, %n64
  br i1 %on, label %step, label %memory
memory:
  %c = load i8, ptr %count
  %c1 = sub i8 %c, 1
  store i8 %c1, ptr %count
  %ci = zext i8 %c1 to i64
  %r = getelementptr double, ptr %x, i64 %ci
  %w = load double, ptr %r
  %w0 = load double, ptr %x
  %ww = fmul double %w, %w0
  store double %ww, ptr %r
  %again = icmp ne i8 %c1, 0
  br i1 %again, label %memory, label %end
end:
  ret void
}
