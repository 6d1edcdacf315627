//! Columns of the comparison: the objectives differentiated by published crates, or not at all. Exactly one feature is chosen in a build; each
//! module exports the functions that `src/column.rs` of the harness names.

#[cfg(any(feature = "num-dual", feature = "echidna"))]
mod number;

#[cfg(feature = "burn")]
mod burn;
#[cfg(feature = "candle")]
mod candle;
#[cfg(feature = "dfdx")]
mod dfdx;
#[cfg(feature = "echidna")]
mod echidna;
#[cfg(feature = "num-dual")]
mod num_dual;
#[cfg(any(feature = "candle", feature = "burn", feature = "dfdx"))]
mod tensors;

#[cfg(feature = "primal")]
mod primal;
