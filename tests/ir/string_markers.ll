; Markers as metadata strings, the form that rustc writes, and results as arrays and structs of IR.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

define internal double @g(double %a, ptr %p, i64 %k) {
  %e = getelementptr double, ptr %p, i64 %k
  %b = load double, ptr %e
  %ab = fmul double %a, %b
  store double %ab, ptr %p
  ret double %ab
}

define internal double @h(double %a, ptr %p, i64 %k) {
  %e = getelementptr double, ptr %p, i64 %k
  %b = load double, ptr %e
  %ab = fmul double %a, %b
  ret double %ab
}

declare double @__enzyme_fwddiff(...)
declare { double, double } @__enzyme_fwddiff_primal(...)
declare [3 x double] @__enzyme_fwddiff_three(...)
declare { double, [2 x double] } @__enzyme_fwddiff_primal_two(...)
declare void @__enzyme_fwddiff_void(...)

define double @plain(double %a, double %da, ptr %p, ptr %dp) {
  %r = call double (...) @__enzyme_fwddiff(ptr @g, metadata !"enzyme_dup", double %a, double %da, metadata !"enzyme_dup", ptr %p, ptr %dp, metadata !"enzyme_const", i64 1)
  ret double %r
}

define void @primal(double %a, double %da, ptr %p, ptr %out) {
  %r = call { double, double } (...) @__enzyme_fwddiff_primal(ptr @h, metadata !"enzyme_primal_return", metadata !"enzyme_dup", double %a, double %da, metadata !"enzyme_const", ptr %p, metadata !"enzyme_const", i64 1)
  store { double, double } %r, ptr %out
  ret void
}

define void @three(double %a, ptr %p, ptr %out) {
  %r = call [3 x double] (...) @__enzyme_fwddiff_three(ptr @h, metadata !"enzyme_width", i64 3, metadata !"enzyme_dup", double %a, double 1.0, double 2.0, double -1.0, metadata !"enzyme_const", ptr %p, metadata !"enzyme_const", i64 1)
  store [3 x double] %r, ptr %out
  ret void
}

define void @primal_two(double %a, ptr %p, ptr %dps, ptr %out) {
  %r = call { double, [2 x double] } (...) @__enzyme_fwddiff_primal_two(ptr @g, metadata !"enzyme_width", i64 2, metadata !"enzyme_primal_return", metadata !"enzyme_const", double %a, metadata !"enzyme_dupv", i64 16, ptr %p, ptr %dps, metadata !"enzyme_const", i64 1)
  store { double, [2 x double] } %r, ptr %out
  ret void
}

define void @nothing(double %a, double %da, ptr %p, ptr %dp) {
  call void (...) @__enzyme_fwddiff_void(ptr @g, metadata !"enzyme_const_return", metadata !"enzyme_dup", double %a, double %da, metadata !"enzyme_dupnoneed", ptr %p, ptr %dp, metadata !"enzyme_const", i64 1)
  ret void
}
