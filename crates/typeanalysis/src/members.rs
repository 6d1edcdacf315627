//! Integers by declaration: what the structures of C and C++ say that unoptimized code names in address arithmetic and local variables.
//!
//! Without optimization there is no TBAA, and an integer beside a float is often only moved: a key, a label. The type of the structure says what it
//! is. As of debug information only members are believed ([`crate::hints`]): a variable of type `uint64_t` often holds the bits of a double. Nor are
//! arrays of integers, unions, and structures without a name, which are made for calling conventions.

use ir::{Context, Function, Op, Type, TypeData, Value};
use rules::headers::is_llvm_header;

use crate::base::{BaseType, Pointers};
use crate::tree::{EVERY, Limits, TypeTree};
use crate::window::clamp;

/// Structures within structures that are followed.
const DEPTH: u32 = 8;

/// Integers below this are known to be none but integers.
const NARROW: u32 = 16;

/// Addresses with what is declared behind them. Linear in the function and in the types that it names.
pub(crate) fn declared(ctx: &Context, function: &Function, limits: &Limits) -> Vec<(Value, TypeTree)> {
    let params = function.pointees.iter();
    let params = params.filter_map(|&(index, ty)| Some((*function.params.get(index as usize)?, ty, false)));
    let values = function.all_insts().filter_map(|inst| {
        let data = function.inst(inst);
        let (ty, member) = match data.op {
            Op::Alloca { ty, .. } => (ty, false),
            Op::Gep { source } => (addressed(ctx, function, source, &data.operands)?, true),
            _ => return None,
        };
        Some((data.result?, ty, member))
    });
    let told = params.chain(values).map(|(value, ty, member)| {
        let mut tree = TypeTree::all(BaseType::Pointer);
        integers(ctx, (ty, member), 0, DEPTH, &mut |at| {
            // Types do not overlap themselves.
            let _ = tree.insert(&[EVERY, at], BaseType::Integer, Pointers::Distinct, limits);
        });
        (value, tree)
    });
    told.filter(|(_, tree)| tree.depth() > 1).collect()
}

/// The type of the member that address arithmetic leads to, through structures that are believed.
fn addressed(ctx: &Context, function: &Function, source: Type, operands: &[Value]) -> Option<Type> {
    let mut at = source;
    for &index in operands.get(2..)? {
        let index = ctx.consts.int_value(&ctx.types, function.as_const(index)?)?;
        let fields = fields(ctx, at)?;
        at = *usize::try_from(index).ok().and_then(|index| fields.get(index))?;
    }
    (at != source).then_some(at)
}

/// The members of a structure that is believed.
fn fields(ctx: &Context, ty: Type) -> Option<&[Type]> {
    match ctx.types.get(ty) {
        TypeData::Struct {
            fields,
            name: Some(name),
            ..
        } if (name.starts_with("struct.") || name.starts_with("class.")) && !is_llvm_header(name) => {
            Some(fields)
        }
        _ => None,
    }
}

/// The bytes that are said to be of integers.
fn integers(ctx: &Context, (ty, member): (Type, bool), start: u64, depth: u32, found: &mut impl FnMut(i32)) {
    match *ctx.types.get(ty) {
        TypeData::Int(bits) if member && bits >= NARROW => {
            let size = ctx.store_size_of(ty).unwrap_or(0);
            (start..start + size).for_each(|at| found(clamp(at)));
        }
        TypeData::Struct { .. } if depth > 0 => {
            for (index, &field) in fields(ctx, ty).into_iter().flatten().enumerate() {
                if let Some(offset) = ctx.layout.member_offset(&ctx.types, ty, index as u64) {
                    integers(ctx, (field, true), start + offset, depth - 1, found);
                }
            }
        }
        _ => {}
    }
}
