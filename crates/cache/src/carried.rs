//! Loads that are carried from one iteration of a loop to the next.
//!
//! ```text
//! for i { ... x[i] ... x[i + 1] ... }      p = phi [ load x, ... ], [ q, latch ];  q = load (x + 8 + 8 i)
//! ```
//! LLVM loads each place once, and a phi of the header has what was loaded an iteration before. A phi is no load, and what it has changes
//! from iteration to iteration, but where it came from is known: with an address `start + k * step` of the load in iteration `k`, it was
//! `start - step + k * step` for `k > 0`, and if the value at entry was loaded from `start - step` for `k = 0`, too. Several such phis
//! in a row (what a stencil reads to the left) have what was loaded several iterations before.
//!
//! So the phi can be loaded again, if the memory of all these loads is as it was ([`crate::overwrite`]). Each place was read by
//! the primal before the phi had its value: in iteration `k` the load of iteration `k - 1` was executed, because its value came by the
//! latch, and before the loop the one at entry.
//!
//! # What must hold
//! Loads of one type, neither volatile nor atomic; an address that is a recurrence of the phi's own loop; addresses at entry that are
//! the same base and terms at the constants that the recurrence has.
//!
//! # Cost
//! A few definitions for each phi of a header, and what two questions to [`crate::overwrite`] cost.

use ir::graph::{Affine, Loop};
use ir::memory::address::decompose;
use ir::{Access, Inst, InstData, Op, Ordering, Value};
use smallvec::SmallVec;

use crate::overwrite::Overwrites;
use crate::plan::PlanInput;

/// The most iterations that a value is carried over.
const FARTHEST: usize = 8;

/// Where what a phi has is loaded from: `start + counter * step`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Carried {
    /// The loop whose iterations are counted.
    pub of: Loop,
    /// The address in the first iteration, a value from outside the loop.
    pub start: Value,
    /// The bytes from one iteration to the next, over values from outside the loop.
    pub step: Affine,
    /// The alignment that all the addresses have.
    pub align: u32,
}

/// A load that can be repeated.
struct Again {
    address: Value,
    align: u32,
}

/// Where the phi of a header was loaded from, if all that it has is loaded and can be loaded again.
pub(crate) fn carried(input: &PlanInput<'_>, overwrites: &Overwrites<'_>, phi: &InstData) -> Option<Carried> {
    let shape = input.shape;
    let of = shape.loops.with_header(phi.block)?;
    let (entries, next) = way(input, of, phi)?;
    let next = again(input, overwrites, next, phi)?;
    let found = shape
        .inductions
        .get(next.address)
        .filter(|found| found.of == of)?;
    let first = place(input, &found.start)?;
    let mut align = next.align;
    let mut start = None;
    for (back, &entry) in entries.iter().rev().enumerate() {
        let entry = again(input, overwrites, input.function.def_inst(entry)?, phi)?;
        let before = first.offset.minus(&found.step.times(back as i128 + 1));
        let here = place(input, &Affine::value(found.start.bits, entry.address))?;
        if here.base != first.base || here.offset.minus(&before).as_number() != Some(0) {
            return None;
        }
        align = align.min(entry.align);
        start = Some(entry.address);
    }
    Some(Carried {
        of,
        start: start?,
        step: found.step.clone(),
        align,
    })
}

/// The values at entry of the phis between a phi and the load that it gets its values from, and that load.
fn way(input: &PlanInput<'_>, of: Loop, phi: &InstData) -> Option<(SmallVec<[Value; 2]>, Inst)> {
    let function = input.function;
    let mut entries = SmallVec::new();
    let mut at = phi;
    for _ in 0..FARTHEST {
        let (entry, next) = ends(input, of, at)?;
        entries.push(entry);
        let next = function.def_inst(next)?;
        at = function.inst(next);
        match at.op {
            Op::Load(_) => return Some((entries, next)),
            Op::Phi if at.block == phi.block => {}
            _ => return None,
        }
    }
    None
}

/// What the phi of a header has at entry, and what it gets from the latches, if that is one value each.
fn ends(input: &PlanInput<'_>, of: Loop, phi: &InstData) -> Option<(Value, Value)> {
    let mut ends = [None; 2];
    for (from, value) in phi.incoming() {
        let end = &mut ends[usize::from(input.shape.loops.contains(of, from))];
        if end.is_some_and(|known| known != value) {
            return None;
        }
        *end = Some(value);
    }
    ends[0].zip(ends[1])
}

/// An instruction as a load of the phi's type that gives the same once more.
fn again(input: &PlanInput<'_>, overwrites: &Overwrites<'_>, inst: Inst, phi: &InstData) -> Option<Again> {
    let data = input.function.inst(inst);
    let Op::Load(access) = data.op else { return None };
    let Access { align, ordering, .. } = access;
    let plain = !access.volatile && ordering == Ordering::NotAtomic && align > 0;
    (plain && data.ty == phi.ty && overwrites.is_repeatable(inst)).then_some(Again {
        address: data.operands[0],
        align,
    })
}

/// An address taken apart.
struct Place {
    base: Value,
    offset: Affine,
}

/// What an affine expression with one address in it leads to.
fn place(input: &PlanInput<'_>, address: &Affine) -> Option<Place> {
    let (ctx, function) = (input.ctx, input.function);
    let is_address = |value: Value| ctx.types.is_ptr(function.ty(value));
    let mut offset = Affine::number(address.bits, address.constant);
    let mut base = None;
    for &(value, factor) in &address.terms {
        if !is_address(value) {
            offset = offset.plus(&Affine::value(address.bits, value).times(factor));
            continue;
        }
        let found = decompose(ctx, function, value);
        let more = found.offset.filter(|_| factor == 1 && base.is_none())?;
        base = Some(found.base);
        offset = offset.plus(&Affine::number(address.bits, more.constant.into()));
        for (term, factor) in more.terms {
            offset = offset.plus(&Affine::value(address.bits, term).times(factor.into()));
        }
    }
    Some(Place { base: base?, offset })
}
