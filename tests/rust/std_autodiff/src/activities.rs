//! Every activity, in both modes, with and without width.

use std::autodiff::{autodiff_forward, autodiff_reverse};
use std::hint::black_box as hide;

use crate::check::close;

#[autodiff_forward(dual_dual, Dual, Dual)]
#[autodiff_forward(dual_only, Dual, DualOnly)]
#[autodiff_forward(dual_const, Dual, Const)]
#[autodiff_forward(wide_dual, 3, Dual, Dual)]
#[autodiff_forward(wide_only, 3, Dual, DualOnly)]
#[autodiff_forward(wide_const, 3, Dual, Const)]
#[autodiff_reverse(active_active, Active, Active)]
#[autodiff_reverse(active_only, Active, ActiveOnly)]
#[autodiff_reverse(active_const, Active, Const)]
fn cube(x: f64) -> f64 {
    x * x * x
}

#[autodiff_forward(const_input, Const, Dual, Dual)]
#[autodiff_reverse(const_input_reverse, Const, Active, Active)]
#[autodiff_reverse(both_active, Active, Active, Active)]
fn product(x: f64, y: f64) -> f64 {
    x * x * y
}

#[autodiff_forward(through_memory, Dual, Dual)]
#[autodiff_forward(through_memory_wide, 2, Dual, Dual)]
#[autodiff_forward(through_memory_only, DualOnly, DualOnly)]
#[autodiff_reverse(through_memory_reverse, Duplicated, Duplicated)]
#[autodiff_reverse(through_memory_reverse_wide, 2, Duplicated, Duplicated)]
#[autodiff_reverse(through_memory_reverse_only, DuplicatedOnly, DuplicatedOnly)]
fn write_square(x: &f64, y: &mut f64) {
    *y = *x * *x;
}

#[autodiff_forward(slice_dual, Dual, Dual)]
#[autodiff_forward(slice_wide, 2, Dual, Dual)]
#[autodiff_forward(slice_strided, 2, Dualv, Dual)]
#[autodiff_reverse(slice_reverse, Duplicated, Active)]
#[autodiff_reverse(slice_reverse_wide, 2, Duplicated, Active)]
#[autodiff_reverse(slice_reverse_only, Duplicated, ActiveOnly)]
fn dot(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(index, x)| (index + 1) as f64 * x * x).sum()
}

#[autodiff_reverse(scaled, Duplicated, Const, Active)]
fn scale(x: &[f64], by: &[f64]) -> f64 {
    x.iter().zip(by).map(|(x, by)| x * by).sum()
}

#[autodiff_reverse(mixed, Active, Active, Active, Active)]
fn mixed_sizes(a: f32, b: f64, c: f32) -> f64 {
    f64::from(a) * b * f64::from(c)
}

#[autodiff_reverse(in_place, Duplicated, Active, Const)]
fn update(y: &mut f64, x: f64) -> f64 {
    *y *= x;
    x + 1.0
}

fn forward() {
    let x = hide(2.0);
    let (value, tangent) = dual_dual(x, 1.5);
    close("Dual", &[value, tangent], &[8.0, 18.0]);
    close("DualOnly", &[dual_only(x, 1.5)], &[18.0]);
    close("Const result", &[dual_const(x, 1.5)], &[8.0]);
    close("width", &wide_dual(x, 1.0, 2.0, 3.0), &[8.0, 12.0, 24.0, 36.0]);
    close("width, DualOnly", &wide_only(x, 1.0, 2.0, 3.0), &[12.0, 24.0, 36.0]);
    close("width, Const result", &[wide_const(x, 1.0, 2.0, 3.0)], &[8.0]);
    let (value, tangent) = const_input(hide(3.0), hide(2.0), 1.0);
    close("Const input", &[value, tangent], &[18.0, 9.0]);
    let (mut y, mut dy) = (0.0, 0.0);
    through_memory(&x, &1.0, &mut y, &mut dy);
    close("memory", &[y, dy], &[4.0, 4.0]);
    let (mut dy1, mut dy2) = (0.0, 0.0);
    through_memory_wide(&x, &1.0, &2.0, &mut y, &mut dy1, &mut dy2);
    close("memory, width", &[y, dy1, dy2], &[4.0, 4.0, 8.0]);
    // SAFETY: the tangents are references to live numbers.
    unsafe { through_memory_only(&x, &3.0, &mut y, &mut dy) };
    close("memory, DualOnly", &[dy], &[12.0]);
    let (value, tangent) = slice_dual(&[1.0, 2.0], &[1.0, 0.5]);
    close("slice", &[value, tangent], &[9.0, 6.0]);
    close(
        "slice, width",
        &slice_wide(&[1.0, 2.0], &[1.0, 0.0], &[0.0, 1.0]),
        &[9.0, 2.0, 8.0],
    );
    close("Dualv", &slice_strided(hide(&[1.0, 2.0]), &[1.0, 0.0, 0.0, 1.0]), &[9.0, 2.0, 8.0]);
}

