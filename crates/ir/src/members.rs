//! Integer members of structures, as unoptimized code addresses them: by arithmetic that names the structure.

use crate::context::Context;
use crate::function::{Function, Uses, Value};
use crate::graph::Callee;
use crate::inst::{Inst, Op};
use crate::types::{Type, TypeData};

/// An integer member of a structure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressedMember {
    /// Where it begins, in bytes behind the address of the structure.
    pub offset: u64,
    /// Its size in bytes.
    pub bytes: u64,
    /// The structure that it is a member of, by itself and not in an array.
    pub owner: Type,
}

/// The fields of a structure that a C-like front end named. Members of unions and of anything unnamed are accessed with other types.
pub fn declared_fields(ctx: &Context, ty: Type) -> Option<(&[Type], &str)> {
    match ctx.types.get(ty) {
        TypeData::Struct {
            fields,
            name: Some(name),
            ..
        } if name.starts_with("struct.") || name.starts_with("class.") => Some((fields, name)),
        _ => None,
    }
}

/// The integer member whose address an instruction calculates, and the address of the structure. None if what is there is copied as bytes: that is
/// done with what a member was not declared for.
pub fn addressed_member(
    ctx: &Context,
    function: &Function,
    uses: &Uses,
    inst: Inst,
) -> Option<(Value, AddressedMember)> {
    let data = function.inst(inst);
    let Op::Gep { source } = data.op else { return None };
    let constant = |index: Value| ctx.consts.int_value(&ctx.types, function.as_const(index)?);
    if constant(*data.operands.get(1)?)? != 0 {
        return None;
    }
    let (mut owner, mut at, mut offset) = (source, source, 0);
    for &index in &data.operands[2..] {
        let index = u64::try_from(constant(index)?).ok()?;
        let (fields, _) = declared_fields(ctx, at)?;
        let field = *fields.get(usize::try_from(index).ok()?)?;
        offset += ctx.layout.member_offset(&ctx.types, at, index)?;
        (owner, at) = (at, field);
    }
    ctx.types.int_bits(at)?;
    let users = uses.of_value(data.result?);
    let is_copied = users.iter().any(|&(user, _)| {
        let callee = Callee::of(ctx, function, user).and_then(Callee::func);
        callee.is_some_and(|callee| ctx.funcs[callee].intrinsic)
    });
    let bytes = ctx.store_size_of(at)?;
    let member = AddressedMember { offset, bytes, owner };
    (at != source && !is_copied).then(|| (data.operands[0], member))
}
