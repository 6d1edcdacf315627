//! Trip counts: how often a loop's back edge is taken, as an expression over values that are known when the loop is entered.
//!
//! A test counts when it is made once in every iteration (its block dominates all latches and is in no inner loop) and compares a
//! recurrence of constant step with something that the loop does not change. The loop goes on while the comparison holds:
//!
//! | goes on while | step | needs | back edges |
//! |---|---|---|---|
//! | `x != end` | 1, -1 | nothing | distance from start to end |
//! | `x != end` | other | no wrap | distance / step: without a wrap the loop must meet `end` |
//! | `x != end` | other, of `2^s` times an odd number | no other way out | distance / `2^s` times the inverse of the odd number |
//! | `x < end` | 1 | nothing | `start < end ? distance : 0` |
//! | `x < end` | above 1 | no wrap, or a constant end that is not jumped over | `start < end ? (distance - 1) / step + 1 : 0` |
//! | `x <= end` | above 0 | no wrap, or a constant end that can be passed | `start <= end ? distance / step + 1 : 0` |
//! | `x > end`, `x >= end` | below 0 | the same, mirrored | the same, mirrored |
//! | any order | a value `s` | no wrap, and no other way out | as for the number that it is |
//! | `x >= s`, unsigned | `-s` | no other way out | `start / s`: what is left of a slice that is cut into pieces |
//!
//! "No wrap" is that of [`Recurrence`] in the comparison's signedness. A wrap would make the tested value poison, and a branch on
//! poison is undefined behaviour, so the count holds for every execution that is defined.
//!
//! The second rule for `!=` is how LLVM's unroller counts (`i += 4` until `i == n & -4`, without flags): the least `k` for which
//! `k * step` is the distance modulo two to the width. There is one if the loop ends; without another way out it does. The inverse is that of
//! Hensel's lemma, as in exact division (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", 1994, section 9).
//!
//! A step that is a value has the right sign if the loop is left: without a wrap a test that holds at first never fails otherwise. With another way out that
//! would not be so.

use super::affine::Affine;
use super::cfg::{Cfg, returning_blocks};
use super::dominators::Dominators;
use super::going_on::GoingOn;
use super::induction::{Inductions, Recurrence, invariant_affine, is_invariant};
use super::loops::{Loop, Loops};
use crate::constant::mask;
use crate::context::Context;
use crate::function::{Block, Function, Value};
use crate::inst::{IntPred, Op};

/// Under which condition there are any back edges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    /// Always: `low` is not above `high`, whatever the numbers are read as.
    Always,
    /// If `low` is below `high` as signed numbers.
    SignedLess,
    /// If `low` is at most `high` as signed numbers.
    SignedAtMost,
    /// If `low` is below `high` as unsigned numbers.
    UnsignedLess,
    /// If `low` is at most `high` as unsigned numbers.
    UnsignedAtMost,
    /// Always, and `high` is met after some wraps.
    Wrapping,
}

/// How far an iteration goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stride {
    /// That far; not zero.
    Number(u64),
    /// As far as this, a number without sign. It is zero only if the loop is never left, and is to be taken for one then.
    Value(Box<Affine>),
}

impl Stride {
    fn eval(&self, value: &impl Fn(Value) -> u128) -> u128 {
        match self {
            Self::Number(number) => u128::from(*number),
            Self::Value(stride) => stride.eval(value).max(1),
        }
    }

    /// The expression, if it is no number.
    pub fn value(&self) -> Option<&Affine> {
        match self {
            Self::Number(_) => None,
            Self::Value(stride) => Some(stride),
        }
    }
}

/// A number of back edges.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Count {
    /// A number.
    Number(u128),
    /// With `d = high - low`, a number without sign modulo two to the width: `d / stride` for [`Guard::Always`]; for
    /// [`Guard::Wrapping`] what [`Meeting`] says of `d`; if the guard does not hold 0; else `(d - 1) / stride + 1` for the guards that say "less" and `d / stride + 1` for those that say "at most".
    Steps {
        /// The end that the loop starts from if it counts up.
        low: Box<Affine>,
        /// The end that the loop goes towards if it counts up.
        high: Box<Affine>,
        /// The distance that an iteration covers.
        stride: Stride,
        /// When there are any.
        guard: Guard,
    },
}

