//! `cargo rsenzyme` on packages of tests/rust, which check their derivatives themselves, and on programs that must fail.
//!
//! Every program is linked with fat LTO, so there are few of them, and all share one target folder. They run one after the other: cargo locks that
//! folder anyway.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// Held while cargo builds, so that a waiting test does not look slow.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the sources are there")
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Copies a package to where it may be built, with this workspace's lock file: the same versions, and nothing to download.
fn copy_package(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the package can be read") {
        let path = entry.expect("entries can be read").path();
        let name = path.file_name().expect("an entry has a name");
        // What somebody left there who built it in place.
        if name == "target" || name == "Cargo.lock" {
            continue;
        }
        let target = to.join(name);
        if path.is_dir() {
            copy_package(&path, &target);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a package is text");
        write_if_new(&target, &localize(&text));
    }
}

/// Paths to the crates of this workspace, made absolute.
fn localize(text: &str) -> String {
    let crates = root().join("crates");
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.split_once("\"../") {
            Some((key, rest)) if rest.contains("crates/") => {
                let rest = rest.trim_start_matches("../").trim_start_matches("crates");
                lines.push(format!("{key}\"{}{rest}", crates.display()));
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// A file that is written anew is compiled anew.
fn write_if_new(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("a file can be written");
    }
}

fn package(name: &str) -> PathBuf {
    let to = scratch("packages").join(name);
    copy_package(&root().join("tests/rust").join(name), &to);
    lock(&to);
    to
}

fn lock(package: &Path) {
    if !package.join("Cargo.lock").exists() {
        fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).expect("the lock file can be copied");
    }
}

/// A package of one file.
fn program(name: &str, text: &str) -> PathBuf {
    let to = scratch("packages").join(name);
    fs::create_dir_all(to.join("src")).expect("a folder can be made");
    let crates = root().join("crates/rsenzyme-rs");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nrsenzyme-rs = {{ path = {:?} }}\n",
        crates.display().to_string()
    );
    write_if_new(&to.join("Cargo.toml"), &manifest);
    write_if_new(&to.join("src/main.rs"), text);
    lock(&to);
    to
}

/// cargo's environment without what the outer cargo set for this test, and with the stable toolchain.
fn clean(command: &mut Command) -> &mut Command {
    for name in [
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RSENZYME_OPTIONS",
        "RSENZYME_INNER_WRAPPER",
    ] {
        command.env_remove(name);
    }
    command
}

fn rsenzyme(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    clean(&mut command)
        .arg("rsenzyme")
        .args(arguments)
        .current_dir(folder);
    command.arg("--target-dir").arg(scratch("programs"));
    command
}

struct Ran {
    line: String,
    output: Output,
}

impl Ran {
    fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    #[track_caller]
    fn expect_success(self) -> Self {
        assert!(self.output.status.success(), "{}", self.text());
        self
    }

    /// Checks for cargo's own status of a failed build.
    #[track_caller]
    fn expect_error(self, texts: &[&str]) -> Self {
        assert_eq!(self.output.status.code(), Some(101), "{}", self.text());
        for text in texts {
            assert!(
                self.stderr().contains(text),
                "`{text}` is missing in {}",
                self.text()
            );
        }
        self
    }

    fn text(&self) -> String {
        format!("{}\n{}\n--- stderr\n{}", self.line, self.stdout(), self.stderr())
    }
}

fn run(command: &mut Command) -> Ran {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let line = format!("{command:?}");
    let output = command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
    Ran { line, output }
}

#[test]
fn every_shape_of_the_attributes() {
    let folder = package("attributes");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(
            ran.stdout().contains("all attributes are right"),
            "{}",
            ran.text()
        );
    }
}

#[test]
fn closures_and_rust_as_it_is() {
    let folder = package("closures");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(ran.stdout().contains("all closures are right"), "{}", ran.text());
    }
}

#[test]
fn gradients() {
    let folder = package("reverse");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(ran.stdout().contains("reverse mode is right"), "{}", ran.text());
    }
}

/// Several crates, a build script, a procedural macro, a profile of the user's, and the test harness.
#[test]
fn workspaces() {
    let folder = package("workspace");
    let ran = run(&mut rsenzyme(&folder, &["run", "--profile", "fast"])).expect_success();
    assert_eq!(ran.stdout().trim(), "36 27", "{}", ran.text());
    let again = run(&mut rsenzyme(&folder, &["build", "--profile", "fast"])).expect_success();
    assert!(
        !again.stderr().contains("Compiling"),
        "nothing changed: {}",
        again.text()
    );
    let tests = run(&mut rsenzyme(&folder, &["test", "-p", "app"])).expect_success();
    assert!(
        tests.stdout().contains("test derivatives_in_tests ... ok"),
        "{}",
        tests.text()
    );
}

