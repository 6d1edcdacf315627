//! The intermediate representation of rsenzyme.
pub mod entity;
pub use entity::{Entity, EntitySet, EntityVec};
