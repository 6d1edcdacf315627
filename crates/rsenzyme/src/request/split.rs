//! Split mode at the place of a request: who has the tape, and how it gets from one call to the other.
//!
//! Without `enzyme_allocated` the tape is a pointer: the first field of what `__enzyme_augmentfwd` returns. With it the tape is a structure of
//! [`reverse::TAPE_BYTES`] bytes, or of none if nothing is stored; it is passed by value, in memory, or at the address that `enzyme_tape`
//! gives.

use super::parse::{Call, Seed};
use super::replace::{Derivative, Emitter, Operands, is_composite, plain_conversion};
use super::target::number_of;
use super::{Kind, RequestError};
use crate::raw::{Mod, Ty, Val};

/// The structure that a caller provides memory for.
fn tape_type(module: Mod) -> Ty {
    module.ptr_type().array(reverse::TAPE_BYTES / 8)
}

/// Puts the size of the tape in the place of a request for it.
pub(super) fn replace_size(module: Mod, call: &Call, has_tape: bool) -> Result<(), RequestError> {
    let old = call.request.call;
    if old.ty().int_bits().is_none() {
        return Err(RequestError::BadResult {
            kind: call.request.kind,
            made: module.i64_type().to_string(),
            declared: old.ty().to_string(),
        });
    }
    let bytes = if has_tape { reverse::TAPE_BYTES } else { 0 };
    replace_by(old, old.ty().int(bytes))
}

/// Puts the shadow of a constant in the place of a request for it: what `getter` returns.
pub(super) fn replace_virtual(call: &Call, getter: Val) -> Result<(), RequestError> {
    let last = getter.instructions().last();
    let shadow = last.and_then(|last| last.operands().first().copied());
    let shadow = shadow.ok_or_else(|| RequestError::BadVirtual {
        found: call.target.print(),
    })?;
    let replaced = replace_by(call.request.call, shadow);
    if !getter.has_uses() {
        getter.delete_global();
    }
    replaced
}

/// Puts a value in the place of a call. An invoke stays, as nothing else ends its block.
fn replace_by(old: Val, value: Val) -> Result<(), RequestError> {
    if old.is_invoke() {
        return Err(RequestError::Unsupported {
            feature: "a request for a constant that may throw (an invoke)".into(),
        });
    }
    if old.has_uses() {
        old.replace_uses(value);
    }
    old.erase();
    Ok(())
}

/// Checks seed, tape and sizes; the type that is to be returned, if anything is.
pub(super) fn check(module: Mod, call: &Call, made: Derivative) -> Result<Option<Ty>, RequestError> {
    check_size(call, made.has_tape)?;
    if let Some(seed) = &call.given_seed {
        check_seed(module, call, seed)?;
    }
    check_tape(module, call, made.has_tape)?;
    if call.request.kind == Kind::ForwardSplit {
        let returned = made.function.function_type().return_type();
        return Ok((!returned.is_void()).then_some(returned));
    }
    let fields = fields(module, call, made);
    Ok(match fields.as_slice() {
        [] => None,
        &[only] if call.request.kind == Kind::Augment => Some(only),
        _ => Some(module.structure(&fields)),
    })
}

/// Enough memory was allocated.
fn check_size(call: &Call, has_tape: bool) -> Result<(), RequestError> {
    let Some(allocated) = call.tape.allocated else {
        return Ok(());
    };
    let found = number_of(allocated).ok_or_else(|| RequestError::BadAllocated {
        found: allocated.print(),
    })?;
    let needed = if has_tape { reverse::TAPE_BYTES } else { 0 };
    if u64::try_from(found).is_ok_and(|found| found >= needed) {
        return Ok(());
    }
    Err(RequestError::TapeSize {
        function: call.target.name(),
        needed,
        found,
    })
}

/// The type of the derivative of the result, in all directions.
fn seed_type(call: &Call) -> Ty {
    let ty = call.target.function_type().return_type();
    match call.width {
        1 => ty,
        width => ty.array(u64::from(width)),
    }
}

