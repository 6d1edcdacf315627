//! Instructions, one by one.

use super::error::TrapKind;
use super::memory::{MemoryError, Owner};
use super::value::{Datum, Scalar, ScalarKind};
use super::{Externals, Interpreter, Step, arith};
use crate::constant::mask;
use crate::function::{Function, Value};
use crate::inst::{Access, BinOp, CastOp, Flags, Inst, InstData, IntPred, Op, RmwOp};
use crate::types::{Type, TypeData};

impl<'m, E: Externals> Interpreter<'m, E> {
    pub(super) fn step(&mut self, function: &'m Function, inst: Inst) -> Result<Step, TrapKind> {
        let data = function.inst(inst);
        match &data.op {
            Op::Br => Ok(Step::Jump(data.targets[0])),
            Op::CondBr => {
                let taken = self.decision(data.operands[0], "condition")?;
                Ok(Step::Jump(data.targets[usize::from(taken == 0)]))
            }
            Op::Switch => {
                let value = self.decision(data.operands[0], "value")?;
                let mut target = data.targets[0];
                for (&case, &case_target) in data.operands[1..].iter().zip(&data.targets[1..]) {
                    if self.get(case)?.to_bits() == Some(value) {
                        target = case_target;
                    }
                }
                Ok(Step::Jump(target))
            }
            Op::Ret => Ok(Step::Return(match data.operands.first() {
                Some(&value) => self.get(value)?,
                None => Datum::Unit,
            })),
            Op::Unreachable => Err(TrapKind::Unreachable),
            Op::Call(_) | Op::Invoke(_) => self.call(function, data),
            Op::Store(_) | Op::Fence(_) => {
                self.effect(function, data)?;
                Ok(Step::Next)
            }
            _ => {
                let datum = self.value(function, data)?;
                if let Some(result) = data.result {
                    self.set(result, datum);
                }
                Ok(Step::Next)
            }
        }
    }

    /// A defined integer that control depends on.
    fn decision(&self, value: Value, what: &'static str) -> Result<u128, TrapKind> {
        self.get(value)?.to_bits().ok_or(TrapKind::Undefined(what))
    }

    /// A defined address.
    pub(super) fn address(&self, value: Value) -> Result<u64, TrapKind> {
        Ok(self.decision(value, "address")? as u64)
    }

    fn aligned_address(&self, value: Value, access: Access) -> Result<u64, TrapKind> {
        let address = self.address(value)?;
        let align = u64::from(access.align.max(1));
        if address % align != 0 {
            return Err(MemoryError::Misaligned { address, align }.into());
        }
        Ok(address)
    }

    fn effect(&mut self, function: &Function, data: &InstData) -> Result<(), TrapKind> {
        if let Op::Store(access) = data.op {
            let datum = self.get(data.operands[0])?;
            let address = self.aligned_address(data.operands[1], access)?;
            let ty = function.ty(data.operands[0]);
            self.memory.store(self.ctx(), ty, address, &datum)?;
        }
        Ok(())
    }

    /// The result of an instruction that has one and does not jump.
    fn value(&mut self, function: &Function, data: &InstData) -> Result<Datum, TrapKind> {
        match &data.op {
            Op::FNeg => {
                let kind = self.ctx().types.float_kind(data.ty);
                let kind = kind.ok_or_else(|| self.unsupported_type(data.ty))?;
                map_lanes(&[self.get(data.operands[0])?], &|lanes| {
                    Ok(arith::negate(kind, lanes[0]))
                })
            }
            Op::Binary(op) => self.arithmetic(*op, data),
            Op::Cast(op) => self.cast(function, data, *op),
            Op::ICmp(_) | Op::FCmp(_) => self.compare(function, data),
            Op::Select => self.select(data),
            Op::Freeze => Ok(freeze(self.get(data.operands[0])?)),
            Op::ExtractElement | Op::InsertElement | Op::Shuffle(_) => self.lane_operation(data),
            Op::ExtractValue(path) => {
                let mut datum = &self.get(data.operands[0])?;
                for &index in path {
                    datum = datum.members().get(index as usize).ok_or(TrapKind::Unreachable)?;
                }
                Ok(datum.clone())
            }
            Op::InsertValue(path) => {
                let mut datum = self.get(data.operands[0])?;
                *member_mut(&mut datum, path).ok_or(TrapKind::Unreachable)? = self.get(data.operands[1])?;
                Ok(datum)
            }
            Op::Alloca { ty, align } => self.alloca(data, *ty, *align),
            Op::Load(access) => {
                let address = self.aligned_address(data.operands[0], *access)?;
                Ok(self.memory.load(self.ctx(), data.ty, address)?)
            }
            Op::Gep { source } => self.gep(function, data, *source),
            Op::AtomicRmw(op, access) => self.atomic_rmw(data, *op, *access),
            Op::CmpXchg(access) => self.cmp_xchg(function, data, *access),
            Op::Opaque { name, .. } => Err(TrapKind::Unsupported(format!("`{name}`"))),
            op => Err(TrapKind::Unsupported(format!("{op:?}"))),
        }
    }

