//! Tangents in two parts that users register (`__enzyme_register_splitderivative_*`): functions around theirs that take the place of what
//! would be cut.
//!
//! The recording one calls the *augmented* function and appends its tape to the log, the replaying one reads the tape and calls the
//! *split derivative*. That takes each parameter of the primal, each followed by its shadow, and the tape, if there is one. It returns
//! `{result, shadow}` or only the shadow; nothing if the primal returns nothing.
//!
//! # What it does not know
//! Shadows while the primal runs: an augmented function that looks at one is refused. What the split derivative finds in primal memory is
//! what the caller has left there; where that would be memory of the differentiated functions' own, module `lasting` refuses.

use std::collections::BTreeSet;

use ir::{Bodies, Builder, Context, FuncId, Function, Type, TypeData, Value};
use shadow::registered::{self, Augmented, Param, Place, Places, Returned, SPLIT_DERIVATIVE, Tape, Use};

use super::log::Runtime;
use super::{Pair, primal_positions};
use crate::error::ErrorKind;
use crate::request::Request;

/// Levels of calls that are looked at to find out what a registered function does with a parameter.
const LEVELS: u32 = 4;

/// The functions that a user gives for the two parts of a tangent function.
pub(crate) fn rule_of(ctx: &Context, func: FuncId) -> Option<(FuncId, FuncId)> {
    let rules = &ctx.funcs[func].rules;
    let named = |name: &str| {
        let found = rules.iter().find(|(kind, _)| &**kind == name);
        found.map(|&(_, rule)| rule)
    };
    let augmented = named("enzyme_splitaugment").or_else(|| named("enzyme_augment"));
    augmented.zip(named("enzyme_splitderivative"))
}

/// A rule that answers a request.
#[derive(Debug)]
pub(super) struct SplitRule {
    request: Request,
    params: Vec<Param>,
    augmented: FuncId,
    derivative: FuncId,
    returned: Returned,
    places: Places,
    tape: Option<Tape>,
    /// What the split derivative returns, and where in it the shadow is.
    derived: Returned,
    shadow: Option<Place>,
    /// The positions among the tangent function's parameters of primals that the split derivative looks at.
    pub(super) reads: BTreeSet<usize>,
    /// Those of them that lead to memory.
    pub(super) follows: BTreeSet<usize>,
}

impl SplitRule {
    /// The rule for a request.
    ///
    /// # Errors
    /// If the functions do not have the signatures that they should, or the request asks for what they do not give.
    pub(super) fn read(
        ctx: &mut Context,
        bodies: Bodies<'_>,
        request: &Request,
        (augmented, derivative): (FuncId, FuncId),
    ) -> Result<Self, ErrorKind> {
        let params = registered::params(ctx, request.func)?;
        let both = registered::list(ctx, &params, true);
        let wrong = |ctx: &mut Context| {
            let fields: Vec<Type> = registered::result(ctx, request.func)
                .into_iter()
                .flat_map(|ty| [ty; 2])
                .collect();
            let rule = (SPLIT_DERIVATIVE, derivative);
            let tape = "and the tape as a last parameter, if there is one";
            registered::wrong(ctx, request.func, rule, (&fields, &both), tape)
        };
        let tape = registered::tape_after(ctx, derivative, &both).ok_or_else(|| wrong(ctx))?;
        let (derived, shadow) = derived(ctx, request, derivative).ok_or_else(|| wrong(ctx))?;
        let asked = Augmented {
            primal: request.func,
            augmented,
            wants_primal: request.ret.primal,
            wants_shadow: false,
        };
        let list = registered::list(ctx, &params, false);
        let returned = match registered::signature(ctx, augmented).0 == list {
            true => asked.returned(ctx, tape.as_ref()),
            false => None,
        };
        let (returned, places) = returned.ok_or_else(|| asked.wrong(ctx, tape.as_ref(), &list))?;
        let mut rule = Self {
            request: request.clone(),
            params,
            augmented,
            derivative,
            returned,
            places,
            tape,
            derived,
            shadow,
            reads: BTreeSet::new(),
            follows: BTreeSet::new(),
        };
        rule.check_augmented(ctx, bodies)?;
        rule.check_derivative(ctx, bodies)?;
        Ok(rule)
    }

