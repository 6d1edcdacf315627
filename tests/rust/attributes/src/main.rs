//! Every shape that `autodiff_forward` takes and returns, against closed forms.

use rsenzyme_rs::autodiff_forward;
use std::hint::black_box;

/// Checks two numbers up to rounding.
#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-13 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

#[autodiff_forward(scalar_dual, Dual, Const, Dual)]
#[autodiff_forward(scalar_only, Dual, Const, DualOnly)]
#[autodiff_forward(scalar_both, Dual, Dual, Dual)]
#[autodiff_forward(scalar_none, Const, Const, Dual)]
#[autodiff_forward(scalar_wide, 3, Dual, Dual, Dual)]
#[autodiff_forward(scalar_wide_only, 2, Dual, Dual, DualOnly)]
#[autodiff_forward(scalar_const, Dual, Dual, Const)]
fn scalar(x: f64, n: f64) -> f64 {
    x.powf(n) + (x * n).sin()
}

fn scalar_by_x(x: f64, n: f64) -> f64 {
    n * x.powf(n - 1.0) + n * (x * n).cos()
}

fn scalar_by_n(x: f64, n: f64) -> f64 {
    x.powf(n) * x.ln() + x * (x * n).cos()
}

fn scalars() {
    let (x, n) = (black_box(1.3), black_box(2.5));
    let (by_x, by_n) = (scalar_by_x(x, n), scalar_by_n(x, n));
    let (value, tangent) = scalar_dual(x, 2.0, n);
    close(value, scalar(x, n));
    close(tangent, 2.0 * by_x);
    close(scalar_only(x, 1.0, n), by_x);
    close(scalar_both(x, 0.5, n, -3.0).1, 0.5 * by_x - 3.0 * by_n);
    close(scalar_none(x, n).1, 0.0);
    close(scalar_const(x, 1.0, n, 1.0), scalar(x, n));
    let wide = scalar_wide(x, 1.0, 0.0, 2.0, n, 0.0, 1.0, 4.0);
    for (found, expected) in wide.into_iter().zip([scalar(x, n), by_x, by_n, 2.0 * by_x + 4.0 * by_n]) {
        close(found, expected);
    }
    let wide = scalar_wide_only(x, 1.0, 0.0, n, 0.0, 1.0);
    close(wide[0], by_x);
    close(wide[1], by_n);
}

#[autodiff_forward(single_dual, Dual, Dual)]
fn single(x: f32) -> f32 {
    x * x * x
}

#[autodiff_forward(sum_of_powers_dual, Dual, Const, Dual)]
fn sum_of_powers(x: &[f64], n: i32) -> f64 {
    x.iter().map(|x| x.powi(n)).sum()
}

#[autodiff_forward(scale_dual, Dual, Dual)]
fn scale(x: &mut [f64], by: f64) {
    for x in x {
        *x *= by;
    }
}

#[autodiff_forward(dot_dual, Dual, Const, Dual)]
fn dot(x: &Vec<f64>, weights: &[f64]) -> f64 {
    x.iter().zip(weights).map(|(x, w)| x * w).sum()
}

fn slices() {
    let (x, dx) = (black_box([1.0, 2.0, 3.0]), [1.0, 0.0, 0.5]);
    let (value, tangent) = sum_of_powers_dual(&x, &dx, 3);
    close(value, 36.0);
    close(tangent, 3.0 + 0.5 * 27.0);
    let (mut y, mut dy) = (x, dx);
    scale_dual(&mut y, &mut dy, 2.0, 10.0);
    for i in 0..3 {
        close(y[i], 2.0 * x[i]);
        close(dy[i], 2.0 * dx[i] + 10.0 * x[i]);
    }
    let (value, tangent) = dot_dual(&x.to_vec(), &dx.to_vec(), &[4.0, 5.0, 6.0]);
    close(value, 32.0);
    close(tangent, 7.0);
    let short = std::panic::catch_unwind(|| sum_of_powers_dual(&x, &dx[..2], 3));
    assert!(short.is_err(), "a shadow that is too short is refused");
}

/// By value in registers, in memory, as a result.
#[derive(Clone, Copy)]
struct Pair {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy)]
struct Triple {
    x: f64,
    y: f64,
    z: f64,
}

// SAFETY: the structures consist of floats.
unsafe impl rsenzyme_rs::Plain for Pair {}
// SAFETY: as above.
unsafe impl rsenzyme_rs::Plain for Triple {}

#[autodiff_forward(product_dual, Dual, Dual)]
fn product(p: Pair) -> f64 {
    p.x * p.y
}

#[autodiff_forward(rotate_dual, Dual, Dual, Dual)]
fn rotate(t: Triple, by: &Pair) -> Triple {
    Triple {
        x: t.x * by.x - t.y * by.y,
        y: t.x * by.y + t.y * by.x,
        z: t.z,
    }
}

