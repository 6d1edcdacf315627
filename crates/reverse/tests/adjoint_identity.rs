//! Gradients of random programs by the adjoint identity `<w, J v> = <J^T w, v>`.
//!
//! `J v` comes from the interpreter, which executes the primal with a tangent beside every number (partials of its own); `J^T w` from
//! what reverse mode made of the same program: the seed is `w` for the returned number, and the shadows of arrays start as `w` for what
//! the arrays hold in the end and are left with the adjoints of what they held in the beginning. For random `v` and `w` an error in any
//! entry of the Jacobian shows.
//!
//! Second derivatives come from gradients that are executed with dual numbers: `<w, H v> = <v, H w>`, and both are the difference
//! quotient along `w` of the primal's tangent along `v`, where that has one.

use std::cell::Cell;

use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, Owner, TrapKind};
use ir::testing::{Config, Inputs, Libm, Plan, Program, plans};
use ir::verify::verify_module;
use ir::{FuncId, Module};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestCaseError, TestRunner};
use reverse::{
    Activity, Answer, ErrorKind, Mode, Overwritten, Request, ReturnRequest, Reverse, ReverseOptions,
};
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

/// The host's functions, and what the tape needs of the C library.
struct Host;

impl Externals for Host {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        match call.name {
            "malloc_usable_size" => {
                let address = call.bits(0).unwrap_or(0) as u64;
                let size = call.memory.size_at(address).unwrap_or(0);
                Ok(Some(Datum::int(64, i128::from(size))))
            }
            // Releasing nothing.
            "free" if call.bits(0) == Some(0) => Ok(Some(Datum::Unit)),
            _ => Libm.call(call),
        }
    }
}

/// A stream of numbers between -1 and 1.
struct Weights(f64);

impl Weights {
    fn next(&mut self) -> f64 {
        self.0 += 1.3;
        (self.0 * 1.7).sin()
    }

