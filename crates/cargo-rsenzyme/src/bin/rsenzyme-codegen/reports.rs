//! What the engine says, for the user.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_rsenzyme::step::{Level, Place, Report};
use llvm_sys::core::LLVMDisposeMessage;
use llvm_sys::debuginfo::{
    LLVMDIFileGetDirectory, LLVMDIFileGetFilename, LLVMDILocationGetColumn, LLVMDILocationGetInlinedAt,
    LLVMDILocationGetLine, LLVMDILocationGetScope, LLVMDIScopeGetFile,
};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};
use rsenzyme::{Diagnostic, Severity};

/// Inlining deeper than this is not shown.
const MAX_PLACES: usize = 32;

/// The engine's diagnostics with their places, while the module lives. `requests` are the functions to differentiate, each with the location
/// of a request for it: the place of what is said about such a function without a place.
pub(crate) fn of(diagnostics: &[Diagnostic], requests: &[(LLVMValueRef, LLVMMetadataRef)]) -> Vec<Report> {
    let report = |diagnostic: &Diagnostic| {
        let request = requests.iter().find(|(target, _)| *target == diagnostic.function);
        let own = places(diagnostic.location);
        Report {
            level: match diagnostic.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
                Severity::Note => Level::Note,
            },
            message: diagnostic.message.clone(),
            places: match request {
                Some((_, location)) if own.is_empty() => places(*location),
                _ => own,
            },
        }
    };
    diagnostics.iter().map(report).collect()
}

/// Whether a file is the part of `rsenzyme-rs` that makes requests: users know nothing of it.
fn is_glue(file: &Path) -> bool {
    file.ends_with("rsenzyme-rs/src/request.rs")
}

/// A place and where it was inlined, without those in this project's own glue.
fn places(mut location: LLVMMetadataRef) -> Vec<Place> {
    let mut places = Vec::new();
    while !location.is_null() && places.len() < MAX_PLACES {
        // SAFETY: the location and what it leads to belong to the module's context, which is alive; a scope is never null.
        unsafe {
            let file = file(LLVMDIScopeGetFile(LLVMDILocationGetScope(location)));
            if !is_glue(&file) {
                places.push(Place {
                    file,
                    line: LLVMDILocationGetLine(location) as usize,
                    column: LLVMDILocationGetColumn(location) as usize,
                });
            }
            location = LLVMDILocationGetInlinedAt(location);
        }
    }
    places
}

/// # Safety
/// `file` is null or a `DIFile` that is alive.
unsafe fn file(file: LLVMMetadataRef) -> PathBuf {
    if file.is_null() {
        return PathBuf::new();
    }
    // SAFETY: promised by the caller; the texts have as many bytes as LLVM says.
    let text = |get: unsafe extern "C" fn(LLVMMetadataRef, *mut u32) -> *const std::ffi::c_char| unsafe {
        let mut length = 0;
        let start = get(file, &raw mut length);
        if start.is_null() {
            return String::new();
        }
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), length as usize);
        String::from_utf8_lossy(bytes).into_owned()
    };
    Path::new(&text(LLVMDIFileGetDirectory)).join(text(LLVMDIFileGetFilename))
}

/// Writes reports, one JSON object a line.
pub(crate) fn write(path: &Path, reports: &[Report]) -> Result<()> {
    let mut text = String::new();
    for report in reports {
        writeln!(text, "{}", serde_json::to_string(report)?)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A message that LLVM allocated, which is freed.
///
/// # Safety
/// `message` is null or a message of LLVM's that nobody else frees.
pub(crate) unsafe fn take_message(message: *mut std::ffi::c_char) -> String {
    if message.is_null() {
        return "no reason given".to_owned();
    }
    // SAFETY: promised by the caller.
    unsafe {
        let text = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeMessage(message);
        text
    }
}
