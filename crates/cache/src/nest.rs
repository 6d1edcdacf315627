//! Which loops share a block of memory.
//!
//! A loop whose exact trip count is known when it is entered is the root of a nest, or joins that of the loop around it: if the values in its
//! count are computed before the root, and if the count can be trusted there. It can if it is a number, or if the loop is known to be
//! entered whenever the guards hold: from its preheader up to the header of the loop around it, each block is executed whenever its
//! immediate dominator is (it post-dominates it, in executions that return), or is the target of a branch on a condition that is computed before the root, or of the
//! only exit test of the loop around it. Elsewhere a rotated loop `do ... while (i != n)` that is not entered for `n = 0` would seem to
//! have 2^64 iterations.

use ir::graph::induction::is_invariant;
use ir::graph::{Cfg, Count, Loop, PostDominators};
use ir::{Block, EntityVec, Function, Op};

use crate::shape::Shape;
use crate::storage::Guard;

/// How a loop belongs to a nest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Membership {
    /// The outermost loop of the nest.
    pub(crate) root: Loop,
    /// What must hold for the loop to be entered.
    pub(crate) guards: Vec<Guard>,
}

/// The nest of each loop; `None` for loops of unknown trip counts.
pub(crate) fn memberships(function: &Function, shape: &Shape) -> EntityVec<Loop, Option<Membership>> {
    let mut found: EntityVec<Loop, Option<Membership>> = EntityVec::filled(shape.loops.all().len(), None);
    if found.is_empty() {
        return found;
    }
    let post_dominators = post_dominators(function, shape);
    let finder = Finder {
        function,
        shape,
        post_dominators: &post_dominators,
    };
    for current in shape.loops.all() {
        if shape.exact_count(current).is_none() {
            continue;
        }
        let outer = shape.parent(current).and_then(|parent| found[parent].as_ref());
        let joined = outer.and_then(|outer| {
            let guards = finder.guards(current, outer.root)?;
            Some(Membership {
                root: outer.root,
                guards,
            })
        });
        found[current] = Some(joined.unwrap_or(Membership {
            root: current,
            guards: Vec::new(),
        }));
    }
    found
}

/// Post-dominators among the blocks from which the function may return: nobody asks for a count in an execution that ends otherwise.
fn post_dominators(function: &Function, shape: &Shape) -> PostDominators {
    let mut successors: EntityVec<Block, Vec<Block>> = EntityVec::filled(function.block_count(), Vec::new());
    for (from, to) in shape.cfg.edges().filter(|&(_, to)| shape.returning.contains(to)) {
        successors[from].push(to);
    }
    let entry = shape.cfg.order().first().copied();
    let returning = Cfg::from_graph(function.block_count(), entry, |block| &successors[block]);
    PostDominators::of(&returning)
}

struct Finder<'a> {
    function: &'a Function,
    shape: &'a Shape,
    post_dominators: &'a PostDominators,
}

impl Finder<'_> {
    /// What must hold for a loop to be entered in some iteration of the loop around it; `None` if the loop cannot join.
    fn guards(&self, current: Loop, root: Loop) -> Option<Vec<Guard>> {
        let count = self.shape.exact_count(current)?;
        if let Count::Number(_) = count.backedges {
            return Some(Vec::new());
        }
        let is_known = |value| is_invariant(self.function, &self.shape.loops, root, value);
        if !count.backedges.values().all(is_known) {
            return None;
        }
        let parent = self.shape.parent(current)?;
        let mut guards = Vec::new();
        let mut block = self.shape.loops.preheader(&self.shape.cfg, current)?;
        let top = self.shape.loops.get(parent).header;
        while block != top {
            let above = self.shape.dominators.idom(block)?;
            if !self.post_dominators.post_dominates(block, above) {
                guards.push(self.guard(above, block, parent, root)?);
            }
            block = above;
        }
        Some(guards)
    }

    /// What makes the terminator of `above` lead to `block`.
    fn guard(&self, above: Block, block: Block, parent: Loop, root: Loop) -> Option<Guard> {
        let last = self.function.inst(self.function.terminator(above)?);
        if !matches!(last.op, Op::CondBr) || self.shape.cfg.preds(block) != [above] {
            return None;
        }
        let (if_true, if_false) = (last.targets[0], last.targets[1]);
        let exit = self.shape.exact_count(parent)?.exit;
        if exit.0 == above && exit.1 != block {
            return Some(Guard::Repeats(parent));
        }
        let condition = last.operands[0];
        let is_known = is_invariant(self.function, &self.shape.loops, root, condition);
        (is_known && if_true != if_false).then_some(Guard::Condition {
            value: condition,
            is: if_true == block,
        })
    }
}
