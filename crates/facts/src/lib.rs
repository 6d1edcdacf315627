//! What the analyses say about one function, in the words that making derivatives needs: shared by the plan of the tape and by both
//! modes.
//!
//! [`Types`] is the answer of the type analysis in one context, with [`Sort`] for what some bytes are; [`Facts`] adds the activities.
//! [`Piece`]s are the runs of floats and addresses in a value or in memory, [`BitMove`] is what integer code does with their bits.
//! [`Question`] asks for both, of everything that a request reaches at once.
//! Activity analysis reads types through [`Types::contents`].
//!
//! # What it does not know
//! How derivatives are made.

mod analyses;
mod bits;
mod body;
mod bytes;
mod declared;
mod disguised;
mod elements;
mod formats;
mod multiple;
mod pieces;
mod reads;
mod steps;
mod types;
mod whole;

pub use analyses::{Analyses, Known, Question};
pub use bits::{BitMove, bit_move, int_constant};
pub use body::Facts;
pub use elements::{array_of, is_plain_constant, root};
pub use formats::only_doubles;
pub use multiple::divisor;
pub use pieces::{Held, Piece, overlay, stride, without_padding};
pub use steps::InPlace;
pub use types::{Contents, Seeds, Sort, Types};
