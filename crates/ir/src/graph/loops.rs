//! The loop forest: natural loops by their headers, nested; and what is cyclic without being a natural loop.
//!
//! A retreating edge (to an earlier block in reverse post-order) whose target dominates its source is a back edge; the natural loop of
//! a header is what reaches one of its back edges without passing the header. Other retreating edges enter cycles at several blocks:
//! such irreducible regions are no loops here, and are reported by [`Loops::irreducible`].
//!
//! Headers are treated from inner to outer, and a block that is already in a loop is stepped over to that loop's header (as LLVM's
//! `LoopInfo` does), so the cost is near linear.

use petgraph::graph::{DiGraph, NodeIndex};

use super::cfg::Cfg;
use super::dominators::Dominators;
use crate::entity::EntityVec;
use crate::function::Block;

crate::entity! {
    /// A natural loop.
    Loop, "loop"
}

/// A natural loop.
#[derive(Clone, Debug)]
pub struct LoopData {
    /// The block that every iteration starts with.
    pub header: Block,
    /// The sources of back edges.
    pub latches: Vec<Block>,
    /// The loop directly around it.
    pub parent: Option<Loop>,
    /// The loops directly inside it, in reverse post-order of their headers.
    pub children: Vec<Loop>,
    /// How many loops it is in, itself included: 1 for an outermost one.
    pub depth: u32,
    /// The edges that leave it, from a block inside to one outside.
    pub exits: Vec<(Block, Block)>,
    blocks: (u32, u32),
}

/// The loops of a function.
#[derive(Clone, Debug)]
pub struct Loops {
    loops: EntityVec<Loop, LoopData>,
    innermost: EntityVec<Block, Option<Loop>>,
    blocks: Vec<Block>,
    irreducible: Vec<Vec<Block>>,
}

impl Loops {
    /// The loops of a graph. They are numbered in reverse post-order of their headers, so outer ones before inner ones.
    pub fn of(cfg: &Cfg, dominators: &Dominators) -> Self {
        let mut found = Self {
            loops: headers(cfg, dominators),
            innermost: EntityVec::filled(cfg.block_count(), None),
            blocks: Vec::new(),
            irreducible: Vec::new(),
        };
        let inner_first: Vec<Loop> = found.loops.keys().rev().collect();
        for current in inner_first {
            found.fill(cfg, current);
        }
        found.nest();
        found.list_blocks(cfg);
        found.find_exits(cfg);
        found.irreducible = irreducible_regions(cfg, dominators);
        found
    }

