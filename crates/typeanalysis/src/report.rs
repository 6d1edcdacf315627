//! What the analysis tells people: derivations, contradictions, warnings.

use std::fmt;

use ir::{FuncId, Inst, Value};

use crate::base::BaseType;
use crate::tree::{Path, TreeError, TypeTree};

/// What made a fact known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// An instruction.
    Inst(Inst),
    /// The caller, or whoever asked for the analysis.
    Seed,
    /// A constant expression or global variable.
    Constant,
}

/// One step of a derivation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The value that became known, unless it is part of a constant.
    pub value: Option<Value>,
    /// What made it known.
    pub cause: Cause,
    /// Why, as a sentence without its full stop.
    pub why: &'static str,
    /// What is known about the value since then.
    pub tree: TypeTree,
}

/// Why a fact is known: the step that gave it, then the step that this one relied on, and so on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Derivation {
    /// Where the fact holds.
    pub path: Path,
    /// The fact.
    pub base: BaseType,
    /// The steps, the last one first.
    pub steps: Vec<Step>,
}

/// Two facts about one value that no bits satisfy.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("contradictory types of one value: known {known}, and also {added}: {error}")]
pub struct Contradiction {
    /// The function.
    pub func: FuncId,
    /// The value; `None` for a part of a constant.
    pub value: Option<Value>,
    /// What was known.
    pub known: TypeTree,
    /// What was to be added.
    pub added: TypeTree,
    /// What made the addition.
    pub cause: Cause,
    /// Why, as a sentence without its full stop.
    pub why: &'static str,
    /// Where they clash.
    pub error: TreeError,
    /// Why the first was known.
    pub known_because: Vec<Step>,
    /// Why the second would be, after the addition itself.
    pub added_because: Vec<Step>,
}

/// Something that the analysis left out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypeWarning {
    /// Facts behind too many pointers.
    TooDeep {
        /// The function.
        func: FuncId,
        /// The instruction, if it is one.
        inst: Option<Inst>,
        /// The limit.
        limit: usize,
        /// The tree that is too deep.
        tree: String,
    },
    /// An `enzyme_type` that is no tree.
    BadAnnotation {
        /// The function.
        func: FuncId,
        /// The instruction.
        inst: Inst,
        /// The text.
        text: String,
        /// What is wrong.
        error: TreeError,
    },
}

impl fmt::Display for TypeWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep { limit, tree, .. } => {
                write!(
                    f,
                    "not handling more than {limit} pointer lookups deep dt: {tree}"
                )
            }
            Self::BadAnnotation { text, error, .. } => write!(f, "bad enzyme_type {text}: {error}"),
        }
    }
}
