//! Where stored nodes are kept.
//!
//! Each stored node has a [`Slot`] in the scope in which it is defined. Of the function: a field of the frame. Of a loop whose trip
//! count is known when it is entered: an array with an element for each iteration. Loops whose counts are known when an outer one is
//! entered belong to one [`Nest`] with it, which has one block of memory; the arrays of its slots follow each other, those of largest
//! alignment first. Of another loop: a field of a record for each iteration.

use ir::graph::Loop;
use ir::{Type, Value};

use crate::node::Node;

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
    /// Where.
    pub storage: Storage,
    /// How often it is stored in one execution of the function, as far as that is known.
    pub executions: f64,
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
/// of the nest around the slot. The element for an iteration is at `(counter_root * iterations_1 + counter_1) * iterations_2 + ...`.
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
}

/// Something without which a loop is not entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
}
