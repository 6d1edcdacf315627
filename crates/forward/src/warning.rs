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
    /// Bytes of unknown type were taken for an integer, because the instruction computes with integers. If they are the bits of a float
    /// a derivative is lost.
    #[error("guessed (loose types): the operands of `{name}` are integers without a derivative; {unknown}")]
    Guess {
        /// The operation.
        name: String,
        /// The bytes.
        unknown: Box<UnknownBytes>,
    },
    /// Type analysis left something out.
    #[error("{0}")]
    Types(TypeWarning),
}
