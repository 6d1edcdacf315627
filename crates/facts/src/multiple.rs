//! What divides a number of bytes: how memory of unknown length repeats.
//!
//! A copy of `n * sizeof (T)` bytes for some `n` is a copy of an array, whose elements look alike: what is known of the first element
//! holds of all. The size of an element is the largest number that divides the length whatever `n` is.

use ir::{BinOp, CastOp, Context, Function, Op, Value, ValueDef, checked};

use crate::body::Facts;
use crate::declared;
use crate::elements::indexed_sizes;
use crate::pieces::{Held, Piece, overlay, push, without_padding};

/// How far definitions are followed.
const DEPTH: u32 = 8;

/// How far type analysis keeps track of offsets in memory: what all of that is, longer memory is throughout.
const TRACKED: u64 = 496;

/// The largest number that is known to divide an integer value; 0 for zero itself. An overflow of the calculation would be undefined in
/// a number of bytes, so wrapping is left out of account.
pub fn divisor(ctx: &Context, function: &Function, value: Value) -> u64 {
    divisor_of(ctx, function, value, DEPTH)
}

fn divisor_of(ctx: &Context, function: &Function, value: Value, depth: u32) -> u64 {
    let inst = match function.value(value).def {
        ValueDef::Const(constant) => {
            let number = ctx.consts.int_value(&ctx.types, constant);
            return number.map_or(1, |number| u64::try_from(number.unsigned_abs()).unwrap_or(1));
        }
        ValueDef::Param(_) => return 1,
        ValueDef::Inst(inst) => inst,
    };
    if depth == 0 {
        return 1;
    }
    let data = function.inst(inst);
    let of = |index: usize| divisor_of(ctx, function, data.operands[index], depth - 1);
    // Whoever goes on has seen that there was no overflow.
    if let Some((op, operands)) = checked::result_of(ctx, function, value) {
        let [left, right] = operands.map(|operand| divisor_of(ctx, function, operand, depth - 1));
        return match op {
            BinOp::Mul => left.checked_mul(right).unwrap_or(1),
            _ => gcd(left, right),
        };
    }
    match data.op {
        Op::Cast(CastOp::ZExt | CastOp::SExt) | Op::Freeze => of(0),
        // Of what bits are cut off or mixed only the zeros at the end are kept.
        Op::Cast(CastOp::Trunc) => power_of_two(of(0)),
        Op::Binary(BinOp::Or | BinOp::Xor) => gcd(power_of_two(of(0)), power_of_two(of(1))),
        Op::Binary(BinOp::Add | BinOp::Sub) => gcd(of(0), of(1)),
        Op::Binary(BinOp::Mul) => of(0).checked_mul(of(1)).unwrap_or(1),
        Op::Binary(BinOp::Shl) => match function.as_const(data.operands[1]) {
            Some(constant) => {
                let shift = ctx.consts.int_value(&ctx.types, constant).unwrap_or(0);
                let shift = u32::try_from(shift).unwrap_or(0);
                of(0)
                    .checked_mul(1u64.checked_shl(shift).unwrap_or(1))
                    .unwrap_or(1)
            }
            None => of(0),
        },
        // Low bits that are masked out are zero.
        Op::Binary(BinOp::And) => power_of_two(of(0)).max(power_of_two(of(1))),
        Op::Select => gcd(of(1), of(2)),
        Op::Phi if depth > 2 => data
            .operands
            .iter()
            .fold(0, |all, &operand| gcd(all, divisor_of(ctx, function, operand, 2))),
        _ => 1,
    }
}

/// The largest power of two that divides a number; 1 for zero, of which nothing is concluded.
fn power_of_two(number: u64) -> u64 {
    match number {
        0 => 1,
        number => number & number.wrapping_neg(),
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => gcd(b, a % b),
    }
}

