//! What the user should look at although a derivative was made.

use ir::{FuncId, Inst};
use typeanalysis::{TypeWarning, UnknownBytes};

/// A warning, with its place in the imported function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The primal function.
    pub func: FuncId,
    /// The instruction of its body; `None` if the function as a whole is meant.
    pub inst: Option<Inst>,
    /// What there is to look at.
    pub kind: WarningKind,
}

/// What there is to look at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WarningKind {
    /// Bytes of unknown type were taken for an integer, because an instruction treats them as one. If they are the bits of a float a
    /// derivative is lost.
    #[error("guessed (loose types): {what} without a derivative; {unknown}")]
    Guess {
        /// What is taken for what.
        what: String,
        /// The bytes.
        unknown: Box<UnknownBytes>,
    },
    /// Type analysis left something out.
    #[error("{0}")]
    Types(TypeWarning),
}

impl From<&TypeWarning> for Warning {
    fn from(warning: &TypeWarning) -> Self {
        let (func, inst) = match *warning {
            TypeWarning::TooDeep { func, inst, .. } => (func, inst),
            TypeWarning::BadAnnotation { func, inst, .. } => (func, Some(inst)),
        };
        Self {
            func,
            inst,
            kind: WarningKind::Types(warning.clone()),
        }
    }
}

/// Warnings in the order in which they were found, each once: a function is differentiated once for each request, and in two parts.
#[derive(Clone, Default, Debug)]
pub struct Warnings(Vec<Warning>);

impl Warnings {
    /// Notes those that are not there yet.
    pub fn add(&mut self, found: impl IntoIterator<Item = Warning>) {
        for warning in found {
            if !self.0.contains(&warning) {
                self.0.push(warning);
            }
        }
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Warning] {
        &self.0
    }
}
