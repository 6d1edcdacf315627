//! A dynamic library for programs in C, with a gradient of another crate's function.

/// The gradient of half the square of the distance from the origin.
///
/// # Safety
/// `x` and `gradient` have `count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slopes(x: *const f64, gradient: *mut f64, count: usize) -> f64 {
    // SAFETY: promised by the caller.
    let (x, gradient) = unsafe {
        (
            std::slice::from_raw_parts(x, count),
            std::slice::from_raw_parts_mut(gradient, count),
        )
    };
    model::distance_gradient(x, gradient, &vec![0.0; count], 1.0)
}
