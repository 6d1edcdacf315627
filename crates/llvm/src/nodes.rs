//! Bodies for what libstdc++ keeps in its library of containers that consist of nodes (`nodes/nodes.cpp`).
//!
//! The bodies are there to be differentiated: `available_externally`, so that the program still calls libstdc++'s own functions.
//!
//! # What it does not know
//! Other standard libraries: libc++ has these functions in its headers.

use std::ptr::null_mut;

use llvm_sys::LLVMLinkage;
use llvm_sys::core::{
    LLVMContextSetDiscardValueNames, LLVMContextShouldDiscardValueNames,
    LLVMCreateMemoryBufferWithMemoryRangeCopy, LLVMDisposeMemoryBuffer, LLVMDisposeMessage,
    LLVMGetDataLayoutStr, LLVMGetModuleContext, LLVMGetNamedFunction, LLVMGetTarget, LLVMIsDeclaration,
    LLVMSetDataLayout, LLVMSetLinkage, LLVMSetTarget,
};
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::linker::LLVMLinkModules2;
use llvm_sys::prelude::LLVMModuleRef;

use crate::error::PrepareError;

/// The functions, each with its declaration.
const TEXT: &str = include_str!("nodes/nodes.ll");

/// What `TEXT` has bodies of.
const NAMES: [&std::ffi::CStr; 7] = [
    c"_ZNSt8__detail15_List_node_base7_M_hookEPS0_",
    c"_ZNSt8__detail15_List_node_base9_M_unhookEv",
    c"_ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_",
    c"_ZNSt8__detail15_List_node_base10_M_reverseEv",
    c"_ZNSt8__detail15_List_node_base4swapERS0_S1_",
    c"_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_",
    c"_ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_",
];

/// Gives the functions of node containers that a module declares their bodies; whether there are any.
///
/// # Safety
/// The module is live and used by this thread alone.
///
/// # Errors
/// If LLVM does not read or link the bodies.
pub unsafe fn define_node_functions(module: LLVMModuleRef) -> Result<bool, PrepareError> {
    // SAFETY: the module is live, which the caller promises; names end in a zero byte.
    let declared = unsafe {
        NAMES.map(|name| {
            let function = LLVMGetNamedFunction(module, name.as_ptr());
            !function.is_null() && LLVMIsDeclaration(function) != 0
        })
    };
    if !declared.contains(&true) {
        return Ok(false);
    }
    // SAFETY: the module is live, and nothing of it is held here but names.
    unsafe { link_text(module, TEXT)? };
    // SAFETY: the module is live; names end in a zero byte.
    unsafe {
        for (name, _) in NAMES.iter().zip(declared).filter(|(_, declared)| *declared) {
            let function = LLVMGetNamedFunction(module, name.as_ptr());
            LLVMSetLinkage(function, LLVMLinkage::LLVMAvailableExternallyLinkage);
        }
    }
    Ok(true)
}

/// Takes functions that are given as text into a module.
///
/// # Safety
/// As of [`define_node_functions`].
pub(crate) unsafe fn link_text(module: LLVMModuleRef, text: &str) -> Result<(), PrepareError> {
    // SAFETY: the buffer is copied from text that lives as long as the call and freed once; parsing does not take it over, and linking takes
    // over the module that was parsed in the same context.
    unsafe {
        let buffer =
            LLVMCreateMemoryBufferWithMemoryRangeCopy(text.as_ptr().cast(), text.len(), c"bodies".as_ptr());
        let (mut bodies, mut message) = (null_mut(), null_mut());
        let context = LLVMGetModuleContext(module);
        // LLVM reads text only where names are kept, which clang does not.
        let discards = LLVMContextShouldDiscardValueNames(context);
        LLVMContextSetDiscardValueNames(context, 0);
        let failed = LLVMParseIRInContext2(context, buffer, &raw mut bodies, &raw mut message);
        LLVMContextSetDiscardValueNames(context, discards);
        LLVMDisposeMemoryBuffer(buffer);
        if !message.is_null() {
            LLVMDisposeMessage(message);
        }
        if failed != 0 {
            return Err(PrepareError::Bodies);
        }
        LLVMSetDataLayout(bodies, LLVMGetDataLayoutStr(module));
        LLVMSetTarget(bodies, LLVMGetTarget(module));
        if LLVMLinkModules2(module, bodies) != 0 {
            return Err(PrepareError::Bodies);
        }
    }
    Ok(())
}
