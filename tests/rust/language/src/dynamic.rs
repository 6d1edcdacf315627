//! Closures behind `dyn`, trait objects and function pointers that are handed to differentiated functions: what is called is known only when the
//! program runs.

use crate::check::{Checks, quotient};
use rsenzyme_rs::{autodiff_forward, autodiff_reverse};
use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

/// Checks both derivatives of a function of three numbers: all of a gradient, and a tangent.
fn check(
    checks: &mut Checks,
    name: &str,
    f: &mut dyn FnMut(&[f64]) -> f64,
    gradient: &mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    tangent: &mut dyn FnMut(&[f64], &[f64]) -> (f64, f64),
) {
    eprintln!("{name}");
    let x = black_box([0.7, 1.4, -0.6]);
    let value = f(&x);
    let mut found = [0.0; 3];
    checks.note(
        name,
        "value of reverse mode",
        gradient(&x, &mut found),
        value,
        1e-13,
    );
    let mut along = 0.0;
    let direction = [1.0, -0.5, 2.0];
    for i in 0..3 {
        let f = Cell::new(Some(&mut *f));
        let moved = |value: f64| {
            let mut moved = x;
            moved[i] = value;
            let inner = f.take().expect("it is put back");
            let value = inner(&moved);
            f.set(Some(inner));
            value
        };
        let expected = quotient(moved, x[i]);
        along += expected * direction[i];
        checks.note(name, &format!("partial derivative {i}"), found[i], expected, 1e-7);
    }
    let (tangent_value, tangent) = tangent(&x, &direction);
    checks.note(name, "value of forward mode", tangent_value, value, 1e-13);
    checks.note(name, "tangent", tangent, along, 1e-7);
    checks.holds(&format!("{name}: something depends on something"), along != 0.0);
}

#[autodiff_reverse(sum_gradient, Duplicated, Const, Active)]
#[autodiff_forward(sum_tangent, Dual, Const, Dual)]
fn sum(x: &[f64], f: &dyn Fn(f64) -> f64) -> f64 {
    x.iter().map(|&x| f(x) * (x + 2.0)).sum()
}

#[inline(never)]
fn closure(n: usize, a: f64) -> Box<dyn Fn(f64) -> f64> {
    let inner: Box<dyn Fn(f64, &[f64]) -> f64> = match n % 2 {
        0 => Box::new(move |x, p| p[0] * x * x * x + a),
        _ => Box::new(|x, p| (p[1] * x).cos()),
    };
    let parameters = vec![a, 1.0 - a];
    match n {
        1 => Box::new(move |x| a * x * x),
        2 => Box::new(move |x| (a * x).sin()),
        3 => Box::new(f64::exp),
        _ => Box::new(move |x| inner(x, &parameters) + inner(2.0 * x, &parameters[..])),
    }
}

#[autodiff_reverse(apply_gradient, Duplicated, Const, Active)]
#[autodiff_forward(apply_tangent, Dual, Const, Dual)]
fn apply(x: &[f64], f: fn(f64) -> f64) -> f64 {
    x.iter().fold(1.0, |product, &x| product * f(f(x)))
}

fn shifted(x: f64) -> f64 {
    x * x + 0.5
}

#[autodiff_reverse(mutable_gradient, Duplicated, Const, Active)]
#[autodiff_forward(mutable_tangent, Dual, Const, Dual)]
fn mutable(x: &[f64], f: &mut dyn FnMut(f64) -> f64) -> f64 {
    x.iter().map(|&x| f(x)).sum::<f64>() + f(x[0] * x[1])
}

// In a debug build the box is dropped by a function of its own, so that it goes through memory beside what is active: that is refused.
#[cfg(not(debug_assertions))]
#[autodiff_reverse(boxed_gradient, Duplicated, Const, Active)]
#[autodiff_forward(boxed_tangent, Dual, Const, Dual)]
fn boxed(x: &[f64], f: Box<dyn Fn(f64) -> f64>) -> f64 {
    let last = x[x.len() - 1];
    x.iter().map(|&x| f(x) * last).sum()
}

/// Forces that are written to memory, with a state that does not depend on them.
trait Model {
    fn forces(&self, x: &[f64], out: &mut [f64]);
    fn scale(&self, x: f64) -> f64 {
        1.5 * x
    }
    fn name(&self) -> String;
}

struct Springs(Vec<f64>);
struct Gravity {
    g: f64,
    calls: Cell<usize>,
}

impl Model for Springs {
    fn forces(&self, x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] += self.0[i] * x[i] * x[(i + 1) % x.len()];
        }
    }
    fn name(&self) -> String {
        format!("{} springs", self.0.len())
    }
}

impl Model for Gravity {
    fn forces(&self, x: &[f64], out: &mut [f64]) {
        self.calls.set(self.calls.get() + 1);
        for (out, x) in out.iter_mut().zip(x) {
            *out += self.g / (x * x + 1.0);
        }
    }
    fn scale(&self, x: f64) -> f64 {
        x.sin() * self.g
    }
    fn name(&self) -> String {
        "gravity".to_owned()
    }
}

