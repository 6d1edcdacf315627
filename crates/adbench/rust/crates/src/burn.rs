//! burn: tensors of `f64` on the CPU (`NdArray`), a graph that is made anew for each gradient.

use burn::backend::{Autodiff, NdArray};
use burn::tensor::{Int, Tensor, TensorData};
use objectives::Call;

use crate::tensors::{Mixture, Network};

type Backend = Autodiff<NdArray<f64>>;
type Floats<const D: usize> = Tensor<Backend, D>;

fn constant<const D: usize>(numbers: &[f64], shape: [usize; D]) -> Floats<D> {
    Floats::from_data(TensorData::new(numbers.to_vec(), shape), &Default::default())
}

fn variable<const D: usize>(numbers: &[f64], shape: [usize; D]) -> Floats<D> {
    constant(numbers, shape).require_grad()
}

type Gradients = <Backend as burn::tensor::backend::AutodiffBackend>::Gradients;

/// Writes a gradient; returns where the next one goes.
fn put<'a, const D: usize>(unknown: &Floats<D>, gradients: &Gradients, result: &'a mut [f64]) -> &'a mut [f64] {
    let (own, rest) = result.split_at_mut(unknown.shape().num_elements());
    match unknown.grad(gradients).map(|gradient| gradient.into_data().to_vec::<f64>()) {
        Some(Ok(numbers)) => own.copy_from_slice(&numbers),
        Some(Err(error)) => panic!("{error:?}"),
        None => own.fill(0.0),
    }
    rest
}

fn value(y: &Floats<1>) -> f64 {
    y.clone().into_scalar()
}

/// Along the first axis, shifted by the largest.
fn log_sum_exp(x: Floats<2>) -> Floats<2> {
    let largest = x.clone().max_dim(0).detach();
    (x - largest.clone()).exp().sum_dim(0).log() + largest
}

#[unsafe(no_mangle)]
extern "C" fn gmm_gradient(call: &Call) {
    let m = Mixture::new(call);
    let alphas = variable(m.alphas, [m.k, 1]);
    let means = variable(m.means, [m.k, 1, m.d]);
    let factors = variable(m.factors, [m.k, m.size]);
    let logarithms = factors.clone().narrow(1, 0, m.d);
    let mut parts = vec![logarithms.clone().exp()];
    let mut squares = parts[0].clone().powi_scalar(2).sum();
    if m.size > m.d {
        let below = factors.clone().narrow(1, m.d, m.size - m.d);
        squares = squares + below.clone().powi_scalar(2).sum();
        parts.push(below);
    }
    parts.push(Floats::zeros([m.k, 1], &Default::default()));
    let log_dets = logarithms.sum_dim(1);
    let places: Vec<i64> = m.places.iter().map(|&place| i64::from(place)).collect();
    let places = Tensor::<Backend, 1, Int>::from_data(TensorData::new(places, [m.d * m.d]), &Default::default());
    let matrices = Floats::cat(parts, 1).select(1, places).reshape([m.k, m.d, m.d]);
    let points = constant(m.given.points(), [1, m.n, m.d]);
    let whitened = (points - means.clone()).matmul(matrices.swap_dims(1, 2));
    let distances = whitened.powi_scalar(2).sum_dim(2).reshape([m.k, m.n]);
    let terms = alphas.clone() + log_dets.clone() - distances * 0.5;
    let likelihood = log_sum_exp(terms).sum();
    let normalization = log_sum_exp(alphas.clone()).sum() * m.n as f64;
    let prior = squares * (0.5 * m.given.gamma * m.given.gamma) - log_dets.sum() * m.given.m();
    let y = likelihood - normalization + prior + m.constant;
    call.y()[0] = value(&y);
    let gradients = y.backward();
    let rest = put(&alphas, &gradients, call.result());
    let rest = put(&means, &gradients, rest);
    put(&factors, &gradients, rest);
}

fn sigmoid(x: Floats<1>) -> Floats<1> {
    ((-x).exp() + 1.0).recip()
}

/// A row of a matrix.
fn row(of: &Floats<2>, number: usize, b: usize) -> Floats<1> {
    of.clone().narrow(0, number, 1).reshape([b])
}

#[unsafe(no_mangle)]
extern "C" fn lstm_gradient(call: &Call) {
    let n = Network::new(call);
    let (main, extra) = (variable(n.main, [n.l * 8, n.b]), variable(n.extra, [3, n.b]));
    let layers: Vec<Vec<Floats<1>>> = (0..n.l)
        .map(|layer| (0..8).map(|number| row(&main, 8 * layer + number, n.b)).collect())
        .collect();
    let extras: Vec<Floats<1>> = (0..3).map(|number| row(&extra, number, n.b)).collect();
    let sequence = constant(n.sequence, [n.length, n.b]);
    let state = constant(n.state, [2 * n.l, n.b]);
    let mut states: Vec<Floats<1>> = (0..2 * n.l).map(|number| row(&state, number, n.b)).collect();
    let mut predictions = Vec::new();
    for t in 0..n.length - 1 {
        let mut below = row(&sequence, t, n.b) * extras[0].clone();
        for (layer, of) in layers.iter().enumerate() {
            let (hidden, cell) = (states[2 * layer].clone(), states[2 * layer + 1].clone());
            let forget = sigmoid(below.clone() * of[0].clone() + of[4].clone());
            let entry = sigmoid(hidden.clone() * of[1].clone() + of[5].clone());
            let out = sigmoid(below * of[2].clone() + of[6].clone());
            let candidate = (hidden * of[3].clone() + of[7].clone()).tanh();
            let cell = cell * forget + entry * candidate;
            below = out * cell.clone().tanh();
            states[2 * layer] = below.clone();
            states[2 * layer + 1] = cell;
        }
        predictions.push(below * extras[1].clone() + extras[2].clone());
    }
    let predictions: Floats<2> = Tensor::stack(predictions, 0);
    let normalization = (predictions.clone().exp().sum_dim(1) + 2.0).log();
    let wanted = sequence.narrow(0, 1, n.length - 1);
    let total = (wanted * (predictions - normalization)).sum();
    let y = total * (-1.0 / ((n.length - 1) as f64 * n.b as f64));
    call.y()[0] = value(&y);
    let gradients = y.backward();
    let rest = put(&main, &gradients, call.result());
    put(&extra, &gradients, rest);
}
