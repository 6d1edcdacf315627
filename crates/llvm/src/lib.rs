//! LLVM at the edge: the only crate that turns LLVM IR into rsenzyme's own and back.
//!
//! - [`Importer`] reads functions on demand into an [`ir::Module`]; every object keeps its LLVM address as [`ir::Origin`].
//!
//! The crate links no LLVM: the program that hosts it supplies the symbols (see crate `llvm-link`). It needs LLVM 22; the numbers of
//! enumerations in `ffi` and `opcode` are of that version.

mod attributes;
mod body;
mod constants;
mod ffi;
mod import;
mod metadata;
mod opcode;
mod operands;
mod types;

pub use import::{ImportOptions, Importer};