    fn some(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// What the two sides of the identity add up, and how large the summands are: the measure of what may be lost to rounding.
#[derive(Clone, Copy, Default, Debug)]
struct Sum {
    value: f64,
    size: f64,
}

impl Sum {
    fn add(&mut self, x: f64, y: f64) {
        self.value += x * y;
        self.size += (x * y).abs();
    }
}

/// The weights `w` of the outputs: the returned number and the arrays.
struct Seeds {
    result: f64,
    arrays: Vec<Vec<f64>>,
    single_arrays: Vec<Vec<f64>>,
}

impl Seeds {
    fn of(inputs: &Inputs, start: f64) -> Self {
        let mut weights = Weights(start);
        Self {
            result: weights.next(),
            arrays: inputs
                .arrays
                .iter()
                .map(|array| weights.some(array.len()))
                .collect(),
            single_arrays: (inputs.single_arrays.iter())
                .map(|array| {
                    let weights = weights.some(array.len());
                    // As they are in shadow memory.
                    weights.into_iter().map(|w| f64::from(w as f32)).collect()
                })
                .collect(),
        }
    }
}

/// `<w, J v>`, and the returned number.
fn forward_side(program: &Program, seeds: &Seeds) -> Result<(Sum, f64), String> {
    let run = program
        .entry
        .interpret(&program.module)
        .map_err(|trap| trap.to_string())?;
    let mut sum = Sum::default();
    sum.add(seeds.result, run.result.1);
    for (array, weights) in run.arrays.iter().zip(&seeds.arrays) {
        for (&(_, tangent), &weight) in array.iter().zip(weights) {
            sum.add(weight, tangent);
        }
    }
    for (array, weights) in run.single_arrays.iter().zip(&seeds.single_arrays) {
        for (&(_, tangent), &weight) in array.iter().zip(weights) {
            sum.add(weight, f64::from(tangent));
        }
    }
    Ok((sum, run.result.0))
}

/// An array with its shadows in the interpreter's memory, and the tangents `v` of what it held.
struct Passed {
    primal: u64,
    shadows: Vec<u64>,
    tangents: Vec<f64>,
    single: bool,
}

/// The interpreter that a gradient runs in.
type Machine<'m> = Interpreter<'m, Host>;

fn allocate(machine: &mut Machine<'_>, numbers: &[f64], single: bool) -> u64 {
    let memory = &mut machine.memory;
    let size = if single { 4 } else { 8 };
    let address = memory
        .allocate(numbers.len() as u64 * size, 16, Owner::Heap)
        .expect("there is room");
    let stored = match single {
        true => {
            let numbers: Vec<(f32, f32)> = numbers.iter().map(|&x| (x as f32, 0.0)).collect();
            memory.store_dual_f32s(address, &numbers)
        }
        false => {
            let numbers: Vec<(f64, f64)> = numbers.iter().map(|&x| (x, 0.0)).collect();
            memory.store_duals(address, &numbers)
        }
    };
    stored.expect("it was just allocated");
    address
}

fn contents(machine: &mut Machine<'_>, address: u64, len: usize, single: bool) -> Vec<f64> {
    let memory = &mut machine.memory;
    match single {
        true => {
            let numbers = memory.load_dual_f32s(address, len).expect("the array lives");
            numbers.into_iter().map(|(x, _)| f64::from(x)).collect()
        }
        false => {
            let numbers = memory.load_duals(address, len).expect("the array lives");
            numbers.into_iter().map(|(x, _)| x).collect()
        }
    }
}

/// How many cotangents are propagated at once; those beyond the first are scaled.
fn scale(lane: usize) -> f64 {
    [1.0, -0.5, 2.0][lane % 3]
}

fn packed(lanes: Vec<Datum>) -> Datum {
    match lanes.len() {
        1 => lanes.into_iter().next().unwrap_or(Datum::Unit),
        _ => Datum::Members(lanes),
    }
}

fn unpacked(datum: &Datum, width: usize) -> Vec<Datum> {
    match width {
        1 => vec![datum.clone()],
        _ => datum.members().to_vec(),
    }
}

/// An interpreter for a module with a gradient.
fn machine(module: &Module) -> Result<Machine<'_>, String> {
    let limits = Limits {
        steps: 50_000_000,
        ..Limits::default()
    };
    Interpreter::new(module, Host, limits).map_err(|kind| kind.to_string())
}

/// The arguments of a gradient. With `own` the arrays are their own shadows.
fn arguments(
    machine: &mut Machine<'_>,
    inputs: &Inputs,
    seeds: &Seeds,
    (width, own): (usize, bool),
) -> (Vec<Datum>, Vec<Passed>) {
    let mut args: Vec<Datum> = inputs.doubles.iter().map(|&(x, _)| Datum::f64(x)).collect();
    args.extend(inputs.singles.iter().map(|&(x, _)| Datum::dual_f32(x, 0.0)));
    args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
    let doubles = inputs.arrays.iter().zip(&seeds.arrays);
    let doubles = doubles.map(|(array, weights)| (array.clone(), weights, false));
    let singles = inputs.single_arrays.iter().zip(&seeds.single_arrays);
    let singles = singles.map(|(array, weights)| {
        let wide: Vec<(f64, f64)> = array
            .iter()
            .map(|&(x, dx)| (f64::from(x), f64::from(dx)))
            .collect();
        (wide, weights, true)
    });
    let mut passed = Vec::new();
    for (array, weights, single) in doubles.chain(singles) {
        let numbers: Vec<f64> = array.iter().map(|dual| dual.0).collect();
        let primal = allocate(machine, &numbers, single);
        let shadows: Vec<u64> = (0..width)
            .map(|lane| {
                let scaled: Vec<f64> = weights.iter().map(|&weight| weight * scale(lane)).collect();
                match own {
                    true => primal,
                    false => allocate(machine, &scaled, single),
                }
            })
            .collect();
        args.push(Datum::ptr(primal));
        args.push(packed(shadows.iter().map(|&shadow| Datum::ptr(shadow)).collect()));
        passed.push(Passed {
            primal,
            shadows,
            tangents: array.iter().map(|dual| dual.1).collect(),
            single,
        });
    }
    let seeds = (0..width).map(|lane| Datum::f64(seeds.result * scale(lane)));
    args.push(packed(seeds.collect()));
    (args, passed)
}

/// Runs a gradient whose arrays are their own shadows; an error if they are not as the primal leaves them.
fn own_side(module: &Module, gradient: FuncId, program: &Program, width: usize) -> Result<(), String> {
    let run = program
        .entry
        .interpret(&program.module)
        .map_err(|trap| trap.to_string())?;
    let inputs = &program.entry.inputs;
    let mut machine = machine(module)?;
    let seeds = Seeds::of(inputs, 0.5);
    let (args, passed) = arguments(&mut machine, inputs, &seeds, (width, true));
    machine.run(gradient, &args).map_err(|trap| trap.to_string())?;
    let doubles = run
        .arrays
        .iter()
        .map(|array| array.iter().map(|dual| dual.0).collect());
    let singles = run.single_arrays.iter();
    let singles = singles.map(|array| array.iter().map(|dual| f64::from(dual.0)).collect());
    for (array, expected) in passed.iter().zip(doubles.chain(singles)) {
        let expected: Vec<f64> = expected;
        let found = contents(&mut machine, array.primal, expected.len(), array.single);
        let differs = |(found, expected): (&f64, &f64)| found.to_bits() != expected.to_bits();
        if found.iter().zip(&expected).any(differs) {
            return Err(format!(
                "inactive memory is {found:?} instead of {expected:?}\n{module}"
            ));
        }
    }
    Ok(())
}

/// `<J^T w, v>` in each direction, and the returned number.
fn reverse_side(
    module: &Module,
    gradient: FuncId,
    inputs: &Inputs,
    seeds: &Seeds,
    width: usize,
) -> Result<(Vec<Sum>, f64), String> {
    let mut machine = machine(module)?;
    let (args, passed) = arguments(&mut machine, inputs, seeds, (width, false));
    let living = machine.memory.heap_count();
    let result = machine.run(gradient, &args).map_err(|trap| trap.to_string())?;
    if machine.memory.heap_count() != living {
        let now = machine.memory.heap_count();
        return Err(format!("memory is leaked: {living} objects before, {now} after"));
    }
    let members = result.members();
    let value = members[0].to_dual().ok_or("the result is undefined")?.0;
    let mut sums = vec![Sum::default(); width];
    let tangents = inputs.doubles.iter().map(|dual| dual.1);
    let tangents = tangents.chain(inputs.singles.iter().map(|dual| f64::from(dual.1)));
    for (index, tangent) in tangents.enumerate() {
        let single = index >= inputs.doubles.len();
        for (lane, adjoint) in unpacked(&members[index + 1], width).iter().enumerate() {
            let adjoint = match single {
                true => adjoint.to_dual_f32().map(|dual| f64::from(dual.0)),
                false => adjoint.to_dual().map(|dual| dual.0),
            };
            sums[lane].add(adjoint.ok_or("an adjoint is undefined")?, tangent);
        }
    }
    for array in &passed {
        for (lane, &shadow) in array.shadows.iter().enumerate() {
            let adjoints = contents(&mut machine, shadow, array.tangents.len(), array.single);
            for (&adjoint, &tangent) in adjoints.iter().zip(&array.tangents) {
                sums[lane].add(adjoint, tangent);
            }
        }
    }
    Ok((sums, value))
}

/// How far the two sides may be apart, relative to what they add up.
#[derive(Clone, Copy)]
struct Tolerance(f64);

/// In double precision. Tangents of the programs are at most 1, so the absolute part is rounding.
const DOUBLE: Tolerance = Tolerance(1e-10);

/// With adjoints of floats rounded to floats on the way.
const SINGLE: Tolerance = Tolerance(1e-4);

/// What became of a program.
enum Outcome {
    Agrees,
    /// Something in the program has no adjoint that could be told from what is known of its types.
    Refused(String),
}

/// Whether an error may be met: bits of floats in integers, of which nothing in the program says what they are, and, where activity is known
/// only at run time, atomic operations.
fn is_expected(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BitArithmetic { .. } | ErrorKind::UndeducedType { .. } | ErrorKind::RuntimeActivity { .. }
    )
}

