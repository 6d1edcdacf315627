; switch on i128 and on i3, with several cases to one block.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
entry:
  %wide = sext i32 %n to i128
  %key = shl i128 %wide, 70
  %a = load double, ptr %x
  switch i128 %key, label %default [
    i128 1180591620717411303424, label %one
    i128 2361183241434822606848, label %two
    i128 3541774862152233910272, label %two
  ]
one:
  %r1 = fmul double %a, 3.0
  br label %second
two:
  %r2 = fmul double %a, %a
  br label %second
default:
  %r3 = fadd double %a, 1.0
  br label %second
second:
  %r = phi double [ %r1, %one ], [ %r2, %two ], [ %r3, %default ]
  %small = trunc i32 %n to i3
  switch i3 %small, label %end [
    i3 -1, label %scale
    i3 2, label %scale
    i3 1, label %end
  ]
scale:
  %s = fmul double %r, %r
  br label %end
end:
  %result = phi double [ %r, %second ], [ %r, %second ], [ %s, %scale ]
  ret double %result
}
