//! Copies of functions in a form that is good to differentiate, and cleaning of the code that came out.
//!
//! [`Importer::import_canonical`] copies a function and runs a few of LLVM's own passes on the copy: memory that is only a variable becomes
//! values, loops get a preheader, one latch and closed values. The passes are chosen so that they add nothing that is harder to differentiate: no
//! speculation (a `select` evaluates both sides, and an infinite derivative on the side not taken times zero is NaN), no combination of
//! instructions that turns float arithmetic into integer arithmetic, no pass that changes the types in which memory is read.
//!
//! The original stays as it is: the host goes on using it.
//!
//! The passes run from inside the host's own. LLVM skips functions marked `optnone` in silence, so the mark is removed first; and the
//! host's pass must say that it preserves nothing, because the outer manager's analyses do not hear of the changes. A call costs
//! tens of microseconds besides the passes themselves.

use std::ffi::CString;
use std::ptr::null_mut;

use ir::graph::{Cfg, Dominators, Loops};
use ir::{FuncId, Function, Op};
use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMGetErrorMessage};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use llvm_sys::target_machine::{
    LLVMCodeGenOptLevel, LLVMCodeModel, LLVMCreateTargetMachine, LLVMDisposeTargetMachine,
    LLVMGetTargetFromTriple, LLVMRelocMode, LLVMTargetMachineRef,
};
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMRunPassesOnFunction,
};

use crate::attributes::kind_number;
use crate::error::PrepareError;
use crate::export::Exporter;
use crate::ffi::{FUNCTION_INDEX, Val, sys, take_message};
use crate::import::Importer;

/// What runs on functions with cycles that are entered at several blocks, before anything else: a block that tells the entries apart
/// makes them loops.
const REDUCIBLE: &str = "lower-switch,fix-irreducible";

/// The prefix of copies' names, as Enzyme has it.
const PREPARED_PREFIX: &str = "preprocess_";

/// What [`Importer::import_canonical`] runs. `sroa` keeps the control flow, which it would otherwise change to speculate loads.
const CANONICAL: &str = "sroa<preserve-cfg>,instsimplify,early-cse<memssa>,dce,loop-simplify,lcssa";

/// The scalar half of [`Cleaner::clean_up`]: what LLVM does at `-O2` to one function, without inlining and without `indvars` (no benchmark of crate
/// adbench gets slower, and it is a tenth of the time), and with `instcombine` where it finds something: it is the most expensive pass of this half.
const SCALAR: &str = "sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,\
    loop-mssa(loop-instsimplify,loop-simplifycfg,licm,loop-rotate,licm),simplifycfg,\
    loop(loop-idiom,loop-deletion,loop-unroll-full),sroa,gvn,sccp,bdce,instcombine<no-verify-fixpoint>,memcpyopt,dse,\
    loop-mssa(licm),adce,simplifycfg";

/// The vector half. Loops that stem from vectorized ones say so and are passed by. Straight code comes before loops: `slp-vectorizer` would
/// otherwise try its hand at the checks that `loop-vectorize` puts before loops, comparisons of each address with each other, which can take ten times
/// as long as all else.
const VECTOR: &str = "slp-vectorizer,loop(loop-rotate),loop-vectorize,simplifycfg,vector-combine,\
    loop-unroll,instcombine<no-verify-fixpoint>,loop-mssa(licm),early-cse,simplifycfg";

/// How far [`Cleaner::clean_up`] goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CleanUp {
    /// Nothing: the code stays as it was written.
    Skip,
    /// Scalar passes, for hosts that vectorise later, and for code that calculates nothing.
    Scalar,
    /// Scalar passes, then vectorisation and unrolling, for hosts that run the pass last.
    #[default]
    Full,
}

/// Function attributes that keep LLVM's passes away, or that promise what a copy does not keep.
const REMOVED: [&str; 3] = ["optnone", "noinline", "alwaysinline"];

impl Importer {
    /// Imports the body of a function in canonical form: where stack slots hide values, as in unoptimized code, or cycles are entered at
    /// several blocks, LLVM's passes run on a copy of it, `preprocess_<name>`, and the copy is what is read. Gives the copy, if one was
    /// made: it must live as long as the importer, and be deleted after that. Functions that need nothing, and those that were read
    /// before, are left as they are. Calls in the copy lead to the originals.
    ///
    /// # Errors
    /// If the function jumps to computed addresses of its blocks (tables of them would still name the original's), or if LLVM
    /// refuses the copy or a pass. Nothing is left of the copy then.
    ///
    /// # Safety
    /// As of [`Importer::func_id`].
    pub unsafe fn import_canonical(
        &mut self,
        func: LLVMValueRef,
    ) -> Result<Option<LLVMValueRef>, PrepareError> {
        // SAFETY: by the contract above.
        let id = unsafe { self.import_function(func) };
        if !self.canonical.insert(id) {
            return Ok(None);
        }
        let Some(body) = self.module.body(id) else {
            return Ok(None);
        };
        let passes: Vec<&str> = [(REDUCIBLE, is_irreducible(body)), (CANONICAL, has_slots(body))]
            .into_iter()
            .filter_map(|(passes, needed)| needed.then_some(passes))
            .collect();
        if passes.is_empty() {
            return Ok(None);
        }
        let passes = passes.join(",");
        let pointees = crate::pointees::of_params(&self.module.ctx, body);
        let copy = self.copy(id, body)?;
        // SAFETY: a function, by the contract above.
        self.copy_records(unsafe { Val::new(func) }, copy);
        for attr in REMOVED {
            // SAFETY: the copy is a function; an attribute that it does not have may be removed.
            unsafe { sys::LLVMRemoveEnumAttributeAtIndex(copy.raw(), FUNCTION_INDEX, kind_number(attr)) };
        }
        if let Err(error) = run_passes(copy, &passes, null_mut()) {
            // SAFETY: the copy was made here and nothing uses it.
            unsafe { sys::LLVMDeleteFunction(copy.raw()) };
            return Err(error);
        }
        let mut body = self.read_body(copy, id);
        body.pointees = pointees;
        self.module.set_body(body);
        self.read_initializers();
        Ok(Some(copy.raw()))
    }

