//! Metadata of instructions that analyses read: aliasing, ranges, and Enzyme's own kinds.

crate::entity! {
    /// A TBAA type descriptor.
    TbaaType, "tbaa"
}

/// A TBAA type descriptor (LangRef, "'tbaa' Metadata"): a scalar type with its parent at offset 0, or a structure with its fields.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TbaaNode {
    /// The name: "double", "any pointer", "omnipotent char", a structure's name. Roots have their own.
    pub name: Box<str>,
    /// Fields with their byte offsets; for a scalar its parent at offset 0.
    pub fields: Vec<(u64, TbaaType)>,
}

/// A TBAA access tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TbaaTag {
    /// The type of the outermost object.
    pub base: TbaaType,
    /// The type that is accessed.
    pub access: TbaaType,
    /// Where in the outermost object, in bytes.
    pub offset: u64,
    /// The memory never changes.
    pub constant: bool,
}

/// The metadata of one instruction.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct MetaSet {
    /// `!tbaa`.
    pub tbaa: Option<TbaaTag>,
    /// `!tbaa.struct`: offset, size and tag of the fields that a memory transfer copies.
    pub tbaa_struct: Vec<(u64, u64, TbaaTag)>,
    /// `!alias.scope`: the scopes of the access, as (domain, scope) numbers.
    pub alias_scopes: Vec<(u32, u32)>,
    /// `!noalias`: the scopes that the access is disjoint from.
    pub noalias: Vec<(u32, u32)>,
    /// On a call of `llvm.experimental.noalias.scope.decl`, its operand: the scopes of which a new execution begins here. In our text
    /// an attachment of the same name.
    pub opened_scopes: Vec<(u32, u32)>,
    /// `!range`, for integers of at most 64 bits: pairs of inclusive low and exclusive high.
    pub range: Vec<(i64, i64)>,
    /// `!invariant.load`.
    pub invariant_load: bool,
    /// `!llvm.loop` with `llvm.loop.isvectorized`, on the end of a latch: the loop is a vectorized one, or what is left over of one, and
    /// is to be neither vectorized nor unrolled again.
    pub vectorized_loop: bool,
    /// Kinds that start with `enzyme`, with their operand as text (empty if there is none).
    pub enzyme: Vec<(Box<str>, Box<str>)>,
}

impl MetaSet {
    /// The text of a kind that starts with `enzyme`, if it is attached.
    pub fn enzyme(&self, kind: &str) -> Option<&str> {
        self.enzyme
            .iter()
            .find(|(name, _)| &**name == kind)
            .map(|(_, text)| &**text)
    }
}
