//! Loads, stores and addresses.
//!
//! The adjoint of memory is shadow memory. A load reads memory once more, so its adjoint is added to the shadow; a store ends what was
//! there, so the shadow goes to the adjoint of the value and becomes zero. Addresses in memory are mirrored in the forward sweep: the
//! shadow holds the shadow of the address. Integers are kept equal, so that lengths and tags in shadow structures stay valid.

use facts::{Held, Piece};
use ir::{Access, Context, Inst, InstData, NewInst, Op, Ordering, RmwOp, Type, TypeData, Value};
use smallvec::SmallVec;

use crate::adjoint;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;

/// The bytes of a word: no double and no address is in two of them.
pub(crate) const WORD: u64 = 8;

/// A member of what is loaded or stored: a scalar or vector, with its place.
#[derive(Clone, Debug)]
struct Member {
    path: SmallVec<[u32; 4]>,
    offset: u64,
    ty: Type,
}

impl Emit<'_> {
    /// Copies a load that has no shadow.
    pub(super) fn forward_load(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        match self.input.facts.copies_bytes(
            (self.b.ctx, self.input.bodies),
            self.input.rules,
            self.source(),
            inst,
        ) {
            true => Err(ErrorKind::UndeducedType {
                what: "the bytes that are copied one by one".to_owned(),
                unknown: None,
            }),
            false => Ok(()),
        }
    }

    pub(super) fn shadow_of_load(&mut self, inst: Inst) -> Outcome<Lanes> {
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(data.ty) {
            return Err(ErrorKind::ScalableVector);
        }
        let addresses = self.shadow(data.operands[0])?;
        Ok(addresses
            .iter()
            .map(|&address| self.repeat_value(inst, &[address]))
            .collect())
    }

    pub(super) fn shadow_of_gep(&mut self, inst: Inst) -> Outcome<Lanes> {
        let operands = &self.data(inst).operands;
        let bases = self.shadow(operands[0])?;
        let indices = self.value_list(&operands[1..])?;
        Ok(bases
            .iter()
            .map(|&base| {
                let mut operands: SmallVec<[Value; 3]> = SmallVec::from_slice(&[base]);
                operands.extend_from_slice(&indices);
                self.repeat_value(inst, &operands)
            })
            .collect())
    }

    /// The shadow of an address that is written, in the sweep that is being made; `None` if the memory carries no derivative. What is
    /// written to such memory must not be active, unless nothing that matters reads it back.
    pub(super) fn address_shadow(
        &mut self,
        inst: Inst,
        address: Value,
        written: &[Value],
    ) -> Outcome<Option<Lanes>> {
        if self.active(address) {
            return self.shadow(address).map(Some);
        }
        let loses = written.iter().any(|&value| self.active(value));
        if loses && self.input.facts.loses_tangent(inst) {
            return Err(ErrorKind::StoreToInactive);
        }
        Ok(None)
    }

    /// What the bytes of a value in memory are, by what is known of the value or else of the memory.
    fn stored_pieces(&mut self, value: Value, address: Value) -> Outcome<Vec<Piece>> {
        let facts = self.input.facts;
        let pieces = facts.pieces(self.b.ctx, self.source(), value);
        if pieces.iter().all(|piece| piece.held != Held::Unknown) {
            return Ok(pieces);
        }
        let end = pieces.last().map_or(0, |piece| piece.end);
        let memory = facts.memory_pieces(self.b.ctx, address, end);
        let known = facts::overlay(&pieces, &memory);
        let known = match facts::without_padding(&known) {
            Some(whole) if end.is_multiple_of(WORD) => whole,
            _ => known,
        };
        let unknown = known.iter().any(|piece| piece.held == Held::Unknown);
        if unknown && self.active(value) {
            self.guess_integer(value)?;
            let mut known = known;
            for piece in known.iter_mut().filter(|piece| piece.held == Held::Unknown) {
                piece.held = Held::Integer;
            }
            return Ok(known);
        }
        Ok(known)
    }

    /// Copies a store, and mirrors what is no float in shadow memory.
    pub(super) fn forward_store(&mut self, inst: Inst) -> Outcome {
        self.copy(inst);
        let operands = &self.data(inst).operands;
        match self.in_place.stores.contains(inst) {
            true => Ok(()),
            false => self.mirror_store(inst, operands[0], operands[1]),
        }
    }

    /// Mirrors what is no float of a value that an instruction stores.
    pub(super) fn mirror_store(&mut self, inst: Inst, value: Value, address: Value) -> Outcome {
        let data = self.data(inst);
        if self.b.ctx.types.is_scalable(self.source_type(value)) && self.active(address) {
            return Err(ErrorKind::ScalableVector);
        }
        let Some(addresses) = self.address_shadow(inst, address, &[value])? else {
            return Ok(());
        };
        let pieces = self.stored_pieces(value, address)?;
        if pieces.iter().all(is_summed) {
            return Ok(());
        }
        self.refuse_atomic(inst)?;
        let hint = self.input.facts.memory_sort(address, Some(0));
        let values = self.shadow_as(value, hint)?;
        let values = self.mirrored((value, address), &addresses, values)?;
        if !pieces.iter().any(is_summed) {
            for (&value, &address) in values.iter().zip(&addresses) {
                match data.op {
                    Op::Store(_) => self.repeat(inst, &[value, address]),
                    _ => self.b.store(value, address, part_access(data, 0)),
                };
            }
            return Ok(());
        }
        for member in self.members(self.source_type(value)) {
            if !self.sums(&member, &pieces) {
                for (&value, &address) in values.iter().zip(&addresses) {
                    let part = self.member_of(value, &member);
                    let place = self.member_place(address, &member);
                    self.b.store(part, place, part_access(data, member.offset));
                }
            }
        }
        Ok(())
    }

    /// What was stored gets the adjoint of the memory, which becomes zero.
    pub(super) fn reverse_store(&mut self, inst: Inst) -> Outcome {
        let operands = &self.data(inst).operands;
        match self.in_place.stores.contains(inst) {
            true => Ok(()),
            false => self.reverse_stored(inst, operands[0], operands[1]),
        }
    }

    /// The reverse of storing a value, by whatever instruction.
    pub(super) fn reverse_stored(&mut self, inst: Inst, value: Value, address: Value) -> Outcome {
        let data = self.data(inst);
        if !self.active(address) || !self.input.facts.inst(inst) {
            return Ok(());
        }
        let pieces = self.stored_pieces(value, address)?;
        if !pieces.iter().any(is_summed) {
            return Ok(());
        }
        let ty = self.source_type(value);
        let addresses = self.adjoint_places(address, ty)?;
        let wanted = self.has_adjoint(value);
        let whole = pieces.iter().all(is_summed);
        let mut members = self.members(ty);
        members.retain(|member| self.sums(member, &pieces));
        let lanes = self.each(|emit, lane| {
            let at = addresses[lane];
            let mut adjoint = match wanted && !is_atomic(data) {
                true => emit.load_adjoint(data, at, ty),
                false => emit.b.zero(ty),
            };
            let zero = emit.b.zero(ty);
            if is_atomic(data) {
                adjoint = emit.exchange_adjoint(data, at, zero);
            } else if whole {
                emit.store_adjoint(data, at, zero);
            } else {
                for member in &members {
                    let place = emit.member_place(at, member);
                    let zero = emit.b.zero(member.ty);
                    emit.b.store(zero, place, part_access(data, member.offset));
                }
            }
            adjoint
        });
        match wanted {
            true => {
                let lanes = self.taken(address, lanes)?;
                self.add(value, &lanes)
            }
            false => Ok(()),
        }
    }

    /// The adjoint of what was loaded is added to that of the memory.
    pub(super) fn reverse_load(&mut self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        let Some(result) = data.result else { return Ok(()) };
        let Some(adjoint) = self.take(result)? else {
            return Ok(());
        };
        let addresses = self.adjoint_places(data.operands[0], data.ty)?;
        let parts = self.float_parts(result)?;
        for (&lane, &address) in adjoint.iter().zip(&addresses) {
            for part in &parts {
                let member = Member {
                    path: part.path.clone(),
                    offset: part.offset,
                    ty: part.shape,
                };
                let more = self.member_of(lane, &member);
                let more = self.as_float(more, part.float);
                let place = self.member_place(address, &member);
                self.accumulate(place, more, part_access(data, part.offset), is_atomic(data));
            }
        }
        Ok(())
    }

    /// Adds floats to memory.
    pub(super) fn accumulate(&mut self, place: Value, more: Value, access: Access, atomic: bool) {
        let ty = self.b.ty(more);
        if atomic {
            let access = Access {
                ordering: Ordering::Monotonic,
                ..access
            };
            let op = Op::AtomicRmw(RmwOp::FAdd, access);
            self.b.push(NewInst::new(op, ty, &[place, more]));
            return;
        }
        let old = self.b.load(ty, place, access);
        let sum = adjoint::sum(&mut self.b, old, more);
        self.b.store(sum, place, access);
    }

    /// The adjoint of memory that an instruction accesses as a `ty`.
    fn load_adjoint(&mut self, data: &InstData, address: Value, ty: Type) -> Value {
        let mut new = NewInst::new(Op::Load(part_access(data, 0)), ty, &[address]);
        new.meta = self.adjoint_meta(data);
        let load = self.b.push(new);
        self.b.result(load)
    }

    fn store_adjoint(&mut self, data: &InstData, address: Value, value: Value) {
        let void = self.b.ctx.types.void();
        let mut new = NewInst::new(Op::Store(part_access(data, 0)), void, &[value, address]);
        new.meta = self.adjoint_meta(data);
        self.b.push(new);
    }

    /// The adjoint of memory that is accessed atomically, replaced by another one.
    pub(super) fn exchange_adjoint(&mut self, data: &InstData, address: Value, value: Value) -> Value {
        let access = Access {
            ordering: Ordering::Monotonic,
            ..part_access(data, 0)
        };
        let ty = self.b.ty(value);
        let new = NewInst::new(Op::AtomicRmw(RmwOp::Xchg, access), ty, &[address, value]);
        let exchange = self.b.push(new);
        self.b.result(exchange)
    }

    /// The metadata of an access that also holds for the reverse sweep. Which other accesses it is disjoint from does not: addresses
    /// that a program only reads through may be the same although they are declared not to alias, and the reverse sweep writes there.
    fn adjoint_meta(&mut self, data: &InstData) -> ir::Meta {
        let meta = self.shadow_meta(data);
        let mut meta = self.b.ctx.meta(meta).clone();
        meta.alias_scopes.clear();
        meta.noalias.clear();
        self.b.ctx.add_meta(meta)
    }

    /// The scalars and vectors that a type is made of.
    fn members(&self, ty: Type) -> Vec<Member> {
        let mut members = Vec::new();
        let whole = Member {
            path: SmallVec::new(),
            offset: 0,
            ty,
        };
        collect_members(self.b.ctx, whole, &mut members);
        members
    }

    /// Whether the adjoint of a member is summed up: it has floats, or is of no known type.
    fn sums(&self, member: &Member, pieces: &[Piece]) -> bool {
        let end = member.offset + self.b.ctx.store_size_of(member.ty).unwrap_or(0);
        pieces
            .iter()
            .any(|piece| piece.start < end && piece.end > member.offset && is_summed(piece))
    }

    fn member_of(&mut self, value: Value, member: &Member) -> Value {
        match member.path.is_empty() {
            true => value,
            false => self.b.extract_value(value, &member.path),
        }
    }

    fn member_place(&mut self, address: Value, member: &Member) -> Value {
        self.offset_by(address, member.offset)
    }
}

