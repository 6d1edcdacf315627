//! Facts about memory: address arithmetic, what calls do, which objects addresses lead to, and whether accesses may overlap.
//!
//! Two analyses that serve different questions. [`Aliases`] answers for two locations of one function whether they may overlap, from
//! their address computations, attributes and metadata. [`Pointers`] divides all objects that a request reaches into classes, through
//! memory and calls, so that facts about memory (does it hold derivatives?) have something to be facts about.

pub mod address;
pub mod alias;
pub mod effects;
pub mod objects;
pub mod points_to;
pub mod summary;
mod tbaa;

#[cfg(test)]
mod tests;

pub use alias::{Alias, AliasFacts, Aliases, Location, Moment};
pub use effects::{ArgEffect, CallEffects, Knowledge, NoKnowledge, Returned, call_effects};
pub use objects::{Object, Objects};
pub use points_to::{Class, Pointers, PointsTo};
pub use summary::{Summaries, Summary};
