//! Values that are calculated whether they are wanted or not.
//!
//! Optimizers turn branches into `select`s, and vectorizers calculate lanes that a masked store then leaves out. What is not chosen has an
//! adjoint of zero, and it may have been calculated where its function has a pole: `b != 0 ? a / b : 0` has no derivative 1/0, but zero
//! times that is NaN. So the partials of such values count for nothing where the adjoint is zero, whatever they are ("strong zero").
//!
//! A value is *masked* if all its adjoint comes from arms of selects, from phis that are reached without it as well, from what masked stores
//! write, or from values that are masked.
//!
//! # Cost
//! Linear in the body. In the reverse sweep a comparison and a choice for each product with a partial of a masked value, and nothing for
//! others.

use ir::{Block, EntitySet, EntityVec, Function, Inst, Op, Value};
use rules::{Kind, RuleTable, Structural};

use cache::{Plan, Shape};

/// The instructions with masked results.
pub(crate) fn masked(source: &Function, shape: &Shape, plan: &Plan, is_store: &dyn Fn(Inst) -> bool) -> EntitySet<Inst> {
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

/// Whether a rule is that of a store which leaves lanes out.
pub(crate) fn is_masked_store(rules: &RuleTable, entry: rules::EntryId) -> bool {
    matches!(
        rules.entry(entry).kind,
        Kind::Structural(Structural::MaskedStore | Structural::Scatter | Structural::CompressStore)
    )
}
