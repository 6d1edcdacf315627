//! The wrapper of rustc: adds what the linker step needs, and turns the step's reports into diagnostics that cargo shows as rustc's.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result};

use crate::arguments::Arguments;
use crate::role::{STEP_VARIABLE, WRAPPER_VARIABLE};
use crate::step::{Level, Report, Step};
use crate::{render, toolchain};

/// Set to anything, this environment variable keeps the bitcode and the object of each link.
const KEEP_VARIABLE: &str = "RSENZYME_KEEP";

/// Runs rustc: the arguments are the wrapper's name, rustc's, and rustc's arguments.
///
/// # Errors
/// If rustc cannot be run, or its LLVM cannot be used.
pub fn main(arguments: &[OsString]) -> Result<ExitCode> {
    let [_, rustc, rest @ ..] = arguments else {
        anyhow::bail!("the wrapper was called without the compiler's name");
    };
    if rest.iter().any(|argument| argument == "-vV") {
        return version(rustc, rest);
    }
    let read = Arguments::new(rest);
    let mut command = rustc_command(rustc);
    command.args(rest);
    if read.takes_part() {
        // The declared types of variables tell floats from addresses where code only moves bytes, and messages need lines.
        command.args(["-C", "debuginfo=2", "--cfg", "rsenzyme"]);
    }
    let is_on = |lto: &String| !matches!(lto.as_str(), "off" | "n" | "no" | "false");
    if let Some(lto) = read.codegen("lto").filter(is_on).filter(|_| !read.links()) {
        return refuse_lto(&lto);
    }
    if !read.links() {
        return Ok(code(command.status().context("cannot run rustc")?));
    }
    if !read.links_with_fat_lto() {
        return link_without_lto(&mut command, &read);
    }
    let step = step(rustc, &read)?;
    // A report of an earlier build must not be taken for one of this.
    remove(&step.reports);
    add_flags(&mut command, &step)?;
    let result = run(&mut command, &step);
    remove(&step.reports);
    if std::env::var_os(KEEP_VARIABLE).is_none() {
        remove(&step.bitcode);
        remove(&step.object);
    }
    result
}

/// Cargo switches LTO on only where it links: for a library the user's flags do, which rustc refuses there with a message about bitcode.
fn refuse_lto(lto: &str) -> Result<ExitCode> {
    let report = Report {
        level: Level::Error,
        message: format!(
            "flags for rustc ask for LTO (`{lto}`): `cargo rsenzyme` sets lto = \"fat\" in every profile, so leave out -Clto=... in RUSTFLAGS \
             and in `build.rustflags`"
        ),
        places: Vec::new(),
    };
    writeln!(std::io::stderr(), "{}", render::as_rustc(&report))?;
    Ok(ExitCode::FAILURE)
}

/// What the names of the missing functions contain, see `rsenzyme-rs`.
const MISSING: &[u8] = b"BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme";

/// A build script, or a program for which the user has turned LTO off: then it must not ask for derivatives.
fn link_without_lto(command: &mut Command, arguments: &Arguments<'_>) -> Result<ExitCode> {
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run rustc")?;
    let mut asks = false;
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).split(b'\n') {
            let mut line = line?;
            line.push(b'\n');
            if is_link_failure(&line) && line.windows(MISSING.len()).any(|part| part == MISSING) {
                asks = true;
            } else {
                std::io::stderr().write_all(&line)?;
            }
        }
    }
    let status = child.wait()?;
    if asks {
        let lto = arguments
            .codegen("lto")
            .map_or_else(|| "none".to_owned(), |lto| format!("`{lto}`"));
        let report = Report {
            level: Level::Error,
            message: format!(
                "this program takes derivatives, but is linked without fat LTO (lto is {lto}): `cargo rsenzyme` sets lto = \"fat\" in every \
                 profile, so leave out `--config profile.dev.lto=...`, -Clto=... in RUSTFLAGS and the like; build scripts cannot take derivatives"
            ),
            places: Vec::new(),
        };
        writeln!(std::io::stderr(), "{}", render::as_rustc(&report))?;
    }
    Ok(code(status))
}

/// rustc, through the wrapper that the user had.
pub(crate) fn rustc_command(rustc: &OsStr) -> Command {
    match std::env::var_os(WRAPPER_VARIABLE).filter(|wrapper| !wrapper.is_empty()) {
        Some(wrapper) => {
            let mut command = Command::new(wrapper);
            command.arg(rustc);
            command
        }
        None => Command::new(rustc),
    }
}

