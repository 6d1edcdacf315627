//! Gradients of small functions, run in the interpreter.

mod loops;
mod memory;
mod scalar;
mod split;
mod support;
