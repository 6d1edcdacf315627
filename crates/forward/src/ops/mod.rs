//! What each instruction becomes: its copy, and code for its tangent.

mod alloc;
mod arith;
mod atomics;
mod bits;
mod call;
mod control;
mod intrinsics;
mod library;
mod listed;
mod memory;
mod transfer;
mod vector;

use ir::{Inst, Op};

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// Copies an instruction and makes its tangent.
    pub(crate) fn inst(&mut self, inst: Inst) {
        self.at(inst);
        let outcome = self.dispatch(inst);
        let loses = self.input.facts.loses_tangent(inst);
        match outcome {
            Err(kind) => self.fail(inst, kind),
            Ok(()) if loses => self.fail(inst, ErrorKind::StoreToInactive),
            Ok(()) => {}
        }
    }

    fn dispatch(&mut self, inst: Inst) -> Outcome {
        match self.op(inst) {
            Op::FNeg | Op::Binary(_) | Op::Cast(_) | Op::Select | Op::Freeze => self.arithmetic(inst),
            Op::ExtractElement
            | Op::InsertElement
            | Op::Shuffle(_)
            | Op::ExtractValue(_)
            | Op::InsertValue(_) => self.rearrange(inst),
            Op::Alloca { .. } => self.alloca(inst),
            Op::Load(_) => self.load(inst),
            Op::Store(_) => self.store(inst),
            Op::Gep { .. } => self.gep(inst),
            Op::AtomicRmw(..) => self.atomic_rmw(inst),
            Op::CmpXchg(_) => self.compare_exchange(inst),
            Op::Call(_) | Op::Invoke(_) => self.call(inst),
            Op::Phi => {
                self.phi(inst);
                Ok(())
            }
            Op::Br | Op::CondBr | Op::Switch | Op::Ret | Op::Unreachable | Op::Resume => {
                self.terminator(inst)
            }
            // The addresses of blocks that it jumps to are those of the primal function.
            Op::IndirectBr => self.opaque_terminator("indirectbr"),
            Op::ICmp(_) | Op::FCmp(_) | Op::Fence(_) | Op::LandingPad { .. } => {
                self.copy(inst);
                Ok(())
            }
            Op::VaArg => self.only_inactive(inst, "va_arg"),
            Op::Opaque { name, terminator } => {
                self.only_inactive(inst, name)?;
                match terminator {
                    true => self.opaque_terminator(name),
                    false => Ok(()),
                }
            }
        }
    }

    /// Copies an instruction that has no tangent; an error if it needs one.
    fn only_inactive(&mut self, inst: Inst, name: &str) -> Outcome {
        let data = self.data(inst);
        let is_active = self.result_active(inst) || data.operands.iter().any(|&operand| self.active(operand));
        if is_active {
            return Err(ErrorKind::UnsupportedInstruction {
                name: name.to_owned(),
            });
        }
        if !data.op.is_terminator() {
            self.copy(inst);
        }
        Ok(())
    }
}
