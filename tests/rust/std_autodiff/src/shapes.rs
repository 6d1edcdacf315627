//! Arguments and results of every shape that rustc's calling convention treats differently.

use std::autodiff::{autodiff_forward, autodiff_reverse};
use std::hint::black_box as hide;

use crate::check::{close, single};

#[autodiff_forward(pair_dual, Dual, Dual)]
#[autodiff_forward(pair_wide, 2, Dual, Dual)]
#[autodiff_reverse(pair_active, Active, Active)]
fn pair(x: (f64, f64)) -> f64 {
    x.0 * x.0 * x.1
}

#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

#[autodiff_forward(point_dual, Dual, Const, Dual)]
fn point(p: Point, by: f64) -> f64 {
    p.x * p.y * by
}

#[autodiff_forward(pair_between, Dual, Const, Dual, Dual)]
fn between(a: f64, k: (f64, f64), b: f64) -> (f64, f64) {
    (a * k.0, b * k.1)
}

#[autodiff_forward(references, Dual, Dual)]
fn two_references(x: (&f64, &f64)) -> f64 {
    *x.0 * *x.1
}

#[autodiff_forward(optional, Dual, Dual)]
fn option(x: Option<f64>) -> f64 {
    match x {
        Some(x) => x * x,
        None => 1.0,
    }
}

#[autodiff_forward(triple_dual, Dual, Dual)]
fn triple(x: [f64; 3]) -> f64 {
    x[0] * x[1] * x[2]
}

#[autodiff_forward(two_singles, Dual, Dual)]
fn array_of_singles(x: [f32; 2]) -> f32 {
    x[0] * x[1]
}

#[autodiff_forward(three_singles, Dual, Dual)]
fn array_of_three_singles(x: [f32; 3]) -> [f32; 3] {
    [x[0] * x[1], x[1] * x[2], x[2] * x[0]]
}

#[autodiff_forward(array_result, Dual, Dual)]
#[autodiff_forward(array_result_wide, 2, Dual, Dual)]
#[autodiff_forward(array_result_only, Dual, DualOnly)]
#[autodiff_forward(array_result_const, Dual, Const)]
fn powers(x: f64) -> [f64; 3] {
    [x, x * x, x * x * x]
}

#[autodiff_forward(array_reference, Dual, Dual)]
#[autodiff_reverse(array_reference_reverse, Duplicated, Active)]
fn by_reference(x: &[f64; 3]) -> f64 {
    x[0] * x[1] + x[2]
}

struct Model {
    count: usize,
    weights: [f64; 2],
    bias: f32,
}

#[autodiff_reverse(model_reverse, Duplicated, Const, Active)]
fn model(m: &Model, x: f64) -> f64 {
    (0..m.count).map(|index| m.weights[index] * x).sum::<f64>() + f64::from(m.bias)
}

#[autodiff_reverse(raw_reverse, Duplicated, Const, Active)]
unsafe fn raw(x: *const f64, n: usize) -> f64 {
    // SAFETY: the caller promises `n` numbers.
    (0..n).map(|index| unsafe { *x.add(index) * *x.add(index) }).sum()
}

#[autodiff_reverse(zst_reverse, Const, Active, Active)]
fn with_nothing(_nothing: (), x: f64) -> f64 {
    x * x
}

#[autodiff_forward(named, Const, Dual, Dual)]
fn with_a_name(name: &str, x: f64) -> f64 {
    name.len() as f64 * x
}

