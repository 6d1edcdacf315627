//! What the analysis may assume, and where it stops. Each field names Enzyme's option of the same meaning.

use crate::tree::Limits;

/// Options of the analysis.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeOptions {
    /// Memory is always accessed with the type that it was found to have anywhere (`-enzyme-strict-aliasing`). If not, a fact counts only
    /// where the instruction that it comes from is certain to be executed.
    pub strict_aliasing: bool,
    /// What TBAA calls integers are integers also where they are no members of structures. Whoever doubts that asks a second time
    /// without: what is an integer then is proved by how it is used.
    pub scalar_integers: bool,
    /// The code is Rust's (`-enzyme-rust-type`): types come from debug info, and the address that an empty slice has is no integer.
    pub rust: bool,
    /// What nothing else tells is taken from the variables that debug info declares, where that leads to no contradiction.
    pub debug: bool,
    /// Where debug info declares an address of a number there is such a number, whatever lies behind it: so it is in Rust, where `&f64` may
    /// lead into a structure. In C an address of one type may be that of a buffer for another.
    pub references: bool,
    /// Calls are entered also where nothing can be learned from them: whoever differentiates the callee has to know what it is called with.
    /// Enzyme's printer, which shows all functions that were entered, does not enter them.
    pub settled_calls: bool,
    /// What cannot be deduced is guessed from LLVM's types, with a warning for each guess (`-enzyme-loose-types`).
    pub loose: bool,
    /// The longest path of a tree (`-enzyme-max-type-depth`).
    pub max_depth: usize,
    /// The largest offset that trees always keep (`-enzyme-max-type-offset`).
    pub max_offset: i32,
    /// The largest magnitude of integers that are followed (`-enzyme-max-int-offset`).
    pub max_int: i64,
    /// Whether facts that are too deep are reported (`-enzyme-type-warning`).
    pub warnings: bool,
}

impl Default for TypeOptions {
    fn default() -> Self {
        Self {
            strict_aliasing: true,
            scalar_integers: true,
            rust: false,
            debug: true,
            references: false,
            settled_calls: true,
            loose: false,
            max_depth: 6,
            max_offset: 500,
            max_int: 100,
            warnings: true,
        }
    }
}

impl TypeOptions {
    /// The limits of trees on a target with pointers of so many bytes.
    pub fn limits(&self, pointer_bytes: u64) -> Limits {
        Limits {
            depth: self.max_depth,
            offset: self.max_offset,
            entries: crate::tree::MAX_ENTRIES,
            pointer_bytes: crate::window::clamp(pointer_bytes),
        }
    }
}
