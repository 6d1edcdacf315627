//! Finds the four parameters of a predator-prey model (Lotka and Volterra) from noisy populations: the gradient goes through the solver of
//! the differential equations, a Runge-Kutta method of fourth order.
//!
//! `cargo rsenzyme run --release` prints the loss going down and draws `populations.svg`.

use plotters::prelude::*;
use rsenzyme_rs::value_and_gradient;

/// Births of prey, prey eaten, deaths of predators, predators fed.
type Parameters = [f64; 4];
type State = [f64; 2];

const STEP: f64 = 0.05;
const STEPS_PER_SAMPLE: usize = 5;
const START: State = [1.0, 0.5];

fn rates(p: &Parameters, [prey, predators]: State) -> State {
    [prey * (p[0] - p[1] * predators), predators * (p[3] * prey - p[2])]
}

fn add(a: State, by: f64, b: State) -> State {
    [a[0] + by * b[0], a[1] + by * b[1]]
}

fn step(p: &Parameters, y: State) -> State {
    let k1 = rates(p, y);
    let k2 = rates(p, add(y, STEP / 2.0, k1));
    let k3 = rates(p, add(y, STEP / 2.0, k2));
    let k4 = rates(p, add(y, STEP, k3));
    let sum = add(add(k1, 2.0, k2), 1.0, add(k4, 2.0, k3));
    add(y, STEP / 6.0, sum)
}

/// The populations at the times of the samples.
fn simulate(p: &Parameters, samples: usize) -> Vec<State> {
    let mut y = START;
    let mut found = Vec::with_capacity(samples);
    for _ in 0..samples {
        for _ in 0..STEPS_PER_SAMPLE {
            y = step(p, y);
        }
        found.push(y);
    }
    found
}

fn loss(p: &Parameters, data: &[State]) -> f64 {
    let errors = simulate(p, data.len()).into_iter().zip(data);
    let squares = errors.map(|(y, d)| (y[0] - d[0]).powi(2) + (y[1] - d[1]).powi(2));
    squares.sum::<f64>() / data.len() as f64
}

fn draw(p: &Parameters, data: &[State]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new("populations.svg", (640, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area).margin(20).build_cartesian_2d(0.0..15.0, 0.0..3.5)?;
    let fitted = simulate(p, data.len());
    let time = |i: usize| (i + 1) as f64 * STEP * STEPS_PER_SAMPLE as f64;
    for (kind, color) in [(0, &BLUE), (1, &RED)] {
        chart.draw_series(LineSeries::new(fitted.iter().enumerate().map(|(i, y)| (time(i), y[kind])), color))?;
        chart.draw_series(data.iter().enumerate().map(|(i, y)| Circle::new((time(i), y[kind]), 2, color.filled())))?;
    }
    area.present()?;
    Ok(())
}

/// Adam (Kingma and Ba, 2014) with its usual constants.
#[derive(Default)]
struct Adam {
    mean: Parameters,
    square: Parameters,
    steps: i32,
}

impl Adam {
    fn step(&mut self, p: &mut Parameters, gradient: &Parameters, rate: f64) {
        self.steps += 1;
        let (bias, square_bias) = (1.0 - 0.9f64.powi(self.steps), 1.0 - 0.999f64.powi(self.steps));
        for i in 0..p.len() {
            self.mean[i] += 0.1 * (gradient[i] - self.mean[i]);
            self.square[i] += 0.001 * (gradient[i] * gradient[i] - self.square[i]);
            p[i] -= rate * (self.mean[i] / bias) / ((self.square[i] / square_bias).sqrt() + 1e-8);
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let truth = [1.1, 0.9, 1.0, 0.8];
    // Errors of up to one part in fifty, the same in every run.
    let noise = |i: usize| 1.0 + 0.02 * (i as f64 * 12.9898).sin();
    let data: Vec<State> =
        simulate(&truth, 60).iter().enumerate().map(|(i, y)| [y[0] * noise(i), y[1] * noise(i + 100)]).collect();
    let mut p = [0.9, 0.7, 0.8, 0.6];
    let mut adam = Adam::default();
    for step in 0..=1500 {
        let (value, gradient) = value_and_gradient(|p: &Parameters| loss(p, &data), &p);
        if step % 250 == 0 {
            println!("step {step:4}: loss {value:.6}, parameters {p:.4?}");
        }
        adam.step(&mut p, &gradient, 0.01);
    }
    println!("found {p:.3?}, true {truth:.3?}; the populations are drawn in populations.svg");
    draw(&p, &data)
}
