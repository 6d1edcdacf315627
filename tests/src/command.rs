//! External commands: run with a time limit, with everything that they print kept for the message of a failed test.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use wait_timeout::ChildExt as _;

/// How long a program of the corpus may take. It needs a small fraction of that.
pub const PROGRAM_LIMIT: Duration = Duration::from_secs(30);

/// How long one run of a compiler may take. Eigen needs some seconds, and several times that on a machine that has other work.
pub const TOOL_LIMIT: Duration = Duration::from_secs(120);

/// A command that ended by itself.
pub struct Finished {
    /// The command line, for messages.
    pub line: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output, then standard error.
    pub output: String,
}

impl Finished {
    /// The exit code, or none if a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// This, if the command succeeded.
    ///
    /// # Errors
    /// With the command line and all output if it did not.
    pub fn success(self) -> Result<Self> {
        if self.status.success() {
            return Ok(self);
        }
        bail!("{self}")
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$ {}\n{}{}", self.line, self.output, self.status)
    }
}

/// A program from LLVM 22 by its plain name (`clang`): `RSENZYME_CLANG` in the environment, else `clang-22`.
pub fn tool(name: &str) -> String {
    let variable = format!("RSENZYME_{}", name.to_uppercase().replace(['-', '+'], "_"));
    std::env::var(variable).unwrap_or_else(|_| format!("{name}-22"))
}

/// Runs a compiler or the like in `folder`.
///
/// # Errors
/// If it cannot be started or does not end in time. A bad exit status is no error here.
pub fn run<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: &[S], folder: &Path) -> Result<Finished> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    run_command(command, TOOL_LIMIT)
}

/// Runs a command that is already set up.
///
/// # Errors
/// If it cannot be started or does not end in time. A bad exit status is no error here.
pub fn run_command(mut command: Command, limit: Duration) -> Result<Finished> {
    let line = line_of(&command);
    let mut sink = tempfile::tempfile().context("a file for the output")?;
    command
        .stdin(Stdio::null())
        .stdout(sink.try_clone()?)
        .stderr(sink.try_clone()?);
    let mut child = command.spawn().with_context(|| format!("starting {line}"))?;
    let status = child.wait_timeout(limit)?;
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    let mut bytes = Vec::new();
    sink.seek(SeekFrom::Start(0))?;
    sink.read_to_end(&mut bytes)?;
    let output = String::from_utf8_lossy(&bytes).into_owned();
    match status {
        Some(status) => Ok(Finished { line, status, output }),
        None => bail!("$ {line}\n{output}did not end within {} s", limit.as_secs()),
    }
}

/// The command as one would type it.
fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
