//! Aliasing that metadata excludes: type-based (LangRef, "'tbaa' Metadata") and scoped (LangRef, "'noalias' and 'alias.scope' Metadata").

use crate::context::Context;
use crate::metadata::{MetaSet, TbaaTag, TbaaType};

/// Steps of a walk through type descriptors: well-formed ones are a few levels deep, cyclic ones are a bug of who made them.
const LIMIT: usize = 64;

/// Whether types say that two accesses are to different memory.
pub(super) fn disjoint_types(ctx: &Context, a: &MetaSet, b: &MetaSet) -> bool {
    match (a.tbaa, b.tbaa) {
        (Some(a), Some(b)) => !tags_may_alias(ctx, a, b),
        _ => false,
    }
}

/// Whether scopes say that two accesses are to different memory. A scope is one execution of the code that it was made for (an inlined
/// function with `restrict` parameters): of different iterations of a loop around that nothing is said. Only scopes for which `counts` holds are
/// asked.
pub(super) fn disjoint_scopes(a: &MetaSet, b: &MetaSet, counts: &dyn Fn((u32, u32)) -> bool) -> bool {
    scopes_exclude(&a.alias_scopes, &b.noalias, counts) || scopes_exclude(&b.alias_scopes, &a.noalias, counts)
}

/// Whether accesses with these tags may overlap: if one may be an access to the other's object or a part of it, or if nothing relates
/// their types (different roots).
pub(super) fn tags_may_alias(ctx: &Context, a: TbaaTag, b: TbaaTag) -> bool {
    if a.base == b.base && a.access == b.access && a.offset == b.offset {
        return true;
    }
    let Some(common) = common_type(ctx, a.access, b.access) else {
        return true;
    };
    part_of(ctx, a, b, common)
        .or_else(|| part_of(ctx, b, a, common))
        .unwrap_or(false)
}

/// Whether `part` may be a part of the object that `whole` accesses: `None` if the types of `whole` do not lead to the object of
/// `part`.
fn part_of(ctx: &Context, whole: TbaaTag, part: TbaaTag, common: TbaaType) -> Option<bool> {
    // An access to all of an object of the common type (say `char`) may be one to anything that is made of it.
    if whole.access == whole.base && whole.access == common {
        return Some(true);
    }
    let (mut at, mut offset) = (whole.base, whole.offset);
    for _ in 0..LIMIT {
        if at == part.base {
            return Some(offset == part.offset);
        }
        (at, offset) = field(ctx, at, offset)?;
    }
    Some(true)
}

/// The member of a type that holds `offset`, and where in the member that is. Of a scalar type: its parent.
fn field(ctx: &Context, ty: TbaaType, offset: u64) -> Option<(TbaaType, u64)> {
    let fields = &ctx.tbaa.get(ty)?.fields;
    let &(start, member) = match fields.as_slice() {
        [only] => only,
        several => several.iter().rev().find(|&&(start, _)| start <= offset)?,
    };
    Some((member, offset.saturating_sub(start)))
}

/// The most special type that both are; `None` if their roots differ.
fn common_type(ctx: &Context, a: TbaaType, b: TbaaType) -> Option<TbaaType> {
    let parent = |&ty: &TbaaType| ctx.tbaa.get(ty)?.fields.first().map(|&(_, parent)| parent);
    let ancestors: Vec<TbaaType> = std::iter::successors(Some(a), parent).take(LIMIT).collect();
    std::iter::successors(Some(b), parent)
        .take(LIMIT)
        .find(|ty| ancestors.contains(ty))
}

/// Whether, in some domain, all scopes of one access count and are among those that the other is disjoint from.
fn scopes_exclude(
    scopes: &[(u32, u32)],
    noalias: &[(u32, u32)],
    counts: &dyn Fn((u32, u32)) -> bool,
) -> bool {
    let excluded = |domain: u32| {
        let mut here = scopes.iter().filter(|scope| scope.0 == domain).peekable();
        here.peek().is_some() && here.all(|scope| noalias.contains(scope) && counts(*scope))
    };
    noalias.iter().any(|&(domain, _)| excluded(domain))
}
