//! Giving diagnostics to the host.
//!
//! The texts are collected first and emitted last, because opt would exit at the first error. A host that has no handler
//! for errors (opt; rustc in thin LTO) is left with status 1 after all have been printed, as LLVM itself does.

use engine::{Diagnostic, Severity};
use llvm_sys::LLVMDiagnosticSeverity;
use llvm_sys::core::LLVMGetModuleContext;
use llvm_sys::prelude::LLVMModuleRef;

use crate::glue;

/// What stands in front of every message.
const PREFIX: &str = "rs-enzyme: ";

/// Emits all, in their order.
///
/// # Safety
///
/// `module` is live, and the functions and locations that the diagnostics name are in it or null.
pub unsafe fn emit(module: LLVMModuleRef, diagnostics: &[Diagnostic]) {
    let mut must_exit = false;
    for diagnostic in diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => LLVMDiagnosticSeverity::LLVMDSError,
            Severity::Warning => LLVMDiagnosticSeverity::LLVMDSWarning,
            Severity::Note => LLVMDiagnosticSeverity::LLVMDSNote,
        };
        let text = format!("{PREFIX}{}", diagnostic.message);
        // SAFETY: promised by the caller; the text lives until the call returns.
        let taken = unsafe {
            glue::rsenzyme_glue_diagnose(
                LLVMGetModuleContext(module),
                diagnostic.function,
                diagnostic.location,
                text.as_ptr().cast(),
                text.len(),
                severity,
            )
        };
        must_exit |= !taken;
    }
    if must_exit {
        // SAFETY: nothing of this library needs to be run at the end of the process.
        unsafe { glue::rsenzyme_glue_leave() }
    }
}

/// An error of the whole module.
pub fn module_error(message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        message,
        function: std::ptr::null_mut(),
        location: std::ptr::null_mut(),
    }
}

/// An error in this library.
pub fn internal_error(subject: &str, panic: &str) -> Diagnostic {
    module_error(format!(
        "internal error in rs-enzyme while processing {subject}: {panic}; please report it with the input \
         (RSENZYME_BACKTRACE=1 prints where it was)"
    ))
}
