//! Everything in a body that may write to memory before a reverse sweep, found by base and place.

use indexmap::IndexMap;
use ir::graph::Loop;
use ir::memory::address::decompose;
use ir::memory::{Aliases, Location, Moment};
use ir::{Block, EntityVec, Inst, Meta, Op, Ordering, Value};
use rustc_hash::FxBuildHasher;

use crate::plan::PlanInput;

/// Questions about a group of stores and a base, for one body.
const MOST_QUESTIONS: usize = 200_000;
/// Writers that are compared with one load one by one.
const MOST_COMPARED: usize = 200;

/// The base of an address and the metadata of the access.
type Key = (Value, Meta);

/// A store.
struct Store {
    inst: Inst,
    /// Bytes from the base, if that is a number.
    at: Option<i64>,
    size: Option<u64>,
}

/// Stores to addresses from one base.
#[derive(Default)]
struct Group {
    /// In reverse post-order.
    stores: Vec<Store>,
    /// The same as instructions.
    insts: Vec<Inst>,
    /// Those at constant places, ordered by place.
    placed: Vec<usize>,
    /// The most bytes that one of these writes.
    widest: u64,
}

/// What may touch the memory around a base.
struct Reach {
    /// Stores to the same base.
    same: Vec<usize>,
    /// Stores to other bases that may be the same memory.
    other: Vec<usize>,
    /// The same, where a closer look may tell them apart: by metadata that hold within an iteration, by places in a global.
    one_by_one: Vec<usize>,
    /// Calls, atomic operations and the like.
    rest: Vec<Inst>,
}

/// Everything that may write.
pub(crate) struct Writers<'a> {
    input: &'a PlanInput<'a>,
    aliases: Aliases<'a>,
    /// In reverse post-order.
    all: Vec<Inst>,
    groups: IndexMap<Key, Group, FxBuildHasher>,
    rest: Vec<Inst>,
    /// The position of each instruction in its block.
    position: EntityVec<Inst, u32>,
    /// `None` where too much was asked.
    reach: IndexMap<Key, Option<Reach>, FxBuildHasher>,
    questions: usize,
}

impl<'a> Writers<'a> {
    /// The writers of a body, but for those after which it cannot return: no reverse sweep follows. Linear.
    pub(crate) fn of(input: &'a PlanInput<'a>, is_writer: &dyn Fn(Inst) -> bool) -> Self {
        let function = input.function;
        let mut writers = Self {
            input,
            aliases: input.shape.aliases.view(input.ctx, function),
            all: Vec::new(),
            groups: IndexMap::default(),
            rest: Vec::new(),
            position: EntityVec::filled(function.inst_count(), 0),
            reach: IndexMap::default(),
            questions: 0,
        };
        for &block in input.shape.cfg.order() {
            let returns = input.shape.returning.contains(block);
            for (at, &inst) in function.insts(block).iter().enumerate() {
                writers.position[inst] = at as u32;
                if returns && is_writer(inst) {
                    writers.add(inst);
                }
            }
        }
        for group in writers.groups.values_mut() {
            group.sort();
        }
        writers
    }

    fn add(&mut self, inst: Inst) {
        self.all.push(inst);
        let data = self.input.function.inst(inst);
        let is_plain = match data.op {
            Op::Store(access) => !access.volatile && access.ordering <= Ordering::Monotonic,
            _ => false,
        };
        let location = Location::of(self.input.ctx, self.input.function, inst).filter(|_| is_plain);
        let Some(location) = location else {
            self.rest.push(inst);
            return;
        };
        let found = decompose(self.input.ctx, self.input.function, location.address);
        let group = self.groups.entry((found.base, location.meta)).or_default();
        group.insts.push(inst);
        group.stores.push(Store {
            inst,
            at: found.offset.and_then(|offset| offset.as_constant()),
            size: location.size,
        });
    }

    /// Whether a location that `reader` reads may be written after it.
    pub(crate) fn may_write_after(&mut self, reader: Inst, location: &Location) -> bool {
        let found = decompose(self.input.ctx, self.input.function, location.address);
        let key = (found.base, location.meta);
        if !self.reach.contains_key(&key) {
            let reach = self.find_reach(key);
            self.reach.insert(key, reach);
        }
        let Some(Some(reach)) = self.reach.get(&key) else {
            return true;
        };
        let at = found.offset.and_then(|offset| offset.as_constant());
        let place = at.zip(location.size).filter(|_| self.is_fixed(found.base));
        let groups = |list: &[usize]| list.iter().map(|&at| &self.groups[at]).collect::<Vec<_>>();
        groups(&reach.other)
            .iter()
            .any(|group| self.any_after(&group.insts, reader))
            || groups(&reach.same).iter().any(|group| match place {
                Some(place) => self.overlaps_after(group, reader, location, place),
                None => self.compare(group.insts.iter().copied(), reader, location),
            })
            || groups(&reach.one_by_one)
                .iter()
                .any(|group| self.compare(group.insts.iter().copied(), reader, location))
            || self.compare(reach.rest.iter().copied(), reader, location)
    }

    /// Whether a writer in a loop may write a location, as of any two iterations. `questions` grows by the number of writers.
    pub(crate) fn may_write_within(&self, of: Loop, location: &Location, questions: &mut usize) -> bool {
        let loops = &self.input.shape.loops;
        *questions += self.all.len();
        let inside = self
            .all
            .iter()
            .filter(|&&writer| loops.contains(of, self.block(writer)));
        inside.enumerate().any(|(compared, &writer)| {
            compared >= MOST_COMPARED || self.aliases.mod_ref(writer, location, Moment::Any).writes
        })
    }