    /// Whether anything is logged, besides the value of the primal.
    pub(super) fn has_tape(&self) -> bool {
        self.tape.is_some()
    }

    /// The bytes of the tape.
    pub(super) fn tape_bytes(&self, ctx: &Context) -> Option<u64> {
        self.tape.and_then(|tape| ctx.size_of(tape.ty))
    }

    /// The augmented function looks at no shadow that there is not yet.
    fn check_augmented(&self, ctx: &Context, bodies: Bodies<'_>) -> Result<(), ErrorKind> {
        let mut position = usize::from(registered::sret(ctx, self.augmented).is_some());
        for (index, param) in self.params.iter().enumerate() {
            let is_missing = !param.is_float && !is_integer(ctx, param.ty);
            let shadow = (self.augmented, position + 1);
            if is_missing && registered::may_use(ctx, bodies, shadow, Use::Any, LEVELS) {
                let (function, of) = (
                    &ctx.funcs[self.augmented].name,
                    &ctx.funcs[self.request.func].name,
                );
                return Err(ErrorKind::SplitForward {
                    what: format!(
                        "the function `{function}`, which is registered for `{of}` and looks at the shadow of parameter {index} while the \
                         primal runs,"
                    ),
                });
            }
            position += if param.is_float { 1 } else { 2 };
        }
        Ok(())
    }

    /// The split derivative writes to no primal memory in the place of a shadow, and what it looks at is noted.
    fn check_derivative(&mut self, ctx: &Context, bodies: Bodies<'_>) -> Result<(), ErrorKind> {
        let name = || ctx.funcs[self.request.func].name.to_string();
        let first = usize::from(registered::sret(ctx, self.derivative).is_some());
        let positions = primal_positions(&self.request);
        for (index, (param, &position)) in self.params.iter().zip(&positions).enumerate() {
            let has_addresses = holds_addresses(ctx, param.ty);
            let own_shadow = !self.request.is_dual(index) && has_addresses;
            let [primal, shadow] = [0, 1].map(|more| (self.derivative, first + 2 * index + more));
            if own_shadow && registered::may_use(ctx, bodies, shadow, Use::Writes, LEVELS) {
                return Err(ErrorKind::CustomArgument {
                    name: name(),
                    index,
                    what: "has no shadow here, so it stands for its own, and the registered functions may write there".to_owned(),
                });
            }
            if registered::may_use(ctx, bodies, primal, Use::Any, LEVELS) {
                self.reads.insert(position);
                self.follows.extend(has_addresses.then_some(position));
            }
        }
        let leads_on = self.tape.is_some_and(|tape| holds_addresses(ctx, tape.ty));
        match self.request.width > 1 && leads_on {
            true => Err(ErrorKind::SplitForward {
                what: format!(
                    "several directions through the split derivative registered for `{}`, which may release what its tape leads to,",
                    name()
                ),
            }),
            false => Ok(()),
        }
    }

    /// The recording function.
    pub(super) fn record(
        &self,
        ctx: &mut Context,
        pair: Pair,
        runtime: Runtime,
        logs_primal: bool,
    ) -> Function {
        let mut body = Function::new(ctx, pair.record);
        let entry = body.add_block();
        let mut params = body.params.clone();
        let mut b = Builder::new(ctx, &mut body, entry);
        let log = params.pop();
        let mut list = Vec::new();
        for (&primal, param) in params.iter().zip(&self.params) {
            let given = registered::passed(&mut b, primal, param.by_ref);
            list.push(given);
            if param.is_float {
                continue;
            }
            let shadow = match is_integer(b.ctx, param.ty) {
                true => given,
                // Nobody looks at it.
                false => {
                    let ty = b.ty(given);
                    b.zero(ty)
                }
            };
            list.push(shadow);
        }
        let found = registered::call(&mut b, self.augmented, &self.returned, list);
        let mut part = |place: Option<Place>| Some(place?.take(&mut b, found?));
        let (tape, mut primal) = (part(self.places.tape), part(self.places.primal));
        if self.request.ret.primal && primal.is_none() {
            let call = b.call(self.request.func, &params);
            primal = b.func.inst(call).result;
        }
        let logged = tape.into_iter().chain(primal.filter(|_| logs_primal));
        for (value, log) in logged.zip(log.into_iter().cycle()) {
            runtime.log(&mut b, log, value);
        }
        b.ret(primal.filter(|_| self.request.ret.primal));
        body
    }

