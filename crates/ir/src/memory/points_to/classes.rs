//! The union-find structure: nodes with fields.
//!
//! A [`Cell`] is a place in an object: a node and a byte offset. Joining two cells makes their objects one, aligned so that the two
//! places coincide; so each node knows how far its origin is from that of the node that stands for its set. Fields are the cells that
//! addresses stored at some offset lead to. Where one object is met at two offsets, these are not told apart from then on, nor are any
//! others that differ by a multiple of their distance: a node has a *period*, and offsets in it count modulo that. So an array of
//! structures has the fields of one structure, and an object that is accessed at unknown offsets has one field. Periods only become
//! divisors of themselves, and a node has a bounded number of fields, so all this is near linear.
//!
//! A copy of bytes is a *link*: fields of one range are those of the other, now and later.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use super::{Class, Place, Shape, ShapeLink};
use crate::entity::{Entity, EntityVec};

/// Fields that a node has before they become one.
const MAX_FIELDS: usize = 64;

/// Links between local objects that are replaced by links between what they connect; beyond that, the objects become one.
const MAX_DEGREE: usize = 4;

/// The bytes of an address: fields closer than that overlap.
const ADDRESS: i64 = 8;

/// A place in an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Cell {
    pub(super) node: u32,
    pub(super) offset: i64,
}

impl Cell {
    /// The place `bytes` further on.
    pub(super) fn shift(self, bytes: i64) -> Self {
        Self {
            node: self.node,
            offset: self.offset.wrapping_add(bytes),
        }
    }
}

struct Node {
    parent: u32,
    /// What is added to offsets in this node for offsets in its parent.
    delta: i64,
    /// Offsets count modulo this; 0 if they are exact.
    period: u64,
    fields: Fields,
    links: Vec<u32>,
}

/// The fields of a node, by offset. They are few.
#[derive(Clone, Default)]
struct Fields(SmallVec<[(i64, Cell); 1]>);

impl Fields {
    fn position(&self, offset: i64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&offset, |&(at, _)| at)
    }

    fn get(&self, offset: i64) -> Option<Cell> {
        Some(self.0[self.position(offset).ok()?].1)
    }

    fn insert(&mut self, offset: i64, content: Cell) {
        match self.position(offset) {
            Ok(at) => self.0[at].1 = content,
            Err(at) => self.0.insert(at, (offset, content)),
        }
    }

    /// The first offset of a field of which some bytes are those of an address at `offset`.
    fn near(&self, offset: i64) -> Option<i64> {
        let (from, end) = (offset - (ADDRESS - 1), offset + ADDRESS);
        let first = self.0.partition_point(|&(at, _)| at < from);
        self.0.get(first).map(|&(at, _)| at).filter(|&at| at < end)
    }
}

/// The `len` bytes from `a` on are copied to or from those from `b` on; all that follow if `len` is unknown.
#[derive(Clone, Copy)]
struct Link {
    a: Cell,
    b: Cell,
    len: Option<i64>,
}

/// What is still to be done.
enum Task {
    Join(Cell, Cell),
    /// A field is new: its links carry it on.
    Field(u32, i64),
    /// A link is new, or what it connects has changed.
    Link(u32),
}

/// Nodes in disjoint sets.
#[derive(Default)]
pub(super) struct Classes {
    nodes: Vec<Node>,
    links: Vec<Link>,
    tasks: Vec<Task>,
}

impl Classes {
    /// The origin of a new object.
    pub(super) fn add(&mut self) -> Cell {
        let node = self.nodes.len() as u32;
        self.nodes.push(Node {
            parent: node,
            delta: 0,
            period: 0,
            fields: Fields::default(),
            links: Vec::new(),
        });
        Cell { node, offset: 0 }
    }

