//! The rates of change of the Brusselator on a periodic grid: `objectives/brusselator.c`.

use crate::Real;
use crate::given::Kernel;

/// Outputs: the rates of u, then those of v.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let n = given.n();
    let size = n * n;
    let (a, b, diffusion) = (x[0], x[1], x[2] * (n as f64 * n as f64));
    let (u, v) = x[3..][..2 * size].split_at(size);
    let (u_rate, v_rate) = y[..2 * size].split_at_mut(size);
    let forcing = &given.given()[..size];
    for i in 0..n {
        let (up, down) = (
            if i == 0 { n - 1 } else { i - 1 },
            if i == n - 1 { 0 } else { i + 1 },
        );
        for j in 0..n {
            let (left, right) = (
                if j == 0 { n - 1 } else { j - 1 },
                if j == n - 1 { 0 } else { j + 1 },
            );
            let here = i * n + j;
            let around_u = u[up * n + j] + u[down * n + j] + u[i * n + left] + u[i * n + right];
            let around_v = v[up * n + j] + v[down * n + j] + v[i * n + left] + v[i * n + right];
            let reaction = u[here] * u[here] * v[here];
            u_rate[here] =
                b + reaction - (a + 1.0) * u[here] + diffusion * (around_u - u[here] * 4.0) + forcing[here];
            v_rate[here] = a * u[here] - reaction + diffusion * (around_v - v[here] * 4.0);
        }
    }
}
