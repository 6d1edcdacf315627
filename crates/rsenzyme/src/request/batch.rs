//! `__enzyme_batch`: a function of several sets of arguments.
//!
//! The request becomes one call of the function for each set, in order, and their results in one aggregate. The calls are ordinary ones, so
//! that the optimizer may inline and vectorize them and derivatives go through them; there is nothing of derivatives in it.

use super::markers::{self, Marker};
use super::parse::width_of;
use super::replace::{conversion, is_composite};
use super::target::{check_target_type, function_of};
use super::{Kind, RequestError, find};
use crate::error::Error;
use crate::raw::{InstBuilder, Mod, Ty, Val};

/// Expands all batches of a module; whether there were any, and what is wrong with others.
pub(crate) fn expand(module: Mod) -> (bool, Vec<Error>) {
    let requests = find(module);
    let batches = requests.into_iter().filter(|request| request.kind == Kind::Batch);
    let (mut changed, mut errors) = (false, Vec::new());
    for request in batches {
        match expand_one(module, request.call) {
            Ok(()) => changed = true,
            Err(error) => errors.push(Error::request(&error, request.call)),
        }
    }
    (changed, errors)
}

/// The values of one argument.
enum Lanes {
    /// One for each call.
    Each(Vec<Val>),
    /// The same for all.
    Same(Val),
    /// Behind addresses that many bytes apart.
    Buffer { base: Val, stride: Val },
}

fn expand_one(module: Mod, call: Val) -> Result<(), RequestError> {
    let operands = call.args();
    let result_memory = operands.first().copied().zip(call.call_type_attribute("sret", 0));
    let at = usize::from(result_memory.is_some());
    let target = operands.get(at).and_then(|&operand| function_of(operand));
    let target = target.ok_or_else(|| RequestError::NoFunction {
        kind: Kind::Batch,
        found: operands.get(at).map_or("nothing".into(), |v| v.print()),
    })?;
    let function = target.name();
    let bad = |problem: String| RequestError::BadBatch {
        function: function.clone(),
        problem,
    };
    check_target_type(target)?;
    if call.is_invoke() {
        return Err(RequestError::Unsupported {
            feature: "a batch that may throw (an invoke)".into(),
        });
    }
    if target.param_type_attribute("sret", 0).is_some() {
        return Err(bad("it returns its result through memory".into()));
    }
    let (width, args) = read(target, &operands[at + 1..])?;
    let params = target.function_type().params();
    for (index, (arg, &ty)) in args.iter().zip(&params).enumerate() {
        let fits = match arg {
            Lanes::Each(each) => each.iter().all(|&value| conversion(module, value, ty).is_some()),
            Lanes::Same(value) => conversion(module, *value, ty).is_some(),
            Lanes::Buffer { base, stride } => base.ty().is_ptr() && stride.ty().int_bits().is_some(),
        };
        if !fits {
            return Err(bad(format!("argument {index} does not have the type {ty}")));
        }
    }
    let ret = target.function_type().return_type();
    let declared = result_memory.map_or(call.ty(), |(_, ty)| ty);
    let returns = !ret.is_void() && !declared.is_void();
    let made = ret.array(u64::from(width.max(1)));
    if returns && !fits_result(module, result_memory.is_some(), declared, made) {
        return Err(RequestError::BadResult {
            kind: Kind::Batch,
            made: made.to_string(),
            declared: declared.to_string(),
        });
    }
    let builder = InstBuilder::before(call, module.context());
    let mut results = Vec::new();
    for lane in 0..width {
        let lane_args = args.iter().zip(&params).map(|(arg, &ty)| {
            let (original, value) = match arg {
                Lanes::Each(each) => (each[lane as usize], each[lane as usize]),
                Lanes::Same(value) => (*value, *value),
                Lanes::Buffer { base, stride } => {
                    return in_buffer(module, &builder, (*base, *stride), lane, ty);
                }
            };
            converted(module, &builder, original, value, ty)
        });
        let lane_args: Vec<_> = lane_args.collect();
        let new = builder.call(target, &lane_args);
        new.copy_location(call);
        results.push(new);
    }
    if returns {
        let insert = |all, (index, &result): (u32, &Val)| builder.insert(all, result, index);
        let all = (0..).zip(&results).fold(made.poison(), insert);
        match result_memory {
            Some((memory, _)) => builder.store_unaligned(all, memory),
            None if call.has_uses() => {
                let result = match declared == made {
                    true => all,
                    false => {
                        let slot = builder.entry_alloca(declared, module.context());
                        builder.store_unaligned(all, slot);
                        builder.load(declared, slot)
                    }
                };
                call.replace_uses(result);
            }
            None => {}
        }
    } else if call.has_uses() {
        call.replace_uses(call.ty().poison());
    }
    call.erase();
    Ok(())
}

