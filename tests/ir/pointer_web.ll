; Pointers through phi, select, arrays of pointers in memory, null, byte offsets, negative indices, and a one-past-the-end bound.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  %slots = alloca [2 x ptr]
  %count = sext i32 %n to i64
  %end = getelementptr inbounds double, ptr %x, i64 %count
  %last = getelementptr inbounds i8, ptr %end, i64 -8
  %slot1 = getelementptr [2 x ptr], ptr %slots, i64 0, i64 1
  store ptr %x, ptr %slots
  store ptr %last, ptr %slot1
  br label %loop
loop:
  %p = phi ptr [ %x, %entry ], [ %p1, %latch ]
  %q = phi ptr [ %last, %entry ], [ %q1, %latch ]
  %s = phi double [ 5.0e-1, %entry ], [ %s1, %latch ]
  %maybe = phi ptr [ null, %entry ], [ %p, %latch ]
  %a = load double, ptr %p
  %b = load double, ptr %q
  %c = fcmp olt double %a, %b
  %m = select i1 %c, ptr %p, ptr %q
  %v = load double, ptr %m
  %none = icmp eq ptr %maybe, null
  br i1 %none, label %latch, label %use
use:
  %w = load double, ptr %maybe
  br label %latch
latch:
  %extra = phi double [ 1.0, %loop ], [ %w, %use ]
  %t = fmul double %v, %extra
  %h = fmul double %s, 7.5e-1
  %s1 = fadd double %h, %t
  %p1 = getelementptr inbounds double, ptr %p, i64 1
  %q1 = getelementptr inbounds double, ptr %q, i64 -1
  %more = icmp ne ptr %p1, %end
  br i1 %more, label %loop, label %exit
exit:
  %odd = and i64 %count, 1
  %chosen = getelementptr [2 x ptr], ptr %slots, i64 0, i64 %odd
  %r = load ptr, ptr %chosen
  %e = load double, ptr %r
  %result = fmul double %s1, %e
  ret double %result
}
