//! Types by declaration: what LLVM's types of variables say where nothing else types the memory.
//!
//! Unoptimised code has no alias metadata, and a counter in a structure is only loaded, added to and stored. The type of the variable
//! says what it is: an integer member of a structure that a C-like front end named `struct.` or `class.`, found by walking from an
//! `alloca` or a global along the addresses. Members of unions and of anything unnamed prove nothing, as they are accessed with
//! other types; and a variable or array of integers alone may hold the bits of floats (`uint64_t bits; memcpy(&bits, &x, 8);`).

use ir::{CastOp, ConstData, ConstOp, Context, Function, Op, Type, TypeData, Value, ValueDef};

use crate::pieces::{Held, Piece, push};

/// How far definitions are followed.
const DEPTH: u32 = 12;

/// The members of objects that are told apart.
const MEMBERS: u64 = 1 << 14;

/// Whether an integer value is one by declaration: loaded from an integer variable or member, or calculated from such and constants.
pub(crate) fn is_integer(ctx: &Context, function: &Function, value: Value) -> bool {
    ctx.types.int_bits(function.ty(value)).is_some() && calculated(ctx, function, value, DEPTH)
}

/// Whether an address leads to an integer member of a variable, by declaration.
pub(crate) fn holds_integer(ctx: &Context, function: &Function, address: Value) -> bool {
    place(ctx, function, address, DEPTH)
        .and_then(|place| at_start(ctx, place))
        .is_some_and(|place| place.is_member && ctx.types.int_bits(place.ty).is_some())
}

fn calculated(ctx: &Context, function: &Function, value: Value, depth: u32) -> bool {
    let inst = match function.value(value).def {
        ValueDef::Const(_) => return true,
        ValueDef::Param(_) => return false,
        ValueDef::Inst(inst) => inst,
    };
    let data = function.inst(inst);
    if depth == 0 {
        return false;
    }
    match data.op {
        Op::Load(_) | Op::AtomicRmw(..) => place(ctx, function, data.operands[0], depth)
            .and_then(|place| at_start(ctx, place))
            .is_some_and(|place| place.is_member && place.ty == data.ty),
        Op::Binary(_) => (data.operands.iter()).all(|&operand| calculated(ctx, function, operand, depth - 1)),
        Op::Cast(CastOp::Trunc | CastOp::ZExt | CastOp::SExt) | Op::Freeze => {
            calculated(ctx, function, data.operands[0], depth - 1)
        }
        _ => false,
    }
}

/// What the first `bytes` bytes behind an address are by the type of the variable that it leads to; `None` if that says nothing.
pub(crate) fn memory_pieces(
    ctx: &Context,
    function: &Function,
    address: Value,
    bytes: u64,
) -> Option<Vec<Piece>> {
    let place = place(ctx, function, address, DEPTH)?;
    let size = ctx.size_of(place.ty).filter(|&size| size > 0)?;
    let mut pieces = Vec::new();
    collect(ctx, place, 0, &mut pieces)?;
    // Address arithmetic over the element of an array walks along the array.
    let within = bytes.min(size);
    pieces.retain(|piece| piece.start < within);
    let last = pieces.last_mut()?;
    last.end = last.end.min(within);
    let cut = matches!(last.held, Held::Float(kind) if last.size() % crate::pieces::stride(kind) != 0);
    (!cut).then_some(pieces)
}

/// The pieces of an object, in order and without gaps.
fn collect(ctx: &Context, place: Place, start: u64, pieces: &mut Vec<Piece>) -> Option<()> {
    let ty = place.ty;
    let end = start + ctx.size_of(ty)?;
    let held = match ctx.types.get(ty) {
        TypeData::Float(kind) => Held::Float(*kind),
        TypeData::Ptr(_) => Held::Pointer,
        TypeData::Int(_) if place.is_member => Held::Integer,
        // Arrays of integers are what anything is copied through.
        TypeData::Int(_) => Held::Unknown,
        TypeData::Array { .. } | TypeData::Struct { .. } => {
            for index in 0..ctx.types.member_count(ty).min(MEMBERS) {
                let at = start + ctx.layout.member_offset(&ctx.types, ty, index)?;
                let padding = pieces.last().map_or(start, |piece| piece.end);
                push(pieces, padding, at, Held::Integer);
                collect(ctx, member(ctx, ty, index)?, at, pieces)?;
            }
            let padding = pieces.last().map_or(start, |piece| piece.end);
            push(pieces, padding, end, Held::Integer);
            return (ctx.types.member_count(ty) <= MEMBERS).then_some(());
        }
        _ => return None,
    };
    push(pieces, start, end, held);
    Some(())
}

