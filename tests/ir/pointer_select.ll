; Addresses chosen by select and phi, written and read, in a loop.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define void @f(ptr %x, i32 %n) {
entry:
  %a = alloca double
  %b = alloca double
  store double 1.0, ptr %a
  store double 5.0e-1, ptr %b
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %next ]
  %at = phi ptr [ %a, %entry ], [ %other, %next ]
  %p = getelementptr double, ptr %x, i32 %i
  %v = load double, ptr %p
  %positive = fcmp ogt double %v, 0.0
  %chosen = select i1 %positive, ptr %at, ptr %p
  %old = load double, ptr %chosen
  %new = fmul double %old, %v
  store double %new, ptr %chosen
  %is_a = icmp eq ptr %at, %a
  br i1 %is_a, label %take_b, label %take_a
take_a:
  br label %next
take_b:
  br label %next
next:
  %other = phi ptr [ %a, %take_a ], [ %b, %take_b ]
  %i1 = add nuw nsw i32 %i, 1
  %more = icmp slt i32 %i1, %n
  br i1 %more, label %loop, label %end
end:
  %ra = load double, ptr %a
  %rb = load double, ptr %b
  %x0 = load double, ptr %x
  %s = fmul double %ra, %rb
  %t = fmul double %s, %x0
  store double %t, ptr %x
  ret void
}
