//! Putting the call of a derivative in the place of a request.
//!
//! A derivative takes each primal value and, if it has them, its shadows (`T`, or `[width x T]` for more than one direction); it
//! returns the value, the shadow, both in a structure, or nothing. The request declares a result of its own; the two are matched in
//! the order of Enzyme's protocol: the same type, the same layout, memory that the caller gives, a slot of the same size, the first
//! member of an aggregate.

use super::parse::{Activity, Arg, Call, Shadows};
use super::rustc::{Place, Wanted};
use super::{Kind, RequestError, markers, split};
use crate::raw::{InstBuilder, Mod, Ty, Val};

/// What was made for a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derivative {
    /// The function that is called.
    pub(crate) function: Val,
    /// A condition, and what is called if it does not hold.
    pub(crate) otherwise: Option<(Val, Val)>,
    /// The function has a tape, in split mode.
    pub(crate) has_tape: bool,
}

/// Replaces a request by a call of its derivative, or of that in `otherwise` if the condition there does not hold.
///
/// # Errors
/// If operands or result have types that cannot be converted. The module is then as before.
pub(crate) fn replace(module: Mod, call: &Call, made: Derivative) -> Result<(), RequestError> {
    let old = call.request.call;
    match call.request.kind {
        Kind::AugmentSize => return split::replace_size(module, call, made.has_tape),
        Kind::VirtualReverse => return split::replace_virtual(call, made.function),
        _ => {}
    }
    check(module, call, made)?;
    let Derivative {
        function: derivative,
        otherwise,
        has_tape,
    } = made;
    if old.is_invoke() {
        let wrapper = wrap(module, call, made);
        let builder = InstBuilder::before(old, module.context());
        let new = builder.invoke_like(old, wrapper, &plain_operands(old));
        finish(old, Some(new), new);
    } else {
        let builder = InstBuilder::before(old, module.context());
        let operands = Operands { call, map: None };
        let callee = match otherwise {
            Some((condition, second)) => builder.select(condition, derivative, second),
            None => derivative,
        };
        let (result, new) = Emitter {
            module,
            call,
            derivative,
            callee,
            has_tape,
            builder: &builder,
        }
        .emit(&operands);
        finish(old, result, new);
    }
    Ok(())
}

fn finish(old: Val, result: Option<Val>, new: Val) {
    new.copy_location(old);
    if !old.ty().is_void() && old.has_uses() {
        old.replace_uses(result.unwrap_or_else(|| old.ty().poison()));
    }
    old.erase();
}

/// The operands of a call that are passed on to a function: all but metadata and markers, which nothing may mention any more.
fn plain_operands(call: Val) -> Vec<Val> {
    call.args()
        .into_iter()
        .filter(|&arg| arg.metadata_string().is_none() && markers::name_of(arg).is_none())
        .collect()
}

/// An invoke ends its block, so there is no place behind it to convert its result: the conversions go into a function of their own.
fn wrap(module: Mod, call: &Call, made: Derivative) -> Val {
    let derivative = made.function;
    let operands = plain_operands(call.request.call);
    let types: Vec<_> = operands.iter().map(|operand| operand.ty()).collect();
    let ret = call.request.call.ty();
    let wrapper = module.add_function(
        &format!("rsenzyme_call_{}", derivative.name()),
        Ty::function(ret, &types),
    );
    wrapper.add_function_attribute("alwaysinline", module.context());
    let builder = InstBuilder::in_new_block(wrapper, module.context());
    let map = operands.into_iter().zip(wrapper.params()).collect();
    let (result, _) = Emitter {
        module,
        call,
        derivative,
        callee: derivative,
        has_tape: made.has_tape,
        builder: &builder,
    }
    .emit(&Operands { call, map: Some(map) });
    builder.ret(if ret.is_void() {
        None
    } else {
        Some(result.unwrap_or_else(|| ret.poison()))
    });
    wrapper
}

/// The operands of the request, or the parameters of the wrapper that stand for them.
pub(super) struct Operands<'a> {
    pub(super) call: &'a Call,
    map: Option<Vec<(Val, Val)>>,
}

