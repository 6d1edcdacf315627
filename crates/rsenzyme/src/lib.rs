//! rsenzyme: automatic differentiation of LLVM IR.
mod diagnostic;
mod engine;
mod lower;
mod options;
mod order;
mod raw;
mod request;
mod subject;

pub use diagnostic::{Diagnostic, Outcome, Severity};
pub use lower::lower;
pub use options::{OptionError, OptionInfo, Options};
pub use subject::subject;
