//! Phis that only themselves could tell what they are.
//!
//! A counter that starts at an unknown number and is added to itself stays unknown: nothing says that it is an integer, and nothing else
//! is consistent. So all phis of integer (or float) type about which nothing is known are assumed to be integers (floats) together, the
//! consequences are drawn from operands to results only, and phis whose incoming values do not bear the assumption out are taken back,
//! until the rest bears itself out. That is a greatest fixpoint: each remaining value is of the type because all that it is calculated
//! from are, and the cycles among them have no other beginning.
//!
//! Each round is linear in what the phis reach; the number of rounds is bounded.

use std::rc::Rc;

use ir::{Op, TypeData};

use crate::base::BaseType;
use crate::body::{Body, ItemKind, Node};
use crate::log::{Log, Why};
use crate::solver::{Flow, Frame, Shared, Solver, Sweep};

/// Rounds after which the remaining assumptions are dropped.
const ROUNDS: usize = 16;

/// A phi with what it is assumed to be.
#[derive(Clone, Copy)]
struct Assumption {
    phi: Node,
    base: BaseType,
}

/// Assumes what can be assumed and adds what follows to the facts. True if anything was added.
pub(crate) fn settle_phis<'a>(shared: &mut Shared<'a>, frame: &mut Frame<'a>) -> bool {
    let body = Rc::clone(&frame.body);
    let mut assumed = unknown_phis(shared, frame, &body);
    if assumed.is_empty() {
        return false;
    }
    let before = frame.facts.clone();
    let (work, log) = (
        std::mem::take(&mut frame.work),
        std::mem::replace(
            &mut frame.log,
            Log::new(body.node_count(), body.function.value_count()),
        ),
    );
    let mut proven = None;
    for _ in 0..ROUNDS {
        if assumed.is_empty() {
            break;
        }
        frame.facts.clone_from(&before);
        let refuted = consequences(shared, frame, &body, &assumed);
        let kept: Vec<Assumption> = assumed
            .iter()
            .copied()
            .filter(|&one| holds(shared, frame, &body, one))
            .collect();
        if refuted {
            break;
        }
        if kept.len() == assumed.len() {
            proven = Some(std::mem::take(&mut frame.facts));
            break;
        }
        assumed = kept;
    }
    frame.facts = before;
    frame.work = work;
    frame.log = log;
    proven.is_some_and(|facts| adopt(shared, frame, &body, &facts))
}

/// The phis of integers and floats about which nothing is known.
fn unknown_phis(shared: &Shared<'_>, frame: &Frame<'_>, body: &Body<'_>) -> Vec<Assumption> {
    let ctx = shared.input.ctx;
    let phis = body.items.values().filter_map(|&item| match item {
        ItemKind::Inst(inst) if matches!(body.function.inst(inst).op, Op::Phi) => {
            body.function.inst(inst).result
        }
        _ => None,
    });
    let assume = |phi: ir::Value| {
        let scalar = ctx.types.scalar(body.function.ty(phi));
        let base = match *ctx.types.get(scalar) {
            TypeData::Int(_) => BaseType::Integer,
            TypeData::Float(kind) => BaseType::Float(kind),
            _ => return None,
        };
        let phi = Node::from(phi);
        (frame.tree(phi) == shared.trees.empty()).then_some(Assumption { phi, base })
    };
    phis.filter_map(assume).collect()
}

/// Draws the consequences of assumptions. True if they contradict what is known.
fn consequences<'a>(
    shared: &mut Shared<'a>,
    frame: &mut Frame<'a>,
    body: &Body<'a>,
    assumed: &[Assumption],
) -> bool {
    frame.work = Sweep::default();
    let mut solver = Solver {
        shared,
        frame,
        body,
        flow: Flow::Down,
        item: None,
        refuted: false,
    };
    for one in assumed {
        solver.learn_all(one.phi, one.base, Why::ground("assumed"));
    }
    while let Some(item) = solver.frame.work.pop() {
        let is_call = match body.items[item] {
            ItemKind::Inst(inst) => body.function.inst(inst).op.call_info().is_some(),
            ItemKind::Expr(..) => false,
        };
        if !is_call {
            solver.visit(item);
        }
    }
    solver.refuted
}

/// Whether all incoming values of a phi are what it is assumed to be, or may be anything.
fn holds(shared: &Shared<'_>, frame: &Frame<'_>, body: &Body<'_>, one: Assumption) -> bool {
    let Some(inst) = body.def_inst(one.phi) else {
        return false;
    };
    let fits = |node: Node| {
        let tree = shared.trees.get(frame.tree(node));
        let every = tree.get(&[crate::tree::EVERY]);
        tree.entries().len() == 1 && (every == one.base || every == BaseType::Anything)
    };
    fits(one.phi)
        && body
            .function
            .inst(inst)
            .operands
            .iter()
            .all(|&operand| fits(operand.into()))
}

/// Adds proven facts.
fn adopt<'a>(
    shared: &mut Shared<'a>,
    frame: &mut Frame<'a>,
    body: &Body<'a>,
    facts: &[crate::TreeId],
) -> bool {
    let mut solver = Solver {
        shared,
        frame,
        body,
        flow: Flow::Both,
        item: None,
        refuted: false,
    };
    let mut changed = false;
    for (index, &tree) in facts.iter().enumerate() {
        let node = <Node as ir::Entity>::new(index);
        let before = solver.tree(node);
        solver.item = body.def_item(node);
        solver.learn(
            node,
            tree,
            Why::ground("nothing else is consistent: every value that leads here is one of these"),
        );
        changed |= solver.tree(node) != before;
    }
    changed
}
