//! The library that rustc loads: where it is, and how it comes there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result, bail};

use super::cache;
use crate::cargo;

/// Names a library to use in place of the own one.
pub const VARIABLE: &str = "RSENZYME_BACKEND";

/// The file that building makes.
const FILE: &str = "librsenzyme.so";
/// The package that it is made from.
const PACKAGE: &str = "rsenzyme-plugin";

/// The library, if it is there: the one that [`VARIABLE`] names, that beside this executable (in a workspace's target folder), or the one
/// that was built.
///
/// # Errors
/// If the variable names a file that is not there, or there is no place for a cache.
pub fn find() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let path = fs::canonicalize(&named)
            .with_context(|| format!("{VARIABLE} names {}", Path::new(&named).display()))?;
        return Ok(Some(path));
    }
    let beside = std::env::current_exe()?.with_file_name(FILE);
    if beside.exists() {
        return Ok(Some(beside));
    }
    let built = built()?;
    Ok(built.exists().then_some(built))
}

/// The library; built if it is not there yet.
///
/// # Errors
/// If it cannot be built.
pub fn get() -> Result<PathBuf> {
    match find()? {
        Some(path) => Ok(path),
        None => build(),
    }
}

/// Where the library of this very executable is built to: another installation gets its own.
fn built() -> Result<PathBuf> {
    let this = std::env::current_exe().context("cannot find the own executable")?;
    let data = fs::metadata(&this).with_context(|| format!("cannot read {}", this.display()))?;
    let made = data
        .modified()?
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| age.as_millis());
    let name = format!("{}-{made}-{}", env!("CARGO_PKG_VERSION"), data.len());
    Ok(cache()?.join("backend").join(name).join(FILE))
}

/// Builds the library from the sources that this program was built from.
///
/// # Errors
/// If the sources are gone, or do not build.
pub fn build() -> Result<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = workspace.join("Cargo.toml");
    if !workspace.join("crates/plugin").exists() {
        bail!(
            "the backend for std::autodiff is built from the sources of cargo-rsenzyme, and {} is gone: install it anew \
             (`cargo install --path crates/cargo-rsenzyme`), or let {VARIABLE} name a librsenzyme.so",
            workspace.display()
        );
    }
    let target = cache()?.join("build");
    eprintln!("rsenzyme: building the backend for std::autodiff; this is done once");
    let mut command = Command::new(cargo::cargo());
    command
        .args(["build", "--release", "--locked", "--package", PACKAGE])
        .arg("--manifest-path")
        .arg(&manifest)
        .arg("--target-dir")
        .arg(&target)
        .current_dir(&workspace);
    // What is set for the user's program is not meant for this one.
    for name in [
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "CARGO_BUILD_TARGET",
    ] {
        command.env_remove(name);
    }
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("the backend for std::autodiff could not be built");
    }
    let to = built()?;
    install(&target.join("release").join(FILE), &to)?;
    Ok(to)
}

/// Copies a library to its place at once, so that nobody loads half of it.
fn install(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let part = folder.join(format!("{FILE}.{}", std::process::id()));
    fs::copy(from, &part).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::rename(&part, to).with_context(|| format!("cannot write {}", to.display()))
}
