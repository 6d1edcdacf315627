; atomicrmw on floats: fadd and fsub, their old values, and xchg; atomic loads and stores.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
  %cell = alloca double
  %p1 = getelementptr double, ptr %x, i64 1
  %a = load double, ptr %x
  %b = load atomic double, ptr %p1 acquire, align 8
  store atomic double %a, ptr %cell release, align 8
  %old0 = atomicrmw fadd ptr %cell, double %b monotonic
  %square = fmul double %b, %b
  %old1 = atomicrmw fsub ptr %cell, double %square seq_cst
  %old2 = atomicrmw xchg ptr %cell, double %old1 acq_rel
  fence seq_cst
  %last = load double, ptr %cell
  %t = fmul double %old0, %old2
  %u = fmul double %last, 3.0
  %r = fadd double %t, %u
  ret double %r
}
