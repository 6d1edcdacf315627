//! The logarithm of a sum of exponentials: `objectives/logsumexp.c`.

use crate::Real;
use crate::given::Kernel;

/// Shifted by the largest term, which is subtracted as an active number.
pub(crate) fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let mut largest = x[0];
    for &term in &x[1..] {
        if term.value() > largest.value() {
            largest = term;
        }
    }
    let mut sum = T::constant(0.0);
    for &term in x {
        sum += (term - largest).exp();
    }
    largest + sum.ln()
}

/// One output.
pub fn objective<T: Real>(_: &Kernel, x: &[T], y: &mut [T]) {
    y[0] = log_sum_exp(x);
}
