//! Bodies that attract each other: `objectives/nbody.c`.

use crate::Real;
use crate::given::Kernel;

const STEPS: usize = 10;
const STEP: f64 = 1e-3;
const SOFTENING: f64 = 1e-2;

fn attract<T: Real>(masses: &[f64], bodies: &mut [[T; 6]], time: f64) {
    for i in 0..bodies.len() {
        let mut pull = [T::constant(0.0); 3];
        for (body, &mass) in bodies.iter().zip(masses) {
            let mut apart = [T::constant(0.0); 3];
            let mut square = T::constant(SOFTENING);
            for r in 0..3 {
                apart[r] = body[r] - bodies[i][r];
                square += apart[r] * apart[r];
            }
            let force = T::constant(mass) / (square * square.sqrt());
            for r in 0..3 {
                pull[r] += force * apart[r];
            }
        }
        for r in 0..3 {
            bodies[i][3 + r] += pull[r] * time;
        }
    }
}

/// One output: the moment of inertia at the end.
pub fn objective<T: Real>(given: &Kernel, x: &[T], y: &mut [T]) {
    let masses = given.given();
    let mut bodies = x.as_chunks::<6>().0.to_vec();
    attract(masses, &mut bodies, 0.5 * STEP);
    for _ in 0..STEPS {
        for body in &mut bodies {
            for r in 0..3 {
                body[r] += body[3 + r] * STEP;
            }
        }
        attract(masses, &mut bodies, STEP);
    }
    let mut inertia = T::constant(0.0);
    for (body, &mass) in bodies.iter().zip(masses) {
        for &place in &body[..3] {
            inertia += place * mass * place;
        }
    }
    y[0] = inertia;
}
