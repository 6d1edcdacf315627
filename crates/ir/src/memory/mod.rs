//! Facts about memory.

pub mod address;
