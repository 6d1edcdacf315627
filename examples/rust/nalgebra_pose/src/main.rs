//! Finds the pose of a camera from points that it sees: the errors of reprojection are written with `nalgebra`, and their gradient with
//! respect to rotation and translation is taken by reverse mode, through its matrices.
//!
//! `cargo rsenzyme run --release`

use nalgebra::{Matrix3, Vector2, Vector3};
use rsenzyme_rs::value_and_gradient;

/// A rotation vector and a translation.
type Pose = [f64; 6];

/// The rotation about `w` by its length (Rodrigues).
fn rotation(w: &Vector3<f64>) -> Matrix3<f64> {
    let angle = (w.norm_squared() + 1e-12).sqrt();
    let k = w.cross_matrix() / angle;
    Matrix3::identity() + k * angle.sin() + k * k * (1.0 - angle.cos())
}

fn project(pose: &Pose, point: &Vector3<f64>) -> Vector2<f64> {
    let turned = rotation(&Vector3::new(pose[0], pose[1], pose[2])) * point;
    let seen = turned + Vector3::new(pose[3], pose[4], pose[5]);
    Vector2::new(seen.x / seen.z, seen.y / seen.z)
}

fn loss(pose: &Pose, points: &[Vector3<f64>], seen: &[Vector2<f64>]) -> f64 {
    points.iter().zip(seen).map(|(point, seen)| (project(pose, point) - seen).norm_squared()).sum()
}

fn main() {
    let truth: Pose = [0.3, -0.2, 0.5, 0.1, -0.3, 4.0];
    let points: Vec<_> = (0..20)
        .map(|i| f64::from(i))
        .map(|i| Vector3::new((1.7 * i).sin(), (2.3 * i).cos(), (0.9 * i + 1.0).sin()))
        .collect();
    let seen: Vec<_> = points.iter().map(|point| project(&truth, point)).collect();
    let mut pose: Pose = [0.0, 0.0, 0.0, 0.0, 0.0, 5.0];
    let (mut mean, mut square) = ([0.0; 6], [0.0; 6]);
    for step in 0..=2000 {
        let (value, gradient) = value_and_gradient(|pose: &Pose| loss(pose, &points, &seen), &pose);
        if step % 400 == 0 {
            println!("step {step:4}: loss {value:.3e}, pose {pose:.4?}");
        }
        // Adam (Kingma and Ba, 2014), with a rate that goes to zero.
        let rate = 0.02 * (1.0 - f64::from(step) / 2001.0);
        let (bias, square_bias) = (1.0 - 0.9f64.powi(step + 1), 1.0 - 0.999f64.powi(step + 1));
        for i in 0..6 {
            mean[i] += 0.1 * (gradient[i] - mean[i]);
            square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
            pose[i] -= rate * (mean[i] / bias) / ((square[i] / square_bias).sqrt() + 1e-10);
        }
    }
    println!("found {pose:.4?}, true {truth:.4?}");
}