    /// The loops, outer ones before inner ones.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = Loop> + ExactSizeIterator + use<> {
        self.loops.keys()
    }

    /// A loop.
    pub fn get(&self, current: Loop) -> &LoopData {
        &self.loops[current]
    }

    /// The innermost loop that a block is in.
    pub fn innermost(&self, block: Block) -> Option<Loop> {
        self.innermost.get(block).copied().flatten()
    }

    /// How many loops a block is in.
    pub fn depth(&self, block: Block) -> u32 {
        self.innermost(block).map_or(0, |inner| self.loops[inner].depth)
    }

    /// The loops around a block, innermost first.
    pub fn around(&self, block: Block) -> impl Iterator<Item = Loop> + '_ {
        std::iter::successors(self.innermost(block), |&inner| self.loops[inner].parent)
    }

    /// The loop whose header a block is.
    pub fn with_header(&self, block: Block) -> Option<Loop> {
        self.innermost(block)
            .filter(|&inner| self.loops[inner].header == block)
    }

    /// The blocks of a loop, those of inner loops included. The header is first.
    pub fn blocks(&self, current: Loop) -> &[Block] {
        let (start, end) = self.loops[current].blocks;
        &self.blocks[start as usize..end as usize]
    }

    /// Whether a block is in a loop.
    pub fn contains(&self, current: Loop, block: Block) -> bool {
        let Some(mut inner) = self.innermost(block) else {
            return false;
        };
        let depth = self.loops[current].depth;
        while self.loops[inner].depth > depth {
            match self.loops[inner].parent {
                Some(parent) => inner = parent,
                None => return false,
            }
        }
        inner == current
    }

    /// The only block outside a loop that leads to its header, if it leads nowhere else: where code for the loop's start can go.
    pub fn preheader(&self, cfg: &Cfg, current: Loop) -> Option<Block> {
        let header = self.loops[current].header;
        let mut outside = cfg
            .preds(header)
            .iter()
            .filter(|&&pred| !self.contains(current, pred));
        let pred = *outside.next()?;
        (outside.next().is_none() && cfg.succs(pred).len() == 1).then_some(pred)
    }

    /// The regions that are cyclic without being a natural loop or part of one's cycle through its header: the strongly connected
    /// components of more than one block that are left when all back edges are taken away.
    pub fn irreducible(&self) -> &[Vec<Block>] {
        &self.irreducible
    }

    /// Collects the blocks of a loop whose inner loops are complete: backwards from the latches to the header.
    fn fill(&mut self, cfg: &Cfg, current: Loop) {
        let header = self.loops[current].header;
        let mut work = self.loops[current].latches.clone();
        while let Some(block) = work.pop() {
            match self.outermost(block) {
                None => {
                    self.innermost[block] = Some(current);
                    if block != header {
                        work.extend(cfg.preds(block));
                    }
                }
                Some(inner) if inner != current => {
                    self.loops[inner].parent = Some(current);
                    // Everything that enters an inner loop passes its header.
                    let inner_header = self.loops[inner].header;
                    let entries = cfg.preds(inner_header).iter().copied();
                    work.extend(entries.filter(|&pred| self.outermost(pred) != Some(current)));
                }
                Some(_) => {}
            }
        }
    }

    /// The outermost loop known so far that a block is in.
    fn outermost(&self, block: Block) -> Option<Loop> {
        let mut at = self.innermost[block]?;
        while let Some(parent) = self.loops[at].parent {
            at = parent;
        }
        Some(at)
    }

    fn nest(&mut self) {
        for current in self.loops.keys() {
            let depth = match self.loops[current].parent {
                Some(parent) => {
                    self.loops[parent].children.push(current);
                    self.loops[parent].depth + 1
                }
                None => 1,
            };
            self.loops[current].depth = depth;
        }
    }

    /// Lays blocks out so that those of a loop, with its inner loops, are a range: own blocks in reverse post-order, then children.
    fn list_blocks(&mut self, cfg: &Cfg) {
        let mut own: EntityVec<Loop, Vec<Block>> = EntityVec::filled(self.loops.len(), Vec::new());
        for &block in cfg.order() {
            if let Some(inner) = self.innermost[block] {
                own[inner].push(block);
            }
        }
        let outermost = self
            .loops
            .keys()
            .filter(|&each| self.loops[each].parent.is_none());
        let mut stack: Vec<(Loop, bool)> = outermost.rev().map(|each| (each, false)).collect();
        while let Some((current, done)) = stack.pop() {
            let at = self.blocks.len() as u32;
            if done {
                self.loops[current].blocks.1 = at;
                continue;
            }
            self.loops[current].blocks.0 = at;
            self.blocks.append(&mut own[current]);
            stack.push((current, true));
            stack.extend(
                self.loops[current]
                    .children
                    .iter()
                    .rev()
                    .map(|&child| (child, false)),
            );
        }
    }

    fn find_exits(&mut self, cfg: &Cfg) {
        for (from, to) in cfg.edges() {
            let mut at = self.innermost[from];
            while let Some(current) = at.filter(|&current| !self.contains(current, to)) {
                self.loops[current].exits.push((from, to));
                at = self.loops[current].parent;
            }
        }
    }
}

/// One empty loop for each target of a back edge.
fn headers(cfg: &Cfg, dominators: &Dominators) -> EntityVec<Loop, LoopData> {
    let mut loops = EntityVec::new();
    for &header in cfg.order() {
        let preds = cfg.preds(header).iter().copied();
        let latches: Vec<Block> = preds
            .filter(|&latch| dominators.dominates(header, latch))
            .collect();
        if !latches.is_empty() {
            loops.push(LoopData {
                header,
                latches,
                parent: None,
                children: Vec::new(),
                depth: 0,
                exits: Vec::new(),
                blocks: (0, 0),
            });
        }
    }
    loops
}

/// The cycles that remain without back edges. In a reducible graph there are none, which the absence of other retreating edges tells
/// without a search.
fn irreducible_regions(cfg: &Cfg, dominators: &Dominators) -> Vec<Vec<Block>> {
    let is_forward = |from: Block, to: Block| cfg.position(from) < cfg.position(to);
    let odd = |&(from, to): &(Block, Block)| !is_forward(from, to) && !dominators.dominates(to, from);
    if !cfg.edges().any(|edge| odd(&edge)) {
        return Vec::new();
    }
    let mut graph: DiGraph<Block, ()> = DiGraph::new();
    for &block in cfg.order() {
        graph.add_node(block);
    }
    let node = |block| cfg.position(block).map(NodeIndex::new);
    for (from, to) in cfg.edges().filter(|&(from, to)| !dominators.dominates(to, from)) {
        if let (Some(from), Some(to)) = (node(from), node(to)) {
            graph.add_edge(from, to, ());
        }
    }
    let mut regions: Vec<Vec<Block>> = petgraph::algo::kosaraju_scc(&graph)
        .into_iter()
        .filter(|component| component.len() > 1)
        .map(|component| sorted_by_order(cfg, component.into_iter().map(|node| graph[node]).collect()))
        .collect();
    regions.sort_by_key(|region| cfg.position(region[0]));
    regions
}

fn sorted_by_order(cfg: &Cfg, mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.sort_by_key(|&block| cfg.position(block));
    blocks
}
