//! From the fixpoint to the facts.

use std::rc::Rc;

use indexmap::IndexMap;
use ir::graph::Barrier;
use ir::graph::Callee;
use ir::memory::Class;
use ir::{Context, EntitySet, EntityVec, Function, Inst, Op, Value, ValueDef};
use rules::{InactiveResult, Kind, Structural};

use crate::facts::{Activities, ActivityFacts, CallActivity, InactiveStore};
use crate::input::{ContextKey, EntryMemory};
use crate::solve::Solver;
use crate::tables::{Causes, Map};
use crate::useful::{holds_address, useful};
use rules::CallKind;

/// The facts of the contexts that the request still reaches: a call whose operands became active late has left others behind.
pub(crate) fn finish(mut solver: Solver<'_, '_>) -> Activities {
    let useful = useful(&solver);
    let keys: Vec<ContextKey> = (0..solver.states.len()).map(|at| key(&solver, at)).collect();
    let memory = Rc::new(solver.active_memory());
    let mut found = Vec::new();
    let mut seen = vec![false; solver.states.len()];
    let mut work = vec![0];
    while let Some(at) = work.pop() {
        if at >= seen.len() || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        found.push((at, facts(&solver, at, &useful[at], &keys, &memory)));
        work.extend(solver.states[at].children.values().rev());
    }
    let mut contexts = IndexMap::new();
    for (at, mut facts) in found {
        let state = &mut solver.states[at];
        facts.value_causes = std::mem::take(&mut state.values);
        facts.class_causes = std::mem::take(&mut state.classes);
        contexts.insert(facts.key.clone(), facts);
    }
    if contexts.is_empty() {
        let facts = nothing(solver.input.key());
        contexts.insert(facts.key.clone(), facts);
    }
    Activities { contexts }
}

/// The key of a context, with what holds derivatives beside its parameters. The context of the request keeps its own.
fn key(solver: &Solver<'_, '_>, at: usize) -> ContextKey {
    let memory = match at {
        0 => solver.input.memory.clone(),
        _ => solver.entry_memory(at),
    };
    ContextKey {
        memory,
        ..solver.states[at].key.clone()
    }
}

/// The facts of a function without a body.
fn nothing(key: ContextKey) -> ActivityFacts {
    ActivityFacts {
        key,
        useful: EntitySet::new(),
        values: EntityVec::new(),
        insts: EntityVec::new(),
        calls: Map::default(),
        writers: EntitySet::new(),
        memory: Rc::default(),
        mixed: EntitySet::new(),
        unread: EntitySet::new(),
        stores_into_inactive: Vec::new(),
        refused: Vec::new(),
        value_causes: Causes::default(),
        class_causes: Causes::default(),
    }
}

/// The facts of one context, but for the causes.
fn facts(
    solver: &Solver<'_, '_>,
    at: usize,
    useful: &EntitySet<Value>,
    keys: &[ContextKey],
    memory: &Rc<EntryMemory>,
) -> ActivityFacts {
    let state = &solver.states[at];
    let function = solver.program.functions[&state.key.func].function;
    let mut values = EntityVec::filled(function.value_count(), false);
    let prepared = &solver.program.functions[&state.key.func];
    for value in state.values.keys() {
        // An address is useful if it is used at all; integers may be addresses, too.
        let is_param = matches!(function.value(value).def, ValueDef::Param(_));
        let used = is_param || !prepared.uses.of_value(value).is_empty();
        values[value] = useful.contains(value) || used && leads_somewhere(solver, at, function, value);
    }
    let mut insts = EntityVec::filled(function.inst_count(), false);
    for inst in function.all_insts() {
        insts[inst] = acts(solver, at, &values, inst);
    }
    let calls = state.children.iter().map(|(&inst, &child)| {
        (
            inst,
            CallActivity {
                key: keys[child].clone(),
            },
        )
    });
    let in_order = |wanted: &dyn Fn(Inst) -> bool| -> Vec<Inst> {
        function.all_insts().filter(|&inst| wanted(inst)).collect()
    };
    let stores = in_order(&|inst| state.inactive_stores.contains(&inst));
    let read = read_classes(solver, at, function);
    let inert = &solver.program.functions[&state.key.func].inert;
    let through_inert =
        |inst: Inst| (function.inst(inst).operands.iter()).any(|&operand| inert.contains(operand));
    let stores_into_inactive = stores
        .into_iter()
        .map(|inst| InactiveStore {
            inst,
            // What else leads to the memory of an inactive function's result is not known.
            read_back: through_inert(inst)
                || written_classes(solver, at, function, inst)
                    .iter()
                    .any(|&class| read.contains(class)),
        })
        .collect();
    let writers = writers(function, &insts, solver, at);
    let points_to = solver.program.points_to(state.key.func);
    let leads_nowhere = |value: &Value| {
        let class = points_to.and_then(|points_to| points_to.class(*value));
        class.is_some_and(|class| prepared.unread.contains(class))
    };
    let unread = function.values().filter(leads_nowhere).collect();
    let mixed = mixed(solver, at, function, &values);
    ActivityFacts {
        key: keys[at].clone(),
        useful: useful.clone(),
        values,
        insts,
        calls: calls.collect(),
        writers,
        memory: Rc::clone(memory),
        mixed,
        unread,
        stores_into_inactive,
        refused: in_order(&|inst| state.unknown_calls.contains(&inst)),
        value_causes: Causes::default(),
        class_causes: Causes::default(),
    }
}

