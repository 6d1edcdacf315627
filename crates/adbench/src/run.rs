//! All cases, one after the other: columns are made, what is not yet known is measured, the table is printed as it grows.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::build::{Built, Fingerprint, Tools};
use crate::column::{Column, Recipe};
use crate::measure::{Effort, Task, stopped};
use crate::objective::{Kind, OBJECTIVES, Objective};
use crate::package;
use crate::report;
use crate::results::{Case, Cell, Outcome, Store};

/// What to measure, and how.
pub struct Options {
    /// What columns are made with.
    pub tools: Tools,
    /// The columns.
    pub columns: Vec<Column>,
    /// A folder of ADBench's files. Without it, inputs are generated.
    pub data: Option<PathBuf>,
    /// Only cases (objective, kind and input) whose name contains this.
    pub filter: String,
    /// Few inputs, and none of the columns that take minutes to be compiled.
    pub quick: bool,
    /// How long and how often.
    pub effort: Effort,
    /// Where results go.
    pub output: PathBuf,
    /// Measure again what is known.
    pub fresh: bool,
}

/// A case, and where its input is.
struct Work {
    case: Case,
    objective: Objective,
    source: String,
    /// The content of the input.
    fingerprint: u64,
}

/// Measures all cases; returns all their cells, those of earlier runs among them.
///
/// # Errors
/// If inputs cannot be found or made, or results not be kept. What fails in one cell is in the cell.
pub fn all(options: &Options) -> Result<Vec<Cell>> {
    let mut store = Store::open(&options.output, options.fresh)?;
    let scratch = tempfile::tempdir().context("a folder for results")?;
    let work = work(options, &options.tools.folder.join("inputs"))?;
    ensure!(!work.is_empty(), "no case has `{}` in its name", options.filter);
    let bar = ProgressBar::new(work.len() as u64).with_style(style()?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let mut cells = Vec::new();
    for item in work {
        if stopped() {
            break;
        }
        bar.set_prefix(report::case_name(&item.case));
        let done = one(options, &mut store, item, scratch.path(), &|text| {
            bar.set_message(text.to_owned())
        })?;
        bar.suspend(|| report::print_case(&done));
        cells.extend(done);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(cells)
}

fn style() -> Result<ProgressStyle> {
    ProgressStyle::with_template("{spinner} [{elapsed_precise}] {pos}/{len} {prefix}: {msg}")
        .context("the progress line")
}

/// The cells of a case.
fn one(
    options: &Options,
    store: &mut Store,
    mut item: Work,
    scratch: &Path,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Vec<Cell>> {
    let (objective, kind) = (item.objective, item.case.kind);
    let worker = options.tools.worker(&objective)?;
    let wanted: Vec<(Column, Recipe)> = wanted(options, &objective, kind);
    let mut made = make_all(options, &wanted, &objective, kind, progress);
    let Some(primal) = made.iter().find_map(|(column, built)| match (column, built) {
        (Column::Primal, Ok(built)) => Some(built.clone()),
        _ => None,
    }) else {
        let problem = made
            .into_iter()
            .find_map(|(column, built)| built.err().filter(|_| column == Column::Primal));
        return Ok(vec![failed(
            &item.case,
            Column::Primal,
            problem.unwrap_or_else(|| "was not made".into()),
        )]);
    };
    let task = Task {
        worker: &worker,
        primal: &primal,
        source: &item.source,
        kind,
        effort: options.effort,
        scratch,
    };
    match task.sizes() {
        Ok(sizes) => item.case.unknowns = sizes.inputs,
        // A malformed file: said once, not in every column.
        Err(error) => return Ok(vec![failed(&item.case, Column::Primal, format!("{error:#}"))]),
    }
    let key = |built: &Built| {
        let mut key = Fingerprint::default();
        key.text(&format!(
            "{} {} {:?}",
            built.fingerprint, primal.fingerprint, options.effort
        ));
        key.text(&item.fingerprint.to_string());
        key.finish()
    };
    let (mut cells, mut missing, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for (column, built) in made.drain(..) {
        match built {
            Err(message) => cells.push(failed(&item.case, column, message)),
            Ok(built) => match store.find(&item.case, &column, key(&built)) {
                Some(cell) => {
                    cells.push(cell.clone());
                    known.push((column, built));
                }
                None => missing.push((column, built)),
            },
        }
    }
    if !missing.is_empty() {
        let fresh = measured(&item.case, &task, &missing, &known, &key, progress);
        // What was cut short is shown, but measured again next time.
        if !stopped() {
            store.add(&fresh)?;
        }
        cells.extend(fresh);
    }
    cells.sort_by_key(|cell| place(&options.columns, &cell.column));
    Ok(cells)
}

fn measured<'a>(
    case: &Case,
    task: &Task<'a>,
    missing: &'a [(Column, Built)],
    known: &'a [(Column, Built)],
    key: &dyn Fn(&Built) -> u64,
    progress: &dyn Fn(&str),
) -> Vec<Cell> {
    let outcomes = match task.run(missing, known, progress) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            let message = format!("{error:#}");
            missing
                .iter()
                .map(|(column, _)| {
                    (
                        column.clone(),
                        Outcome::Failed {
                            message: message.clone(),
                        },
                    )
                })
                .collect()
        }
    };
    let cell = |(column, outcome): (Column, Outcome)| {
        let (_, built) = missing.iter().find(|(other, _)| *other == column)?;
        Some(Cell {
            case: case.clone(),
            column,
            outcome,
            pass_seconds: built.pass.map(|time| time.as_secs_f64()),
            build_seconds: built.build.map(|time| time.as_secs_f64()),
            key: key(built),
        })
    };
    outcomes.into_iter().filter_map(cell).collect()
}

fn failed(case: &Case, column: Column, message: String) -> Cell {
    Cell {
        case: case.clone(),
        column,
        outcome: Outcome::Failed { message },
        pass_seconds: None,
        build_seconds: None,
        key: 0,
    }
}

fn place(columns: &[Column], column: &Column) -> usize {
    columns.iter().position(|other| other == column).unwrap_or(0)
}

/// The columns that have a recipe for this objective.
fn wanted(options: &Options, objective: &Objective, kind: Kind) -> Vec<(Column, Recipe)> {
    let mut wanted = Vec::new();
    for column in &options.columns {
        let Some(recipe) = column.recipe(objective, kind) else {
            continue;
        };
        if options.quick && !is_quick(options, column, recipe, objective) {
            continue;
        }
        wanted.push((column.clone(), recipe));
    }
    wanted
}

/// Whether a column is part of a quick run: its compilation is, unless it was compiled before, a matter of seconds.
fn is_quick(options: &Options, column: &Column, recipe: Recipe, objective: &Objective) -> bool {
    match recipe {
        Recipe::Package { package, feature } if column.is_heavy() => {
            package::was_built(&options.tools, package, feature)
        }
        Recipe::Cxx(_) => objective.sizes.is_empty(),
        _ => true,
    }
}

/// Makes all columns, as many at a time as there are processors.
fn make_all(
    options: &Options,
    wanted: &[(Column, Recipe)],
    objective: &Objective,
    kind: Kind,
    progress: &(dyn Fn(&str) + Sync),
) -> Vec<(Column, Result<Built, String>)> {
    let next = Mutex::new(wanted.iter());
    let made = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let take = || next.lock().ok()?.next();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((column, recipe)) = take() {
                    progress(&format!("making {}", column.title()));
                    let built = options.tools.column(column, *recipe, objective, kind);
                    let built = built.map_err(|error| first_lines(&format!("{error:#}")));
                    if let Ok(mut made) = made.lock() {
                        made.push((column.clone(), built));
                    }
                }
            });
        }
    });
    made.into_inner().unwrap_or_default()
}

