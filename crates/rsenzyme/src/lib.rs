//! rsenzyme: automatic differentiation of LLVM IR.
//!
//! Hosts of the plugin call [`lower`], which carries out all requests (`__enzyme_*` calls) of a module. Programs that build IR themselves
//! call [`differentiate`] on a function of an inkwell module. Both go the same way: prepare and import what is needed (crate `llvm`),
//! analyze and differentiate it (`typeanalysis`, `activity`, `forward`), export the result.
//!
//! ```no_run
//! use inkwell::context::Context;
//! use inkwell::memory_buffer::MemoryBuffer;
//! use inkwell::values::AnyValue;
//! use rsenzyme::{DerivativeRequest, Options};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let context = Context::create();
//! let module = context.create_module_from_ir(MemoryBuffer::create_from_file("square.ll".as_ref())?)?;
//! let square = module.get_function("square").ok_or("no function of this name")?;
//! let request = DerivativeRequest::forward(square);
//! match rsenzyme::differentiate(&module, square, &request, &Options::default()) {
//!     Ok(derivative) => println!("{}", derivative.function.print_to_string()),
//!     Err(errors) => errors.iter().for_each(|error| eprintln!("{error}")),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `examples/jit.rs` builds a function, differentiates it, compiles it in memory and checks the result.
//!
//! # LLVM
//! The crate links no LLVM: in a plugin the host supplies it, other programs link LLVM 22 themselves (as crate `rsenzyme-llvm-link` does).
//!
//! # Reading order
//! `lower` (the pipeline), `request` (what is asked), `order`, `engine`, `request::replace`.

mod analyses;
mod api;
mod callees;
mod diagnostic;
mod engine;
mod error;
mod explain;
mod globals;
mod helpers;
mod lower;
mod messages;
mod options;
mod order;
pub mod panics;
mod places;
mod plans;
mod raw;
mod registration;
mod request;
mod subject;

pub use analyses::{Printed, print_activity, print_types};
pub use api::{Activity, Derivative, DerivativeRequest, Mode, differentiate};
pub use diagnostic::{Diagnostic, Outcome, Severity};
pub use error::{Error, ErrorKind};
pub use explain::{ExplainError, Question, explain};
pub use lower::{keep_seeds, lower};
pub use options::{OptionError, OptionInfo, Options};
pub use plans::{explain_tape, print_plans};
pub use subject::subject;
