//! Keeping functions recognizable until the end of the pipeline.
//!
//! The lowering pass runs last, so that it sees optimized code. Until then LLVM may destroy two things that it needs:
//!
//! - *Identity.* A function with a rule of the user (it is named by a `__enzyme_register_*` or similar global, by an
//!   `enzyme_*` annotation, or has an `enzyme_*` attribute) must still be called when the pass runs: it becomes
//!   `noinline`, and is no longer `alwaysinline`.
//! - *Bodies.* A C99 `inline` function, and a function that thin LTO imports, is `available_externally`: LLVM drops its
//!   body before the end. If it can be reached from the target of a request it becomes `linkonce_odr`.
//!
//! The target itself needs no protection: its address is an argument of the request, which keeps it and its signature.
//! Protecting everything that it reaches would forbid the inlining that makes its derivative fast.
//!
//! What was done is written into the attribute [`PROTECTED`], so that it survives in bitcode until the link, and
//! [`release`] undoes it. Cost: one look at each function's name and attributes, and, if there are requests and
//! `available_externally` functions, one walk over the code that the requests reach.

use std::collections::HashSet;
use std::ffi::{c_char, c_uint};

use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use llvm_sys::{LLVMAttributeFunctionIndex, LLVMLinkage};

use crate::module;

/// What was done to a function, to be undone: a list of the words below.
const PROTECTED: &str = "rsenzyme-protected";
/// `noinline` was added.
const NO_INLINE: &str = "noinline";
/// `alwaysinline` was removed.
const ALWAYS_INLINE: &str = "alwaysinline";
/// The linkage was `available_externally`.
const AVAILABLE: &str = "available_externally";

/// Protects what needs it; whether anything changed.
///
/// # Safety
///
/// `module` is a live module that nothing else uses meanwhile.
pub unsafe fn protect(module: LLVMModuleRef) -> bool {
    let mut changed = false;
    // SAFETY: promised by the caller; attributes and linkage are changed, the lists of values are not.
    unsafe {
        for function in with_rules(module) {
            changed |= keep_identity(function);
        }
        if module::functions(module)
            .any(|function| LLVMGetLinkage(function) == LLVMLinkage::LLVMAvailableExternallyLinkage)
        {
            for function in reached_from_requests(module) {
                changed |= keep_body(function);
            }
        }
    }
    changed
}

/// What [`release`] did.
#[derive(Default)]
pub struct Released {
    /// Whether the module changed.
    pub changed: bool,
    /// Whether a function is `alwaysinline` again.
    pub inlines: bool,
}

/// Undoes [`protect`].
///
/// # Safety
///
/// As for [`protect`].
pub unsafe fn release(module: LLVMModuleRef) -> Released {
    let mut released = Released::default();
    // SAFETY: as in `protect`.
    unsafe {
        for function in module::functions(module) {
            let Some(words) = string_attribute(function, PROTECTED) else {
                continue;
            };
            released.changed = true;
            let done = |word| words.split(',').any(|it| it == word);
            let (key, length) = (PROTECTED.as_ptr().cast::<c_char>(), module::length_of(PROTECTED));
            LLVMRemoveStringAttributeAtIndex(function, LLVMAttributeFunctionIndex, key, length);
            if done(NO_INLINE) {
                LLVMRemoveEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex, kind(NO_INLINE));
            }
            if done(ALWAYS_INLINE) {
                released.inlines = true;
                add_enum_attribute(function, kind(ALWAYS_INLINE));
            }
            if done(AVAILABLE) && LLVMGetLinkage(function) == LLVMLinkage::LLVMLinkOnceODRLinkage {
                LLVMSetLinkage(function, LLVMLinkage::LLVMAvailableExternallyLinkage);
            }
        }
    }
    released
}

/// Makes a function stay a function of its own.
unsafe fn keep_identity(function: LLVMValueRef) -> bool {
    // SAFETY: promised by the caller.
    unsafe {
        if LLVMIsDeclaration(function) != 0 || has_enum_attribute(function, kind(NO_INLINE)) {
            return false;
        }
        if has_enum_attribute(function, kind(ALWAYS_INLINE)) {
            LLVMRemoveEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex, kind(ALWAYS_INLINE));
            note(function, ALWAYS_INLINE);
        }
        add_enum_attribute(function, kind(NO_INLINE));
        note(function, NO_INLINE);
    }
    true
}

