//! Plans of small functions.

mod choices;
mod memory;
mod nests;
mod replay;
mod support;
