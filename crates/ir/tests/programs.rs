//! Random programs are what they promise to be, and survive the printer, the parser and the verifier.

use ir::testing::{Config, Program, plans};
use ir::text::{parse_module, print_module};
use ir::verify::verify_module;
use proptest::prelude::*;
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
