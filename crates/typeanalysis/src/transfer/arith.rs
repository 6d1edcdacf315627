//! Arithmetic. Float operations are plain; integer operations also calculate addresses and pick floats apart.
//!
//! Integer code on the bits of floats is understood where the outcome is certainly a float of the same format: changing the sign bit by
//! `xor` (negation), filling the exponent by `or`, and masking low bits off.

use ir::{BinOp, ConstData, FloatKind, TypeData};

use crate::base::BaseType;
use crate::body::Node;
use crate::log::Why;
use crate::solver::Solver;
use crate::tree::EVERY;
use crate::trees::TreeId;

/// A constant up to this is an integer whatever it is combined with.
const SMALL: i128 = 4096;

impl Solver<'_, '_> {
    pub(super) fn binary(&mut self, op: BinOp, result: Node, x: Node, y: Node) {
        if op.is_float() {
            for node in [result, x, y] {
                self.learn_float(node, "float arithmetic");
            }
            return;
        }
        if self.up() {
            self.binary_up(op, result, x, y);
        }
        self.binary_down(op, result, x, y);
    }

    /// The type of a node as a whole: that of its first bytes.
    fn whole(&self, node: Node) -> BaseType {
        self.inner0(node)
    }

    fn binary_up(&mut self, op: BinOp, result: Node, x: Node, y: Node) {
        let (outcome, left, right) = (self.whole(result), self.whole(x), self.whole(y));
        match op {
            BinOp::Sub if outcome == BaseType::Integer => {
                const WHY: &str = "a difference is an integer if both sides are integers, or both pointers";
                for (node, other, base) in [(x, y, right), (y, x, left)] {
                    if base != BaseType::Anything {
                        self.learn_all(node, base, Why::from(other, WHY));
                    }
                }
            }
            BinOp::Sub if outcome == BaseType::Pointer => {
                const WHY: &str = "a pointer less an integer is a pointer";
                if left == BaseType::Pointer {
                    self.learn_all(y, BaseType::Integer, Why::from(result, WHY));
                }
                if right == BaseType::Integer {
                    self.learn_all(x, BaseType::Pointer, Why::from(result, WHY));
                }
            }
            BinOp::Add | BinOp::Mul if outcome == BaseType::Integer => {
                for node in [x, y] {
                    self.learn_all(
                        node,
                        BaseType::Integer,
                        Why::from(result, "only integers add up to an integer"),
                    );
                }
            }
            BinOp::Xor | BinOp::Or | BinOp::And => {
                for (node, mask) in [(x, y), (y, x)] {
                    let kind = self.float_bits_kept(op, result, mask);
                    if let Some(kind) = kind {
                        let why = Why::from(
                            result,
                            "only bits of a float give a float when a few of them change",
                        );
                        self.learn_all(node, BaseType::Float(kind), why);
                    }
                }
            }
            _ => {}
        }
    }

    /// The format of the floats that a node holds, if combining them with this constant gives floats again.
    fn float_bits_kept(&self, op: BinOp, floats: Node, mask: Node) -> Option<FloatKind> {
        let kind = self
            .shared
            .trees
            .get(self.tree(floats))
            .all_float(self.size(floats))?;
        let lanes = self.lanes(mask)?;
        let sign = 1u128 << (kind.bits() - 1);
        let exponent = exponent_mask(kind)?;
        let kept = |&(bits, lane): &(u32, u128)| {
            bits == kind.bits()
                && match op {
                    BinOp::Xor => lane & !sign == 0,
                    // All but the sign: the absolute value.
                    BinOp::And => lane == sign - 1,
                    _ => lane & !exponent == 0,
                }
        };
        lanes.iter().all(kept).then_some(kind)
    }

