//! What the parts tell each other about one link.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the linker step and `rsenzyme-codegen` need to know: from the wrapper, by an environment variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The whole program after fat LTO, as rustc writes it.
    pub bitcode: PathBuf,
    /// The object to make of it.
    pub object: PathBuf,
    /// Where reports are written, one JSON object a line.
    pub reports: PathBuf,
    /// rustc's `-C opt-level`: `0` to `3`, `s` or `z`.
    pub opt_level: String,
    /// rustc's `-C relocation-model`, if given.
    pub relocation_model: Option<String>,
    /// rustc's `-C code-model`, if given.
    pub code_model: Option<String>,
    /// Whether debug information is dropped once the derivatives are made.
    pub strip: bool,
    /// The linker to call.
    pub linker: PathBuf,
    /// The toolchain's LLVM library.
    pub llvm: PathBuf,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The link fails.
    Error,
    /// The derivative is right, but the user should look.
    Warning,
    /// For information.
    Note,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, absolute or as rustc was given it.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in bytes, counted from 1; 0 if it is unknown.
    pub column: usize,
}

/// A message of `rsenzyme-codegen` to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How bad it is.
    pub level: Level,
    /// What, where, remedy.
    pub message: String,
    /// Where it is in the source, and where that was inlined: the innermost first.
    pub places: Vec<Place>,
}
