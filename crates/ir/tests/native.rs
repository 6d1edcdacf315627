//! The interpreter against native code: random programs, compiled by clang with and without optimization, give the same bits.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ir::testing::{Batch, Config, Entry, Plan, plans};
use ir::text::print_module;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

/// Programs in one file: enough that starting the compiler costs little, few enough that it stays linear.
const BATCH: usize = 250;

/// Programs in all, unless PROPTEST_CASES says otherwise.
const CASES: usize = 2_000;

/// What a native program prints and the interpreter finds: the bits of the result and of all arrays.
type Bits = Vec<u64>;

fn cases() -> usize {
    let chosen = std::env::var("PROPTEST_CASES").ok();
    chosen.and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}

/// The same plans in every run.
fn runner(seed: u64) -> TestRunner {
    TestRunner::new(RunnerConfig {
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..RunnerConfig::default()
    })
}

fn interpreted(batch: &Batch) -> Vec<Bits> {
    let bits = |entry: &Entry| {
        let execution = entry
            .interpret(&batch.module)
            .unwrap_or_else(|trap| panic!("{trap}\n{}", print_module(&batch.module)));
        let mut bits = vec![execution.result.0.to_bits()];
        bits.extend(execution.arrays.concat().iter().map(|dual| dual.0.to_bits()));
        bits.extend(
            execution
                .single_arrays
                .concat()
                .iter()
                .map(|dual| u64::from(dual.0.to_bits())),
        );
        bits
    };
    batch.entries.iter().map(bits).collect()
}

/// The batch with a main function that runs every program and prints one line of bits for each.
fn source(batch: &Batch) -> String {
    let mut text = print_module(&batch.module);
    let mut main = String::new();
    text.push_str(
        "@hex = constant [7 x i8] c\"%016lx\\00\"\n@newline = constant [2 x i8] c\"\\0A\\00\"\n\
         declare i32 @printf(ptr, ...)\n\
         define void @show(i64 %bits) noinline {\n  call i32 (ptr, ...) @printf(ptr @hex, i64 %bits)\n  ret void\n}\n",
    );
    for (number, entry) in batch.entries.iter().enumerate() {
        program(&mut text, batch, number, entry);
        let _ = writeln!(main, "  call void @run{number}()");
    }
    let _ = writeln!(text, "define i32 @main() {{\n{main}  ret i32 0\n}}");
    text
}

/// The inputs of a program as variables, and the function that runs it. Inputs are read as volatile, so that no compiler knows them.
fn program(text: &mut String, batch: &Batch, number: usize, entry: &Entry) {
    let inputs = &entry.inputs;
    let double = |x: f64| format!("double 0x{:016X}", x.to_bits());
    let float = |x: f32| format!("float 0x{:016X}", f64::from(x).to_bits());
    let mut lines = String::new();
    let mut args = Vec::new();
    let mut scalar = |ty: &str, value: String| {
        let name = format!("in{number}.{}", args.len());
        let _ = writeln!(text, "@{name} = global {value}");
        let _ = writeln!(lines, "  %{name} = load volatile {ty}, ptr @{name}");
        args.push(format!("{ty} %{name}"));
    };
    for &(x, _) in &inputs.doubles {
        scalar("double", double(x));
    }
    for &(x, _) in &inputs.singles {
        scalar("float", float(x));
    }
    for int in &inputs.ints {
        scalar("i64", format!("i64 {int}"));
    }
    let mut shows = String::new();
    let mut array = |ty: &str, bits: &str, members: Vec<String>| {
        let name = format!("in{number}.{}", args.len());
        let len = members.len();
        let _ = writeln!(text, "@{name} = global [{len} x {ty}] [{}]", members.join(", "));
        for index in 0..len {
            let at = format!("{name}.{index}");
            let _ = writeln!(
                shows,
                "  %{at} = load {bits}, ptr getelementptr ({bits}, ptr @{name}, i64 {index})"
            );
            let wide = if bits == "i64" {
                format!("%{at}")
            } else {
                let _ = writeln!(shows, "  %{at}.wide = zext {bits} %{at} to i64");
                format!("%{at}.wide")
            };
            let _ = writeln!(shows, "  call void @show(i64 {wide})");
        }
        args.push(format!("ptr @{name}"));
    };
    for members in &inputs.arrays {
        array("double", "i64", members.iter().map(|&(x, _)| double(x)).collect());
    }
    for members in &inputs.single_arrays {
        array("float", "i32", members.iter().map(|&(x, _)| float(x)).collect());
    }
    let name = &batch.module.ctx.funcs[entry.func].name;
    let _ = writeln!(
        text,
        "define void @run{number}() noinline {{\n{lines}  %r = call double @{name}({})\n  %b = bitcast double %r to i64\n  \
         call void @show(i64 %b)\n{shows}  call i32 (ptr, ...) @printf(ptr @newline)\n  ret void\n}}",
        args.join(", ")
    );
}

