//! What debug information says about variables: their types in the source language, as far as those tell what bytes are.
//!
//! LLVM's types are gone from memory and soon from registers, but a variable that a debug record describes keeps the type that it was
//! declared with. The importer makes the types that variables lead to, a few levels of pointers deep; so they contain no cycles.

use crate::function::Value;
use crate::types::FloatKind;

crate::entity! {
    /// A type of the source language.
    DebugType, "debug"
}

/// A type of the source language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DebugNode {
    /// Its size; 0 where debug information does not say.
    pub bytes: u64,
    /// What it is made of.
    pub kind: DebugKind,
}

impl DebugNode {
    /// Whether it is a floating-point number of a format other than double precision.
    pub fn is_other_float(&self) -> bool {
        matches!(self.kind, DebugKind::Float(kind) if kind != FloatKind::Double)
    }
}

/// What a type is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DebugKind {
    /// Something that says nothing about its bytes.
    Opaque,
    /// One byte: a number, a character, or part of memory that may hold anything.
    Byte,
    /// An integer, a truth value, a choice from a list.
    Integer,
    /// A floating-point number.
    Float(FloatKind),
    /// An address, with what it leads to if that is known.
    Pointer(Option<DebugType>),
    /// Elements one after the other; their number, if it is constant.
    Array(DebugType, Option<u64>),
    /// All of the members.
    Record(Vec<DebugMember>),
    /// One of the members: a union, or the variants of a Rust enumeration.
    Choice(Vec<DebugMember>),
}

/// A part of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DebugMember {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// What it is.
    pub ty: DebugType,
}

/// How a value and a variable belong together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DebugPlace {
    /// The value is what the variable holds.
    Value,
    /// The variable is in the memory at this address.
    Memory,
}

/// A variable of the source that a value stands for, at least at some point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DebugVariable {
    /// The value.
    pub value: Value,
    /// How it stands for the variable.
    pub place: DebugPlace,
    /// The variable's type.
    pub ty: DebugType,
}
