//! What is true whenever a loop goes on for another iteration: what its latch has tested.
//!
//! Rust's `for i in 1..=n` must not compute `n + 1`, which may not exist. What LLVM makes of it is `next = i + (i < n)` and a test
//! `i >= n || next > n`. Where the loop goes on, `i < n` is true, so `next` is `i + 1`, and the second half of the test says nothing. Both are
//! read off the conditions that lead back to the header. Cost: the size of the tested condition.

use smallvec::SmallVec;

use super::loops::{Loop, Loops};
use crate::context::Context;
use crate::function::{Function, Value};
use crate::inst::{BinOp, CastOp, InstData, IntPred, Op};

/// Conditions that are followed from one test.
const LIMIT: usize = 16;

/// Conditions with what they are whenever a loop goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct GoingOn {
    known: SmallVec<[(Value, bool); 4]>,
}

impl GoingOn {
    /// What the only latch of a loop has tested.
    pub(super) fn of(ctx: &Context, function: &Function, loops: &Loops, current: Loop) -> Self {
        let data = loops.get(current);
        let mut found = Self::default();
        let &[latch] = data.latches.as_slice() else {
            return found;
        };
        let Some(last) = function.terminator(latch).map(|inst| function.inst(inst)) else {
            return found;
        };
        if let (Op::CondBr, &[if_true, if_false]) = (&last.op, last.targets.as_slice())
            && if_true != if_false
        {
            found.learn(ctx, function, last.operands[0], if_true == data.header);
        }
        found
    }

    fn learn(&mut self, ctx: &Context, function: &Function, condition: Value, truth: bool) {
        if self.known.len() >= LIMIT {
            return;
        }
        self.known.push((condition, truth));
        let Some(data) = function.def_inst(condition).map(|inst| function.inst(inst)) else {
            return;
        };
        if let Some(operand) = inverted(ctx, function, data) {
            self.learn(ctx, function, operand, !truth);
        } else if let Some((is_or, parts)) = joined(ctx, function, data)
            && is_or != truth
        {
            parts
                .into_iter()
                .for_each(|part| self.learn(ctx, function, part, truth));
        }
    }

    fn truth(&self, condition: Value) -> Option<bool> {
        self.known
            .iter()
            .find(|known| known.0 == condition)
            .map(|known| known.1)
    }

    /// The number that a value is whenever the loop goes on: the extension of a condition.
    pub(super) fn number(&self, ctx: &Context, function: &Function, value: Value) -> Option<i128> {
        let data = function.inst(function.def_inst(value)?);
        let Op::Cast(CastOp::ZExt) = data.op else {
            return None;
        };
        let condition = data.operands[0];
        let truth = self.truth(condition).or_else(|| {
            let operand = inverted(ctx, function, function.inst(function.def_inst(condition)?))?;
            self.truth(operand).map(|truth| !truth)
        })?;
        Some(i128::from(truth))
    }

    /// The one test that decides whether the loop goes on, where a condition to leave is a test or another that can only hold if that does:
    /// `x >= end || x + 1 > end`.
    pub(super) fn deciding(&self, ctx: &Context, function: &Function, condition: Value) -> Option<Value> {
        let data = function.inst(function.def_inst(condition)?);
        let (true, [first, second]) = joined(ctx, function, data)? else {
            return None;
        };
        self.follows(ctx, function, first, second).then_some(first)
    }

    /// Whether `x + 1 > end` is false because `x >= end` is.
    fn follows(&self, ctx: &Context, function: &Function, first: Value, second: Value) -> bool {
        let test = |condition: Value| {
            let data = function.inst(function.def_inst(condition)?);
            let Op::ICmp(pred) = data.op else { return None };
            Some((pred, data.operands[0], data.operands[1]))
        };
        let (Some((first, x, end)), Some((second, next, same_end))) = (test(first), test(second)) else {
            return false;
        };
        let pair = matches!(
            (first, second),
            (IntPred::Uge, IntPred::Ugt) | (IntPred::Sge, IntPred::Sgt)
        );
        let is_next = |next: Value| {
            let data = function.inst(function.def_inst(next)?);
            let (Op::Binary(BinOp::Add), [from, amount]) = (&data.op, data.operands.as_slice()) else {
                return None;
            };
            Some(*from == x && self.number(ctx, function, *amount)? <= 1)
        };
        pair && end == same_end && is_next(next) == Some(true)
    }
}

/// The operand whose opposite an instruction gives.
fn inverted(ctx: &Context, function: &Function, data: &InstData) -> Option<Value> {
    let is_bit = ctx.types.int_bits(data.ty) == Some(1);
    match data.op {
        Op::Binary(BinOp::Xor) if is_bit && is_constant(ctx, function, data.operands[1], true) => {
            Some(data.operands[0])
        }
        _ => None,
    }
}

/// The operands of "or" (then with `true`) and "and", also of the forms that do not look at the second operand if the first decides.
fn joined(ctx: &Context, function: &Function, data: &InstData) -> Option<(bool, [Value; 2])> {
    if ctx.types.int_bits(data.ty) != Some(1) {
        return None;
    }
    match (&data.op, data.operands.as_slice()) {
        (Op::Binary(op @ (BinOp::Or | BinOp::And)), &[x, y]) => Some((*op == BinOp::Or, [x, y])),
        (Op::Select, &[x, decided, y]) if is_constant(ctx, function, decided, true) => Some((true, [x, y])),
        (Op::Select, &[x, y, decided]) if is_constant(ctx, function, decided, false) => Some((false, [x, y])),
        _ => None,
    }
}

fn is_constant(ctx: &Context, function: &Function, value: Value, truth: bool) -> bool {
    let number = function
        .as_const(value)
        .and_then(|constant| ctx.consts.int_value(&ctx.types, constant));
    number.is_some_and(|number| (number != 0) == truth)
}
