//! Copies of bytes whose type is not known: words that are told apart when the program runs.
//!
//! The shadow of an address is an address, and the adjoint of a double is a double. Addresses of programs are below 2^48 on the targets
//! that there are, so the upper 16 bits of their words are zero; those of a double are only if it is zero or subnormal. So a word of
//! shadow memory with a bit there is the adjoint of a double, and every other is an address, an integer that was kept, or an adjoint of
//! less than 2.3e-308, which is as good as zero and stays where it is.
//!
//! That holds if floats of other formats cannot be in this memory: two single-precision adjoints in one word look like anything. Such floats
//! are ruled out where nothing in the functions that the request reaches, in type-based alias information or in debug information is a
//! float of another format. What the functions compute is then made of doubles, but memory that comes from outside could hold floats that
//! nothing does anything with but move them. So there must be a double in the memory that is copied, or in the memory behind each
//! parameter with a shadow. All else is refused.
//!
//! # Invariants
//! - Doubles and addresses are aligned to eight bytes at both ends, or both are displaced alike. Otherwise the program ends with a message.
//! - An integer that looks like a double is never taken for an adjoint: it is added to the shadow of the integer that was copied, and
//!   nothing reads the adjoint of an integer.
//!
//! # Cost
//! A comparison for each word, beyond a copy.

use ir::{Access, BinOp, Builder, CastOp, Context, FloatKind, FuncId, Function, IntPred, Value};

use crate::adjoint;
use crate::emit::Emit;
use crate::helper::{Copied, walk};
use crate::request::Request;
use facts::{Facts, Held};

/// The bits above all addresses.
const ABOVE_ADDRESSES: i64 = 48;

/// How far into memory a double is looked for.
const LOOKED: u64 = 496;

/// The message of a copy between places that are aligned differently.
const MISALIGNED: &str = "rsenzyme: memory of unknown type is copied to a place of another alignment, so its adjoint is not known; declare what it holds \
                          (__enzyme_double and the like, or compile with type-based alias information)\0";

/// Which memory of unknown type may be told apart as words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Words {
    /// None: there are floats of other formats.
    None,
    /// That in which a double was found.
    WithDoubles,
    /// Any: the request's own memory has doubles, and the functions make nothing else.
    Any,
}

impl Words {
    /// What is so in a module before it is known what requests are entered with.
    pub(crate) fn of(module: &ir::Module) -> Self {
        match facts::only_doubles(&module.ctx, module.bodies()) {
            true => Self::Any,
            false => Self::None,
        }
    }
}

/// Whether there are doubles in all memory with a shadow that a request is entered with.
pub(crate) fn enters_with_doubles(
    ctx: &Context,
    source: &Function,
    facts: Facts<'_>,
    request: &Request,
) -> bool {
    source.params.iter().enumerate().all(|(index, &param)| {
        !request.is_dual(index) || facts.leads_to(ctx, source, param, FloatKind::Double)
    })
}

