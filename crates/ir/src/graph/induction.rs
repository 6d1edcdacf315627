//! Induction: which values of a loop are `start + k * step` in iteration `k`.
//!
//! A phi of a loop's header with one latch, whose value from the latch is the phi plus a loop-invariant amount, is a recurrence. Sums,
//! differences, products and shifts with constants, address arithmetic and (where no wrap is known and the numbers are constant)
//! extensions of recurrences are again. Each value is described with respect to the innermost loop of its block; `k` counts from 0 at
//! each entry of that loop. One pass in reverse post-order: linear.
//!
//! A phi that gets from the latch what a recurrence was in this iteration, and starts with what that would have been one iteration before the first, is
//! that recurrence shifted by one: LLVM carries values from one iteration to the next so that they need not be computed twice. What depends on
//! such a phi needs another pass, of which there are few.
//!
//! A phi whose value from the latch is the phi plus recurrences of the same loop has a polynomial of degree two
//! ([`Inductions::quadratic`]): the start of a row of a triangle that is stored row by row. These are chains of recurrences of length three in
//! Bachmann, Wang and Zima, "Chains of Recurrences - a method to expedite the evaluation of closed-form functions", 1994.
//!
//! # No wrap
//! [`Recurrence::nsw`] says that in signed arithmetic without wrap the value of iteration `k` is the value of iteration 0 plus `k`
//! times the step, or else poison; [`Recurrence::nuw`] the same with values read as unsigned and the step as signed. The first comes
//! from `nsw`; the second from `add nuw` of a step that is not negative, from `sub nuw`, and for addresses from `inbounds`, `nusw` and
//! `nuw` (of a step that is not negative). A branch on poison is undefined, so a test that is evaluated may assume the exact value.

use super::affine::{Affine, sign_extend};
use super::cfg::Cfg;
use super::going_on::GoingOn;
use super::loops::{Loop, Loops};
use crate::context::Context;
use crate::entity::EntityVec;
use crate::function::{Block, Function, Value, ValueDef};
use crate::inst::{BinOp, CastOp, Flags, Inst, InstData, Op};
use crate::memory::address::gep_offset;
use crate::types::TypeData;
use rustc_hash::FxHashMap;

/// A value that changes by the same amount in every iteration of a loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recurrence {
    /// The loop.
    pub of: Loop,
    /// The value in the first iteration, over values that the loop does not change.
    pub start: Affine,
    /// What is added for each iteration, over values that the loop does not change.
    pub step: Affine,
    /// Exact in signed arithmetic, or poison.
    pub nsw: bool,
    /// Exact for values read as unsigned, or poison.
    pub nuw: bool,
}

/// A phi of a loop's header whose step is a recurrence of the loop: in iteration `k` its value in iteration 0 plus `k * step + k * (k - 1) / 2 *
/// change`, modulo two to the width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quadratic {
    /// The loop.
    pub of: Loop,
    /// What the first iteration adds, over values that the loop does not change.
    pub step: Affine,
    /// By how much that grows with each iteration, over values that the loop does not change.
    pub change: Affine,
}

/// The recurrences of a function.
#[derive(Clone, Debug)]
pub struct Inductions {
    values: EntityVec<Value, Option<Box<Recurrence>>>,
    quadratic: FxHashMap<Value, Quadratic>,
}

impl Inductions {
    /// Finds the recurrences.
    pub fn of(ctx: &Context, function: &Function, cfg: &Cfg, loops: &Loops) -> Self {
        let mut finder = Finder {
            ctx,
            function,
            loops,
            values: EntityVec::filled(function.value_count(), None),
        };
        let headers = loops.all().map(|current| (current, loops.get(current).header));
        let phis: Vec<_> = headers
            .flat_map(|(current, header)| function.phis(header).map(move |phi| (current, phi)))
            .collect();
        for _ in 0..PASSES {
            finder.pass(cfg);
            // Not an `any`, which would stop at the first.
            let found = phis
                .iter()
                .filter(|&&(current, phi)| finder.find_shifted(current, phi))
                .count();
            if found == 0 {
                break;
            }
        }
        let quadratic = phis
            .iter()
            .filter_map(|&(current, phi)| finder.quadratic(current, phi));
        Self {
            quadratic: quadratic.collect(),
            values: finder.values,
        }
    }

