//! Packages and programs for the tests of `cargo rsenzyme`.
//!
//! Every program is linked with fat LTO, so there are few of them, and all share one target folder. They run one after the other: cargo locks that
//! folder anyway.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// Held while cargo builds, so that a waiting test does not look slow.
pub static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the sources are there")
}

/// A place for files of these tests.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Copies a package to where it may be built, with this workspace's lock file: the same versions, and nothing to download.
pub fn copy_package(from: &Path, to: &Path) {
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
pub fn localize(text: &str) -> String {
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
pub fn write_if_new(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("a file can be written");
    }
}

/// A copy of a package of tests/rust.
pub fn package(name: &str) -> PathBuf {
    let to = scratch("packages").join(name);
    copy_package(&root().join("tests/rust").join(name), &to);
    lock(&to);
    to
}

/// Gives a package this workspace's lock file.
pub fn lock(package: &Path) {
    if !package.join("Cargo.lock").exists() {
        fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).expect("the lock file can be copied");
    }
}

/// A package of one file.
pub fn program(name: &str, text: &str) -> PathBuf {
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
pub fn clean(command: &mut Command) -> &mut Command {
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

/// `cargo rsenzyme` in a folder.
pub fn rsenzyme(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    clean(&mut command)
        .arg("rsenzyme")
        .args(arguments)
        .current_dir(folder);
    command.arg("--target-dir").arg(scratch("programs"));
    command
}

/// What a command did.
pub struct Ran {
    /// The command.
    pub line: String,
    /// Its end.
    pub output: Output,
}

impl Ran {
    /// What it printed.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// What it printed as errors.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// Checks for success.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!(self.output.status.success(), "{}", self.text());
        self
    }

    /// Checks for cargo's own status of a failed build.
    #[track_caller]
    pub fn expect_error(self, texts: &[&str]) -> Self {
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

    /// All of it, for messages.
    pub fn text(&self) -> String {
        format!("{}\n{}\n--- stderr\n{}", self.line, self.stdout(), self.stderr())
    }
}

/// Runs a command.
pub fn run(command: &mut Command) -> Ran {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let line = format!("{command:?}");
    let output = command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
    Ran { line, output }
}

/// Whether slow tests are to run (`cargo xtask test --full`); says which one is left out otherwise, and why.
pub fn is_full(why: &str) -> bool {
    let full = std::env::var_os("RSENZYME_TEST_FULL").is_some();
    if !full {
        println!("left out without --full: {why}");
    }
    full
}
