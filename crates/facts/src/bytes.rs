//! Bytes that are copied one by one.
//!
//! Integers of less than 16 bits are taken for numbers by both analyses, as in Enzyme: no float and no address fits. But a byte may be a
//! part of one: `for (i = 0; i < sizeof x; i++) to[i] = from[i];` copies floats byte by byte. Optimization makes a `memcpy` of such
//! loops; unoptimized code keeps them, and their derivatives would be lost. A byte that is loaded from memory with derivatives, stored (also
//! by a function that is handed it, or that it is returned to) and not looked at in between is refused, unless the memory at either end is declared to hold integers
//! there, or the byte begins a word whose next byte is known to be of an integer, and not because bytes are moved there too: an
//! enumeration's error code that lies where another variant has a length is such a byte. A float has two bytes at least, and begins at an
//! even address. Nor is a byte refused that is all that is copied (`whole`), unless the function that copies is handed memory of floats by its
//! caller.
//!
//! # What it does not know
//! Bytes that functions without a body are handed, that are returned to calls through pointers, or that are handed on or returned more than
//! [`DEEPEST`] times.

use ir::graph::Callee;
use ir::memory::address::decompose;
use ir::{Bodies, CastOp, Context, EntitySet, Function, Inst, Op, TypeData, Value};
use rules::RuleTable;

use crate::body::Facts;
use crate::declared;
use crate::pieces::Held;
use crate::types::Sort;
use crate::whole::is_case_of_one;

/// How far from a byte floats are looked for.
const NEAR: u64 = 16;

/// Integers below this are taken for numbers.
const NARROW: u32 = 16;

impl Facts<'_> {
    /// Whether a load reads bytes that may be parts of floats, and that are only moved on. Linear in the function for loads of narrow integers
    /// from active memory, else at once known.
    pub fn copies_bytes(
        &self,
        (ctx, bodies): (&Context, Bodies<'_>),
        rules: &RuleTable,
        function: &Function,
        load: Inst,
    ) -> bool {
        let data = function.inst(load);
        let Some(result) = data.result else { return false };
        let bits = ctx.types.int_bits(ctx.types.scalar(data.ty)).unwrap_or(0);
        let is_candidate = matches!(data.op, Op::Load(_))
            && (8..NARROW).contains(&bits)
            && ctx.meta(data.meta).range.is_empty()
            && ctx.meta(data.meta).whole_type().is_none()
            && self.active(data.operands[0])
            && !self.active(result);
        is_candidate
            && !is_number(ctx, function, data.operands[0])
            && !self.begins_integer(ctx, function, load)
            && is_stored(ctx, bodies, (function, result), DEEPEST)
            && !is_case_of_one(ctx, rules, function, load)
    }

    /// Whether a call hands memory of floats to a function that copies as many bytes as it is told, and whose case of one byte is taken for a whole
    /// character: floats that are copied by it lose their derivatives, in that case and in the others.
    pub fn hands_floats_to_strings(
        &self,
        (ctx, bodies): (&Context, Bodies<'_>),
        rules: &RuleTable,
        function: &Function,
        call: Inst,
    ) -> bool {
        let callee = Callee::of(ctx, function, call).and_then(Callee::func);
        let Some(body) = callee.and_then(|callee| bodies.get(callee)) else {
            return false;
        };
        let mut args = function.inst(call).args().iter().enumerate();
        args.any(|(position, &arg)| {
            ctx.types.is_ptr(function.ty(arg))
                && self.active(arg)
                && self.holds_floats(ctx, arg)
                && copies_one(ctx, rules, (body, position))
        })
    }

    /// Whether floats are known to be in memory.
    fn holds_floats(&self, ctx: &Context, address: Value) -> bool {
        let is_float = |held: Held| matches!(held, Held::Float(_));
        is_float(self.memory_held(address))
            || (self.memory_pieces(ctx, address, NEAR).iter()).any(|piece| is_float(piece.held))
    }

    /// Whether the byte after the one that is loaded is known to be of the same integer, by something else than accesses to that byte alone.
    fn begins_integer(&self, ctx: &Context, function: &Function, load: Inst) -> bool {
        let data = function.inst(load);
        let (Op::Load(access), address) = (&data.op, data.operands[0]) else {
            return false;
        };
        access.align >= 2
            && self.memory_sort(address, Some(1)) == Sort::Integer
            && !is_accessed_narrowly(ctx, function, address, 1)
    }
}

/// What becomes of a narrow integer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Something takes it for a number, or nobody knows what it is taken for.
    LookedAt,
    /// It is moved and not looked at.
    Moved {
        /// It reaches a store to memory that is not declared to hold integers.
        stored: bool,
        /// It is returned.
        returned: bool,
    },
}

