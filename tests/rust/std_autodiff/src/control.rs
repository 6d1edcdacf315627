//! Loops, branches, recursion, closures, iterators, panics.

use std::autodiff::{autodiff_forward, autodiff_reverse};
use std::hint::black_box as hide;
use std::panic::catch_unwind;

use crate::check::{close, gradient};

#[autodiff_reverse(newton_reverse, Active, Active)]
fn newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-13 * a {
        x = 0.5 * (x + a / x);
    }
    x
}

#[autodiff_reverse(power_reverse, Active, Const, Active)]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[autodiff_reverse(closure_reverse, Duplicated, Active)]
fn closure(x: &[f64]) -> f64 {
    let scale = x[0];
    let weigh = |index: usize, value: f64| scale * value * index as f64;
    let mut total = 0.0;
    let mut add = |value: f64| total += value;
    x.iter().enumerate().for_each(|(index, &value)| add(weigh(index, value)));
    total
}

#[autodiff_reverse(bounds_reverse, Duplicated, Const, Active)]
fn indexed(x: &[f64], at: &[usize]) -> f64 {
    let mut product = 1.0;
    for &index in at {
        product *= x[index];
    }
    product
}

#[autodiff_reverse(panic_reverse, Active, Active)]
fn positive_root(x: f64) -> f64 {
    assert!(x > 0.0, "the root of {x}");
    x.sqrt()
}

#[autodiff_reverse(state_reverse, Duplicated, Active)]
fn state_machine(x: &[f64]) -> f64 {
    let mut state = 0u8;
    let mut total = 0.0;
    for &value in x {
        state = match state {
            0 if value > 1.0 => 1,
            0 => 2,
            1 => 2,
            _ => 0,
        };
        total += match state {
            0 => value,
            1 => value * value,
            _ => value.sin(),
        };
    }
    total
}

#[autodiff_reverse(nested_reverse, Duplicated, Active)]
fn nested(x: &[f64]) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    'rows: for i in 0..n {
        for j in 0..n {
            if j > i + 1 {
                continue 'rows;
            }
            total += x[i] * x[j] / (1 + i + j) as f64;
        }
    }
    total
}

#[autodiff_reverse(windows_reverse, Duplicated, Active)]
fn windows(x: &[f64]) -> f64 {
    let steps: f64 = x.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    let chunks: f64 = x.chunks(2).map(|chunk| chunk.iter().product::<f64>()).sum();
    let back: f64 = x.iter().rev().skip(1).step_by(2).fold(0.0, |sum, x| 0.5 * sum + x);
    steps + chunks + back
}

#[autodiff_reverse(largest_reverse, Duplicated, Active)]
fn largest(x: &[f64]) -> f64 {
    let highest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let shifted: f64 = x.iter().map(|x| (x - highest).exp()).sum();
    highest + shifted.ln()
}

fn apply(f: &dyn Fn(f64) -> f64, times: usize, x: f64) -> f64 {
    (0..times).fold(x, |x, _| f(x))
}

#[autodiff_forward(apply_dual, Dual, Dual)]
#[autodiff_reverse(apply_reverse, Active, Active)]
fn applied(x: f64) -> f64 {
    apply(&|y| y * x, 3, x)
}

#[autodiff_forward(called_dual, Const, Dual, Dual)]
#[autodiff_reverse(called_reverse, Const, Active, Active)]
fn called(f: fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

pub fn run() {
    let (value, derivative) = newton_reverse(hide(2.0), 1.0);
    close("Newton's iteration", &[value, derivative], &[2f64.sqrt(), 0.5 / 2f64.sqrt()]);
    let (value, derivative) = power_reverse(hide(2.0), hide(5), 1.0);
    close("recursion", &[value, derivative], &[32.0, 80.0]);
    gradient("closures", closure, closure_reverse, &[1.5, 2.0, -1.0]);
    let at = hide([0, 2, 2]);
    let df = |x: &[f64], dx: &mut [f64], seed| bounds_reverse(x, dx, &at, seed);
    gradient("indices", |x| indexed(x, &at), df, &[1.5, 2.0, -1.0]);
    std::panic::set_hook(Box::new(|_| {}));
    let outside = catch_unwind(|| bounds_reverse(&[1.0], &mut [0.0], hide(&[3]), 1.0));
    let text = outside.expect_err("index 3 is outside").downcast::<String>();
    let text = text.expect("a panic has a message");
    close("a panic in a gradient", &[f64::from(text.contains("the len is 1 but the index is 3"))], &[1.0]);
    let negative = catch_unwind(|| panic_reverse(hide(-1.0), 1.0));
    let text = negative.expect_err("there is no root").downcast::<String>();
    close("an assertion", &[f64::from(*text.expect("a message") == "the root of -1")], &[1.0]);
    let _ = std::panic::take_hook();
    let (value, derivative) = panic_reverse(hide(4.0), 1.0);
    close("no panic", &[value, derivative], &[2.0, 0.25]);
    gradient("match", state_machine, state_reverse, &[1.5, 0.5, 0.25, 3.0, 1.0, 2.0]);
    gradient("nested loops", nested, nested_reverse, &[1.0, 2.0, 3.0, 4.0]);
    gradient("iterators", windows, windows_reverse, &[1.0, 3.0, 2.0, 5.0, 4.0]);
    gradient("a maximum", largest, largest_reverse, &[1.0, 3.0, 2.0]);
    let (value, tangent) = apply_dual(hide(2.0), 1.0);
    close("dyn Fn", &[value, tangent], &[16.0, 32.0]);
    let (value, derivative) = apply_reverse(hide(2.0), 1.0);
    close("dyn Fn", &[value, derivative], &[16.0, 32.0]);
    let pointers: [fn(f64) -> f64; 2] = hide([f64::exp, |x| x * x]);
    let e = 1f64.exp();
    for (f, expected) in pointers.into_iter().zip([[e, 2.0 * e], [1.0, 3.0]]) {
        let (value, tangent) = called_dual(f, hide(1.0), 1.0);
        close("a function pointer as an argument", &[value, tangent], &expected);
        let (value, derivative) = called_reverse(f, hide(1.0), 1.0);
        close("a function pointer as an argument", &[value, derivative], &expected);
    }
}