impl Operands<'_> {
    pub(super) fn get(&self, operand: Val) -> Val {
        let mapped = self
            .map
            .as_ref()
            .and_then(|map| map.iter().find(|(old, _)| *old == operand));
        mapped.map_or(operand, |&(_, new)| new)
    }
}

/// What a request's result is made from.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Adaption {
    /// Nothing is returned, or nobody wants it.
    Nothing,
    /// The result as it is.
    Same,
    /// A structure with other names and the same fields.
    Fields,
    /// Through memory of the caller's.
    Memory,
    /// Through a stack slot of the same size.
    Slot,
    /// Only the first member.
    First,
    /// `[width x T]` into a structure of that many members, or the reverse.
    Members,
    /// Each part to its place.
    Placed(Vec<Place>),
}

fn adaption(module: Mod, call: &Call, made: Ty) -> Result<Adaption, RequestError> {
    let declared = call.result_memory.map_or(call.request.call.ty(), |(_, ty)| ty);
    let bad = || RequestError::BadResult {
        kind: call.request.kind,
        made: made.to_string(),
        declared: declared.to_string(),
    };
    if made.is_void()
        || declared.is_void()
        || (declared.fields().is_empty() && module.size_of(declared) == Some(0))
    {
        return Ok(Adaption::Nothing);
    }
    if let Some(front) = &call.front {
        let places = front.places(module, made, &wanted(call));
        return places.map(Adaption::Placed).ok_or_else(bad);
    }
    if call.result_memory.is_some() {
        let fits = module
            .size_of(made)
            .zip(module.size_of(declared))
            .is_some_and(|(made, there)| made <= there);
        return if fits { Ok(Adaption::Memory) } else { Err(bad()) };
    }
    let (made_members, declared_members) = (members(made), members(declared));
    if made == declared {
        Ok(Adaption::Same)
    } else if !made_members.is_empty() && made_members == declared_members {
        Ok(if made.fields().is_empty() || declared.fields().is_empty() {
            Adaption::Members
        } else {
            Adaption::Fields
        })
    } else if is_composite(made) | is_composite(declared) && module.size_of(made) == module.size_of(declared)
    {
        Ok(Adaption::Slot)
    } else if made_members.first() == Some(&declared) {
        Ok(Adaption::First)
    } else {
        Err(bad())
    }
}

/// What the derivative of a request of rustc's returns.
fn wanted(call: &Call) -> Wanted {
    let in_memory = call.target_sret.is_some();
    let is_out = |index: usize| {
        call.args
            .get(index)
            .is_some_and(|arg| arg.activity == Activity::Out)
    };
    let pair = |index| call.front.as_ref().is_some_and(|front| front.is_pair(index));
    let mut groups = Vec::new();
    let mut index = 0;
    while index < call.args.len() {
        let size = if pair(index) { 2 } else { 1 };
        if is_out(index) {
            groups.push(size);
        }
        index += size;
    }
    Wanted {
        width: call.width,
        primal: call.primal_return && !in_memory,
        shadow: call.shadow_return() && !in_memory,
        primal_in_memory: call.primal_return && in_memory,
        groups,
    }
}

/// The members of a structure or a short array.
fn members(ty: Ty) -> Vec<Ty> {
    match ty.array_len() {
        Some(len) if len <= 64 => vec![ty.element(); len as usize],
        _ => ty.fields(),
    }
}

/// Aggregates and vectors are ways to pass several values, so their bytes may be taken as another composite type. Scalars are not: a
/// double declared as an integer is a mistake.
pub(super) fn is_composite(ty: Ty) -> bool {
    ty.is_vector() || ty.array_len().is_some() || !ty.fields().is_empty()
}

/// How an operand becomes a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Conversion {
    Same,
    Bitcast,
    AddrSpace,
    /// An integer that a variadic declaration promoted.
    Trunc,
    /// A float that a variadic declaration promoted to double: an exact narrowing.
    FpTrunc,
    /// rustc passes values in the type that they have in memory, and functions take them in another of as many bytes.
    Slot,
}

