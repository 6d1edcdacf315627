//! `test` and `bench`: cargo on the whole workspace.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::tools::workspace_root;
use crate::{progress, toolchains};

/// A cargo command at the workspace's root.
pub fn command() -> Command {
    // Cargo sets CARGO for what it runs; it is the same toolchain's.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace_root());
    command
}

/// Where cargo puts what it builds.
pub fn target_directory() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace_root().join("target"), PathBuf::from)
}

/// Runs all tests of the workspace and prints cargo's summaries.
///
/// # Errors
///
/// When a test fails; its output has been shown.
pub fn test(full: bool) -> Result<ExitCode> {
    progress::step(
        "Building the tests",
        command().args(["test", "--workspace", "--no-run"]),
    )?;
    let mut run = command();
    run.args(["test", "--workspace", "--no-fail-fast"]);
    toolchains::pass_on(&mut run);
    if full {
        run.args(["--", "--include-ignored"])
            .env("RSENZYME_TEST_FULL", "1");
    }
    let output = progress::step("Testing", &mut run)?;
    print_summaries(&output);
    if full {
        progress::step(
            "Building the release plugin",
            command().args(["build", "--release", "-p", "rsenzyme-plugin"]),
        )?;
        let mut run = command();
        run.args(["test", "--release", "-p", "rsenzyme-tests"])
            .env("RSENZYME_TEST_FULL", "1");
        let output = progress::step("Testing the release plugin", &mut run)?;
        print_summaries(&output);
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints each test binary that ran something with its counts, and the sum.
fn print_summaries(text: &str) {
    let (mut name, mut passed_in_all, mut ignored_in_all) = (String::new(), 0, 0);
    for line in text.lines() {
        if let Some(binary) = line.trim_start().strip_prefix("Running ") {
            name = binary.to_owned();
        } else if let Some(binary) = line.trim_start().strip_prefix("Doc-tests ") {
            name = format!("documentation of {binary}");
        } else if let Some((passed, ignored)) = counts(line) {
            if passed + ignored > 0 {
                println!("  {name}: {passed} passed, {ignored} ignored");
            }
            passed_in_all += passed;
            ignored_in_all += ignored;
        }
    }
    println!("{passed_in_all} tests passed, {ignored_in_all} ignored");
}

/// The numbers of passed and ignored tests in one of cargo's `test result:` lines.
fn counts(line: &str) -> Option<(u64, u64)> {
    let summary = line.strip_prefix("test result: ")?;
    let number_before = |word: &str| {
        summary
            .split(['.', ';'])
            .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
    };
    Some((number_before(" passed")?, number_before(" ignored")?))
}

/// Runs the benchmarks and prints what they print.
///
/// # Errors
///
/// When one does not build or fails.
pub fn bench(filter: Option<&str>) -> Result<ExitCode> {
    progress::step(
        "Building the benchmarks",
        command().args(["bench", "--workspace", "--benches", "--no-run"]),
    )?;
    let mut run = command();
    run.args(["bench", "--workspace", "--benches", "--"]);
    run.args(filter);
    exit_code(&mut run)
}

/// Runs a command that prints its own results.
fn exit_code(run: &mut Command) -> Result<ExitCode> {
    Ok(if run.status()?.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Compares derivatives (crate adbench) with the release build of the plugin and of `cargo rsenzyme`.
///
/// # Errors
///
/// When something does not build or cannot be run.
pub fn bench_derivatives(arguments: &[String]) -> Result<ExitCode> {
    let packages = ["rsenzyme-plugin", "cargo-rsenzyme", "rsenzyme-adbench"];
    let mut build = command();
    build.args(["build", "--release"]);
    for package in packages {
        build.args(["-p", package]);
    }
    progress::step("Building the plugin, cargo rsenzyme and the harness", &mut build)?;
    let folder = target_directory().join("release");
    let mut run = Command::new(folder.join("rsenzyme-adbench"));
    run.args(arguments);
    run.arg("--plugin").arg(folder.join("librsenzyme.so"));
    run.arg("--cargo-rsenzyme").arg(&folder);
    run.arg("--folder").arg(target_directory().join("adbench"));
    toolchains::pass_on(&mut run);
    exit_code(&mut run)
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn reads_the_summary_line_of_cargo() {
        let line =
            "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test a ... ok"), None);
    }
}