impl Count {
    /// The number, given the bits of the values that the expression reads.
    pub fn eval(&self, value: &impl Fn(Value) -> u128) -> u128 {
        match self {
            Self::Number(number) => *number,
            Self::Steps {
                low,
                high,
                stride,
                guard,
            } => {
                let (first, last) = (low.eval(value), high.eval(value));
                let distance = last.wrapping_sub(first) & mask(low.bits);
                let stride = stride.eval(value);
                match guard {
                    Guard::Always => distance / stride,
                    Guard::Wrapping => Meeting::of(stride as u64, low.bits).steps(distance),
                    _ if !guard.holds(first, last, low.bits) => 0,
                    Guard::SignedLess | Guard::UnsignedLess => (distance - 1) / stride + 1,
                    Guard::SignedAtMost | Guard::UnsignedAtMost => distance / stride + 1,
                }
            }
        }
    }

    /// The values that the expression reads.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        let parts = match self {
            Self::Number(_) => None,
            Self::Steps {
                low, high, stride, ..
            } => Some([Some(low.as_ref()), Some(high.as_ref()), stride.value()]),
        };
        let parts = parts.into_iter().flatten().flatten();
        parts.flat_map(|part| part.terms.iter().map(|term| term.0))
    }

    /// The same as a number, if it reads no value.
    fn folded(self) -> Self {
        if self.values().next().is_some() {
            return self;
        }
        Self::Number(self.eval(&|_| 0))
    }
}

/// How many steps of a stride go a distance modulo two to a number of bits: `(distance >> shift) * inverse & mask`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meeting {
    /// The exponent of two in the stride.
    pub shift: u32,
    /// The inverse of its odd part.
    pub inverse: u128,
    /// What is left of the width without the exponent.
    pub mask: u128,
}

impl Meeting {
    /// That of a stride, which is not zero modulo two to the width.
    pub fn of(stride: u64, bits: u32) -> Self {
        let shift = stride.trailing_zeros().min(bits.saturating_sub(1));
        let odd = u128::from(stride >> shift);
        // Newton's step doubles the number of right bits; an odd number is its own inverse modulo eight.
        let mut inverse = odd;
        for _ in 0..6 {
            inverse = inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        let mask = mask(bits - shift);
        Self {
            shift,
            inverse: inverse & mask,
            mask,
        }
    }

    /// The number of steps, if there is one.
    pub fn steps(self, distance: u128) -> u128 {
        (distance >> self.shift).wrapping_mul(self.inverse) & self.mask
    }
}

impl Guard {
    fn holds(self, low: u128, high: u128, bits: u32) -> bool {
        let signed = |number: u128| super::affine::sign_extend(number as i128, bits);
        match self {
            Self::Always | Self::Wrapping => true,
            Self::SignedLess => signed(low) < signed(high),
            Self::SignedAtMost => signed(low) <= signed(high),
            Self::UnsignedLess => low < high,
            Self::UnsignedAtMost => low <= high,
        }
    }
}

/// How often a loop's back edges are taken; the header runs once more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TripCount {
    /// The number of back edges taken for each entry of the loop.
    pub backedges: Count,
    /// Whether it is that number for every execution in which the function returns; otherwise it is an upper bound.
    pub exact: bool,
    /// The edge by which the counted test leaves.
    pub exit: (Block, Block),
}

/// The facts that counting needs.
#[derive(Clone, Copy, Debug)]
pub struct LoopFacts<'a> {
    /// Types and constants.
    pub ctx: &'a Context,
    /// The function.
    pub function: &'a Function,
    /// Its control flow.
    pub cfg: &'a Cfg,
    /// Its dominators.
    pub dominators: &'a Dominators,
    /// Its loops.
    pub loops: &'a Loops,
    /// Its recurrences.
    pub inductions: &'a Inductions,
}

/// The trip count of each loop, `None` where it is unknown.
///
/// Exits into code that cannot return (`unreachable`, unwinding) are passed over, since only executions that return are counted. With
/// one test left the count is exact; with several that can all be counted as numbers the least one is; else the first that can be
/// counted is an upper bound. Calls that never come back are taken to come back.
pub fn trip_counts(facts: LoopFacts<'_>) -> crate::EntityVec<Loop, Option<TripCount>> {
    let returning = returning_blocks(facts.function, facts.cfg);
    let count = |current| {
        let exits = facts.loops.get(current).exits.iter().copied();
        let exits: Vec<_> = exits.filter(|&(_, to)| returning.contains(to)).collect();
        trip_count(facts, current, &exits)
    };
    facts.loops.all().map(count).collect()
}

