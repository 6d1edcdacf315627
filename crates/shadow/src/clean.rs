//! Derivatives that begin without derivatives in global variables.
//!
//! What a variable holds when a derivative is asked for carries none, unless the user says otherwise. But a shadow outlives a request, as
//! its variable does, and the variable may be read before it is written: what an earlier request has left in the shadow would be taken
//! for derivatives of this one. So what the user calls is a function that clears the shadows that the derivative can reach, and then
//! calls the derivative. Callees and recursive calls do not clear anything.
//!
//! # Invariants
//! - Only shadows of the derivative's own mode and order are cleared: those of lower order are data to it.
//! - Addresses stay: they lead to the shadow of what the variable leads to. An address is what LLVM's type of the variable says, or
//!   what type analysis says where that type is bytes ([`crate::ShadowGlobals::note_addresses`]).
//! - Shadows that the user made are the user's to clear.
//!
//! # Cost
//! Linear in the bodies that the derivative reaches where it reaches shadows, and at run time in the size of these.
//!
//! # What it does not know
//! What is behind addresses in variables: memory on the heap that an earlier request made keeps what that left in its shadow.

use std::ops::Range;

use indexmap::IndexSet;
use ir::{
    Access, BinOp, Bodies, Builder, CallInfo, Const, ConstData, Context, EntitySet, Flags, FuncId, Function,
    GlobalId, IntPred, Op, Type, TypeData, Types, Value,
};

use crate::generated::internal;

/// How many members of an array with addresses are cleared without a loop.
const LONGEST_UNROLLED: u64 = 8;

/// The mutable variables that a function can reach, by calls, addresses of functions and initializers, in a fixed order.
pub(crate) fn reachable(ctx: &Context, bodies: Bodies<'_>, func: FuncId) -> IndexSet<GlobalId> {
    let mut found = IndexSet::new();
    let (mut seen_funcs, mut seen) = (EntitySet::new(), EntitySet::new());
    let mut funcs = vec![func];
    while let Some(func) = funcs.pop() {
        let Some(body) = bodies.get(func).filter(|_| seen_funcs.insert(func)) else {
            continue;
        };
        let mut constants: Vec<Const> = body.constants().map(|(constant, _)| constant).collect();
        constants.sort_unstable();
        while let Some(constant) = constants.pop() {
            if !seen.insert(constant) {
                continue;
            }
            match ctx.consts.get(constant) {
                ConstData::Func(func) => funcs.push(*func),
                ConstData::Global(global) => {
                    found.insert(*global);
                    constants.extend(ctx.globals[*global].init);
                }
                ConstData::Aggregate { members, .. } => constants.extend(members),
                ConstData::Expr { operands, .. } => constants.extend(operands),
                _ => {}
            }
        }
    }
    found
}

/// A function of the type of `derivative` that clears the `shadows`, whose bytes in the given ranges are addresses, and calls it.
pub(crate) fn around(
    ctx: &mut Context,
    derivative: FuncId,
    shadows: &[(GlobalId, Vec<Range<u64>>)],
) -> Function {
    let decl = ctx.funcs[derivative].clone();
    let func = internal(ctx, format!("{}.clean", decl.name), decl.ty);
    ctx.funcs[func].attrs = decl.attrs;
    let mut body = Function::new(ctx, func);
    let entry = body.add_block();
    let args = body.params.clone();
    let mut b = Builder::new(ctx, &mut body, entry);
    for (shadow, addresses) in shadows {
        let ty = b.ctx.globals[*shadow].ty;
        let address = b.ctx.consts.intern(ConstData::Global(*shadow));
        let address = b.constant(address);
        Clearing { b: &mut b, addresses }.object(address, ty, Some(0));
    }
    let call = b.call(derivative, &args);
    if let Op::Call(info) = &mut b.func.inst_mut(call).op {
        *info = CallInfo {
            attrs: decl.attrs,
            ..*info
        };
    }
    let result = b.func.inst(call).result;
    b.ret(result);
    body
}

/// Clears one variable.
struct Clearing<'b, 'a> {
    b: &'b mut Builder<'a>,
    /// Which bytes of it are addresses, in order.
    addresses: &'b [Range<u64>],
}

