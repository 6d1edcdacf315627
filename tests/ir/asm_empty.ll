; Empty inline assembly that returns its operand, stores it, works on memory in place, and does nothing.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
  %slot = alloca double
  %pair = alloca <2 x double>
  %a = load double, ptr %x
  %p = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %p
  %a1 = call double asm sideeffect "", "=x,0,~{dirflag},~{fpsr},~{flags}"(double %a)
  %square = fmul double %a1, %a1
  call void asm sideeffect "", "=*imr|x,0|0,~{flags}"(ptr elementtype(double) %slot, double %square)
  call void asm sideeffect "", "~{memory}"()
  call void asm sideeffect "", "=*m,*m,~{memory}"(ptr elementtype(double) %slot, ptr elementtype(double) %slot)
  %s = load double, ptr %slot
  %p1 = call ptr asm sideeffect "", "=r,0"(ptr %p)
  %b1 = load double, ptr %p1
  %v0 = insertelement <2 x double> poison, double %s, i64 0
  %v1 = insertelement <2 x double> %v0, double %b1, i64 1
  %v2 = call <2 x double> asm "", "=x,0"(<2 x double> %v1)
  call void asm sideeffect "", "x,~{memory}"(<2 x double> %v2)
  store <2 x double> %v2, ptr %pair
  %first = load double, ptr %pair
  %q = getelementptr double, ptr %pair, i64 1
  %second = load double, ptr %q
  %product = fmul double %first, %second
  %r = fadd double %product, %b
  ret double %r
}
