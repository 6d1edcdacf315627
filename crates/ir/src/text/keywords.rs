//! The words of textual IR that printer and parser share, as tables.

use crate::attrs::{FuncFlags, ParamFlags};
use crate::inst::{Flags, Ordering, TailKind};

/// Flags of instructions, in the order in which LLVM prints them. `fast` stands for all fast-math flags and comes first.
pub(super) const INST_FLAGS: [(Flags, &str); 16] = [
    (Flags::FAST, "fast"),
    (Flags::REASSOC, "reassoc"),
    (Flags::NNAN, "nnan"),
    (Flags::NINF, "ninf"),
    (Flags::NSZ, "nsz"),
    (Flags::ARCP, "arcp"),
    (Flags::CONTRACT, "contract"),
    (Flags::AFN, "afn"),
    (Flags::INBOUNDS, "inbounds"),
    (Flags::NUSW, "nusw"),
    (Flags::NUW, "nuw"),
    (Flags::NSW, "nsw"),
    (Flags::EXACT, "exact"),
    (Flags::DISJOINT, "disjoint"),
    (Flags::NNEG, "nneg"),
    (Flags::SAMESIGN, "samesign"),
];

/// Boolean attributes of parameters and returns.
pub(super) const PARAM_FLAGS: [(ParamFlags, &str); 11] = [
    (ParamFlags::NOALIAS, "noalias"),
    (ParamFlags::NOCAPTURE, "captures(none)"),
    (ParamFlags::READONLY, "readonly"),
    (ParamFlags::WRITEONLY, "writeonly"),
    (ParamFlags::READNONE, "readnone"),
    (ParamFlags::NOFREE, "nofree"),
    (ParamFlags::RETURNED, "returned"),
    (ParamFlags::NONNULL, "nonnull"),
    (ParamFlags::NOUNDEF, "noundef"),
    // Which of the attributes that bind a parameter to a convention it was is not known any more.
    (ParamFlags::CONVENTION, "inreg"),
    (ParamFlags::IMMARG, "immarg"),
];

/// Boolean attributes of functions and calls.
pub(super) const FUNC_FLAGS: [(FuncFlags, &str); 11] = [
    (FuncFlags::NOUNWIND, "nounwind"),
    (FuncFlags::NORETURN, "noreturn"),
    (FuncFlags::NOFREE, "nofree"),
    (FuncFlags::WILLRETURN, "willreturn"),
    (FuncFlags::CONVERGENT, "convergent"),
    (FuncFlags::NOBUILTIN, "nobuiltin"),
    (FuncFlags::RETURNS_TWICE, "returns_twice"),
    (FuncFlags::NORECURSE, "norecurse"),
    (FuncFlags::SPECULATABLE, "speculatable"),
    (FuncFlags::NOSYNC, "nosync"),
    (FuncFlags::STRICTFP, "strictfp"),
];

/// Atomic orderings.
pub(super) const ORDERINGS: [(Ordering, &str); 6] = [
    (Ordering::Unordered, "unordered"),
    (Ordering::Monotonic, "monotonic"),
    (Ordering::Acquire, "acquire"),
    (Ordering::Release, "release"),
    (Ordering::AcqRel, "acq_rel"),
    (Ordering::SeqCst, "seq_cst"),
];

/// Calling conventions with names of their own.
pub(super) const CONVENTIONS: [(u32, &str); 6] = [
    (0, "ccc"),
    (8, "fastcc"),
    (9, "coldcc"),
    (15, "preserve_mostcc"),
    (16, "preserve_allcc"),
    (18, "tailcc"),
];

/// What stands before `call`.
pub(super) const TAIL_KINDS: [(TailKind, &str); 3] = [
    (TailKind::Tail, "tail"),
    (TailKind::MustTail, "musttail"),
    (TailKind::NoTail, "notail"),
];

/// The first entry with this word.
pub(super) fn by_word<T: Copy>(table: &[(T, &str)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(_, name)| *name == word)
        .map(|&(item, _)| item)
}

/// The word of this item.
pub(super) fn word_of<T: Copy + PartialEq, const N: usize>(
    table: &[(T, &'static str); N],
    item: T,
) -> Option<&'static str> {
    table
        .iter()
        .find(|(other, _)| *other == item)
        .map(|&(_, word)| word)
}
