//! The answers.

use std::rc::Rc;

use ir::memory::Class;
use ir::{EntitySet, FuncId, Function, Inst, Value};

use crate::explain::explanation;
use crate::input::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use crate::tables::{Causes, Map};

/// Why a value is active, or what makes it so: one step of a derivation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// The value that is active.
    pub value: Value,
    /// The instruction that makes it active; `None` for parameters and globals.
    pub inst: Option<Inst>,
    /// A sentence.
    pub text: String,
}

/// A store of something active into memory that was declared inactive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InactiveStore {
    /// The store, transfer or call.
    pub inst: Inst,
    /// Whether memory that may be the same is read later on: then a derivative may be lost.
    pub read_back: bool,
}

/// The activities with which a call enters a function whose body is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallActivity {
    /// The callee with its activities: the key of [`Activities::get`].
    pub key: Rc<ContextKey>,
}

/// The activity of one function under one [`ContextKey`].
#[derive(Clone, Debug)]
pub struct ActivityFacts {
    pub(crate) key: Rc<ContextKey>,
    pub(crate) useful: EntitySet<Value>,
    pub(crate) values: EntitySet<Value>,
    pub(crate) insts: EntitySet<Inst>,
    pub(crate) calls: Map<Inst, CallActivity>,
    pub(crate) writers: EntitySet<Inst>,
    pub(crate) memory: Rc<EntryMemory>,
    pub(crate) mixed: EntitySet<Value>,
    pub(crate) unread: EntitySet<Value>,
    pub(crate) stores_into_inactive: Vec<InactiveStore>,
    pub(crate) refused: Vec<Inst>,
    pub(crate) value_causes: Causes<Value>,
    pub(crate) class_causes: Causes<Class>,
}

impl ActivityFacts {
    /// The function.
    pub fn func(&self) -> FuncId {
        self.key.func
    }

    /// The activities that this was made for.
    pub fn key(&self) -> &ContextKey {
        &self.key
    }

    /// The activity of a parameter.
    pub fn param(&self, index: usize) -> ParamActivity {
        self.key
            .params
            .get(index)
            .copied()
            .unwrap_or(ParamActivity::Const)
    }

    /// The activity of the return value.
    pub fn ret(&self) -> ReturnActivity {
        self.key.ret
    }

    /// Whether a value is active. Of a float: it has a derivative that may differ from zero and may matter. Of an address: it needs a
    /// shadow, because memory behind it may hold derivatives. Of an integer or an aggregate: it may carry bits of either.
    pub fn value(&self, value: Value) -> bool {
        self.values.contains(value)
    }

    /// Whether a value may depend on something active. It is active if it is also [useful](Self::useful).
    pub fn varied(&self, value: Value) -> bool {
        self.value_causes.contains(value)
    }

    /// Whether a number may influence an active result, or memory that holds derivatives. Addresses are useful in any case.
    pub fn useful(&self, value: Value) -> bool {
        self.useful.contains(value) || self.value(value)
    }

    /// Whether an instruction does something to derivatives: its result is active, or it writes (also zeros) to memory that has a
    /// shadow, or it is a call that has to be differentiated.
    pub fn inst(&self, inst: Inst) -> bool {
        self.insts.contains(inst)
    }

    /// Whether an address leads to memory that is written and never read: what is stored there has no derivative that matters.
    pub fn is_unread(&self, address: Value) -> bool {
        self.unread.contains(address)
    }

    /// Whether an instruction may write to memory that holds derivatives, or is a call that has to be differentiated.
    pub(crate) fn touches_memory(&self, inst: Inst) -> bool {
        self.writers.contains(inst)
    }

    /// The activities of a call of a function whose body is known. `None` if nothing about the call is active, and for other
    /// instructions.
    pub fn call(&self, inst: Inst) -> Option<&CallActivity> {
        self.calls.get(&inst)
    }

    /// The number of calls of bodies that something active reaches.
    pub fn calls_count(&self) -> usize {
        self.calls.len()
    }

    /// What may hold derivatives, besides memory of parameters, at any call that the request makes: for calls of functions that the
    /// analysis does not resolve but its user does.
    pub fn memory_at_calls(&self) -> &EntryMemory {
        &self.memory
    }

    /// Stores of something active into memory that the user (or the caller) declared inactive, in the order of layout.
    pub fn stores_into_inactive(&self) -> &[InactiveStore] {
        &self.stores_into_inactive
    }

    /// Whether a value without a shadow leads to memory of which other, active values also may lead to some: it comes from a parameter
    /// that is declared constant, or a global marked inactive, and the analysis cannot tell its memory from active memory. Where it
    /// meets active pointers (in a phi, or in memory) a shadow is needed that does not exist.
    pub fn is_mixed(&self, value: Value) -> bool {
        self.mixed.contains(value)
    }

    /// Calls of functions that nothing is known of, and inline assembly, with something active among their operands: no derivative
    /// can be made for them. In the order of layout.
    pub fn unknown_calls(&self) -> &[Inst] {
        &self.refused
    }

    /// Why a value is active: a chain of steps from the value back to a parameter or other source. Empty for inactive values.
    ///
    /// `function` is the body that was analyzed.
    pub fn explain(&self, function: &Function, value: Value) -> Vec<Reason> {
        explanation(self, function, value)
    }
}

/// The facts of all contexts that a request reaches.
#[derive(Clone, Debug)]
pub struct Activities {
    pub(crate) contexts: Map<Rc<ContextKey>, ActivityFacts>,
}

impl Activities {
    /// The facts of the function of the request.
    pub fn root(&self) -> &ActivityFacts {
        &self.contexts[0]
    }

    /// The facts of a function under the activities of some call.
    pub fn get(&self, key: &ContextKey) -> Option<&ActivityFacts> {
        self.contexts.get(key)
    }

    /// All of them; the first is that of the request.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ActivityFacts> {
        self.contexts.values()
    }
}
