//! The linker step: makes the object with the derivatives, and calls the real linker with it in the place of rustc's.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::role::{STEP_VARIABLE, WRAPPER_VARIABLE};
use crate::step::Step;
use crate::wrapper::code;

/// How rustc ends the names of the objects that it made itself.
const OBJECT_ENDING: &str = ".rcgu.o";

/// The variable by which the system's loader takes a library in first.
const PRELOAD: &str = if cfg!(target_os = "macos") {
    "DYLD_INSERT_LIBRARIES"
} else {
    "LD_PRELOAD"
};

/// Links: the arguments are those that rustc has for its linker.
///
/// # Errors
/// If the arguments are not understood or a program cannot be run.
pub fn main(arguments: &[OsString]) -> Result<ExitCode> {
    let text = std::env::var(STEP_VARIABLE).with_context(|| format!("{STEP_VARIABLE} is not set"))?;
    let step: Step = serde_json::from_str(&text).with_context(|| format!("{STEP_VARIABLE} is damaged"))?;
    let status = Command::new(codegen_path()?)
        .env(PRELOAD, &step.llvm)
        .status()
        .context("cannot run rsenzyme-codegen")?;
    if !status.success() {
        return Ok(code(status));
    }
    let mut command = Command::new(&step.linker);
    command.env_remove(STEP_VARIABLE).env_remove(WRAPPER_VARIABLE);
    let arguments = arguments.get(1..).unwrap_or_default();
    command.args(replace_object(arguments, &step.object)?);
    let linker = step.linker.display();
    let status = command.status().with_context(|| {
        format!("cannot run the linker `{linker}`: install a C compiler (`cargo rsenzyme doctor` tells more)")
    })?;
    Ok(code(status))
}

/// Where `rsenzyme-codegen` is: beside this executable.
///
/// # Errors
/// If it is not there.
pub fn codegen_path() -> Result<PathBuf> {
    let this = std::env::current_exe().context("cannot find the own executable")?;
    let path = this.with_file_name(format!("rsenzyme-codegen{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        bail!(
            "{} is missing: `cargo install --path crates/cargo-rsenzyme` installs both programs",
            path.display()
        );
    }
    Ok(path)
}

/// The arguments with `object` in the place of the object that rustc made of the whole program.
fn replace_object(arguments: &[OsString], object: &Path) -> Result<Vec<OsString>> {
    if let [file] = arguments
        && let Some(path) = file.to_string_lossy().strip_prefix('@')
    {
        return replace_in_file(Path::new(path), object).map(|path| vec![path]);
    }
    let mut arguments = arguments.to_vec();
    let found: Vec<_> = arguments
        .iter_mut()
        .filter(|argument| argument.to_string_lossy().ends_with(OBJECT_ENDING))
        .collect();
    *only(found)? = object.into();
    Ok(arguments)
}

/// A command line that is too long for the system is in a file: one argument a line, with backslashes before special characters.
fn replace_in_file(path: &Path, object: &Path) -> Result<OsString> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let bare = |line: &str| line.trim_matches('"').to_owned();
    let found: Vec<_> = lines
        .iter_mut()
        .filter(|line| bare(line).ends_with(OBJECT_ENDING))
        .collect();
    let object_text = object
        .to_string_lossy()
        .replace('\\', r"\\")
        .replace('"', r#"\""#);
    *only(found)? = format!("\"{object_text}\"");
    let own = object.with_extension("arguments");
    std::fs::write(&own, lines.join("\n") + "\n")
        .with_context(|| format!("cannot write {}", own.display()))?;
    let mut argument = OsString::from("@");
    argument.push(own);
    Ok(argument)
}

fn only<T: AsRef<OsStr>>(mut found: Vec<&mut T>) -> Result<&mut T> {
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => bail!("rustc links no object of its own (no argument ends in {OBJECT_ENDING})"),
        (Some(last), false) => bail!(
            "rustc links more than one object of its own, such as {}: set no `codegen-units` and no `lto` for rustc",
            last.as_ref().to_string_lossy()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_is_replaced() {
        let list = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let new =
            replace_object(&list("-m64 /t/p.1-cgu.0.rcgu.o -lc"), Path::new("/t/p.o")).expect("there is one");
        assert_eq!(new, list("-m64 /t/p.o -lc"));
        assert!(replace_object(&list("-m64 -lc"), Path::new("/t/p.o")).is_err());
        assert!(replace_object(&list("a.rcgu.o b.rcgu.o"), Path::new("/t/p.o")).is_err());
    }

    #[test]
    fn the_object_is_replaced_in_a_file() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("arguments");
        std::fs::write(&file, "-m64\n/t/p.1-cgu.0.rcgu.o\n-lc\n").expect("it can be written");
        let mut argument = OsString::from("@");
        argument.push(&file);
        let object = folder.path().join("p.o");
        let new = replace_object(&[argument], &object).expect("there is one");
        let written = new[0].to_string_lossy().trim_start_matches('@').to_owned();
        let text = std::fs::read_to_string(written).expect("it was written");
        assert_eq!(text, format!("-m64\n\"{}\"\n-lc\n", object.display()));
    }
}