    /// A copy of a function that was imported.
    fn copy(&self, id: FuncId, body: &Function) -> Result<Val, PrepareError> {
        let function = &self.module.ctx.funcs[id].name;
        let not_copied = |reason: String| PrepareError::NotCopied {
            function: function.to_string(),
            reason,
        };
        if body.all_insts().any(|inst| body.inst(inst).op == Op::IndirectBr) {
            return Err(not_copied(
                "it jumps to computed addresses (indirectbr)".to_owned(),
            ));
        }
        let exported = Exporter::new(self).export(&[body]).map_err(|errors| {
            let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
            not_copied(reasons.join("; "))
        })?;
        match exported.get(id) {
            Some(copy) => {
                // SAFETY: the export has just made the function.
                let copy = unsafe { Val::new(copy) };
                copy.set_name(&format!("{PREPARED_PREFIX}{function}"));
                Ok(copy)
            }
            None => Err(not_copied("the export lost it".to_owned())),
        }
    }
}

/// Whether a body has cycles that are no loops. Jumps to computed addresses cannot be redirected.
fn is_irreducible(body: &Function) -> bool {
    let cfg = Cfg::of(body);
    let jumps = |inst: ir::Inst| body.inst(inst).op == Op::IndirectBr;
    !Loops::of(&cfg, &Dominators::of(&cfg)).irreducible().is_empty() && !body.all_insts().any(jumps)
}

/// Whether a body keeps values in stack slots that could be values of the IR.
fn has_slots(body: &Function) -> bool {
    body.insts(body.entry())
        .iter()
        .any(|&inst| matches!(body.inst(inst).op, Op::Alloca { .. }))
}

/// Optimises functions that were generated, as the host's own pipeline may be over.
pub struct Cleaner(Machine);

impl Cleaner {
    /// For the functions of a module.
    ///
    /// # Safety
    /// `module` must be a module of LLVM 22 that is alive.
    pub unsafe fn new(module: LLVMModuleRef) -> Self {
        Self(Machine::of(module))
    }

    /// Optimises a function.
    ///
    /// # Errors
    /// If LLVM refuses a pass; the function is then as it was or partly optimised, and valid.
    ///
    /// # Safety
    /// `func` must be a function with a body, alive, in the module, which only this thread uses.
    pub unsafe fn clean_up(&self, func: LLVMValueRef, how: CleanUp) -> Result<(), PrepareError> {
        // SAFETY: by the contract above.
        let func = unsafe { Val::new(func) };
        let passes = match how {
            CleanUp::Skip => return Ok(()),
            CleanUp::Scalar => SCALAR.to_owned(),
            CleanUp::Full => format!("{SCALAR},{VECTOR}"),
        };
        for attr in REMOVED {
            // SAFETY: the value is a function.
            unsafe { sys::LLVMRemoveEnumAttributeAtIndex(func.raw(), FUNCTION_INDEX, kind_number(attr)) };
        }
        run_passes(func, &passes, self.0.0)
    }
}

/// The target's cost model. Without one (the host has not registered the target) LLVM assumes a machine without vectors.
pub(crate) struct Machine(LLVMTargetMachineRef);

impl Machine {
    pub(crate) fn of(module: LLVMModuleRef) -> Self {
        let (mut target, mut message) = (null_mut(), null_mut());
        // SAFETY: the triple belongs to the module; processor and features come from each function's attributes.
        unsafe {
            let triple = sys::LLVMGetTarget(module);
            if LLVMGetTargetFromTriple(triple, &raw mut target, &raw mut message) != 0 {
                take_message(message);
                return Self(null_mut());
            }
            Self(LLVMCreateTargetMachine(
                target,
                triple,
                c"".as_ptr(),
                c"".as_ptr(),
                LLVMCodeGenOptLevel::LLVMCodeGenLevelDefault,
                LLVMRelocMode::LLVMRelocDefault,
                LLVMCodeModel::LLVMCodeModelDefault,
            ))
        }
    }
}

impl Machine {
    /// For LLVM's functions; null where there is none.
    pub(crate) fn raw(&self) -> LLVMTargetMachineRef {
        self.0
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the machine is owned.
            unsafe { LLVMDisposeTargetMachine(self.0) };
        }
    }
}

/// Runs passes on one function.
pub(crate) fn run_passes(func: Val, passes: &str, machine: LLVMTargetMachineRef) -> Result<(), PrepareError> {
    let text = CString::new(passes).unwrap_or_default();
    // SAFETY: the function is complete; options and message are disposed of once.
    unsafe {
        let options = LLVMCreatePassBuilderOptions();
        let error = LLVMRunPassesOnFunction(func.raw(), text.as_ptr(), machine, options);
        LLVMDisposePassBuilderOptions(options);
        if error.is_null() {
            return Ok(());
        }
        let message = LLVMGetErrorMessage(error);
        let owned = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        Err(PrepareError::Passes {
            function: func.name(),
            passes: passes.to_owned(),
            message: owned,
        })
    }
}
