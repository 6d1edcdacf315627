//! Adjoints of values: variables of the reverse sweep.
//!
//! A value with float content has, in each direction, a variable of its own type: stack memory made at the start of the function, which
//! LLVM turns into registers. It is zero before the first use of the value is reversed, and [`Emit::take`] leaves it zero, so that each
//! execution of the definition in a loop starts anew. Floats within aggregates and vectors are added to one by one; what is no float
//! stays zero. Integers that type analysis calls floats are added to as floats of the same place.

use ir::{Access, BinOp, Builder, Flags, Type, TypeData, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use crate::ops::WORD;
use facts::{Held, Piece};

/// The sum of two adjoints. The sign of one that is zero means nothing; without it adding to zero is nothing. Where an adjoint is taken
/// from memory, zero stored, and the adjoint added again, as the reverse of `y[i] += x` does, LLVM leaves neither store.
pub(crate) fn sum(b: &mut Builder<'_>, x: Value, y: Value) -> Value {
    let flags = b.fast_math.union(Flags::NSZ);
    b.binary_with(BinOp::FAdd, x, y, flags)
}

/// A part of a value that is a float, or a vector of floats.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FloatPart {
    /// The members that lead to it.
    pub(crate) path: SmallVec<[u32; 4]>,
    /// Its first byte.
    pub(crate) offset: u64,
    /// Its type as a float.
    pub(crate) float: Type,
    /// Its type in the value: an integer if the float is in the shape of one.
    pub(crate) shape: Type,
}

