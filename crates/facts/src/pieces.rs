//! What values and memory are made of: runs of floats of one format, of addresses, of integers.
//!
//! Activity says *that* something carries derivatives; what adjoints are made of is said here, byte by byte: a float's adjoint is
//! accumulated, an address has a shadow, an integer has neither.

use ir::{BinOp, CastOp, Context, FloatKind, Function, Op, Type, TypeData, Value};
use typeanalysis::base::BaseType;

use crate::bits::int_constant;
use crate::elements::array_of;
use crate::types::Types;

/// How far definitions are followed.
const DEPTH: u32 = 8;

/// What a run of bytes holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Held {
    /// Floats of this format, one after the other.
    Float(FloatKind),
    /// Addresses.
    Pointer,
    /// Neither floats nor addresses.
    Integer,
    /// Not known, or a part of a float.
    Unknown,
}

/// A run of bytes that hold the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Piece {
    /// Where it starts.
    pub start: u64,
    /// The first byte after it.
    pub end: u64,
    /// What it holds.
    pub held: Held,
}

impl Piece {
    /// Bytes.
    pub fn size(&self) -> u64 {
        self.end - self.start
    }

    /// The number of floats; 0 if it holds none.
    pub fn floats(&self) -> u64 {
        match self.held {
            Held::Float(kind) => self.size().div_ceil(stride(kind)),
            _ => 0,
        }
    }
}

/// The bytes from one float of an array to the next.
pub fn stride(kind: FloatKind) -> u64 {
    match kind {
        // In memory it fills sixteen bytes on every target that has it with natural alignment.
        FloatKind::X86Fp80 => 16,
        _ => u64::from(kind.bits() / 8),
    }
}

impl Types {
    /// What the bytes of a value are, in order and without gaps: by LLVM's types where these say it, by analysis for integers.
    /// Padding is `Integer`. Empty for types without a fixed size.
    pub fn pieces(&self, ctx: &Context, function: &Function, value: Value) -> Vec<Piece> {
        let mut pieces = Vec::new();
        self.value_pieces(ctx, function.ty(value), (value, 0), &mut pieces);
        if pieces.iter().any(|piece| piece.held == Held::Unknown) {
            let moved = self.moved_pieces(ctx, function, value, DEPTH);
            return overlay(&pieces, &moved);
        }
        pieces
    }

    /// What is known of an integer because of where it comes from: an array of floats, or floats that were extended, shifted and
    /// merged. Zeros are integers.
    fn moved_pieces(&self, ctx: &Context, function: &Function, value: Value, depth: u32) -> Vec<Piece> {
        let mut own = Vec::new();
        self.value_pieces(ctx, function.ty(value), (value, 0), &mut own);
        let is_known = own.iter().all(|piece| piece.held != Held::Unknown);
        let (Some(bits), Some(inst)) = (ctx.types.int_bits(function.ty(value)), function.def_inst(value))
        else {
            return own;
        };
        if is_known || depth == 0 {
            return own;
        }
        let data = function.inst(inst);
        let operand = |at: usize| self.moved_pieces(ctx, function, data.operands[at], depth - 1);
        let end = u64::from(bits / 8);
        let moved = match data.op {
            Op::Load(_) => match array_of(ctx, function, data.operands[0]) {
                Some(kind) if end.is_multiple_of(stride(kind)) => vec![Piece {
                    start: 0,
                    end,
                    held: Held::Float(kind),
                }],
                _ => return own,
            },
            Op::Cast(CastOp::ZExt) => shifted(&operand(0), 0, end),
            Op::Cast(CastOp::Trunc) => shifted(&operand(0), 0, end),
            Op::Binary(op @ (BinOp::Shl | BinOp::LShr)) => {
                let amount = int_constant(ctx, function, data.operands[1]);
                match amount.and_then(|amount| i64::try_from(amount).ok()) {
                    Some(amount) if amount % 8 == 0 => {
                        let by = if op == BinOp::Shl { amount / 8 } else { -amount / 8 };
                        shifted(&operand(0), by, end)
                    }
                    _ => return own,
                }
            }
            Op::Binary(BinOp::Or | BinOp::Add) => merged(&operand(0), &operand(1)),
            _ => return own,
        };
        overlay(&own, &moved)
    }