    /// The widths and bits of the lanes of an integer constant.
    fn lanes(&self, node: Node) -> Option<Vec<(u32, u128)>> {
        let ctx = self.ctx();
        let constant = self.body.constant(node)?;
        let lane = |constant| match *ctx.consts.get(constant) {
            ConstData::Int { ty, bits } => Some((ctx.types.int_bits(ty)?, bits)),
            _ => None,
        };
        match ctx.consts.get(constant) {
            ConstData::Int { .. } => Some(vec![lane(constant)?]),
            ConstData::Aggregate { members, .. } => members.iter().map(|&member| lane(member)).collect(),
            ConstData::Data { ty, bytes } => {
                let element = ctx.types.member(*ty, 0)?;
                let bits = ctx.types.int_bits(element)?;
                let lane = |chunk: &[u8]| {
                    chunk
                        .iter()
                        .rev()
                        .fold(0u128, |bits, &byte| bits << 8 | u128::from(byte))
                };
                let chunks = bytes.chunks_exact((bits / 8).max(1) as usize);
                Some(chunks.map(|chunk| (bits, lane(chunk))).collect())
            }
            ConstData::Zero(ty) => match *ctx.types.get(*ty) {
                TypeData::Vector { element, .. } => Some(vec![(ctx.types.int_bits(element)?, 0)]),
                _ => None,
            },
            _ => None,
        }
    }

    fn binary_down(&mut self, op: BinOp, result: Node, x: Node, y: Node) {
        let combined = self.whole(x).binary(op, self.whole(y)).unwrap_or_default();
        let sides = [(x, y), (y, x)];
        let mut tree = self.trees().all(combined);
        match op {
            BinOp::And => {
                for (mask, other) in sides {
                    if let Some(found) = self.masked(mask, other) {
                        tree = found;
                    }
                }
            }
            BinOp::Add | BinOp::Sub => {
                for (constant, other) in sides {
                    let counts = op == BinOp::Add || constant == y;
                    if counts && self.const_int(constant).is_some_and(|value| value <= SMALL) {
                        // A small number is an offset: it leaves the other side what it is.
                        tree = self.first_level(other);
                    }
                }
            }
            BinOp::Mul => {
                for (constant, other) in sides {
                    if self.const_int(constant).is_some() && self.every(other) == BaseType::Integer {
                        tree = self.trees().all(BaseType::Integer);
                    }
                }
            }
            BinOp::URem
                if self
                    .const_int(y)
                    .is_some_and(|value| (0..=SMALL).contains(&value)) =>
            {
                tree = self.trees().all(BaseType::Integer);
            }
            BinOp::Xor | BinOp::Or => {
                for (mask, floats) in sides {
                    if let Some(kind) = self.float_bits_kept(op, floats, mask) {
                        tree = self.trees().all(BaseType::Float(kind));
                    }
                }
            }
            _ => {}
        }
        self.learn_down(
            result,
            tree,
            Why::from(x, "the outcome of arithmetic on the operands' types"),
        );
    }

    /// A node's facts as those of its start, for an operation on all of its bits.
    fn first_level(&mut self, node: Node) -> TreeId {
        let tree = self.tree(node);
        let trees = self.trees();
        let start = trees.data0(tree);
        let start = self.or_nothing(start);
        self.trees().only(start, EVERY)
    }

    /// What is left of `other` after masking, if that is known whatever combining the types says.
    fn masked(&mut self, mask: Node, other: Node) -> Option<TreeId> {
        let mut found = None;
        for value in self.ints(mask) {
            if (0..=16).contains(&value) {
                found = Some(self.trees().all(BaseType::Integer));
            } else if (-64..0).contains(&value) {
                // Low bits are cleared: that aligns an address, or does nothing to speak of.
                found = Some(self.first_level(other));
            }
        }
        if self.const_int(mask).is_some() && self.whole(other) == BaseType::Integer {
            found = Some(self.trees().all(BaseType::Integer));
        }
        found
    }
}

/// The exponent's bits of a format whose numbers fill an integer of their size.
fn exponent_mask(kind: FloatKind) -> Option<u128> {
    let fraction = match kind {
        FloatKind::Half => 10,
        FloatKind::BFloat => 7,
        FloatKind::Float => 23,
        FloatKind::Double => 52,
        FloatKind::Fp128 => 112,
        FloatKind::X86Fp80 | FloatKind::PpcFp128 => return None,
    };
    let sign = 1u128 << (kind.bits() - 1);
    Some((sign - 1) & !((1 << fraction) - 1))
}
