//! A library for C with a gradient that Rust takes.

/// Writes the gradient of the sum of squares of `count` numbers; returns the sum.
///
/// # Safety
/// Both addresses are those of `count` numbers, which are not the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn square_sum(x: *const f64, gradient: *mut f64, count: usize) -> f64 {
    // SAFETY: promised by the caller.
    let (x, gradient) =
        unsafe { (std::slice::from_raw_parts(x, count), std::slice::from_raw_parts_mut(gradient, count)) };
    rsenzyme_rs::value_and_gradient_into(|x: &[f64]| x.iter().map(|x| x * x).sum::<f64>(), x, gradient)
}
