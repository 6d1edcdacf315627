//! The union-find structure: nodes with contents.

use super::Class;
use crate::entity::{Entity, EntityVec};

/// Nodes in disjoint sets; the set of a node may have another node as content. Sets that are joined join their contents.
#[derive(Default)]
pub(super) struct Classes {
    parent: Vec<u32>,
    content: Vec<Option<u32>>,
}

impl Classes {
    pub(super) fn add(&mut self) -> u32 {
        let node = self.parent.len() as u32;
        self.parent.push(node);
        self.content.push(None);
        node
    }

    /// The node that stands for the set, with path halving.
    pub(super) fn find(&mut self, mut node: u32) -> u32 {
        while self.parent[node as usize] != node {
            let up = self.parent[node as usize];
            self.parent[node as usize] = self.parent[up as usize];
            node = self.parent[node as usize];
        }
        node
    }

    /// The content of a node's set, made if there is none.
    pub(super) fn content(&mut self, node: u32) -> u32 {
        let root = self.find(node);
        match self.content[root as usize] {
            Some(content) => content,
            None => {
                let content = self.add();
                self.content[root as usize] = Some(content);
                content
            }
        }
    }

    /// Joins two sets and, as far as they have contents, these.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let mut work = vec![(a, b)];
        while let Some((a, b)) = work.pop() {
            let (a, b) = (self.find(a), self.find(b));
            if a == b {
                continue;
            }
            // The older node stays, which keeps trees shallow here: most joins add a fresh node to an old set.
            let (stays, goes) = (a.min(b), a.max(b));
            self.parent[goes as usize] = stays;
            match (self.content[stays as usize], self.content[goes as usize].take()) {
                (Some(x), Some(y)) => work.push((x, y)),
                (None, found) => self.content[stays as usize] = found,
                (Some(_), None) => {}
            }
        }
    }

    /// Numbers the sets densely: the class of each node, and the content of each class.
    pub(super) fn finish(mut self) -> (Vec<Class>, EntityVec<Class, Option<Class>>) {
        let mut number = vec![None; self.parent.len()];
        let mut classes = Vec::with_capacity(self.parent.len());
        let mut roots = Vec::new();
        for node in 0..self.parent.len() as u32 {
            let root = self.find(node);
            let class = *number[root as usize].get_or_insert_with(|| {
                roots.push(root);
                Class::new(roots.len() - 1)
            });
            classes.push(class);
        }
        let content = roots
            .iter()
            .map(|&root| self.content[root as usize].map(|node| classes[node as usize]))
            .collect();
        (classes, content)
    }
}
