; Floating-point intrinsics, scalar and on vectors, also those that return a struct.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @llvm.fmuladd.f64(double, double, double)
declare <2 x double> @llvm.fma.v2f64(<2 x double>, <2 x double>, <2 x double>)
declare <2 x double> @llvm.sqrt.v2f64(<2 x double>)
declare double @llvm.sin.f64(double)
declare double @llvm.cos.f64(double)
declare double @llvm.exp.f64(double)
declare double @llvm.exp2.f64(double)
declare double @llvm.log.f64(double)
declare double @llvm.log10.f64(double)
declare double @llvm.pow.f64(double, double)
declare double @llvm.powi.f64.i32(double, i32)
declare double @llvm.fabs.f64(double)
declare double @llvm.copysign.f64(double, double)
declare double @llvm.minnum.f64(double, double)
declare double @llvm.maximum.f64(double, double)
declare double @llvm.floor.f64(double)
declare double @llvm.ldexp.f64.i32(double, i32)
declare double @llvm.atan2.f64(double, double)
declare double @llvm.tanh.f64(double)
declare { double, i32 } @llvm.frexp.f64.i32(double)

define double @f(double %x) {
  %a = call double @llvm.fmuladd.f64(double %x, double %x, double 1.0)
  %v = insertelement <2 x double> splat (double 2.0), double %a, i64 0
  %w = call <2 x double> @llvm.fma.v2f64(<2 x double> %v, <2 x double> %v, <2 x double> splat (double 5.0e-1))
  %s = call <2 x double> @llvm.sqrt.v2f64(<2 x double> %w)
  %s0 = extractelement <2 x double> %s, i64 0
  %sin = call double @llvm.sin.f64(double %s0)
  %cos = call double @llvm.cos.f64(double %x)
  %exp = call double @llvm.exp.f64(double %cos)
  %exp2 = call double @llvm.exp2.f64(double %x)
  %log = call double @llvm.log.f64(double %s0)
  %log10 = call double @llvm.log10.f64(double %exp2)
  %pow = call double @llvm.pow.f64(double %s0, double %x)
  %powi = call double @llvm.powi.f64.i32(double %x, i32 -3)
  %abs = call double @llvm.fabs.f64(double %sin)
  %sign = call double @llvm.copysign.f64(double %powi, double -1.0)
  %min = call double @llvm.minnum.f64(double %abs, double %pow)
  %max = call double @llvm.maximum.f64(double %min, double %log)
  %floor = call double @llvm.floor.f64(double %pow)
  %ldexp = call double @llvm.ldexp.f64.i32(double %exp, i32 2)
  %atan = call double @llvm.atan2.f64(double %ldexp, double %x)
  %tanh = call double @llvm.tanh.f64(double %x)
  %parts = call { double, i32 } @llvm.frexp.f64.i32(double %s0)
  %mantissa = extractvalue { double, i32 } %parts, 0
  %t0 = fadd double %max, %sign
  %t1 = fmul double %atan, %floor
  %t2 = fmul double %tanh, %mantissa
  %t3 = fadd double %t0, %t1
  %t4 = fadd double %t2, %log10
  %r = fadd double %t3, %t4
  ret double %r
}
