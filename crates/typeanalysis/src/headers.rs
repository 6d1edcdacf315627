//! Accesses to the numbers of container headers ([`rules::headers`]): they say nothing about the memory at their address, because the same
//! address, in the words of type trees, leads to a node that has something else there.
//!
//! The number itself is known to be one, so that nothing has to be learned from memory either.

use ir::metadata::TbaaTag;
use ir::{Context, Function, Inst, Op, Type, TypeData, Value};
use rules::headers::{is_llvm_header, is_tbaa_header};

use crate::base::BaseType;

/// Structures within structures that are followed.
const DEPTH: usize = 32;

/// What is loaded or stored by an instruction that accesses a number of a header; `None` for all others.
pub fn number(ctx: &Context, function: &Function, inst: Inst) -> Option<BaseType> {
    let data = function.inst(inst);
    let (ty, address) = match data.op {
        Op::Load(_) => (data.ty, data.operands[0]),
        Op::Store(_) => (function.ty(data.operands[0]), data.operands[1]),
        _ => return None,
    };
    let base = match *ctx.types.get(ty) {
        TypeData::Int(_) => BaseType::Integer,
        TypeData::Float(kind) => BaseType::Float(kind),
        _ => return None,
    };
    let tag = ctx.meta(data.meta).tbaa;
    let found = tag.is_some_and(|tag| is_tagged(ctx, tag)) || is_addressed(ctx, function, address, ty);
    found.then_some(base)
}

/// Whether a tag leads through a header to a scalar.
fn is_tagged(ctx: &Context, tag: TbaaTag) -> bool {
    let (mut at, mut offset) = (tag.base, tag.offset);
    let mut found = false;
    for _ in 0..DEPTH {
        if at == tag.access {
            // Scalars have their parent at offset 0.
            return found && ctx.tbaa[at].fields.len() <= 1;
        }
        let node = &ctx.tbaa[at];
        found |= is_tbaa_header(&node.name);
        let inside = node.fields.iter().rev().find(|(start, _)| *start <= offset);
        let Some(&(start, field)) = inside else {
            return false;
        };
        (at, offset) = (field, offset - start);
    }
    false
}

/// Whether an address is that of a scalar of this type in a header, in the words of unoptimized code.
fn is_addressed(ctx: &Context, function: &Function, address: Value, ty: Type) -> bool {
    let Some(inst) = function.def_inst(address) else {
        return false;
    };
    let data = function.inst(inst);
    let Op::Gep { source } = data.op else { return false };
    let (mut at, mut found) = (source, false);
    for &index in data.operands.iter().skip(2) {
        let TypeData::Struct { fields, name, .. } = ctx.types.get(at) else {
            return false;
        };
        found |= name.as_deref().is_some_and(is_llvm_header);
        let number = function
            .as_const(index)
            .and_then(|index| ctx.consts.int_value(&ctx.types, index));
        let field = number
            .and_then(|number| usize::try_from(number).ok())
            .and_then(|number| fields.get(number));
        let Some(&field) = field else { return false };
        at = field;
    }
    found && at == ty
}
