; Calling conventions, tail and musttail calls, parameter attributes, returned arguments.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define internal fastcc double @twice(double %x, ptr nocapture readonly %p) noinline {
  %a = load double, ptr %p
  %r = fmul double %x, %a
  ret double %r
}

define internal coldcc ptr @through(ptr returned %p, double %v) noinline {
  store double %v, ptr %p
  ret ptr %p
}

define internal double @even(double %x, i32 %n) {
  %done = icmp eq i32 %n, 0
  br i1 %done, label %end, label %more
more:
  %y = fmul double %x, 1.25
  %m = sub i32 %n, 1
  %r = musttail call double @odd(double %y, i32 %m)
  ret double %r
end:
  ret double %x
}

define internal double @odd(double %x, i32 %n) {
  %y = fadd double %x, 5.0e-1
  %m = sub i32 %n, 1
  %stop = icmp slt i32 %m, 1
  %k = select i1 %stop, i32 0, i32 %m
  %r = musttail call double @even(double %y, i32 %k)
  ret double %r
}

define double @f(ptr noalias nonnull align 8 dereferenceable(16) %x, i32 signext %n) {
  %cell = alloca double
  %a = load double, ptr %x
  %b = tail call fastcc double @twice(double %a, ptr %x)
  %p = call coldcc ptr @through(ptr %cell, double %b)
  %c = load double, ptr %p
  %d = call double @even(double %c, i32 5)
  ret double %d
}
