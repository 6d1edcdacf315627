//! What the engine tells its host.

use llvm_sys::prelude::LLVMValueRef;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// For information.
    Note,
    /// The result is right, but the user should look.
    Warning,
    /// The request was not carried out: compilation must fail.
    Error,
}

/// A message with its place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The text: what, where, remedy.
    pub message: String,
    /// The function that it is about; null if it is about the module.
    pub function: LLVMValueRef,
    /// The instruction whose source location it has; null if there is none.
    pub instruction: LLVMValueRef,
}

/// What lowering did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Whether the module changed.
    pub changed: bool,
    /// What to tell the user, in the order of the module.
    pub diagnostics: Vec<Diagnostic>,
}
