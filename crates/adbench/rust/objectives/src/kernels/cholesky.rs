//! The logarithm of a determinant by Cholesky's factorization: `objectives/cholesky.c`.

use crate::Real;
use crate::given::Kernel;

/// One output.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let n = given.n();
    let mut factor = vec![T::constant(0.0); n * n];
    let mut sum = T::constant(0.0);
    for (i, entries) in x.chunks_exact(n).enumerate() {
        let (above, rest) = factor.split_at_mut(i * n);
        let row = &mut rest[..n];
        for (j, other) in above.chunks_exact(n).enumerate() {
            let mut rest = entries[j];
            for (&own, &other) in row[..j].iter().zip(&other[..j]) {
                rest -= own * other;
            }
            row[j] = rest / other[j];
        }
        let mut rest = entries[i];
        for &own in &row[..i] {
            rest -= own * own;
        }
        row[i] = rest.sqrt();
        sum += row[i].ln();
    }
    y[0] = sum * 2.0;
}
