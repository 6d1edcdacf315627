//! A truncated Taylor series of the logarithm: `objectives/taylor_log.c`.

use crate::Real;
use crate::given::Kernel;

/// One output.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let (mut power, mut sum) = (T::constant(1.0), T::constant(0.0));
    for i in 1..=given.n() {
        power *= x[0];
        sum += power / i as f64;
    }
    y[0] = sum;
}