/// Compiles and runs a file.
fn native(folder: &Path, file: &Path, level: &str) -> Vec<Bits> {
    let program = folder.join(format!("program{level}"));
    let output = Command::new("clang-22")
        .args([level, "-w", "-x", "ir"])
        .arg(file)
        .args(["-x", "none", "-lm", "-o"])
        .arg(&program)
        .output()
        .unwrap_or_else(|error| panic!("clang-22: {error}; `cargo xtask doctor` says what to install"));
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    let output = Command::new(&program).output().expect("the program starts");
    assert!(
        output.status.success(),
        "the program at {level} ends with {}",
        output.status
    );
    let text = String::from_utf8(output.stdout).expect("the program prints digits");
    let line = |line: &str| {
        let digits = line.as_bytes().chunks(16);
        let number = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).expect("digits are ASCII");
            u64::from_str_radix(digits, 16).expect("the program prints digits")
        };
        digits.map(number).collect()
    };
    text.lines().map(line).collect()
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn batch_of<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Batch {
    let mut batch = Batch::default();
    plans.into_iter().for_each(|plan| batch.push(plan));
    batch
}

/// The first program of which interpreter and native code disagree.
fn disagreement(folder: &Path, batch: &Batch, level: &str) -> Option<usize> {
    let file = folder.join("batch.ll");
    std::fs::write(&file, source(batch)).expect("the target folder can be written");
    let (found, expected) = (native(folder, &file, level), interpreted(batch));
    assert_eq!(found.len(), expected.len());
    (0..expected.len()).find(|&number| found[number] != expected[number])
}

/// The smallest program of a tree of which they disagree.
fn shrink(folder: &Path, mut tree: impl ValueTree<Value = Plan>, level: &str) -> String {
    let disagrees = |plan: &Plan| disagreement(folder, &batch_of([plan]), level).is_some();
    let mut steps = 0;
    while steps < 500 && tree.simplify() {
        while !disagrees(&tree.current()) && steps < 500 && tree.complicate() {
            steps += 1;
        }
        steps += 1;
    }
    while !disagrees(&tree.current()) && tree.complicate() {}
    let batch = batch_of([&tree.current()]);
    format!("{}\n; {:?}", print_module(&batch.module), interpreted(&batch))
}

fn compare(level: &str) {
    let folder = folder(&format!("native{level}"));
    let strategy = plans(Config::default());
    let mut runner = runner(0x5eed);
    let mut left = cases();
    while left > 0 {
        let trees: Vec<_> = (0..left.min(BATCH))
            .map(|_| strategy.new_tree(&mut runner).expect("plans never run out"))
            .collect();
        let plans: Vec<Plan> = trees.iter().map(ValueTree::current).collect();
        if let Some(number) = disagreement(&folder, &batch_of(&plans), level) {
            let tree = trees
                .into_iter()
                .nth(number)
                .expect("the number is one of the batch");
            panic!("{level}: {}", shrink(&folder, tree, level));
        }
        left -= left.min(BATCH);
    }
}

#[test]
fn native_code_without_optimization_gives_the_same_bits() {
    compare("-O0");
}

#[test]
fn optimized_native_code_gives_the_same_bits() {
    compare("-O2");
}
