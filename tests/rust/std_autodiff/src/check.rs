//! Comparing, and counting what was compared.

use std::sync::atomic::{AtomicUsize, Ordering};

static CHECKED: AtomicUsize = AtomicUsize::new(0);
static WRONG: AtomicUsize = AtomicUsize::new(0);

pub fn close_to(name: &str, got: &[f64], expected: &[f64], tolerance: f64) {
    CHECKED.fetch_add(1, Ordering::Relaxed);
    let near = |(got, expected): (&f64, &f64)| {
        got == expected || (got - expected).abs() <= tolerance * (1.0 + expected.abs())
    };
    if got.len() != expected.len() || !got.iter().zip(expected).all(near) {
        WRONG.fetch_add(1, Ordering::Relaxed);
        println!("WRONG {name}: {got:?}, not {expected:?}");
    }
}

pub fn close(name: &str, got: &[f64], expected: &[f64]) {
    close_to(name, got, expected, 1e-12);
}

pub fn single(name: &str, got: &[f32], expected: &[f32]) {
    let wide = |list: &[f32]| list.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    close_to(name, &wide(got), &wide(expected), 1e-5);
}

/// The gradient of `f` by central differences.
pub fn differences(f: impl Fn(&[f64]) -> f64, at: &[f64]) -> Vec<f64> {
    let moved = |index: usize, step: f64| {
        let mut at = at.to_vec();
        at[index] += step;
        f(&at)
    };
    (0..at.len())
        .map(|index| {
            let step = 1e-5 * (1.0 + at[index].abs());
            (moved(index, step) - moved(index, -step)) / (2.0 * step)
        })
        .collect()
}

/// Checks a gradient, by slices, against differences.
pub fn gradient(
    name: &str,
    f: impl Fn(&[f64]) -> f64,
    df: impl Fn(&[f64], &mut [f64], f64) -> f64,
    at: &[f64],
) {
    let mut got = vec![0.0; at.len()];
    let value = df(at, &mut got, 1.0);
    close(name, &[value], &[f(at)]);
    close_to(name, &got, &differences(f, at), 1e-7);
}

pub fn finish() {
    let (checked, wrong) = (CHECKED.load(Ordering::Relaxed), WRONG.load(Ordering::Relaxed));
    println!("{checked} checked, {wrong} wrong");
    if wrong > 0 || checked == 0 {
        std::process::exit(1);
    }
}
