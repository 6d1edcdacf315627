//! Activity that is known only at run time (Enzyme's `enzyme_runtime_activity`).
//!
//! An address whose shadow is the address itself is inactive: the caller passes such pairs for arguments, and inactive pointers that meet
//! active ones, in phis and selects, in calls or in memory, stand for themselves instead of being errors. So wherever shadow memory is
//! accessed the two are compared. What is loaded from inactive memory has no derivative: floats are zero, and addresses are their own
//! shadows. What is stored through an inactive address is the primal value once more, and copies and fills of inactive memory have no
//! length, so there are no branches.
//!
//! What cannot be compared is refused: vectors of addresses, atomic operations, library functions that read or write numbers
//! through pointers, reallocation, `byval` copies (whose addresses differ from what was passed), and bytes of unknown type.

use ir::{Inst, IntPred, Ordering, Value};
use rules::{Set, Transfer};

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use facts::{Held, Piece, Sort};

impl Emit<'_> {
    /// Whether activity is known only at run time.
    pub(crate) fn runtime_activity(&self) -> bool {
        self.input.options.runtime_activity
    }

    /// An error for what does not compare addresses with their shadows.
    pub(crate) fn refuse_runtime_activity(&self, what: &'static str) -> Outcome {
        match self.runtime_activity() {
            true => Err(ErrorKind::RuntimeActivity { what }),
            false => Ok(()),
        }
    }

    /// Whether an address is inactive, for each of its shadows; `None` if that is not asked at run time.
    fn inactive_at(&mut self, address: Value, shadows: &Lanes) -> Option<Lanes> {
        if !self.runtime_activity() {
            return None;
        }
        let primal = self.primal(address);
        let lanes = shadows
            .iter()
            .map(|&shadow| self.b.icmp(IntPred::Eq, shadow, primal));
        Some(lanes.collect())
    }

    /// The tangents of what was loaded from memory with these shadows.
    pub(crate) fn loaded_tangents(&mut self, inst: Inst, shadows: &Lanes, loaded: Lanes) -> Outcome<Lanes> {
        let data = self.data(inst);
        let address = data.operands[0];
        let (Some(inactive), Some(result)) = (self.inactive_at(address, shadows), data.result) else {
            return Ok(loaded);
        };
        self.refuse_atomic(inst)?;
        let hint = self.input.facts.memory_sort(address, Some(0));
        let copy = self.primal(result);
        let without = self.inactive(result, copy, data.ty, 0, hint)?;
        let lanes = inactive.iter().zip(&loaded);
        let lanes = lanes.map(|(&inactive, &lane)| self.b.select(inactive, without, lane));
        Ok(lanes.collect())
    }

    /// What is stored to shadow memory: for inactive addresses the primal value, once more.
    pub(crate) fn stored_tangents(
        &mut self,
        (value, address): (Value, Value),
        shadows: &Lanes,
        values: Lanes,
    ) -> Lanes {
        let Some(inactive) = self.inactive_at(address, shadows) else {
            return values;
        };
        let primal = self.primal(value);
        let lanes = inactive.iter().zip(&values);
        let lanes = lanes.map(|(&inactive, &lane)| self.b.select(inactive, primal, lane));
        lanes.collect()
    }

    /// Storing a value twice is no atomic store.
    pub(crate) fn refuse_atomic(&self, inst: Inst) -> Outcome {
        let access = self.data(inst).address().map(|(_, access)| access);
        match access.is_some_and(|access| access.ordering != Ordering::NotAtomic || access.volatile) {
            true => self.refuse_runtime_activity("an atomic or volatile access to active memory"),
            false => Ok(()),
        }
    }

    /// A copy of bytes to memory that may be active, from memory that may be.
    pub(crate) fn transfer_checked(
        &mut self,
        inst: Inst,
        transfer: &Transfer,
        (destination, shadows): (Value, &Lanes),
    ) -> Outcome {
        let source = self.data(inst).args()[usize::from(transfer.source)];
        let bytes = self.call_bytes(inst, &transfer.bytes);
        let Some(to_inactive) = self.inactive_at(destination, shadows) else {
            return Ok(());
        };
        let has_shadow = self.tangent(source).is_some() || self.source().as_const(source).is_some();
        let sources = match has_shadow {
            true => self.shadow(source)?,
            false => {
                let primal = self.primal(source);
                self.splat(primal)
            }
        };
        let Some(from_inactive) = self.inactive_at(source, &sources) else {
            return Ok(());
        };
        let floats = self.copied_floats(inst, transfer, bytes)?;
        for lane in 0..self.width() {
            let none = self.b.zero(self.b.ty(bytes));
            let copied = self.b.select(to_inactive[lane], none, bytes);
            self.move_bytes(shadows[lane], sources[lane], copied);
            let is_zero = self.b.select(from_inactive[lane], copied, none);
            let Some(pieces) = &floats else {
                self.clear(shadows[lane], is_zero);
                continue;
            };
            let is_none = self.b.icmp(IntPred::Eq, is_zero, none);
            for piece in pieces {
                let start = self.b.i64(piece.start as i64);
                let (size, zero) = (self.b.i64(piece.size() as i64), self.b.i64(0));
                let bytes = self.b.select(is_none, zero, size);
                let place = self.b.byte_offset(shadows[lane], start);
                self.clear(place, bytes);
            }
        }
        if self.result_active(inst) {
            self.set_result(inst, shadows.clone());
        }
        Ok(())
    }

    /// The runs of floats among bytes that are copied between two addresses; `None` if all are.
    fn copied_floats(&self, inst: Inst, transfer: &Transfer, bytes: Value) -> Outcome<Option<Vec<Piece>>> {
        let (ctx, function, facts) = (&*self.b.ctx, self.source(), self.input.facts);
        let args = self.data(inst).args();
        let ends = [transfer.destination, transfer.source].map(|at| args[usize::from(at)]);
        let kind = ends
            .iter()
            .find_map(|&address| facts::array_of(ctx, function, address));
        let unknown = || ErrorKind::UndeducedType {
            what: "memory that is copied where activity is known only at run time".to_owned(),
            unknown: facts.undeduced_memory(function, ends[1]).map(Box::new),
        };
        let Some(length) = self.known_length(bytes) else {
            let factors = transfer.bytes.operands.iter();
            let factors = factors.map(|&operand| facts::divisor(ctx, function, args[usize::from(operand)]));
            let element = factors.fold(transfer.bytes.scale, |product, factor| {
                product.checked_mul(factor).unwrap_or(1)
            });
            return match facts.array_held(ctx, function, &ends, element) {
                Held::Float(_) => Ok(None),
                Held::Pointer | Held::Integer => Ok(Some(Vec::new())),
                Held::Unknown if kind.is_some() => Ok(None),
                Held::Unknown => Err(unknown()),
            };
        };
        let mut pieces = facts.shared_pieces(ctx, function, &ends, length);
        for piece in pieces.iter_mut().filter(|piece| piece.held == Held::Unknown) {
            piece.held = Held::Float(kind.ok_or_else(unknown)?);
        }
        pieces.retain(|piece| matches!(piece.held, Held::Float(_)));
        Ok(Some(pieces))
    }

    /// A fill of memory that may be active.
    pub(crate) fn fill_checked(&mut self, inst: Inst, set: &Set, (at, shadows): (Value, &Lanes)) -> Outcome {
        let Some(inactive) = self.inactive_at(at, shadows) else {
            return Ok(());
        };
        let bytes = self.call_bytes(inst, &set.bytes);
        let i8 = self.b.ctx.types.i8();
        let keeps = self.input.facts.memory_sort(at, None) == Sort::Integer;
        let byte = match set.value.filter(|_| keeps) {
            Some(value) => {
                let byte = self.primal(self.data(inst).args()[usize::from(value)]);
                match self.b.ty(byte) == i8 {
                    true => byte,
                    false => self.b.cast(ir::CastOp::Trunc, byte, i8),
                }
            }
            None => self.b.int(i8, 0),
        };
        for (&inactive, &shadow) in inactive.iter().zip(shadows) {
            let none = self.b.zero(self.b.ty(bytes));
            let filled = self.b.select(inactive, none, bytes);
            self.fill(shadow, byte, filled);
        }
        if self.result_active(inst) {
            self.set_result(inst, shadows.clone());
        }
        Ok(())
    }
}
