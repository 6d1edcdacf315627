//! One case: all its columns are run, compared, and timed in interleaved rounds.
//!
//! Each column is a process of its own, so that one that crashes or hangs only loses its cell. First every column is called once. The reference
//! is the first whose values and derivative agree with the complex step in random directions (see [`REFERENCES`]); the others are compared
//! with it, entry by entry. Then each that is right is warmed up, and in each round the primal and every column are measured in turn, so that what the
//! machine does meanwhile meets all of them; what counts is the ratio to the primal of the same round.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::build::Built;
use crate::column::Column;
use crate::objective::Kind;
use crate::results::{Measured, Outcome};
use crate::worker::{Checked, Sizes, Worker};

/// Set when the user asks to stop: what has been measured by then is kept.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Whether the user asked to stop.
#[must_use]
pub fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// Differences from the reference above this are errors.
pub const TOLERANCE: f64 = 1e-6;

/// In this order columns are asked to be the reference.
pub const REFERENCES: [Column; 5] = [
    Column::Manual,
    Column::Opt,
    Column::Clang,
    Column::Forward,
    Column::FiniteDifferences,
];

/// How long and how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// How often each column is measured.
    pub rounds: usize,
    /// The least CPU time of a measurement.
    pub seconds: f64,
    /// The most wall-clock time of an answer of a column.
    pub limit: Duration,
}

/// What a case consists of.
pub struct Task<'a> {
    /// The executable for this objective.
    pub worker: &'a Path,
    /// The primal.
    pub primal: &'a Built,
    /// The file or `name:size`.
    pub source: &'a str,
    /// What is computed.
    pub kind: Kind,
    /// How long and how often.
    pub effort: Effort,
    /// A folder for results of columns and for their own files.
    pub scratch: &'a Path,
}

/// A column that answered.
struct Running<'a> {
    column: &'a Column,
    worker: Worker,
    checked: Checked,
    difference: f64,
    calls: u64,
    rounds: usize,
    seconds: Vec<f64>,
    ratios: Vec<f64>,
}

impl<'a> Task<'a> {
    fn start(&self, column: &Built, kind: &str) -> Result<Worker> {
        Worker::start(
            self.worker,
            column,
            self.source,
            kind,
            self.scratch,
            self.effort.limit,
        )
    }

    fn file(&self, column: &Column) -> PathBuf {
        self.scratch.join(format!("{}.numbers", column.slug()))
    }

    /// Opens the problem and evaluates the primal.
    ///
    /// # Errors
    /// If the data file is malformed or the primal fails: there is no such case.
    pub fn sizes(&self) -> Result<Sizes> {
        Ok(self.start(self.primal, self.kind.name())?.sizes)
    }

    /// Measures columns; `others` may serve as the reference, but are not timed. `progress` is told what happens. Returns what came out, in the
    /// order of `columns`; columns that had no turn before the user stopped have no outcome.
    ///
    /// # Errors
    /// If the primal itself fails, or there is no reference.
    pub fn run(
        &self,
        columns: &'a [(Column, Built)],
        others: &'a [(Column, Built)],
        progress: &dyn Fn(&str),
    ) -> Result<Vec<(Column, Outcome)>> {
        let primal_column = Column::Primal;
        let mut primal = self
            .open(&primal_column, self.primal, self.sizes()?, None)
            .context("the primal")?;
        let mut outcomes = Vec::new();
        let mut running = Vec::new();
        for (column, built) in columns.iter().filter(|(column, _)| *column != Column::Primal) {
            if stopped() {
                break;
            }
            progress(&format!("running {}", column.title()));
            match self.open(column, built, primal.worker.sizes, Some(primal.checked.seconds)) {
                Ok(one) => running.push(one),
                Err(error) => outcomes.push((column.clone(), failed(&error))),
            }
        }
        let reference = self.reference(&running, others, progress)?;
        let mut right = Vec::new();
        for mut one in running {
            match self.compare(&one, &reference) {
                Ok((difference, _)) if difference <= TOLERANCE => {
                    one.difference = difference;
                    right.push(one);
                }
                Ok((difference, message)) => {
                    outcomes.push((one.column.clone(), Outcome::Wrong { difference, message }))
                }
                Err(error) => outcomes.push((one.column.clone(), failed(&error))),
            }
        }
        self.rounds(&mut primal, right, &mut outcomes, progress)?;
        if columns.iter().any(|(column, _)| *column == Column::Primal) {
            outcomes.extend(outcome(&primal, &primal).map(|outcome| (Column::Primal, outcome)));
        }
        Ok(outcomes)
    }