    pub(super) fn unsupported_type(&self, ty: Type) -> TrapKind {
        TrapKind::Unsupported(format!("type {}", crate::text::print_type(self.ctx(), ty)))
    }

    /// The format of the scalars of a type.
    pub(super) fn kind(&self, ty: Type) -> Result<ScalarKind, TrapKind> {
        let scalar = self.ctx().types.scalar(ty);
        ScalarKind::of(self.ctx(), scalar).ok_or_else(|| self.unsupported_type(ty))
    }

    pub(super) fn all(&self, values: &[Value]) -> Result<Vec<Datum>, TrapKind> {
        values.iter().map(|&value| self.get(value)).collect()
    }

    fn arithmetic(&self, op: BinOp, data: &InstData) -> Result<Datum, TrapKind> {
        let kind = self.kind(data.ty)?;
        map_lanes(&self.all(&data.operands)?, &|lanes| {
            arith::binary(op, data.flags, kind, lanes[0], lanes[1])
        })
    }

    fn compare(&self, function: &Function, data: &InstData) -> Result<Datum, TrapKind> {
        let kind = self.kind(function.ty(data.operands[0]))?;
        map_lanes(&self.all(&data.operands)?, &|lanes| match (&data.op, kind) {
            (Op::FCmp(pred), ScalarKind::Float(kind)) => {
                arith::float_compare(*pred, kind, lanes[0], lanes[1])
            }
            (Op::ICmp(pred), _) => Ok(arith::int_compare(*pred, kind.bits(), lanes[0], lanes[1])),
            _ => Err(TrapKind::Unsupported("this comparison".to_owned())),
        })
    }

    fn cast(&self, function: &Function, data: &InstData, op: CastOp) -> Result<Datum, TrapKind> {
        let from_ty = function.ty(data.operands[0]);
        let (from, to) = (self.kind(from_ty)?, self.kind(data.ty)?);
        let datum = self.get(data.operands[0])?;
        let lanes = |ty| self.ctx().types.member_count(ty);
        if op == CastOp::Bitcast && lanes(from_ty) != lanes(data.ty) {
            return Ok(regroup(&datum, from, to, lanes(data.ty) as usize));
        }
        map_lanes(&[datum], &|lanes| arith::cast(op, data.flags, from, to, lanes[0]))
    }

    fn select(&self, data: &InstData) -> Result<Datum, TrapKind> {
        let [condition, if_true, if_false] = &self.all(&data.operands)?[..] else {
            return Err(TrapKind::Unreachable);
        };
        let kind = self.kind(data.ty).ok();
        let choose = |condition: &Datum, if_true: &Datum, if_false: &Datum| match condition.to_bits() {
            Some(1) => Ok(if_true.clone()),
            Some(_) => Ok(if_false.clone()),
            // A choice by nothing gives nothing.
            None => match kind {
                Some(kind) => map_lanes(std::slice::from_ref(if_true), &|_| Ok(Scalar::undef(kind))),
                None => self.splat(data.ty, &Scalar::undef),
            },
        };
        match condition {
            Datum::Members(conditions) => {
                let lanes = conditions.iter().zip(if_true.members()).zip(if_false.members());
                let lanes = lanes.map(|((condition, x), y)| choose(condition, x, y));
                Ok(Datum::Members(lanes.collect::<Result<_, _>>()?))
            }
            _ => choose(condition, if_true, if_false),
        }
    }

    fn lane_operation(&self, data: &InstData) -> Result<Datum, TrapKind> {
        let operands = self.all(&data.operands)?;
        let kind = self.kind(data.ty)?;
        let undefined = Datum::Scalar(Scalar::undef(kind));
        let lane = |index: &Datum| index.to_bits().and_then(|index| usize::try_from(index).ok());
        match &data.op {
            Op::ExtractElement => {
                let lane = lane(&operands[1]).and_then(|lane| operands[0].members().get(lane));
                Ok(lane.cloned().unwrap_or(undefined))
            }
            Op::InsertElement => {
                let mut lanes = operands[0].members().to_vec();
                match lane(&operands[2]).and_then(|lane| lanes.get_mut(lane)) {
                    Some(place) => *place = operands[1].clone(),
                    None => lanes.fill(undefined),
                }
                Ok(Datum::Members(lanes))
            }
            Op::Shuffle(lanes) => {
                let both: Vec<&Datum> = operands[0]
                    .members()
                    .iter()
                    .chain(operands[1].members())
                    .collect();
                let pick = |&lane: &i32| {
                    let found = usize::try_from(lane).ok().and_then(|lane| both.get(lane));
                    found.map_or(undefined.clone(), |&datum| datum.clone())
                };
                Ok(Datum::Members(lanes.iter().map(pick).collect()))
            }
            _ => Err(TrapKind::Unreachable),
        }
    }

