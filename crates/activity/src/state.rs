//! What is known so far of one function under one [`ContextKey`].

use std::collections::VecDeque;

use ir::memory::Class;
use ir::{EntitySet, Inst, Value};

use crate::input::ContextKey;
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

/// The state of one context.
pub(crate) struct State {
    pub(crate) key: ContextKey,
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

impl State {
    /// Nothing is active yet, of so many values and classes.
    pub(crate) fn new(
        key: ContextKey,
        declared: EntitySet<Value>,
        (values, classes): (usize, usize),
    ) -> Self {
        Self {
            key,
            declared,
            values: Causes::with_len(values),
            classes: Causes::with_len(classes),
            returns_active: false,
            wanted: EntitySet::new(),
            inactive_stores: Set::default(),
            unknown_calls: Set::default(),
            children: Map::default(),
            callers: Set::default(),
            changed: false,
            queue: VecDeque::new(),
            calls: VecDeque::new(),
            queued: EntitySet::new(),
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

    pub(crate) fn pop(&mut self) -> Option<Inst> {
        let inst = self.queue.pop_front().or_else(|| self.calls.pop_front())?;
        self.queued.remove(inst);
        Some(inst)
    }
}