/// Answers cargo's question for rustc's version with ours too: cargo rebuilds when the answer changes.
fn version(rustc: &OsStr, arguments: &[OsString]) -> Result<ExitCode> {
    let status = rustc_command(rustc)
        .args(arguments)
        .status()
        .context("cannot run rustc")?;
    let engine = crate::linker::codegen_path()?;
    let made = engine.metadata().and_then(|metadata| metadata.modified());
    let made = made
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |age| age.as_millis());
    println!("rsenzyme: {} of {made}", env!("CARGO_PKG_VERSION"));
    Ok(code(status))
}

fn step(rustc: &OsStr, arguments: &Arguments<'_>) -> Result<Step> {
    let stem = arguments.output_stem();
    let beside = |ending: &str| {
        let mut path = stem.clone().into_os_string();
        path.push(ending);
        path.into()
    };
    Ok(Step {
        bitcode: beside(".rsenzyme.bc"),
        object: beside(".rsenzyme.o"),
        reports: beside(".rsenzyme.json"),
        opt_level: arguments.codegen("opt-level").unwrap_or_else(|| "0".to_owned()),
        relocation_model: arguments.codegen("relocation-model"),
        code_model: arguments.codegen("code-model"),
        strip: arguments.wants_no_debug_information(),
        linker: arguments
            .codegen("linker")
            .unwrap_or_else(|| "cc".to_owned())
            .into(),
        llvm: toolchain::llvm_library(rustc)?,
    })
}

fn add_flags(command: &mut Command, step: &Step) -> Result<()> {
    // Loops that were vectorized, or unrolled with a loop for the remainder, have adjoints and tangents that are slower and harder to find; the
    // step does both afterwards.
    for flag in [
        "codegen-units=1",
        "no-vectorize-loops",
        "no-vectorize-slp",
        "llvm-args=-unroll-runtime=false",
    ] {
        command.args(["-C", flag]);
    }
    // Machine code is made by the step, so rustc is stopped where it would begin to make its own.
    command.args(["-C", "llvm-args=-stop-before=pre-isel-intrinsic-lowering"]);
    let mut emit = OsString::from("--emit=llvm-bc=");
    emit.push(&step.bitcode);
    command.arg(emit);
    let mut linker = OsString::from("linker=");
    linker.push(std::env::current_exe().context("cannot find the own executable")?);
    command.arg("-C").arg(linker);
    command.env(STEP_VARIABLE, serde_json::to_string(step)?);
    Ok(())
}

/// Runs rustc and passes its messages on, those of the step instead of "linking failed".
fn run(command: &mut Command, step: &Step) -> Result<ExitCode> {
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run rustc")?;
    let mut failed_link = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).split(b'\n') {
            let mut line = line?;
            line.push(b'\n');
            if is_link_failure(&line) {
                failed_link.push(line);
            } else {
                std::io::stderr().write_all(&line)?;
            }
        }
    }
    let status = child.wait()?;
    let reports = read_reports(&step.reports)?;
    let mut stderr = std::io::stderr().lock();
    if !reports.iter().any(|report| report.level == Level::Error) {
        // Then the linker itself has something to say.
        for line in failed_link {
            stderr.write_all(&line)?;
        }
    }
    for report in &reports {
        writeln!(stderr, "{}", render::as_rustc(report))?;
    }
    Ok(code(status))
}

/// Whether a line on rustc's standard error is the diagnostic for a failed link, in the form that cargo asks for.
fn is_link_failure(line: &[u8]) -> bool {
    let diagnostic: Option<serde_json::Value> = serde_json::from_slice(line).ok();
    let message = diagnostic.as_ref().and_then(|it| it.get("message")?.as_str());
    message.is_some_and(|message| message.starts_with("linking with `"))
}

fn read_reports(path: &Path) -> Result<Vec<Report>> {
    let Ok(text) = std::fs::read_to_string(path) else {
        return Ok(Vec::new());
    };
    let reports = text.lines().map(serde_json::from_str);
    reports.collect::<Result<_, _>>().context("a report is damaged")
}

/// Removes a file that may not be there.
fn remove(path: &Path) {
    // There is nothing to do about a file that stays; the next build writes it anew.
    let _ = std::fs::remove_file(path);
}

/// The code of a child that ended, for our own end.
#[must_use]
pub fn code(status: std::process::ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
