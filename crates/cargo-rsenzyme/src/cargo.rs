//! Running cargo with the wrapper and the profile settings that derivatives need.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use cargo_metadata::MetadataCommand;

use crate::role::WRAPPER_VARIABLE;

/// The folder in cargo's target folder for what is built with derivatives: cargo does not see that flags differ.
const FOLDER: &str = "rsenzyme";

/// A profile setting: cargo's name, its value, and why.
pub struct Setting {
    /// As in `Cargo.toml`.
    pub name: &'static str,
    /// The value.
    pub value: &'static str,
    /// Why derivatives need it.
    pub reason: &'static str,
}

impl Setting {
    /// The environment variable that sets it in a profile.
    fn variable(&self, profile: &str) -> String {
        format!("CARGO_PROFILE_{profile}_{}", self.name.to_uppercase())
    }
}

/// What is set in every profile.
pub const SETTINGS: [Setting; 2] = [
    Setting {
        name: "lto",
        value: "fat",
        reason: "a derivative needs the bodies of all functions that it calls",
    },
    Setting {
        name: "incremental",
        value: "false",
        reason: "rustc has no fat LTO in incremental builds",
    },
];

/// cargo itself, of the toolchain that runs this command.
#[must_use]
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// rustc of the same toolchain.
#[must_use]
pub fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// The value of an option among cargo's arguments.
fn option(arguments: &[OsString], name: &str) -> Option<OsString> {
    let before_program = arguments.iter().take_while(|argument| *argument != "--");
    let list: Vec<_> = before_program.collect();
    list.iter().enumerate().find_map(|(index, argument)| {
        let text = argument.to_string_lossy();
        if text == name {
            return list.get(index + 1).map(|value| (*value).clone());
        }
        text.strip_prefix(name)?.strip_prefix('=').map(OsString::from)
    })
}

/// A cargo command that builds with derivatives.
///
/// # Errors
/// If there is no package here.
pub fn building(command: &str, arguments: &[OsString]) -> Result<Command> {
    let mut cargo = Command::new(cargo());
    cargo.arg(command).args(arguments);
    announce(arguments);
    set_profiles(&mut cargo, arguments);
    let inner = std::env::var_os("RUSTC_WRAPPER").unwrap_or_default();
    let this = std::env::current_exe().context("cannot find the own executable")?;
    cargo.env(WRAPPER_VARIABLE, inner).env("RUSTC_WRAPPER", this);
    set_target_folder(&mut cargo, arguments, FOLDER)?;
    Ok(cargo)
}

/// Sets [`SETTINGS`] in every profile that a command with these arguments may use.
pub fn set_profiles(cargo: &mut Command, arguments: &[OsString]) {
    for profile in profiles(arguments) {
        for setting in &SETTINGS {
            cargo.env(setting.variable(&profile), setting.value);
        }
    }
    cargo.env("CARGO_INCREMENTAL", "0");
}

/// Sets a target folder of its own, inside the package's, unless the arguments name one.
///
/// # Errors
/// If there is no package here.
pub fn set_target_folder(cargo: &mut Command, arguments: &[OsString], name: &str) -> Result<()> {
    if option(arguments, "--target-dir").is_none() {
        cargo.env("CARGO_TARGET_DIR", target_folder(arguments)?.join(name));
    }
    Ok(())
}

/// Says what is set, in cargo's style.
fn announce(arguments: &[OsString]) {
    let quiet = |argument: &OsString| argument == "-q" || argument == "--quiet";
    if !arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(quiet)
    {
        let settings = SETTINGS.map(|setting| format!("{} = {}", setting.name, setting.value));
        let settings = settings.join(", ");
        eprintln!("     Setting {settings} in every profile (`cargo rsenzyme doctor` tells why)");
        for profile in profiles(arguments) {
            SETTINGS
                .iter()
                .for_each(|setting| announce_overridden(setting, &profile));
        }
    }
}

/// Says that what the user has set in the environment does not count.
fn announce_overridden(setting: &Setting, profile: &str) {
    let name = setting.variable(profile);
    if let Some(other) = std::env::var_os(&name).filter(|other| other != setting.value) {
        eprintln!(
            "     Setting {} in place of {name}={}",
            setting.name,
            other.display()
        );
    }
}

/// The profiles to set, in the spelling of environment variables; tests and benches inherit.
fn profiles(arguments: &[OsString]) -> Vec<String> {
    let mut profiles = vec!["DEV".to_owned(), "RELEASE".to_owned()];
    let custom = option(arguments, "--profile").map(|name| name.to_string_lossy().into_owned());
    if let Some(custom) = custom.filter(|name| !matches!(name.as_str(), "dev" | "release" | "test" | "bench"))
    {
        profiles.push(custom.to_uppercase().replace('-', "_"));
    }
    profiles
}

fn target_folder(arguments: &[OsString]) -> Result<PathBuf> {
    let mut command = MetadataCommand::new();
    command.cargo_path(cargo()).no_deps();
    if let Some(manifest) = option(arguments, "--manifest-path") {
        command.manifest_path(manifest);
    }
    let offline = |name: &str| arguments.iter().any(|argument| argument == OsStr::new(name));
    let passed = ["--offline", "--locked", "--frozen"];
    command.other_options(
        passed
            .into_iter()
            .filter(|name| offline(name))
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    );
    let metadata = command.exec().context("cargo does not know this package")?;
    Ok(metadata.target_directory.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_found_before_the_programs_own() {
        let arguments: Vec<OsString> = ["--profile=fast-math", "--", "--target-dir", "x"]
            .map(OsString::from)
            .into();
        assert_eq!(profiles(&arguments), ["DEV", "RELEASE", "FAST_MATH"]);
        assert_eq!(option(&arguments, "--target-dir"), None);
    }
}