    fn alloca(&mut self, data: &InstData, ty: Type, align: u32) -> Result<Datum, TrapKind> {
        let count = self.decision(data.operands[0], "count")? as u64;
        let size = self.ctx().size_of(ty).ok_or_else(|| self.unsupported_type(ty))?;
        let len = size
            .checked_mul(count)
            .ok_or(MemoryError::TooLarge { len: u64::MAX })?;
        let address = self.memory.allocate(len, u64::from(align), Owner::Stack)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.stack.push(address);
        }
        Ok(Datum::ptr(address))
    }

    /// The callee's own copy of what an argument points to.
    pub(super) fn copy_for_callee(
        &mut self,
        ty: Type,
        arg: &Datum,
        stack: &mut Vec<u64>,
    ) -> Result<Datum, TrapKind> {
        let source = arg.to_bits().ok_or(TrapKind::Undefined("address"))? as u64;
        let len = self.ctx().size_of(ty).ok_or_else(|| self.unsupported_type(ty))?;
        let copy = self.memory.allocate(len, 16, Owner::Stack)?;
        stack.push(copy);
        self.memory.copy(copy, source, len)?;
        Ok(Datum::ptr(copy))
    }

    /// Base and indices may be vectors; scalars are used for every lane.
    fn gep(&self, function: &Function, data: &InstData, source: Type) -> Result<Datum, TrapKind> {
        let operands = self.all(&data.operands)?;
        let mut widths = Vec::new();
        for &operand in &data.operands {
            widths.push(self.kind(function.ty(operand))?.bits());
        }
        let pointer = self.kind(data.ty)?;
        let step = |lanes: &[Scalar]| {
            if lanes.iter().any(|lane| !lane.is_defined()) {
                return Ok(Scalar::undef(pointer));
            }
            let indices = lanes.iter().zip(&widths).skip(1);
            let indices: Vec<i128> = indices.map(|(lane, &bits)| lane.to_signed(bits)).collect();
            let offset = self.offset(source, &indices)?;
            Ok(Scalar::new(
                u128::from((lanes[0].bits as u64).wrapping_add_signed(offset)) & pointer.mask(),
            ))
        };
        match *self.ctx().types.get(data.ty) {
            TypeData::Vector { len, .. } => map_lanes(&spread(operands, len as usize), &step),
            _ => map_lanes(&operands, &step),
        }
    }

    fn atomic_rmw(&mut self, data: &InstData, op: RmwOp, access: Access) -> Result<Datum, TrapKind> {
        let address = self.aligned_address(data.operands[0], access)?;
        let old = self.memory.load(self.ctx(), data.ty, address)?;
        let kind = self.kind(data.ty)?;
        let operands = [old.clone(), self.get(data.operands[1])?];
        let new = map_lanes(&operands, &|lanes| {
            read_modify_write(op, kind, lanes[0], lanes[1])
        })?;
        self.memory.store(self.ctx(), data.ty, address, &new)?;
        Ok(old)
    }

    fn cmp_xchg(&mut self, function: &Function, data: &InstData, access: Access) -> Result<Datum, TrapKind> {
        let address = self.aligned_address(data.operands[0], access)?;
        let ty = function.ty(data.operands[1]);
        let old = self.memory.load(self.ctx(), ty, address)?;
        let expected = self.decision(data.operands[1], "expected value")?;
        let found = old.to_bits().ok_or(TrapKind::Undefined("value in memory"))?;
        if found == expected {
            let new = self.get(data.operands[2])?;
            self.memory.store(self.ctx(), ty, address, &new)?;
        }
        Ok(Datum::Members(vec![
            old,
            Datum::int(1, i128::from(found == expected)),
        ]))
    }
}

/// Applies a scalar function to scalars, or lane by lane to vectors of one length.
pub(super) fn map_lanes(
    operands: &[Datum],
    function: &dyn Fn(&[Scalar]) -> Result<Scalar, TrapKind>,
) -> Result<Datum, TrapKind> {
    let scalars: Option<Vec<Scalar>> = operands.iter().map(Datum::scalar).collect();
    if let Some(scalars) = scalars {
        return Ok(Datum::Scalar(function(&scalars)?));
    }
    let count = operands
        .iter()
        .map(|operand| operand.members().len())
        .max()
        .unwrap_or(0);
    let lanes = (0..count).map(|lane| {
        let lane: Vec<Datum> = operands
            .iter()
            .filter_map(|operand| operand.members().get(lane).cloned())
            .collect();
        if lane.len() < operands.len() {
            return Err(TrapKind::Unsupported("operands of different shapes".to_owned()));
        }
        map_lanes(&lane, function)
    });
    Ok(Datum::Members(lanes.collect::<Result<_, _>>()?))
}

