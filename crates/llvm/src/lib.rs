//! LLVM at the edge: the only crate that turns LLVM IR into rsenzyme's own and back.
//!
//! - [`Importer`] reads functions on demand into an [`ir::Module`]; every object keeps its LLVM address as [`ir::Origin`].
//! - [`Importer::import_canonical`] reads unoptimized functions through a canonicalized copy; [`Cleaner`] optimizes what was made.
//! - [`Frozen`] keeps functions out of a pipeline's way. [`make_readable`] does for whole programs of rustc's what canonical copies cannot.
//! - [`define_node_functions`] gives functions of libstdc++ bodies to be differentiated, [`Sorts`] those of C that sort.
//! - [`Importer::signature`] reads what debug information says of a function's parameters in its source language.
//! - [`Importer::location`], [`debug_location`], [`instruction_text`] and [`demangle`] serve messages.
//! - [`Exporter`] writes bodies as new LLVM functions: clones where there is an origin, built instructions elsewhere.
//!
//! The crate links no LLVM: the program that hosts it supplies the symbols (see crate `llvm-link`). It needs LLVM 22; the numbers of
//! enumerations in `ffi` and `opcode` are of that version.

mod attributes;
mod body;
mod constants;
mod debug;
mod error;
mod export;
mod ffi;
mod frozen;
mod import;
mod location;
mod metadata;
mod nodes;
mod opcode;
mod operands;
mod pointees;
mod prepare;
mod reached;
mod records;
mod signature;
mod sorts;
mod types;

pub use error::{ExportError, PrepareError};
pub use export::{Exported, Exporter};
pub use frozen::{Frozen, run_pipeline};
pub use import::{ImportOptions, Importer};
pub use location::{SourceLocation, debug_location, demangle, instruction_text, location_text};
pub use nodes::define_node_functions;
pub use prepare::{CleanUp, Cleaner};
pub use reached::{Reading, is_unoptimized, make_readable};
pub use signature::{SourceSignature, SourceTypes};
pub use sorts::Sorts;