fn trip_count(facts: LoopFacts<'_>, current: Loop, exits: &[(Block, Block)]) -> Option<TripCount> {
    let counted: Vec<(Count, (Block, Block))> = exits
        .iter()
        .filter_map(|&exit| Some((test_count(facts, current, exit, exits.len() == 1)?, exit)))
        .collect();
    let number = |count: &Count| match count {
        Count::Number(number) => Some(*number),
        Count::Steps { .. } => None,
    };
    let all_numbers =
        counted.len() == exits.len() && counted.iter().all(|(count, _)| number(count).is_some());
    let exact = counted.len() == 1 && exits.len() == 1 || all_numbers;
    let least = counted
        .iter()
        .enumerate()
        .min_by_key(|(at, (count, _))| (number(count).unwrap_or(u128::MAX), *at));
    let (backedges, exit) = least?.1.clone();
    Some(TripCount {
        backedges,
        exact,
        exit,
    })
}

/// The number of back edges before the test at `exit.0` leaves by this edge, which is the `only` way out.
fn test_count(facts: LoopFacts<'_>, current: Loop, exit: (Block, Block), only: bool) -> Option<Count> {
    let (block, outside) = exit;
    let latches = &facts.loops.get(current).latches;
    let every_time = facts.loops.innermost(block) == Some(current)
        && latches
            .iter()
            .all(|&latch| facts.dominators.dominates(block, latch));
    if !every_time {
        return None;
    }
    let last = facts.function.inst(facts.function.terminator(block)?);
    if !matches!(last.op, Op::CondBr) || last.targets[0] == last.targets[1] {
        return None;
    }
    let leaves_if_true = last.targets[0] == outside;
    let mut condition = last.operands[0];
    // Of the latch alone is known what holds when the loop goes on.
    if leaves_if_true && latches.as_slice() == [block] {
        let going_on = GoingOn::of(facts.ctx, facts.function, facts.loops, current);
        condition = going_on
            .deciding(facts.ctx, facts.function, condition)
            .unwrap_or(condition);
    }
    let test = facts.function.inst(facts.function.def_inst(condition)?);
    let Op::ICmp(pred) = test.op else { return None };
    let pred = if leaves_if_true { pred.inverse() } else { pred };
    let (x, y) = (test.operands[0], test.operands[1]);
    let still = |value| is_invariant(facts.function, facts.loops, current, value);
    let (moving, pred, end) = if still(y) {
        (x, pred, y)
    } else {
        (y, pred.swapped(), x)
    };
    let recurrence = facts.inductions.get(moving)?;
    if recurrence.of != current || !still(end) {
        return None;
    }
    let end = invariant_affine(facts.ctx, facts.function, end)?;
    Some(solve(recurrence, pred, end, only)?.folded())
}

/// The first iteration in which `x pred end` does not hold. That there is one is known if no other test leaves the loop.
fn solve(x: &Recurrence, pred: IntPred, end: Affine, leaves: bool) -> Option<Count> {
    let Some(step) = x.step.as_number() else {
        return solve_by_value(x, pred, end, leaves);
    };
    let stride = u64::try_from(step.unsigned_abs())
        .ok()
        .filter(|&stride| stride != 0)?;
    let signed = matches!(pred, IntPred::Slt | IntPred::Sle | IntPred::Sgt | IntPred::Sge);
    let exact = match pred {
        IntPred::Ne => x.nsw || x.nuw,
        _ if signed => x.nsw,
        _ => x.nuw,
    };
    let up = step > 0;
    let (inclusive, fits) = match pred {
        IntPred::Ne => (false, true),
        IntPred::Slt | IntPred::Ult => (false, up),
        IntPred::Sle | IntPred::Ule => (true, up),
        IntPred::Sgt | IntPred::Ugt => (false, !up),
        IntPred::Sge | IntPred::Uge => (true, !up),
        IntPred::Eq => return None,
    };
    let straight = exact
        || stride == 1 && !inclusive
        || pred == IntPred::Ne && is_met(x, &end, step)
        || pred != IntPred::Ne && can_be_passed(&end, step, signed, inclusive);
    let is_met_at_last = pred == IntPred::Ne && leaves;
    if !(fits && (straight || is_met_at_last)) {
        return None;
    }
    let guard = match (pred, signed, inclusive) {
        // Distances that are met are multiples of a power of two, and the quotient is below what a wrap could add.
        (IntPred::Ne, ..) if straight || stride.is_power_of_two() => Guard::Always,
        (IntPred::Ne, ..) => Guard::Wrapping,
        (_, true, false) => Guard::SignedLess,
        (_, true, true) => Guard::SignedAtMost,
        (_, false, false) => Guard::UnsignedLess,
        (_, false, true) => Guard::UnsignedAtMost,
    };
    let (low, high) = if up {
        (x.start.clone(), end)
    } else {
        (end, x.start.clone())
    };
    if pred == IntPred::Ne && !straight && is_missed(&low, &high, stride) {
        return None;
    }
    Some(Count::Steps {
        low: Box::new(low),
        high: Box::new(high),
        stride: Stride::Number(stride),
        guard,
    })
}

