//! Memory is worth time: what one iteration of a loop stores has a price that rises.
//!
//! The price of a stored byte in module `price` is what storing it and loading it again takes. Memory is scarce besides: a tape that
//! leaves the caches slows down everything around it, and one that the machine does not have is no gradient at all. So of what an
//! iteration of an innermost loop stores only a share is cheap, the *allowance*: [`crate::PlanOptions::cheap_bytes`], by default half a
//! cache line, which the processor's write buffers and prefetchers take beside other work; of an iteration that does more than
//! [`USUAL_WORK`] units of work, as many times that. Bytes are counted for one lane of vectors, as work is. Beyond the allowance they
//! get dearer by steps, up to [`DEAREST`] times: what is cheapest for its bytes to compute again is computed again first.
//! Bytes that cannot be avoided count, but their price changes nothing.
//!
//! # Algorithm
//! The graph is cut. As long as innermost loops are beyond their allowance and store what could be computed again, the prices of storing
//! in these are raised by a step, and the graph is cut again. A step may take away more than was needed: several `exp` have one price.
//! So what the last step took away gets its price of before as far as the allowance has room for it, those first that are dearest to
//! compute; the cut has the last word. In the end a loop that has not lost at least [`WORTH_WHILE`] of its bytes gets its first prices
//! again: most of its bytes cannot be avoided, and time would be paid for little.
//!
//! # Cost
//! At most 13 more cuts, none if no loop is beyond its allowance.
//!
//! # What it does not know
//! Loops around loops, whose bytes are taken to be few beside those of inner ones; how often a loop runs.

use ir::graph::Loop;
use ir::{EntitySet, EntityVec, Inst, Op, TypeData};
use rules::CallKind;

use crate::graph::{Graph, Nodes, Options};
use crate::node::Node;
use crate::price;
use crate::select::{Selected, select};

/// The work of an iteration that has the allowance once.
const USUAL_WORK: f64 = 256.0;
/// How many times the price of a byte rises at most.
const DEAREST: f64 = 4.0;
/// By how much it rises at once.
const STEP: f64 = 1.25;
/// The share of a loop's bytes that it is worth while to compute more for.
const WORTH_WHILE: f64 = 0.25;

/// What one iteration of a loop may store.
#[derive(Clone, Debug)]
struct Iteration {
    allowance: f64,
    /// How many times the price of its bytes has risen.
    factor: f64,
}

/// The cheapest choice, where bytes beyond the allowance are dearer. The prices of storing in `graph` are then those that decided.
pub(crate) fn select_thriftily(nodes: &Nodes<'_>, graph: &mut Graph) -> Vec<Selected> {
    let mut selected = select(graph);
    let cheap = nodes.input.options.cheap_bytes;
    if cheap == 0 {
        return selected;
    }
    let mut iterations = allowances(nodes, cheap as f64);
    let first = stored(nodes, graph, &selected);
    let first_weights = weights(graph);
    loop {
        let beyond = beyond(nodes, graph, &selected, &iterations);
        if beyond.is_empty() {
            break;
        }
        let weights = weights(graph);
        for &current in &beyond {
            if let Some(iteration) = &mut iterations[current] {
                let factor = (iteration.factor * STEP).min(DEAREST);
                raise(graph, current, factor / iteration.factor);
                iteration.factor = factor;
            }
        }
        let before = std::mem::replace(&mut selected, select(graph));
        let step = Step {
            weights,
            before,
            iterations: &iterations,
        };
        give_back(nodes, graph, &mut selected, &step);
    }
    let last = stored(nodes, graph, &selected);
    let is_vain = |current: Loop| {
        let is_raised = iterations[current]
            .as_ref()
            .is_some_and(|iteration| iteration.factor > 1.0);
        is_raised && last[current].0 > first[current].0 * (1.0 - WORTH_WHILE)
    };
    let vain: EntitySet<Loop> = iterations.keys().filter(|&current| is_vain(current)).collect();
    if vain.is_empty() {
        return selected;
    }
    for (vertex, weight) in graph.vertices.values_mut().zip(first_weights) {
        if vertex.scope.is_some_and(|scope| vain.contains(scope)) {
            vertex.weight = weight;
        }
    }
    select(graph)
}

/// The prices of storing.
fn weights(graph: &Graph) -> Vec<f64> {
    graph.vertices.values().map(|vertex| vertex.weight).collect()
}

/// The loops whose iterations store more than they may, and whose prices can still rise to an effect.
fn beyond(
    nodes: &Nodes<'_>,
    graph: &Graph,
    selected: &[Selected],
    iterations: &EntityVec<Loop, Option<Iteration>>,
) -> Vec<Loop> {
    let stored = stored(nodes, graph, selected);
    let is_beyond = |current: Loop| {
        let Some(iteration) = &iterations[current] else {
            return false;
        };
        let (bytes, avoidable) = stored[current];
        bytes > iteration.allowance && avoidable && iteration.factor < DEAREST
    };
    iterations.keys().filter(|&current| is_beyond(current)).collect()
}

