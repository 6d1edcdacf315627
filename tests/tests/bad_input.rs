//! Input that must be refused: a test for each file of `bad/` and each host that can read it.
//!
//! A file says in comments what the message must contain (`EXPECT: text`, any number of times) and marks the line where the error is
//! (`HERE`). Every host must fail with a status of its own, so non-zero and below 128, print the texts, the file and the line, and leave
//! no output behind. clang also verifies the module after the pass has given up on it. `OPTIONS: list` sets options through the
//! environment.
//!
//! The files of `warned/` must be compiled, with the texts in warnings, and without those that they call `UNEXPECTED`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use corpus::command::{Finished, TOOL_LIMIT, run, run_command, tool};
use corpus::program::{files, root, stem};
use corpus::{plugin, route};
use libtest_mimic::{Arguments, Failed, Trial};

/// What stands in front of every message of the plugin.
const PREFIX: &str = "rs-enzyme: ";

/// A compiler that loads the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    Opt,
    Clang,
    Rustc,
}

fn main() -> Result<()> {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for source in files(&root().join("warned"), "c")? {
        for host in [Host::Opt, Host::Clang] {
            let source = source.clone();
            let name = format!("warned/{}/{host:?}", stem(&source)).to_lowercase();
            trials.push(Trial::test(name, move || {
                check_warned(&source, host).map_err(failed)
            }));
        }
    }
    let folder = root().join("bad");
    for (extension, hosts) in [
        ("c", &[Host::Opt, Host::Clang][..]),
        ("cpp", &[Host::Opt, Host::Clang]),
        ("ll", &[Host::Opt, Host::Clang]),
        ("rs", &[Host::Rustc]),
    ] {
        for source in files(&folder, extension)? {
            for &host in hosts {
                let source = source.clone();
                let name = format!("{extension}/{}/{host:?}", stem(&source)).to_lowercase();
                trials.push(Trial::test(name, move || check(&source, host).map_err(failed)));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}

/// What a host says of a file. The output file is `output` in the folder.
fn run_host(source: &Path, host: Host, options: &str, folder: &Path) -> Result<Finished> {
    let output = folder.join("output");
    let plugin = plugin::path()?;
    let mut command = match host {
        Host::Opt => with_opt(source, &plugin, folder)?,
        Host::Clang => with_clang(source, &plugin, &output),
        Host::Rustc => with_rustc(source, &plugin, &output),
    };
    command.env("RSENZYME_OPTIONS", options).current_dir(folder);
    run_command(command, TOOL_LIMIT)
}

fn check_warned(source: &Path, host: Host) -> Result<()> {
    let expected = Expected::read(source)?;
    let folder = scratch(source, host)?;
    let finished = run_host(source, host, &expected.options, &folder)?.success()?;
    expected
        .check(&finished.output)
        .with_context(|| finished.to_string())
}

fn check(source: &Path, host: Host) -> Result<()> {
    let expected = Expected::read(source)?;
    let folder = scratch(source, host)?;
    let output = folder.join("output");
    let finished = run_host(source, host, &expected.options, &folder)?;
    ensure!(
        finished.code().is_some_and(|code| code != 0 && code < 128),
        "the exit status should be between 1 and 127:\n{finished}"
    );
    expected
        .check(&finished.output)
        .with_context(|| finished.to_string())?;
    for file in [output, folder.join(route::DIFFERENTIATED)] {
        ensure!(!file.exists(), "left {} behind:\n{finished}", file.display());
    }
    Ok(())
}

/// What a file says about its own refusal.
struct Expected {
    texts: Vec<String>,
    unexpected: Vec<String>,
    options: String,
    place: Option<String>,
}

impl Expected {
    fn read(source: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(source)?;
        let after = |key: &str| -> Vec<String> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(key));
            lines.map(str::to_owned).collect()
        };
        let read = |key: &str| [after(&format!("// {key}: ")), after(&format!("; {key}: "))].concat();
        let (texts, unexpected) = (read("EXPECT"), read("UNEXPECTED"));
        let any = !texts.is_empty() || !unexpected.is_empty();
        ensure!(any, "{} expects nothing", source.display());
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        let place = text
            .lines()
            .position(|line| line.ends_with("// HERE"))
            .map(|line| format!("{name}:{}:", line + 1));
        Ok(Self {
            texts,
            unexpected,
            options: read("OPTIONS").join(","),
            place,
        })
    }

    fn check(&self, output: &str) -> Result<()> {
        for text in self.texts.iter().chain(&self.place) {
            ensure!(
                output.contains(text.as_str()),
                "`{text}` is missing from the message"
            );
        }
        let silent = self.texts.is_empty();
        ensure!(
            silent || output.contains(PREFIX),
            "`{PREFIX}` is missing from the message"
        );
        for text in &self.unexpected {
            ensure!(
                !output.contains(text.as_str()),
                "`{text}` should not be in the message"
            );
        }
        for accident in [
            "PLEASE submit a bug report",
            "Broken module",
            "broken module",
            "panicked at",
            "internal error",
        ] {
            ensure!(!output.contains(accident), "`{accident}` is in the message");
        }
        Ok(())
    }
}

fn with_opt(source: &Path, plugin: &Path, folder: &Path) -> Result<Command> {
    if source.extension().is_some_and(|extension| extension == "ll") {
        return Ok(route::differentiate_command(source, plugin));
    }
    let arguments = [
        "-g",
        "-O1",
        "-emit-llvm",
        "-c",
        &source.display().to_string(),
        "-o",
        "source.bc",
    ]
    .map(str::to_owned);
    run(tool("clang"), &arguments, folder)?.success()?;
    Ok(route::differentiate_command(&folder.join("source.bc"), plugin))
}

fn with_clang(source: &Path, plugin: &Path, output: &Path) -> Command {
    let arguments = [
        "-g".to_owned(),
        "-O1".into(),
        "-fverify-intermediate-code".into(),
        format!("-fpass-plugin={}", plugin.display()),
        "-emit-llvm".into(),
        "-c".into(),
        source.display().to_string(),
        "-o".into(),
        output.display().to_string(),
    ];
    let mut command = Command::new(tool("clang"));
    command.args(arguments);
    command
}

fn with_rustc(source: &Path, plugin: &Path, output: &Path) -> Command {
    let mut command = Command::new("rustc");
    // The toolchain of the workspace, which is a stable one: only a nightly takes -Z without being told to.
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--edition=2024", "-O", "-g", "-Ccodegen-units=1"]);
    command
        .arg(format!("-Zllvm-plugins={}", plugin.display()))
        .arg(source)
        .arg("-o")
        .arg(output);
    command
}

/// An empty folder of this test's own.
fn scratch(source: &Path, host: Host) -> Result<PathBuf> {
    let Some(name) = source.file_name() else {
        bail!("{} has no name", source.display());
    };
    let host = format!("{host:?}").to_lowercase();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("bad_input")
        .join(host)
        .join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
