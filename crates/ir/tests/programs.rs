//! Random programs are what they promise to be, and survive the printer, the parser and the verifier.

use ir::Op;
use ir::testing::{Config, Program, plans};
use ir::text::{parse_module, print_module};
use ir::verify::verify_module;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

/// The same cases in every run; PROPTEST_CASES changes how many.
fn runner(cases: u32) -> TestRunner {
    let default = RunnerConfig::default();
    let chosen = std::env::var("PROPTEST_CASES").is_ok();
    TestRunner::new(RunnerConfig {
        cases: if chosen { default.cases } else { cases },
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x5eed),
        failure_persistence: None,
        ..default
    })
}

#[test]
fn programs_are_valid_bounded_and_smooth() {
    let check = |plan| {
        let program = Program::new(&plan);
        if let Err(errors) = verify_module(&program.module) {
            return Err(TestCaseError::fail(format!("{}\n{}", errors[0], program.module)));
        }
        let execution = program.entry.interpret(&program.module);
        let execution =
            execution.map_err(|trap| TestCaseError::fail(format!("{trap}\n{}", program.module)))?;
        let numbers = execution.arrays.concat().into_iter().chain([execution.result]);
        for (value, tangent) in numbers {
            let bounded = value.abs() <= 4.0 && tangent.abs() <= 1.0 + 1e-5;
            prop_assert!(bounded, "{value} {tangent}\n{}", program.module);
        }
        Ok(())
    };
    runner(2_000)
        .run(&plans(Config::default()), check)
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn programs_survive_printing_and_parsing() {
    let check = |plan| {
        let program = Program::new(&plan);
        let text = print_module(&program.module);
        let module = parse_module(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&text, &print_module(&module));
        prop_assert!(verify_module(&module).is_ok());
        let again = ir::testing::Entry {
            func: module.ctx.find_func("f0").expect("the entry keeps its name"),
            inputs: program.entry.inputs.clone(),
        };
        prop_assert_eq!(program.entry.interpret(&program.module), again.interpret(&module));
        Ok(())
    };
    runner(500)
        .run(&plans(Config::default()), check)
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Programs contain everything that they may contain, in useful amounts, and most results depend on the inputs smoothly.
#[test]
fn programs_are_varied() {
    let strategy = plans(Config::default());
    let mut runner = runner(0);
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut count = |name: String| match counts.iter_mut().find(|(other, _)| *other == name) {
        Some((_, count)) => *count += 1,
        None => counts.push((name, 1)),
    };
    let (programs, mut insts, mut varying) = (500, 0, 0);
    for _ in 0..programs {
        let plan = strategy
            .new_tree(&mut runner)
            .expect("plans never run out")
            .current();
        let program = Program::new(&plan);
        for body in program.module.bodies() {
            for inst in body.all_insts() {
                insts += 1;
                let op = &body.inst(inst).op;
                let name = format!("{op:?}");
                let head = name.split(['(', '{']).next().unwrap_or("").trim().to_owned();
                count(match op {
                    Op::Binary(_) | Op::Cast(_) => name,
                    _ => head,
                });
            }
        }
        for func in program.module.ctx.funcs.values().filter(|func| !func.defined) {
            count(func.name.to_string());
        }
        let execution = program
            .entry
            .interpret(&program.module)
            .expect("programs do not trap");
        varying += usize::from(execution.result.1 != 0.0);
    }
    println!("{insts} instructions, {varying} of {programs} vary\n{counts:?}");
    assert!(insts > programs * 40, "{insts} instructions");
    assert!(varying * 10 >= programs * 8, "{varying} of {programs} vary");
    for name in [
        "FNeg",
        "Binary(FRem)",
        "Binary(SDiv)",
        "Binary(AShr)",
        "Cast(FpTrunc)",
        "Cast(FpToSi)",
        "Cast(Bitcast)",
        "ICmp",
        "FCmp",
        "Select",
        "Freeze",
        "ExtractElement",
        "InsertElement",
        "Shuffle",
        "ExtractValue",
        "InsertValue",
        "Alloca",
        "AtomicRmw",
        "Load",
        "Store",
        "Gep",
        "Call",
        "Phi",
        "Br",
        "CondBr",
        "Switch",
        "Ret",
        "malloc",
        "free",
        "sin",
        "llvm.exp.f64",
        "llvm.fma.f64",
        "llvm.memcpy.p0.p0.i64",
        "llvm.memmove.p0.p0.i64",
        "llvm.vector.reduce.fadd.v4f64",
        "sinf",
    ] {
        let found = counts
            .iter()
            .find(|(other, _)| other == name)
            .map_or(0, |&(_, count)| count);
        assert!(found >= 10, "{name} occurs {found} times");
    }
}
