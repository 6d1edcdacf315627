//! Gradients of random programs through opt and native code: import, preparation, export, LLVM's passes before and after, the tape on the
//! real heap. Many programs are one module, so that a compiler starts seldom.
//!
//! The adjoint identity `<w, J v> = <J^T w, v>`: `J v` from the interpreter's dual numbers, `J^T w` from native code, without
//! optimization and with `-O3` before and after the pass.

mod second;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use corpus::command::{Finished, TOOL_LIMIT, run_command, tool};
use corpus::plugin;
use ir::testing::{Batch, Config, Entry, Plan, plans};
use ir::text::print_module;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

/// Programs in one module.
const BATCH: usize = 125;

/// Programs whose second derivatives are asked for in one module: each is differentiated six times.
const SMALL_BATCH: usize = 10;

/// Everything in double precision, where memory is accessed as what it holds.
const PLAIN: Config = Config {
    integer_copies: false,
    single: false,
    kinks: false,
    heap: true,
};

/// Functions that the texts of programs call.
const PRELUDE: &str = "@hex = constant [7 x i8] c\"%016lx\\00\"
@newline = constant [2 x i8] c\"\\0A\\00\"
declare i32 @printf(ptr, ...)
declare void @__enzyme_autodiff(...)
declare void @__enzyme_fwddiff(...)
declare double @__enzyme_fwddiff_number(...)
define void @show(i64 %bits) noinline {
  call i32 (ptr, ...) @printf(ptr @hex, i64 %bits)
  ret void
}
define void @take(ptr %to, ptr %from, i64 %count) noinline {
start:
  br label %loop
loop:
  %i = phi i64 [ 0, %start ], [ %next, %loop ]
  %at.to = getelementptr double, ptr %to, i64 %i
  %at.from = getelementptr double, ptr %from, i64 %i
  %x = load double, ptr %at.from
  store double %x, ptr %at.to
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}
define void @show_all(ptr %numbers, i64 %count) noinline {
start:
  br label %loop
loop:
  %i = phi i64 [ 0, %start ], [ %next, %loop ]
  %at = getelementptr i64, ptr %numbers, i64 %i
  %bits = load i64, ptr %at
  call void @show(i64 %bits)
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %count
  br i1 %more, label %loop, label %done
done:
  ret void
}
";

/// The same plans in every run; PROPTEST_RNG_SEED chooses others.
fn programs(count: usize) -> Vec<Plan> {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(0xad_501);
    let mut runner = TestRunner::new(RunnerConfig {
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..RunnerConfig::default()
    });
    let strategy = plans(PLAIN);
    let tree = |_| {
        strategy
            .new_tree(&mut runner)
            .expect("plans never run out")
            .current()
    };
    (0..count).map(tree).collect()
}

/// All inputs of a program in one piece of memory, with their tangents: the doubles, then the arrays.
fn packed(entry: &Entry) -> Vec<(f64, f64)> {
    let inputs = &entry.inputs;
    [inputs.doubles.clone(), inputs.arrays.concat()].concat()
}

/// Weights between -1 and 1.
fn weights(number: usize, count: usize) -> Vec<f64> {
    let weight = |at: usize| ((number + 1) as f64 * 0.37 + at as f64 * 2.21).sin();
    (0..count).map(weight).collect()
}

/// The weights of what a program leaves in memory: doubles are passed by value and stay as they are.
fn seeds(entry: &Entry, number: usize) -> Vec<f64> {
    let doubles = entry.inputs.doubles.len();
    let mut seeds = weights(number, packed(entry).len());
    seeds[..doubles].fill(0.0);
    seeds
}

fn memory(text: &mut String, name: &str, numbers: &[f64]) {
    let members: Vec<String> = numbers
        .iter()
        .map(|x| format!("double 0x{:016X}", x.to_bits()))
        .collect();
    let _ = writeln!(
        text,
        "@{name} = global [{} x double] [{}]",
        numbers.len(),
        members.join(", ")
    );
}

