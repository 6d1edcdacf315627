//! The toolchain's own LLVM.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// The major version that the engine is made for.
pub const LLVM_MAJOR: u32 = 22;

/// What `program` answers to a question about itself.
///
/// # Errors
/// If it cannot be run or fails.
pub fn ask(program: &OsStr, arguments: &[&str]) -> Result<String> {
    let shown = program.to_string_lossy();
    let output = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        bail!(
            "`{shown} {}` failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The LLVM library that rustc itself runs on.
///
/// # Errors
/// If the toolchain has another LLVM, or one that is not a library of its own.
pub fn llvm_library(rustc: &OsStr) -> Result<PathBuf> {
    let version = ask(rustc, &["-vV"])?;
    check_version(&version)?;
    let folder = Path::new(&ask(rustc, &["--print=sysroot"])?).join("lib");
    find_library(&folder).with_context(|| {
        format!(
            "no libLLVM.so.{LLVM_MAJOR}.* in {}: this toolchain has LLVM linked into rustc. Toolchains of rustup have it as a library: \
             `rustup toolchain install stable`",
            folder.display()
        )
    })
}

/// Checks the LLVM version in the answer to `rustc -vV`.
///
/// # Errors
/// If it is another major version.
pub fn check_version(answer: &str) -> Result<()> {
    let version = answer
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "));
    let release = answer
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
        .unwrap_or("unknown");
    let Some(version) = version else {
        bail!("rustc {release} does not say which LLVM it has");
    };
    let major = version
        .split('.')
        .next()
        .and_then(|text| text.trim().parse::<u32>().ok());
    if major != Some(LLVM_MAJOR) {
        bail!(
            "rustc {release} has LLVM {version}, and rsenzyme needs LLVM {LLVM_MAJOR}: use a toolchain that has it, such as 1.95 \
             (`rustup toolchain install 1.95.0`, then `cargo +1.95.0 rsenzyme ...`)"
        );
    }
    Ok(())
}

/// The library file in a toolchain's folder. Files without a version are linker scripts.
fn find_library(folder: &Path) -> Option<PathBuf> {
    let prefix = format!("libLLVM.so.{LLVM_MAJOR}.");
    let entries = folder.read_dir().ok()?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&prefix))
        })
        .collect();
    found.sort();
    found.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_llvm_is_refused_with_a_remedy() {
        assert!(check_version("rustc 1.95.0\nrelease: 1.95.0\nLLVM version: 22.1.2").is_ok());
        let error = check_version("release: 1.90.0\nLLVM version: 20.1.8").expect_err("it is too old");
        assert!(error.to_string().contains("rustup toolchain install"), "{error}");
        assert!(check_version("release: 1.95.0").is_err());
    }

    #[test]
    fn linker_scripts_are_no_libraries() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for name in [
            "libLLVM-22-rust-1.95.0-stable.so",
            "libLLVM.so.22.1-rust-1.95.0-stable",
        ] {
            std::fs::write(folder.path().join(name), "").expect("it can be written");
        }
        let found = find_library(folder.path()).expect("there is one");
        assert!(found.ends_with("libLLVM.so.22.1-rust-1.95.0-stable"), "{found:?}");
    }
}
