//! Functions that a pipeline leaves alone.
//!
//! LLVM's module pipelines know no selection. A function with both `optnone` and `noinline` is passed over, so what is to stay as it is gets these
//! for the time of the run ([`Frozen`]), and a mark that says what was changed for that: a function that passes delete or replace meanwhile is no
//! trouble. Functions that are there to be inlined cannot have `noinline`; they stay as they are. Cost: linear in the module's functions.

use std::ffi::CString;

use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMGetErrorMessage};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use llvm_sys::target_machine::LLVMTargetMachineRef;
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMPassBuilderOptionsSetLoopVectorization,
    LLVMPassBuilderOptionsSetSLPVectorization, LLVMRunPasses,
};

use crate::attributes::kind_number;
use crate::error::PrepareError;
use crate::ffi::{FUNCTION_INDEX, Val, sys};

/// What keeps passes away. Only both together are valid.
const FREEZING: [&str; 2] = ["noinline", "optnone"];
/// What cannot stand beside them.
const CONTRARY: [&str; 2] = ["optsize", "minsize"];
/// The attribute of a function that is frozen; its value lists the attributes that it got (`+name`) and lost (`-name`) for that.
const MARK: &str = "rsenzyme-frozen";

/// Functions that passes leave alone until [`Frozen::thaw`].
pub struct Frozen(());

impl Frozen {
    /// Freezes functions.
    ///
    /// # Safety
    /// They are functions of a module that is alive and that only this thread uses.
    pub unsafe fn new(functions: impl IntoIterator<Item = LLVMValueRef>) -> Self {
        for function in functions {
            // SAFETY: promised by the caller.
            let function = unsafe { Val::new(function) };
            if function.is_declaration() || has(function, "alwaysinline") {
                continue;
            }
            let mut words = Vec::new();
            for name in FREEZING.into_iter().filter(|name| !has(function, name)) {
                words.push(format!("+{name}"));
            }
            for name in CONTRARY.into_iter().filter(|name| has(function, name)) {
                words.push(format!("-{name}"));
                remove(function, name);
            }
            FREEZING.iter().for_each(|name| add(function, name));
            mark(function, &words.join(","));
        }
        Self(())
    }

    /// Makes the functions of the module that are frozen what they were.
    ///
    /// # Safety
    /// The module is alive, and only this thread uses it.
    pub unsafe fn thaw(self, module: LLVMModuleRef) {
        // SAFETY: promised by the caller; a function's successor in the list is a function or null.
        let first = unsafe { Val::some(sys::LLVMGetFirstFunction(module)) };
        let functions = std::iter::successors(first, |function| {
            // SAFETY: as above.
            unsafe { Val::some(sys::LLVMGetNextFunction(function.raw())) }
        });
        for function in functions {
            for word in take_mark(function).iter().flat_map(|words| words.split(',')) {
                match word.split_at_checked(1) {
                    Some(("+", name)) => remove(function, name),
                    Some(("-", name)) => add(function, name),
                    _ => {}
                }
            }
        }
    }
}

/// Lets a function be inlined wherever it is called.
pub(crate) fn inline_always(function: Val) {
    FREEZING.iter().for_each(|contrary| remove(function, contrary));
    add(function, "alwaysinline");
}

/// Whether a function has an attribute of LLVM's.
pub(crate) fn has(function: Val, name: &str) -> bool {
    // SAFETY: the function is alive.
    unsafe { !sys::LLVMGetEnumAttributeAtIndex(function.raw(), FUNCTION_INDEX, kind_number(name)).is_null() }
}

fn add(function: Val, name: &str) {
    // SAFETY: the function is alive.
    unsafe {
        let context = sys::LLVMGetModuleContext(sys::LLVMGetGlobalParent(function.raw()));
        let attribute = sys::LLVMCreateEnumAttribute(context, kind_number(name), 0);
        sys::LLVMAddAttributeAtIndex(function.raw(), FUNCTION_INDEX, attribute);
    }
}

fn remove(function: Val, name: &str) {
    // SAFETY: the function is alive; an attribute that it does not have may be removed.
    unsafe { sys::LLVMRemoveEnumAttributeAtIndex(function.raw(), FUNCTION_INDEX, kind_number(name)) }
}

fn mark(function: Val, words: &str) {
    // SAFETY: the function is alive; the texts have the lengths that are given.
    unsafe {
        let context = sys::LLVMGetModuleContext(sys::LLVMGetGlobalParent(function.raw()));
        let (key, text) = (MARK.as_ptr().cast(), words.as_ptr().cast());
        let attribute = sys::LLVMCreateStringAttribute(context, key, length(MARK), text, length(words));
        sys::LLVMAddAttributeAtIndex(function.raw(), FUNCTION_INDEX, attribute);
    }
}

/// Takes the mark off a function that has one.
fn take_mark(function: Val) -> Option<String> {
    let (raw, key) = (function.raw(), MARK.as_ptr().cast());
    // SAFETY: the function is alive; the value of an attribute has the length that LLVM gives.
    unsafe {
        let found = sys::LLVMGetStringAttributeAtIndex(raw, FUNCTION_INDEX, key, length(MARK));
        if found.is_null() {
            return None;
        }
        let mut count = 0;
        let start = sys::LLVMGetStringAttributeValue(found, &raw mut count);
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), count as usize);
        let words = String::from_utf8_lossy(bytes).into_owned();
        sys::LLVMRemoveStringAttributeAtIndex(raw, FUNCTION_INDEX, key, length(MARK));
        Some(words)
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Runs a pipeline on a module, with vectorization or, as before a derivative is made, without.
///
/// # Errors
/// If LLVM refuses the pipeline.
///
/// # Safety
/// The module is alive and only this thread uses it, and the machine is one or null.
pub unsafe fn run_pipeline(
    module: LLVMModuleRef,
    passes: &str,
    machine: LLVMTargetMachineRef,
    vectorize: bool,
) -> Result<(), PrepareError> {
    let text = CString::new(passes).unwrap_or_default();
    // SAFETY: promised by the caller; options and message are disposed of once.
    unsafe {
        let options = LLVMCreatePassBuilderOptions();
        LLVMPassBuilderOptionsSetLoopVectorization(options, i32::from(vectorize));
        LLVMPassBuilderOptionsSetSLPVectorization(options, i32::from(vectorize));
        let error = LLVMRunPasses(module, text.as_ptr(), machine, options);
        LLVMDisposePassBuilderOptions(options);
        if error.is_null() {
            return Ok(());
        }
        let message = LLVMGetErrorMessage(error);
        let owned = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        Err(PrepareError::Pipeline {
            passes: passes.to_owned(),
            message: owned,
        })
    }
}
