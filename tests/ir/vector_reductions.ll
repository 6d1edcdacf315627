; Reductions of vectors: sums in order and in any order, products, extremes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @llvm.vector.reduce.fadd.v4f64(double, <4 x double>)
declare double @llvm.vector.reduce.fmul.v4f64(double, <4 x double>)
declare double @llvm.vector.reduce.fmax.v4f64(<4 x double>)
declare double @llvm.vector.reduce.fmin.v4f64(<4 x double>)
declare double @llvm.vector.reduce.fmaximum.v4f64(<4 x double>)

define void @f(ptr %x, i32 %n, ptr %y, i32 %m) {
  %v = load <4 x double>, ptr %x, align 8
  %a = load double, ptr %x
  %sum = call double @llvm.vector.reduce.fadd.v4f64(double %a, <4 x double> %v)
  %square = fmul <4 x double> %v, %v
  %any = call reassoc double @llvm.vector.reduce.fadd.v4f64(double -0.0, <4 x double> %square)
  %product = call double @llvm.vector.reduce.fmul.v4f64(double %a, <4 x double> %v)
  %free = call reassoc double @llvm.vector.reduce.fmul.v4f64(double 1.0, <4 x double> %square)
  %max = call double @llvm.vector.reduce.fmax.v4f64(<4 x double> %square)
  %min = call nnan double @llvm.vector.reduce.fmin.v4f64(<4 x double> %v)
  %maximum = call double @llvm.vector.reduce.fmaximum.v4f64(<4 x double> %v)
  store double %sum, ptr %y
  %y1 = getelementptr double, ptr %y, i64 1
  store double %any, ptr %y1
  %y2 = getelementptr double, ptr %y, i64 2
  store double %product, ptr %y2
  %y3 = getelementptr double, ptr %y, i64 3
  store double %free, ptr %y3
  %y4 = getelementptr double, ptr %y, i64 4
  store double %max, ptr %y4
  %y5 = getelementptr double, ptr %y, i64 5
  store double %min, ptr %y5
  %y6 = getelementptr double, ptr %y, i64 6
  store double %maximum, ptr %y6
  ret void
}
