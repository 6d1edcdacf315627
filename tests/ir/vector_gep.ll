; Vectors of pointers: getelementptr with a vector of indices, gather and scatter.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare <4 x double> @llvm.masked.gather.v4f64.v4p0(<4 x ptr>, <4 x i1>, <4 x double>)
declare void @llvm.masked.scatter.v4f64.v4p0(<4 x double>, <4 x ptr>, <4 x i1>)

define void @f(ptr %x, i32 %n, ptr %y, i32 %m) {
  %sources = getelementptr double, ptr %x, <4 x i64> <i64 3, i64 0, i64 2, i64 0>
  %targets = getelementptr double, ptr %y, <4 x i64> <i64 1, i64 0, i64 3, i64 2>
  %g = call <4 x double> @llvm.masked.gather.v4f64.v4p0(<4 x ptr> align 8 %sources, <4 x i1> <i1 true, i1 true, i1 false, i1 true>, <4 x double> <double 9.0, double 9.0, double 1.5, double 9.0>)
  %s = fmul <4 x double> %g, %g
  store double 0.0, ptr %y
  call void @llvm.masked.scatter.v4f64.v4p0(<4 x double> %s, <4 x ptr> align 8 %targets, <4 x i1> <i1 true, i1 false, i1 true, i1 true>)
  ret void
}
