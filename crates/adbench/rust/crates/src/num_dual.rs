//! num-dual: dual numbers with several directions at once, on the stack.

use ::num_dual::{Derivative, DualSVec64};
use nalgebra::SVector;
use objectives::{Call, Real};

use crate::number::number;

/// Directions at once for gradients, and for Jacobians: a divisor of what there are (15; 26 or 28), or the next above it.
const GRADIENT: usize = 8;
const JACOBIAN: usize = 14;

number!(
    /// A number with derivatives in some directions.
    Narrow,
    DualSVec64<GRADIENT>,
    ::num_dual::DualNum,
    constant: DualSVec64::from_re,
    value: |number: &DualSVec64<GRADIENT>| number.re
);

number!(
    /// A number with derivatives in more directions.
    Wide,
    DualSVec64<JACOBIAN>,
    ::num_dual::DualNum,
    constant: DualSVec64::from_re,
    value: |number: &DualSVec64<JACOBIAN>| number.re
);

trait Dual<const N: usize>: Real {
    fn seeded(value: f64, directions: [f64; N]) -> Self;
    fn direction(&self, number: usize) -> f64;
}

macro_rules! dual {
    ($name:ident, $width:expr) => {
        impl Dual<{ $width }> for $name {
            fn seeded(value: f64, directions: [f64; $width]) -> Self {
                Self(DualSVec64::new(
                    value,
                    Derivative::some(SVector::from(directions)),
                ))
            }

            fn direction(&self, number: usize) -> f64 {
                self.0.eps.0.as_ref().map_or(0.0, |eps| eps[number])
            }
        }
    };
}

dual!(Narrow, GRADIENT);
dual!(Wide, JACOBIAN);

/// Evaluates the objective for each chunk of directions.
fn derivative<T: Dual<N>, G, const N: usize>(call: &Call, objective: impl Fn(&G, &[T], &mut [T])) {
    // SAFETY: the harness gives each objective its own constants.
    let given = unsafe { &*call.given.cast::<G>() };
    let mut v = vec![[0.0; N]; call.inputs()];
    let mut one = vec![0.0; call.inputs()];
    let (mut y, mut dy) = (vec![T::constant(0.0); call.outputs()], vec![0.0; call.outputs()]);
    for first in (0..call.directions()).step_by(N) {
        let chunk = first..call.directions().min(first + N);
        let mut fill = |value: f64| {
            for (k, direction) in chunk.clone().enumerate() {
                call.seed(direction, 1.0, &mut one);
                for (v, one) in v.iter_mut().zip(&one).filter(|(_, one)| **one != 0.0) {
                    v[k] = value * one;
                }
                call.seed(direction, 0.0, &mut one);
            }
            v.iter()
                .zip(call.x())
                .map(|(&v, &x)| T::seeded(x, v))
                .collect::<Vec<T>>()
        };
        let x = fill(1.0);
        fill(0.0);
        objective(given, &x, &mut y);
        for (k, direction) in chunk.enumerate() {
            for (dy, y) in dy.iter_mut().zip(&y) {
                *dy = y.direction(k);
            }
            call.take(direction, &dy);
        }
    }
    for (value, y) in call.y().iter_mut().zip(&y) {
        *value = y.value();
    }
}

macro_rules! columns {
    ($name:ident, $objective:path, $given:ty) => {
        mod $name {
            use objectives::Call;

            #[unsafe(export_name = concat!(stringify!($name), "_gradient"))]
            extern "C" fn gradient(call: &Call) {
                super::derivative::<super::Narrow, $given, { super::GRADIENT }>(call, $objective);
            }

            #[unsafe(export_name = concat!(stringify!($name), "_jacobian"))]
            extern "C" fn jacobian(call: &Call) {
                super::derivative::<super::Wide, $given, { super::JACOBIAN }>(call, $objective);
            }
        }
    };
}

objectives::for_each_objective!(columns);
