//! Numbers instead of poison, before a body is differentiated.
//!
//! Optimizers leave lanes of vectors that nobody reads as poison, and calculate with them. Their adjoints are zero, but zero times a
//! partial that is poison is poison, and from there it would get into the adjoints of lanes that are read. A number may stand for poison
//! anywhere; one half does, where no partial of a function that is used on vectors has a pole.

use ir::{Const, ConstData, Context, Function, Inst, Op, Type, TypeData, Value};

/// The number that stands for poison.
const FILL: f64 = 0.5;

/// Puts numbers in the place of poison in floats and vectors of floats.
pub(crate) fn fill(ctx: &mut Context, body: &mut Function) {
    let insts: Vec<Inst> = body.all_insts().collect();
    for inst in insts {
        for position in 0..body.inst(inst).operands.len() {
            let operand = body.inst(inst).operands[position];
            if let Some(filled) = filled_operand(ctx, body, operand) {
                body.inst_mut(inst).operands[position] = filled;
            }
        }
        fill_mask(ctx, body, inst);
    }
}

fn filled_operand(ctx: &mut Context, body: &mut Function, operand: Value) -> Option<Value> {
    let constant = body.as_const(operand)?;
    let filled = filled(ctx, constant)?;
    Some(body.constant(ctx, filled))
}

/// A constant without poison; `None` if it has none, or is nothing that adjoints are calculated for.
fn filled(ctx: &mut Context, constant: Const) -> Option<Const> {
    let ty = ctx.const_type(constant);
    ctx.types.float_kind(ty)?;
    match ctx.consts.get(constant).clone() {
        ConstData::Poison(ty) | ConstData::Undef(ty) => number(ctx, ty),
        ConstData::Aggregate { ty, members } => {
            let mut changed = false;
            let mut all = Vec::with_capacity(members.len());
            for &member in &members {
                let member_filled = filled(ctx, member);
                changed |= member_filled.is_some();
                all.push(member_filled.unwrap_or(member));
            }
            let members = all.into();
            changed.then(|| ctx.consts.intern(ConstData::Aggregate { ty, members }))
        }
        _ => None,
    }
}

fn number(ctx: &mut Context, ty: Type) -> Option<Const> {
    ctx.consts.float(&mut ctx.types, ty, FILL)
}

/// Lanes of a shuffle that may be anything become those of its second operand, if that is the number.
fn fill_mask(ctx: &mut Context, body: &mut Function, inst: Inst) {
    let data = body.inst(inst);
    let Op::Shuffle(mask) = &data.op else { return };
    if ctx.types.float_kind(data.ty).is_none() || mask.iter().all(|&lane| lane >= 0) {
        return;
    }
    let operands = [data.operands[0], data.operands[1]];
    let TypeData::Vector { len, .. } = *ctx.types.get(body.ty(operands[0])) else {
        return;
    };
    let ty = body.ty(operands[1]);
    let Some(fill) = number(ctx, ty) else { return };
    let is_fill = body.as_const(operands[1]) == Some(fill);
    let mask: Box<[i32]> = (body_mask(body, inst).iter().enumerate())
        .map(|(at, &lane)| match lane {
            lane if lane >= 0 => lane,
            _ if is_fill => len as i32,
            _ => (at as u32 % len) as i32,
        })
        .collect();
    let data = body.inst_mut(inst);
    data.op = Op::Shuffle(mask);
    data.location = data.location.or(data.origin);
    data.origin = None;
}

fn body_mask(body: &Function, inst: Inst) -> &[i32] {
    match &body.inst(inst).op {
        Op::Shuffle(mask) => mask,
        _ => &[],
    }
}
