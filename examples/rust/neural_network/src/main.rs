//! Trains a small neural network to tell two spirals apart, with the gradient of the loss with respect to all weights by reverse mode.
//!
//! `cargo rsenzyme run --release` prints loss and accuracy, and draws the points and the border that was learned in `spirals.svg`.

use plotters::prelude::*;
use rsenzyme_rs::value_and_gradient_into;

/// Widths of the layers.
const LAYERS: [usize; 4] = [2, 16, 16, 1];

struct Sample {
    at: [f64; 2],
    class: f64,
}

fn weight_count() -> usize {
    LAYERS.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
}

/// The probability of the first class, as its logit.
fn network(weights: &[f64], at: &[f64; 2]) -> f64 {
    let mut values = at.to_vec();
    let mut rest = weights;
    for (layer, pair) in LAYERS.windows(2).enumerate() {
        let (inputs, outputs) = (pair[0], pair[1]);
        let (own, others) = rest.split_at((inputs + 1) * outputs);
        rest = others;
        let sums = own.chunks_exact(inputs + 1).map(|row| {
            let products = row.iter().zip(&values).map(|(weight, value)| weight * value);
            row[inputs] + products.sum::<f64>()
        });
        let last = layer + 2 == LAYERS.len();
        values = sums.map(|sum| if last { sum } else { sum.tanh() }).collect();
    }
    values[0]
}

/// Cross entropy.
fn loss(weights: &[f64], samples: &[Sample]) -> f64 {
    let each = samples.iter().map(|sample| {
        let margin = sample.class * network(weights, &sample.at);
        // ln(1 + exp(-margin)), without overflow.
        (-margin.abs()).exp().ln_1p() + (-margin).max(0.0)
    });
    each.sum::<f64>() / samples.len() as f64
}

fn spirals() -> Vec<Sample> {
    let point = |i: usize, class: f64| {
        let t = i as f64 / 100.0;
        let angle = 4.5 * t + if class > 0.0 { 0.0 } else { std::f64::consts::PI };
        let radius = 0.1 + 0.9 * t;
        Sample { at: [radius * angle.cos(), radius * angle.sin()], class }
    };
    (0..100).flat_map(|i| [point(i, 1.0), point(i, -1.0)]).collect()
}

fn draw(weights: &[f64], samples: &[Sample]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new("spirals.svg", (500, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area).margin(10).build_cartesian_2d(-1.2..1.2, -1.2..1.2)?;
    let cells = (0..60).flat_map(|i| (0..60).map(move |j| [f64::from(i) * 0.04 - 1.2, f64::from(j) * 0.04 - 1.2]));
    chart.draw_series(cells.map(|[x, y]| {
        let color = if network(weights, &[x + 0.02, y + 0.02]) > 0.0 { RGBColor(200, 215, 255) } else { RGBColor(255, 215, 205) };
        Rectangle::new([(x, y), (x + 0.04, y + 0.04)], color.filled())
    }))?;
    chart.draw_series(samples.iter().map(|sample| {
        let color = if sample.class > 0.0 { BLUE } else { RED };
        Circle::new((sample.at[0], sample.at[1]), 3, color.filled())
    }))?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let samples = spirals();
    let count = weight_count();
    let mut weights: Vec<f64> = (0..count).map(|i| 0.8 * (i as f64 * 78.233 + 1.0).sin()).collect();
    let (mut gradient, mut mean, mut square) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
    for step in 0..=1200 {
        let value = value_and_gradient_into(|weights: &[f64]| loss(weights, &samples), &weights, &mut gradient);
        if step % 200 == 0 {
            let right = samples.iter().filter(|sample| sample.class * network(&weights, &sample.at) > 0.0).count();
            println!("step {step:4}: loss {value:.5}, {right} of {} points right", samples.len());
        }
        // Adam (Kingma and Ba, 2014).
        let (bias, square_bias) = (1.0 - 0.9f64.powi(step + 1), 1.0 - 0.999f64.powi(step + 1));
        for i in 0..count {
            mean[i] += 0.1 * (gradient[i] - mean[i]);
            square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
            weights[i] -= 0.02 * (mean[i] / bias) / ((square[i] / square_bias).sqrt() + 1e-8);
        }
    }
    println!("the border is drawn in spirals.svg");
    draw(&weights, &samples)
}
