//! Random control-flow graphs, each fact recomputed from its definition.

use proptest::prelude::*;

use crate::entity::Entity;
use crate::function::Block;
use crate::graph::{Cfg, Dominators, Loops, PostDominators};

type Graph = Vec<Vec<Block>>;

/// Graphs of up to 14 blocks; the entry is block 0, and nothing leads to it, as LLVM demands.
fn graphs() -> impl Strategy<Value = Graph> {
    (1usize..14).prop_flat_map(|count| {
        let targets = proptest::collection::vec(1..count.max(2), 0..4);
        proptest::collection::vec(targets, count).prop_map(move |rows| {
            let existing = |to: &usize| *to < count;
            rows.into_iter()
                .map(|row| row.into_iter().filter(existing).map(Block::new).collect())
                .collect()
        })
    })
}

fn cfg_of(graph: &Graph) -> Cfg {
    Cfg::from_graph(graph.len(), Some(Block::new(0)), |block| &graph[block.index()])
}

/// What `from` reaches without entering `without`.
fn reach(graph: &Graph, from: Block, without: Option<Block>) -> Vec<bool> {
    let mut seen = vec![false; graph.len()];
    let mut work = Vec::new();
    if Some(from) != without {
        seen[from.index()] = true;
        work.push(from);
    }
    while let Some(block) = work.pop() {
        for &next in &graph[block.index()] {
            if Some(next) != without && !seen[next.index()] {
                seen[next.index()] = true;
                work.push(next);
            }
        }
    }
    seen
}

fn blocks(graph: &Graph) -> impl Iterator<Item = Block> + Clone + use<> {
    (0..graph.len()).map(Block::new)
}

/// `upper` dominates `lower`: without it, `lower` is not reached.
fn dominates(graph: &Graph, upper: Block, lower: Block) -> bool {
    let entry = Block::new(0);
    let reached = reach(graph, entry, None);
    reached[upper.index()] && reached[lower.index()] && !reach(graph, entry, Some(upper))[lower.index()]
}

