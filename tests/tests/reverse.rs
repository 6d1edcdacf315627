//! Reverse mode on the corpus: one test for each program and route.
//!
//! Programs that ask for derivatives by the drivers of `check.h` only are compiled with `-DREVERSE`. `cargo test -p rsenzyme-tests --test reverse -- loop` runs those whose name has `loop` in it. What a test
//! leaves behind is in `target/tmp/reverse/<route>/<program>`.

use std::path::Path;

use anyhow::Result;
use corpus::program::{self, Language};
use corpus::refusal;
use corpus::route::Route;
use corpus::runner::Runner;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let programs = program::all()?;
    let runner = Runner {
        scratch: Path::new(env!("CARGO_TARGET_TMPDIR")).join("reverse"),
        refusals: refusal::load(&programs)?,
    };
    let mut trials = vec![Trial::test("corpus/size", check_size)];
    for program in programs {
        for route in Route::gradients_of(&program) {
            trials.push(runner.trial(program.clone(), route));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The corpus only grows.
fn check_size() -> Result<(), Failed> {
    let programs = program::all()?;
    for (language, least) in [(Language::C, 120), (Language::Cxx, 19), (Language::Ir, 30)] {
        let asking = |program: &&program::Program| {
            program.language == language && !Route::gradients_of(program).is_empty()
        };
        let found = programs.iter().filter(asking).count();
        if found < least {
            return Err(
                format!("{found} programs in {language:?} ask for gradients, fewer than {least}").into(),
            );
        }
    }
    Ok(())
}
