//! What the analyses say about one function, in the words that making derivatives needs: shared by the plan of the tape and by both
//! modes.
//!
//! [`Types`] is the answer of the type analysis in one context, with [`Sort`] for what some bytes are; [`Facts`] adds the activities.
//! Activity analysis reads types through [`Types::contents`].
//!
//! # What it does not know
//! How derivatives are made.

mod body;
mod declared;
mod types;

pub use body::Facts;
pub use types::{Contents, Seeds, Sort, Types};
