//! Explicit shadows of values that have none.
//!
//! Where an inactive value meets active memory or an active phi, its zero shadow must be written down. What that is depends on
//! what the bytes are: a float's is zero; what is known to be an integer is kept, so that lengths, tags and indices in shadow structures
//! stay valid; a pointer's is the address of a shadow. A pointer without one is an error rather than its own shadow, because reading
//! derivatives through it would read primal values.

use ir::{ConstData, Type, TypeData, Value};

use crate::emit::{Emit, Lanes, Outcome, Sweep};
use crate::error::ErrorKind;
use crate::tables::Tables;
use ::shadow::{Direction, Kept, Making};
use facts::Sort;

impl Emit<'_> {
    /// The shadow of a primal value in the sweep that is being made, explicit.
    pub(crate) fn shadow(&mut self, value: Value) -> Outcome<Lanes> {
        self.shadow_as(value, Sort::Unknown)
    }

    /// The shadow of a primal value, explicit; `hint` says what it is, if it is a scalar whose sort is not known by itself.
    pub(crate) fn shadow_as(&mut self, value: Value, hint: Sort) -> Outcome<Lanes> {
        if let Some(lanes) = self.known_shadow(value)
            && self.sweep == Sweep::Forward
        {
            return Ok(lanes.clone());
        }
        if self.sweep == Sweep::Reverse && self.active(value) && self.source().as_const(value).is_none() {
            return self.need_shadow(value);
        }
        self.inactive_shadow(value, hint)
    }

    /// The explicit shadow of a value that has none of its own: a constant, or an inactive value.
    pub(crate) fn inactive_shadow(&mut self, value: Value, hint: Sort) -> Outcome<Lanes> {
        let ty = self.source_type(value);
        if self.b.ctx.types.is_scalable(ty) {
            return Err(ErrorKind::ScalableVector);
        }
        if let Some(constant) = self.source().as_const(value)
            && !matches!(
                self.b.ctx.consts.get(constant),
                ConstData::Int { .. } | ConstData::Data { .. }
            )
        {
            // Integers in constant aggregates become zero, as in initializers.
            let (order, width) = (self.input.request.order, self.width());
            self.note_addresses(value);
            return self.try_each(|emit, lane| {
                let kept = Kept::Adjoints;
                let at = Direction {
                    kept,
                    order,
                    lane,
                    width,
                };
                let mut making = Making {
                    rules: emit.input.rules,
                    functions: Tables {
                        rules: emit.input.rules,
                        bodies: emit.input.bodies,
                        requests: emit.shared.requests,
                    },
                    in_initializer: false,
                };
                let shadow = emit
                    .shared
                    .globals
                    .constant(emit.b.ctx, &mut making, constant, at)?;
                Ok(emit.b.constant(shadow))
            });
        }
        let copy = self.value(value)?;
        let shadow = self.inactive(value, copy, ty, 0, hint)?;
        Ok(self.splat(shadow))
    }

    /// Tells which bytes of the variable that a constant address leads into are addresses.
    fn note_addresses(&mut self, address: Value) {
        let (facts, source) = (self.input.facts, self.source());
        if let Some((global, found)) = facts.variable_addresses(self.b.ctx, source, address) {
            self.shared.globals.note_addresses(global, found.into_iter());
        }
    }

    /// The explicit shadow of the part at byte `offset` of an inactive value; `part` is its copy.
    fn inactive(&mut self, value: Value, part: Value, ty: Type, offset: u64, hint: Sort) -> Outcome<Value> {
        match self.b.ctx.types.get(ty).clone() {
            TypeData::Float(_) => Ok(self.b.zero(ty)),
            TypeData::Int(bits) => self.inactive_int(value, part, ty, (bits, offset), hint),
            TypeData::Ptr(_) => self.inactive_ptr(value, part),
            TypeData::Vector { element, .. } => match *self.b.ctx.types.get(element) {
                TypeData::Int(bits) => self.inactive_int(value, part, ty, (bits, offset), hint),
                TypeData::Ptr(_) => self.inactive_ptr(value, part),
                _ => Ok(self.b.zero(ty)),
            },
            TypeData::Struct { .. } | TypeData::Array { .. } => {
                self.inactive_members(value, part, ty, offset)
            }
            _ => Ok(part),
        }
    }

    fn inactive_members(&mut self, value: Value, part: Value, ty: Type, offset: u64) -> Outcome<Value> {
        if only_floats(&self.b.ctx.types, ty) {
            return Ok(self.b.zero(ty));
        }
        let mut shadow = self.b.poison(ty);
        for index in 0..self.b.ctx.types.member_count(ty) {
            let types = &self.b.ctx.types;
            let (Some(member), Some(at)) = (
                types.member(ty, index),
                self.b.ctx.layout.member_offset(types, ty, index),
            ) else {
                continue;
            };
            let path = [index as u32];
            let copy = self.b.extract_value(part, &path);
            let part = self.inactive(value, copy, member, offset + at, Sort::Unknown)?;
            shadow = self.b.insert_value(shadow, part, &path);
        }
        Ok(shadow)
    }

    /// Derivative code reads integers from primals, never from shadows: zero is right whatever an unknown one is. So it is for bytes,
    /// which may be those of a float that is copied bytewise.
    fn inactive_int(
        &mut self,
        value: Value,
        part: Value,
        ty: Type,
        (bits, offset): (u32, u64),
        hint: Sort,
    ) -> Outcome<Value> {
        let zero = self.b.zero(ty);
        if part == zero {
            return Ok(part);
        }
        let lanes = match self.b.ctx.types.get(ty) {
            TypeData::Vector { len, .. } => u64::from(*len),
            _ => 1,
        };
        let mut known = None;
        for lane in 0..lanes {
            let sort = match self.input.facts.sort(value, offset + lane * u64::from(bits / 8)) {
                Sort::Unknown => hint,
                sort => sort,
            };
            if *known.get_or_insert(sort) != sort {
                known = Some(Sort::Unknown);
            }
        }
        match known {
            _ if bits == 1 => Ok(part),
            Some(Sort::Integer) => Ok(part),
            Some(Sort::Pointer) => self.inactive_ptr(value, part),
            // As an address it would be its own shadow.
            Some(Sort::Unknown) if bits >= 32 && self.runtime_activity() => Err(ErrorKind::UndeducedType {
                unknown: self.undeduced_bytes(value),
                what: format!(
                    "{}, where activity is known only at run time",
                    self.source().value_name(value)
                ),
            }),
            _ => Ok(zero),
        }
    }

    /// An inactive pointer stands for itself where no active pointer leads to the same memory: then whatever is read through it is
    /// inactive, and the shadow is carried along but never followed.
    fn inactive_ptr(&mut self, value: Value, part: Value) -> Outcome<Value> {
        let is_mixed = self.input.facts.is_mixed(self.b.ctx, self.source(), value);
        if is_mixed && !self.runtime_activity() {
            return Err(ErrorKind::MixedActivity {
                what: format!("the inactive pointer {}", self.source().value_name(value)),
            });
        }
        Ok(part)
    }
}

fn only_floats(types: &ir::Types, ty: Type) -> bool {
    match types.get(ty) {
        TypeData::Float(_) => true,
        TypeData::Array { element, .. } | TypeData::Vector { element, .. } => only_floats(types, *element),
        TypeData::Struct { fields, .. } => fields.iter().all(|&field| only_floats(types, field)),
        _ => false,
    }
}