    fn value_pieces(&self, ctx: &Context, ty: Type, (value, start): (Value, u64), pieces: &mut Vec<Piece>) {
        let Some(size) = ctx.store_size_of(ty) else { return };
        let end = start + size;
        match ctx.types.get(ty) {
            TypeData::Float(kind) => push(pieces, start, end, Held::Float(*kind)),
            TypeData::Ptr(_) => push(pieces, start, end, Held::Pointer),
            TypeData::Int(bits) if bits % 8 == 0 => {
                let base = |offset| self.base(value, offset);
                walk(ctx, (start, end), base, pieces);
            }
            TypeData::Int(_) => push(pieces, start, end, Held::Integer),
            // A float may be in several lanes.
            TypeData::Vector { element, .. }
                if ctx.types.int_bits(*element).is_some_and(|bits| bits % 8 == 0) =>
            {
                let base = |offset| self.base(value, offset);
                walk(ctx, (start, end), base, pieces);
            }
            TypeData::Array { .. } | TypeData::Struct { .. } | TypeData::Vector { .. } => {
                for index in 0..ctx.types.member_count(ty) {
                    let member = ctx.types.member(ty, index);
                    let offset = ctx.layout.member_offset(&ctx.types, ty, index);
                    if let (Some(member), Some(offset)) = (member, offset) {
                        let at = pieces.last().map_or(start, |piece| piece.end);
                        push(pieces, at, start + offset, Held::Integer);
                        self.value_pieces(ctx, member, (value, start + offset), pieces);
                    }
                }
                let at = pieces.last().map_or(start, |piece| piece.end);
                push(pieces, at, end, Held::Integer);
            }
            _ => push(pieces, start, end, Held::Unknown),
        }
    }

    /// What the first `bytes` bytes behind an address are, in order and without gaps.
    pub fn memory_pieces(&self, ctx: &Context, address: Value, bytes: u64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let base = |offset| self.memory_base(address, Some(offset));
        walk(ctx, (0, bytes), base, &mut pieces);
        pieces
    }

    /// What all memory behind an address is, at whatever offset.
    pub fn memory_held(&self, address: Value) -> Held {
        held(self.memory_base(address, None))
    }
}

/// What is known of bytes by two accounts of them: what the first one does not know is taken from the second.
pub fn overlay(first: &[Piece], second: &[Piece]) -> Vec<Piece> {
    let mut known = Vec::new();
    for piece in first {
        if piece.held != Held::Unknown {
            known.push(*piece);
            continue;
        }
        let mut at = piece.start;
        for other in second {
            let (start, end) = (piece.start.max(other.start), piece.end.min(other.end));
            if start >= end {
                continue;
            }
            push(&mut known, at, start, Held::Unknown);
            // A float must not be cut.
            let cut = match other.held {
                Held::Float(kind) => {
                    (start - other.start) % stride(kind) != 0 || (end - start) % stride(kind) != 0
                }
                _ => false,
            };
            push(
                &mut known,
                start,
                end,
                if cut { Held::Unknown } else { other.held },
            );
            at = end;
        }
        push(&mut known, at, piece.end, Held::Unknown);
    }
    known
}

/// The pieces of whole words, where bytes of no known type are taken for padding, whose adjoint does not matter, or where there is room for
/// one for a float of single precision, whose adjoint does. `None` if there is room for a word, which may be a number of double precision
/// or an address.
pub fn without_padding(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let mut known = Vec::new();
    for piece in pieces {
        if piece.held != Held::Unknown {
            known.push(*piece);
            continue;
        }
        let room = |size: u64| {
            let start = piece.start.next_multiple_of(size);
            (start + size <= piece.end).then_some(start)
        };
        if room(8).is_some() {
            return None;
        }
        let mut rest = piece.start;
        if let Some(start) = room(4) {
            let end = piece.end / 4 * 4;
            let held = Held::Float(FloatKind::Float);
            if rest < start {
                known.push(Piece {
                    start: rest,
                    end: start,
                    held: Held::Integer,
                });
            }
            known.push(Piece { start, end, held });
            rest = end;
        }
        if rest < piece.end {
            known.push(Piece {
                start: rest,
                end: piece.end,
                held: Held::Integer,
            });
        }
    }
    Some(known)
}

/// Pieces that are moved by some bytes within an integer, with zeros in the places that become free. What is cut in two is not known.
fn shifted(pieces: &[Piece], by: i64, end: u64) -> Vec<Piece> {
    let mut moved = Vec::new();
    for piece in pieces {
        let (start, stop) = (piece.start as i64 + by, piece.end as i64 + by);
        let (first, last) = (
            start.clamp(0, end as i64) as u64,
            stop.clamp(0, end as i64) as u64,
        );
        let cut = match piece.held {
            Held::Float(kind) => {
                let size = stride(kind) as i64;
                (first as i64 - start) % size != 0 || (stop - last as i64) % size != 0
            }
            Held::Pointer => first as i64 != start || last as i64 != stop,
            _ => false,
        };
        let at = moved.last().map_or(0, |piece: &Piece| piece.end);
        push(&mut moved, at, first, Held::Integer);
        push(
            &mut moved,
            first,
            last,
            if cut { Held::Unknown } else { piece.held },
        );
    }
    let at = moved.last().map_or(0, |piece| piece.end);
    push(&mut moved, at, end, Held::Integer);
    moved
}

