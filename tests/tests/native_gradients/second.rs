//! Second derivatives of random programs through opt and native code: products of the Hessian of the returned number with two directions, in every
//! nesting of the two modes, compared with each other, with the gradient, by symmetry, and with difference quotients of the
//! interpreter's tangents.

use std::cell::Cell;
use std::fmt::Write as _;

use ir::ConstData;
use ir::testing::{Batch, Entry, Inputs};

use crate::*;

/// Programs at each level, as many as take half a minute; PROPTEST_CASES asks for others.
const COUNT: usize = 40;

fn count() -> usize {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|count| count.parse().ok()).unwrap_or(COUNT)
}

/// What is known of memory that holds numbers.
const NUMBERS: &str = "ptr \"enzyme_type\"=\"{[-1]:Pointer, [-1,-1]:Float@double}\"";

/// A first and a second direction.
fn directions(entry: &Entry, number: usize) -> [Vec<f64>; 2] {
    let count = packed(entry).len();
    [weights(number, count), weights(3 * number + 7, count)]
}

/// The functions whose derivatives are asked for: `@t<number>`, the tangent along what the second argument leads to; `@g<number>`, which adds the gradient to
/// that; and `@s<number>`, the product of the gradient with the third.
fn functions(text: &mut String, number: usize, count: usize, ints: &Ints) {
    let (params, args) = (&ints.params, &ints.args);
    let _ = writeln!(
        text,
        "define double @t{number}({NUMBERS} %x, {NUMBERS} %v{params}) {{
  %r = call double (...) @__enzyme_fwddiff_number(ptr @w{number}, metadata !\"enzyme_dup\", ptr %x, ptr %v{args})
  ret double %r
}}
define void @g{number}({NUMBERS} %x, {NUMBERS} %d{params}) {{
  call void (...) @__enzyme_autodiff(ptr @w{number}, metadata !\"enzyme_dup\", ptr %x, ptr %d{args})
  ret void
}}
define double @s{number}({NUMBERS} %x, {NUMBERS} %d, {NUMBERS} %v{params}) {{
start:
  call void @g{number}(ptr %x, ptr %d{params})
  br label %loop
loop:
  %i = phi i64 [ 0, %start ], [ %next, %loop ]
  %sum = phi double [ 0.0, %start ], [ %more, %loop ]
  %at.d = getelementptr double, ptr %d, i64 %i
  %at.v = getelementptr double, ptr %v, i64 %i
  %one = load double, ptr %at.d
  %other = load double, ptr %at.v
  %product = fmul double %one, %other
  %more = fadd double %sum, %product
  %next = add i64 %i, 1
  %again = icmp ult i64 %next, {count}
  br i1 %again, label %loop, label %done
done:
  ret double %more
}}"
    );
}

/// More doubles than a program has in a global variable.
const STATE: usize = 64;

/// The global variables that a program changes, with the number of their doubles. All are zero when a program starts.
fn states(batch: &Batch, number: usize) -> Vec<(String, u64)> {
    let ctx = &batch.module.ctx;
    let prefix = format!("p{number}f");
    let own = ctx.globals.values().filter(|global| {
        let zero = global
            .init
            .is_some_and(|init| matches!(ctx.consts.get(init), ConstData::Zero(_)));
        let is_own = !global.constant && global.name.starts_with(&prefix);
        assert!(zero || !is_own, "{} does not start with zeros", global.name);
        is_own
    });
    let sized = own.map(|global| (global.name.to_string(), ctx.size_of(global.ty).unwrap_or(0) / 8));
    let sized: Vec<_> = sized.collect();
    assert!(sized.iter().all(|&(_, count)| count <= STATE as u64));
    sized
}

/// Prints, for each direction, its product with the Hessian by reverse over forward, the gradient by the same, and the product by reverse over reverse and by
/// forward over reverse.
fn hessian(text: &mut String, batch: &Batch, number: usize) {
    let entry = &batch.entries[number];
    let primals: Vec<f64> = packed(entry).iter().map(|dual| dual.0).collect();
    let count = primals.len();
    let ints = ints(text, number, entry);
    wrapper(text, batch, number, &ints.params);
    functions(text, number, count, &ints);
    memory(text, &format!("x{number}"), &primals);
    for (at, direction) in directions(entry, number).iter().enumerate() {
        memory(text, &format!("v{number}.{at}"), direction);
    }
    for name in ["a", "b", "c", "d"] {
        memory(text, &format!("{name}{number}"), &vec![0.0; count]);
    }
    memory(text, &format!("zero{number}"), &vec![0.0; count]);
    memory(text, &format!("state{number}"), &vec![0.0; STATE]);
    let mut lines = String::new();
    // a is the input, b a direction or a gradient, c and d their derivatives. Global variables are as at first.
    let states = states(batch, number);
    let start = |lines: &mut String, from: [Option<String>; 4]| {
        for (name, count) in &states {
            let _ = writeln!(
                lines,
                "  call void @take(ptr @{name}, ptr @state{number}, i64 {count})"
            );
        }
        for (name, from) in ["a", "b", "c", "d"].iter().zip(from) {
            let from = from.unwrap_or_else(|| format!("zero{number}"));
            let _ = writeln!(
                lines,
                "  call void @take(ptr @{name}{number}, ptr @{from}, i64 {count})"
            );
        }
    };
    for at in 0..2 {
        let (x, v) = (|| Some(format!("x{number}")), || Some(format!("v{number}.{at}")));
        let pairs = format!(
            "metadata !\"enzyme_dup\", ptr @a{number}, ptr @c{number}, metadata !\"enzyme_dup\", ptr @b{number}, ptr @d{number}"
        );
        let show = |lines: &mut String, name: &str| {
            let _ = writeln!(lines, "  call void @show_all(ptr @{name}{number}, i64 {count})");
        };
        start(&mut lines, [x(), v(), None, None]);
        let args = &ints.args;
        let _ = writeln!(
            lines,
            "  call void (...) @__enzyme_autodiff(ptr @t{number}, {pairs}{args})"
        );
        show(&mut lines, "c");
        show(&mut lines, "d");
        start(&mut lines, [x(), None, None, None]);
        let _ = writeln!(
            lines,
            "  call void (...) @__enzyme_autodiff(ptr @s{number}, {pairs}, metadata !\"enzyme_const\", ptr @v{number}.{at}{args})"
        );
        show(&mut lines, "c");
        start(&mut lines, [x(), None, v(), None]);
        let _ = writeln!(
            lines,
            "  call void (...) @__enzyme_fwddiff(ptr @g{number}, {pairs}{args})"
        );
        show(&mut lines, "d");
    }
    let _ = writeln!(
        text,
        "define void @run{number}() noinline {{\n{}{lines}  call i32 (ptr, ...) @printf(ptr @newline)\n  ret void\n}}",
        ints.loads
    );
}

