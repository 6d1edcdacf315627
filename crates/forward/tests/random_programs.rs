//! Tangent functions of random programs against dual numbers.
//!
//! The interpreter executes the primal once with a tangent beside every number, with partial derivatives of its own, and executes what
//! forward mode made of the same program with the tangents as shadows. Primals must agree in every bit, tangents to rounding.

use std::cell::Cell;

use activity::EntryMemory;
use forward::{Activity, ErrorKind, Forward, ForwardOptions, Request, ReturnRequest};
use ir::interp::{Datum, Interpreter, Limits, Owner};
use ir::testing::{Config, Entry, Execution, Libm, Plan, Program, plans};
use ir::verify::verify_module;
use ir::{FuncId, Module};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestCaseError, TestRunner};
use rules::RuleTable;

/// The same cases in every run; PROPTEST_CASES changes how many, PROPTEST_RNG_SEED which.
fn runner(cases: u32) -> TestRunner {
    let default = RunnerConfig::default();
    let chosen = std::env::var("PROPTEST_CASES").is_ok();
    let seed = std::env::var("PROPTEST_RNG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    TestRunner::new(RunnerConfig {
        cases: if chosen { default.cases } else { cases },
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed.unwrap_or(0x5eed)),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..default
    })
}

/// Numbers and arrays are dual, integers are not.
fn request(entry: &Entry, width: u32) -> Request {
    let inputs = &entry.inputs;
    let mut params = vec![Activity::Dual; inputs.doubles.len() + inputs.singles.len()];
    params.extend(vec![Activity::Const; inputs.ints.len()]);
    params.extend(vec![
        Activity::Dual;
        inputs.arrays.len() + inputs.single_arrays.len()
    ]);
    Request {
        func: entry.func,
        params,
        ret: ReturnRequest {
            shadow: true,
            primal: true,
        },
        width,
        memory: EntryMemory::default(),
    }
}

/// Executes a tangent function of width 1: after each dual argument its shadow.
fn execute(module: &Module, func: FuncId, entry: &Entry) -> Result<Execution, String> {
    let limits = Limits::default();
    let mut interpreter = Interpreter::new(module, Libm, limits).map_err(|kind| kind.to_string())?;
    let inputs = &entry.inputs;
    let mut args = Vec::new();
    for &(x, dx) in &inputs.doubles {
        args.extend([Datum::f64(x), Datum::f64(dx)]);
    }
    for &(x, dx) in &inputs.singles {
        args.extend([Datum::dual_f32(x, 0.0), Datum::dual_f32(dx, 0.0)]);
    }
    args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
    let memory = &mut interpreter.memory;
    let (mut arrays, mut singles) = (Vec::new(), Vec::new());
    for array in &inputs.arrays {
        let parts = [|dual: &(f64, f64)| dual.0, |dual: &(f64, f64)| dual.1].map(|part| {
            let address = memory
                .allocate(array.len() as u64 * 8, 16, Owner::Heap)
                .expect("there is room");
            let numbers: Vec<(f64, f64)> = array.iter().map(|dual| (part(dual), 0.0)).collect();
            memory
                .store_duals(address, &numbers)
                .expect("it was just allocated");
            address
        });
        args.extend(parts.map(Datum::ptr));
        arrays.push((parts, array.len()));
    }
    for array in &inputs.single_arrays {
        let parts = [|dual: &(f32, f32)| dual.0, |dual: &(f32, f32)| dual.1].map(|part| {
            let address = memory
                .allocate(array.len() as u64 * 4, 16, Owner::Heap)
                .expect("there is room");
            let numbers: Vec<(f32, f32)> = array.iter().map(|dual| (part(dual), 0.0)).collect();
            memory
                .store_dual_f32s(address, &numbers)
                .expect("it was just allocated");
            address
        });
        args.extend(parts.map(Datum::ptr));
        singles.push((parts, array.len()));
    }
    let result = interpreter.run(func, &args).map_err(|trap| trap.to_string())?;
    let [value, tangent] = result.members() else {
        return Err("the tangent function returns no pair".to_owned());
    };
    let number = |datum: &Datum| datum.to_dual().map_or(f64::NAN, |dual| dual.0);
    let memory = &mut interpreter.memory;
    let mut pairs = |([primal, shadow], len): ([u64; 2], usize)| -> Vec<(f64, f64)> {
        let values = memory.load_duals(primal, len).expect("the array still lives");
        let tangents = memory.load_duals(shadow, len).expect("the array still lives");
        values
            .iter()
            .zip(tangents)
            .map(|(value, tangent)| (value.0, tangent.0))
            .collect()
    };
    let arrays = arrays.into_iter().map(&mut pairs).collect();
    let mut single_pairs = |([primal, shadow], len): ([u64; 2], usize)| -> Vec<(f32, f32)> {
        let values = memory.load_dual_f32s(primal, len).expect("the array still lives");
        let tangents = memory.load_dual_f32s(shadow, len).expect("the array still lives");
        values
            .iter()
            .zip(tangents)
            .map(|(value, tangent)| (value.0, tangent.0))
            .collect()
    };
    Ok(Execution {
        result: (number(value), number(tangent)),
        arrays,
        single_arrays: singles.into_iter().map(&mut single_pairs).collect(),
    })
}

