//! Loads, stores and addresses: the same access to shadow memory, in each direction.

use ir::{Inst, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn load(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        if self.input.facts.copies_bytes(
            (self.b.ctx, self.input.bodies),
            self.input.rules,
            self.source(),
            inst,
        ) {
            return Err(ErrorKind::UndeducedType {
                unknown: None,
                what: "the bytes that are copied one by one".to_owned(),
            });
        }
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) {
            return Err(ErrorKind::ScalableVector);
        }
        let addresses = self.shadow(data.operands[0])?;
        let lanes = addresses
            .iter()
            .map(|&address| self.repeat_value(inst, &[address]))
            .collect();
        let lanes = self.loaded_tangents(inst, &addresses, lanes)?;
        self.set_result(inst, lanes);
        Ok(())
    }

    pub(super) fn store(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let data = self.data(inst);
        let (value, address) = (data.operands[0], data.operands[1]);
        let Some(addresses) = self.address_shadow(address)? else {
            return Ok(());
        };
        self.refuse_atomic(inst)?;
        let hint = self.input.facts.memory_sort(address, Some(0));
        let values = self.shadow_as(value, hint)?;
        let values = self.stored_tangents((value, address), &addresses, values);
        for (&value, &address) in values.iter().zip(&addresses) {
            self.repeat(inst, &[value, address]);
        }
        Ok(())
    }

    /// What a call that stores `value` does to shadow memory.
    pub(super) fn store_through(&mut self, value: Value, address: Value) -> Outcome {
        let Some(addresses) = self.address_shadow(address)? else {
            return Ok(());
        };
        let hint = self.input.facts.memory_sort(address, Some(0));
        let values = self.shadow_as(value, hint)?;
        let values = self.stored_tangents((value, address), &addresses, values);
        for (&value, &address) in values.iter().zip(&addresses) {
            self.b.store(value, address, ir::Access::default());
        }
        Ok(())
    }

    /// The shadow of an address that is written, or `None` if the memory carries no derivative.
    pub(super) fn address_shadow(&mut self, address: Value) -> Outcome<Option<Lanes>> {
        match self.active(address) {
            true => self.shadow(address).map(Some),
            false => Ok(None),
        }
    }

    pub(super) fn gep(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        let operands = &self.data(inst).operands;
        let bases = self.shadow(operands[0])?;
        let indices = self.primals(&operands[1..]);
        let lanes = bases
            .iter()
            .map(|&base| {
                let mut operands: SmallVec<[Value; 3]> = SmallVec::from_slice(&[base]);
                operands.extend_from_slice(&indices);
                self.repeat_value(inst, &operands)
            })
            .collect();
        self.set_result(inst, lanes);
        Ok(())
    }
}
