//! A crate without the standard library that takes derivatives.
#![no_std]

/// The gradient of a polynomial.
pub fn slope(x: &[f64; 2]) -> [f64; 2] {
    rsenzyme_rs::gradient(|x: &[f64; 2]| x[0] * x[0] * x[1] - x[1], x)
}
