//! The whole program as a module of LLVM's.

use std::collections::HashSet;
use std::ffi::{CStr, CString, c_uint};
use std::path::Path;
use std::ptr::{null, null_mut};

use anyhow::{Result, bail};
use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyFunction, LLVMVerifyModule};
use llvm_sys::bit_reader::LLVMParseBitcodeInContext2;
use llvm_sys::core::*;
use llvm_sys::debuginfo::{LLVMInstructionGetDebugLoc, LLVMStripModuleDebugInfo};
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMContextRef, LLVMMetadataRef, LLVMModuleRef, LLVMValueRef};
use llvm_sys::support::LLVMParseCommandLineOptions;

use crate::reports::take_message;

/// What every name of a request contains.
const REQUEST: &str = "__enzyme_";

/// The version of the LLVM that was loaded.
pub(crate) fn llvm_version() -> (u32, u32, u32) {
    let (mut major, mut minor, mut patch): (c_uint, c_uint, c_uint) = (0, 0, 0);
    // SAFETY: the three numbers are ours.
    unsafe { LLVMGetVersion(&raw mut major, &raw mut minor, &raw mut patch) };
    (major, minor, patch)
}

/// The module and its context. Both live until the process ends, which is cheaper than taking them apart.
pub(crate) struct Program {
    module: LLVMModuleRef,
}

impl Program {
    /// Reads bitcode.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        trust_debug_information();
        let name = CString::new(path.as_os_str().as_encoded_bytes())?;
        let (mut buffer, mut message, mut module) = (null_mut(), null_mut(), null_mut());
        // SAFETY: name and results are ours; the message is taken once.
        unsafe {
            let context: LLVMContextRef = LLVMContextCreate();
            if LLVMCreateMemoryBufferWithContentsOfFile(name.as_ptr(), &raw mut buffer, &raw mut message) != 0
            {
                bail!("cannot read {}: {}", path.display(), take_message(message));
            }
            if LLVMParseBitcodeInContext2(context, buffer, &raw mut module) != 0 {
                bail!("{} is not bitcode of this LLVM", path.display());
            }
        }
        Ok(Self { module })
    }

    /// The module.
    pub(crate) fn module(&self) -> LLVMModuleRef {
        self.module
    }

    /// All functions, in order.
    pub(crate) fn functions(&self) -> Vec<LLVMValueRef> {
        let mut functions = Vec::new();
        // SAFETY: the module is alive, and the list is only read.
        unsafe {
            let mut function = LLVMGetFirstFunction(self.module);
            while !function.is_null() {
                functions.push(function);
                function = LLVMGetNextFunction(function);
            }
        }
        functions
    }

    /// All functions with a body, in order.
    pub(crate) fn bodies(&self) -> Vec<LLVMValueRef> {
        self.functions()
            .into_iter()
            .filter(|function| has_body(*function))
            .collect()
    }

    /// The calls that are requests.
    fn requests(&self) -> Vec<LLVMValueRef> {
        let mut calls = Vec::new();
        for request in self
            .functions()
            .into_iter()
            .filter(|it| name(*it).contains(REQUEST))
        {
            // SAFETY: the function and its uses are alive, and only read.
            unsafe {
                let mut used = LLVMGetFirstUse(request);
                while !used.is_null() {
                    let user = LLVMGetUser(used);
                    if !LLVMIsAInstruction(user).is_null() {
                        calls.push(user);
                    }
                    used = LLVMGetNextUse(used);
                }
            }
        }
        calls
    }

    /// The functions that hold requests.
    pub(crate) fn callers_of_requests(&self) -> Vec<LLVMValueRef> {
        let mut seen = HashSet::new();
        // SAFETY: a request is an instruction of a function that is alive.
        let caller = |call| unsafe { LLVMGetBasicBlockParent(LLVMGetInstructionParent(call)) };
        let callers = self.requests().into_iter().map(caller);
        callers.filter(|caller| seen.insert(*caller)).collect()
    }

    /// The functions from which requests are to be read: the one to differentiate, and where that is not known yet, or what calls it
    /// `is_unread`, the caller.
    pub(crate) fn readers_of_requests(&self, is_unread: impl Fn(LLVMValueRef) -> bool) -> Vec<LLVMValueRef> {
        let mut seen = HashSet::new();
        let reader = |call| {
            // SAFETY: a request is an instruction of a function that is alive; every call has operands, the callee at least.
            let (caller, target) = unsafe {
                let caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(call));
                (caller, LLVMGetOperand(call, 0))
            };
            match has_body(target) && !is_unread(caller) {
                true => target,
                false => caller,
            }
        };
        let readers = self.requests().into_iter().map(reader);
        readers.filter(|reader| seen.insert(*reader)).collect()
    }

    /// The functions that are to be differentiated, each with the location of a request for it.
    pub(crate) fn targets(&self) -> Vec<(LLVMValueRef, LLVMMetadataRef)> {
        let mut targets = Vec::new();
        for call in self.requests() {
            // SAFETY: the call is alive; every call has operands, the callee at least.
            unsafe {
                let target = LLVMGetOperand(call, 0);
                if has_body(target) {
                    targets.push((target, LLVMInstructionGetDebugLoc(call)));
                }
            }
        }
        targets
    }

    /// The functions with a body that the operands of `roots` lead to, and so on; `roots` are among them.
    pub(crate) fn reached(&self, roots: &[LLVMValueRef]) -> Vec<LLVMValueRef> {
        let (mut seen, mut found, mut next) = (HashSet::new(), Vec::new(), 0);
        for &root in roots {
            if seen.insert(root) {
                found.push(root);
            }
        }
        while let Some(&function) = found.get(next) {
            next += 1;
            for instruction in instructions(function) {
                // SAFETY: instructions of a function that is alive.
                let count = unsafe { LLVMGetNumOperands(instruction) };
                for index in 0..c_uint::try_from(count).unwrap_or(0) {
                    // SAFETY: the index is below the number of operands.
                    let operand = unsafe { LLVMGetOperand(instruction, index) };
                    if has_body(operand) && seen.insert(operand) {
                        found.push(operand);
                    }
                }
            }
        }
        found
    }

    /// Drops all debug information: optimization and code generation are faster without.
    pub(crate) fn drop_debug_information(&self) {
        // SAFETY: the module is alive, and nobody holds locations of it.
        unsafe { LLVMStripModuleDebugInfo(self.module) };
    }

    /// Checks that functions are valid: those that were made or changed, since rustc has checked its own.
    pub(crate) fn verify(&self, functions: &[LLVMValueRef]) -> Result<()> {
        for &function in functions {
            let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
            // SAFETY: the function is alive.
            if unsafe { LLVMVerifyFunction(function, action) } == 0 {
                continue;
            }
            let mut message = null_mut();
            // SAFETY: the module is alive; the message is taken once.
            let text = unsafe {
                LLVMVerifyModule(self.module, action, &raw mut message);
                take_message(message)
            };
            bail!("`{}` is not valid: {text}", name(function));
        }
        Ok(())
    }
}

