//! What gradient descent on a linear map evaluates: `objectives/matrix_descent.c`.

use crate::Real;
use crate::given::Kernel;

/// One output: |W x - b|^2 / 2.
pub fn objective<T: Real>(given: &Kernel, w: &[T], y: &mut [T]) {
    let (x, b) = given.given().split_at(given.n());
    let mut squares = T::constant(0.0);
    for (row, &b) in w.chunks_exact(given.n()).zip(b) {
        let mut residual = T::constant(-b);
        for (&entry, &x) in row.iter().zip(x) {
            residual += entry * x;
        }
        squares += residual * residual;
    }
    y[0] = squares * 0.5;
}
