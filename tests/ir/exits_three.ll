; A loop with three exits into two blocks, one of them shared, and values of the loop used behind both.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i1, %latch ]
  %s = phi double [ 5.0e-1, %entry ], [ %s2, %latch ]
  %p = getelementptr double, ptr %x, i32 %i
  %v = load double, ptr %p
  %s1 = fmul double %s, %v
  %big = fcmp ogt double %s1, 3.0
  br i1 %big, label %high, label %middle
middle:
  %sq = fmul double %v, %v
  %low = fcmp olt double %sq, 1.0e-2
  br i1 %low, label %high, label %latch
latch:
  %s2 = fadd double %s1, %sq
  %i1 = add nuw nsw i32 %i, 1
  %end = icmp eq i32 %i1, %n
  br i1 %end, label %done, label %head
high:
  %h = phi double [ %s1, %head ], [ %v, %middle ]
  %h1 = fmul double %h, %s
  %h2 = fmul double %h1, %v
  br label %done
done:
  %r = phi double [ %h2, %high ], [ %s2, %latch ]
  %w = fmul double %r, %r
  ret double %w
}
