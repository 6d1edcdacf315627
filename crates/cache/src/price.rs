//! What recomputing and storing cost, in units of about one cheap instruction.
//!
//! Storing costs a store, a load and bandwidth; in the frame of a combined function it costs a register, which may be spilled. So an
//! address, a product or a load is rather computed again, and `exp` is rather stored.

use ir::graph::Callee;
use ir::{BinOp, CastOp, Context, Function, Inst, Op};
use rules::{Entry, Kind, Structural};

/// What storing costs that the user does not want.
pub(crate) const AVOIDED: f64 = 1e9;
/// A load that is repeated.
pub(crate) const RELOAD: f64 = 3.0;
/// A recurrence, from the counter of its loop.
pub(crate) const RECURRENCE: f64 = 2.0;
/// A trip count.
pub(crate) const TRIP_COUNT: f64 = 2.0;
/// What it costs besides to store a trip count that could be computed: LLVM does not see then how often the reverse loop runs, so does not
/// unroll or vectorise it, and the forward loop keeps its counter.
pub(crate) const HIDDEN_COUNT: f64 = 4.0;
/// A phi, from the choice of its block.
pub(crate) const MERGE: f64 = 1.0;

/// A call of a function with a body, where only the order of magnitude matters.
pub(crate) const CALL: f64 = 50.0;

/// A frame on the tape, in split mode: a push and a pop.
pub(crate) const FRAME: f64 = 60.0;

/// What storing costs once.
pub(crate) fn storing(bytes: u64, in_register: bool) -> f64 {
    match in_register {
        true => 2.0 + bytes as f64 / 4.0,
        false => 4.0 + bytes as f64,
    }
}

/// What repeating an instruction without memory access costs; `None` if it cannot be repeated. `entry` is what the rule table says of a
/// called function.
pub(crate) fn repeating(
    ctx: &Context,
    function: &Function,
    inst: Inst,
    entry: Option<&Entry>,
) -> Option<f64> {
    let data = function.inst(inst);
    Some(match data.op {
        Op::Binary(op) => binary(op),
        Op::FNeg
        | Op::ICmp(_)
        | Op::FCmp(_)
        | Op::Select
        | Op::Gep { .. }
        | Op::ExtractElement
        | Op::InsertElement
        | Op::ExtractValue(_)
        | Op::InsertValue(_)
        | Op::Shuffle(_) => 1.0,
        Op::Cast(op) => cast(op),
        Op::Call(info) if info.bundle_operands == 0 => call(ctx, function, inst, entry?)?,
        _ => return None,
    })
}

fn binary(op: BinOp) -> f64 {
    match op {
        BinOp::FDiv | BinOp::UDiv | BinOp::SDiv | BinOp::URem | BinOp::SRem => 8.0,
        BinOp::FRem => 20.0,
        _ => 1.0,
    }
}

/// Whether an operation is undefined for some operands.
pub(crate) fn may_trap(op: BinOp) -> bool {
    matches!(op, BinOp::UDiv | BinOp::SDiv | BinOp::URem | BinOp::SRem)
}

fn cast(op: CastOp) -> f64 {
    match op {
        CastOp::Bitcast | CastOp::AddrSpaceCast | CastOp::PtrToInt | CastOp::IntToPtr | CastOp::PtrToAddr => {
            0.5
        }
        _ => 1.0,
    }
}

fn call(ctx: &Context, function: &Function, inst: Inst, entry: &Entry) -> Option<f64> {
    if !entry.is_pure() {
        return None;
    }
    Some(match &entry.kind {
        // Functions of vectors without an instruction are called for each lane.
        Kind::Math(_) if entry.price() > 8 => f64::from(entry.price() * lanes(ctx, function, inst)),
        Kind::Structural(Structural::MatrixMultiply) => return None,
        Kind::Math(_) | Kind::Structural(_) | Kind::Reduction(_) => f64::from(entry.price()),
        // Intrinsics on integers: bit counts, minima, arithmetic with overflow.
        Kind::Inactive(_) => {
            let callee = Callee::of(ctx, function, inst).and_then(Callee::func)?;
            ctx.funcs[callee]
                .name
                .starts_with("llvm.")
                .then_some(f64::from(entry.price()))?
        }
        _ => return None,
    })
}

fn lanes(ctx: &Context, function: &Function, inst: Inst) -> u32 {
    match *ctx.types.get(function.inst(inst).ty) {
        ir::TypeData::Vector { len, .. } => len,
        _ => 1,
    }
}
