//! Forward mode on the whole corpus: one test for each program and route.
//!
//! `cargo test -p rsenzyme-tests --test forward -- loop` runs the programs whose name has `loop` in it. What a test leaves behind
//! (bitcode before and after the pass, the executable) is in `target/tmp/forward/<route>/<program>`.

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
        scratch: Path::new(env!("CARGO_TARGET_TMPDIR")).join("forward"),
        refusals: refusal::load(&programs)?,
    };
    let mut trials = vec![Trial::test("corpus/size", check_size)];
    for program in programs {
        for route in Route::of(&program) {
            trials.push(runner.trial(program.clone(), route));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The corpus only grows.
fn check_size() -> Result<(), Failed> {
    let programs = program::all()?;
    for (language, least) in [(Language::C, 100), (Language::Cxx, 19), (Language::Ir, 15)] {
        let found = programs
            .iter()
            .filter(|program| program.language == language)
            .count();
        if found < least {
            return Err(format!("{found} programs in {language:?}, fewer than {least}").into());
        }
    }
    Ok(())
}
