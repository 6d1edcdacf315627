; half and fp128 between conversions: their tangents have their own types.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(double %x) {
  %h = fptrunc double %x to half
  %h2 = fmul half %h, %h
  %hd = fpext half %h2 to double
  %q = fpext double %x to fp128
  %q2 = fmul fp128 %q, %q
  %q3 = fdiv fp128 %q2, 0xL00000000000000004000000000000000
  %qd = fptrunc fp128 %q3 to double
  %r = fadd double %hd, %qd
  ret double %r
}