/// The same inputs, so far along `w`, with the tangents `v`.
fn moved(inputs: &Inputs, (v, w): (&[f64], &[f64]), step: f64) -> Inputs {
    let mut at = 0;
    let mut next = |&(x, _): &(f64, f64)| {
        at += 1;
        (x + step * w[at - 1], v[at - 1])
    };
    Inputs {
        doubles: inputs.doubles.iter().map(&mut next).collect(),
        arrays: (inputs.arrays.iter())
            .map(|array| array.iter().map(&mut next).collect())
            .collect(),
        ..inputs.clone()
    }
}

/// The difference quotient along `w` of the tangent along `v`; `None` if the one to the left is another than the one to the right, as where
/// a condition changes in between.
fn quotient(batch: &Batch, entry: &Entry, directions: (&[f64], &[f64])) -> Option<f64> {
    const STEP: f64 = 1e-5;
    let at = |step| {
        let inputs = moved(&entry.inputs, directions, step);
        let entry = Entry {
            func: entry.func,
            inputs,
        };
        let run = entry.interpret(&batch.module).expect("random programs end");
        run.result.1
    };
    let (left, here, right) = (at(-STEP), at(0.0), at(STEP));
    let (before, after) = ((here - left) / STEP, (right - here) / STEP);
    let is_smooth = (before - after).abs() <= 1e-2 * (1.0 + before.abs().max(after.abs()));
    is_smooth.then_some((before + after) / 2.0)
}

/// Compares what one program prints. Says whether a difference quotient was there to be compared with, and neither is zero.
fn check_hessian(batch: &Batch, number: usize, printed: &[f64]) -> bool {
    let entry = &batch.entries[number];
    let count = packed(entry).len();
    let parts: Vec<&[f64]> = printed.chunks(count).collect();
    assert_eq!(parts.len(), 8, "program {number}");
    let [v, w] = directions(entry, number);
    let say = |what: String| {
        format!(
            "program {number}: {what}\n{:?}\n{}",
            entry.inputs,
            one(batch, number)
        )
    };
    for (at, direction) in [&v, &w].into_iter().enumerate() {
        let [first, gradient, second, third] = [0, 1, 2, 3].map(|part| parts[4 * at + part]);
        for (name, other) in [("reverse", second), ("forward", third)] {
            for (index, (&x, &y)) in first.iter().zip(other).enumerate() {
                assert!(
                    is_close(x, y, x.abs() + y.abs()),
                    "{}",
                    say(format!(
                        "number {index} of direction {at} is {x} by reverse over forward, {y} by {name} over reverse"
                    ))
                );
            }
        }
        let run = Entry {
            func: entry.func,
            inputs: moved(&entry.inputs, (direction, direction), 0.0),
        };
        let tangent = run
            .interpret(&batch.module)
            .expect("random programs end")
            .result
            .1;
        let (found, size) = product(gradient, direction);
        let text = || say(format!("the gradient gives {found}, the tangent is {tangent}"));
        assert!(is_close(found, tangent, size), "{}", text());
    }
    let (one, one_size) = product(parts[0], &w);
    let (other, other_size) = product(parts[4], &v);
    let size = one_size.max(other_size);
    assert!(
        is_close(one, other, size),
        "{}",
        say(format!("<w, H v> = {one}, <v, H w> = {other}"))
    );
    let Some(expected) = quotient(batch, entry, (&v, &w)) else {
        return false;
    };
    let text = || say(format!("<w, H v> = {one}, the difference quotient is {expected}"));
    assert!((one - expected).abs() <= 1e-6 * (1.0 + size), "{}", text());
    one.abs() > 1e-3
}

fn check_all(name: &str, level: Level) {
    let (compared, count) = (Cell::new(0), count());
    let sample = Sample {
        count,
        at_once: SMALL_BATCH,
        refused: 10,
    };
    for_programs(name, sample, hessian, level, |batch, number, printed| {
        compared.set(compared.get() + usize::from(check_hessian(batch, number, printed)));
    });
    let compared = compared.get();
    println!("{compared} of {count} have a difference quotient that is not zero");
    assert!(
        compared * 3 >= count,
        "only {compared} of {count} could be compared"
    );
}

#[test]
fn second_derivatives_agree_without_optimization() {
    check_all("second_plain", PLAIN_CODE);
}

#[test]
fn second_derivatives_agree_between_optimizations() {
    check_all("second_optimized", OPTIMIZED);
}