    /// Starts a column and calls it once.
    fn open<'b>(
        &self,
        column: &'b Column,
        built: &Built,
        sizes: Sizes,
        primal: Option<f64>,
    ) -> Result<Running<'b>> {
        let limit = self.effort.limit.as_secs_f64();
        let evaluations = column.evaluations(sizes.directions);
        let least = evaluations as f64 * primal.unwrap_or(0.0);
        if least > limit {
            bail!(
                "takes at least {least:.0} s, for {evaluations} evaluations of the primal; the limit is {limit} s"
            );
        }
        let kind = if column.is_primal() {
            "primal"
        } else {
            self.kind.name()
        };
        let mut worker = self.start(built, kind)?;
        if *column == Column::Primal {
            worker.sizes = sizes;
        }
        let checked = worker.check(&self.file(column))?;
        let rounds = (0.5 * limit / checked.seconds) as usize;
        Ok(Running {
            column,
            worker,
            checked,
            difference: 0.0,
            calls: 1,
            rounds: rounds.clamp(1, self.effort.rounds),
            seconds: Vec::new(),
            ratios: Vec::new(),
        })
    }

    /// The first column that agrees with the complex step; the primal if there are only values to compare.
    fn reference(
        &self,
        running: &[Running<'_>],
        others: &[(Column, Built)],
        progress: &dyn Fn(&str),
    ) -> Result<Reference> {
        let derivatives = running.iter().filter(|one| !one.column.is_primal());
        let mut candidates: Vec<&Column> = derivatives.map(|one| one.column).collect();
        if candidates.is_empty() {
            // Only values: those of the primal in C.
            let numbers = read_numbers(&self.file(&Column::Primal))?;
            let outputs = numbers.len();
            let title = Column::Primal.title().to_owned();
            return Ok(Reference {
                title,
                numbers,
                outputs,
            });
        }
        candidates.extend(
            others
                .iter()
                .map(|(column, _)| column)
                .filter(|column| REFERENCES.contains(column)),
        );
        let place = |column: &Column| {
            REFERENCES
                .iter()
                .position(|reference| reference == column)
                .unwrap_or(REFERENCES.len())
        };
        candidates.sort_by_key(|column| place(column));
        progress("comparing with the complex step");
        let mut judge = self.start(self.primal, self.kind.name())?;
        let mut differences = Vec::new();
        for column in candidates {
            let file = self.file(column);
            if !running.iter().any(|one| one.column == column) {
                let Some((_, built)) = others.iter().find(|(other, _)| other == column) else {
                    continue;
                };
                if self
                    .start(built, self.kind.name())
                    .and_then(|mut worker| worker.check(&file))
                    .is_err()
                {
                    continue;
                }
            }
            let difference = judge.compare(&file, 3)?;
            if difference <= TOLERANCE {
                let numbers = read_numbers(&file)?;
                return Ok(Reference {
                    title: column.title().to_owned(),
                    numbers,
                    outputs: judge.sizes.outputs as usize,
                });
            }
            differences.push(format!("{} {difference:.1e}", column.title()));
        }
        bail!(
            "no column agrees with the complex step: {}",
            differences.join(", ")
        )
    }

    /// The largest difference of a column from the reference, and what it is between.
    fn compare(&self, one: &Running<'_>, reference: &Reference) -> Result<(f64, String)> {
        let numbers = read_numbers(&self.file(one.column))?;
        let primal = one.column.is_primal();
        let (values, derivative) = reference.numbers.split_at(reference.outputs);
        ensure!(
            numbers.len() == values.len() + if primal { 0 } else { derivative.len() },
            "gave {} numbers where {} gave {}",
            numbers.len(),
            reference.title,
            reference.numbers.len()
        );
        let (own_values, own_derivative) = numbers.split_at(reference.outputs);
        let by_value = difference(own_values, values);
        let by_derivative = if primal {
            0.0
        } else {
            difference(own_derivative, derivative)
        };
        let what = if by_value > by_derivative {
            "values"
        } else {
            "derivative"
        };
        let worst = by_value.max(by_derivative);
        let message = format!(
            "{what} differ from those of {} by {worst:.1e}, relatively",
            reference.title
        );
        Ok((
            worst,
            message.replace("derivative differ from those", "derivative differs from that"),
        ))
    }

    fn rounds(
        &self,
        primal: &mut Running<'_>,
        mut right: Vec<Running<'_>>,
        outcomes: &mut Vec<(Column, Outcome)>,
        progress: &dyn Fn(&str),
    ) -> Result<()> {
        tune(primal, self.effort).context("the primal")?;
        let mut number = 0;
        for round in 0..self.effort.rounds {
            if stopped() {
                break;
            }
            progress(&format!("round {} of {}", round + 1, self.effort.rounds));
            let base = primal.worker.measure().context("the primal")?;
            primal.seconds.push(base);
            primal.ratios.push(1.0);
            let mut still = Vec::new();
            for mut one in right {
                let done = one.seconds.len() >= one.rounds || (stopped() && round > 0);
                match if done {
                    Ok(())
                } else {
                    measure(&mut one, base, self.effort)
                } {
                    Ok(()) => still.push(one),
                    Err(error) => outcomes.push((one.column.clone(), failed(&error))),
                }
            }
            right = still;
            number += 1;
        }
        if number > 0 {
            let done = right
                .iter()
                .filter_map(|one| Some((one.column.clone(), outcome(one, primal)?)));
            outcomes.extend(done);
        }
        Ok(())
    }
}

