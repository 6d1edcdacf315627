//! Whether a load gives the same value again in the reverse sweep.
//!
//! It does if nothing that may be executed after it writes its location (`ir::memory::Aliases::mod_ref`), if nobody else does between
//! the sweeps ([`crate::Overwritten`]), and if the memory lives. The reverse sweep itself writes only shadows. Memory of the heap
//! lives, because frees are deferred; memory of the stack lives if it is made at the entry.
//!
//! Which writers may be executed after a load is decided by the order of blocks: in a loop around both anything may follow, else what
//! comes later in reverse post-order. In a loop around both the locations are compared as of any two iterations.
//!
//! # Cost
//! Loads of one base share the list of writers that may reach that base at all. The number of questions is bounded: beyond it loads
//! are taken to be overwritten, which costs memory but is never wrong.

use std::cell::{Cell, RefCell};

use indexmap::IndexMap;
use ir::memory::address::decompose;
use ir::memory::{Aliases, Location, Moment, Object};
use ir::{Block, EntityVec, Inst, Meta, Op, Value};
use rules::{CallKind, Kind, Resolver};
use rustc_hash::FxBuildHasher;

use crate::plan::{Mode, Overwritten, PlanInput};

/// Questions about a writer and a base, for one body.
const MOST_BASE_QUESTIONS: u32 = 400_000;
/// Writers of one base that are compared with a load.
const MOST_WRITERS: usize = 400;

/// The writers that may reach a base with some metadata; `None` if too much was asked.
type ByBase = IndexMap<(Value, Meta), Option<Vec<Inst>>, FxBuildHasher>;

/// What may overwrite memory after it was read.
pub(crate) struct Overwrites<'a> {
    input: &'a PlanInput<'a>,
    aliases: Aliases<'a>,
    /// Everything that may write to memory, in reverse post-order.
    writers: Vec<Inst>,
    /// The position of each instruction in its block.
    position: EntityVec<Inst, u32>,
    by_base: RefCell<ByBase>,
    questions: Cell<u32>,
}

impl<'a> Overwrites<'a> {
    pub(crate) fn new(input: &'a PlanInput<'a>, resolver: &Resolver<'_>) -> Self {
        let function = input.function;
        let mut position = EntityVec::filled(function.inst_count(), 0);
        let mut writers = Vec::new();
        for &block in input.shape.cfg.order() {
            for (at, &inst) in function.insts(block).iter().enumerate() {
                position[inst] = at as u32;
                if may_write(input, resolver, inst) {
                    writers.push(inst);
                }
            }
        }
        Self {
            input,
            aliases: input.shape.aliases.view(input.ctx, function),
            writers,
            position,
            by_base: RefCell::default(),
            questions: Cell::new(0),
        }
    }

    /// Whether repeating a load in the reverse sweep gives the same value.
    pub(crate) fn is_repeatable(&self, load: Inst) -> bool {
        let data = self.input.function.inst(load);
        let Op::Load(access) = data.op else { return false };
        if access.volatile || access.ordering > ir::Ordering::Unordered {
            return false;
        }
        let Some(location) = Location::of(self.input.ctx, self.input.function, load) else {
            return false;
        };
        self.lives(location.address) && !self.is_written_after(load, &location)
    }

    /// What of the memory that a call knows may be written after the call, here or by others, before the reverse sweep comes to it.
    pub(crate) fn after_call(&self, call: Inst) -> Overwritten {
        let data = self.input.function.inst(call);
        let types = &self.input.ctx.types;
        let param = |&arg: &Value| {
            let is_address = types.is_ptr(types.scalar(self.input.function.ty(arg)));
            is_address && (!self.lives(arg) || self.is_written_after(call, &Location::around(arg)))
        };
        let found = self.input.overwritten;
        let unknown = self
            .writers
            .iter()
            .any(|&writer| self.may_follow(writer, call) && self.writes_shared(writer));
        Overwritten {
            params: data.args().iter().map(param).collect(),
            globals: found.globals || unknown,
            other: found.other || found.globals || found.params.contains(&true) || unknown,
        }
    }

    /// Whether an instruction writes memory that others may know.
    fn writes_shared(&self, writer: Inst) -> bool {
        let data = self.input.function.inst(writer);
        match data.address() {
            Some((address, _)) => {
                let bases = self.bases(address);
                !bases.is_some_and(|bases| bases.iter().all(|base| matches!(base, Object::Stack(_))))
                    || self
                        .aliases
                        .objects()
                        .is_captured(decompose(self.input.ctx, self.input.function, address).base)
            }
            None => true,
        }
    }

