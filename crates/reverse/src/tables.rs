//! Shadows of functions: how a call through a pointer finds the derivatives.
//!
//! The shadow of the address of a function is the address of a constant table for activities that follow from its type alone: floats are
//! returned as adjoints, addresses have shadows, integers are const. Its first two entries are the augmented and the reverse function as
//! `__enzyme_augmentfwd` and `__enzyme_reverse` would call them: user code may (`__enzyme_virtualreverse`). The other two are the same
//! functions for a tape of the caller's arena, which is what gradients call. Whoever stores, passes or selects the address of a function moves the address of its table alike in the shadow, and both sweeps of a call
//! through a pointer call what they find in the shadow of the pointer.
//!
//! A pointer that is its own shadow has no table: somebody passed a function as inactive. Such a call ends the program with a message,
//! as there is no derivative that could be right.
//!
//! Functions without a body that a rule describes are wrapped, so that the address of `sin` has a table too. In the initializers of
//! global variables a function that nothing describes is its own shadow: tables of virtual functions are full of them.

use ::shadow::generated::{constant_global, ending, internal};
use ::shadow::{Direction, Functions};
use ir::{
    Access, Bodies, Builder, ConstData, Context, Entity as _, FuncId, Function, GlobalId, Type, TypeData,
    Value,
};
use rules::RuleTable;

use crate::custom::has_gradient;
use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;
use crate::lookup::internal as internal_error;
use crate::request::{Activity, Answer, Mode, Request, Requests, ReturnRequest, Role, signature};
use crate::split::{Half, Holder};
use cache::Overwritten;

/// The activities that all functions in tables have.
pub(crate) fn by_type(ctx: &Context, func_ty: Type) -> (Vec<Activity>, ReturnRequest) {
    let activity = |&ty: &Type| match (holds(ctx, ty, false), holds(ctx, ty, true)) {
        (true, true) => Activity::DualOut,
        (true, false) => Activity::Out,
        (false, true) => Activity::Dual,
        (false, false) => Activity::Const,
    };
    let params = ctx.types.param_types(func_ty).iter().map(activity).collect();
    let ret = ctx.types.return_type(func_ty).unwrap_or(ctx.types.void());
    let content = activity(&ret);
    let ret = ReturnRequest {
        primal: ret != ctx.types.void(),
        seed: content.is_out(),
        shadow: content.is_dual(),
    };
    (params, ret)
}

/// Whether a type has floats, or addresses.
fn holds(ctx: &Context, ty: Type, addresses: bool) -> bool {
    match ctx.types.get(ty) {
        TypeData::Float(_) => !addresses,
        TypeData::Ptr(_) => addresses,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => holds(ctx, *element, addresses),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| holds(ctx, field, addresses)),
        _ => false,
    }
}

/// Where tables come from.
pub(crate) struct Tables<'a> {
    /// Which functions have rules.
    pub(crate) rules: &'a RuleTable,
    /// All bodies.
    pub(crate) bodies: Bodies<'a>,
    /// Where the derivatives of functions are asked for.
    pub(crate) requests: &'a mut Requests,
}

impl Functions for Tables<'_> {
    type Error = ErrorKind;

    fn table(
        &mut self,
        ctx: &mut Context,
        func: FuncId,
        at: Direction,
        in_initializer: bool,
    ) -> Outcome<Option<GlobalId>> {
        let key = (func, at.order, at.width);
        if let Some(&table) = self.requests.tables.get(&key) {
            return Ok(Some(table));
        }
        let decl = &ctx.funcs[func];
        if let TypeData::Func { varargs: true, .. } = ctx.types.get(decl.ty) {
            return Ok(None);
        }
        // A gradient of the user's reads all primal arguments, which callers through tables do not pass.
        let is_wrapped = has_gradient(ctx, func) || self.bodies.get(func).is_none();
        let target = if !is_wrapped {
            func
        } else if has_gradient(ctx, func) || self.rules.callee(&decl.name).is_some() {
            self.wrapper(ctx, func)
        } else if in_initializer {
            return Ok(None);
        } else {
            return Err(ErrorKind::UnknownFunction {
                name: decl.name.to_string(),
            });
        };
        let table = self.derivatives(ctx, target, at)?;
        self.requests.tables.insert(key, table);
        Ok(Some(table))
    }
}

