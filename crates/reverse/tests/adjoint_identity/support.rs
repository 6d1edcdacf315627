//! What the tests of random programs share: cases, the host of an interpreter, inputs and weights.

use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, Owner, TrapKind};
use ir::testing::{Config, Inputs, Libm, Program};
use ir::{FuncId, Module};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};
use reverse::{
    Activity, Answer, ErrorKind, Mode, Overwritten, Request, ReturnRequest, Reverse, ReverseOptions,
};
use rules::RuleTable;

/// The same cases in every run; PROPTEST_CASES changes how many, PROPTEST_RNG_SEED which.
pub fn runner(cases: u32) -> TestRunner {
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
pub struct Host;

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
pub struct Weights(pub f64);

impl Weights {
    pub fn next(&mut self) -> f64 {
        self.0 += 1.3;
        (self.0 * 1.7).sin()
    }

    pub fn some(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// What the two sides of the identity add up, and how large the summands are: the measure of what may be lost to rounding.
#[derive(Clone, Copy, Default, Debug)]
pub struct Sum {
    pub value: f64,
    pub size: f64,
}

impl Sum {
    pub fn add(&mut self, x: f64, y: f64) {
        self.value += x * y;
        self.size += (x * y).abs();
    }
}

/// The weights `w` of the outputs: the returned number and the arrays.
pub struct Seeds {
    pub result: f64,
    pub arrays: Vec<Vec<f64>>,
    pub single_arrays: Vec<Vec<f64>>,
}

impl Seeds {
    pub fn of(inputs: &Inputs, start: f64) -> Self {
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
pub fn forward_side(program: &Program, seeds: &Seeds) -> Result<(Sum, f64), String> {
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
pub struct Passed {
    pub primal: u64,
    pub shadows: Vec<u64>,
    pub tangents: Vec<f64>,
    pub single: bool,
}

/// The interpreter that a gradient runs in.
pub type Machine<'m> = Interpreter<'m, Host>;

pub fn allocate(machine: &mut Machine<'_>, numbers: &[f64], single: bool) -> u64 {
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

pub fn contents(machine: &mut Machine<'_>, address: u64, len: usize, single: bool) -> Vec<f64> {
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
pub fn scale(lane: usize) -> f64 {
    [1.0, -0.5, 2.0][lane % 3]
}

pub fn packed(lanes: Vec<Datum>) -> Datum {
    match lanes.len() {
        1 => lanes.into_iter().next().unwrap_or(Datum::Unit),
        _ => Datum::Members(lanes),
    }
}

pub fn unpacked(datum: &Datum, width: usize) -> Vec<Datum> {
    match width {
        1 => vec![datum.clone()],
        _ => datum.members().to_vec(),
    }
}

/// An interpreter for a module with a gradient.
pub fn machine(module: &Module) -> Result<Machine<'_>, String> {
    let limits = Limits {
        steps: 50_000_000,
        ..Limits::default()
    };
    Interpreter::new(module, Host, limits).map_err(|kind| kind.to_string())
}

/// The arguments of a gradient. With `own` the arrays are their own shadows.
pub fn arguments(
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
pub fn own_side(module: &Module, gradient: FuncId, program: &Program, width: usize) -> Result<(), String> {
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
pub fn reverse_side(
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
pub struct Tolerance(pub f64);

/// In double precision. Tangents of the programs are at most 1, so the absolute part is rounding.
pub const DOUBLE: Tolerance = Tolerance(1e-10);

/// With adjoints of floats rounded to floats on the way.
pub const SINGLE: Tolerance = Tolerance(1e-4);

/// What became of a program.
pub enum Outcome {
    Agrees,
    /// Something in the program has no adjoint that could be told from what is known of its types.
    Refused(String),
}

/// Whether an error may be met: bits of floats in integers, of which nothing in the program says what they are, and, where activity is known
/// only at run time, atomic operations.
pub fn is_expected(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BitArithmetic { .. } | ErrorKind::UndeducedType { .. } | ErrorKind::RuntimeActivity { .. }
    )
}

pub fn request(func: FuncId, inputs: &Inputs, width: usize) -> Request {
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

/// Everything in double precision, where memory is accessed as what it holds.
pub const PLAIN: Config = Config {
    integer_copies: false,
    single: false,
    kinks: false,
    heap: true,
};

/// Adds the gradient of a program to its module; `None` if it is refused as some are expected to be.
pub fn gradient(module: &mut Module, program: &Program) -> Result<Option<FuncId>, String> {
    let mut reverse = Reverse::new(module, RuleTable::standard(), ReverseOptions::default());
    let answer = reverse.request(request(program.entry.func, &program.entry.inputs, 1));
    if let Err(errors) = reverse.run() {
        let expected = errors.iter().all(|error| is_expected(&error.kind));
        return expected
            .then_some(None)
            .ok_or_else(|| format!("refused: {errors:?}"));
    }
    match answer {
        Some(Answer::Combined(gradient)) => Ok(Some(gradient)),
        _ => Err("the request is not answered".to_owned()),
    }
}