impl Emit<'_> {
    /// Whether the memory behind some addresses, of which nothing better is known, may be told apart as words.
    pub(super) fn are_words(&self, addresses: &[Value]) -> bool {
        let facts = self.input.facts;
        match self.input.words {
            Words::None => false,
            Words::Any => true,
            Words::WithDoubles => addresses.iter().any(|&address| {
                let pieces = facts.memory_pieces(self.b.ctx, address, LOOKED);
                let double = Held::Float(FloatKind::Double);
                pieces.iter().any(|piece| piece.held == double)
            }),
        }
    }

    /// Copies what is no double between shadows, as the primal does between primals. A local variable has no adjoints yet.
    pub(super) fn mirror_words(&mut self, (to, is_local): (Value, bool), from: Value, bytes: Value) {
        let func = match is_local {
            true => self.words_function("rsenzyme.words.take", Copied::Again, take_word),
            false => self.words_function("rsenzyme.words.mirror", Copied::Again, mirror_word),
        };
        let bytes = self.as_offset(bytes);
        self.b.call(func, &[to, from, bytes]);
    }

    /// The reverse of copying words: the adjoints of doubles go from `to` to `from`.
    pub(super) fn move_words_back(&mut self, to: Value, from: Value, bytes: Value) {
        let func = self.words_function("rsenzyme.words.move_back", Copied::Undone, move_word_back);
        let bytes = self.as_offset(bytes);
        self.b.call(func, &[to, from, bytes]);
    }

    /// `(to, from, bytes)`: does something with each pair of words.
    fn words_function(
        &mut self,
        name: &str,
        copied: Copied,
        each: fn(&mut Builder<'_>, Value, Value),
    ) -> FuncId {
        let stop = self.message_function("rsenzyme.misaligned", MISALIGNED);
        let types = &mut self.b.ctx.types;
        let (ptr, i64) = (types.ptr(), types.i64());
        self.helper(name, &[ptr, ptr, i64], |b, params| {
            let (to, from) = (params[0], params[1]);
            let (zero, seven, eight) = (b.i64(0), b.i64(7), b.i64(8));
            let (aligned, stopped) = (b.add_block(), b.add_block());
            let (to_number, from_number) = (
                b.cast(CastOp::PtrToInt, to, i64),
                b.cast(CastOp::PtrToInt, from, i64),
            );
            let distance = b.binary(BinOp::Sub, to_number, from_number);
            let displaced = b.binary(BinOp::And, distance, seven);
            let is_alike = b.icmp(IntPred::Eq, displaced, zero);
            let is_nothing = b.icmp(IntPred::Eq, params[2], zero);
            let goes_on = b.binary(BinOp::Or, is_alike, is_nothing);
            b.cond_br(goes_on, aligned, stopped);
            b.go_to(stopped);
            b.call(stop, &[]);
            b.unreachable();
            b.go_to(aligned);
            let negated = b.binary(BinOp::Sub, zero, to_number);
            let skipped = b.binary(BinOp::And, negated, seven);
            let is_shorter = b.icmp(IntPred::Ult, params[2], skipped);
            let skipped = b.select(is_shorter, params[2], skipped);
            let rest = b.binary(BinOp::Sub, params[2], skipped);
            let count = b.binary(BinOp::UDiv, rest, eight);
            let (to, from) = (b.byte_offset(to, skipped), b.byte_offset(from, skipped));
            walk(b, (to, from, count), (i64, copied), each);
            b.ret(None);
        })
    }
}

/// Whether a word is the adjoint of a double.
fn is_double(b: &mut Builder<'_>, word: Value) -> Value {
    let (shift, zero) = (b.i64(ABOVE_ADDRESSES), b.i64(0));
    let upper = b.binary(BinOp::LShr, word, shift);
    b.icmp(IntPred::Ne, upper, zero)
}

/// An address or integer replaces what is at the destination, also an adjoint if it is not zero: a zero may be the adjoint of a double, which
/// leaves the adjoint at the destination alone.
fn mirror_word(b: &mut Builder<'_>, to: Value, from: Value) {
    let (i64, zero) = (b.ctx.types.i64(), b.i64(0));
    let word = b.load(i64, from, Access::default());
    let old = b.load(i64, to, Access::default());
    let (is_adjoint, was_adjoint) = (is_double(b, word), is_double(b, old));
    let is_zero = b.icmp(IntPred::Eq, word, zero);
    let stays = b.binary(BinOp::And, is_zero, was_adjoint);
    let stays = b.binary(BinOp::Or, is_adjoint, stays);
    let new = b.select(stays, old, word);
    b.store(new, to, Access::default());
}

/// An address or integer replaces what is at the destination, also if that was one of an earlier iteration. An adjoint stays where it is.
fn take_word(b: &mut Builder<'_>, to: Value, from: Value) {
    let (i64, zero) = (b.ctx.types.i64(), b.i64(0));
    let word = b.load(i64, from, Access::default());
    let is_adjoint = is_double(b, word);
    let new = b.select(is_adjoint, zero, word);
    b.store(new, to, Access::default());
}

/// The adjoint of a double is added to that at the source and becomes zero.
fn move_word_back(b: &mut Builder<'_>, to: Value, from: Value) {
    let i64 = b.ctx.types.i64();
    let double = b.ctx.types.float_of(FloatKind::Double);
    let word = b.load(i64, to, Access::default());
    let is_adjoint = is_double(b, word);
    let zero = b.i64(0);
    let left = b.select(is_adjoint, zero, word);
    b.store(left, to, Access::default());
    let old = b.load(i64, from, Access::default());
    let (adjoint, before) = (
        b.cast(CastOp::Bitcast, word, double),
        b.cast(CastOp::Bitcast, old, double),
    );
    let sum = adjoint::sum(b, before, adjoint);
    let sum = b.cast(CastOp::Bitcast, sum, i64);
    let new = b.select(is_adjoint, sum, old);
    b.store(new, from, Access::default());
}
