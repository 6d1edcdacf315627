//! Floats in integers: moved, packed, negated; and what is refused.

use crate::support::{check, errors};

#[test]
fn bits_of_floats_keep_their_adjoints_in_integers() {
    let text = "
define double @f(double %x) {
  %p = alloca i64
  %i = bitcast double %x to i64
  store i64 %i, ptr %p
  %j = load i64, ptr %p
  %n = xor i64 %j, -9223372036854775808
  %m = and i64 %n, 9223372036854775807
  %a = bitcast i64 %n to double
  %b = bitcast i64 %m to double
  %s = fmul double %a, %x
  %r = fadd double %s, %b
  ret double %r
}";
    // -x^2 + |x|
    assert_eq!(check(text, &[-3.0]), (-6.0, vec![5.0]));
}

#[test]
fn floats_packed_in_one_integer_keep_their_adjoints() {
    let text = "
define double @f(double %x, double %y) {
  %a = fptrunc double %x to float
  %b = fptrunc double %y to float
  %i = bitcast float %a to i32
  %j = bitcast float %b to i32
  %l = zext i32 %i to i64
  %h = zext i32 %j to i64
  %s = shl nuw i64 %h, 32
  %p = or disjoint i64 %s, %l
  %q = lshr i64 %p, 32
  %t = trunc i64 %q to i32
  %u = trunc i64 %p to i32
  %c = bitcast i32 %t to float
  %d = bitcast i32 %u to float
  %e = fmul float %c, %d
  %r = fpext float %e to double
  ret double %r
}";
    assert_eq!(check(text, &[3.0, 4.0]), (12.0, vec![4.0, 3.0]));
}

#[test]
fn a_mask_keeps_one_of_two_floats() {
    let text = "
define double @f(double %x, double %y) {
  %a = fptrunc double %x to float
  %b = fptrunc double %y to float
  %v0 = insertelement <2 x float> poison, float %a, i32 0
  %v = insertelement <2 x float> %v0, float %b, i32 1
  %i = bitcast <2 x float> %v to i64
  %m = and i64 %i, -4294967296
  %w = bitcast i64 %m to <2 x float>
  %c = extractelement <2 x float> %w, i32 0
  %d = extractelement <2 x float> %w, i32 1
  %e = fmul float %d, %d
  %s = fadd float %e, %c
  %r = fpext float %s to double
  ret double %r
}";
    assert_eq!(check(text, &[3.0, 4.0]), (16.0, vec![0.0, 8.0]));
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
    let found = errors(text, 1);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("integer operation `add`"), "{found:?}");
}
