//! The helpers, widths in reverse mode, packed shadows, associated functions, second derivatives: against closed forms.

use rsenzyme_rs::{
    Plain, autodiff_forward, autodiff_reverse, gradient, gradient_into, hessian, hessian_vector_product,
    hessian_vector_product_into, jvp, value_and_gradient, value_and_gradient_into, vjp, vjp_into,
};
use std::hint::black_box;

#[track_caller]
fn close(found: f64, expected: f64) {
    let difference = (found - expected).abs();
    assert!(difference <= 1e-12 * expected.abs().max(1.0), "{found}, not {expected}");
}

/// A structure of floats.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
    z: f32,
}
// SAFETY: it consists of floats.
unsafe impl Plain for Point {}

fn over_points(points: &[Point]) -> f64 {
    points.iter().map(|p| p.x * p.x * p.y + f64::from(p.z)).sum()
}

fn slices_and_structures() {
    let point = |x, y| Point { x, y, z: 0.5 };
    let points = black_box([point(1.0, 2.0), point(3.0, 4.0)]);
    let mut found = [point(9.0, 9.0); 2];
    close(value_and_gradient_into(over_points, &points, &mut found), 2.0 + 36.0 + 1.0);
    close(found[1].x, 24.0);
    close(found[0].y, 1.0);
    close(found[1].z.into(), 1.0);
    let (value, one) = value_and_gradient(|p: &Point| p.x / p.y, &points[0]);
    close(value, 0.5);
    close(one.y, -0.25);
    let mut adjoint = [0.0; 3];
    let value = vjp_into(|x: &[f64]| [x[0] * x[1], x[2]], &[2.0, 3.0, 4.0], [1.0, 10.0], &mut adjoint);
    close(value[0], 6.0);
    assert_eq!(adjoint, [3.0, 2.0, 10.0]);
    let (_, adjoint) = vjp(|x: &(f64, f32)| (x.0 * f64::from(x.1), x.1), &(2.0, 3.0), (1.0, 0.5));
    close(adjoint.0, 3.0);
    close(adjoint.1.into(), 2.5);
    let short = std::panic::catch_unwind(|| gradient_into(|x: &[f64]| x[0], &[1.0, 2.0], &mut [0.0]));
    let text = short.expect_err("the lengths differ");
    assert!(text.downcast_ref::<&str>().is_some_and(|text| text.contains("the same length")));
}

fn second_derivatives() {
    // x^3 y + sin(y z)
    let f = |x: &[f64; 3]| x[0].powi(3) * x[1] + (x[1] * x[2]).sin();
    let at: [f64; 3] = black_box([1.2, 0.7, 0.4]);
    let [x, y, z] = at;
    let (sin, cos) = f64::sin_cos(y * z);
    let expected = [
        [6.0 * x * y, 3.0 * x * x, 0.0],
        [3.0 * x * x, -z * z * sin, cos - y * z * sin],
        [0.0, cos - y * z * sin, -y * y * sin],
    ];
    let found = hessian(f, &at);
    let v = [0.3, -1.0, 2.0];
    let product = hessian_vector_product(f, &at, &v);
    let (mut gradient, mut into) = ([5.0; 3], [5.0; 3]);
    let sliced = |x: &[f64]| x[0].powi(3) * x[1] + (x[1] * x[2]).sin();
    hessian_vector_product_into(sliced, &at, &v, &mut gradient, &mut into);
    for i in 0..3 {
        let mut sum = 0.0;
        for j in 0..3 {
            close(found[i][j], expected[i][j]);
            sum += expected[i][j] * v[j];
        }
        close(product[i], sum);
        close(into[i], sum);
    }
    close(gradient[0], 3.0 * x * x * y);
    // Loops and memory: the Hessian of the sum of (x[i] x[i + 1])^2.
    let chain = |x: &[f64]| x.windows(2).map(|w| (w[0] * w[1]).powi(2)).sum::<f64>();
    let at: Vec<f64> = (1..=6).map(|i| 0.3 * f64::from(black_box(i))).collect();
    let unit = |k: usize| (0..6).map(|i| f64::from(i == k)).collect::<Vec<f64>>();
    for k in 0..6 {
        let (mut gradient, mut row) = (vec![0.0; 6], vec![0.0; 6]);
        hessian_vector_product_into(chain, &at, &unit(k), &mut gradient, &mut row);
        for (i, found) in row.iter().enumerate() {
            let square = |i: usize| at.get(i).map_or(0.0, |x| x * x);
            let expected = match i.abs_diff(k) {
                0 => 2.0 * (square(k + 1) + if k > 0 { square(k - 1) } else { 0.0 }),
                1 => 4.0 * at[i] * at[k],
                _ => 0.0,
            };
            close(*found, expected);
        }
    }
}

