//! Tangent functions of small hand-written functions, run in the interpreter and compared with closed forms.

mod errors;
mod memory;
mod scalar;
mod support;
