//! The packages of examples/rust: each prints a loss that goes down. They download and compile other people's libraries, so most of them are
//! for `cargo xtask test --full`.

use crate::support::{copy_package, lock, root, rsenzyme, run, scratch};

/// Runs an example; the losses that it prints.
fn losses(name: &str) -> Vec<f64> {
    let folder = scratch("packages").join(name);
    copy_package(&root().join("examples/rust").join(name), &folder);
    lock(&folder);
    let ran = run(&mut rsenzyme(&folder, &["run", "--release"])).expect_success();
    let output = ran.stdout();
    let numbers = output.lines().filter_map(|line| line.split("loss ").nth(1));
    let numbers: Option<Vec<f64>> = numbers
        .map(|rest| rest.split(',').next()?.trim().parse().ok())
        .collect();
    numbers
        .filter(|list| list.len() > 1)
        .unwrap_or_else(|| panic!("no losses in {}", ran.text()))
}

/// Checks that the loss begins above and ends below a bound.
fn falls(name: &str, bound: f64) {
    let losses = losses(name);
    assert!(
        losses[0] > bound && losses[losses.len() - 1] < bound,
        "{losses:?}"
    );
}

/// 40 errors of variance 0.02^2 / 12 have this sum of squares, of which three parameters take a part.
#[test]
fn least_squares() {
    let noise = 40.0 * 0.02 * 0.02 / 12.0;
    falls("least_squares", 2.0 * noise);
}

/// Half the variance of errors from -0.05 to 0.05 is 0.00042.
#[test]
fn gradient_descent() {
    if !crate::support::is_full("compiles plotters") {
        return;
    }
    falls("gradient_descent", 0.00045);
    assert!(scratch("packages").join("gradient_descent/fit.svg").exists());
}

/// Errors of one part in fifty in both populations.
#[test]
fn ode_fit() {
    if !crate::support::is_full("compiles plotters") {
        return;
    }
    falls("ode_fit", 0.001);
    assert!(scratch("packages").join("ode_fit/populations.svg").exists());
}

#[test]
fn neural_network() {
    if !crate::support::is_full("compiles plotters") {
        return;
    }
    falls("neural_network", 0.01);
    assert!(scratch("packages").join("neural_network/spirals.svg").exists());
}

#[test]
fn nalgebra() {
    if !crate::support::is_full("compiles nalgebra") {
        return;
    }
    falls("nalgebra_pose", 1e-15);
}

#[test]
fn ndarray() {
    if !crate::support::is_full("compiles ndarray") {
        return;
    }
    falls("ndarray_logistic", 0.17);
}

#[test]
fn argmin() {
    if !crate::support::is_full("compiles argmin") {
        return;
    }
    falls("argmin_rosenbrock", 1e-12);
}
