//! The heat equation on a grid: `objectives/heat.c`.

use crate::Real;
use crate::given::Kernel;

const STEPS: usize = 50;

fn step<T: Real>(n: usize, conductivity: T, from: &[T], to: &mut [T]) {
    let (from, to) = (&from[..n * n], &mut to[..n * n]);
    for i in 0..n {
        for j in 0..n {
            let here = i * n + j;
            let mut around = from[here] * -4.0;
            if i > 0 {
                around += from[here - n];
            }
            if i + 1 < n {
                around += from[here + n];
            }
            if j > 0 {
                around += from[here - 1];
            }
            if j + 1 < n {
                around += from[here + 1];
            }
            to[here] = from[here] + conductivity * around;
        }
    }
}

/// Outputs: the temperatures at the end.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let mut before = vec![T::constant(0.0); given.n() * given.n()];
    y.copy_from_slice(&x[1..]);
    for _ in 0..STEPS {
        before.copy_from_slice(y);
        step(given.n(), x[0], &before, y);
    }
}
