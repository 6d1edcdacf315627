//! Forward mode on the whole corpus: one test for each program and route.
//!
//! `cargo test -p rsenzyme-tests --test forward -- loop` runs the programs whose name has `loop` in it. What a test leaves behind
//! (bitcode before and after the pass, the executable) is in `target/tmp/forward/<route>/<program>`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use corpus::plugin;
use corpus::program::{self, Language, Program};
use corpus::refusal::{self, Refusal};
use corpus::route::{self, Route};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let programs = program::all()?;
    let refusals = refusal::load(&programs)?;
    let mut trials = vec![Trial::test("corpus/size", check_size)];
    for program in programs {
        for route in Route::of(&program) {
            trials.push(trial(program.clone(), route, &refusals));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The corpus only grows.
fn check_size() -> Result<(), Failed> {
    let programs = program::all()?;
    for (language, least) in [(Language::C, 100), (Language::Cxx, 5), (Language::Ir, 15)] {
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

fn trial(program: Program, route: Route, refusals: &[Refusal]) -> Trial {
    let folder = match program.language {
        Language::C => "c",
        Language::Cxx => "cxx",
        Language::Ir => "ir",
    };
    let name = format!("{folder}/{}/{}", program.name, route.name());
    let reason = refusal::reason(refusals, &program, route).map(str::to_owned);
    Trial::test(name, move || match reason {
        None => run(&program, route).map_err(failed),
        Some(reason) => run_refused(&program, route, &reason).map_err(failed),
    })
}

fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}

fn run(program: &Program, route: Route) -> Result<()> {
    let folder = scratch(program, route)?;
    let plugin = plugin_of(route)?;
    let executable = route::compile(program, route, &plugin, &folder)?;
    route::execute(&executable, &folder)
}

/// The tool must fail by itself, for the reason given.
fn run_refused(program: &Program, route: Route, reason: &str) -> Result<()> {
    let folder = scratch(program, route)?;
    let plugin = plugin_of(route)?;
    match route::compile(program, route, &plugin, &folder) {
        Ok(_) => bail!("is no longer refused: remove it from expected-refusals.toml"),
        Err(error) => {
            let text = format!("{error:#}");
            ensure!(
                text.contains(reason),
                "refused, but not because of `{reason}`:\n{text}"
            );
            ensure!(
                text.contains("exit status: 1"),
                "refused with a bad exit status:\n{text}"
            );
            Ok(())
        }
    }
}

fn plugin_of(route: Route) -> Result<PathBuf> {
    if route.uses_plugin() {
        plugin::path()
    } else {
        Ok(PathBuf::new())
    }
}

/// An empty folder of this test's own.
fn scratch(program: &Program, route: Route) -> Result<PathBuf> {
    let language = format!("{:?}", program.language).to_lowercase();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("forward")
        .join(route.name())
        .join(language)
        .join(&program.name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
