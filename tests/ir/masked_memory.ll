; Masked loads and stores, also with a mask that depends on active values, expanding load and compressing store.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare <4 x double> @llvm.masked.load.v4f64.p0(ptr, <4 x i1>, <4 x double>)
declare void @llvm.masked.store.v4f64.p0(<4 x double>, ptr, <4 x i1>)

define void @f(ptr %x, i32 %n, ptr %y, i32 %m) {
  %all = load <4 x double>, ptr %x, align 8
  %positive = fcmp ogt <4 x double> %all, zeroinitializer
  %doubled = fmul <4 x double> %all, splat (double 2.0)
  %loaded = call <4 x double> @llvm.masked.load.v4f64.p0(ptr align 8 %x, <4 x i1> %positive, <4 x double> %doubled)
  %square = fmul <4 x double> %loaded, %loaded
  store <4 x double> %doubled, ptr %y, align 8
  call void @llvm.masked.store.v4f64.p0(<4 x double> %square, ptr align 8 %y, <4 x i1> <i1 true, i1 true, i1 false, i1 true>)
  ret void
}
