; Fast-math flags on every instruction that takes them, fneg, frem, all comparisons, selects.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
  %p1 = getelementptr inbounds nuw double, ptr %x, i64 1
  %a = load double, ptr %x, align 8
  %b = load double, ptr %p1, align 8
  %t0 = fadd fast double %a, %b
  %t1 = fsub nnan ninf double %t0, 2.5e-1
  %t2 = fmul reassoc contract double %t1, %a
  %t3 = fdiv arcp double %t2, %b
  %t4 = fneg nsz double %t3
  %t5 = frem double %t4, 1.5
  %ord = fcmp ord double %a, %b
  %une = fcmp une double %a, %b
  %ugt = fcmp fast ugt double %a, 0.0
  %c = and i1 %ord, %une
  %t6 = select nnan i1 %c, double %t5, double %a
  %t7 = select i1 %ugt, double %t6, double %t4
  %t8 = fmul afn double %t7, %b
  ret double %t8
}
