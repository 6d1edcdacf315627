//! Shadows of constants and global variables: shared by forward and reverse mode.
//!
//! # What it does not know
//! What a shadow is used for (tangents, adjoints), and the tables of derivatives that stand for functions: [`Functions`] makes them.

mod globals;

pub use globals::{Direction, Functions, Making, NoShadow, ShadowGlobals};