/// The pieces of two integers of which in every place one is zero.
fn merged(x: &[Piece], y: &[Piece]) -> Vec<Piece> {
    let absent = |pieces: &[Piece]| -> Vec<Piece> {
        let unset = |piece: &Piece| match piece.held {
            Held::Integer => Held::Unknown,
            held => held,
        };
        pieces
            .iter()
            .map(|piece| Piece {
                held: unset(piece),
                ..*piece
            })
            .collect()
    };
    let both_integers = overlay(&absent(x), y);
    overlay(&both_integers, &absent(y))
}

fn held(base: BaseType) -> Held {
    match base {
        BaseType::Float(kind) => Held::Float(kind),
        BaseType::Pointer => Held::Pointer,
        BaseType::Integer => Held::Integer,
        BaseType::Anything | BaseType::Unknown => Held::Unknown,
    }
}

/// Walks along bytes by what each start of an element is said to be.
fn walk(ctx: &Context, (start, end): (u64, u64), base: impl Fn(u64) -> BaseType, pieces: &mut Vec<Piece>) {
    let mut at = start;
    while at < end {
        let held = held(base(at));
        let size = match held {
            Held::Float(kind) => stride(kind),
            Held::Pointer => ctx.layout.pointer_size(0).max(1),
            Held::Integer | Held::Unknown => 1,
        };
        let (next, held) = match at + size <= end {
            true => (at + size, held),
            false => (end, Held::Unknown),
        };
        push(pieces, at, next, held);
        at = next;
    }
}

/// Adds a run, or makes the last one longer.
pub(crate) fn push(pieces: &mut Vec<Piece>, start: u64, end: u64, held: Held) {
    if start >= end {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.held == held && last.end == start => last.end = end,
        _ => pieces.push(Piece { start, end, held }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Piece, merged, overlay, shifted, without_padding};
    use ir::FloatKind;

    fn piece(start: u64, end: u64, held: Held) -> Piece {
        Piece { start, end, held }
    }

    #[test]
    fn what_either_account_knows_is_known() {
        let double = Held::Float(FloatKind::Double);
        let first = [piece(0, 8, Held::Unknown), piece(8, 16, Held::Pointer)];
        let second = [piece(0, 16, double)];
        let both = [piece(0, 8, double), piece(8, 16, Held::Pointer)];
        assert_eq!(overlay(&first, &second), both);
    }

    #[test]
    fn floats_that_are_packed_stay_floats() {
        let single = Held::Float(FloatKind::Float);
        let low = shifted(&[piece(0, 4, single)], 0, 8);
        assert_eq!(low, [piece(0, 4, single), piece(4, 8, Held::Integer)]);
        let high = shifted(&low, 4, 8);
        assert_eq!(high, [piece(0, 4, Held::Integer), piece(4, 8, single)]);
        assert_eq!(merged(&low, &high), [piece(0, 8, single)]);
        assert_eq!(shifted(&merged(&low, &high), -4, 8), low);
        assert_eq!(shifted(&low, 2, 8)[1], piece(2, 6, single));
        assert_eq!(shifted(&high, 2, 8)[1].held, Held::Unknown);
    }

    #[test]
    fn floats_are_not_cut() {
        let double = Held::Float(FloatKind::Double);
        let first = [piece(0, 4, Held::Unknown), piece(4, 8, Held::Integer)];
        assert_eq!(overlay(&first, &[piece(0, 8, double)]), first);
    }

    #[test]
    fn words_of_no_known_type_are_never_padding() {
        let (unknown, integer) = (Held::Unknown, Held::Integer);
        let single = Held::Float(FloatKind::Float);
        assert_eq!(without_padding(&[piece(8, 16, unknown)]), None);
        assert_eq!(without_padding(&[piece(4, 17, unknown)]), None);
        let parts = without_padding(&[piece(0, 1, integer), piece(1, 8, unknown)]);
        let expected = vec![piece(0, 1, integer), piece(1, 4, integer), piece(4, 8, single)];
        assert_eq!(parts, Some(expected));
        let expected = vec![piece(4, 12, single)];
        assert_eq!(without_padding(&[piece(4, 12, unknown)]), Some(expected));
    }
}
