//! Export: new bodies become LLVM functions.
//!
//! Instructions with an origin are clones with remapped operands, the others are built from their operation. What LLVM's verifier
//! rejects, or what cannot be written, is an error, and everything that the export created is deleted again.
//!
//! # Which function a body becomes
//! Always a new one, with internal linkage. If the declaration has an origin, the body is a *copy* of that function: it gets the origin's
//! attributes and convention, while other functions, and the copy itself, keep calling the original. If not, the declaration's own attributes
//! are written, with those that describe the target (`target-cpu`, `uwtable`, ...) of the function that the first imported
//! instruction comes from; calls of such functions in the same export lead to each other.
//!
//! # What clones keep
//! - Debug locations, though the new function has no `DISubprogram`: LLVM accepts them, and they are right wherever the function is
//!   inlined. Debug records (variables) are not copied (`records` does where they are read again), and `!DIAssignID` is dropped, because it
//!   ties a store to the records.
//! - Alias scopes, unless an instruction was cloned twice into one function: the scopes then claim too much and all are dropped.
//! - `tail` and `musttail` in copies only: elsewhere arguments may be stack memory of the caller.

mod body;
mod build;
mod clone;
mod constants;
mod symbols;

use ir::{FuncId, Function, GlobalId};
use llvm_sys::prelude::LLVMValueRef;
use rustc_hash::FxHashMap;

use crate::Importer;
use crate::error::ExportError;
use crate::ffi::{Val, sys, take_message};

/// Characters of a function's text that an error keeps.
const MAX_TEXT: usize = 8000;

/// Rejected functions whose text is printed.
const MAX_PRINTED: usize = 3;

/// Writes bodies of an importer's module as LLVM functions.
#[derive(Clone, Copy, Debug)]
pub struct Exporter<'a> {
    importer: &'a Importer,
}

/// The LLVM objects that an export made.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    functions: Vec<(FuncId, LLVMValueRef)>,
    declarations: Vec<(FuncId, LLVMValueRef)>,
    globals: Vec<(GlobalId, LLVMValueRef)>,
}

impl Exported {
    /// The LLVM function that the body of `id` became.
    pub fn get(&self, id: FuncId) -> Option<LLVMValueRef> {
        self.functions().find(|entry| entry.0 == id).map(|entry| entry.1)
    }

    /// All new functions, in the order in which the bodies were given.
    pub fn functions(&self) -> impl Iterator<Item = (FuncId, LLVMValueRef)> + '_ {
        self.functions.iter().copied()
    }

    /// Declarations that the bodies needed and the module did not have.
    pub fn declarations(&self) -> impl Iterator<Item = (FuncId, LLVMValueRef)> + '_ {
        self.declarations.iter().copied()
    }
}

impl<'a> Exporter<'a> {
    /// An exporter into the module that the importer reads.
    pub fn new(importer: &'a Importer) -> Self {
        Self { importer }
    }

    /// Writes all of `bodies`, or nothing. Verifies each.
    ///
    /// The bodies must use the importer's context. Call [`Importer::adopt`] with the result, so that later imports and exports know
    /// the new functions.
    ///
    /// # Errors
    /// Every body that cannot be written or that the verifier rejects.
    pub fn export(&self, bodies: &[&Function]) -> Result<Exported, Vec<ExportError>> {
        let mut writer = Writer::new(self.importer);
        let mut errors = Vec::new();
        let targets = symbols::create_functions(&mut writer, bodies, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        for (&function, &target) in bodies.iter().zip(&targets) {
            if let Err(error) = body::write(&mut writer, function, target) {
                errors.push(error);
            }
        }
        if let Err(error) = writer.write_initializers() {
            errors.push(error);
        }
        // A half-written function is no input for the verifier.
        if errors.is_empty() {
            errors = writer.verify(&targets);
        }
        if errors.is_empty() {
            Ok(writer.commit(bodies, &targets))
        } else {
            Err(errors)
        }
    }
}

impl Importer {
    /// Makes known what an export made: the functions and globals have origins from now on.
    pub fn adopt(&mut self, exported: &Exported) {
        let all = exported.functions.iter().chain(&exported.declarations);
        for &(id, func) in all {
            if self.module.ctx.funcs[id].origin.is_none() {
                // SAFETY: the export has just made the function.
                self.bind(id, unsafe { Val::new(func) });
            }
        }
        for &(id, global) in &exported.globals {
            // SAFETY: as above.
            self.bind_global(id, unsafe { Val::new(global) });
        }
    }
}

/// The state of one export. Unless it is committed, dropping it deletes everything that it created.
struct Writer<'a> {
    importer: &'a Importer,
    builder: llvm_sys::prelude::LLVMBuilderRef,
    types: FxHashMap<ir::Type, crate::ffi::Ty>,
    consts: FxHashMap<ir::Const, Val>,
    funcs: FxHashMap<FuncId, Val>,
    declarations: Vec<(FuncId, Val)>,
    globals: Vec<(GlobalId, Val)>,
    bare_globals: Vec<(GlobalId, Val)>,
    created: Vec<Val>,
    /// What is being written, for messages.
    current: String,
}

