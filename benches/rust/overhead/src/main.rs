//! What the attribute and the helper cost over a hand-written call of `__enzyme_autodiff` on the same function.
//!
//! `cargo rsenzyme run --release` prints the time of one gradient each way, the least of many, in turns, for a small and a large number of
//! arguments. The ratios are what to look at: they should be 1.

use rsenzyme_rs::{autodiff_reverse, value_and_gradient_into};
use std::hint::black_box;
use std::time::Instant;

#[autodiff_reverse(rosenbrock_reverse, Duplicated, Active)]
fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}

unsafe extern "C" {
    static enzyme_dup: u8;
    static enzyme_const: u8;
    fn __enzyme_autodiff_by_hand(function: unsafe extern "C" fn(*const f64, usize) -> f64, ...) -> f64;
}

unsafe extern "C" fn by_address(x: *const f64, count: usize) -> f64 {
    // SAFETY: called with the address and the length of a slice.
    rosenbrock(unsafe { std::slice::from_raw_parts(x, count) })
}

#[inline(never)]
fn by_hand(x: &[f64], gradient: &mut [f64]) {
    gradient.fill(0.0);
    // SAFETY: both slices have the same length.
    unsafe {
        __enzyme_autodiff_by_hand(
            by_address,
            &raw const enzyme_dup,
            x.as_ptr(),
            gradient.as_mut_ptr(),
            &raw const enzyme_const,
            x.len(),
        );
    }
}

#[inline(never)]
fn by_attribute(x: &[f64], gradient: &mut [f64]) {
    gradient.fill(0.0);
    let _ = rosenbrock_reverse(x, gradient, 1.0);
}

#[inline(never)]
fn by_helper(x: &[f64], gradient: &mut [f64]) {
    let _ = value_and_gradient_into(rosenbrock, x, gradient);
}

/// Nanoseconds of one call.
fn time(f: fn(&[f64], &mut [f64]), x: &[f64], gradient: &mut [f64], calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        f(black_box(x), black_box(&mut *gradient));
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

fn main() {
    for (count, calls) in [(3, 200_000), (30, 50_000), (3_000, 1_000)] {
        let x: Vec<f64> = (0..count).map(|i| 0.1 + (i as f64).sin()).collect();
        let mut gradients = [vec![0.0; count], vec![0.0; count], vec![0.0; count]];
        let mut least = [f64::INFINITY; 3];
        for _ in 0..60 {
            for ((f, least), gradient) in
                [by_hand as fn(&[f64], &mut [f64]), by_attribute, by_helper].into_iter().zip(&mut least).zip(&mut gradients)
            {
                *least = least.min(time(f, &x, gradient, calls));
            }
        }
        assert!(gradients[0] == gradients[1] && gradients[0] == gradients[2], "the gradients differ");
        let [hand, attribute, helper] = least;
        println!(
            "{count:5} arguments: by hand {hand:.1} ns, attribute {:.3}, helper {:.3} times that",
            attribute / hand,
            helper / hand
        );
    }
}
