//! The C interface by which rustc uses this library as the backend of `std::autodiff`, under the name `libEnzyme-22.so`.
//!
//! rustc resolves every symbol of this module when `-Zautodiff=Enable` is given, hands the flags of `-Zautodiff=...` over ([`flags`]), and
//! calls [`registerEnzymeAndPassPipeline`] with the builder of its fat-LTO pipeline, whose last pass it then asks for by the name `enzyme`. The type
//! trees ([`trees`]) are for front ends that say the types of arguments.
//!
//! The names are Enzyme's, hence their spelling.

mod flags;
mod trees;

use std::ffi::c_void;

use crate::{glue, host};

/// Registers the names of the passes with rustc's `llvm::PassBuilder`.
///
/// Enzyme would also change the pipeline if `augment` says so, which rustc never does: it puts the pass itself where it belongs.
/// A host of another LLVM has been told so; its request for the pass `enzyme` fails.
///
/// # Safety
///
/// `pass_builder` is a live `llvm::PassBuilder` of this process's LLVM.
#[unsafe(no_mangle)]
unsafe extern "C" fn registerEnzymeAndPassPipeline(pass_builder: *mut c_void, augment: bool) {
    let _ = augment;
    if host::is_admitted() {
        // SAFETY: promised by the caller, and the LLVM is that of the glue.
        unsafe { glue::rsenzyme_glue_register_names(pass_builder) }
    }
}