fn request(func: FuncId, inputs: &Inputs, width: usize) -> Request {
    let mut params = vec![Activity::Out; inputs.doubles.len() + inputs.singles.len()];
    params.extend(vec![Activity::Const; inputs.ints.len()]);
    params.extend(vec![
        Activity::Dual;
        inputs.arrays.len() + inputs.single_arrays.len()
    ]);
    let count = params.len();
    Request {
        func,
        params,
        ret: ReturnRequest {
            primal: true,
            seed: true,
            shadow: false,
        },
        mode: Mode::Combined,
        width: width as u32,
        order: 1,
        memory: Default::default(),
        overwritten: Overwritten::nothing(count),
    }
}

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

/// Everything in double precision, where memory is accessed as what it holds.
const PLAIN: Config = Config {
    integer_copies: false,
    single: false,
    kinks: false,
    heap: true,
};

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

/// All floats of a program's inputs: doubles, then arrays.
fn flat(inputs: &Inputs) -> Vec<(f64, f64)> {
    [inputs.doubles.clone(), inputs.arrays.concat()].concat()
}

/// The same inputs with other numbers and tangents.
fn with_floats(inputs: &Inputs, floats: &[(f64, f64)]) -> Inputs {
    let mut floats = floats.iter().copied();
    let mut next = || floats.next().expect("there are as many numbers as before");
    Inputs {
        doubles: inputs.doubles.iter().map(|_| next()).collect(),
        arrays: inputs
            .arrays
            .iter()
            .map(|array| array.iter().map(|_| next()).collect())
            .collect(),
        ..inputs.clone()
    }
}

