//! Type analysis: which bytes are which float, pointer or integer.
//!
//! LLVM's memory has no types, and after optimisation neither do registers: a double is copied as an `i64`, a structure by `memcpy`, a
//! union as bytes. Derivatives need to know. This crate finds, for each value of a function and of the functions that it calls, a
//! [`TypeTree`]: what the value's bytes are, and what is in the memory that it points to.

pub mod base;
pub mod input;
pub mod options;
pub mod text;
pub mod tree;
pub mod trees;
pub mod window;

pub use base::{BaseType, Pointers};
pub use input::{ArgSeed, DebugTypes, KnownInts, SeedStyle, TypeInput, default_seeds};
pub use options::TypeOptions;
pub use tree::{EVERY, Inserted, Limits, Path, TreeError, TypeTree};
pub use trees::{TreeId, Trees};
pub use window::Window;
