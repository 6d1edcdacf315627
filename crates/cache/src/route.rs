//! The way of the reverse sweep through the blocks.
//!
//! The reverse sweep mirrors the blocks: from the reverse of a block it goes to that of the predecessor that the block was entered
//! from. A block is *live* if one of its instructions has an adjoint. Between a block and its immediate dominator there may be only
//! blocks that are not live; if the block's phis have no adjoint either, the reverse sweep need not know how the block was entered and
//! goes to the dominator. The same holds of loops: from an exit the reverse sweep goes on at the preheader if the loop has no live
//! block. So what only computes addresses and conditions, or searches, is not visited at all.
//!
//! Blocks are treated in reverse post-order, and a walk towards the dominator jumps over what was jumped over before, so the cost is
//! near linear.

use ir::graph::Loop;
use ir::{Block, EntitySet, EntityVec, Function, Inst, Op};

use crate::error::PlanError;
use crate::shape::Shape;

/// Where the reverse sweep goes after the reverse of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// The block is the entry: the reverse sweep ends.
    End,
    /// To the reverse of this block: its only predecessor.
    Block(Block),
    /// To the reverse of this block, a dominator: nothing in between has an adjoint, and the block's phis have none.
    Skip(Block),
    /// The block is the header of a loop: to the reverse of the latch if the counter is above zero, else of the preheader.
    Loop {
        /// The loop.
        of: Loop,
        /// Its preheader.
        preheader: Block,
        /// Its latch.
        latch: Block,
    },
    /// To the reverse of the predecessor that [`crate::Node::Choice`] says: a position in this list, which is that of
    /// [`ir::graph::Cfg::preds`].
    Choice(Vec<Block>),
}

impl Route {
    /// The blocks that the reverse sweep may go to.
    pub fn targets(&self) -> impl Iterator<Item = Block> + '_ {
        let (few, many): ([Option<Block>; 2], &[Block]) = match self {
            Self::End => ([None, None], &[]),
            Self::Block(to) | Self::Skip(to) => ([Some(*to), None], &[]),
            Self::Loop { preheader, latch, .. } => ([Some(*preheader), Some(*latch)], &[]),
            Self::Choice(preds) => ([None, None], preds),
        };
        few.into_iter().flatten().chain(many.iter().copied())
    }
}

/// The routes of the blocks that the reverse sweep visits.
///
/// # Errors
/// If the body is not canonical.
pub(crate) fn routes(
    function: &Function,
    shape: &Shape,
    adjoints: &EntitySet<Inst>,
) -> Result<EntityVec<Block, Option<Route>>, PlanError> {
    let mut finder = Finder::new(function, shape, adjoints);
    for &block in shape.cfg.order() {
        if shape.returning.contains(block) {
            finder.routes[block] = Some(finder.route(block)?);
        }
    }
    let visited = finder.visited();
    let mut routes = finder.routes;
    for block in shape.cfg.order() {
        if !visited.contains(*block) {
            routes[*block] = None;
        }
    }
    Ok(routes)
}

struct Finder<'a> {
    function: &'a Function,
    shape: &'a Shape,
    /// Blocks with an adjoint.
    live: EntitySet<Block>,
    /// Blocks with a phi that has one.
    live_phis: EntitySet<Block>,
    /// Loops with a live block.
    live_loops: EntitySet<Loop>,
    routes: EntityVec<Block, Option<Route>>,
}

impl<'a> Finder<'a> {
    fn new(function: &'a Function, shape: &'a Shape, adjoints: &EntitySet<Inst>) -> Self {
        let mut finder = Self {
            function,
            shape,
            live: EntitySet::with_len(function.block_count()),
            live_phis: EntitySet::with_len(function.block_count()),
            live_loops: EntitySet::new(),
            routes: EntityVec::filled(function.block_count(), None),
        };
        for inst in adjoints.iter() {
            let data = function.inst(inst);
            finder.live.insert(data.block);
            if let Op::Phi = data.op {
                finder.live_phis.insert(data.block);
            }
            for current in shape.loops.around(data.block) {
                if !finder.live_loops.insert(current) {
                    break;
                }
            }
        }
        finder
    }

    fn route(&self, block: Block) -> Result<Route, PlanError> {
        let shape = self.shape;
        let preds = shape.cfg.preds(block);
        if let Some(of) = shape.loops.with_header(block) {
            let preheader = shape.loops.preheader(&shape.cfg, of);
            return match (preheader, shape.loops.get(of).latches.as_slice()) {
                (Some(preheader), &[latch]) => Ok(Route::Loop { of, preheader, latch }),
                _ => Err(not_canonical(format!("{of} has no preheader or several latches"))),
            };
        }
        let Some(&first) = preds.first() else {
            return Ok(Route::End);
        };
        if let Some(left) = self.left_by(first, block)
            && !self.live_loops.contains(left)
            && !self.live_phis.contains(block)
            && let Some(preheader) = shape.loops.preheader(&shape.cfg, left)
            && preds.iter().all(|&pred| shape.loops.contains(left, pred))
        {
            return Ok(Route::Skip(preheader));
        }
        if let &[only] = preds {
            return Ok(Route::Block(only));
        }
        match shape.dominators.idom(block) {
            Some(dominator) if self.is_idle_from(dominator, block) => Ok(Route::Skip(dominator)),
            _ => Ok(Route::Choice(preds.to_vec())),
        }
    }

    /// The outermost loop that an edge leaves.
    fn left_by(&self, from: Block, to: Block) -> Option<Loop> {
        let loops = &self.shape.loops;
        loops
            .around(from)
            .take_while(|&current| !loops.contains(current, to))
            .last()
    }

    /// Whether nothing between `dominator` and `block` has an adjoint, nor any phi of `block`.
    fn is_idle_from(&self, dominator: Block, block: Block) -> bool {
        !self.live_phis.contains(block)
            && self.shape.cfg.preds(block).iter().all(|&pred| {
                let mut at = pred;
                while at != dominator {
                    if self.live.contains(at) {
                        return false;
                    }
                    at = match self.routes[at] {
                        Some(Route::Block(to) | Route::Skip(to)) => to,
                        _ => return false,
                    };
                }
                true
            })
    }

    /// The blocks that the reverse sweep may come to from a return.
    fn visited(&self) -> EntitySet<Block> {
        let mut visited = EntitySet::with_len(self.function.block_count());
        let mut work = Vec::new();
        for &block in self.shape.cfg.order() {
            let last = self.function.terminator(block);
            if last.is_some_and(|last| matches!(self.function.inst(last).op, Op::Ret))
                && visited.insert(block)
            {
                work.push(block);
            }
        }
        while let Some(block) = work.pop() {
            for to in self.routes[block].iter().flat_map(Route::targets) {
                if visited.insert(to) {
                    work.push(to);
                }
            }
        }
        visited
    }
}

fn not_canonical(what: String) -> PlanError {
    PlanError::NotCanonical { what }
}
