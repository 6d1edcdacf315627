//! Where the plugin under test is.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// The name of the plugin's file.
pub const FILE_NAME: &str = "librsenzyme.so";

/// The plugin that the tests load: `RSENZYME_PLUGIN` if set, else the newest one that cargo left beside the test's own executable.
///
/// # Errors
/// If there is none, with how to build it.
pub fn path() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("RSENZYME_PLUGIN") {
        return std::fs::canonicalize(&path)
            .with_context(|| format!("RSENZYME_PLUGIN is {}", path.display()));
    }
    let executable = std::env::current_exe()?;
    let folders = executable.ancestors().skip(1).take(2);
    let newest = folders
        .map(|folder| folder.join(FILE_NAME))
        .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file)))
        .max();
    match newest {
        Some((_, file)) => Ok(file),
        None => bail!(
            "{FILE_NAME} was not found near {}: run `cargo build -p rsenzyme-plugin`, or set RSENZYME_PLUGIN",
            executable.display()
        ),
    }
}
