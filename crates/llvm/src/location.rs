//! What people need to find an instruction: its source line, and its text.

use std::fmt;

use ir::Origin;
use llvm_sys::debuginfo;
use llvm_sys::prelude::{LLVMMetadataRef, LLVMValueRef};

use crate::ffi::{Val, string, sys, take_message};

/// Characters of an instruction that a message shows.
const MAX_TEXT: usize = 160;

/// A place in source code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceLocation {
    /// The file, with its folder if the compiler gave a relative path.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 if unknown.
    pub column: u32,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The debug location of an imported instruction; null if it has none.
///
/// # Safety
/// The origin must be of an instruction that is alive.
pub unsafe fn debug_location(origin: Origin) -> LLVMMetadataRef {
    // SAFETY: by the contract above.
    let inst = unsafe { Val::new(origin.0 as LLVMValueRef) };
    inst.debug_loc()
        .map_or(std::ptr::null_mut(), |location| location.raw())
}

/// What a debug location says.
///
/// # Safety
/// `location` must be null or a `DILocation` of a context that is alive.
pub unsafe fn source_location(location: LLVMMetadataRef) -> Option<SourceLocation> {
    if location.is_null() {
        return None;
    }
    // SAFETY: by the contract above; the texts belong to the context and are copied at once. A scope without a file gives null.
    unsafe {
        let scope = debuginfo::LLVMDILocationGetScope(location);
        let file = debuginfo::LLVMDIScopeGetFile(scope);
        if file.is_null() {
            return None;
        }
        let mut len = 0;
        let name = debuginfo::LLVMDIFileGetFilename(file, &raw mut len);
        Some(SourceLocation {
            file: string(name, len as usize),
            line: debuginfo::LLVMDILocationGetLine(location),
            column: debuginfo::LLVMDILocationGetColumn(location),
        })
    }
}

/// An imported instruction as LLVM prints it, without metadata, cut to a readable length.
///
/// Printing numbers the values and metadata of the whole module: only for messages.
///
/// # Safety
/// The origin must be of an instruction that is alive.
pub unsafe fn instruction_text(origin: Origin) -> String {
    // SAFETY: by the contract above; the text is taken over.
    let text = unsafe { take_message(sys::LLVMPrintValueToString(origin.0 as LLVMValueRef)) };
    let text = text.trim();
    let text = text
        .split_once(", !")
        .map_or(text, |(instruction, _metadata)| instruction);
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