const UNKNOWN: &str = "use rsenzyme_rs::derivative;
unsafe extern \"C\" {
    safe fn unknown_energy(x: f64) -> f64;
}
fn f(x: f64) -> f64 {
    x + unknown_energy(x)
}
fn main() {
    println!(\"{}\", derivative(f, 1.0));
}
";

#[test]
fn an_error_is_at_its_line() {
    let folder = program("unknown", UNKNOWN);
    let texts = [
        "error: ",
        "`unknown_energy`",
        "src/main.rs:6:9",
        "x + unknown_energy(x)",
        "could not compile `unknown`",
    ];
    let ran = run(&mut rsenzyme(&folder, &["build", "--release"])).expect_error(&texts);
    assert!(!ran.stderr().contains("linking with"), "{}", ran.text());
    assert!(!ran.stderr().contains("request.rs"), "{}", ran.text());
}

const SQUARE: &str = "fn main() {
    println!(\"{}\", rsenzyme_rs::derivative(|x: f64| x * x, 1.5));
}
";

/// Without the linker step there is no program, and the linker's message names what to do.
#[test]
fn plain_cargo_fails_to_link() {
    let folder = program("plain", SQUARE);
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clean(&mut command).arg("build").current_dir(&folder);
    let command = command.arg("--target-dir").arg(scratch("plain"));
    let _ = run(command).expect_error(&["BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]);
    assert!(
        !scratch("plain").join("debug/plain").exists(),
        "a program was written"
    );
}

/// Cargo and the step use no LLVM but the toolchain's: the loader says which libraries it opened in which process.
#[cfg(target_os = "linux")]
#[test]
fn only_the_toolchains_llvm_is_loaded() {
    let folder = program("loaded", SQUARE);
    let logs = scratch("loader");
    let _ = fs::remove_dir_all(&logs);
    fs::create_dir_all(&logs).expect("a folder can be made");
    // Written always, so that there is something to build.
    fs::write(folder.join("src/main.rs"), SQUARE).expect("it can be written");
    let mut command = rsenzyme(&folder, &["run", "--release"]);
    command
        .env("LD_DEBUG", "files")
        .env("LD_DEBUG_OUTPUT", logs.join("log"));
    let ran = run(&mut command).expect_success();
    assert_eq!(ran.stdout().trim(), "3", "{}", ran.text());
    let mut engine_ran = false;
    for entry in fs::read_dir(&logs).expect("the logs are there") {
        let log = fs::read(entry.expect("entries can be read").path()).expect("a log can be read");
        let log = String::from_utf8_lossy(&log).into_owned();
        engine_ran |= log.contains("transferring control: ") && log.contains("rsenzyme-codegen");
        for line in log
            .lines()
            .filter(|line| line.contains("calling init") && line.contains("libLLVM"))
        {
            assert!(
                line.contains("-rust-"),
                "a library that is not the toolchain's: {line}"
            );
        }
    }
    assert!(engine_ran, "the engine is not among the processes");
}

/// The example fits the parameters that its measurements were made with.
#[test]
fn least_squares() {
    let folder = scratch("packages").join("least_squares");
    copy_package(&root().join("examples/rust/least_squares"), &folder);
    lock(&folder);
    let ran = run(&mut rsenzyme(&folder, &["run", "--release"])).expect_success();
    let losses = ran.stdout();
    let loss = |step: usize| -> f64 {
        let line = losses.lines().nth(step).expect("there is a line for each step");
        let number = line.split("loss ").nth(1).and_then(|rest| rest.split(',').next());
        number.expect("it shows a loss").parse().expect("it is a number")
    };
    // 40 errors of variance 0.02^2 / 12 have this sum of squares, of which three parameters take a part.
    let noise = 40.0 * 0.02 * 0.02 / 12.0;
    assert!(loss(0) > 100.0 * noise && loss(7) < 2.0 * noise, "{}", ran.text());
}

#[test]
fn doctor_says_what_is_set() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    let ran = run(clean(&mut command).args(["rsenzyme", "doctor"])).expect_success();
    for text in ["lto = fat", "its LLVM library", "Nothing is missing."] {
        assert!(ran.stdout().contains(text), "{}", ran.text());
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    let ran = run(clean(&mut command)
        .args(["rsenzyme", "doctor"])
        .env("RUSTC", "/no/such/rustc"));
    assert!(
        !ran.output.status.success() && ran.stdout().contains("MISSING"),
        "{}",
        ran.text()
    );
}

#[test]
fn a_new_package_runs() {
    // Not in the target folder: cargo would make the package a member of the workspace around it.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let to = folder.path().join("demo");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    clean(&mut command).args(["rsenzyme", "new"]).arg(&to);
    let _ = run(&mut command).expect_success();
    lock(&to);
    let ran = run(&mut rsenzyme(&to, &["run", "--release"])).expect_success();
    assert!(
        ran.stdout().contains("rising by 10.190 m/s (closed form 10.190)"),
        "{}",
        ran.text()
    );
}
