//! Integer operations on the bits of active floats and pointers: what they do says [`facts::bit_move`].

use facts::{BitMove, Sort};
use ir::{BinOp, Inst, Type, TypeData, Value};

use crate::emit::{Emit, Lanes};

impl Emit<'_> {
    /// The tangent of an active integer operation, if it moves whole floats, changes a sign or moves a pointer.
    pub(super) fn bits(&mut self, inst: Inst) -> Option<Lanes> {
        // A counter has no derivative, and steps of the least bit leave that of a float as it is.
        let facts = self.input.facts;
        if let Some(counter) = facts.stepped(self.b.ctx, self.source(), inst) {
            return self.tangent(counter).cloned();
        }
        let operands = &self.data(inst).operands;
        match facts::bit_move(self.b.ctx, self.source(), &self.input.facts, inst)? {
            BitMove::Shift { .. } => self.alike(inst, operands[0], operands[1]),
            BitMove::Keep { operand } | BitMove::Negate { operand } | BitMove::Offset { operand } => {
                self.alike(inst, operands[operand], operands[1 - operand])
            }
            BitMove::Align { operand } => {
                let lanes = self.tangent(operands[operand]).cloned()?;
                let result = self.data(inst).result?;
                Some(self.moved_alike(operands[operand], result, &lanes))
            }
            BitMove::Abs { operand } => self.absolute(inst, operands[operand]),
            BitMove::Merge => self.merge(inst, operands[0], operands[1]),
        }
    }

    /// The same operation on each lane of the tangent of `x`, with the primal other operand.
    fn alike(&mut self, inst: Inst, x: Value, other: Value) -> Option<Lanes> {
        let lanes = self.tangent(x).cloned()?;
        let other = self.primal(other);
        let repeated = lanes.iter().map(|&lane| self.repeat_value(inst, &[lane, other]));
        Some(repeated.collect())
    }

    /// The tangent of the absolute value: negated where the number is negative.
    fn absolute(&mut self, inst: Inst, x: Value) -> Option<Lanes> {
        let lanes = self.tangent(x).cloned()?;
        let ty = self.data(inst).ty;
        let width = self.b.ctx.types.int_bits(self.b.ctx.types.scalar(ty))?;
        let sign = self.bits_like(ty, 1 << (width - 1));
        let primal = self.primal(x);
        let negative = self.b.binary(BinOp::And, primal, sign);
        let lanes = lanes
            .iter()
            .map(|&lane| self.b.binary(BinOp::Xor, lane, negative));
        Some(lanes.collect())
    }

    /// `or` of parts that do not overlap.
    fn merge(&mut self, inst: Inst, x: Value, y: Value) -> Option<Lanes> {
        let x = self.shadow_as(x, Sort::Float).ok()?;
        let y = self.shadow_as(y, Sort::Float).ok()?;
        Some(self.each(|emit, lane| emit.repeat_value(inst, &[x[lane], y[lane]])))
    }

    /// An integer constant of at most 128 bits in every lane.
    fn bits_like(&mut self, ty: Type, bits: u128) -> Value {
        match *self.b.ctx.types.get(ty) {
            TypeData::Vector { element, len } => {
                let scalar = self.b.int(element, bits as i128);
                rules::code::broadcast(&mut self.b, scalar, ty, len)
            }
            _ => self.b.int(ty, bits as i128),
        }
    }
}
