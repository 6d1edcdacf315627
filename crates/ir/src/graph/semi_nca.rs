//! Dominator trees by the Semi-NCA algorithm (Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", 2005): the
//! semidominators of Lengauer and Tarjan with path compression, then the nearest common ancestor of parent and semidominator in the
//! tree built so far. It is quadratic in the worst case and linear on graphs that programs have; LLVM uses the same.

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// The immediate dominators of the nodes `0..count` of a graph, from `root`; `NONE` for the root and for nodes it does not reach.
pub(super) fn immediate_dominators<'a>(
    count: usize,
    root: u32,
    succs: impl Fn(u32) -> &'a [u32],
    preds: impl Fn(u32) -> &'a [u32],
) -> Vec<u32> {
    let search = Search::from(count, root, succs);
    let semi = semidominators(&search, preds);
    let reached = search.order.len();
    // From here on nodes are preorder numbers: an ancestor's is smaller.
    let mut idom = search.parent.clone();
    for node in 1..reached {
        let mut candidate = idom[node];
        while candidate > semi[node] {
            candidate = idom[candidate as usize];
        }
        idom[node] = candidate;
    }
    let mut result = vec![NONE; count];
    for node in 1..reached {
        result[search.order[node] as usize] = search.order[idom[node] as usize];
    }
    result
}

/// A depth-first search: preorder, and for each preorder number that of the parent.
struct Search {
    order: Vec<u32>,
    number: Vec<u32>,
    parent: Vec<u32>,
}

impl Search {
    fn from<'a>(count: usize, root: u32, succs: impl Fn(u32) -> &'a [u32]) -> Self {
        let mut search = Self {
            order: Vec::with_capacity(count),
            number: vec![NONE; count],
            parent: Vec::with_capacity(count),
        };
        let mut stack = vec![(root, 0)];
        while let Some((node, parent)) = stack.pop() {
            if search.number[node as usize] != NONE {
                continue;
            }
            let number = search.order.len() as u32;
            search.number[node as usize] = number;
            search.order.push(node);
            search.parent.push(parent);
            let open = succs(node).iter().rev();
            stack.extend(
                open.filter(|&&next| search.number[next as usize] == NONE)
                    .map(|&next| (next, number)),
            );
        }
        search
    }
}

/// The semidominator of each preorder number.
fn semidominators<'a>(search: &Search, preds: impl Fn(u32) -> &'a [u32]) -> Vec<u32> {
    let reached = search.order.len();
    let mut semi: Vec<u32> = (0..reached as u32).collect();
    let mut forest = Forest {
        ancestor: search.parent.clone(),
        label: (0..reached as u32).collect(),
        path: Vec::new(),
    };
    for node in (1..reached).rev() {
        let mut best = search.parent[node];
        for &pred in preds(search.order[node]) {
            let from = search.number[pred as usize];
            if from != NONE {
                best = best.min(semi[forest.eval(from, node as u32, &semi) as usize]);
            }
        }
        semi[node] = best;
    }
    semi
}

/// The part of the depth-first tree whose nodes are numbered above the one that is being processed, with path compression.
struct Forest {
    ancestor: Vec<u32>,
    label: Vec<u32>,
    path: Vec<u32>,
}

impl Forest {
    /// The node of smallest semidominator on the path from `node` up to, without, the first ancestor that is not linked yet, that is
    /// numbered at most `limit`.
    fn eval(&mut self, node: u32, limit: u32, semi: &[u32]) -> u32 {
        if node <= limit {
            return node;
        }
        let mut at = node;
        while self.ancestor[at as usize] > limit {
            self.path.push(at);
            at = self.ancestor[at as usize];
        }
        // `at` is the topmost linked node; pull its label and its ancestor down the path.
        let top = self.ancestor[at as usize];
        let mut above = at;
        while let Some(below) = self.path.pop() {
            let (upper, lower) = (self.label[above as usize], self.label[below as usize]);
            if semi[upper as usize] < semi[lower as usize] {
                self.label[below as usize] = upper;
            }
            self.ancestor[below as usize] = top;
            above = below;
        }
        self.label[node as usize]
    }
}
