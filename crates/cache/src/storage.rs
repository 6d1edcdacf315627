//! Where stored nodes are kept.
//!
//! Each stored node has a [`Slot`] in the scope in which it is defined. Of the function: a field of the frame. Of a loop whose trip
//! count is known when it is entered: an array with an element for each iteration. Loops whose counts are known when an outer one is
//! entered belong to one [`Nest`] with it, which has one block of memory; the arrays of its slots follow each other, those of largest
//! alignment first. Of another loop: a field of a record for each iteration.

use indexmap::IndexMap;
use ir::graph::Loop;
use ir::{Context, Entity, EntitySet, EntityVec, Function, Type, Value};

use crate::choice::ChoiceTest;
use crate::nest::{Membership, memberships};
use crate::node::Node;
use crate::shape::Shape;

ir::entity! {
    /// A place for a stored node.
    SlotId, "slot"
}

ir::entity! {
    /// Loops that share one block of memory.
    NestId, "nest"
}

/// A place for a stored node.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// What is stored.
    pub node: Node,
    /// The type of one lane as it is stored: `i8` for an `i1` and for choices of up to 256 predecessors, else `i32`; `i64` for counts.
    pub ty: Type,
    /// How many lanes follow each other: the width for shadows, else 1.
    pub lanes: u32,
    /// Bytes of all lanes.
    pub bytes: u64,
    /// Alignment in bytes: a power of two, at most 16.
    pub align: u32,
    /// The loop in whose every iteration it is stored; `None` for the function.
    pub scope: Option<Loop>,
    /// Loops of its nest around it (the scope may be one) whose iterations all store the same, so that the array has no axis for them.
    pub same_in: Vec<Loop>,
    /// Where.
    pub storage: Storage,
    /// How often it is stored in one execution of the function, as far as that is known.
    pub executions: f64,
    /// How many places it has in one execution of the function, as far as that is known.
    pub elements: f64,
    /// Why it is stored.
    pub reason: String,
}

/// The class of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// A field of the frame; `offset` bytes from the start of the frame's record.
    Frame {
        /// In bytes.
        offset: u64,
    },
    /// An element of an array. The array starts where those of the slots before it in [`Nest::slots`] end.
    Array {
        /// The nest.
        nest: NestId,
    },
    /// A field of a record, `offset` bytes from its start.
    Record {
        /// The loop.
        of: Loop,
        /// In bytes.
        offset: u64,
    },
}

/// Loops that share one block of memory.
///
/// The block has `sum over slots of elements(slot) * slot.bytes` bytes, where `elements` is the product of the iterations of all loops
/// of the nest around the slot but those of [`Slot::same_in`]. The element for an iteration is at `(counter_root * iterations_1 + counter_1) * iterations_2 + ...`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nest {
    /// Its outermost loop. The block is made in its preheader.
    pub root: Loop,
    /// Its loops, outer ones before inner ones; loops side by side are possible.
    pub loops: Vec<NestLoop>,
    /// Its slots, in the order of their arrays.
    pub slots: Vec<SlotId>,
}

/// A loop of a nest. Its number of iterations, as of the root's preheader, is `exact trip count + 1` if all guards hold, and 0 if one
/// does not: then it is not entered, and the trip count may be any number.
///
/// Values in trip counts and guards are computed before the root's preheader, but perhaps are poison where a guard does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NestLoop {
    /// The loop.
    pub of: Loop,
    /// What must hold for it to be entered, besides the guards of the loops of the nest around it. None for the root.
    pub guards: Vec<Guard>,
    /// Values in its trip count that are not computed before the nest's root, but follow from what is.
    pub merges: Vec<Merged>,
}

/// A phi between values that are computed before a nest's root, chosen by conditions that are: it is the same each time, and can be selected
/// before the root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merged {
    /// The phi.
    pub phi: Value,
    /// Which of its predecessors its block is entered from, by branches.
    pub test: ChoiceTest,
}

/// Something without which a loop is not entered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Guard {
    /// A condition (an `i1`), computed before the nest's root, is so.
    Condition {
        /// The condition.
        value: Value,
        /// What it must be.
        is: bool,
    },
    /// The trip count of a loop of the nest is not zero.
    Repeats(Loop),
    /// A test by branches on conditions that are computed before the nest's root comes to its end.
    Test(ChoiceTest),
}

