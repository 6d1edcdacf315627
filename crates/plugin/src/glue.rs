//! What `glue.cpp` and this library give each other. The signatures of the two files must agree.

use std::ffi::{c_char, c_int, c_void};

use llvm_sys::LLVMDiagnosticSeverity;
use llvm_sys::prelude::{LLVMContextRef, LLVMMetadataRef, LLVMModuleRef, LLVMValueRef};

use crate::{options, panics, passes};

unsafe extern "C" {
    /// Emits a diagnostic; false if the host has no way to remember the error, so that the caller must exit.
    pub fn rsenzyme_glue_diagnose(
        context: LLVMContextRef,
        function: LLVMValueRef,
        location: LLVMMetadataRef,
        text: *const c_char,
        length: usize,
        severity: LLVMDiagnosticSeverity,
    ) -> bool;
    /// Ends the process as LLVM does after an error that nobody handles.
    pub fn rsenzyme_glue_leave() -> !;
    /// Adds an option to the host's command line. Both texts must live as long as the process.
    pub fn rsenzyme_glue_add_option(name: *const c_char, help: *const c_char, is_flag: bool);
    /// Registers the names of the passes with a `llvm::PassBuilder`, for pipelines that ask for them.
    pub fn rsenzyme_glue_register_names(pass_builder: *mut c_void);
    /// Registers the passes with a `llvm::PassBuilder`: their names, and where they run by themselves.
    pub fn rsenzyme_glue_register_passes(pass_builder: *mut c_void);
    /// The version of the plugin interface in the headers that the glue was compiled with.
    pub fn rsenzyme_glue_api_version() -> u32;
}

/// The text that C++ gave as pointer and length, or `None` if it is not UTF-8.
///
/// # Safety
///
/// `text` points to `length` readable bytes that stay unchanged for `'a`, or `length` is 0.
unsafe fn text<'a>(text: *const c_char, length: usize) -> Option<&'a str> {
    if length == 0 {
        return Some("");
    }
    // SAFETY: promised by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    std::str::from_utf8(bytes).ok()
}

/// See `glue.cpp`.
///
/// # Safety
///
/// `name` points to `length` readable bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn rsenzyme_plugin_find_pass(name: *const c_char, length: usize) -> c_int {
    panics::contain(|| {
        // SAFETY: promised by the caller.
        let name = unsafe { text(name, length) }?;
        passes::find(name).and_then(|index| c_int::try_from(index).ok())
    })
    .ok()
    .flatten()
    .unwrap_or(-1)
}

/// See `glue.cpp`.
///
/// # Safety
///
/// `module` is a live module that nothing else uses meanwhile.
#[unsafe(no_mangle)]
unsafe extern "C" fn rsenzyme_plugin_run_pass(pass: c_int, module: LLVMModuleRef) -> bool {
    let Ok(index) = usize::try_from(pass) else {
        return false;
    };
    // SAFETY: promised by the caller.
    unsafe { passes::run(index, module) }
}

/// See `glue.cpp`.
#[unsafe(no_mangle)]
extern "C" fn rsenzyme_plugin_lowers_before_link() -> bool {
    panics::contain(|| options::gather().0.schedule.lowers_before_link).unwrap_or(false)
}

/// See `glue.cpp`.
///
/// # Safety
///
/// `name` is one of the names that [`rsenzyme_glue_add_option`] was given, `value` points to `length` readable bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn rsenzyme_plugin_set_option(name: *const c_char, value: *const c_char, length: usize) {
    // A panic here has nowhere to go: there is no module yet whose context could take a diagnostic.
    let _ = panics::contain(|| {
        // SAFETY: promised by the caller; the name is a C string of ours.
        let (name, value) = unsafe {
            (
                std::ffi::CStr::from_ptr(name).to_string_lossy(),
                text(value, length),
            )
        };
        options::note_command_line(&name, value.unwrap_or("\u{fffd}"));
    });
}
