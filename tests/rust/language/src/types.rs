//! Enumerations, options, results, traits, generics, recursion and threads.

use crate::check::Checks;
use std::hint::black_box;
use std::ops::{Add, Index, Mul};

const X: [f64; 4] = [0.5, 1.5, 2.5, 0.75];

#[derive(Clone, Copy)]
enum Shape {
    Circle(f64),
    Rectangle { width: f64, height: f64 },
    Ring(f32, f64),
    Nothing,
}

fn area(shape: Shape) -> f64 {
    match shape {
        Shape::Circle(radius) => std::f64::consts::PI * radius * radius,
        Shape::Rectangle { width, height } => width * height,
        Shape::Ring(inner, outer) => outer * outer - f64::from(inner * inner),
        Shape::Nothing => 0.0,
    }
}

#[derive(Debug)]
enum Failure {
    Negative(f64),
}

fn root(x: f64) -> Result<f64, Failure> {
    if x < 0.0 { Err(Failure::Negative(x)) } else { Ok(x.sqrt()) }
}

fn roots(x: &[f64]) -> Result<f64, Failure> {
    let mut sum = 0.0;
    for x in x {
        sum += root(*x - 0.1)?;
    }
    Ok(sum * root(x[0])?)
}

trait Energy {
    fn energy(&self, x: f64) -> f64;
    fn force(&self, x: f64) -> f64 {
        self.energy(x) * 0.5
    }
}
struct Spring(f64);
struct Well {
    depth: f64,
    width: f64,
}
impl Energy for Spring {
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.0 * x * x
    }
}
impl Energy for Well {
    fn energy(&self, x: f64) -> f64 {
        -self.depth * (-(x / self.width).powi(2)).exp()
    }
    fn force(&self, x: f64) -> f64 {
        x * self.depth
    }
}

fn statically<E: Energy + ?Sized>(energy: &E, x: f64) -> f64 {
    energy.energy(x) + energy.force(x)
}

#[derive(Clone, Copy)]
struct Dual(f64, f64);
impl Add for Dual {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}
impl Mul for Dual {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0, self.0 * other.1 + self.1 * other.0)
    }
}

struct Matrix<const R: usize, const C: usize>([[f64; C]; R]);
impl<const R: usize, const C: usize> Matrix<R, C> {
    fn times<const N: usize>(&self, other: &Matrix<C, N>) -> Matrix<R, N> {
        let mut product = [[0.0; N]; R];
        for (i, row) in product.iter_mut().enumerate() {
            for (j, entry) in row.iter_mut().enumerate() {
                *entry = (0..C).map(|k| self.0[i][k] * other.0[k][j]).sum();
            }
        }
        Matrix(product)
    }
}
impl<const R: usize, const C: usize> Index<(usize, usize)> for Matrix<R, C> {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.0[i][j]
    }
}

fn power(x: f64, n: u32) -> f64 {
    match n {
        0 => 1.0,
        n if n % 2 == 0 => power(x * x, n / 2),
        _ => x * power(x, n - 1),
    }
}

fn even(x: f64, n: u32) -> f64 {
    if n == 0 { x } else { odd(x * 1.1, n - 1).sin() }
}
fn odd(x: f64, n: u32) -> f64 {
    if n == 0 { x * x } else { even(x + 0.2, n - 1) * 1.5 }
}

pub fn enums(checks: &mut Checks) {
    checks.program("enums and match with float payloads", &X, |x| {
        let kinds = black_box([0, 1, 2, 3, 1]);
        let shape = |kind: i32| match kind {
            0 => Shape::Circle(x[0]),
            1 => Shape::Rectangle { width: x[1], height: x[2] },
            2 => Shape::Ring(0.5, x[3]),
            _ => Shape::Nothing,
        };
        kinds.iter().map(|kind| area(shape(*kind))).sum()
    });
    checks.program("a vector of enums", &X, |x| {
        let shapes = vec![
            Shape::Circle(x[0]),
            Shape::Nothing,
            Shape::Rectangle { width: x[1], height: x[2] * x[3] },
            Shape::Circle(x[1]),
        ];
        shapes.iter().map(|shape| area(*shape)).sum()
    });
    checks.program("growth of a vector of enums", &X, |x| {
        let mut shapes = Vec::new();
        for kind in black_box([0, 1, 2, 3, 1, 0, 0, 1, 2]) {
            shapes.push(match kind {
                0 => Shape::Circle(x[0]),
                1 => Shape::Rectangle { width: x[1], height: x[2] },
                2 => Shape::Ring(0.5, x[3]),
                _ => Shape::Nothing,
            });
        }
        shapes.iter().map(|shape| area(*shape)).sum()
    });
    checks.program("growth of a vector of options", &X, |x| {
        let mut all = Vec::new();
        for i in 0..black_box(9) {
            all.push(if i % 3 == 0 { None } else { Some(x[i % 4] * x[(i + 1) % 4]) });
        }
        all.iter().flatten().map(|y| y * y).sum()
    });
    checks.program("Option<f64>", &X, |x| {
        let positive = |x: f64| if x > 0.6 { Some(x.ln()) } else { None };
        let all: Vec<Option<f64>> = x.iter().map(|x| positive(*x)).collect();
        all.iter().flatten().sum::<f64>() + all[0].unwrap_or(x[0]) * all[1].map_or(1.0, |y| y * y)
    });
    checks.program("Option in loops", &X, |x| {
        let mut best: Option<f64> = None;
        for x in x {
            best = Some(best.map_or(*x, |best| if x * x > best { x * x } else { best }));
        }
        best.unwrap_or(0.0) * x[0]
    });
    checks.program("Result and ?", &X, |x| roots(x).unwrap_or(-1.0));
    checks.program("Result that is an error", &[-0.5, 2.0], |x| match roots(x) {
        Ok(value) => value,
        Err(Failure::Negative(by)) => by * by * x[1],
    });
    checks.program("tuples and patterns", &X, |x| {
        let [a, b, ref rest @ ..] = *x else { return 0.0 };
        let (sum, difference) = (a + b, a - b);
        let ((p, q), r) = ((sum * difference, rest[0]), rest[1]);
        if let (p, 0.0..3.0) = (p, q) { p * q * r } else { r }
    });
}

