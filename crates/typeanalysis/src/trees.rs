//! Hash-consed trees: equal trees have equal indices, and operations on them are calculated once.
//!
//! A function of a hundred thousand instructions has a few hundred different trees. The solver therefore works on [`TreeId`]s: comparing
//! is comparing indices, and every transfer function is some look-ups in one table.

use indexmap::IndexSet;
use ir::Entity;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::base::{BaseType, Pointers};
use crate::tree::{EVERY, Limits, TreeError, TypeTree};
use crate::window::Window;

ir::entity! {
    /// An interned type tree. Equality of indices is equality of trees within one [`Trees`].
    TreeId, "tree"
}

/// An operation with its operands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Query {
    Or(TreeId, TreeId),
    And(TreeId, TreeId),
    Only(TreeId, i32),
    Data0(TreeId),
    Lookup(TreeId, u64),
    Shift(TreeId, Window),
    Clear(TreeId, u64, u64, u64),
    Canonicalize(TreeId, u64),
    KeepEvery(TreeId),
    PurgeAnything(TreeId),
    JustAnything(TreeId),
    ReplaceEvery(TreeId),
}

/// The arena of trees, with the results of operations on them.
#[derive(Clone, Debug)]
pub struct Trees {
    limits: Limits,
    set: IndexSet<TypeTree, FxBuildHasher>,
    /// Errors are rare and large, so they are elsewhere.
    results: FxHashMap<Query, Result<TreeId, Box<TreeError>>>,
}

