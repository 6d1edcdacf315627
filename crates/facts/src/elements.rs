//! What memory is an array of, by how it is declared and indexed.
//!
//! Type analysis knows the bytes that are accessed at known offsets. Of an array of which some elements are, the others look alike: the
//! variable is declared as an array of floats, or its address is indexed as one. This is asked only where nothing else is known.

use ir::{Context, FloatKind, Function, Op, Type, TypeData, Value, ValueDef};

/// How many steps an address is followed back.
const STEPS: u32 = 32;

/// The object that an address leads into: where address arithmetic starts.
pub fn root(function: &Function, mut address: Value) -> Value {
    for _ in 0..STEPS {
        let inst = function.def_inst(address).map(|inst| function.inst(inst));
        match inst {
            Some(data) if matches!(data.op, Op::Gep { .. }) => address = data.operands[0],
            _ => break,
        }
    }
    address
}

/// The floats that memory behind an address is an array of. Linear in the function.
pub fn array_of(ctx: &Context, function: &Function, address: Value) -> Option<FloatKind> {
    let root = root(function, address);
    declared(ctx, function, root).or_else(|| indexed(ctx, function, root))
}

/// The elements of a variable that is declared as an array of floats.
fn declared(ctx: &Context, function: &Function, root: Value) -> Option<FloatKind> {
    let ty = match function.value(root).def {
        ValueDef::Inst(inst) => match function.inst(inst).op {
            Op::Alloca { ty, .. } => ty,
            _ => return None,
        },
        ValueDef::Const(constant) => match ctx.consts.get(constant) {
            ir::ConstData::Global(global) => ctx.globals[*global].ty,
            _ => return None,
        },
        ValueDef::Param(_) => return None,
    };
    float_elements(ctx, ty)
}

fn float_elements(ctx: &Context, mut ty: Type) -> Option<FloatKind> {
    loop {
        match ctx.types.get(ty) {
            TypeData::Array { element, .. } | TypeData::Vector { element, .. } => ty = *element,
            TypeData::Float(kind) => return Some(*kind),
            _ => return None,
        }
    }
}

/// What an address is indexed as, if that is always the same float. Floats may be copied as integers of their size.
fn indexed(ctx: &Context, function: &Function, root: Value) -> Option<FloatKind> {
    let (mut found, mut copied) = (None, None);
    for inst in function.all_insts() {
        let data = function.inst(inst);
        let Op::Gep { source } = data.op else { continue };
        if data.operands[0] != root || source == ctx.types.i8() {
            continue;
        }
        if let TypeData::Int(_) = ctx.types.get(source) {
            copied = ctx.size_of(source);
            continue;
        }
        let kind = float_elements(ctx, source)?;
        if found.is_some_and(|found| found != kind) {
            return None;
        }
        found = Some(kind);
    }
    found.filter(|&kind| copied.is_none_or(|size| size == crate::pieces::stride(kind)))
}
