//! Shadows of global variables: for each direction an internal global of the same type, made on demand.
//!
//! A shadow starts as the shadow of the initializer: pointers lead to shadows, all else is zero. Integers too, because compilers write
//! tables of floats as bytes (rustc does), and derivative code never reads integers from shadows. A user's own shadow
//! (`enzyme_shadow`) is taken for width 1. Globals that the rule table calls inactive (streams, type information) are their own.
//!
//! Forward and reverse mode have shadows of their own: a tangent that one leaves there is no adjoint to the other, and addresses of
//! functions have other tables.
//!
//! # Orders
//! A tangent function uses shadows as its own data, next to the variables that they belong to. When it is differentiated again, all of
//! them have shadows of the next order: with the variable `g`, its shadow `g_shadow` of order 1, and theirs of order 2 there is
//! one variable for each of the four coefficients of a number with two perturbations. The order of a request is one more
//! than that of all shadows that its function can reach ([`ShadowGlobals::order_of`]), and what it calls has the same.

use std::ops::Range;

use indexmap::IndexMap;
use ir::{
    Bodies, Const, ConstData, ConstOp, Context, FuncId, Function, GlobalId, GlobalVar, Linkage, Type,
    TypeData,
};
use rules::RuleTable;
use rustc_hash::FxHashMap;

use crate::clean::{around, reachable};

/// The shadow of a global variable in one direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlobalShadow {
    /// The variable.
    pub global: GlobalId,
    /// Its shadow.
    pub shadow: GlobalId,
    /// For which tangents.
    pub at: Direction,
}

/// What is kept in shadow memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kept {
    /// Tangents, and beside addresses of functions their tangent functions.
    Tangents,
    /// Adjoints, and beside addresses of functions their augmented and reverse functions.
    Adjoints,
}

/// One direction of several, of derivatives of some order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Direction {
    /// Which mode the shadow belongs to: what one leaves there means nothing to the other.
    pub kept: Kept,
    /// The order of the derivative: 1, or more where derivatives are differentiated.
    pub order: u32,
    /// The number of the direction.
    pub lane: usize,
    /// How many directions there are.
    pub width: usize,
}

/// The shadows made so far.
#[derive(Default, Debug)]
pub struct ShadowGlobals {
    made: IndexMap<(GlobalId, Direction), GlobalId>,
    /// Which bytes of variables are addresses, as far as they were told.
    addresses: FxHashMap<GlobalId, Vec<Range<u64>>>,
}

/// Why a constant has no shadow.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoShadow {
    /// An alias or ifunc: what it leads to is not known.
    #[error("an alias or ifunc has no shadow, but is used where active memory is expected")]
    Alias,
    /// An active global variable that another module defines.
    #[error("the active global variable `{name}` is defined elsewhere and has no shadow")]
    External {
        /// The symbol.
        name: String,
    },
}

/// How the addresses of functions get shadows: by tables of derivatives, which each mode has of its own.
pub trait Functions {
    /// What can be wrong.
    type Error: From<NoShadow>;

    /// The table that is the shadow of a function, or `None` if the function is its own shadow. In initializers of global variables
    /// functions that nothing describes are.
    ///
    /// # Errors
    /// If the function has no derivative and is needed.
    fn table(
        &mut self,
        ctx: &mut Context,
        func: FuncId,
        at: Direction,
        in_initializer: bool,
    ) -> Result<Option<GlobalId>, Self::Error>;
}

/// What making a shadow needs.
pub struct Making<'a, F> {
    /// Which globals and functions carry no derivative.
    pub rules: &'a RuleTable,
    /// The shadows of functions.
    pub functions: F,
    /// Whether the constant is part of the initializer of a global variable.
    pub in_initializer: bool,
}

