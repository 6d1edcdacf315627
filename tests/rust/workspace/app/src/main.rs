//! A program whose function to differentiate calls another crate's, and which uses a derivative that another crate asks for.

use rsenzyme_rs::derivative;

fn scale() -> f64 {
    env!("SCALE").parse().expect("the build script gives a number")
}

fn main() {
    let scaled = |x: f64| model::cube(x) * scale();
    println!("{} {}", derivative(scaled, 2.0), model::slope(3.0));
}

#[test]
fn derivatives_in_tests() {
    assert_eq!(derivative(model::cube, 2.0), 12.0);
}