/// The active instructions that may write to memory. Allocation and release write nothing that a derivative is in.
fn writers(
    function: &Function,
    insts: &EntityVec<Inst, bool>,
    solver: &Solver<'_, '_>,
    at: usize,
) -> EntitySet<Inst> {
    let prepared = &solver.program.functions[&solver.states[at].key.func];
    let writes = |inst: &Inst| match function.inst(*inst).op {
        Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) => true,
        Op::Call(_) | Op::Invoke(_) => match prepared.calls.get(inst) {
            Some(CallKind::Rule(entry)) => (0..entry.params.len()).any(|index| entry.writes_through(index)),
            Some(CallKind::Barrier(barrier)) => matches!(barrier, Barrier::Stores { .. }),
            Some(CallKind::Allocation | CallKind::Inactive) | None => false,
            Some(CallKind::Body(_) | CallKind::Custom | CallKind::Unknown) => {
                let args = function.inst(*inst).args().len();
                may_write(solver.input.ctx, function, *inst)
                    && (0..args).any(|index| solver.arg_is_active(at, function, *inst, index))
            }
        },
        _ => false,
    };
    function
        .all_insts()
        .filter(|&inst| insts[inst])
        .filter(writes)
        .collect()
}

/// Whether attributes leave it open that a call writes to memory.
fn may_write(ctx: &Context, function: &Function, inst: Inst) -> bool {
    let site = function.inst(inst).op.call_info().map(|info| info.attrs);
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
    let declared = callee.map(|callee| ctx.funcs[callee].attrs);
    let mut lists = site.into_iter().chain(declared);
    lists.all(|attrs| ctx.attrs(attrs).memory.any().writes)
}

/// Whether a value is an address by its type, or may be one of active memory.
fn leads_somewhere(solver: &Solver<'_, '_>, at: usize, function: &Function, value: Value) -> bool {
    let state = &solver.states[at];
    let points_to = solver.program.points_to(state.key.func);
    let mut classes = points_to
        .into_iter()
        .flat_map(|points_to| points_to.classes(value));
    holds_address(&solver.input.ctx.types, function.ty(value))
        || classes.any(|class| state.classes.contains(class))
}

/// The inactive values that lead to active classes.
fn mixed(
    solver: &Solver<'_, '_>,
    at: usize,
    function: &Function,
    values: &EntityVec<Value, bool>,
) -> EntitySet<Value> {
    let state = &solver.states[at];
    let points_to = solver.program.points_to(state.key.func);
    let led_to = |value: Value| {
        points_to
            .into_iter()
            .flat_map(move |points_to| points_to.classes(value))
    };
    function
        .values()
        .filter(|&value| !values[value])
        .filter(|value| led_to(*value).any(|class| state.classes.contains(class)))
        .collect()
}

