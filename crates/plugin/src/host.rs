//! Meeting the host: `llvmGetPassPluginInfo`, the first and only function that a host of plugins looks up. (rustc's backend for `std::autodiff` is
//! met in [`crate::libenzyme`].)
//!
//! A host of another LLVM gets a message on standard error, and an answer that makes it carry on without the plugin:
//! an empty registration callback, the version of the plugin interface that it expects, and no more bytes of the
//! answer than its structure has.

use std::ffi::{c_char, c_uint, c_void};
use std::sync::OnceLock;

use llvm_sys::core::LLVMGetVersion;

use crate::{glue, options, panics};

/// The major version of LLVM whose headers the glue was compiled with.
const LLVM_MAJOR: c_uint = 22;

/// LLVM's `PassPluginLibraryInfo`. Before LLVM 22 it ended with `register`.
#[repr(C)]
struct PassPluginLibraryInfo {
    api_version: u32,
    name: *const c_char,
    version: *const c_char,
    register: extern "C" fn(*mut c_void),
    before_code_generation: Option<extern "C" fn()>,
}

/// Registers the passes with a `llvm::PassBuilder`.
extern "C" fn register(pass_builder: *mut c_void) {
    // SAFETY: the host calls this with its PassBuilder, and `admit` has seen that it is the right LLVM's.
    unsafe { glue::rsenzyme_glue_register_passes(pass_builder) }
}

/// What a host of another LLVM calls instead.
extern "C" fn register_nothing(_pass_builder: *mut c_void) {}

/// The host's version of LLVM, if the plugin cannot work with it.
fn admit() -> Result<(), c_uint> {
    // rustc loads its plugins on every worker thread, and all must see the options registered once.
    static ADMITTED: OnceLock<Result<(), c_uint>> = OnceLock::new();
    *ADMITTED.get_or_init(|| {
        let (mut major, mut minor, mut patch) = (0, 0, 0);
        // SAFETY: the three pointers are to live variables.
        unsafe { LLVMGetVersion(&mut major, &mut minor, &mut patch) };
        if major != LLVM_MAJOR {
            eprintln!(
                "rs-enzyme: this host is built on LLVM {major}.{minor}.{patch}, but librsenzyme.so {} needs LLVM \
                 {LLVM_MAJOR}: the plugin is not active. Use the host's LLVM {LLVM_MAJOR} version, such as \
                 clang-{LLVM_MAJOR} (`cargo xtask doctor` lists what is installed)",
                env!("CARGO_PKG_VERSION")
            );
            return Err(major);
        }
        panics::install_hook();
        options::register();
        Ok(())
    })
}

/// Whether the plugin can work with the host's LLVM; if not, it has said so.
pub fn is_admitted() -> bool {
    panics::contain(admit).is_ok_and(|admission| admission.is_ok())
}

/// Fills the host's structure.
///
/// # Safety
///
/// `info` points to uninitialized memory for the structure of the host's version.
unsafe fn describe(info: *mut PassPluginLibraryInfo) {
    let admission = panics::contain(admit).unwrap_or_else(|panic| {
        eprintln!("rs-enzyme: internal error while the plugin was loaded, which is not active: {panic}");
        Err(LLVM_MAJOR)
    });
    // SAFETY: the pointer is the host's; fields are written one by one because hosts before LLVM 22 have only four.
    unsafe {
        (&raw mut (*info).name).write(c"rs-enzyme".as_ptr());
        (&raw mut (*info).version).write(concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast());
        match admission {
            Ok(()) => {
                (&raw mut (*info).api_version).write(glue::rsenzyme_glue_api_version());
                (&raw mut (*info).register).write(register);
                (&raw mut (*info).before_code_generation).write(None);
            }
            Err(major) => {
                // Interface 1 was LLVM 8's to 21's.
                let api_version = if major < LLVM_MAJOR {
                    1
                } else {
                    glue::rsenzyme_glue_api_version()
                };
                (&raw mut (*info).api_version).write(api_version);
                (&raw mut (*info).register).write(register_nothing);
                if major >= LLVM_MAJOR {
                    (&raw mut (*info).before_code_generation).write(None);
                }
            }
        }
    }
}

/// The plugin's entry point. In C++ it returns the structure by value; in the calling convention of x86-64 that is a
/// function which gets the address of the result and returns it, and this form does not write more than it means to.
///
/// # Safety
///
/// Only for hosts: `info` points to memory for their `llvm::PassPluginLibraryInfo`.
#[cfg(all(target_arch = "x86_64", unix))]
#[unsafe(no_mangle)]
unsafe extern "C" fn llvmGetPassPluginInfo(info: *mut c_void) -> *mut c_void {
    // SAFETY: promised by the caller.
    unsafe { describe(info.cast()) };
    info
}

#[cfg(not(all(target_arch = "x86_64", unix)))]
compile_error!("host.rs knows how a structure is returned on x86-64 Unix only");
