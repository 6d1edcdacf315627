//! The command line.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

use crate::std_autodiff::command;
use crate::wrapper::code;
use crate::{cargo, doctor, project};

/// Builds Rust programs with derivatives on a stable toolchain.
#[derive(Parser)]
#[command(name = "cargo rsenzyme", bin_name = "cargo rsenzyme", version, about)]
struct Options {
    /// Build for rustc's own `std::autodiff`, with rsenzyme as its backend
    #[arg(long)]
    std_autodiff: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Builds, as cargo build
    #[command(disable_help_flag = true)]
    Build(Passed),
    /// Builds and runs, as cargo run
    #[command(disable_help_flag = true)]
    Run(Passed),
    /// Builds and tests, as cargo test
    #[command(disable_help_flag = true)]
    Test(Passed),
    /// Builds and measures, as cargo bench
    #[command(disable_help_flag = true)]
    Bench(Passed),
    /// Checks types, as cargo check: it makes no derivatives, so that it needs nothing special
    #[command(disable_help_flag = true)]
    Check(Passed),
    /// Shows what derivatives need, what is missing and what is set
    Doctor,
    /// Builds the backend for `std::autodiff` ahead of its first use
    Setup,
    /// Makes a new package that prints a derivative
    New(project::Options),
}

/// Arguments for cargo.
#[derive(clap::Args)]
struct Passed {
    /// Passed on to cargo
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// If it cannot be carried out. A failure of cargo's is its exit code.
pub fn main(arguments: &[OsString]) -> Result<ExitCode> {
    // As a command of cargo's it gets its own name as the first argument.
    let own = usize::from(arguments.get(1).is_some_and(|first| first == "rsenzyme"));
    let name = std::iter::once(OsString::from("cargo rsenzyme"));
    let mut arguments: Vec<_> = arguments.iter().skip(1 + own).cloned().collect();
    let std_autodiff = command::take_flag(&mut arguments);
    let mut options = Options::parse_from(name.chain(arguments));
    options.std_autodiff |= std_autodiff;
    let std_autodiff = options.std_autodiff;
    let build = |name, passed: &Passed| {
        let built = match std_autodiff {
            true => command::cargo_command(name, &passed.arguments),
            false => cargo::building(name, &passed.arguments),
        };
        built.and_then(run)
    };
    match &options.action {
        Action::Build(passed) => build("build", passed),
        Action::Run(passed) => build("run", passed),
        Action::Test(passed) => build("test", passed),
        Action::Bench(passed) => build("bench", passed),
        Action::Check(passed) if std_autodiff => build("check", passed),
        Action::Check(passed) => {
            let mut command = Command::new(cargo::cargo());
            command.arg("check").args(&passed.arguments);
            run(command)
        }
        Action::Doctor => Ok(doctor::run()),
        Action::Setup => command::set_up(),
        Action::New(options) => project::create(options).map(|()| ExitCode::SUCCESS),
    }
}

fn run(mut command: Command) -> Result<ExitCode> {
    Ok(code(command.status().context("cannot run cargo")?))
}