impl ShadowGlobals {
    /// The shadow of a constant in one direction.
    pub fn constant<F: Functions>(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_, F>,
        constant: Const,
        at: Direction,
    ) -> Result<Const, F::Error> {
        let data = ctx.consts.get(constant).clone();
        Ok(match data {
            ConstData::Float { ty, .. } | ConstData::Int { ty, .. } | ConstData::Data { ty, .. } => {
                ctx.consts.zero(&ctx.types, ty)
            }
            ConstData::Aggregate { ty, members } => {
                let mut shadows = Vec::with_capacity(members.len());
                for &member in &members {
                    shadows.push(self.constant(ctx, making, member, at)?);
                }
                let members = shadows.into();
                ctx.consts.intern(ConstData::Aggregate { ty, members })
            }
            ConstData::Global(global) => {
                let shadow = self.global(ctx, making, global, at)?;
                ctx.consts.intern(ConstData::Global(shadow))
            }
            ConstData::Func(func) => match (making.functions).table(ctx, func, at, making.in_initializer)? {
                Some(table) => ctx.consts.intern(ConstData::Global(table)),
                None => constant,
            },
            ConstData::Expr { ty, op, operands } => self.expression(ctx, making, (ty, op, &operands), at)?,
            ConstData::Opaque {
                kind: ir::OpaqueConst::Alias,
                ..
            } => {
                return Err(NoShadow::Alias.into());
            }
            _ => constant,
        })
    }

    /// Address arithmetic and casts commute with taking the shadow.
    fn expression<F: Functions>(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_, F>,
        (ty, op, operands): (Type, ConstOp, &[Const]),
        at: Direction,
    ) -> Result<Const, F::Error> {
        let mut shadows = Vec::with_capacity(operands.len());
        for (position, &operand) in operands.iter().enumerate() {
            let is_index = matches!(op, ConstOp::Gep { .. }) && position > 0;
            let is_offset = matches!(ctx.consts.get(operand), ConstData::Int { .. });
            shadows.push(if is_index || is_offset {
                operand
            } else {
                self.constant(ctx, making, operand, at)?
            });
        }
        let operands = shadows.into();
        Ok(ctx.consts.intern(ConstData::Expr { ty, op, operands }))
    }

    /// The shadow of a global variable in one direction.
    pub fn global<F: Functions>(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_, F>,
        global: GlobalId,
        at: Direction,
    ) -> Result<GlobalId, F::Error> {
        if let Some(&shadow) = self.made.get(&(global, at)) {
            return Ok(shadow);
        }
        let var = ctx.globals[global].clone();
        if let (Some(shadow), 1, 1) = (var.shadow, at.width, at.order) {
            return Ok(shadow);
        }
        let is_table = var.init.is_some_and(|init| holds_functions(ctx, init));
        if making.rules.global_is_inactive(&var.name) && !is_table {
            return Ok(global);
        }
        let Some(init) = var.init else {
            let name = var.name.to_string();
            return Err(NoShadow::External { name }.into());
        };
        let zero = ctx.consts.zero(&ctx.types, var.ty);
        // Adjoints are added wherever an address may lead, also to what belongs to a constant: nobody reads them there.
        let is_written = at.kept == Kept::Adjoints && !holds_only_addresses(ctx, var.ty);
        let shadow = ctx.add_global(GlobalVar {
            name: fresh_name(ctx, &var.name, at),
            init: Some(zero),
            constant: var.constant && !is_written,
            linkage: Linkage::Internal,
            strings: Vec::new(),
            shadow: None,
            origin: None,
            ..var
        });
        // Before the initializer, which may lead back here.
        self.made.insert((global, at), shadow);
        let outer = std::mem::replace(&mut making.in_initializer, true);
        let init = self.constant(ctx, making, init, at);
        making.in_initializer = outer;
        let init = init?;
        ctx.globals[shadow].init = Some(init);
        Ok(shadow)
    }

    /// Takes in a shadow that was made before.
    pub fn adopt(&mut self, known: GlobalShadow) {
        self.made.insert((known.global, known.at), known.shadow);
    }