/// A compiler's message without the rest of what it printed.
fn first_lines(message: &str) -> String {
    let errors: Vec<&str> = message
        .lines()
        .filter(|line| line.contains("error") && !line.starts_with("$ "))
        .take(3)
        .collect();
    match errors.is_empty() {
        // A crash: the command, and how it began.
        true => message.lines().take(5).collect::<Vec<_>>().join("\n"),
        false => errors.join("\n"),
    }
}

/// The cases that the filter lets through, in the order of the table.
fn work(options: &Options, inputs: &Path) -> Result<Vec<Work>> {
    let mut all = Vec::new();
    for (order, objective) in OBJECTIVES.into_iter().enumerate() {
        let mut sources = match &options.data {
            Some(data) if objective.sizes.is_empty() => match objective.data_files(data) {
                Ok(files) => files.iter().map(|file| file.display().to_string()).collect(),
                Err(error) => {
                    eprintln!("{}: no input: {error:#}", objective.name);
                    Vec::new()
                }
            },
            _ => objective.generated_sources(&inputs.join(objective.name))?,
        };
        if options.quick {
            // The second smallest is large enough to show something.
            sources = sources.into_iter().take(2).next_back().into_iter().collect();
        }
        for &kind in objective.kinds {
            for source in &sources {
                let input = short(source);
                let case = Case {
                    order,
                    objective: objective.name.into(),
                    kind,
                    unknowns: 0,
                    input,
                };
                if report::case_name(&case).contains(&options.filter) {
                    let fingerprint = input_fingerprint(source)?;
                    all.push(Work {
                        case,
                        objective,
                        source: source.clone(),
                        fingerprint,
                    });
                }
            }
        }
    }
    Ok(all)
}

/// The content of an input and of the model beside it; of a kernel the size.
fn input_fingerprint(source: &str) -> Result<u64> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.text(source);
    let path = Path::new(source);
    // A file that is not there is a cell that says so.
    if path.is_file() {
        fingerprint.path(path)?;
        let model = path.with_file_name("model");
        if model.is_dir() {
            fingerprint.path(&model)?;
        }
    }
    Ok(fingerprint.finish())
}

/// The file's name; for a hand its folder too; a kernel's name and size.
fn short(source: &str) -> String {
    let path = Path::new(source);
    let file = path
        .file_stem()
        .map_or_else(|| source.into(), |stem| stem.to_string_lossy());
    match path.parent().and_then(Path::file_name) {
        Some(folder) if file.starts_with("hand") => format!("{}/{file}", folder.to_string_lossy()),
        _ => file.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{first_lines, short};

    #[test]
    fn inputs_have_short_names() {
        assert_eq!(short("/data/gmm/1k/gmm_d2_K5.txt"), "gmm_d2_K5");
        assert_eq!(short("/data/hand/simple_big/hand5.txt"), "simple_big/hand5");
        assert_eq!(short("fft:1024"), "fft:1024");
    }

    #[test]
    fn messages_are_short() {
        assert_eq!(
            first_lines("$ clang x\nfile.c:1: error: no\nnote: y"),
            "file.c:1: error: no"
        );
        assert_eq!(first_lines("there is no peer"), "there is no peer");
    }
}