/// How many calls a byte is followed into or out of.
const DEEPEST: u32 = 4;

/// Whether a value is only moved and reaches a store, in its function, in one that it is handed to, or in one that it is returned to: each call
/// gets a byte of its own, so what others do with theirs does not matter.
fn is_stored(ctx: &Context, bodies: Bodies<'_>, (function, value): (&Function, Value), depth: u32) -> bool {
    match fate(ctx, bodies, function, value, depth) {
        Fate::Moved { stored: true, .. } => true,
        Fate::Moved { returned: true, .. } if depth > 0 => {
            let mut callers = bodies.iter().flat_map(|caller| {
                let calls = caller.all_insts().filter(|&inst| {
                    let callee = Callee::of(ctx, caller, inst).and_then(Callee::func);
                    callee == Some(function.id)
                });
                calls.filter_map(move |call| Some((caller, caller.inst(call).result?)))
            });
            callers.any(|caller| is_stored(ctx, bodies, caller, depth - 1))
        }
        _ => false,
    }
}

/// What becomes of a value, also in functions that are handed it.
fn fate(ctx: &Context, bodies: Bodies<'_>, function: &Function, value: Value, depth: u32) -> Fate {
    let (mut moved, mut stored, mut returned) = (EntitySet::new(), false, false);
    moved.insert(value);
    loop {
        let mut grown = false;
        for inst in function.all_insts() {
            let data = function.inst(inst);
            let is_used = |at: usize| data.operands.get(at).is_some_and(|&value| moved.contains(value));
            if (0..data.operands.len()).all(|at| !is_used(at)) {
                continue;
            }
            let hands_on = match data.op {
                Op::Ret => {
                    returned = true;
                    continue;
                }
                Op::Store(_) if !is_used(1) && is_narrow(ctx, function, data.operands[0]) => {
                    stored |= !is_number(ctx, function, data.operands[1]);
                    continue;
                }
                Op::Call(_) | Op::Invoke(_) => {
                    match handed_on(ctx, bodies, function, (inst, &moved), depth) {
                        Fate::LookedAt => return Fate::LookedAt,
                        Fate::Moved {
                            stored: there,
                            returned: back,
                        } => {
                            stored |= there;
                            if let Some(result) = data.result.filter(|_| back) {
                                grown |= moved.insert(result);
                            }
                        }
                    }
                    continue;
                }
                Op::Phi | Op::Freeze | Op::InsertElement | Op::ExtractElement | Op::Shuffle(_) => true,
                Op::Select => !is_used(0),
                // As C promotes a character that is chosen or returned, and makes one of it again.
                Op::Cast(CastOp::Bitcast | CastOp::ZExt | CastOp::SExt) => true,
                Op::Cast(CastOp::Trunc) => data.result.is_some_and(|result| is_byte(ctx, function, result)),
                _ => false,
            };
            match (hands_on, data.result) {
                (true, Some(result)) => grown |= moved.insert(result),
                _ => return Fate::LookedAt,
            }
        }
        if !grown {
            return Fate::Moved { stored, returned };
        }
    }
}

