//! Whether a loop writes all of an object.
//!
//! ```text
//! t = calloc(n, 8); for c { for (j = 0; j != n; j++) t[j] = ...;  ... t[...] ... }
//! ```
//! An object that begins with zeros has them where nothing was written. But if its size is the number of iterations of a loop times what an
//! iteration writes, in places one after the other from the start, then everything was. Where the size was computed with a wrap, less was
//! allocated, and what is written is still all of it.

use ir::graph::{Affine, Count, Guard, Loop, Stride, expanded};
use ir::memory::address::Offset;
use ir::{Block, Function, Inst, IntPred, Op, Value};
use rules::{Allocation, Bytes};

use crate::plan::PlanInput;

/// Jumps between a test for no iterations and the loop that are followed.
const MOST_JUMPS: u32 = 8;

/// The bytes of an allocation, as an expression in 64 bits of the operands of its call.
pub(crate) fn extent(input: &PlanInput<'_>, call: Inst, made: &Allocation) -> Option<Affine> {
    let Bytes { scale, operands } = made.bytes.as_ref()?;
    let args = input.function.inst(call).args();
    let mut product = Affine::number(64, i128::from(*scale));
    for &operand in operands {
        let operand = in_64_bits(input, *args.get(usize::from(operand))?)?;
        product = match (product.as_number(), operand.as_number()) {
            (Some(number), _) => operand.times(number),
            (None, Some(number)) => product.times(number),
            (None, None) => return None,
        };
    }
    Some(product)
}

/// A store to a place of an object, and how many bytes it writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    pub(crate) store: Inst,
    pub(crate) place: &'a Offset,
    pub(crate) bytes: i64,
}

/// Whether the loop around a store writes an object of `extent` bytes from its start to its end, each time before `block` is come to.
pub(crate) fn writes_all(input: &PlanInput<'_>, written: Written<'_>, extent: &Affine, block: Block) -> bool {
    let (function, shape) = (input.function, input.shape);
    let at = function.inst(written.store).block;
    let Some(current) = shape.loops.innermost(at) else {
        return false;
    };
    let data = shape.loops.get(current);
    let every_time = (data.latches.iter()).all(|&latch| shape.dominators.dominates(at, latch));
    if !every_time || !is_entered(input, (data.header, written.bytes), extent, block) {
        return false;
    }
    let end = end_of_row(input, written, current).map(|end| expanded(input.ctx, function, end));
    end.as_ref() == Some(extent)
}

/// Whether a loop is entered each time before `block` is come to, but for an object without bytes: the test for that may be before the loop.
fn is_entered(input: &PlanInput<'_>, (header, bytes): (Block, i64), extent: &Affine, block: Block) -> bool {
    let (function, shape) = (input.function, input.shape);
    let dominates = |above: Block| shape.dominators.dominates(above, block);
    if dominates(header) {
        return true;
    }
    let mut at = header;
    while let Some(above) = shape
        .dominators
        .idom(at)
        .filter(|&above| !dominates(at) && above != at)
    {
        at = above;
    }
    let last = function.terminator(at).map(|last| function.inst(last));
    let Some(last) = last.filter(|last| matches!(last.op, Op::CondBr)) else {
        return false;
    };
    let test = function
        .def_inst(last.operands[0])
        .map(|test| function.inst(test));
    let Some((test, pred)) = test.and_then(|test| match test.op {
        Op::ICmp(pred @ (IntPred::Eq | IntPred::Ne)) => Some((test, pred)),
        _ => None,
    }) else {
        return false;
    };
    let around = usize::from(pred == IntPred::Ne);
    let (Some(count), Some(zero)) = (
        in_64_bits(input, test.operands[0]),
        in_64_bits(input, test.operands[1]),
    ) else {
        return false;
    };
    // On the other way the loop must be entered.
    let way = last.targets[1 - around];
    let is_way = shape.dominators.dominates(way, header) && shape.cfg.preds(way) == [at];
    zero.as_number() == Some(0)
        && count.times(i128::from(bytes)) == *extent
        && is_way
        && enters(input, way, header)
}

/// Whether nothing but jumps leads from a block to the header of a loop.
fn enters(input: &PlanInput<'_>, from: Block, header: Block) -> bool {
    let mut at = from;
    for _ in 0..MOST_JUMPS {
        match input.shape.cfg.succs(at) {
            _ if at == header => return true,
            &[next] => at = next,
            _ => return false,
        }
    }
    false
}

/// The bytes that a store writes in all iterations of its loop, if they are one behind the other from the start of the object on.
fn end_of_row(input: &PlanInput<'_>, written: Written<'_>, current: Loop) -> Option<Affine> {
    let [(counter, factor)] = *written.place.terms.as_slice() else {
        return None;
    };
    let counter = input.shape.inductions.get(counter)?;
    let step = counter.step.as_number()?.checked_mul(i128::from(factor))?;
    let in_a_row = counter.of == current
        && counter.start.as_number() == Some(0)
        && written.place.constant == 0
        && step == i128::from(written.bytes);
    in_a_row.then_some(iterations(input, current)?.times(step))
}

/// How often the header of a loop runs each time that it is entered, in 64 bits.
fn iterations(input: &PlanInput<'_>, current: Loop) -> Option<Affine> {
    let backedges = match &input.shape.exact_count(current)?.backedges {
        Count::Number(number) => Affine::number(64, i128::try_from(*number).ok()?),
        Count::Steps {
            low,
            high,
            stride: Stride::Number(1),
            guard: Guard::Always,
        } if low.bits == 64 => high.minus(low),
        Count::Steps { .. } => return None,
    };
    Some(backedges.plus(&Affine::number(64, 1)))
}

fn in_64_bits(input: &PlanInput<'_>, value: Value) -> Option<Affine> {
    let (ctx, function): (_, &Function) = (input.ctx, input.function);
    let types = &ctx.types;
    if types.int_bits(function.ty(value)) != Some(64) {
        return None;
    }
    let constant = function.as_const(value);
    Some(
        match constant.and_then(|constant| ctx.consts.int_value(types, constant)) {
            Some(number) => Affine::number(64, number),
            None => expanded(ctx, function, Affine::value(64, value)),
        },
    )
}
