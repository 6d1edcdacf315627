//! `demo`: C programs that ask for a derivative, compiled with the plugin by plain command lines, and run.
//!
//! Every program of `examples/demo/` computes a value, its derivative through `__enzyme_fwddiff` and the same
//! derivative by finite differences, prints the three and their difference, and ends with a status other than 0 if
//! they disagree. This file only shows the source, types the commands, and passes the status on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::tools::workspace_root;
use crate::{cargo, progress};

/// Builds the plugin and shows each program.
///
/// # Errors
///
/// When a command fails. A derivative that disagrees is no error of this kind: it gives the exit code.
pub fn run() -> Result<ExitCode> {
    progress::step(
        "Building the plugin",
        cargo::command().args(["build", "--release", "-p", "rsenzyme-plugin"]),
    )?;
    // The commands run in the workspace's root, so that those which are printed are short.
    let root = workspace_root();
    let target = cargo::target_directory();
    let target = target.strip_prefix(&root).unwrap_or(&target);
    let plugin = target.join("release").join("librsenzyme.so");
    let scratch = target.join("demo");
    let folder = root.join(&scratch);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut agree = true;
    for source in sources(&root.join("examples/demo"))? {
        agree &= show(source.strip_prefix(&root).unwrap_or(&source), &plugin, &scratch)?;
    }
    Ok(if agree {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The C files of a folder in the order of their names.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "c") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("no C programs in {}", folder.display());
    }
    Ok(files)
}

/// Shows one program; whether its derivatives agree.
fn show(source: &Path, plugin: &Path, scratch: &Path) -> Result<bool> {
    let root = workspace_root();
    let text =
        fs::read_to_string(root.join(source)).with_context(|| format!("cannot read {}", source.display()))?;
    println!("\n==== {}\n\n{text}", source.display());
    let name = source.file_stem().unwrap_or_default();
    let file = |extension: &str| scratch.join(name).with_extension(extension);
    let (input, output, program) = (file("ll"), file("diff.ll"), file("out"));

    println!("---- commands");
    let mut compile = Command::new("clang-22");
    compile
        .args(["-O2", "-g", "-emit-llvm", "-S"])
        .arg(source)
        .arg("-o")
        .arg(&input);
    let mut differentiate = Command::new("opt-22");
    differentiate
        .arg(format!("-load-pass-plugin={}", plugin.display()))
        .args(["-passes=rs-enzyme", "-S"]);
    differentiate.arg(&input).arg("-o").arg(&output);
    let mut link = Command::new("clang-22");
    link.arg("-O2").arg(&output).arg("-lm").arg("-o").arg(&program);
    for command in [&mut compile, &mut differentiate, &mut link] {
        println!("$ {}", progress::command_line(command));
        let result = command.current_dir(&root).output().context("cannot run it")?;
        print!(
            "{}{}",
            String::from_utf8_lossy(&result.stdout),
            String::from_utf8_lossy(&result.stderr)
        );
        if !result.status.success() {
            bail!("the command failed with {}", result.status);
        }
    }
    println!("$ {}", program.display());
    let status = Command::new(&program)
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    println!(
        "---- {}",
        if status.success() {
            "the derivatives agree"
        } else {
            "THE DERIVATIVES DISAGREE"
        }
    );
    Ok(status.success())
}
