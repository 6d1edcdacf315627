//! Derivatives of closures, and Rust code as it is inside them, against closed forms.

use rsenzyme_rs::{derivative, jacobian, jvp};
use std::hint::black_box;

/// Checks two numbers up to rounding.
#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-13 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

/// Closed-form derivatives of many methods of `f64` at 0.6.
fn methods_of_f64() {
    let x: f64 = black_box(0.6);
    close(derivative(|x: f64| x.sin(), x), x.cos());
    close(derivative(|x: f64| x.tan(), x), 1.0 / x.cos().powi(2));
    close(derivative(|x: f64| x.exp_m1(), x), x.exp());
    close(derivative(|x: f64| x.ln_1p(), x), 1.0 / (1.0 + x));
    close(derivative(|x: f64| x.log2(), x), 1.0 / (x * 2f64.ln()));
    close(derivative(|x: f64| x.sqrt(), x), 0.5 / x.sqrt());
    close(derivative(|x: f64| x.cbrt(), x), 1.0 / (3.0 * x.cbrt().powi(2)));
    close(derivative(|x: f64| x.asin(), x), 1.0 / (1.0 - x * x).sqrt());
    close(derivative(|x: f64| x.atan2(2.0), x), 2.0 / (4.0 + x * x));
    close(derivative(|x: f64| x.hypot(0.8), x), 0.6);
    close(derivative(|x: f64| x.tanh(), x), 1.0 - x.tanh().powi(2));
    close(derivative(|x: f64| x.mul_add(x, 1.0), x), 2.0 * x);
    close(derivative(|x: f64| (-x).abs(), x), 1.0);
    close(derivative(|x: f64| x.max(0.5) + x.min(0.5), x), 1.0);
    close(derivative(|x: f64| x.clamp(0.0, 0.5), x), 0.0);
    close(derivative(|x: f64| x.floor() + x.fract(), x), 1.0);
    close(derivative(|x: f64| x.recip(), x), -1.0 / (x * x));
}

fn control_flow() {
    let newton = |a: f64| {
        let mut x = a;
        while (x * x - a).abs() > 1e-14 * a {
            x = 0.5 * (x + a / x);
        }
        x
    };
    assert!((derivative(newton, black_box(2.0)) - 0.5 / 2f64.sqrt()).abs() < 1e-9);
    let branches = |x: f64| match x {
        x if x < 0.0 => -x,
        x if x < 1.0 => x * x,
        _ => 2.0 * x - 1.0,
    };
    close(derivative(branches, black_box(-3.0)), -1.0);
    close(derivative(branches, black_box(0.25)), 0.5);
    close(derivative(branches, black_box(7.0)), 2.0);
    fn power(x: f64, n: u32) -> f64 {
        if n == 0 { 1.0 } else { x * power(x, n - 1) }
    }
    let n = black_box(5);
    close(derivative(|x: f64| power(x, n), black_box(1.1)), 5.0 * 1.1f64.powi(4));
}

fn containers() {
    let x = black_box([0.5, 1.5, 2.5]);
    let collected = |x: &[f64; 3]| -> f64 {
        let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
        squares.iter().sum()
    };
    close(jvp(collected, &x, &[1.0, 0.0, 1.0]).1, 2.0 * 0.5 + 2.0 * 2.5);
    let pushed = |x: &[f64]| {
        let mut products = Vec::new();
        for (i, x) in x.iter().enumerate() {
            let last = products.last().copied().unwrap_or(1.0);
            products.push(last * x * (i + 1) as f64);
        }
        products[products.len() - 1]
    };
    let (value, tangent) = jvp(pushed, &x[..], &[0.0, 1.0, 0.0][..]);
    close(value, 6.0 * 0.5 * 1.5 * 2.5);
    close(tangent, 6.0 * 0.5 * 2.5);
    let boxed = |x: &[f64; 3]| {
        let inner = Box::new([x[0], x[0] * x[1]]);
        inner[0] + inner[1]
    };
    close(jvp(boxed, &x, &[1.0, 0.0, 0.0]).1, 2.5);
}

fn panics() {
    let checked = |x: &[f64; 2]| {
        assert!(x[0] > 0.0, "x must be positive, not {}", x[0]);
        x[0].ln() * x[1]
    };
    close(jvp(checked, &black_box([2.0, 3.0]), &[1.0, 0.0]).1, 1.5);
    let index = black_box(7);
    let panic = std::panic::catch_unwind(|| jvp(|x: &[f64; 2]| x[index], &[1.0, 2.0], &[0.0, 0.0]));
    assert!(panic.is_err(), "an index out of bounds stays a panic");
    let panic = std::panic::catch_unwind(|| jvp(checked, &black_box([-1.0, 3.0]), &[1.0, 0.0]));
    let payload = panic.expect_err("the assertion fails");
    let message = payload.downcast_ref::<String>().expect("it has a text");
    assert_eq!(message, "x must be positive, not -1");
}

fn jacobians() {
    let (r, phi) = (black_box(2.0), black_box(0.3));
    let found = jacobian(|p: &[f64; 2]| [p[0] * p[1].cos(), p[0] * p[1].sin(), p[0]], &[r, phi]);
    let expected = [[phi.cos(), -r * phi.sin()], [phi.sin(), r * phi.cos()], [1.0, 0.0]];
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        close(*found, *expected);
    }
    let second = derivative(|x: f64| derivative(|x: f64| x.powi(4), x), black_box(1.5));
    close(second, 12.0 * 1.5 * 1.5);
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    methods_of_f64();
    control_flow();
    containers();
    panics();
    jacobians();
    println!("all closures are right");
}
