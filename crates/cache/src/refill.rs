//! Loads of temporary memory that every iteration of a loop fills anew.
//!
//! ```text
//! for p { for j { t[j] = a[p][j] - b[j]; }  ... for j { ... t[j] ... } }
//! ```
//! The next iteration overwrites `t`, so a load of it cannot be repeated in the reverse sweep. But `a` and `b` are as they were, and what
//! `t` has at a place is known from the place: `a[p][j] - b[j]` can be loaded and subtracted again for the `j` of the load. It need not
//! be stored.
//!
//! # What must hold
//! The memory is an object of the function that nobody else knows, with nothing in it at first (`alloca`, `malloc`) or with zeros. All that writes to it
//! are stores in a loop, the *round*. Then
//! - all stores write the same expression of the place: loads from places at the same distance from the place that is written, whose
//!   memory is not overwritten ([`crate::overwrite`]), values that are fixed in an iteration of the round, and float arithmetic on these. What
//!   LLVM's vectorizer has made of a loop writes the same expression in vectors and in the remainder;
//! - every iteration of the round writes the same places: the addresses, and the conditions of all branches between the start of the round
//!   and the stores, are computed without memory from values of outside all loops that the object lives through, and from phis of loops
//!   inside the round;
//! - the load is in the round, and no store follows it within an iteration.
//!
//! So a place that the load reads has been written in the same iteration, or never, and what was never written is undefined. An object of zeros
//! (`calloc`) is one, too, if a loop writes all of it before the load ([`crate::filled`]).
//!
//! # Cost
//! For each object and loop around its stores the writers of the body are looked at once, at most [`MOST_WRITERS`], and the expressions,
//! at most [`DEEPEST`] deep.
//!
//! # What it does not know
//! Objects that are written by calls (`memcpy`, `memset`), in several steps (`t[j] += ...`), or through addresses that are chosen.

use std::cell::RefCell;
use std::rc::Rc;

use ir::graph::{Affine, Loop};
use ir::memory::address::Offset;
use ir::{BinOp, Block, EntitySet, Flags, Inst, Op, Ordering, Type, TypeData, Value, ValueDef};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::filled::{Written, extent, writes_all};
use crate::node::Node;
use crate::overwrite::Overwrites;
use crate::plan::PlanInput;
use crate::price;
use crate::repeats::is_calculation;
use crate::temporary::affine;

/// How deep expressions are followed.
const DEEPEST: u32 = 6;
/// The most values and blocks that conditions are followed through.
const MOST_VISITED: usize = 2_000;

/// What memory has at a place, as an expression that can be computed again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filling {
    /// What is loaded `offset` bytes behind an address.
    Load {
        /// The address.
        base: Value,
        /// The bytes.
        offset: Affine,
        /// A load of the primal from such a place.
        like: Inst,
    },
    /// A float, the same at all places: in vectors in all lanes.
    Number(Value),
    /// A negation.
    Negation(Box<Filling>, Flags),
    /// Float arithmetic.
    Binary(BinOp, Box<[Filling; 2]>, Flags),
}

impl Filling {
    /// What computing it reads.
    pub(crate) fn operands(&self) -> SmallVec<[Node; 3]> {
        let mut nodes = SmallVec::new();
        self.add_operands(&mut nodes);
        nodes
    }

    fn add_operands(&self, nodes: &mut SmallVec<[Node; 3]>) {
        let mut add = |value: Value| {
            let node = Node::Primal(value);
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        };
        match self {
            Self::Load { base, offset, .. } => {
                add(*base);
                offset.terms.iter().for_each(|term| add(term.0));
            }
            Self::Number(value) => add(*value),
            Self::Negation(of, _) => of.add_operands(nodes),
            Self::Binary(_, of, _) => of.iter().for_each(|of| of.add_operands(nodes)),
        }
    }

    /// The price of computing it, in the units of `price`.
    pub(crate) fn cost(&self) -> f64 {
        match self {
            Self::Load { .. } => price::RELOAD + 1.0,
            Self::Number(_) => 0.0,
            Self::Negation(of, _) => 1.0 + of.cost(),
            Self::Binary(BinOp::FDiv, of, _) => 8.0 + of[0].cost() + of[1].cost(),
            Self::Binary(_, of, _) => 1.0 + of[0].cost() + of[1].cost(),
        }
    }
}

/// A [`Filling`] of all places: loads are at a distance from the place.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Pattern {
    Load { base: Value, distance: Offset },
    Number(Value),
    Negation(Box<Pattern>, Flags),
    Binary(BinOp, Box<[Pattern; 2]>, Flags),
}

