//! Arithmetic, control flow and calls, against dual numbers and closed forms.

use crate::support::{assert_close, check};

#[test]
fn straight_code_follows_the_product_and_chain_rules() {
    let text = "
define double @f(double %x, double %y) {
  %p = fmul double %x, %y
  %s = fsub double %p, %x
  %q = fdiv double %s, %y
  %n = fneg double %q
  %c = fptrunc double %n to float
  %e = fpext float %c to double
  %r = fadd double %n, %p
  ret double %r
}";
    // f = xy - (x - x / y): df/dx = y - 1 + 1/y, df/dy = x - x/y^2.
    let (x, y) = (1.5, -2.5);
    let (_, derivative) = check(text, &[(x, 1.0), (y, 0.5)]);
    assert_close(
        derivative,
        y - 1.0 + 1.0 / y + 0.5 * (x - x / (y * y)),
        "closed form",
    );
}

#[test]
fn library_functions_and_intrinsics_follow_their_rules() {
    let text = "
declare double @sin(double)
declare double @llvm.exp.f64(double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.fabs.f64(double)
define double @f(double %x) {
  %s = call double @sin(double %x)
  %e = call double @llvm.exp.f64(double %s)
  %q = call double @llvm.sqrt.f64(double %e)
  %a = call double @llvm.fabs.f64(double %s)
  %r = fadd double %q, %a
  ret double %r
}";
    let x = -0.75f64;
    let (_, derivative) = check(text, &[(x, 2.0)]);
    assert_close(
        derivative,
        2.0 * (0.5 * (0.5 * x.sin()).exp() * x.cos() - x.cos()),
        "closed form",
    );
}

#[test]
fn loops_and_branches_carry_tangents_in_phis() {
    let text = "
define double @f(double %x) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %j, %next ]
  %p = phi double [ 1.0, %entry ], [ %q, %next ]
  %odd = trunc i32 %i to i1
  br i1 %odd, label %left, label %right
left:
  %a = fmul double %p, %x
  br label %next
right:
  %b = fadd double %p, %x
  br label %next
next:
  %q = phi double [ %a, %left ], [ %b, %right ]
  %j = add i32 %i, 1
  %more = icmp slt i32 %j, 4
  br i1 %more, label %head, label %end
end:
  %z = select i1 %odd, double %q, double %p
  ret double %z
}";
    // ((1 + x) x + x) x = 2x^2 + x^3.
    let (value, derivative) = check(text, &[(0.5, 1.0)]);
    assert_close(value, 0.625, "value in closed form");
    assert_close(derivative, 4.0 * 0.5 + 3.0 * 0.25, "closed form");
}

#[test]
fn a_switch_that_names_a_block_twice_keeps_its_phis() {
    let text = "
define double @f(double %x, double %y) {
entry:
  %k = fptosi double %y to i32
  switch i32 %k, label %other [ i32 1, label %join
                                i32 2, label %join
                                i32 3, label %other ]
other:
  %s = fmul double %x, %y
  br label %join
join:
  %r = phi double [ %x, %entry ], [ %x, %entry ], [ %s, %other ]
  ret double %r
}";
    assert_eq!(check(text, &[(3.0, 1.0), (2.0, 5.0)]).1, 1.0);
    assert_eq!(check(text, &[(3.0, 1.0), (3.0, 5.0)]).1, 18.0);
}

#[test]
fn recursion_ends_in_the_memo() {
    let text = "
define double @f(double %x) {
  %r = call double @even(double %x, i32 4)
  ret double %r
}
define internal double @even(double %x, i32 %n) {
  %z = icmp eq i32 %n, 0
  br i1 %z, label %stop, label %go
stop:
  ret double %x
go:
  %m = sub i32 %n, 1
  %y = fmul double %x, %x
  %r = call double @odd(double %y, i32 %m)
  ret double %r
}
define internal double @odd(double %x, i32 %n) {
  %z = icmp eq i32 %n, 0
  br i1 %z, label %stop, label %go
stop:
  ret double 1.0
go:
  %m = sub i32 %n, 1
  %r = call double @even(double %x, i32 %m)
  %s = fadd double %r, %x
  ret double %s
}";
    // x^4 + x^4 + x^2: even(x,4) = odd(x^2,3) = even(x^2,2) + x^2 = odd(x^4,1) + x^2 = even(x^4,0) + x^4 + x^2.
    assert_close(
        check(text, &[(1.25, 1.0)]).1,
        8.0 * 1.25f64.powi(3) + 2.5,
        "closed form",
    );
}

#[test]
fn a_function_chosen_from_known_ones_has_its_tangent_chosen_alike() {
    let text = "
define double @f(double %x, double %y) {
  %c = fcmp olt double %x, %y
  %g = select i1 %c, ptr @square, ptr @cube
  %r = call double %g(double %x)
  ret double %r
}
define internal double @square(double %x) {
  %r = fmul double %x, %x
  ret double %r
}
define internal double @cube(double %x) {
  %s = fmul double %x, %x
  %r = fmul double %s, %x
  ret double %r
}";
    assert_eq!(check(text, &[(2.0, 1.0), (3.0, 7.0)]).1, 4.0);
    assert_eq!(check(text, &[(2.0, 1.0), (1.0, 7.0)]).1, 12.0);
}

#[test]
fn a_zero_tangent_is_returned_where_nothing_active_is() {
    let text = "
define double @f(double %x) {
  %c = fcmp olt double %x, 0.0
  %r = select i1 %c, double 1.0, double 2.0
  ret double %r
}";
    assert_eq!(check(text, &[(2.0, 1.0)]), (2.0, 0.0));
}
