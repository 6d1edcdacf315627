//! A library with a function that a procedural macro makes, and with a derivative of its own.

model_macros::cube!();

/// The derivative of the cube.
#[inline(never)]
pub fn slope(x: f64) -> f64 {
    rsenzyme_rs::derivative(cube, x)
}
