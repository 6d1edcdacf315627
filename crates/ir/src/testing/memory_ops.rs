//! Statements of memory and calls.

use super::inputs::LEN;
use super::lower::{Callee, Lowering, choose};
use super::plan::{Leaf, Pick, ReturnPlan};
use crate::function::{NewInst, Value};
use crate::inst::{Access, BinOp, CastOp, Flags, IntPred, Op, Ordering, RmwOp};

impl Lowering<'_> {
    pub(super) fn memory_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        match leaf {
            Leaf::Load
            | Leaf::Store
            | Leaf::LoadSingle
            | Leaf::StoreSingle
            | Leaf::LoadInt
            | Leaf::StoreInt => {
                self.element_leaf(leaf, picks);
            }
            Leaf::LoadTable => {
                let (table, index, double) = (self.table(), self.index(picks[0]), self.double_ty());
                let value = self.load_element(table, double, index);
                self.env.doubles.push(value);
            }
            Leaf::Copy | Leaf::Move | Leaf::Clear | Leaf::BitMemory => self.transfer(leaf, picks),
            Leaf::RecordStore | Leaf::RecordLoad | Leaf::RecordCopy => self.record(leaf, picks),
            Leaf::Aggregate => self.aggregate(picks),
            Leaf::ChosenArray | Leaf::ArrayTable => self.indirect(leaf, picks),
            Leaf::Walk => self.walk(picks),
            Leaf::State | Leaf::Exchange => self.exchange(picks),
            Leaf::LaneMemory => self.lane_memory(picks),
            Leaf::BitCopy => self.bit_copy(picks),
            Leaf::Heap => self.heap(picks),
            Leaf::Call => self.call(picks),
            _ => self.recurse(picks),
        }
    }

    /// An array of doubles in reach.
    fn array(&self, pick: Pick) -> Option<Value> {
        choose(&self.memory.doubles, pick)
    }

    fn element_leaf(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        let (double, float, i64) = (self.double_ty(), self.b.ctx.types.float(), self.b.ctx.types.i64());
        let (ty, array) = match leaf {
            Leaf::Load | Leaf::Store => (double, self.array(picks[0])),
            Leaf::LoadSingle | Leaf::StoreSingle => (float, choose(&self.memory.singles, picks[0])),
            _ => (i64, choose(&self.memory.ints, picks[0])),
        };
        let Some(array) = array else { return };
        let index = self.index(picks[1]);
        match leaf {
            Leaf::Load => {
                let value = self.load_element(array, ty, index);
                self.env.doubles.push(value);
            }
            Leaf::LoadSingle => {
                let value = self.load_element(array, ty, index);
                self.env.singles.push(value);
            }
            Leaf::LoadInt => {
                let value = self.load_element(array, ty, index);
                self.env.ints.push(value);
            }
            _ => {
                let value = match leaf {
                    Leaf::Store => self.double(picks[2]),
                    Leaf::StoreSingle => self.single(picks[2]),
                    _ => self.int(picks[2]),
                };
                self.store_element(array, ty, index, value);
            }
        }
    }

    /// The first half of an array: copied to the other half or another array, moved by one, or cleared.
    fn transfer(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        let (Some(from), Some(to)) = (self.array(picks[0]), self.array(picks[1])) else {
            return;
        };
        let (double, void) = (self.double_ty(), self.b.ctx.types.void());
        let bytes = (LEN / 2 * 8) as i64;
        match leaf {
            Leaf::Clear => {
                let half = self.b.i64(i64::from(picks[2] % 2) * (LEN as i64 / 2));
                let address = self.element(to, double, half);
                self.clear(address, bytes);
            }
            Leaf::BitMemory => {
                let i64 = self.b.ctx.types.i64();
                let (source, target) = (self.index(picks[2]), self.index(picks[3]));
                let bits = self.load_element(from, i64, source);
                self.store_element(to, i64, target, bits);
            }
            _ => {
                // Two parameters may be one array, so only distinct halves are sure not to overlap.
                let (name, at) = match leaf {
                    Leaf::Copy => ("llvm.memcpy.p0.p0.i64", LEN as i64 / 2),
                    _ => ("llvm.memmove.p0.p0.i64", i64::from(picks[2]) % (LEN as i64 / 2)),
                };
                let (at, len, no) = (self.b.i64(at), self.b.i64(bytes), self.no());
                let target = self.element(to, double, at);
                self.call_effect(name, void, &[target, from, len, no]);
            }
        }
    }

    fn record(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        let (Some(record), Some(other)) = (self.memory.record, self.memory.other_record) else {
            return;
        };
        let ty = self.record_ty();
        if leaf == Leaf::RecordCopy {
            let (from, to) = if picks[0].is_multiple_of(2) {
                (record, other)
            } else {
                (other, record)
            };
            let size = self.b.ctx.size_of(ty).unwrap_or(0) as i64;
            let (size, no, void) = (self.b.i64(size), self.no(), self.b.ctx.types.void());
            self.call_effect("llvm.memcpy.p0.p0.i64", void, &[to, from, size, no]);
            return;
        }
        let record = if picks[0].is_multiple_of(2) { record } else { other };
        let field = i32::from(picks[1] % 4);
        let (zero, number) = (self.b.i64(0), self.b.i32(field));
        let mut indices = vec![zero, number];
        if field == 3 {
            let (index, one) = (self.index(picks[3]), self.b.i64(1));
            indices.push(self.b.binary(BinOp::And, index, one));
        }
        let address = self.b.gep(ty, record, &indices, Flags::INBOUNDS);
        let value_ty = match field {
            1 => self.b.ctx.types.float(),
            2 => self.b.ctx.types.i64(),
            _ => self.double_ty(),
        };
        if leaf == Leaf::RecordStore {
            let value = match field {
                1 => self.single(picks[2]),
                2 => self.int(picks[2]),
                _ => self.double(picks[2]),
            };
            self.b.store(value, address, Access::default());
            return;
        }
        let value = self.b.load(value_ty, address, Access::default());
        match field {
            1 => self.env.singles.push(value),
            2 => self.env.ints.push(value),
            _ => self.env.doubles.push(value),
        }
    }

    /// A structure in registers.
    fn aggregate(&mut self, picks: [Pick; 4]) {
        let double = self.double_ty();
        let inner = self.b.ctx.types.array(double, 2);
        let outer = self.b.ctx.types.structure(&[double, inner]);
        let mut value = self.b.poison(outer);
        for (pick, path) in picks.into_iter().zip([&[0][..], &[1, 0], &[1, 1]]) {
            let member = self.double(pick);
            value = self.b.insert_value(value, member, path);
        }
        let array = self.b.extract_value(value, &[1]);
        let (x, y) = (
            self.b.extract_value(array, &[u32::from(picks[3] % 2)]),
            self.b.extract_value(value, &[0]),
        );
        let mean = self.scaled(BinOp::FAdd, x, y, 0.5);
        self.env.doubles.push(mean);
    }

    /// An array that is known at run time only: chosen, or found in memory.
    fn indirect(&mut self, leaf: Leaf, picks: [Pick; 4]) {
        let (Some(x), Some(y)) = (self.array(picks[0]), self.array(picks[1])) else {
            return;
        };
        let (double, ptr) = (self.double_ty(), self.b.ctx.types.ptr());
        let array = match (leaf, self.memory.table) {
            (Leaf::ArrayTable, Some(table)) => {
                let (zero, one) = (self.b.i64(0), self.b.i64(1));
                self.store_element(table, ptr, zero, x);
                self.store_element(table, ptr, one, y);
                let index = self.index(picks[2]);
                let low = self.b.binary(BinOp::And, index, one);
                self.load_element(table, ptr, low)
            }
            _ => {
                let condition = self.condition([picks[2], picks[3], picks[0]]);
                self.b.select(condition, x, y)
            }
        };
        let index = self.index(picks[3]);
        let old = self.load_element(array, double, index);
        let value = self.double(picks[2]);
        let mean = self.scaled(BinOp::FAdd, old, value, 0.5);
        self.store_element(array, double, index, mean);
        self.env.doubles.push(old);
    }

    /// A pointer that walks along an array and smooths it; the last element is left out.
    fn walk(&mut self, picks: [Pick; 4]) {
        let Some(array) = self.array(picks[0]) else { return };
        if !self.affords(LEN) {
            return;
        }
        let (double, ptr) = (self.double_ty(), self.b.ctx.types.ptr());
        let last = self.b.i64(LEN as i64 - 1);
        let end = self.element(array, double, last);
        let start = self.b.block();
        let (body, exit) = (self.b.add_block(), self.b.add_block());
        self.b.br(body);
        self.b.go_to(body);
        let place = self.b.phi(ptr);
        let one = self.b.i64(1);
        let next = self.element(place, double, one);
        let here = self.b.load(double, place, Access::default());
        let there = self.b.load(double, next, Access::default());
        let mean = self.scaled(BinOp::FAdd, here, there, 0.5);
        self.b.store(mean, place, Access::default());
        let more = self.b.icmp(IntPred::Ne, next, end);
        self.b.cond_br(more, body, exit);
        self.b.add_incoming(place, start, array);
        self.b.add_incoming(place, body, next);
        self.b.go_to(exit);
        self.env.doubles.push(mean);
    }

    /// An element changes its value at once with being read.
    fn exchange(&mut self, picks: [Pick; 4]) {
        let Some(array) = self.array(picks[0]) else { return };
        let (double, index, value) = (self.double_ty(), self.index(picks[1]), self.double(picks[2]));
        let address = self.element(array, double, index);
        let access = Access {
            align: 8,
            ordering: Ordering::SeqCst,
            ..Access::default()
        };
        let op = Op::AtomicRmw(RmwOp::Xchg, access);
        let inst = self.b.push(NewInst::new(op, double, &[address, value]));
        let old = self.b.result(inst);
        self.env.doubles.push(old);
    }

    fn lane_memory(&mut self, picks: [Pick; 4]) {
        let Some(array) = self.array(picks[0]) else { return };
        let double = self.double_ty();
        let ty = self.b.ctx.types.vector(double, 4);
        let (index, four) = (self.index(picks[1]), self.b.i64(4));
        let half = self.b.binary(BinOp::And, index, four);
        let address = self.element(array, double, half);
        let access = Access {
            align: 8,
            ..Access::default()
        };
        let old = self.b.load(ty, address, access);
        let other = self.vector(4, picks, 2);
        let mean = self.scaled(BinOp::FAdd, old, other, 0.5);
        self.b.store(mean, address, access);
    }

    /// A double as `i64` and back, perhaps negated on the way.
    fn bit_copy(&mut self, picks: [Pick; 4]) {
        let (i64, double) = (self.b.ctx.types.i64(), self.double_ty());
        let x = self.double(picks[0]);
        let mut bits = self.b.cast(CastOp::Bitcast, x, i64);
        if picks[1] % 2 == 1 {
            let sign = self.b.i64(i64::MIN);
            bits = self.b.binary(BinOp::Xor, bits, sign);
        }
        let value = self.b.cast(CastOp::Bitcast, bits, double);
        self.env.doubles.push(value);
    }

    /// Memory of the heap, filled, changed, read and freed.
    fn heap(&mut self, picks: [Pick; 4]) {
        let Some(array) = self.array(picks[0]) else { return };
        let (double, void) = (self.double_ty(), self.b.ctx.types.void());
        let block = match picks[1].is_multiple_of(2) {
            true => self.copied_array(array),
            false => self.zeroed_array(),
        };
        let (value, at) = (self.double(picks[2]), self.index(picks[2]));
        self.store_element(block, double, at, value);
        let index = self.index(picks[3]);
        let result = self.load_element(block, double, index);
        self.call_effect("free", void, &[block]);
        self.env.doubles.push(result);
    }

    /// An array on the heap: a copy of one in reach, or zeros if there is none.
    pub(super) fn heap_array(&mut self) -> Value {
        match self.array(0) {
            Some(array) => self.copied_array(array),
            None => self.zeroed_array(),
        }
    }

    fn copied_array(&mut self, array: Value) -> Value {
        let (ptr, void) = (self.b.ctx.types.ptr(), self.b.ctx.types.void());
        let size = self.b.i64(LEN as i64 * 8);
        let block = self.call_named("malloc", ptr, &[size]);
        let no = self.no();
        self.call_effect("llvm.memcpy.p0.p0.i64", void, &[block, array, size, no]);
        block
    }

    fn zeroed_array(&mut self) -> Value {
        let ptr = self.b.ctx.types.ptr();
        let (count, each) = (self.b.i64(LEN as i64), self.b.i64(8));
        self.call_named("calloc", ptr, &[count, each])
    }

    /// What the caller of a function does with the array that it has made.
    fn use_up(&mut self, block: Value, picks: [Pick; 4]) {
        let (double, void) = (self.double_ty(), self.b.ctx.types.void());
        let (first, second) = (self.index(picks[1]), self.index(picks[2]));
        let before = self.load_element(block, double, first);
        self.env.doubles.push(before);
        let value = self.double(picks[0]);
        self.store_element(block, double, first, value);
        self.store_element(block, double, second, before);
        let index = self.index(picks[3]);
        let after = self.load_element(block, double, index);
        self.call_effect("free", void, &[block]);
        self.env.doubles.push(after);
    }

    /// Calls a later function.
    fn call(&mut self, picks: [Pick; 4]) {
        let Some(callee) = self
            .callees
            .get(usize::from(picks[0]).checked_rem(self.callees.len()).unwrap_or(0))
        else {
            return;
        };
        if !self.affords(callee.cost) {
            return;
        }
        let depth = self.b.i64(i64::from(picks[3] % 4));
        self.call_function(callee, picks, depth);
    }

    fn call_function(&mut self, callee: &Callee, picks: [Pick; 4], depth: Value) {
        let plan = &callee.plan;
        let at = |index: u8| picks[usize::from(index) % 4].wrapping_add(index);
        let mut args = Vec::new();
        args.extend((0..plan.doubles).map(|index| self.double(at(index))));
        for index in 0..plan.singles {
            args.push(self.single(at(index)));
        }
        args.extend((0..plan.ints).map(|index| self.int(at(index))));
        args.extend((0..plan.arrays).filter_map(|index| self.array(at(index))));
        args.extend((0..plan.single_arrays).filter_map(|index| choose(&self.memory.singles, at(index))));
        if plan.recursive {
            args.push(depth);
        }
        let inst = self.b.call(callee.func, &args);
        match plan.ret {
            ReturnPlan::Nothing => {}
            ReturnPlan::Single => {
                let value = self.b.result(inst);
                self.env.singles.push(value);
            }
            ReturnPlan::Double => {
                let value = self.b.result(inst);
                self.env.doubles.push(value);
            }
            ReturnPlan::Pair => {
                let pair = self.b.result(inst);
                let value = self.b.extract_value(pair, &[u32::from(picks[1] % 2)]);
                self.env.doubles.push(value);
            }
            ReturnPlan::Memory => {
                let block = self.b.result(inst);
                self.use_up(block, picks);
            }
        }
    }

    /// Calls the function itself while depth is left: once in its body and outside of loops, so at most four times in all.
    fn recurse(&mut self, picks: [Pick; 4]) {
        if self.rounds > 1 {
            return;
        }
        let Some(depth) = self.depth.take() else { return };
        let this = Callee {
            func: self.this,
            plan: self.plan.clone(),
            cost: 0,
        };
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let more = self.b.icmp(IntPred::Sgt, depth, zero);
        let start = self.b.block();
        let (again, join) = (self.b.add_block(), self.b.add_block());
        self.b.cond_br(more, again, join);
        let outer = self.env.clone();
        let before = self.double(0);
        self.b.go_to(again);
        let less = self.b.binary(BinOp::Sub, depth, one);
        self.call_function(&this, picks, less);
        let after = self.double(0);
        self.b.br(join);
        self.env = outer;
        self.b.go_to(join);
        if before != after {
            let double = self.double_ty();
            let phi = self.b.phi(double);
            self.b.add_incoming(phi, start, before);
            self.b.add_incoming(phi, again, after);
            self.env.doubles.push(phi);
        }
    }
}