#[autodiff_reverse(work_gradient, Duplicated, Const, Active)]
#[autodiff_forward(work_tangent, Dual, Const, Dual)]
fn work(x: &[f64], model: &dyn Model) -> f64 {
    let mut forces = vec![0.0; x.len()];
    model.forces(x, &mut forces);
    model.forces(&forces.clone(), &mut forces);
    let bonus = model.name().len() as f64;
    forces.iter().zip(x).map(|(f, x)| model.scale(f * x)).sum::<f64>() + bonus
}

#[autodiff_reverse(several_gradient, Duplicated, Const, Const, Active)]
#[autodiff_forward(several_tangent, Dual, Const, Const, Dual)]
fn several(x: &[f64], models: &[Rc<dyn Model>], pick: fn(usize) -> usize) -> f64 {
    let mut total = vec![0.0; x.len()];
    for i in 0..models.len() {
        models[pick(i)].forces(x, &mut total);
    }
    total.iter().map(|x| x * x).sum()
}

struct Network {
    layers: Vec<Box<dyn Fn(&mut [f64])>>,
}

impl Network {
    #[autodiff_reverse(run_gradient, Const, Duplicated, Active)]
    #[autodiff_forward(run_tangent, Const, Dual, Dual)]
    fn run(&self, x: &[f64]) -> f64 {
        let mut state = x.to_vec();
        for layer in &self.layers {
            layer(&mut state);
        }
        state.iter().sum()
    }
}

fn functions(checks: &mut Checks) {
    let n = black_box(1);
    for k in n..n + 5 {
        let f = closure(k, 0.8);
        check(
            checks,
            &format!("&dyn Fn as an argument, {k}"),
            &mut |x| sum(x, &*f),
            &mut |x, dx| sum_gradient(x, dx, &*f, 1.0),
            &mut |x, dx| sum_tangent(x, dx, &*f),
        );
        #[cfg(not(debug_assertions))]
        check(
            checks,
            &format!("Box<dyn Fn> as an argument, {k}"),
            &mut |x| boxed(x, closure(k, 0.8)),
            &mut |x, dx| boxed_gradient(x, dx, closure(k, 0.8), 1.0),
            &mut |x, dx| boxed_tangent(x, dx, closure(k, 0.8)),
        );
        checks.program(&format!("a captured &dyn Fn, {k}"), &[0.3, 1.1], |x| {
            f(x[0]) * f(x[1])
        });
    }
    let pointers: [fn(f64) -> f64; 3] = [f64::sin, shifted, |x| 1.0 / (1.0 + x * x)];
    for f in black_box(pointers) {
        check(
            checks,
            "a function pointer as an argument",
            &mut |x| apply(x, f),
            &mut |x, dx| apply_gradient(x, dx, f, 1.0),
            &mut |x, dx| apply_tangent(x, dx, f),
        );
    }
    let mut calls = 0.0;
    let mut counting = |x: f64| {
        calls += 1.0;
        x.exp() * x
    };
    let f: &mut dyn FnMut(f64) -> f64 = black_box(&mut counting);
    let f = std::cell::RefCell::new(f);
    check(
        checks,
        "&mut dyn FnMut as an argument",
        &mut |x| mutable(x, &mut **f.borrow_mut()),
        &mut |x, dx| mutable_gradient(x, dx, &mut **f.borrow_mut(), 1.0),
        &mut |x, dx| mutable_tangent(x, dx, &mut **f.borrow_mut()),
    );
    checks.holds("a closure's state is its own", calls >= 12.0);
}

fn objects(checks: &mut Checks) {
    let gravity = || Gravity {
        g: 9.81,
        calls: Cell::new(0),
    };
    let models: Vec<Rc<dyn Model>> = vec![Rc::new(Springs(vec![1.0, 2.0, 0.5])), Rc::new(gravity())];
    for model in black_box(&models) {
        check(
            checks,
            "&dyn Trait as an argument",
            &mut |x| work(x, &**model),
            &mut |x, dx| work_gradient(x, dx, &**model, 1.0),
            &mut |x, dx| work_tangent(x, dx, &**model),
        );
        checks.program("a captured &dyn Trait", &[0.4, -0.3, 1.2], |x| work(x, &**model));
    }
    let pick: fn(usize) -> usize = black_box(|i| 1 - i);
    check(
        checks,
        "a slice of Rc<dyn Trait> as an argument",
        &mut |x| several(x, &models, pick),
        &mut |x, dx| several_gradient(x, dx, &models, pick, 1.0),
        &mut |x, dx| several_tangent(x, dx, &models, pick),
    );
    let weights = vec![0.3, -1.2, 0.7];
    let network = black_box(Network {
        layers: vec![
            Box::new(move |state| {
                for (x, w) in state.iter_mut().zip(&weights) {
                    *x *= w;
                }
            }),
            Box::new(|state| state.iter_mut().for_each(|x| *x = x.tanh())),
            Box::new(|state| {
                for i in 1..state.len() {
                    state[i] += state[i - 1] * state[i];
                }
            }),
        ],
    });
    check(
        checks,
        "&self with closures behind dyn",
        &mut |x| network.run(x),
        &mut |x, dx| network.run_gradient(x, dx, 1.0),
        &mut |x, dx| network.run_tangent(x, dx),
    );
}

pub fn all(checks: &mut Checks) {
    functions(checks);
    objects(checks);
}