/// How far tangents may be apart, relative to the larger one and absolutely.
#[derive(Clone, Copy)]
struct Tolerance {
    relative: f64,
    absolute: f64,
}

/// Tangents are at most 1, so an absolute part is rounding of what cancelled.
const DOUBLE: Tolerance = Tolerance {
    relative: 1e-10,
    absolute: 1e-13,
};

/// With tangents of floats rounded to floats on the way.
const SINGLE: Tolerance = Tolerance {
    relative: 1e-4,
    absolute: 1e-5,
};

fn difference(expected: &Execution, found: &Execution, tolerance: Tolerance) -> Option<String> {
    let single = |arrays: &[Vec<(f32, f32)>]| -> Vec<(f64, f64)> {
        let wide = |&(x, dx): &(f32, f32)| (f64::from(x), f64::from(dx));
        arrays.iter().flatten().map(wide).collect()
    };
    let all = |execution: &Execution| -> Vec<(f64, f64)> {
        let mut numbers = vec![execution.result];
        numbers.extend(execution.arrays.iter().flatten());
        numbers.extend(single(&execution.single_arrays));
        numbers
    };
    for (index, (expected, found)) in all(expected).into_iter().zip(all(found)).enumerate() {
        let bound = tolerance.absolute + tolerance.relative * expected.1.abs().max(found.1.abs());
        let close = (expected.1 - found.1).abs() <= bound;
        if expected.0.to_bits() != found.0.to_bits() || !close {
            return Some(format!("number {index} is {found:?} instead of {expected:?}"));
        }
    }
    None
}

/// What became of a program.
enum Outcome {
    Agrees,
    /// Integers that might be parts of floats: nothing in the program says that they are not.
    Refused,
}

fn check(plan: &Plan, tolerance: Tolerance) -> Result<Outcome, String> {
    let Program { mut module, entry } = Program::new(plan);
    let expected = entry.interpret(&module).map_err(|trap| format!("primal: {trap}"));
    let primal = module.to_string();
    let explain = |message: String| format!("{message}\n{primal}");
    let expected = expected.map_err(explain)?;
    let mut forward = Forward::new(&mut module, RuleTable::standard(), ForwardOptions::default());
    let func = forward.request(request(&entry, 1));
    if let Err(errors) = forward.run() {
        if errors
            .iter()
            .all(|error| matches!(error.kind, ErrorKind::BitArithmetic { .. }))
        {
            return Ok(Outcome::Refused);
        }
        let errors: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
        return Err(format!("refused: {}\n{primal}", errors.join("\n")));
    }
    if let Err(errors) = verify_module(&module) {
        return Err(format!("invalid: {}\n{module}", errors[0]));
    }
    let found = execute(&module, func, &entry).map_err(|error| format!("{error}\n{module}"))?;
    match difference(&expected, &found, tolerance) {
        Some(message) => Err(format!("{message}\ninputs {:?}\n{module}", entry.inputs)),
        None => Ok(Outcome::Agrees),
    }
}

fn compare(config: Config, cases: u32, tolerance: Tolerance) {
    let (all, refused) = (Cell::new(0), Cell::new(0));
    let result = runner(cases).run(&plans(config), |plan| {
        all.set(all.get() + 1);
        match check(&plan, tolerance).map_err(TestCaseError::fail)? {
            Outcome::Agrees => {}
            Outcome::Refused => refused.set(refused.get() + 1),
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    println!("{} of {} programs are refused", refused.get(), all.get());
    assert!(
        refused.get() * 100 <= all.get(),
        "{} of {} are refused",
        refused.get(),
        all.get()
    );
}

/// Everything in double precision, where memory is accessed as what it holds.
const PLAIN: Config = Config {
    integer_copies: false,
    single: false,
    kinks: false,
    heap: true,
};

#[test]
fn tangents_agree_with_dual_numbers() {
    compare(PLAIN, 2_000, DOUBLE);
}

#[test]
fn tangents_of_mixed_precision_agree_with_dual_numbers() {
    let config = Config {
        single: true,
        ..PLAIN
    };
    compare(config, 500, SINGLE);
}

#[test]
fn tangents_of_integer_copies_agree_with_dual_numbers() {
    let config = Config {
        integer_copies: true,
        ..PLAIN
    };
    compare(config, 500, DOUBLE);
}
