//! The answer: types of values, for each function in each context in which it was called.

use std::sync::Arc;

use indexmap::IndexMap;
use ir::{Entity, EntityVec, FuncId, Inst, Value};

use crate::input::KnownInts;
use crate::report::{Contradiction, Derivation, TypeWarning};
use crate::tree::TypeTree;
use crate::trees::{TreeId, Trees};

ir::entity! {
    /// A function as analyzed for some knowledge about its arguments and its return.
    ContextId, "context"
}

/// What a function was analyzed with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Seeds {
    /// The trees of the arguments.
    pub params: Vec<TreeId>,
    /// The integers that the arguments may be.
    pub ints: Vec<KnownInts>,
    /// The tree of the returned value.
    pub ret: TreeId,
}

/// The types of a function's values in one context.
#[derive(Clone, Debug)]
pub struct TypeFacts {
    /// The function.
    pub func: FuncId,
    pub(crate) trees: Arc<Trees>,
    pub(crate) seeds: Seeds,
    pub(crate) values: EntityVec<Value, TreeId>,
    pub(crate) ints: EntityVec<Value, crate::ints::IntSet>,
    pub(crate) calls: IndexMap<Inst, ContextId>,
    pub(crate) log: crate::log::Log,
}

impl TypeFacts {
    /// What is known about a value. Values that the function got after the analysis have the empty tree.
    pub fn tree(&self, value: Value) -> &TypeTree {
        let id = self.values.get(value).copied();
        self.trees.get(id.unwrap_or(self.trees.empty()))
    }

    /// The integers that a value was found to take; empty if none is known. The set may be incomplete.
    pub fn known_ints(&self, value: Value) -> &[i64] {
        self.ints.get(value).map_or(&[], |set| set.as_slice())
    }

    /// The context in which a call enters the body of its callee; `None` for calls without a known body.
    pub fn call(&self, inst: Inst) -> Option<ContextId> {
        self.calls.get(&inst).copied()
    }

    /// What the caller said about argument `index`.
    pub fn seed(&self, index: usize) -> Option<(&TypeTree, &KnownInts)> {
        let tree = self.seeds.params.get(index)?;
        Some((self.trees.get(*tree), self.seeds.ints.get(index)?))
    }

    /// What the caller said about the returned value.
    pub fn return_seed(&self) -> &TypeTree {
        self.trees.get(self.seeds.ret)
    }

    /// Why a value has its type: for each fact the chain of steps that led to it, the last one first.
    pub fn explain(&self, value: Value) -> Vec<Derivation> {
        self.log.explain(&self.trees, value)
    }
}

/// All contexts that the analysis entered, and what it has to say about them.
#[derive(Clone, Debug)]
pub struct TypeAnswer {
    pub(crate) contexts: Vec<TypeFacts>,
    /// The questions that were asked, with the contexts that answer them: what calls know about arguments, and what contexts found.
    pub(crate) questions: Vec<(Seeds, ContextId)>,
    /// Facts that no bits satisfy: errors of the program, or of what was said about it.
    pub contradictions: Vec<Contradiction>,
    /// What the analysis left out.
    pub warnings: Vec<TypeWarning>,
}

impl TypeAnswer {
    /// The context of the request.
    pub fn root(&self) -> ContextId {
        ContextId::new(0)
    }

    /// The facts of a context.
    pub fn facts(&self, context: ContextId) -> &TypeFacts {
        &self.contexts[context.index()]
    }

    /// All contexts, in the order in which they were entered; the first is that of the request.
    pub fn contexts(&self) -> impl ExactSizeIterator<Item = (ContextId, &TypeFacts)> {
        self.contexts
            .iter()
            .enumerate()
            .map(|(index, facts)| (ContextId::new(index), facts))
    }
}
