//! echidna: reverse mode on a tape in the style of Adept.
//!
//! Jacobians: bundle adjustment row by row on an observation's own tape; hand tracking by dual numbers with several directions at once.

use ::echidna::{DualVec, Reverse, vjp};
use objectives::given::Ba;
use objectives::{Call, Real, ba};

use crate::number::number;

/// Directions at once for the dense Jacobian.
const WIDTH: usize = 14;

number!(
    /// A number on the tape.
    Taped,
    Reverse<f64>,
    num_traits::Float,
    constant: Reverse::constant,
    value: ::echidna::Scalar::value
);

number!(
    /// A number with derivatives in several directions.
    Dual,
    DualVec<f64, WIDTH>,
    num_traits::Float,
    constant: DualVec::constant,
    value: |number: &DualVec<f64, WIDTH>| number.re
);

fn gradient<G>(call: &Call, objective: impl Fn(&G, &[Taped], &mut [Taped])) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<G>() };
    let evaluate = |x: &[Reverse<f64>]| {
        let x: Vec<Taped> = x.iter().map(|&x| Taped(x)).collect();
        let mut y = vec![Taped::constant(0.0); call.outputs()];
        objective(given, &x, &mut y);
        y.iter().map(|y| y.0).collect()
    };
    let (y, gradient) = vjp(evaluate, call.x(), call.w());
    call.y().copy_from_slice(&y);
    call.result().copy_from_slice(&gradient);
}

macro_rules! gradients {
    (ba, $objective:path, $given:ty) => {};
    ($name:ident, $objective:path, $given:ty) => {
        mod $name {
            use objectives::Call;

            #[unsafe(export_name = concat!(stringify!($name), "_gradient"))]
            extern "C" fn gradient(call: &Call) {
                super::gradient::<$given>(call, $objective);
            }
        }
    };
}

objectives::for_each_objective!(gradients);

#[unsafe(no_mangle)]
extern "C" fn ba_jacobian(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<Ba>() };
    let (cameras, points, weights) = ba::unknowns(given, call.x());
    let p = given.observations();
    let (rows, entries) = call.result().split_at_mut(2 * ba::ROW * p);
    let (errors, weight_errors) = call.y().split_at_mut(2 * p);
    let places = given
        .camera()
        .iter()
        .zip(given.point())
        .zip(weights)
        .zip(given.features());
    let outputs = rows.chunks_exact_mut(2 * ba::ROW).zip(errors.chunks_exact_mut(2));
    for ((((&camera, &point), &weight), feature), (rows, error)) in places.zip(outputs) {
        let mut x = [weight; ba::ROW];
        x[..ba::CAMERA].copy_from_slice(&cameras[camera as usize]);
        x[ba::CAMERA..ba::CAMERA + ba::POINT].copy_from_slice(&points[point as usize]);
        for (row, out) in rows.chunks_exact_mut(ba::ROW).enumerate() {
            let evaluate = |x: &[Reverse<f64>]| {
                let camera = std::array::from_fn(|i| Taped(x[i]));
                let point = std::array::from_fn(|i| Taped(x[ba::CAMERA + i]));
                ba::reprojection_error(&camera, &point, Taped(x[ba::ROW - 1]), feature)
                    .map(|error| error.0)
                    .to_vec()
            };
            let mut seed = [0.0; 2];
            seed[row] = 1.0;
            let (values, gradient) = vjp(evaluate, &x, &seed);
            error.copy_from_slice(&values);
            out.copy_from_slice(&gradient);
        }
    }
    for ((&weight, entry), error) in weights.iter().zip(entries).zip(weight_errors) {
        let (value, gradient) = vjp(
            |x: &[Reverse<f64>]| vec![ba::weight_error(Taped(x[0])).0],
            &[weight],
            &[1.0],
        );
        *error = value[0];
        *entry = gradient[0];
    }
}

#[unsafe(no_mangle)]
extern "C" fn hand_jacobian(call: &Call) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<objectives::given::Hand>() };
    let mut v = vec![0.0; call.inputs()];
    let (mut y, mut dy) = (
        vec![Dual::constant(0.0); call.outputs()],
        vec![0.0; call.outputs()],
    );
    for first in (0..call.directions()).step_by(WIDTH) {
        let chunk = first..call.directions().min(first + WIDTH);
        let mut x: Vec<Dual> = call.x().iter().map(|&x| Dual::constant(x)).collect();
        for (k, direction) in chunk.clone().enumerate() {
            call.seed(direction, 1.0, &mut v);
            for (x, &v) in x.iter_mut().zip(&v) {
                x.0.eps[k] = v;
            }
            call.seed(direction, 0.0, &mut v);
        }
        objectives::hand::objective(given, &x, &mut y);
        for (k, direction) in chunk.enumerate() {
            for (dy, y) in dy.iter_mut().zip(&y) {
                *dy = y.0.eps[k];
            }
            call.take(direction, &dy);
        }
    }
    for (value, y) in call.y().iter_mut().zip(&y) {
        *value = y.value();
    }
}
