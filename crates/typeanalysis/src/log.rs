//! What became known when, and why.

use ir::{Entity, Value};

use crate::base::BaseType;
use crate::body::Node;
use crate::report::{Cause, Derivation, Step};
use crate::tree::{Path, TypeTree};
use crate::trees::{TreeId, Trees};

/// No earlier update.
const NONE: u32 = u32::MAX;

/// The longest chain that is told.
const STEPS: usize = 64;

/// Why something is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why {
    /// A sentence without its full stop.
    pub text: &'static str,
    /// The node whose type implied it.
    pub from: Option<Node>,
}

impl Why {
    /// Known without regard to other values.
    pub const fn ground(text: &'static str) -> Self {
        Self { text, from: None }
    }

    /// Known because of another value.
    pub fn from(node: Node, text: &'static str) -> Self {
        Self {
            text,
            from: Some(node),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Update {
    node: Node,
    tree: TreeId,
    cause: Cause,
    why: Why,
    previous: u32,
}

/// The updates of a context, in order.
#[derive(Clone, Debug, Default)]
pub struct Log {
    updates: Vec<Update>,
    last: Vec<u32>,
    values: usize,
}

impl Log {
    /// An empty log for so many nodes, of which the first ones are values.
    pub(crate) fn new(nodes: usize, values: usize) -> Self {
        Self {
            updates: Vec::new(),
            last: vec![NONE; nodes],
            values,
        }
    }

    /// Notes that a node got a tree.
    pub(crate) fn push(&mut self, node: Node, tree: TreeId, cause: Cause, why: Why) {
        let previous = std::mem::replace(&mut self.last[node.index()], self.updates.len() as u32);
        self.updates.push(Update {
            node,
            tree,
            cause,
            why,
            previous,
        });
    }

    /// The first update before `end` after which a node's tree has a fact.
    fn first(&self, trees: &Trees, node: Node, end: u32, has: impl Fn(&TypeTree) -> bool) -> Option<u32> {
        let mut found = None;
        let mut at = *self.last.get(node.index())?;
        while at != NONE {
            let update = &self.updates[at as usize];
            if at < end {
                if !has(trees.get(update.tree)) {
                    break;
                }
                found = Some(at);
            }
            at = update.previous;
        }
        found
    }

    /// The chain of steps that made `base` known at a path of a node.
    pub(crate) fn chain(&self, trees: &Trees, node: Node, path: &[i32], base: BaseType) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut next = self.first(trees, node, u32::MAX, |tree| tree.get(path) == base);
        while let Some(at) = next.filter(|_| steps.len() < STEPS) {
            let update = &self.updates[at as usize];
            steps.push(Step {
                value: (update.node.index() < self.values).then(|| Value::new(update.node.index())),
                cause: update.cause,
                why: update.why.text,
                tree: trees.get(update.tree).clone(),
            });
            // The path moves from value to value, the type stays what it is.
            next = update.why.from.and_then(|from| {
                self.first(trees, from, at, |tree| {
                    tree.entries().any(|(_, known)| known == base)
                })
            });
        }
        steps
    }

    /// The chain of steps that made a type known anywhere in a node's tree.
    pub(crate) fn origin(&self, trees: &Trees, node: Node, base: BaseType) -> Vec<Step> {
        let last = self
            .last
            .get(node.index())
            .and_then(|&at| self.updates.get(at as usize));
        let path = last.and_then(|update| {
            let mut entries = trees.get(update.tree).entries();
            entries
                .find(|&(_, known)| known == base)
                .map(|(path, _)| Path::from_slice(path))
        });
        path.map_or_else(Vec::new, |path| self.chain(trees, node, &path, base))
    }

    /// Why each fact about a value is known.
    pub(crate) fn explain(&self, trees: &Trees, value: Value) -> Vec<Derivation> {
        let node = Node::from(value);
        let Some(last) = self
            .last
            .get(node.index())
            .and_then(|&at| self.updates.get(at as usize))
        else {
            return Vec::new();
        };
        let derive = |(path, base): (&[i32], BaseType)| Derivation {
            path: Path::from_slice(path),
            base,
            steps: self.chain(trees, node, path, base),
        };
        trees.get(last.tree).entries().map(derive).collect()
    }
}
