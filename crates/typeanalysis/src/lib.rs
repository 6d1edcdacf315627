//! Type analysis: which bytes are which float, pointer or integer.
//!
//! LLVM's memory has no types, and after optimisation neither do registers: a double is copied as an `i64`, a structure by `memcpy`, a
//! union as bytes. Derivatives need to know. [`analyze`] finds, for each value of a function and of the functions that it calls, a
//! [`TypeTree`]: what the value's bytes are, and what is in the memory that it points to.
//!
//! # Algorithm
//! Facts begin at seeds (float operations, constants, TBAA, debug info, annotations, prototypes of library functions, what the caller
//! says) and flow in both directions through every instruction: what a load yields is what memory holds, what memory holds is what was
//! stored there, what meets in a phi is of one type. A value's tree only grows, in a lattice of finite height ([`Limits`]), so sweeping
//! over the marked instructions, down in reverse post-order and up again, ends in a fixpoint. Calls are entered per context: once for each
//! callee and what is known about its arguments. The method is Enzyme's (Moses and Churavy 2020, section 4), whose text format and rules
//! for trees it keeps.
//!
//! # Invariants
//! - The answer does not depend on the order of visits, but for which of two contradictory facts is kept.
//! - Each fact has a reason, so that each can be explained ([`TypeFacts::explain`]).
//! - Facts that contradict each other are reported ([`Contradiction`]), never combined: of the two, the one stays that loses no
//!   derivative ([`TypeTree::or_stronger`]), so memory that is a float at one time and an address at another counts as a float. Whoever makes derivatives
//!   must refuse where bytes are said to be a float and an integer: other facts may have followed from either.
//!
//! # Cost
//! Trees are hash-consed and operations on them are calculated once ([`Trees`]), so a visit is some table look-ups; the number of visits
//! per instruction is bounded by the changes of the trees around it, a few in practice. `benches/types.rs` measures time per instruction.
//!
//! # What it does not know
//! Aliasing: facts about memory belong to the pointers that lead there. Derivatives, activity, LLVM.
//!
//! # Reading order
//! [`tree`], [`window`], [`trees`]; [`input`], [`facts`]; `solver`, `transfer`, [`interproc`]; [`deduce`] for those who emit.

pub mod base;
pub mod deduce;
pub mod facts;
pub mod headers;
pub mod input;
pub mod interproc;
pub mod ints;
pub mod log;
pub mod options;
pub mod print;
pub mod report;
pub mod text;
pub mod tree;
pub mod trees;
pub mod window;

mod body;
mod constants;
mod debug;
mod hints;
mod hypothesis;
mod integral;
mod members;
mod recursion;
mod solver;
mod tbaa;
mod transfer;
mod walks;

pub use base::{BaseType, Pointers};
pub use deduce::{TypedRange, UnknownBytes, Whereabouts};
pub use facts::{ContextId, Seeds, TypeAnswer, TypeFacts};
pub use input::{ArgSeed, KnownInts, SeedStyle, TypeInput, default_seeds};
pub use interproc::analyze;
pub use options::TypeOptions;
pub use report::{Cause, Contradiction, Derivation, Step, TypeWarning};
pub use tbaa::accesses_scalar_integers;
pub use tree::{EVERY, Inserted, Limits, Path, TreeError, TypeTree};
pub use trees::{TreeId, Trees};
pub use window::Window;
