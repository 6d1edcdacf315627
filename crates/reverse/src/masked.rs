//! Values that are calculated whether they are wanted or not.
//!
//! Optimizers turn branches into `select`s, and vectorizers calculate lanes that a masked store then leaves out. What is not chosen has an
//! adjoint of zero, and it may have been calculated where its function has a pole: `b != 0 ? a / b : 0` has no derivative 1/0, but zero
//! times that is NaN. So the partials of such values count for nothing where the adjoint is zero, whatever they are ("strong zero").
//!
//! That matters only where a partial may be infinite or NaN: of a division, of a function whose partials are more than sums and products of
//! its operands, and of what calculates with the results of these, or with what comes from outside: arguments, and memory, which
//! optimizers also read where the program would not (the members of another variant, elements that are marked as missing). Products of
//! constants, and of values that are computed of integers, cost nothing more.
//!
//! A value is *masked* if all its adjoint comes from arms of selects, from phis that are reached without it as well, from what masked stores
//! write, or from values that are masked.
//!
//! # Cost
//! Linear in the body. In the reverse sweep a comparison and a choice for each product with such a partial, and nothing for others.

use ir::{Block, EntitySet, EntityVec, Function, Inst, Op, Value};
use rules::{Entry, Kind, RuleTable, Structural};

use cache::{Plan, Shape};

/// What is known of operations.
pub(crate) trait Operations {
    /// A call is a store that leaves lanes out.
    fn is_masked_store(&self, inst: Inst) -> bool;
    /// The partials of an operation, and its result, are finite where its operands are.
    fn is_finite(&self, inst: Inst) -> bool;
}

/// The instructions whose results are masked and whose partials may be infinite or NaN.
pub(crate) fn masked(
    source: &Function,
    shape: &Shape,
    plan: &Plan,
    operations: &dyn Operations,
) -> EntitySet<Inst> {
    let mut found = all_masked(source, shape, plan, operations);
    if found.iter().next().is_none() {
        return found;
    }
    let mut infinite: EntitySet<Value> = source.params.iter().copied().collect();
    for &block in shape.cfg.order() {
        for &inst in source.insts(block) {
            let data = source.inst(inst);
            let Some(result) = data.result else { continue };
            let calculates = passes_on(&data.op);
            let from_others = data.operands.iter().any(|&operand| infinite.contains(operand));
            let may_be = match data.op {
                Op::Load(_) => true,
                Op::Phi => from_others || shape.loops.with_header(block).is_some(),
                _ => from_others || calculates && !operations.is_finite(inst),
            };
            if may_be {
                infinite.insert(result);
            } else {
                found.remove(inst);
            }
        }
    }
    found
}

/// The instructions with masked results.
fn all_masked(source: &Function, shape: &Shape, plan: &Plan, operations: &dyn Operations) -> EntitySet<Inst> {
    let is_store = |inst: Inst| operations.is_masked_store(inst);
    let mut users: EntityVec<Value, Vec<Inst>> = EntityVec::filled(source.value_count(), Vec::new());
    let any_mask = |inst: Inst| matches!(source.inst(inst).op, Op::Select | Op::Phi) || is_store(inst);
    if !source.all_insts().any(any_mask) {
        return EntitySet::new();
    }
    let takes = |inst: &Inst| plan.has_adjoint(*inst) || matches!(source.inst(*inst).op, Op::Phi);
    for inst in source.all_insts().filter(takes) {
        for &operand in &source.inst(inst).operands {
            if users[operand].last() != Some(&inst) {
                users[operand].push(inst);
            }
        }
    }
    let mut found: EntitySet<Inst> = EntitySet::new();
    for &block in shape.cfg.order().iter().rev() {
        for &inst in source.insts(block).iter().rev() {
            let data = source.inst(inst);
            let (Some(result), true) = (data.result, passes_on(&data.op)) else {
                continue;
            };
            let is_masked = |&user: &Inst| match source.inst(user).op {
                Op::Select => source.inst(user).operands[0] != result,
                Op::Phi => is_one_of_several(source, shape, (block, result), user),
                _ => is_store(user) || found.contains(user),
            };
            if !users[result].is_empty() && users[result].iter().all(is_masked) {
                found.insert(inst);
            }
        }
    }
    found
}

/// Whether a phi takes a value on some ways from the block that calculates it and not on others. The phis of a loop's header take it in
/// each iteration but the last.
fn is_one_of_several(source: &Function, shape: &Shape, (home, value): (Block, Value), phi: Inst) -> bool {
    let data = source.inst(phi);
    if shape.loops.with_header(data.block).is_some() {
        return false;
    }
    let mut froms = data.incoming().filter(|&(_, incoming)| incoming == value);
    froms.all(|(from, _)| {
        // Along the only way there is.
        let mut at = home;
        for _ in 0..8 {
            let nexts = shape.cfg.succs(at);
            if nexts.len() != 1 || at == from {
                break;
            }
            at = nexts[0];
        }
        at != from || shape.cfg.succs(from).len() > 1
    })
}

/// Operations whose adjoint is a product with, or a part of, that of their result.
fn passes_on(op: &Op) -> bool {
    matches!(
        op,
        Op::FNeg
            | Op::Binary(_)
            | Op::Cast(_)
            | Op::Freeze
            | Op::Call(_)
            | Op::ExtractElement
            | Op::InsertElement
            | Op::Shuffle(_)
    )
}

/// Whether a function is a store which leaves lanes out.
pub(crate) fn is_masked_store(entry: &Entry) -> bool {
    matches!(
        entry.kind,
        Kind::Structural(Structural::MaskedStore | Structural::Scatter | Structural::CompressStore)
    )
}

/// Whether the partials of an operation or function are finite where its operands are.
pub(crate) fn is_finite(rules: &RuleTable, entry: &Entry) -> bool {
    entry
        .math()
        .is_some_and(|rule| rule.has_finite_partials(rules.arena()))
}
