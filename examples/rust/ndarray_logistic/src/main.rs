//! Logistic regression with `ndarray`: the loss is written with matrix products of arrays, and its gradient is taken by reverse mode.
//!
//! `cargo rsenzyme run --release`

use ndarray::{Array1, Array2, ArrayView1};
use rsenzyme_rs::value_and_gradient_into;

/// Cross entropy with a small penalty on the weights.
fn loss(weights: &[f64], features: &Array2<f64>, classes: &Array1<f64>) -> f64 {
    let weights = ArrayView1::from(weights);
    let margins = features.dot(&weights) * classes;
    let losses = margins.mapv(|margin| (-margin.abs()).exp().ln_1p() + (-margin).max(0.0));
    losses.sum() / losses.len() as f64 + 1e-3 * weights.dot(&weights)
}

fn main() {
    let truth = Array1::from(vec![1.5, -2.0, 0.5, 0.8]);
    let features = Array2::from_shape_fn((200, 4), |(i, j)| match j {
        0 => 1.0,
        j => (i as f64 * (0.7 + j as f64) + j as f64).sin(),
    });
    let classes = features.dot(&truth).mapv(|margin| if margin > 0.0 { 1.0 } else { -1.0 });
    let mut weights = vec![0.0; 4];
    let mut gradient = vec![0.0; 4];
    for step in 0..=600 {
        let value = value_and_gradient_into(|weights: &[f64]| loss(weights, &features, &classes), &weights, &mut gradient);
        if step % 100 == 0 {
            let margins = features.dot(&ArrayView1::from(&weights[..])) * &classes;
            let right = margins.iter().filter(|margin| **margin > 0.0).count();
            println!("step {step:3}: loss {value:.5}, {right} of 200 right, weights {weights:.3?}");
        }
        for (weight, g) in weights.iter_mut().zip(&gradient) {
            *weight -= 2.0 * g;
        }
    }
}