/// The product of the Hessian of the returned number with a direction: the tangent of the gradient, which starts with the seed 1 and
/// shadows of zeros.
fn hessian_product(
    module: &Module,
    gradient: FuncId,
    inputs: &Inputs,
    direction: &[f64],
) -> Result<Vec<f64>, String> {
    let limits = Limits {
        steps: 50_000_000,
        ..Limits::default()
    };
    let mut machine = Interpreter::new(module, Host, limits).map_err(|kind| kind.to_string())?;
    let duals: Vec<(f64, f64)> = flat(inputs)
        .iter()
        .zip(direction)
        .map(|(dual, &tangent)| (dual.0, tangent))
        .collect();
    let (doubles, arrays) = duals.split_at(inputs.doubles.len());
    let mut args: Vec<Datum> = doubles.iter().map(|&(x, dx)| Datum::dual(x, dx)).collect();
    args.extend(inputs.ints.iter().map(|&int| Datum::int(64, i128::from(int))));
    let mut shadows = Vec::new();
    let mut rest = arrays;
    for array in &inputs.arrays {
        let (numbers, others) = rest.split_at(array.len());
        rest = others;
        let primal = allocate(&mut machine, &vec![0.0; array.len()], false);
        machine
            .memory
            .store_duals(primal, numbers)
            .map_err(|error| error.to_string())?;
        let shadow = allocate(&mut machine, &vec![0.0; array.len()], false);
        args.extend([Datum::ptr(primal), Datum::ptr(shadow)]);
        shadows.push((shadow, array.len()));
    }
    args.push(Datum::f64(1.0));
    let result = machine.run(gradient, &args).map_err(|trap| trap.to_string())?;
    let adjoints = result.members()[1..].iter().map(Datum::to_dual);
    let mut products: Vec<f64> = adjoints
        .map(|adjoint| adjoint.map(|dual| dual.1).ok_or("an adjoint is undefined"))
        .collect::<Result<_, _>>()?;
    for (shadow, len) in shadows {
        let adjoints = machine.memory.load_duals(shadow, len);
        let adjoints = adjoints.map_err(|error| error.to_string())?;
        products.extend(adjoints.iter().map(|dual| dual.1));
    }
    Ok(products)
}