fn check_seed(module: Mod, call: &Call, seed: &Seed) -> Result<(), RequestError> {
    let expected = match seed.apart {
        true => call.target.function_type().return_type(),
        false => seed_type(call),
    };
    let room = call.request.call.call_type_attribute("byval", seed.at);
    for &operand in &seed.operands {
        let fits = match room {
            Some(room) => module.size_of(room) == module.size_of(expected),
            None => {
                plain_conversion(module, operand, expected).is_some()
                    || is_reshaped(module, operand.ty(), expected)
            }
        };
        if !fits {
            return Err(RequestError::BadSeedType {
                function: call.target.name(),
                found: operand.print(),
                found_ty: room.unwrap_or(operand.ty()).to_string(),
                expected: expected.to_string(),
            });
        }
    }
    Ok(())
}

/// Whether the bytes of one composite are those of another.
fn is_reshaped(module: Mod, from: Ty, to: Ty) -> bool {
    (is_composite(from) || is_composite(to)) && module.size_of(from) == module.size_of(to)
}

fn check_tape(module: Mod, call: &Call, has_tape: bool) -> Result<(), RequestError> {
    if let Some(memory) = call.tape.memory
        && !memory.ty().is_ptr()
    {
        return Err(bad_tape(call, memory));
    }
    if call.request.kind == Kind::Augment || call.tape.memory.is_some() {
        return Ok(());
    }
    let Some(at) = call.tape.operand else {
        return match has_tape {
            true => Err(RequestError::MissingTape {
                kind: call.request.kind,
                function: call.target.name(),
            }),
            false => Ok(()),
        };
    };
    let operand = call.request.call.args()[at];
    let fits = match call.tape.allocated {
        None => operand.ty().is_ptr(),
        Some(_) if !has_tape => true,
        Some(_) => {
            let by_value = call.request.call.call_type_attribute("byval", at);
            let size = module.size_of(by_value.unwrap_or(operand.ty()));
            size.is_some_and(|size| size >= reverse::TAPE_BYTES)
        }
    };
    if fits {
        Ok(())
    } else {
        Err(bad_tape(call, operand))
    }
}

fn bad_tape(call: &Call, operand: Val) -> RequestError {
    RequestError::BadTape {
        function: call.target.name(),
        found: operand.print(),
        found_ty: operand.ty().to_string(),
        bytes: reverse::TAPE_BYTES,
    }
}

/// What is returned.
fn fields(module: Mod, call: &Call, made: Derivative) -> Vec<Ty> {
    let mut returned = made.function.function_type().return_type().fields();
    if call.request.kind != Kind::Augment {
        return returned;
    }
    let mut fields = Vec::new();
    if call.tape.allocated.is_none() {
        returned.remove(0);
    }
    if call.tape.memory.is_none() {
        match call.tape.allocated {
            None => fields.push(module.ptr_type()),
            Some(_) if made.has_tape => fields.push(tape_type(module)),
            Some(_) => {}
        }
    }
    if !call.no_return {
        fields.extend(returned);
    }
    fields
}

