//! The Rust toolchains that tests load the plugin into. Each must be built on the LLVM that the plugin is for.

use std::process::Command;

use anyhow::{Result, bail};

use crate::progress;
use crate::tools::LLVM_MAJOR;

/// A kind of toolchain.
pub struct Channel {
    /// What the tests call it.
    pub name: &'static str,
    /// The environment variable that tells the tests which toolchain to take.
    pub variable: &'static str,
    /// Names for rustup: what the user has, then a release that is known to be built on the right LLVM.
    candidates: [&'static str; 2],
}

/// The toolchains that are tested.
pub const CHANNELS: [Channel; 2] = [
    Channel {
        name: "rustc stable",
        variable: "RSENZYME_STABLE",
        candidates: ["stable", "1.95.0"],
    },
    Channel {
        name: "rustc nightly",
        variable: "RSENZYME_NIGHTLY",
        candidates: ["nightly", "nightly-2026-05-20"],
    },
];

impl Channel {
    /// The first installed toolchain of the right LLVM.
    pub fn suitable(&self) -> Option<&'static str> {
        let fits = |name: &&str| version(name).is_ok_and(|version| version.llvm_major == Some(LLVM_MAJOR));
        self.candidates.into_iter().find(fits)
    }

    /// The toolchain that would be installed.
    pub fn fallback(&self) -> &'static str {
        self.candidates[1]
    }
}

/// What `rustc -vV` says.
pub struct Version {
    /// The first line.
    pub line: String,
    /// The version of LLVM.
    pub llvm: String,
    /// Its first number.
    pub llvm_major: Option<u32>,
}

/// Asks a toolchain for its version.
///
/// # Errors
///
/// When it is not installed.
pub fn version(toolchain: &str) -> Result<Version> {
    let output = Command::new("rustup")
        .args(["run", toolchain, "rustc", "-vV"])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(llvm) = text.lines().find_map(|line| line.strip_prefix("LLVM version: ")) else {
        bail!("the toolchain {toolchain} is not installed");
    };
    let llvm_major = llvm.split('.').next().and_then(|number| number.parse().ok());
    let line = text.lines().next().unwrap_or_default().to_owned();
    Ok(Version {
        line,
        llvm: llvm.to_owned(),
        llvm_major,
    })
}

/// Installs what is missing.
///
/// # Errors
///
/// When rustup is not there or fails.
pub fn ensure_installed() -> Result<()> {
    for channel in CHANNELS.iter().filter(|channel| channel.suitable().is_none()) {
        let toolchain = channel.fallback();
        if which::which("rustup").is_err() {
            bail!(
                "{} with LLVM {LLVM_MAJOR} is missing, and so is rustup: see https://rustup.rs",
                channel.name
            );
        }
        println!("Missing: {} with LLVM {LLVM_MAJOR}", channel.name);
        let mut command = Command::new("rustup");
        command.args(["toolchain", "install", toolchain, "--profile", "minimal"]);
        println!("  {}", progress::command_line(&command));
        progress::step(&format!("Installing {toolchain}"), &mut command)?;
    }
    Ok(())
}

/// Tells the tests that `command` runs which toolchains to take.
pub fn pass_on(command: &mut Command) {
    for channel in &CHANNELS {
        if let Some(toolchain) = channel.suitable() {
            command.env(channel.variable, toolchain);
        }
    }
}
