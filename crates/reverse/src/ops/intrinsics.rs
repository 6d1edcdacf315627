//! Reductions, and operations that move values without computing.
//!
//! What permutes lanes is transposed by [`Emit::reverse_permutation`]: each operation says from which lane of which operand each lane of
//! its result came. Masked and scattered accesses are loads and stores for the lanes that the mask selects; the lanes of a scattered
//! access are reversed one by one, last first, because several may have the same address.

use ir::{Access, BinOp, FloatPred, Inst, Type, TypeData, Value};
use rules::{Reduction, Structural};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

/// Lanes of scattered memory are accessed without knowledge of their alignment beyond that of their type.
const SCATTERED: Access = Access {
    align: 1,
    ordering: ir::Ordering::NotAtomic,
    failure: ir::Ordering::NotAtomic,
    volatile: false,
    weak: false,
};

/// What does not ask at run time whether memory is active.
const MASKED: &str = "masked accesses to active memory";

/// How lanes find their place in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One after the other.
    Together,
    /// Each at its own address.
    Scattered,
    /// Only selected lanes, one after the other.
    Packed,
}

impl Emit<'_> {
    /// What masked and scattered accesses are that touch anything active.
    fn refuse_masked_load(&self, inst: Inst, structural: Structural) -> Outcome {
        match structural {
            Structural::MaskedLoad | Structural::ExpandLoad | Structural::Gather
                if self.result_active(inst) =>
            {
                self.refuse_runtime_activity(MASKED)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn forward_structural(&mut self, inst: Inst, name: &str, structural: Structural) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) && self.touches_active(inst) {
            return Err(ErrorKind::ScalableVector);
        }
        if let Structural::MaskedStore | Structural::Scatter | Structural::CompressStore = structural {
            let (value, address) = (data.args()[0], data.args()[1]);
            if self.active(address) {
                self.refuse_runtime_activity(MASKED)?;
            }
            return match self.address_shadow(inst, address, &[value])? {
                Some(_) if self.is_address_like(value) => self.call_on_shadows(inst, &[0, 1]),
                _ => Ok(()),
            };
        }
        self.refuse_masked_load(inst, structural)?;
        let Some(result) = data
            .result
            .filter(|&result| self.active(result) && self.points(result))
        else {
            return Ok(());
        };
        match structural {
            Structural::PointerIdentity if name.contains("ptrmask") => {
                let argument = data.args()[0];
                let shadows = self.shadow(argument)?;
                self.shadow_of_moved(inst, argument, &shadows)
            }
            Structural::Identity | Structural::PointerIdentity => self.call_on_shadows(inst, &[0]),
            Structural::Subscript => self.call_on_shadows(inst, &[3]),
            Structural::MaskedLoad | Structural::ExpandLoad | Structural::Gather => {
                self.call_on_shadows(inst, &[0, 2])
            }
            Structural::VectorInsert | Structural::VectorSpliceLeft | Structural::VectorSpliceRight => {
                self.call_on_shadows(inst, &[0, 1])
            }
            Structural::VectorExtract
            | Structural::VectorReverse
            | Structural::VectorDeinterleave
            | Structural::MatrixTranspose => self.call_on_shadows(inst, &[0]),
            Structural::VectorInterleave => {
                let all: SmallVec<[usize; 4]> = (0..data.args().len()).collect();
                self.call_on_shadows(inst, &all)
            }
            _ => Err(self.undeduced(result)),
        }
    }

    /// Whether a value that is written holds addresses or integers, which shadows mirror.
    fn is_address_like(&self, value: Value) -> bool {
        let pieces = self.input.facts.pieces(self.b.ctx, self.source(), value);
        pieces
            .iter()
            .all(|piece| matches!(piece.held, facts::Held::Pointer | facts::Held::Integer))
    }

    pub(super) fn reverse_structural(&mut self, inst: Inst, structural: Structural) -> Outcome {
        let data = self.data(inst);
        let args = data.args();
        match structural {
            Structural::MaskedStore => return self.reverse_lane_stores(inst, Layout::Together),
            Structural::Scatter => return self.reverse_lane_stores(inst, Layout::Scattered),
            Structural::CompressStore => return self.reverse_lane_stores(inst, Layout::Packed),
            _ => {}
        }
        let Some(result) = data.result.filter(|&result| self.active(result)) else {
            return Ok(());
        };
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        match structural {
            Structural::Identity => self.add(args[0], &adjoint),
            Structural::PointerIdentity | Structural::Subscript => Ok(()),
            Structural::MaskedLoad => self.reverse_lane_loads(inst, &adjoint, Layout::Together),
            Structural::Gather => self.reverse_lane_loads(inst, &adjoint, Layout::Scattered),
            Structural::ExpandLoad => self.reverse_lane_loads(inst, &adjoint, Layout::Packed),
            Structural::VectorDeinterleave => self.reverse_deinterleave(inst, &adjoint),
            Structural::MatrixMultiply => self.reverse_matrix_product(inst, &adjoint),
            _ => self.reverse_lane_moves(inst, structural, &adjoint),
        }
    }

    /// Operations that permute the lanes of their vectors.
    fn reverse_lane_moves(&mut self, inst: Inst, structural: Structural, adjoint: &Lanes) -> Outcome {
        let args = self.data(inst).args();
        let Some(result) = self.data(inst).result else {
            return Ok(());
        };
        let (len, first) = (self.lane_count(result), self.lane_count(args[0]));
        let all = |from: &dyn Fn(u32) -> u32| (0..len).map(|lane| Some(from(lane))).collect::<Vec<_>>();
        match structural {
            Structural::VectorReverse => {
                let from = all(&|lane| len - 1 - lane);
                self.reverse_permutation(&args[..1], len, &from, adjoint)
            }
            Structural::VectorExtract => {
                let start = self.constant_argument(args[1])?;
                let from = all(&|lane| start + lane);
                self.reverse_permutation(&args[..1], first, &from, adjoint)
            }
            Structural::VectorInsert => {
                let (start, inner) = (self.constant_argument(args[2])?, self.lane_count(args[1]));
                let is_inner = |lane: u32| lane >= start && lane < start + inner;
                let outside: Vec<_> = (0..len).map(|lane| (!is_inner(lane)).then_some(lane)).collect();
                let inside: Vec<_> = (0..len)
                    .map(|lane| is_inner(lane).then(|| lane - start))
                    .collect();
                self.reverse_permutation(&args[..1], len, &outside, adjoint)?;
                self.reverse_permutation(&args[1..2], inner, &inside, adjoint)
            }
            Structural::VectorSpliceLeft | Structural::VectorSpliceRight => {
                let offset = self.constant_argument(args[2])?;
                let start = match structural {
                    Structural::VectorSpliceLeft => offset,
                    _ => len.saturating_sub(offset),
                };
                let from = all(&|lane| start + lane);
                self.reverse_permutation(&args[..2], len, &from, adjoint)
            }
            Structural::VectorInterleave => {
                let count = args.len() as u32;
                let from = all(&|lane| lane % count * first + lane / count);
                self.reverse_permutation(args, first, &from, adjoint)
            }
            Structural::MatrixTranspose => {
                let (rows, columns) = (self.constant_argument(args[1])?, self.constant_argument(args[2])?);
                // Column-major: member (i, j) of an r x c matrix is lane j r + i, and lane i c + j of the transpose.
                let from = all(&|lane| lane % columns * rows + lane / columns);
                self.reverse_permutation(&args[..1], first, &from, adjoint)
            }
            _ => Err(ErrorKind::Internal {
                what: format!("{structural:?} does not move lanes"),
            }),
        }
    }

    /// An argument that must be a constant, such as a position in a vector.
    fn constant_argument(&self, value: Value) -> Outcome<u32> {
        let constant = facts::int_constant(self.b.ctx, self.source(), value);
        constant
            .and_then(|constant| u32::try_from(constant).ok())
            .ok_or_else(|| ErrorKind::UnsupportedInstruction {
                name: "vector operation at a position that is not constant".to_owned(),
            })
    }

    /// The parts of the result are every so-manieth lane of the vector.
    fn reverse_deinterleave(&mut self, inst: Inst, adjoint: &Lanes) -> Outcome {
        let vector = self.data(inst).args()[0];
        let len = self.lane_count(vector);
        let count = self.b.ctx.types.member_count(self.data(inst).ty) as u32;
        for part in 0..count {
            let from: Vec<_> = (0..len / count.max(1))
                .map(|lane| Some(lane * count + part))
                .collect();
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.extract_value(lane, &[part]))
                .collect();
            self.reverse_permutation(&[vector], len, &from, &lanes)?;
        }
        Ok(())
    }

    /// What was loaded goes to the shadow memory, what was passed through to the operand.
    fn reverse_lane_loads(&mut self, inst: Inst, adjoint: &Lanes, layout: Layout) -> Outcome {
        let args = self.data(inst).args();
        let (mask, otherwise) = (args[1], args[2]);
        let mask = self.need_primal(mask)?;
        if self.has_adjoint(otherwise) {
            let zero = self.b.zero(self.source_type(otherwise));
            let lanes: Lanes = adjoint
                .iter()
                .map(|&lane| self.b.select(mask, zero, lane))
                .collect();
            self.add(otherwise, &lanes)?;
        }
        let addresses = self.shadow(args[0])?;
        for (&address, &lane) in addresses.iter().zip(adjoint) {
            let ty = self.b.ty(lane);
            let element = self.float_element(inst, self.data(inst).result, ty)?;
            let places = self.lane_places(address, (mask, element), layout, self.vector_len(ty));
            for (index, place) in places.into_iter().enumerate() {
                let index = self.b.i32(index as i32);
                let more = self.b.extract_element(lane, index);
                let more = self.as_float(more, element);
                self.accumulate(place, more, SCATTERED, false);
            }
        }
        Ok(())
    }

    /// The adjoint of what was stored is that of the memory, which becomes zero. Of lanes with the same address only the last was kept.
    fn reverse_lane_stores(&mut self, inst: Inst, layout: Layout) -> Outcome {
        let args = self.data(inst).args();
        let (value, address, mask) = (args[0], args[1], args[2]);
        if !self.active(address) || self.is_address_like(value) {
            return Ok(());
        }
        let ty = self.source_type(value);
        let element = self.float_element(inst, Some(value), ty)?;
        let mask = self.need_primal(mask)?;
        let addresses = self.shadow(address)?;
        let scalar = self.b.ctx.types.scalar(ty);
        let lanes = self.each(|emit, lane| {
            let places = emit.lane_places(addresses[lane], (mask, element), layout, emit.vector_len(ty));
            let (mut adjoint, zero) = (emit.b.zero(ty), emit.b.zero(element));
            for (index, place) in places.into_iter().enumerate().rev() {
                let number = emit.b.load(element, place, SCATTERED);
                emit.b.store(zero, place, SCATTERED);
                let index = emit.b.i32(index as i32);
                let number = emit.as_float(number, scalar);
                adjoint = emit.b.insert_element(adjoint, number, index);
            }
            // What the lanes that were not stored read is no adjoint.
            let none = emit.b.zero(ty);
            emit.b.select(mask, adjoint, none)
        });
        self.add(value, &lanes)
    }

    /// The float type of the lanes of a value that is accessed lane by lane.
    fn float_element(&mut self, inst: Inst, value: Option<Value>, ty: Type) -> Outcome<Type> {
        let scalar = self.b.ctx.types.scalar(ty);
        if self.b.ctx.types.float_kind(scalar).is_some() {
            return Ok(scalar);
        }
        let value = value.ok_or_else(|| ErrorKind::Internal {
            what: format!("{:?} has no value", self.op(inst)),
        })?;
        let pieces = self.input.facts.pieces(self.b.ctx, self.source(), value);
        let kind = match pieces.first().map(|piece| piece.held) {
            Some(facts::Held::Float(kind)) if pieces.len() == 1 => Some(kind),
            _ => None,
        };
        let size = self.b.ctx.store_size_of(scalar);
        match kind.filter(|kind| size == Some(u64::from(kind.bits() / 8))) {
            Some(kind) => Ok(self.b.ctx.types.float_of(kind)),
            None => Err(self.undeduced(value)),
        }
    }

    fn vector_len(&self, ty: Type) -> u32 {
        match *self.b.ctx.types.get(ty) {
            TypeData::Vector { len, .. } => len,
            _ => 0,
        }
    }

    /// Where the lanes are in memory. Lanes that the mask leaves out are sent to a variable that nobody reads.
    fn lane_places(
        &mut self,
        address: Value,
        (mask, element): (Value, Type),
        layout: Layout,
        len: u32,
    ) -> Vec<Value> {
        let nowhere = self.variable(element);
        let i64 = self.b.ctx.types.i64();
        let mut packed = self.b.i64(0);
        let mut places = Vec::new();
        for lane in 0..len {
            let index = self.b.i32(lane as i32);
            let selected = self.b.extract_element(mask, index);
            let place = match layout {
                Layout::Scattered => self.b.extract_element(address, index),
                Layout::Together => {
                    let index = self.b.i64(i64::from(lane));
                    self.b.gep(element, address, &[index], ir::Flags::none())
                }
                Layout::Packed => {
                    let place = self.b.gep(element, address, &[packed], ir::Flags::none());
                    let one = self.b.cast(ir::CastOp::ZExt, selected, i64);
                    packed = self.b.binary(BinOp::Add, packed, one);
                    place
                }
            };
            places.push(self.b.select(selected, place, nowhere));
        }
        places
    }

    /// Of `C = A B`: the adjoint of `A` is that of `C` times the transpose of `B`, and that of `B` the transpose of `A` times that of `C`.
    fn reverse_matrix_product(&mut self, inst: Inst, adjoint: &Lanes) -> Outcome {
        let args = self.data(inst).args();
        let sizes: Vec<u32> = args[2..5]
            .iter()
            .map(|&size| self.constant_argument(size))
            .collect::<Outcome<_>>()?;
        let [rows, inner, columns] = [sizes[0], sizes[1], sizes[2]];
        if self.has_adjoint(args[0]) {
            let b = self.need_primal(args[1])?;
            let transposed = self.transposed(b, inner, columns);
            let lanes = adjoint
                .iter()
                .map(|&lane| self.matrix_product((lane, transposed), [rows, columns, inner]));
            let lanes: Lanes = lanes.collect();
            self.add(args[0], &lanes)?;
        }
        if self.has_adjoint(args[1]) {
            let a = self.need_primal(args[0])?;
            let transposed = self.transposed(a, rows, inner);
            let lanes = adjoint
                .iter()
                .map(|&lane| self.matrix_product((transposed, lane), [inner, rows, columns]));
            let lanes: Lanes = lanes.collect();
            self.add(args[1], &lanes)?;
        }
        Ok(())
    }

    /// The transpose of a matrix in a vector, column by column.
    fn transposed(&mut self, matrix: Value, rows: u32, columns: u32) -> Value {
        let lanes = (0..rows * columns).map(|lane| (lane % columns * rows + lane / columns) as i32);
        let mask: Vec<i32> = lanes.collect();
        let poison = self.b.poison(self.b.ty(matrix));
        self.b.shuffle(matrix, poison, mask.into())
    }

    /// `llvm.matrix.multiply`.
    fn matrix_product(&mut self, (a, b): (Value, Value), [rows, inner, columns]: [u32; 3]) -> Value {
        let (ty, i32) = (self.b.ty(a), self.b.ctx.types.i32());
        let element = self.b.ctx.types.scalar(ty);
        let ret = self.b.ctx.types.vector(element, rows * columns);
        let params = [ty, self.b.ty(b), i32, i32, i32];
        let suffix = |emit: &Self, ty| rules::code::suffix(emit.b.ctx, ty);
        let name = format!(
            "llvm.matrix.multiply.{}.{}.{}",
            suffix(self, ret),
            suffix(self, params[0]),
            suffix(self, params[1])
        );
        let func_ty = self.b.ctx.types.func(ret, &params);
        let func = self.b.ctx.declare_func(&name, func_ty);
        let sizes = [rows, inner, columns].map(|size| self.b.i32(size as i32));
        let call = self.b.call(func, &[a, b, sizes[0], sizes[1], sizes[2]]);
        self.b.result(call)
    }

    pub(super) fn forward_reduction(&mut self, inst: Inst, _: Reduction) -> Outcome {
        self.copy_call(inst);
        match self.b.ctx.types.is_scalable(self.reduced_type(inst)) && self.result_active(inst) {
            true => Err(ErrorKind::ScalableVector),
            false => Ok(()),
        }
    }

    fn reduced_type(&self, inst: Inst) -> Type {
        let vector = self.data(inst).args().last();
        vector.map_or(self.data(inst).ty, |&vector| self.source_type(vector))
    }

    pub(super) fn reverse_reduction(&mut self, inst: Inst, reduction: Reduction) -> Outcome {
        let data = self.data(inst);
        let args = data.args();
        let (Some(result), Some(&vector)) = (data.result, args.last()) else {
            return Ok(());
        };
        if reduction == Reduction::Integer {
            return Ok(());
        }
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        let ty = self.source_type(vector);
        let len = self.vector_len(ty);
        match reduction {
            Reduction::Add => {
                self.add(args[0], &adjoint)?;
                if !self.has_adjoint(vector) {
                    return Ok(());
                }
                let lanes: Lanes = adjoint
                    .iter()
                    .map(|&lane| rules::code::broadcast(&mut self.b, lane, ty, len))
                    .collect();
                self.add(vector, &lanes)
            }
            Reduction::Mul => self.reverse_product((args[0], vector), len, &adjoint),
            Reduction::MinNum => self.reverse_extremum(vector, len, (FloatPred::Olt, true), &adjoint),
            Reduction::MaxNum => self.reverse_extremum(vector, len, (FloatPred::Oge, true), &adjoint),
            Reduction::Minimum => self.reverse_extremum(vector, len, (FloatPred::Olt, false), &adjoint),
            Reduction::Maximum => self.reverse_extremum(vector, len, (FloatPred::Oge, false), &adjoint),
            Reduction::Integer => Ok(()),
        }
    }

    /// The lanes of a vector, one by one.
    fn scalars(&mut self, vector: Value, len: u32) -> Vec<Value> {
        (0..len)
            .map(|index| {
                let index = self.b.i32(index as i32);
                self.b.extract_element(vector, index)
            })
            .collect()
    }

    /// A factor's partial is the product of the factors before it and of those after it: no division, so zeros do no harm.
    fn reverse_product(&mut self, (start, vector): (Value, Value), len: u32, adjoint: &Lanes) -> Outcome {
        let (first, copy) = (self.need_primal(start)?, self.need_primal(vector)?);
        let mut factors = vec![first];
        factors.extend(self.scalars(copy, len));
        let mut before = vec![first];
        for &factor in &factors[1..] {
            let product = self.b.binary(BinOp::FMul, before[before.len() - 1], factor);
            before.push(product);
        }
        // From the last factor on: what is multiplied with the adjoint so far are the factors behind.
        let mut behind = adjoint.clone();
        let zero = self.b.zero(self.source_type(vector));
        let mut lanes = self.splat(zero);
        for position in (1..factors.len()).rev() {
            let index = self.b.i32(position as i32 - 1);
            for (lane, behind) in lanes.iter_mut().zip(behind.iter_mut()) {
                let part = self.code().product(before[position - 1], *behind);
                *lane = self.b.insert_element(*lane, part, index);
                *behind = self.code().product(factors[position], *behind);
            }
        }
        self.add(vector, &lanes)?;
        self.add(start, &behind)
    }

    /// All goes to the lane that is the extremum: of equal minima to the last, of equal maxima to the first, as the rules of the scalar
    /// functions say when they are applied one after the other.
    fn reverse_extremum(
        &mut self,
        vector: Value,
        len: u32,
        (better, skip_nan): (FloatPred, bool),
        adjoint: &Lanes,
    ) -> Outcome {
        let copy = self.need_primal(vector)?;
        let values = self.scalars(copy, len);
        let mut keeps = Vec::new();
        let mut best = values[0];
        for &value in &values[1..] {
            let keep = self.keeps_best((best, value), better, skip_nan);
            best = self.b.select(keep, best, value);
            keeps.push(keep);
        }
        let zero = self.b.zero(self.b.ctx.types.scalar(self.source_type(vector)));
        let none = self.b.zero(self.source_type(vector));
        let mut lanes = Lanes::new();
        for &left in adjoint {
            let (mut left, mut lane) = (left, none);
            for (position, &keep) in keeps.iter().enumerate().rev() {
                let index = self.b.i32(position as i32 + 1);
                let part = self.b.select(keep, zero, left);
                lane = self.b.insert_element(lane, part, index);
                left = self.b.select(keep, left, zero);
            }
            let index = self.b.i32(0);
            lanes.push(self.b.insert_element(lane, left, index));
        }
        self.add(vector, &lanes)
    }

    /// Whether the best so far stays the best.
    fn keeps_best(&mut self, (best, value): (Value, Value), better: FloatPred, skip_nan: bool) -> Value {
        let keep = self.b.fcmp(better, best, value);
        if !skip_nan {
            return keep;
        }
        let is_nan = self.b.fcmp(FloatPred::Uno, value, value);
        self.b.binary(BinOp::Or, keep, is_nan)
    }
}