impl Emitter<'_> {
    /// Emits the rest of a request in split mode: `args` are the primals and shadows.
    pub(super) fn split(&self, operands: &Operands<'_>, mut args: Vec<Val>) -> (Option<Val>, Val) {
        if let Some(seed) = &self.call.given_seed {
            args.push(self.given_seed(operands, seed));
        }
        match self.call.request.kind {
            Kind::Reverse | Kind::ForwardSplit => {
                args.push(self.given_tape(operands));
                let new = self.builder.call_address(self.derivative, self.callee, &args);
                let has_result = !self.derivative.function_type().return_type().is_void();
                (
                    has_result
                        .then(|| self.result(operands, self.result_memory(operands), new))
                        .flatten(),
                    new,
                )
            }
            _ => self.augment(operands, args),
        }
    }

    fn augment(&self, operands: &Operands<'_>, mut args: Vec<Val>) -> (Option<Val>, Val) {
        let tape = &self.call.tape;
        let memory = tape.memory.map(|memory| operands.get(memory));
        let mut made = Vec::new();
        let new;
        let mut first = 0;
        match tape.allocated {
            None => {
                new = self.builder.call_address(self.derivative, self.callee, &args);
                let pointer = self.builder.extract(new, 0);
                match memory {
                    Some(memory) => self.builder.store_unaligned(pointer, memory),
                    None => made.push(pointer),
                }
                first = 1;
            }
            Some(_) => {
                let ty = tape_type(self.module);
                let place = match (self.has_tape, memory) {
                    (false, _) => self.module.ptr_type().null(),
                    (true, Some(memory)) => memory,
                    (true, None) => self.builder.entry_alloca(ty, self.module.context()),
                };
                args.push(place);
                new = self.builder.call_address(self.derivative, self.callee, &args);
                if self.has_tape && memory.is_none() {
                    made.push(self.builder.load(ty, place));
                }
            }
        }
        let count = new.ty().fields().len() as u32;
        if !self.call.no_return {
            made.extend((first..count).map(|index| self.builder.extract(new, index)));
        }
        let result = match made.as_slice() {
            [] => None,
            &[only] => Some(only),
            _ => {
                let types: Vec<_> = made.iter().map(|field| field.ty()).collect();
                let start = self.module.structure(&types).poison();
                let fields = (0..).zip(&made);
                let insert = |all, (index, &field): (u32, &Val)| self.builder.insert(all, field, index);
                Some(fields.fold(start, insert))
            }
        };
        (
            result.and_then(|result| self.result(operands, self.result_memory(operands), result)),
            new,
        )
    }

    /// The derivative of the result, as the reverse function takes it.
    fn given_seed(&self, operands: &Operands<'_>, seed: &Seed) -> Val {
        let ty = self.call.target.function_type().return_type();
        if seed.apart {
            let lanes = seed.operands.iter();
            let lanes = lanes.map(|&operand| self.convert(operand, operands.get(operand), ty));
            return self.pack(lanes.collect());
        }
        let ty = seed_type(self.call);
        let original = seed.operands[0];
        let operand = operands.get(original);
        let old = self.call.request.call;
        if old.call_type_attribute("byval", seed.at).is_some() {
            return self.builder.load(ty, operand);
        }
        match plain_conversion(self.module, original, ty) {
            Some(_) => self.convert(original, operand, ty),
            None => self.reshape(operand, ty),
        }
    }

    /// The same bytes as another type.
    fn reshape(&self, value: Val, ty: Ty) -> Val {
        let slot = self.builder.entry_alloca(ty, self.module.context());
        self.builder.store_unaligned(value, slot);
        self.builder.load(ty, slot)
    }

    /// The address of the tape.
    fn given_tape(&self, operands: &Operands<'_>) -> Val {
        let (tape, ptr) = (&self.call.tape, self.module.ptr_type());
        let memory = tape.memory.map(|memory| operands.get(memory));
        let operand = tape.operand.map(|at| (at, self.call.request.call.args()[at]));
        match (tape.allocated, memory, operand) {
            _ if !self.has_tape => ptr.null(),
            (None, Some(memory), _) => self.builder.load(ptr, memory),
            (Some(_), Some(memory), _) => memory,
            (None, None, Some((_, operand))) => operands.get(operand),
            (Some(_), None, Some((at, operand))) => {
                let value = operands.get(operand);
                if self.call.request.call.call_type_attribute("byval", at).is_some() {
                    return value;
                }
                let slot = self.builder.entry_alloca(value.ty(), self.module.context());
                self.builder.store_unaligned(value, slot);
                slot
            }
            (_, None, None) => ptr.null(),
        }
    }
}
