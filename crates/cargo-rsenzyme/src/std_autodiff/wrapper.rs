//! The wrapper of rustc: adds what `std::autodiff` needs to the calls that take part.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;
use crate::wrapper::{code, rustc_command};

/// Set by the command for cargo: the sysroot with the backend. Without it the wrapper is that of the other route.
pub const SYSROOT_VARIABLE: &str = "RSENZYME_STD_AUTODIFF";
/// Set by the command for cargo, to anything, where the toolchain is a stable one.
pub const BOOTSTRAP_VARIABLE: &str = "RSENZYME_BOOTSTRAP";

/// Whether this call of the wrapper is for `std::autodiff`.
#[must_use]
pub fn is_on() -> bool {
    std::env::var_os(SYSROOT_VARIABLE).is_some()
}

/// Runs rustc: the arguments are the wrapper's name, rustc's, and rustc's arguments.
///
/// # Errors
/// If rustc cannot be run.
pub fn main(arguments: &[OsString]) -> Result<ExitCode> {
    let [_, rustc, rest @ ..] = arguments else {
        bail!("the wrapper was called without the compiler's name");
    };
    let sysroot = std::env::var_os(SYSROOT_VARIABLE).unwrap_or_default();
    let mut command = rustc_command(rustc);
    command.args(rest);
    let read = Arguments::new(rest);
    let takes_part = read.takes_part();
    if takes_part {
        command.arg("--sysroot").arg(&sysroot).arg("-Zautodiff=Enable");
        if let Some(backend) = super::sysroot::backend_in(Path::new(&sysroot)) {
            let mut plugin = OsString::from("-Zllvm-plugins=");
            plugin.push(backend);
            command.arg(plugin);
        }
        command.arg("-Zinline-mir=no");
        if !matches!(read.codegen("debuginfo").as_deref(), Some("2" | "full")) {
            // The types of arguments are there only. Cargo strips what it was not asked for.
            command.args(["-C", "debuginfo=2"]);
        }
    }
    let is_stable = std::env::var_os(BOOTSTRAP_VARIABLE).is_some();
    if is_stable && (takes_part || rest.iter().map(Path::new).any(uses_the_feature)) {
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    let status = command.status().context("cannot run rustc")?;
    if rest.iter().any(|argument| argument == "-vV") {
        // Cargo rebuilds when the answer changes.
        println!("rsenzyme: {}", identity(Path::new(&sysroot)));
    }
    Ok(code(status))
}

/// Whether a crate's root switches the feature on. `cargo check` asks for no code, so that nothing else tells.
fn uses_the_feature(root: &Path) -> bool {
    if root.extension().is_none_or(|extension| extension != "rs") {
        return false;
    }
    let text = std::fs::read_to_string(root).unwrap_or_default();
    let lists = text.split("feature(").skip(1);
    lists
        .filter_map(|rest| rest.split(')').next())
        .any(|list| list.split(',').any(|name| name.trim() == "autodiff"))
}

/// What tells one backend from another.
fn identity(sysroot: &Path) -> String {
    let backend = super::sysroot::backend_in(sysroot);
    let data = backend.and_then(|path| std::fs::metadata(path).ok());
    let made = data.as_ref().and_then(|data| data.modified().ok());
    let age = made.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    format!(
        "{} of {}, {} bytes",
        env!("CARGO_PKG_VERSION"),
        age.map_or(0, |age| age.as_millis()),
        data.map_or(0, |data| data.len())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feature_is_found() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("lib.rs");
        for (text, expected) in [
            ("#![feature(autodiff)]\n", true),
            ("#![feature(test,\n    autodiff)]", true),
            ("#![feature(autodiffs)] // autodiff", false),
        ] {
            std::fs::write(&file, text).expect("it can be written");
            assert_eq!(uses_the_feature(&file), expected, "{text}");
        }
    }
}