    /// Every writer, in reverse post-order.
    pub(crate) fn all(&self) -> &[Inst] {
        &self.all
    }

    /// Whether one of some writers, which are in reverse post-order, may be executed after `reader`.
    pub(crate) fn any_after(&self, writers: &[Inst], reader: Inst) -> bool {
        // The last one follows if any does that shares no loop with the reader.
        let follows = |&writer: &Inst| self.may_follow(writer, reader);
        if writers.last().is_some_and(follows) {
            return true;
        }
        let in_loop = self.input.shape.scope(self.block(reader)).is_some();
        in_loop && (writers.len() > MOST_COMPARED || writers.iter().any(follows))
    }

    /// What may touch the memory around a base.
    fn find_reach(&mut self, (base, meta): Key) -> Option<Reach> {
        self.questions += self.groups.len() + self.rest.len();
        if self.questions > MOST_QUESTIONS {
            return None;
        }
        let around = Location {
            meta,
            ..Location::around(base)
        };
        let mut reach = Reach {
            same: Vec::new(),
            other: Vec::new(),
            one_by_one: Vec::new(),
            rest: Vec::new(),
        };
        for (at, (key, group)) in self.groups.iter().enumerate() {
            let Some(first) = group.stores.first() else {
                continue;
            };
            let may = |moment| self.aliases.mod_ref(first.inst, &around, moment).writes;
            if key.0 == base {
                reach.same.push(at);
            } else if may(Moment::Any) {
                // Addresses in one global may be different constants.
                let constant = |value| self.input.function.as_const(value).is_some();
                match may(Moment::Same) && !(constant(key.0) && constant(base)) {
                    true => reach.other.push(at),
                    false => reach.one_by_one.push(at),
                }
            }
        }
        let touches = |&&inst: &&Inst| self.aliases.mod_ref(inst, &around, Moment::Any).writes;
        reach.rest = self.rest.iter().filter(touches).copied().collect();
        Some(reach)
    }

    /// Whether a value is the same in all iterations.
    fn is_fixed(&self, value: Value) -> bool {
        self.input.shape.scope_of(self.input.function, value).is_none()
    }

    /// Whether a store to the reader's base may overlap `place` after it.
    fn overlaps_after(
        &self,
        group: &Group,
        reader: Inst,
        location: &Location,
        (at, size): (i64, u64),
    ) -> bool {
        let end = i128::from(at) + i128::from(size);
        let from = i128::from(at) - i128::from(group.widest);
        let first = group.placed.partition_point(|&store| group.start(store) <= from);
        let near = group.placed[first..]
            .iter()
            .take_while(|&&store| group.start(store) < end);
        let overlaps = |&&store: &&usize| {
            let bytes = group.stores[store].size.unwrap_or(u64::MAX);
            group.start(store) + i128::from(bytes) > i128::from(at)
        };
        let elsewhere = group
            .stores
            .iter()
            .filter(|store| store.at.is_none() || store.size.is_none());
        near.filter(overlaps)
            .any(|&store| self.may_follow(group.stores[store].inst, reader))
            || group.placed.len() < group.stores.len()
                && self.compare(elsewhere.map(|store| store.inst), reader, location)
    }

    /// Whether one of some writers, which are compared one by one, may write a location after `reader`.
    fn compare(&self, mut writers: impl Iterator<Item = Inst>, reader: Inst, location: &Location) -> bool {
        let mut compared = 0;
        writers.any(|writer| {
            compared += 1;
            compared > MOST_COMPARED
                || self.may_follow(writer, reader) && self.writes(writer, reader, location)
        })
    }

    fn writes(&self, writer: Inst, reader: Inst, location: &Location) -> bool {
        let moment = match self.share_loop(writer, reader) {
            true => Moment::Any,
            false => Moment::Same,
        };
        self.aliases.mod_ref(writer, location, moment).writes
    }

    fn block(&self, inst: Inst) -> Block {
        self.input.function.inst(inst).block
    }

    fn share_loop(&self, a: Inst, b: Inst) -> bool {
        let loops = &self.input.shape.loops;
        let (a, b) = (self.block(a), self.block(b));
        // Of the loops around a block the outermost is the one that most blocks are in.
        loops
            .around(a)
            .last()
            .is_some_and(|outermost| loops.contains(outermost, b))
    }

    /// Whether `later` may be executed after `earlier`. Blocks that follow a loop come after its header in reverse post-order, but perhaps
    /// before other blocks of the loop.
    fn may_follow(&self, later: Inst, earlier: Inst) -> bool {
        if self.share_loop(later, earlier) {
            return true;
        }
        let shape = self.input.shape;
        let (to, from) = (self.block(later), self.block(earlier));
        if to == from {
            return self.position[later] > self.position[earlier];
        }
        let start = match shape.loops.around(from).last() {
            Some(outermost) => shape.loops.get(outermost).header,
            None => from,
        };
        shape.cfg.position(to) > shape.cfg.position(start)
    }
}

impl Group {
    fn start(&self, store: usize) -> i128 {
        self.stores[store].at.map_or(0, i128::from)
    }

    fn sort(&mut self) {
        let known = |store: &Store| store.at.is_some() && store.size.is_some();
        self.placed = (0..self.stores.len())
            .filter(|&at| known(&self.stores[at]))
            .collect();
        self.placed.sort_by_key(|&at| self.stores[at].at);
        let sizes = self.placed.iter().filter_map(|&at| self.stores[at].size);
        self.widest = sizes.max().unwrap_or(0);
    }
}
