//! Attributes of functions, calls, parameters and returns (LangRef, "Parameter Attributes" and "Function Attributes"): those that
//! analyses read. Exporting copies the origin's attributes, so nothing is lost by leaving the others out.

use crate::types::Type;

/// The string attribute of functions that handle addresses and integers only: what is in the memory that they hand out is the business of who
/// asked for it, and what one asks for need not be what another does. The tape's functions have it, which push and pop blocks.
pub const ADDRESSES_ONLY: &str = "rsenzyme_addresses_only";

/// Flags of a parameter or return value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct ParamFlags(pub u32);

impl ParamFlags {
    /// No other pointer that the callee can see reaches the same memory.
    pub const NOALIAS: Self = Self(1);
    /// The callee keeps no copy of the pointer.
    pub const NOCAPTURE: Self = Self(1 << 1);
    /// The callee does not write through it.
    pub const READONLY: Self = Self(1 << 2);
    /// The callee does not read through it.
    pub const WRITEONLY: Self = Self(1 << 3);
    /// The callee does not access memory through it.
    pub const READNONE: Self = Self(1 << 4);
    /// The callee does not free it.
    pub const NOFREE: Self = Self(1 << 5);
    /// The callee returns it.
    pub const RETURNED: Self = Self(1 << 6);
    /// Not null.
    pub const NONNULL: Self = Self(1 << 7);
    /// Not undef or poison.
    pub const NOUNDEF: Self = Self(1 << 8);
    /// `inreg`, `swiftself`, `swifterror`, `nest`: bound to a convention, so signatures cannot change around it.
    pub const CONVENTION: Self = Self(1 << 9);
    /// `immarg`.
    pub const IMMARG: Self = Self(1 << 10);

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Attributes of a parameter or return value.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct ParamAttrs {
    /// Boolean attributes.
    pub flags: ParamFlags,
    /// The callee gets a copy of the pointee, of this type.
    pub byval: Option<Type>,
    /// The pointee receives the return value, of this type.
    pub sret: Option<Type>,
    /// Bytes known to be dereferenceable.
    pub dereferenceable: u64,
    /// Known alignment in bytes; 0 if unknown.
    pub align: u64,
    /// String attributes whose key starts with `enzyme`.
    pub strings: Vec<(Box<str>, Box<str>)>,
}

/// Reading and writing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ModRef {
    /// May read.
    pub reads: bool,
    /// May write.
    pub writes: bool,
}

impl ModRef {
    /// Neither.
    pub const NONE: Self = Self {
        reads: false,
        writes: false,
    };
    /// Reads only.
    pub const REF: Self = Self {
        reads: true,
        writes: false,
    };
    /// Writes only.
    pub const MOD: Self = Self {
        reads: false,
        writes: true,
    };
    /// Both.
    pub const BOTH: Self = Self {
        reads: true,
        writes: true,
    };

    /// What either may do.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self {
            reads: self.reads || other.reads,
            writes: self.writes || other.writes,
        }
    }

    /// What both allow.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self {
            reads: self.reads && other.reads,
            writes: self.writes && other.writes,
        }
    }

    /// Whether memory is left alone.
    pub const fn is_none(self) -> bool {
        !self.reads && !self.writes
    }
}

/// What a function does to memory, by location (LangRef, `memory(...)`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MemoryEffects {
    /// Memory that its pointer arguments reach.
    pub arguments: ModRef,
    /// Memory that the module cannot see.
    pub inaccessible: ModRef,
    /// The `errno` variable.
    pub errno: ModRef,
    /// All other memory.
    pub other: ModRef,
}

impl MemoryEffects {
    /// No memory at all.
    pub const NONE: Self = Self::all(ModRef::NONE);
    /// Anything.
    pub const UNKNOWN: Self = Self::all(ModRef::BOTH);

    /// The same for every location.
    pub const fn all(effect: ModRef) -> Self {
        Self {
            arguments: effect,
            inaccessible: effect,
            errno: effect,
            other: effect,
        }
    }

    /// What is done to any location.
    pub const fn any(self) -> ModRef {
        self.arguments
            .union(self.inaccessible)
            .union(self.errno)
            .union(self.other)
    }

    /// What both descriptions allow.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self {
            arguments: self.arguments.intersection(other.arguments),
            inaccessible: self.inaccessible.intersection(other.inaccessible),
            errno: self.errno.intersection(other.errno),
            other: self.other.intersection(other.other),
        }
    }
}

impl Default for MemoryEffects {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// Flags of a function or call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct FuncFlags(pub u32);

impl FuncFlags {
    /// Never unwinds.
    pub const NOUNWIND: Self = Self(1);
    /// Never returns.
    pub const NORETURN: Self = Self(1 << 1);
    /// Frees no memory that the caller can see.
    pub const NOFREE: Self = Self(1 << 2);
    /// Always returns (or unwinds).
    pub const WILLRETURN: Self = Self(1 << 3);
    /// Control depends on other threads.
    pub const CONVERGENT: Self = Self(1 << 4);
    /// Not to be taken for the library function of its name.
    pub const NOBUILTIN: Self = Self(1 << 5);
    /// Returns twice, as `setjmp` does.
    pub const RETURNS_TWICE: Self = Self(1 << 6);
    /// Recursion is impossible.
    pub const NORECURSE: Self = Self(1 << 7);
    /// `speculatable`.
    pub const SPECULATABLE: Self = Self(1 << 8);
    /// `nosync`.
    pub const NOSYNC: Self = Self(1 << 9);
    /// `strictfp`.
    pub const STRICTFP: Self = Self(1 << 10);

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// All attributes of a function or call site.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct AttrList {
    /// Boolean attributes of the function or call.
    pub flags: FuncFlags,
    /// What it does to memory.
    pub memory: MemoryEffects,
    /// String attributes of the function or call whose key starts with `enzyme`, `rsenzyme` or `implements`.
    pub strings: Vec<(Box<str>, Box<str>)>,
    /// Attributes of the return value.
    pub ret: ParamAttrs,
    /// Attributes of the parameters; shorter than the parameters if the rest has none.
    pub params: Vec<ParamAttrs>,
}

impl AttrList {
    /// The string attribute `key` of the function or call.
    pub fn string(&self, key: &str) -> Option<&str> {
        find(&self.strings, key)
    }

    /// The attributes of parameter `index`, if it has any.
    pub fn param(&self, index: usize) -> Option<&ParamAttrs> {
        self.params.get(index)
    }
}

impl ParamAttrs {
    /// The string attribute `key`.
    pub fn string(&self, key: &str) -> Option<&str> {
        find(&self.strings, key)
    }
}

fn find<'a>(strings: &'a [(Box<str>, Box<str>)], key: &str) -> Option<&'a str> {
    strings
        .iter()
        .find(|(name, _)| &**name == key)
        .map(|(_, value)| &**value)
}
