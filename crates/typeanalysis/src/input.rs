//! Everything that the analysis depends on.

use std::collections::BTreeSet;

use ir::{Bodies, Context, FuncId, TypeData};
use rules::RuleTable;

use crate::base::BaseType;
use crate::options::TypeOptions;
use crate::tree::TypeTree;

/// Integers that a value is known to be among; none if nothing is known.
pub type KnownInts = BTreeSet<i64>;

/// What a caller says about an argument.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct ArgSeed {
    /// Its type.
    pub tree: TypeTree,
    /// The integers that it may be.
    pub known_ints: KnownInts,
}

/// A question to [`analyze`](crate::analyze).
#[derive(Clone, Copy)]
pub struct TypeInput<'a> {
    /// Types, constants, declarations.
    pub ctx: &'a Context,
    /// The bodies that were imported. Calls of other functions are understood from the rules only.
    pub bodies: Bodies<'a>,
    /// What library functions take and return.
    pub rules: &'a RuleTable,
    /// The function to analyze. It has a body.
    pub func: FuncId,
    /// What is known about the parameters, one for each.
    pub params: &'a [ArgSeed],
    /// What is known about the returned value.
    pub ret: &'a TypeTree,
    /// What may be assumed.
    pub options: &'a TypeOptions,
}

/// How seeds follow from LLVM's types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeedStyle {
    /// For a request: floats, pointers and integers of parameters; of the return only floats.
    Request,
    /// For `print-type-analysis`: the same for parameters and return.
    TypePrinter,
    /// For `print-activity-analysis`: as the other printer, but nothing about pointers.
    ActivityPrinter,
}

/// The seeds of a function's parameters and return when nobody says more than LLVM's types do.
pub fn default_seeds(ctx: &Context, func: FuncId, style: SeedStyle) -> (Vec<ArgSeed>, TypeTree) {
    let signature = ctx.funcs[func].ty;
    let base = |ty| match *ctx.types.get(ctx.types.scalar(ty)) {
        TypeData::Float(kind) => BaseType::Float(kind),
        TypeData::Int(_) => BaseType::Integer,
        TypeData::Ptr(_) if ctx.types.is_ptr(ty) && style != SeedStyle::ActivityPrinter => BaseType::Pointer,
        _ => BaseType::Unknown,
    };
    let params = ctx.types.param_types(signature).iter().map(|&ty| ArgSeed {
        tree: TypeTree::all(base(ty)),
        known_ints: KnownInts::new(),
    });
    let ret = match ctx.types.return_type(signature).map(base) {
        Some(base) if style != SeedStyle::Request || base.float().is_some() => TypeTree::all(base),
        _ => TypeTree::new(),
    };
    (params.collect(), ret)
}
