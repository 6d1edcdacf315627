//! A library with derivatives, which are made where a program is linked.
#![feature(autodiff)]

use std::autodiff::autodiff_reverse;

/// Half the square of the distance.
///
/// ```
/// let mut gradient = [0.0];
/// model::distance_gradient(&[3.0], &mut gradient, &[1.0], 1.0);
/// assert_eq!(gradient, [2.0]);
/// ```
#[autodiff_reverse(distance_gradient, Duplicated, Const, Active)]
pub fn distance(x: &[f64], to: &[f64]) -> f64 {
    x.iter().zip(to).map(|(x, to)| 0.5 * (x - to) * (x - to)).sum()
}
