//! The provisional measurement: each derivative's time as a ratio to the primal's, its heap memory, and what making it took.
//!
//! For each objective one executable with all its columns, every column compiled at the same level by the same compiler. `bench.c`
//! says how it is timed. What cannot be compiled or does not end is said, and the rest of the table still comes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use corpus::command::{run, run_command, tool};
use indicatif::ProgressBar;

use crate::compile::{self, Setting};
use crate::objective::{Column, OBJECTIVES, Objective};

/// How long all measurements of one input may take.
const LIMIT: Duration = Duration::from_secs(600);

/// What to measure, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The plugin.
    pub plugin: PathBuf,
    /// A folder of ADBench's files. Without it, inputs are generated.
    pub data: Option<PathBuf>,
    /// Only cases (objective and input) whose name contains this.
    pub filter: String,
    /// How often each column is measured.
    pub rounds: u32,
    /// The least CPU time of a measurement, in seconds.
    pub seconds: f64,
    /// How the objective is compiled.
    pub setting: Setting,
}

/// Measures all cases and prints the table line by line as it grows.
///
/// # Errors
/// If inputs cannot be found or made. What fails in one objective is a line of the table.
pub fn run_all(options: &Options) -> Result<()> {
    let scratch = tempfile::tempdir().context("a folder for executables")?;
    println!("{HEADER}");
    for objective in OBJECTIVES {
        let folder = scratch.path().join(objective.name);
        let sources = sources(&objective, options, &folder)?;
        if sources.is_empty() {
            continue;
        }
        let spinner = ProgressBar::new_spinner().with_message(format!("compiling {}", objective.name));
        spinner.enable_steady_tick(Duration::from_millis(200));
        let built = spinner.suspend(|| build(&objective, options, &folder));
        match built {
            Err(error) => println!("{}: error: {error:#}", objective.name),
            Ok(program) => {
                for problem in &program.problems {
                    println!("{}: error: {problem}", objective.name);
                }
                for source in &sources {
                    spinner.set_message(format!("measuring {source}"));
                    let lines = measure(&program, source, options)
                        .unwrap_or_else(|error| format!("{source}: error: {error:#}"));
                    spinner.suspend(|| println!("{lines}"));
                }
            }
        }
        spinner.finish_and_clear();
    }
    Ok(())
}

const HEADER: &str = "case                              column        time      ratio (least - most)   heap beyond primal   allocations  pass      difference";

/// The inputs of an objective that the filter lets through.
fn sources(objective: &Objective, options: &Options, folder: &Path) -> Result<Vec<String>> {
    let all = match &options.data {
        None => objective.generated_sources(&folder.join("inputs"))?,
        Some(data) => {
            let files = objective.data_files(data)?;
            let mut all: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            all.extend(objective.kernel_sources());
            all
        }
    };
    let chosen = |source: &String| format!("{} {source}", objective.name).contains(&options.filter);
    Ok(all.into_iter().filter(chosen).collect())
}

/// An executable, and what making each of its columns took.
struct Program {
    executable: PathBuf,
    passes: Vec<(Column, Duration)>,
    problems: Vec<String>,
}

fn build(objective: &Objective, options: &Options, folder: &Path) -> Result<Program> {
    let mut objects = compile::common(objective, "bench", options.setting.level, &folder.join("common"))?;
    let mut program = Program {
        executable: folder.join("bench"),
        passes: Vec::new(),
        problems: Vec::new(),
    };
    for column in objective.columns() {
        // One column of each name has a place in an executable; forward mode is not timed here.
        if matches!(column, Column::Forward | Column::JacobianByRow) {
            continue;
        }
        let own = folder.join(column.name());
        match compile::column(objective, column, options.setting, &options.plugin, &own) {
            Ok(object) => {
                objects.push(object);
                if column.request().is_some() {
                    program.passes.push((column, pass_time(&own, &options.plugin)?));
                }
            }
            Err(error) => program.problems.push(format!("{}: {error:#}", column.name())),
        }
    }
    compile::link(&objects, &program.executable)?;
    Ok(program)
}

