//! Atomic read-modify-write operations.
//!
//! A sum leaves the adjoint of memory as it is, which also is the adjoint of what was added; the old value that it returns was read, so
//! its adjoint is added to that of memory. An exchange of floats is a load and a store at once, and so is its reverse: an exchange. Of
//! addresses, an exchange is mirrored in shadow memory. Extrema would have to compare primals: they are refused, as is an active
//! `cmpxchg`.

use facts::Sort;
use ir::{Inst, Op, RmwOp, Value};

use super::memory::part_access;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn forward_atomic_rmw(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let data = self.data(inst);
        let (address, operand) = (data.operands[0], data.operands[1]);
        let Op::AtomicRmw(op, _) = data.op else {
            return Ok(());
        };
        let Some(addresses) = self.address_shadow(inst, address, &[operand])? else {
            return Ok(());
        };
        match op {
            RmwOp::FAdd | RmwOp::FSub => Ok(()),
            RmwOp::Xchg => match self.exchanged(inst) {
                Sort::Float => Ok(()),
                Sort::Pointer | Sort::Integer => self.mirror_exchange(inst, operand, &addresses),
                Sort::Unknown if self.active(operand) || self.result_active(inst) => {
                    self.guess_integer(operand)?;
                    self.mirror_exchange(inst, operand, &addresses)
                }
                Sort::Unknown => Ok(()),
            },
            RmwOp::FMax | RmwOp::FMin | RmwOp::FMaximum | RmwOp::FMinimum => Err(unsupported(op)),
            _ if self.active(operand) || self.result_active(inst) => Err(unsupported(op)),
            // A counter in an active structure: nothing reads it from the shadow.
            _ => Ok(()),
        }
    }

    /// Whether what is exchanged has an adjoint: it is a float, or may be one and is not guessed to be an integer.
    fn exchanges_floats(&self, inst: Inst) -> bool {
        match self.exchanged(inst) {
            Sort::Float => true,
            Sort::Unknown => !self.input.options.types.loose,
            Sort::Pointer | Sort::Integer => false,
        }
    }

    /// What is exchanged.
    fn exchanged(&self, inst: Inst) -> Sort {
        let data = self.data(inst);
        let types = &self.b.ctx.types;
        if types.float_kind(data.ty).is_some() {
            return Sort::Float;
        }
        if types.is_ptr(data.ty) {
            return Sort::Pointer;
        }
        match self.input.facts.sort(data.operands[1], 0) {
            Sort::Unknown => self.input.facts.memory_sort(data.operands[0], Some(0)),
            sort => sort,
        }
    }

    fn mirror_exchange(&mut self, inst: Inst, operand: Value, addresses: &Lanes) -> Outcome {
        self.refuse_runtime_activity("an atomic exchange of addresses in active memory")?;
        let hint = self.input.facts.memory_sort(self.data(inst).operands[0], Some(0));
        let values = self.shadow_as(operand, hint)?;
        let lanes = self.each(|emit, lane| emit.repeat_value(inst, &[addresses[lane], values[lane]]));
        self.set_result_shadow(inst, lanes);
        Ok(())
    }

    pub(super) fn reverse_atomic_rmw(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let (address, operand) = (data.operands[0], data.operands[1]);
        let (Op::AtomicRmw(op, _), Some(result)) = (&data.op, data.result) else {
            return Ok(());
        };
        if !self.active(address) {
            return Ok(());
        }
        match op {
            RmwOp::FAdd | RmwOp::FSub => {
                let addresses = self.adjoint_places(address, data.ty)?;
                self.reverse_sum(inst, *op, operand, (address, &addresses))
            }
            RmwOp::Xchg if self.exchanges_floats(inst) => {
                let addresses = self.adjoint_places(address, data.ty)?;
                let adjoint = self.take(result)?;
                let lanes = self.each(|emit, lane| {
                    let zero = emit.b.zero(data.ty);
                    let after = adjoint.as_ref().map_or(zero, |adjoint| adjoint[lane]);
                    emit.exchange_adjoint(data, addresses[lane], after)
                });
                let lanes = self.taken(address, lanes)?;
                self.add(operand, &lanes)
            }
            _ => Ok(()),
        }
    }

    fn reverse_sum(
        &mut self,
        inst: Inst,
        op: RmwOp,
        operand: Value,
        (address, addresses): (Value, &Lanes),
    ) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result else { return Ok(()) };
        if self.has_adjoint(operand) {
            let lanes = self.each(|emit, lane| {
                let adjoint = emit.b.load(data.ty, addresses[lane], part_access(data, 0));
                match op {
                    RmwOp::FSub => emit.b.fneg(adjoint),
                    _ => adjoint,
                }
            });
            let lanes = self.taken(address, lanes)?;
            self.add(operand, &lanes)?;
        }
        if let Some(adjoint) = self.take(result)? {
            for (&place, &more) in addresses.iter().zip(&adjoint) {
                self.accumulate(place, more, part_access(data, 0), true);
            }
        }
        Ok(())
    }

    pub(super) fn forward_compare_exchange(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let data = self.data(inst);
        let (address, new) = (data.operands[0], data.operands[2]);
        let unsupported = || ErrorKind::UnsupportedInstruction {
            name: "cmpxchg".to_owned(),
        };
        if self.result_active(inst) || self.active(new) {
            return Err(unsupported());
        }
        if !self.active(address) {
            return Ok(());
        }
        match self.input.facts.memory_sort(address, Some(0)) {
            // A lock or tag in an active structure: nothing reads it from the shadow.
            Sort::Integer => Ok(()),
            _ => Err(unsupported()),
        }
    }

    /// What could have an adjoint is refused in the forward sweep.
    pub(super) fn reverse_compare_exchange(&mut self, _: Inst) -> Outcome {
        Ok(())
    }
}

fn unsupported(op: RmwOp) -> ErrorKind {
    ErrorKind::UnsupportedInstruction {
        name: format!("atomicrmw {}", op.name()),
    }
}