/// How an object is filled in each iteration of a loop.
#[derive(Debug)]
struct Fill {
    pattern: Pattern,
    /// A load for each in the pattern, in its order.
    likes: Vec<Inst>,
    /// The blocks of the stores.
    blocks: EntitySet<Block>,
    /// The float that each place has.
    element: Type,
    /// Its size in bytes.
    size: i64,
    /// A place that is written, modulo the size.
    phase: i64,
}

/// An object, and a loop around all its stores.
type Key = (Value, Loop);

/// What is known of the objects of a body.
pub(crate) struct Refills<'a> {
    input: &'a PlanInput<'a>,
    overwrites: &'a Overwrites<'a>,
    fills: RefCell<FxHashMap<Key, Option<Rc<Fill>>>>,
}

impl<'a> Refills<'a> {
    pub(crate) fn new(input: &'a PlanInput<'a>, overwrites: &'a Overwrites<'a>) -> Self {
        Self {
            input,
            overwrites,
            fills: RefCell::default(),
        }
    }

    /// What a load gives, if its memory is filled anew in each iteration of a loop around it.
    pub(crate) fn of(&self, load: Inst) -> Option<Filling> {
        let (function, shape) = (self.input.function, self.input.shape);
        let data = function.inst(load);
        let Op::Load(access) = data.op else { return None };
        if access.volatile || access.ordering != Ordering::NotAtomic || !shape.loops.irreducible().is_empty()
        {
            return None;
        }
        let (object, offset) = self.overwrites.place(data.operands[0])?;
        let stores = self.overwrites.stores_of(object)?;
        let first = function.inst(*stores.first()?).block;
        for round in shape.around(shape.scope(first), None) {
            if !shape.loops.contains(round, data.block) {
                continue;
            }
            if let Some(fill) = self.fill(object, round, &stores)
                && self.is_filled_before(&fill, round, data.block)
                && self.is_written(object, &stores, data.block)
            {
                return self.filling(&fill, data.block, (data.ty, &offset));
            }
        }
        None
    }

    /// Whether what nobody has written to an object is not read in a block.
    fn is_written(&self, object: Value, stores: &[Inst], block: Block) -> bool {
        let function = self.input.function;
        let allocation = self
            .overwrites
            .maker(object)
            .and_then(|inst| Some((inst, self.overwrites.allocation(inst)?)));
        let Some((inst, made)) = allocation.filter(|(_, made)| made.zeroed) else {
            return true;
        };
        let Some(extent) = extent(self.input, inst, made) else {
            return false;
        };
        stores.iter().any(|&store| {
            let data = function.inst(store);
            let bytes = self.input.ctx.store_size_of(function.ty(data.operands[0]));
            let bytes = bytes.and_then(|bytes| i64::try_from(bytes).ok());
            let (Some((_, place)), Some(bytes)) = (self.overwrites.place(data.operands[1]), bytes) else {
                return false;
            };
            let written = Written {
                store,
                place: &place,
                bytes,
            };
            writes_all(self.input, written, &extent, block)
        })
    }

    fn fill(&self, object: Value, round: Loop, stores: &[Inst]) -> Option<Rc<Fill>> {
        let key = (object, round);
        if let Some(known) = self.fills.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_fill(object, round, stores).map(Rc::new);
        self.fills.borrow_mut().insert(key, found.clone());
        found
    }

    fn find_fill(&self, object: Value, round: Loop, stores: &[Inst]) -> Option<Fill> {
        let (function, shape) = (self.input.function, self.input.shape);
        let made = function.inst(function.def_inst(object)?).block;
        let lives_through = |&of: &Loop| !shape.loops.contains(of, made);
        // The loops that the object lives through: those from the round outwards.
        let outermost = shape.around(Some(round), None).take_while(lives_through).last()?;
        let mut fill: Option<Fill> = None;
        for &store in stores {
            let data = function.inst(store);
            if !shape.loops.contains(round, data.block) {
                return None;
            }
            let found = self.read_store(round, store)?;
            match &mut fill {
                None => fill = Some(found),
                Some(known) => {
                    let agrees = known.pattern == found.pattern
                        && (known.element, known.size, known.phase)
                            == (found.element, found.size, found.phase);
                    if !agrees {
                        return None;
                    }
                    known.blocks.insert(data.block);
                }
            }
        }
        let fill = fill?;
        let mut values: Vec<Value> = Vec::new();
        for &store in stores {
            let (_, offset) = self.overwrites.place(function.inst(store).operands[1])?;
            values.extend(offset.terms.iter().map(|term| term.0));
        }
        values.extend(self.conditions(round, &fill.blocks)?);
        self.are_the_same_always(values, round, outermost).then_some(fill)
    }

