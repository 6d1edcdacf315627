//! Installing what the workspace needs.
//!
//! On Debian and Ubuntu the missing packages are installed with apt, through sudo if the user is not root; every
//! command is printed before it runs. When the distribution does not have LLVM 22 the repository of the LLVM
//! project is named, not added: adding a package source is the user's decision. On another system nothing is run,
//! and the message says what to install. Rust toolchains come from rustup on every system.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tools::{LLVM_MAJOR, REQUIREMENTS, Requirement};
use crate::{progress, toolchains};

/// Installs whatever is missing; does nothing, and says nothing, when all is there.
///
/// # Errors
///
/// When something is missing and cannot be installed here; the message says what to do.
pub fn ensure_installed() -> Result<()> {
    ensure_packages()?;
    toolchains::ensure_installed()
}

fn ensure_packages() -> Result<()> {
    let missing: Vec<&Requirement> = REQUIREMENTS
        .iter()
        .filter(|requirement| !requirement.is_met())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing:");
    for requirement in &missing {
        println!("  {:<32} {}", requirement.name(), requirement.purpose);
    }
    if which::which("apt-get").is_err() {
        bail!("{}", instructions(&missing, &os_release()));
    }
    install_with_apt(&missing)?;
    let still: Vec<String> = missing
        .iter()
        .filter(|requirement| !requirement.is_met())
        .map(|requirement| requirement.name())
        .collect();
    if !still.is_empty() {
        bail!(
            "installed the packages, but these were not found on PATH afterwards: {}",
            still.join(", ")
        );
    }
    Ok(())
}

fn install_with_apt(missing: &[&Requirement]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().map(|requirement| requirement.debian).collect();
    println!("Installing with apt: {}", packages.join(" "));
    run_as_root("apt-get update", &["apt-get", "update"])?;
    let unknown: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !apt_knows(package))
        .collect();
    if !unknown.is_empty() {
        bail!(
            "apt does not know {}. The LLVM project has packages for Debian and Ubuntu: run\n  \
             wget https://apt.llvm.org/llvm.sh && sudo bash llvm.sh {LLVM_MAJOR}\n\
             (see https://apt.llvm.org) and then this command again",
            unknown.join(", ")
        );
    }
    let mut words = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    words.extend(&packages);
    run_as_root("apt-get install", &words)
}

/// Whether apt can install `package`.
fn apt_knows(package: &str) -> bool {
    Command::new("apt-cache")
        .args(["show", "--no-all-versions", package])
        .output()
        .is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}

fn run_as_root(title: &str, words: &[&str]) -> Result<()> {
    let Some((program, arguments)) = words.split_first() else {
        bail!("no command for {title}")
    };
    let mut command = if is_root() {
        Command::new(program)
    } else if which::which("sudo").is_ok() {
        let mut command = Command::new("sudo");
        command.arg("DEBIAN_FRONTEND=noninteractive").arg(program);
        command
    } else {
        bail!(
            "`{}` needs root and there is no sudo: run it as root, then this command again",
            words.join(" ")
        );
    };
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    println!("  {}", progress::command_line(&command));
    if !is_root() {
        // sudo asks for a password on the terminal, which a captured child cannot do.
        let status = Command::new("sudo")
            .arg("--validate")
            .status()
            .context("cannot run sudo")?;
        if !status.success() {
            bail!("sudo refused");
        }
    }
    progress::step(title, &mut command).map(|_| ())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The text of `/etc/os-release`, empty where there is none (macOS, Windows).
fn os_release() -> String {
    fs::read_to_string("/etc/os-release").unwrap_or_default()
}

/// What to type on a system without apt.
fn instructions(missing: &[&Requirement], os_release: &str) -> String {
    let ids: Vec<&str> = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    let list = |package: fn(&Requirement) -> &'static str| {
        let mut names: Vec<&str> = Vec::new();
        for name in missing.iter().map(|requirement| package(requirement)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" ")
    };
    let how = if ids.contains(&"fedora") {
        format!("sudo dnf install {}", list(|requirement| requirement.fedora))
    } else if ids.contains(&"arch") {
        format!("sudo pacman -S {}", list(|requirement| requirement.arch))
    } else {
        format!("install LLVM {LLVM_MAJOR} with its headers, opt, clang, flang and lld, and Eigen 3.4")
    };
    format!(
        "this system has no apt, so nothing was installed. Please do this yourself:\n  {how}\n\
         and make the programs available on PATH under the names that Debian uses (opt-{LLVM_MAJOR}, \
         clang++-{LLVM_MAJOR}, ...): the version must be {LLVM_MAJOR}. Eigen is looked for in /usr/include/eigen3"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_name_the_packages_of_the_system() {
        let missing: Vec<&Requirement> = REQUIREMENTS
            .iter()
            .filter(|it| it.debian.starts_with("llvm"))
            .collect();
        assert!(
            instructions(&missing, "ID=fedora\n").contains("sudo dnf install llvm llvm-test llvm-devel\n")
        );
        // Arch has the three in one package, which is named once.
        assert!(instructions(&missing, "ID=manjaro\nID_LIKE=\"arch\"\n").contains("sudo pacman -S llvm\n"));
        assert!(instructions(&missing, "").contains("install LLVM 22 with its headers"));
    }
}
