//! Compares tangents and gradients with difference quotients of the function itself.

use rsenzyme_rs::{jvp, value_and_gradient_into};
use std::hint::black_box;

/// How many programs were checked.
#[derive(Default)]
pub struct Checks {
    count: usize,
    failures: Vec<String>,
}

/// The derivative of a function of one number by central differences of two widths (Richardson extrapolation): the error is of fourth order.
pub fn quotient(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let central = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let h = 5e-4 * x.abs().max(0.2);
    (4.0 * central(h) - central(2.0 * h)) / 3.0
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs().max(1.0)
}

impl Checks {
    // The program with float methods checks numbers one by one.
    #[allow(dead_code)]
    /// Checks a program in both modes: every partial derivative of the gradient, and the tangent in one direction.
    pub fn program(&mut self, name: &str, x: &[f64], f: impl Fn(&[f64]) -> f64) {
        // The last line names a program that does not end.
        eprintln!("{name}");
        let x = black_box(x).to_vec();
        let partial = |i: usize| {
            quotient(
                |value| {
                    let mut moved = x.clone();
                    moved[i] = value;
                    f(&moved)
                },
                x[i],
            )
        };
        let expected: Vec<f64> = (0..x.len()).map(partial).collect();
        assert!(expected.iter().any(|d| *d != 0.0), "{name}: nothing depends on anything");
        let value = f(&x);
        let direction: Vec<f64> = (0..x.len()).map(|i| 1.0 - 0.3 * i as f64).collect();
        let mut gradient = vec![7.0; x.len()];
        let reverse_value = value_and_gradient_into(&f, &x, &mut gradient);
        let (forward_value, tangent) = jvp(&f, &x[..], &direction[..]);
        let along: f64 = expected.iter().zip(&direction).map(|(g, d)| g * d).sum();
        self.note(name, "value of reverse mode", reverse_value, value, 1e-13);
        self.note(name, "value of forward mode", forward_value, value, 1e-13);
        self.note(name, "tangent", tangent, along, 1e-7);
        for (i, (found, expected)) in gradient.iter().zip(&expected).enumerate() {
            self.note(name, &format!("partial derivative {i}"), *found, *expected, 1e-7);
        }
        self.count += 1;
    }

    /// Checks one number; `what` says of what.
    pub fn note(&mut self, name: &str, what: &str, found: f64, expected: f64, tolerance: f64) {
        if !close(found, expected, tolerance) {
            self.failures.push(format!("{name}: {what} is {found}, not {expected}"));
        }
    }

    /// Checks something that is true or false, as a program of its own.
    pub fn holds(&mut self, name: &str, holds: bool) {
        if !holds {
            self.failures.push(name.to_owned());
        }
        self.count += 1;
    }

    /// Prints what was found; whether all is right.
    pub fn report(self) -> bool {
        for failure in &self.failures {
            println!("WRONG {failure}");
        }
        println!("{} programs, {} failures", self.count, self.failures.len());
        self.failures.is_empty()
    }
}