    /// What one store writes, as an expression of the place.
    fn read_store(&self, round: Loop, store: Inst) -> Option<Fill> {
        let (ctx, function) = (self.input.ctx, self.input.function);
        let data = function.inst(store);
        let ty = function.ty(data.operands[0]);
        let element = match *ctx.types.get(ty) {
            TypeData::Float(_) => ty,
            TypeData::Vector { element, .. } => element,
            _ => return None,
        };
        let kind = ctx
            .types
            .float_kind(element)
            .filter(|kind| matches!(kind.bits(), 16 | 32 | 64))?;
        let size = i64::from(kind.bits() / 8);
        let (_, offset) = self.overwrites.place(data.operands[1])?;
        if offset.terms.iter().any(|term| term.1 % size != 0) {
            return None;
        }
        let mut likes = Vec::new();
        let pattern = self.pattern((data.operands[0], ty), (round, &offset), &mut likes, DEEPEST)?;
        let mut blocks = EntitySet::new();
        blocks.insert(data.block);
        Some(Fill {
            pattern,
            likes,
            blocks,
            element,
            size,
            phase: offset.constant.rem_euclid(size),
        })
    }

    /// A value of type `ty` that is stored at a place, as an expression of the place.
    fn pattern(
        &self,
        (value, ty): (Value, Type),
        (round, place): (Loop, &Offset),
        likes: &mut Vec<Inst>,
        depth: u32,
    ) -> Option<Pattern> {
        let (ctx, function) = (self.input.ctx, self.input.function);
        if depth == 0 || function.ty(value) != ty {
            return None;
        }
        if ctx.types.float_kind(ty).is_some() && self.is_fixed(value, round) {
            return Some(Pattern::Number(value));
        }
        let inst = function.def_inst(value)?;
        let data = function.inst(inst);
        let inner = |at: usize, likes: &mut Vec<Inst>| {
            self.pattern((data.operands[at], ty), (round, place), likes, depth - 1)
        };
        match &data.op {
            Op::Load(_) => {
                let (base, mut distance) = self.overwrites.place(data.operands[0])?;
                let mut back = Offset {
                    constant: place.constant.wrapping_neg(),
                    terms: SmallVec::new(),
                };
                for &(value, factor) in &place.terms {
                    back.add_term(value, factor.checked_neg()?);
                }
                distance.add(&back);
                let fixed = (distance.terms.iter()).all(|term| self.is_fixed(term.0, round));
                if !fixed || !self.is_fixed(base, round) || !self.overwrites.is_repeatable(inst) {
                    return None;
                }
                likes.push(inst);
                Some(Pattern::Load { base, distance })
            }
            Op::FNeg => Some(Pattern::Negation(Box::new(inner(0, likes)?), data.flags)),
            Op::Binary(op @ (BinOp::FAdd | BinOp::FSub | BinOp::FMul | BinOp::FDiv)) => {
                let of = [inner(0, likes)?, inner(1, likes)?];
                Some(Pattern::Binary(*op, Box::new(of), data.flags))
            }
            Op::Shuffle(mask) => self.broadcast(data.operands[0], mask, round).map(Pattern::Number),
            _ => None,
        }
    }

    /// The float that all lanes of a vector have, of which the lanes are taken that `mask` says, if it is fixed.
    fn broadcast(&self, vector: Value, mask: &[i32], round: Loop) -> Option<Value> {
        let function = self.input.function;
        let data = function.inst(function.def_inst(vector)?);
        let index = function.as_const(*data.operands.get(2)?)?;
        let first = self.input.ctx.consts.int_value(&self.input.ctx.types, index) == Some(0);
        let is_it = matches!(data.op, Op::InsertElement) && first && mask.iter().all(|&lane| lane == 0);
        (is_it && self.is_fixed(data.operands[1], round)).then_some(data.operands[1])
    }

    /// Whether a value has one value in each iteration of the round.
    fn is_fixed(&self, value: Value, round: Loop) -> bool {
        let (function, shape) = (self.input.function, self.input.shape);
        shape.is_within(Some(round), shape.scope_of(function, value))
    }

