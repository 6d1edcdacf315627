//! `cargo xtask`: the commands that build, check and show rsenzyme.
//!
//! This program depends on no LLVM, so that it compiles on a machine that has only rustup and can then install
//! what the rest of the workspace needs.

mod cargo;
mod demo;
mod doctor;
mod glue;
mod install;
mod progress;
mod toolchains;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, check and show rsenzyme")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Differentiate C programs with opt and the plugin, run them, and check against finite differences
    Demo,
    /// Run all tests of the workspace
    Test {
        /// Run the slow tests too: large modules, more random programs, the plugin as a release build
        #[arg(long)]
        full: bool,
    },
    /// Compare derivatives with those by hand and of other tools (`cargo xtask bench --help`), or, with --compiler, time the compiler itself
    #[command(disable_help_flag = true)]
    Bench {
        /// --compiler [FILTER], or arguments of the comparison
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Show which compilers were found that can load the plugin, and what each lacks
    Doctor,
    /// Compile the plugin's C++ to the assembly that is kept beside it, after a change
    Glue,
    /// Install what is missing
    Install,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Glue => glue::write().map(|()| ExitCode::SUCCESS),
        Command::Demo => {
            install::ensure_installed()?;
            demo::run()
        }
        Command::Test { full } => {
            install::ensure_installed()?;
            cargo::test(*full)
        }
        Command::Bench { arguments } => {
            install::ensure_installed()?;
            match arguments.split_first() {
                Some((first, rest)) if first == "--compiler" => {
                    cargo::bench(rest.first().map(String::as_str))
                }
                _ => cargo::bench_derivatives(arguments),
            }
        }
        Command::Doctor => Ok(doctor::run()),
        Command::Install => {
            install::ensure_installed()?;
            println!("Everything that the workspace needs is installed.");
            Ok(ExitCode::SUCCESS)
        }
    }
}
