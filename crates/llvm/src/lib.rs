//! LLVM at the edge: the only crate that turns LLVM IR into rsenzyme's own and back.
//!
//! - [`Importer`] reads functions on demand into an [`ir::Module`]; every object keeps its LLVM address as [`ir::Origin`].
//! - [`Exporter`] writes bodies as new LLVM functions: clones where there is an origin, built instructions elsewhere.
//!
//! The crate links no LLVM: the program that hosts it supplies the symbols (see crate `llvm-link`). It needs LLVM 22; the numbers of
//! enumerations in `ffi` and `opcode` are of that version.

mod attributes;
mod body;
mod constants;
mod error;
mod export;
mod ffi;
mod import;
mod metadata;
mod opcode;
mod operands;
mod types;

pub use error::{ExportError, PrepareError};
pub use export::{Exported, Exporter};
pub use import::{ImportOptions, Importer};