impl<'a> Writer<'a> {
    fn new(importer: &'a Importer) -> Self {
        // SAFETY: the importer's context is alive.
        let builder = unsafe { sys::LLVMCreateBuilderInContext(importer.context) };
        Self {
            importer,
            builder,
            types: FxHashMap::default(),
            consts: FxHashMap::default(),
            funcs: FxHashMap::default(),
            declarations: Vec::new(),
            globals: Vec::new(),
            bare_globals: Vec::new(),
            created: Vec::new(),
            current: String::new(),
        }
    }

    /// What LLVM's verifier says against the functions.
    fn verify(&self, funcs: &[Val]) -> Vec<ExportError> {
        use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyFunction, LLVMVerifyModule};
        let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
        let rejected: Vec<Val> = funcs
            .iter()
            .copied()
            .filter(|&func| {
                // SAFETY: the function is complete: every block of it was written.
                without_debug_locations(func, || unsafe { LLVMVerifyFunction(func.raw(), action) } != 0)
            })
            .collect();
        if rejected.is_empty() {
            return Vec::new();
        }
        // The verifier of functions has no text in the C API, that of modules has; it says everything at once.
        let mut message = std::ptr::null_mut();
        // SAFETY: the module is alive; the message is taken and freed.
        let message = unsafe {
            LLVMVerifyModule(self.importer.module_ref, action, &raw mut message);
            take_message(message)
        };
        let text_of = |func: &Val| {
            // SAFETY: printing reads only; the text is taken and freed.
            unsafe { take_message(sys::LLVMPrintValueToString(func.raw())) }
        };
        rejected
            .iter()
            .enumerate()
            .map(|(index, func)| ExportError::Rejected {
                function: func.name(),
                message: message.chars().take(MAX_TEXT).collect(),
                // Printing is slow in large modules.
                text: if index < MAX_PRINTED {
                    text_of(func).chars().take(MAX_TEXT).collect()
                } else {
                    String::new()
                },
            })
            .collect()
    }

    /// Keeps everything.
    fn commit(mut self, bodies: &[&Function], targets: &[Val]) -> Exported {
        self.created.clear();
        let raw = |list: &[(FuncId, Val)]| list.iter().map(|&(id, func)| (id, func.raw())).collect();
        Exported {
            functions: bodies
                .iter()
                .zip(targets)
                .map(|(body, target)| (body.id, target.raw()))
                .collect(),
            declarations: raw(&self.declarations),
            globals: self
                .globals
                .iter()
                .map(|&(id, global)| (id, global.raw()))
                .collect(),
        }
    }

    fn constant_error(&self, reason: impl Into<String>) -> ExportError {
        ExportError::Constant {
            function: self.current.clone(),
            reason: reason.into(),
        }
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // SAFETY: the objects were created by this writer and nobody else knows them. Uses among them are replaced before any is
        // deleted, because a deleted object must have no uses.
        unsafe {
            for object in &self.created {
                let poison = sys::LLVMGetPoison(sys::LLVMTypeOf(object.raw()));
                sys::LLVMReplaceAllUsesWith(object.raw(), poison);
            }
            for object in self.created.drain(..) {
                if object.kind() == crate::ffi::value_kind::FUNCTION {
                    sys::LLVMDeleteFunction(object.raw());
                } else {
                    sys::LLVMDeleteGlobal(object.raw());
                }
            }
            sys::LLVMDisposeBuilder(self.builder);
        }
    }
}

/// Runs `check` while a function has no debug locations.
///
/// The verifier follows a location through the whole graph of debug info, anew for each function: with C++ libraries, a tenth of a
/// second each. The locations come from imported instructions, so they are as valid as the module was.
fn without_debug_locations<T>(func: Val, check: impl FnOnce() -> T) -> T {
    let set = |inst: Val, location: *mut llvm_sys::LLVMOpaqueMetadata| {
        // SAFETY: the value is an instruction; null takes its location away.
        unsafe { llvm_sys::debuginfo::LLVMInstructionSetDebugLoc(inst.raw(), location) };
    };
    let mut locations = Vec::new();
    let mut block = func.first_block();
    while let Some(current) = block {
        let mut inst = current.first_inst();
        while let Some(found) = inst {
            if let Some(location) = found.debug_loc() {
                locations.push((found, location));
                set(found, std::ptr::null_mut());
            }
            inst = found.next_inst();
        }
        block = current.next();
    }
    let result = check();
    for (inst, location) in locations {
        set(inst, location.raw());
    }
    result
}

/// A name as LLVM's C strings want it: without interior zero bytes.
fn c_name(name: &str) -> std::ffi::CString {
    let bytes: Vec<u8> = name.bytes().filter(|&byte| byte != 0).collect();
    std::ffi::CString::new(bytes).unwrap_or_default()
}