/// Whether the adjoint of bytes is summed up and cleared in the reverse sweep. So it is for bytes of no known type that something without
/// derivative is written to: nothing that is differentiated takes them for an address, and if they are floats the adjoint ends there.
fn is_summed(piece: &Piece) -> bool {
    matches!(piece.held, Held::Float(_) | Held::Unknown)
}

fn is_atomic(data: &InstData) -> bool {
    data.address()
        .is_some_and(|(_, access)| access.ordering != Ordering::NotAtomic)
}

/// The access to bytes from `offset` on of what an instruction accesses: as well aligned as is known.
pub(super) fn part_access(data: &InstData, offset: u64) -> Access {
    let align = data.address().map_or(1, |(_, access)| access.align);
    let align = match offset {
        0 => align,
        // Without alignment, the natural one holds for the whole only.
        _ if align == 0 => 1,
        _ => align.min(1 << offset.trailing_zeros().min(31)),
    };
    Access {
        align,
        ..Access::default()
    }
}

fn collect_members(ctx: &Context, member: Member, members: &mut Vec<Member>) {
    let ty = member.ty;
    if !matches!(
        ctx.types.get(ty),
        TypeData::Array { .. } | TypeData::Struct { .. }
    ) {
        members.push(member);
        return;
    }
    for index in 0..ctx.types.member_count(ty) {
        let inner = ctx.types.member(ty, index);
        let at = ctx.layout.member_offset(&ctx.types, ty, index);
        if let (Some(inner), Some(at)) = (inner, at) {
            let mut path = member.path.clone();
            path.push(index as u32);
            let offset = member.offset + at;
            collect_members(
                ctx,
                Member {
                    path,
                    offset,
                    ty: inner,
                },
                members,
            );
        }
    }
}
