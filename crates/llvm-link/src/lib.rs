//! Nothing but the link flags of LLVM 22's shared library.
//!
//! Library crates of this workspace leave LLVM's symbols open, because the plugin must use its host's copy. Programs that are their
//! own host (tests, benches, the command line) name this crate once, `use llvm_link as _;`, and are linked with `libLLVM-22`.
//! Without that line the linker flags vanish, since nothing of the crate is used.
