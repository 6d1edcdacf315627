//! Van der Pol's oscillator with adaptive and with fixed steps: `objectives/ode.c` and `objectives/ode_fixed.c`.

use crate::Real;
use crate::given::Kernel;

const STAGES: usize = 7;
const TOLERANCE: f64 = 1e-8;

/// Row s has the weights of the stages before s.
const WEIGHTS: [[f64; STAGES - 1]; STAGES] = [
    [0.0; 6],
    [1.0 / 5.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0, 0.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0, 0.0, 0.0, 0.0],
    [
        19372.0 / 6561.0,
        -25360.0 / 2187.0,
        64448.0 / 6561.0,
        -212.0 / 729.0,
        0.0,
        0.0,
    ],
    [
        9017.0 / 3168.0,
        -355.0 / 33.0,
        46732.0 / 5247.0,
        49.0 / 176.0,
        -5103.0 / 18656.0,
        0.0,
    ],
    [
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
];

/// The solution of order 5 minus that of order 4.
const ERROR_WEIGHTS: [f64; STAGES] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

fn oscillator<T: Real>(mu: T, y: [T; 2]) -> [T; 2] {
    [y[1], mu * (-(y[0] * y[0]) + 1.0) * y[1] - y[0]]
}

fn magnitude<T: Real>(x: T) -> T {
    if x.value() < 0.0 { -x } else { x }
}

/// Stages 1 to 6 of a step of length h from y; returns where it leads.
fn step<T: Real>(mu: T, h: T, y: [T; 2], stage: &mut [[T; 2]; STAGES]) -> [T; 2] {
    let mut next = y;
    for s in 1..STAGES {
        for i in 0..2 {
            let mut sum = T::constant(0.0);
            for j in 0..s {
                sum += stage[j][i] * WEIGHTS[s][j];
            }
            next[i] = y[i] + h * sum;
        }
        stage[s] = oscillator(mu, next);
    }
    next
}

/// The estimated error of a step relative to the tolerance, in the root mean square over the components.
fn step_error<T: Real>(h: T, y: [T; 2], next: [T; 2], stage: &[[T; 2]; STAGES]) -> T {
    let mut squares = T::constant(0.0);
    for i in 0..2 {
        let mut sum = T::constant(0.0);
        for s in 0..STAGES {
            sum += stage[s][i] * ERROR_WEIGHTS[s];
        }
        let (before, after) = (magnitude(y[i]), magnitude(next[i]));
        let larger = if before.value() > after.value() {
            before
        } else {
            after
        };
        let scale = (larger + 1.0) * TOLERANCE;
        squares += (h * sum / scale) * (h * sum / scale);
    }
    (squares / 2.0).sqrt()
}

/// By the method of Dormand and Prince with step-size control, to time n.
pub fn adaptive<T: Real>(given: &Kernel, x: &[T], result: &mut [T]) {
    let (mu, end) = (x[0], given.n() as f64);
    let mut y = [x[1], x[2]];
    let (mut t, mut h) = (T::constant(0.0), T::constant(1e-3));
    let mut stage = [[T::constant(0.0); 2]; STAGES];
    stage[0] = oscillator(mu, y);
    while t.value() < end {
        if (t + h).value() > end {
            h = -t + end;
        }
        let next = step(mu, h, y, &mut stage);
        let error = step_error(h, y, next, &stage);
        if error.value() <= 1.0 {
            t += h;
            y = next;
            stage[0] = stage[STAGES - 1];
        }
        let mut factor = (error.ln() * -0.2).exp() * 0.9;
        if factor.value() < 0.2 {
            factor = T::constant(0.2);
        } else if factor.value() > 5.0 {
            factor = T::constant(5.0);
        }
        h *= factor;
    }
    result[..2].copy_from_slice(&y);
}

const STEP: f64 = 0.01;

/// n steps of the classical method of Runge and Kutta.
pub fn fixed<T: Real>(given: &Kernel, x: &[T], result: &mut [T]) {
    let mu = x[0];
    let mut y = [x[1], x[2]];
    for _ in 0..given.n() {
        let at = |scale: f64, rate: [T; 2]| [y[0] + rate[0] * scale, y[1] + rate[1] * scale];
        let a = oscillator(mu, y);
        let b = oscillator(mu, at(0.5 * STEP, a));
        let c = oscillator(mu, at(0.5 * STEP, b));
        let d = oscillator(mu, at(STEP, c));
        for i in 0..2 {
            y[i] += (a[i] + b[i] * 2.0 + c[i] * 2.0 + d[i]) * (STEP / 6.0);
        }
    }
    result[..2].copy_from_slice(&y);
}
