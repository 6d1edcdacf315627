//! Giving diagnostics to the host.
//!
//! The texts are collected first and emitted last, because opt would exit at the first error. A host that has no handler
//! for errors (opt; rustc in thin LTO) is left with status 1 after all have been printed, as LLVM itself does.

use engine::{Diagnostic, Severity};
use llvm_sys::LLVMDiagnosticSeverity;
use llvm_sys::core::LLVMGetModuleContext;
use llvm_sys::debuginfo::{
    LLVMDIFileGetFilename, LLVMDILocationGetColumn, LLVMDILocationGetLine, LLVMDILocationGetScope,
    LLVMDIScopeGetFile,
};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};

use crate::{glue, module};

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
        let mut text = format!("{PREFIX}{}", diagnostic.message);
        if diagnostic.severity != Severity::Error {
            // SAFETY: promised by the caller.
            text.push_str(&unsafe { place(diagnostic) }.unwrap_or_default());
        }
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

/// Where a warning is, as text: the kind of diagnostic that rustc takes for a warning has no location.
///
/// # Safety
///
/// As for [`emit`].
unsafe fn place(diagnostic: &Diagnostic) -> Option<String> {
    // SAFETY: promised by the caller; every step of the way is tested for null.
    unsafe {
        let function = (!diagnostic.function.is_null()).then(|| module::name(diagnostic.function))?;
        let in_function = format!(" (in function `{function}`)");
        if diagnostic.location.is_null() {
            return Some(in_function);
        }
        let file = LLVMDIScopeGetFile(LLVMDILocationGetScope(diagnostic.location));
        if file.is_null() {
            return Some(in_function);
        }
        let mut length = 0;
        let name = LLVMDIFileGetFilename(file, &mut length).cast::<u8>();
        let name = String::from_utf8_lossy(std::slice::from_raw_parts(name, length as usize));
        let line = LLVMDILocationGetLine(diagnostic.location);
        let column = LLVMDILocationGetColumn(diagnostic.location);
        Some(format!(" ({name}:{line}:{column}, in function `{function}`)"))
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

/// The warning of the option `self-test=warning`.
pub fn test_warning(function: LLVMValueRef) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        message: "the option self-test=warning is set".to_owned(),
        function,
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
