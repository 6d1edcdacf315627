//! What each instruction becomes in the two sweeps.

mod alloc;
mod arith;
mod atomics;
mod call;
mod elements;
mod intrinsics;
mod library;
mod listed;
mod memory;
mod select;
mod transfer;
mod transfer_checked;
mod untold;
mod vector;
pub(crate) mod words;

use ir::{Inst, Op};

pub(crate) use call::{Demands, KnownCalls};
pub(crate) use memory::WORD;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// The forward sweep of an instruction that is no phi and no terminator: its copy, and its shadow if it is an address.
    pub(crate) fn forward(&mut self, inst: Inst) {
        self.at(inst);
        if let Err(kind) = self.forward_op(inst) {
            self.fail(inst, kind);
        }
    }

    fn forward_op(&mut self, inst: Inst) -> Outcome {
        match self.op(inst) {
            Op::Alloca { .. } => self.forward_alloca(inst),
            Op::Store(_) => self.forward_store(inst),
            Op::Load(_) if !self.result_active(inst) => self.forward_load(inst),
            Op::AtomicRmw(..) => self.forward_atomic_rmw(inst),
            Op::CmpXchg(_) => self.forward_compare_exchange(inst),
            Op::Call(_) | Op::Invoke(_) => self.forward_call(inst),
            Op::VaArg => self.only_inactive(inst, "va_arg"),
            Op::Opaque { name, .. } => self.only_inactive(inst, name),
            _ => {
                self.copy(inst);
                if let Some(lanes) = self.make_shadow(inst)? {
                    self.set_result_shadow(inst, lanes);
                }
                Ok(())
            }
        }
    }

    /// The shadow of the result of an instruction without side effects, from the shadows of its operands, in the sweep that is being
    /// made. `None` if it has none.
    pub(crate) fn make_shadow(&mut self, inst: Inst) -> Outcome<Option<Lanes>> {
        let Some(result) = self.data(inst).result else {
            return Ok(None);
        };
        if !self.active(result) || !self.points(result) {
            return Ok(None);
        }
        let lanes = match self.op(inst) {
            Op::Load(_) => self.shadow_of_load(inst)?,
            Op::Gep { .. } => self.shadow_of_gep(inst)?,
            Op::ExtractElement
            | Op::InsertElement
            | Op::Shuffle(_)
            | Op::ExtractValue(_)
            | Op::InsertValue(_) => self.shadow_of_rearrangement(inst)?,
            Op::Select => self.shadow_of_select(inst)?,
            // Exceptions carry no derivatives: storing something active in one is refused.
            Op::LandingPad { .. } => {
                let own = self.value(result)?;
                self.splat(own)
            }
            _ => self.shadow_of_arithmetic(inst)?,
        };
        Ok(Some(lanes))
    }

    /// The reverse sweep of an instruction that is no phi and no terminator: takes the adjoint of its result and adds to those of its
    /// operands.
    pub(crate) fn reverse(&mut self, inst: Inst) {
        self.at(inst);
        if let Err(kind) = self.reverse_op(inst) {
            self.fail(inst, kind);
        }
    }

    fn reverse_op(&mut self, inst: Inst) -> Outcome {
        match self.op(inst) {
            Op::FNeg | Op::Binary(_) | Op::Cast(_) | Op::Freeze => self.reverse_arithmetic(inst),
            Op::Select => self.reverse_select(inst),
            Op::ExtractElement
            | Op::InsertElement
            | Op::Shuffle(_)
            | Op::ExtractValue(_)
            | Op::InsertValue(_) => self.reverse_rearrangement(inst),
            Op::Load(_) => self.reverse_load(inst),
            Op::Store(_) => self.reverse_store(inst),
            Op::AtomicRmw(..) => self.reverse_atomic_rmw(inst),
            Op::CmpXchg(_) => self.reverse_compare_exchange(inst),
            Op::Alloca { .. } => self.reverse_alloca(inst),
            Op::Call(_) | Op::Invoke(_) => self.reverse_call(inst),
            _ => Ok(()),
        }
    }

    /// Copies an instruction that has no derivative; an error if it needs one.
    fn only_inactive(&mut self, inst: Inst, name: &str) -> Outcome {
        let data = self.data(inst);
        let is_active = self.result_active(inst) || data.operands.iter().any(|&operand| self.active(operand));
        self.copy(inst);
        match is_active {
            true => Err(ErrorKind::UnsupportedInstruction {
                name: name.to_owned(),
            }),
            false => Ok(()),
        }
    }
}
