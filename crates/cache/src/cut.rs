//! A minimum cut between two vertices of a network.
//!
//! Dinic's algorithm (1970): while the sink can be reached, levels by breadth, then a blocking flow along edges from level to level by
//! depth, where an edge that led nowhere is not tried again in the same phase. Without recursion. `petgraph` has the algorithm too, but
//! clears tables of all vertices for every path, which is quadratic in the number of stored values.
//!
//! Phases are at most as many as a shortest path can have edges, and the plan's chains are of limited length; each phase costs the
//! edges and the lengths of the paths found.

use std::collections::VecDeque;

/// A capacity that is never cut: more than all finite ones together.
pub(crate) const INFINITE: u64 = u64::MAX / 4;

const NONE: u32 = u32::MAX;

/// A network with capacities.
#[derive(Clone, Default, Debug)]
pub(crate) struct Network {
    /// The last edge of each vertex; the ones before are linked by `next`.
    first: Vec<u32>,
    next: Vec<u32>,
    to: Vec<u32>,
    /// What is left of the capacity of each edge. Edge `e ^ 1` is the reverse of `e`.
    left: Vec<u64>,
}

impl Network {
    /// A new vertex.
    pub(crate) fn add_vertex(&mut self) -> u32 {
        self.first.push(NONE);
        self.first.len() as u32 - 1
    }

    /// A new edge.
    pub(crate) fn add_edge(&mut self, from: u32, to: u32, capacity: u64) {
        self.half_edge(from, to, capacity);
        self.half_edge(to, from, 0);
    }

    fn half_edge(&mut self, from: u32, to: u32, capacity: u64) {
        let edge = self.to.len() as u32;
        self.next.push(self.first[from as usize]);
        self.to.push(to);
        self.left.push(capacity);
        self.first[from as usize] = edge;
    }

    /// For each vertex whether it is on the sink's side of a minimum cut: of all minimum cuts the one with the fewest vertices there.
    pub(crate) fn minimum_cut(mut self, source: u32, sink: u32) -> Vec<bool> {
        while let Some(mut level) = self.levels(source, sink) {
            self.block(source, sink, &mut level);
        }
        self.reaching(sink)
    }

    fn edges(&self, vertex: u32) -> impl Iterator<Item = u32> + '_ {
        let some = |edge: u32| (edge != NONE).then_some(edge);
        std::iter::successors(some(self.first[vertex as usize]), move |&edge| {
            some(self.next[edge as usize])
        })
    }

    /// The distance of each vertex from the source; `None` if the sink is not reached.
    fn levels(&self, source: u32, sink: u32) -> Option<Vec<u32>> {
        let mut level = vec![NONE; self.first.len()];
        level[source as usize] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(vertex) = queue.pop_front() {
            for edge in self.edges(vertex) {
                let to = self.to[edge as usize];
                if self.left[edge as usize] > 0 && level[to as usize] == NONE {
                    level[to as usize] = level[vertex as usize] + 1;
                    if to == sink {
                        return Some(level);
                    }
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// Sends flow along edges from level to level until every such path is full.
    fn block(&mut self, source: u32, sink: u32, level: &mut [u32]) {
        let mut at_edge = self.first.clone();
        let mut path: Vec<u32> = Vec::new();
        let mut at = source;
        loop {
            if at == sink {
                at = self.fill(&mut path);
                continue;
            }
            let edge = at_edge[at as usize];
            if edge == NONE {
                level[at as usize] = NONE;
                let Some(back) = path.pop() else { return };
                at = self.to[(back ^ 1) as usize];
                continue;
            }
            let to = self.to[edge as usize];
            let is_next = level[to as usize] != NONE && level[to as usize] == level[at as usize] + 1;
            if self.left[edge as usize] > 0 && is_next {
                path.push(edge);
                at = to;
            } else {
                at_edge[at as usize] = self.next[edge as usize];
            }
        }
    }

    /// Fills a path, shortens it to before its first full edge, and gives its end.
    fn fill(&mut self, path: &mut Vec<u32>) -> u32 {
        let amount = path
            .iter()
            .map(|&edge| self.left[edge as usize])
            .min()
            .unwrap_or(0);
        let mut full = 0;
        for (at, &edge) in path.iter().enumerate().rev() {
            self.left[edge as usize] -= amount;
            self.left[(edge ^ 1) as usize] += amount;
            if self.left[edge as usize] == 0 {
                full = at;
            }
        }
        let end = self.to[(path[full] ^ 1) as usize];
        path.truncate(full);
        end
    }

    /// The vertices from which there is a way with capacity left.
    fn reaching(&self, sink: u32) -> Vec<bool> {
        let mut reaches = vec![false; self.first.len()];
        reaches[sink as usize] = true;
        let mut work = vec![sink];
        while let Some(vertex) = work.pop() {
            for edge in self.edges(vertex) {
                let from = self.to[edge as usize];
                if self.left[(edge ^ 1) as usize] > 0 && !reaches[from as usize] {
                    reaches[from as usize] = true;
                    work.push(from);
                }
            }
        }
        reaches
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cut_nearest_to_the_sink_is_taken() {
        let mut network = Network::default();
        let [source, middle, sink] = [(); 3].map(|()| network.add_vertex());
        network.add_edge(source, middle, 5);
        network.add_edge(middle, sink, 5);
        assert_eq!(network.minimum_cut(source, sink), [false, false, true]);
    }

    /// The capacity of the edges into the sink's side.
    fn capacity(edges: &[(u32, u32, u64)], side: &[bool]) -> u64 {
        let cut = edges
            .iter()
            .filter(|&&(from, to, _)| !side[from as usize] && side[to as usize]);
        cut.map(|edge| edge.2).sum()
    }

    proptest! {
        /// Against all cuts of small networks.
        #[test]
        fn no_cut_is_smaller(edges in prop::collection::vec((0..8u32, 0..8u32, 0..20u64), 0..40)) {
            let mut network = Network::default();
            (0..8).for_each(|_| { network.add_vertex(); });
            edges.iter().for_each(|&(from, to, capacity)| network.add_edge(from, to, capacity));
            let side = network.minimum_cut(0, 7);
            prop_assert!(!side[0] && side[7]);
            let found = capacity(&edges, &side);
            for bits in 0..64u32 {
                let mut other = vec![false; 8];
                (0..6).for_each(|at| other[at + 1] = bits >> at & 1 == 1);
                other[7] = true;
                prop_assert!(found <= capacity(&edges, &other));
            }
        }
    }
}
