//! Shadows of global variables: for each direction an internal global of the same type, made on demand.
//!
//! A shadow starts as the shadow of the initializer: pointers lead to shadows, all else is zero. Integers too, because compilers write
//! tables of floats as bytes (rustc does), and derivative code never reads integers from shadows. A user's own shadow
//! (`enzyme_shadow`) is taken for width 1. Globals that the rule table calls inactive (streams, type information) are their own.
//!
//! A global has one shadow for each direction, for the tangents of one order. A tangent function uses that shadow as its own data, so
//! differentiating it again would take the same memory for tangents of two orders; [`ShadowGlobals::conflicts`] finds this.

use indexmap::{IndexMap, IndexSet};
use ir::{Const, ConstData, ConstOp, Context, FuncId, Function, GlobalId, GlobalVar, Linkage, Type};
use rules::RuleTable;

/// The shadows made so far.
#[derive(Default, Debug)]
pub struct ShadowGlobals {
    /// By global, direction and number of directions.
    made: IndexMap<(GlobalId, usize, usize), GlobalId>,
    /// Shadows that are variables of their own and that tangent functions use.
    used: IndexSet<GlobalId>,
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
        width: usize,
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

/// One direction of several.
#[derive(Clone, Copy, Debug)]
pub struct Direction {
    /// Its number.
    pub lane: usize,
    /// How many there are.
    pub width: usize,
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
            ConstData::Func(func) => {
                match (making.functions).table(ctx, func, at.width, making.in_initializer)? {
                    Some(table) => ctx.consts.intern(ConstData::Global(table)),
                    None => constant,
                }
            }
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
        let key = (global, at.lane, at.width);
        if let Some(&shadow) = self.made.get(&key) {
            self.used.insert(shadow);
            return Ok(shadow);
        }
        let var = ctx.globals[global].clone();
        if let (Some(shadow), 1) = (var.shadow, at.width) {
            self.used.insert(shadow);
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
        let shadow = ctx.add_global(GlobalVar {
            name: match at.width {
                1 => format!("{}_shadow", var.name).into(),
                _ => format!("{}_shadow.{}", var.name, at.lane).into(),
            },
            init: Some(zero),
            linkage: Linkage::Internal,
            strings: Vec::new(),
            shadow: None,
            origin: None,
            ..var
        });
        // Before the initializer, which may lead back here.
        self.made.insert(key, shadow);
        if !ctx.globals[shadow].constant {
            self.used.insert(shadow);
        }
        let outer = std::mem::replace(&mut making.in_initializer, true);
        let init = self.constant(ctx, making, init, at);
        making.in_initializer = outer;
        let init = init?;
        ctx.globals[shadow].init = Some(init);
        if at.width == 1 {
            ctx.globals[global].shadow = Some(shadow);
        }
        Ok(shadow)
    }

    /// The shadows in use that a primal function mentions as variables of its own.
    pub fn conflicts(&self, ctx: &Context, primal: &Function) -> Vec<GlobalId> {
        let mut mentioned = IndexSet::new();
        for (constant, _) in primal.constants() {
            mention(ctx, constant, &mut mentioned);
        }
        mentioned.retain(|global| self.used.contains(global));
        mentioned.into_iter().collect()
    }
}

/// Adds the global variables that a constant names.
fn mention(ctx: &Context, constant: Const, mentioned: &mut IndexSet<GlobalId>) {
    match ctx.consts.get(constant) {
        ConstData::Global(global) => {
            mentioned.insert(*global);
        }
        ConstData::Aggregate { members, .. }
        | ConstData::Expr {
            operands: members, ..
        } => {
            for &member in members {
                mention(ctx, member, mentioned);
            }
        }
        _ => {}
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
