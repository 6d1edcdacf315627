//! An LLVM module with its context, read from a file.

use std::ffi::CString;
use std::path::Path;
use std::ptr::null_mut;

use llvm::{ImportOptions, Importer};
use llvm_sys::bit_writer::LLVMWriteBitcodeToFile;
use llvm_sys::core::*;
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::prelude::{LLVMContextRef, LLVMModuleRef, LLVMValueRef};

/// A module and the context that it owns.
pub struct LoadedModule {
    context: LLVMContextRef,
    pub module: LLVMModuleRef,
}

impl LoadedModule {
    /// Reads textual IR or bitcode.
    pub fn read(file: &Path) -> Self {
        let path = CString::new(file.to_str().expect("paths of tests are UTF-8")).expect("no zero byte");
        // SAFETY: the buffer is disposed of after parsing; messages are only read on failure.
        unsafe {
            let context = LLVMContextCreate();
            let (mut buffer, mut message, mut module) = (null_mut(), null_mut(), null_mut());
            let failed =
                LLVMCreateMemoryBufferWithContentsOfFile(path.as_ptr(), &raw mut buffer, &raw mut message);
            assert_eq!(failed, 0, "cannot read {}", file.display());
            let failed = LLVMParseIRInContext2(context, buffer, &raw mut module, &raw mut message);
            assert!(
                failed == 0,
                "{}: {}",
                file.display(),
                std::ffi::CStr::from_ptr(message).to_string_lossy()
            );
            LLVMDisposeMemoryBuffer(buffer);
            Self { context, module }
        }
    }

    pub fn importer(&self) -> Importer {
        let options = ImportOptions {
            names: true,
            ..ImportOptions::default()
        };
        // SAFETY: callers drop the importer before the module.
        unsafe { Importer::with_options(self.module, options) }
    }

    /// All functions with bodies.
    pub fn definitions(&self) -> Vec<LLVMValueRef> {
        let mut all = Vec::new();
        // SAFETY: the module is alive.
        unsafe {
            let mut func = LLVMGetFirstFunction(self.module);
            while !func.is_null() {
                if LLVMIsDeclaration(func) == 0 {
                    all.push(func);
                }
                func = LLVMGetNextFunction(func);
            }
        }
        all
    }

    /// Puts copies into the place of the originals, under their names.
    pub fn replace(&self, originals: &[LLVMValueRef], copies: &[LLVMValueRef]) {
        // SAFETY: nobody holds the originals any more. Bodies go first, so that the copies get no uses from them.
        unsafe {
            for &original in originals {
                empty(original);
            }
            for (&original, &copy) in originals.iter().zip(copies) {
                let mut len = 0;
                let name = LLVMGetValueName2(original, &raw mut len);
                let name = std::slice::from_raw_parts(name.cast::<u8>(), len).to_vec();
                LLVMReplaceAllUsesWith(original, copy);
                LLVMDeleteFunction(original);
                LLVMSetValueName2(copy, name.as_ptr().cast(), name.len());
            }
        }
    }

    pub fn write(&self, file: &Path) {
        let path = CString::new(file.to_str().expect("paths of tests are UTF-8")).expect("no zero byte");
        // SAFETY: the module is alive.
        assert_eq!(unsafe { LLVMWriteBitcodeToFile(self.module, path.as_ptr()) }, 0);
    }

    /// The module's text.
    pub fn text(&self) -> String {
        // SAFETY: the module is alive; the text is copied and freed.
        unsafe {
            let raw = LLVMPrintModuleToString(self.module);
            let text = std::ffi::CStr::from_ptr(raw).to_string_lossy().into_owned();
            LLVMDisposeMessage(raw);
            text
        }
    }
}

/// Erases the instructions and blocks of a function.
///
/// # Safety
/// Nobody holds any of them.
unsafe fn empty(func: LLVMValueRef) {
    // SAFETY: results are replaced before they are erased. Tokens have no poison, but their users are erased before them, because
    // nothing but a later instruction of the same function uses them.
    unsafe {
        let mut insts = Vec::new();
        let mut block = LLVMGetFirstBasicBlock(func);
        while !block.is_null() {
            let mut inst = LLVMGetFirstInstruction(block);
            while !inst.is_null() {
                insts.push(inst);
                inst = LLVMGetNextInstruction(inst);
            }
            block = LLVMGetNextBasicBlock(block);
        }
        for &inst in &insts {
            let ty = LLVMTypeOf(inst);
            let kind = LLVMGetTypeKind(ty);
            if kind == llvm_sys::LLVMTypeKind::LLVMTokenTypeKind {
                let token_none = LLVMConstNull(ty);
                LLVMReplaceAllUsesWith(inst, token_none);
            } else if kind != llvm_sys::LLVMTypeKind::LLVMVoidTypeKind {
                LLVMReplaceAllUsesWith(inst, LLVMGetPoison(ty));
            }
        }
        for inst in insts {
            LLVMInstructionEraseFromParent(inst);
        }
        let mut block = LLVMGetFirstBasicBlock(func);
        while !block.is_null() {
            let next = LLVMGetNextBasicBlock(block);
            LLVMDeleteBasicBlock(block);
            block = next;
        }
    }
}

impl Drop for LoadedModule {
    fn drop(&mut self) {
        // SAFETY: both are owned.
        unsafe {
            LLVMDisposeModule(self.module);
            LLVMContextDispose(self.context);
        }
    }
}

/// The name of a value.
pub fn name(value: LLVMValueRef) -> String {
    let mut len = 0;
    // SAFETY: the value is alive and the name is copied.
    unsafe {
        let name = LLVMGetValueName2(value, &raw mut len);
        String::from_utf8_lossy(std::slice::from_raw_parts(name.cast::<u8>(), len)).into_owned()
    }
}
