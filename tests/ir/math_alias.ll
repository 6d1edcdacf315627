; Functions that are declared to be like one of the C library: by the declaration, and by the call; one of another type keeps its body.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare double @my_sine(double) "enzyme_math"="sin"
declare double @my_cosine(double)

define double @scale(double %x, double %y) noinline "enzyme_math"="exp" {
  %r = fmul double %x, %y
  ret double %r
}

define double @f(ptr %x, i32 %n) {
  %a = load double, ptr %x
  %p = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %p
  %s = call double @my_sine(double %a)
  %c = call double @my_cosine(double %b) "enzyme_math"="cos"
  %r = call double @scale(double %s, double %c)
  ret double %r
}
