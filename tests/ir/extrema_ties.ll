; Minima and maxima of equal operands, in every spelling that LLVM has.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @llvm.minnum.f64(double, double)
declare double @llvm.maxnum.f64(double, double)
declare double @llvm.minimum.f64(double, double)
declare double @llvm.maximum.f64(double, double)
declare double @llvm.minimumnum.f64(double, double)
declare double @llvm.maximumnum.f64(double, double)
declare <2 x double> @llvm.maxnum.v2f64(<2 x double>, <2 x double>)
declare double @llvm.vector.reduce.fmin.v4f64(<4 x double>)
declare double @llvm.vector.reduce.fmax.v4f64(<4 x double>)
declare double @llvm.vector.reduce.fminimum.v4f64(<4 x double>)
declare double @llvm.vector.reduce.fmaximum.v4f64(<4 x double>)

define void @f(ptr %x, i32 %n, ptr %y, i32 %m) {
  %v = load <4 x double>, ptr %x, align 8
  %a = load double, ptr %x
  %p1 = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %p1
  %y0 = call double @llvm.minnum.f64(double %a, double %b)
  %y1 = call double @llvm.maxnum.f64(double %a, double %b)
  %y2 = call double @llvm.minimum.f64(double %a, double %b)
  %y3 = call double @llvm.maximum.f64(double %a, double %b)
  %y4 = call double @llvm.minimumnum.f64(double %a, double %b)
  %y5 = call double @llvm.maximumnum.f64(double %a, double %b)
  %low = shufflevector <4 x double> %v, <4 x double> poison, <2 x i32> <i32 0, i32 1>
  %high = shufflevector <4 x double> %v, <4 x double> poison, <2 x i32> <i32 2, i32 3>
  %both = call <2 x double> @llvm.maxnum.v2f64(<2 x double> %low, <2 x double> %high)
  %y6 = extractelement <2 x double> %both, i64 1
  %y7 = call double @llvm.vector.reduce.fmin.v4f64(<4 x double> %v)
  %y8 = call double @llvm.vector.reduce.fmax.v4f64(<4 x double> %v)
  %y9 = call double @llvm.vector.reduce.fminimum.v4f64(<4 x double> %v)
  %y10 = call double @llvm.vector.reduce.fmaximum.v4f64(<4 x double> %v)
  store double %y0, ptr %y
  %q1 = getelementptr double, ptr %y, i64 1
  store double %y1, ptr %q1
  %q2 = getelementptr double, ptr %y, i64 2
  store double %y2, ptr %q2
  %q3 = getelementptr double, ptr %y, i64 3
  store double %y3, ptr %q3
  %q4 = getelementptr double, ptr %y, i64 4
  store double %y4, ptr %q4
  %q5 = getelementptr double, ptr %y, i64 5
  store double %y5, ptr %q5
  %q6 = getelementptr double, ptr %y, i64 6
  store double %y6, ptr %q6
  %q7 = getelementptr double, ptr %y, i64 7
  store double %y7, ptr %q7
  %q8 = getelementptr double, ptr %y, i64 8
  store double %y8, ptr %q8
  %q9 = getelementptr double, ptr %y, i64 9
  store double %y9, ptr %q9
  %q10 = getelementptr double, ptr %y, i64 10
  store double %y10, ptr %q10
  ret void
}
