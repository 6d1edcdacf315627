//! The loss of a perceptron with one hidden layer: `objectives/mlp.c`.

use crate::Real;
use crate::given::Kernel;

const CLASSES: usize = 10;
const SAMPLES: usize = 64;

/// b = W a + bias.
fn affine<T: Real>(weights: &[T], bias: &[T], a: &[T], b: &mut [T]) {
    for ((row, &bias), out) in weights.chunks_exact(a.len()).zip(bias).zip(b) {
        let mut sum = bias;
        for (&weight, &a) in row.iter().zip(a) {
            sum += weight * a;
        }
        *out = sum;
    }
}

/// The cross-entropy between `wanted` probabilities and the softmax of `scores`.
fn cross_entropy<T: Real>(scores: &[T], wanted: &[f64]) -> T {
    let (mut sum, mut along) = (T::constant(0.0), T::constant(0.0));
    for (&score, &wanted) in scores.iter().zip(wanted) {
        sum += score.exp();
        along += score * wanted;
    }
    sum.ln() - along
}

/// One output: the mean cross-entropy.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let n = given.n();
    let (hidden_weights, rest) = x.split_at(n * n);
    let (hidden_bias, rest) = rest.split_at(n);
    let (weights, bias) = rest.split_at(CLASSES * n);
    let (samples, wanted) = given.given().split_at(SAMPLES * n);
    let zero = T::constant(0.0);
    let (mut sample, mut hidden, mut scores, mut total) =
        (vec![zero; n], vec![zero; n], [zero; CLASSES], zero);
    for (numbers, wanted) in samples.chunks_exact(n).zip(wanted.chunks_exact(CLASSES)) {
        for (sample, &number) in sample.iter_mut().zip(numbers) {
            *sample = T::constant(number);
        }
        affine(hidden_weights, hidden_bias, &sample, &mut hidden);
        for hidden in &mut hidden {
            *hidden = hidden.tanh();
        }
        affine(weights, bias, &hidden, &mut scores);
        total += cross_entropy(&scores, wanted);
    }
    y[0] = total / SAMPLES as f64;
}