/// Tells LLVM not to check all debug information for being that of an older LLVM when it reads bitcode: rustc has just written it.
fn trust_debug_information() {
    let arguments = [
        c"rsenzyme-codegen".as_ptr(),
        c"-disable-auto-upgrade-debug-info".as_ptr(),
    ];
    // SAFETY: the texts live as long as the program; no overview is needed.
    unsafe { LLVMParseCommandLineOptions(2, arguments.as_ptr(), null()) };
}

/// Whether a value is a function with a body.
pub(crate) fn has_body(value: LLVMValueRef) -> bool {
    // SAFETY: null is checked; a value of a module that is alive.
    unsafe { !value.is_null() && !LLVMIsAFunction(value).is_null() && LLVMIsDeclaration(value) == 0 }
}

/// The name of a value.
fn name(value: LLVMValueRef) -> String {
    let mut length = 0;
    // SAFETY: the value is alive; the name has as many bytes as LLVM says, and a zero after them.
    unsafe { CStr::from_ptr(LLVMGetValueName2(value, &raw mut length)) }
        .to_string_lossy()
        .into_owned()
}

/// Whether the blocks of a function lead back to one that was passed. Linear.
pub(crate) fn has_loop(function: LLVMValueRef) -> bool {
    // SAFETY: the function and its blocks are alive, and only read; every block of a valid function has a terminator.
    let successors = |block: LLVMBasicBlockRef| unsafe {
        let end = LLVMGetBasicBlockTerminator(block);
        (0..LLVMGetNumSuccessors(end)).map(move |index| LLVMGetSuccessor(end, index))
    };
    // SAFETY: as above.
    let entry = unsafe { LLVMGetEntryBasicBlock(function) };
    let mut seen = HashSet::from([entry]);
    let mut path = vec![(entry, successors(entry))];
    let mut on_path = HashSet::from([entry]);
    while let Some((block, rest)) = path.last_mut() {
        match rest.next() {
            Some(next) if on_path.contains(&next) => return true,
            Some(next) if seen.insert(next) => {
                on_path.insert(next);
                path.push((next, successors(next)));
            }
            Some(_) => {}
            None => {
                on_path.remove(block);
                path.pop();
            }
        }
    }
    false
}

/// All instructions of a function.
pub(crate) fn instructions(function: LLVMValueRef) -> Vec<LLVMValueRef> {
    let mut instructions = Vec::new();
    // SAFETY: the function is alive, and only read.
    unsafe {
        let mut block = LLVMGetFirstBasicBlock(function);
        while !block.is_null() {
            let mut instruction = LLVMGetFirstInstruction(block);
            while !instruction.is_null() {
                instructions.push(instruction);
                instruction = LLVMGetNextInstruction(instruction);
            }
            block = LLVMGetNextBasicBlock(block);
        }
    }
    instructions
}
