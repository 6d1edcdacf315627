//! Results as files for other programs: JSON and CSV.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::results::{Cell, Measured};

/// All cells as they are.
///
/// # Errors
/// If the file cannot be written.
pub fn json(cells: &[Cell], folder: &Path) -> Result<PathBuf> {
    let path = folder.join("results.json");
    fs::write(&path, serde_json::to_string_pretty(cells)?).with_context(|| path.display().to_string())?;
    Ok(path)
}

const HEADER: [&str; 18] = [
    "objective",
    "derivative",
    "input",
    "unknowns",
    "column",
    "seconds",
    "ratio",
    "least",
    "most",
    "rounds",
    "calls",
    "heap_bytes",
    "heap_beyond_primal_bytes",
    "allocations",
    "memory_bytes",
    "pass_seconds",
    "difference",
    "problem",
];

/// A line for each cell.
///
/// # Errors
/// If the file cannot be written.
pub fn csv(cells: &[Cell], folder: &Path) -> Result<PathBuf> {
    let path = folder.join("results.csv");
    let mut writer = csv::Writer::from_path(&path).with_context(|| path.display().to_string())?;
    writer.write_record(HEADER)?;
    for cell in cells {
        let case = &cell.case;
        let mut record = vec![
            case.objective.clone(),
            case.kind.name().to_owned(),
            case.input.clone(),
            case.unknowns.to_string(),
            cell.column.title().to_owned(),
        ];
        record.extend(numbers(cell.measured()));
        let pass = cell
            .pass_seconds
            .map_or(String::new(), |seconds| seconds.to_string());
        let difference = cell
            .measured()
            .map_or(String::new(), |measured| measured.difference.to_string());
        record.extend([pass, difference, cell.problem().unwrap_or_default().to_owned()]);
        writer.write_record(&record)?;
    }
    writer.flush().with_context(|| path.display().to_string())?;
    Ok(path)
}

fn numbers(measured: Option<&Measured>) -> [String; 10] {
    let Some(m) = measured else {
        return Default::default();
    };
    [
        m.seconds.to_string(),
        m.ratio.to_string(),
        m.least.to_string(),
        m.most.to_string(),
        m.rounds.to_string(),
        m.calls.to_string(),
        m.heap.to_string(),
        m.heap_beyond_primal.to_string(),
        m.allocations.to_string(),
        m.memory.to_string(),
    ]
}