/// The integers of a program: their parameters, what reads them as a compiler cannot know them, and the arguments of a request.
struct Ints {
    params: String,
    loads: String,
    args: String,
}

fn ints(text: &mut String, number: usize, entry: &Entry) -> Ints {
    let mut ints = Ints {
        params: String::new(),
        loads: String::new(),
        args: String::new(),
    };
    for (at, int) in entry.inputs.ints.iter().enumerate() {
        let _ = writeln!(text, "@i{number}.{at} = global i64 {int}");
        let _ = writeln!(ints.loads, "  %i{at} = load volatile i64, ptr @i{number}.{at}");
        let _ = write!(ints.params, ", i64 %i{at}");
        let _ = write!(ints.args, ", metadata !\"enzyme_const\", i64 %i{at}");
    }
    ints
}

/// `@w<number>`: the program as a function of all its numbers in one piece of memory.
fn wrapper(text: &mut String, batch: &Batch, number: usize, params: &str) {
    let entry = &batch.entries[number];
    let mut args = Vec::new();
    let mut lines = String::new();
    for at in 0..entry.inputs.doubles.len() {
        let _ = writeln!(lines, "  %p{at} = getelementptr double, ptr %x, i64 {at}");
        let _ = writeln!(lines, "  %d{at} = load double, ptr %p{at}");
        args.push(format!("double %d{at}"));
    }
    for at in 0..entry.inputs.ints.len() {
        args.push(format!("i64 %i{at}"));
    }
    let mut offset = entry.inputs.doubles.len();
    for (at, array) in entry.inputs.arrays.iter().enumerate() {
        let _ = writeln!(lines, "  %a{at} = getelementptr double, ptr %x, i64 {offset}");
        args.push(format!("ptr %a{at}"));
        offset += array.len();
    }
    let name = &batch.module.ctx.funcs[entry.func].name;
    let _ = writeln!(
        text,
        "define double @w{number}(ptr \"enzyme_type\"=\"{{[-1]:Pointer, [-1,-1]:Float@double}}\" %x{params}) {{\n{lines}  %r = call double @{name}({})\n  ret double %r\n}}",
        args.join(", ")
    );
}

/// Prints `J^T w`, where the weight of the returned number is 1.
fn gradient(text: &mut String, batch: &Batch, number: usize) {
    let entry = &batch.entries[number];
    let primals: Vec<f64> = packed(entry).iter().map(|dual| dual.0).collect();
    let ints = ints(text, number, entry);
    wrapper(text, batch, number, &ints.params);
    memory(text, &format!("x{number}"), &primals);
    memory(text, &format!("s{number}"), &seeds(entry, number));
    let _ = writeln!(
        text,
        "define void @run{number}() noinline {{\n{}  call void (...) @__enzyme_autodiff(ptr @w{number}, metadata !\"enzyme_dup\", \
         ptr @x{number}, ptr @s{number}{})\n  call void @show_all(ptr @s{number}, i64 {})\n  \
         call i32 (ptr, ...) @printf(ptr @newline)\n  ret void\n}}",
        ints.loads,
        ints.args,
        primals.len()
    );
}

/// What a batch asks of each of its programs.
type Ask = fn(&mut String, &Batch, usize);

/// Optimization before the pass, options of the pass, and level of the compiler after it.
#[derive(Clone, Copy)]
struct Level {
    before: &'static str,
    options: &'static str,
    after: &'static str,
}

/// The code as it is emitted.
const PLAIN_CODE: Level = Level {
    before: "",
    options: "clean-up=0",
    after: "-O0",
};

const OPTIMIZED: Level = Level {
    before: "default<O3>,",
    options: "",
    after: "-O3",
};