    fn bases(&self, address: Value) -> Option<Vec<Object>> {
        let objects = self.aliases.objects();
        let bases = objects.bases(self.input.ctx, self.input.function, address)?;
        Some(bases.into_iter().collect())
    }

    /// Whether the memory that an address leads to is the same when the reverse sweep comes, as far as others are concerned.
    fn lives(&self, address: Value) -> bool {
        let Some(bases) = self.bases(address) else {
            return *self.input.overwritten == Overwritten::nothing(self.input.overwritten.params.len());
        };
        bases.iter().all(|&base| self.object_lives(base))
    }

    fn object_lives(&self, object: Object) -> bool {
        let found = self.input.overwritten;
        let function = self.input.function;
        match object {
            Object::Nothing | Object::Heap(_) => true,
            Object::Stack(value) => function
                .def_inst(value)
                .is_some_and(|inst| function.inst(inst).block == function.entry()),
            Object::Global(global) => self.input.ctx.globals[global].constant || !found.globals,
            Object::Param(index) => {
                let attrs = self.input.ctx.attrs(self.input.ctx.funcs[function.id].attrs);
                let copied = attrs
                    .param(index as usize)
                    .is_some_and(|attrs| attrs.byval.is_some());
                // A copy made for the call is another one in the reverse sweep's call.
                let gone = copied && self.input.mode == Mode::Split;
                !gone && !found.params.get(index as usize).copied().unwrap_or(true)
            }
            Object::Unknown(_) => !found.other,
        }
    }

    fn is_written_after(&self, reader: Inst, location: &Location) -> bool {
        let base = decompose(self.input.ctx, self.input.function, location.address).base;
        let key = (base, location.meta);
        if !self.by_base.borrow().contains_key(&key) {
            let found = self.writers_of(base, location.meta);
            self.by_base.borrow_mut().insert(key, found);
        }
        let by_base = self.by_base.borrow();
        let Some(Some(writers)) = by_base.get(&key) else {
            return true;
        };
        let mut compared = 0;
        writers.iter().any(|&writer| {
            if !self.may_follow(writer, reader) {
                return false;
            }
            compared += 1;
            compared > MOST_WRITERS || self.writes(writer, reader, location)
        })
    }

    /// The writers that may write somewhere around a base; `None` if too much was asked.
    fn writers_of(&self, base: Value, meta: Meta) -> Option<Vec<Inst>> {
        let spent = self.questions.get() + self.writers.len() as u32;
        if spent > MOST_BASE_QUESTIONS {
            return None;
        }
        self.questions.set(spent);
        let around = Location {
            meta,
            ..Location::around(base)
        };
        let touches = |&&writer: &&Inst| self.aliases.mod_ref(writer, &around, Moment::Any).writes;
        Some(self.writers.iter().filter(touches).copied().collect())
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
        loops.around(a).any(|current| loops.contains(current, b))
    }

    /// Whether `later` may be executed after `earlier`.
    fn may_follow(&self, later: Inst, earlier: Inst) -> bool {
        let cfg = &self.input.shape.cfg;
        let (to, from) = (self.block(later), self.block(earlier));
        let order = match to == from {
            true => self.position[later] > self.position[earlier],
            false => cfg.position(to) > cfg.position(from),
        };
        order || self.share_loop(later, earlier)
    }
}

/// Whether an instruction may write to memory, or release it.
fn may_write(input: &PlanInput<'_>, resolver: &Resolver<'_>, inst: Inst) -> bool {
    match input.function.inst(inst).op {
        Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) | Op::Fence(_) | Op::VaArg | Op::Opaque { .. } => {
            true
        }
        Op::Call(_) | Op::Invoke(_) => match resolver.call(input.function, inst) {
            // Frees are deferred.
            Some(CallKind::Rule(entry)) => match entry.kind {
                Kind::Deallocation(_) => false,
                _ => writes(entry, input.function.inst(inst).args().len()),
            },
            _ => true,
        },
        _ => false,
    }
}

/// Whether a function of the table may write to memory that the program knows.
fn writes(entry: &rules::Entry, args: usize) -> bool {
    entry.effects.memory
        || matches!(entry.kind, Kind::Reallocation(_))
        || (0..args).any(|at| entry.writes_through(at))
}
