//! Small functions and constants that derivatives of both modes need.

use ir::attrs::AttrList;
use ir::{
    Builder, Const, ConstData, Context, FuncDecl, FuncId, Function, GlobalId, GlobalVar, Linkage, Type,
};

/// Declares an internal function.
pub fn internal(ctx: &mut Context, name: String, ty: Type) -> FuncId {
    let attrs = ctx.add_attrs(AttrList::default());
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

/// The message of a call of an inactive function pointer.
const INACTIVE_CALLEE: &str =
    "rsenzyme: a function pointer that is declared inactive was called with active arguments\0";

/// The body of a function that says that an inactive function pointer was called, and ends the program.
pub fn ending(ctx: &mut Context, func: FuncId) -> Function {
    ending_with(ctx, func, "rsenzyme.inactive_callee", INACTIVE_CALLEE)
}

/// The message of a call of a function that is not in the module.
const UNKNOWN_CALLEE: &str = "rsenzyme: a constant function pointer or trait object led to a function that this module does not define: \
                              its derivative is not known\0";

/// The body of a function that says that a constant pointer led to an unknown function, and ends the program.
pub fn ending_unknown(ctx: &mut Context, func: FuncId) -> Function {
    ending_with(ctx, func, "rsenzyme.unknown_callee", UNKNOWN_CALLEE)
}

/// The body of a function that ends the program as [`end_with`] does.
pub fn ending_with(ctx: &mut Context, func: FuncId, name: &str, message: &str) -> Function {
    let mut body = Function::new(ctx, func);
    let entry = body.add_block();
    end_with(&mut Builder::new(ctx, &mut body, entry), name, message);
    body
}

/// Ends the program: `puts(message); exit(1)`. The message ends in a zero byte and gets into a constant with this name.
pub fn end_with(b: &mut Builder<'_>, name: &str, message: &str) {
    let ctx = &mut *b.ctx;
    let (ptr, i32, i8, void) = (
        ctx.types.ptr(),
        ctx.types.int(32),
        ctx.types.int(8),
        ctx.types.void(),
    );
    let text_ty = ctx.types.array(i8, message.len() as u64);
    let text = ctx.find_global(name).unwrap_or_else(|| {
        let bytes = message.as_bytes().into();
        let init = ctx.consts.intern(ConstData::Data { ty: text_ty, bytes });
        constant_global(ctx, name.to_owned(), text_ty, Some(init))
    });
    let (puts, exit) = (ctx.types.func(i32, &[ptr]), ctx.types.func(void, &[i32]));
    let (puts, exit) = (ctx.declare_func("puts", puts), ctx.declare_func("exit", exit));
    let text = ctx.consts.intern(ConstData::Global(text));
    let text = b.constant(text);
    b.call(puts, &[text]);
    let status = b.i32(1);
    b.call(exit, &[status]);
    b.unreachable();
}

/// Adds an internal constant.
pub fn constant_global(ctx: &mut Context, name: String, ty: Type, init: Option<Const>) -> GlobalId {
    ctx.add_global(GlobalVar {
        name: name.into(),
        ty,
        space: 0,
        init,
        constant: true,
        thread_local: false,
        linkage: Linkage::Internal,
        strings: Vec::new(),
        shadow: None,
        origin: None,
    })
}
