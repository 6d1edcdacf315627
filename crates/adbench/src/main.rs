//! `rsenzyme-adbench`: compares derivatives by rsenzyme with those by hand and by other tools. `cargo xtask bench` calls it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use adbench::build::Tools;
use adbench::column::Column;
use adbench::compile::{Peer, Setting};
use adbench::measure::{self, Effort};
use adbench::peer::parse_peer;
use adbench::run::{self, Options};
use adbench::{export, page, report};
use anyhow::{Context as _, Result, bail};
use clap::Parser;

/// Compare the derivatives of rsenzyme with those written by hand and those of other tools: time, memory, and whether they are right
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Only cases whose name contains this, for example `gmm`, `hand jacobian` or `fft:1024`
    #[arg(default_value = "")]
    filter: String,
    /// A folder of ADBench's input files; without it, inputs of the same shape are generated
    #[arg(long)]
    data: Option<PathBuf>,
    /// One input for each objective, and short measurements; crates that take minutes to be compiled only if they were compiled before
    #[arg(long)]
    quick: bool,
    /// Another LLVM plugin for the same requests: NAME=PATH[:opt=PATH][:pass=NAME]. opt is that of the plugin's LLVM (default: opt-22), beside which
    /// its clang is looked for; the pass is called `enzyme` unless said otherwise. What it writes is compiled by clang-22 as everything else is
    #[arg(long = "peer", value_name = "NAME=PATH[:opt=PATH]", value_parser = parse_peer)]
    peers: Vec<Peer>,
    /// Only these columns, separated by commas: the primal, and those whose name contains one of these
    #[arg(long, value_delimiter = ',')]
    columns: Vec<String>,
    /// Not these columns
    #[arg(long, value_delimiter = ',')]
    without: Vec<String>,
    /// How often each column is measured, in interleaved rounds [default: 7, quick 3]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: Option<u32>,
    /// The least CPU time of one measurement, in seconds [default: 0.05, quick 0.005]
    #[arg(long)]
    seconds: Option<f64>,
    /// The time limit of a column in a case, in seconds [default: 20, quick 4]
    #[arg(long)]
    limit: Option<f64>,
    /// The optimization level before and after differentiation
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=3))]
    level: u8,
    /// Compile C without `restrict`
    #[arg(long)]
    no_restrict: bool,
    /// Measure again what an earlier run has measured; otherwise only what is new or was made anew is
    #[arg(long)]
    fresh: bool,
    /// Where results go [default: results in the build folder]
    #[arg(long)]
    output: Option<PathBuf>,
    /// The plugin, built in release
    #[arg(long, hide = true)]
    plugin: PathBuf,
    /// The folder with cargo-rsenzyme
    #[arg(long, hide = true)]
    cargo_rsenzyme: PathBuf,
    /// Where columns are built
    #[arg(long, hide = true)]
    folder: PathBuf,
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
    ctrlc::set_handler(|| {
        if measure::STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        eprintln!("\nstopping after this measurement; what was measured is kept (Ctrl-C again ends at once)");
    })
    .context("catching Ctrl-C")?;
    let options = options(arguments)?;
    let cells = run::all(&options)?;
    report::print_table(&cells);
    let files = [
        export::json(&cells, &options.output)?,
        export::csv(&cells, &options.output)?,
    ];
    let page = page::write(&cells, &options)?;
    println!(
        "\n{}\n{}\n{}",
        files[0].display(),
        files[1].display(),
        page.display()
    );
    if measure::stopped() {
        println!("Stopped. The same command goes on from here.");
    }
    Ok(())
}

fn options(arguments: Arguments) -> Result<Options> {
    let absolute = |path: PathBuf| path.canonicalize().with_context(|| path.display().to_string());
    let quick = arguments.quick;
    let or =
        |chosen: Option<f64>, usual: f64, short: f64| chosen.unwrap_or(if quick { short } else { usual });
    let rounds = or(arguments.rounds.map(f64::from), 7.0, 3.0) as usize;
    let (seconds, limit) = (or(arguments.seconds, 0.05, 0.005), or(arguments.limit, 20.0, 4.0));
    if !(seconds >= 0.0 && limit > 0.0 && limit < 1e6) {
        bail!("--seconds and --limit must be positive numbers");
    }
    std::fs::create_dir_all(&arguments.folder).with_context(|| arguments.folder.display().to_string())?;
    let folder = absolute(arguments.folder)?;
    let columns = columns(&arguments.columns, &arguments.without, &arguments.peers)?;
    Ok(Options {
        output: arguments.output.unwrap_or_else(|| folder.join("results")),
        tools: Tools {
            plugin: absolute(arguments.plugin)?,
            cargo_rsenzyme: absolute(arguments.cargo_rsenzyme)?,
            peers: arguments.peers,
            setting: Setting {
                level: arguments.level,
                restrict: !arguments.no_restrict,
            },
            folder,
        },
        columns,
        data: arguments.data.map(absolute).transpose()?,
        filter: arguments.filter,
        quick,
        effort: Effort {
            rounds,
            seconds,
            limit: Duration::from_secs_f64(limit),
        },
        fresh: arguments.fresh,
    })
}

/// The columns that were asked for; the primal is always there.
fn columns(only: &[String], without: &[String], peers: &[Peer]) -> Result<Vec<Column>> {
    let mut all = Column::all();
    all.extend(peers.iter().map(|peer| Column::Peer(peer.name.clone())));
    let matches = |column: &Column, words: &[String]| {
        let names = [column.slug(), column.title().to_lowercase()];
        words
            .iter()
            .any(|word| names.iter().any(|name| name.contains(&word.to_lowercase())))
    };
    for word in only.iter().chain(without) {
        if !all
            .iter()
            .any(|column| matches(column, std::slice::from_ref(word)))
        {
            let names: Vec<String> = all.iter().map(Column::slug).collect();
            bail!(
                "no column has `{word}` in its name; there are {}",
                names.join(", ")
            );
        }
    }
    let chosen = |column: &Column| (only.is_empty() || matches(column, only)) && !matches(column, without);
    all.retain(|column| *column == Column::Primal || chosen(column));
    Ok(all)
}