/// How an operand of a request becomes a parameter.
fn conversion_of(module: Mod, call: &Call, operand: Val, to: Ty) -> Option<Conversion> {
    let from = operand.ty();
    let stored = |ty| module.store_size(ty);
    let reshapes =
        call.front.is_some() && (is_composite(from) || is_composite(to)) && stored(from) == stored(to);
    match from != to && reshapes {
        true => Some(Conversion::Slot),
        false => conversion(module, operand, to),
    }
}

/// How an operand becomes a parameter, whoever asks.
pub(super) fn conversion(module: Mod, operand: Val, to: Ty) -> Option<Conversion> {
    let from = operand.ty();
    if from == to {
        Some(Conversion::Same)
    } else if from.is_ptr() && to.is_ptr() {
        Some(Conversion::AddrSpace)
    } else if let (Some(wide), Some(narrow)) = (from.int_bits(), to.int_bits()) {
        (narrow < wide).then_some(Conversion::Trunc)
    } else if from.is_float() && to.is_float() {
        was_promoted(module, operand, to).then_some(Conversion::FpTrunc)
    } else {
        // Calling conventions pass small float aggregates as vectors. Scalars of another kind are mistakes, not bits.
        let equal = module.size_of(from).is_some() && module.size_of(from) == module.size_of(to);
        (equal && (from.is_vector() && to.is_vector())).then_some(Conversion::Bitcast)
    }
}

/// Whether a value came from the narrower type, so that narrowing gives back exactly what the user wrote.
fn was_promoted(module: Mod, operand: Val, to: Ty) -> bool {
    if operand.opcode() == Some(llvm_sys::LLVMOpcode::LLVMFPExt) {
        return operand.operands().first().is_some_and(|source| source.ty() == to);
    }
    let float = module.size_of(to) == Some(4);
    operand
        .const_float()
        .is_some_and(|value| float && (value.is_nan() || f64::from(value as f32) == value))
}

/// Checks everything that emission relies on.
fn check(module: Mod, call: &Call, made: Derivative) -> Result<(), RequestError> {
    let params = call.target.function_type().params();
    let first = usize::from(call.target_sret.is_some());
    for (index, (arg, &ty)) in call.args.iter().zip(&params[first..]).enumerate() {
        let index = index + first;
        if !(arg.by_ref && arg.primal.ty().is_ptr()) {
            check_argument(module, call, index, false, arg.primal, ty)?;
        }
        let shadows = match &arg.shadows {
            Shadows::None => Vec::new(),
            Shadows::Each(each) => each.clone(),
            Shadows::Strided { base, .. } => vec![*base],
        };
        for shadow in shadows {
            check_argument(module, call, index, true, shadow, ty)?;
        }
    }
    if let Some(ty) = call.target_sret {
        check_result_memory(module, call, ty)?;
        if !call.request.kind.is_split() && call.front.is_none() {
            return Ok(());
        }
    }
    let returned = match call.request.kind.is_split() {
        true => split::check(module, call, made)?,
        false => Some(made.function.function_type().return_type()),
    };
    match returned {
        Some(returned) => adaption(module, call, returned).map(|_| ()),
        None => Ok(()),
    }
}

fn check_argument(
    module: Mod,
    call: &Call,
    index: usize,
    shadow: bool,
    found: Val,
    ty: Ty,
) -> Result<(), RequestError> {
    if conversion_of(module, call, found, ty).is_some() {
        return Ok(());
    }
    Err(RequestError::BadArgument {
        function: call.target.name(),
        index,
        shadow,
        found: found.print(),
        found_ty: found.ty().to_string(),
        expected: ty.to_string(),
    })
}

/// A target that returns through memory needs a request that does, with room for the primal (if asked for) and each shadow.
fn check_result_memory(module: Mod, call: &Call, ty: Ty) -> Result<(), RequestError> {
    let each = module.size_of(ty).unwrap_or(0);
    let copies = u64::from(call.primal_return)
        + if call.shadow_return() && call.result_shadows.is_empty() {
            u64::from(call.width)
        } else {
            0
        };
    let bytes = each * copies;
    let declared = match call.result_memory {
        Some((_, ty)) => Some(ty),
        None => call.front.is_some().then(|| call.request.call.ty()),
    };
    let room = declared.and_then(|ty| module.size_of(ty)).unwrap_or(0);
    if room >= bytes {
        return Ok(());
    }
    Err(RequestError::NoResultMemory {
        kind: call.request.kind,
        function: call.target.name(),
        ty: ty.to_string(),
        bytes,
    })
}

