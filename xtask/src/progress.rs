//! Running another program while showing that something happens.
//!
//! A step shows a spinner with the last line that the program wrote, and the time it takes. If the program
//! fails, all of what it wrote is shown. Without a terminal (in CI) one line is printed at the start and one at
//! the end of each step, and every half minute in between.

use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a step without a terminal says that it is still at work.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// The command as a user would type it.
pub fn command_line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains([' ', '\'', '"', '*', '(', ')', '<', '>', '|', '&', ';']) {
            format!("'{}'", word.replace('\'', r"'\''"))
        } else {
            word.into_owned()
        }
    }));
    words.join(" ")
}

/// Runs `command` to its end, showing `title`, and returns what it wrote (standard output and error in the
/// order of arrival).
///
/// # Errors
///
/// When the program cannot be started or ends with a status other than 0; then what it wrote has been shown.
pub fn step(title: &str, command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child
            .stdout
            .take()
            .map(|stream| forward_lines(stream, sender.clone())),
        child
            .stderr
            .take()
            .map(|stream| forward_lines(stream, sender.clone())),
    ];
    drop(sender);
    let text = show_until_closed(title, start, &lines);
    for reader in readers.into_iter().flatten() {
        // A reader only ends early when its stream does, and then there is nothing more to show.
        let _ = reader.join();
    }
    let status = child
        .wait()
        .with_context(|| format!("cannot wait for `{line}`"))?;
    if !status.success() {
        eprintln!("{text}");
        bail!("{title}: `{line}` failed with {status}");
    }
    println!("{title}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(text)
}

/// Sends every line of `stream` to `sender` until the stream ends.
fn forward_lines(stream: impl Read + Send + 'static, sender: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if sender.send(line).is_err() {
                break;
            }
        }
    })
}

/// Collects lines until every sender is gone, and shows the last one.
fn show_until_closed(title: &str, start: Instant, lines: &mpsc::Receiver<String>) -> String {
    let terminal = std::io::stderr().is_terminal();
    let bar = if terminal {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} [{elapsed}] {wide_msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(title.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    if !terminal {
        println!("{title} ...");
    }
    let mut text = String::new();
    let mut last = String::new();
    let mut next_heartbeat = Instant::now() + HEARTBEAT;
    loop {
        match lines.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
                if !line.trim().is_empty() {
                    bar.set_message(line.clone());
                    last = line;
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        if !terminal && Instant::now() >= next_heartbeat {
            println!("{title}: {} s, {last}", start.elapsed().as_secs());
            next_heartbeat += HEARTBEAT;
        }
    }
    bar.finish_and_clear();
    text
}
