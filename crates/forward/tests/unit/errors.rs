//! What has no derivative is refused, with a text, and leaves no half-built function.

use crate::support::errors;

#[test]
fn unknown_functions_are_refused_if_something_active_reaches_them() {
    let text = "
declare double @mystery(double)
define double @f(double %x) {
  %r = call double @mystery(double %x)
  ret double %r
}";
    assert_eq!(
        errors(text),
        ["no derivative rule and no body for the active call of `mystery`"]
    );
    let text = "
declare void @note(i32)
define double @f(double %x) {
  call void @note(i32 3)
  %r = fmul double %x, %x
  ret double %r
}";
    assert_eq!(errors(text), [""; 0]);
}

#[test]
fn arithmetic_on_the_bits_of_a_float_is_refused() {
    let text = "
define double @f(double %x) {
  %i = bitcast double %x to i64
  %j = add i64 %i, 4503599627370496
  %r = bitcast i64 %j to double
  ret double %r
}";
    assert_eq!(
        errors(text),
        ["integer operation `add` on the bits of an active floating-point number"]
    );
}

#[test]
fn errors_of_all_functions_are_collected() {
    let text = "
declare double @one(double)
declare double @two(double)
define double @f(double %x) {
  %a = call double @one(double %x)
  %r = call double @g(double %a)
  ret double %r
}
define internal double @g(double %x) {
  %r = call double @two(double %x)
  ret double %r
}";
    let found = errors(text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("`one`") && found[1].contains("`two`"),
        "{found:?}"
    );
}

#[test]
fn atomic_extrema_of_active_memory_are_refused() {
    let text = "
define double @f(double %x) {
  %p = alloca double
  store double %x, ptr %p
  %a = atomicrmw fmax ptr %p, double %x seq_cst
  %r = load double, ptr %p
  ret double %r
}";
    assert_eq!(
        errors(text),
        ["no tangent is defined for the active instruction `atomicrmw fmax`"]
    );
}

#[test]
fn variable_arguments_and_missing_bodies_are_refused() {
    assert_eq!(errors("declare double @f(double)"), ["`f` has no body"]);
    let text = "
define double @f(double %x, ...) {
  ret double %x
}";
    assert_eq!(errors(text), ["`f` takes variable arguments"]);
}
