//! Arithmetic, conversions and freeze.
//!
//! Of the forward sweep there are only the addresses: casts of them, and integers that are addresses and are moved. In the reverse sweep
//! the adjoint of the result is taken, multiplied by each partial (crate `rules`), and added to the operands. Operations on the bits of
//! floats are undone on the bits of adjoints: what [`facts::bit_move`] says moves, moves back.

use facts::BitMove;
use ir::{BinOp, CastOp, Inst, Op, Type, TypeData, Value};
use rules::Instruction;
use rules::code::MathCall;
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    /// The shadow of an address that is calculated from another one.
    pub(super) fn shadow_of_arithmetic(&mut self, inst: Inst) -> Outcome<Lanes> {
        let data = self.data(inst);
        match data.op {
            Op::Cast(_) | Op::Freeze => {
                let lanes = self.shadow(data.operands[0])?;
                Ok(lanes
                    .iter()
                    .map(|&lane| self.repeat_value(inst, &[lane]))
                    .collect())
            }
            Op::Binary(op) => match facts::bit_move(self.b.ctx, self.source(), &self.input.facts, inst) {
                Some(BitMove::Offset { operand }) => {
                    let lanes = self.shadow(data.operands[operand])?;
                    let other = self.value(data.operands[1 - operand])?;
                    Ok(lanes
                        .iter()
                        .map(|&lane| match operand {
                            0 => self.repeat_value(inst, &[lane, other]),
                            _ => self.repeat_value(inst, &[other, lane]),
                        })
                        .collect())
                }
                Some(BitMove::Align { operand }) => {
                    self.shadow_of_aligned(data.operands[operand], data.result)
                }
                _ => Err(bit_arithmetic(op.name())),
            },
            ref op => Err(ErrorKind::Internal {
                what: format!("{op:?} has no shadow"),
            }),
        }
    }

    /// The shadow of an integer that is an address and was rounded down: as far from the shadow of the address.
    fn shadow_of_aligned(&mut self, address: Value, aligned: Option<Value>) -> Outcome<Lanes> {
        let lanes = self.shadow(address)?;
        let Some(aligned) = aligned else { return Ok(lanes) };
        let (before, after) = (self.primal(address), self.primal(aligned));
        let distance = self.b.binary(BinOp::Sub, after, before);
        Ok(lanes
            .iter()
            .map(|&lane| self.b.binary(BinOp::Add, lane, distance))
            .collect())
    }

    pub(super) fn reverse_arithmetic(&mut self, inst: Inst) -> Outcome {
        let Some(result) = self.data(inst).result else {
            return Ok(());
        };
        if !self.has_adjoint(result) {
            return Ok(());
        }
        match *self.op(inst) {
            Op::FNeg => self.reverse_instruction(inst, Instruction::FNeg),
            Op::Binary(op) => match Instruction::of_binary(op) {
                Some(instruction) => self.reverse_instruction(inst, instruction),
                None => self.reverse_bits(inst, op),
            },
            Op::Cast(op) => self.reverse_cast(inst, op),
            // A frozen poison is some number: it does not depend on anything.
            _ => {
                let adjoint = self.take(result)?;
                self.add_all(self.data(inst).operands[0], adjoint)
            }
        }
    }

    /// Adds to a value's adjoint, if there is something to add.
    pub(super) fn add_all(&mut self, value: Value, lanes: Option<Lanes>) -> Outcome {
        match lanes {
            Some(lanes) => self.add(value, &lanes),
            None => Ok(()),
        }
    }

    /// An operation on floats, by its rule.
    fn reverse_instruction(&mut self, inst: Inst, instruction: Instruction) -> Outcome {
        let data = self.data(inst);
        let entry = self.input.rules.instruction(instruction);
        let (Some(rule), Some(result)) = (entry.math(), data.result) else {
            return Err(ErrorKind::UnsupportedInstruction {
                name: entry.name.to_owned(),
            });
        };
        let adjoint = self.take(result)?;
        let wanted: SmallVec<[bool; 4]> = data
            .operands
            .iter()
            .map(|&operand| self.has_adjoint(operand))
            .collect();
        let mut call = MathCall {
            operands: data.operands.iter().map(|_| [None, None]).collect(),
            outputs: SmallVec::from_slice(&[None]),
            float: data.ty,
        };
        for (index, _) in wanted.iter().enumerate().filter(|&(_, &wanted)| wanted) {
            let reads = rule.reads(index as u8);
            for operand in reads.operands {
                let at = usize::from(operand);
                call.operands[at][0] = Some(self.need_primal(data.operands[at])?);
            }
            if !reads.outputs.is_empty() {
                call.outputs[0] = Some(self.need_primal(result)?);
            }
        }
        let width = self.width();
        let adjoints = self.code().adjoints(rule, &call, &[adjoint], &wanted, width);
        for (&operand, adjoint) in data.operands.iter().zip(adjoints) {
            self.add_all(operand, adjoint)?;
        }
        Ok(())
    }

    fn reverse_cast(&mut self, inst: Inst, op: CastOp) -> Outcome {
        let data = self.data(inst);
        let (Some(result), operand) = (data.result, data.operands[0]) else {
            return Ok(());
        };
        let back = match op {
            // Numbers made from integers are locally constant.
            CastOp::UiToFp | CastOp::SiToFp => {
                self.take(result)?;
                return Ok(());
            }
            CastOp::FpExt => CastOp::FpTrunc,
            CastOp::FpTrunc => CastOp::FpExt,
            CastOp::Bitcast => CastOp::Bitcast,
            // What was cut off gets nothing, and what was put before the bits gave nothing.
            CastOp::Trunc => CastOp::ZExt,
            CastOp::ZExt => CastOp::Trunc,
            _ => return self.unclear_bits(inst, op.name()),
        };
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        if !self.has_adjoint(operand) {
            return Ok(());
        }
        let ty = self.source_type(operand);
        let lanes: Lanes = adjoint.iter().map(|&lane| self.b.cast(back, lane, ty)).collect();
        self.add(operand, &lanes)
    }

    /// An integer operation on the bits of floats.
    fn reverse_bits(&mut self, inst: Inst, op: BinOp) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result else { return Ok(()) };
        let Some(moved) = facts::bit_move(self.b.ctx, self.source(), &self.input.facts, inst) else {
            return self.unclear_bits(inst, op.name());
        };
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        let (operand, back) = match moved {
            BitMove::Shift { amount } => {
                self.check_shifted(data.operands[0], u64::from(amount), op)?;
                let back = match op {
                    BinOp::Shl => BinOp::LShr,
                    _ => BinOp::Shl,
                };
                (0, back)
            }
            BitMove::Keep { operand } => {
                self.check_kept(data.operands[operand], data.operands[1 - operand], op)?;
                (operand, BinOp::And)
            }
            BitMove::Negate { operand } => (operand, BinOp::Xor),
            BitMove::Abs { operand } => return self.reverse_absolute(data.operands[operand], &adjoint),
            BitMove::Merge => {
                self.add(data.operands[0], &adjoint)?;
                return self.add(data.operands[1], &adjoint);
            }
            BitMove::Align { .. } | BitMove::Offset { .. } => return Err(bit_arithmetic(op.name())),
        };
        let constant = self.primal(data.operands[1 - operand]);
        let lanes: Lanes = adjoint
            .iter()
            .map(|&lane| self.b.binary(back, lane, constant))
            .collect();
        self.add(data.operands[operand], &lanes)
    }

    /// The absolute value of a float whose sign was masked away: the adjoint changes its sign with the number.
    fn reverse_absolute(&mut self, operand: Value, adjoint: &Lanes) -> Outcome {
        let ty = self.source_type(operand);
        let Some(bits) = self.b.ctx.types.int_bits(self.b.ctx.types.scalar(ty)) else {
            return Ok(());
        };
        let sign = self.bits_like(ty, 1 << (bits - 1));
        let primal = self.need_primal(operand)?;
        let negative = self.b.binary(BinOp::And, primal, sign);
        let lanes: Lanes = adjoint
            .iter()
            .map(|&lane| self.b.binary(BinOp::Xor, lane, negative))
            .collect();
        self.add(operand, &lanes)
    }

    /// A shift may move a float out, but must not cut one in two.
    fn check_shifted(&self, operand: Value, amount: u64, op: BinOp) -> Outcome {
        let lane = self.lane_bits(operand);
        let cut = self.floats_in(operand).into_iter().any(|(start, size)| {
            let (start, end) = (start % lane, start % lane + size);
            match op {
                BinOp::Shl => start + amount < lane && end + amount > lane,
                _ => start < amount && end > amount,
            }
        });
        match cut {
            true => Err(bit_arithmetic(op.name())),
            false => Ok(()),
        }
    }

    /// A mask must keep or clear whole floats.
    fn check_kept(&self, operand: Value, mask: Value, op: BinOp) -> Outcome {
        let Some(mask) = facts::int_constant(self.b.ctx, self.source(), mask) else {
            return Err(bit_arithmetic(op.name()));
        };
        let lane = self.lane_bits(operand);
        let cut = self.floats_in(operand).into_iter().any(|(start, size)| {
            let all = ir::constant::mask(size as u32);
            let kept = mask >> (start % lane) & all;
            kept != 0 && kept != all
        });
        match cut {
            true => Err(bit_arithmetic(op.name())),
            false => Ok(()),
        }
    }

    /// Where the floats of an integer or vector of integers are, and how large, in bits.
    fn floats_in(&self, value: Value) -> Vec<(u64, u64)> {
        let pieces = self.input.facts.pieces(self.b.ctx, self.source(), value);
        let floats = pieces.iter().filter_map(|piece| match piece.held {
            facts::Held::Float(kind) => Some((piece, u64::from(kind.bits()))),
            _ => None,
        });
        floats
            .flat_map(|(piece, size)| (0..piece.floats()).map(move |at| (piece.start * 8 + at * size, size)))
            .collect()
    }

    /// Bits of an integer, or of each lane of a vector of integers.
    fn lane_bits(&self, value: Value) -> u64 {
        let types = &self.b.ctx.types;
        let scalar = types.scalar(self.source_type(value));
        types.int_bits(scalar).map_or(1, u64::from)
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

/// Bits of floats are computed with.
fn bit_arithmetic(name: &str) -> ErrorKind {
    ErrorKind::BitArithmetic {
        name: name.to_owned(),
        unknown: None,
    }
}
