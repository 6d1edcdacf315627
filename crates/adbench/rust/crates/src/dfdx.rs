//! dfdx: tensors of `f64` on the CPU, a tape that is made anew for each gradient. Shapes are known at run time only.

use dfdx::shapes::{Axis, Shape};
use dfdx::tensor::{
    AsArray, Cpu, Gradients, OwnedTape, PutTape, SplitTape, Tensor, TensorFromVec, Trace, ZerosTensor,
};
use dfdx::tensor_ops::{
    Backward, BroadcastTo, GatherTo, LogSumExpTo, ReshapeTo, SumTo, TryConcatAlong, TryMatMul,
};
use objectives::Call;

use crate::tensors::{Mixture, Network};

type Plain<S> = Tensor<S, f64, Cpu>;
type Tape = OwnedTape<f64, Cpu>;
type Taped<S> = Tensor<S, f64, Cpu, Tape>;
type Row = Plain<(usize,)>;

/// What was found for an unknown.
fn gradient<S: Shape>(gradients: &Gradients<f64, Cpu>, unknown: &Plain<S>) -> Vec<f64> {
    gradients.get(unknown).as_vec()
}

#[unsafe(no_mangle)]
extern "C" fn gmm_gradient(call: &Call) {
    let device = Cpu::default();
    let m = Mixture::new(call);
    let (k, d, n, rest) = (m.k, m.d, m.n, m.size - m.d);
    let alphas = device.tensor_from_vec(m.alphas.to_vec(), (k,));
    let means = device.tensor_from_vec(m.means.to_vec(), (k, d));
    let rows = || m.factors.chunks_exact(m.size);
    let logarithms = device.tensor_from_vec(rows().flat_map(|row| row[..d].to_vec()).collect(), (k, d));
    let below = device.tensor_from_vec(rows().flat_map(|row| row[d..].to_vec()).collect(), (k, rest));
    let points = device.tensor_from_vec(m.given.points().to_vec(), (n, d));

    let (diagonals, tape) = logarithms.leaky_trace().exp().split_tape();
    let entries = (diagonals.clone().put_tape(tape), below.clone()).concat_along(Axis::<1>);
    let zero: Plain<(usize, usize)> = device.zeros_like(&(k, 1));
    let entries = (entries, zero).concat_along(Axis::<1>);
    // Transposed, as points are rows.
    let transposed = (0..d * d).map(|at| m.places[at % d * d + at / d] as usize);
    let places: Vec<usize> = (0..k).flat_map(|_| transposed.clone()).collect();
    let matrices = entries
        .gather::<(usize, usize), _>(device.tensor_from_vec(places, (k, d * d)))
        .reshape_like(&(k, d, d));
    let means_of_points: Taped<(usize, usize, usize)> =
        means.leaky_trace().broadcast_like::<_, Axis<1>>(&(k, n, d));
    let centered = -means_of_points + points.broadcast_like::<_, Axis<0>>(&(k, n, d));
    let squares = centered
        .matmul(matrices)
        .square()
        .sum::<(usize, usize), Axis<2>>();
    let log_dets = logarithms.leaky_trace().sum::<(usize,), Axis<1>>();
    let terms = (alphas.leaky_trace() + log_dets).broadcast_like::<_, Axis<1>>(&(k, n)) - squares * 0.5;
    let likelihood = terms.logsumexp::<(usize,), Axis<0>>().sum::<(), _>();
    let normalization = alphas.leaky_trace().logsumexp::<(), _>() * n as f64;
    let entries =
        diagonals.leaky_trace().square().sum::<(), _>() + below.leaky_trace().square().sum::<(), _>();
    let prior = entries * (0.5 * m.given.gamma * m.given.gamma)
        - logarithms.leaky_trace().sum::<(), _>() * f64::from(m.given.m());
    let y = likelihood - normalization + prior + m.constant;

    call.y()[0] = y.array();
    let gradients = y.backward();
    let result = call.result();
    let (of_alphas, result) = result.split_at_mut(k);
    let (of_means, of_factors) = result.split_at_mut(k * d);
    of_alphas.copy_from_slice(&gradient(&gradients, &alphas));
    of_means.copy_from_slice(&gradient(&gradients, &means));
    let (of_logarithms, of_below) = (gradient(&gradients, &logarithms), gradient(&gradients, &below));
    for (c, row) in of_factors.chunks_exact_mut(m.size).enumerate() {
        row[..d].copy_from_slice(&of_logarithms[c * d..][..d]);
        row[d..].copy_from_slice(&of_below[c * rest..][..rest]);
    }
}