    /// What a phi is that is no recurrence, but whose step is one.
    pub fn quadratic(&self, value: Value) -> Option<&Quadratic> {
        self.quadratic.get(&value)
    }

    /// The recurrence that a value is, with respect to the innermost loop of its block.
    pub fn get(&self, value: Value) -> Option<&Recurrence> {
        self.values.get(value).and_then(|found| found.as_deref())
    }

    /// The first phi of a loop's header that counts iterations: from 0 by 1.
    pub fn canonical(&self, function: &Function, loops: &Loops, current: Loop) -> Option<Value> {
        function
            .phis(loops.get(current).header)
            .filter_map(|phi| function.inst(phi).result)
            .find(|&phi| {
                self.get(phi).is_some_and(|found| {
                    found.of == current
                        && found.start.as_number() == Some(0)
                        && found.step.as_number() == Some(1)
                })
            })
    }
}

/// Whether a loop leaves a value alone: constants, parameters, and results of instructions outside.
pub fn is_invariant(function: &Function, loops: &Loops, current: Loop, value: Value) -> bool {
    match function.value(value).def {
        ValueDef::Inst(inst) => !loops.contains(current, function.inst(inst).block),
        _ => true,
    }
}

/// The width in which a value can be affine: that of an integer, or of offsets from an address.
pub(super) fn affine_bits(ctx: &Context, function: &Function, value: Value) -> Option<u32> {
    match *ctx.types.get(function.ty(value)) {
        TypeData::Int(bits) => (bits <= 128).then_some(bits),
        TypeData::Ptr(space) => Some(ctx.layout.index_bits(space)),
        _ => None,
    }
}

/// A value that a loop does not change, as an affine expression: its number if it is an integer constant.
pub(super) fn invariant_affine(ctx: &Context, function: &Function, value: Value) -> Option<Affine> {
    let bits = affine_bits(ctx, function, value)?;
    let constant = function
        .as_const(value)
        .and_then(|constant| ctx.consts.int_value(&ctx.types, constant));
    Some(match constant {
        Some(number) => Affine::number(bits, number),
        None => Affine::value(bits, value),
    })
}

/// An affine expression with sums, differences and multiples in place of their names, as far as that is not too much work.
pub fn expanded(ctx: &Context, function: &Function, mut affine: Affine) -> Affine {
    for _ in 0..EXPANSIONS {
        let found = affine
            .terms
            .iter()
            .find_map(|&(value, factor)| Some((value, factor, definition(ctx, function, value)?)));
        let Some((value, factor, definition)) = found else {
            break;
        };
        let name = Affine::value(affine.bits, value);
        affine = affine.plus(&definition.minus(&name).times(factor));
    }
    affine
}

/// What a sum, a difference or a multiple is made of.
fn definition(ctx: &Context, function: &Function, value: Value) -> Option<Affine> {
    let data = function.inst(function.def_inst(value)?);
    let operand = |at: usize| invariant_affine(ctx, function, data.operands[at]);
    match data.op {
        Op::Binary(BinOp::Add) => Some(operand(0)?.plus(&operand(1)?)),
        Op::Binary(BinOp::Sub) => Some(operand(0)?.minus(&operand(1)?)),
        Op::Binary(BinOp::Mul) => Some(operand(0)?.times(operand(1)?.as_number()?)),
        Op::Binary(BinOp::Shl) => {
            let bits = u32::try_from(operand(1)?.as_number()?).ok();
            let bits = bits.filter(|&bits| bits < operand(0).map_or(0, |of| of.bits).min(127));
            Some(operand(0)?.times(1 << bits?))
        }
        _ => None,
    }
}

/// Steps from a latch's value to the phi that are followed.
const CHAIN_LIMIT: usize = 16;
/// How many passes are made at most: how deep values that are carried over may depend on each other.
const PASSES: usize = 4;
/// Definitions that are followed from a value that a loop does not change.
const EXPANSIONS: usize = 8;

