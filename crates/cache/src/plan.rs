//! The plan: for each node that the reverse sweep reads, the way in which it gets there.

use facts::Facts;
use indexmap::IndexMap;
use ir::graph::Loop;
use ir::{Block, Bodies, Context, EntitySet, EntityVec, Function, Inst};
use rules::RuleTable;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::node::{Node, Recipe, Way};
use crate::route::Route;
use crate::shape::Shape;
use crate::storage::{Nest, NestId, Record, Slot, SlotId};
use crate::words::{Word, WordId};

/// Where the two sweeps are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// In one function: what the function defines outside of loops is there in both.
    Combined,
    /// In two functions. The second is called with the same integers and pointers as the first, and with the shadows of pointers, but
    /// not with floats.
    Split,
}

/// Which memory may be written between the forward sweep and the reverse sweep by others than the function.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Overwritten {
    /// The object that each parameter leads to.
    pub params: Vec<bool>,
    /// Global variables.
    pub globals: bool,
    /// Memory whose address was loaded from memory or returned by a call.
    pub other: bool,
}

impl Overwritten {
    /// None: for a function with `params` parameters.
    pub fn nothing(params: usize) -> Self {
        Self {
            params: vec![false; params],
            globals: false,
            other: false,
        }
    }

    /// All of it.
    pub fn everything(params: usize) -> Self {
        Self {
            params: vec![true; params],
            globals: true,
            other: true,
        }
    }
}

/// What the derivatives of calls read: known to who emits them.
pub trait CallDemand {
    /// The nodes that the reverse of the call `inst` reads; the call is active, and its callee has a body, or a derivative that the user
    /// gives, or is not known. Nodes of other instructions must dominate the call.
    fn reads(&self, inst: Inst) -> Vec<Node>;
}

/// Options of the plan.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// The most bytes that one execution of the function may store, as far as trip counts are known (an unknown one counts as 10
    /// iterations). What goes beyond is reported as an error.
    pub tape_limit: Option<u64>,
    /// Wherever the reverse sweep reads the shadow of an address it also reads the address: they are compared.
    pub runtime_activity: bool,
    /// The bytes that an iteration of an innermost loop stores at the price of the time that it takes; those beyond are up to four times
    /// as dear, so that more is computed again. Zero: bytes are never dearer.
    pub cheap_bytes: u64,
}

impl Default for PlanOptions {
    /// No limit; half a cache line is cheap.
    fn default() -> Self {
        Self {
            tape_limit: None,
            runtime_activity: false,
            cheap_bytes: 32,
        }
    }
}

/// What a plan depends on.
#[derive(Clone, Copy)]
pub struct PlanInput<'a> {
    /// Types, constants, declarations.
    pub ctx: &'a Context,
    /// The canonical body.
    pub function: &'a Function,
    /// All bodies.
    pub bodies: Bodies<'a>,
    /// Activity and types in the body.
    pub facts: &'a Facts<'a>,
    /// Derivative rules.
    pub rules: &'a RuleTable,
    /// The graphs of the body.
    pub shape: &'a Shape,
    /// Where the sweeps are.
    pub mode: Mode,
    /// How many shadows an address has.
    pub width: u32,
    /// What others may write.
    pub overwritten: &'a Overwritten,
    /// What the derivatives of calls read.
    pub calls: &'a dyn CallDemand,
    /// Options.
    pub options: &'a PlanOptions,
}

/// What is planned for a node.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Planned {
    pub(crate) way: Way,
    pub(crate) recipe: Option<Recipe>,
    pub(crate) operands: SmallVec<[Node; 3]>,
}

/// The plan for one body.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    pub(crate) nodes: IndexMap<Node, Planned, FxBuildHasher>,
    pub(crate) routes: EntityVec<Block, Option<Route>>,
    pub(crate) adjoints: EntitySet<Inst>,
    pub(crate) slots: EntityVec<SlotId, Slot>,
    pub(crate) frame: Record,
    pub(crate) nests: EntityVec<NestId, Nest>,
    pub(crate) records: IndexMap<Loop, Record>,
    pub(crate) words: EntityVec<WordId, Word>,
}

impl Plan {
    /// How a node gets to the reverse sweep; `None` if nothing was planned for it, because nothing that the plan knows of reads it.
    pub fn way(&self, node: Node) -> Option<Way> {
        self.nodes.get(&node).map(|planned| planned.way)
    }

    /// How a node is computed again; `None` unless its way is [`Way::Recompute`].
    pub fn recipe(&self, node: Node) -> Option<&Recipe> {
        self.nodes.get(&node)?.recipe.as_ref()
    }

    /// What computing a node again reads, each of which has a way. Empty unless its way is [`Way::Recompute`].
    pub fn operands(&self, node: Node) -> &[Node] {
        self.nodes.get(&node).map_or(&[], |planned| &planned.operands)
    }

    /// The nodes with their ways.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (Node, Way)> + '_ {
        self.nodes.iter().map(|(&node, planned)| (node, planned.way))
    }

    /// Where the reverse sweep goes from a block; `None` if it does not visit it.
    pub fn route(&self, block: Block) -> Option<&Route> {
        self.routes.get(block)?.as_ref()
    }

    /// Whether the reverse of an instruction does something: where this says no, nothing must be emitted for it, since the reverse sweep
    /// may not come by.
    pub fn has_adjoint(&self, inst: Inst) -> bool {
        self.adjoints.contains(inst)
    }

    /// The places, in the order of their ids.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = (SlotId, &Slot)> {
        self.slots.iter()
    }

    /// A place.
    pub fn slot(&self, slot: SlotId) -> &Slot {
        &self.slots[slot]
    }

    /// The place of a node, if it is stored.
    pub fn slot_of(&self, node: Node) -> Option<SlotId> {
        match self.way(node) {
            Some(Way::Stored(slot)) => Some(slot),
            _ => None,
        }
    }

    /// The fields of the frame.
    pub fn frame(&self) -> &Record {
        &self.frame
    }

    /// The nests that have arrays, outer ones before inner ones.
    pub fn nests(&self) -> impl ExactSizeIterator<Item = (NestId, &Nest)> {
        self.nests.iter()
    }

    /// A nest.
    pub fn nest(&self, nest: NestId) -> &Nest {
        &self.nests[nest]
    }

    /// The nest whose root a loop is.
    pub fn nest_at(&self, root: Loop) -> Option<NestId> {
        self.nests
            .iter()
            .find(|(_, nest)| nest.root == root)
            .map(|(id, _)| id)
    }

    /// The record that each iteration of a loop leaves.
    pub fn record(&self, of: Loop) -> Option<&Record> {
        self.records.get(&of)
    }

    /// The records, by their loops.
    pub fn records(&self) -> impl ExactSizeIterator<Item = (Loop, &Record)> {
        self.records.iter().map(|(&of, record)| (of, record))
    }

    /// What shares a byte.
    pub fn word(&self, word: WordId) -> &Word {
        &self.words[word]
    }

    /// What shares bytes.
    pub fn words(&self) -> impl ExactSizeIterator<Item = (WordId, &Word)> {
        self.words.iter()
    }

    /// How many nodes are recomputed, and how many places there are for stored ones.
    pub fn totals(&self) -> (usize, usize) {
        let is_computed = |planned: &&Planned| {
            planned.way == Way::Recompute && !matches!(planned.recipe, Some(Recipe::Bits { .. }))
        };
        let recomputed = self.nodes.values().filter(is_computed).count();
        (recomputed, self.slots.len())
    }
}