/// The numbers that others are compared with.
struct Reference {
    title: String,
    numbers: Vec<f64>,
    outputs: usize,
}

fn failed(error: &anyhow::Error) -> Outcome {
    Outcome::Failed {
        message: format!("{error:#}"),
    }
}

fn tune(one: &mut Running<'_>, effort: Effort) -> Result<()> {
    if one.checked.seconds < effort.seconds {
        one.calls = one.worker.tune(effort.seconds)?;
    }
    Ok(())
}

fn measure(one: &mut Running<'_>, primal: f64, effort: Effort) -> Result<()> {
    if one.seconds.is_empty() {
        tune(one, effort)?;
    }
    let seconds = one.worker.measure()?;
    one.seconds.push(seconds);
    one.ratios.push(seconds / primal);
    Ok(())
}

/// None if it was never measured.
fn outcome(one: &Running<'_>, primal: &Running<'_>) -> Option<Outcome> {
    let fold = |pick: fn(f64, f64) -> f64| one.ratios.iter().copied().reduce(pick);
    Some(Outcome::Measured(Measured {
        seconds: median(&one.seconds)?,
        ratio: median(&one.ratios)?,
        least: fold(f64::min)?,
        most: fold(f64::max)?,
        rounds: one.ratios.len(),
        calls: one.calls,
        heap: one.checked.peak_heap,
        heap_beyond_primal: one.checked.peak_heap - primal.checked.peak_heap,
        allocations: one.checked.allocations,
        memory: one.checked.peak_memory,
        difference: one.difference,
    }))
}

/// The middle number, or the mean of the two in the middle.
fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    match sorted.len() % 2 {
        0 => Some(0.5 * (sorted[sorted.len() / 2 - 1] + upper)),
        _ => Some(upper),
    }
}

fn read_numbers(file: &Path) -> Result<Vec<f64>> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    Ok(bytes
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f64::from_ne_bytes(bytes))
        .collect())
}

/// The largest difference relative to the number it should be, or to a thousandth of the largest of all if that is more: numbers that others cancel
/// in have no digits of their own. Infinite where there is no number.
fn difference(got: &[f64], want: &[f64]) -> f64 {
    let size = want.iter().fold(0.0, |most: f64, number| most.max(number.abs()));
    let mut most = 0.0;
    for (got, want) in got.iter().zip(want) {
        if got != want {
            let relative = (got - want).abs() / want.abs().max(1e-3 * size);
            most = if relative.is_nan() {
                f64::INFINITY
            } else {
                relative.max(most)
            };
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::{difference, median};

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn differences_are_relative_and_no_number_is_infinitely_different() {
        assert_eq!(difference(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert!((difference(&[1.0, 2.2], &[1.0, 2.0]) - 0.1).abs() < 1e-12);
        // Small beside the largest: relative to a thousandth of it.
        assert!((difference(&[1000.0, 0.1], &[1000.0, 0.0]) - 0.1).abs() < 1e-12);
        assert_eq!(difference(&[f64::NAN], &[1.0]), f64::INFINITY);
        assert_eq!(difference(&[0.0, f64::NAN, 1.0], &[0.0, 0.0, 1.0]), f64::INFINITY);
        assert_eq!(difference(&[1.0], &[0.0]), f64::INFINITY);
    }
}