struct Finder<'a> {
    ctx: &'a Context,
    function: &'a Function,
    loops: &'a Loops,
    values: EntityVec<Value, Option<Box<Recurrence>>>,
}

impl Finder<'_> {
    /// Describes all values from what is known of phis.
    fn pass(&mut self, cfg: &Cfg) {
        for &block in cfg.order() {
            let Some(current) = self.loops.innermost(block) else {
                continue;
            };
            for &inst in self.function.insts(block) {
                let data = self.function.inst(inst);
                let Some(result) = data.result else { continue };
                let is_known = matches!(data.op, Op::Phi) && self.values[result].is_some();
                if !is_known {
                    self.values[result] = self.recurrence(current, inst).map(Box::new);
                }
            }
        }
    }

    /// Finds out whether a phi of a header is what a recurrence was one iteration before; true if that is new.
    fn find_shifted(&mut self, current: Loop, inst: Inst) -> bool {
        let found = self.shifted(current, inst);
        let is_new = found.is_some();
        if let Some((phi, recurrence)) = found {
            self.values[phi] = Some(Box::new(recurrence));
        }
        is_new
    }

    fn shifted(&self, current: Loop, inst: Inst) -> Option<(Value, Recurrence)> {
        let data = self.function.inst(inst);
        let phi = data.result?;
        let (start, next) = self.ends(current, data)?;
        if self.values[phi].is_some() || is_invariant(self.function, self.loops, current, next) {
            return None;
        }
        let next = self.operand(current, next)?;
        let start = invariant_affine(self.ctx, self.function, start)?;
        let before = next.start.minus(&next.step);
        let difference = expanded(self.ctx, self.function, before.minus(&start));
        (difference.as_number() == Some(0)).then(|| {
            let recurrence = Recurrence {
                of: current,
                start,
                step: next.step,
                nsw: false,
                nuw: false,
            };
            (phi, recurrence)
        })
    }

    fn recurrence(&self, current: Loop, inst: Inst) -> Option<Recurrence> {
        let data = self.function.inst(inst);
        match data.op {
            Op::Phi if data.block == self.loops.get(current).header => self.phi(current, data),
            Op::Binary(op) => self.binary(current, op, data),
            Op::Gep { .. } => self.gep(current, data),
            Op::Cast(op) => self.cast(current, op, data),
            _ => None,
        }
    }

    /// What an operand is: a recurrence of the loop, or an invariant as one of step zero.
    fn operand(&self, current: Loop, value: Value) -> Option<Recurrence> {
        if is_invariant(self.function, self.loops, current, value) {
            let start = invariant_affine(self.ctx, self.function, value)?;
            let step = Affine::number(start.bits, 0);
            return Some(Recurrence {
                of: current,
                start,
                step,
                nsw: true,
                nuw: true,
            });
        }
        let found = self.values[value].as_deref()?;
        (found.of == current).then(|| found.clone())
    }

    fn constant(&self, value: Value) -> Option<i128> {
        let constant = self.function.as_const(value)?;
        self.ctx.consts.int_value(&self.ctx.types, constant)
    }

    /// What a phi of a header has before the first iteration, and what it gets from the latches, if that is one value each.
    fn ends(&self, current: Loop, data: &InstData) -> Option<(Value, Value)> {
        let (mut start, mut next) = (None, None);
        for (from, value) in data.incoming() {
            let slot = if self.inside(current, from) {
                &mut next
            } else {
                &mut start
            };
            if slot.is_some_and(|old| old != value) {
                return None;
            }
            *slot = Some(value);
        }
        start.zip(next)
    }

    fn phi(&self, current: Loop, data: &InstData) -> Option<Recurrence> {
        let phi = data.result?;
        let bits = affine_bits(self.ctx, self.function, phi)?;
        let (start, next) = self.ends(current, data)?;
        let start = invariant_affine(self.ctx, self.function, start)?;
        let (step, nsw, nuw) = self.chain(current, phi, next, bits)?;
        Some(Recurrence {
            of: current,
            start,
            step,
            nsw,
            nuw,
        })
    }

    fn inside(&self, current: Loop, block: Block) -> bool {
        self.loops.contains(current, block)
    }

    /// The amount between `phi` and `value`, which is computed from it by additions of invariants, and whether they never wrap.
    fn chain(&self, current: Loop, phi: Value, value: Value, bits: u32) -> Option<(Affine, bool, bool)> {
        let mut step = Affine::number(bits, 0);
        let (mut nsw, mut nuw) = (true, true);
        let mut at = value;
        let going_on = GoingOn::of(self.ctx, self.function, self.loops, current);
        for _ in 0..CHAIN_LIMIT {
            if at == phi {
                return Some((step, nsw, nuw));
            }
            let data = self.function.inst(self.function.def_inst(at)?);
            let link = self.link(current, data, &going_on)?;
            let fits = fits(&step, &link.step);
            step = step.plus(&link.step);
            nsw &= link.nsw && fits;
            nuw &= link.nuw && fits;
            at = link.from;
        }
        None
    }

    /// A phi that grows by recurrences.
    fn quadratic(&self, current: Loop, inst: Inst) -> Option<(Value, Quadratic)> {
        let data = self.function.inst(inst);
        let phi = data.result?;
        if self.values[phi].is_some() {
            return None;
        }
        let bits = affine_bits(self.ctx, self.function, phi)?;
        let (_, mut at) = self.ends(current, data)?;
        let mut step = Affine::number(bits, 0);
        let mut change = step.clone();
        for _ in 0..CHAIN_LIMIT {
            if at == phi {
                return Some((
                    phi,
                    Quadratic {
                        of: current,
                        step,
                        change,
                    },
                ));
            }
            let (from, amount) = self.growth(current, self.function.def_inst(at)?, bits)?;
            step = step.plus(&amount.start);
            change = change.plus(&amount.step);
            at = from;
        }
        None
    }

    /// One addition of a recurrence: to what, and which.
    fn growth(&self, current: Loop, inst: Inst, bits: u32) -> Option<(Value, Recurrence)> {
        let data = self.function.inst(inst);
        let amount = |value| self.operand(current, value);
        let (from, amount) = match data.op {
            Op::Binary(BinOp::Add) => {
                let (x, y) = (data.operands[0], data.operands[1]);
                match amount(y) {
                    Some(found) => (x, found),
                    None => (y, amount(x)?),
                }
            }
            Op::Binary(BinOp::Sub) => {
                let found = amount(data.operands[1])?;
                (data.operands[0], product(found, -1, false, false))
            }
            Op::Gep { .. } => {
                let offset = gep_offset(self.ctx, self.function, data)?;
                let number = Affine::number(bits, i128::from(offset.constant));
                let mut total = Recurrence {
                    of: current,
                    step: Affine::number(bits, 0),
                    start: number,
                    nsw: false,
                    nuw: false,
                };
                for &(index, factor) in &offset.terms {
                    let index = amount(index)?;
                    if index.start.bits != bits {
                        return None;
                    }
                    total = sum(
                        total,
                        product(index, i128::from(factor), false, false),
                        false,
                        false,
                    );
                }
                (data.operands[0], total)
            }
            _ => return None,
        };
        (amount.start.bits == bits).then_some((from, amount))
    }

    /// One addition of an invariant, or of what is a number whenever the loop goes on.
    fn link(&self, current: Loop, data: &InstData, going_on: &GoingOn) -> Option<Link> {
        let invariant = |value| is_invariant(self.function, self.loops, current, value);
        let affine = |value| invariant_affine(self.ctx, self.function, value);
        match data.op {
            Op::Binary(op @ (BinOp::Add | BinOp::Sub)) => {
                let (x, y) = (data.operands[0], data.operands[1]);
                let (from, amount) = match (invariant(x), invariant(y)) {
                    (false, true) => (x, affine(y)?),
                    (true, false) if op == BinOp::Add => (y, affine(x)?),
                    (false, false) => {
                        let bits = affine_bits(self.ctx, self.function, y)?;
                        (
                            x,
                            Affine::number(bits, going_on.number(self.ctx, self.function, y)?),
                        )
                    }
                    _ => return None,
                };
                let sign = if op == BinOp::Sub { -1 } else { 1 };
                let step = amount.times(sign);
                let nuw = data.flags.contains(Flags::NUW) && amount.as_number().is_some_and(|n| n >= 0);
                // The negation of the smallest number does not exist.
                let exact = op == BinOp::Add || fits_times(&amount, -1);
                let nsw = data.flags.contains(Flags::NSW) && exact;
                Some(Link { from, step, nsw, nuw })
            }
            Op::Gep { .. } => {
                let bits = affine_bits(self.ctx, self.function, data.result?)?;
                let step = gep_offset(self.ctx, self.function, data)?.as_constant()?;
                Some(Link {
                    from: data.operands[0],
                    step: Affine::number(bits, i128::from(step)),
                    nsw: false,
                    nuw: no_address_wrap(data.flags, step),
                })
            }
            _ => None,
        }
    }

    fn binary(&self, current: Loop, op: BinOp, data: &InstData) -> Option<Recurrence> {
        let operand = |at: usize| self.operand(current, data.operands[at]);
        let (nsw, nuw) = (data.flags.contains(Flags::NSW), data.flags.contains(Flags::NUW));
        let factor = |at: usize| self.constant(data.operands[at]);
        match op {
            BinOp::Add => Some(sum(operand(0)?, operand(1)?, nsw, nuw)),
            BinOp::Or if data.flags.contains(Flags::DISJOINT) => {
                Some(sum(operand(0)?, operand(1)?, true, true))
            }
            // All bits turned: `-1 - x`.
            BinOp::Xor if factor(1) == Some(-1) => {
                let turned = operand(0)?;
                let mut all = turned.clone();
                all.start = Affine::number(turned.start.bits, -1);
                all.step = Affine::number(turned.start.bits, 0);
                (all.nsw, all.nuw) = (true, true);
                // Neither as signed nor as unsigned numbers does the difference wrap; but "unsigned" means steps in a straight line, too.
                Some(difference(all, turned, true, false))
            }
            BinOp::Sub => Some(difference(operand(0)?, operand(1)?, nsw, nuw)),
            BinOp::Mul => match (factor(0), factor(1)) {
                (_, Some(factor)) => Some(product(operand(0)?, factor, nsw, nuw && factor >= 0)),
                (Some(factor), _) => Some(product(operand(1)?, factor, nsw, nuw && factor >= 0)),
                _ => {
                    let still =
                        |at: usize| is_invariant(self.function, self.loops, current, data.operands[at]);
                    let (counter, factor) = if still(1) { (0, 1) } else { (1, 0) };
                    let factor = invariant_affine(self.ctx, self.function, data.operands[factor])?;
                    multiple(&operand(counter)?, &factor, nsw, nuw)
                }
            },
            BinOp::Shl => {
                let shifted = operand(0)?;
                let amount = factor(1)?;
                // A shift into the sign bit is a product with a negative number, whose flags mean something else.
                let plain = (0..i128::from(shifted.start.bits) - 1).contains(&amount);
                plain.then(|| product(shifted, 1 << amount, nsw, nuw))
            }
            _ => None,
        }
    }

    fn gep(&self, current: Loop, data: &InstData) -> Option<Recurrence> {
        let offset = gep_offset(self.ctx, self.function, data)?;
        let mut total = self.operand(current, data.operands[0])?;
        let bits = total.start.bits;
        for &(index, factor) in &offset.terms {
            let index = self.operand(current, index)?;
            if index.start.bits != bits {
                return None;
            }
            let distance = product(index, i128::from(factor), false, false);
            total = sum(total, distance, false, false);
        }
        total.start.constant = sign_extend(total.start.constant + i128::from(offset.constant), bits);
        let still = offset.terms.is_empty();
        let was_exact = self
            .operand(current, data.operands[0])
            .is_some_and(|base| base.nuw);
        total.nuw = still && was_exact && no_address_wrap(data.flags, offset.constant);
        total.nsw = false;
        Some(total)
    }

    /// Extensions of recurrences that are known not to wrap, if start and step are numbers (no value is the extension of another
    /// start), and truncations.
    fn cast(&self, current: Loop, op: CastOp, data: &InstData) -> Option<Recurrence> {
        let bits = affine_bits(self.ctx, self.function, data.result?)?;
        let from = self.operand(current, data.operands[0])?;
        let (start, step) = (from.start.as_number()?, from.step.as_number()?);
        let narrow = from.start.bits;
        let (start, nsw, nuw) = match op {
            CastOp::Trunc => (start, false, false),
            CastOp::SExt if from.nsw => (start, true, false),
            CastOp::ZExt if from.nuw => {
                let unsigned = start & (crate::constant::mask(narrow) as i128);
                (unsigned, true, true)
            }
            _ => return None,
        };
        Some(Recurrence {
            of: current,
            start: Affine::number(bits, start),
            step: Affine::number(bits, step),
            nsw,
            nuw,
        })
    }
}

