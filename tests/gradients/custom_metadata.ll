; Rules as metadata that nobody registered. One gradient returns an array, and its augmented function nothing but the tape.
; The other is of memory.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

declare double @llvm.exp.f64(double)

define double @area(double %x, double %y) noinline memory(none) !enzyme_augment !0 !enzyme_gradient !1 {
  %p = fmul double %x, %y
  ret double %p
}

; The tape is a vector of both numbers; the value is found by calling the function.
define <2 x double> @area_augmented(double %x, double %y) {
  %a = insertelement <2 x double> poison, double %x, i32 0
  %b = insertelement <2 x double> %a, double %y, i32 1
  ret <2 x double> %b
}

define [2 x double] @area_reverse(double %x, double %y, double %seed, <2 x double> %tape) {
  %tx = extractelement <2 x double> %tape, i32 0
  %ty = extractelement <2 x double> %tape, i32 1
  %dx = fmul double %seed, %ty
  %dy = fmul double %seed, %tx
  %r = insertvalue [2 x double] poison, double %dx, 0
  %s = insertvalue [2 x double] %r, double %dy, 1
  ret [2 x double] %s
}

; The metadata is used: 1000 is not the derivative.
define void @bump(ptr %p) noinline !enzyme_augment !2 !enzyme_gradient !3 {
  %v = load double, ptr %p
  %w = fadd double %v, 1.0
  store double %w, ptr %p
  ret void
}

define void @bump_augmented(ptr %p, ptr %dp) {
  call void @bump(ptr %p)
  ret void
}

define void @bump_reverse(ptr %p, ptr %dp) {
  %v = load double, ptr %dp
  %w = fmul double %v, 1000.0
  store double %w, ptr %dp
  ret void
}

define double @f(double %x, double %y) {
  %m = alloca double
  %a = call double @area(double %x, double %y)
  %e = call double @llvm.exp.f64(double %a)
  store double %e, ptr %m
  call void @bump(ptr %m)
  %b = load double, ptr %m
  %c = call double @area(double %b, double %y)
  ret double %c
}

!0 = !{ptr @area_augmented}
!1 = !{ptr @area_reverse}
!2 = !{ptr @bump_augmented}
!3 = !{ptr @bump_reverse}
