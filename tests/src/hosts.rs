//! The hosts of the plugin: where they are, how they are run, what they said.
//!
//! A missing host fails a test with the command that installs it; a test that is skipped without a word would hide that
//! nothing was tested.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::{command, plugin};

/// The plugin that cargo built for these tests.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn plugin() -> PathBuf {
    plugin::path().unwrap_or_else(|error| panic!("{error:#}"))
}

/// A host that loads pass plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `opt`.
    Opt,
    /// `clang`.
    Clang,
    /// `clang++`.
    ClangPlusPlus,
    /// `flang`.
    Flang,
    /// rustc of the stable toolchain, with unstable options allowed.
    RustcStable,
    /// rustc of the nightly toolchain.
    RustcNightly,
}

/// All compilers, which take sources and give programs. `opt` is none.
pub const COMPILERS: [Host; 5] = [
    Host::Clang,
    Host::ClangPlusPlus,
    Host::Flang,
    Host::RustcStable,
    Host::RustcNightly,
];

impl Host {
    /// The host's command without arguments.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    #[must_use]
    pub fn command(self) -> Command {
        match self {
            Self::Opt => tool("opt"),
            Self::Clang => tool("clang"),
            Self::ClangPlusPlus => tool("clang++"),
            Self::Flang => tool("flang"),
            Self::RustcStable | Self::RustcNightly => {
                let mut command = Command::new(self.sysroot().join("bin/rustc"));
                command.env("RUSTC_BOOTSTRAP", "1");
                command
            }
        }
    }

    /// The host's command with the plugin.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    #[must_use]
    pub fn with_plugin(self) -> Command {
        let mut command = self.command();
        let plugin = plugin();
        command.arg(match self {
            Self::Opt => format!("-load-pass-plugin={}", plugin.display()),
            Self::Clang | Self::ClangPlusPlus | Self::Flang => format!("-fpass-plugin={}", plugin.display()),
            Self::RustcStable | Self::RustcNightly => format!("-Zllvm-plugins={}", plugin.display()),
        });
        command
    }

    /// The file of the LLVM library that supplies the plugin's symbols in this host.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn llvm_library(self) -> PathBuf {
        let folder = match self {
            Self::RustcStable | Self::RustcNightly => self.sysroot().join("lib"),
            _ => {
                let output = run(tool("llvm-config").arg("--libdir"));
                PathBuf::from(output.stdout.trim())
            }
        };
        let files = folder.read_dir().expect("the folder of the library can be read");
        let mut libraries: Vec<PathBuf> = files
            .filter_map(|entry| Some(entry.ok()?.path()))
            // Rust's `libLLVM-22-rust-*.so` is a linker script.
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("libLLVM.so.22"))
            })
            .collect();
        libraries.sort();
        libraries
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no libLLVM 22 in {}", folder.display()))
    }

    /// The folder of a Rust toolchain. `RSENZYME_STABLE` and `RSENZYME_NIGHTLY` name others than rustup's channels.
    fn sysroot(self) -> PathBuf {
        let (variable, channel) = match self {
            Self::RustcStable => ("RSENZYME_STABLE", "stable"),
            _ => ("RSENZYME_NIGHTLY", "nightly"),
        };
        let toolchain = std::env::var(variable).unwrap_or_else(|_| channel.to_owned());
        let output = run(Command::new("rustup").args(["run", &toolchain, "rustc", "--print=sysroot"]));
        assert!(
            output.success(),
            "`cargo xtask install` installs Rust toolchains: {output}"
        );
        PathBuf::from(output.stdout.trim())
    }
}

/// The command of a program of LLVM 22, by its plain name.
#[must_use]
pub fn tool(name: &str) -> Command {
    Command::new(command::tool(name))
}

/// What a program did.
#[derive(Debug)]
pub struct Ran {
    /// The command line.
    pub line: String,
    /// The exit status, or `None` after a signal.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ran {
    /// Whether the status is 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }

    /// Whether the program failed in the way in which compilers report errors: not by a signal, not by an abort that a
    /// shell would give a status of 128 or more.
    #[must_use]
    pub fn failed_cleanly(&self) -> bool {
        self.code.is_some_and(|code| code > 0 && code < 128)
    }

    /// Itself, if the status is 0.
    ///
    /// # Panics
    ///
    /// Otherwise, with all that the program wrote.
    #[must_use]
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!(self.success(), "{self}");
        self
    }

    /// Itself, if it failed cleanly with `text` on standard error.
    ///
    /// # Panics
    ///
    /// Otherwise, with all that the program wrote.
    #[must_use]
    #[track_caller]
    pub fn expect_error(self, text: &str) -> Self {
        assert!(self.failed_cleanly(), "should have failed cleanly: {self}");
        assert!(
            self.stderr.contains(text),
            "`{text}` is not in what it wrote: {self}"
        );
        self
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "`{}` ended with {:?}\n--- stdout\n{}\n--- stderr",
            self.line, self.code, self.stdout
        )?;
        f.write_str(&self.stderr)
    }
}

/// Runs a command to its end.
///
/// # Panics
///
/// If it cannot be started.
#[must_use]
pub fn run(command: &mut Command) -> Ran {
    // Options of whoever runs the tests must not leak into them.
    if !command.get_envs().any(|(name, _)| name == "RSENZYME_OPTIONS") {
        command.env_remove("RSENZYME_OPTIONS");
    }
    let line = format!("{command:?}");
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{line}: {error} (`cargo xtask doctor` shows what is missing)"));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran {
        line,
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

/// A folder that exists as long as the test.
pub struct Scratch(TempDir);

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Scratch {
    /// A new, empty folder.
    ///
    /// # Panics
    ///
    /// If the system refuses.
    #[must_use]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// The path of the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The path of a file in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and gives its path.
    ///
    /// # Panics
    ///
    /// If the system refuses.
    #[must_use]
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a temporary file can be written");
        path
    }

    /// Reads a file.
    ///
    /// # Panics
    ///
    /// If it is not there.
    #[must_use]
    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}
