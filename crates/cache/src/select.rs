//! Which nodes of the graph are stored and which are recomputed.
//!
//! Of each node that can be recomputed there are two vertices: *computed* and *needed*. The capacities are
//! - source to computed: the price of recomputing it, times its executions;
//! - computed to needed: the price of storing it, times its executions;
//! - needed to computed, of an operand and a node that recomputing reads it for: infinite;
//! - needed to sink, for what is demanded: infinite.
//!
//! A node that must be stored has an edge from the source to *needed* alone, a free one has no vertices. On the sink's side of a minimum
//! cut are the needed nodes, and of these those that are recomputed with both vertices.

use crate::cut::{INFINITE, Network};
use crate::graph::{Graph, Options, Vertex};

/// The capacity of one unit of price. It leaves room for ties to be broken.
const UNIT: f64 = 4.0;
/// Executions beyond this count as so many: sums of capacities must stay finite.
const MOST_EXECUTIONS: f64 = 1e9;

/// What happens to a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Selected {
    /// Nobody reads it.
    Unneeded,
    /// It is free, and needed.
    Free,
    /// It is computed again.
    Recompute,
    /// It is stored.
    Store,
}

/// The price of recomputing a node that can be, times its executions.
pub(crate) fn recompute_price(vertex: &Vertex) -> Option<u64> {
    match &vertex.options {
        Options::Recompute(recomputed) => Some(capacity(recomputed.cost, vertex.executions)),
        _ => None,
    }
}

/// The price of storing a node, times its executions. Of equal prices that of storing is the higher one.
pub(crate) fn store_price(vertex: &Vertex) -> u64 {
    capacity(vertex.weight, vertex.executions) + 1
}

fn capacity(price: f64, executions: f64) -> u64 {
    (price * executions.min(MOST_EXECUTIONS) * UNIT).round() as u64
}

/// The cheapest choice.
pub(crate) fn select(graph: &Graph) -> Vec<Selected> {
    let mut network = Network::default();
    let (source, sink) = (network.add_vertex(), network.add_vertex());
    // The vertices "computed" and "needed" of each node.
    let vertices: Vec<Option<(u32, u32)>> = graph
        .vertices
        .values()
        .map(|vertex| match vertex.options {
            Options::Free => None,
            Options::Store(_) => Some((source, network.add_vertex())),
            Options::Recompute(_) => Some((network.add_vertex(), network.add_vertex())),
        })
        .collect();
    for (at, vertex) in graph.vertices.values().enumerate() {
        let Some((computed, needed)) = vertices[at] else {
            continue;
        };
        network.add_edge(computed, needed, store_price(vertex));
        if let Some(price) = recompute_price(vertex) {
            network.add_edge(source, computed, price);
        }
        for &operand in graph.operands(at) {
            if let Some((_, operand)) = vertices[operand as usize] {
                network.add_edge(operand, computed, INFINITE);
            }
        }
        if at < graph.demanded {
            network.add_edge(needed, sink, INFINITE);
        }
    }
    let side = network.minimum_cut(source, sink);
    let mut selected: Vec<Selected> = vertices
        .iter()
        .map(|vertices| match *vertices {
            Some((computed, needed)) => match (side[computed as usize], side[needed as usize]) {
                (_, false) => Selected::Unneeded,
                (true, true) => Selected::Recompute,
                (false, true) => Selected::Store,
            },
            None => Selected::Unneeded,
        })
        .collect();
    mark_free(graph, &mut selected);
    selected
}

/// Free nodes that are demanded, or that a recomputed node reads.
fn mark_free(graph: &Graph, selected: &mut [Selected]) {
    let is_free = |at: usize| graph.vertices[at].options == Options::Free;
    for at in (0..graph.demanded).filter(|&at| is_free(at)) {
        selected[at] = Selected::Free;
    }
    for at in 0..selected.len() {
        if selected[at] == Selected::Recompute {
            for &operand in graph.operands(at) {
                if is_free(operand as usize) {
                    selected[operand as usize] = Selected::Free;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ir::{Entity, Value};
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Recomputed;
    use crate::node::{Node, Recipe};

    fn node(at: usize) -> Node {
        Node::Primal(Value::new(at))
    }

    /// A graph from, for each node, what it is (free, stored, recomputed), its two prices, and its operands among later ones.
    fn graph(nodes: &[(u8, u8, u8, Vec<usize>)], demanded: usize) -> Graph {
        let mut graph = Graph::default();
        graph.demanded = demanded.min(nodes.len());
        for (at, (sort, cost, weight, operands)) in nodes.iter().enumerate() {
            let later = operands
                .iter()
                .map(|operand| at + 1 + operand)
                .filter(|&operand| operand < nodes.len());
            let options = match sort {
                0 => Options::Free,
                1 => Options::Store("the test says so"),
                _ => Options::Recompute(Box::new(Recomputed {
                    recipe: Recipe::Same(node(at)),
                    operands: later.map(node).collect(),
                    cost: f64::from(*cost),
                })),
            };
            let vertex = Vertex {
                options,
                bytes: 8,
                scope: None,
                executions: 1.0,
                weight: f64::from(*weight),
            };
            graph.vertices.insert(node(at), vertex);
        }
        graph.link();
        graph
    }

    /// The price of a choice; `None` if something that is read is neither there nor stored nor recomputed.
    fn price(graph: &Graph, chosen: &[Selected]) -> Option<u64> {
        let has = |at: usize| chosen[at] != Selected::Unneeded || graph.vertices[at].options == Options::Free;
        if !(0..graph.demanded).all(has) {
            return None;
        }
        let mut total = 0;
        for (at, vertex) in graph.vertices.values().enumerate() {
            total += match chosen[at] {
                Selected::Store if vertex.options != Options::Free => store_price(vertex),
                Selected::Recompute => {
                    if !graph.operands(at).iter().all(|&operand| has(operand as usize)) {
                        return None;
                    }
                    recompute_price(vertex)?
                }
                _ => 0,
            };
        }
        Some(total)
    }

    proptest! {
        /// Against all choices for small graphs.
        #[test]
        fn no_choice_is_cheaper(
            nodes in prop::collection::vec((0..4u8, 0..20u8, 0..20u8, prop::collection::vec(0..4usize, 0..3)), 1..8),
            demanded in 1..4usize,
        ) {
            let graph = graph(&nodes, demanded);
            let selected = select(&graph);
            let found = price(&graph, &selected);
            prop_assert!(found.is_some(), "{selected:?}");
            let count = nodes.len();
            for mut code in 0..3usize.pow(count as u32) {
                let mut other = Vec::new();
                for _ in 0..count {
                    other.push([Selected::Unneeded, Selected::Recompute, Selected::Store][code % 3]);
                    code /= 3;
                }
                if let Some(price) = price(&graph, &other) {
                    prop_assert!(found <= Some(price), "{selected:?} {other:?}");
                }
            }
        }
    }
}
