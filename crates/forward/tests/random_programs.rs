//! Tangent functions of random programs against dual numbers.
//!
//! The interpreter executes the primal once with a tangent beside every number, with partial derivatives of its own, and executes what
//! forward mode made of the same program with the tangents as shadows. Primals must agree in every bit, tangents to rounding. The
//! same is done with tangent functions as primals: second order.

use std::cell::Cell;

use activity::EntryMemory;
use forward::split::{Half, Holder};
use forward::{Activity, ErrorKind, Forward, ForwardOptions, Request, ReturnRequest};
use ir::interp::{Datum, Interpreter, Limits, Owner};
use ir::testing::{Config, Inputs, Libm, Plan, Program, plans};
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

/// An argument with a tangent for each direction.
#[derive(Clone, Debug)]
enum Arg {
    Double(f64, Vec<f64>),
    Single(f32, Vec<f32>),
    Int(i64),
    Doubles(Vec<f64>, Vec<Vec<f64>>),
    Singles(Vec<f32>, Vec<Vec<f32>>),
}

impl Arg {
    /// The same number, and its tangents as arguments with tangents of their own.
    fn with_shadows(&self, tangents: &mut impl FnMut() -> f64) -> Vec<Self> {
        let mut some = |count: usize| (0..count).map(|_| tangents()).collect::<Vec<f64>>();
        let narrow = |numbers: Vec<f64>| numbers.into_iter().map(|x| x as f32).collect::<Vec<f32>>();
        match self {
            Self::Double(x, dx) => std::iter::once(x)
                .chain(dx)
                .map(|&x| Self::Double(x, some(1)))
                .collect(),
            Self::Single(x, dx) => std::iter::once(x)
                .chain(dx)
                .map(|&x| Self::Single(x, narrow(some(1))))
                .collect(),
            Self::Int(int) => vec![Self::Int(*int)],
            Self::Doubles(x, dx) => std::iter::once(x)
                .chain(dx)
                .map(|x| Self::Doubles(x.clone(), vec![some(x.len())]))
                .collect(),
            Self::Singles(x, dx) => std::iter::once(x)
                .chain(dx)
                .map(|x| Self::Singles(x.clone(), vec![narrow(some(x.len()))]))
                .collect(),
        }
    }

    fn activity(&self) -> Activity {
        match self {
            Self::Int(_) => Activity::Const,
            _ => Activity::Dual,
        }
    }
}

/// Arguments whose first direction is that of the inputs; in the others their tangents are turned and shrunk.
fn arguments(inputs: &Inputs, width: usize) -> Vec<Arg> {
    let turn = |direction: usize, dx: f64| dx * (1.0 - direction as f64 * 0.4);
    let doubles = |dx: f64| (0..width).map(|direction| turn(direction, dx)).collect();
    let singles = |dx: f32| {
        (0..width)
            .map(|direction| turn(direction, f64::from(dx)) as f32)
            .collect()
    };
    let mut args: Vec<Arg> = inputs
        .doubles
        .iter()
        .map(|&(x, dx)| Arg::Double(x, doubles(dx)))
        .collect();
    args.extend(inputs.singles.iter().map(|&(x, dx)| Arg::Single(x, singles(dx))));
    args.extend(inputs.ints.iter().map(|&int| Arg::Int(int)));
    args.extend(inputs.arrays.iter().map(|array| {
        let tangents = |direction| array.iter().map(|dual| turn(direction, dual.1)).collect();
        Arg::Doubles(
            array.iter().map(|dual| dual.0).collect(),
            (0..width).map(tangents).collect(),
        )
    }));
    args.extend(inputs.single_arrays.iter().map(|array| {
        let tangents = |direction| {
            array
                .iter()
                .map(|dual| turn(direction, f64::from(dual.1)) as f32)
                .collect()
        };
        Arg::Singles(
            array.iter().map(|dual| dual.0).collect(),
            (0..width).map(tangents).collect(),
        )
    }));
    args
}

/// How tangents reach a function.
#[derive(Clone, Copy)]
enum Passing {
    /// Beside the numbers of this direction, in the interpreter: dual numbers.
    Dual(usize),
    /// In arguments that follow their primals: shadows.
    Shadows,
}

