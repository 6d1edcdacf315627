//! Atomic read-modify-write operations.
//!
//! Sums commute with taking tangents, so the shadow gets the same operation with the tangent; an exchange likewise. Each is
//! atomic by itself, not together with the primal one. Extrema would have to compare primals: they are refused, as is an active
//! `cmpxchg`.

use ir::{Inst, RmwOp, Value};

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use facts::Sort;

impl Emit<'_> {
    pub(super) fn atomic_rmw(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let data = self.data(inst);
        let (address, operand) = (data.operands[0], data.operands[1]);
        let ir::Op::AtomicRmw(op, _) = data.op else {
            return Ok(());
        };
        let Some(addresses) = self.address_shadow(address)? else {
            return Ok(());
        };
        self.refuse_runtime_activity("an atomic operation on active memory")?;
        match op {
            RmwOp::Xchg => self.exchange(inst, operand, &addresses),
            RmwOp::FAdd | RmwOp::FSub => self.accumulate(inst, operand, &addresses),
            _ if self.result_active(inst) || self.active(operand) => Err(ErrorKind::UnsupportedInstruction {
                name: format!("atomicrmw {}", op.name()),
            }),
            RmwOp::FMax | RmwOp::FMin | RmwOp::FMaximum | RmwOp::FMinimum => {
                Err(ErrorKind::UnsupportedInstruction {
                    name: format!("atomicrmw {}", op.name()),
                })
            }
            // A counter in an active structure: nothing reads it from the shadow.
            _ => Ok(()),
        }
    }

    fn exchange(&mut self, inst: Inst, operand: Value, addresses: &Lanes) -> Outcome {
        let hint = match self.input.facts.memory_sort(self.data(inst).operands[0], Some(0)) {
            Sort::Unknown if self.b.ctx.types.float_kind(self.data(inst).ty).is_some() => Sort::Float,
            sort => sort,
        };
        let values = self.shadow_as(operand, hint)?;
        let lanes = self.each(|emit, lane| emit.repeat_value(inst, &[addresses[lane], values[lane]]));
        self.set_result(inst, lanes);
        Ok(())
    }

    /// With an inactive operand the shadow stays as it is: only the old value is wanted.
    fn accumulate(&mut self, inst: Inst, operand: Value, addresses: &Lanes) -> Outcome {
        if self.tangent(operand).is_none() && !self.result_active(inst) {
            return Ok(());
        }
        let values = self.shadow(operand)?;
        let lanes = self.each(|emit, lane| emit.repeat_value(inst, &[addresses[lane], values[lane]]));
        self.set_result(inst, lanes);
        Ok(())
    }

    pub(super) fn compare_exchange(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let data = self.data(inst);
        let (address, new) = (data.operands[0], data.operands[2]);
        if self.result_active(inst) || self.active(new) {
            return Err(ErrorKind::UnsupportedInstruction {
                name: "cmpxchg".to_owned(),
            });
        }
        if !self.active(address) {
            return Ok(());
        }
        match self.input.facts.memory_sort(address, Some(0)) {
            // A lock or tag in an active structure: nothing reads it from the shadow.
            Sort::Integer => Ok(()),
            _ => Err(ErrorKind::UnsupportedInstruction {
                name: "cmpxchg".to_owned(),
            }),
        }
    }
}
