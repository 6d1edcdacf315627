//! What forward and reverse mode share in making derivatives: shadows of constants and global variables, functions that users register
//! for derivatives, and the reasons why there is no derivative.
//!
//! # What it does not know
//! What a shadow is used for (tangents, adjoints), and the tables of derivatives that stand for functions: [`Functions`] makes them.

mod callees;
mod clean;
pub mod error;
pub mod generated;
mod globals;
mod math_state;
mod own;
pub mod registered;
mod remedy;
mod warning;

pub use callees::{Callee, Callees, Lacking, Needs, choose};
pub use error::{Error, ErrorKind};
pub use globals::{Direction, Functions, GlobalShadow, Kept, Making, NoShadow, ShadowGlobals};
pub use math_state::forget_math_state;
pub use own::{RELEASES, releasable};
pub use remedy::Audience;
pub use warning::{Warning, WarningKind, Warnings};