/// Makes the body of a function stay in the module.
unsafe fn keep_body(function: LLVMValueRef) -> bool {
    // SAFETY: promised by the caller.
    unsafe {
        if LLVMGetLinkage(function) != LLVMLinkage::LLVMAvailableExternallyLinkage {
            return false;
        }
        LLVMSetLinkage(function, LLVMLinkage::LLVMLinkOnceODRLinkage);
        note(function, AVAILABLE);
    }
    true
}

/// Adds a word to what was done to a function.
unsafe fn note(function: LLVMValueRef, word: &str) {
    // SAFETY: promised by the caller.
    unsafe {
        let words = match string_attribute(function, PROTECTED) {
            Some(words) => format!("{words},{word}"),
            None => word.to_owned(),
        };
        module::add_string_attribute(function, PROTECTED, &words);
    }
}

/// The functions that have a rule of the user.
unsafe fn with_rules(module: LLVMModuleRef) -> Vec<LLVMValueRef> {
    let mut found = Vec::new();
    // SAFETY: promised by the caller.
    unsafe {
        let mut seen = HashSet::new();
        for global in module::globals(module) {
            if module::is_interface(global) {
                functions_in_constant(LLVMGetInitializer(global), &mut seen, &mut found);
            } else if module::name(global) == "llvm.global.annotations" {
                annotated_functions(LLVMGetInitializer(global), &mut found);
            }
        }
        found.extend(module::functions(module).filter(|function| has_enzyme_attribute(*function)));
    }
    found
}

/// The functions in an initializer of `llvm.global.annotations`, entries `{ value, text, ... }`, whose text begins with
/// `enzyme_`.
unsafe fn annotated_functions(initializer: LLVMValueRef, found: &mut Vec<LLVMValueRef>) {
    if initializer.is_null() {
        return;
    }
    // SAFETY: promised by the caller; LLVMGetAggregateElement takes every constant and returns null past the end.
    unsafe {
        for index in 0.. {
            let entry = LLVMGetAggregateElement(initializer, index);
            if entry.is_null() {
                return;
            }
            let (value, text) = (
                LLVMGetAggregateElement(entry, 0),
                LLVMGetAggregateElement(entry, 1),
            );
            if value.is_null() || text.is_null() || LLVMIsAFunction(value).is_null() {
                continue;
            }
            if c_string(text).is_some_and(|text| text.starts_with("enzyme_")) {
                found.push(value);
            }
        }
    }
}

/// The text of a constant string global.
unsafe fn c_string(global: LLVMValueRef) -> Option<String> {
    // SAFETY: promised by the caller; each cast is checked.
    unsafe {
        if LLVMIsAGlobalVariable(global).is_null() {
            return None;
        }
        let initializer = LLVMGetInitializer(global);
        if initializer.is_null() || LLVMIsAConstantDataSequential(initializer).is_null() {
            return None;
        }
        if LLVMIsConstantString(initializer) == 0 {
            return None;
        }
        let mut length = 0;
        let text = LLVMGetAsString(initializer, &mut length);
        let bytes = std::slice::from_raw_parts(text.cast::<u8>(), length);
        Some(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned())
    }
}

/// All functions that a constant names, through aggregates, expressions, aliases and initializers.
unsafe fn functions_in_constant(
    root: LLVMValueRef,
    seen: &mut HashSet<LLVMValueRef>,
    found: &mut Vec<LLVMValueRef>,
) {
    let mut pending = vec![root];
    while let Some(value) = pending.pop() {
        // SAFETY: promised by the caller; operands of a live constant are live.
        unsafe {
            if value.is_null() || LLVMIsAConstant(value).is_null() || !seen.insert(value) {
                continue;
            }
            if !LLVMIsAFunction(value).is_null() {
                found.push(value);
            } else if !LLVMIsAGlobalVariable(value).is_null() {
                pending.push(LLVMGetInitializer(value));
            } else {
                let count = c_uint::try_from(LLVMGetNumOperands(value)).unwrap_or(0);
                pending.extend((0..count).map(|index| LLVMGetOperand(value, index)));
            }
        }
    }
}

