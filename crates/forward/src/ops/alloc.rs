//! Memory for shadows: beside every active object one for each direction, cleared, because what the primal has not written yet
//! has no derivative.

use ir::{BinOp, Flags, Inst, IntPred, Op, Value};
use rules::{Allocation, Bytes, Deallocation, Place, Reallocation};

use crate::emit::{Emit, Outcome};

impl Emit<'_> {
    pub(super) fn alloca(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        let Op::Alloca { ty, .. } = data.op else {
            return Ok(());
        };
        let count = self.primal(data.operands[0]);
        let bytes = self.alloca_bytes(ty, count);
        let lanes = self.each(|emit, _| emit.repeat_value(inst, &[count]));
        for &lane in &lanes {
            self.clear(lane, bytes);
        }
        self.set_result(inst, lanes);
        Ok(())
    }

    /// `count` times the size of `ty`, as an `i64`.
    fn alloca_bytes(&mut self, ty: ir::Type, count: Value) -> Value {
        let size = self.b.ctx.size_of(ty).unwrap_or(0);
        let known = self
            .b
            .func
            .as_const(count)
            .and_then(|constant| self.b.ctx.consts.int_value(&self.b.ctx.types, constant));
        if let Some(known) = known {
            return self.b.i64((known as i64).wrapping_mul(size as i64));
        }
        let count = self.as_offset(count);
        let size = self.b.i64(size as i64);
        self.b.binary_with(BinOp::Mul, count, size, Flags::NUW)
    }

    /// An integer as an `i64`, zero-extended.
    pub(super) fn as_offset(&mut self, value: Value) -> Value {
        let i64 = self.b.ctx.types.i64();
        match self.b.ctx.types.int_bits(self.b.ty(value)) {
            Some(bits) if bits < 64 => self.b.cast(ir::CastOp::ZExt, value, i64),
            Some(bits) if bits > 64 => self.b.cast(ir::CastOp::Trunc, value, i64),
            _ => value,
        }
    }

    /// Clears `bytes` bytes.
    pub(crate) fn clear(&mut self, address: Value, bytes: Value) {
        let i8 = self.b.ctx.types.i8();
        let zero = self.b.int(i8, 0);
        self.fill(address, zero, bytes);
    }

    /// `memset`.
    pub(crate) fn fill(&mut self, address: Value, byte: Value, bytes: Value) {
        let (ptr, i8, i64) = (self.b.ty(address), self.b.ctx.types.i8(), self.b.ty(bytes));
        let (bool, void) = (self.b.ctx.types.bool(), self.b.ctx.types.void());
        let ty = self.b.ctx.types.func(void, &[ptr, i8, i64, bool]);
        let name = format!("llvm.memset.{}.{}", self.mangled(ptr), self.mangled(i64));
        let func = self.b.ctx.declare_func(&name, ty);
        let volatile = self.b.int(bool, 0);
        self.b.call(func, &[address, byte, bytes, volatile]);
    }

    /// How names of intrinsics spell a scalar type that is no float.
    pub(super) fn mangled(&self, ty: ir::Type) -> String {
        match *self.b.ctx.types.get(ty) {
            ir::TypeData::Ptr(space) => format!("p{space}"),
            ir::TypeData::Int(bits) => format!("i{bits}"),
            _ => rules::code::suffix(self.b.ctx, ty),
        }
    }

    /// The product of a constant and some arguments of a call, as an `i64`.
    pub(crate) fn call_bytes(&mut self, inst: Inst, bytes: &Bytes) -> Value {
        let args = self.data(inst).args();
        let mut product = None;
        for &operand in &bytes.operands {
            let factor = self.primal(args[usize::from(operand)]);
            let factor = self.as_offset(factor);
            product = Some(match product {
                Some(product) => self.b.binary(BinOp::Mul, product, factor),
                None => factor,
            });
        }
        match (product, bytes.scale) {
            (Some(product), 1) => product,
            (Some(product), scale) => {
                let scale = self.b.i64(scale as i64);
                self.b.binary(BinOp::Mul, product, scale)
            }
            (None, scale) => self.b.i64(scale as i64),
        }
    }

    /// A call that allocates: the shadow gets the same call. Without a known size nothing is cleared: such functions copy strings.
    pub(super) fn allocation(&mut self, inst: Inst, allocation: &Allocation) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        let bytes = match (&allocation.bytes, allocation.zeroed) {
            (Some(bytes), false) => Some(bytes),
            _ => None,
        };
        let operands = self.primals(&data.operands);
        match allocation.place {
            Place::Return(_) if self.result_active(inst) => {
                let bytes = bytes.map(|bytes| self.call_bytes(inst, bytes));
                let lanes = self.each(|emit, _| {
                    let call = emit.call_again(inst, &operands);
                    let shadow = emit.b.result(call);
                    if let Some(bytes) = bytes {
                        emit.clear(shadow, bytes);
                    }
                    shadow
                });
                self.set_result(inst, lanes);
            }
            Place::Pointee(operand) if self.active(data.args()[usize::from(operand)]) => {
                let at = usize::from(operand) + 1;
                self.refuse_runtime_activity("memory that a function allocates and stores the address of")?;
                let places = self.shadow(data.operands[at])?;
                let bytes = bytes.map(|bytes| self.call_bytes(inst, bytes));
                let ptr = self.b.ctx.types.ptr();
                for &place in &places {
                    let mut operands = operands.clone();
                    operands[at] = place;
                    self.call_again(inst, &operands);
                    let shadow = self.b.load(ptr, place, ir::Access::default());
                    if let Some(bytes) = bytes {
                        self.clear(shadow, bytes);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Shadows are released with their primals. A pointer in active memory that leads to nothing active is its own shadow, and must
    /// not be released twice: releasing null does nothing, but for allocators that are told the size and alignment.
    pub(super) fn deallocation(&mut self, inst: Inst, deallocation: &Deallocation) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        let at = usize::from(deallocation.pointer) + 1;
        let pointer = data.operands[at];
        if !self.active(pointer) {
            return Ok(());
        }
        let shadows = self.shadow(pointer)?;
        let operands = self.primals(&data.operands);
        let takes_null = deallocation.bytes.is_none() || deallocation.alignment.is_none();
        for &shadow in &shadows {
            let mut operands = operands.clone();
            operands[at] = shadow;
            if takes_null {
                let primal = self.primal(pointer);
                operands[at] = ::shadow::releasable(&mut self.b, shadow, primal);
            }
            self.call_again(inst, &operands);
        }
        Ok(())
    }

    /// After a call that says so ([`::shadow::RELEASES`]): releases the shadows of its first argument.
    pub(super) fn release_shadows(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let site = data.op.call_info().map(|info| self.b.ctx.attrs(info.attrs));
        let releases = site.is_some_and(|site| site.string(::shadow::RELEASES).is_some());
        let Some(&pointer) = data
            .args()
            .first()
            .filter(|&&pointer| releases && self.active(pointer))
        else {
            return Ok(());
        };
        let primal = self.primal(pointer);
        for &shadow in &self.shadow(pointer)? {
            let mut operands = self.primals(&data.operands);
            operands[1] = ::shadow::releasable(&mut self.b, shadow, primal);
            self.call_again(inst, &operands);
        }
        Ok(())
    }

    /// The shadow is resized as well. What is added is cleared where the old size is known; elsewhere the shadow is written, as the
    /// primal is, before it is read.
    pub(super) fn reallocation(&mut self, inst: Inst, reallocation: &Reallocation) -> Outcome {
        self.copy_call(inst);
        if !self.result_active(inst) {
            return Ok(());
        }
        let data = self.data(inst);
        let at = usize::from(reallocation.pointer) + 1;
        self.refuse_runtime_activity("the reallocation of active memory")?;
        let shadows = self.shadow(data.operands[at])?;
        let operands = self.primals(&data.operands);
        let added = reallocation.old_bytes.map(|old| {
            let old = self.primal(data.args()[usize::from(old)]);
            let old = self.as_offset(old);
            let new = self.call_bytes(inst, &reallocation.bytes);
            let grows = self.b.icmp(IntPred::Ugt, new, old);
            let more = self.b.binary(BinOp::Sub, new, old);
            let none = self.b.i64(0);
            (self.b.select(grows, old, none), self.b.select(grows, more, none))
        });
        let lanes = self.each(|emit, lane| {
            let mut operands = operands.clone();
            operands[at] = shadows[lane];
            let call = emit.call_again(inst, &operands);
            let shadow = emit.b.result(call);
            if let Some((offset, bytes)) = added {
                let tail = emit.b.byte_offset(shadow, offset);
                emit.clear(tail, bytes);
            }
            shadow
        });
        self.set_result(inst, lanes);
        Ok(())
    }
}
