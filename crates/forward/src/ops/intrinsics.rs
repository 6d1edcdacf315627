//! Reductions, and operations that move values without computing.

use ir::{BinOp, CastOp, FloatPred, Inst, TypeData, Value};
use rules::{Reduction, Structural};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

impl Emit<'_> {
    pub(super) fn structural(&mut self, inst: Inst, name: &str, structural: Structural) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) && self.touches_active(inst) {
            return Err(ErrorKind::ScalableVector);
        }
        match structural {
            Structural::Identity => self.identity(inst),
            Structural::PointerIdentity if name.contains("ptrmask") => self.pointer_mask(inst),
            Structural::PointerIdentity => self.when_active(inst, &[0]),
            Structural::Subscript => self.when_active(inst, &[3]),
            Structural::MaskedLoad
            | Structural::ExpandLoad
            | Structural::Gather
            | Structural::MaskedStore
            | Structural::Scatter
            | Structural::CompressStore
                if self.touches_active(inst) && self.runtime_activity() =>
            {
                self.refuse_runtime_activity("masked accesses to active memory")
            }
            Structural::MaskedLoad | Structural::ExpandLoad => self.when_active(inst, &[0, 2]),
            Structural::Gather => self.when_active(inst, &[0, 2]),
            Structural::MaskedStore | Structural::Scatter | Structural::CompressStore => {
                let address = data.args()[1];
                match self.address_shadow(address)? {
                    Some(_) => self.call_on_shadows(inst, &[0, 1]),
                    None => Ok(()),
                }
            }
            Structural::VectorInsert | Structural::VectorSpliceLeft | Structural::VectorSpliceRight => {
                self.when_active(inst, &[0, 1])
            }
            Structural::VectorExtract
            | Structural::VectorReverse
            | Structural::VectorDeinterleave
            | Structural::MatrixTranspose => self.when_active(inst, &[0]),
            Structural::VectorInterleave => {
                let all: SmallVec<[usize; 4]> = (0..data.args().len()).collect();
                self.when_active(inst, &all)
            }
            Structural::MatrixMultiply => self.matrix_multiply(inst),
        }
    }

    /// The same call on shadows, if its result is active.
    fn when_active(&mut self, inst: Inst, positions: &[usize]) -> Outcome {
        match self.result_active(inst) {
            true => self.call_on_shadows(inst, positions),
            false => Ok(()),
        }
    }

    /// Numbers keep their tangent; what is said about a pointer is said about its shadow as well.
    fn identity(&mut self, inst: Inst) -> Outcome {
        if !self.result_active(inst) {
            return Ok(());
        }
        if self.is_address(inst) {
            return self.call_on_shadows(inst, &[0]);
        }
        if let Some(lanes) = self.tangent(self.data(inst).args()[0]).cloned() {
            self.set_result(inst, lanes);
        }
        Ok(())
    }

    /// A pointer that is rounded down moves by some bytes: its shadow, which may be aligned otherwise, moves by as many.
    fn pointer_mask(&mut self, inst: Inst) -> Outcome {
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        let argument = data.args()[0];
        let shadows = self.shadow(argument)?;
        let Some(result) = data.result else { return Ok(()) };
        let lanes = self.moved_alike(argument, result, &shadows);
        self.set_tangent(result, lanes);
        Ok(())
    }

    /// Shadows of an address, moved as far as the primal address was; as pointers, or as integers if the address is one.
    pub(super) fn moved_alike(&mut self, before: Value, after: Value, shadows: &Lanes) -> Lanes {
        let is_pointer = self.b.ctx.types.is_ptr(self.source().ty(after));
        let (before, after) = (self.primal(before), self.primal(after));
        if is_pointer {
            let i64 = self.b.ctx.types.i64();
            let before = self.b.cast(CastOp::PtrToInt, before, i64);
            let after = self.b.cast(CastOp::PtrToInt, after, i64);
            let distance = self.b.binary(BinOp::Sub, after, before);
            let i8 = self.b.ctx.types.i8();
            let moved = shadows
                .iter()
                .map(|&shadow| self.b.gep(i8, shadow, &[distance], ir::Flags::none()));
            moved.collect()
        } else {
            let distance = self.b.binary(BinOp::Sub, after, before);
            let moved = shadows
                .iter()
                .map(|&shadow| self.b.binary(BinOp::Add, shadow, distance));
            moved.collect()
        }
    }

    /// `d(AB) = dA B + A dB`.
    fn matrix_multiply(&mut self, inst: Inst) -> Outcome {
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        let operands = self.primals(&data.operands);
        let tangents = [0, 1].map(|position| self.tangent(data.args()[position]).cloned());
        if tangents.iter().all(Option::is_none) {
            return Ok(());
        }
        let lanes = self.each(|emit, lane| {
            let mut total: Option<Value> = None;
            for (position, tangent) in tangents.iter().enumerate() {
                let Some(tangent) = tangent else { continue };
                let mut operands = operands.clone();
                operands[position + 1] = tangent[lane];
                let call = emit.call_again(inst, &operands);
                let term = emit.b.result(call);
                total = Some(match total {
                    Some(sum) => emit.b.binary(BinOp::FAdd, sum, term),
                    None => term,
                });
            }
            total.expect("one of the tangents is there")
        });
        self.set_result(inst, lanes);
        Ok(())
    }

    pub(super) fn reduction(&mut self, inst: Inst, reduction: Reduction) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        let args = data.args();
        let vector = *args.last().expect("a reduction has an operand");
        if args.iter().all(|&arg| self.tangent(arg).is_none()) {
            return Ok(());
        }
        let TypeData::Vector { len, .. } = *self.b.ctx.types.get(self.source_type(vector)) else {
            return Err(ErrorKind::ScalableVector);
        };
        match reduction {
            Reduction::Add => self.call_on_shadows(inst, &[0, 1]),
            Reduction::Mul => self.reduce_product(inst, (args[0], vector), len),
            Reduction::MinNum => self.reduce_extremum(inst, vector, len, (FloatPred::Olt, true)),
            Reduction::MaxNum => self.reduce_extremum(inst, vector, len, (FloatPred::Oge, true)),
            Reduction::Minimum => self.reduce_extremum(inst, vector, len, (FloatPred::Olt, false)),
            Reduction::Maximum => self.reduce_extremum(inst, vector, len, (FloatPred::Oge, false)),
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

    /// The product rule along the chain of products: no division, so zeros among the factors do no harm.
    fn reduce_product(&mut self, inst: Inst, (start, vector): (Value, Value), len: u32) -> Outcome {
        let (first, copy) = (self.primal(start), self.primal(vector));
        let factors = self.scalars(copy, len);
        let (first_tangents, tangents) = (self.shadow(start)?, self.shadow(vector)?);
        let lanes = self.each(|emit, lane| {
            let (mut product, mut tangent) = (first, first_tangents[lane]);
            let parts = emit.scalars(tangents[lane], len);
            for (&factor, part) in factors.iter().zip(parts) {
                let left = emit.code().product(factor, tangent);
                let right = emit.code().product(product, part);
                tangent = emit.b.binary(BinOp::FAdd, left, right);
                product = emit.b.binary(BinOp::FMul, product, factor);
            }
            tangent
        });
        self.set_result(inst, lanes);
        Ok(())
    }

    /// The tangent of the lane that is the extremum: of equal minima the last, of equal maxima the first, as the rules of the scalar
    /// functions say when they are applied one after the other.
    fn reduce_extremum(
        &mut self,
        inst: Inst,
        vector: Value,
        len: u32,
        (better, skip_nan): (FloatPred, bool),
    ) -> Outcome {
        let copy = self.primal(vector);
        let values = self.scalars(copy, len);
        let mut keeps = Vec::new();
        let mut best = values[0];
        for &value in &values[1..] {
            let mut keep = self.b.fcmp(better, best, value);
            if skip_nan {
                let is_nan = self.b.fcmp(FloatPred::Uno, value, value);
                keep = self.b.binary(BinOp::Or, keep, is_nan);
            }
            best = self.b.select(keep, best, value);
            keeps.push(keep);
        }
        let tangents = self.shadow(vector)?;
        let lanes: Lanes = self.each(|emit, lane| {
            let parts = emit.scalars(tangents[lane], len);
            let mut tangent = parts[0];
            for (&keep, &part) in keeps.iter().zip(&parts[1..]) {
                tangent = emit.b.select(keep, tangent, part);
            }
            tangent
        });
        self.set_result(inst, lanes);
        Ok(())
    }
}