/// A declared object.
#[derive(Clone, Copy)]
struct Place {
    ty: Type,
    /// Whether it is a member of a structure, by itself and not in an array of its like.
    is_member: bool,
}

impl Place {
    /// A variable.
    fn variable(ty: Type) -> Self {
        Self { ty, is_member: false }
    }
}

/// The first scalar of arrays and structures: what an address of the whole is an address of.
fn at_start(ctx: &Context, place: Place) -> Option<Place> {
    match ctx.types.get(place.ty) {
        TypeData::Array { .. } | TypeData::Struct { .. } => at_start(ctx, member(ctx, place.ty, 0)?),
        _ => Some(place),
    }
}

/// The declared type of what an address leads to.
fn place(ctx: &Context, function: &Function, address: Value, depth: u32) -> Option<Place> {
    match function.value(address).def {
        ValueDef::Const(constant) => place_of_const(ctx, constant, depth),
        ValueDef::Param(_) => None,
        ValueDef::Inst(inst) if depth > 0 => {
            let data = function.inst(inst);
            match data.op {
                Op::Alloca { ty, .. } => Some(Place::variable(ty)),
                Op::Gep { source } => {
                    let base = place(ctx, function, data.operands[0], depth - 1)?;
                    let constant = |index: usize| {
                        let constant = function.as_const(*data.operands.get(index + 1)?)?;
                        ctx.consts.int_value(&ctx.types, constant)
                    };
                    step(ctx, base, source, data.operands.len() - 1, constant)
                }
                _ => None,
            }
        }
        ValueDef::Inst(_) => None,
    }
}

fn place_of_const(ctx: &Context, constant: ir::Const, depth: u32) -> Option<Place> {
    match ctx.consts.get(constant) {
        ConstData::Global(global) => Some(Place::variable(ctx.globals[*global].ty)),
        ConstData::Expr {
            op: ConstOp::Gep { source, .. },
            operands,
            ..
        } if depth > 0 => {
            let base = place_of_const(ctx, operands[0], depth - 1)?;
            let index = |index: usize| ctx.consts.int_value(&ctx.types, *operands.get(index + 1)?);
            step(ctx, base, *source, operands.len() - 1, index)
        }
        _ => None,
    }
}

/// Follows the indices of address arithmetic over `source` from an object of type `base`. `index` gives those that are constant.
fn step(
    ctx: &Context,
    base: Place,
    source: Type,
    indices: usize,
    index: impl Fn(usize) -> Option<i128>,
) -> Option<Place> {
    if source == ctx.types.i8() && indices == 1 && base.ty != source {
        return within(ctx, base, u64::try_from(index(0)?).ok()?);
    }
    let mut place = base;
    // Address arithmetic over the element of an array walks along the array.
    while place.ty != source {
        place = match ctx.types.get(place.ty) {
            TypeData::Array { .. } | TypeData::Struct { .. } => member(ctx, place.ty, 0)?,
            _ => return None,
        };
    }
    for at in 1..indices {
        let number = match ctx.types.get(place.ty) {
            TypeData::Array { .. } => 0,
            _ => u64::try_from(index(at)?).ok()?,
        };
        place = member(ctx, place.ty, number)?;
    }
    Some(place)
}

/// The member of an object at a byte offset.
fn within(ctx: &Context, place: Place, offset: u64) -> Option<Place> {
    if offset == 0 {
        return Some(place);
    }
    let (layout, ty) = (&ctx.layout, place.ty);
    match ctx.types.get(ty) {
        TypeData::Array { element, .. } => {
            let size = ctx.size_of(*element).filter(|&size| size > 0)?;
            within(ctx, Place::variable(*element), offset % size)
        }
        TypeData::Struct { fields, .. } => {
            let (index, start) = (0..fields.len() as u64)
                .rev()
                .filter_map(|index| Some((index, layout.member_offset(&ctx.types, ty, index)?)))
                .find(|&(_, start)| start <= offset)?;
            within(ctx, member(ctx, ty, index)?, offset - start)
        }
        _ => None,
    }
}

/// A member of an array, or of a structure that was declared as one.
fn member(ctx: &Context, ty: Type, index: u64) -> Option<Place> {
    match ctx.types.get(ty) {
        TypeData::Array { element, .. } => Some(Place::variable(*element)),
        TypeData::Struct {
            fields,
            name: Some(name),
            ..
        } if name.starts_with("struct.") || name.starts_with("class.") => fields
            .get(index as usize)
            .map(|&ty| Place { ty, is_member: true }),
        _ => None,
    }
}
