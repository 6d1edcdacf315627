//! From the fixpoint to the facts.

use std::rc::Rc;

use ir::graph::Barrier;
use ir::graph::Callee;
use ir::memory::Class;
use ir::{Context, EntitySet, Function, Inst, Op, Value, ValueDef};
use rules::{InactiveResult, Kind, Structural};

use crate::facts::{Activities, ActivityFacts, CallActivity, InactiveStore};
use crate::input::{ContextKey, EntryMemory};
use crate::solve::Solver;
use crate::state::State;
use crate::tables::{Causes, Map};
use crate::useful::{holds_address, useful};
use rules::CallKind;

/// The facts of the contexts that the request still reaches: a call whose operands became active late has left others behind.
pub(crate) fn finish(mut solver: Solver<'_, '_>) -> Activities {
    let mut useful = useful(&solver);
    let keys = (0..solver.states.len()).map(|at| Rc::new(key(&solver, at)));
    let keys: Vec<Rc<ContextKey>> = keys.collect();
    let memory = Rc::new(solver.active_memory());
    let mut contexts = Map::with_capacity_and_hasher(solver.states.len(), Default::default());
    let mut seen = vec![false; solver.states.len()];
    let (mut work, mut reached) = (vec![0], Vec::new());
    while let Some(at) = work.pop() {
        if at >= seen.len() || std::mem::replace(&mut seen[at], true) {
            continue;
        }
        let useful = std::mem::take(&mut useful[at]);
        let facts = facts(&solver, at, useful, &keys, &memory);
        let (index, _) = contexts.insert_full(Rc::clone(&keys[at]), facts);
        work.extend(solver.states[at].children.values().rev());
        reached.push((index, at));
    }
    // Facts of one context read the causes of others.
    for (index, at) in reached {
        let state = &mut solver.states[at];
        contexts[index].value_causes = std::mem::take(&mut state.values);
        contexts[index].class_causes = std::mem::take(&mut state.classes);
    }
    if contexts.is_empty() {
        let facts = nothing(Rc::new(solver.input.key()));
        contexts.insert(Rc::clone(&facts.key), facts);
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
fn nothing(key: Rc<ContextKey>) -> ActivityFacts {
    ActivityFacts {
        key,
        useful: EntitySet::new(),
        values: EntitySet::new(),
        insts: EntitySet::new(),
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
    useful: EntitySet<Value>,
    keys: &[Rc<ContextKey>],
    memory: &Rc<EntryMemory>,
) -> ActivityFacts {
    let state = &solver.states[at];
    let (prepared, function) = (state.prepared, state.prepared.function);
    let mut values = EntitySet::with_len(function.value_count());
    for value in state.values.keys() {
        // An address is useful if it is used at all; integers may be addresses, too.
        let is_param = matches!(function.value(value).def, ValueDef::Param(_));
        let used = is_param || !prepared.uses.of_value(value).is_empty();
        if useful.contains(value) || used && leads_somewhere(solver, at, function, value) {
            values.insert(value);
        }
    }
    let mut insts = EntitySet::with_len(function.inst_count());
    let mut writers = EntitySet::with_len(function.inst_count());
    let (mut stores, mut refused) = (Vec::new(), Vec::new());
    let marked = |inst: Inst| prepared.marks.get(&inst).and_then(|mark| mark.inst);
    // Of instructions without effects those act that have an active result, or are marked.
    let computed = values.iter().filter_map(|value| function.def_inst(value));
    insts.extend(computed.filter(|&inst| marked(inst) != Some(false)));
    let kept = prepared.marks.keys().copied();
    insts.extend(kept.filter(|&inst| marked(inst) == Some(true)));
    for &inst in &prepared.effects {
        if acts(solver, at, &values, inst) {
            insts.insert(inst);
            if writes(solver, at, inst) {
                writers.insert(inst);
            }
        }
        if state.inactive_stores.contains(&inst) {
            stores.push(inst);
        }
        if state.unknown_calls.contains(&inst) {
            refused.push(inst);
        }
    }
    let calls = state.children.iter().map(|(&inst, &child)| {
        let key = Rc::clone(&keys[child]);
        (inst, CallActivity { key })
    });
    let unread = match prepared.unread.is_empty() {
        true => EntitySet::new(),
        false => function
            .values()
            .filter(|&value| {
                (state.points_to.class(value)).is_some_and(|class| prepared.unread.contains(class))
            })
            .collect(),
    };
    ActivityFacts {
        key: Rc::clone(&keys[at]),
        mixed: mixed(state, &values),
        useful,
        values,
        insts,
        calls: calls.collect(),
        writers,
        memory: Rc::clone(memory),
        unread,
        stores_into_inactive: inactive_stores(solver, at, stores),
        refused,
        value_causes: Causes::default(),
        class_causes: Causes::default(),
    }
}

/// What is known of stores of something active into memory that is declared inactive.
fn inactive_stores(solver: &Solver<'_, '_>, at: usize, stores: Vec<Inst>) -> Vec<InactiveStore> {
    if stores.is_empty() {
        return Vec::new();
    }
    let prepared = solver.states[at].prepared;
    let function = prepared.function;
    let read = read_classes(solver, at, function, None);
    let read_by_others = |inst: Inst| match prepared.calls.get(&inst) {
        // What the callee itself reads back is found in its own context.
        Some(CallKind::Body(_)) => Some(read_classes(solver, at, function, Some(inst))),
        _ => None,
    };
    let through_inert = |inst: Inst| {
        let mut operands = function.inst(inst).operands.iter();
        operands.any(|&operand| prepared.inert.contains(operand))
    };
    let described = stores.into_iter().map(|inst| InactiveStore {
        inst,
        // What else leads to the memory of an inactive function's result is not known.
        read_back: solver.input.memory.read_later || through_inert(inst) || {
            let others = read_by_others(inst);
            let read = others.as_ref().unwrap_or(&read);
            let written = written_classes(solver, at, function, inst);
            written.iter().any(|&class| read.contains(class))
        },
    });
    described.collect()
}

/// Whether an active instruction may write to memory. Allocation and release write nothing that a derivative is in.
fn writes(solver: &Solver<'_, '_>, at: usize, inst: Inst) -> bool {
    let prepared = solver.states[at].prepared;
    let function = prepared.function;
    match function.inst(inst).op {
        Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) => true,
        Op::Call(_) | Op::Invoke(_) => match prepared.calls.get(&inst) {
            Some(CallKind::Rule(entry)) => (0..entry.params.len()).any(|index| entry.writes_through(index)),
            Some(CallKind::Barrier(barrier)) => matches!(barrier, Barrier::Stores { .. }),
            Some(CallKind::Allocation | CallKind::Inactive) | None => false,
            Some(CallKind::Body(_) | CallKind::Custom | CallKind::Unknown) => {
                let args = function.inst(inst).args().len();
                may_write(solver.input.ctx, function, inst)
                    && (0..args).any(|index| solver.arg_is_active(at, function, inst, index))
            }
        },
        _ => false,
    }
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
    let mut classes = state.points_to.classes(value);
    holds_address(&solver.input.ctx.types, function.ty(value))
        || classes.any(|class| state.classes.contains(class))
}

/// The inactive values that lead to active classes.
fn mixed(state: &State<'_, '_>, values: &EntitySet<Value>) -> EntitySet<Value> {
    let inactive = state
        .prepared
        .function
        .values()
        .filter(|&value| !values.contains(value));
    inactive
        .filter(|&value| (state.points_to.classes(value)).any(|class| state.classes.contains(class)))
        .collect()
}

/// Whether an instruction does something to derivatives.
fn acts(solver: &Solver<'_, '_>, at: usize, values: &EntitySet<Value>, inst: Inst) -> bool {
    let state = &solver.states[at];
    let active = |value: Value| values.contains(value);
    let prepared = state.prepared;
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
    let prepared = state.prepared;
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

/// The classes of memory that is declared inactive and that the function reads, itself or by calls, but for one instruction.
fn read_classes(
    solver: &Solver<'_, '_>,
    at: usize,
    function: &Function,
    except: Option<Inst>,
) -> EntitySet<Class> {
    let state = &solver.states[at];
    let points_to = state.points_to;
    let mut read = EntitySet::new();
    let mut add = |address: Value| {
        let classes = points_to.classes(address);
        for class in classes.filter(|_| state.declared.contains(address)) {
            read.insert(class);
        }
    };
    let prepared = state.prepared;
    for inst in function.all_insts().filter(|&inst| Some(inst) != except) {
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
    let points_to = state.points_to;
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