    /// The conditions of all branches between the start of an iteration of the round and the stores. `None` where what decides is no
    /// branch.
    fn conditions(&self, round: Loop, blocks: &EntitySet<Block>) -> Option<Vec<Value>> {
        let (function, shape) = (self.input.function, self.input.shape);
        let header = shape.loops.get(round).header;
        let mut seen: FxHashSet<Block> = FxHashSet::default();
        let mut work: Vec<Block> = blocks.iter().collect();
        let mut conditions = Vec::new();
        while let Some(block) = work.pop() {
            if !seen.insert(block) {
                continue;
            }
            if seen.len() > MOST_VISITED {
                return None;
            }
            let last = function.inst(function.terminator(block)?);
            // Who leaves the round comes to no load in this iteration.
            let stays = |to: &&Block| shape.loops.contains(round, **to);
            match last.op {
                Op::Br => {}
                Op::CondBr | Op::Switch if last.targets.iter().filter(stays).count() < 2 => {}
                Op::CondBr | Op::Switch => conditions.push(last.operands[0]),
                _ => return None,
            }
            if block != header {
                work.extend_from_slice(shape.cfg.preds(block));
            }
        }
        Some(conditions)
    }

    /// Whether values have the same values, one after the other, in every iteration of the round in all of `outermost`.
    fn are_the_same_always(&self, values: Vec<Value>, round: Loop, outermost: Loop) -> bool {
        let (function, shape) = (self.input.function, self.input.shape);
        let mut seen: FxHashSet<Value> = FxHashSet::default();
        let mut work = values;
        while let Some(value) = work.pop() {
            let ValueDef::Inst(inst) = function.value(value).def else {
                continue;
            };
            let data = function.inst(inst);
            if !shape.loops.contains(outermost, data.block) || !seen.insert(value) {
                continue;
            }
            if seen.len() > MOST_VISITED {
                return false;
            }
            let inside = shape.loops.contains(round, data.block);
            let repeats = match data.op {
                // What a loop inside begins with, and goes on with.
                Op::Phi => inside && shape.loops.get(round).header != data.block,
                ref op => is_calculation(op),
            };
            if !repeats {
                return false;
            }
            work.extend_from_slice(&data.operands);
        }
        true
    }

    /// Whether no store follows a block of the round within an iteration.
    fn is_filled_before(&self, fill: &Fill, round: Loop, block: Block) -> bool {
        let shape = self.input.shape;
        let header = shape.loops.get(round).header;
        let mut seen: FxHashSet<Block> = FxHashSet::default();
        let mut work = vec![block];
        while let Some(at) = work.pop() {
            if fill.blocks.contains(at) {
                return false;
            }
            let next = shape.cfg.succs(at).iter().copied();
            for next in next.filter(|&next| next != header && shape.loops.contains(round, next)) {
                if seen.insert(next) {
                    work.push(next);
                }
            }
        }
        true
    }

    /// What is at the place of a load.
    fn filling(&self, fill: &Fill, block: Block, (ty, offset): (Type, &Offset)) -> Option<Filling> {
        let types = &self.input.ctx.types;
        let is_on_grid = offset.constant.rem_euclid(fill.size) == fill.phase
            && offset.terms.iter().all(|term| term.1 % fill.size == 0);
        let is_vector = matches!(*types.get(ty), TypeData::Vector { .. });
        if !is_on_grid || types.scalar(ty) != fill.element || !(is_vector || ty == fill.element) {
            return None;
        }
        let mut likes = fill.likes.iter().copied();
        self.at_place(&fill.pattern, block, offset, &mut likes)
    }

    fn at_place(
        &self,
        pattern: &Pattern,
        block: Block,
        place: &Offset,
        likes: &mut dyn Iterator<Item = Inst>,
    ) -> Option<Filling> {
        Some(match pattern {
            Pattern::Load { base, distance } => {
                let mut offset = distance.clone();
                offset.add(place);
                let known = |value: Value| self.is_known(value, block);
                if !known(*base) || !offset.terms.iter().all(|term| known(term.0)) {
                    return None;
                }
                Filling::Load {
                    base: *base,
                    offset: affine(&offset),
                    like: likes.next()?,
                }
            }
            Pattern::Number(value) => self.is_known(*value, block).then_some(Filling::Number(*value))?,
            Pattern::Negation(of, flags) => {
                Filling::Negation(Box::new(self.at_place(of, block, place, likes)?), *flags)
            }
            Pattern::Binary(op, of, flags) => {
                let [x, y] = &**of;
                let x = self.at_place(x, block, place, likes)?;
                let y = self.at_place(y, block, place, likes)?;
                Filling::Binary(*op, Box::new([x, y]), *flags)
            }
        })
    }

    /// Whether a value is computed whenever a block is entered.
    fn is_known(&self, value: Value, block: Block) -> bool {
        let function = self.input.function;
        let inst = function.def_inst(value);
        inst.is_none_or(|inst| {
            self.input
                .shape
                .dominators
                .dominates(function.inst(inst).block, block)
        })
    }
}
