//! Bringing functions into the form that differentiation works best on, and cleaning up what it made: LLVM's own function passes.
//!
//! Both run LLVM's pass manager on one function from inside the host's pass. That skips functions marked `optnone` in silence, so the
//! mark is removed first; and the host's pass must say that it preserves nothing, because analyses of the outer manager do not hear of it.
//! One call costs tens of microseconds besides the passes themselves.

use std::ffi::CStr;

use ir::FuncId;
use llvm_sys::error::LLVMGetErrorMessage;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMRunPassesOnFunction,
};

use crate::ffi::{FUNCTION_INDEX, Val, sys};
use crate::{Exporter, Importer, PrepareError};

/// Stack slots become values, and dead or constant parts disappear. Nothing that changes the types of memory accesses runs here:
/// combining loads or stores would hide which bytes are floats.
const CANONICALIZE: &CStr = c"sroa,early-cse,simplifycfg,instsimplify,adce";

/// What derivatives are made of was optimized before, but they have new loads and stores of shadows, new loops, and values that nothing
/// needs; and after the places where the host runs the plugin little follows.
const CLEAN_UP: &CStr = c"sroa<modify-cfg>,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,\
loop-mssa(loop-instsimplify,loop-simplifycfg,licm<allowspeculation>),loop(indvars,loop-deletion),gvn,dse,adce,\
loop-vectorize,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,simplifycfg";

/// Function attributes that keep LLVM's passes away, or that promise what a copy does not keep.
const REMOVED: [&str; 3] = ["optnone", "noinline", "alwaysinline"];

impl Importer {
    /// Imports the body of a function in canonical form: where stack slots hide values, as in unoptimized code, LLVM's passes run on a
    /// copy of it, and the copy is what is read. Gives the copy, if one was made: it must live as long as the importer, and be deleted
    /// after that. Functions that need nothing are read as they are.
    ///
    /// # Errors
    /// If LLVM refuses the copy or its passes.
    ///
    /// # Safety
    /// As of [`Importer::func_id`].
    pub unsafe fn import_canonical(
        &mut self,
        func: LLVMValueRef,
    ) -> Result<Option<LLVMValueRef>, PrepareError> {
        // SAFETY: by the contract above.
        let id = unsafe { self.import_function(func) };
        let Some(body) = self.module.body(id).filter(|body| has_slots(body)) else {
            return Ok(None);
        };
        let function = self.module.ctx.funcs[id].name.to_string();
        let not_copied = |errors: Vec<crate::ExportError>| PrepareError::NotCopied {
            function: function.clone(),
            reason: errors.first().map(ToString::to_string).unwrap_or_default(),
        };
        let exported = Exporter::new(self).export(&[body]).map_err(not_copied)?;
        let Some(copy) = exported.get(id) else {
            return Ok(None);
        };
        // SAFETY: the export has just made the function.
        let copy = unsafe { Val::new(copy) };
        copy.set_name(&format!("preprocess_{function}"));
        run(copy, CANONICALIZE).map_err(|message| PrepareError::Passes {
            function,
            passes: CANONICALIZE.to_string_lossy().into_owned(),
            message,
        })?;
        self.read_instead(copy, id);
        Ok(Some(copy.raw()))
    }

    /// Makes the body of `copy` that of `id`.
    fn read_instead(&mut self, copy: Val, id: FuncId) {
        let body = self.read_body(copy, id);
        self.module.set_body(body);
        self.read_initializers();
    }
}

/// Whether a body keeps values in stack slots that could be values of the IR.
fn has_slots(body: &ir::Function) -> bool {
    body.insts(body.entry())
        .iter()
        .any(|&inst| matches!(body.inst(inst).op, ir::Op::Alloca { .. }))
}

/// Optimizes a function that was made.
///
/// # Errors
/// If LLVM refuses the passes, with its message. The function is then valid, but not optimized.
///
/// # Safety
/// `func` must be a function with a body, alive, and used by this thread only.
pub unsafe fn clean_up(func: LLVMValueRef) -> Result<(), String> {
    // SAFETY: by the contract above.
    run(unsafe { Val::new(func) }, CLEAN_UP)
}

fn run(func: Val, passes: &CStr) -> Result<(), String> {
    for name in REMOVED {
        // SAFETY: the function is alive, and the names are of flags.
        unsafe {
            let kind = sys::LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
            sys::LLVMRemoveEnumAttributeAtIndex(func.raw(), FUNCTION_INDEX, kind);
        }
    }
    // SAFETY: the function is alive and complete; no target machine is needed; the options are released, and the message of an error
    // is copied and released.
    unsafe {
        let options = LLVMCreatePassBuilderOptions();
        let error = LLVMRunPassesOnFunction(func.raw(), passes.as_ptr(), std::ptr::null_mut(), options);
        LLVMDisposePassBuilderOptions(options);
        if error.is_null() {
            return Ok(());
        }
        let message = LLVMGetErrorMessage(error);
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        llvm_sys::error::LLVMDisposeErrorMessage(message);
        Err(text)
    }
}
