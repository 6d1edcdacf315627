//! What is known so far of one function under one [`ContextKey`].

use std::collections::VecDeque;

use ir::memory::{Class, PointsTo};
use ir::{EntitySet, Inst, Value};

use crate::input::ContextKey;
use crate::prepare::Prepared;
use crate::tables::{Causes, Map, Set};

/// Why something became active: it refers only to what was active before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// A dual parameter, or memory that is reached through one.
    Param(u32),
    /// An instruction that has an active operand.
    Operand { inst: Inst, from: Value },
    /// The memory that a value leads to is active.
    Memory(Class),
    /// The content of the memory is active, so addresses in it need shadows.
    Content(Class),
    /// A global variable that holds derivatives, here or elsewhere.
    Global,
    /// What a called function does.
    Callee(Inst),
    /// The shadow of the returned memory is asked for.
    Returned,
    /// A mark of the user, or an instruction of which nothing is known.
    Mark(Inst),
}

/// Places that the queue of a context has from the start.
const QUEUE: usize = 32;

/// The state of one context.
pub(crate) struct State<'p, 'a> {
    pub(crate) key: ContextKey,
    pub(crate) prepared: &'p Prepared<'a>,
    pub(crate) points_to: PointsTo<'p>,
    /// Values that lead only to memory that is declared inactive.
    pub(crate) declared: EntitySet<Value>,
    pub(crate) values: Causes<Value>,
    pub(crate) classes: Causes<Class>,
    /// The returned value is active.
    pub(crate) returns_active: bool,
    /// Classes of memory that is declared inactive here and gets something active: the caller decides.
    pub(crate) wanted: EntitySet<Class>,
    /// Instructions that store something active into memory that is declared inactive.
    pub(crate) inactive_stores: Set<Inst>,
    /// Calls that nothing is known of, with something active.
    pub(crate) unknown_calls: Set<Inst>,
    /// The context of each call of a body.
    pub(crate) children: Map<Inst, usize>,
    /// The calls that enter this context.
    pub(crate) callers: Set<(usize, Inst)>,
    /// Something that callers see has changed.
    pub(crate) changed: bool,
    queue: VecDeque<Inst>,
    /// Calls of bodies wait until all else is known, so that callees are not entered with less than that.
    calls: VecDeque<Inst>,
    queued: EntitySet<Inst>,
}

impl<'p, 'a> State<'p, 'a> {
    /// Nothing is active yet.
    pub(crate) fn new(
        key: ContextKey,
        declared: EntitySet<Value>,
        prepared: &'p Prepared<'a>,
        points_to: PointsTo<'p>,
    ) -> Self {
        let function = prepared.function;
        Self {
            key,
            prepared,
            points_to,
            declared,
            values: Causes::with_len(function.value_count()),
            classes: Causes::with_len(points_to.class_count()),
            returns_active: false,
            wanted: EntitySet::new(),
            inactive_stores: Set::default(),
            unknown_calls: Set::default(),
            children: Map::default(),
            callers: Set::default(),
            changed: false,
            queue: VecDeque::with_capacity(QUEUE.min(function.inst_count())),
            calls: VecDeque::new(),
            queued: EntitySet::with_len(function.inst_count()),
        }
    }

    pub(crate) fn push(&mut self, inst: Inst) {
        if self.queued.insert(inst) {
            self.queue.push_back(inst);
        }
    }

    pub(crate) fn push_call(&mut self, inst: Inst) {
        if self.queued.insert(inst) {
            self.calls.push_back(inst);
        }
    }

    /// A call whose callee has something new: before those behind it, whose arguments may depend on that.
    pub(crate) fn push_call_first(&mut self, inst: Inst) {
        if self.queued.insert(inst) {
            self.calls.push_front(inst);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Inst> {
        let inst = self.queue.pop_front().or_else(|| self.calls.pop_front())?;
        self.queued.remove(inst);
        Some(inst)
    }
}
