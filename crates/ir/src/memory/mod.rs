//! Facts about memory: address arithmetic, what calls do, which objects addresses lead to, and whether accesses may overlap.

pub mod address;
pub mod effects;
pub mod points_to;

pub use effects::{ArgEffect, CallEffects, Knowledge, NoKnowledge, Returned, call_effects};
pub use points_to::{Class, Pointers, PointsTo};