/// The tangent along `v` of the returned number, so far along `w`.
fn tangent_at(program: &Program, (v, w): (&[f64], &[f64]), step: f64) -> Result<f64, String> {
    let numbers = flat(&program.entry.inputs);
    let moved: Vec<(f64, f64)> = numbers
        .iter()
        .zip(v.iter().zip(w))
        .map(|(dual, (&v, &w))| (dual.0 + step * w, v))
        .collect();
    let entry = ir::testing::Entry {
        func: program.entry.func,
        inputs: with_floats(&program.entry.inputs, &moved),
    };
    let run = entry
        .interpret(&program.module)
        .map_err(|trap| trap.to_string())?;
    Ok(run.result.1)
}

/// The difference quotient along `w` of the tangent along `v`; `None` if the one to the left is another than the one to the right, as where
/// a condition changes in between.
fn quotient(program: &Program, directions: (&[f64], &[f64])) -> Result<Option<f64>, String> {
    const STEP: f64 = 1e-5;
    let at = |step| tangent_at(program, directions, step);
    let (left, here, right) = (at(-STEP)?, at(0.0)?, at(STEP)?);
    let (before, after) = ((here - left) / STEP, (right - here) / STEP);
    let is_smooth = (before - after).abs() <= 1e-2 * (1.0 + before.abs().max(after.abs()));
    Ok(is_smooth.then_some((before + after) / 2.0))
}

/// Checks the Hessian of one program. Says whether a difference quotient was there to be compared with, and neither is zero; `None` if
/// it is refused.
fn check_hessian(program: &Program) -> Result<Option<bool>, String> {
    let mut module = program.module.clone();
    let inputs = &program.entry.inputs;
    let mut reverse = Reverse::new(&mut module, RuleTable::standard(), ReverseOptions::default());
    let answer = reverse.request(request(program.entry.func, inputs, 1));
    if let Err(errors) = reverse.run() {
        let expected = errors.iter().all(|error| is_expected(&error.kind));
        return expected
            .then_some(None)
            .ok_or_else(|| format!("refused: {errors:?}"));
    }
    let Some(Answer::Combined(gradient)) = answer else {
        return Err("the request is not answered".to_owned());
    };
    let v: Vec<f64> = flat(inputs).iter().map(|dual| dual.1).collect();
    let w = Weights(0.25).some(v.len());
    let product = |direction: &[f64], other: &[f64]| -> Result<Sum, String> {
        let mut sum = Sum::default();
        let products = hessian_product(&module, gradient, inputs, direction)?;
        products.iter().zip(other).for_each(|(&x, &y)| sum.add(x, y));
        Ok(sum)
    };
    let (first, second) = (product(&v, &w)?, product(&w, &v)?);
    let size = 1.0 + first.size.max(second.size);
    let (first, second) = (first.value, second.value);
    if (first - second).abs() > 1e-10 * size || !first.is_finite() {
        return Err(format!(
            "<w, H v> = {first}, <v, H w> = {second}\n{inputs:?}\n{module}"
        ));
    }
    let quotient = quotient(program, (&v, &w))?;
    match quotient {
        Some(quotient) if (first - quotient).abs() > 1e-6 * size => Err(format!(
            "<w, H v> = {first}, the difference quotient is {quotient}\n{inputs:?}\n{module}"
        )),
        // A number that is not zero for a reason.
        _ => Ok(Some(quotient.is_some() && first.abs() > 1e-3)),
    }
}

#[test]
fn second_derivatives_are_symmetric() {
    let (all, refused, compared) = (Cell::new(0u32), Cell::new(0u32), Cell::new(0u32));
    let result = runner(400).run(&plans(PLAIN), |plan: Plan| {
        all.set(all.get() + 1);
        match check_hessian(&Program::new(&plan)).map_err(TestCaseError::fail)? {
            None => refused.set(refused.get() + 1),
            Some(true) => compared.set(compared.get() + 1),
            Some(false) => {}
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    let (all, refused, compared) = (all.get(), refused.get(), compared.get());
    println!("{refused} of {all} are refused, {compared} have a difference quotient that is not zero");
    assert!(refused * 100 <= all, "{refused} of {all} are refused");
    assert!(compared * 3 >= all, "only {compared} of {all} could be compared");
}
