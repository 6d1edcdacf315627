//! Walking a module of the host.

use std::ffi::c_char;
use std::iter::successors;

use llvm_sys::LLVMAttributeFunctionIndex;
use llvm_sys::core::{
    LLVMAddAttributeAtIndex, LLVMCreateStringAttribute, LLVMGetFirstFunction, LLVMGetFirstGlobal,
    LLVMGetFirstUse, LLVMGetGlobalParent, LLVMGetModuleContext, LLVMGetModuleIdentifier, LLVMGetNextFunction,
    LLVMGetNextGlobal, LLVMGetNextUse, LLVMGetUser, LLVMGetValueName2, LLVMIsAInstruction,
};
use llvm_sys::prelude::{LLVMModuleRef, LLVMUseRef, LLVMValueRef};

/// What the names of everything that asks for a derivative contain.
const REQUEST: &str = "__enzyme_";

fn non_null(value: LLVMValueRef) -> Option<LLVMValueRef> {
    (!value.is_null()).then_some(value)
}

/// The functions of a module, in its order.
///
/// # Safety
///
/// `module` is live and keeps its functions until the iterator is dropped.
pub unsafe fn functions(module: LLVMModuleRef) -> impl Iterator<Item = LLVMValueRef> {
    // SAFETY: promised by the caller; the iterator passes on what LLVM returned.
    let (first, next) = unsafe {
        (LLVMGetFirstFunction(module), |f: &_| {
            non_null(LLVMGetNextFunction(*f))
        })
    };
    successors(non_null(first), next)
}

/// The global variables of a module, in its order.
///
/// # Safety
///
/// As for [`functions`].
pub unsafe fn globals(module: LLVMModuleRef) -> impl Iterator<Item = LLVMValueRef> {
    // SAFETY: promised by the caller.
    let (first, next) = unsafe {
        (LLVMGetFirstGlobal(module), |g: &_| {
            non_null(LLVMGetNextGlobal(*g))
        })
    };
    successors(non_null(first), next)
}

/// The instructions that use a value as an operand.
///
/// # Safety
///
/// `value` is live and keeps its uses until the iterator is dropped.
pub unsafe fn instruction_users(value: LLVMValueRef) -> impl Iterator<Item = LLVMValueRef> {
    // SAFETY: promised by the caller; a use that LLVM returned is live, or null after the last.
    let (first, next) = unsafe { (LLVMGetFirstUse(value), |it: &LLVMUseRef| LLVMGetNextUse(*it)) };
    let uses = successors((!first.is_null()).then_some(first), move |it| {
        Some(next(it)).filter(|it| !it.is_null())
    });
    // SAFETY: a live use has a user.
    uses.filter_map(|it| unsafe { non_null(LLVMIsAInstruction(LLVMGetUser(it))) })
}

/// The name of a function or global. Names need not be UTF-8; what is not is replaced.
///
/// # Safety
///
/// `value` is live.
pub unsafe fn name(value: LLVMValueRef) -> String {
    let mut length = 0;
    // SAFETY: promised by the caller; LLVM gives as many bytes as it says.
    unsafe {
        let text = LLVMGetValueName2(value, &mut length);
        String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), length)).into_owned()
    }
}

/// Whether a function or global is one of those that Enzyme's interface defines: `__enzyme_fwddiff`,
/// `_Z16__enzyme_fwddiffIdJ...`, `__enzyme_register_gradient_f`.
///
/// # Safety
///
/// `value` is live.
pub unsafe fn is_interface(value: LLVMValueRef) -> bool {
    // SAFETY: promised by the caller.
    unsafe { name(value).contains(REQUEST) }
}

/// The name of the module: the source file, in most hosts.
///
/// # Safety
///
/// `module` is live.
pub unsafe fn identifier(module: LLVMModuleRef) -> String {
    let mut length = 0;
    // SAFETY: promised by the caller; LLVM gives as many bytes as it says.
    unsafe {
        let text = LLVMGetModuleIdentifier(module, &mut length);
        String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), length)).into_owned()
    }
}

/// Gives a function a string attribute.
///
/// # Safety
///
/// `function` is a live function of a module.
pub unsafe fn add_string_attribute(function: LLVMValueRef, key: &str, value: &str) {
    let (key_length, value_length) = (length_of(key), length_of(value));
    // SAFETY: promised by the caller; LLVM copies the texts.
    unsafe {
        let context = LLVMGetModuleContext(LLVMGetGlobalParent(function));
        let (key, value): (*const c_char, *const c_char) = (key.as_ptr().cast(), value.as_ptr().cast());
        let attribute = LLVMCreateStringAttribute(context, key, key_length, value, value_length);
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
    }
}

/// The length of one of our attribute texts, which are all short.
pub fn length_of(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