impl Trees {
    /// An arena with the empty tree.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            set: IndexSet::from_iter([TypeTree::new()]),
            results: FxHashMap::default(),
        }
    }

    /// The limits that all operations obey.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The tree that says nothing.
    pub fn empty(&self) -> TreeId {
        TreeId::new(0)
    }

    /// The index of a tree.
    pub fn intern(&mut self, tree: TypeTree) -> TreeId {
        TreeId::new(self.set.insert_full(tree).0)
    }

    /// The tree of an index.
    pub fn get(&self, id: TreeId) -> &TypeTree {
        &self.set[id.index()]
    }

    /// The number of different trees.
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// Never: the empty tree is there.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// `{[-1]:base}`, or the empty tree for `Unknown`.
    pub fn all(&mut self, base: BaseType) -> TreeId {
        self.intern(TypeTree::all(base))
    }

    /// The pointer whose memory this tree describes: `{[-1]:Pointer}` with the tree behind it.
    ///
    /// # Errors
    /// If the tree says that its value as a whole is no pointer.
    pub fn pointer_to(&mut self, contents: TreeId) -> Result<TreeId, TreeError> {
        let pointer = self.all(BaseType::Pointer);
        let behind = self.only(contents, EVERY);
        self.or(pointer, behind)
    }

    /// The type at the start of the value.
    pub fn inner0(&self, id: TreeId) -> BaseType {
        self.get(id).inner0()
    }

    /// Both facts. See [`TypeTree::or`].
    ///
    /// # Errors
    /// If they contradict each other.
    pub fn or(&mut self, left: TreeId, right: TreeId) -> Result<TreeId, TreeError> {
        if left == right || right == self.empty() {
            return Ok(left);
        }
        self.solve(Query::Or(left, right), |trees| {
            let mut both = trees.get(left).clone();
            both.or(trees.get(right), Pointers::Distinct, &trees.limits)?;
            Ok(both)
        })
    }

    /// Both facts where they do not contradict each other, and the stronger one where they do. See [`TypeTree::or_stronger`].
    pub fn or_stronger(&mut self, left: TreeId, right: TreeId) -> TreeId {
        let mut both = self.get(left).clone();
        both.or_stronger(self.get(right), &self.limits);
        self.intern(both)
    }

    /// What holds in either case. See [`TypeTree::and`].
    pub fn and(&mut self, left: TreeId, right: TreeId) -> TreeId {
        if left == right {
            return left;
        }
        self.solve_always(Query::And(left, right), |trees| {
            trees.get(left).and(trees.get(right))
        })
    }

    /// See [`TypeTree::only`].
    pub fn only(&mut self, id: TreeId, offset: i32) -> TreeId {
        self.solve_always(Query::Only(id, offset), |trees| {
            trees.get(id).only(offset, &trees.limits)
        })
    }

    /// See [`TypeTree::data0`].
    ///
    /// # Errors
    /// As there.
    pub fn data0(&mut self, id: TreeId) -> Result<TreeId, TreeError> {
        self.solve(Query::Data0(id), |trees| trees.get(id).data0(&trees.limits))
    }

    /// See [`TypeTree::lookup`].
    ///
    /// # Errors
    /// As there.
    pub fn lookup(&mut self, id: TreeId, size: u64) -> Result<TreeId, TreeError> {
        self.solve(Query::Lookup(id, size), |trees| {
            trees.get(id).lookup(size, &trees.limits)
        })
    }

    /// See [`TypeTree::shift`].
    ///
    /// # Errors
    /// As there.
    pub fn shift(&mut self, id: TreeId, window: Window) -> Result<TreeId, TreeError> {
        self.solve(Query::Shift(id, window), |trees| {
            trees.get(id).shift(window, &trees.limits)
        })
    }

    /// See [`TypeTree::clear`].
    ///
    /// # Errors
    /// As there.
    pub fn clear(&mut self, id: TreeId, start: u64, end: u64, size: u64) -> Result<TreeId, TreeError> {
        self.solve(Query::Clear(id, start, end, size), |trees| {
            trees.get(id).clear(start, end, size, &trees.limits)
        })
    }

    /// See [`TypeTree::canonicalize`].
    ///
    /// # Errors
    /// As there.
    pub fn canonicalize(&mut self, id: TreeId, size: u64) -> Result<TreeId, TreeError> {
        self.solve(Query::Canonicalize(id, size), |trees| {
            trees.get(id).canonicalize(size, &trees.limits)
        })
    }

    /// See [`TypeTree::keep_every`].
    ///
    /// # Errors
    /// As there.
    pub fn keep_every(&mut self, id: TreeId) -> Result<TreeId, TreeError> {
        self.solve(Query::KeepEvery(id), |trees| {
            trees.get(id).keep_every(&trees.limits)
        })
    }

    /// See [`TypeTree::purge_anything`].
    pub fn purge_anything(&mut self, id: TreeId) -> TreeId {
        self.solve_always(Query::PurgeAnything(id), |trees| trees.get(id).purge_anything())
    }

    /// See [`TypeTree::just_anything`].
    pub fn just_anything(&mut self, id: TreeId) -> TreeId {
        self.solve_always(Query::JustAnything(id), |trees| trees.get(id).just_anything())
    }

    /// See [`TypeTree::replace_every`].
    ///
    /// # Errors
    /// As there.
    pub fn replace_every(&mut self, id: TreeId) -> Result<TreeId, TreeError> {
        self.solve(Query::ReplaceEvery(id), |trees| {
            trees.get(id).replace_every(&trees.limits)
        })
    }

    fn solve(
        &mut self,
        query: Query,
        calculate: impl FnOnce(&Self) -> Result<TypeTree, TreeError>,
    ) -> Result<TreeId, TreeError> {
        if let Some(known) = self.results.get(&query) {
            return known.clone().map_err(|error| *error);
        }
        let result = calculate(self).map(|tree| self.intern(tree));
        let kept = result.as_ref().map_err(|error| Box::new(error.clone()));
        self.results.insert(query, kept.copied());
        result
    }

    fn solve_always(&mut self, query: Query, calculate: impl FnOnce(&Self) -> TypeTree) -> TreeId {
        let result = self.solve(query, |trees| Ok(calculate(trees)));
        // The closure cannot fail, so neither can the stored result.
        result.unwrap_or(TreeId::new(0))
    }
}