/// The same for a step that is no number.
fn solve_by_value(x: &Recurrence, pred: IntPred, end: Affine, leaves: bool) -> Option<Count> {
    let (up, signed) = match pred {
        IntPred::Slt | IntPred::Sle => (true, true),
        IntPred::Ult | IntPred::Ule => (true, false),
        IntPred::Sgt | IntPred::Sge => (false, true),
        IntPred::Ugt | IntPred::Uge => (false, false),
        IntPred::Eq | IntPred::Ne => return None,
    };
    let stride = if up { x.step.clone() } else { x.step.times(-1) };
    let start = x.start.clone();
    let (low, high, guard) = if pred == IntPred::Uge && end == stride {
        (Affine::number(end.bits, 0), start, Guard::Always)
    } else {
        let exact = if signed { x.nsw } else { x.nuw };
        let inclusive = matches!(pred, IntPred::Sle | IntPred::Ule | IntPred::Sge | IntPred::Uge);
        let guard = match (signed, inclusive) {
            _ if !exact => return None,
            (true, false) => Guard::SignedLess,
            (true, true) => Guard::SignedAtMost,
            (false, false) => Guard::UnsignedLess,
            (false, true) => Guard::UnsignedAtMost,
        };
        let (low, high) = if up { (start, end) } else { (end, start) };
        (low, high, guard)
    };
    leaves.then(|| Count::Steps {
        low: Box::new(low),
        high: Box::new(high),
        stride: Stride::Value(Box::new(stride)),
        guard,
    })
}

/// Whether a recurrence of constants meets a constant end: going there in a straight line, it comes by before any wrap.
fn is_met(x: &Recurrence, end: &Affine, step: i128) -> bool {
    let (Some(start), Some(end)) = (x.start.as_number(), end.as_number()) else {
        return false;
    };
    let distance = (end - start).checked_rem(step);
    distance == Some(0) && (end - start).signum() * step.signum() >= 0
}

/// Whether a distance of numbers is no multiple of the stride's power of two: then no number of steps goes it.
fn is_missed(low: &Affine, high: &Affine, stride: u64) -> bool {
    let distance = high.minus(low).as_number();
    distance.is_some_and(|distance| distance.trailing_zeros() < stride.trailing_zeros())
}

/// Whether the last value before a constant end, plus the step, is still a number of the width: then the test fails before a wrap.
fn can_be_passed(end: &Affine, step: i128, signed: bool, inclusive: bool) -> bool {
    if end.bits > 64 {
        return false;
    }
    let Some(number) = end.as_number() else {
        return false;
    };
    let (least, most) = if signed {
        (-(1i128 << (end.bits - 1)), (1i128 << (end.bits - 1)) - 1)
    } else {
        (0, mask(end.bits) as i128)
    };
    let end = if signed {
        number
    } else {
        number & mask(end.bits) as i128
    };
    // The value furthest along for which the loop goes on.
    let last = match (inclusive, step > 0) {
        (true, _) => end,
        (false, true) => end - 1,
        (false, false) => end + 1,
    };
    (least..=most).contains(&(last + step))
}
