//! Memory for shadows: beside every active object one for each direction, cleared, because nothing has flowed to it yet.
//!
//! Memory is not released while the reverse sweep may need it: what the primal frees is put on a list, with its shadow, and freed when the
//! gradient is done. A resized object gets a new shadow, and the old one stays for the reverse of what came before.

use facts::{Held, Piece};
use ir::{Access, BinOp, FloatKind, FuncId, Inst, IntPred, Op, Type, Value};
use rules::{Allocation, Bytes, Deallocation, Place, Reallocation};

use super::elements::all_known;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use crate::keeping::PLAIN;

/// The floats in memory that is resized.
enum Resized {
    /// Runs: where each starts, its size if it is not all that follows, and what it holds.
    Runs(Vec<(u64, Option<u64>, FloatKind)>),
    /// An array of structures: what one consists of.
    Elements(Vec<Piece>),
}

impl Emit<'_> {
    /// Stack memory that is made at run time: its shadow is on the heap, because stack memory may be given back before the reverse sweep.
    /// What is made once, at the entry, is made with the variables of the gradient.
    pub(super) fn forward_alloca(&mut self, inst: Inst) -> Outcome {
        if self.is_static_alloca(inst) {
            return Ok(());
        }
        self.copy(inst);
        let data = self.data(inst);
        let (true, Op::Alloca { ty, .. }) = (self.result_active(inst), &data.op) else {
            return Ok(());
        };
        let count = self.primal(data.operands[0]);
        let bytes = self.object_bytes(*ty, count);
        let malloc = self.allocator();
        let lanes = self.each(|emit, _| {
            let call = emit.b.call(malloc, &[bytes]);
            emit.b.result(call)
        });
        let release = self.release_plain();
        let numbers = self.plain_numbers();
        for &shadow in &lanes {
            self.clear(shadow, bytes);
            self.bury(release, shadow, numbers)?;
        }
        self.set_result_shadow(inst, lanes);
        Ok(())
    }

    /// Memory has no adjoint of its own.
    pub(super) fn reverse_alloca(&mut self, _: Inst) -> Outcome {
        Ok(())
    }

    /// `count` times the size of `ty`, as an `i64`.
    pub(crate) fn object_bytes(&mut self, ty: Type, count: Value) -> Value {
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
        self.b.binary(BinOp::Mul, count, size)
    }

    /// An integer as an `i64`, zero-extended.
    pub(crate) fn as_offset(&mut self, value: Value) -> Value {
        let i64 = self.b.ctx.types.i64();
        match self.b.ctx.types.int_bits(self.b.ty(value)) {
            Some(bits) if bits < 64 => self.b.cast(ir::CastOp::ZExt, value, i64),
            Some(bits) if bits > 64 => self.b.cast(ir::CastOp::Trunc, value, i64),
            _ => value,
        }
    }

    /// The product of a constant and some arguments of a call, as an `i64`, in the sweep that is being made.
    pub(super) fn call_bytes(&mut self, inst: Inst, bytes: &Bytes) -> Outcome<Value> {
        let args = self.data(inst).args();
        let mut product = None;
        for &operand in &bytes.operands {
            let factor = self.value(args[usize::from(operand)])?;
            let factor = self.as_offset(factor);
            product = Some(match product {
                Some(product) => self.b.binary(BinOp::Mul, product, factor),
                None => factor,
            });
        }
        Ok(match (product, bytes.scale) {
            (Some(product), 1) => product,
            (Some(product), scale) => {
                let scale = self.b.i64(scale as i64);
                self.b.binary(BinOp::Mul, product, scale)
            }
            (None, scale) => self.b.i64(scale as i64),
        })
    }

    /// A call that allocates: the shadow gets the same call. Without a known size nothing is cleared: such functions copy strings.
    pub(super) fn forward_allocation(&mut self, inst: Inst, allocation: &Allocation) -> Outcome {
        self.copy_call(inst);
        let data = self.data(inst);
        let bytes = match (&allocation.bytes, allocation.zeroed) {
            (Some(bytes), false) => Some(bytes),
            _ => None,
        };
        let operands = self.primals(&data.operands);
        match allocation.place {
            Place::Return(_) if self.result_active(inst) => {
                let bytes = match bytes {
                    Some(bytes) => Some(self.call_bytes(inst, bytes)?),
                    None => None,
                };
                let lanes = self.each(|emit, _| {
                    let call = emit.call_again(inst, &operands);
                    let shadow = emit.b.result(call);
                    if let Some(bytes) = bytes {
                        emit.clear(shadow, bytes);
                    }
                    shadow
                });
                self.set_result_shadow(inst, lanes);
            }
            Place::Pointee(operand) if self.active(data.args()[usize::from(operand)]) => {
                self.refuse_runtime_activity("memory that a function allocates and stores the address of")?;
                let at = usize::from(operand) + 1;
                let places = self.shadow(data.operands[at])?;
                let bytes = match bytes {
                    Some(bytes) => Some(self.call_bytes(inst, bytes)?),
                    None => None,
                };
                let ptr = self.b.ctx.types.ptr();
                for &place in &places {
                    let mut operands = operands.clone();
                    operands[at] = place;
                    self.call_again(inst, &operands);
                    let shadow = self.b.load(ptr, place, Access::default());
                    if let Some(bytes) = bytes {
                        self.clear(shadow, bytes);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What is freed is buried, and its shadow with it. A pointer in active memory that leads to nothing active is its own shadow, and
    /// must not be freed twice.
    pub(super) fn forward_deallocation(&mut self, inst: Inst, deallocation: &Deallocation) -> Outcome {
        let data = self.data(inst);
        let pointer = data.args()[usize::from(deallocation.pointer)];
        let Some(func) =
            ir::graph::Callee::of(self.b.ctx, self.source(), inst).and_then(|callee| callee.func())
        else {
            return Err(ErrorKind::IndirectCall);
        };
        let mut numbers = match &*self.b.ctx.funcs[func].name {
            "free" => self.plain_numbers(),
            _ => [self.b.i64(0), self.b.i64(0)],
        };
        for (position, number) in [deallocation.bytes, deallocation.alignment]
            .into_iter()
            .flatten()
            .enumerate()
        {
            let mut value = self.primal(data.args()[usize::from(number)]);
            if self.b.ctx.types.is_ptr(self.b.ty(value)) {
                let i64 = self.b.ctx.types.i64();
                value = self.b.cast(ir::CastOp::PtrToInt, value, i64);
            }
            numbers[position] = self.as_offset(value);
        }
        let release = self.release_function(func, deallocation);
        let release = self.b.func_address(release);
        let primal = self.primal(pointer);
        if self.active(pointer) {
            for shadow in self.shadow(pointer)? {
                let shadow = ::shadow::releasable(&mut self.b, shadow, primal);
                self.bury(release, shadow, numbers)?;
            }
        }
        self.bury(release, primal, numbers)
    }

    /// The shadow of a resized object is a new one with the same addresses in it, cleared where the object grew.
    pub(super) fn forward_reallocation(&mut self, inst: Inst, reallocation: &Reallocation) -> Outcome {
        if !self.result_active(inst) {
            self.copy_call(inst);
            return Ok(());
        }
        // The old shadow is found by the old address, which the primal call makes invalid.
        let pointer = self.data(inst).args()[usize::from(reallocation.pointer)];
        let (olds, inactive) = self.active_shadows(pointer)?;
        let sizes = self.kept_bytes(inst, reallocation, &olds)?;
        let resized = match self.data(inst).result {
            Some(result) => self.resized_floats(inst, reallocation, [result, pointer])?,
            None => Resized::Runs(Vec::new()),
        };
        self.copy_call(inst);
        let new_bytes = self.call_bytes(inst, &reallocation.bytes)?;
        let malloc = self.allocator();
        let mut lanes = self.each(|emit, lane| {
            let call = emit.b.call(malloc, &[new_bytes]);
            let shadow = emit.b.result(call);
            emit.clear(shadow, new_bytes);
            emit.move_bytes(shadow, olds[lane], sizes[lane]);
            // Adjoints are moved: those of what a caller wants to know of the object are of the new one.
            emit.clear_floats(olds[lane], sizes[lane], &resized);
            shadow
        });
        let mut buried = olds;
        if let (Some(inactive), Some(result)) = (inactive, self.data(inst).result) {
            // Inactive memory remains its own shadow; what was made for nothing is freed at the end.
            let primal = self.primal(result);
            let made = lanes.clone();
            lanes = self.chosen(&inactive, primal, &made);
            let pairs = inactive.iter().zip(made.iter().zip(&buried));
            buried = pairs
                .map(|(&inactive, (&made, &old))| self.b.select(inactive, made, old))
                .collect();
        }
        let release = self.release_plain();
        let numbers = self.plain_numbers();
        for &old in &buried {
            self.bury(release, old, numbers)?;
        }
        self.set_result_shadow(inst, lanes);
        Ok(())
    }

    /// The shadows of an object that is resized, null instead of those that are the object itself, and which these are, if that is asked
    /// at run time. A null pointer leads to no object: it is taken for active.
    fn active_shadows(&mut self, pointer: Value) -> Outcome<(Lanes, Option<Lanes>)> {
        let shadows = self.shadow(pointer)?;
        let Some(same) = self.inactive_at(pointer, &shadows)? else {
            return Ok((shadows, None));
        };
        let primal = self.value(pointer)?;
        let null = self.b.zero(self.b.ty(primal));
        let is_object = self.b.icmp(IntPred::Ne, primal, null);
        let inactive: Lanes = (same.iter())
            .map(|&same| self.b.binary(BinOp::And, same, is_object))
            .collect();
        Ok((self.chosen(&inactive, null, &shadows), Some(inactive)))
    }

    /// How many bytes of the old object are in the new one: the smaller size of the two.
    fn kept_bytes(&mut self, inst: Inst, reallocation: &Reallocation, olds: &[Value]) -> Outcome<Lanes> {
        let new = self.call_bytes(inst, &reallocation.bytes)?;
        let told = match reallocation.old_bytes {
            Some(old) => {
                let old = self.value(self.data(inst).args()[usize::from(old)])?;
                Some(self.as_offset(old))
            }
            None => None,
        };
        let (ptr, i64) = (self.b.ctx.types.ptr(), self.b.ctx.types.i64());
        let ty = self.b.ctx.types.func(i64, &[ptr]);
        let checked = self.runtime_activity();
        let lanes = olds.iter().map(|&shadow| {
            let old = match told {
                Some(old) if checked => {
                    let null = self.b.zero(self.b.ty(shadow));
                    let is_none = self.b.icmp(IntPred::Eq, shadow, null);
                    let none = self.b.zero(self.b.ty(old));
                    self.b.select(is_none, none, old)
                }
                Some(old) => old,
                None => {
                    let size = self.b.ctx.declare_func("malloc_usable_size", ty);
                    let call = self.b.call(size, &[shadow]);
                    self.b.result(call)
                }
            };
            let is_less = self.b.icmp(IntPred::Ult, old, new);
            self.b.select(is_less, old, new)
        });
        Ok(lanes.collect())
    }

    /// The numbers of an entry of the list of what is freed, for memory of `malloc`.
    fn plain_numbers(&mut self) -> [Value; 2] {
        [self.b.i64(0), self.b.i64(PLAIN)]
    }

    /// What releases memory of `malloc`.
    fn release_plain(&mut self) -> Value {
        let (void, ptr) = (self.b.ctx.types.void(), self.b.ctx.types.ptr());
        let ty = self.b.ctx.types.func(void, &[ptr]);
        let free = self.b.ctx.declare_func("free", ty);
        let plain = Deallocation {
            pointer: 0,
            bytes: None,
            alignment: None,
        };
        let release = self.release_function(free, &plain);
        self.b.func_address(release)
    }

    /// `malloc`: what new shadows of memory that no function returned come from.
    fn allocator(&mut self) -> FuncId {
        let (ptr, i64) = (self.b.ctx.types.ptr(), self.b.ctx.types.i64());
        let ty = self.b.ctx.types.func(ptr, &[i64]);
        self.b.ctx.declare_func("malloc", ty)
    }

    /// The adjoints of the floats in the new object are added to those of the old one.
    pub(super) fn reverse_reallocation(&mut self, inst: Inst, reallocation: &Reallocation) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result.filter(|&result| self.active(result)) else {
            return Ok(());
        };
        let pointer = data.args()[usize::from(reallocation.pointer)];
        let resized = self.resized_floats(inst, reallocation, [result, pointer])?;
        if matches!(&resized, Resized::Runs(runs) if runs.is_empty()) {
            return Ok(());
        }
        let news = self.shadow(result)?;
        let (olds, _) = self.active_shadows(pointer)?;
        let sizes = self.kept_bytes(inst, reallocation, &olds)?;
        for ((&new, &old), &kept) in news.iter().zip(&olds).zip(&sizes) {
            match &resized {
                Resized::Elements(element) => self.move_elements_back(new, old, kept, element),
                Resized::Runs(runs) => {
                    for &(start, size, kind) in runs {
                        let bytes = self.run_bytes(kept, start, size);
                        let (new, old) = (self.offset_by(new, start), self.offset_by(old, start));
                        self.move_back(new, old, kind, bytes);
                    }
                }
            }
        }
        Ok(())
    }

    /// Clears the floats among the first bytes of an object.
    fn clear_floats(&mut self, object: Value, bytes: Value, resized: &Resized) {
        match resized {
            Resized::Elements(element) => self.clear_elements(object, bytes, element),
            Resized::Runs(runs) => {
                for &(start, size, _) in runs {
                    let bytes = self.run_bytes(bytes, start, size);
                    let place = self.offset_by(object, start);
                    self.clear(place, bytes);
                }
            }
        }
    }

    /// The floats in resized memory.
    fn resized_floats(
        &self,
        inst: Inst,
        reallocation: &Reallocation,
        addresses: [Value; 2],
    ) -> Outcome<Resized> {
        let facts = self.input.facts;
        let element = self.divisor(inst, &reallocation.bytes);
        let held = facts.array_held(self.b.ctx, self.source(), &addresses, element);
        let known = self.known_bytes(inst, &reallocation.bytes);
        let pieces = match (held, known) {
            (Held::Float(kind), _) => return Ok(Resized::Runs(vec![(0, None, kind)])),
            (Held::Integer | Held::Pointer, _) => return Ok(Resized::Runs(Vec::new())),
            (Held::Unknown, Some(bytes)) => {
                let pieces = facts.shared_pieces(self.b.ctx, self.source(), &addresses, bytes);
                self.completed(pieces, addresses[0], addresses[1])
            }
            (Held::Unknown, None) => match self.array_kind(&addresses) {
                Some(kind) => return Ok(Resized::Runs(vec![(0, None, kind)])),
                None => {
                    let known = facts.element(self.b.ctx, self.source(), &addresses, element);
                    let unknown = || self.undeduced_memory(addresses[0], "resized");
                    return known
                        .filter(|element| all_known(element))
                        .map(Resized::Elements)
                        .ok_or_else(unknown);
                }
            },
        };
        if pieces.iter().any(|piece| piece.held == Held::Unknown) {
            return Err(self.undeduced_memory(addresses[0], "resized"));
        }
        let runs = pieces.into_iter().filter_map(|piece| match piece.held {
            Held::Float(kind) => Some((piece.start, Some(piece.size()), kind)),
            Held::Unknown | Held::Integer | Held::Pointer => None,
        });
        Ok(Resized::Runs(runs.collect()))
    }

    /// How many of the bytes that were kept are in a run.
    fn run_bytes(&mut self, kept: Value, start: u64, size: Option<u64>) -> Value {
        let Some(size) = size else { return kept };
        let (start, size) = (self.b.i64(start as i64), self.b.i64(size as i64));
        let reaches = self.b.icmp(IntPred::Ugt, kept, start);
        let (rest, none) = (self.b.binary(BinOp::Sub, kept, start), self.b.i64(0));
        let rest = self.b.select(reaches, rest, none);
        let is_less = self.b.icmp(IntPred::Ult, rest, size);
        self.b.select(is_less, rest, size)
    }

    /// Puts memory on the list of what is freed when the gradient is done.
    fn bury(&mut self, release: Value, pointer: Value, numbers: [Value; 2]) -> Outcome {
        let bury = self.shared.runtime.get(self.b.ctx).bury;
        let arena = self.arena();
        self.b
            .call(bury, &[arena, release, pointer, numbers[0], numbers[1]]);
        Ok(())
    }
}
