//! Types that TBAA tells (LangRef, "'tbaa' Metadata"): names of scalar types, and structures of them.

use ir::metadata::{TbaaTag, TbaaType};
use ir::{Context, FloatKind, Meta};

use crate::base::{BaseType, Pointers};
use crate::tree::{Limits, TypeTree};
use crate::window::{Window, clamp};

/// Structures within structures that are followed.
const DEPTH: usize = 32;

/// What is believed of the metadata.
#[derive(Clone, Copy)]
pub(crate) struct Beliefs<'a> {
    pub(crate) limits: &'a Limits,
    /// Integers that are no members of structures are integers.
    pub(crate) scalar_integers: bool,
}

/// What an access or a memory transfer says about the memory at its address: `{[]:Pointer}` with the bytes that are known. Metadata that
/// contradicts itself says nothing more.
pub(crate) fn access(ctx: &Context, meta: Meta, beliefs: Beliefs<'_>) -> TypeTree {
    let limits = beliefs.limits;
    let set = ctx.meta(meta);
    let mut known = TypeTree::whole(BaseType::Pointer);
    for &(start, size, tag) in &set.tbaa_struct {
        let window = Window {
            start: 0,
            size: Some(clamp(size)),
            to: clamp(start),
        };
        if let Ok(part) = tag_tree(ctx, tag, limits).shift(window, limits) {
            // A contradiction within the metadata leaves the first fact.
            let _ = known.or(&part, Pointers::Distinct, limits);
        }
    }
    if let Some(tag) = set
        .tbaa
        .filter(|&tag| beliefs.scalar_integers || !is_scalar_integer(ctx, tag))
    {
        let _ = known.or(&tag_tree(ctx, tag, limits), Pointers::Distinct, limits);
    }
    known
}

/// Whether an access or a transfer is said to be of integers that are no members of a structure: elements of an array, say.
pub fn accesses_scalar_integers(ctx: &Context, meta: Meta) -> bool {
    ctx.meta(meta).tbaa.is_some_and(|tag| is_scalar_integer(ctx, tag))
}

fn is_scalar_integer(ctx: &Context, tag: TbaaTag) -> bool {
    tag.base == tag.access && named(&ctx.tbaa[tag.access].name) == BaseType::Integer
}

fn tag_tree(ctx: &Context, tag: TbaaTag, limits: &Limits) -> TypeTree {
    type_tree(ctx, tag.access, limits, DEPTH)
}

/// The memory of a type descriptor.
fn type_tree(ctx: &Context, ty: TbaaType, limits: &Limits, depth: usize) -> TypeTree {
    let node = &ctx.tbaa[ty];
    let base = named(&node.name);
    if base.is_known() {
        return TypeTree::all(base);
    }
    let mut known = TypeTree::whole(BaseType::Pointer);
    if depth == 0 {
        return known;
    }
    for &(offset, field) in &node.fields {
        let window = Window {
            start: 0,
            size: None,
            to: clamp(offset),
        };
        if let Ok(part) = type_tree(ctx, field, limits, depth - 1).shift(window, limits) {
            let _ = known.or(&part, Pointers::Distinct, limits);
        }
    }
    known
}

/// The type of a name. Names that clang gives to memory of any type, or that are not known, say nothing.
fn named(name: &str) -> BaseType {
    match name {
        "long long" | "long" | "int" | "bool" | "jtbaa_arraysize" | "jtbaa_arraylen" => BaseType::Integer,
        "any pointer" | "vtable pointer" | "jtbaa_arrayptr" | "jtbaa_tag" => BaseType::Pointer,
        "float" => BaseType::Float(FloatKind::Float),
        "double" => BaseType::Float(FloatKind::Double),
        _ => BaseType::Unknown,
    }
}
