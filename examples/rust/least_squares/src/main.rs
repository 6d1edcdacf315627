//! Fits a damped oscillation to noisy measurements by Gauss-Newton steps; the Jacobian of the residuals is exact.
//!
//! `cargo rsenzyme run --release`

use rsenzyme_rs::jacobian;

/// The number of measurements.
const N: usize = 40;
/// Amplitude, damping, frequency.
type Parameters = [f64; 3];

fn model(p: &Parameters, t: f64) -> f64 {
    p[0] * (-p[1] * t).exp() * (p[2] * t).cos()
}

/// The `i`-th time of measurement.
fn time(i: usize) -> f64 {
    0.1 * i as f64
}

/// Measurements with an error that repeats from run to run: a generator of Lehmer's, from -0.01 to 0.01.
fn measure(truth: &Parameters) -> [f64; N] {
    let mut state: u32 = 42;
    std::array::from_fn(|i| {
        state = (u64::from(state) * 48271 % 0x7fff_ffff) as u32;
        model(truth, time(i)) + 0.02 * (f64::from(state) / f64::from(0x7fff_ffff_u32) - 0.5)
    })
}

/// Solves the three normal equations by elimination with pivots.
fn solve(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> Parameters {
    for k in 0..3 {
        let pivot = (k..3).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap_or(k);
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..3 {
            let factor = a[i][k] / a[k][k];
            for j in k..3 {
                a[i][j] -= factor * a[k][j];
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..3).rev() {
        for j in k + 1..3 {
            b[k] -= a[k][j] * b[j];
        }
        b[k] /= a[k][k];
    }
    b
}

fn main() {
    let truth = [2.0, 0.4, 3.0];
    let data = measure(&truth);
    let residuals = |p: &Parameters| -> [f64; N] { std::array::from_fn(|i| model(p, time(i)) - data[i]) };
    let mut p = [1.5, 0.2, 2.8];
    for step in 0..8 {
        let r = residuals(&p);
        let loss: f64 = r.iter().map(|r| r * r).sum();
        println!("step {step}: loss {loss:.6}, parameters {p:.5?}");
        let j = jacobian(residuals, &p);
        let (mut normal, mut gradient) = ([[0.0; 3]; 3], [0.0; 3]);
        for (row, r) in j.iter().zip(r) {
            for a in 0..3 {
                gradient[a] -= row[a] * r;
                for b in 0..3 {
                    normal[a][b] += row[a] * row[b];
                }
            }
        }
        for (p, d) in p.iter_mut().zip(solve(normal, gradient)) {
            *p += d;
        }
    }
    println!("found {p:.3?}, true {truth:.3?}");
}
