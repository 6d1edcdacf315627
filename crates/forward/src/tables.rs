//! Shadows of functions: how a call through a pointer finds the tangent function.
//!
//! The shadow of the address of a function is the address of a constant table with one entry, the function's tangent function for
//! activities that follow from its type alone: floats, addresses and what holds them are dual, integers are const, and the value and
//! its shadow are returned. Whoever stores, passes or selects the address of a function moves the address of its table alike in the
//! shadow, and a call through a pointer calls what it finds in the shadow of the pointer.
//!
//! A pointer that is its own shadow has no table: somebody passed a function as inactive. Such a call ends the program with a message,
//! as there is no tangent that could be right.
//!
//! Functions without a body that a rule describes are wrapped, so that the address of `sin` has a table too. In the initializers of
//! global variables a function that nothing describes is its own shadow: tables of virtual functions are full of them.

use ir::{
    Bodies, Builder, ConstData, Context, Entity as _, FuncId, Function, GlobalId, Type, TypeData, Value,
};

use crate::emit::{Emit, Outcome};
use crate::error::ErrorKind;
use crate::request::{Activity, Request, Requests, ReturnRequest, signature};
use ::shadow::generated::{constant_global, ending, internal};
use rules::RuleTable;
use shadow::Direction;

/// The activities that every tangent function in a table has.
pub(crate) fn by_type(ctx: &Context, func_ty: Type) -> (Vec<Activity>, ReturnRequest) {
    let dual = |&ty: &Type| match may_lead_to_floats(ctx, ty) {
        true => Activity::Dual,
        false => Activity::Const,
    };
    let params = ctx.types.param_types(func_ty).iter().map(dual).collect();
    let ret = ctx.types.return_type(func_ty).unwrap_or(ctx.types.void());
    let ret = ReturnRequest {
        shadow: may_lead_to_floats(ctx, ret),
        primal: ret != ctx.types.void(),
    };
    (params, ret)
}

/// Whether a type has floats or pointers.
fn may_lead_to_floats(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Float(_) | TypeData::Ptr(_) => true,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => {
            may_lead_to_floats(ctx, *element)
        }
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| may_lead_to_floats(ctx, field)),
        _ => false,
    }
}

/// Where tables come from.
pub(crate) struct Tables<'a> {
    /// Which functions have rules.
    pub(crate) rules: &'a RuleTable,
    /// All bodies.
    pub(crate) bodies: Bodies<'a>,
    /// Where the tangent functions of functions are asked for.
    pub(crate) requests: &'a mut Requests,
}

impl shadow::Functions for Tables<'_> {
    type Error = ErrorKind;

    fn table(
        &mut self,
        ctx: &mut Context,
        func: FuncId,
        at: Direction,
        in_initializer: bool,
    ) -> Outcome<Option<GlobalId>> {
        let key = (func, at.order, at.width);
        let name = match at.width {
            1 => format!("_enzyme_forward_{}'", ctx.funcs[func].name),
            width => format!("_enzyme_forward{width}_{}'", ctx.funcs[func].name),
        };
        if let Some(&table) = self.requests.tables.get(&key) {
            return Ok(Some(table));
        }
        let decl = &ctx.funcs[func];
        if let ir::TypeData::Func { varargs: true, .. } = ctx.types.get(decl.ty) {
            return Ok(None);
        }
        let target = if self.bodies.get(func).is_some() {
            func
        } else if self.rules.declared(&ctx.types, &decl.name, decl.ty).is_some() {
            self.wrapper(ctx, func)
        } else if in_initializer {
            return Ok(None);
        } else {
            return Err(ErrorKind::UnknownFunction {
                name: decl.name.to_string(),
            });
        };
        let (params, ret) = by_type(ctx, ctx.funcs[target].ty);
        let request = Request {
            func: target,
            params,
            ret,
            width: at.width as u32,
            order: at.order,
            memory: self.requests.any_memory.clone(),
        };
        let tangent = self.requests.get(ctx, request);
        let entry = ctx.consts.intern(ConstData::Func(tangent));
        let ty = ctx.types.ptr();
        let table = constant_global(ctx, name, ty, Some(entry));
        self.requests.tables.insert(key, table);
        Ok(Some(table))
    }
}

impl Tables<'_> {
    /// A function with a body that does nothing but call `func`. Only its tangent function gets into the program.
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

impl Emit<'_> {
    /// The tangent function of whatever `callee` leads to, from its shadow, with its type.
    pub(crate) fn tangent_of_pointer(&mut self, callee: Value, func_ty: Type) -> Outcome<(Value, Type)> {
        let (params, ret) = by_type(self.b.ctx, func_ty);
        let width = self.input.request.width;
        let ty = signature(self.b.ctx, func_ty, &params, ret, width);
        let shadow = self.shadow(callee)?[0];
        let primal = self.primal(callee);
        let without = self.without_tangent(ty);
        let is_inactive = self.b.icmp(ir::IntPred::Eq, primal, shadow);
        let table = self.b.select(is_inactive, without, shadow);
        let ptr = self.b.ctx.types.ptr();
        let access = ir::Access::default();
        Ok((self.b.load(ptr, table, access), ty))
    }

    /// The table of functions that have no tangent: a function of type `ty` that says so and ends the program.
    fn without_tangent(&mut self, ty: Type) -> Value {
        let ctx = &mut *self.b.ctx;
        let name = format!("rsenzyme.inactive_callee.{}", ty.index());
        let table_name = format!("{name}'");
        let ptr = ctx.types.ptr();
        let table = ctx.find_global(&table_name).unwrap_or_else(|| {
            let func = internal(ctx, name, ty);
            let body = ending(ctx, func);
            self.shared.requests.add_helper(body);
            let init = Some(ctx.consts.intern(ConstData::Func(func)));
            constant_global(ctx, table_name, ptr, init)
        });
        let table = self.b.ctx.consts.intern(ConstData::Global(table));
        self.b.constant(table)
    }
}