pub fn traits(checks: &mut Checks) {
    checks.program("dyn Trait", &X, |x| {
        let energy: &dyn Energy =
            if black_box(true) { &Spring(x[0]) } else { &Well { depth: x[1], width: 1.0 } };
        energy.energy(x[2]) + energy.force(x[3])
    });
    checks.program("trait objects in a vector", &X, |x| {
        let terms: Vec<Box<dyn Energy>> =
            vec![Box::new(Spring(x[0])), Box::new(Well { depth: x[1], width: x[2] }), Box::new(Spring(2.0))];
        terms.iter().map(|term| term.energy(x[3]) * term.force(x[0])).sum()
    });
    checks.program("static dispatch", &X, |x| {
        statically(&Spring(x[0]), x[1]) * statically(&Well { depth: x[2], width: 2.0 }, x[3])
    });
    checks.program("operators", &X, |x| {
        let (a, b) = (Dual(x[0], x[1]), Dual(x[2], x[3]));
        let c = a * b + a * a * b;
        c.0 * c.1
    });
    checks.program("const generics", &X, |x| {
        let a = Matrix([[x[0], x[1]], [x[2], x[3]], [1.0, x[0]]]);
        let b = Matrix([[x[3], 2.0, x[1]], [x[0], x[2], 0.5]]);
        let c = a.times(&b).times(&a);
        c[(0, 0)] * c[(1, 1)] - c[(2, 0)]
    });
    checks.program("recursion", &X, |x| power(x[0], black_box(11)) + power(x[1], black_box(6)));
    checks.program("mutual recursion", &X, |x| even(x[0], black_box(5)) * odd(x[1], black_box(4)));
    checks.program("function pointers", &X, |x| {
        let table: [fn(f64) -> f64; 3] = [f64::sin, |x| x * x, f64::exp];
        let order = black_box([1usize, 0, 2, 1]);
        order.iter().fold(x[0], |y, i| table[*i](y) * x[1])
    });
    checks.program("mutable references", &X, |x| {
        fn step(state: &mut (f64, [f64; 2]), by: f64) {
            state.0 += by * state.1[0];
            state.1[0] -= by * state.0.sin();
            state.1.swap(0, 1);
        }
        let mut state = (x[0], [x[1], x[2]]);
        for _ in 0..black_box(6) {
            step(&mut state, x[3]);
        }
        state.0 * std::mem::replace(&mut state.1[0], 0.0)
    });
    checks.program("f32", &X, |x| {
        let y: Vec<f64> = x.iter().map(|x| f64::from(black_box(3.0f32)) * x).collect();
        y.iter().map(|y| y * y).sum()
    });
    checks.program("statics and constants", &X, |x| {
        static TABLE: [f64; 4] = [1.0, 0.5, 0.25, 4.0];
        const SCALE: f64 = 3.0;
        TABLE.iter().zip(x).map(|(t, x)| SCALE * t * x * x).sum()
    });
}

pub fn threads(checks: &mut Checks) {
    let energy = |x: &[f64; 4]| x.iter().map(|y| y.sin() * x.len() as f64).product::<f64>();
    let points = [X, [1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4]];
    let mut gradients = [[0.0; 4]; 3];
    std::thread::scope(|scope| {
        for (point, gradient) in points.iter().zip(&mut gradients) {
            scope.spawn(move || *gradient = rsenzyme_rs::gradient(energy, point));
        }
    });
    let here = points.map(|point| rsenzyme_rs::gradient(energy, &point));
    checks.holds("gradients in several threads", gradients == here && here[0] != here[1]);
}