    /// The replaying function, which also returns the value of the primal if that is logged.
    pub(super) fn replay(
        &self,
        ctx: &mut Context,
        pair: Pair,
        runtime: Runtime,
        logs_primal: bool,
    ) -> Function {
        let mut body = Function::new(ctx, pair.replay);
        let entry = body.add_block();
        let mut params = body.params.clone();
        let mut b = Builder::new(ctx, &mut body, entry);
        let log = params.pop();
        let result = registered::result(b.ctx, self.request.func);
        let logged = |ty: Option<Type>, b: &mut Builder<'_>| Some(runtime.read(b, log?, ty?));
        let tape = logged(self.tape.map(|tape| tape.ty), &mut b);
        let primal = logged(result.filter(|_| logs_primal), &mut b);
        let shadows: Vec<Value> = (0..self.request.width)
            .filter_map(|lane| self.derive(&mut b, &params, tape, lane))
            .collect();
        let shadow = pack(&mut b, &shadows, self.request.width);
        let returned = match (primal, shadow) {
            (Some(primal), Some(shadow)) => {
                let fields = [b.ty(primal), b.ty(shadow)];
                let pair = b.ctx.types.structure(&fields);
                let pair = b.poison(pair);
                let pair = b.insert_value(pair, primal, &[0]);
                Some(b.insert_value(pair, shadow, &[1]))
            }
            (one, other) => one.or(other),
        };
        b.ret(returned);
        body
    }

    /// Calls the split derivative in one direction; the shadow of the result.
    fn derive(&self, b: &mut Builder<'_>, params: &[Value], tape: Option<Value>, lane: u32) -> Option<Value> {
        let mut params = params.iter().copied();
        let mut list = Vec::new();
        for (index, param) in self.params.iter().enumerate() {
            let primal = params.next()?;
            let shadow = match self.request.is_dual(index) {
                true => {
                    let packed = params.next()?;
                    match self.request.width {
                        1 => packed,
                        _ => b.extract_value(packed, &[lane]),
                    }
                }
                false if holds_addresses(b.ctx, param.ty) || is_integer(b.ctx, param.ty) => primal,
                false => b.zero(param.ty),
            };
            for value in [primal, shadow] {
                list.push(registered::passed(b, value, param.by_ref));
            }
        }
        if let (Some(form), Some(tape)) = (&self.tape, tape) {
            list.push(registered::passed(b, tape, form.by_address));
        }
        let found = registered::call(b, self.derivative, &self.derived, list);
        Some(self.shadow?.take(b, found?))
    }
}

/// What a split derivative returns, and where the shadow is in it, if one is wanted.
fn derived(ctx: &mut Context, request: &Request, derivative: FuncId) -> Option<(Returned, Option<Place>)> {
    let (_, found, memory) = registered::signature(ctx, derivative);
    let forms = match registered::result(ctx, request.func) {
        None => vec![(Vec::new(), None)],
        Some(ty) => vec![
            (vec![ty, ty], Some(Place::Field(1))),
            (vec![ty], Some(Place::Whole)),
        ],
    };
    forms.into_iter().find_map(|(fields, shadow)| {
        let read_as = registered::reads_as(ctx, found, &fields)?;
        Some((
            Returned { memory, read_as },
            shadow.filter(|_| request.ret.shadow),
        ))
    })
}

fn pack(b: &mut Builder<'_>, lanes: &[Value], width: u32) -> Option<Value> {
    let &first = lanes.first()?;
    if width == 1 {
        return Some(first);
    }
    let ty = b.ty(first);
    let array = b.ctx.types.array(ty, u64::from(width));
    let start = b.poison(array);
    Some(
        (0..)
            .zip(lanes)
            .fold(start, |all, (lane, &value)| b.insert_value(all, value, &[lane])),
    )
}

fn is_integer(ctx: &Context, ty: Type) -> bool {
    matches!(ctx.types.get(ctx.types.scalar(ty)), TypeData::Int(_))
}

/// Whether a value of a type may have addresses in it.
fn holds_addresses(ctx: &Context, ty: Type) -> bool {
    match ctx.types.get(ty) {
        TypeData::Ptr(_) => true,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => holds_addresses(ctx, *element),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| holds_addresses(ctx, field)),
        _ => false,
    }
}
