//! Whether a load gives the same value again in the reverse sweep.
//!
//! It does if nothing that may be executed after it writes its location (`ir::memory::Aliases::mod_ref`), if nobody else does between
//! the sweeps ([`crate::Overwritten`]), and if the memory lives; or if no place of its object is written twice
//! ([`crate::once`]), or what is written later is elsewhere ([`crate::behind`]). The reverse sweep itself writes only shadows. Memory of the heap
//! lives, because frees are deferred; memory of the stack lives if it is made at the entry.
//!
//! Which writers may be executed after a load is decided by the order of blocks: in a loop around both anything may follow, else what
//! comes later in reverse post-order than the load's block, or than the header of the outermost loop around it. In a loop around both the locations are compared as of any two iterations.
//!
//! # Cost
//! Stores are grouped by the base of their address, loads too. Whether a group of stores may touch what is around a base is asked once;
//! of stores to the base itself at constant places those that overlap a load are looked up. The number of questions is bounded: beyond it
//! loads are taken to be overwritten, which costs memory but is never wrong.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use ir::graph::Loop;
use ir::memory::address::decompose;
use ir::memory::{Aliases, Location, Object};
use ir::{Inst, Op, Value};
use rules::{CallKind, Kind, Resolver};
use rustc_hash::FxHashMap;

use crate::once::Rows;
use crate::plan::{Mode, Overwritten, PlanInput};
use crate::writers::Writers;

/// What may overwrite memory after it was read.
pub(crate) struct Overwrites<'a> {
    pub(crate) input: &'a PlanInput<'a>,
    pub(crate) resolver: &'a Resolver<'a>,
    aliases: Aliases<'a>,
    writers: RefCell<Writers<'a>>,
    /// The writers of memory that others may know.
    shared: OnceCell<Vec<Inst>>,
    /// The objects whose addresses the function returns.
    returned: OnceCell<Option<Vec<Object>>>,
    /// Whether stack memory is made elsewhere than at the entry: it may be used again for something else.
    reuses_stack: bool,
    /// The stores of each object of the function's own, if all its writers are plain stores to known places.
    pub(crate) stores: RefCell<FxHashMap<Value, Option<Rc<[Inst]>>>>,
    /// The objects of which no place is written twice.
    pub(crate) rows: RefCell<FxHashMap<Value, Option<Rc<Rows>>>>,
}

impl<'a> Overwrites<'a> {
    pub(crate) fn new(input: &'a PlanInput<'a>, resolver: &'a Resolver<'a>) -> Self {
        let function = input.function;
        let is_writer = |inst| may_write(input, resolver, inst);
        let is_dynamic = |inst: Inst| {
            let data = function.inst(inst);
            matches!(data.op, Op::Alloca { .. }) && data.block != function.entry()
        };
        Self {
            input,
            resolver,
            aliases: input.shape.aliases.view(input.ctx, function),
            writers: RefCell::new(Writers::of(input, &is_writer)),
            shared: OnceCell::new(),
            returned: OnceCell::new(),
            reuses_stack: function.all_insts().any(is_dynamic),
            stores: RefCell::default(),
            rows: RefCell::default(),
        }
    }

    /// What is known about memory.
    pub(crate) fn aliases(&self) -> Aliases<'a> {
        self.aliases
    }

    /// Everything that may write, in reverse post-order.
    pub(crate) fn all_writers(&self) -> Vec<Inst> {
        self.writers.borrow().all().to_vec()
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
        self.lives(location.address)
            && (!self.is_written_after(load, &location)
                || self.is_written_once(location.address)
                || self.is_behind(load, location.address))
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
        let writers = self.writers.borrow();
        let shared = self.shared.get_or_init(|| {
            let all = writers.all().iter().copied();
            all.filter(|&writer| self.writes_shared(writer)).collect()
        });
        let unknown = writers.any_after(shared, call);
        drop(writers);
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
            let nothing = Overwritten::nothing(self.input.overwritten.params.len());
            return !self.reuses_stack && *self.input.overwritten == nothing;
        };
        bases.iter().all(|&base| self.object_lives(base))
    }

    fn object_lives(&self, object: Object) -> bool {
        let found = self.input.overwritten;
        let function = self.input.function;
        match object {
            Object::Nothing => true,
            // Who gets it from here may write to it later.
            Object::Heap(made) => !found.other || !self.escapes(made),
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
            Object::Unknown(_) => !found.other && !self.reuses_stack,
        }
    }

    /// Whether others know memory that the function has made, when it has returned.
    fn escapes(&self, made: Value) -> bool {
        let returned = self.returned.get_or_init(|| self.find_returned());
        let returned = returned
            .as_ref()
            .is_none_or(|known| known.contains(&Object::Heap(made)));
        returned || self.aliases.objects().is_captured(made)
    }

    /// The objects whose addresses the function returns; `None` if that may be any.
    fn find_returned(&self) -> Option<Vec<Object>> {
        let function = self.input.function;
        let mut returned = Vec::new();
        for inst in function.all_insts() {
            let data = function.inst(inst);
            if let (Op::Ret, Some(&value)) = (&data.op, data.operands.first()) {
                returned.extend(self.bases(value)?);
            }
        }
        Some(returned)
    }

    /// Whether anything in a loop may write a location in some iteration. `questions` grows with what is looked at.
    pub(crate) fn is_written_within(&self, of: Loop, location: &Location, questions: &mut usize) -> bool {
        self.writers.borrow().may_write_within(of, location, questions)
    }

    fn is_written_after(&self, reader: Inst, location: &Location) -> bool {
        self.writers.borrow_mut().may_write_after(reader, location)
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
