//! `rsenzyme-adbench`: times gradients of ADBench's objectives and further kernels. `cargo xtask bench --provisional` calls it.

use std::path::PathBuf;
use std::process::ExitCode;

use adbench::bench::{self, Options};
use adbench::compile::Setting;
use anyhow::{Context as _, Result};
use clap::Parser;

/// Time gradients against their primal, in C.
#[derive(Parser)]
#[command(name = "rsenzyme-adbench")]
struct Arguments {
    /// Only cases (objective and input) whose name contains this
    #[arg(default_value = "")]
    filter: String,
    /// The plugin, built in release
    #[arg(long)]
    plugin: PathBuf,
    /// A folder of ADBench's input files; without it, inputs are generated
    #[arg(long)]
    data: Option<PathBuf>,
    /// How often each column is measured, in interleaved rounds
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// The least CPU time of one measurement, in seconds
    #[arg(long, default_value_t = 0.05)]
    seconds: f64,
    /// The optimization level before and after differentiation
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=3))]
    level: u8,
    /// Compile without `restrict`
    #[arg(long)]
    no_restrict: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rsenzyme-adbench: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let absolute = |path: PathBuf| path.canonicalize().with_context(|| path.display().to_string());
    bench::run_all(&Options {
        plugin: absolute(arguments.plugin)?,
        data: arguments.data.map(absolute).transpose()?,
        filter: arguments.filter,
        rounds: arguments.rounds,
        seconds: arguments.seconds,
        setting: Setting {
            level: arguments.level,
            restrict: !arguments.no_restrict,
        },
    })
}
