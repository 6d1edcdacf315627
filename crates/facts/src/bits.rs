//! Integer operations on the bits of floats and addresses.
//!
//! Optimised code moves floats in integer registers, packs two into one, and flips or clears sign bits. What only moves whole floats
//! is done alike to the bits of a tangent, and undone on the bits of an adjoint; a sign flip negates; clearing the sign is `fabs`.
//! Everything else computes with the representation and has no derivative.
//!
//! Whole floats are moved where every boundary is a multiple of 16 bits, the width of the smallest format.

use ir::{BinOp, CastOp, ConstData, Context, Function, Inst, Op, Type, Value};

use crate::body::Facts;
use crate::types::Sort;

/// The alignments, in bytes, for which code rounds addresses are below this: a mask that clears more takes the address apart.
const LARGEST_ALIGNMENT: u128 = 1 << 21;

/// How far definitions are followed.
const DEPTH: u32 = 8;

/// What an operation on integers does with the floats or the address whose bits an operand holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BitMove {
    /// `shl` or `lshr` of operand 0 by a constant: floats are moved, or out.
    Shift {
        /// By so many bits.
        amount: u32,
    },
    /// `and` of an operand with a constant, the other one, that keeps some floats and clears the others.
    Keep {
        /// The position of the operand with the floats.
        operand: usize,
    },
    /// `and` of an operand with all bits but the sign: the absolute value.
    Abs {
        /// The position of the operand with the float.
        operand: usize,
    },
    /// `xor` of an operand with the sign bit: the negative.
    Negate {
        /// The position of the operand with the float.
        operand: usize,
    },
    /// `or` or `add` of two operands, of which in every place one is zero.
    Merge,
    /// `and` of an address with a constant that clears some of its low bits: it is rounded down. Its shadow, which may be aligned
    /// otherwise, moves by as many bytes, so that both stay at the same place of their objects.
    Align {
        /// The position of the operand with the address.
        operand: usize,
    },
    /// An address, moved by the other operand.
    Offset {
        /// The position of the operand with the address.
        operand: usize,
    },
}

/// What an integer operation does with the bits of active operands; `None` if it computes with them.
pub fn bit_move(ctx: &Context, function: &Function, facts: &Facts, inst: Inst) -> Option<BitMove> {
    let bits = Bits { ctx, function, facts };
    let data = function.inst(inst);
    let Op::Binary(op) = data.op else { return None };
    let (x, y) = (data.operands[0], data.operands[1]);
    let either = |is: &dyn Fn(Value, Value) -> bool| {
        [(0, x, y), (1, y, x)]
            .into_iter()
            .find(|&(_, active, other)| facts.active(active) && is(active, other))
            .map(|(operand, ..)| operand)
    };
    match op {
        BinOp::Shl | BinOp::LShr => {
            let amount = bits.constant(y)?;
            let amount = u32::try_from(amount).ok().filter(|amount| amount % 16 == 0)?;
            facts.active(x).then_some(BitMove::Shift { amount })
        }
        BinOp::And => {
            let width = bits.width(data.ty)?;
            let aligns = |address, mask| {
                let mask = bits.constant(mask);
                let cleared = mask.map(|mask| ir::constant::mask(width) & !mask);
                facts.sort(address, 0) == Sort::Pointer
                    && cleared.is_some_and(|bits| bits < LARGEST_ALIGNMENT)
            };
            if let Some(operand) = either(&aligns) {
                return Some(BitMove::Align { operand });
            }
            let keeps = |_, mask| {
                let mask = bits.constant(mask);
                mask.is_some_and(|mask| boundaries(mask, width).all(|at| at % 16 == 0))
            };
            let clears_sign = |_, mask| bits.constant(mask) == Some(ir::constant::mask(width) & !sign(width));
            match either(&keeps) {
                Some(operand) => Some(BitMove::Keep { operand }),
                None => either(&clears_sign).map(|operand| BitMove::Abs { operand }),
            }
        }
        BinOp::Xor => {
            let width = bits.width(data.ty)?;
            let flips = |_, mask| bits.constant(mask) == Some(sign(width));
            either(&flips).map(|operand| BitMove::Negate { operand })
        }
        BinOp::Or | BinOp::Add if bits.are_apart(x, y) => Some(BitMove::Merge),
        BinOp::Add | BinOp::Sub => {
            let is_address = data
                .result
                .is_some_and(|result| facts.sort(result, 0) == Sort::Pointer);
            let operand = either(&|_, other| !facts.active(other))?;
            (is_address && (operand == 0 || op == BinOp::Add)).then_some(BitMove::Offset { operand })
        }
        _ => None,
    }
}

