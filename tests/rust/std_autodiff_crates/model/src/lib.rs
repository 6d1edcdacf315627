//! A library with derivatives, which are made where a program is linked.
#![feature(autodiff)]

use std::autodiff::autodiff_reverse;

/// Half the square of the distance.
#[autodiff_reverse(distance_gradient, Duplicated, Const, Active)]
pub fn distance(x: &[f64], to: &[f64]) -> f64 {
    x.iter().zip(to).map(|(x, to)| 0.5 * (x - to) * (x - to)).sum()
}