/// What a function leaves: numbers in the order of results and arguments, each with its tangents.
type Numbers = Vec<(f64, Vec<f64>)>;

/// Executes a function.
fn execute(module: &Module, func: FuncId, args: &[Arg], passing: Passing) -> Result<Numbers, String> {
    let mut interpreter =
        Interpreter::new(module, Libm, Limits::default()).map_err(|kind| kind.to_string())?;
    let mut data = Vec::new();
    let mut arrays: Vec<(Vec<u64>, &Arg)> = Vec::new();
    for arg in args {
        let (primal, shadows) = match arg {
            Arg::Int(int) => (Datum::int(64, i128::from(*int)), Vec::new()),
            Arg::Double(x, dx) => match passing {
                Passing::Dual(direction) => (Datum::dual(*x, dx[direction]), Vec::new()),
                Passing::Shadows => (Datum::f64(*x), dx.iter().map(|&dx| Datum::f64(dx)).collect()),
            },
            Arg::Single(x, dx) => match passing {
                Passing::Dual(direction) => (Datum::dual_f32(*x, dx[direction]), Vec::new()),
                Passing::Shadows => {
                    let shadows = dx.iter().map(|&dx| Datum::dual_f32(dx, 0.0));
                    (Datum::dual_f32(*x, 0.0), shadows.collect())
                }
            },
            Arg::Doubles(..) | Arg::Singles(..) => {
                let addresses = allocate(&mut interpreter, arg, passing);
                let mut pointers: Vec<Datum> = addresses.iter().map(|&address| Datum::ptr(address)).collect();
                arrays.push((addresses, arg));
                (pointers.remove(0), pointers)
            }
        };
        data.push(primal);
        match shadows.len() {
            0 => {}
            1 => data.extend(shadows),
            _ => data.push(Datum::Members(shadows)),
        }
    }
    let living = interpreter.memory.heap_count();
    let result = interpreter.run(func, &data).map_err(|trap| trap.to_string())?;
    if interpreter.memory.heap_count() != living {
        return Err("memory is leaked".to_owned());
    }
    let mut numbers = match passing {
        Passing::Dual(_) => flatten(&result)
            .into_iter()
            .map(|(x, dx)| (x, vec![dx]))
            .collect(),
        Passing::Shadows => paired(&result)?,
    };
    for (addresses, arg) in arrays {
        numbers.extend(contents(&mut interpreter, &addresses, arg));
    }
    Ok(numbers)
}

/// Allocates and fills an array, and its shadows if there are any.
fn allocate(interpreter: &mut Interpreter<'_, Libm>, arg: &Arg, passing: Passing) -> Vec<u64> {
    let memory = &mut interpreter.memory;
    let mut fill = |numbers: Vec<(f64, f64)>, single: bool| {
        let size = if single { 4 } else { 8 };
        let address = memory
            .allocate(numbers.len() as u64 * size, 16, Owner::Heap)
            .expect("there is room");
        let stored = if single {
            let narrow: Vec<(f32, f32)> = numbers.iter().map(|&(x, dx)| (x as f32, dx as f32)).collect();
            memory.store_dual_f32s(address, &narrow)
        } else {
            memory.store_duals(address, &numbers)
        };
        stored.expect("it was just allocated");
        address
    };
    let wide = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
    let (x, dx, single) = match arg {
        Arg::Doubles(x, dx) => (x.clone(), dx.clone(), false),
        Arg::Singles(x, dx) => (wide(x), dx.iter().map(|dx| wide(dx)).collect(), true),
        _ => (Vec::new(), Vec::new(), false),
    };
    match passing {
        Passing::Dual(direction) => {
            let duals = x.iter().copied().zip(dx[direction].iter().copied()).collect();
            vec![fill(duals, single)]
        }
        Passing::Shadows => {
            let all = std::iter::once(&x).chain(&dx);
            let plain = |numbers: &Vec<f64>| numbers.iter().map(|&x| (x, 0.0)).collect();
            all.map(|numbers| fill(plain(numbers), single)).collect()
        }
    }
}

