//! What the reverse sweep has of the forward sweep: [`Emit::need`].
//!
//! The plan says for each node whether it is there, is computed again or was stored. Each is brought to the *place* of its scope: if the
//! reverse sweep is inside of loops that the node's definition is not in, to the block before the reverse of the outermost of these
//! loops, else to the present block. What was brought to a place is found there again.

use ir::graph::{Affine, Count, Guard, Loop, Meeting, Stride};
use ir::{Access, BinOp, Block, CastOp, IntPred, Op, Type, TypeData, Value, ValueDef};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome, Sweep};
use crate::error::ErrorKind;
use crate::request::Role;
use cache::{Carried, Filling, Node, Recipe, Storage, Way};

/// A place in the reverse sweep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The block that names it. Code may be in blocks that this one dominates.
    pub(crate) block: Block,
    /// The loop whose reverse it is in.
    pub(crate) scope: Option<Loop>,
}

impl Emit<'_> {
    /// A primal value in the reverse sweep.
    pub(crate) fn need_primal(&mut self, value: Value) -> Outcome<Value> {
        match self.source().as_const(value) {
            Some(constant) => Ok(self.b.constant(constant)),
            None => Ok(self.need(Node::Primal(value))?[0]),
        }
    }

    /// Primal values in the reverse sweep.
    pub(crate) fn need_primals(&mut self, values: &[Value]) -> Outcome<SmallVec<[Value; 3]>> {
        values.iter().map(|&value| self.need_primal(value)).collect()
    }

    /// The shadow of a value in the reverse sweep.
    pub(crate) fn need_shadow(&mut self, value: Value) -> Outcome<Lanes> {
        match self.active(value) && self.source().as_const(value).is_none() {
            true => self.need(Node::Shadow(value)),
            false => self.inactive_shadow(value, facts::Sort::Unknown),
        }
    }

    /// What the reverse sweep has of a node, at the current place.
    pub(crate) fn need(&mut self, node: Node) -> Outcome<Lanes> {
        debug_assert!(self.sweep == Sweep::Reverse);
        let target = self.place_for(node, self.place)?;
        let mut stack = vec![(node, target)];
        while let Some(&(node, place)) = stack.last() {
            if self.found.contains_key(&(node, place.block)) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            self.push_operands(node, place, &mut stack)?;
            if stack.len() > before {
                continue;
            }
            let lanes = self.at_place(place, |emit| emit.bring(node))?;
            self.found.insert((node, place.block), lanes);
            stack.pop();
        }
        Ok(self.found[&(node, target.block)].clone())
    }

    /// What is read when a node is computed again, and is not there yet.
    fn push_operands(&mut self, node: Node, place: Place, stack: &mut Vec<(Node, Place)>) -> Outcome {
        let plan = self.input.plan;
        // Conditions are only read where the primal has computed them.
        if matches!(plan.recipe(node), None | Some(Recipe::Test(_))) {
            return Ok(());
        }
        for &operand in plan.operands(node) {
            if self.is_constant(operand) {
                continue;
            }
            let at = self.place_for(operand, place)?;
            if !self.found.contains_key(&(operand, at.block)) {
                stack.push((operand, at));
            }
        }
        Ok(())
    }

    fn is_constant(&self, node: Node) -> bool {
        match node {
            Node::Primal(value) | Node::Shadow(value) => self.source().as_const(value).is_some(),
            _ => false,
        }
    }

    /// Runs something at a place.
    pub(crate) fn at_place<T>(&mut self, place: Place, run: impl FnOnce(&mut Self) -> T) -> T {
        if place.block == self.place.block {
            return run(self);
        }
        let (here, before) = (self.b.block(), self.place);
        let end = self.place_end(place);
        self.b.go_to(end);
        self.place = place;
        let result = run(self);
        let end = self.b.block();
        self.set_place_end(place, end);
        self.b.go_to(here);
        self.place = before;
        result
    }

    /// The scope of a node.
    fn scope_of(&self, node: Node) -> Option<Loop> {
        let shape = self.input.shape;
        match node {
            Node::Primal(value) | Node::Shadow(value) => shape.scope_of(self.source(), value),
            Node::Choice(block) => shape.scope(block),
            Node::Count(current) => shape.parent(current),
            Node::Pointee { call, .. } => shape.scope(self.data(call).block),
            Node::Extent(of) => {
                let nests = self.input.plan.nests();
                let mut around = nests.filter(|(_, nest)| nest.loops.iter().any(|inner| inner.of == of));
                around.next().and_then(|(_, nest)| shape.parent(nest.root))
            }
            Node::Base(nest) => shape.parent(self.input.plan.nest(nest).root),
            Node::Word(word) => self.input.plan.word(word).scope,
        }
    }

    /// Where a node is brought to that is needed at a place.
    fn place_for(&self, node: Node, from: Place) -> Outcome<Place> {
        let scope = self.scope_of(node);
        if scope == from.scope {
            return Ok(from);
        }
        let mut inner = from.scope;
        while let Some(current) = inner {
            let parent = self.input.shape.parent(current);
            if parent == scope {
                let block = self.entry_block(current)?;
                return Ok(Place { block, scope });
            }
            inner = parent;
        }
        Err(internal(format!("{node} is needed outside of its loop")))
    }

    /// Brings a node to the current place, where its operands are.
    fn bring(&mut self, node: Node) -> Outcome<Lanes> {
        match self.input.plan.way(node) {
            None => Err(internal(format!("{node} is needed, but not planned"))),
            Some(Way::Free) => self.bring_free(node),
            Some(Way::Stored(slot)) => {
                let lanes = self.read_slot(slot)?;
                let ty = self.node_type(node);
                let lanes = lanes.into_iter().map(|lane| self.as_loaded(lane, ty));
                Ok(lanes.collect())
            }
            Some(Way::Recompute) => match self.input.plan.recipe(node) {
                Some(recipe) => self.compute(node, recipe),
                None => Err(internal(format!("{node} has no recipe"))),
            },
        }
    }

    /// The type of one lane of a node.
    pub(crate) fn node_type(&self, node: Node) -> Type {
        let types = &self.b.ctx.types;
        match node {
            Node::Primal(value) | Node::Shadow(value) => self.source_type(value),
            Node::Choice(_) => types.i32(),
            Node::Count(_) | Node::Extent(_) => types.i64(),
            Node::Pointee { .. } => match self.input.plan.slot_of(node) {
                Some(slot) => self.input.plan.slot(slot).ty,
                None => types.double(),
            },
            Node::Base(_) => types.ptr(),
            Node::Word(_) => types.i8(),
        }
    }

    /// A stored value in its own type: conditions and choices are stored in bytes.
    fn as_loaded(&mut self, value: Value, ty: Type) -> Value {
        let stored = self.b.ty(value);
        match (self.b.ctx.types.int_bits(stored), self.b.ctx.types.int_bits(ty)) {
            _ if stored == ty => value,
            (Some(stored), Some(bits)) if stored < bits => self.b.cast(CastOp::ZExt, value, ty),
            (Some(_), Some(_)) => self.b.cast(CastOp::Trunc, value, ty),
            _ => value,
        }
    }

    /// What is there: parameters, constants, and what the forward sweep of the same function left.
    fn bring_free(&mut self, node: Node) -> Outcome<Lanes> {
        let known = match node {
            Node::Primal(value) => match self.source().value(value).def {
                ValueDef::Const(constant) => Some(SmallVec::from_slice(&[self.b.constant(constant)])),
                ValueDef::Param(_) => self.known_primal(value).map(|copy| SmallVec::from_slice(&[copy])),
                ValueDef::Inst(inst) => match self.is_static_alloca(inst) {
                    true => self.known_primal(value).map(|copy| SmallVec::from_slice(&[copy])),
                    false => None,
                },
            },
            Node::Shadow(value) => match self.source().value(value).def {
                ValueDef::Const(_) => Some(self.inactive_shadow(value, facts::Sort::Unknown)?),
                ValueDef::Param(_) => self.known_shadow(value).cloned(),
                ValueDef::Inst(inst) => match self.is_static_alloca(inst) {
                    true => self.known_shadow(value).cloned(),
                    false => None,
                },
            },
            _ => None,
        };
        if let Some(lanes) = known {
            return Ok(lanes);
        }
        if let Node::Shadow(value) = node
            && !self.active(value)
        {
            return self.inactive_shadow(value, facts::Sort::Unknown);
        }
        if let Node::Count(current) = node
            && let Some(Count::Number(number)) = self
                .input
                .shape
                .exact_count(current)
                .map(|count| &count.backedges)
        {
            let count = self.b.i64(*number as i64);
            return Ok(SmallVec::from_slice(&[count]));
        }
        match self.input.role {
            Role::Combined => self.read_free(node),
            _ => Err(internal(format!("{node} is not there"))),
        }
    }

    /// Computes a node again.
    fn compute(&mut self, node: Node, recipe: &Recipe) -> Outcome<Lanes> {
        match recipe {
            Recipe::Repeat(inst) => {
                let data = self.data(*inst);
                if let Node::Shadow(_) = node {
                    return match self.make_shadow(*inst)? {
                        Some(lanes) => Ok(lanes),
                        None => Err(internal(format!("{node} is no shadow"))),
                    };
                }
                let operands = self.need_primals(&data.operands)?;
                let copy = self.b.copy(data, operands, SmallVec::new());
                Ok(SmallVec::from_slice(&[self.b.result(copy)]))
            }
            Recipe::Refill(filling) => {
                let ty = self.node_type(node);
                Ok(SmallVec::from_slice(&[self.refilled(ty, filling)?]))
            }
            Recipe::Carried(carried) => {
                let ty = self.node_type(node);
                Ok(SmallVec::from_slice(&[self.carried(ty, carried)?]))
            }
            Recipe::Recurrence {
                of,
                start,
                step,
                change,
            } => {
                let starts = self.need_node(*start)?;
                let distance = self.distance(*of, (step, change.as_ref()))?;
                Ok(self.moved(self.node_type(node), starts, distance))
            }
            Recipe::Last { of, base, rest, step } => self.last(node, *of, *base, (rest, step)),
            Recipe::Merge(block) => self.merge(node, *block),
            Recipe::Same(other) => self.need(*other),
            Recipe::Test(test) => {
                let Node::Choice(block) = node else {
                    return Err(internal(format!("{node} is no choice")));
                };
                let chosen = self.test_value(block, test)?;
                Ok(SmallVec::from_slice(&[chosen]))
            }
            Recipe::Bits { word, first, count } => {
                let found = self.bits(node, *word, (*first, *count))?;
                Ok(SmallVec::from_slice(&[found]))
            }
            Recipe::TripCount(of) => {
                let Some(count) = self.input.shape.exact_count(*of) else {
                    return Err(internal(format!("{node} has no trip count")));
                };
                let count = self.count_value(&count.backedges)?;
                Ok(SmallVec::from_slice(&[count]))
            }
            Recipe::Extent(of) => {
                let nests = self.input.plan.nests();
                let mut loops = nests.flat_map(|(_, nest)| nest.loops.iter());
                let Some(inner) = loops.find(|inner| inner.of == *of) else {
                    return Err(internal(format!("{node} belongs to no nest")));
                };
                Ok(SmallVec::from_slice(&[self.iterations(inner)?]))
            }
        }
    }

    /// What memory was filled with, of this type.
    fn refilled(&mut self, ty: Type, filling: &Filling) -> Outcome<Value> {
        match filling {
            Filling::Load { base, offset, like } => {
                let base = self.need_primal(*base)?;
                let bytes = self.affine(offset)?;
                let i8 = self.b.ctx.types.i8();
                let address = self.b.gep(i8, base, &[bytes], ir::Flags::none());
                let data = self.data(*like);
                let element = self.b.ctx.types.scalar(ty);
                let align = self.b.ctx.store_size_of(element).unwrap_or(1) as u32;
                // The copy has its metadata; it must not promise more than each element has.
                if data.ty == ty && matches!(data.op, Op::Load(access) if (1..=align).contains(&access.align))
                {
                    let copy = self
                        .b
                        .copy(data, SmallVec::from_slice(&[address]), SmallVec::new());
                    return Ok(self.b.result(copy));
                }
                let access = Access {
                    align,
                    ..Access::default()
                };
                Ok(self.b.load(ty, address, access))
            }
            Filling::Number(value) => {
                let number = self.need_primal(*value)?;
                Ok(match *self.b.ctx.types.get(ty) {
                    TypeData::Vector { len, .. } => rules::code::broadcast(&mut self.b, number, ty, len),
                    _ => number,
                })
            }
            Filling::Negation(of, flags) => {
                let of = self.refilled(ty, of)?;
                Ok(self.b.fneg_with(of, *flags))
            }
            Filling::Binary(op, of, flags) => {
                let x = self.refilled(ty, &of[0])?;
                let y = self.refilled(ty, &of[1])?;
                Ok(self.b.binary_with(*op, x, y, *flags))
            }
        }
    }

    /// What a header's phi of this type was loaded from, once more. The load has no metadata: what is true of each of the loads that the phi
    /// stands for is not true of the others.
    fn carried(&mut self, ty: Type, carried: &Carried) -> Outcome<Value> {
        let start = self.need_primal(carried.start)?;
        let distance = self.distance(carried.of, (&carried.step, None))?;
        let i8 = self.b.ctx.types.i8();
        let address = self.b.gep(i8, start, &[distance], ir::Flags::none());
        let access = Access {
            align: carried.align,
            ..Access::default()
        };
        Ok(self.b.load(ty, address, access))
    }

    /// `counter * step + counter * (counter - 1) / 2 * change`.
    fn distance(&mut self, of: Loop, (step, change): (&Affine, Option<&Affine>)) -> Outcome<Value> {
        let counter = self.read_counter(of)?;
        let int = self.b.ctx.types.int(step.bits);
        let mut distance = self.times(counter, step)?;
        if let Some(change) = change {
            // Half of the product of two numbers that follow each other, without losing its highest bit: of one of them that is even.
            let (one, all) = (self.b.i64(1), self.b.i64(-1));
            let half = self.b.binary(BinOp::LShr, counter, one);
            let before = self.b.binary(BinOp::Add, counter, all);
            let odd = self.b.binary(BinOp::Or, before, one);
            let (half, odd) = (self.resized(half, int), self.resized(odd, int));
            let pairs = self.b.binary(BinOp::Mul, half, odd);
            let change = self.affine(change)?;
            let grown = self.b.binary(BinOp::Mul, pairs, change);
            distance = self.b.binary(BinOp::Add, distance, grown);
        }
        Ok(distance)
    }

    /// `base + rest + count * step`.
    fn last(
        &mut self,
        node: Node,
        of: Loop,
        base: Option<Node>,
        (rest, step): (&Affine, &Affine),
    ) -> Outcome<Lanes> {
        let count = self.need(Node::Count(of))?[0];
        let way = self.times(count, step)?;
        let rest = self.affine(rest)?;
        let starts = match base {
            Some(base) => self.need_node(base)?,
            None => return Ok(SmallVec::from_slice(&[self.b.binary(BinOp::Add, rest, way)])),
        };
        let distance = self.b.binary(BinOp::Add, rest, way);
        Ok(self.moved(self.node_type(node), starts, distance))
    }

    /// A node, which may be a constant.
    fn need_node(&mut self, node: Node) -> Outcome<Lanes> {
        match node {
            Node::Primal(value) => Ok(SmallVec::from_slice(&[self.need_primal(value)?])),
            Node::Shadow(value) => self.need_shadow(value),
            other => self.need(other),
        }
    }

    /// A number of iterations times a step, in the step's width.
    fn times(&mut self, number: Value, step: &Affine) -> Outcome<Value> {
        let int = self.b.ctx.types.int(step.bits);
        let number = self.resized(number, int);
        let step = self.affine(step)?;
        Ok(self.b.binary(BinOp::Mul, number, step))
    }

    /// Numbers, or addresses, further by a distance.
    fn moved(&mut self, ty: Type, starts: Lanes, distance: Value) -> Lanes {
        let is_ptr = self.b.ctx.types.is_ptr(ty);
        let lanes = starts.into_iter().map(|start| match is_ptr {
            true => {
                let i8 = self.b.ctx.types.i8();
                self.b.gep(i8, start, &[distance], ir::Flags::none())
            }
            false => self.b.binary(BinOp::Add, start, distance),
        });
        lanes.collect()
    }

    /// An unsigned integer in another width.
    pub(crate) fn resized(&mut self, value: Value, ty: Type) -> Value {
        let from = self.b.ctx.types.int_bits(self.b.ty(value)).unwrap_or(0);
        let to = self.b.ctx.types.int_bits(ty).unwrap_or(0);
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => value,
            std::cmp::Ordering::Less => self.b.cast(CastOp::ZExt, value, ty),
            std::cmp::Ordering::Greater => self.b.cast(CastOp::Trunc, value, ty),
        }
    }

    /// An affine expression of primal values, in the sweep that is being made. Addresses are their numbers.
    pub(crate) fn affine(&mut self, affine: &Affine) -> Outcome<Value> {
        let ty = self.b.ctx.types.int(affine.bits);
        let mut sum = self.b.int(ty, affine.constant);
        for &(value, factor) in &affine.terms {
            let mut term = match self.substitutes.get(&value) {
                Some(&known) => known,
                None => self.value(value)?,
            };
            if self.b.ctx.types.is_ptr(self.b.ty(term)) {
                term = self.b.cast(CastOp::PtrToInt, term, ty);
            }
            if factor != 1 {
                let factor = self.b.int(ty, factor);
                term = self.b.binary(BinOp::Mul, term, factor);
            }
            sum = match affine.constant == 0 && affine.terms[0].0 == value {
                true => term,
                false => self.b.binary(BinOp::Add, sum, term),
            };
        }
        Ok(sum)
    }

    /// What a distance is divided by. One in place of zero, which only a loop without end has.
    fn stride(&mut self, stride: &Stride, ty: Type) -> Outcome<Value> {
        match stride {
            Stride::Number(number) => Ok(self.b.int(ty, i128::from(*number))),
            Stride::Value(stride) => {
                let stride = self.affine(stride)?;
                let (zero, one) = (self.b.int(ty, 0), self.b.int(ty, 1));
                let is_zero = self.b.icmp(IntPred::Eq, stride, zero);
                Ok(self.b.select(is_zero, one, stride))
            }
        }
    }

    /// A trip count, as an `i64`, in the sweep that is being made.
    pub(crate) fn count_value(&mut self, count: &Count) -> Outcome<Value> {
        let (low, high, stride, guard) = match count {
            Count::Number(number) => return Ok(self.b.i64(*number as i64)),
            Count::Steps {
                low,
                high,
                stride,
                guard,
            } => (low, high, stride, *guard),
        };
        let ty = self.b.ctx.types.int(low.bits);
        let i64 = self.b.ctx.types.i64();
        let (low, high) = (self.affine(low)?, self.affine(high)?);
        let zero = self.b.int(ty, 0);
        let distance = match low == zero {
            true => high,
            false => self.b.binary(BinOp::Sub, high, low),
        };
        let one = self.b.int(ty, 1);
        let divisor = self.stride(stride, ty)?;
        let (pred, is_less) = match guard {
            Guard::Always => {
                let steps = match divisor == one {
                    true => distance,
                    false => self.b.binary(BinOp::UDiv, distance, divisor),
                };
                return Ok(self.resized(steps, i64));
            }
            Guard::Wrapping => {
                let Stride::Number(stride) = *stride else {
                    return Err(internal("a loop of unknown step wraps".to_owned()));
                };
                let meeting = Meeting::of(stride, self.b.ctx.types.int_bits(ty).unwrap_or(64));
                let shift = self.b.int(ty, i128::from(meeting.shift));
                let inverse = self.b.int(ty, meeting.inverse as i128);
                let mask = self.b.int(ty, meeting.mask as i128);
                let multiples = self.b.binary(BinOp::LShr, distance, shift);
                let product = self.b.binary(BinOp::Mul, multiples, inverse);
                let steps = self.b.binary(BinOp::And, product, mask);
                return Ok(self.resized(steps, i64));
            }
            Guard::SignedLess => (IntPred::Slt, true),
            Guard::UnsignedLess => (IntPred::Ult, true),
            Guard::SignedAtMost => (IntPred::Sle, false),
            Guard::UnsignedAtMost => (IntPred::Ule, false),
        };
        let steps = match (divisor == one, is_less) {
            (true, true) => distance,
            (false, true) => {
                let before = self.b.binary(BinOp::Sub, distance, one);
                let steps = self.b.binary(BinOp::UDiv, before, divisor);
                self.b.binary(BinOp::Add, steps, one)
            }
            (by_one, false) => {
                let steps = match by_one {
                    true => distance,
                    false => self.b.binary(BinOp::UDiv, distance, divisor),
                };
                self.b.binary(BinOp::Add, steps, one)
            }
        };
        let holds = self.b.icmp(pred, low, high);
        let steps = self.b.select(holds, steps, zero);
        Ok(self.resized(steps, i64))
    }

    /// The incoming value of a phi for the predecessor that was chosen. All of them are there.
    fn merge(&mut self, node: Node, block: Block) -> Outcome<Lanes> {
        let (Node::Primal(value) | Node::Shadow(value)) = node else {
            return Err(internal(format!("{node} is no phi")));
        };
        let Some(phi) = self.source().def_inst(value) else {
            return Err(internal(format!("{node} is no phi")));
        };
        let chosen = self.need(Node::Choice(block))?[0];
        let preds = self.choices(block)?;
        let mut lanes: Option<Lanes> = None;
        for (position, pred) in preds.iter().enumerate() {
            let incoming = self.data(phi).incoming().find(|(from, _)| from == pred);
            let Some((_, incoming)) = incoming else {
                return Err(internal(format!("{node} has no value for a predecessor")));
            };
            let values = match node {
                Node::Primal(_) => SmallVec::from_slice(&[self.need_primal(incoming)?]),
                _ => self.need_shadow(incoming)?,
            };
            lanes = Some(match lanes {
                None => values,
                Some(before) => {
                    let index = self.b.i32(position as i32);
                    let is_it = self.b.icmp(IntPred::Eq, chosen, index);
                    let pairs = before.iter().zip(&values);
                    pairs
                        .map(|(&before, &value)| self.b.select(is_it, value, before))
                        .collect()
                }
            });
        }
        lanes.ok_or_else(|| internal(format!("{node} has no values")))
    }

    /// Whether an instruction is stack memory that is made once, at the start of the function.
    pub(crate) fn is_static_alloca(&self, inst: ir::Inst) -> bool {
        let data = self.data(inst);
        matches!(data.op, Op::Alloca { .. })
            && data.block == self.source().entry()
            && self.source().as_const(data.operands[0]).is_some()
    }

    /// Reads a slot at the current place.
    fn read_slot(&mut self, slot: cache::SlotId) -> Outcome<Lanes> {
        let data = self.input.plan.slot(slot);
        let lanes = data.lanes as usize;
        match data.storage {
            Storage::Frame { .. } | Storage::Record { .. } => {
                let variables = self.slot_variables(slot);
                let loaded = variables
                    .iter()
                    .map(|&variable| self.b.load(data.ty, variable, Access::default()));
                Ok(loaded.collect())
            }
            Storage::Array { nest } => {
                let place = self.array_place(nest, slot)?;
                let step = data.bytes / lanes as u64;
                let mut loaded = Lanes::new();
                for lane in 0..lanes {
                    let address = self.offset_by(place, lane as u64 * step);
                    loaded.push(self.read_lane(slot, address));
                }
                Ok(loaded)
            }
        }
    }
}

pub(crate) fn internal(what: String) -> ErrorKind {
    ErrorKind::Internal { what }
}
