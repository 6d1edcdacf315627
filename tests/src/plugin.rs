//! The plugin under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, anyhow, ensure};

/// The name of the plugin's file.
pub const FILE_NAME: &str = "librsenzyme.so";

/// The plugin that the tests load: `RSENZYME_PLUGIN` if set, else the one of this workspace, which cargo brings up to date first in the
/// profile of the test itself.
///
/// # Errors
/// If it cannot be built, with what cargo printed.
pub fn path() -> Result<PathBuf> {
    static PATH: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let path = PATH.get_or_init(|| find().map_err(|error| format!("{error:#}")));
    path.clone().map_err(|text| anyhow!(text))
}

fn find() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("RSENZYME_PLUGIN") {
        return std::fs::canonicalize(&path)
            .with_context(|| format!("RSENZYME_PLUGIN is {}", path.display()));
    }
    // <target>/<profile>/deps/<test>
    let executable = std::env::current_exe()?;
    let folder = executable
        .parent()
        .and_then(Path::parent)
        .context("the test's own folder")?;
    let target = folder.parent().context("the target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    // A cdylib is in nobody's dependencies, so cargo does not build it for a test by itself.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args([
            "build",
            "--quiet",
            "-p",
            "rsenzyme-plugin",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(target);
    let output = build
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("running cargo")?;
    ensure!(
        output.status.success(),
        "building the plugin failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(folder.join(FILE_NAME))
}