/// The batch as a program that prints a line of bits for each of the programs that are asked, but for those in `left_out`.
fn source(batch: &Batch, ask: Ask, left_out: &BTreeSet<usize>) -> String {
    let mut text = print_module(&batch.module) + PRELUDE;
    let mut main = String::new();
    for number in (0..batch.entries.len()).filter(|number| !left_out.contains(number)) {
        ask(&mut text, batch, number);
        let _ = writeln!(main, "  call void @run{number}()");
    }
    let _ = writeln!(text, "define i32 @main() {{\n{main}  ret i32 0\n}}");
    text
}

/// The numbers of the programs that a message says have no derivative. Their functions begin with `p<number>f`, or are a letter and the number; derivatives of
/// them have prefixes.
fn refused(messages: &str) -> BTreeSet<usize> {
    let number = |mut name: &str| {
        while let Some(rest) = (["fwddiffe", "diffe", "augmented_", "rsenzyme.clean."].iter())
            .find_map(|prefix| name.strip_prefix(prefix))
        {
            name = rest;
        }
        let name = name.split('.').next()?;
        match name.strip_prefix('p') {
            Some(name) => name.split_once('f')?.0.parse().ok(),
            None => name.strip_prefix(['w', 't', 'g', 's'])?.parse().ok(),
        }
    };
    messages.split('`').filter_map(number).collect()
}

/// Runs the pass on a text, and leaves what comes out in the folder.
fn differentiate(folder: &Path, text: &str, level: Level) -> Finished {
    let plugin = plugin::path().expect("the plugin has been built");
    std::fs::write(folder.join("batch.ll"), text).expect("a file can be written");
    let mut opt = Command::new(tool("opt"));
    opt.arg(format!("-load-pass-plugin={}", plugin.display()))
        .arg(format!("-passes={}rs-enzyme,verify", level.before))
        .args(["batch.ll", "-o", "gradients.bc"])
        .env("RSENZYME_OPTIONS", level.options)
        .current_dir(folder);
    run_command(opt, TOOL_LIMIT).expect("opt ends")
}

/// Whether there is no derivative, for a reason that the user is told. Everything else is a defect.
fn is_refusal(finished: &Finished) -> bool {
    let is_told = finished.output.contains("rs-enzyme: ") && !finished.output.contains("internal error");
    match finished.code() {
        Some(0) => false,
        code => {
            assert!(code == Some(1) && is_told, "{finished}");
            true
        }
    }
}

/// What the programs print, and which of them have no derivative.
fn native(folder: &Path, batch: &Batch, ask: Ask, level: Level) -> (Vec<Vec<f64>>, BTreeSet<usize>) {
    std::fs::create_dir_all(folder).expect("the target folder can be written");
    let mut left_out = BTreeSet::new();
    loop {
        let finished = differentiate(folder, &source(batch, ask, &left_out), level);
        if finished.code() == Some(0) {
            break;
        }
        println!("{}", finished.output);
        let mut more = refused(&finished.output);
        if more.is_empty() {
            // What is said of a function of the runtime's is said of no program by name.
            let all = 0..batch.entries.len();
            let alone = |number: &usize| {
                let others = all.clone().filter(|other| other != number).collect();
                differentiate(folder, &source(batch, ask, &others), level)
            };
            let candidates = all.clone().filter(|number| !left_out.contains(number));
            more = candidates.filter(|number| is_refusal(&alone(number))).collect();
        }
        let known = left_out.len();
        left_out.extend(more);
        assert!(left_out.len() > known, "{finished}");
    }
    let mut clang = Command::new(tool("clang"));
    clang
        .args([level.after, "-w", "gradients.bc", "-lm", "-o", "program"])
        .current_dir(folder);
    let finished = run_command(clang, TOOL_LIMIT).expect("clang ends");
    assert_eq!(finished.code(), Some(0), "{finished}");
    let output = Command::new(folder.join("program"))
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}: {}", folder.display(), output.status);
    let text = String::from_utf8(output.stdout).expect("the program prints digits");
    let number = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).expect("digits are ASCII");
        f64::from_bits(u64::from_str_radix(digits, 16).expect("the program prints digits"))
    };
    let line = |line: &str| line.as_bytes().chunks(16).map(number).collect();
    (text.lines().map(line).collect(), left_out)
}

