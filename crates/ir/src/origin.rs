//! Handles into the world that an object was imported from.

use std::num::NonZeroUsize;

/// An opaque handle of the importer: for crate `llvm` the address of the LLVM object. This crate never looks into it.
///
/// An imported object keeps its origin so that exporting it unchanged is a clone with remapped operands, which loses nothing that
/// our IR does not model (flags, metadata, attributes, bundles, debug locations).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(NonZeroUsize);

impl Origin {
    /// The handle of an object at this address, which is not zero.
    pub fn new(address: usize) -> Self {
        Self(NonZeroUsize::new(address).unwrap_or(NonZeroUsize::MIN))
    }

    /// The address.
    pub fn address(self) -> usize {
        self.0.get()
    }
}

impl std::fmt::Debug for Origin {
    /// Addresses differ from run to run, and printed IR must not.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("origin")
    }
}
