//! Which loops share a block of memory.
//!
//! A loop whose exact trip count is known when it is entered is the root of a nest, or joins that of the loop around it: if the values in its
//! count are computed before the root, and if the count can be trusted there. It can if it is a number, or if the loop is known to be
//! entered whenever the guards hold: from its preheader up to the header of the loop around it, each block is executed whenever its
//! immediate dominator is (it post-dominates it, in executions that return), or is the target of a branch on a condition that is computed before the root, or of the
//! only exit test of the loop around it, or is reached by several branches on such conditions. Elsewhere a rotated loop `do ... while (i != n)` that is not entered for `n = 0` would seem to
//! have 2^64 iterations.
//!
//! A value in the count may also be a phi between values that are computed before the root, if such conditions choose: where the remainder of
//! a vectorised loop starts.

use ir::graph::induction::is_invariant;
use ir::graph::{Cfg, Count, Loop, PostDominators};
use ir::{Block, EntityVec, Function, Op, Value};

use crate::choice::{ChoiceTest, choice_test, entry_test};
use crate::node::Node;
use crate::shape::Shape;
use crate::storage::{Guard, Merged};

/// The most conditions that are asked before a nest for one loop.
const MOST_CONDITIONS: usize = 8;

/// How a loop belongs to a nest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Membership {
    /// The outermost loop of the nest.
    pub(crate) root: Loop,
    /// What must hold for the loop to be entered.
    pub(crate) guards: Vec<Guard>,
    /// Values in the count that follow from what is computed before the root.
    pub(crate) merges: Vec<Merged>,
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
            let (guards, merges) = finder.joins(current, outer.root)?;
            Some(Membership {
                root: outer.root,
                guards,
                merges,
            })
        });
        found[current] = Some(joined.unwrap_or(Membership {
            root: current,
            guards: Vec::new(),
            merges: Vec::new(),
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
    /// What must hold for a loop to be entered in some iteration of the loop around it, and what in its count is selected before the root;
    /// `None` if the loop cannot join.
    fn joins(&self, current: Loop, root: Loop) -> Option<(Vec<Guard>, Vec<Merged>)> {
        let count = self.shape.exact_count(current)?;
        if let Count::Number(_) = count.backedges {
            return Some((Vec::new(), Vec::new()));
        }
        let mut merges: Vec<Merged> = Vec::new();
        for value in count.backedges.values() {
            if !self.is_known(value, root) && merges.iter().all(|merged| merged.phi != value) {
                merges.push(self.merged(value, root)?);
            }
        }
        let parent = self.shape.parent(current)?;
        let mut guards = Vec::new();
        let mut block = self.shape.loops.preheader(&self.shape.cfg, current)?;
        let top = self.shape.loops.get(parent).header;
        while block != top {
            let above = self.shape.dominators.idom(block)?;
            if !self.post_dominators.post_dominates(block, above) {
                let guard = self.guard(above, block, parent, root);
                guards.push(guard.or_else(|| self.test(above, block, root))?);
            }
            block = above;
        }
        Some((guards, merges))
    }

    fn is_known(&self, value: Value, root: Loop) -> bool {
        is_invariant(self.function, &self.shape.loops, root, value)
    }

    /// Whether a test is by branches on conditions that are computed before the root.
    fn is_known_test(&self, test: &ChoiceTest, root: Loop) -> bool {
        match test {
            ChoiceTest::From(_) => true,
            ChoiceTest::Branch {
                condition: Node::Primal(condition),
                targets,
                ..
            } => {
                targets.len() == 2
                    && self.is_known(*condition, root)
                    && targets
                        .iter()
                        .flatten()
                        .all(|test| self.is_known_test(test, root))
            }
            ChoiceTest::Branch { .. } => false,
        }
    }

    /// A phi that can be selected before the root.
    fn merged(&self, value: Value, root: Loop) -> Option<Merged> {
        let data = self.function.inst(self.function.def_inst(value)?);
        let is_merge = matches!(data.op, Op::Phi) && self.shape.loops.with_header(data.block).is_none();
        if !is_merge
            || !data
                .operands
                .iter()
                .all(|&incoming| self.is_known(incoming, root))
        {
            return None;
        }
        let test = choice_test(self.function, self.shape, data.block)?;
        (test.conditions().len() <= MOST_CONDITIONS && self.is_known_test(&test, root))
            .then_some(Merged { phi: value, test })
    }

    /// What makes control come from `above` to `block` on one of several ways.
    fn test(&self, above: Block, block: Block, root: Loop) -> Option<Guard> {
        let test = entry_test(self.function, self.shape, (above, block))?;
        (test.conditions().len() <= MOST_CONDITIONS && self.is_known_test(&test, root))
            .then_some(Guard::Test(test))
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
        (self.is_known(condition, root) && if_true != if_false).then_some(Guard::Condition {
            value: condition,
            is: if_true == block,
        })
    }
}