/// Vectors of `len` lanes from vectors and scalars.
fn spread(operands: Vec<Datum>, len: usize) -> Vec<Datum> {
    let spread = operands.into_iter().map(|operand| match operand {
        Datum::Members(_) => operand,
        _ => Datum::Members(vec![operand; len]),
    });
    spread.collect()
}

fn member_mut<'a>(datum: &'a mut Datum, path: &[u32]) -> Option<&'a mut Datum> {
    path.iter().try_fold(datum, |datum, &index| match datum {
        Datum::Members(members) => members.get_mut(index as usize),
        _ => None,
    })
}

/// Undefined bits become zero, which is as good as any choice.
fn freeze(datum: Datum) -> Datum {
    match datum {
        Datum::Scalar(scalar) => Datum::Scalar(Scalar { undef: 0, ..scalar }),
        Datum::Members(members) => Datum::Members(members.into_iter().map(freeze).collect()),
        Datum::Unit => Datum::Unit,
    }
}

/// A bit cast between vectors and scalars: the first lane is lowest. `count` is 0 for a scalar.
fn regroup(datum: &Datum, from: ScalarKind, to: ScalarKind, count: usize) -> Datum {
    let lanes: Vec<Scalar> = match datum {
        Datum::Members(members) => members.iter().filter_map(Datum::scalar).collect(),
        _ => datum.scalar().into_iter().collect(),
    };
    let bit = |part: &dyn Fn(Scalar) -> u128, at: u32| {
        let lane = lanes
            .get((at / from.bits()) as usize)
            .map_or(0, |&lane| part(lane));
        lane >> (at % from.bits()) & 1
    };
    let gather = |part: &dyn Fn(Scalar) -> u128, first: u32| {
        (0..to.bits()).fold(0, |sum, offset| sum | (bit(part, first + offset) << offset))
    };
    let lane = |index: u32| Scalar {
        bits: gather(&|lane| lane.bits, index * to.bits()),
        undef: gather(&|lane| lane.undef, index * to.bits()),
        tangent: gather(&|lane| lane.tangent, index * to.bits()),
    };
    match count {
        0 => Datum::Scalar(lane(0)),
        _ => Datum::Members(
            (0..count as u32)
                .map(|index| Datum::Scalar(lane(index)))
                .collect(),
        ),
    }
}

fn read_modify_write(op: RmwOp, kind: ScalarKind, old: Scalar, value: Scalar) -> Result<Scalar, TrapKind> {
    let bits = kind.bits();
    let binary = |op| arith::binary(op, Flags::none(), kind, old, value);
    let choose = |pred| {
        let keep = arith::int_compare(pred, bits, old, value);
        if keep.bits == 1 { old } else { value }
    };
    Ok(match op {
        RmwOp::Xchg => value,
        RmwOp::Add => binary(BinOp::Add)?,
        RmwOp::Sub => binary(BinOp::Sub)?,
        RmwOp::And => binary(BinOp::And)?,
        RmwOp::Or => binary(BinOp::Or)?,
        RmwOp::Xor => binary(BinOp::Xor)?,
        RmwOp::Nand => {
            let and = binary(BinOp::And)?;
            Scalar {
                bits: !and.bits & mask(bits) & !and.undef,
                ..and
            }
        }
        RmwOp::Max => choose(IntPred::Sgt),
        RmwOp::Min => choose(IntPred::Sle),
        RmwOp::UMax => choose(IntPred::Ugt),
        RmwOp::UMin => choose(IntPred::Ule),
        RmwOp::FAdd => binary(BinOp::FAdd)?,
        RmwOp::FSub => binary(BinOp::FSub)?,
        _ => return Err(TrapKind::Unsupported(format!("atomicrmw {}", op.name()))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_casts_regroup_lanes() {
        let lanes = Datum::Members(vec![Datum::int(16, 0x1234), Datum::int(16, 0xabcd - 0x10000)]);
        let whole = regroup(&lanes, ScalarKind::Int(16), ScalarKind::Int(32), 0);
        assert_eq!(whole, Datum::int(32, 0xabcd_1234));
        let back = regroup(&whole, ScalarKind::Int(32), ScalarKind::Int(16), 2);
        assert_eq!(back, lanes);
    }
}
