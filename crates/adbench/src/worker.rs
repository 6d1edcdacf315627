//! A column at work: the process `worker` (`harness/worker.c`), with a time limit on each of its answers.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::build::Built;

/// The sizes of a problem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Unknowns.
    pub inputs: u64,
    /// Outputs.
    pub outputs: u64,
    /// Entries of the derivative.
    pub size: u64,
    /// Directions in which forward mode has to go.
    pub directions: u64,
}

/// One call of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Checked {
    /// CPU time.
    pub seconds: f64,
    /// The most heap memory that it had at a time, in bytes.
    pub peak_heap: f64,
    /// How often it took memory from the heap.
    pub allocations: f64,
    /// The most memory that the process had until then, in bytes.
    pub peak_memory: f64,
}

/// A running worker. It is killed when this is dropped.
pub struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    errors: File,
    limit: Duration,
    /// The problem's sizes.
    pub sizes: Sizes,
}

impl Worker {
    /// Starts a worker and waits until it has opened the problem. Each answer may take as long as `limit`.
    ///
    /// # Errors
    /// If it ends, with what it said, or does not answer in time.
    pub fn start(
        executable: &Path,
        column: &Built,
        source: &str,
        kind: &str,
        scratch: &Path,
        limit: Duration,
    ) -> Result<Self> {
        let errors = tempfile::tempfile().context("a file for messages")?;
        let mut command = Command::new(executable);
        command.arg(&column.library).args([&column.symbol, source, kind]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.try_clone()?)
            .current_dir(scratch)
            // Threads of tensor libraries would only be counted, not faster: one each.
            .env("RAYON_NUM_THREADS", "1")
            // Ctrl-C is for the harness.
            .process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("starting {}", executable.display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("a worker without standard input or output");
        };
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut worker = Self {
            child,
            input,
            answers,
            errors,
            limit,
            sizes: Sizes::default(),
        };
        let numbers = worker.answer("ready")?;
        let at = |index: usize| numbers.get(index).map_or(0, |&number| number as u64);
        worker.sizes = Sizes {
            inputs: at(0),
            outputs: at(1),
            size: at(2),
            directions: at(3),
        };
        Ok(worker)
    }

    /// One call; values and derivative go to a file.
    ///
    /// # Errors
    /// If the column crashes or takes too long.
    pub fn check(&mut self, file: &Path) -> Result<Checked> {
        let numbers = self.ask(&format!("check {}", file.display()), "checked")?;
        let [seconds, peak_heap, allocations, kilobytes] = numbers[..] else {
            bail!("`checked` with {} numbers", numbers.len());
        };
        Ok(Checked {
            seconds,
            peak_heap,
            allocations,
            peak_memory: 1024.0 * kilobytes,
        })
    }

    /// Warms up, and finds how many calls take `least` seconds of CPU time: [`Worker::measure`] makes that many.
    ///
    /// # Errors
    /// If the column crashes or takes too long.
    pub fn tune(&mut self, least: f64) -> Result<u64> {
        let numbers = self.ask(&format!("tune {least}"), "tuned")?;
        Ok(numbers.first().map_or(1, |&calls| calls as u64))
    }

    /// CPU seconds of a call.
    ///
    /// # Errors
    /// If the column crashes or takes too long.
    pub fn measure(&mut self) -> Result<f64> {
        let numbers = self.ask("measure", "measured")?;
        numbers
            .first()
            .copied()
            .ok_or_else(|| anyhow!("`measured` without a number"))
    }

    /// How much what is in a file differs from the complex step in some random directions, relatively.
    ///
    /// # Errors
    /// If the worker ends.
    pub fn compare(&mut self, file: &Path, directions: u32) -> Result<f64> {
        let numbers = self.ask(&format!("compare {directions} {}", file.display()), "compared")?;
        // `inf` and `nan` are numbers of this language, too.
        numbers
            .first()
            .copied()
            .ok_or_else(|| anyhow!("`compared` without a number"))
    }

    fn ask(&mut self, command: &str, answer: &str) -> Result<Vec<f64>> {
        if writeln!(self.input, "{command}")
            .and_then(|()| self.input.flush())
            .is_err()
        {
            return Err(self.ended());
        }
        self.answer(answer)
    }

    fn answer(&mut self, expected: &str) -> Result<Vec<f64>> {
        let until = Instant::now() + self.limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.answers.recv_timeout(left) {
                Ok(line) => {
                    let mut words = line.split_whitespace();
                    // What a column itself prints is passed over.
                    if words.next() == Some(expected) {
                        return Ok(words.map_while(|word| word.parse().ok()).collect());
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.kill();
                    bail!("no answer within {} s", self.limit.as_secs_f64());
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
            }
        }
    }

    /// How the process ended, with what it said last.
    fn ended(&mut self) -> anyhow::Error {
        let how = match self.child.wait() {
            Ok(status) => match (status.code(), status.signal()) {
                (_, Some(signal)) => format!("crashed: {}", signal_name(signal)),
                (Some(code), _) => format!("ended with status {code}"),
                (None, None) => "ended".to_owned(),
            },
            Err(error) => format!("is lost: {error}"),
        };
        let mut said = String::new();
        let read = self
            .errors
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.errors.read_to_string(&mut said));
        if read.is_err() || said.trim().is_empty() {
            return anyhow!(how);
        }
        let last: Vec<&str> = said.trim().lines().rev().take(3).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        match last.join(" / ").strip_prefix("adbench: error: ") {
            Some(own) => anyhow!("{own}"),
            None => anyhow!("{how}: {}", last.join(" / ")),
        }
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        4 => "illegal instruction".into(),
        6 => "aborted".into(),
        7 => "bus error".into(),
        8 => "arithmetic exception".into(),
        9 => "killed (out of memory?)".into(),
        11 => "segmentation fault".into(),
        other => format!("signal {other}"),
    }
}