/// A sum of products, and how large they are: the measure of what may be lost to rounding.
fn product(left: &[f64], right: &[f64]) -> (f64, f64) {
    assert_eq!(left.len(), right.len());
    let products = left.iter().zip(right).map(|(x, y)| x * y);
    products.fold((0.0, 0.0), |(sum, size), product| {
        (sum + product, size + product.abs())
    })
}

/// A comparison that NaN fails.
fn is_close(found: f64, expected: f64, size: f64) -> bool {
    (found - expected).abs() <= 1e-10 * (1.0 + size)
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("native_gradients")
        .join(name)
}

/// Random programs to ask something of.
#[derive(Clone, Copy)]
struct Sample {
    count: usize,
    /// How many are one module.
    at_once: usize,
    /// How many in a hundred may be refused: in them integers cannot be told from parts of floats.
    refused: usize,
}

/// Gradients of the first order.
const GRADIENTS: Sample = Sample {
    count: 250,
    at_once: BATCH,
    refused: 2,
};

/// Asks for something of programs; `check` compares what one of them prints with what is known of it, by its number in the batch.
fn for_programs(name: &str, sample: Sample, ask: Ask, level: Level, check: impl Fn(&Batch, usize, &[f64])) {
    let mut refused = 0;
    for (part, plans) in programs(sample.count).chunks(sample.at_once).enumerate() {
        let mut batch = Batch::default();
        plans.iter().for_each(|plan| batch.push(plan));
        let (lines, left_out) = native(&folder(&format!("{name}{part}")), &batch, ask, level);
        let asked: Vec<usize> = (0..plans.len())
            .filter(|number| !left_out.contains(number))
            .collect();
        assert_eq!(lines.len(), asked.len());
        for (&number, line) in asked.iter().zip(&lines) {
            check(&batch, number, line);
        }
        refused += left_out.len();
    }
    let count = sample.count;
    println!("{refused} of {count} programs are refused");
    assert!(
        refused * 100 <= sample.refused * count,
        "{refused} of {count} are refused"
    );
}

fn check_adjoint_identity(batch: &Batch, number: usize, adjoints: &[f64]) {
    let entry = &batch.entries[number];
    let run = entry.interpret(&batch.module).expect("random programs end");
    let tangents: Vec<f64> = packed(entry).iter().map(|dual| dual.1).collect();
    // What the program leaves: the returned number with weight 1, and the arrays.
    let doubles = entry.inputs.doubles.len();
    let left: Vec<f64> = run.arrays.concat().iter().map(|dual| dual.1).collect();
    let (arrays, size) = product(&seeds(entry, number)[doubles..], &left);
    let expected = run.result.1 + arrays;
    let (found, other_size) = product(adjoints, &tangents);
    let size = size.max(other_size) + run.result.1.abs();
    assert!(
        is_close(found, expected, size),
        "program {number}: <J^T w, v> = {found}, <w, J v> = {expected}\n{:?}\n{}",
        entry.inputs,
        one(batch, number)
    );
}

/// A program of a batch by itself.
fn one(batch: &Batch, number: usize) -> String {
    let text = print_module(&batch.module);
    let own = format!("@p{number}f");
    let functions = text.split("\n\n").filter(|part| part.contains(&own));
    functions.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_adjoint_identity_holds_without_optimization() {
    for_programs("plain", GRADIENTS, gradient, PLAIN_CODE, check_adjoint_identity);
}

#[test]
fn the_adjoint_identity_holds_between_optimizations() {
    for_programs(
        "optimized",
        GRADIENTS,
        gradient,
        OPTIMIZED,
        check_adjoint_identity,
    );
}
