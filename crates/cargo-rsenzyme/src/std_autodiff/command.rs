//! Running cargo for `std::autodiff`.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use super::sysroot::{self, Toolchain};
use super::{backend, wrapper};
use crate::cargo;
use crate::role::WRAPPER_VARIABLE;

/// The flag of this route. Cargo has none of this name, so it may stand among cargo's.
pub const FLAG: &str = "--std-autodiff";

/// The folder in cargo's target folder for what is built this way.
const FOLDER: &str = "rsenzyme-std";

/// Takes the flag out of the arguments for cargo; whether it was there.
pub fn take_flag(arguments: &mut Vec<OsString>) -> bool {
    let own = arguments.iter().take_while(|argument| *argument != "--");
    let found = own.into_iter().position(|argument| argument == FLAG);
    found.map(|index| arguments.remove(index)).is_some()
}

/// A cargo command that builds with `std::autodiff`, or only checks.
///
/// # Errors
/// If the toolchain or its sysroot cannot be used, or there is no package here.
pub fn cargo_command(command: &str, arguments: &[OsString]) -> Result<Command> {
    let toolchain = Toolchain::current()?;
    let root = sysroot::make(&toolchain, &backend::get()?)?;
    say(&toolchain, arguments);
    let mut cargo = Command::new(cargo::cargo());
    cargo.arg(command).args(arguments);
    cargo::set_profiles(&mut cargo, arguments);
    let inner = std::env::var_os("RUSTC_WRAPPER").unwrap_or_default();
    let this = std::env::current_exe().context("cannot find the own executable")?;
    cargo.env(WRAPPER_VARIABLE, inner).env("RUSTC_WRAPPER", this);
    cargo.env(wrapper::SYSROOT_VARIABLE, root);
    if !toolchain.is_nightly {
        cargo.env(wrapper::BOOTSTRAP_VARIABLE, "1");
    }
    cargo::set_target_folder(&mut cargo, arguments, FOLDER)?;
    Ok(cargo)
}

/// Says what is set, unless cargo is to be quiet.
fn say(toolchain: &Toolchain, arguments: &[OsString]) {
    let own = arguments.iter().take_while(|argument| *argument != "--");
    if own
        .into_iter()
        .any(|argument| argument == "--quiet" || argument == "-q")
    {
        return;
    }
    let profile = cargo::SETTINGS
        .iter()
        .map(|it| format!("{} = {}", it.name, it.value));
    let flags = FLAGS.iter().map(|(flag, _)| (*flag).to_owned());
    let all: Vec<_> = profile
        .chain(flags.filter(|flag| !toolchain.is_nightly || !flag.starts_with("RUSTC_BOOTSTRAP")))
        .collect();
    eprintln!(
        "rsenzyme: std::autodiff on {}, which sets {} (`cargo rsenzyme doctor` says why)",
        toolchain.name,
        all.join(", ")
    );
}

/// Builds what is needed ahead of time, and says where it is.
///
/// # Errors
/// If something is missing.
pub fn set_up() -> Result<ExitCode> {
    let toolchain = Toolchain::current()?;
    let library = backend::get()?;
    let root = sysroot::make(&toolchain, &library)?;
    println!("backend: {}", library.display());
    println!("sysroot: {}", root.display());
    println!("Use them by `cargo rsenzyme {FLAG} run`, or without cargo by");
    let bootstrap = if toolchain.is_nightly {
        ""
    } else {
        "RUSTC_BOOTSTRAP=1 "
    };
    println!(
        "  {bootstrap}rustc --sysroot {} -Zautodiff=Enable -Zllvm-plugins={} -Zinline-mir=no -C lto=fat -g -O program.rs",
        root.display(),
        library.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// What is set for the crates that take part, and why.
pub const FLAGS: [(&str, &str); 6] = [
    (
        "--sysroot",
        "links to the toolchain, with rsenzyme as the library that rustc loads",
    ),
    ("-Zautodiff=Enable", "switches derivatives on"),
    (
        "-Zllvm-plugins",
        "the same library: it sees the seeds of gradients, which rustc leaves out, before they are optimized away",
    ),
    ("-Zinline-mir=no", "for the same reason: LLVM inlines afterwards"),
    (
        "-C debuginfo=2",
        "the types of arguments, which rustc passes on nowhere else; cargo strips what it was not asked for",
    ),
    (
        "RUSTC_BOOTSTRAP=1",
        "on stable toolchains: it lets them take the flag and the feature",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_taken_out() {
        let mut arguments: Vec<OsString> = ["--release", "--std-autodiff", "--", "x"]
            .map(OsString::from)
            .into();
        assert!(take_flag(&mut arguments));
        assert_eq!(arguments.len(), 3);
        let mut arguments: Vec<OsString> = ["--", "--std-autodiff"].map(OsString::from).into();
        assert!(!take_flag(&mut arguments));
    }
}
