//! Handles into the world that an object was imported from.

/// An opaque handle of the importer: for crate `llvm` the address of the LLVM object. This crate never looks into it.
///
/// An imported object keeps its origin so that exporting it unchanged is a clone with remapped operands, which loses nothing that
/// our IR does not model (flags, metadata, attributes, bundles, debug locations).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(pub usize);

impl std::fmt::Debug for Origin {
    /// Addresses differ from run to run, and printed IR must not.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("origin")
    }
}
