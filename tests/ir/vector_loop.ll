; A loop as the vectoriser leaves it: four lanes at a time, a rest, and a sum across lanes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  %n64 = zext i32 %n to i64
  %whole = and i64 %n64, -4
  %none = icmp eq i64 %whole, 0
  br i1 %none, label %rest.start, label %vector
vector:
  %i = phi i64 [ 0, %entry ], [ %i4, %vector ]
  %acc = phi <4 x double> [ zeroinitializer, %entry ], [ %acc1, %vector ]
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load <4 x double>, ptr %p, align 8
  %s = call <4 x double> @llvm.fmuladd.v4f64(<4 x double> %v, <4 x double> %v, <4 x double> %acc)
  %neg = fcmp olt <4 x double> %v, zeroinitializer
  %acc1 = select <4 x i1> %neg, <4 x double> %acc, <4 x double> %s
  %i4 = add nuw i64 %i, 4
  %done = icmp eq i64 %i4, %whole
  br i1 %done, label %middle, label %vector
middle:
  %sum = call double @llvm.vector.reduce.fadd.v4f64(double 0.0, <4 x double> %acc1)
  %exact = icmp eq i64 %whole, %n64
  br i1 %exact, label %end, label %rest.start
rest.start:
  %j0 = phi i64 [ 0, %entry ], [ %whole, %middle ]
  %t0 = phi double [ 0.0, %entry ], [ %sum, %middle ]
  br label %rest
rest:
  %j = phi i64 [ %j0, %rest.start ], [ %j1, %rest ]
  %t = phi double [ %t0, %rest.start ], [ %t1, %rest ]
  %q = getelementptr inbounds double, ptr %x, i64 %j
  %u = load double, ptr %q, align 8
  %u3 = fmul double %u, %u
  %t1 = fadd double %t, %u3
  %j1 = add nuw nsw i64 %j, 1
  %stop = icmp eq i64 %j1, %n64
  br i1 %stop, label %end, label %rest
end:
  %r = phi double [ %sum, %middle ], [ %t1, %rest ]
  %root = call double @llvm.sqrt.f64(double %r)
  ret double %root
}
declare <4 x double> @llvm.fmuladd.v4f64(<4 x double>, <4 x double>, <4 x double>)
declare double @llvm.vector.reduce.fadd.v4f64(double, <4 x double>)
declare double @llvm.sqrt.f64(double)
