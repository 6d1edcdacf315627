//! A bench without a harness: the gradient many times over.

use std::hint::black_box;
use std::time::Instant;

fn main() {
    let (start, mut gradient) = (Instant::now(), [0.0]);
    for _ in 0..1000 {
        model::distance_gradient(black_box(&[3.0]), &mut gradient, &[words::count!(one)], 1.0);
    }
    assert_eq!(gradient, [2000.0]);
    println!("1000 gradients: {}", if start.elapsed().as_secs() < 60 { "done" } else { "slow" });
}
