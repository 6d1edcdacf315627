//! Which formats of floats functions know.
//!
//! A hash table's load factor is a `float`, but it is the table's own ([`rules::headers`]): no address of the program's own numbers leads to it.

use ir::metadata::TbaaType;
use ir::{Context, EntitySet, FloatKind, Function, Inst, Op, Type, TypeData, Uses, Value, ValueDef};
use rules::headers::{is_llvm_header, is_tbaa_header};
use typeanalysis::headers::number;

/// Whether functions know no floats but doubles: nothing that they compute, and nothing in the types of variables, in type-based alias
/// information or in debug information is a float of another format. Linear in the functions.
pub fn only_doubles<'a>(ctx: &Context, mut bodies: impl Iterator<Item = &'a Function>) -> bool {
    let mut formats = Formats::default();
    bodies.all(|body| formats.are_doubles(ctx, body))
        && ctx
            .globals
            .values()
            .all(|global| !formats.has_other(ctx, global.ty))
        && !describes_other(ctx)
        && ctx.debug_types.values().all(|node| !node.is_other_float())
}

/// The types that were looked at.
#[derive(Default)]
struct Formats {
    seen: EntitySet<Type>,
    others: EntitySet<Type>,
}

impl Formats {
    /// Whether a type has a float of another format in it.
    fn has_other(&mut self, ctx: &Context, ty: Type) -> bool {
        if self.seen.insert(ty) && has_other_float(ctx, ty) {
            self.others.insert(ty);
        }
        self.others.contains(ty)
    }

    fn are_doubles(&mut self, ctx: &Context, body: &Function) -> bool {
        let others = body.values().filter(|&value| self.has_other(ctx, body.ty(value)));
        let others: Vec<Value> = others.collect();
        let told = |inst: Inst| match body.inst(inst).op {
            Op::Alloca { ty, .. } => self.has_other(ctx, ty),
            Op::Gep { source } => self.has_other(ctx, source),
            _ => accesses_other(ctx, body, inst),
        };
        stay_in_headers(ctx, body, &others) && !body.all_insts().any(told)
    }
}

/// Whether values are only moved between headers of containers, or begin as constants there.
fn stay_in_headers(ctx: &Context, body: &Function, values: &[Value]) -> bool {
    if values.is_empty() {
        return true;
    }
    let uses = Uses::of(body);
    let is_header = |inst: Inst| number(ctx, body, inst).is_some();
    values.iter().all(|&value| {
        let begins = match body.value(value).def {
            ValueDef::Inst(inst) => is_header(inst),
            ValueDef::Const(_) => true,
            ValueDef::Param(_) => false,
        };
        begins && uses.of_value(value).iter().all(|&(user, _)| is_header(user))
    })
}

/// Whether type-based alias information says of an access that it is of a float of another format.
fn accesses_other(ctx: &Context, body: &Function, inst: Inst) -> bool {
    let meta = ctx.meta(body.inst(inst).meta);
    let moved = meta.tbaa_struct.iter().map(|(_, _, tag)| tag);
    let other = moved
        .chain(&meta.tbaa)
        .any(|tag| is_other_name(&ctx.tbaa[tag.access].name));
    other && number(ctx, body, inst).is_none()
}

/// Whether type-based alias information describes a structure with floats of another format in it.
fn describes_other(ctx: &Context) -> bool {
    let is_other = |&(_, field): &(u64, TbaaType)| is_other_name(&ctx.tbaa[field].name);
    let mut nodes = ctx.tbaa.values();
    nodes.any(|node| !is_tbaa_header(&node.name) && node.fields.iter().any(is_other))
}

fn is_other_name(name: &str) -> bool {
    matches!(
        name,
        "float" | "_Float16" | "__fp16" | "__bf16" | "half" | "long double"
    )
}

fn has_other_float(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Float(kind) => *kind != FloatKind::Double,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => has_other_float(ctx, *element),
        TypeData::ScalableVector { element, .. } => has_other_float(ctx, *element),
        TypeData::Struct { name: Some(name), .. } if is_llvm_header(name) => false,
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| has_other_float(ctx, field)),
        _ => false,
    }
}
