//! Why an execution stops.

use thiserror::Error;

use super::memory::MemoryError;
use crate::context::FuncId;
use crate::inst::Inst;

/// An execution that stopped.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("@{name}: {kind}{}", self.place())]
pub struct Trap {
    /// The function.
    pub func: FuncId,
    /// Its symbol.
    pub name: Box<str>,
    /// The instruction, if one was being executed.
    pub inst: Option<Inst>,
    /// The instruction as text.
    pub text: Box<str>,
    /// Why.
    pub kind: TrapKind,
}

impl Trap {
    fn place(&self) -> String {
        if self.text.is_empty() {
            String::new()
        } else {
            format!(", in `{}`", self.text)
        }
    }
}

/// Reasons why an execution stops.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum TrapKind {
    /// More instructions than the limit allows.
    #[error("the limit of {0} instructions is reached")]
    StepLimit(u64),
    /// More calls within each other than the limit allows.
    #[error("the limit of {0} calls within each other is reached")]
    DepthLimit(usize),
    /// An access that memory refuses.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A decision, address, count or callee that is undefined.
    #[error("the {0} is undefined")]
    Undefined(&'static str),
    /// A division by zero or of the least integer by -1.
    #[error("the division has no result")]
    Division,
    /// `unreachable`, or a trap instruction.
    #[error("a path that must not be taken is taken")]
    Unreachable,
    /// A function that has no body and that the host does not know.
    #[error("`{0}` has no body and is not supplied")]
    NoBody(String),
    /// A function of the host that failed.
    #[error("`{name}` failed: {message}")]
    External {
        /// The function.
        name: String,
        /// Why.
        message: String,
    },
    /// A call of an address that is no function, or with arguments that it does not take.
    #[error("the callee takes no such arguments")]
    Callee,
    /// Something that this interpreter does not model.
    #[error("{0} is not supported by the interpreter")]
    Unsupported(String),
    /// Integer arithmetic on the bits of a float that has a tangent: its derivative is not known.
    #[error("integer arithmetic on the bits of a float that has a tangent")]
    TangentThroughInteger,
}
