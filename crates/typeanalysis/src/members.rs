//! Integers by declaration: members of the structures of C and C++ that unoptimized code names in address arithmetic and local variables.
//!
//! Without optimization there is no TBAA, and an integer beside a float is often only moved: a key, a label. The type of the structure says what it
//! is. As of debug information only members are believed ([`crate::hints`]): a variable of type `uint64_t` often holds the bits of a double. Nor are
//! arrays of integers, unions, and structures without a name, which are made for calling conventions.

use indexmap::IndexSet;
use ir::{Context, Op, Type, TypeData, Value, addressed_member, declared_fields};
use rules::headers::is_llvm_header;

use crate::base::{BaseType, Pointers};
use crate::body::Body;
use crate::tree::{EVERY, Limits, TypeTree};
use crate::window::clamp;

/// Structures within structures that are followed.
const DEPTH: u32 = 8;

/// Addresses with what is declared behind them. Linear in the function and in the types that it names.
pub(crate) fn declared(ctx: &Context, body: &Body<'_>, limits: &Limits) -> Vec<(Value, TypeTree)> {
    let function = body.function;
    let mut found: IndexSet<(Value, Vec<u64>)> = IndexSet::new();
    let mut add = |value: Value, members: Vec<u64>| {
        if !members.is_empty() {
            found.insert((value, members));
        }
    };
    let params = function.pointees.iter();
    let params = params.filter_map(|&(index, member)| Some((*function.params.get(index as usize)?, member)));
    let addressed = function
        .all_insts()
        .filter_map(|inst| addressed_member(ctx, function, &body.uses, inst));
    for (value, member) in params.chain(addressed) {
        if declared_fields(ctx, member.owner).is_some_and(|(_, name)| !is_llvm_header(name)) {
            add(value, (member.offset..member.offset + member.bytes).collect());
        }
    }
    for inst in function.all_insts() {
        let data = function.inst(inst);
        if let (Op::Alloca { ty, .. }, Some(result)) = (&data.op, data.result) {
            let mut members = Vec::new();
            integers(ctx, *ty, 0, DEPTH, &mut members);
            add(result, members);
        }
    }
    let told = found.into_iter();
    told.map(|(value, members)| (value, tree(members, limits)))
        .collect()
}

/// An address with integers behind it.
fn tree(members: Vec<u64>, limits: &Limits) -> TypeTree {
    let mut tree = TypeTree::all(BaseType::Pointer);
    for at in members {
        // Facts of one type do not contradict each other.
        let _ = tree.insert(&[EVERY, clamp(at)], BaseType::Integer, Pointers::Distinct, limits);
    }
    tree
}

/// The bytes of a structure that are said to be of integers.
fn integers(ctx: &Context, ty: Type, start: u64, depth: u32, found: &mut Vec<u64>) {
    let Some((fields, name)) = declared_fields(ctx, ty).filter(|_| depth > 0) else {
        return;
    };
    if is_llvm_header(name) {
        return;
    }
    for (index, &field) in fields.iter().enumerate() {
        let Some(offset) = ctx.layout.member_offset(&ctx.types, ty, index as u64) else {
            return;
        };
        match (ctx.types.get(field), ctx.store_size_of(field)) {
            (TypeData::Int(_), Some(bytes)) => found.extend(start + offset..start + offset + bytes),
            _ => integers(ctx, field, start + offset, depth - 1, found),
        }
    }
}
