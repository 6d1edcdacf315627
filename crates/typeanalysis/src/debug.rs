//! Types that debug information declares (`ir::debug`), as trees.
//!
//! There are two readings, and a narrow one of the second. With the option `rust`, declarations are facts like any other, read as Enzyme
//! reads them: an integer is known in its first byte, `*u8` says nothing. Else they are hints for what nothing else tells
//! ([`crate::hints`]), read with the suspicion that C, Fortran and unsafe Rust deserve: floats and addresses are believed, an integer only
//! as a member of a structure, because a variable of type `uint64_t` often holds the bits of a double, and bytes never.
//!
//! Of a union or an enumeration with variants, that is known in which all members agree that have those bytes.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use ir::{Context, DebugKind, DebugMember, DebugNode, DebugPlace, DebugType, DebugVariable};
use rustc_hash::FxHashMap;

use crate::base::{BaseType, Pointers};
use crate::tree::{EVERY, Limits, Path, TypeTree};
use crate::trees::{TreeId, Trees};
use crate::window::clamp;

/// How declarations are read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Reading {
    /// As Enzyme's rules for Rust do.
    Facts,
    /// What can be believed of any language.
    Hints,
    /// The same, but an address of a number is that of one number, not of an array of them: it may be one within a structure.
    NarrowHints,
}

impl Reading {
    fn is_hint(self) -> bool {
        self != Self::Facts
    }
}

/// The trees of variables that were asked for: most variables of a program are of few types, and these share most of their parts.
#[derive(Default, Debug)]
pub(crate) struct DeclaredTrees {
    known: FxHashMap<(DebugType, DebugPlace, Reading), TreeId>,
    parts: Parts,
}

/// What is known of types as members or not, by how they are read.
type Parts = RefCell<FxHashMap<(DebugType, bool, Reading), Rc<Known>>>;

impl DeclaredTrees {
    /// What a variable says about the value that stands for it; empty if nothing.
    pub fn tree(
        &mut self,
        ctx: &Context,
        trees: &mut Trees,
        declared: DebugVariable,
        reading: Reading,
    ) -> TreeId {
        let limits = *trees.limits();
        let key = (declared.ty, declared.place, reading);
        let made = self.known.entry(key);
        let reader = Reader {
            ctx,
            reading,
            limits: &limits,
            parts: &self.parts,
        };
        *made.or_insert_with(|| trees.intern(variable(&reader, declared)))
    }
}

fn variable(reader: &Reader<'_>, variable: DebugVariable) -> TypeTree {
    let contents = reader.top(variable.ty);
    match variable.place {
        DebugPlace::Value => contents,
        DebugPlace::Memory if contents.is_empty() => contents,
        DebugPlace::Memory => {
            let mut tree = TypeTree::all(BaseType::Pointer);
            reader.put(&mut tree, EVERY, &contents);
            tree
        }
    }
}

/// What is known of a type: a tree whose paths begin with offsets in an object of it, and the bytes that it has something in.
#[derive(Default, Debug)]
struct Known {
    tree: TypeTree,
    covered: Vec<Range<u64>>,
}

impl Known {
    fn covers(&self, bytes: &Range<u64>) -> bool {
        self.covered
            .iter()
            .any(|range| range.start < bytes.end && bytes.start < range.end)
    }
}

struct Reader<'a> {
    ctx: &'a Context,
    reading: Reading,
    limits: &'a Limits,
    parts: &'a Parts,
}

