//! From the module to an object.

use std::ffi::{CStr, CString};
use std::path::Path;
use std::ptr::null_mut;

use anyhow::{Result, bail};
use cargo_rsenzyme::step::Step;
use llvm_sys::core::{LLVMDisposeMessage, LLVMGetTarget};
use llvm_sys::target_machine::*;

use crate::program::Program;
use crate::reports::take_message;

/// A target machine as rustc would set it up for this program. Processor and features are attributes of the functions.
pub(crate) struct Machine(LLVMTargetMachineRef);

impl Machine {
    /// The machine for a program.
    pub(crate) fn new(program: &Program, step: &Step) -> Result<Self> {
        initialize();
        let (mut target, mut message) = (null_mut(), null_mut());
        // SAFETY: the module is alive and owns the triple; messages are taken once.
        unsafe {
            let triple = LLVMGetTarget(program.module());
            if LLVMGetTargetFromTriple(triple, &raw mut target, &raw mut message) != 0 {
                let name = CStr::from_ptr(triple).to_string_lossy();
                bail!(
                    "the linker step makes code for this machine only, not for {name}: {}",
                    take_message(message)
                );
            }
            let machine = LLVMCreateTargetMachine(
                target,
                triple,
                c"".as_ptr(),
                c"".as_ptr(),
                codegen_level(&step.opt_level),
                relocation(step.relocation_model.as_deref()),
                code_model(step.code_model.as_deref())?,
            );
            if machine.is_null() {
                bail!("LLVM makes no machine for this target");
            }
            Ok(Self(machine))
        }
    }

    /// For LLVM's functions.
    pub(crate) fn raw(&self) -> LLVMTargetMachineRef {
        self.0
    }

    /// Writes the object.
    pub(crate) fn emit(&self, program: &Program, path: &Path) -> Result<()> {
        let name = CString::new(path.as_os_str().as_encoded_bytes())?;
        let mut message = null_mut();
        // SAFETY: machine, module and name are alive; the message is freed once.
        unsafe {
            let kind = LLVMCodeGenFileType::LLVMObjectFile;
            if LLVMTargetMachineEmitToFile(self.0, program.module(), name.as_ptr(), kind, &raw mut message)
                != 0
            {
                bail!("cannot write {}: {}", path.display(), take_message(message));
            }
            if !message.is_null() {
                LLVMDisposeMessage(message);
            }
        }
        Ok(())
    }
}

/// Registers the machine's own target. `LLVMInitializeNative...` are not in the library, and others are not in rustc's.
fn initialize() {
    // SAFETY: the initializers take nothing and may be called at any time.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        {
            use llvm_sys::target::*;
            LLVMInitializeX86TargetInfo();
            LLVMInitializeX86Target();
            LLVMInitializeX86TargetMC();
            LLVMInitializeX86AsmParser();
            LLVMInitializeX86AsmPrinter();
        }
        #[cfg(target_arch = "aarch64")]
        {
            use llvm_sys::target::*;
            LLVMInitializeAArch64TargetInfo();
            LLVMInitializeAArch64Target();
            LLVMInitializeAArch64TargetMC();
            LLVMInitializeAArch64AsmParser();
            LLVMInitializeAArch64AsmPrinter();
        }
    }
}

fn codegen_level(opt_level: &str) -> LLVMCodeGenOptLevel {
    match opt_level {
        "0" => LLVMCodeGenOptLevel::LLVMCodeGenLevelNone,
        "1" => LLVMCodeGenOptLevel::LLVMCodeGenLevelLess,
        "3" => LLVMCodeGenOptLevel::LLVMCodeGenLevelAggressive,
        _ => LLVMCodeGenOptLevel::LLVMCodeGenLevelDefault,
    }
}

/// rustc's default, `pic`, serves every executable and library; a module says in its flags whether it is for an executable.
fn relocation(model: Option<&str>) -> LLVMRelocMode {
    match model {
        Some("static") => LLVMRelocMode::LLVMRelocStatic,
        Some("dynamic-no-pic") => LLVMRelocMode::LLVMRelocDynamicNoPic,
        _ => LLVMRelocMode::LLVMRelocPIC,
    }
}

fn code_model(model: Option<&str>) -> Result<LLVMCodeModel> {
    Ok(match model {
        None => LLVMCodeModel::LLVMCodeModelDefault,
        Some("tiny") => LLVMCodeModel::LLVMCodeModelTiny,
        Some("small") => LLVMCodeModel::LLVMCodeModelSmall,
        Some("kernel") => LLVMCodeModel::LLVMCodeModelKernel,
        Some("medium") => LLVMCodeModel::LLVMCodeModelMedium,
        Some("large") => LLVMCodeModel::LLVMCodeModelLarge,
        Some(other) => bail!("the code model `{other}` is not known"),
    })
}
