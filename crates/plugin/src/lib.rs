//! `librsenzyme.so`: one shared library that opt, clang, flang, lld and rustc load, if they are built on LLVM 22.
//!
//! The library has no algorithm. It registers passes with the host ([`passes`] has the table), schedules them when none
//! is named, collects options, calls the `rsenzyme` crate, and gives its diagnostics to the host.
//!
//! # Invariants
//!
//! - No LLVM and no C++ library is linked. Their symbols are the host's; a second copy in one process would corrupt it.
//! - No panic leaves the library: every function that C++ calls goes through [`panics::contain`].
//! - rustc runs the passes on several threads at once, one LLVM context each. What is shared is the command line's
//!   options, which are behind a lock, and nothing else.
//! - A module with nothing to differentiate is left as it is, and all analyses of it are preserved.
//!
//! # The schedule
//!
//! `preserve-nvvm` (Enzyme's name for the pass that keeps functions recognizable, [`protect`]) runs at the start of every
//! pipeline, `rs-enzyme` at its end, when LLVM has simplified what is to be differentiated:
//!
//! | host | where `rs-enzyme` runs |
//! |---|---|
//! | clang, flang, `opt -passes='default<O2>'`, rustc with one codegen unit | OptimizerLast |
//! | lld with `--load-pass-plugin`, rustc with fat LTO | FullLinkTimeOptimizationLast |
//! | rustc with several units or thin LTO, thin LTO in lld | OptimizerLast after the (thin) link |
//! | clang `-flto`, rustc `-C linker-plugin-lto` | not at all: the linker must load the plugin |
//!
//! As the backend of `std::autodiff` ([`libenzyme`]) the library does not schedule itself: rustc asks for the pass `enzyme` at the end of fat LTO.
//! If it is given by `-Zllvm-plugins` too, `rs-enzyme-seeds` sees the code before it is optimized, and `rs-enzyme` does nothing.
//!
//! The last line is a choice. A compilation does not know whether its linker will load the plugin too, and clang does
//! not pass `-fpass-plugin` on. If it will, whole-program derivatives are better and functions of other files have
//! bodies; if it will not, the link fails with `undefined symbol: __enzyme_...`. The option `-rs-enzyme-lto=compile`
//! makes the compilation lower its requests itself.

mod diagnostics;
mod glue;
mod host;
mod libenzyme;
mod module;
mod options;
mod panics;
mod passes;
mod protect;