/// Emits the conversions and the call of the derivative.
pub(super) struct Emitter<'a> {
    pub(super) module: Mod,
    pub(super) call: &'a Call,
    pub(super) derivative: Val,
    /// What is called: the derivative, or a choice between it and one of the same type.
    pub(super) callee: Val,
    /// Whether it has a tape.
    pub(super) has_tape: bool,
    pub(super) builder: &'a InstBuilder,
}

impl Emitter<'_> {
    /// The value for the users of the request, and the new call.
    fn emit(&self, operands: &Operands<'_>) -> (Option<Val>, Val) {
        let mut args = Vec::new();
        let memory = self.result_memory(operands);
        if let Some(ty) = self.call.target_sret {
            self.result_arguments(operands, ty, memory, &mut args);
        }
        let first = usize::from(self.call.target_sret.is_some());
        let params = self.call.target.function_type().params();
        for (arg, &ty) in self.call.args.iter().zip(&params[first..]) {
            self.argument(operands, arg, ty, &mut args);
        }
        if self.call.request.kind.is_split() {
            return self.split(operands, args);
        }
        if self.call.ret == Activity::Out {
            args.extend(self.seed(operands));
        }
        let new = self.builder.call_address(self.derivative, self.callee, &args);
        (self.result(operands, memory, new), new)
    }

    /// The memory of the declared result: the caller's, or a stack slot where rustc wants by value what the target returns in memory.
    pub(super) fn result_memory(&self, operands: &Operands<'_>) -> Option<Val> {
        if let Some((memory, _)) = self.call.result_memory {
            return Some(operands.get(memory));
        }
        let declared = self.call.request.call.ty();
        let by_value = self.call.front.is_some() && self.call.target_sret.is_some() && !declared.is_void();
        by_value.then(|| self.builder.entry_alloca(declared, self.module.context()))
    }

    /// The memory that a target with `sret` writes to: first the primal value's, then that of each shadow.
    fn result_arguments(&self, operands: &Operands<'_>, ty: Ty, memory: Option<Val>, args: &mut Vec<Val>) {
        let context = self.module.context();
        let size = self.module.size_of(ty).unwrap_or(0);
        let (i64, i8) = (self.module.i64_type(), self.module.i8_type());
        let slot = |index: u64| match memory {
            Some(memory) => self.builder.byte_offset(memory, i64.int(size * index), i8),
            None => self.builder.entry_alloca(ty, context),
        };
        let primal = if self.call.primal_return {
            slot(0)
        } else {
            self.builder.entry_alloca(ty, context)
        };
        args.push(primal);
        if !self.call.result_shadows.is_empty() {
            let shadows = self
                .call
                .result_shadows
                .iter()
                .map(|&shadow| operands.get(shadow));
            args.push(self.pack(shadows.collect()));
        } else if self.call.shadow_return() {
            let first = u64::from(self.call.primal_return);
            let shadows = (0..u64::from(self.call.width))
                .map(|direction| slot(first + direction))
                .collect();
            args.push(self.pack(shadows));
        }
    }

    fn argument(&self, operands: &Operands<'_>, arg: &Arg, ty: Ty, args: &mut Vec<Val>) {
        let primal = operands.get(arg.primal);
        args.push(if arg.by_ref {
            self.builder.load(ty, primal)
        } else {
            self.convert(arg.primal, primal, ty)
        });
        if matches!(arg.activity, Activity::Const | Activity::Out) {
            return;
        }
        let shadows: Vec<_> = match &arg.shadows {
            Shadows::None => return,
            Shadows::Each(each) => each
                .iter()
                .map(|&shadow| self.convert(shadow, operands.get(shadow), ty))
                .collect(),
            Shadows::Strided { base, stride } => {
                let (from, i64) = (
                    self.convert(*base, operands.get(*base), ty),
                    self.module.i64_type(),
                );
                let stride = self.builder.int_cast(operands.get(*stride), i64);
                let at = |direction: u32| {
                    let bytes = self.builder.multiply(stride, i64.int(u64::from(direction)));
                    self.builder.byte_offset(from, bytes, self.module.i8_type())
                };
                (0..self.call.width).map(at).collect()
            }
        };
        args.push(self.pack(shadows));
    }

    /// The derivative that the result is given, in all directions: of the result by itself, if the request says no other. Parsing has seen that there is one.
    fn seed(&self, operands: &Operands<'_>) -> Option<Val> {
        let seed = match self.call.own_seed {
            Some(seed) => operands.get(seed),
            None => self.call.target.function_type().return_type().one()?,
        };
        Some(self.pack(vec![seed; self.call.width as usize]))
    }

    /// The shadows of all directions as one parameter.
    pub(super) fn pack(&self, shadows: Vec<Val>) -> Val {
        if let [only] = shadows[..] {
            return only;
        }
        let ty = shadows[0].ty().array(shadows.len() as u64);
        (0..).zip(shadows).fold(ty.poison(), |array, (index, shadow)| {
            self.builder.insert(array, shadow, index)
        })
    }

    /// Converts an operand; `original` is what the request named and decides how.
    pub(super) fn convert(&self, original: Val, value: Val, to: Ty) -> Val {
        match conversion_of(self.module, self.call, original, to) {
            None | Some(Conversion::Same) => value,
            Some(Conversion::Bitcast) => self.builder.bitcast(value, to),
            Some(Conversion::AddrSpace) => self.builder.addrspace_cast(value, to),
            Some(Conversion::Trunc) => self.builder.trunc(value, to),
            Some(Conversion::FpTrunc) => self.builder.fptrunc(value, to),
            Some(Conversion::Slot) => {
                let context = self.module.context();
                let slot = self.builder.entry_alloca(value.ty(), context);
                self.builder.store_unaligned(value, slot);
                self.builder.load_unaligned(to, slot)
            }
        }
    }

    /// The declared result, from what the derivative returns.
    pub(super) fn result(&self, operands: &Operands<'_>, memory: Option<Val>, made: Val) -> Option<Val> {
        let declared = operands.call.request.call.ty();
        if self.call.target_sret.is_some() && !self.call.request.kind.is_split() {
            let memory = memory.filter(|_| self.call.front.is_some())?;
            self.place_all(made, memory);
            return Some(self.builder.load_unaligned(declared, memory));
        }
        // The check before emission has seen that there is an adaption.
        match adaption(self.module, self.call, made.ty()).unwrap_or(Adaption::Nothing) {
            Adaption::Nothing => None,
            Adaption::Same => Some(made),
            Adaption::Fields | Adaption::Members => {
                let count = members(declared).len() as u32;
                let insert = |aggregate, index| {
                    self.builder
                        .insert(aggregate, self.builder.extract(made, index), index)
                };
                Some((0..count).fold(declared.poison(), insert))
            }
            Adaption::First => Some(self.builder.extract(made, 0)),
            Adaption::Memory => {
                self.builder.store_unaligned(made, memory?);
                None
            }
            Adaption::Placed(_) => {
                let slot = self.builder.entry_alloca(declared, self.module.context());
                self.place_all(made, slot);
                Some(self.builder.load_unaligned(declared, slot))
            }
            Adaption::Slot => {
                let slot = self.builder.entry_alloca(declared, self.module.context());
                self.builder.store_unaligned(made, slot);
                Some(self.builder.load(declared, slot))
            }
        }
    }

    /// Stores each part of what the derivative returns at its place in memory for the declared result.
    fn place_all(&self, made: Val, memory: Val) {
        let Ok(Adaption::Placed(places)) = adaption(self.module, self.call, made.ty()) else {
            return;
        };
        let (i64, i8) = (self.module.i64_type(), self.module.i8_type());
        for Place { path, offset } in places {
            let part = path
                .iter()
                .fold(made, |value, &index| self.builder.extract(value, index));
            let at = self.builder.byte_offset(memory, i64.int(offset), i8);
            self.builder.store_unaligned(part, at);
        }
    }
}