/// What an array holds, with the tangents that the interpreter keeps or that its shadows hold.
fn contents(interpreter: &mut Interpreter<'_, Libm>, addresses: &[u64], arg: &Arg) -> Numbers {
    let memory = &mut interpreter.memory;
    let mut load = |address| match arg {
        Arg::Singles(x, _) => {
            let numbers = memory
                .load_dual_f32s(address, x.len())
                .expect("the array still lives");
            let wide = |(x, dx)| (f64::from(x), f64::from(dx));
            numbers.into_iter().map(wide).collect()
        }
        Arg::Doubles(x, _) => memory
            .load_duals(address, x.len())
            .expect("the array still lives"),
        _ => Vec::new(),
    };
    let primal: Vec<(f64, f64)> = load(addresses[0]);
    let shadows: Vec<Vec<(f64, f64)>> = addresses[1..].iter().map(|&address| load(address)).collect();
    let tangents = |index: usize| match shadows.len() {
        0 => vec![primal[index].1],
        _ => shadows.iter().map(|shadow| shadow[index].0).collect(),
    };
    (0..primal.len())
        .map(|index| (primal[index].0, tangents(index)))
        .collect()
}

/// The doubles of a result, with the tangents that the interpreter keeps.
fn flatten(datum: &Datum) -> Vec<(f64, f64)> {
    match datum {
        Datum::Members(members) => members.iter().flat_map(flatten).collect(),
        _ => vec![datum.to_dual().unwrap_or((f64::NAN, f64::NAN))],
    }
}

