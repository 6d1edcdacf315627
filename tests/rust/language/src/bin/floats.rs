//! Every method of `f64` and `f32`, in both modes, against difference quotients at several points.

#[path = "../check.rs"]
mod check;

use check::{Checks, quotient};
use rsenzyme_rs::{derivative, gradient};
use std::hint::black_box;

/// Points inside (-1, 1), above 1, anywhere, and above 0.
const INSIDE: &[f64] = &[-0.8, -0.3, 0.2, 0.7];
const ABOVE_1: &[f64] = &[1.1, 1.7, 3.0];
const ANYWHERE: &[f64] = &[-2.3, -0.6, 0.4, 1.9];
const POSITIVE: &[f64] = &[0.15, 0.9, 2.6];

/// Derivatives of a method in both modes at points of its domain.
fn method(checks: &mut Checks, name: &str, points: &[f64], f: impl Fn(f64) -> f64) {
    for &x in points {
        let x = black_box(x);
        let expected = quotient(&f, x);
        let name = format!("f64::{name} at {x}");
        checks.note(&name, "tangent", derivative(&f, x), expected, 1e-8);
        checks.note(&name, "gradient", gradient(|x: &f64| f(*x), &x), expected, 1e-8);
    }
    checks.holds(name, true);
}

/// As [`method`], in single precision; the quotient is of the same function in double precision.
fn single(checks: &mut Checks, name: &str, points: &[f64], f: impl Fn(f32) -> f32, double: impl Fn(f64) -> f64) {
    for &x in points {
        let expected = quotient(&double, x);
        let x = black_box(x as f32);
        let name = format!("f32::{name} at {x}");
        checks.note(&name, "tangent", derivative(&f, x).into(), expected, 2e-5);
        checks.note(&name, "gradient", gradient(|x: &f32| f(*x), &x).into(), expected, 2e-5);
    }
    checks.holds(name, true);
}

macro_rules! methods {
    ($checks:ident; $($points:ident: $($name:ident($($arg:expr),*)),+;)+) => {
        $($(
            method($checks, stringify!($name), $points, |x: f64| x.$name($($arg),*));
            single(
                $checks,
                stringify!($name),
                $points,
                |x: f32| x.$name($($arg),*),
                |x: f64| x.$name($($arg),*),
            );
        )+)+
    };
}

fn all(checks: &mut Checks) {
    methods! { checks;
        INSIDE: acos(), asin(), atanh();
        ABOVE_1: acosh();
        ANYWHERE: abs(), asinh(), atan(), cbrt(), ceil(), cos(), cosh(), exp(), exp2(), exp_m1(), floor(), fract(), round(),
            round_ties_even(), signum(), sin(), sinh(), tan(), tanh(), trunc(), recip(), powi(3), powi(-2), to_degrees(), to_radians(),
            atan2(1.3), hypot(0.8), max(0.5), min(0.5), clamp(-0.5, 0.7), copysign(-1.0), mul_add(1.5, 0.25), div_euclid(0.7),
            rem_euclid(0.7), midpoint(3.0), sqrt_of_square();
        POSITIVE: ln(), ln_1p(), log10(), log2(), log(3.0), powf(2.5), powf(-0.5), sqrt();
    }
    method(checks, "sin_cos", ANYWHERE, |x| x.sin_cos().0 * x.sin_cos().1);
    method(checks, "%", ANYWHERE, |x| x % 0.7);
    method(checks, "powf with the exponent", POSITIVE, |x| 1.7f64.powf(x));
    method(checks, "atan2 with the other side", ANYWHERE, |x| 0.3f64.atan2(x));
    method(checks, "log with the base", ABOVE_1, |x| 5.0f64.log(x));
    method(checks, "mul_add with the addend", ANYWHERE, |x| 2.0f64.mul_add(x, x));
    method(checks, "operators that assign", ANYWHERE, |x| {
        let mut y = x;
        y += 2.0 * x;
        y *= x;
        y -= x;
        y /= 1.0 + x * x;
        -y
    });
    method(checks, "is_nan, is_finite, total_cmp", ANYWHERE, |x| {
        let ordered = x.total_cmp(&0.0).is_gt() && x.is_finite() && !x.is_nan() && !x.is_sign_negative();
        if ordered { x * x } else { 3.0 * x }
    });
    method(checks, "as f32 and back", ANYWHERE, |x| x * f64::from((x.abs() + 1.0).floor() as f32) + f64::from(x as i32));
    method(checks, "to_bits and from_bits", ANYWHERE, |x| f64::from_bits((x * x).to_bits()) * x);
    method(checks, "to_ne_bytes and from_ne_bytes", ANYWHERE, |x| f64::from_ne_bytes((x * x).to_ne_bytes()) * x);
}

/// So that the table can name a function that is no method.
trait SqrtOfSquare {
    fn sqrt_of_square(self) -> Self;
}
impl SqrtOfSquare for f64 {
    fn sqrt_of_square(self) -> Self {
        (self * self).sqrt()
    }
}
impl SqrtOfSquare for f32 {
    fn sqrt_of_square(self) -> Self {
        (self * self).sqrt()
    }
}

fn main() {
    let mut checks = Checks::default();
    all(&mut checks);
    if !checks.report() {
        std::process::exit(1);
    }
    println!("all programs are right");
}
