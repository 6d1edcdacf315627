//! Columns in Rust: packages in `rust/`, each built by cargo as a shared object with one of its features.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use corpus::command::run_command;

use crate::build::Tools;
use crate::compile;

/// How long cargo may take for one package; burn needs minutes.
const LIMIT: Duration = Duration::from_secs(3600);

/// The toolchain for everything but `std::autodiff`: the one that cargo rsenzyme is made for.
fn stable() -> String {
    std::env::var("RSENZYME_STABLE").unwrap_or_else(|_| "stable".into())
}

/// What was built in this run: cargo is asked once for each feature.
static BUILT: Mutex<BTreeMap<(String, String), Result<PathBuf, String>>> = Mutex::new(BTreeMap::new());

fn target(tools: &Tools, package: &str, feature: &str) -> PathBuf {
    // One for each feature: the shared objects of all have the same name.
    tools.folder.join("rust").join(format!("{package}-{feature}"))
}

/// Builds a package with one feature; cargo knows whether there is something to do.
///
/// # Errors
/// If cargo fails, with the errors that it printed.
pub fn build(tools: &Tools, package: &str, feature: &str) -> Result<PathBuf> {
    let name = (package.to_owned(), feature.to_owned());
    let before = BUILT.lock().ok().and_then(|built| built.get(&name).cloned());
    let outcome = before.unwrap_or_else(|| {
        let outcome = build_now(tools, package, feature).map_err(|error| format!("{error:#}"));
        if let Ok(mut built) = BUILT.lock() {
            built.insert(name, outcome.clone());
        }
        outcome
    });
    outcome.map_err(|message| anyhow!(message))
}

fn build_now(tools: &Tools, package: &str, feature: &str) -> Result<PathBuf> {
    let folder = compile::sources().join("rust").join(package);
    ensure!(
        folder.join("Cargo.toml").exists(),
        "{} is not there",
        folder.display()
    );
    let target = target(tools, package, feature);
    let mut command = match package {
        "rsenzyme" => cargo_rsenzyme(tools)?,
        _ => cargo(&stable()),
    };
    command
        .args(["build", "--release", "--features", feature, "--target-dir"])
        .arg(&target);
    if feature == "std-autodiff" {
        command.arg("--std-autodiff");
    }
    command.current_dir(&folder);
    let finished = run_command(command, LIMIT)?;
    if !finished.status.success() {
        bail!("{}", errors(&finished.output));
    }
    find(&target)
}

/// Whether a package with this feature was built before.
#[must_use]
pub fn was_built(tools: &Tools, package: &str, feature: &str) -> bool {
    find(&target(tools, package, feature)).is_ok()
}

fn find(target: &Path) -> Result<PathBuf> {
    let name = format!(
        "{}column{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let library = target.join("release").join(name);
    ensure!(library.exists(), "cargo did not make {}", library.display());
    Ok(library)
}

/// cargo without what an outer cargo set for this process.
fn cargo(toolchain: &str) -> Command {
    let mut command = Command::new("cargo");
    for name in [
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RUSTUP_TOOLCHAIN",
        "CARGO",
    ] {
        command.env_remove(name);
    }
    command.env("RUSTUP_TOOLCHAIN", toolchain);
    command
}

fn cargo_rsenzyme(tools: &Tools) -> Result<Command> {
    let executable = tools.cargo_rsenzyme.join("cargo-rsenzyme");
    ensure!(
        executable.exists(),
        "{} is missing: cargo build --release -p cargo-rsenzyme makes it",
        executable.display()
    );
    let plain = cargo(&stable());
    let mut command = Command::new(executable);
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.arg("rsenzyme");
    Ok(command)
}

/// What cargo says from the first error on, without the path to it.
fn errors(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let first = lines
        .iter()
        .position(|line| line.starts_with("error"))
        .unwrap_or(0);
    lines[first..]
        .iter()
        .take(12)
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::errors;

    #[test]
    fn errors_begin_at_the_first() {
        let text = "   Compiling a\nwarning: b\nerror[E0308]: c\n --> d\n";
        assert_eq!(errors(text), "error[E0308]: c\n --> d");
    }
}
