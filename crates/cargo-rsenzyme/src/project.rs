//! `cargo rsenzyme new`: a package that prints a derivative.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::cargo;

/// What to make.
#[derive(clap::Args)]
pub struct Options {
    /// The folder, whose name becomes the package's
    path: PathBuf,
}

const PROGRAM: &str = r#"use rsenzyme_rs::{autodiff_forward, jacobian};

/// Height of a projectile after `t` seconds. `height_rate` is added: its value and its derivative in the direction `d_t`.
#[autodiff_forward(height_rate, Dual, Const, Dual)]
fn height(t: f64, speed: f64) -> f64 {
    speed * t - 0.5 * 9.81 * t.powi(2)
}

fn main() {
    let (value, rate) = height_rate(1.0, 1.0, 20.0);
    println!("height {value:.3} m, rising by {rate:.3} m/s (closed form {:.3})", 20.0 - 9.81);

    let polar = |p: &[f64; 2]| [p[0] * p[1].cos(), p[0] * p[1].sin()];
    println!("Jacobian of polar coordinates: {:.3?}", jacobian(polar, &[2.0, 0.5]));
}
"#;

/// Makes the package.
///
/// # Errors
/// If the folder cannot be used.
pub fn create(options: &Options) -> Result<()> {
    let mut new = Command::new(cargo::cargo());
    new.args(["new", "--bin"]).arg(&options.path);
    run(new)?;
    let mut add = Command::new(cargo::cargo());
    add.args(["add", "--quiet"])
        .args(dependency())
        .current_dir(&options.path);
    run(add)?;
    std::fs::write(options.path.join("src/main.rs"), PROGRAM)?;
    println!("Run it: cd {} && cargo rsenzyme run", options.path.display());
    Ok(())
}

fn run(mut command: Command) -> Result<()> {
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("cargo failed");
    }
    Ok(())
}

/// What `cargo add` is to add: the sources that this program was built from, if they are still there.
fn dependency() -> Vec<OsString> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rsenzyme-rs");
    match sources.canonicalize() {
        Ok(path) => vec!["rsenzyme-rs".into(), "--path".into(), path.into()],
        Err(_) => vec![concat!("rsenzyme-rs@", env!("CARGO_PKG_VERSION")).into()],
    }
}
