//! Textual IR: LLVM's assembly language, as far as our model goes.
//!
//! What [`print_module`] writes for functions without opaque parts is accepted by `llvm-as`, and [`parse_module`] reads it back, as it
//! reads the part of the language that `clang -S -emit-llvm` writes for the instructions that we model. Printing what was parsed gives
//! the same text again.
//!
//! # Names
//! Values and blocks without a name print as `%v12` and `bb3`, after their indices; names that collide get a number behind a dot.
//! LLVM's implicit numbers are read, but not written: they would change with every inserted instruction.
//!
//! # What it does not know
//! Opaque types, constants and instructions print in angle brackets, as notes for people that no parser accepts. Debug info, comdats,
//! sections and other parts of LLVM's language that our model leaves out are skipped when they are read.

mod attrs;
mod constants;
mod keywords;
mod lexer;
mod metadata;
mod names;
mod parse;
mod print;
mod print_memory;

pub use parse::{ParseError, parse_module};
pub use print::{print_function, print_inst, print_module, print_type, print_value};