/// The operations on rows of numbers, all on one tape.
#[derive(Default)]
struct Rows {
    tape: Tape,
}

impl Rows {
    fn of_one(&mut self, x: &Row, f: impl FnOnce(Taped<(usize,)>) -> Taped<(usize,)>) -> Row {
        let (result, tape) = f(x.clone().put_tape(std::mem::take(&mut self.tape))).split_tape();
        self.tape = tape;
        result
    }

    fn product(&mut self, x: &Row, y: &Row) -> Row {
        self.of_one(x, |x| x * y.clone())
    }

    fn sum(&mut self, x: &Row, y: &Row) -> Row {
        self.of_one(x, |x| x + y.clone())
    }

    /// `sigmoid(x w + b)`.
    fn gate(&mut self, x: &Row, w: &Row, b: &Row) -> Row {
        self.of_one(x, |x| (x * w.clone() + b.clone()).sigmoid())
    }
}

#[unsafe(no_mangle)]
extern "C" fn lstm_gradient(call: &Call) {
    let device = Cpu::default();
    let n = Network::new(call);
    let rows = |numbers: &[f64]| -> Vec<Row> {
        let rows = numbers.chunks_exact(n.b);
        rows.map(|row| device.tensor_from_vec(row.to_vec(), (n.b,)))
            .collect()
    };
    let (main, extra, sequence) = (rows(n.main), rows(n.extra), rows(n.sequence));
    let mut states = rows(n.state);
    let mut on = Rows::default();
    let mut total: Option<Row> = None;
    for t in 0..n.length - 1 {
        let mut below = on.product(&sequence[t], &extra[0]);
        for layer in 0..n.l {
            let of = &main[8 * layer..][..8];
            let (hidden, cell) = (states[2 * layer].clone(), states[2 * layer + 1].clone());
            let forget = on.gate(&below, &of[0], &of[4]);
            let entry = on.gate(&hidden, &of[1], &of[5]);
            let out = on.gate(&below, &of[2], &of[6]);
            let candidate = on.of_one(&hidden, |hidden| (hidden * of[3].clone() + of[7].clone()).tanh());
            let (kept, new) = (on.product(&cell, &forget), on.product(&entry, &candidate));
            let cell = on.sum(&kept, &new);
            let squashed = on.of_one(&cell, |cell| cell.tanh());
            below = on.product(&out, &squashed);
            states[2 * layer] = below.clone();
            states[2 * layer + 1] = cell;
        }
        let scaled = on.product(&below, &extra[1]);
        let prediction = on.sum(&scaled, &extra[2]);
        let share = on.of_one(&prediction, |prediction| {
            let (plain, tape) = prediction.split_tape();
            let sum = plain.clone().put_tape(tape).exp().sum::<(), _>() + 2.0;
            let normalization = sum.ln().broadcast_like(&(n.b,));
            (-normalization + plain) * sequence[t + 1].clone()
        });
        total = Some(match &total {
            Some(total) => on.sum(total, &share),
            None => share,
        });
    }
    let Some(total) = total else { return };
    let total = total.put_tape(on.tape).sum::<(), _>();
    let y = total * (-1.0 / ((n.length - 1) as f64 * n.b as f64));
    call.y()[0] = y.array();
    let gradients = y.backward();
    let unknowns = main.iter().chain(&extra);
    for (unknown, own) in unknowns.zip(call.result().chunks_exact_mut(n.b)) {
        own.copy_from_slice(&gradient(&gradients, unknown));
    }
}