/// The doubles of `{primal, shadow}`; the shadow has an outer array if there are several directions.
fn paired(result: &Datum) -> Result<Numbers, String> {
    let [primal, shadow] = result.members() else {
        return Err("the tangent function returns no pair".to_owned());
    };
    let primal = flatten(primal);
    let shadow = flatten(shadow);
    let width = shadow.len() / primal.len();
    let tangents = |index: usize| -> Vec<f64> {
        let directions = shadow.chunks(primal.len()).take(width);
        directions.map(|direction| direction[index].0).collect()
    };
    Ok((0..primal.len())
        .map(|index| (primal[index].0, tangents(index)))
        .collect())
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

/// Second derivatives add up in loops, so what cancels may be larger.
const SECOND: Tolerance = Tolerance {
    relative: 1e-10,
    absolute: 1e-11,
};

/// With tangents of floats rounded to floats on the way.
const SINGLE: Tolerance = Tolerance {
    relative: 1e-4,
    absolute: 1e-5,
};

/// The first number that differs, if one does, in a direction.
fn difference(expected: &Numbers, found: &Numbers, direction: usize, tolerance: Tolerance) -> Option<String> {
    if expected.len() != found.len() {
        return Some(format!("{} numbers instead of {}", found.len(), expected.len()));
    }
    for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
        let (dx, dy) = (expected.1[0], found.1[direction]);
        let bound = tolerance.absolute + tolerance.relative * dx.abs().max(dy.abs());
        // A comparison that NaN fails.
        let close = (dx - dy).abs() <= bound;
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

/// Differentiates a function and compares each direction with dual numbers. Gives the tangent function; `None` if it is refused.
fn check_function(
    module: &mut Module,
    func: FuncId,
    args: &[Arg],
    tolerance: Tolerance,
) -> Result<Option<FuncId>, String> {
    let width = args.iter().find_map(|arg| match arg {
        Arg::Double(_, dx) => Some(dx.len()),
        _ => None,
    });
    let width = width.expect("every entry takes a double");
    let request = Request {
        func,
        params: args.iter().map(Arg::activity).collect(),
        ret: ReturnRequest {
            shadow: true,
            primal: true,
        },
        width: width as u32,
        order: 1,
        memory: EntryMemory::default(),
    };
    let primal = module.clone();
    let mut forward = Forward::new(module, RuleTable::standard(), ForwardOptions::default());
    let tangent = forward.request(request);
    if let Err(errors) = forward.run() {
        if errors
            .iter()
            .all(|error| matches!(error.kind, ErrorKind::BitArithmetic { .. }))
        {
            return Ok(None);
        }
        let errors: Vec<String> = errors.iter().map(|error| format!("{error:?}")).collect();
        return Err(format!("refused: {}\n{primal}", errors.join("\n")));
    }
    if let Err(errors) = verify_module(module) {
        return Err(format!("invalid: {}\n{module}", errors[0]));
    }
    let found =
        execute(module, tangent, args, Passing::Shadows).map_err(|error| format!("{error}\n{module}"))?;
    for direction in 0..width {
        let expected = execute(&primal, func, args, Passing::Dual(direction))
            .map_err(|trap| format!("primal: {trap}\n{primal}"))?;
        if let Some(message) = difference(&expected, &found, direction, tolerance) {
            return Err(format!("direction {direction}: {message}\n{args:?}\n{module}"));
        }
    }
    Ok(Some(tangent))
}

/// Checks all programs that the runner draws; at most one in a hundred may be refused.
fn for_programs(config: Config, cases: u32, check: impl Fn(Program) -> Result<Outcome, String>) {
    let (all, refused) = (Cell::new(0), Cell::new(0));
    let result = runner(cases).run(&plans(config), |plan: Plan| {
        all.set(all.get() + 1);
        match check(Program::new(&plan)).map_err(TestCaseError::fail)? {
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

fn first_order(config: Config, cases: u32, width: usize, tolerance: Tolerance) {
    for_programs(config, cases, |Program { mut module, entry }| {
        let args = arguments(&entry.inputs, width);
        let tangent = check_function(&mut module, entry.func, &args, tolerance)?;
        Ok(tangent.map_or(Outcome::Refused, |_| Outcome::Agrees))
    });
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
    first_order(PLAIN, 2_000, 1, DOUBLE);
}

#[test]
fn tangents_in_three_directions_agree_with_dual_numbers() {
    first_order(PLAIN, 300, 3, DOUBLE);
}

#[test]
fn tangents_of_mixed_precision_agree_with_dual_numbers() {
    let config = Config {
        single: true,
        ..PLAIN
    };
    first_order(config, 500, 1, SINGLE);
}

#[test]
fn tangents_of_integer_copies_agree_with_dual_numbers() {
    let config = Config {
        integer_copies: true,
        ..PLAIN
    };
    first_order(config, 500, 1, DOUBLE);
}

/// The tangent function of a tangent function, with tangents for primals and shadows.
#[test]
fn second_order_agrees_with_dual_numbers() {
    for_programs(PLAIN, 300, |Program { mut module, entry }| {
        let args = arguments(&entry.inputs, 1);
        let Some(tangent) = check_function(&mut module, entry.func, &args, DOUBLE)? else {
            return Ok(Outcome::Refused);
        };
        let mut angle = 0.5f64;
        let mut seeds = || {
            angle += 1.3;
            angle.sin()
        };
        let args: Vec<Arg> = args.iter().flat_map(|arg| arg.with_shadows(&mut seeds)).collect();
        let second = check_function(&mut module, tangent, &args, SECOND)?;
        Ok(second.map_or(Outcome::Refused, |_| Outcome::Agrees))
    });
}

/// Executes the two halves of a tangent one after the other, with numbers in between where the primals were that nobody may read.
fn execute_halves(module: &Module, halves: [FuncId; 2], args: &[Arg]) -> Result<Numbers, String> {
    let mut interpreter =
        Interpreter::new(module, Libm, Limits::default()).map_err(|kind| kind.to_string())?;
    let (mut recorded, mut replayed) = (Vec::new(), Vec::new());
    let mut arrays: Vec<(Vec<u64>, &Arg)> = Vec::new();
    for arg in args {
        let all = match arg {
            Arg::Int(int) => vec![Datum::int(64, i128::from(*int))],
            Arg::Double(x, dx) => vec![Datum::f64(*x), Datum::f64(dx[0])],
            Arg::Single(x, dx) => vec![Datum::dual_f32(*x, 0.0), Datum::dual_f32(dx[0], 0.0)],
            Arg::Doubles(..) | Arg::Singles(..) => {
                let addresses = allocate(&mut interpreter, arg, Passing::Shadows);
                let pointers = addresses.iter().map(|&address| Datum::ptr(address)).collect();
                arrays.push((addresses, arg));
                pointers
            }
        };
        recorded.push(all[0].clone());
        replayed.extend(all);
    }
    let living = interpreter.memory.heap_count();
    let first = interpreter
        .run(halves[0], &recorded)
        .map_err(|trap| format!("recording: {trap}"))?;
    let mut numbers: Numbers = Vec::new();
    let [log, value] = first.members() else {
        return Err("the recording function returns no pair".to_owned());
    };
    numbers.extend(flatten(value).into_iter().map(|(x, _)| (x, Vec::new())));
    for (addresses, arg) in &arrays {
        let left = contents(&mut interpreter, &addresses[..1], arg);
        numbers.extend(left.into_iter().map(|(x, _)| (x, Vec::new())));
        let memory = &mut interpreter.memory;
        match arg {
            Arg::Doubles(x, _) => memory.store_duals(addresses[0], &vec![(f64::NAN, 0.0); x.len()]),
            Arg::Singles(x, _) => memory.store_dual_f32s(addresses[0], &vec![(f32::NAN, 0.0); x.len()]),
            _ => Ok(()),
        }
        .map_err(|kind| format!("{kind:?}"))?;
    }
    replayed.push(log.clone());
    let second = interpreter
        .run(halves[1], &replayed)
        .map_err(|trap| format!("replaying: {trap}"))?;
    if interpreter.memory.heap_count() != living {
        return Err("memory is leaked".to_owned());
    }
    let mut tangents: Vec<f64> = flatten(&second).into_iter().map(|(dx, _)| dx).collect();
    for (addresses, arg) in &arrays {
        let left = contents(&mut interpreter, &addresses[1..], arg);
        tangents.extend(left.into_iter().map(|(dx, _)| dx));
    }
    for (number, tangent) in numbers.iter_mut().zip(tangents) {
        number.1.push(tangent);
    }
    Ok(numbers)
}

/// Makes both halves of a tangent; `None` if it is refused.
fn halves_of(module: &mut Module, func: FuncId, args: &[Arg]) -> Result<Option<[FuncId; 2]>, String> {
    let request = Request {
        func,
        params: args.iter().map(Arg::activity).collect(),
        ret: ReturnRequest {
            shadow: true,
            primal: false,
        },
        width: 1,
        order: 1,
        memory: EntryMemory::default(),
    };
    let mut forward = Forward::new(module, RuleTable::standard(), ForwardOptions::default());
    let halves = [
        Half::Recording,
        Half::Replaying {
            keep: false,
            primal: false,
        },
    ];
    let halves = halves.map(|half| {
        let shadows = vec![false; args.len()];
        forward.request_half(request.clone(), shadows, Holder::Heap, half)
    });
    if let Err(errors) = forward.run_split() {
        let is_known = |kind: &ErrorKind| {
            matches!(
                kind,
                ErrorKind::BitArithmetic { .. } | ErrorKind::SplitForward { .. }
            )
        };
        if errors.iter().all(|error| is_known(&error.kind)) {
            println!("refused: {}", errors[0]);
            return Ok(None);
        }
        return Err(format!("{errors:?}\n{module}"));
    }
    match verify_module(module) {
        Ok(()) => Ok(Some(halves)),
        Err(errors) => Err(format!("invalid: {}\n{module}", errors[0])),
    }
}

#[test]
fn tangents_apart_from_the_primal_agree_with_dual_numbers() {
    for_programs(PLAIN, 1_000, |Program { mut module, entry }| {
        let args = arguments(&entry.inputs, 1);
        let primal = module.clone();
        let Some(halves) = halves_of(&mut module, entry.func, &args)? else {
            return Ok(Outcome::Refused);
        };
        let found =
            execute_halves(&module, halves, &args).map_err(|error| format!("{error}\n{args:?}\n{module}"))?;
        let expected = execute(&primal, entry.func, &args, Passing::Dual(0))
            .map_err(|trap| format!("primal: {trap}\n{primal}"))?;
        match difference(&expected, &found, 0, DOUBLE) {
            Some(message) => Err(format!("{message}\n{args:?}\n{module}")),
            None => Ok(Outcome::Agrees),
        }
    });
}
