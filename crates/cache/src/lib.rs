//! The plan of the tape: what the reverse sweep reads of the forward sweep, and how each of these values gets there.
//!
//! [`plan`] is a function from a [`PlanInput`] (one canonical body with its facts) to a [`Plan`]. Nothing is emitted here: crate
//! `reverse` asks the plan and obeys.
//!
//! # Algorithm
//! 1. `route`: the way that the reverse sweep takes through the blocks. Regions in which no adjoint is computed are jumped over.
//! 2. `demand`: which [`Node`]s the adjoints of the visited instructions read, and which the way back reads.
//! 3. `graph`: for each node, and each that recomputing one would read, whether it is free, what recomputing it costs and what
//!    storing it costs. `overwrite` says whether a load gives the same value again, `choice` how the predecessor that a block was
//!    entered from follows from conditions.
//!    `carried` says where a value that is carried from iteration to iteration was loaded,
//!    `refill` says what a load of temporary memory gave, where that is known from its place.
//! 4. `cut`: a minimum cut of that graph decides what is stored and what is recomputed, as the minimum-cut partitioners of
//!    Moses and others ("Reverse-Mode Automatic Differentiation and Optimization of GPU Kernels via Enzyme", 2021, section 4.2) and of
//!    PyTorch's AOTAutograd do, but with a price of recomputing.
//! 5. `storage`: a place for each stored node: in the frame, in an array for a nest of counted loops, or in a record for each iteration
//!    of a loop whose number of iterations is not known.
//!
//! # Invariants
//! - A body is canonical: one preheader and one latch for each loop, dedicated exits, values leave loops through phis of exit blocks,
//!   one `ret`.
//! - Every demanded node has a [`Way`]; every operand of a recomputed node has one.
//! - What is stored is stored in the scope in which it is defined: its innermost loop, or the function.
//!
//! # Cost
//! Near linear in the function: `benches/plan.rs` measures about 1 µs for each instruction of functions of 1,000 and 10,000
//! instructions, and about 3 µs at 100,000, where tables no longer fit the processor's caches.
//!
//! # What it does not know
//! How anything is emitted; what a called derivative reads ([`CallDemand`] says it).

pub mod carried;
pub mod choice;
pub mod error;
pub mod node;
pub mod plan;
pub mod print;
pub mod route;
pub mod shape;
pub mod storage;

mod behind;
mod cut;
mod demand;
mod filled;
mod graph;
mod marks;
mod nest;
mod once;
mod overwrite;
mod planner;
mod price;
pub mod refill;
mod repeats;
mod select;
mod temporary;
mod thrift;
mod words;
mod writers;

pub use carried::Carried;
pub use choice::ChoiceTest;
pub use error::PlanError;
pub use node::{Node, Recipe, Way};
pub use plan::{CallDemand, Mode, Overwritten, Plan, PlanInput, PlanOptions};
pub use planner::{overwritten_after, plan, repeatable_loads};
pub use refill::Filling;
pub use route::Route;
pub use shape::Shape;
pub use storage::{Guard, Merged, Nest, NestId, NestLoop, Record, Slot, SlotId, Storage};
pub use words::{Word, WordId};