impl Emit<'_> {
    /// The parts of a value that are floats. An integer that carries derivatives but may be anything is an error. A member of an aggregate
    /// may not matter, such as one that is not set yet: it is an error where an adjoint goes there or is taken from there.
    pub(crate) fn float_parts(&mut self, value: Value) -> Outcome<Vec<FloatPart>> {
        let mut parts = Vec::new();
        let ty = self.source_type(value);
        self.collect_parts(value, ty, (SmallVec::new(), 0), &mut parts)?;
        Ok(parts)
    }

    fn collect_parts(
        &mut self,
        value: Value,
        ty: Type,
        (path, offset): (SmallVec<[u32; 4]>, u64),
        parts: &mut Vec<FloatPart>,
    ) -> Outcome {
        let scalar = self.b.ctx.types.scalar(ty);
        match *self.b.ctx.types.get(scalar) {
            TypeData::Float(_) => parts.push(FloatPart {
                path,
                offset,
                float: ty,
                shape: ty,
            }),
            TypeData::Int(bits) if bits % 8 == 0 && bits >= 16 => {
                let found = match self.float_of_int(value, ty, offset) {
                    Err(ErrorKind::UndeducedType { .. }) if !path.is_empty() => None,
                    found => found?,
                };
                if let Some(float) = found {
                    parts.push(FloatPart {
                        path,
                        offset,
                        float,
                        shape: ty,
                    });
                }
            }
            TypeData::Array { .. } | TypeData::Struct { .. } => {
                for index in 0..self.b.ctx.types.member_count(ty) {
                    let types = &self.b.ctx.types;
                    let (Some(member), Some(at)) = (
                        types.member(ty, index),
                        self.b.ctx.layout.member_offset(types, ty, index),
                    ) else {
                        continue;
                    };
                    let mut path = path.clone();
                    path.push(index as u32);
                    self.collect_parts(value, member, (path, offset + at), parts)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An error if some bytes that the function knows are floats at one time and something else at another: whether what is moved as an
    /// integer or copied is one of these is not known.
    pub(crate) fn check_unmixed(&self) -> Outcome {
        let found = self.input.facts.mixtures(self.source());
        match crate::error::Error::contradiction(self.source(), &found) {
            Some(error) => Err(error.kind),
            None => Ok(()),
        }
    }

    /// The float type in the shape of an integer or vector of integers at byte `offset` of a value; `None` if it is none. What is an
    /// integer beside floats may be added up as a float with them: nothing reads it.
    fn float_of_int(&mut self, value: Value, ty: Type, offset: u64) -> Outcome<Option<Type>> {
        let bytes = self.b.ctx.store_size_of(ty).unwrap_or(0);
        let mut pieces = self.input.facts.pieces(self.b.ctx, self.source(), value);
        if let Some(known) = facts::without_padding(&pieces).filter(|_| bytes.is_multiple_of(WORD)) {
            pieces = known;
        }
        let within = |piece: &&Piece| piece.start < offset + bytes && piece.end > offset;
        let (mut kind, mut mixed, mut unknown) = (None, false, false);
        for piece in pieces.iter().filter(within) {
            match piece.held {
                Held::Float(found) => {
                    let size = facts::stride(found);
                    mixed |= kind.is_some_and(|kind| kind != found)
                        || !(piece.start - offset).is_multiple_of(size);
                    kind = Some(found);
                }
                Held::Pointer => mixed = true,
                Held::Integer => {}
                Held::Unknown => unknown = true,
            }
        }
        if unknown {
            self.guess_integer(value)?;
        }
        let Some(kind) = kind else {
            return Ok(None);
        };
        self.check_unmixed()?;
        if mixed || !bytes.is_multiple_of(facts::stride(kind)) {
            return Err(ErrorKind::BitArithmetic {
                name: "of several sorts".to_owned(),
                unknown: None,
            });
        }
        let float = self.b.ctx.types.float_of(kind);
        let count = bytes / facts::stride(kind);
        let lanes = match *self.b.ctx.types.get(ty) {
            TypeData::Vector { len, .. } => u64::from(len),
            _ => 1,
        };
        let shape = match count {
            _ if count == lanes => self.b.ctx.types.with_element(ty, float),
            1 => float,
            _ => self.b.ctx.types.vector(float, count as u32),
        };
        Ok(Some(shape))
    }

    /// Whether a value is active and has float content, so that it has an adjoint.
    pub(crate) fn has_adjoint(&mut self, value: Value) -> bool {
        if !self.active(value) || self.source().as_const(value).is_some() {
            return false;
        }
        if self.in_place.values.contains(value) {
            return false;
        }
        let ty = self.source_type(value);
        if self.b.ctx.types.is_ptr(ty) {
            return false;
        }
        match self.b.ctx.types.float_kind(ty) {
            Some(_) => true,
            // What cannot be told is an error where the adjoint is asked for.
            None => self.float_parts(value).map_or(true, |parts| !parts.is_empty()),
        }
    }

    /// The variables of a value's adjoint, in each direction.
    fn adjoint_slots(&mut self, value: Value) -> Lanes {
        if let Some(slots) = &self.adjoints[value] {
            return slots.clone();
        }
        let ty = self.source_type(value);
        let slots: Lanes = self.each(|emit, _| emit.variable(ty));
        let here = self.b.block();
        self.b.go_to(self.variables);
        let zero = self.b.zero(ty);
        for &slot in &slots {
            self.b.store(zero, slot, Access::default());
        }
        self.b.go_to(here);
        self.adjoints[value] = Some(slots.clone());
        slots
    }

    /// The adjoint of a value as it is now; `None` if it has none.
    pub(crate) fn adjoint(&mut self, value: Value) -> Outcome<Option<Lanes>> {
        if !self.has_adjoint(value) {
            return Ok(None);
        }
        self.float_parts(value)?;
        let (slots, ty) = (self.adjoint_slots(value), self.source_type(value));
        let lanes = slots
            .iter()
            .map(|&slot| self.b.load(ty, slot, Access::default()))
            .collect();
        Ok(Some(lanes))
    }

    /// The adjoint of a value, which is zero afterwards: for the reverse of its definition. `None` if it has none.
    pub(crate) fn take(&mut self, value: Value) -> Outcome<Option<Lanes>> {
        let lanes = self.adjoint(value)?;
        if lanes.is_some() {
            let zero = self.b.zero(self.source_type(value));
            for slot in self.adjoint_slots(value) {
                self.b.store(zero, slot, Access::default());
            }
        }
        Ok(lanes)
    }

    /// Adds to the adjoint of a value, in each direction a value of its type. Nothing happens to values without adjoint.
    pub(crate) fn add(&mut self, value: Value, lanes: &[Value]) -> Outcome {
        if !self.has_adjoint(value) {
            return Ok(());
        }
        let parts = self.float_parts(value)?;
        for part in &parts {
            let members: Lanes = (lanes.iter())
                .map(|&lane| match part.path.is_empty() {
                    true => lane,
                    false => self.b.extract_value(lane, &part.path),
                })
                .collect();
            self.add_to_part(value, part, &members);
        }
        Ok(())
    }

    /// Adds to the floats of one member of a value's adjoint, in each direction a value of the member's type.
    pub(crate) fn add_member(&mut self, value: Value, path: &[u32], lanes: &[Value]) -> Outcome {
        if !self.has_adjoint(value) {
            return Ok(());
        }
        self.check_member(value, path)?;
        let parts = self.float_parts(value)?;
        for part in parts.iter().filter(|part| part.path.starts_with(path)) {
            let rest = &part.path[path.len()..];
            let members: Lanes = (lanes.iter())
                .map(|&lane| match rest.is_empty() {
                    true => lane,
                    false => self.b.extract_value(lane, rest),
                })
                .collect();
            self.add_to_part(value, part, &members);
        }
        Ok(())
    }

    /// An error if a member of a value, which has or gets an adjoint, is not known to have floats.
    pub(crate) fn check_member(&mut self, value: Value, path: &[u32]) -> Outcome {
        let parts = self.float_parts(value)?;
        match parts.iter().any(|part| part.path.starts_with(path)) {
            true => Ok(()),
            false => self.guess_integer(value),
        }
    }

    fn add_to_part(&mut self, value: Value, part: &FloatPart, lanes: &[Value]) {
        let slots = self.adjoint_slots(value);
        for (&slot, &lane) in slots.iter().zip(lanes) {
            let place = match part.offset {
                0 => slot,
                offset => {
                    let offset = self.b.i64(offset as i64);
                    self.b.byte_offset(slot, offset)
                }
            };
            let more = self.as_float(lane, part.float);
            let old = self.b.load(part.float, place, Access::default());
            let sum = sum(&mut self.b, old, more);
            self.b.store(sum, place, Access::default());
        }
    }

    /// The same bits as a float type.
    pub(crate) fn as_float(&mut self, value: Value, float: Type) -> Value {
        match self.b.ty(value) == float {
            true => value,
            false => self.b.cast(ir::CastOp::Bitcast, value, float),
        }
    }
}