/// The CPU time of the pass and of the passes of LLVM that it runs: the median of three runs, by `opt`'s own clock.
fn pass_time(folder: &Path, plugin: &Path) -> Result<Duration> {
    let mut seconds = Vec::new();
    for _ in 0..3 {
        let load = format!("-load-pass-plugin={}", plugin.display());
        let arguments = [
            load.as_str(),
            "-passes=rs-enzyme",
            "-time-passes",
            "-disable-output",
            compile::REQUEST,
        ];
        let finished = run(tool("opt"), &arguments, folder)?.success()?;
        let totals = finished
            .output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Total Execution Time: "));
        seconds.push(
            totals
                .filter_map(|rest| rest.split(' ').next()?.parse::<f64>().ok())
                .sum(),
        );
    }
    seconds.sort_by(f64::total_cmp);
    Ok(Duration::from_secs_f64(seconds[1]))
}

/// One line of `bench.c`.
struct Row<'a> {
    column: &'a str,
    numbers: [f64; 7],
}

fn rows(output: &str) -> Vec<Row<'_>> {
    let row = |line| -> Option<Row<'_>> {
        let mut words = str::split(line, '\t');
        let column = words.next()?;
        let numbers: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
        Some(Row {
            column,
            numbers: numbers.try_into().ok()?,
        })
    };
    output.lines().filter_map(row).collect()
}

fn measure(program: &Program, source: &str, options: &Options) -> Result<String> {
    let mut command = Command::new(&program.executable);
    command.args([source, &options.rounds.to_string(), &options.seconds.to_string()]);
    let finished = run_command(command, LIMIT)?.success()?;
    let rows = rows(&finished.output);
    ensure!(!rows.is_empty(), "{finished}");
    let primal_heap = rows[0].numbers[4];
    let mut lines = String::new();
    for row in &rows {
        let [seconds, ratio, least, most, peak, allocations, difference] = row.numbers;
        let pass = program
            .passes
            .iter()
            .find(|(column, _)| column.name() == row.column);
        let pass = pass.map_or(String::new(), |(_, time)| {
            format!("{:.0} ms", time.as_secs_f64() * 1e3)
        });
        let verdict = if difference > 1e-6 {
            format!("error: {difference:.1e}")
        } else {
            format!("{difference:.1e}")
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            lines,
            "{:<33} {:<13} {:<9} {ratio:<5.2} ({least:.2} - {most:.2})     {:<20} {allocations:<12} {pass:<9} {verdict}",
            short(source),
            row.column,
            time(seconds),
            bytes(peak - primal_heap),
        );
    }
    lines.truncate(lines.trim_end().len());
    Ok(lines)
}

/// The last two parts of a path, or a kernel's name and size.
fn short(source: &str) -> String {
    let path = Path::new(source);
    let file = path
        .file_stem()
        .map_or_else(|| source.into(), |stem| stem.to_string_lossy());
    let folder = path.parent().and_then(Path::file_name);
    match folder {
        Some(folder) if source.contains("hand") => format!("{}/{file}", folder.to_string_lossy()),
        _ => file.into_owned(),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

fn bytes(count: f64) -> String {
    match count {
        b if b.abs() < 1e4 => format!("{b} B"),
        b if b.abs() < 1e7 => format!("{:.1} kB", b / 1e3),
        b => format!("{:.1} MB", b / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::{rows, short};

    #[test]
    fn reads_what_bench_prints() {
        let text = "primal\t1e-3\t1\t1\t1\t100\t2\t0\nwarning: not a row\nreverse\t3e-3\t3\t2.9\t3.1\t400\t5\t1e-16\n";
        let rows = rows(text);
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].column, rows[1].numbers[1]), ("reverse", 3.0));
    }

    #[test]
    fn cases_have_short_names() {
        assert_eq!(short("/data/gmm/1k/gmm_d2_K5.txt"), "gmm_d2_K5");
        assert_eq!(short("/data/hand/simple_big/hand5.txt"), "simple_big/hand5");
        assert_eq!(short("fft:1024"), "fft:1024");
    }
}
