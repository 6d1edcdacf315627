//! ADBench's objectives.

pub mod ba;
pub mod gmm;
pub mod hand;
pub mod lstm;
