//! Links libLLVM into a program: `use llvm_link as _;`.
//!
//! The crates of the engine link no LLVM, because in a plugin the host supplies it. Programs without such a host (tests, the command
//! line, examples) name this crate, whose build script finds LLVM 22 and prints the linker's flags.
//!
//! It also defines the few functions of LLVM's C API that LLVM has only as inline functions in its headers and that JIT compilation
//! through inkwell calls. llvm-sys would compile them from C, for every target, with llvm-config; here they are for the machine's own.

/// Calls LLVM's initializers of the machine's own target.
macro_rules! native {
    ($($name:ident calls $($x86:ident, $aarch64:ident);+)*) => {
        unsafe extern "C" {
            $($(
                #[cfg(target_arch = "x86_64")]
                fn $x86();
                #[cfg(target_arch = "aarch64")]
                fn $aarch64();
            )+)*
        }
        $(
            /// The function of this name in LLVM's `Target.h`: 0 for success.
            #[unsafe(no_mangle)]
            pub extern "C" fn $name() -> std::ffi::c_int {
                // SAFETY: the initializers take no arguments and may be called at any time and repeatedly.
                unsafe {
                    $(
                        #[cfg(target_arch = "x86_64")]
                        $x86();
                        #[cfg(target_arch = "aarch64")]
                        $aarch64();
                    )+
                }
                0
            }
        )*
    };
}

native! {
    LLVM_InitializeNativeTarget calls
        LLVMInitializeX86TargetInfo, LLVMInitializeAArch64TargetInfo;
        LLVMInitializeX86Target, LLVMInitializeAArch64Target;
        LLVMInitializeX86TargetMC, LLVMInitializeAArch64TargetMC
    LLVM_InitializeNativeAsmPrinter calls LLVMInitializeX86AsmPrinter, LLVMInitializeAArch64AsmPrinter
    LLVM_InitializeNativeAsmParser calls LLVMInitializeX86AsmParser, LLVMInitializeAArch64AsmParser
    LLVM_InitializeNativeDisassembler calls LLVMInitializeX86Disassembler, LLVMInitializeAArch64Disassembler
}
