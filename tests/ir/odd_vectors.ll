; Vectors of three, five and one elements; elements at variable positions; conversions; comparison of whole vectors.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
  %three = load <3 x double>, ptr %x, align 8
  %p = getelementptr double, ptr %x, i64 1
  %one = load <1 x double>, ptr %p, align 8
  %square = fmul <3 x double> %three, %three
  %k = srem i32 %n, 3
  %e = extractelement <3 x double> %square, i32 %k
  %put = insertelement <3 x double> %three, double %e, i32 %k
  %o = extractelement <1 x double> %one, i64 0
  %five = shufflevector <3 x double> %put, <3 x double> %square, <5 x i32> <i32 5, i32 0, i32 poison, i32 2, i32 4>
  %five1 = insertelement <5 x double> %five, double %o, i64 2
  %singles = fptrunc <5 x double> %five1 to <5 x float>
  %back = fpext <5 x float> %singles to <5 x double>
  %less = fcmp olt <5 x double> %back, splat (double 0.25)
  %chosen = select <5 x i1> %less, <5 x double> %five1, <5 x double> splat (double 0.5)
  %exact = fsub <5 x double> %five1, %chosen
  %a = extractelement <5 x double> %exact, i64 0
  %b = extractelement <5 x double> %exact, i64 1
  %c = extractelement <5 x double> %five1, i64 3
  %d = extractelement <5 x double> %chosen, i64 2
  %ab = fmul double %a, %b
  %cd = fmul double %c, %d
  %cdo = fmul double %cd, %o
  %r = fadd double %ab, %cdo
  ret double %r
}
