//! Library functions with several numbers: out parameters, structures, complex numbers.

use crate::support::check;

#[test]
fn results_behind_out_parameters_have_adjoints() {
    let text = "
declare void @sincos(double, ptr, ptr)
declare double @modf(double, ptr)
define double @f(double %x) {
  %s = alloca double
  %c = alloca double
  %w = alloca double
  call void @sincos(double %x, ptr %s, ptr %c)
  %sin = load double, ptr %s
  %cos = load double, ptr %c
  store double 5.0, ptr %c
  %a = fmul double %sin, %sin
  %b = fmul double %a, %cos
  %t = call double @modf(double %x, ptr %w)
  %whole = load double, ptr %w
  %u = fmul double %t, %whole
  %v = fmul double %u, %x
  %r = fadd double %b, %v
  ret double %r
}";
    check(text, &[2.25]);
}

#[test]
fn results_in_structures_have_adjoints() {
    let text = "
declare { double, double } @llvm.sincos.f64(double)
define double @f(double %x) {
  %p = call { double, double } @llvm.sincos.f64(double %x)
  %s = extractvalue { double, double } %p, 0
  %c = extractvalue { double, double } %p, 1
  %a = fmul double %s, %s
  %r = fmul double %a, %c
  ret double %r
}";
    check(text, &[0.75]);
}

#[test]
fn complex_numbers_have_adjoints() {
    let text = "
declare { double, double } @cexp(double, double)
define double @f(double %x, double %y) {
  %z = call { double, double } @cexp(double %x, double %y)
  %re = extractvalue { double, double } %z, 0
  %im = extractvalue { double, double } %z, 1
  %w = call { double, double } @cexp(double %im, double %re)
  %u = extractvalue { double, double } %w, 0
  %v = extractvalue { double, double } %w, 1
  %vv = fmul double %v, %v
  %r = fadd double %u, %vv
  ret double %r
}";
    check(text, &[0.25, 0.5]);
}

#[test]
fn functions_in_loops_are_reversed_with_the_values_of_their_iteration() {
    let text = "
declare void @sincos(double, ptr, ptr)
define double @f(double %x) {
entry:
  %s = alloca double
  %c = alloca double
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %v = phi double [ %x, %entry ], [ %w, %loop ]
  call void @sincos(double %v, ptr %s, ptr %c)
  %a = load double, ptr %s
  %b = load double, ptr %c
  %ab = fmul double %a, %b
  %w = fadd double %ab, %x
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 5
  br i1 %more, label %loop, label %end
end:
  ret double %w
}";
    check(text, &[0.6]);
}
