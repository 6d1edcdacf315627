//! `doctor`: which hosts of the plugin this machine has, their LLVM, and what each lacks.

use std::process::{Command, ExitCode};

use crate::toolchains::{self, CHANNELS, Channel};
use crate::tools::{LLVM_MAJOR, REQUIREMENTS};

/// What was found out about one host.
struct Finding {
    host: &'static str,
    /// The version that the host prints, or why there is none.
    version: Result<String, String>,
    /// The LLVM that is inside, if the host tells.
    llvm: Option<String>,
    /// How the plugin is given to it.
    usage: &'static str,
}

/// Prints the report. Fails if a host that CI tests is missing or of another LLVM.
pub fn run() -> ExitCode {
    println!("Hosts of librsenzyme.so (LLVM {LLVM_MAJOR} is needed):");
    let mut healthy = true;
    for finding in findings() {
        let verdict = verdict(&finding);
        let version = finding.version.as_deref().unwrap_or("not found");
        println!("  {:<14} {version}", finding.host);
        match verdict {
            Ok(()) => println!("  {:<14} ok: {}", "", finding.usage),
            Err(lack) => {
                healthy = false;
                println!("  {:<14} lacks: {lack}", "");
            }
        }
    }
    println!("\nPrograms and packages for building and testing:");
    for requirement in REQUIREMENTS {
        let met = requirement.is_met();
        healthy &= met;
        let state = if met {
            "found".to_owned()
        } else {
            format!("missing: package {}", requirement.debian)
        };
        println!("  {:<32} {state} ({})", requirement.name(), requirement.purpose);
    }
    if healthy {
        ExitCode::SUCCESS
    } else {
        println!(
            "\n`cargo xtask install` installs the packages; `rustup toolchain install` the Rust toolchains."
        );
        ExitCode::FAILURE
    }
}

fn verdict(finding: &Finding) -> Result<(), String> {
    if let Err(reason) = &finding.version {
        return Err(reason.clone());
    }
    match finding.llvm.as_deref().map(|llvm| (llvm, major(llvm))) {
        Some((_, Some(LLVM_MAJOR))) => Ok(()),
        Some((llvm, _)) => Err(format!(
            "LLVM {LLVM_MAJOR} inside; it has {llvm}, and the plugin will refuse to load"
        )),
        None => Err("a version of LLVM in what it prints".to_owned()),
    }
}

fn findings() -> Vec<Finding> {
    let opt_style = |host, program, usage| {
        let needle = if host == "lld" { "LLD" } else { "version" };
        let version = first_line_with(program, &["--version"], needle);
        let llvm = version.as_ref().ok().and_then(|line| version_number(line));
        Finding {
            host,
            version,
            llvm,
            usage,
        }
    };
    let rustc_style = |channel: &Channel, usage| {
        let toolchain = channel.suitable().unwrap_or(channel.fallback());
        let found = toolchains::version(toolchain);
        Finding {
            host: channel.name,
            llvm: found.as_ref().ok().map(|version| version.llvm.clone()),
            version: found
                .map(|version| version.line)
                .map_err(|_| format!("LLVM {LLVM_MAJOR}: `rustup toolchain install {toolchain}` has it")),
            usage,
        }
    };
    let [stable, nightly] = &CHANNELS;
    vec![
        opt_style(
            "opt",
            "opt-22",
            "opt-22 -load-pass-plugin=librsenzyme.so -passes=rs-enzyme",
        ),
        opt_style("clang", "clang-22", "clang-22 -O2 -fpass-plugin=librsenzyme.so"),
        opt_style(
            "clang++",
            "clang++-22",
            "clang++-22 -O2 -fpass-plugin=librsenzyme.so",
        ),
        opt_style("flang", "flang-22", "flang-22 -O2 -fpass-plugin=librsenzyme.so"),
        opt_style(
            "lld",
            "ld.lld-22",
            "clang-22 -flto -fuse-ld=lld-22 -Wl,--load-pass-plugin=librsenzyme.so",
        ),
        rustc_style(stable, "RUSTC_BOOTSTRAP=1 rustc -Zllvm-plugins=librsenzyme.so"),
        rustc_style(nightly, "rustc +nightly -Zllvm-plugins=librsenzyme.so"),
    ]
}

/// The first line with `needle` in what the program prints.
fn first_line_with(program: &str, arguments: &[&str], needle: &str) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|_| format!("the program {program} on PATH (`cargo xtask install`)"))?;
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    text.lines()
        .find(|line| output.status.success() && line.contains(needle))
        .map(|line| line.trim().to_owned())
        .ok_or_else(|| {
            format!(
                "a working {program}: `{program} {}` printed no version",
                arguments.join(" ")
            )
        })
}

/// The first word that looks like a version, such as `22.1.8`.
fn version_number(line: &str) -> Option<String> {
    line.split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .find(|word| word.contains('.') && major(word).is_some())
        .map(str::to_owned)
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_version_numbers() {
        assert_eq!(
            version_number("Debian clang version 22.1.8 (1~deb12u1)"),
            Some("22.1.8".to_owned())
        );
        assert_eq!(version_number("LLVM version: 22.1.4"), Some("22.1.4".to_owned()));
        assert_eq!(
            version_number("Debian LLD 22.1.8 (compatible with GNU linkers)"),
            Some("22.1.8".to_owned())
        );
        assert_eq!(version_number("no numbers"), None);
    }

    #[test]
    fn a_host_of_another_llvm_lacks_the_right_one() {
        let finding = |llvm: &str| Finding {
            host: "opt",
            version: Ok("LLVM".to_owned()),
            llvm: Some(llvm.to_owned()),
            usage: "",
        };
        assert!(verdict(&finding("22.1.8")).is_ok());
        assert!(verdict(&finding("21.1.0")).is_err_and(|lack| lack.contains("it has 21.1.0")));
    }
}