    /// All shadows, in the order in which they were made.
    pub fn all(&self) -> impl Iterator<Item = GlobalShadow> + '_ {
        let made = self.made.iter();
        made.map(|(&(global, at), &shadow)| GlobalShadow { global, shadow, at })
    }

    /// The order of the derivative of a function: one more than that of the shadows that it can reach by calls, addresses of functions
    /// and initializers. Linear in the bodies that it reaches, and at once known where no variable has a shadow.
    pub fn order_of(&self, ctx: &Context, bodies: Bodies<'_>, func: FuncId) -> u32 {
        let mut orders: IndexMap<GlobalId, u32> = IndexMap::new();
        orders.extend(
            ctx.globals
                .values()
                .filter_map(|global| Some((global.shadow?, 1))),
        );
        orders.extend(self.made.iter().map(|(&(_, at), &shadow)| (shadow, at.order)));
        if orders.is_empty() {
            return 1;
        }
        let found = reachable(ctx, bodies, func).into_iter();
        let order = found.filter_map(|global| orders.get(&global).copied()).max();
        order.unwrap_or(0) + 1
    }

    /// Says which bytes of a variable are addresses, where the variable's type in LLVM may not say it. What different functions tell adds up.
    pub fn note_addresses(&mut self, global: GlobalId, addresses: impl Iterator<Item = Range<u64>>) {
        let noted = self.addresses.entry(global).or_default();
        noted.extend(addresses);
        noted.sort_unstable_by_key(|range| (range.start, range.end));
        noted.dedup();
    }

    /// What to call for a derivative of some order, so that global variables carry no derivatives when it begins: see [`crate::clean`]. `None`
    /// if that is the derivative itself, because it reaches no shadow that could hold any.
    pub fn begin_clean(
        &self,
        ctx: &mut Context,
        bodies: Bodies<'_>,
        derivative: FuncId,
        (kept, order): (Kept, u32),
    ) -> Option<Function> {
        let is_own = |at: Direction| (at.kept, at.order) == (kept, order);
        let shadows: FxHashMap<GlobalId, GlobalId> = self
            .made
            .iter()
            .filter(|&(&(global, at), &shadow)| {
                let has_shadow = ctx.globals[global].shadow == Some(shadow);
                is_own(at) && !ctx.globals[global].constant && !has_shadow
            })
            .map(|(&(global, _), &shadow)| (shadow, global))
            .collect();
        if shadows.is_empty() {
            return None;
        }
        let found: Vec<(GlobalId, Vec<Range<u64>>)> = reachable(ctx, bodies, derivative)
            .into_iter()
            .filter_map(|shadow| {
                let addresses = self.addresses.get(shadows.get(&shadow)?).cloned();
                Some((shadow, addresses.unwrap_or_default()))
            })
            .collect();
        (!found.is_empty()).then(|| around(ctx, derivative, &found))
    }
}

/// A name for a shadow that no other variable has.
fn fresh_name(ctx: &Context, primal: &str, at: Direction) -> Box<str> {
    let mut name = format!("{primal}_shadow");
    if at.order > 1 {
        name.push_str(&at.order.to_string());
    }
    if at.width > 1 {
        name.push_str(&format!(".{}", at.lane));
    }
    while ctx.find_global(&name).is_some() {
        name.push('\'');
    }
    name.into()
}

/// Whether there is no room for a number in a type.
fn holds_only_addresses(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Ptr(_) => true,
        TypeData::Array { element, .. } => holds_only_addresses(ctx, *element),
        TypeData::Struct { fields, .. } => fields.iter().all(|&field| holds_only_addresses(ctx, field)),
        _ => false,
    }
}

/// Whether an initializer has addresses of functions: a table of virtual functions is needed even where its class carries nothing.
fn holds_functions(ctx: &Context, init: Const) -> bool {
    match ctx.consts.get(init) {
        ConstData::Func(_) => true,
        ConstData::Aggregate { members, .. } => members.iter().any(|&member| holds_functions(ctx, member)),
        _ => false,
    }
}
