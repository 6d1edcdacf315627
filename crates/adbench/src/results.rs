//! What was measured, and the file that keeps it, so that a run that was interrupted goes on where it was.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::objective::Kind;

/// A derivative of an objective at an input: a row of the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Case {
    /// The objective's place in the list of objectives, which is the order of rows.
    pub order: usize,
    /// The objective's name.
    pub objective: String,
    /// What is computed of it.
    pub kind: Kind,
    /// The number of unknowns; 0 if the input could not be opened.
    pub unknowns: u64,
    /// A short name of the input.
    pub input: String,
}

/// A case in a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The row.
    pub case: Case,
    /// The column.
    pub column: Column,
    /// What came out.
    pub outcome: Outcome,
    /// CPU seconds of the pass that made the derivative, where it can be told from the rest of the compilation.
    pub pass_seconds: Option<f64>,
    /// Wall-clock seconds of everything that made the column.
    pub build_seconds: Option<f64>,
    /// What it was made of and how it was measured. A cell with the same key is not measured again.
    pub key: u64,
}

/// What came out of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A time.
    Measured(Measured),
    /// Its values or its derivative are not those of the other columns: no time.
    Wrong {
        /// The largest relative difference.
        difference: f64,
        /// What was compared with what.
        message: String,
    },
    /// It could not be made, crashed or took too long.
    Failed {
        /// What happened.
        message: String,
    },
}

/// A time, and what else was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// CPU seconds of a call: the median over rounds.
    pub seconds: f64,
    /// The ratio to the primal of the same round: the median over rounds.
    pub ratio: f64,
    /// The smallest ratio.
    pub least: f64,
    /// The largest ratio.
    pub most: f64,
    /// How often it was measured.
    pub rounds: usize,
    /// How many calls each measurement was of.
    pub calls: u64,
    /// The most heap memory in a call, in bytes.
    pub heap: f64,
    /// What of it the primal does not need.
    pub heap_beyond_primal: f64,
    /// How often a call takes memory from the heap.
    pub allocations: f64,
    /// The most memory of the process, in bytes, the problem and the results included.
    pub memory: f64,
    /// The largest relative difference from the reference.
    pub difference: f64,
}

impl Cell {
    /// What was measured, if anything was.
    #[must_use]
    pub fn measured(&self) -> Option<&Measured> {
        match &self.outcome {
            Outcome::Measured(measured) => Some(measured),
            Outcome::Wrong { .. } | Outcome::Failed { .. } => None,
        }
    }

    /// Why there is no time.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Measured(_) => None,
            Outcome::Wrong { message, .. } | Outcome::Failed { message } => Some(message),
        }
    }
}

/// The cells of this and of earlier runs, on disk: a line of JSON for each cell, the latest last.
pub struct Store {
    path: PathBuf,
    cells: BTreeMap<String, Cell>,
}

fn name(case: &Case, column: &Column) -> String {
    format!(
        "{} {} {} {}",
        case.objective,
        case.kind.name(),
        case.input,
        column.slug()
    )
}

impl Store {
    /// Opens the file in a folder; lines that were cut off when a run was killed are passed over.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub fn open(folder: &Path, fresh: bool) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let path = folder.join("cells.jsonl");
        if fresh && path.exists() {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
        let text = match path.exists() {
            true => fs::read_to_string(&path).with_context(|| path.display().to_string())?,
            false => String::new(),
        };
        let cells = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Cell>(line).ok());
        let cells = cells.map(|cell| (name(&cell.case, &cell.column), cell)).collect();
        Ok(Self { path, cells })
    }

    /// The cell, if it was measured under this key.
    #[must_use]
    pub fn find(&self, case: &Case, column: &Column, key: u64) -> Option<&Cell> {
        self.cells.get(&name(case, column)).filter(|cell| cell.key == key)
    }

    /// Keeps cells.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, cells: &[Cell]) -> Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path);
        let file = file
            .as_mut()
            .map_err(|error| anyhow::anyhow!("{}: {error}", self.path.display()))?;
        for cell in cells {
            // A run that was killed may have left half a line.
            writeln!(file, "\n{}", serde_json::to_string(cell)?)
                .with_context(|| self.path.display().to_string())?;
            self.cells.insert(name(&cell.case, &cell.column), cell.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(column: Column, key: u64) -> Cell {
        let case = Case {
            order: 0,
            objective: "gmm".into(),
            kind: Kind::Gradient,
            unknowns: 5,
            input: "gmm_d2_K5".into(),
        };
        Cell {
            case,
            column,
            outcome: Outcome::Measured(Measured {
                seconds: 1.0,
                ..Measured::default()
            }),
            pass_seconds: None,
            build_seconds: Some(0.5),
            key,
        }
    }

    #[test]
    fn what_was_measured_is_found_again_and_what_changed_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path(), false).expect("it opens");
        let (one, peer) = (cell(Column::Opt, 1), cell(Column::Peer("x".into()), 2));
        store.add(&[one.clone(), peer.clone()]).expect("it is written");
        let again = Store::open(folder.path(), false).expect("it opens");
        assert_eq!(again.find(&one.case, &one.column, 1), Some(&one));
        assert_eq!(again.find(&peer.case, &peer.column, 2), Some(&peer));
        assert_eq!(again.find(&one.case, &one.column, 7), None);
        assert_eq!(again.find(&one.case, &Column::Manual, 1), None);
        let fresh = Store::open(folder.path(), true).expect("it opens");
        assert_eq!(fresh.find(&one.case, &one.column, 1), None);
    }

    #[test]
    fn half_a_line_of_a_killed_run_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = cell(Column::Opt, 1);
        let text = serde_json::to_string(&one).expect("it is text");
        fs::write(folder.path().join("cells.jsonl"), &text[..text.len() / 2]).expect("it is written");
        let mut store = Store::open(folder.path(), false).expect("it opens");
        assert_eq!(store.find(&one.case, &one.column, 1), None);
        store.add(std::slice::from_ref(&one)).expect("it is written");
        let again = Store::open(folder.path(), false).expect("it opens");
        assert_eq!(again.find(&one.case, &one.column, 1), Some(&one));
    }
}
