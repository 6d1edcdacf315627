//! Gradients of random programs by the adjoint identity `<w, J v> = <J^T w, v>`.
//!
//! `J v` comes from the interpreter, which executes the primal with a tangent beside every number (partials of its own); `J^T w` from
//! what reverse mode made of the same program: the seed is `w` for the returned number, and the shadows of arrays start as `w` for what
//! the arrays hold in the end and are left with the adjoints of what they held in the beginning. For random `v` and `w` an error in any
//! entry of the Jacobian shows.
//!
//! Second derivatives come from gradients that are executed with dual numbers: `<w, H v> = <v, H w>`, and both are the difference
//! quotient along `w` of the primal's tangent along `v`, where that has one.

mod nested;
mod second;
mod support;

use std::cell::Cell;

use ir::testing::{Config, Plan, Program, plans};
use ir::verify::verify_module;
use proptest::test_runner::TestCaseError;
use reverse::{Answer, Reverse, ReverseOptions};
use rules::RuleTable;
use support::*;

/// Checks the identity for one program.
fn check(
    program: &Program,
    (width, runtime_activity): (usize, bool),
    tolerance: Tolerance,
) -> Result<Outcome, String> {
    let mut module = program.module.clone();
    let inputs = &program.entry.inputs;
    let options = ReverseOptions {
        runtime_activity,
        ..ReverseOptions::default()
    };
    let mut reverse = Reverse::new(&mut module, RuleTable::standard(), options);
    let answer = reverse.request(request(program.entry.func, inputs, width));
    if let Err(errors) = reverse.run() {
        if errors.iter().all(|error| is_expected(&error.kind)) {
            return Ok(Outcome::Refused(errors[0].to_string()));
        }
        let errors: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
        return Err(format!("refused: {}\n{}", errors.join("\n"), program.module));
    }
    let Some(Answer::Combined(gradient)) = answer else {
        return Err("the request is not answered".to_owned());
    };
    if let Err(errors) = verify_module(&module) {
        return Err(format!("invalid: {}\n{module}", errors[0]));
    }
    let seeds = Seeds::of(inputs, inputs.doubles.first().map_or(0.5, |dual| dual.0));
    let (forward, primal) = forward_side(program, &seeds).map_err(|error| format!("primal: {error}"))?;
    let (sums, value) = reverse_side(&module, gradient, inputs, &seeds, width)
        .map_err(|error| format!("{error}\n{inputs:?}\n{module}"))?;
    if value.to_bits() != primal.to_bits() {
        return Err(format!(
            "the value is {value} instead of {primal}\n{inputs:?}\n{module}"
        ));
    }
    if runtime_activity {
        own_side(&module, gradient, program, width)?;
    }
    for (lane, sum) in sums.iter().enumerate() {
        let expected = forward.value * scale(lane);
        let bound = tolerance.0 * (1.0 + forward.size.max(sum.size));
        // A comparison that NaN fails.
        let is_close = (sum.value - expected).abs() <= bound;
        if !is_close {
            let value = sum.value;
            return Err(format!(
                "lane {lane}: <J^T w, v> = {value}, <w, J v> = {expected}\n{inputs:?}\n{module}"
            ));
        }
    }
    Ok(Outcome::Agrees)
}

/// Checks all programs that the runner draws; at most `percent` in a hundred may be refused.
fn for_programs(config: Config, cases: u32, how: (usize, bool), tolerance: Tolerance, percent: u32) {
    let (all, refused) = (Cell::new(0u32), Cell::new(0u32));
    let result = runner(cases).run(&plans(config), |plan: Plan| {
        all.set(all.get() + 1);
        match check(&Program::new(&plan), how, tolerance).map_err(TestCaseError::fail)? {
            Outcome::Agrees => {}
            Outcome::Refused(reason) => {
                refused.set(refused.get() + 1);
                println!("refused: {reason}");
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    println!("{} of {} programs are refused", refused.get(), all.get());
    assert!(
        refused.get() * 100 <= all.get() * percent,
        "{} of {} are refused",
        refused.get(),
        all.get()
    );
}

#[test]
fn the_adjoint_identity_holds() {
    for_programs(PLAIN, 5_000, (1, false), DOUBLE, 1);
}

#[test]
fn the_adjoint_identity_holds_for_three_cotangents() {
    for_programs(PLAIN, 300, (3, false), DOUBLE, 1);
}

/// With shadows for all memory activity at run time changes nothing; without any, the primal memory is what the program leaves.
#[test]
fn the_adjoint_identity_holds_where_activity_is_known_at_run_time() {
    for_programs(PLAIN, 1_000, (1, true), DOUBLE, 1);
    for_programs(PLAIN, 200, (2, true), DOUBLE, 1);
}

#[test]
fn the_adjoint_identity_holds_in_mixed_precision() {
    let config = Config {
        single: true,
        ..PLAIN
    };
    for_programs(config, 500, (1, false), SINGLE, 1);
}

#[test]
fn the_adjoint_identity_holds_for_integer_copies() {
    let config = Config {
        integer_copies: true,
        ..PLAIN
    };
    for_programs(config, 500, (1, false), DOUBLE, 10);
}
