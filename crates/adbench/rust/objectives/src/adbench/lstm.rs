//! The loss of a character LSTM with diagonal weights: `objectives/lstm.c`.

use crate::Real;
use crate::given::Lstm;

fn sigmoid<T: Real>(x: T) -> T {
    T::constant(1.0) / ((-x).exp() + 1.0)
}

/// One layer at one time: its hidden and cell state are advanced.
fn advance<T: Real>(parameters: &[T], hidden: &mut [T], cell: &mut [T], input: &[T]) {
    let b = hidden.len();
    let (weight, bias) = parameters.split_at(4 * b);
    let (weight, bias, cell, input) = (&weight[..4 * b], &bias[..4 * b], &mut cell[..b], &input[..b]);
    for i in 0..b {
        let forget = sigmoid(input[i] * weight[i] + bias[i]);
        let entry = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
        let out = sigmoid(input[i] * weight[2 * b + i] + bias[2 * b + i]);
        let candidate = (hidden[i] * weight[3 * b + i] + bias[3 * b + i]).tanh();
        cell[i] = cell[i] * forget + entry * candidate;
        hidden[i] = out * cell[i].tanh();
    }
}

/// The unnormalized log-probabilities of what follows `character`. `encoded` is scratch memory, as wide as a layer.
fn predict<T: Real>(
    main: &[T],
    extra: &[T],
    state: &mut [T],
    character: &[f64],
    encoded: &mut [T],
    prediction: &mut [T],
) {
    let b = encoded.len();
    for i in 0..b {
        encoded[i] = extra[i] * character[i];
    }
    let layers = main.chunks_exact(8 * b);
    for (parameters, own) in layers.zip(state.chunks_exact_mut(2 * b)) {
        let (hidden, cell) = own.split_at_mut(b);
        advance(parameters, hidden, cell, encoded);
        encoded.copy_from_slice(hidden);
    }
    for i in 0..b {
        prediction[i] = encoded[i] * extra[b + i] + extra[2 * b + i];
    }
}

/// One output: the mean negative log-likelihood at main and extra parameters.
pub fn objective<T: Real>(given: &Lstm, x: &[T], y: &mut [T]) {
    let (l, b, c) = (given.layers(), given.width(), given.length());
    let (main, extra) = x.split_at(8 * l * b);
    let zero = T::constant(0.0);
    let mut state: Vec<T> = given.state().iter().map(|&value| T::constant(value)).collect();
    let (mut encoded, mut prediction) = (vec![zero; b], vec![zero; b]);
    let mut total = zero;
    let sequence = given.sequence();
    for (character, next) in sequence.chunks_exact(b).zip(sequence[b..].chunks_exact(b)) {
        predict(main, extra, &mut state, character, &mut encoded, &mut prediction);
        // The objective's own normalization: two more outcomes of logit zero.
        let mut sum = T::constant(2.0);
        for &logit in &prediction {
            sum += logit.exp();
        }
        let normalization = sum.ln();
        for i in 0..b {
            total += (prediction[i] - normalization) * next[i];
        }
    }
    y[0] = -total / ((c - 1) as f64 * b as f64);
}
