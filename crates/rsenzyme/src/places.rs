//! Values and instructions of imported functions in the words of messages: LLVM's text, source lines, and chains of reasons.

use ir::{FuncId, Inst, Origin, Value};
use llvm::{Importer, SourceLocation};
use llvm_sys::core::{LLVMGetBasicBlockName, LLVMGetInstructionParent, LLVMGetParam};
use llvm_sys::prelude::LLVMValueRef;
use typeanalysis::{Cause, Contradiction, Step, UnknownBytes};

use crate::raw::Val;

/// Steps of a chain that a message shows: LLVM numbers the whole module to print one instruction.
const STEPS: usize = 8;

/// Finds the LLVM objects that ours were imported from.
#[derive(Clone, Copy)]
pub(crate) struct Places<'a> {
    importer: &'a Importer,
}

impl<'a> Places<'a> {
    pub(crate) fn new(importer: &'a Importer) -> Self {
        Self { importer }
    }

    /// The instruction that one of ours was imported from, or whose place it shares.
    pub(crate) fn origin(self, func: FuncId, inst: Inst) -> Option<Origin> {
        let data = self.importer.module.body(func)?.inst(inst);
        data.origin.or(data.location)
    }

    /// The instruction that one of ours was imported from.
    pub(crate) fn raw(self, func: FuncId, inst: Inst) -> Option<Val> {
        let origin = self.importer.module.body(func)?.inst(inst).origin?;
        // SAFETY: origins of imported instructions live as long as the importer.
        Some(unsafe { Val::new(origin.address() as LLVMValueRef) })
    }

    /// The parameter as LLVM prints it, with its type.
    pub(crate) fn param(self, func: FuncId, param: Value) -> String {
        let params = self.importer.module.body(func).map(|body| &body.params);
        let index = params.and_then(|params| params.iter().position(|&other| other == param));
        match index.zip(self.importer.raw(func)) {
            // SAFETY: the function is alive, and ours has as many parameters as it.
            Some((index, func)) => unsafe { Val::new(LLVMGetParam(func, index as u32)) }.print(),
            None => String::new(),
        }
    }

    /// The name of a block; empty if it has none.
    pub(crate) fn block(self, func: FuncId, block: ir::Block) -> String {
        let body = self.importer.module.body(func);
        let first = body.and_then(|body| body.insts(block).first().copied());
        match first.and_then(|inst| self.raw(func, inst)) {
            // SAFETY: the instruction is alive and in a block; the name belongs to the block and is copied.
            Some(inst) => unsafe {
                let name = LLVMGetBasicBlockName(LLVMGetInstructionParent(inst.raw()));
                std::ffi::CStr::from_ptr(name).to_string_lossy().into_owned()
            },
            None => String::new(),
        }
    }

    /// The instruction as LLVM prints it, with all metadata; empty if it is none of LLVM's.
    pub(crate) fn printed(self, func: FuncId, inst: Inst) -> String {
        self.raw(func, inst).map_or_else(String::new, Val::print)
    }

    /// The source line of an instruction.
    pub(crate) fn location(self, func: FuncId, inst: Inst) -> Option<SourceLocation> {
        self.importer
            .location(self.origin(func, inst)?)
            .filter(|location| location.line != 0)
    }

    /// The instruction without metadata.
    pub(crate) fn text(self, func: FuncId, inst: Inst) -> String {
        match self.origin(func, inst) {
            // SAFETY: origins of imported instructions live as long as the importer.
            Some(origin) => unsafe { llvm::instruction_text(origin) },
            None => "an instruction that was made up".to_owned(),
        }
    }

    /// The instruction without metadata, with its source line if that is known.
    pub(crate) fn line(self, func: FuncId, inst: Inst) -> String {
        let text = self.text(func, inst);
        match self.location(func, inst) {
            Some(location) => format!("`{text}` at {location}"),
            None => format!("`{text}`"),
        }
    }

    fn cause(self, func: FuncId, cause: Cause) -> String {
        match cause {
            Cause::Inst(inst) => self.line(func, inst),
            Cause::Seed => "the signature or the caller".to_owned(),
            Cause::Constant => "a constant".to_owned(),
        }
    }

    /// The lines of a chain of reasons, the last one first.
    fn chain(self, func: FuncId, title: &str, steps: &[Step]) -> Vec<String> {
        let mut lines = vec![format!("{title}:")];
        for step in steps.iter().take(STEPS) {
            lines.push(format!("  {} ({})", self.cause(func, step.cause), step.why));
        }
        if steps.len() > STEPS {
            lines.push(format!("  and {} steps before", steps.len() - STEPS));
        }
        lines
    }

    /// Both derivations of a contradiction.
    pub(crate) fn contradiction(self, found: &Contradiction) -> Vec<String> {
        let added = Step {
            value: found.value,
            cause: found.cause,
            why: found.why,
            tree: found.added.clone(),
        };
        let mut second = vec![added];
        second.extend(found.added_because.iter().cloned());
        let mut lines = self.chain(found.func, "the first is known from", &found.known_because);
        lines.extend(self.chain(found.func, "the second from", &second));
        lines
    }

    /// What is known around bytes of unknown type, and where they come from.
    pub(crate) fn unknown(self, found: &UnknownBytes) -> Vec<String> {
        let mut lines = vec!["the bytes come from:".to_owned()];
        for &inst in found.sources.iter().take(STEPS) {
            lines.push(format!("  {}", self.line(found.func, inst)));
        }
        if found.sources.len() > STEPS {
            lines.push(format!(
                "  and {} instructions before",
                found.sources.len() - STEPS
            ));
        }
        lines
    }
}