/// The functions that are named in what the targets of requests reach, and the targets.
unsafe fn reached_from_requests(module: LLVMModuleRef) -> Vec<LLVMValueRef> {
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    // SAFETY: promised by the caller.
    unsafe {
        for request in module::functions(module).filter(|function| module::is_interface(*function)) {
            // The request itself is among the operands of its call; it has no body.
            for call in module::instruction_users(request) {
                functions_in_operands(call, &mut seen, &mut found);
            }
        }
        let mut next = 0;
        while let Some(&function) = found.get(next) {
            next += 1;
            let mut block = LLVMGetFirstBasicBlock(function);
            while !block.is_null() {
                let mut instruction = LLVMGetFirstInstruction(block);
                while !instruction.is_null() {
                    functions_in_operands(instruction, &mut seen, &mut found);
                    instruction = LLVMGetNextInstruction(instruction);
                }
                block = LLVMGetNextBasicBlock(block);
            }
        }
    }
    found
}

unsafe fn functions_in_operands(
    instruction: LLVMValueRef,
    seen: &mut HashSet<LLVMValueRef>,
    found: &mut Vec<LLVMValueRef>,
) {
    // SAFETY: promised by the caller.
    unsafe {
        let count = c_uint::try_from(LLVMGetNumOperands(instruction)).unwrap_or(0);
        for index in 0..count {
            functions_in_constant(LLVMGetOperand(instruction, index), seen, found);
        }
    }
}

/// The number of an attribute in this LLVM.
fn kind(name: &str) -> c_uint {
    // SAFETY: the text is read for its length.
    unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

unsafe fn has_enum_attribute(function: LLVMValueRef, kind: c_uint) -> bool {
    // SAFETY: promised by the caller.
    unsafe { !LLVMGetEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex, kind).is_null() }
}

unsafe fn add_enum_attribute(function: LLVMValueRef, kind: c_uint) {
    // SAFETY: promised by the caller.
    unsafe {
        let context = LLVMGetModuleContext(LLVMGetGlobalParent(function));
        LLVMAddAttributeAtIndex(
            function,
            LLVMAttributeFunctionIndex,
            LLVMCreateEnumAttribute(context, kind, 0),
        );
    }
}

/// The value of a string attribute of a function.
unsafe fn string_attribute(function: LLVMValueRef, key: &str) -> Option<String> {
    // SAFETY: promised by the caller; the value has as many bytes as LLVM says.
    unsafe {
        let (text, length) = (key.as_ptr().cast(), module::length_of(key));
        let attribute = LLVMGetStringAttributeAtIndex(function, LLVMAttributeFunctionIndex, text, length);
        if attribute.is_null() {
            return None;
        }
        let mut length = 0;
        let value = LLVMGetStringAttributeValue(attribute, &mut length);
        let bytes = std::slice::from_raw_parts(value.cast::<u8>(), length as usize);
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Whether a function has a string attribute whose name begins with `enzyme_`.
unsafe fn has_enzyme_attribute(function: LLVMValueRef) -> bool {
    // SAFETY: promised by the caller; the vector has room for as many attributes as LLVM says.
    unsafe {
        let count = LLVMGetAttributeCountAtIndex(function, LLVMAttributeFunctionIndex) as usize;
        let mut attributes = vec![std::ptr::null_mut(); count];
        LLVMGetAttributesAtIndex(function, LLVMAttributeFunctionIndex, attributes.as_mut_ptr());
        attributes.into_iter().any(|attribute| {
            let mut length = 0;
            LLVMIsStringAttribute(attribute) != 0 && {
                let text = LLVMGetStringAttributeKind(attribute, &mut length);
                std::slice::from_raw_parts(text.cast::<u8>(), length as usize).starts_with(b"enzyme_")
            }
        })
    }
}