impl Guard {
    /// The conditions that it reads.
    pub fn conditions(&self) -> Vec<Node> {
        match self {
            Self::Condition { value, .. } => vec![Node::Primal(*value)],
            Self::Repeats(_) => Vec::new(),
            Self::Test(test) => test.conditions(),
        }
    }
}

/// A node that is to be stored.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Item {
    pub(crate) node: Node,
    pub(crate) ty: Type,
    pub(crate) lanes: u32,
    pub(crate) bytes: u64,
    pub(crate) align: u32,
    pub(crate) scope: Option<Loop>,
    pub(crate) reason: String,
}

/// The places of all stored nodes.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Places {
    pub(crate) slots: EntityVec<SlotId, Slot>,
    pub(crate) frame: Record,
    pub(crate) nests: EntityVec<NestId, Nest>,
    pub(crate) records: IndexMap<Loop, Record>,
    /// The extents of loops of nests.
    pub(crate) extents: Vec<Extent>,
}

/// How the extent of a loop of a nest gets to the reverse sweep.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Extent {
    pub(crate) of: Loop,
    /// The values that it is computed from; `None` if it is stored.
    pub(crate) values: Option<Vec<Node>>,
}

/// Fields one after the other: those of a frame, or of a record.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Record {
    /// Its fields.
    pub slots: Vec<SlotId>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Gives each item a place. `is_known` says whether the reverse sweep has a value that is not stored for its own sake.
pub(crate) fn place(
    ctx: &Context,
    function: &Function,
    shape: &Shape,
    items: Vec<Item>,
    is_known: &dyn Fn(Node) -> bool,
) -> Places {
    let members = memberships(function, shape);
    let mut placing = Placing {
        ctx,
        function,
        shape,
        members: &members,
        by_scope: IndexMap::new(),
        ids: IndexMap::new(),
        extents: Vec::new(),
    };
    for item in items {
        placing.by_scope.entry(item.scope).or_default().push(item);
    }
    placing.number_nests();
    placing.add_bases(is_known);
    placing.places()
}

struct Placing<'a> {
    ctx: &'a Context,
    function: &'a Function,
    shape: &'a Shape,
    members: &'a EntityVec<Loop, Option<Membership>>,
    by_scope: IndexMap<Option<Loop>, Vec<Item>>,
    /// The nests that have slots, by their roots.
    ids: IndexMap<Loop, NestId>,
    extents: Vec<Extent>,
}

