//! From which predecessor a block was entered, as a test of conditions.
//!
//! Let P be the predecessors of a block b. The last block on the way to b that dominates all of P is the lowest block d that does, and
//! if it is in the same loop as b it is executed once for each time that b is. If the terminator of d leads to a block c that no other
//! block leads to, and c dominates some of P, then b was entered from one of these exactly if the terminator took that way. So
//! P falls into groups, one for each target of d, and each group of several is divided in the same way. Where a group is reached by two
//! targets, or through an inner loop, there is no test, and the choice must be stored.
//!
//! Diamonds, triangles, switches and nests of these have a test. The number of tests is limited.

use ir::graph::{Cfg, Dominators};
use ir::{Block, Function, Op};

use crate::node::Node;
use crate::shape::Shape;

/// A decision that names the predecessor. Emitted as jumps, each condition is read only where the primal computed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChoiceTest {
    /// It was this predecessor.
    From(Block),
    /// The terminator of a block decided.
    Branch {
        /// The block.
        at: Block,
        /// The condition of its branch, or the value of its switch.
        condition: Node,
        /// What follows for each of the terminator's targets, in their order; `None` where the target does not lead to the block.
        targets: Vec<Option<ChoiceTest>>,
    },
}

/// The most predecessors that are told apart by tests.
const MOST_PREDECESSORS: usize = 64;
/// The deepest nest of tests. It also bounds recursion.
const DEEPEST: u32 = 16;

impl ChoiceTest {
    /// The conditions that are read on some way through the test.
    pub fn conditions(&self) -> Vec<Node> {
        let mut found = Vec::new();
        let mut work = vec![self];
        while let Some(test) = work.pop() {
            if let Self::Branch {
                condition, targets, ..
            } = test
            {
                found.push(*condition);
                work.extend(targets.iter().rev().flatten());
            }
        }
        found
    }

    /// Whether one condition decides: then it is known wherever the block has been reached.
    pub fn is_single(&self) -> bool {
        match self {
            Self::From(_) => true,
            Self::Branch { targets, .. } => {
                (targets.iter().flatten()).all(|test| matches!(test, Self::From(_)))
            }
        }
    }
}

/// The test for a block with several predecessors; `None` if there is none.
pub(crate) fn choice_test(function: &Function, shape: &Shape, block: Block) -> Option<ChoiceTest> {
    let preds = shape.cfg.preds(block);
    if preds.len() > MOST_PREDECESSORS {
        return None;
    }
    Finder {
        function,
        shape,
        block,
    }
    .divide(preds, DEEPEST)
}

struct Finder<'a> {
    function: &'a Function,
    shape: &'a Shape,
    block: Block,
}

impl Finder<'_> {
    fn divide(&self, preds: &[Block], depth: u32) -> Option<ChoiceTest> {
        if let &[only] = preds {
            return Some(ChoiceTest::From(only));
        }
        let at = common_dominator(&self.shape.dominators, &self.shape.cfg, preds)?;
        if depth == 0 || self.shape.scope(at) != self.shape.scope(self.block) {
            return None;
        }
        let last = self.function.inst(self.function.terminator(at)?);
        if !matches!(last.op, Op::CondBr | Op::Switch) {
            return None;
        }
        let groups = self.groups(at, preds)?;
        let mut targets = Vec::with_capacity(last.targets.len());
        for &target in &last.targets {
            let group = groups.iter().find(|(first, _)| *first == target);
            targets.push(match group {
                Some((_, members)) => Some(self.divide(members, depth - 1)?),
                None => None,
            });
        }
        Some(ChoiceTest::Branch {
            at,
            condition: Node::Primal(last.operands[0]),
            targets,
        })
    }

    /// The predecessors by the target of `at` that leads to them; the block itself is a target that leads to `at`.
    fn groups(&self, at: Block, preds: &[Block]) -> Option<Vec<(Block, Vec<Block>)>> {
        let mut groups: Vec<(Block, Vec<Block>)> = Vec::new();
        for &pred in preds {
            let first = match pred == at {
                true => self.block,
                false => self.first_below(at, pred)?,
            };
            match groups.iter_mut().find(|(known, _)| *known == first) {
                Some((_, members)) => members.push(pred),
                None => groups.push((first, vec![pred])),
            }
        }
        let only_from_here = |first: Block| first == self.block || self.shape.cfg.preds(first) == [at];
        groups
            .iter()
            .all(|&(first, _)| only_from_here(first))
            .then_some(groups)
    }

    /// The child of `at` in the tree of dominators that dominates `below`.
    fn first_below(&self, at: Block, below: Block) -> Option<Block> {
        let mut current = below;
        loop {
            let parent = self.shape.dominators.idom(current)?;
            if parent == at {
                return Some(current);
            }
            current = parent;
        }
    }
}

/// The lowest block that dominates all of `blocks`.
fn common_dominator(dominators: &Dominators, cfg: &Cfg, blocks: &[Block]) -> Option<Block> {
    let (&first, rest) = blocks.split_first()?;
    let mut common = first;
    for &block in rest {
        debug_assert!(cfg.is_reached(block), "predecessors are reached");
        while !dominators.dominates(common, block) {
            common = dominators.idom(common)?;
        }
    }
    Some(common)
}
