//! The logarithm of the posterior of a Gaussian mixture with a Wishart prior: `objectives/gmm.c`.

use crate::Real;
use crate::given::Gmm;
use crate::logsumexp::log_sum_exp;

const LOG_2_PI: f64 = 1.837_877_066_409_345_5;
const LOG_PI: f64 = 1.144_729_885_849_400_2;

/// The logarithm of the gamma function, of the C library: Rust's own is not stable.
fn ln_gamma(x: f64) -> f64 {
    unsafe extern "C" {
        safe fn lgamma(x: f64) -> f64;
    }
    lgamma(x)
}

fn log_multivariate_gamma(a: f64, p: usize) -> f64 {
    let p = p as f64;
    let mut sum = 0.25 * p * (p - 1.0) * LOG_PI;
    let mut j = 1.0;
    while j <= p {
        sum += ln_gamma(a + 0.5 * (1.0 - j));
        j += 1.0;
    }
    sum
}

/// y = Q x for the factor with this diagonal and these entries below it.
fn multiply_factor<T: Real>(diagonal: &[T], mut below: &[T], x: &[T], y: &mut [T]) {
    let d = y.len();
    let (diagonal, x) = (&diagonal[..d], &x[..d]);
    for i in 0..d {
        y[i] = diagonal[i] * x[i];
    }
    for j in 0..d {
        let (column, rest) = below.split_at(d - j - 1);
        for (y, &entry) in y[j + 1..].iter_mut().zip(column) {
            *y += entry * x[j];
        }
        below = rest;
    }
}

fn sum_of_squares<T: Real>(numbers: &[T]) -> T {
    let mut sum = T::constant(0.0);
    for &number in numbers {
        sum += number * number;
    }
    sum
}

/// The number of entries of a factor.
#[must_use]
pub fn factor_size(d: usize) -> usize {
    d * (d + 1) / 2
}

/// The part of the logarithm of the Wishart density that depends on no unknown, for one component.
#[must_use]
pub fn wishart_norm(given: &Gmm) -> f64 {
    let d = given.d();
    let freedom = d as f64 + given.m() + 1.0;
    freedom * d as f64 * (given.gamma.ln() - 0.5 * std::f64::consts::LN_2)
        - log_multivariate_gamma(0.5 * freedom, d)
}

/// The part of the logarithm of the likelihood that depends on no unknown.
#[must_use]
pub fn likelihood_constant(given: &Gmm) -> f64 {
    0.5 * given.n() as f64 * given.d() as f64 * LOG_2_PI
}

fn log_wishart_prior<T: Real>(given: &Gmm, factors: &[T], diagonals: &[T], log_dets: &[T]) -> T {
    let d = given.d();
    let mut sum = T::constant(0.0);
    let each = factors
        .chunks_exact(factor_size(d))
        .zip(diagonals.chunks_exact(d));
    for ((factor, diagonal), &log_det) in each.zip(log_dets) {
        let mut squares = sum_of_squares(diagonal);
        for &entry in &factor[d..] {
            squares += entry * entry;
        }
        sum += squares * (0.5 * given.gamma * given.gamma) - log_det * given.m();
    }
    sum - given.k() as f64 * wishart_norm(given)
}

/// One output: the logarithm of the posterior at alphas, means and factors.
pub fn objective<T: Real>(given: &Gmm, x: &[T], y: &mut [T]) {
    let (d, k, size) = (given.d(), given.k(), factor_size(given.d()));
    let zero = T::constant(0.0);
    let (alphas, rest) = x.split_at(k);
    let (means, factors) = rest.split_at(k * d);
    let (mut diagonals, mut log_dets, mut terms) = (vec![zero; k * d], vec![zero; k], vec![zero; k]);
    let (mut centered, mut whitened) = (vec![zero; d], vec![zero; d]);
    for c in 0..k {
        for i in 0..d {
            diagonals[c * d + i] = factors[c * size + i].exp();
            log_dets[c] += factors[c * size + i];
        }
    }
    let mut likelihood = zero;
    for point in given.points().chunks_exact(d) {
        for c in 0..k {
            let mean = &means[c * d..][..d];
            for i in 0..d {
                centered[i] = -mean[i] + point[i];
            }
            let below = &factors[c * size + d..(c + 1) * size];
            multiply_factor(&diagonals[c * d..][..d], below, &centered, &mut whitened);
            terms[c] = alphas[c] + log_dets[c] - sum_of_squares(&whitened) * 0.5;
        }
        likelihood += log_sum_exp(&terms);
    }
    let prior = log_wishart_prior(given, factors, &diagonals, &log_dets);
    y[0] = likelihood - log_sum_exp(alphas) * given.n() as f64 - likelihood_constant(given) + prior;
}
