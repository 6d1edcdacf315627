//! Bounds checks, panics and unwinding.

use crate::check::Checks;
use rsenzyme_rs::{gradient, gradient_into, jvp};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text of a panic.
fn message(f: impl FnOnce()) -> String {
    let payload = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => return "no panic".to_owned(),
        Err(payload) => payload,
    };
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

struct Guard<'a>(&'a std::cell::Cell<u32>);
impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

pub fn all(checks: &mut Checks) {
    checks.program("indices known at run time", &[1.0, 2.0, 3.0], |x| {
        let order = black_box([2usize, 0, 1]);
        let mut product = 1.0;
        for i in order {
            product = product * x[i] + x[(i + 1) % 3];
        }
        product
    });
    checks.program("assertions that hold", &[1.5, 0.5], |x| {
        assert!(x[0] > x[1], "the first must be larger: {} and {}", x[0], x[1]);
        assert_eq!(x.len(), 2);
        debug_assert!(x[0] < 100.0);
        (x[0] - x[1]).ln()
    });
    checks.program("slices of slices", &[1.0, 2.0, 3.0, 4.0], |x| {
        let middle = &x[1..3];
        let (left, right) = x.split_at(black_box(2));
        middle[0] * middle[1] + left[0] * right[1]
    });
    checks.program("integer arithmetic that could overflow", &[1.25], |x| {
        let n: u8 = black_box(3);
        let m = n + 4;
        let k: i32 = i32::from(m) * 5 - 1;
        x[0].powi(k / 10) * f64::from(m)
    });
    let index = black_box(9);
    let text = message(|| {
        let mut g = [0.0; 2];
        gradient_into(|x: &[f64]| x[index] * 2.0, &[1.0, 2.0], &mut g);
    });
    checks.holds(
        &format!("bounds in reverse mode: {text}"),
        text == "index out of bounds: the len is 2 but the index is 9",
    );
    let text = message(|| {
        let _ = jvp(|x: &[f64]| x[index] * 2.0, &[1.0, 2.0][..], &[1.0, 0.0][..]);
    });
    checks.holds(
        &format!("bounds in forward mode: {text}"),
        text == "index out of bounds: the len is 2 but the index is 9",
    );
    let positive = |x: &[f64; 2]| {
        assert!(x[0] > 0.0, "x must be positive, not {:.2}", x[0]);
        x[0].ln() * x[1]
    };
    let text = message(|| {
        let _ = gradient(positive, &black_box([-1.5, 2.0]));
    });
    checks.holds(&format!("an assertion: {text}"), text == "x must be positive, not -1.50");
    let text = message(|| {
        let _ = gradient(
            |x: &[f64; 1]| {
                let found: Option<f64> = if x[0] > 0.0 { None } else { Some(x[0]) };
                found.expect("a number below zero") * 2.0
            },
            &black_box([1.0]),
        );
    });
    checks.holds(&format!("expect: {text}"), text == "a number below zero");
    let dropped = std::cell::Cell::new(0);
    let text = message(|| {
        let _ = gradient(
            |x: &[f64; 1]| {
                let _guard = Guard(&dropped);
                let n: i32 = black_box(0);
                x[0] * f64::from(7 / n)
            },
            &black_box([1.0]),
        );
    });
    checks.holds(
        &format!("a division by zero unwinds through a guard: {text}, {}", dropped.get()),
        text == "attempt to divide by zero" && dropped.get() == 1,
    );
    let after = gradient(positive, &black_box([2.0, 3.0]));
    checks.note("a gradient after panics", "first", after[0], 1.5, 1e-13);
    checks.note("a gradient after panics", "second", after[1], 2f64.ln(), 1e-13);
    checks.holds("a gradient after panics", true);
}
