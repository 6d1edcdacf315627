//! From which predecessor a block was entered, as a test of conditions.
//!
//! Let P be the predecessors of a block b, and d the lowest block that dominates all of P. If d is in the same loop as b it is executed
//! once for each time that b is. So the way from d to b can be walked again by the conditions of the terminators on it: each was computed on the
//! way, in the same iteration. A target from which b is not reached was not taken. An inner loop on the way is jumped over if it is left
//! towards b by one edge. Where all targets of a terminator lead to the same answer its condition is not asked.
//!
//! Diamonds, triangles, switches, nests of these, and the loops for vectors and their remainders with what guards them have a test. Where a
//! loop is left by several edges there is none, and the choice must be stored. The number of conditions in a test is limited.

use ir::graph::{Cfg, Dominators};
use ir::{Block, EntitySet, Function, Op};
use rustc_hash::FxHashMap;

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
/// The most blocks on a way. It also bounds recursion.
const DEEPEST: u32 = 64;
/// The most conditions in a test: a block that is reached on two ways is walked through twice.
const MOST_CONDITIONS: usize = 64;
/// The most blocks between the dominator and the block.
const MOST_BLOCKS: usize = 256;

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
}

/// The test for a block with several predecessors; `None` if there is none.
pub(crate) fn choice_test(function: &Function, shape: &Shape, block: Block) -> Option<ChoiceTest> {
    let preds = shape.cfg.preds(block);
    if preds.len() > MOST_PREDECESSORS {
        return None;
    }
    let from = common_dominator(&shape.dominators, &shape.cfg, preds)?;
    walk(function, shape, (from, block), true)
}

/// Whether `block` is entered after `above`, a dominator of it, has been: it is if the test comes to its end, and is not where a target has none.
/// `None` if there is no test.
pub(crate) fn entry_test(
    function: &Function,
    shape: &Shape,
    (above, block): (Block, Block),
) -> Option<ChoiceTest> {
    walk(function, shape, (above, block), false)
}

fn walk(
    function: &Function,
    shape: &Shape,
    (from, block): (Block, Block),
    is_entered: bool,
) -> Option<ChoiceTest> {
    if shape.scope(from) != shape.scope(block) {
        return None;
    }
    let mut walk = Walk {
        function,
        shape,
        block,
        between: between(shape, from, block)?,
        is_entered,
        known: FxHashMap::default(),
    };
    walk.after(from, DEEPEST)
}

/// The blocks on ways from `from`, which dominates them, to `block`; `None` if there are too many.
fn between(shape: &Shape, from: Block, block: Block) -> Option<EntitySet<Block>> {
    let mut found: EntitySet<Block> = EntitySet::with_len(shape.cfg.block_count());
    found.insert(from);
    let mut work = vec![block];
    let mut count = 0;
    while let Some(at) = work.pop() {
        for &pred in shape.cfg.preds(at) {
            if pred != block && found.insert(pred) {
                count += 1;
                work.push(pred);
            }
        }
        if count > MOST_BLOCKS {
            return None;
        }
    }
    Some(found)
}

struct Walk<'a> {
    function: &'a Function,
    shape: &'a Shape,
    block: Block,
    /// The blocks on ways to it.
    between: EntitySet<Block>,
    /// Whether it is known that the block was entered.
    is_entered: bool,
    /// What follows after blocks, where it was asked before.
    known: FxHashMap<Block, Option<ChoiceTest>>,
}

impl Walk<'_> {
    /// What follows when `at`, which is in the loop of the block itself, has been executed.
    fn after(&mut self, at: Block, depth: u32) -> Option<ChoiceTest> {
        if let Some(known) = self.known.get(&at) {
            return known.clone();
        }
        let found = self.decide(at, depth);
        let found = found.filter(|test| test.conditions().len() <= MOST_CONDITIONS);
        self.known.insert(at, found.clone());
        found
    }

    fn decide(&mut self, at: Block, depth: u32) -> Option<ChoiceTest> {
        let last = self.function.inst(self.function.terminator(at)?);
        let leads = |&target: &Block| target == self.block || self.between.contains(target);
        let targets: Vec<Option<Block>> = last
            .targets
            .iter()
            .map(|target| Some(*target).filter(leads))
            .collect();
        let known: Vec<Block> = targets.iter().copied().flatten().collect();
        let (&first, rest) = known.split_first()?;
        let may_miss = !self.is_entered
            && (last.targets.iter()).any(|target| !leads(target) && self.shape.returning.contains(*target));
        if rest.iter().all(|&other| other == first) && !may_miss {
            return self.along(at, first, depth);
        }
        if !matches!(last.op, Op::CondBr | Op::Switch) {
            return None;
        }
        let mut tests: Vec<Option<ChoiceTest>> = Vec::with_capacity(targets.len());
        for target in targets {
            tests.push(match target {
                Some(target) => Some(self.along(at, target, depth)?),
                None => None,
            });
        }
        let mut answers = tests.iter().flatten();
        let same = answers
            .next()
            .filter(|first| answers.all(|other| other == *first));
        if let Some(same) = same.filter(|_| !may_miss) {
            return Some(same.clone());
        }
        Some(ChoiceTest::Branch {
            at,
            condition: Node::Primal(last.operands[0]),
            targets: tests,
        })
    }

    /// What follows when control goes from `at` to `to`, which leads to the block.
    fn along(&mut self, at: Block, to: Block, depth: u32) -> Option<ChoiceTest> {
        let (mut at, mut to, mut depth) = (at, to, depth);
        while to != self.block && self.shape.scope(to) != self.shape.scope(self.block) {
            depth = depth.checked_sub(1)?;
            (at, to) = self.leave(to)?;
        }
        match to == self.block {
            true => Some(ChoiceTest::From(at)),
            false => self.after(to, depth.checked_sub(1)?),
        }
    }

    /// The only edge towards the block by which the outermost inner loop that `to` is in is left.
    fn leave(&self, to: Block) -> Option<(Block, Block)> {
        let loops = &self.shape.loops;
        let scope = self.shape.scope(self.block);
        let outermost = loops
            .around(to)
            .take_while(|&current| Some(current) != scope)
            .last()
            .filter(|&current| self.shape.parent(current) == scope)?;
        let exits = loops.get(outermost).exits.iter();
        let mut towards = exits.filter(|(_, next)| *next == self.block || self.between.contains(*next));
        let &edge = towards.next()?;
        let may_miss = !self.is_entered
            && (loops.get(outermost).exits.iter())
                .any(|&exit| exit != edge && self.shape.returning.contains(exit.1));
        (towards.next().is_none() && !may_miss).then_some(edge)
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