/// One addition on the way from a latch's value to its phi.
struct Link {
    from: Value,
    step: Affine,
    nsw: bool,
    nuw: bool,
}

/// Whether two amounts can be added in signed arithmetic: then the sum of exact recurrences moves by just their sum. Of amounts that
/// are not numbers nothing is known, unless one of them is zero.
fn fits(x: &Affine, y: &Affine) -> bool {
    match (x.as_number(), y.as_number()) {
        (Some(x_step), Some(y_step)) => sign_extend(x_step + y_step, x.bits) == x_step + y_step,
        (x_step, y_step) => x_step == Some(0) || y_step == Some(0),
    }
}

/// Whether an amount can be multiplied in signed arithmetic.
fn fits_times(x: &Affine, factor: i128) -> bool {
    x.as_number()
        .and_then(|step| step.checked_mul(factor))
        .is_some_and(|step| sign_extend(step, x.bits) == step)
}

/// Whether address arithmetic by this constant gives the exact address or poison.
fn no_address_wrap(flags: Flags, step: i64) -> bool {
    flags.contains(Flags::INBOUNDS)
        || flags.contains(Flags::NUSW)
        || (flags.contains(Flags::NUW) && step >= 0)
}

fn sum(x: Recurrence, y: Recurrence, nsw: bool, nuw: bool) -> Recurrence {
    let fits = fits(&x.step, &y.step);
    Recurrence {
        of: x.of,
        start: x.start.plus(&y.start),
        step: x.step.plus(&y.step),
        nsw: nsw && x.nsw && y.nsw && fits,
        nuw: nuw && x.nuw && y.nuw && fits,
    }
}

