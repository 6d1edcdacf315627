//! The control-flow graph of a function: neighbour tables and reverse post-order.

use crate::entity::{Entity, EntitySet, EntityVec};
use crate::function::{Block, Function};
use crate::inst::Op;

/// Predecessors, successors and reverse post-order. Neighbours are listed once, in the order in which terminators name them.
///
/// Only what the entry reaches is in it: an edge from a block that is never executed is no edge.
#[derive(Clone, Debug)]
pub struct Cfg {
    succs: Rows,
    preds: Rows,
    order: Vec<Block>,
    number: EntityVec<Block, u32>,
}

/// Adjacency in compressed rows.
#[derive(Clone, Debug)]
struct Rows {
    starts: Vec<u32>,
    items: Vec<Block>,
}

impl Rows {
    fn row(&self, block: Block) -> &[Block] {
        let at = block.index();
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(&start), Some(&end)) => &self.items[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Rows from edges sorted by source.
    fn from_edges(count: usize, edges: impl Iterator<Item = (Block, Block)> + Clone) -> Self {
        let mut starts = vec![0u32; count + 1];
        for (from, _) in edges.clone() {
            starts[from.index() + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut items = vec![Block::new(0); starts.last().map_or(0, |&end| end as usize)];
        for (from, to) in edges {
            let slot = &mut next[from.index()];
            items[*slot as usize] = to;
            *slot += 1;
        }
        Self { starts, items }
    }
}

/// The number of a block that is not reached.
const UNREACHED: u32 = u32::MAX;

impl Cfg {
    /// The graph of a function. Linear in blocks and edges.
    pub fn of(function: &Function) -> Self {
        let entry = function.blocks().first().copied();
        Self::from_graph(function.block_count(), entry, |block| function.successors(block))
    }

    /// The graph of `count` blocks with these successors. Without an entry nothing is reached.
    pub fn from_graph<'a>(
        count: usize,
        entry: Option<Block>,
        successors: impl Fn(Block) -> &'a [Block],
    ) -> Self {
        let mut order = post_order(count, entry, &successors);
        order.reverse();
        let mut number = EntityVec::filled(count, UNREACHED);
        for (at, &block) in order.iter().enumerate() {
            number[block] = at as u32;
        }
        let edges = distinct_edges(count, &order, &successors);
        Self {
            succs: Rows::from_edges(count, edges.iter().copied()),
            preds: Rows::from_edges(count, edges.iter().map(|&(from, to)| (to, from))),
            order,
            number,
        }
    }

    /// The entry.
    ///
    /// # Panics
    /// If the function has no blocks.
    pub fn entry(&self) -> Block {
        self.order[0]
    }

    /// The blocks that may follow.
    pub fn succs(&self, block: Block) -> &[Block] {
        self.succs.row(block)
    }

    /// The reached blocks that may come before.
    pub fn preds(&self, block: Block) -> &[Block] {
        self.preds.row(block)
    }

    /// The reached blocks in reverse post-order: each block before those that it dominates, and before its successors but for
    /// retreating edges.
    pub fn order(&self) -> &[Block] {
        &self.order
    }

    /// The position of a block in [`Cfg::order`], if it is reached.
    pub fn position(&self, block: Block) -> Option<usize> {
        let number = self.number.get(block).copied().unwrap_or(UNREACHED);
        (number != UNREACHED).then_some(number as usize)
    }

    /// Whether the entry reaches the block.
    pub fn is_reached(&self, block: Block) -> bool {
        self.position(block).is_some()
    }

    /// The length of tables of facts about blocks.
    pub fn block_count(&self) -> usize {
        self.number.len()
    }

    /// The edges, grouped by source in reverse post-order.
    pub fn edges(&self) -> impl Iterator<Item = (Block, Block)> + '_ {
        self.order
            .iter()
            .flat_map(|&from| self.succs(from).iter().map(move |&to| (from, to)))
    }
}

/// Depth-first post-order, without recursion. Successors are visited last first, so that reverse post-order follows the layout
/// where it can.
fn post_order<'a>(
    count: usize,
    entry: Option<Block>,
    successors: &impl Fn(Block) -> &'a [Block],
) -> Vec<Block> {
    let mut seen = vec![false; count];
    let mut order = Vec::new();
    let mut stack = Vec::new();
    if let Some(entry) = entry {
        seen[entry.index()] = true;
        stack.push((entry, successors(entry).len()));
    }
    while let Some((block, left)) = stack.last_mut() {
        if *left == 0 {
            order.push(*block);
            stack.pop();
            continue;
        }
        *left -= 1;
        let next = successors(*block)[*left];
        if !std::mem::replace(&mut seen[next.index()], true) {
            stack.push((next, successors(next).len()));
        }
    }
    order
}

/// The edges of reached blocks, without repetitions. `last` remembers for each target which source named it last, so a wide switch
/// costs no more than its cases.
fn distinct_edges<'a>(
    count: usize,
    order: &[Block],
    successors: &impl Fn(Block) -> &'a [Block],
) -> Vec<(Block, Block)> {
    let mut last = vec![UNREACHED; count];
    let mut edges = Vec::new();
    for &from in order {
        for &to in successors(from) {
            let mark = from.index() as u32;
            if std::mem::replace(&mut last[to.index()], mark) != mark {
                edges.push((from, to));
            }
        }
    }
    edges
}

/// The reached blocks from which the function may return: the others end in `unreachable`, unwinding or an endless loop. Linear.
pub fn returning_blocks(function: &Function, cfg: &Cfg) -> EntitySet<Block> {
    let mut found = EntitySet::with_len(cfg.block_count());
    let mut work = Vec::new();
    for &block in cfg.order() {
        let last = function.terminator(block);
        if last.is_some_and(|inst| matches!(function.inst(inst).op, Op::Ret)) && found.insert(block) {
            work.push(block);
        }
    }
    while let Some(block) = work.pop() {
        for &pred in cfg.preds(block) {
            if found.insert(pred) {
                work.push(pred);
            }
        }
    }
    found
}
