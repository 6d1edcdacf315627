; freeze of an active value, poison that no path uses, undef lanes.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define double @f(ptr %x, i32 %n) {
  %a = load double, ptr %x
  %p = getelementptr double, ptr %x, i64 1
  %b = load double, ptr %p
  %frozen = freeze double %a
  %square = fmul double %frozen, %a
  %positive = fcmp ogt double %b, 0.0
  br i1 %positive, label %use, label %skip
use:
  %v = insertelement <4 x double> poison, double %square, i64 1
  %w = insertelement <4 x double> %v, double %b, i64 3
  %fv = freeze <4 x double> %w
  %e1 = extractelement <4 x double> %fv, i64 1
  %e3 = extractelement <4 x double> %w, i64 3
  %product = fmul double %e1, %e3
  br label %join
skip:
  %never = select i1 %positive, double poison, double %square
  br label %join
join:
  %r = phi double [ %product, %use ], [ %never, %skip ]
  %unused = phi double [ undef, %use ], [ poison, %skip ]
  ret double %r
}
