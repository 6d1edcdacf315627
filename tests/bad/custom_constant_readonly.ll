; EXPECT: the derivative registered for `g` cannot be called: argument 0 has no shadow here
; EXPECT: the registered functions may write there
; That a parameter is read only says nothing of memory that addresses in its structure lead to, and a function without a body may add
; adjoints there.
declare double @g(ptr readonly, double)
declare double @g_augmented(ptr readonly, ptr readonly, double)
declare double @g_reverse(ptr readonly, ptr readonly, double, double)
declare double @__enzyme_autodiff(ptr, ...)
@__enzyme_register_gradient_g = global [3 x ptr] [ptr @g, ptr @g_augmented, ptr @g_reverse]
@enzyme_const = external global i32
@enzyme_out = external global i32

define double @f(ptr %s, double %y) {
  %v = call double @g(ptr %s, double %y)
  %r = fmul double %v, %y
  ret double %r
}

define double @df(ptr %s, double %y) {
  %c = load i32, ptr @enzyme_const
  %o = load i32, ptr @enzyme_out
  %d = call double (ptr, ...) @__enzyme_autodiff(ptr @f, i32 %c, ptr %s, i32 %o, double %y)
  ret double %d
}
