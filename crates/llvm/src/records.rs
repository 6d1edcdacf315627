//! Debug records of a function in a copy of it.
//!
//! An export leaves them out, but what they say of variables is often all that tells what bytes are which nothing but moves. A copy that is made to be
//! read gets those that can be understood, and LLVM's passes keep them up to date there.

use llvm_sys::debuginfo;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Importer;
use crate::ffi::{Md, Val, sys};

impl Importer {
    /// Writes the records of `original` that are understood into `copy`, an export of `original` as it is now. Where the two differ nothing
    /// is written. Linear.
    pub(crate) fn copy_records(&mut self, original: Val, copy: Val) {
        if !self.has_debug_info() {
            return;
        }
        let Some(copies) = instructions_of_copy(original, copy) else {
            return;
        };
        let mut seen = FxHashSet::default();
        // SAFETY: the module is alive; a builder that makes no compile unit adds nothing to it.
        let builder = unsafe { debuginfo::LLVMCreateDIBuilderDisallowUnresolved(self.module_ref) };
        for raw in instructions(original) {
            // SAFETY: the instruction is alive; records belong to it and are walked at once.
            let mut record = unsafe { sys::LLVMGetFirstDbgRecord(raw.raw()) };
            while !record.is_null() {
                let found = self.understood(record);
                let found =
                    found.filter(|it| seen.insert((it.held, it.variable, it.expression, it.declares)));
                if let Some(found) = found
                    && let (Some(held), Some(before)) = (copies.get(&found.held), copies.get(&raw))
                {
                    // SAFETY: all parts belong to the module that is alive; a record has a location.
                    unsafe {
                        let insert = match found.declares {
                            true => debuginfo::LLVMDIBuilderInsertDeclareRecordBefore,
                            false => debuginfo::LLVMDIBuilderInsertDbgValueRecordBefore,
                        };
                        insert(
                            builder,
                            held.raw(),
                            found.variable.raw(),
                            found.expression.raw(),
                            sys::LLVMDbgRecordGetDebugLoc(record),
                            before.raw(),
                        );
                    }
                }
                // SAFETY: as above.
                record = unsafe { sys::LLVMGetNextDbgRecord(record) };
            }
        }
        // SAFETY: the builder was made here.
        unsafe { debuginfo::LLVMDisposeDIBuilder(builder) };
    }
}

/// What a record of a variable consists of.
pub(crate) struct Understood {
    /// Whether the variable is in memory at `held`.
    pub(crate) declares: bool,
    /// An expression without effect, a dereference, or half of a variable.
    pub(crate) expression: Md,
    /// The value.
    pub(crate) held: Val,
    /// The variable.
    pub(crate) variable: Md,
}

fn instructions(function: Val) -> impl Iterator<Item = Val> {
    let blocks = std::iter::successors(function.first_block(), |block| block.next());
    blocks.flat_map(|block| std::iter::successors(block.first_inst(), |inst| inst.next_inst()))
}

/// The copy of each parameter and instruction; `None` if the two functions are not of the same instructions.
fn instructions_of_copy(original: Val, copy: Val) -> Option<FxHashMap<Val, Val>> {
    let mut copies = FxHashMap::default();
    for index in 0..original.param_count() {
        copies.insert(original.param(index), copy.param(index));
    }
    let (mut old, mut new) = (instructions(original), instructions(copy));
    loop {
        match (old.next(), new.next()) {
            (None, None) => return Some(copies),
            (Some(old), Some(new)) if old.opcode() == new.opcode() => copies.insert(old, new),
            _ => return None,
        };
    }
}
