; EXPECT: `reset`
; EXPECT: `f`
; The same, of a function that only writes.
@state = global double 0.0
declare void @reset(i32) memory(write)
declare double @__enzyme_fwddiff(ptr, ...)

define double @f(double %x) {
  %square = fmul double %x, %x
  store double %square, ptr @state
  call void @reset(i32 3)
  %now = load double, ptr @state
  %r = fmul double %now, %x
  ret double %r
}

define double @df(double %x) {
  %d = call double (ptr, ...) @__enzyme_fwddiff(ptr @f, double %x, double 1.0)
  ret double %d
}