/// The bits of a constant integer of at most 128 bits, or of the lanes of a vector if they agree.
pub fn int_constant(ctx: &Context, function: &Function, value: Value) -> Option<u128> {
    match ctx.consts.get(function.as_const(value)?) {
        ConstData::Int { bits, .. } => Some(*bits),
        ConstData::Zero(_) => Some(0),
        ConstData::Aggregate { members, .. } => {
            let first = *members.first()?;
            let same = members.iter().all(|&member| member == first);
            match ctx.consts.get(first) {
                ConstData::Int { bits, .. } if same => Some(*bits),
                _ => None,
            }
        }
        ConstData::Data { ty, bytes } => {
            let element = width(ctx, *ty)? as usize / 8;
            let first = bytes.get(..element.max(1))?;
            let same = bytes.chunks(first.len()).all(|chunk| chunk == first);
            let bits = first
                .iter()
                .rev()
                .fold(0, |bits, &byte| bits << 8 | u128::from(byte));
            (same && !ctx.layout.big_endian).then_some(bits)
        }
        _ => None,
    }
}

struct Bits<'a> {
    ctx: &'a Context,
    function: &'a Function,
    facts: &'a Facts<'a>,
}

impl Bits<'_> {
    fn constant(&self, value: Value) -> Option<u128> {
        int_constant(self.ctx, self.function, value)
    }

    fn width(&self, ty: Type) -> Option<u32> {
        width(self.ctx, ty)
    }

    /// Whether in every place one of two integers is zero. An address is never merged.
    fn are_apart(&self, x: Value, y: Value) -> bool {
        let is_address = |value| self.facts.sort(value, 0) == Sort::Pointer;
        let (Some(low), Some(high)) = (self.extent(x, DEPTH), self.extent(y, DEPTH)) else {
            return false;
        };
        low & high == 0 && !is_address(x) && !is_address(y)
    }

    /// Which bits of an integer may be other than zero; `None` if they are not whole pieces of 16.
    fn extent(&self, value: Value, depth: u32) -> Option<u128> {
        let width = self.width(self.function.ty(value))?;
        let all = ir::constant::mask(width);
        if let Some(bits) = self.constant(value) {
            return Some(bits & all);
        }
        let Some(inst) = self.function.def_inst(value) else {
            return Some(all);
        };
        let data = self.function.inst(inst);
        if depth == 0 {
            return Some(all);
        }
        match data.op {
            Op::Cast(CastOp::ZExt) => {
                let from = self.width(self.function.ty(data.operands[0]))?;
                (from % 16 == 0).then_some(())?;
                self.extent(data.operands[0], depth - 1)
            }
            Op::Binary(op @ (BinOp::Shl | BinOp::LShr)) => {
                let Some(amount) = self.constant(data.operands[1]) else {
                    return Some(all);
                };
                let inner = self.extent(data.operands[0], depth - 1)?;
                (amount % 16 == 0 && amount < u128::from(width)).then_some(())?;
                Some(match op {
                    BinOp::Shl => (inner << amount) & all,
                    _ => inner >> amount,
                })
            }
            Op::Binary(BinOp::And) => {
                let bits = self.constant(data.operands[1]).unwrap_or(all);
                boundaries(bits, width).all(|at| at % 16 == 0).then_some(())?;
                Some(self.extent(data.operands[0], depth - 1)? & bits)
            }
            Op::Binary(BinOp::Or) => {
                Some(self.extent(data.operands[0], depth - 1)? | self.extent(data.operands[1], depth - 1)?)
            }
            _ => Some(all),
        }
    }
}

/// The bits of an integer, or of each lane of a vector of integers.
fn width(ctx: &Context, ty: Type) -> Option<u32> {
    let bits = ctx.types.int_bits(ctx.types.scalar(ty));
    bits.filter(|&bits| bits <= 128)
}

fn sign(width: u32) -> u128 {
    1 << (width - 1)
}

/// The places where a mask changes between 0 and 1, the ends left out.
fn boundaries(bits: u128, width: u32) -> impl Iterator<Item = u32> {
    (1..width).filter(move |&at| (bits >> at & 1) != (bits >> (at - 1) & 1))
}
