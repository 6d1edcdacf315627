//! Functions that gradients call, made once for each module when they are first asked for.

use ir::attrs::{AttrList, FuncFlags};
use ir::{
    Access, BinOp, Builder, FloatKind, FuncDecl, FuncId, Function, IntPred, Linkage, Type, TypeData, Value,
};
use rules::Deallocation;

use ::shadow::generated::{ending_with, internal};

use crate::adjoint;
use crate::emit::Emit;

impl Emit<'_> {
    /// An internal function of this name: made by `body` if there is none yet.
    pub(crate) fn helper(
        &mut self,
        name: &str,
        params: &[Type],
        body: impl FnOnce(&mut Builder<'_>, &[Value]),
    ) -> FuncId {
        if let Some(func) = self.shared.runtime.helper(name) {
            return func;
        }
        let ctx = &mut *self.b.ctx;
        let ty = ctx.types.func(ctx.types.void(), params);
        let attrs = ctx.add_attrs(AttrList {
            flags: FuncFlags::NOUNWIND,
            ..AttrList::default()
        });
        let func = ctx.add_func(FuncDecl {
            name: name.into(),
            ty,
            attrs,
            conv: 0,
            linkage: Linkage::Internal,
            intrinsic: false,
            defined: false,
            rules: Vec::new(),
            origin: None,
        });
        let mut function = Function::new(ctx, func);
        let entry = function.add_block();
        let params = function.params.clone();
        let mut builder = Builder::new(ctx, &mut function, entry);
        body(&mut builder, &params);
        self.shared.runtime.add_helper(name, function);
        func
    }

    /// A function without parameters that prints a message, which ends in a zero byte, and ends the program.
    pub(crate) fn message_function(&mut self, name: &str, message: &str) -> FuncId {
        if let Some(func) = self.shared.runtime.helper(name) {
            return func;
        }
        let ctx = &mut *self.b.ctx;
        let void = ctx.types.void();
        let ty = ctx.types.func(void, &[]);
        let func = internal(ctx, name.to_owned(), ty);
        let body = ending_with(ctx, func, &format!("{name}.text"), message);
        self.shared.runtime.add_helper(name, body);
        func
    }

    /// `(to, from, bytes)`: the reverse of copying floats from `from` to `to`, which may overlap. The adjoint at the destination is added
    /// to that at the source and becomes zero. It goes upwards if the source is below the destination, else downwards, so that what was
    /// added is never taken for an adjoint of the destination.
    pub(crate) fn move_back_function(&mut self, kind: FloatKind) -> FuncId {
        let types = &mut self.b.ctx.types;
        let (float, ptr, i64) = (types.float_of(kind), types.ptr(), types.i64());
        let name = format!("rsenzyme.move_back.{}", kind.intrinsic_suffix());
        self.helper(&name, &[ptr, ptr, i64], |b, params| {
            let (to, from) = (params[0], params[1]);
            let stride = b.i64(facts::stride(kind) as i64);
            let count = b.binary(BinOp::UDiv, params[2], stride);
            walk(b, (to, from, count), (float, Copied::Undone), |b, to, from| {
                let adjoint = b.load(float, to, Access::default());
                let none = b.zero(float);
                b.store(none, to, Access::default());
                let old = b.load(float, from, Access::default());
                let sum = adjoint::sum(b, old, adjoint);
                b.store(sum, from, Access::default());
            });
            b.ret(None);
        })
    }

    /// `(pointer, bytes, alignment)`: calls a deallocation function, whose own parameters may be others.
    pub(crate) fn release_function(&mut self, func: FuncId, deallocation: &Deallocation) -> FuncId {
        let decl = &self.b.ctx.funcs[func];
        let (name, ty) = (format!("rsenzyme.release.{}", decl.name), decl.ty);
        let wanted = self.b.ctx.types.param_types(ty).to_vec();
        let (ptr, i64) = (self.b.ctx.types.ptr(), self.b.ctx.types.i64());
        let numbers = [deallocation.bytes, deallocation.alignment];
        let pointer = usize::from(deallocation.pointer);
        self.helper(&name, &[ptr, i64, i64], |b, params| {
            let mut args = Vec::new();
            for (position, &ty) in wanted.iter().enumerate() {
                let number = numbers
                    .iter()
                    .flatten()
                    .position(|&number| usize::from(number) == position);
                let arg = match number {
                    _ if position == pointer => params[0],
                    Some(number) => resized(b, params[1 + number], ty),
                    None => b.zero(ty),
                };
                args.push(arg);
            }
            let null = b.zero(ptr);
            let is_null = b.icmp(IntPred::Eq, params[0], null);
            let (some, none) = (b.add_block(), b.add_block());
            b.cond_br(is_null, none, some);
            b.go_to(some);
            b.call(func, &args);
            b.br(none);
            b.go_to(none);
            b.ret(None);
        })
    }
}

/// What a walk over two places that may overlap does with a copy from one to the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Copied {
    /// It copies: to a higher place downwards, else upwards, so that nothing is read after it was overwritten.
    Again,
    /// It takes a copy back: in the other direction.
    Undone,
}

/// Does something with each pair of `count` elements from `to` and from `from` on. Goes on behind the walk.
pub(crate) fn walk(
    b: &mut Builder<'_>,
    (to, from, count): (Value, Value, Value),
    (element, copied): (Type, Copied),
    each: impl Fn(&mut Builder<'_>, Value, Value),
) {
    let i64 = b.ctx.types.i64();
    let (zero, one) = (b.i64(0), b.i64(1));
    let (choose, up, down, done) = (b.add_block(), b.add_block(), b.add_block(), b.add_block());
    let is_empty = b.icmp(IntPred::Eq, count, zero);
    b.cond_br(is_empty, done, choose);
    b.go_to(choose);
    let last = b.binary(BinOp::Sub, count, one);
    let is_below = b.icmp(IntPred::Ult, from, to);
    match copied {
        Copied::Again => b.cond_br(is_below, down, up),
        Copied::Undone => b.cond_br(is_below, up, down),
    };
    for (block, is_up) in [(up, true), (down, false)] {
        b.go_to(block);
        let index = b.phi(i64);
        let to = b.gep(element, to, &[index], ir::Flags::INBOUNDS);
        let from = b.gep(element, from, &[index], ir::Flags::INBOUNDS);
        each(b, to, from);
        let (start, end, step) = match is_up {
            true => (zero, last, BinOp::Add),
            false => (last, zero, BinOp::Sub),
        };
        let next = b.binary(step, index, one);
        let is_last = b.icmp(IntPred::Eq, index, end);
        b.cond_br(is_last, done, block);
        b.add_incoming(index, choose, start);
        b.add_incoming(index, block, next);
    }
    b.go_to(done);
}

/// A 64-bit number in the type of a parameter.
fn resized(b: &mut Builder<'_>, number: Value, ty: Type) -> Value {
    match *b.ctx.types.get(ty) {
        TypeData::Int(bits) if bits < 64 => b.cast(ir::CastOp::Trunc, number, ty),
        TypeData::Int(bits) if bits > 64 => b.cast(ir::CastOp::ZExt, number, ty),
        TypeData::Int(_) => number,
        TypeData::Ptr(_) => b.cast(ir::CastOp::IntToPtr, number, ty),
        _ => b.zero(ty),
    }
}