impl Clearing<'_, '_> {
    /// Clears an object of type `ty`; `at` is its offset in the variable, if it is in one place only.
    fn object(&mut self, address: Value, ty: Type, at: Option<u64>) {
        match self.b.ctx.types.get(ty).clone() {
            TypeData::Ptr(_) => {}
            TypeData::Vector { element, .. } if has_pointers(&self.b.ctx.types, element) => {}
            TypeData::Float(_) if !self.is_address(ty, at) => {
                let zero = self.b.zero(ty);
                // In packed structures nothing is aligned.
                let access = Access {
                    align: 1,
                    ..Access::default()
                };
                self.b.store(zero, address, access);
            }
            TypeData::Array { element, len }
                if has_pointers(&self.b.ctx.types, element) && len > LONGEST_UNROLLED =>
            {
                self.array(address, element, len);
            }
            TypeData::Array { .. } | TypeData::Struct { .. } if has_pointers(&self.b.ctx.types, ty) => {
                self.members(address, ty, at);
            }
            _ => self.rest(address, ty, at),
        }
    }

    fn members(&mut self, address: Value, ty: Type, at: Option<u64>) {
        for index in 0..self.b.ctx.types.member_count(ty) {
            let types = &self.b.ctx.types;
            if let (Some(member), Some(offset)) = (
                types.member(ty, index),
                self.b.ctx.layout.member_offset(types, ty, index),
            ) {
                let bytes = self.b.i64(offset as i64);
                let place = self.b.byte_offset(address, bytes);
                self.object(place, member, at.map(|at| at + offset));
            }
        }
    }

    /// Clears the bytes of an object that are no addresses.
    fn rest(&mut self, address: Value, ty: Type, at: Option<u64>) {
        let size = self.b.ctx.size_of(ty).unwrap_or(0);
        let addresses = at.map_or(&[][..], |_| self.addresses);
        let (start, mut done) = (at.unwrap_or(0), 0);
        for range in addresses {
            let next = range.start.saturating_sub(start).min(size);
            self.bytes(address, done, next);
            done = done.max(range.end.saturating_sub(start).min(size));
        }
        self.bytes(address, done, size);
    }

    /// Clears the members of a long array, in a loop.
    fn array(&mut self, address: Value, element: Type, count: u64) {
        let (before, around, after) = (self.b.block(), self.b.add_block(), self.b.add_block());
        self.b.br(around);
        self.b.go_to(around);
        let i64 = self.b.ctx.types.i64();
        let (number, zero, one) = (self.b.phi(i64), self.b.i64(0), self.b.i64(1));
        let place = self.b.gep(element, address, &[number], Flags::INBOUNDS);
        self.object(place, element, None);
        let next = self.b.binary(BinOp::Add, number, one);
        let (end, last) = (self.b.block(), self.b.i64(count as i64));
        let is_last = self.b.icmp(IntPred::Eq, next, last);
        self.b.cond_br(is_last, after, around);
        self.b.add_incoming(number, before, zero);
        self.b.add_incoming(number, end, next);
        self.b.go_to(after);
    }

    /// Clears the bytes from `from` to `to`, if there are any.
    fn bytes(&mut self, address: Value, from: u64, to: u64) {
        if from >= to {
            return;
        }
        let (from, size) = (self.b.i64(from as i64), self.b.i64((to - from) as i64));
        let place = self.b.byte_offset(address, from);
        let ctx = &mut *self.b.ctx;
        let (i8, i64, bool, void) = (
            ctx.types.i8(),
            ctx.types.i64(),
            ctx.types.bool(),
            ctx.types.void(),
        );
        let ptr = self.b.func.ty(place);
        let space = match *ctx.types.get(ptr) {
            TypeData::Ptr(space) => space,
            _ => 0,
        };
        let ty = ctx.types.func(void, &[ptr, i8, i64, bool]);
        let memset = ctx.declare_func(&format!("llvm.memset.p{space}.i64"), ty);
        let (byte, volatile) = (self.b.int(i8, 0), self.b.int(bool, 0));
        self.b.call(memset, &[place, byte, size, volatile]);
    }

    fn is_address(&self, ty: Type, at: Option<u64>) -> bool {
        let size = self.b.ctx.size_of(ty).unwrap_or(0);
        let overlaps = |at: u64| {
            self.addresses
                .iter()
                .any(|range| range.start < at + size && range.end > at)
        };
        at.is_some_and(overlaps)
    }
}

/// Whether LLVM's type says that there are addresses.
fn has_pointers(types: &Types, ty: Type) -> bool {
    match types.get(ty) {
        TypeData::Ptr(_) => true,
        TypeData::Vector { element, .. } | TypeData::Array { element, .. } => has_pointers(types, *element),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| has_pointers(types, field)),
        _ => false,
    }
}
