//! Dominators, post-dominators and dominance frontiers.

use super::cfg::Cfg;
use super::semi_nca::{NONE, immediate_dominators};
use crate::entity::{Entity, EntityVec};
use crate::function::Block;

/// A tree over blocks with preorder intervals, so that ancestry is two comparisons.
#[derive(Clone, Debug)]
struct Tree {
    parent: EntityVec<Block, Option<Block>>,
    children: EntityVec<Block, Vec<Block>>,
    enter: EntityVec<Block, u32>,
    leave: EntityVec<Block, u32>,
    order: Vec<Block>,
}

impl Tree {
    /// Children come in the order in which `nodes` lists them.
    fn new(parent: EntityVec<Block, Option<Block>>, nodes: &[Block]) -> Self {
        let count = parent.len();
        let mut tree = Self {
            parent,
            children: EntityVec::filled(count, Vec::new()),
            enter: EntityVec::filled(count, NONE),
            leave: EntityVec::filled(count, 0),
            order: Vec::with_capacity(nodes.len()),
        };
        let mut roots = Vec::new();
        for &node in nodes {
            match tree.parent[node] {
                Some(parent) => tree.children[parent].push(node),
                None => roots.push(node),
            }
        }
        tree.number(&roots);
        tree
    }

    fn number(&mut self, roots: &[Block]) {
        let mut stack: Vec<(Block, bool)> = roots.iter().rev().map(|&root| (root, false)).collect();
        while let Some((node, done)) = stack.pop() {
            if done {
                self.leave[node] = self.order.len() as u32;
                continue;
            }
            self.enter[node] = self.order.len() as u32;
            self.order.push(node);
            stack.push((node, true));
            stack.extend(self.children[node].iter().rev().map(|&child| (child, false)));
        }
    }

    fn is_ancestor(&self, upper: Block, lower: Block) -> bool {
        match (self.enter.get(upper), self.enter.get(lower)) {
            (Some(&up), Some(&low)) => up != NONE && low != NONE && up <= low && low < self.leave[upper],
            _ => false,
        }
    }
}

/// Which blocks every path from the entry passes before a block.
#[derive(Clone, Debug)]
pub struct Dominators {
    tree: Tree,
}

impl Dominators {
    /// The dominators of a graph.
    pub fn of(cfg: &Cfg) -> Self {
        let graph = Numbered::new(cfg.block_count(), cfg.edges());
        let root = cfg.order().first().map_or(0, |entry| entry.index() as u32);
        let idom = immediate_dominators(
            cfg.block_count(),
            root,
            |node| graph.succs(node),
            |node| graph.preds(node),
        );
        let parent = idom.iter().map(|&node| block_of(node)).collect();
        Self {
            tree: Tree::new(parent, cfg.order()),
        }
    }

    /// The nearest other block that dominates `block`; `None` for the entry and for blocks that are not reached.
    pub fn idom(&self, block: Block) -> Option<Block> {
        self.tree.parent.get(block).copied().flatten()
    }

    /// Whether every path from the entry to `lower` passes `upper`; a block dominates itself. False if either is not reached.
    pub fn dominates(&self, upper: Block, lower: Block) -> bool {
        self.tree.is_ancestor(upper, lower)
    }

    /// The blocks whose immediate dominator `block` is, in reverse post-order.
    pub fn children(&self, block: Block) -> &[Block] {
        self.tree.children.get(block).map_or(&[], Vec::as_slice)
    }

    /// The reached blocks in preorder of the tree.
    pub fn preorder(&self) -> &[Block] {
        &self.tree.order
    }

    /// The dominance frontiers: for each block those where its dominance ends (Cytron et al. 1991, by the walk of Cooper, Harvey and
    /// Kennedy 2001). Linear in the size of the answer.
    pub fn frontiers(&self, cfg: &Cfg) -> EntityVec<Block, Vec<Block>> {
        let mut frontiers: EntityVec<Block, Vec<Block>> = EntityVec::filled(cfg.block_count(), Vec::new());
        for &join in cfg.order() {
            let stop = self.idom(join);
            for &pred in cfg.preds(join) {
                let mut runner = Some(pred);
                while runner != stop {
                    let Some(block) = runner else { break };
                    // Joins come one after the other, so a repetition is always the last entry.
                    if frontiers[block].last() != Some(&join) {
                        frontiers[block].push(join);
                    }
                    runner = self.idom(block);
                }
            }
        }
        frontiers
    }
}

