//! Bytes that are copied or filled.
//!
//! Between active memory shadows are copied as primals are, whatever the bytes are. Bytes that come from inactive memory, or from a
//! fill, have no derivative: floats become zero in the shadow, integers are kept equal to the primal's. Where it is not known which
//! they are, zero is right: derivative code never reads integers from shadows.

use ir::{Inst, Value};
use rules::{Set, Transfer};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use facts::Sort;

/// The longest transfer from inactive memory whose bytes are told apart one by one.
const LONGEST_MIXED: u64 = 4096;

impl Emit<'_> {
    pub(super) fn transfer(&mut self, inst: Inst, transfer: &Transfer) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        let at = [transfer.destination, transfer.source].map(usize::from);
        let [destination, source] = at.map(|position| data.args()[position]);
        let Some(destinations) = self.address_shadow(destination)? else {
            return Ok(());
        };
        if self.runtime_activity() {
            return self.transfer_checked(inst, transfer, (destination, &destinations));
        }
        if self.tangent(source).is_some() || self.source().as_const(source).is_some() {
            return self.call_on_shadows(inst, &at);
        }
        let bytes = self.transfer_bytes(inst, transfer);
        self.unshadowed_source((destination, &destinations), source, bytes)?;
        if self.result_active(inst) {
            self.set_result(inst, destinations);
        }
        Ok(())
    }

    fn transfer_bytes(&mut self, inst: Inst, transfer: &Transfer) -> Value {
        self.call_bytes(inst, &transfer.bytes)
    }

    /// The shadow of bytes that were copied from memory without shadow.
    fn unshadowed_source(
        &mut self,
        (destination, shadows): (Value, &Lanes),
        source: Value,
        bytes: Value,
    ) -> Outcome {
        let known = self.known_length(bytes);
        let is_mixed = self.input.facts.is_mixed(self.b.ctx, self.source(), source);
        let source = self.primal(source);
        let Some(length) = known else {
            let keeps = self.keeps(destination, None, is_mixed)?;
            for &shadow in shadows {
                self.part_from_inactive(shadow, source, bytes, keeps);
            }
            return Ok(());
        };
        let mut start = 0;
        while start < length {
            let keeps = self.keeps(destination, Some(start), is_mixed)?;
            let mut end = start + 1;
            while end < length && self.keeps(destination, Some(end), is_mixed)? == keeps {
                end += 1;
            }
            let (offset, bytes) = (self.b.i64(start as i64), self.b.i64((end - start) as i64));
            for &shadow in shadows {
                let (to, from) = match start {
                    0 => (shadow, source),
                    _ => (
                        self.b.byte_offset(shadow, offset),
                        self.b.byte_offset(source, offset),
                    ),
                };
                self.part_from_inactive(to, from, bytes, keeps);
            }
            start = end;
        }
        Ok(())
    }

    /// A length that is a constant, and short enough to tell its bytes apart.
    pub(crate) fn known_length(&self, bytes: Value) -> Option<u64> {
        let constant = self.b.func.as_const(bytes)?;
        let bytes = self.b.ctx.consts.int_value(&self.b.ctx.types, constant)?;
        u64::try_from(bytes).ok().filter(|&bytes| bytes <= LONGEST_MIXED)
    }

    /// Whether a byte from inactive memory is the same in the shadow. A pointer is if the memory is told apart from active memory: what
    /// it leads to is inactive then.
    fn keeps(&self, destination: Value, offset: Option<u64>, is_mixed: bool) -> Outcome<bool> {
        let facts = self.input.facts;
        Ok(match facts.memory_sort(destination, offset) {
            Sort::Integer => true,
            Sort::Pointer if is_mixed && facts.memory_leads_to_floats(destination, offset) => {
                return Err(ErrorKind::MixedActivity {
                    what: "a pointer in inactive memory".to_owned(),
                });
            }
            Sort::Pointer => true,
            Sort::Float | Sort::Unknown => false,
        })
    }

    fn part_from_inactive(&mut self, to: Value, from: Value, bytes: Value, keeps: bool) {
        match keeps {
            true => self.move_bytes(to, from, bytes),
            false => self.clear(to, bytes),
        }
    }

    /// `memmove`.
    pub(crate) fn move_bytes(&mut self, to: Value, from: Value, bytes: Value) {
        let types = [to, from, bytes].map(|value| self.b.ty(value));
        let (bool, void) = (self.b.ctx.types.bool(), self.b.ctx.types.void());
        let ty = self.b.ctx.types.func(void, &[types[0], types[1], types[2], bool]);
        let [to_name, from_name, bytes_name] = types.map(|ty| self.mangled(ty));
        let name = format!("llvm.memmove.{to_name}.{from_name}.{bytes_name}");
        let func = self.b.ctx.declare_func(&name, ty);
        let volatile = self.b.int(bool, 0);
        self.b.call(func, &[to, from, bytes, volatile]);
    }

    pub(super) fn set_bytes(&mut self, inst: Inst, set: &Set) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        let at = usize::from(set.destination);
        let destination = data.args()[at];
        let Some(shadows) = self.address_shadow(destination)? else {
            return Ok(());
        };
        if self.runtime_activity() {
            return self.fill_checked(inst, set, (destination, &shadows));
        }
        let value = set.value.map(|value| usize::from(value) + 1);
        let keeps = self.input.facts.memory_sort(destination, None) == Sort::Integer;
        let Some(value) = value.filter(|_| !keeps) else {
            return self.call_on_shadows(inst, &[at]);
        };
        let operands = self.primals(&data.operands);
        let zero = self.b.zero(self.b.ty(operands[value]));
        let results: SmallVec<[Option<Value>; 2]> = shadows
            .iter()
            .map(|&shadow| {
                let mut operands = operands.clone();
                operands[at + 1] = shadow;
                operands[value] = zero;
                let call = self.call_again(inst, &operands);
                self.b.func.inst(call).result
            })
            .collect();
        let lanes: Lanes = results.into_iter().flatten().collect();
        if !lanes.is_empty() {
            self.set_result(inst, lanes);
        }
        Ok(())
    }
}
