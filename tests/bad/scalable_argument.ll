; EXPECT: cannot differentiate `f`
; EXPECT: scalable vector type
; EXPECT: compile for a fixed vector length

define internal <vscale x 2 x double> @f(<vscale x 2 x double> %x) {
  %y = fmul <vscale x 2 x double> %x, %x
  ret <vscale x 2 x double> %y
}

declare <vscale x 2 x double> @__enzyme_fwddiff(...)

define <vscale x 2 x double> @df(<vscale x 2 x double> %x, <vscale x 2 x double> %dx) {
  %r = call <vscale x 2 x double> (...) @__enzyme_fwddiff(ptr @f, <vscale x 2 x double> %x, <vscale x 2 x double> %dx)
  ret <vscale x 2 x double> %r
}
