//! Copies and fills whose length does not say what they are of.
//!
//! What is known of the first element of an array holds of all. But where the length is that of nothing known, the memory may be an array in a
//! structure, which other members follow, or structures of which the first member is looked at: what is known farther away says
//! something else. So as many bytes as lie before that are what the first ones are. Whether there are more shows when the program runs: then
//! they are told apart as words ([`super::words`]), and where that is not possible the program ends with a message.
//!
//! # Invariants
//! All bytes of one call are of the one kind or of the other: a length goes to the one, and zero to the other.
//!
//! # Cost
//! A comparison for each call.

use facts::Held;
use ir::{BinOp, IntPred, Value};

use crate::emit::Emit;

/// The message of more bytes than are known, where they cannot be told apart.
const UNTOLD: &str = "rsenzyme: memory is copied or filled with what follows it, in a length that was not known when the program was compiled, so the \
                      adjoint is not known; copy whole structures, or compile with type-based alias information or debug information\0";

/// How far into memory addresses are looked for.
const LOOKED: u64 = 512;

/// What shows when the program runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Untold {
    /// What the bytes are if there are no more than so many.
    first: Option<(Held, u64)>,
    /// Others are words; if not, the program ends.
    words: bool,
}

impl Untold {
    /// Whether the first bytes are floats.
    pub(super) fn begins_with_floats(self) -> bool {
        matches!(self.first, Some((Held::Float(_), _)))
    }

    /// Whether the first bytes are addresses.
    pub(super) fn begins_with_addresses(self) -> bool {
        matches!(self.first, Some((Held::Pointer, _)))
    }

    /// Whether the first bytes are known to have no adjoint: integers or addresses.
    pub(super) fn begins_with_integers(self) -> bool {
        self.first.is_some() && !self.begins_with_floats()
    }
}

impl Emit<'_> {
    /// How the memory behind some addresses is told apart, of which a length is copied that `element` divides; `None` if that is not possible.
    pub(super) fn untold_copy(&self, addresses: &[Value], element: u64) -> Option<Untold> {
        let facts = self.input.facts;
        let untold = Untold {
            first: facts.held_before(self.b.ctx, self.source(), addresses, element),
            words: self.are_words(addresses),
        };
        (untold.words || untold.first.is_some()).then_some(untold)
    }

    /// The same of memory that is filled, or copied from inactive memory, if there are addresses in it: what is behind the first bytes ends the
    /// program, as it is not known which of it these are.
    pub(super) fn untold_addresses(&self, addresses: &[Value], element: u64) -> Option<Untold> {
        let facts = self.input.facts;
        let first = facts.held_before(self.b.ctx, self.source(), addresses, element);
        let first = first.filter(|_| self.has_address(addresses));
        first.map(|first| Untold {
            first: Some(first),
            words: false,
        })
    }

    /// Whether there is an address in the memory behind some addresses, as far as offsets are kept track of.
    pub(super) fn has_address(&self, addresses: &[Value]) -> bool {
        let facts = self.input.facts;
        addresses.iter().any(|&address| {
            let pieces = facts.memory_pieces(self.b.ctx, address, LOOKED);
            pieces.iter().any(|piece| piece.held == Held::Pointer)
        })
    }

    /// The number of bytes if they are what the first ones are, else zero; and the other way round.
    fn parts(&mut self, untold: Untold, bytes: Value) -> (Value, Value) {
        let bytes = self.as_offset(bytes);
        let zero = self.b.i64(0);
        let Some((_, most)) = untold.first else {
            return (zero, bytes);
        };
        let most = self.b.i64(most as i64);
        let are_more = self.b.icmp(IntPred::Ugt, bytes, most);
        let first = self.b.select(are_more, zero, bytes);
        (first, self.b.binary(BinOp::Sub, bytes, first))
    }

    /// The number of bytes, where all are what the first ones are; else the program ends.
    pub(super) fn only_first(&mut self, untold: Untold, bytes: Value) -> Value {
        let (_, others) = self.parts(untold, bytes);
        let stop = self.message_function("rsenzyme.untold", UNTOLD);
        let i64 = self.b.ctx.types.i64();
        let func = self.helper("rsenzyme.untold.stop", &[i64], |b, params| {
            let (stopped, done) = (b.add_block(), b.add_block());
            let zero = b.i64(0);
            let is_none = b.icmp(IntPred::Eq, params[0], zero);
            b.cond_br(is_none, done, stopped);
            b.go_to(stopped);
            b.call(stop, &[]);
            b.unreachable();
            b.go_to(done);
            b.ret(None);
        });
        self.b.call(func, &[others]);
        bytes
    }

    /// Copies the first bytes if they have no adjoints and there are no others.
    pub(super) fn mirror_first(&mut self, untold: Untold, to: Value, from: Value, bytes: Value) {
        if untold.begins_with_integers() {
            let (first, _) = self.parts(untold, bytes);
            self.move_bytes(to, from, first);
        }
    }

    /// Copies between shadows what has no adjoint.
    pub(super) fn mirror_untold(
        &mut self,
        untold: Untold,
        (to, is_local): (Value, bool),
        from: Value,
        bytes: Value,
    ) {
        self.mirror_first(untold, to, from, bytes);
        match untold.words {
            true => {
                let (_, others) = self.parts(untold, bytes);
                self.mirror_words((to, is_local), from, others);
            }
            false => {
                self.only_first(untold, bytes);
            }
        }
    }

    /// The reverse of copying: adjoints go from `to` to `from`.
    pub(super) fn move_untold_back(&mut self, untold: Untold, to: Value, from: Value, bytes: Value) {
        let (first, others) = self.parts(untold, bytes);
        if let Some((Held::Float(kind), _)) = untold.first {
            self.move_back(to, from, kind, first);
        }
        if untold.words {
            self.move_words_back(to, from, others);
        }
    }

    /// How many bytes may have adjoints that end where something else is put there.
    pub(super) fn untold_adjoints(&mut self, untold: Untold, bytes: Value) -> Value {
        match untold.begins_with_integers() {
            true => self.parts(untold, bytes).1,
            false => bytes,
        }
    }
}
