; A split derivative as metadata that nobody registered, of a function that is not there: its shadow comes back in an array with the value, and
; the tape is a vector.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

declare !enzyme_augment !0 !enzyme_splitderivative !1 extern_weak double @area(double, double) memory(none)

define { <2 x double>, double } @area_augmented(double %x, double %y) {
  %a = insertelement <2 x double> poison, double %x, i32 0
  %b = insertelement <2 x double> %a, double %y, i32 1
  %p = fmul double %x, %y
  %r = insertvalue { <2 x double>, double } poison, <2 x double> %b, 0
  %s = insertvalue { <2 x double>, double } %r, double %p, 1
  ret { <2 x double>, double } %s
}

; Twice the derivative, which shows that it is called.
define [2 x double] @area_tangent(double %x, double %dx, double %y, double %dy, <2 x double> %tape) {
  %tx = extractelement <2 x double> %tape, i32 0
  %ty = extractelement <2 x double> %tape, i32 1
  %a = fmul double %dx, %ty
  %b = fmul double %dy, %tx
  %d = fadd double %a, %b
  %e = fmul double %d, 2.0
  %r = insertvalue [2 x double] poison, double 0.0, 0
  %s = insertvalue [2 x double] %r, double %e, 1
  ret [2 x double] %s
}

define double @f(double %x, ptr %p) {
entry:
  %y = load double, ptr %p
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %s = phi double [ %x, %entry ], [ %t, %loop ]
  %t = call double @area(double %s, double %y)
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, 3
  br i1 %more, label %loop, label %done
done:
  ret double %t
}

!0 = !{ptr @area_augmented}
!1 = !{ptr @area_tangent}