impl Facts<'_> {
    /// What the first `bytes` bytes behind several addresses are, which lead to the same contents: by analysis, then by the types of
    /// variables.
    pub fn shared_pieces(
        &self,
        ctx: &Context,
        function: &Function,
        addresses: &[Value],
        bytes: u64,
    ) -> Vec<Piece> {
        let declared = addresses
            .iter()
            .filter_map(|&address| declared::memory_pieces(ctx, function, address, bytes));
        let all = self.reliable(ctx, addresses, bytes).into_iter().chain(declared);
        all.reduce(|known, more| overlay(&known, &more))
            .unwrap_or_default()
    }

    /// What analysis knows of the first bytes behind several addresses, which lead to the same contents. What is declared as integers at one
    /// of them and is something else at another is a buffer: nothing is known of it.
    fn reliable(&self, ctx: &Context, addresses: &[Value], bytes: u64) -> Vec<Vec<Piece>> {
        let pieces = |&address: &Value| self.memory_pieces(ctx, address, bytes);
        let all: Vec<Vec<Piece>> = addresses.iter().map(pieces).collect();
        let refuted = |pieces: &[Piece]| {
            let others = all.iter().flatten();
            let mut others = others.filter(|other| matches!(other.held, Held::Float(_) | Held::Pointer));
            others.any(|other| {
                let mut integers = pieces.iter().filter(|piece| piece.held == Held::Integer);
                integers.any(|piece| piece.start < other.end && other.start < piece.end)
            })
        };
        let reliable = |pieces: &Vec<Piece>| match refuted(pieces) {
            true => without_integers(pieces),
            false => pieces.clone(),
        };
        all.iter().map(reliable).collect()
    }

    /// What the elements of an array consist of, of which the memory behind some addresses is a copy: the pieces of one, without gaps,
    /// some of which may not be known. `length` divides the number of bytes. How long an element is shows in how the addresses are indexed, or else it is
    /// `length`; what is known of the others must agree.
    pub fn element(
        &self,
        ctx: &Context,
        function: &Function,
        addresses: &[Value],
        length: u64,
    ) -> Option<Vec<Piece>> {
        let mut sizes = indexed_sizes(ctx, function, addresses);
        sizes.entry(length).or_default();
        let whole =
            |&(size, _): &(&u64, &Vec<Value>)| *size > 0 && length.is_multiple_of(*size) && *size <= TRACKED;
        sizes.iter().filter(whole).find_map(|(&size, single)| {
            let all: Vec<Value> = addresses.iter().chain(single).copied().collect();
            let pattern = self.shared_pieces(ctx, function, &all, size);
            let known = self.reliable(ctx, addresses, TRACKED);
            let agrees = known.iter().all(|known| repeats(&pattern, size, known));
            let known = match without_padding(&pattern) {
                Some(known) if size.is_multiple_of(8) => known,
                _ => pattern,
            };
            agrees.then_some(known)
        })
    }

    /// What memory of a length that `element` divides holds throughout, by what is known behind any of its addresses: what its first element
    /// is, if nothing that is known of the others contradicts.
    pub fn array_held(&self, ctx: &Context, function: &Function, addresses: &[Value], element: u64) -> Held {
        match self.repeated(ctx, function, addresses, element) {
            (held, None) => held,
            (_, Some(_)) => Held::Unknown,
        }
    }

    /// What memory holds throughout if it is no longer than some bytes: what its first element is, up to where something that is known
    /// contradicts. (An array in a structure is followed by other members; of structures more than one may be meant.)
    pub fn held_before(
        &self,
        ctx: &Context,
        function: &Function,
        addresses: &[Value],
        element: u64,
    ) -> Option<(Held, u64)> {
        match self.repeated(ctx, function, addresses, element) {
            (Held::Unknown, _) => None,
            (held, before) => before.map(|before| (held, before)),
        }
    }

    /// What the elements of an array are throughout, by the first one, and where something that is known contradicts.
    fn repeated(
        &self,
        ctx: &Context,
        function: &Function,
        addresses: &[Value],
        element: u64,
    ) -> (Held, Option<u64>) {
        let known = self.reliable(ctx, addresses, TRACKED);
        let contradicted = |pattern: &[Piece], size: u64| {
            let all = known.iter();
            all.filter_map(|known| contradiction(pattern, size, known)).min()
        };
        let whole = addresses.iter().map(|&address| self.memory_held(address));
        if let Some(held) = whole.into_iter().find(|&held| held != Held::Unknown) {
            let everywhere = Piece {
                start: 0,
                end: 1,
                held,
            };
            if contradicted(&[everywhere], 1).is_none() {
                return (held, None);
            }
        }
        let size = element.min(TRACKED);
        let pattern = self.shared_pieces(ctx, function, addresses, size);
        match pattern.as_slice() {
            [only] => (only.held, contradicted(&pattern, size)),
            _ => (Held::Unknown, None),
        }
    }
}

/// Pieces of which integers count as not known.
fn without_integers(pieces: &[Piece]) -> Vec<Piece> {
    let mut known = Vec::new();
    for piece in pieces {
        let held = match piece.held {
            Held::Integer => Held::Unknown,
            held => held,
        };
        push(&mut known, piece.start, piece.end, held);
    }
    known
}

/// Whether what is known of memory is a pattern of some size, repeated.
fn repeats(pattern: &[Piece], size: u64, known: &[Piece]) -> bool {
    contradiction(pattern, size, known).is_none()
}

/// The first byte that is known not to be what a pattern of some size, repeated, says.
fn contradiction(pattern: &[Piece], size: u64, known: &[Piece]) -> Option<u64> {
    let held_at = |byte: u64| {
        let place = byte % size;
        let found = pattern
            .iter()
            .find(|piece| piece.start <= place && place < piece.end);
        found.map_or(Held::Unknown, |piece| piece.held)
    };
    let mut pieces = known.iter().filter(|piece| piece.held != Held::Unknown);
    pieces.find_map(|piece| {
        (piece.start..piece.end).find(|&byte| {
            let held = held_at(byte);
            held != piece.held && (held != Held::Unknown || piece.held != Held::Integer)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::divisor;
    use ir::text::parse_module;

    #[test]
    fn lengths_of_arrays_say_the_size_of_an_element() {
        let text = "declare { i64, i1 } @llvm.umul.with.overflow.i64(i64, i64)
        define void @f(i32 %n, i1 %c) {
          %w = zext i32 %n to i64
          %a = shl i64 %w, 3
          %b = mul i64 %w, 24
          %d = add i64 %b, 16
          %e = and i64 %w, -16
          %g = select i1 %c, i64 %b, i64 %a
          %h = mul i64 %a, 3
          %i = sub i64 %h, 4
          %j = or i64 %b, 12
          %k = trunc i64 %b to i32
          %l = xor i64 %a, 16
          %m = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 %w, i64 48)
          %o = extractvalue { i64, i1 } %m, 0
          ret void
        }";
        let module = parse_module(text).expect("the text is IR");
        let function = module.bodies().next().expect("one function");
        let expected = [
            ("w", 1),
            ("a", 8),
            ("b", 24),
            ("d", 8),
            ("e", 16),
            ("g", 8),
            ("h", 24),
            ("i", 4),
            // 24 | 12 is 28, and a product that is cut off may be any multiple of 8.
            ("j", 4),
            ("k", 8),
            ("l", 8),
            ("o", 48),
        ];
        for (name, want) in expected {
            let mut values = function.values();
            let value = values.find(|value| function.value_name(*value) == format!("%{name}"));
            let value = value.expect("the value has that name");
            assert_eq!(divisor(&module.ctx, function, value), want, "%{name}");
        }
    }
}
