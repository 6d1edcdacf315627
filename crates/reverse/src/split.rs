//! Split mode as users see it: functions around the augmented and the reverse function of a request that own the tape.
//!
//! The outer augmented function makes an arena on the heap and returns its address as the tape, before what the inner one returns. The
//! outer reverse function takes the tape as its last argument, and gives back all its memory: a tape is used once.

use ir::attrs::{AttrList, FuncFlags};
use ir::{Access, Builder, Context, FuncDecl, FuncId, Function, Linkage, Type, TypeData, Value};

use crate::request::{Answer, Request, Role};
use crate::runtime::{ARENA_FIELDS, RuntimeFunctions};

/// The outer functions of a request, declared, and their bodies.
pub(crate) struct Outer {
    pub(crate) answer: Answer,
    pub(crate) bodies: [Function; 2],
}

impl Outer {
    /// Makes the functions around the inner `augmented` and `reverse`.
    pub(crate) fn new(
        ctx: &mut Context,
        runtime: &mut RuntimeFunctions,
        request: &Request,
        (augmented, reverse): (FuncId, FuncId),
    ) -> Self {
        let outer_augmented = outer_augmented(ctx, request, augmented);
        let outer_reverse = outer_reverse(ctx, runtime, request, reverse);
        Self {
            answer: Answer::Split {
                augmented: outer_augmented.id,
                reverse: outer_reverse.id,
            },
            bodies: [outer_augmented, outer_reverse],
        }
    }
}

/// `{tape, what the inner function returns...}`.
fn outer_augmented(ctx: &mut Context, request: &Request, inner: FuncId) -> Function {
    let (ptr, i64) = (ctx.types.ptr(), ctx.types.i64());
    let inner_ty = request.signature(ctx, Role::Augmented);
    let mut params = ctx.types.param_types(inner_ty).to_vec();
    params.pop();
    let returned = fields(ctx, inner_ty);
    let mut outer_fields = vec![ptr];
    outer_fields.extend_from_slice(&returned);
    let ret = ctx.types.structure(&outer_fields);
    let id = declare(
        ctx,
        format!("augmented_{}", ctx.funcs[request.func].name),
        ret,
        &params,
    );
    let malloc = ctx.types.func(ptr, &[i64]);
    let malloc = ctx.declare_func("malloc", malloc);
    let mut body = Function::new(ctx, id);
    let entry = body.add_block();
    let mut args = body.params.clone();
    let mut b = Builder::new(ctx, &mut body, entry);
    let bytes = b.i64(8 * ARENA_FIELDS as i64);
    let tape = b.call(malloc, &[bytes]);
    let tape = b.result(tape);
    let arena = b.ctx.types.array(ptr, ARENA_FIELDS);
    let zero = b.zero(arena);
    b.store(zero, tape, Access::default());
    args.push(tape);
    let call = b.call(inner, &args);
    let found: Option<Value> = b.func.inst(call).result;
    let result = b.poison(ret);
    let mut result = b.insert_value(result, tape, &[0]);
    for at in 0..returned.len() as u32 {
        if let Some(found) = found {
            let field = b.extract_value(found, &[at]);
            result = b.insert_value(result, field, &[at + 1]);
        }
    }
    b.ret(Some(result));
    body
}

/// What the inner function does, and then the end of the tape.
fn outer_reverse(
    ctx: &mut Context,
    runtime: &mut RuntimeFunctions,
    request: &Request,
    inner: FuncId,
) -> Function {
    let runtime = runtime.get(ctx);
    let inner_ty = request.signature(ctx, Role::Reverse);
    let (ptr, void) = (ctx.types.ptr(), ctx.types.void());
    let ret = ctx.types.return_type(inner_ty).unwrap_or(void);
    let params = ctx.types.param_types(inner_ty).to_vec();
    let id = declare(
        ctx,
        format!("diffe{}", ctx.funcs[request.func].name),
        ret,
        &params,
    );
    let free = ctx.types.func(void, &[ptr]);
    let free = ctx.declare_func("free", free);
    let mut body = Function::new(ctx, id);
    let entry = body.add_block();
    let args = body.params.clone();
    let mut b = Builder::new(ctx, &mut body, entry);
    let call = b.call(inner, &args);
    let result = b.func.inst(call).result;
    if let Some(&tape) = args.last() {
        b.call(runtime.end, &[tape]);
        b.call(free, &[tape]);
    }
    b.ret(result);
    body
}

/// The fields that a function returns.
fn fields(ctx: &Context, func_ty: Type) -> Vec<Type> {
    let ret = ctx.types.return_type(func_ty);
    match ret.map(|ret| ctx.types.get(ret)) {
        Some(TypeData::Struct { fields, .. }) => fields.to_vec(),
        _ => Vec::new(),
    }
}

fn declare(ctx: &mut Context, name: String, ret: Type, params: &[Type]) -> FuncId {
    let ty = ctx.types.func(ret, params);
    let attrs = ctx.add_attrs(AttrList {
        flags: FuncFlags::default(),
        ..AttrList::default()
    });
    ctx.add_func(FuncDecl {
        name: name.into(),
        ty,
        attrs,
        conv: 0,
        linkage: Linkage::Internal,
        intrinsic: false,
        defined: false,
        rules: Vec::new(),
        origin: None,
    })
}
