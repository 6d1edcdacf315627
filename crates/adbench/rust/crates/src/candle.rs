//! candle: tensors of `f64` on the CPU, a graph that is made anew for each gradient.

use candle_core::backprop::GradStore;
use candle_core::{D, Device, Result, Tensor, Var};
use objectives::Call;

use crate::tensors::{Mixture, Network};

const CPU: &Device = &Device::Cpu;

fn run(call: &Call, derive: impl FnOnce(&Call) -> Result<(Tensor, Vec<Var>)>) {
    let finish = || -> Result<()> {
        let (y, unknowns) = derive(call)?;
        let gradients: GradStore = y.backward()?;
        call.y()[0] = y.to_scalar()?;
        let mut result = call.result();
        for unknown in unknowns {
            let own;
            (own, result) = result.split_at_mut(unknown.elem_count());
            match gradients.get(&unknown) {
                Some(gradient) => own.copy_from_slice(&gradient.flatten_all()?.to_vec1()?),
                None => own.fill(0.0),
            }
        }
        Ok(())
    };
    if let Err(error) = finish() {
        panic!("{error}");
    }
}

fn variable(numbers: &[f64], shape: impl Into<candle_core::Shape>) -> Result<Var> {
    Var::from_slice(numbers, shape, CPU)
}

/// Along the first axis, shifted by the largest.
fn log_sum_exp(x: &Tensor) -> Result<Tensor> {
    let largest = x.max_keepdim(0)?.detach();
    x.broadcast_sub(&largest)?.exp()?.sum_keepdim(0)?.log()? + largest
}

fn gmm(call: &Call) -> Result<(Tensor, Vec<Var>)> {
    let m = Mixture::new(call);
    let alphas = variable(m.alphas, (m.k, 1))?;
    let means = variable(m.means, (m.k, 1, m.d))?;
    let factors = variable(m.factors, (m.k, m.size))?;
    let logarithms = factors.narrow(1, 0, m.d)?;
    let below = factors.narrow(1, m.d, m.size - m.d)?;
    let (diagonals, log_dets) = (logarithms.exp()?, logarithms.sum_keepdim(1)?);
    let zero = Tensor::zeros((m.k, 1), candle_core::DType::F64, CPU)?;
    let places = Tensor::from_slice(&m.places, m.d * m.d, CPU)?;
    let entries = Tensor::cat(&[&diagonals, &below, &zero], 1)?.index_select(&places, 1)?;
    let matrices = entries.reshape((m.k, m.d, m.d))?;
    let points = Tensor::from_slice(m.given.points(), (1, m.n, m.d), CPU)?;
    let whitened = points.broadcast_sub(&means)?.matmul(&matrices.transpose(1, 2)?.contiguous()?)?;
    let squares = whitened.sqr()?.sum(D::Minus1)?;
    let terms = (alphas.as_tensor() + &log_dets)?.broadcast_sub(&(squares * 0.5)?)?;
    let likelihood = log_sum_exp(&terms)?.sum_all()?;
    let normalization = (log_sum_exp(&alphas)?.sum_all()? * m.n as f64)?;
    let squares = (diagonals.sqr()?.sum_all()? + below.sqr()?.sum_all()?)?;
    let prior = ((squares * (0.5 * m.given.gamma * m.given.gamma))? - (log_dets.sum_all()? * m.given.m())?)?;
    let y = (((likelihood - normalization)? + prior)? + m.constant)?;
    Ok((y, vec![alphas, means, factors]))
}

fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

fn lstm(call: &Call) -> Result<(Tensor, Vec<Var>)> {
    let n = Network::new(call);
    let (main, extra) = (variable(n.main, (n.l, 8, n.b))?, variable(n.extra, (3, n.b))?);
    let row = |of: &Tensor, number: usize| of.get(number);
    let layers: Vec<Vec<Tensor>> = (0..n.l)
        .map(|layer| {
            let own = main.get(layer)?;
            (0..8).map(|number| row(&own, number)).collect()
        })
        .collect::<Result<_>>()?;
    let extras: Vec<Tensor> = (0..3).map(|number| row(&extra, number)).collect::<Result<_>>()?;
    let sequence = Tensor::from_slice(n.sequence, (n.length, n.b), CPU)?;
    let state = Tensor::from_slice(n.state, (2 * n.l, n.b), CPU)?;
    let mut states: Vec<Tensor> = (0..2 * n.l).map(|number| row(&state, number)).collect::<Result<_>>()?;
    let mut predictions = Vec::new();
    for t in 0..n.length - 1 {
        let mut below = (sequence.get(t)? * &extras[0])?;
        for (layer, of) in layers.iter().enumerate() {
            let (hidden, cell) = (&states[2 * layer], &states[2 * layer + 1]);
            let forget = sigmoid(&((&below * &of[0])? + &of[4])?)?;
            let entry = sigmoid(&((hidden * &of[1])? + &of[5])?)?;
            let out = sigmoid(&((&below * &of[2])? + &of[6])?)?;
            let candidate = ((hidden * &of[3])? + &of[7])?.tanh()?;
            let cell = ((cell * forget)? + (entry * candidate)?)?;
            below = (out * cell.tanh()?)?;
            states[2 * layer] = below.clone();
            states[2 * layer + 1] = cell;
        }
        predictions.push(((below * &extras[1])? + &extras[2])?);
    }
    let predictions = Tensor::stack(&predictions, 0)?;
    let normalization = (predictions.exp()?.sum_keepdim(1)? + 2.0)?.log()?;
    let wanted = sequence.narrow(0, 1, n.length - 1)?;
    let total = (wanted * predictions.broadcast_sub(&normalization)?)?.sum_all()?;
    let y = (total * (-1.0 / ((n.length - 1) as f64 * n.b as f64)))?;
    Ok((y, vec![main, extra]))
}

#[unsafe(no_mangle)]
extern "C" fn gmm_gradient(call: &Call) {
    run(call, gmm);
}

#[unsafe(no_mangle)]
extern "C" fn lstm_gradient(call: &Call) {
    run(call, lstm);
}