/// What becomes of values in a function that a call hands them to. What a function without a body is handed is looked at, as is what is
/// handed on and on.
fn handed_on(
    ctx: &Context,
    bodies: Bodies<'_>,
    function: &Function,
    (call, moved): (Inst, &EntitySet<Value>),
    depth: u32,
) -> Fate {
    let callee = Callee::of(ctx, function, call).and_then(Callee::func);
    let Some(body) = callee.and_then(|callee| bodies.get(callee)).filter(|_| depth > 0) else {
        return Fate::LookedAt;
    };
    let (mut stored, mut returned) = (false, false);
    for (position, arg) in function.inst(call).args().iter().enumerate() {
        if !moved.contains(*arg) {
            continue;
        }
        let Some(&param) = body.params.get(position) else {
            return Fate::LookedAt;
        };
        match fate(ctx, bodies, body, param, depth - 1) {
            Fate::LookedAt => return Fate::LookedAt,
            Fate::Moved {
                stored: there,
                returned: back,
            } => {
                stored |= there;
                returned |= back;
            }
        }
    }
    Fate::Moved { stored, returned }
}

/// Whether a function has a case of one byte for what a parameter leads to. Linear in the function, for each load of a byte that it has.
fn copies_one(ctx: &Context, rules: &RuleTable, (body, position): (&Function, usize)) -> bool {
    let is_case = |&inst: &Inst| {
        let data = body.inst(inst);
        matches!(data.op, Op::Load(_))
            && data.result.is_some_and(|result| is_byte(ctx, body, result))
            && is_case_of_one(ctx, rules, body, inst)
    };
    let cases: Vec<Inst> = body.all_insts().filter(is_case).collect();
    let Some(&param) = body.params.get(position).filter(|_| !cases.is_empty()) else {
        return false;
    };
    let leads_from = |address: Value| decompose(ctx, body, address).base == param;
    cases.iter().any(|&load| {
        let stored = body.inst(load).result;
        let is_store = |inst: &Inst| {
            matches!(body.inst(*inst).op, Op::Store(_)) && Some(body.inst(*inst).operands[0]) == stored
        };
        leads_from(body.inst(load).operands[0])
            || body
                .all_insts()
                .filter(is_store)
                .any(|store| leads_from(body.inst(store).operands[1]))
    })
}

/// Whether an address leads to an integer that is declared: the member of a variable, or of a structure that the address is calculated with.
fn is_number(ctx: &Context, function: &Function, address: Value) -> bool {
    let member = function.def_inst(address).and_then(|inst| {
        let data = function.inst(inst);
        let Op::Gep { source } = data.op else { return None };
        let mut ty = source;
        for &index in data.operands.get(2..)? {
            let TypeData::Struct { .. } = ctx.types.get(ty) else {
                return None;
            };
            let index = ctx.consts.int_value(&ctx.types, function.as_const(index)?)?;
            ty = ctx.types.member(ty, u64::try_from(index).ok()?)?;
        }
        (ty != source).then_some(ty)
    });
    member.is_some_and(|member| ctx.types.int_bits(member).is_some())
        || declared::holds_integer(ctx, function, address)
}

/// Whether narrow integers are loaded or stored `beside` bytes behind an address, or may be: at an unknown distance from it.
fn is_accessed_narrowly(ctx: &Context, function: &Function, address: Value, beside: i64) -> bool {
    let from = decompose(ctx, function, address);
    let constant = |place: &ir::memory::address::Decomposed| place.offset.as_ref()?.as_constant();
    let Some(start) = constant(&from) else { return true };
    function.all_insts().any(|inst| {
        let data = function.inst(inst);
        let (value, at) = match data.op {
            Op::Load(_) => (data.result, data.operands[0]),
            Op::Store(_) => (Some(data.operands[0]), data.operands[1]),
            _ => return false,
        };
        let place = decompose(ctx, function, at);
        value.is_some_and(|value| is_narrow(ctx, function, value))
            && place.base == from.base
            && constant(&place).is_none_or(|offset| offset == start + beside)
    })
}

/// Whether a value has a byte at least, and no more than the bytes of narrow integers.
fn is_byte(ctx: &Context, function: &Function, value: Value) -> bool {
    let bits = ctx.types.int_bits(ctx.types.scalar(function.ty(value)));
    bits.is_some_and(|bits| (8..NARROW).contains(&bits))
}

fn is_narrow(ctx: &Context, function: &Function, value: Value) -> bool {
    matches!(*ctx.types.get(ctx.types.scalar(function.ty(value))), TypeData::Int(bits) if bits < NARROW)
}
