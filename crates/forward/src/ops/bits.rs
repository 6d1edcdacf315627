//! Integer operations on the bits of active floats and pointers.
//!
//! Optimised code moves floats in integer registers, packs two into one, and flips or clears sign bits. What only moves whole floats
//! is done alike to the bits of the tangent; a sign flip negates the tangent as it negates the number; clearing the sign is `fabs`.
//! Everything else computes with the representation and has no tangent here (`None`).
//!
//! Whole floats are moved where every boundary is a multiple of 16 bits, the width of the smallest format.

use ir::{BinOp, CastOp, ConstData, Inst, Op, Type, TypeData, Value};

use crate::emit::{Emit, Lanes};
use facts::Sort;

impl Emit<'_> {
    /// The tangent of an active integer operation, if it moves whole floats, changes a sign or moves a pointer.
    pub(super) fn bits(&mut self, inst: Inst, op: BinOp) -> Option<Lanes> {
        let data = self.data(inst);
        let (x, y) = (data.operands[0], data.operands[1]);
        match op {
            BinOp::Shl | BinOp::LShr => {
                let amount = self.int_constant(y)?;
                let lanes = self.tangent(x).cloned()?;
                (amount % 16 == 0).then_some(())?;
                Some(self.alike(inst, &lanes, y))
            }
            BinOp::And => self.mask(inst, x, y).or_else(|| self.mask(inst, y, x)),
            BinOp::Xor => self.flip(inst, x, y).or_else(|| self.flip(inst, y, x)),
            BinOp::Or => self.merge(inst, x, y),
            BinOp::Add | BinOp::Sub => self
                .merge_by_addition(inst, op, x, y)
                .or_else(|| self.pointer_offset(inst, op, x, y)),
            _ => None,
        }
    }

    /// The same operation on each lane, with the primal second operand.
    fn alike(&mut self, inst: Inst, lanes: &Lanes, other: Value) -> Lanes {
        let other = self.primal(other);
        lanes
            .iter()
            .map(|&lane| self.repeat_value(inst, &[lane, other]))
            .collect()
    }

    /// `and` with a constant: keeps whole floats, or clears the sign.
    fn mask(&mut self, inst: Inst, x: Value, mask: Value) -> Option<Lanes> {
        let lanes = self.tangent(x).cloned()?;
        let bits = self.int_constant(mask)?;
        let width = self.int_width(self.data(inst).ty)?;
        if boundaries(bits, width).all(|at| at % 16 == 0) {
            return Some(self.alike(inst, &lanes, mask));
        }
        if bits != ir::constant::mask(width) & !sign(width) {
            return None;
        }
        let ty = self.data(inst).ty;
        let sign = self.bits_like(ty, sign(width));
        let primal = self.primal(x);
        let negative = self.b.binary(BinOp::And, primal, sign);
        Some(
            lanes
                .iter()
                .map(|&lane| self.b.binary(BinOp::Xor, lane, negative))
                .collect(),
        )
    }

    /// `xor` with the sign bit: negation.
    fn flip(&mut self, inst: Inst, x: Value, mask: Value) -> Option<Lanes> {
        let lanes = self.tangent(x).cloned()?;
        let width = self.int_width(self.data(inst).ty)?;
        (self.int_constant(mask)? == sign(width)).then(|| self.alike(inst, &lanes, mask))
    }

    /// `or` of parts that do not overlap.
    fn merge(&mut self, inst: Inst, x: Value, y: Value) -> Option<Lanes> {
        let (low, high) = (self.extent(x, 8)?, self.extent(y, 8)?);
        (low & high == 0).then_some(())?;
        let (x, y) = (self.part(x)?, self.part(y)?);
        Some(self.each(|emit, lane| emit.repeat_value(inst, &[x[lane], y[lane]])))
    }

    /// `add` of parts that do not overlap is `or`.
    fn merge_by_addition(&mut self, inst: Inst, op: BinOp, x: Value, y: Value) -> Option<Lanes> {
        if op == BinOp::Add {
            self.merge(inst, x, y)
        } else {
            None
        }
    }

    /// The tangent of one of several merged parts.
    fn part(&mut self, value: Value) -> Option<Lanes> {
        self.shadow_as(value, Sort::Float).ok()
    }

    /// An address as an integer, moved by an offset: so is its shadow.
    fn pointer_offset(&mut self, inst: Inst, op: BinOp, x: Value, y: Value) -> Option<Lanes> {
        let result = self.data(inst).result?;
        if self.input.facts.sort(result, 0) != Sort::Pointer {
            return None;
        }
        match (self.tangent(x).cloned(), self.tangent(y).cloned()) {
            (Some(lanes), None) => Some(self.alike(inst, &lanes, y)),
            (None, Some(lanes)) if op == BinOp::Add => Some(self.alike(inst, &lanes, x)),
            _ => None,
        }
    }

    /// Which 16-bit pieces of an integer may be other than zero, as a bit set; `None` if they are not whole.
    fn extent(&self, value: Value, depth: u32) -> Option<u128> {
        let width = self.int_width(self.source_type(value))?;
        let all = ir::constant::mask(width);
        if let Some(bits) = self.int_constant(value) {
            return Some(bits & all);
        }
        let Some(inst) = self.source().def_inst(value) else {
            return Some(all);
        };
        let data = self.data(inst);
        if depth == 0 {
            return Some(all);
        }
        match data.op {
            Op::Cast(CastOp::ZExt) => {
                let from = self.int_width(self.source_type(data.operands[0]))?;
                (from % 16 == 0).then_some(())?;
                self.extent(data.operands[0], depth - 1)
            }
            Op::Binary(op @ (BinOp::Shl | BinOp::LShr)) => {
                let Some(amount) = self.int_constant(data.operands[1]) else {
                    return Some(all);
                };
                let inner = self.extent(data.operands[0], depth - 1)?;
                (amount % 16 == 0 && amount < u128::from(width)).then_some(())?;
                Some(if op == BinOp::Shl {
                    (inner << amount) & all
                } else {
                    inner >> amount
                })
            }
            Op::Binary(BinOp::And) => {
                let bits = self.int_constant(data.operands[1]).unwrap_or(all);
                boundaries(bits, width).all(|at| at % 16 == 0).then_some(())?;
                Some(self.extent(data.operands[0], depth - 1)? & bits)
            }
            Op::Binary(BinOp::Or) => {
                Some(self.extent(data.operands[0], depth - 1)? | self.extent(data.operands[1], depth - 1)?)
            }
            _ => Some(all),
        }
    }

    fn int_width(&self, ty: Type) -> Option<u32> {
        let types = &self.b.ctx.types;
        types.int_bits(types.scalar(ty)).filter(|&bits| bits <= 128)
    }

    /// The bits of a constant integer, or of the lanes of a vector if they agree.
    fn int_constant(&self, value: Value) -> Option<u128> {
        let constant = self.source().as_const(value)?;
        match self.b.ctx.consts.get(constant) {
            ConstData::Int { bits, .. } => Some(*bits),
            ConstData::Zero(_) => Some(0),
            ConstData::Aggregate { members, .. } => {
                let first = *members.first()?;
                let same = members.iter().all(|&member| member == first);
                match self.b.ctx.consts.get(first) {
                    ConstData::Int { bits, .. } if same => Some(*bits),
                    _ => None,
                }
            }
            ConstData::Data { ty, bytes } => {
                let element = self.int_width(*ty)? as usize / 8;
                let first = bytes.get(..element.max(1))?;
                let same = bytes.chunks(first.len()).all(|chunk| chunk == first);
                let bits = first
                    .iter()
                    .rev()
                    .fold(0, |bits, &byte| bits << 8 | u128::from(byte));
                (same && !self.b.ctx.layout.big_endian).then_some(bits)
            }
            _ => None,
        }
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

fn sign(width: u32) -> u128 {
    1 << (width - 1)
}

/// The places where a mask changes between 0 and 1, the ends left out.
fn boundaries(bits: u128, width: u32) -> impl Iterator<Item = u32> {
    (1..width).filter(move |&at| (bits >> at & 1) != (bits >> (at - 1) & 1))
}
