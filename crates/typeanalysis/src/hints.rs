//! Declared types as hints: what nothing else tells is taken from debug information, unless that leads to a contradiction.
//!
//! A program may use memory as something else than it was declared to be, and debug information may name a variable that a value stands
//! for only later. So hints come last, when the facts of a context have settled, and all that follows from them within the function is
//! drawn on trial: if it contradicts anything they are taken back (in Rust to be read more narrowly), all of them first, then those that
//! clash by themselves. So a fact that the code proves never gives way to a declaration, and a program that has a derivative without debug information has one with it
//! as far as its own functions are concerned.
//!
//! One trial is linear in what the hints reach; trials of single hints are bounded ([`SINGLE`]).

use std::rc::Rc;

use ir::DebugVariable;

use crate::body::ItemKind;
use crate::debug::Reading;
use crate::log::Why;
use crate::solver::{Flow, Frame, Shared, Solver};

/// Hints that are tried one by one when they clash together.
const SINGLE: usize = 64;

/// Adds what the hints of a function tell. True if anything was added.
pub(crate) fn apply<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>) -> bool {
    let body = Rc::clone(&frame.body);
    let variables = &body.function.variables;
    if variables.is_empty() {
        return false;
    }
    if let Some(changed) = either(shared, frame, variables) {
        return changed;
    }
    let mut changed = false;
    for variable in variables.iter().take(SINGLE) {
        changed |= either(shared, frame, std::slice::from_ref(variable)).unwrap_or(false);
    }
    changed
}

/// Adds hints in the wider reading, or, if something clashes and addresses can be relied on, in the narrower one.
fn either<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>, variables: &[DebugVariable]) -> Option<bool> {
    let wide = attempt(shared, frame, variables, Reading::Hints);
    match shared.input.options.references {
        true => wide.or_else(|| attempt(shared, frame, variables, Reading::NarrowHints)),
        false => wide,
    }
}

/// Adds hints and what follows from them in the function: whether anything changed, or `None` if something clashed; then nothing has.
fn attempt<'a>(
    shared: &mut Shared<'a>,
    frame: &mut Frame<'a>,
    variables: &[DebugVariable],
    reading: Reading,
) -> Option<bool> {
    let body = Rc::clone(&frame.body);
    let saved = (
        frame.facts.clone(),
        frame.work.clone(),
        frame.log.clone(),
        frame.pending.clone(),
    );
    let known = shared.contradictions.len();
    let mut solver = Solver {
        shared,
        frame,
        body: &body,
        flow: Flow::Both,
        item: None,
        refuted: false,
    };
    let mut changed = false;
    for &variable in variables {
        let tree = solver.declared(variable, reading);
        let node = variable.value.into();
        let before = solver.tree(node);
        solver.learn(
            node,
            tree,
            Why::ground("debug info declares a variable of this type"),
        );
        changed |= solver.tree(node) != before;
    }
    while let Some(item) = solver.frame.work.pop() {
        match body.items[item] {
            ItemKind::Inst(inst) if crate::interproc::enters_body(&solver.shared.input, &body, inst) => {
                solver.frame.pending.push(item);
            }
            _ => solver.visit(item),
        }
    }
    if !solver.refuted {
        return Some(changed);
    }
    shared.contradictions.truncate(known);
    (frame.facts, frame.work, frame.log, frame.pending) = saved;
    None
}
