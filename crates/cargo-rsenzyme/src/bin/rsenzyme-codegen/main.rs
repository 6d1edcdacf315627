//! `rsenzyme-codegen`: from the whole program's bitcode to an object with the derivatives.
//!
//! Started by the linker step of `cargo rsenzyme` with the toolchain's libLLVM preloaded: the executable names no LLVM library, and its
//! LLVM symbols are resolved when it starts. It reads a [`Step`], carries out the requests, optimizes what is new, vectorizes the rest, which
//! rustc was told to leave, and writes the object. What it has to say goes into the step's file of reports. Exit status: 0 if the object was
//! written, 1 after an error in the user's program, 2 after an error of this program.

mod emit;
mod optimize;
mod program;
mod reports;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use cargo_rsenzyme::role::STEP_VARIABLE;
use cargo_rsenzyme::step::{Level, Report, Step};
use cargo_rsenzyme::toolchain::LLVM_MAJOR;
use rsenzyme::{Options, panics};

use program::Program;

fn main() -> ExitCode {
    let step = match read_step() {
        Ok(step) => step,
        Err(error) => {
            eprintln!("error: rsenzyme-codegen: {error:#}");
            return ExitCode::from(2);
        }
    };
    panics::install_hook();
    let result = panics::contain(|| run(&step)).unwrap_or_else(|panic| {
        let subject = rsenzyme::subject().unwrap_or_else(|| "this program".to_owned());
        Err(anyhow::anyhow!(
            "it panicked while it worked on {subject}: {panic}"
        ))
    });
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let report = Report {
                level: Level::Error,
                message: format!(
                    "internal error in the linker step of rsenzyme, please report it: {error:#}"
                ),
                places: Vec::new(),
            };
            if reports::write(&step.reports, &[report]).is_err() {
                eprintln!("error: rsenzyme-codegen: {error:#}");
            }
            ExitCode::from(2)
        }
    }
}

fn read_step() -> Result<Step> {
    let text = std::env::var(STEP_VARIABLE).with_context(|| format!("{STEP_VARIABLE} is not set"))?;
    serde_json::from_str(&text).with_context(|| format!("{STEP_VARIABLE} is damaged"))
}

/// Carries the step out; `false` after an error in the user's program, which is in the reports then.
fn run(step: &Step) -> Result<bool> {
    let (major, minor, _) = program::llvm_version();
    if major != LLVM_MAJOR {
        bail!("LLVM {major}.{minor} was loaded, not {LLVM_MAJOR}");
    }
    let level = optimize::Level::of(&step.opt_level);
    let program = Program::read(&step.bitcode)?;
    let machine = emit::Machine::new(&program, step)?;
    optimize::drop_unused(&program, &machine)?;
    optimize::reached(&program)?;
    // Only now: the passes may have deleted functions.
    let callers = program.callers_of_requests();
    let old = program.bodies();
    let targets = program.targets();
    let options = options()?;
    // SAFETY: the module is alive, and this thread is the only one.
    let outcome = unsafe { rsenzyme::lower(program.module(), &options) };
    let mut reports = reports::of(&outcome.diagnostics, &targets, &program);
    reports.extend(reports::asked_for(&outcome));
    reports::write(&step.reports, &reports)?;
    if reports.iter().any(|report| report.level == Level::Error) {
        return Ok(false);
    }
    let parts = optimize::Parts::of(&program, &old, &callers);
    program.verify(&parts.changed)?;
    if step.strip {
        program.drop_debug_information();
    }
    optimize::rest(&program, &machine, level, parts)?;
    machine.emit(&program, &step.object)?;
    Ok(true)
}

/// The options in `RSENZYME_OPTIONS`. Types behind too many pointers, as those of trees and lists have, are no warning unless that asks for them:
/// there is nothing to do about them, and what is not known is refused where it matters.
fn options() -> Result<Options> {
    let mut options = Options {
        type_warnings: false,
        ..Options::default()
    };
    if let Ok(list) = std::env::var("RSENZYME_OPTIONS")
        && let Err(errors) = options.set_list(&list)
    {
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        bail!("RSENZYME_OPTIONS: {}", texts.join("; "));
    }
    Ok(options)
}
