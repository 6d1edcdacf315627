; A loop with two entries and one with three blocks that each lead to the others.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  %p1 = getelementptr double, ptr %x, i64 1
  %a = load double, ptr %x
  %b = load double, ptr %p1
  %c = fcmp olt double %a, %b
  br i1 %c, label %left, label %right
left:
  %i.left = phi i32 [ 0, %entry ], [ %i.right1, %right ]
  %v.left = phi double [ %a, %entry ], [ %v.right1, %right ]
  %v.left1 = fmul double %v.left, %b
  %i.left1 = add i32 %i.left, 1
  %stop.left = icmp sgt i32 %i.left1, 9
  br i1 %stop.left, label %exit, label %right
right:
  %i.right = phi i32 [ 3, %entry ], [ %i.left1, %left ]
  %v.right = phi double [ %b, %entry ], [ %v.left1, %left ]
  %v.right1 = fadd double %v.right, %a
  %i.right1 = add i32 %i.right, 2
  %stop.right = icmp sgt i32 %i.right1, 8
  br i1 %stop.right, label %exit, label %left
exit:
  %v = phi double [ %v.left1, %left ], [ %v.right1, %right ]
  %r = fmul double %v, %a
  ret double %r
}