    fn node(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    /// The same place in the node that stands for the set, with path halving.
    fn find(&mut self, cell: Cell) -> Cell {
        let Cell { mut node, mut offset } = cell;
        while self.node(node).parent != node {
            let up = self.node(node).parent;
            let (above, more) = (self.node(up).parent, self.node(up).delta);
            if above != up {
                let lower = self.node(node);
                lower.parent = above;
                lower.delta = lower.delta.wrapping_add(more);
            }
            offset = offset.wrapping_add(self.node(node).delta);
            node = self.node(node).parent;
        }
        let offset = wrap(offset, self.node(node).period);
        Cell { node, offset }
    }

    /// What addresses stored at a place lead to; made if nothing is known.
    pub(super) fn content(&mut self, cell: Cell) -> Cell {
        let at = self.find(cell);
        if let Some(content) = self.node(at.node).fields.get(at.offset) {
            return content;
        }
        let content = self.add();
        self.put(at.node, at.offset, content);
        self.run();
        content
    }

    /// Makes two objects one in which these places coincide.
    pub(super) fn join(&mut self, a: Cell, b: Cell) {
        self.tasks.push(Task::Join(a, b));
        self.run();
    }

    /// From now on offsets in the object count modulo a divisor of `bytes`.
    pub(super) fn stride(&mut self, cell: Cell, bytes: u64) {
        let node = self.find(cell).node;
        self.shrink(node, bytes);
        self.run();
    }

    /// `len` bytes are copied between two places, all that follow if it is unknown.
    pub(super) fn link(&mut self, a: Cell, b: Cell, len: Option<u64>) {
        let len = len.and_then(|len| i64::try_from(len).ok());
        let link = self.links.len() as u32;
        self.links.push(Link { a, b, len });
        for end in [a, b] {
            let node = self.find(end).node;
            self.node(node).links.push(link);
        }
        self.tasks.push(Task::Link(link));
        self.run();
    }

    fn run(&mut self) {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Join(a, b) => self.unite(a, b),
                Task::Field(node, offset) => {
                    let at = self.find(Cell { node, offset });
                    for link in self.node(at.node).links.clone() {
                        self.carry(link, at);
                    }
                }
                Task::Link(link) => {
                    let Link { a, b, .. } = self.links[link as usize];
                    for end in [a, b] {
                        let node = self.find(end).node;
                        let fields = &self.node(node).fields.0;
                        let offsets: Vec<i64> = fields.iter().map(|&(at, _)| at).collect();
                        for offset in offsets {
                            let at = self.find(Cell { node, offset });
                            self.carry(link, at);
                        }
                    }
                }
            }
        }
    }

    fn unite(&mut self, a: Cell, b: Cell) {
        let (a, b) = (self.find(a), self.find(b));
        if a.node == b.node {
            self.shrink(a.node, a.offset.abs_diff(b.offset));
            return;
        }
        // The older node stays, which keeps trees shallow here: most joins add a fresh node to an old set.
        let (stays, goes) = if a.node < b.node { (a, b) } else { (b, a) };
        let delta = stays.offset.wrapping_sub(goes.offset);
        let lower = self.node(goes.node);
        (lower.parent, lower.delta) = (stays.node, delta);
        let period = lower.period;
        let fields = std::mem::take(&mut lower.fields);
        let links = std::mem::take(&mut lower.links);
        self.tasks.extend(links.iter().map(|&link| Task::Link(link)));
        self.node(stays.node).links.extend(links);
        self.shrink(stays.node, period);
        for (offset, content) in fields.0 {
            self.put(stays.node, offset.wrapping_add(delta), content);
        }
    }

    /// Makes the period of a root a divisor of `bytes`, unless that is 0.
    fn shrink(&mut self, root: u32, bytes: u64) {
        let node = self.node(root);
        let period = match gcd(node.period, bytes) {
            small if small > 0 && small < ADDRESS as u64 => 1,
            period => period,
        };
        if period == node.period {
            return;
        }
        node.period = period;
        let fields = std::mem::take(&mut node.fields);
        let links = node.links.clone();
        self.tasks.extend(links.into_iter().map(Task::Link));
        for (offset, content) in fields.0 {
            self.put(root, offset, content);
        }
    }

    /// Adds a field to a root, or joins what it leads to with what is there.
    fn put(&mut self, root: u32, offset: i64, content: Cell) {
        let period = self.node(root).period;
        let offset = wrap(offset, period);
        let fields = &self.node(root).fields;
        if let Some(known) = fields.get(offset) {
            self.tasks.push(Task::Join(known, content));
            return;
        }
        // Around the end of a period the next field is that after its start.
        let around = [offset - period as i64, offset + period as i64]
            .into_iter()
            .filter(|_| period > 0);
        let mut places = [offset].into_iter().chain(around);
        let overlap = places.find_map(|at| Some(fields.near(at)?.abs_diff(at)));
        let overlap = overlap.or_else(|| (fields.0.len() >= MAX_FIELDS).then_some(1));
        if let Some(distance) = overlap {
            self.shrink(root, distance);
            self.put(root, offset, content);
            return;
        }
        self.node(root).fields.insert(offset, content);
        self.tasks.push(Task::Field(root, offset));
    }

    /// Carries the field at a place of a root over a link to the other side.
    fn carry(&mut self, link: u32, at: Cell) {
        let Link { a, b, len } = self.links[link as usize];
        let (a, b) = (self.find(a), self.find(b));
        if a.node == b.node {
            self.shrink(a.node, a.offset.abs_diff(b.offset));
            return;
        }
        let Some(content) = self.node(at.node).fields.get(at.offset) else {
            return;
        };
        let (from, to) = if at.node == a.node { (a, b) } else { (b, a) };
        if at.node != from.node {
            return;
        }
        let period = self.node(from.node).period;
        let distance = wrap(at.offset.wrapping_sub(from.offset), period);
        if distance < 0 || len.is_some_and(|len| distance >= len) {
            return;
        }
        if period > 0 && len.is_none_or(|len| len as u64 > period) {
            // The field is at several places of the range.
            self.shrink(to.node, period);
        }
        let target = self.find(Cell {
            node: to.node,
            offset: to.offset.wrapping_add(distance),
        });
        self.put(target.node, target.offset, content);
    }

    /// Whether a node stands for its set.
    fn is_root(&self, node: u32) -> bool {
        self.nodes[node as usize].parent == node
    }

    /// Takes away links to objects that are known here alone: `exported` are the places that callers know, or may come to know. What
    /// a local object connects is connected directly.
    pub(super) fn drop_local_links(&mut self, exported: &[Cell]) {
        let mut seen = vec![false; self.nodes.len()];
        let mut work: Vec<u32> = Vec::new();
        for &cell in exported {
            work.push(self.find(cell).node);
        }
        while let Some(node) = work.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            let fields = &self.node(node).fields.0;
            let contents: Vec<Cell> = fields.iter().map(|&(_, content)| content).collect();
            for content in contents {
                work.push(self.find(content).node);
            }
        }
        for node in 0..seen.len() as u32 {
            if self.is_root(node) && !seen[node as usize] {
                self.bypass(node);
            }
        }
    }

    /// Replaces the links of an object by links between what they connect.
    fn bypass(&mut self, node: u32) {
        let mut ends: Vec<(Cell, Cell, Option<i64>)> = Vec::new();
        for link in std::mem::take(&mut self.node(node).links) {
            let Link { a, b, len } = self.links[link as usize];
            if len == Some(0) {
                continue;
            }
            let (a, b) = (self.find(a), self.find(b));
            let end = match (a.node == node, b.node == node) {
                (true, false) => (a, b, len),
                (false, true) => (b, a, len),
                _ => continue,
            };
            self.links[link as usize].len = Some(0);
            if ends.len() > MAX_DEGREE || !ends.contains(&end) {
                ends.push(end);
            }
        }
        if ends.len() > MAX_DEGREE || self.node(node).period > 0 {
            for pair in ends.windows(2) {
                self.stride(pair[0].1, 1);
                self.stride(pair[1].1, 1);
                self.link(pair[0].1, pair[1].1, None);
            }
            return;
        }
        for (index, &(near, far, len)) in ends.iter().enumerate() {
            for &(other_near, other_far, other_len) in &ends[..index] {
                // The bytes of the object that are in both ranges.
                let start = near.offset.max(other_near.offset);
                let end = |from: Cell, len: Option<i64>| len.map(|len| from.offset.saturating_add(len));
                let end = match (end(near, len), end(other_near, other_len)) {
                    (Some(x), Some(y)) => Some(x.min(y)),
                    (x, y) => x.or(y),
                };
                let bytes = end.map(|end| end.saturating_sub(start));
                if bytes.is_none_or(|bytes| bytes > 0) {
                    let far = far.shift(start - near.offset);
                    let other_far = other_far.shift(start - other_near.offset);
                    self.link(far, other_far, bytes.map(|bytes| bytes as u64));
                }
            }
        }
    }

    /// Numbers the sets densely: the place of each node's origin, and the shape of each class.
    pub(super) fn finish(mut self) -> (Vec<Place>, EntityVec<Class, Shape>) {
        let mut number = vec![None; self.nodes.len()];
        let mut places = Vec::with_capacity(self.nodes.len());
        let mut roots = Vec::new();
        for node in 0..self.nodes.len() as u32 {
            let root = self.find(Cell { node, offset: 0 });
            let class = *number[root.node as usize].get_or_insert_with(|| {
                roots.push(root.node);
                Class::new(roots.len() - 1)
            });
            places.push(Place {
                class,
                offset: root.offset,
            });
        }
        let place = |cell: Cell| {
            let origin: Place = places[cell.node as usize];
            origin.shift(cell.offset)
        };
        let shapes = roots.iter().map(|&root| {
            let node = &self.nodes[root as usize];
            let mut links: IndexSet<ShapeLink, FxBuildHasher> = IndexSet::default();
            for &link in &node.links {
                let Link { a, b, len } = self.links[link as usize];
                let link = ShapeLink {
                    a: place(a),
                    b: place(b),
                    len,
                };
                // Each is in the lists of both sides, and those of no bytes are gone.
                if link.a.class == places[root as usize].class && len != Some(0) {
                    links.insert(link);
                }
            }
            Shape {
                period: node.period,
                fields: node
                    .fields
                    .0
                    .iter()
                    .map(|&(at, cell)| (at, place(cell)))
                    .collect(),
                links: links.into_iter().collect(),
            }
        });
        let shapes = shapes.collect();
        (places, shapes)
    }
}

/// An offset modulo a period, if there is one.
fn wrap(offset: i64, period: u64) -> i64 {
    match i64::try_from(period) {
        Ok(period) if period > 0 => offset.rem_euclid(period),
        _ => offset,
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}
