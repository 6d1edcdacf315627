//! Generics, traits, enumerations.

use std::autodiff::{autodiff_forward, autodiff_reverse};
use std::hint::black_box as hide;
use std::ops::{Add, Mul};

use crate::check::{close, gradient, single};

#[autodiff_reverse(generic_reverse, Duplicated, Active)]
fn square<T: Copy + Mul<Output = T>>(x: &T) -> T {
    *x * *x
}

#[autodiff_forward(generic_forward, Dual, Dual)]
fn sum_of<const N: usize>(x: &[f64; N]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

#[derive(Clone, Copy)]
struct Complex {
    re: f64,
    im: f64,
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

#[autodiff_reverse(complex_reverse, Duplicated, Active)]
fn complex(x: &[f64]) -> f64 {
    let c = Complex { re: x[0], im: x[1] };
    let mut z = Complex { re: 0.0, im: 0.0 };
    for _ in 0..5 {
        z = z * z + c;
    }
    z.re * z.re + z.im * z.im
}

trait Shape {
    fn area(&self) -> f64;
}

struct Disk(f64);
struct Rectangle(f64, f64);

impl Shape for Disk {
    fn area(&self) -> f64 {
        3.0 * self.0 * self.0
    }
}

impl Shape for Rectangle {
    fn area(&self) -> f64 {
        self.0 * self.1
    }
}

#[autodiff_reverse(dyn_reverse, Duplicated, Active)]
fn areas(x: &[f64]) -> f64 {
    let shapes: [Box<dyn Shape>; 2] = [Box::new(Disk(x[0])), Box::new(Rectangle(x[1], x[2]))];
    shapes.iter().map(|shape| shape.area()).sum()
}

enum Step {
    Scale(f64),
    Shift(f64),
    Square,
}

#[autodiff_reverse(enum_reverse, Duplicated, Active)]
fn steps(x: &[f64]) -> f64 {
    let steps = [Step::Scale(x[0]), Step::Square, Step::Shift(x[1]), Step::Scale(x[2])];
    steps.iter().fold(1.5, |value, step| match step {
        Step::Scale(by) => value * by,
        Step::Shift(by) => value + by,
        Step::Square => value * value,
    })
}

fn checked_root(x: f64) -> Option<f64> {
    (x >= 0.0).then(|| x.sqrt())
}

#[autodiff_reverse(option_reverse, Duplicated, Active)]
fn roots(x: &[f64]) -> f64 {
    x.iter().filter_map(|&x| checked_root(x)).sum()
}

fn parse(x: f64) -> Result<f64, String> {
    if x > 100.0 { Err("too large".to_owned()) } else { Ok(x * x) }
}

#[autodiff_reverse(result_reverse, Duplicated, Active)]
fn results(x: &[f64]) -> f64 {
    let all: Result<Vec<f64>, String> = x.iter().map(|&x| parse(x)).collect();
    all.map_or(0.0, |all| all.iter().product())
}

#[autodiff_reverse(cases_reverse, Active, Const, Active)]
fn cases(x: f64, case: u8) -> f64 {
    match case {
        0 => x,
        1 => x * x,
        2..=4 => x.sin(),
        _ => 1.0 / x,
    }
}

pub fn run() {
    let mut shadow = 0.0;
    let value = generic_reverse(&hide(3.0f64), &mut shadow, 1.0);
    close("generic over f64", &[value, shadow], &[9.0, 6.0]);
    let mut shadow = 0.0;
    let value = generic_reverse(&hide(3.0f32), &mut shadow, 1.0);
    single("generic over f32", &[value, shadow], &[9.0, 6.0]);
    let (value, tangent) = generic_forward(&hide([1.0, 2.0]), &[1.0, 1.0]);
    close("generic over a length", &[value, tangent], &[5.0, 6.0]);
    let (value, tangent) = generic_forward(&hide([1.0, 2.0, 3.0]), &[1.0, 1.0, 1.0]);
    close("generic over another length", &[value, tangent], &[14.0, 12.0]);
    gradient("operators", complex, complex_reverse, &[0.3, 0.4]);
    gradient("dyn Trait", areas, dyn_reverse, &[1.5, 2.0, 3.0]);
    gradient("enumerations", steps, enum_reverse, &[1.5, 2.0, 3.0]);
    gradient("Option", roots, option_reverse, &[1.5, -2.0, 3.0]);
    gradient("Result", results, result_reverse, &[1.5, -2.0, 3.0]);
    for (case, expected) in [(0, 1.0), (1, 1.0), (3, 0.5f64.cos()), (7, -4.0)] {
        let (_, derivative) = cases_reverse(hide(0.5), hide(case), 1.0);
        close("cases", &[derivative], &[expected]);
    }
}
