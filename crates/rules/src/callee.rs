//! What a call is, as far as derivatives go: by its attributes, by the functions with bodies and by the table.

use std::rc::Rc;

use indexmap::IndexMap;
use ir::attrs::FuncFlags;
use ir::graph::{Barrier, Callee};
use ir::{Bodies, Context, FuncId, Function, Inst, TypeData, Value};

use crate::entry::{Entry, Kind};
use crate::table::RuleTable;

/// What a call is.
#[derive(Clone, Copy, Debug)]
pub enum CallKind<'a> {
    /// A function whose body is differentiated.
    Body(FuncId),
    /// A function or operation of the rule table.
    Rule(&'a Entry),
    /// A function with derivatives that the user gives.
    Custom,
    /// A function that the user declared to allocate or release memory ([`crate::UserMemory`]).
    Allocation,
    /// Assembly that only hands a value on.
    Barrier(Barrier),
    /// No derivative flows through it.
    Inactive,
    /// Nothing is known.
    Unknown,
}

/// Where the answer comes from. Names are looked up once for each function.
#[derive(Clone)]
pub struct Resolver<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
    rules: &'a RuleTable,
    empty_functions_inactive: bool,
    known: Rc<IndexMap<FuncId, CallKind<'a>>>,
}

impl<'a> Resolver<'a> {
    /// A resolver that knows the answers for `functions`, and finds those for others when they are asked for. With
    /// `empty_functions_inactive` functions without a body and without a rule are inactive.
    pub fn new(
        ctx: &'a Context,
        bodies: Bodies<'a>,
        rules: &'a RuleTable,
        empty_functions_inactive: bool,
        functions: &[FuncId],
    ) -> Self {
        let mut resolver = Self {
            ctx,
            bodies,
            rules,
            empty_functions_inactive,
            known: Rc::default(),
        };
        let found = functions.iter().map(|&func| (func, resolver.find(func)));
        resolver.known = Rc::new(found.collect());
        resolver
    }

    /// What the call `inst` is; `None` for other instructions.
    pub fn call(&self, function: &Function, inst: Inst) -> Option<CallKind<'a>> {
        let info = function.inst(inst).op.call_info()?;
        let callee = Callee::of(self.ctx, function, inst)?;
        let site = self.ctx.attrs(info.attrs);
        if site.string("enzyme_inactive").is_some() {
            return Some(CallKind::Inactive);
        }
        if let Some(entry) = site
            .string("enzyme_math")
            .and_then(|name| self.entry(name, info.func_ty))
        {
            return Some(CallKind::Rule(entry));
        }
        Some(match callee {
            Callee::Direct(func) => match self.func(func) {
                CallKind::Unknown if self.only_stops(function, inst, func) => CallKind::Inactive,
                kind => kind,
            },
            Callee::Asm => match Barrier::of(self.ctx, function, inst) {
                Some(Barrier::Asks) => CallKind::Inactive,
                Some(barrier) => CallKind::Barrier(barrier),
                None => CallKind::Unknown,
            },
            Callee::Indirect => CallKind::Unknown,
        })
    }

    /// Whether a call never returns and gets no address of memory of the program's: whoever catches what it throws finds nothing that it wrote.
    fn only_stops(&self, function: &Function, inst: Inst, func: FuncId) -> bool {
        let data = function.inst(inst);
        let site = data.op.call_info().map(|info| self.ctx.attrs(info.attrs).flags);
        let declared = self.ctx.attrs(self.ctx.funcs[func].attrs).flags;
        let stops = declared
            .union(site.unwrap_or_default())
            .contains(FuncFlags::NORETURN);
        let is_address = |value: Value| {
            let ty = self.ctx.types.scalar(function.ty(value));
            !matches!(self.ctx.types.get(ty), TypeData::Int(_) | TypeData::Float(_))
                && function.as_const(value).is_none()
        };
        stops && !data.args().iter().any(|&arg| is_address(arg))
    }

    /// What a call of `func` is.
    pub fn func(&self, func: FuncId) -> CallKind<'a> {
        match self.known.get(&func) {
            Some(&kind) => kind,
            None => self.find(func),
        }
    }

    fn find(&self, func: FuncId) -> CallKind<'a> {
        let decl = &self.ctx.funcs[func];
        let attrs = self.ctx.attrs(decl.attrs);
        if attrs.string("enzyme_inactive").is_some() {
            return CallKind::Inactive;
        }
        let custom = ["enzyme_derivative", "enzyme_augment", "enzyme_splitderivative"];
        if decl.rules.iter().any(|(kind, _)| custom.contains(&&**kind)) {
            return CallKind::Custom;
        }
        let allocates = ["enzyme_allocator", "enzyme_allocation", "enzyme_deallocates"];
        if allocates.iter().any(|key| attrs.string(key).is_some()) {
            return CallKind::Allocation;
        }
        if let Some(entry) = attrs
            .string("enzyme_math")
            .and_then(|name| self.entry(name, decl.ty))
        {
            return CallKind::Rule(entry);
        }
        let found = self
            .rules
            .declared(&self.ctx.types, &decl.name, decl.ty)
            .filter(|found| !matches!(found.entry.kind, Kind::Unsupported(_)));
        let has_body = self.bodies.get(func).is_some();
        let variadic = matches!(self.ctx.types.get(decl.ty), TypeData::Func { varargs: true, .. });
        match found {
            Some(found) if !has_body || !found.prefers_body() => CallKind::Rule(found.entry),
            // Its parameters do not tell what it gets.
            _ if has_body && variadic => CallKind::Unknown,
            _ if has_body => CallKind::Body(func),
            _ if self.empty_functions_inactive => CallKind::Inactive,
            _ => CallKind::Unknown,
        }
    }

    /// What a function of type `ty` is that is declared to be like the library function `name`.
    fn entry(&self, name: &str, ty: ir::Type) -> Option<&'a Entry> {
        let entry = self.rules.declared(&self.ctx.types, name, ty)?.entry;
        (!matches!(entry.kind, Kind::Unsupported(_))).then_some(entry)
    }
}
