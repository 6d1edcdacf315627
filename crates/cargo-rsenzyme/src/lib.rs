//! `cargo rsenzyme`: cargo, with derivatives.
//!
//! The command runs cargo with itself as the wrapper of rustc. For the artifacts that cargo links with fat LTO (programs, tests, examples,
//! cdylibs; never build scripts or procedural macros) the wrapper asks rustc for the whole program's bitcode too and names itself as the linker.
//! As the linker it starts `rsenzyme-codegen` on the toolchain's own libLLVM, which carries out the requests in that bitcode and writes an object, and
//! calls the real linker with this object in the place of rustc's.
//!
//! ```text
//! cargo rsenzyme build          cargo       profiles: fat LTO, not incremental; its own target folder
//!   cargo build                 wrapper     RUSTC_WRAPPER: adds flags, turns the reports of the step into rustc's diagnostics
//!     rustc                                 writes p.bc (after fat LTO, not vectorized) and p.rcgu.o, calls its linker
//!       cargo-rsenzyme          linker      the linker step
//!         rsenzyme-codegen                  p.bc -> p.rsenzyme.o; a process of its own, because of the preloaded libLLVM
//!         cc                                links p.rsenzyme.o instead of p.rcgu.o
//! ```
//!
//! With `--std-autodiff` the derivatives are rustc's own, and this library is the backend that rustc loads: see [`std_autodiff`].
//!
//! One executable plays the first four parts; [`role`] tells them apart. It needs no LLVM. Nothing of the user's is edited: profile settings go by
//! environment variables, flags by the wrapper.

pub mod arguments;
pub mod cargo;
pub mod cli;
pub mod doctor;
pub mod linker;
pub mod project;
pub mod render;
pub mod role;
pub mod std_autodiff;
pub mod step;
pub mod toolchain;
pub mod wrapper;