/// Which blocks every path from a block to the end of the function passes.
///
/// The function ends at blocks without successors. A region from which no such block is reached (a loop without exit) is taken to
/// end at its last block in reverse post-order, so that every reached block has a place in the tree.
#[derive(Clone, Debug)]
pub struct PostDominators {
    tree: Tree,
    exits: Vec<Block>,
}

impl PostDominators {
    /// The post-dominators of a graph.
    pub fn of(cfg: &Cfg) -> Self {
        let exits = exits(cfg);
        let count = cfg.block_count();
        // One node more, the end, follows all exits. The graph is then searched backwards.
        let end = Block::new(count);
        let edges = cfg.edges().chain(exits.iter().map(|&exit| (exit, end)));
        let graph = Numbered::new(count + 1, edges);
        let idom = immediate_dominators(
            count + 1,
            count as u32,
            |node| graph.preds(node),
            |node| graph.succs(node),
        );
        let parent = idom[..count]
            .iter()
            .map(|&node| block_of(node).filter(|&block| block != end))
            .collect();
        Self {
            tree: Tree::new(parent, cfg.order()),
            exits,
        }
    }

    /// The nearest other block that post-dominates `block`; `None` if that is the end of the function.
    pub fn ipdom(&self, block: Block) -> Option<Block> {
        self.tree.parent.get(block).copied().flatten()
    }

    /// Whether every path from `earlier` to the end passes `later`; a block post-dominates itself.
    pub fn post_dominates(&self, later: Block, earlier: Block) -> bool {
        self.tree.is_ancestor(later, earlier)
    }

    /// The blocks where paths end: those without successors, and one for each region without an end.
    pub fn exits(&self) -> &[Block] {
        &self.exits
    }
}

/// Blocks without successors, then for each region that reaches none of the exits so far its last block in reverse post-order.
fn exits(cfg: &Cfg) -> Vec<Block> {
    let mut exits: Vec<Block> = cfg
        .order()
        .iter()
        .copied()
        .filter(|&block| cfg.succs(block).is_empty())
        .collect();
    let mut seen = vec![false; cfg.block_count()];
    let mut stack = Vec::new();
    for &exit in &exits {
        seen[exit.index()] = true;
        stack.push(exit);
    }
    for &block in cfg.order().iter().rev() {
        reach_backwards(cfg, &mut seen, &mut stack);
        if !seen[block.index()] {
            seen[block.index()] = true;
            exits.push(block);
            stack.push(block);
        }
    }
    exits
}

fn reach_backwards(cfg: &Cfg, seen: &mut [bool], stack: &mut Vec<Block>) {
    while let Some(block) = stack.pop() {
        for &pred in cfg.preds(block) {
            if !std::mem::replace(&mut seen[pred.index()], true) {
                stack.push(pred);
            }
        }
    }
}

fn block_of(node: u32) -> Option<Block> {
    (node != NONE).then(|| Block::new(node as usize))
}

/// Adjacency by plain numbers, for the algorithm that knows no blocks.
struct Numbered {
    forward: (Vec<u32>, Vec<u32>),
    backward: (Vec<u32>, Vec<u32>),
}

impl Numbered {
    fn new(count: usize, edges: impl Iterator<Item = (Block, Block)>) -> Self {
        let edges: Vec<(u32, u32)> = edges
            .map(|(from, to)| (from.index() as u32, to.index() as u32))
            .collect();
        Self {
            forward: rows(count, &edges, |edge| edge),
            backward: rows(count, &edges, |(from, to)| (to, from)),
        }
    }

    fn succs(&self, node: u32) -> &[u32] {
        row(&self.forward, node)
    }

    fn preds(&self, node: u32) -> &[u32] {
        row(&self.backward, node)
    }
}

fn row(rows: &(Vec<u32>, Vec<u32>), node: u32) -> &[u32] {
    let at = node as usize;
    &rows.1[rows.0[at] as usize..rows.0[at + 1] as usize]
}

fn rows(count: usize, edges: &[(u32, u32)], turn: impl Fn((u32, u32)) -> (u32, u32)) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; count + 1];
    for &edge in edges {
        starts[turn(edge).0 as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut items = vec![0; edges.len()];
    for &edge in edges {
        let (from, to) = turn(edge);
        let slot = &mut next[from as usize];
        items[*slot as usize] = to;
        *slot += 1;
    }
    (starts, items)
}
