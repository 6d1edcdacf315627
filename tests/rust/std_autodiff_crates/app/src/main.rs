//! Goes down the gradient of a function of another crate.

fn main() {
    let (to, mut x) = ([1.0, 2.0], [0.0; 2]);
    for _ in 0..60 {
        let mut gradient = [0.0; 2];
        model::distance_gradient(&x, &mut gradient, &to, 1.0);
        x.iter_mut().zip(gradient).for_each(|(x, slope)| *x -= 0.5 * slope);
    }
    println!("{:.6} {:.6} {}", x[0], x[1], env!("ANSWER"));
}
