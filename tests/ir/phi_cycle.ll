; phi nodes that refer to each other across the back edge (the swap problem), of floats, pointers and vectors.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  %p1 = getelementptr double, ptr %x, i64 1
  %p2 = getelementptr double, ptr %x, i64 2
  %a0 = load double, ptr %x
  %b0 = load double, ptr %p1
  %c0 = load double, ptr %p2
  %v0 = insertelement <2 x double> zeroinitializer, double %c0, i64 0
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %a = phi double [ %a0, %entry ], [ %b, %loop ]
  %b = phi double [ %b0, %entry ], [ %c, %loop ]
  %c = phi double [ %c0, %entry ], [ %a, %loop ]
  %v = phi <2 x double> [ %v0, %entry ], [ %w, %loop ]
  %w = phi <2 x double> [ splat (double 1.0), %entry ], [ %v, %loop ]
  %p = phi ptr [ %x, %entry ], [ %q, %loop ]
  %q = phi ptr [ %p1, %entry ], [ %p, %loop ]
  %s = phi double [ 0.0, %entry ], [ %s1, %loop ]
  %at = load double, ptr %p
  %lane = extractelement <2 x double> %v, i64 0
  %t = fmul double %at, %a
  %u = fmul double %t, %lane
  %half = fmul double %s, 5.0e-1
  %s1 = fadd double %half, %u
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, 7
  br i1 %more, label %loop, label %exit
exit:
  %r = fmul double %s1, %b
  ret double %r
}
