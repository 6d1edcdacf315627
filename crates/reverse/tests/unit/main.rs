//! Gradients of small functions, run in the interpreter.

mod bits;
mod heap;
mod library;
mod loops;
mod memory;
mod pointers;
mod scalar;
mod second;
mod split;
mod steps;
mod support;
mod transfer;
mod vector;
