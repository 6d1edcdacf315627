//! Instructions with an origin: a clone with other operands and targets, which keeps all that our IR does not model.

use ir::{Inst, Op, Origin, Value};
use llvm_sys::prelude::LLVMValueRef;

use super::body::{BodyWriter, set_metadata};
use crate::error::ExportError;
use crate::ffi::{Val, raw, sys};
use crate::metadata::kind_number;
use crate::opcode;
use crate::operands::positions;

impl BodyWriter<'_, '_> {
    /// Inserts a clone of `origin` for `inst`.
    pub(super) fn clone_inst(&mut self, inst: Inst, origin: Origin) -> Result<Val, ExportError> {
        // SAFETY: origins of instructions live as long as the importer.
        let original = unsafe { Val::new(origin.address() as LLVMValueRef) };
        let code = original.opcode();
        let data = self.func.inst(inst);
        let (values, blocks) = positions(original, code);
        let cases = if code == opcode::SWITCH {
            blocks.len() - 1
        } else {
            0
        };
        if data.operands.len() != values.len() + cases || data.targets.len() != blocks.len() {
            return Err(self.unsupported(
                inst,
                "it has other operands than its origin, which was not cleared",
            ));
        }
        // Operands first: a stand-in for a value that is not there yet is an instruction before this one.
        let mut new_values = Vec::with_capacity(data.operands.len());
        for (position, &operand) in data.operands.iter().enumerate() {
            let before = match values.get(position) {
                Some(&at) => original.operand(at),
                None => original.switch_case((position - values.len() + 1) as u32),
            };
            new_values.push(self.new_operand(operand, before)?);
        }
        let clone = self.insert_clone(original);
        for (position, value) in new_values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            // SAFETY: positions and cases are those of the original, and the clone has the same.
            unsafe {
                match values.get(position) {
                    Some(&at) => sys::LLVMSetOperand(clone.raw(), at, value.raw()),
                    None => {
                        let case = (position - values.len() + 1) as u32;
                        sys::LLVMSetSwitchCaseValue(clone.raw(), case, value.raw());
                    }
                }
            }
        }
        for (&at, &target) in blocks.iter().zip(&data.targets) {
            let target = self.block(target)?;
            // SAFETY: the position is of a block.
            unsafe { sys::LLVMSetOperand(clone.raw(), at, target.as_value().raw()) };
        }
        self.clean(inst, clone);
        Ok(clone)
    }

    /// The LLVM operand to set, or `None` if the clone has the right one already. A constant that differs from ours only in what we
    /// do not model stays.
    fn new_operand(&mut self, operand: Value, before: Val) -> Result<Option<Val>, ExportError> {
        let value = self.value(operand)?;
        if value == before {
            return Ok(None);
        }
        let constant = self.func.as_const(operand);
        if constant.is_some()
            && self.writer.importer.consts.find(before) == constant
            && !self.is_local(operand)
        {
            return Ok(None);
        }
        Ok(Some(value))
    }

    /// Whether an operand is the address of a block, which differs from function to function.
    fn is_local(&self, operand: Value) -> bool {
        use ir::{ConstData, OpaqueConst};
        let ctx = &self.writer.importer.module.ctx;
        self.func.as_const(operand).is_some_and(|constant| {
            matches!(
                ctx.consts.get(constant),
                ConstData::Opaque {
                    kind: OpaqueConst::BlockAddress,
                    ..
                }
            )
        })
    }

    fn insert_clone(&mut self, original: Val) -> Val {
        let name = original.name();
        // SAFETY: the original is an instruction; the clone goes where the builder is.
        unsafe {
            let clone = sys::LLVMInstructionClone(original.raw());
            sys::LLVMInsertIntoBuilder(self.writer.builder, clone);
            let clone = Val::new(clone);
            if !name.is_empty() {
                clone.set_name(&name);
            }
            clone
        }
    }

    /// Takes away what holds for the original only.
    fn clean(&mut self, inst: Inst, clone: Val) {
        if clone.has_metadata() {
            set_metadata(clone, self.assign_id, None);
            if !self.keep_scopes {
                for kind in ["alias.scope", "noalias"] {
                    set_metadata(clone, kind_number(self.writer.importer.context, kind), None);
                }
            }
        }
        if !self.copy && matches!(self.func.inst(inst).op, Op::Call(_)) {
            // SAFETY: the clone is a call.
            unsafe { raw::LLVMSetTailCallKind(clone.raw(), opcode::tail_number(ir::TailKind::None)) };
        }
    }
}