impl Placing<'_> {
    /// The root of the nest that a scope belongs to.
    fn root(&self, scope: Option<Loop>) -> Option<Loop> {
        Some(self.members[scope?].as_ref()?.root)
    }

    /// Names the nests that have slots, or a nest with slots inside, outer ones first.
    fn number_nests(&mut self) {
        let mut used: EntitySet<Loop> = EntitySet::new();
        for current in self.shape.loops.all().rev() {
            let has_items = self.by_scope.contains_key(&Some(current)) || used.contains(current);
            let Some(membership) = self.members[current].as_ref().filter(|_| has_items) else {
                continue;
            };
            let root = membership.root;
            used.insert(root);
            // The base of the nest is stored in the loop around its root.
            if let Some(parent) = self.shape.parent(root) {
                used.insert(parent);
            }
        }
        for current in self.shape.loops.all() {
            let is_root = self.members[current]
                .as_ref()
                .is_some_and(|found| found.root == current);
            if is_root && used.contains(current) {
                self.ids.insert(current, NestId::new(self.ids.len()));
            }
        }
    }

    /// Adds the base of each nest, and the extents of its loops, to the scope around it: inner nests first, since outer ones hold them.
    fn add_bases(&mut self, is_known: &dyn Fn(Node) -> bool) {
        let nests: Vec<(Loop, NestId)> = self.ids.iter().rev().map(|(&root, &id)| (root, id)).collect();
        for (root, id) in nests {
            let scope = self.shape.parent(root);
            let ptr = self.ctx.types.ptr();
            let reason = format!("where the arrays of {id} are");
            self.add(Node::Base(id), ptr, scope, reason);
            for member in self.loops_of(root) {
                let values = self.extent_values(&member);
                let known = values.iter().all(|&node| is_known(node));
                if !known {
                    let reason = "how many iterations have a place in the arrays".to_owned();
                    self.add(Node::Extent(member.of), self.ctx.types.i64(), scope, reason);
                }
                self.extents.push(Extent {
                    of: member.of,
                    values: known.then_some(values),
                });
            }
        }
    }

    fn add(&mut self, node: Node, ty: Type, scope: Option<Loop>, reason: String) {
        let bytes = self.ctx.size_of(ty).unwrap_or(8);
        self.by_scope.entry(scope).or_default().push(Item {
            node,
            ty,
            lanes: 1,
            bytes,
            align: bytes as u32,
            scope,
            reason,
        });
    }

    fn extent_values(&self, member: &NestLoop) -> Vec<Node> {
        let mut values = Vec::new();
        self.count_values(member.of, &mut values);
        for guard in &member.guards {
            values.extend(guard.conditions());
            if let Guard::Repeats(other) = guard {
                self.count_values(*other, &mut values);
            }
        }
        values
    }

    /// What the trip count of a loop is computed from before the root of its nest.
    fn count_values(&self, of: Loop, values: &mut Vec<Node>) {
        let count = self.shape.exact_count(of).into_iter();
        let merges = self.members[of].as_ref().map_or(&[][..], |found| &found.merges);
        for value in count.flat_map(|count| count.backedges.values()) {
            match merges.iter().find(|merged| merged.phi == value) {
                Some(merged) => {
                    values.extend(merged.test.conditions());
                    let phi = self.function.def_inst(value).map(|phi| self.function.inst(phi));
                    let incoming = phi.into_iter().flat_map(|phi| &phi.operands);
                    values.extend(incoming.map(|&value| Node::Primal(value)));
                }
                None => values.push(Node::Primal(value)),
            }
        }
    }

    /// The loops of a nest that are around a slot.
    fn loops_of(&self, root: Loop) -> Vec<NestLoop> {
        let mut needed: EntitySet<Loop> = EntitySet::new();
        for scope in self
            .by_scope
            .keys()
            .filter(|&&scope| self.root(scope) == Some(root))
        {
            needed.extend(self.shape.around(*scope, Some(root)));
        }
        let nest_loop = |of: Loop| {
            let found = self.members[of].as_ref();
            NestLoop {
                of,
                guards: found.map_or(Vec::new(), |found| found.guards.clone()),
                merges: found.map_or(Vec::new(), |found| found.merges.clone()),
            }
        };
        needed.iter().map(nest_loop).collect()
    }

    fn places(mut self) -> Places {
        let mut places = Places {
            extents: std::mem::take(&mut self.extents),
            ..Places::default()
        };
        for (&root, _) in &self.ids {
            places.nests.push(Nest {
                root,
                loops: self.loops_of(root),
                slots: Vec::new(),
            });
        }
        let mut scopes: Vec<Option<Loop>> = self.by_scope.keys().copied().collect();
        scopes.sort();
        for scope in scopes {
            let mut items = self.by_scope.swap_remove(&scope).unwrap_or_default();
            // Fields of larger alignment first: then no field needs padding before it.
            items.sort_by_key(|item| std::cmp::Reverse(item.align));
            for item in items {
                self.place(&mut places, item);
            }
        }
        for nest in places.nests.values_mut() {
            nest.slots
                .sort_by_key(|&slot| std::cmp::Reverse(places.slots[slot].align));
        }
        places
    }

    fn place(&self, places: &mut Places, item: Item) {
        let slot = SlotId::new(places.slots.len());
        let nest = self
            .root(item.scope)
            .and_then(|root| self.ids.get(&root).copied());
        let storage = match (item.scope, nest) {
            (None, _) => Storage::Frame {
                offset: places.frame.add(slot, &item),
            },
            (Some(_), Some(nest)) => {
                places.nests[nest].slots.push(slot);
                Storage::Array { nest }
            }
            (Some(of), None) => Storage::Record {
                of,
                offset: places.records.entry(of).or_default().add(slot, &item),
            },
        };
        places.slots.push(Slot {
            node: item.node,
            ty: item.ty,
            lanes: item.lanes,
            bytes: item.bytes,
            align: item.align,
            scope: item.scope,
            same_in: Vec::new(),
            storage,
            executions: self.shape.frequency(item.scope),
            elements: self.shape.frequency(item.scope),
            reason: item.reason,
        });
    }
}

impl Record {
    /// Appends a field, and gives its offset.
    fn add(&mut self, slot: SlotId, item: &Item) -> u64 {
        let offset = self.bytes.next_multiple_of(u64::from(item.align));
        self.slots.push(slot);
        self.bytes = offset + item.bytes;
        offset
    }
}