fn difference(x: Recurrence, y: Recurrence, nsw: bool, nuw: bool) -> Recurrence {
    let fits = fits_times(&y.step, -1) && fits(&x.step, &y.step.times(-1));
    Recurrence {
        of: x.of,
        start: x.start.minus(&y.start),
        step: x.step.minus(&y.step),
        nsw: nsw && x.nsw && y.nsw && fits,
        nuw: nuw && x.nuw && y.nuw && fits,
    }
}

/// A recurrence of numbers times a value that the loop does not change.
fn multiple(x: &Recurrence, factor: &Affine, nsw: bool, nuw: bool) -> Option<Recurrence> {
    let (start, step) = (x.start.as_number()?, x.step.as_number()?);
    // The value itself is what is added: a multiple of it might wrap where no product does.
    let exact = step == 1;
    Some(Recurrence {
        of: x.of,
        start: factor.times(start),
        step: factor.times(step),
        nsw: nsw && x.nsw && exact,
        nuw: nuw && x.nuw && exact,
    })
}

fn product(x: Recurrence, factor: i128, nsw: bool, nuw: bool) -> Recurrence {
    let fits = fits_times(&x.step, factor);
    Recurrence {
        of: x.of,
        start: x.start.times(factor),
        step: x.step.times(factor),
        nsw: nsw && x.nsw && fits,
        nuw: nuw && x.nuw && fits,
    }
}
