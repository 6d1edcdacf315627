; EXPECT: unknown marker `enzyme_duplicate`

define internal double @f(double %x) {
  %y = fmul double %x, %x
  ret double %y
}

declare double @__enzyme_fwddiff(...)

define double @df(double %x) {
  %r = call double (...) @__enzyme_fwddiff(ptr @f, metadata !"enzyme_duplicate", double %x, double 1.0)
  ret double %r
}
