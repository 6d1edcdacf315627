//! `cargo rsenzyme doctor`: what derivatives need, and what is missing.

use std::process::ExitCode;

use crate::std_autodiff::{backend, command, sysroot};
use crate::{cargo, linker, toolchain};

/// Something that is needed.
struct Finding {
    what: &'static str,
    /// What was found, or what to do.
    result: anyhow::Result<String>,
}

/// Prints all findings; fails if something is missing.
#[must_use]
pub fn run() -> ExitCode {
    let findings = findings();
    for finding in &findings {
        match &finding.result {
            Ok(found) => println!("  found    {:<20} {found}", finding.what),
            Err(error) => println!("  MISSING  {:<20} {error:#}", finding.what),
        }
    }
    println!("In every profile, without editing Cargo.toml, is set:");
    for setting in &cargo::SETTINGS {
        println!("  {} = {}: {}", setting.name, setting.value, setting.reason);
    }
    println!(
        "Build scripts and procedural macros are built as always. The results are in the folder `rsenzyme` of the target folder.\n\
         Libraries of kind `cdylib` are differentiated if that is their only kind; `staticlib` and `dylib` are not, because rustc does not link \
         them with fat LTO."
    );
    std_autodiff();
    if findings.iter().all(|finding| finding.result.is_ok()) {
        println!("Nothing is missing.");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What `--std-autodiff` needs besides, and sets.
fn std_autodiff() {
    println!("For std::autodiff (cargo rsenzyme {}) besides:", command::FLAG);
    match backend::find() {
        Ok(Some(path)) => println!("  found    {:<20} {}", "the backend", path.display()),
        Ok(None) => println!(
            "  later    {:<20} it is built when it is first used, or now by `cargo rsenzyme setup`",
            "the backend"
        ),
        Err(error) => println!("  MISSING  {:<20} {error:#}", "the backend"),
    }
    let place = sysroot::Toolchain::current().and_then(|toolchain| sysroot::path(&toolchain));
    match place {
        Ok(path) => println!("  links    {:<20} {}", "its sysroot", path.display()),
        Err(error) => println!("  MISSING  {:<20} {error:#}", "its sysroot"),
    }
    for (flag, reason) in &command::FLAGS {
        println!("  {flag}: {reason}");
    }
}

fn findings() -> Vec<Finding> {
    let rustc = cargo::rustc();
    let version = toolchain::ask(&rustc, &["-vV"]).and_then(|answer| {
        toolchain::check_version(&answer)?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    });
    let linker = toolchain::ask("cc".as_ref(), &["--version"]).map_err(|error| {
        error
            .context("a C compiler as the linker, `cc`: on Debian and Ubuntu `apt-get install gcc libc6-dev`")
    });
    vec![
        Finding {
            what: "rustc with LLVM 22",
            result: version,
        },
        Finding {
            what: "its LLVM library",
            result: toolchain::llvm_library(&rustc).map(|path| path.display().to_string()),
        },
        Finding {
            what: "rsenzyme-codegen",
            result: linker::codegen_path().map(|path| path.display().to_string()),
        },
        Finding {
            what: "a linker",
            result: linker.map(|text| text.lines().next().unwrap_or_default().to_owned()),
        },
    ]
}
