//! Which formats of floats functions know.

use ir::{Context, EntitySet, FloatKind, Function, Op, Type, TypeData};

/// Whether functions know no floats but doubles: nothing that they compute, and nothing in the types of variables, in type-based alias
/// information or in debug information is a float of another format. Linear in the functions.
pub fn only_doubles<'a>(ctx: &Context, mut bodies: impl Iterator<Item = &'a Function>) -> bool {
    let is_other_name = |name: &str| {
        matches!(
            name,
            "float" | "_Float16" | "__fp16" | "__bf16" | "half" | "long double"
        )
    };
    let mut seen = EntitySet::new();
    let mut is_fine = |ty: Type| !seen.insert(ty) || !has_other_float(ctx, ty);
    let bodies_fine = bodies.all(|body| {
        body.values().all(|value| is_fine(body.ty(value)))
            && body.all_insts().all(|inst| match body.inst(inst).op {
                Op::Alloca { ty, .. } => is_fine(ty),
                Op::Gep { source } => is_fine(source),
                _ => true,
            })
    });
    bodies_fine
        && ctx.globals.values().all(|global| is_fine(global.ty))
        && ctx.tbaa.values().all(|node| !is_other_name(&node.name))
        && ctx.debug_types.values().all(|node| !node.is_other_float())
}

fn has_other_float(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Float(kind) => *kind != FloatKind::Double,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => has_other_float(ctx, *element),
        TypeData::ScalableVector { element, .. } => has_other_float(ctx, *element),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| has_other_float(ctx, field)),
        _ => false,
    }
}
