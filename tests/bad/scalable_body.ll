; EXPECT: scalable
; EXPECT: `f`

declare double @llvm.vector.reduce.fadd.nxv2f64(double, <vscale x 2 x double>)

define internal double @f(ptr %x) {
  %v = load <vscale x 2 x double>, ptr %x, align 8
  %s = fmul <vscale x 2 x double> %v, %v
  %r = call double @llvm.vector.reduce.fadd.nxv2f64(double 0.0, <vscale x 2 x double> %s)
  ret double %r
}

declare double @__enzyme_fwddiff(...)

define double @df(ptr %x, ptr %dx) {
  %r = call double (...) @__enzyme_fwddiff(ptr @f, ptr %x, ptr %dx)
  ret double %r
}
