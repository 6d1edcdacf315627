; A structure with an array that goes round a loop, member by member, and an array of vectors.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

%state = type { double, [2 x double], <2 x double> }

define double @f(ptr %x, i32 %n) {
entry:
  %x0 = load double, ptr %x
  %s0 = insertvalue %state zeroinitializer, double %x0, 0
  %s1 = insertvalue %state %s0, double 1.0, 1, 1
  %s2 = insertvalue %state %s1, <2 x double> <double 5.0e-1, double 2.0>, 2
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  %s = phi %state [ %s2, %entry ], [ %t4, %loop ]
  %p = getelementptr double, ptr %x, i32 %i
  %v = load double, ptr %p
  %a = extractvalue %state %s, 0
  %b = extractvalue %state %s, 1, 0
  %c = extractvalue %state %s, 1, 1
  %d = extractvalue %state %s, 2
  %e = extractelement <2 x double> %d, i64 1
  %av = fmul double %a, %v
  %ac = fadd double %av, %c
  %be = fmul double %b, %e
  %bev = fadd double %be, %v
  %d1 = shufflevector <2 x double> %d, <2 x double> poison, <2 x i32> <i32 1, i32 0>
  %d2 = insertelement <2 x double> %d1, double %ac, i64 0
  %d3 = fmul <2 x double> %d2, splat (double 7.5e-1)
  %t1 = insertvalue %state %s, double %ac, 0
  %t2 = insertvalue %state %t1, double %bev, 1, 1
  %t3 = insertvalue %state %t2, double %c, 1, 0
  %t4 = insertvalue %state %t3, <2 x double> %d3, 2
  %i1 = add nuw nsw i32 %i, 1
  %more = icmp slt i32 %i1, %n
  br i1 %more, label %loop, label %end
end:
  %r = extractvalue %state %t4, 0
  %q = extractvalue %state %t4, 1, 1
  %w = fmul double %r, %q
  ret double %w
}