fn natural_loop(graph: &Graph, header: Block) -> Vec<Block> {
    let back = |&block: &Block| graph[block.index()].contains(&header) && dominates(graph, header, block);
    let latches: Vec<Block> = blocks(graph).filter(back).collect();
    if latches.is_empty() {
        return Vec::new();
    }
    let inside = |block: Block| {
        let reached = reach(graph, Block::new(0), None)[block.index()];
        // From the block a latch is reached without passing the header.
        let to_latch = latches
            .iter()
            .any(|&latch| block == header || reach(graph, block, Some(header))[latch.index()]);
        reached && to_latch
    };
    blocks(graph).filter(|&block| inside(block)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn order_is_a_reverse_post_order(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let reached = reach(&graph, Block::new(0), None);
        prop_assert_eq!(cfg.order().len(), reached.iter().filter(|&&seen| seen).count());
        for block in blocks(&graph) {
            prop_assert_eq!(cfg.is_reached(block), reached[block.index()]);
        }
        for (from, to) in cfg.edges() {
            prop_assert!(cfg.preds(to).contains(&from));
            prop_assert!(graph[from.index()].contains(&to));
            // An edge that is not retreating leads forward; a retreating one lies on a cycle.
            let forward = cfg.position(from) < cfg.position(to);
            prop_assert!(forward || reach(&graph, to, None)[from.index()]);
        }
    }

    #[test]
    fn dominators_match_their_definition(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let dominators = Dominators::of(&cfg);
        for upper in blocks(&graph) {
            for lower in blocks(&graph) {
                prop_assert_eq!(dominators.dominates(upper, lower), dominates(&graph, upper, lower));
            }
        }
        for block in blocks(&graph) {
            let strict: Vec<Block> = blocks(&graph)
                .filter(|&upper| upper != block && dominates(&graph, upper, block))
                .collect();
            let nearest = strict
                .iter()
                .copied()
                .find(|&near| strict.iter().all(|&far| dominates(&graph, far, near)));
            prop_assert_eq!(dominators.idom(block), nearest);
        }
    }

    #[test]
    fn frontiers_match_their_definition(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let dominators = Dominators::of(&cfg);
        let frontiers = dominators.frontiers(&cfg);
        for block in blocks(&graph) {
            for join in blocks(&graph) {
                let strictly = block != join && dominates(&graph, block, join);
                let before = cfg.preds(join).iter().any(|&pred| dominates(&graph, block, pred));
                let found = frontiers[block].iter().filter(|&&each| each == join).count();
                prop_assert_eq!(found, usize::from(before && !strictly), "{} {}", block, join);
            }
        }
    }

    #[test]
    fn post_dominators_match_their_definition(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let post = PostDominators::of(&cfg);
        let reached = reach(&graph, Block::new(0), None);
        for block in blocks(&graph).filter(|block| reached[block.index()]) {
            let from = reach(&graph, block, None);
            prop_assert!(post.exits().iter().any(|exit| from[exit.index()]), "every block ends somewhere");
            if graph[block.index()].is_empty() {
                prop_assert!(post.exits().contains(&block));
            }
        }
        for later in blocks(&graph) {
            for earlier in blocks(&graph) {
                let both = reached[later.index()] && reached[earlier.index()];
                let around = reach(&graph, earlier, Some(later));
                let escapes = post.exits().iter().any(|exit| around[exit.index()]);
                prop_assert_eq!(post.post_dominates(later, earlier), both && !escapes, "{} {}", later, earlier);
            }
        }
    }

    #[test]
    fn loops_match_their_definition(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let loops = Loops::of(&cfg, &Dominators::of(&cfg));
        let expected: Vec<(Block, Vec<Block>)> = blocks(&graph)
            .map(|header| (header, natural_loop(&graph, header)))
            .filter(|(_, members)| !members.is_empty())
            .collect();
        prop_assert_eq!(loops.all().len(), expected.len());
        for (header, members) in &expected {
            let found = loops.with_header(*header);
            prop_assert!(found.is_some(), "{}", header);
            let Some(found) = found else { continue };
            let mut blocks_found = loops.blocks(found).to_vec();
            prop_assert_eq!(blocks_found[0], *header);
            blocks_found.sort();
            prop_assert_eq!(&blocks_found, members);
            for block in blocks(&graph) {
                prop_assert_eq!(loops.contains(found, block), members.contains(&block));
            }
            let around = expected.iter().filter(|(_, other)| other.contains(header)).count();
            prop_assert_eq!(loops.get(found).depth as usize, around);
            for (from, to) in cfg.edges() {
                let leaves = members.contains(&from) && !members.contains(&to);
                prop_assert_eq!(loops.get(found).exits.contains(&(from, to)), leaves);
            }
        }
    }

    #[test]
    fn irreducible_regions_are_the_cycles_without_back_edges(graph in graphs()) {
        let cfg = cfg_of(&graph);
        let loops = Loops::of(&cfg, &Dominators::of(&cfg));
        let forward: Graph = blocks(&graph)
            .map(|from| {
                let row = graph[from.index()].iter().copied();
                row.filter(|&to| cfg.is_reached(from) && !dominates(&graph, to, from)).collect()
            })
            .collect();
        for block in blocks(&graph) {
            let cyclic = forward[block.index()]
                .iter()
                .any(|&next| reach(&forward, next, None)[block.index()]);
            let reported = loops.irreducible().iter().filter(|region| region.contains(&block)).count();
            prop_assert_eq!(reported, usize::from(cyclic));
        }
    }
}

#[test]
fn a_large_nest_is_fast() {
    // A chain of loops, each inside the one before: 30,000 blocks, where a quadratic algorithm would take minutes.
    let depth = 10_000;
    let mut graph: Graph = vec![Vec::new(); 3 * depth];
    for level in 0..depth {
        let (header, latch) = (level, 2 * depth - 1 - level);
        let inner = if level + 1 < depth { level + 1 } else { latch };
        let outer = if level > 0 { latch + 1 } else { 2 * depth };
        graph[header] = vec![Block::new(inner)];
        graph[latch] = vec![Block::new(outer)];
        if header > 0 {
            graph[latch].push(Block::new(header));
        }
    }
    for (before, row) in graph[2 * depth..3 * depth - 1].iter_mut().enumerate() {
        row.push(Block::new(2 * depth + before + 1));
    }
    let cfg = cfg_of(&graph);
    let loops = Loops::of(&cfg, &Dominators::of(&cfg));
    assert_eq!(loops.all().len(), depth - 1);
    assert_eq!(loops.depth(Block::new(depth - 1)), depth as u32 - 1);
    assert_eq!(PostDominators::of(&cfg).exits(), [Block::new(3 * depth - 1)]);
}