pub fn run() {
    let (value, tangent) = pair_dual(hide((3.0, 5.0)), hide((1.0, 0.5)));
    close("pair", &[value, tangent], &[45.0, 34.5]);
    let all = pair_wide(hide((3.0, 5.0)), hide((1.0, 0.5)), hide((1.0, 0.0)));
    close("pair, width", &all, &[45.0, 34.5, 30.0]);
    let (value, d) = pair_active(hide((3.0, 5.0)), 1.0);
    close("pair, Active", &[value, d.0, d.1], &[45.0, 30.0, 9.0]);
    let at = |x, y| hide(Point { x, y });
    let (value, tangent) = point_dual(at(3.0, 5.0), at(1.0, 2.0), 2.0);
    close("structure of two", &[value, tangent], &[30.0, 22.0]);
    let (v, t) = pair_between(hide(2.0), 1.0, hide((3.0, 5.0)), hide(7.0), 1.0);
    close("pairs beside numbers", &[v.0, v.1, t.0, t.1], &[6.0, 35.0, 3.0, 5.0]);
    let (value, tangent) = references(hide((&3.0, &5.0)), hide((&1.0, &2.0)));
    close("pair of references", &[value, tangent], &[15.0, 11.0]);
    let (value, tangent) = optional(hide(Some(3.0)), hide(Some(1.0)));
    close("Option", &[value, tangent], &[9.0, 6.0]);
    let (value, tangent) = optional(hide(None), hide(None));
    close("None", &[value, tangent], &[1.0, 0.0]);
    let (value, tangent) = triple_dual(hide([2.0, 3.0, 5.0]), hide([1.0, 0.0, 1.0]));
    close("array by value", &[value, tangent], &[30.0, 21.0]);
    let (value, tangent) = two_singles(hide([2.0, 3.0]), hide([1.0, 1.0]));
    single("array in a register", &[value, tangent], &[6.0, 5.0]);
    let (value, tangent) = three_singles(hide([2.0, 3.0, 5.0]), hide([1.0, 0.0, 0.0]));
    single("array of three singles", &value, &[6.0, 15.0, 10.0]);
    single("array of three singles", &tangent, &[3.0, 0.0, 5.0]);
    let x = hide(3.0);
    let (value, tangent) = array_result(x, 1.0);
    close("result in memory", &value, &[3.0, 9.0, 27.0]);
    close("result in memory", &tangent, &[1.0, 6.0, 27.0]);
    let [value, one, two] = array_result_wide(x, 1.0, 2.0);
    close("result in memory, width", &value, &[3.0, 9.0, 27.0]);
    close("result in memory, width", &[one, two].concat(), &[1.0, 6.0, 27.0, 2.0, 12.0, 54.0]);
    close("result in memory, DualOnly", &array_result_only(x, 1.0), &[1.0, 6.0, 27.0]);
    close("result in memory, Const", &array_result_const(x, 1.0), &[3.0, 9.0, 27.0]);
    let (value, tangent) = array_reference(&[2.0, 3.0, 5.0], &[1.0, 0.0, 1.0]);
    close("reference to an array", &[value, tangent], &[11.0, 4.0]);
    let mut shadow = [0.0; 3];
    array_reference_reverse(&[2.0, 3.0, 5.0], &mut shadow, 1.0);
    close("reference to an array", &shadow, &[3.0, 2.0, 1.0]);
    let at = Model { count: 2, weights: [2.0, 3.0], bias: 1.0 };
    let mut shadow = Model { count: 0, weights: [0.0; 2], bias: 0.0 };
    let value = model_reverse(&at, &mut shadow, 4.0, 1.0);
    let [one, two] = shadow.weights;
    close("structure of several types", &[value, one, two, f64::from(shadow.bias)], &[21.0, 4.0, 4.0, 1.0]);
    let (at, mut shadow) = ([1.0, 2.0], [0.0; 2]);
    // SAFETY: both arrays have two numbers.
    unsafe { raw_reverse(at.as_ptr(), shadow.as_mut_ptr(), hide(2), 1.0) };
    close("raw pointers", &shadow, &[2.0, 4.0]);
    let (value, derivative) = zst_reverse((), hide(3.0), 1.0);
    close("nothing as an argument", &[value, derivative], &[9.0, 6.0]);
    let (value, tangent) = named(hide("abc"), hide(2.0), 1.0);
    close("a string as an argument", &[value, tangent], &[6.0, 3.0]);
}
