//! Arithmetic that says whether it overflowed: `llvm.uadd.with.overflow` and its kin (LangRef, "Arithmetic with Overflow Intrinsics").

use crate::context::Context;
use crate::function::{Function, Value};
use crate::graph::Callee;
use crate::inst::{BinOp, Flags, Op};

/// What an intrinsic calculates, by its name without the prefix `llvm.` and the types at its end, and the flag with which the same
/// instruction is poison where the intrinsic says that it overflowed.
pub fn operation(base: &str) -> Option<(BinOp, Flags)> {
    Some(match base.strip_suffix(".with.overflow")? {
        "sadd" => (BinOp::Add, Flags::NSW),
        "uadd" => (BinOp::Add, Flags::NUW),
        "ssub" => (BinOp::Sub, Flags::NSW),
        "usub" => (BinOp::Sub, Flags::NUW),
        "smul" => (BinOp::Mul, Flags::NSW),
        "umul" => (BinOp::Mul, Flags::NUW),
        _ => return None,
    })
}

/// The operation and the operands of which a value is the wrapped result.
pub fn result_of(ctx: &Context, function: &Function, value: Value) -> Option<(BinOp, [Value; 2])> {
    let taken = function.inst(function.def_inst(value)?);
    let Op::ExtractValue(path) = &taken.op else {
        return None;
    };
    let call = function.def_inst(taken.operands[0]).filter(|_| **path == [0])?;
    let callee = Callee::of(ctx, function, call)?.func()?;
    let (base, _) = (ctx.funcs[callee].name.strip_prefix("llvm.")?).rsplit_once('.')?;
    let (op, _) = operation(base)?;
    match *function.inst(call).args() {
        [left, right] => Some((op, [left, right])),
        _ => None,
    }
}
