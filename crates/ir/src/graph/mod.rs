//! Facts about control flow and calls.
//!
//! Each is made by one function from what it depends on and never changes afterwards: [`Cfg::of`] a function, [`Dominators::of`] and
//! [`PostDominators::of`] a graph, [`Loops::of`] a graph with its dominators, [`Inductions::of`] a function with its loops,
//! [`CallGraph::of`] the bodies that some functions reach. All are (near) linear in the size of the function, or of what is reached.
//!
//! Blocks that the entry does not reach are in no fact: they dominate nothing, are in no loop, and have no place in the orders.

pub mod affine;
pub mod barrier;
pub mod callgraph;
pub mod cfg;
pub mod dominators;
mod going_on;
pub mod induction;
pub mod loops;
mod semi_nca;
pub mod trip;

#[cfg(test)]
mod tests;

pub use affine::Affine;
pub use barrier::Barrier;
pub use callgraph::{CallGraph, Callee};
pub use cfg::{Cfg, returning_blocks};
pub use dominators::{Dominators, PostDominators};
pub use induction::{Inductions, Quadratic, Recurrence, expanded, is_invariant};
pub use loops::{Loop, LoopData, Loops};
pub use trip::{Count, Guard, LoopFacts, Meeting, Stride, TripCount, trip_counts};