/// For each loop the bytes of one lane that an iteration stores, and whether some of them could be computed again.
fn stored(nodes: &Nodes<'_>, graph: &Graph, selected: &[Selected]) -> EntityVec<Loop, (f64, bool)> {
    let mut found = EntityVec::filled(nodes.input.shape.loops.all().len(), (0.0, false));
    for (at, (&node, vertex)) in graph.vertices.iter().enumerate() {
        if let (Some(scope), Selected::Store) = (vertex.scope, selected[at]) {
            let (bytes, avoidable) = &mut found[scope];
            *bytes += lane_bytes(nodes, node, vertex.bytes);
            *avoidable |= is_avoidable(&vertex.options);
        }
    }
    found
}

fn is_avoidable(options: &Options) -> bool {
    matches!(options, Options::Recompute(_))
}

/// The bytes of one lane of a node: a loop for vectors does the work of several iterations.
fn lane_bytes(nodes: &Nodes<'_>, node: Node, bytes: u64) -> f64 {
    let lanes = match node {
        Node::Primal(value) | Node::Shadow(value) => {
            let input = nodes.input;
            match input.ctx.types.get(input.function.ty(value)) {
                TypeData::Vector { len, .. } => *len,
                _ => 1,
            }
        }
        _ => 1,
    };
    bytes as f64 / f64::from(lanes.max(1))
}

/// What each innermost loop may store in an iteration.
fn allowances(nodes: &Nodes<'_>, cheap: f64) -> EntityVec<Loop, Option<Iteration>> {
    let loops = &nodes.input.shape.loops;
    let mut found = EntityVec::new();
    for current in loops.all() {
        let is_innermost = loops.get(current).children.is_empty();
        found.push(is_innermost.then(|| Iteration {
            allowance: cheap * (work(nodes, current) / USUAL_WORK).max(1.0),
            factor: 1.0,
        }));
    }
    found
}

/// What an iteration does of an innermost loop, all its blocks together.
fn work(nodes: &Nodes<'_>, current: Loop) -> f64 {
    let blocks = nodes.input.shape.loops.blocks(current).iter();
    let insts = blocks.flat_map(|&block| nodes.input.function.insts(block));
    insts.map(|&inst| doing(nodes, inst)).sum()
}

/// What executing an instruction of the primal takes.
fn doing(nodes: &Nodes<'_>, inst: Inst) -> f64 {
    let entry = match nodes.resolver.call(nodes.input.function, inst) {
        Some(CallKind::Rule(entry)) => Some(entry),
        Some(_) => return price::CALL,
        None => None,
    };
    match nodes.input.function.inst(inst).op {
        Op::Load(_) | Op::Store(_) => price::RELOAD,
        _ => price::repeating(nodes.input.ctx, nodes.input.function, inst, entry).unwrap_or(1.0),
    }
}

/// Raises the prices of storing what a loop computes.
fn raise(graph: &mut Graph, current: Loop, factor: f64) {
    let vertices = graph.vertices.values_mut();
    for vertex in vertices.filter(|vertex| vertex.scope == Some(current)) {
        if vertex.weight < price::AVOIDED {
            vertex.weight *= factor;
        }
    }
}

/// A step: the prices and the choice before it.
struct Step<'a> {
    weights: Vec<f64>,
    before: Vec<Selected>,
    iterations: &'a EntityVec<Loop, Option<Iteration>>,
}

/// Gives what a step took away its price of before, as far as there is room.
fn give_back(nodes: &Nodes<'_>, graph: &mut Graph, selected: &mut Vec<Selected>, step: &Step<'_>) {
    let Step {
        weights,
        before,
        iterations,
    } = step;
    let stored = stored(nodes, graph, selected);
    let mut room: EntityVec<Loop, f64> = EntityVec::new();
    for (current, iteration) in iterations.iter() {
        room.push(
            iteration
                .as_ref()
                .map_or(0.0, |iteration| iteration.allowance - stored[current].0),
        );
    }
    let mut taken: Vec<(f64, usize)> = Vec::new();
    for (at, vertex) in graph.vertices.values().enumerate() {
        if let (Options::Recompute(recomputed), Selected::Store, Selected::Recompute) =
            (&vertex.options, before[at], selected[at])
        {
            taken.push((recomputed.cost, at));
        }
    }
    // A stable order: of equal costs what comes first in the graph.
    taken.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut raised: Vec<(usize, f64)> = Vec::new();
    for (_, at) in taken {
        let (&node, vertex) = match graph.vertices.get_index(at) {
            Some(found) => found,
            None => continue,
        };
        let Some(scope) = vertex.scope else { continue };
        let bytes = lane_bytes(nodes, node, vertex.bytes);
        if bytes <= room[scope] {
            room[scope] -= bytes;
            raised.push((at, vertex.weight));
            graph.vertices[at].weight = weights[at];
        }
    }
    if raised.is_empty() {
        return;
    }
    let found = select(graph);
    match beyond(nodes, graph, &found, iterations).len() <= beyond(nodes, graph, selected, iterations).len() {
        true => *selected = found,
        false => raised
            .into_iter()
            .for_each(|(at, weight)| graph.vertices[at].weight = weight),
    }
}