fn reverse() {
    let x = hide(2.0);
    let (value, derivative) = active_active(x, 1.0);
    close("Active", &[value, derivative], &[8.0, 12.0]);
    let (_, derivative) = active_active(x, hide(0.5));
    close("a seed", &[derivative], &[6.0]);
    close("ActiveOnly", &[active_only(x, 1.0)], &[12.0]);
    let (value, derivative) = active_const(x);
    close("Const result", &[value, derivative], &[8.0, 0.0]);
    let (value, derivative) = const_input_reverse(hide(3.0), x, 1.0);
    close("Const input", &[value, derivative], &[18.0, 9.0]);
    let (value, dx, dy) = both_active(hide(3.0), x, 1.0);
    close("two Active", &[value, dx, dy], &[18.0, 12.0, 9.0]);
    let (mut y, mut dx, mut dy) = (0.0, 0.0, 1.0);
    through_memory_reverse(&x, &mut dx, &mut y, &mut dy);
    close("Duplicated", &[y, dx, dy], &[4.0, 4.0, 0.0]);
    let (mut dx1, mut dx2, mut dy1, mut dy2) = (0.0, 0.0, 1.0, 2.0);
    through_memory_reverse_wide(&x, &mut dx1, &mut dx2, &mut y, &mut dy1, &mut dy2);
    close("Duplicated, width", &[dx1, dx2], &[4.0, 8.0]);
    let (mut dx, mut dy) = (0.0, 1.0);
    // SAFETY: the shadows are references to live numbers.
    unsafe { through_memory_reverse_only(&x, &mut dx, &mut y, &mut dy) };
    close("DuplicatedOnly", &[dx], &[4.0]);
    let mut shadow = [1.0, 0.0];
    let value = slice_reverse(&[1.0, 2.0], &mut shadow, hide(2.0));
    close("slice, added to", &[value, shadow[0], shadow[1]], &[9.0, 5.0, 16.0]);
    let (mut one, mut two) = ([0.0; 2], [0.0; 2]);
    slice_reverse_wide(&[1.0, 2.0], &mut one, &mut two, 1.0);
    close("slice, width", &[one[0], one[1], two[0], two[1]], &[2.0, 8.0, 2.0, 8.0]);
    let mut shadow = [0.0; 2];
    slice_reverse_only(&[1.0, 2.0], &mut shadow, 1.0);
    close("slice, ActiveOnly", &shadow, &[2.0, 8.0]);
    let mut shadow = [0.0; 3];
    scaled(&[1.0, 2.0, 3.0], &mut shadow, &[4.0, 5.0, 6.0], 1.0);
    close("Const slice", &shadow, &[4.0, 5.0, 6.0]);
    let (value, a, b, c) = mixed(hide(3.0), 5.0, 2.0, 1.0);
    close("members sorted by size", &[value, f64::from(a), b, f64::from(c)], &[30.0, 10.0, 6.0, 15.0]);
    let (mut y, mut dy) = (3.0, 1.0);
    let (value, dx) = in_place(&mut y, &mut dy, hide(5.0));
    close("in place", &[y, dy, value, dx], &[15.0, 5.0, 6.0, 3.0]);
}

pub fn run() {
    forward();
    reverse();
}