/// Whether an instruction does something to derivatives.
fn acts(solver: &Solver<'_, '_>, at: usize, values: &EntityVec<Value, bool>, inst: Inst) -> bool {
    let state = &solver.states[at];
    let active = |value: Value| values[value];
    let prepared = &solver.program.functions[&state.key.func];
    let function = prepared.function;
    if let Some(says) = prepared.marks.get(&inst).and_then(|mark| mark.inst) {
        return says;
    }
    let data = function.inst(inst);
    if data.result.is_some_and(active) {
        return true;
    }
    match data.op {
        Op::Store(_) => active(data.operands[1]),
        Op::AtomicRmw(..) | Op::CmpXchg(_) => active(data.operands[0]),
        Op::Ret => data.operands.iter().any(|&operand| active(operand)),
        Op::Call(_) | Op::Invoke(_) => call_acts(solver, at, function, inst),
        Op::Opaque { .. } => state.unknown_calls.contains(&inst),
        _ => false,
    }
}

fn call_acts(solver: &Solver<'_, '_>, at: usize, function: &Function, inst: Inst) -> bool {
    let state = &solver.states[at];
    let prepared = &solver.program.functions[&state.key.func];
    let active = |index: usize| solver.arg_is_active(at, function, inst, index);
    let types = &solver.input.ctx.types;
    let values = function.inst(inst).args();
    let mut args = 0..values.len();
    match prepared.calls.get(&inst) {
        Some(CallKind::Body(_)) => state.children.contains_key(&inst),
        Some(CallKind::Unknown) => state.unknown_calls.contains(&inst),
        Some(CallKind::Barrier(Barrier::Stores { .. })) => active(0),
        Some(CallKind::Barrier(_)) => false,
        Some(CallKind::Custom) => args.any(active),
        Some(CallKind::Rule(entry)) => match &entry.kind {
            Kind::Inactive(inactive) => args.any(|index| {
                // What it says must hold for the shadow, too.
                let is_measured = inactive.result == InactiveResult::LeastBytes(index as u8);
                (is_measured || entry.overwrites_through(index)) && active(index)
            }),
            Kind::Structural(Structural::MaskedStore | Structural::Scatter | Structural::CompressStore) => {
                active(1)
            }
            // Numbers matter by the result only, memory in any case.
            _ => args.any(|index| active(index) && holds_address(types, function.ty(values[index]))),
        },
        // What is released: its shadow is, too.
        Some(CallKind::Allocation) => {
            args.any(|index| active(index) && holds_address(types, function.ty(values[index])))
        }
        Some(CallKind::Inactive) | None => false,
    }
}

/// The classes of memory that is declared inactive and that the function reads, itself or by calls.
fn read_classes(solver: &Solver<'_, '_>, at: usize, function: &Function) -> EntitySet<Class> {
    let state = &solver.states[at];
    let points_to = solver.program.points_to(state.key.func);
    let mut read = EntitySet::new();
    let mut add = |address: Value| {
        let classes = points_to
            .into_iter()
            .flat_map(|points_to| points_to.classes(address));
        for class in classes.filter(|_| state.declared.contains(address)) {
            read.insert(class);
        }
    };
    let prepared = &solver.program.functions[&state.key.func];
    for inst in function.all_insts() {
        let data = function.inst(inst);
        match data.op {
            Op::Load(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) => add(data.operands[0]),
            Op::Call(_) | Op::Invoke(_) => {
                for (index, &arg) in data.args().iter().enumerate() {
                    let reads = match prepared.calls.get(&inst) {
                        Some(CallKind::Rule(entry)) => {
                            entry.reads_through(index) && !matches!(entry.kind, Kind::Deallocation(_))
                        }
                        Some(CallKind::Inactive | CallKind::Barrier(_)) => false,
                        _ => true,
                    };
                    if reads {
                        add(arg);
                    }
                }
            }
            _ => {}
        }
    }
    read
}

/// The classes of memory declared inactive that an instruction stores something active into.
fn written_classes(solver: &Solver<'_, '_>, at: usize, function: &Function, inst: Inst) -> Vec<Class> {
    let state = &solver.states[at];
    let Some(points_to) = solver.program.points_to(state.key.func) else {
        return Vec::new();
    };
    if let Some(&child) = state.children.get(&inst) {
        let pairs = points_to.call(inst).iter();
        return pairs
            .filter(|&&(theirs, _)| solver.states[child].wanted.contains(theirs))
            .map(|&(_, ours)| ours)
            .collect();
    }
    let data = function.inst(inst);
    let declared = data
        .operands
        .iter()
        .filter(|&&operand| state.declared.contains(operand));
    declared
        .flat_map(|&operand| points_to.classes(operand))
        .filter(|&class| state.wanted.contains(class))
        .collect()
}
