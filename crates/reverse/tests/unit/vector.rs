//! Vectors and aggregates: rearranged, reduced, loaded and stored under masks.

use crate::support::{assert_close, check};

#[test]
fn vectors_move_and_reduce_lane_by_lane() {
    let text = "
declare double @llvm.vector.reduce.fadd.v4f64(double, <4 x double>)
declare double @llvm.vector.reduce.fmul.v2f64(double, <2 x double>)
declare double @llvm.vector.reduce.fmax.v4f64(<4 x double>)
declare <4 x double> @llvm.sin.v4f64(<4 x double>)
define double @f(double %x, double %y) {
  %a = insertelement <4 x double> <double 1.0, double 2.0, double 3.0, double 4.0>, double %x, i32 1
  %b = insertelement <4 x double> %a, double %y, i32 3
  %c = fmul <4 x double> %b, %a
  %d = shufflevector <4 x double> %c, <4 x double> %b, <4 x i32> <i32 7, i32 1, i32 0, i32 5>
  %e = call <4 x double> @llvm.sin.v4f64(<4 x double> %d)
  %s = call double @llvm.vector.reduce.fadd.v4f64(double %x, <4 x double> %e)
  %m = call double @llvm.vector.reduce.fmax.v4f64(<4 x double> %c)
  %h = shufflevector <4 x double> %c, <4 x double> poison, <2 x i32> <i32 1, i32 3>
  %p = call double @llvm.vector.reduce.fmul.v2f64(double %y, <2 x double> %h)
  %t = fadd double %s, %m
  %r = fadd double %t, %p
  ret double %r
}";
    let (x, y) = (0.5f64, 3.5f64);
    let (_, gradient) = check(text, &[x, y]);
    // c = (1, x^2, 9, 4y); d = (y, x^2, 1, x); the maximum is 4y; the product is y x^2 4y.
    let by_x = 1.0 + 2.0 * x * (x * x).cos() + x.cos() + 8.0 * x * y * y;
    assert_close(gradient[0], by_x, "closed form");
    assert_close(gradient[1], y.cos() + 4.0 + 8.0 * x * x * y, "closed form");
}

#[test]
fn products_with_zeros_have_their_partials() {
    let text = "
declare double @llvm.vector.reduce.fmul.v4f64(double, <4 x double>)
define double @f(double %a, double %b, double %c, double %d, double %e) {
  %v0 = insertelement <4 x double> poison, double %b, i32 0
  %v1 = insertelement <4 x double> %v0, double %c, i32 1
  %v2 = insertelement <4 x double> %v1, double %d, i32 2
  %v = insertelement <4 x double> %v2, double %e, i32 3
  %r = call double @llvm.vector.reduce.fmul.v4f64(double %a, <4 x double> %v)
  ret double %r
}";
    let (_, gradient) = check(text, &[2.0, 3.0, 0.0, 5.0, 7.0]);
    assert_eq!(gradient, [0.0, 0.0, 210.0, 0.0, 0.0]);
}

#[test]
fn a_lane_that_is_used_several_times_gets_the_sum() {
    let text = "
define double @f(double %x, double %y) {
  %v0 = insertelement <2 x double> poison, double %x, i32 0
  %v = insertelement <2 x double> %v0, double %y, i32 1
  %w = shufflevector <2 x double> %v, <2 x double> poison, <4 x i32> <i32 0, i32 0, i32 1, i32 0>
  %u = fmul <4 x double> %w, <double 1.0, double 2.0, double 3.0, double 4.0>
  %a = extractelement <4 x double> %u, i32 0
  %b = extractelement <4 x double> %u, i32 1
  %c = extractelement <4 x double> %u, i32 2
  %d = extractelement <4 x double> %u, i32 3
  %ab = fmul double %a, %b
  %cd = fmul double %c, %d
  %r = fadd double %ab, %cd
  ret double %r
}";
    // 2 x^2 + 12 x y
    assert_eq!(check(text, &[3.0, 5.0]), (198.0, vec![72.0, 36.0]));
}

#[test]
fn an_index_may_be_known_at_run_time_only() {
    let text = "
define double @f(double %x, double %y) {
  %i = fptosi double %y to i32
  %v = insertelement <4 x double> <double 1.0, double 2.0, double 3.0, double 4.0>, double %x, i32 %i
  %s = fmul <4 x double> %v, %v
  %a = extractelement <4 x double> %s, i32 %i
  %b = extractelement <4 x double> %s, i32 3
  %r = fadd double %a, %b
  ret double %r
}";
    assert_eq!(check(text, &[5.0, 2.5]), (41.0, vec![10.0, 0.0]));
    assert_eq!(check(text, &[5.0, 3.5]), (50.0, vec![20.0, 0.0]));
}

#[test]
fn members_of_aggregates_keep_their_adjoints() {
    let text = "
define double @f(double %x, double %y) {
  %a = insertvalue { double, { i64, double } } poison, double %x, 0
  %b = insertvalue { double, { i64, double } } %a, double %y, 1, 1
  %c = insertvalue { double, { i64, double } } %b, i64 7, 1, 0
  %p = alloca { double, { i64, double } }
  store { double, { i64, double } } %c, ptr %p
  %d = load { double, { i64, double } }, ptr %p
  %e = insertvalue { double, { i64, double } } %d, double 2.0, 0
  %u = extractvalue { double, { i64, double } } %d, 0
  %v = extractvalue { double, { i64, double } } %d, 1, 1
  %w = extractvalue { double, { i64, double } } %e, 1, 1
  %n = extractvalue { double, { i64, double } } %d, 1, 0
  %k = sitofp i64 %n to double
  %uv = fmul double %u, %v
  %uw = fmul double %uv, %w
  %r = fmul double %uw, %k
  ret double %r
}";
    // 7 x y^2
    assert_eq!(check(text, &[3.0, 2.0]), (84.0, vec![28.0, 84.0]));
}

#[test]
fn what_is_chosen_gets_the_adjoint() {
    let text = "
define double @f(double %x, double %y) {
  %c = fcmp olt double %x, %y
  %m = select i1 %c, double %x, double %y
  %v0 = insertelement <2 x double> poison, double %x, i32 0
  %v = insertelement <2 x double> %v0, double %y, i32 1
  %w = fmul <2 x double> %v, %v
  %d = fcmp ogt <2 x double> %v, <double 2.0, double 2.0>
  %z = select <2 x i1> %d, <2 x double> %v, <2 x double> %w
  %a = extractelement <2 x double> %z, i32 0
  %b = extractelement <2 x double> %z, i32 1
  %ab = fmul double %a, %b
  %r = fmul double %ab, %m
  ret double %r
}";
    // x < 2 < y: x^2 y x.
    assert_eq!(check(text, &[1.5, 4.0]), (13.5, vec![27.0, 3.375]));
}
