//! Shadows of global variables: for each direction an internal global of the same type, made on demand.
//!
//! A shadow starts as the shadow of the initializer: pointers lead to shadows, all else is zero. Integers too, because compilers write
//! tables of floats as bytes (rustc does), and derivative code never reads integers from shadows. A user's own shadow
//! (`enzyme_shadow`) is taken for width 1. Globals that the rule table calls inactive (streams, type information) are their own.
//!
//! A global has one shadow for each direction, for the tangents of one order. A tangent function uses that shadow as its own data, so
//! differentiating it again would take the same memory for tangents of two orders; [`ShadowGlobals::conflicts`] finds this.

use indexmap::{IndexMap, IndexSet};
use ir::{Bodies, Const, ConstData, ConstOp, Context, Function, GlobalId, GlobalVar, Linkage, Type};
use rules::RuleTable;

use crate::emit::Outcome;
use crate::error::ErrorKind;
use crate::request::Requests;
use crate::tables;

/// The shadows made so far.
#[derive(Default, Debug)]
pub(crate) struct ShadowGlobals {
    /// By global, direction and number of directions.
    made: IndexMap<(GlobalId, usize, usize), GlobalId>,
    /// Shadows that are variables of their own and that tangent functions use.
    used: IndexSet<GlobalId>,
}

/// What making a shadow needs.
pub(crate) struct Making<'a> {
    /// Which globals and functions carry no derivative.
    pub(crate) rules: &'a RuleTable,
    /// All bodies.
    pub(crate) bodies: Bodies<'a>,
    /// Where the tangent functions of functions are asked for.
    pub(crate) requests: &'a mut Requests,
    /// Whether the constant is part of the initializer of a global variable.
    pub(crate) in_initializer: bool,
}

/// One direction of several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Direction {
    /// Its number.
    pub(crate) lane: usize,
    /// How many there are.
    pub(crate) width: usize,
}

impl ShadowGlobals {
    /// The shadow of a constant in one direction.
    pub(crate) fn constant(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_>,
        constant: Const,
        at: Direction,
    ) -> Outcome<Const> {
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
            ConstData::Func(func) => match tables::table_of(ctx, making, func, at.width)? {
                Some(table) => ctx.consts.intern(ConstData::Global(table)),
                None => constant,
            },
            ConstData::Expr { ty, op, operands } => self.expression(ctx, making, (ty, op, &operands), at)?,
            ConstData::Opaque {
                kind: ir::OpaqueConst::Alias,
                ..
            } => {
                return Err(ErrorKind::MixedActivity {
                    what: "an alias or ifunc".to_owned(),
                });
            }
            _ => constant,
        })
    }

    /// Address arithmetic and casts commute with taking the shadow.
    fn expression(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_>,
        (ty, op, operands): (Type, ConstOp, &[Const]),
        at: Direction,
    ) -> Outcome<Const> {
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
    pub(crate) fn global(
        &mut self,
        ctx: &mut Context,
        making: &mut Making<'_>,
        global: GlobalId,
        at: Direction,
    ) -> Outcome<GlobalId> {
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
            return Err(ErrorKind::ExternalGlobal {
                name: var.name.to_string(),
            });
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
    pub(crate) fn conflicts(&self, ctx: &Context, primal: &Function) -> Vec<GlobalId> {
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
