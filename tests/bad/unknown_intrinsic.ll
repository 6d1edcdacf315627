; EXPECT: llvm.x86.sse41.dpps
; EXPECT: `f`

declare <4 x float> @llvm.x86.sse41.dpps(<4 x float>, <4 x float>, i8 immarg)

define internal <4 x float> @f(<4 x float> %x) {
  %y = call <4 x float> @llvm.x86.sse41.dpps(<4 x float> %x, <4 x float> %x, i8 127)
  ret <4 x float> %y
}

declare <4 x float> @__enzyme_fwddiff(...)

define <4 x float> @df(<4 x float> %x, <4 x float> %dx) {
  %r = call <4 x float> (...) @__enzyme_fwddiff(ptr @f, <4 x float> %x, <4 x float> %dx)
  ret <4 x float> %r
}
