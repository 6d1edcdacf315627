//! What `byval` stands for, written out.

use crate::context::Context;
use crate::function::{Block, Function, NewInst, Value};
use crate::inst::{CallInfo, Inst, Op, TailKind};
use crate::types::Type;
use crate::{Attrs, ConstData};

/// Lets a body make the copies of its `byval` parameters by itself (LangRef, "Parameter Attributes"): stack memory at its start, filled by
/// `llvm.memcpy`, takes the place of the parameter everywhere. Whoever calls a function that was made from such a body passes plain
/// pointers.
pub fn copy_parameters(ctx: &mut Context, body: &mut Function) {
    let attrs = ctx.attrs(ctx.funcs[body.id].attrs);
    let copied: Vec<(Value, Type, u64)> = (body.params.iter().enumerate())
        .filter_map(|(index, &param)| {
            let attrs = attrs.param(index)?;
            Some((param, attrs.byval?, attrs.align))
        })
        .collect();
    for (param, ty, align) in copied {
        copy_parameter(ctx, body, param, (ty, align));
    }
}

fn copy_parameter(ctx: &mut Context, body: &mut Function, param: Value, (ty, align): (Type, u64)) {
    let entry = body.entry();
    let (ptr, i64) = (ctx.types.ptr(), ctx.types.i64());
    let natural = ctx.layout.align(&ctx.types, ty).unwrap_or(1);
    let one = ctx.consts.int(&ctx.types, i64, 1);
    let one = body.constant(ctx, one);
    let op = Op::Alloca {
        ty,
        align: natural.max(align) as u32,
    };
    let alloca = body.insert_inst(ctx, entry, 0, NewInst::new(op, ptr, &[one]));
    let Some(copy) = body.inst(alloca).result else {
        return;
    };
    body.replace_uses(param, copy);
    let bytes = ctx.size_of(ty).unwrap_or(0);
    let call = copy_bytes(ctx, body, (copy, param), bytes);
    let at = first_after_allocas(body, entry);
    body.insert_inst(ctx, entry, at, call);
}

/// A call of `llvm.memcpy` that copies so many bytes, `(to, from)`, for a place in a body.
pub fn copy_bytes(ctx: &mut Context, body: &mut Function, (to, from): (Value, Value), bytes: u64) -> NewInst {
    let (void, ptr, i64, i1) = (
        ctx.types.void(),
        ctx.types.ptr(),
        ctx.types.i64(),
        ctx.types.bool(),
    );
    let func_ty = ctx.types.func(void, &[ptr, ptr, i64, i1]);
    let memcpy = ctx.declare_func("llvm.memcpy.p0.p0.i64", func_ty);
    let callee = ctx.consts.intern(ConstData::Func(memcpy));
    let bytes = ctx.consts.int(&ctx.types, i64, i128::from(bytes));
    let not_volatile = ctx.consts.int(&ctx.types, i1, 0);
    let [callee, bytes, not_volatile] =
        [callee, bytes, not_volatile].map(|constant| body.constant(ctx, constant));
    let info = CallInfo {
        func_ty,
        attrs: Attrs::none(),
        conv: 0,
        tail: TailKind::None,
        bundle_operands: 0,
    };
    NewInst::new(Op::Call(info), void, &[callee, to, from, bytes, not_volatile])
}

/// Stack memory comes first.
fn first_after_allocas(body: &Function, entry: Block) -> usize {
    let is_alloca = |&inst: &Inst| matches!(body.inst(inst).op, Op::Alloca { .. });
    let insts = body.insts(entry);
    insts.iter().take_while(|inst| is_alloca(inst)).count()
}
