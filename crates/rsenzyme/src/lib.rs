//! rsenzyme: automatic differentiation of LLVM IR.
mod diagnostic;
mod options;
mod raw;
mod request;

pub use diagnostic::{Diagnostic, Outcome, Severity};
pub use options::{OptionError, OptionInfo, Options};

/// Carries out all requests for derivatives in a module.
///
/// # Safety
/// `module` must be a live module of an LLVM 22 that is in this process, and no other thread may use its context.
pub unsafe fn lower(module: llvm_sys::prelude::LLVMModuleRef, options: &Options) -> Outcome {
    let _ = (module, options);
    Outcome::default()
}