impl Tables<'_> {
    /// The table of a function with a body.
    fn derivatives(&mut self, ctx: &mut Context, func: FuncId, at: Direction) -> Outcome<GlobalId> {
        let (params, ret) = by_type(ctx, ctx.funcs[func].ty);
        let overwritten = Overwritten::everything(params.len());
        let request = Request {
            func,
            params,
            ret,
            mode: Mode::Split,
            width: at.width as u32,
            order: at.order,
            memory: self.requests.any_memory.clone(),
            overwritten,
        };
        let answer = self.requests.get(ctx, request.clone());
        let [first, second] = [Half::Augmented, Half::Reverse { keep: false }].map(|half| {
            let outers = &mut self.requests.outers;
            outers.get(ctx, (&request, answer), (Holder::Heap, half))
        });
        let (Answer::Split { augmented, reverse }, Some(first), Some(second)) = (answer, first, second)
        else {
            return Err(internal_error("a table is split".to_owned()));
        };
        let name = &ctx.funcs[func].name;
        let name = match at.width {
            1 => format!("_enzyme_reverse_{name}'"),
            width => format!("_enzyme_reverse{width}_{name}'"),
        };
        Ok(table_of(ctx, name, [first, second, augmented, reverse]))
    }

    /// A function with a body that does nothing but call `func`. Only its derivatives get into the program.
    fn wrapper(&mut self, ctx: &mut Context, func: FuncId) -> FuncId {
        let decl = &ctx.funcs[func];
        let (name, ty) = (format!("rsenzyme.call.{}", decl.name), decl.ty);
        if let Some(made) = ctx.find_func(&name) {
            return made;
        }
        let id = internal(ctx, name, ty);
        let mut body = Function::new(ctx, id);
        let entry = body.add_block();
        let params = body.params.clone();
        let mut builder = Builder::new(ctx, &mut body, entry);
        let call = builder.call(func, &params);
        let result = builder.func.inst(call).result;
        builder.ret(result);
        self.requests.add_wrapper(body);
        id
    }
}

/// Where the functions that take an arena are in a table.
const AUGMENTED: u64 = 16;
const REVERSE: u64 = 24;

/// A constant with the addresses of four functions.
fn table_of(ctx: &mut Context, name: String, funcs: [FuncId; 4]) -> GlobalId {
    let members = funcs.map(|func| ctx.consts.intern(ConstData::Func(func)));
    let ptr = ctx.types.ptr();
    let ty = ctx.types.array(ptr, funcs.len() as u64);
    let init = ctx.consts.intern(ConstData::Aggregate {
        ty,
        members: members.into(),
    });
    constant_global(ctx, name, ty, Some(init))
}

impl Emit<'_> {
    /// The augmented or the reverse function of whatever `callee` leads to, from its shadow, with its type.
    pub(crate) fn derivative_of_pointer(
        &mut self,
        callee: Value,
        func_ty: Type,
        role: Role,
    ) -> Outcome<(Value, Type)> {
        let (params, ret) = by_type(self.b.ctx, func_ty);
        let width = self.input.request.width;
        let types = [Role::Augmented, Role::Reverse]
            .map(|role| signature(self.b.ctx, func_ty, (&params, ret), width, role));
        let shadow = self.shadow(callee)?[0];
        let primal = self.value(callee)?;
        let without = self.without_derivatives(types);
        let is_inactive = self.b.icmp(ir::IntPred::Eq, primal, shadow);
        let table = self.b.select(is_inactive, without, shadow);
        let (place, ty) = match role {
            Role::Reverse => (self.offset_by(table, REVERSE), types[1]),
            _ => (self.offset_by(table, AUGMENTED), types[0]),
        };
        let ptr = self.b.ctx.types.ptr();
        Ok((self.b.load(ptr, place, Access::default()), ty))
    }

    /// The table of functions that have no derivatives: functions of these types that say so and end the program.
    fn without_derivatives(&mut self, types: [Type; 2]) -> Value {
        let ctx = &mut *self.b.ctx;
        let [first, second] = types.map(|ty| ty.index());
        let table_name = format!("rsenzyme.inactive_callee.{first}.{second}'");
        let table = match ctx.find_global(&table_name) {
            Some(table) => table,
            None => {
                let funcs = types.map(|ty| {
                    let name = format!("rsenzyme.inactive_callee.{}", ty.index());
                    let func = internal(ctx, name.clone(), ty);
                    let body = ending(ctx, func);
                    self.shared.runtime.add_helper(&name, body);
                    func
                });
                let [augmented, reverse] = funcs;
                table_of(ctx, table_name, [augmented, reverse, augmented, reverse])
            }
        };
        let table = self.b.ctx.consts.intern(ConstData::Global(table));
        self.b.constant(table)
    }
}