#[autodiff_reverse(wide_reverse, 2, Duplicated, Active, Active)]
#[autodiff_reverse(wide_reverse_only, 3, Duplicated, Active, ActiveOnly)]
fn weighted(x: &[f64], by: f64) -> f64 {
    x.iter().map(|x| x * x * by).sum()
}

#[autodiff_reverse(results_reverse, 2, Duplicated, Duplicated)]
fn results(x: &[f64; 2], y: &mut [f64; 2]) {
    y[0] = x[0] * x[1];
    y[1] = x[0].sin();
}

#[autodiff_forward(scaled_packed, 3, Dualv, Dual, Dual)]
#[autodiff_forward(scaled_only, 2, DualvOnly, Dual, DualOnly)]
fn scaled(x: &mut [f64], by: f64) -> f64 {
    for x in x.iter_mut() {
        *x *= by;
    }
    x.iter().sum()
}

fn widths() {
    let x = black_box([1.0, 2.0]);
    let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
    let (value, by) = wide_reverse(&x, &mut a, &mut b, 3.0, [1.0, 10.0]);
    close(value, 15.0);
    assert_eq!((a, b, by), ([6.0, 12.0], [60.0, 120.0], [5.0, 50.0]));
    let mut c = [0.0; 2];
    let by = wide_reverse_only(&x, &mut a, &mut b, &mut c, 3.0, [1.0, 0.0, -1.0]);
    assert_eq!((a, b, c, by), ([12.0, 24.0], [60.0, 120.0], [-6.0, -12.0], [5.0, 0.0, -5.0]));
    // Both rows of a Jacobian at once.
    let (mut first, mut second) = ([0.0; 2], [0.0; 2]);
    let mut y = [0.0; 2];
    let (mut seed, mut other_seed) = ([1.0, 0.0], [0.0, 1.0]);
    results_reverse(&x, &mut first, &mut second, &mut y, &mut seed, &mut other_seed);
    close(y[1], 1f64.sin());
    assert_eq!(first, [2.0, 1.0]);
    close(second[0], 1f64.cos());
    // Three directions in one slice.
    let (mut x, mut dx) = ([1.0, 2.0], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let [value, a, b, c] = scaled_packed(&mut x, &mut dx, 3.0, 0.0, 0.0, 1.0);
    assert_eq!((value, a, b, c), (9.0, 3.0, 3.0, 3.0));
    assert_eq!(dx, [3.0, 0.0, 0.0, 3.0, 1.0, 2.0]);
    // SAFETY: the primal is not used afterwards.
    let both = unsafe { scaled_only(&mut [1.0, 2.0], &mut [1.0, 1.0, 0.0, 0.0], 2.0, 0.0, 1.0) };
    assert_eq!(both, [4.0, 3.0]);
}

struct Circle;
impl Circle {
    #[autodiff_reverse(Self::area_reverse, Active, Active)]
    fn area(radius: f64) -> f64 {
        std::f64::consts::PI * radius * radius
    }

    #[autodiff_forward(scaled_area_forward, Const, Dual, Dual)]
    fn scaled_area(_: &Self, radius: f64) -> f64 {
        2.0 * Self::area(radius)
    }
}

trait Potential {
    fn depth(&self) -> f64;

    #[autodiff_reverse(energy_reverse, Const, Active, Active)]
    fn energy(&self, x: f64) -> f64 {
        self.depth() * x * x
    }

    #[autodiff_forward(Self::unit_forward, Dual, Dual)]
    fn unit(x: f64) -> f64
    where
        Self: Sized,
    {
        x.exp()
    }
}
impl Potential for Circle {
    fn depth(&self) -> f64 {
        4.0
    }
}

fn associated_functions() {
    let (area, slope) = Circle::area_reverse(3.0, 1.0);
    close(area, 9.0 * std::f64::consts::PI);
    close(slope, 6.0 * std::f64::consts::PI);
    close(Circle::scaled_area_forward(&Circle, 3.0, 1.0).1, 12.0 * std::f64::consts::PI);
    close(Circle.energy_reverse(3.0, 1.0).1, 24.0);
    close(Circle::unit_forward(0.5, 2.0).1, 2.0 * 0.5f64.exp());
    let dynamic: &dyn Potential = &Circle;
    close(dynamic.energy_reverse(1.0, 1.0).1, 8.0);
}

/// Shapes that `std::autodiff`'s front end passes wrongly: pairs by value, results in memory, seeds, constant results, dynamic arguments.
#[autodiff_forward(pair_forward, Dual, Dual)]
fn pair(p: (f64, f64)) -> f64 {
    p.0 * p.1
}
#[autodiff_forward(option_forward, Const, Dual, Dual)]
fn option(n: Option<f64>, x: f64) -> (f64, f32, f64, f32) {
    let n = n.unwrap_or(2.0);
    (n * x, x as f32, x * x, 3.0)
}
#[autodiff_reverse(large_reverse, Active, Active)]
fn large(x: [f64; 4]) -> [f64; 4] {
    [x[0] * x[1], x[1], x[2] * x[3], x[3].exp()]
}
#[autodiff_reverse(constant_reverse, Active, Const, Const)]
fn constant(x: f64, log: &mut Vec<f64>) -> bool {
    log.push(1.0);
    x > 0.0
}
#[autodiff_reverse(dynamic_reverse, Const, Active, Active)]
fn dynamic(f: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    std::mem::size_of_val(f) as f64 * x * x
}
#[autodiff_forward(text_forward, Const, Const, Dual, Dual)]
fn text(name: &str, (): (), x: &[f32]) -> f32 {
    x.iter().sum::<f32>() * name.len() as f32
}

fn shapes() {
    close(pair_forward((2.0, 3.0), (1.0, 10.0)).1, 23.0);
    let (value, tangent) = option_forward(Some(5.0), 3.0, 1.0);
    assert_eq!((value, tangent), ((15.0, 3.0, 9.0, 3.0), (5.0, 1.0, 6.0, 0.0)));
    let (_, adjoint) = large_reverse([1.0, 2.0, 3.0, 0.0], [1.0, 10.0, 100.0, 1000.0]);
    assert_eq!(adjoint, [2.0, 11.0, 0.0, 1300.0]);
    let mut log = Vec::new();
    assert_eq!(constant_reverse(1.0, &mut log), (true, 0.0));
    assert_eq!(log, [1.0]);
    let by = black_box(2.0);
    close(dynamic_reverse(&move |x| by * x, 3.0, 1.0).1, 48.0);
    assert_eq!(text_forward("four", (), &[1.0, 2.0], &[1.0, 1.0]), (12.0, 8.0));
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    slices_and_structures();
    second_derivatives();
    widths();
    associated_functions();
    shapes();
    assert_eq!(nostd::slope(&[2.0, 3.0]), [12.0, 3.0]);
    let g = gradient(|x: &[f32; 2]| x[0] * x[1], &[2.0, 3.0]);
    assert_eq!(g, [3.0, 2.0]);
    close(jvp(|x: &Point| x.x * x.y, &Point { x: 2.0, y: 3.0, z: 0.0 }, &Point { x: 1.0, y: 0.0, z: 0.0 }).1, 3.0);
    println!("all programs are right");
}
