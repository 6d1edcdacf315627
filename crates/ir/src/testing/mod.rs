//! Random programs for tests: valid, terminating and deterministic, with smooth bounded arithmetic, and the functions that they call.
//!
//! A program is drawn as a [`Plan`](plan::Plan), a small tree of statements in which operands are numbers, and then lowered to IR:
//! every plan lowers to a valid program, so that shrinking is removing statements and making numbers smaller. The way is that of
//! `cranelift-fuzzgen` and of regalloc2's `fuzzing`.
//!
//! # What holds of the programs
//! - Floats stay within [-4, 4], and no operation makes a tangent larger than the largest of its operands' tangents, so that derivatives
//!   through thousands of operations stay comparable with an absolute tolerance.
//! - No operation is undefined: indices are masked, divisors odd or away from zero, memory is written before it is read.
//! - Where a function has a kink, it is not used, unless [`Config::kinks`] asks for it.
//! - An execution takes at most some ten thousand instructions.

mod inputs;
mod libm;
mod lower;
mod memory_ops;
mod ops;
mod plan;
mod program;
pub mod shapes;
mod structure;

pub use inputs::{ArrayKind, Inputs};
pub use libm::Libm;
pub use plan::{Config, Plan, plans};
pub use program::{Batch, Entry, Execution, Program};