impl Reader<'_> {
    fn node(&self, ty: DebugType) -> &DebugNode {
        &self.ctx.debug_types[ty]
    }

    /// Whether a fact that is there is about bytes from an offset on, and about others before: what the discriminator of `Option<&T>` is at the
    /// second byte of the address that it shares its place with.
    fn is_inside(&self, tree: &TypeTree, offset: i32) -> bool {
        tree.entries().any(|(path, base)| {
            let first = path.first().copied().filter(|&first| first >= 0);
            let reach = |first: i32| first.saturating_add(base.step(self.limits.pointer_bytes));
            path.len() == 1 && first.is_some_and(|first| first < offset && offset < reach(first))
        })
    }

    /// Adds facts at an offset. A fact that contradicts one that is there is left out: declarations may overlap.
    fn put(&self, tree: &mut TypeTree, offset: i32, facts: &TypeTree) {
        let there = tree.clone();
        for (path, base) in facts.entries() {
            let moved: Path = match path.split_first() {
                Some((&first, tail)) if offset != EVERY && first != EVERY => {
                    std::iter::once(first.saturating_add(offset))
                        .chain(tail.iter().copied())
                        .collect()
                }
                // What is known of every byte of an element is told for its first.
                Some((_, tail)) if offset != EVERY => {
                    std::iter::once(offset).chain(tail.iter().copied()).collect()
                }
                _ => std::iter::once(EVERY).chain(path.iter().copied()).collect(),
            };
            if !moved.first().is_some_and(|&first| self.is_inside(&there, first)) {
                let _ = tree.insert(&moved, base, Pointers::Distinct, self.limits);
            }
        }
    }

    /// An object that is no part of another: a variable, or what a pointer leads to.
    fn top(&self, ty: DebugType) -> TypeTree {
        let node = self.node(ty);
        match (&node.kind, self.reading) {
            (DebugKind::Pointer(Some(to)), Reading::Facts) if self.node(*to).kind == DebugKind::Byte => {
                TypeTree::new()
            }
            (DebugKind::Array(element, _), reading) if reading.is_hint() => match self.node(*element).kind {
                DebugKind::Float(kind) => TypeTree::all(BaseType::Float(kind)),
                DebugKind::Integer | DebugKind::Byte => TypeTree::new(),
                _ => self.read(ty, false).tree.clone(),
            },
            _ => self.read(ty, false).tree.clone(),
        }
    }

    /// What is known of a type. Each is made once: types are shared, and what they lead to would be read again for each path to it.
    fn read(&self, ty: DebugType, member: bool) -> Rc<Known> {
        let key = (ty, member, self.reading);
        if let Some(known) = self.parts.borrow().get(&key) {
            return Rc::clone(known);
        }
        let known = Rc::new(self.made(ty, member));
        self.parts.borrow_mut().insert(key, Rc::clone(&known));
        known
    }

    fn made(&self, ty: DebugType, member: bool) -> Known {
        let node = self.node(ty);
        let mut known = Known::default();
        if node.bytes > 0 {
            known.covered.push(0..node.bytes);
        }
        match &node.kind {
            DebugKind::Opaque => {}
            DebugKind::Byte | DebugKind::Integer => known.tree = self.integer(node.bytes, member),
            &DebugKind::Float(kind) => known.tree.set_if_absent(&[0], BaseType::Float(kind)),
            DebugKind::Pointer(to) => known.tree = self.pointer(*to),
            DebugKind::Array(element, count) => known.tree = self.array(*element, *count, member),
            DebugKind::Record(members) => known = self.record(members),
            DebugKind::Choice(members) => known = self.choice(members, member),
        }
        known
    }

    fn integer(&self, bytes: u64, member: bool) -> TypeTree {
        let known = match self.reading {
            Reading::Facts => 1,
            _ if member => bytes,
            _ => 0,
        };
        let mut tree = TypeTree::new();
        for offset in 0..known {
            tree.set_if_absent(&[clamp(offset)], BaseType::Integer);
        }
        tree
    }

    fn pointer(&self, to: Option<DebugType>) -> TypeTree {
        let mut tree = TypeTree::new();
        tree.set_if_absent(&[0], BaseType::Pointer);
        let Some(to) = to else { return tree };
        let contents = match &self.node(to).kind {
            DebugKind::Byte => return tree,
            // A pointer to a scalar is one to an array of them.
            &DebugKind::Float(kind) if self.reading != Reading::NarrowHints => {
                TypeTree::all(BaseType::Float(kind))
            }
            DebugKind::Integer if self.reading == Reading::Facts => TypeTree::all(BaseType::Integer),
            _ => self.top(to),
        };
        for (path, base) in contents.entries() {
            let behind: Path = std::iter::once(0).chain(path.iter().copied()).collect();
            // Facts about one type cannot contradict each other.
            let _ = tree.insert(&behind, base, Pointers::Distinct, self.limits);
        }
        tree
    }

    fn array(&self, element: DebugType, count: Option<u64>, member: bool) -> TypeTree {
        let node = self.node(element);
        // Bytes in a row are how memory of any kind is declared.
        if node.bytes == 0 || (node.kind == DebugKind::Byte && self.reading.is_hint()) {
            return TypeTree::new();
        }
        let part = self.read(element, member);
        let reach = u64::try_from(self.limits.offset).unwrap_or(0) / node.bytes + 1;
        let mut tree = TypeTree::new();
        for index in 0..count.unwrap_or(1).min(reach) {
            self.put(&mut tree, clamp(index * node.bytes), &part.tree);
        }
        tree
    }

    fn record(&self, members: &[DebugMember]) -> Known {
        let mut known = Known::default();
        for member in members {
            let part = self.read(member.ty, true);
            self.put(&mut known.tree, clamp(member.offset), &part.tree);
            known
                .covered
                .extend(part.covered.iter().map(|range| shifted(range, member.offset)));
        }
        known
    }

    /// What all members agree on that have something at those bytes.
    fn choice(&self, members: &[DebugMember], member: bool) -> Known {
        let parts: Vec<Known> = members
            .iter()
            .map(|one| {
                let part = self.read(one.ty, member);
                let mut moved = Known::default();
                self.put(&mut moved.tree, clamp(one.offset), &part.tree);
                moved.covered = part
                    .covered
                    .iter()
                    .map(|range| shifted(range, one.offset))
                    .collect();
                moved
            })
            .collect();
        let mut known = Known::default();
        for (index, part) in parts.iter().enumerate() {
            for (path, base) in part.tree.entries() {
                let first = path
                    .first()
                    .and_then(|&first| u64::try_from(first).ok())
                    .unwrap_or(0);
                let outer = part.tree.get(&path[..path.len().min(1)]);
                let bytes = first..first + u64::try_from(outer.step(self.limits.pointer_bytes)).unwrap_or(1);
                let agrees = |other: &Known| !other.covers(&bytes) || other.tree.get(path) == base;
                let mut others = parts.iter().enumerate().filter(|&(at, _)| at != index);
                if others.all(|(_, other)| agrees(other)) {
                    // What is behind a pointer on which members do not agree is left out with it.
                    if path.len() == 1 || known.tree.get(&path[..path.len() - 1]).is_known() {
                        let _ = known.tree.insert(path, base, Pointers::Distinct, self.limits);
                    }
                }
            }
            known.covered.extend(part.covered.iter().cloned());
        }
        known
    }
}

fn shifted(range: &Range<u64>, by: u64) -> Range<u64> {
    range.start.saturating_add(by)..range.end.saturating_add(by)
}
