//! Minimizes Rosenbrock's function in ten dimensions by L-BFGS of `argmin`, with the exact gradient.
//!
//! `cargo rsenzyme run --release`

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use rsenzyme_rs::gradient_into;

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}

struct Problem;

impl CostFunction for Problem {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        Ok(rosenbrock(x))
    }
}

impl Gradient for Problem {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let mut gradient = vec![0.0; x.len()];
        gradient_into(rosenbrock, x, &mut gradient);
        Ok(gradient)
    }
}

fn main() -> Result<(), Error> {
    let start = vec![-1.2; 10];
    for iterations in [0, 5, 10, 20, 40, 80] {
        let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7);
        let run = Executor::new(Problem, solver).configure(|state| state.param(start.clone()).max_iters(iterations)).run()?;
        let best = run.state().get_best_param().cloned().unwrap_or_else(|| start.clone());
        println!("{iterations:3} iterations: loss {:.3e}, x[9] = {:.6}", rosenbrock(&best), best[9]);
    }
    Ok(())
}
