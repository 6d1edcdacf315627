//! Declared types as hints: what nothing else tells is taken from what walks over memory begin with ([`crate::walks`]), from debug information, and
//! from the structures that unoptimized code names, unless that leads to a contradiction.
//!
//! A program may use memory as something else than it was declared to be, and debug information may name a variable that a value stands
//! for only later. So hints come last, when the facts of a context have settled, and all that follows from them within the function is
//! drawn on trial: if it contradicts anything they are taken back (in Rust to be read more narrowly), all of them first, then those that
//! clash by themselves. So a fact that the code proves never gives way to a declaration, and a program that has a derivative without
//! declarations has one with them as far as its own functions are concerned.
//!
//! One trial is linear in what the hints reach; trials of single hints are bounded ([`SINGLE`]).

use std::rc::Rc;

use crate::body::{Body, ItemKind, Node};
use crate::debug::Reading;
use crate::log::Why;
use crate::members;
use crate::solver::{Flow, Frame, Shared, Solver};
use crate::trees::TreeId;
use crate::walks;

/// Hints that are tried one by one when they clash together.
const SINGLE: usize = 64;

/// What a declaration says about a value.
#[derive(Clone, Copy)]
struct Hint {
    node: Node,
    tree: TreeId,
    why: &'static str,
}

/// Adds what the hints of a function tell. True if anything was added.
pub(crate) fn apply<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>) -> bool {
    let body = Rc::clone(&frame.body);
    let walks = of_walks(shared, frame);
    let walked = believe(shared, frame, &[&walks]);
    if !shared.input.options.debug {
        return walked;
    }
    let wide = of_variables(shared, &body, Reading::Hints);
    let narrow = match shared.input.options.references {
        true => of_variables(shared, &body, Reading::NarrowHints),
        false => Vec::new(),
    };
    let changed = believe(shared, frame, &[&wide, &narrow]);
    let members = of_members(shared, &body);
    believe(shared, frame, &[&members]) || changed || walked
}

/// Adds hints, those of the first reading before those of the next: all of a reading, or if in none of them all go together, single ones.
fn believe<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>, readings: &[&[Hint]]) -> bool {
    let (mut changed, mut clashes) = (false, false);
    for hints in readings {
        let new = new_ones(shared, frame, hints);
        if new.is_empty() {
            continue;
        }
        let all = attempt(shared, frame, &new);
        changed |= all.unwrap_or(false);
        clashes = all.is_none();
    }
    for hints in readings.iter().filter(|_| clashes) {
        for hint in new_ones(shared, frame, hints).iter().take(SINGLE) {
            changed |= attempt(shared, frame, std::slice::from_ref(hint)).unwrap_or(false);
        }
    }
    changed
}

/// What walks over memory meet.
fn of_walks<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>) -> Vec<Hint> {
    let body = Rc::clone(&frame.body);
    let mut solver = Solver {
        shared,
        frame,
        body: &body,
        flow: Flow::Both,
        item: None,
        refuted: false,
    };
    let addresses = walks::addresses(&body);
    let met = addresses.into_iter().filter_map(|inst| solver.met_by_walk(inst));
    met.map(|(node, tree)| Hint {
        node,
        tree,
        why: "a walk over memory meets what lies at its start",
    })
    .collect()
}

fn of_variables(shared: &mut Shared<'_>, body: &Body<'_>, reading: Reading) -> Vec<Hint> {
    let variables = body.function.variables.iter();
    variables
        .map(|&variable| Hint {
            node: variable.value.into(),
            tree: shared.declared(variable, reading),
            why: "debug info declares a variable of this type",
        })
        .collect()
}

fn of_members(shared: &mut Shared<'_>, body: &Body<'_>) -> Vec<Hint> {
    let limits = *shared.trees.limits();
    let declared = members::declared(shared.input.ctx, body, &limits);
    declared
        .into_iter()
        .map(|(value, tree)| Hint {
            node: value.into(),
            tree: shared.trees.intern(tree),
            why: "a structure is declared to have integers there",
        })
        .collect()
}

/// The hints that say something that is not known, and that nothing contradicts by itself.
fn new_ones(shared: &mut Shared<'_>, frame: &Frame<'_>, hints: &[Hint]) -> Vec<Hint> {
    let adds = |hint: &&Hint| {
        let known = frame.tree(hint.node);
        shared.trees.or(known, hint.tree).is_ok_and(|both| both != known)
    };
    hints.iter().filter(adds).copied().collect()
}

/// Adds hints and what follows from them in the function: whether anything changed, or `None` if something clashed; then nothing has.
fn attempt<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>, hints: &[Hint]) -> Option<bool> {
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
    for hint in hints {
        let before = solver.tree(hint.node);
        solver.learn(hint.node, hint.tree, Why::ground(hint.why));
        changed |= solver.tree(hint.node) != before;
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