/// Whether the results of all calls are what the request is declared to return, byte by byte.
fn fits_result(module: Mod, in_memory: bool, declared: Ty, made: Ty) -> bool {
    let (size, room) = (module.size_of(made), module.size_of(declared));
    match in_memory {
        true => size.zip(room).is_some_and(|(size, room)| size <= room),
        false => declared == made || is_composite(declared) && size == room,
    }
}

/// Lane `lane` of a buffer: its address if the parameter is one, else what is there.
fn in_buffer(module: Mod, builder: &InstBuilder, (base, stride): (Val, Val), lane: u32, ty: Ty) -> Val {
    let i64 = module.i64_type();
    let stride = builder.int_cast(stride, i64);
    let bytes = builder.multiply(stride, i64.int(u64::from(lane)));
    let place = builder.byte_offset(base, bytes, module.i8_type());
    match ty.is_ptr() {
        true => place,
        false => builder.load(ty, place),
    }
}

fn converted(module: Mod, builder: &InstBuilder, original: Val, value: Val, ty: Ty) -> Val {
    use super::replace::Conversion;
    match conversion(module, original, ty) {
        None | Some(Conversion::Same | Conversion::Slot) => value,
        Some(Conversion::Bitcast) => builder.bitcast(value, ty),
        Some(Conversion::AddrSpace) => builder.addrspace_cast(value, ty),
        Some(Conversion::Trunc) => builder.trunc(value, ty),
        Some(Conversion::FpTrunc) => builder.fptrunc(value, ty),
    }
}

/// Reads the width and the arguments.
fn read(target: Val, operands: &[Val]) -> Result<(u32, Vec<Lanes>), RequestError> {
    let marker = |operand: Val| markers::name_of(operand);
    let width_at = operands
        .iter()
        .position(|&operand| marker(operand).as_deref() == Some("enzyme_width"));
    let width = match width_at {
        Some(at) => width_of(operands.get(at + 1).copied())?,
        None => 1,
    };
    let params = target.function_type().params();
    let mut at = 0;
    let mut args = Vec::new();
    let too_few = |index| RequestError::TooFewArguments {
        kind: Kind::Batch,
        function: target.name(),
        needed: params.len(),
        missing: index,
    };
    while at < operands.len() {
        let name = marker(operands[at]);
        let known = name.as_deref().map(Marker::of_name);
        if known.is_some() {
            at += 1;
        }
        if known == Some(Some(Marker::Width)) {
            at += 1;
            continue;
        }
        if args.len() == params.len() {
            return Err(RequestError::TooManyArguments {
                kind: Kind::Batch,
                function: target.name(),
                needed: params.len(),
                extra: operands[at.min(operands.len() - 1)].print(),
            });
        }
        let mut take = |count: usize| {
            let taken = operands.get(at..at + count).ok_or_else(|| too_few(args.len()));
            at += count;
            taken
        };
        let lanes = match known {
            Some(Some(Marker::Scalar)) => Lanes::Same(take(1)?[0]),
            Some(Some(Marker::Buffer)) => {
                let taken = take(2)?;
                Lanes::Buffer {
                    base: taken[1],
                    stride: taken[0],
                }
            }
            None | Some(Some(Marker::Vector)) => Lanes::Each(take(width as usize)?.to_vec()),
            Some(Some(_)) => {
                return Err(RequestError::MisplacedMarker {
                    name: name.unwrap_or_default(),
                    kind: Kind::Batch,
                });
            }
            Some(None) => {
                return Err(RequestError::UnknownMarker {
                    name: name.unwrap_or_default(),
                });
            }
        };
        args.push(lanes);
    }
    if args.len() < params.len() {
        return Err(too_few(args.len()));
    }
    Ok((width, args))
}
