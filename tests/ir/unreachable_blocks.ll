; Blocks without predecessors, blocks that end in unreachable, blocks in an order that is not that of execution.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare void @abort() noreturn

define double @f(double %x) {
entry:
  %c = fcmp ogt double %x, 1.0e3
  br i1 %c, label %bad, label %good
tail:
  %r = fmul double %square, %late
  ret double %r
dead:
  %d = fmul double %x, %d2
  %d2 = fadd double %d, 1.0
  br i1 %c, label %dead, label %merge
bad:
  call void @abort()
  unreachable
merge:
  %late = phi double [ %sum, %middle ], [ %d, %dead ]
  br label %tail
good:
  %square = fmul double %x, %x
  br label %middle
middle:
  %sum = fadd double %square, 2.0
  br label %merge
}
