//! The tape as one function uses it: the arena, arrays of nests, records and the frame.
//!
//! What the forward sweep pushes the reverse sweep pops in exactly the opposite order, across calls too:
//! - split mode: a block for stack memory that both sweeps use, at the start of the augmented function;
//! - a block for each execution of a nest, before its root's loop;
//! - what callees push;
//! - a record at the end of each iteration of a loop whose number of iterations is not known;
//! - split mode: the frame, before the augmented function returns.

use facts::{Held, Piece};
use indexmap::IndexMap;
use ir::graph::Loop;
use ir::metadata::MetaSet;
use ir::{Access, BinOp, EntitySet, Flags, NewInst, Op, Type, Value, ValueDef};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome, Sweep};
use crate::lookup::{Place, internal};
use crate::request::Role;
use crate::runtime::{ARENA_FIELDS, Runtime};
use cache::{NestId, Node, Recipe, SlotId, Storage, Way};

/// Where the arrays of a nest are.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The number of iterations of each loop.
    iterations: IndexMap<Loop, Value>,
    /// The address of each array.
    starts: IndexMap<SlotId, Value>,
}

const EXACT: Flags = Flags::NSW.union(Flags::NUW);

impl Emit<'_> {
    /// The functions of the tape.
    pub(crate) fn runtime(&mut self) -> Runtime {
        self.shared.runtime.get(self.b.ctx)
    }

    /// The address of the arena: passed in, or a variable of a combined gradient, which ends it.
    pub(crate) fn arena(&mut self) -> Value {
        if let Some(arena) = self.arena {
            return arena;
        }
        let ptr = self.b.ctx.types.ptr();
        let ty = self.b.ctx.types.array(ptr, ARENA_FIELDS);
        let arena = self.variable(ty);
        let here = self.b.block();
        self.b.go_to(self.variables);
        let zero = self.b.zero(ty);
        self.b.store(zero, arena, Access::default());
        self.b.go_to(here);
        self.arena = Some(arena);
        arena
    }

    /// A new block on the tape.
    pub(crate) fn push_block(&mut self, bytes: Value) -> Value {
        let (runtime, arena) = (self.runtime(), self.arena());
        let call = self.b.call(runtime.push, &[arena, bytes]);
        self.b.result(call)
    }

    /// Takes the block on top of the tape, which was pushed with the same size.
    pub(crate) fn pop_block(&mut self, bytes: Value) -> Value {
        let (runtime, arena) = (self.runtime(), self.arena());
        let call = self.b.call(runtime.pop, &[arena, bytes]);
        self.b.result(call)
    }

    /// Takes everything from an address on from the tape.
    pub(crate) fn release(&mut self, base: Value) {
        let (runtime, arena) = (self.runtime(), self.arena());
        self.b.call(runtime.release, &[arena, base]);
    }

    /// An address so many bytes further.
    pub(crate) fn offset_by(&mut self, base: Value, bytes: u64) -> Value {
        match bytes {
            0 => base,
            _ => {
                let bytes = self.b.i64(bytes as i64);
                self.b.byte_offset(base, bytes)
            }
        }
    }

    /// The variables of a slot in the frame or in a record.
    pub(crate) fn slot_variables(&mut self, slot: SlotId) -> Lanes {
        if let Some(variables) = &self.slots[slot] {
            return variables.clone();
        }
        let data = self.input.plan.slot(slot);
        let variables: Lanes = (0..data.lanes).map(|_| self.variable(data.ty)).collect();
        self.slots[slot] = Some(variables.clone());
        variables
    }

    /// How an element of a slot is accessed.
    pub(crate) fn slot_access(&self, slot: SlotId) -> Access {
        Access {
            align: self.input.plan.slot(slot).align,
            ..Access::default()
        }
    }

    /// Keeps a node for the reverse sweep, in the forward sweep, if the plan says so.
    pub(crate) fn keep(&mut self, node: Node, make: impl FnOnce(&mut Self) -> Lanes) -> Outcome {
        if let Some(&Recipe::Bits { word, first, .. }) = self.input.plan.recipe(node) {
            let value = make(self)[0];
            return self.keep_bits(node, value, (word, first));
        }
        match self.input.plan.way(node) {
            Some(Way::Stored(slot)) => {
                let lanes = make(self);
                self.write_slot(slot, &lanes)
            }
            Some(Way::Free) if self.input.role == Role::Combined && !self.is_known_in_both(node) => {
                let lanes = make(self);
                let variables = self.free_variables(node, lanes.len());
                for (&lane, &variable) in lanes.iter().zip(&variables) {
                    self.b.store(lane, variable, Access::default());
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the reverse sweep of the same function takes a node from where the forward sweep has it: a variable for it would only be a place
    /// where its address can be found.
    fn is_known_in_both(&self, node: Node) -> bool {
        let (Node::Primal(value) | Node::Shadow(value)) = node else {
            return false;
        };
        match self.source().value(value).def {
            ValueDef::Inst(inst) => self.is_static_alloca(inst),
            ValueDef::Param(_) | ValueDef::Const(_) => true,
        }
    }

    fn free_variables(&mut self, node: Node, lanes: usize) -> Lanes {
        if let Some(variables) = self.free.get(&node) {
            return variables.clone();
        }
        let ty = self.node_type(node);
        let variables: Lanes = (0..lanes).map(|_| self.variable(ty)).collect();
        self.free.insert(node, variables.clone());
        variables
    }

    /// What the forward sweep of the same function left.
    pub(crate) fn read_free(&mut self, node: Node) -> Outcome<Lanes> {
        let Some(variables) = self.free.get(&node).cloned() else {
            return Err(internal(format!("{node} was not kept")));
        };
        let ty = self.node_type(node);
        let loaded = variables
            .iter()
            .map(|&variable| self.b.load(ty, variable, Access::default()));
        Ok(loaded.collect())
    }

    fn write_slot(&mut self, slot: SlotId, lanes: &[Value]) -> Outcome {
        let data = self.input.plan.slot(slot);
        let lanes: Lanes = (lanes.iter())
            .map(|&lane| self.as_stored(lane, data.ty))
            .collect();
        match data.storage {
            Storage::Frame { .. } | Storage::Record { .. } => {
                let variables = self.slot_variables(slot);
                for (&lane, &variable) in lanes.iter().zip(&variables) {
                    self.b.store(lane, variable, Access::default());
                }
            }
            Storage::Array { nest } => {
                let place = self.array_place(nest, slot)?;
                let step = data.bytes / u64::from(data.lanes);
                for (index, &lane) in lanes.iter().enumerate() {
                    let address = self.offset_by(place, index as u64 * step);
                    let access = self.slot_access(slot);
                    self.b.store(lane, address, access);
                }
            }
        }
        Ok(())
    }

    /// Reads one lane of a slot from the tape. Where gradients are differentiated again, types do not flow through the tape: of integers,
    /// which may be parts of floats, and of addresses, with which is calculated as with integers, the load says what they are.
    pub(crate) fn read_lane(&mut self, slot: SlotId, place: Value) -> Value {
        let access = self.slot_access(slot);
        self.load_lane(slot, place, access)
    }

    fn load_lane(&mut self, slot: SlotId, place: Value, access: Access) -> Value {
        let ty = self.input.plan.slot(slot).ty;
        let value = self.b.load(ty, place, access);
        let load = self.b.func.def_inst(value);
        if let (Some(load), Some(name)) = (load, self.slot_sort(slot)) {
            self.b.func.inst_mut(load).meta = self.b.ctx.add_meta(MetaSet::of_type(name));
        }
        value
    }

    /// What the integers or addresses of a slot are, as type analysis names it, if it is known.
    fn slot_sort(&self, slot: SlotId) -> Option<&'static str> {
        let data = self.input.plan.slot(slot);
        if self.b.ctx.types.is_ptr(data.ty) {
            return Some("Pointer");
        }
        self.b.ctx.types.int_bits(data.ty)?;
        let Node::Primal(value) = data.node else {
            return Some("Integer");
        };
        let pieces = self.input.facts.pieces(self.b.ctx, self.source(), value);
        let &Piece { held, .. } = pieces.first()?;
        if pieces.iter().any(|piece| piece.held != held) {
            return None;
        }
        match held {
            Held::Integer => Some("Integer"),
            Held::Pointer => Some("Pointer"),
            Held::Float(ir::FloatKind::Double) => Some("Float@double"),
            Held::Float(ir::FloatKind::Float) => Some("Float@float"),
            Held::Float(_) | Held::Unknown => None,
        }
    }

    /// A value in the type in which it is stored: conditions and choices are stored in bytes.
    fn as_stored(&mut self, value: Value, ty: Type) -> Value {
        let types = &self.b.ctx.types;
        match (types.int_bits(self.b.ty(value)), types.int_bits(ty)) {
            (Some(from), Some(to)) if from != to => self.resized(value, ty),
            _ => value,
        }
    }

    /// The number of an iteration of a loop, in the sweep that is being made.
    pub(crate) fn read_counter(&mut self, of: Loop) -> Outcome<Value> {
        match self.sweep {
            Sweep::Forward => {
                self.counters[of].ok_or_else(|| internal(format!("{of} has no counter in the forward sweep")))
            }
            Sweep::Reverse => self.read_reverse_counter(of),
        }
    }

    /// The loops of a nest whose iterations have elements of their own in a slot's array, outer ones first.
    fn axes(&self, root: Loop, slot: SlotId) -> SmallVec<[Loop; 4]> {
        let slot = self.input.plan.slot(slot);
        let around = self.input.shape.around(slot.scope, Some(root));
        let mut axes: SmallVec<[Loop; 4]> = around.filter(|of| !slot.same_in.contains(of)).collect();
        axes.reverse();
        axes
    }

    /// The numbers of iterations and the sizes of arrays of a nest, before its root's loop, in the sweep that is being made. `base` gives
    /// the block's address from its size.
    pub(crate) fn make_layout(
        &mut self,
        nest: NestId,
        base: impl FnOnce(&mut Self, Value) -> Outcome<Value>,
    ) -> Outcome<Value> {
        let data = self.input.plan.nest(nest);
        let mut iterations: IndexMap<Loop, Value> = IndexMap::new();
        for inner in &data.loops {
            let number = match self.sweep {
                Sweep::Forward => self.iterations(inner)?,
                Sweep::Reverse => self.need(Node::Extent(inner.of))?[0],
            };
            if self.sweep == Sweep::Forward {
                self.keep(Node::Extent(inner.of), |_| SmallVec::from_slice(&[number]))?;
            }
            iterations.insert(inner.of, number);
        }
        let mut offsets = Vec::new();
        let mut total = self.b.i64(0);
        for &slot in &data.slots {
            let slot_data = self.input.plan.slot(slot);
            offsets.push((slot, total));
            let mut bytes = self.b.i64(slot_data.bytes as i64);
            for current in self.axes(data.root, slot) {
                let Some(&number) = iterations.get(&current) else {
                    return Err(internal(format!("{current} is not in its nest")));
                };
                bytes = self.b.binary_with(BinOp::Mul, bytes, number, EXACT);
            }
            total = self.b.binary_with(BinOp::Add, total, bytes, EXACT);
        }
        let base = base(self, total)?;
        let mut starts = IndexMap::new();
        for (slot, offset) in offsets {
            starts.insert(slot, self.b.byte_offset(base, offset));
        }
        self.layouts.insert(nest, Layout { iterations, starts });
        Ok(base)
    }

    /// The arrays of a nest in the reverse sweep, before its root's reverse.
    fn reverse_layout(&mut self, nest: NestId) -> Outcome {
        let root = self.input.plan.nest(nest).root;
        let place = Place {
            block: self.entry_block(root)?,
            scope: self.input.shape.parent(root),
        };
        self.at_place(place, |emit| {
            emit.make_layout(nest, |emit, _| Ok(emit.need(Node::Base(nest))?[0]))
        })?;
        Ok(())
    }

    /// Keeps the numbers that a call has written to memory, as the plan says.
    pub(crate) fn keep_pointees(&mut self, inst: ir::Inst) -> Outcome {
        let plan = self.input.plan;
        for slot in self.pointees.get(&inst).cloned().unwrap_or_default() {
            let slot = plan.slot(slot);
            let Node::Pointee { argument, index, .. } = slot.node else {
                continue;
            };
            let Some(&address) = self.data(inst).args().get(argument as usize) else {
                return Err(internal(format!("{} has no such argument", slot.node)));
            };
            let address = self.primal(address);
            let place = self.offset_by(address, u64::from(index) * slot.bytes);
            let number = self.b.load(slot.ty, place, Access::default());
            self.keep(slot.node, |_| SmallVec::from_slice(&[number]))?;
        }
        Ok(())
    }

    /// The address of a slot's element for the present iteration.
    pub(crate) fn array_place(&mut self, nest: NestId, slot: SlotId) -> Outcome<Value> {
        if self.sweep == Sweep::Reverse && !self.layouts.contains_key(&nest) {
            self.reverse_layout(nest)?;
        }
        let Some(layout) = self.layouts.get(&nest).cloned() else {
            return Err(internal(format!("{nest} has no block")));
        };
        let data = self.input.plan.slot(slot);
        let root = self.input.plan.nest(nest).root;
        let mut index: Option<Value> = None;
        for current in self.axes(root, slot) {
            let counter = self.read_counter(current)?;
            index = Some(match index {
                None => counter,
                Some(outer) => {
                    let row = self
                        .b
                        .binary_with(BinOp::Mul, outer, layout.iterations[&current], EXACT);
                    self.b.binary_with(BinOp::Add, row, counter, EXACT)
                }
            });
        }
        let (Some(index), Some(&start)) = (index, layout.starts.get(&slot)) else {
            return Err(internal(format!("{slot} is not in its nest")));
        };
        let element = match self.b.ctx.size_of(data.ty) == Some(data.bytes) {
            true => data.ty,
            false => {
                let i8 = self.b.ctx.types.i8();
                self.b.ctx.types.array(i8, data.bytes)
            }
        };
        Ok(self.b.gep(element, start, &[index], Flags::INBOUNDS))
    }

    /// Pushes what an iteration leaves.
    pub(crate) fn push_record(&mut self, of: Loop) {
        let Some(record) = self.input.plan.record(of) else {
            return;
        };
        let bytes = self.b.i64(record.bytes as i64);
        let block = self.push_block(bytes);
        for &slot in &record.slots {
            self.spill(slot, block);
        }
    }

    /// Pops what an iteration left.
    pub(crate) fn pop_record(&mut self, of: Loop) {
        let Some(record) = self.input.plan.record(of) else {
            return;
        };
        let bytes = self.b.i64(record.bytes as i64);
        let block = self.pop_block(bytes);
        for &slot in &record.slots {
            self.unspill(slot, block);
        }
    }

    /// Pushes the frame.
    pub(crate) fn push_frame(&mut self) {
        let frame = self.input.plan.frame();
        if frame.slots.is_empty() {
            return;
        }
        let bytes = self.b.i64(frame.bytes as i64);
        let block = self.push_block(bytes);
        for &slot in &frame.slots {
            self.spill(slot, block);
        }
    }

    /// Pops the frame.
    pub(crate) fn pop_frame(&mut self) {
        let frame = self.input.plan.frame();
        if frame.slots.is_empty() {
            return;
        }
        let bytes = self.b.i64(frame.bytes as i64);
        let block = self.pop_block(bytes);
        for &slot in &frame.slots {
            self.unspill(slot, block);
        }
    }

    /// Where the lanes of a slot are in a record or frame.
    fn fields(&mut self, slot: SlotId, block: Value) -> Vec<(Value, Value)> {
        let data = self.input.plan.slot(slot);
        let (Storage::Frame { offset } | Storage::Record { offset, .. }) = data.storage else {
            return Vec::new();
        };
        let step = data.bytes / u64::from(data.lanes);
        let variables = self.slot_variables(slot);
        let places = variables.into_iter().enumerate();
        places
            .map(|(lane, variable)| (variable, self.offset_by(block, offset + lane as u64 * step)))
            .collect()
    }

    fn spill(&mut self, slot: SlotId, block: Value) {
        let access = self.slot_access(slot);
        for (variable, place) in self.fields(slot, block) {
            let value = self.load_lane(slot, variable, Access::default());
            self.b.store(value, place, access);
        }
    }

    fn unspill(&mut self, slot: SlotId, block: Value) {
        for (variable, place) in self.fields(slot, block) {
            let value = self.read_lane(slot, place);
            self.b.store(value, variable, Access::default());
        }
    }

    /// Stack memory that the reverse function of split mode uses as well, with what must be kept of each: its address is read there, or one
    /// that was calculated from it is stored, or it was put somewhere from where the reverse function may load it.
    fn kept_allocas(&self) -> Vec<(ir::Inst, bool, bool)> {
        let source = self.source();
        let aliases = self.input.shape.aliases.view(self.b.ctx, source);
        let (mut primals, mut shadows) = (EntitySet::new(), EntitySet::new());
        for (_, slot) in self.input.plan.slots() {
            let (value, found) = match slot.node {
                Node::Primal(value) => (value, &mut primals),
                Node::Shadow(value) => (value, &mut shadows),
                _ => continue,
            };
            if !self.b.ctx.types.is_ptr(self.b.ctx.types.scalar(source.ty(value))) {
                continue;
            }
            for base in aliases
                .objects()
                .bases(self.b.ctx, source, value)
                .into_iter()
                .flatten()
            {
                if let ir::memory::Object::Stack(alloca) = base {
                    found.insert(alloca);
                }
            }
        }
        let insts = source.insts(source.entry()).iter().copied();
        let allocas = insts.filter(|&inst| self.is_static_alloca(inst));
        let kept = allocas.filter_map(|inst| {
            let value = self.data(inst).result?;
            let plan = self.input.plan;
            let escapes = aliases.objects().is_captured(value);
            let primal = escapes || primals.contains(value) || plan.way(Node::Primal(value)).is_some();
            let shadow = escapes || shadows.contains(value) || plan.way(Node::Shadow(value)).is_some();
            let shadow = shadow && self.active(value);
            (primal || shadow).then_some((inst, primal, shadow))
        });
        kept.collect()
    }

    /// Bytes of an alloca of constant size.
    fn alloca_size(&self, inst: ir::Inst) -> Option<u64> {
        let data = self.data(inst);
        let Op::Alloca { ty, .. } = data.op else {
            return None;
        };
        let count = self.source().as_const(data.operands[0])?;
        let count = self.b.ctx.consts.int_value(&self.b.ctx.types, count)?;
        self.b.ctx.size_of(ty)?.checked_mul(u64::try_from(count).ok()?)
    }

    /// The size of the block for stack memory that both functions of split mode use.
    pub(crate) fn stack_bytes(&self) -> u64 {
        let width = self.width() as u64;
        (self.kept_allocas().iter())
            .map(|&(inst, primal, shadow)| {
                let bytes = self.alloca_size(inst).unwrap_or(0).next_multiple_of(16);
                bytes * (u64::from(primal) + if shadow { width } else { 0 })
            })
            .sum()
    }

    /// Makes the stack memory of the entry block, with shadows: variables, but in split mode on the tape if the reverse function uses
    /// it as well.
    pub(crate) fn make_allocas(&mut self) {
        let source = self.source();
        let mut kept: IndexMap<ir::Inst, (bool, bool)> = IndexMap::new();
        let mut block = None;
        if self.input.role == Role::Augmented {
            kept.extend(
                self.kept_allocas()
                    .into_iter()
                    .map(|(inst, primal, shadow)| (inst, (primal, shadow))),
            );
            let bytes = self.stack_bytes();
            if bytes > 0 {
                let bytes = self.b.i64(bytes as i64);
                block = Some(self.push_block(bytes));
            }
        }
        let mut used = 0;
        for &inst in source.insts(source.entry()) {
            if !self.is_static_alloca(inst) {
                continue;
            }
            let Some(value) = self.data(inst).result else {
                continue;
            };
            let bytes = self.alloca_size(inst).unwrap_or(0);
            let (primal, shadow) = kept.get(&inst).copied().unwrap_or_default();
            self.at(inst);
            let copy = match block.filter(|_| primal) {
                Some(block) => {
                    let place = self.offset_by(block, used);
                    used += bytes.next_multiple_of(16);
                    place
                }
                None => self.stack_memory(inst),
            };
            self.set_primal(value, copy);
            if !self.active(value) {
                continue;
            }
            let mut lanes = Lanes::new();
            for _ in 0..self.width() {
                let lane = match block.filter(|_| shadow) {
                    Some(block) => {
                        let place = self.offset_by(block, used);
                        used += bytes.next_multiple_of(16);
                        place
                    }
                    None => self.stack_memory(inst),
                };
                self.clear_memory(inst, lane, bytes);
                lanes.push(lane);
            }
            self.set_shadow(value, lanes);
        }
    }

    /// A copy of an alloca, where variables are.
    fn stack_memory(&mut self, inst: ir::Inst) -> Value {
        let data = self.data(inst);
        let here = self.b.block();
        self.b.go_to(self.variables);
        let operands: SmallVec<[Value; 3]> = self.primals(&data.operands);
        let copy = self.b.push(NewInst::new(data.op.clone(), data.ty, &operands));
        self.b.go_to(here);
        self.b.result(copy)
    }

    /// Clears a new shadow.
    fn clear_memory(&mut self, inst: ir::Inst, address: Value, bytes: u64) {
        let Op::Alloca { ty, .. } = self.data(inst).op else {
            return;
        };
        let is_single = self.b.ctx.size_of(ty) == Some(bytes);
        if is_single && !self.b.ctx.types.is_aggregate(ty) {
            let zero = self.b.zero(ty);
            self.b.store(zero, address, Access::default());
        } else {
            // Of memory that is rounded up to a multiple of 16 bytes only as much as there is.
            let count = self.primal(self.data(inst).operands[0]);
            let bytes = self.object_bytes(ty, count);
            self.clear(address, bytes);
        }
    }
}