#[autodiff_forward(mixed_dual, Dual, Dual)]
fn mixed(x: f64) -> (f64, f32, [f64; 2]) {
    (x.exp(), (x * x) as f32, [x, 1.0 / x])
}

#[autodiff_forward(of_array_dual, Dual, Dual)]
fn of_array([x, y]: [f64; 2]) -> [f64; 2] {
    [x * y, x / y]
}

fn aggregates() {
    let (value, tangent) = product_dual(Pair { x: 2.0, y: 3.0 }, Pair { x: 1.0, y: 10.0 });
    close(value, 6.0);
    close(tangent, 23.0);
    let (t, dt) = (
        Triple { x: 1.0, y: 2.0, z: 3.0 },
        Triple { x: 0.1, y: 0.2, z: 0.3 },
    );
    let (by, d_by) = (Pair { x: 0.6, y: 0.8 }, Pair { x: -0.8, y: 0.6 });
    let (_, tangent) = rotate_dual(t, dt, &by, &d_by);
    close(tangent.x, dt.x * by.x + t.x * d_by.x - dt.y * by.y - t.y * d_by.y);
    close(tangent.y, dt.x * by.y + t.x * d_by.y + dt.y * by.x + t.y * d_by.x);
    close(tangent.z, 0.3);
    let x = black_box(0.7);
    let (value, tangent) = mixed_dual(x, 1.0);
    close(value.0, x.exp());
    close(tangent.0, x.exp());
    assert!((tangent.1 - 1.4).abs() < 1e-6, "{}", tangent.1);
    close(tangent.2[0], 1.0);
    close(tangent.2[1], -1.0 / (x * x));
    let (_, tangent) = of_array_dual([2.0, 4.0], [1.0, 1.0]);
    close(tangent[0], 6.0);
    close(tangent[1], 0.25 - 0.125);
    assert!((single_dual(3.0, 1.0).1 - 27.0).abs() < 1e-5);
}

struct Spring {
    stiffness: f64,
    length: f64,
}

impl Spring {
    #[autodiff_forward(energy_dual, Dual, Dual, Dual)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * (x - self.length).powi(2)
    }

    #[autodiff_forward(force_dual, Const, Dual, DualOnly)]
    fn potential(self, x: f64) -> f64 {
        self.energy(x)
    }

    #[autodiff_forward(soften_dual, Dual, Dual)]
    fn soften(&mut self, by: f64) {
        self.stiffness *= by;
    }
}

fn methods() {
    let spring = Spring { stiffness: 3.0, length: 1.0 };
    let shadow = Spring { stiffness: 1.0, length: 0.0 };
    let (value, tangent) = spring.energy_dual(&shadow, 3.0, 0.5);
    close(value, 6.0);
    close(tangent, 2.0 + 0.5 * 6.0);
    let (mut spring, mut shadow) = (spring, shadow);
    spring.soften_dual(&mut shadow, 0.5, 2.0);
    close(shadow.stiffness, 0.5 + 6.0);
    close(spring.force_dual(3.0, 1.0), 1.5 * 2.0);
}

trait Shape {
    fn area(&self, scale: f64) -> f64;
}

struct Circle(f64);

impl Shape for Circle {
    fn area(&self, scale: f64) -> f64 {
        std::f64::consts::PI * (self.0 * scale).powi(2)
    }
}

#[autodiff_forward(total_dual, Const, Dual, Dual)]
fn total<S: Shape, const N: usize>(shapes: &[S; N], scale: f64) -> f64
where
    S: Sized,
{
    shapes.iter().map(|shape| shape.area(scale)).sum()
}

#[autodiff_forward(applied_dual, Const, Dual, Dual)]
fn applied(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}

/// # Safety
/// `x` is valid.
#[autodiff_forward(square_at_dual, Dual, Dual)]
unsafe fn square_at(x: *const f64) -> f64 {
    // SAFETY: promised by the caller.
    unsafe { *x * *x }
}

#[autodiff_forward(borrowed_dual, Dual, Const, Const)]
fn borrowed<'a>(x: &mut f64, name: &'a str) -> &'a str {
    *x *= name.len() as f64;
    name
}

fn generics() {
    let (value, tangent) = total_dual(&[Circle(1.0), Circle(2.0)], 3.0, 1.0);
    close(value, 45.0 * std::f64::consts::PI);
    close(tangent, 30.0 * std::f64::consts::PI);
    let captured = black_box(2.0);
    close(applied_dual(|x| captured * x * x, 3.0, 1.0).1, 2.0 * 27.0);
    // SAFETY: both are references.
    let (_, tangent) = unsafe { square_at_dual(&3.0, &1.0) };
    close(tangent, 6.0);
    let (mut x, mut dx) = (2.0, 1.0);
    assert_eq!(borrowed_dual(&mut x, &mut dx, "four"), "four");
    close(dx, 4.0);
}

fn main() {
    scalars();
    slices();
    aggregates();
    methods();
    generics();
    println!("all attributes are right");
}
