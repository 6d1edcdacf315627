//! Fits a decaying oscillation to noisy measurements: least squares by gradient descent, with the exact gradient of the sum of squares.
//!
//! `cargo rsenzyme run --release` prints the loss going down and draws `fit.svg`.

use plotters::prelude::*;
use rsenzyme_rs::value_and_gradient;

/// Amplitude, damping, frequency.
type Parameters = [f64; 3];

struct Measurement {
    time: f64,
    value: f64,
}

fn model(p: &Parameters, t: f64) -> f64 {
    p[0] * (-p[1] * t).exp() * (p[2] * t).cos()
}

/// Half the mean of the squared errors.
fn loss(p: &Parameters, data: &[Measurement]) -> f64 {
    let errors = data.iter().map(|m| model(p, m.time) - m.value);
    0.5 * errors.map(|e| e * e).sum::<f64>() / data.len() as f64
}

/// Measurements with errors from -0.05 to 0.05 that repeat from run to run (a generator of Lehmer's).
fn measure(truth: &Parameters) -> Vec<Measurement> {
    let mut state: u32 = 42;
    let mut noise = || {
        state = (u64::from(state) * 48271 % 0x7fff_ffff) as u32;
        0.1 * (f64::from(state) / f64::from(0x7fff_ffff_u32) - 0.5)
    };
    (0..80)
        .map(|i| f64::from(i) * 0.05)
        .map(|time| Measurement { time, value: model(truth, time) + noise() })
        .collect()
}

fn draw(p: &Parameters, data: &[Measurement]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new("fit.svg", (640, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area).margin(20).build_cartesian_2d(0.0..4.0, -2.2..2.2)?;
    chart.draw_series(LineSeries::new((0..400).map(|i| f64::from(i) * 0.01).map(|t| (t, model(p, t))), &BLUE))?;
    chart.draw_series(data.iter().map(|m| Circle::new((m.time, m.value), 2, RED.filled())))?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let truth = [2.0, 0.4, 3.0];
    let data = measure(&truth);
    let mut p = [1.0, 0.1, 2.6];
    for step in 0..=2000 {
        let (value, gradient) = value_and_gradient(|p: &Parameters| loss(p, &data), &p);
        if step % 250 == 0 {
            println!("step {step:4}: loss {value:.6}, parameters {p:.4?}");
        }
        for (p, g) in p.iter_mut().zip(gradient) {
            *p -= 0.1 * g;
        }
    }
    println!("found {p:.3?}, true {truth:.3?}; the fit is drawn in fit.svg");
    draw(&p, &data)
}
