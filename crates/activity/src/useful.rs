//! Which values may influence a derivative that somebody asks for: backwards from returns, active memory and calls.
//!
//! The contexts are those of the forward pass; the sets of useful values grow together until nothing changes, because what a caller's
//! argument is good for depends on what the callee does with its parameter. Active memory is taken to be useful always, and so are
//! addresses; what remains is the question for numbers in registers. Linear in the uses, for each context.

use ir::graph::Barrier;
use ir::{EntitySet, Inst, Op, Type, TypeData, Value, ValueDef};
use rules::{Entry, Kind, Param, Structural};

use crate::carry::passed_on;
use crate::input::ReturnActivity;
use crate::solve::Solver;
use rules::CallKind;

/// The useful values of each context. Addresses, and aggregates with addresses, are in no set.
pub(crate) fn useful(solver: &Solver<'_, '_>) -> Vec<EntitySet<Value>> {
    let mut finder = Finder {
        solver,
        useful: (solver.states.iter())
            .map(|state| EntitySet::with_len(state.prepared.function.value_count()))
            .collect(),
        work: Vec::new(),
    };
    for at in 0..solver.states.len() {
        finder.start(at);
        while let Some((at, value)) = finder.work.pop() {
            finder.visit(at, value);
        }
    }
    finder.useful
}

/// Whether a type holds floats, or integers that may be parts of one.
pub(crate) fn holds_float(types: &ir::Types, ty: Type) -> bool {
    match types.get(ty) {
        TypeData::Float(_) | TypeData::Opaque(_) => true,
        TypeData::Int(bits) => *bits >= 8,
        TypeData::Array { element, .. }
        | TypeData::Vector { element, .. }
        | TypeData::ScalableVector { element, .. } => holds_float(types, *element),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| holds_float(types, field)),
        _ => false,
    }
}

/// Whether a type holds addresses.
pub(crate) fn holds_address(types: &ir::Types, ty: Type) -> bool {
    match types.get(ty) {
        TypeData::Ptr(_) | TypeData::Opaque(_) => true,
        TypeData::Array { element, .. }
        | TypeData::Vector { element, .. }
        | TypeData::ScalableVector { element, .. } => holds_address(types, *element),
        TypeData::Struct { fields, .. } => fields.iter().any(|&field| holds_address(types, field)),
        _ => false,
    }
}

struct Finder<'s, 'p, 'a> {
    solver: &'s Solver<'p, 'a>,
    useful: Vec<EntitySet<Value>>,
    work: Vec<(usize, Value)>,
}

impl Finder<'_, '_, '_> {
    /// What instructions use for something else than their result.
    fn start(&mut self, at: usize) {
        let solver = self.solver;
        let state = &solver.states[at];
        let function = state.prepared.function;
        for &inst in &state.prepared.effects {
            for &operand in used(solver, at, inst, false) {
                self.add(at, operand);
            }
        }
        // Arguments beyond the parameters of a body may be used for anything.
        for (&inst, &child) in &state.children {
            let callee = solver.states[child].prepared.function;
            for &extra in function.inst(inst).args().iter().skip(callee.params.len()) {
                self.add(at, extra);
            }
        }
    }

    /// What a useful value is made of: operands of its instruction, arguments of the calls that enter with a parameter.
    fn visit(&mut self, at: usize, value: Value) {
        let solver = self.solver;
        let state = &solver.states[at];
        let function = state.prepared.function;
        match function.value(value).def {
            ValueDef::Inst(inst) => {
                for &operand in used(solver, at, inst, true) {
                    self.add(at, operand);
                }
            }
            ValueDef::Param(index) => {
                for &(caller, inst) in &state.callers {
                    // A call whose operands became active late has entered other contexts before.
                    if solver.states[caller].children.get(&inst) != Some(&at) {
                        continue;
                    }
                    let function = solver.states[caller].prepared.function;
                    if let Some(&arg) = function.inst(inst).args().get(index as usize) {
                        self.add(caller, arg);
                    }
                }
            }
            ValueDef::Const(_) => {}
        }
    }

    fn add(&mut self, at: usize, value: Value) {
        if self.useful[at].insert(value) {
            self.work.push((at, value));
        }
    }
}

/// The operands that an instruction makes useful: those that its result passes on if that is useful, and those that it uses for
/// something else than its result. More operands than necessary may be given; only numbers count.
fn used<'s>(solver: &'s Solver<'_, '_>, at: usize, inst: Inst, result: bool) -> &'s [Value] {
    let state = &solver.states[at];
    let prepared = state.prepared;
    let data = prepared.function.inst(inst);
    let operands = &data.operands;
    let active = |value: Value| state.values.contains(value);
    match data.op {
        Op::Store(_) if active(operands[1]) => &operands[..1],
        Op::AtomicRmw(..) | Op::CmpXchg(_) if active(operands[0]) => &operands[1..],
        Op::Ret if state.key.ret == ReturnActivity::Active => operands,
        Op::Opaque { .. } => operands,
        Op::Call(_) | Op::Invoke(_) => used_by_call(solver, at, inst, result),
        Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) | Op::Ret => &[],
        _ if result => passed_on(data),
        _ => &[],
    }
}

fn used_by_call<'s>(solver: &'s Solver<'_, '_>, at: usize, inst: Inst, result: bool) -> &'s [Value] {
    let state = &solver.states[at];
    let prepared = state.prepared;
    let args = prepared.function.inst(inst).args();
    let active = |value: Value| state.values.contains(value);
    match prepared.calls.get(&inst) {
        // What the callee's parameters are good for is asked separately.
        Some(CallKind::Body(_)) => &[],
        Some(CallKind::Rule(entry)) if result || rule_writes(solver, at, inst, entry) => args,
        Some(CallKind::Rule(_) | CallKind::Inactive | CallKind::Allocation) => &[],
        Some(CallKind::Barrier(Barrier::Stores { address, .. })) if active(*address) => &args[1..],
        Some(CallKind::Barrier(Barrier::Returns(_))) if result => args,
        Some(CallKind::Barrier(_)) => &[],
        Some(CallKind::Custom | CallKind::Unknown) | None => args,
    }
}

/// Whether a function of the table writes numbers from its operands to active memory.
fn rule_writes(solver: &Solver<'_, '_>, at: usize, inst: Inst, entry: &Entry) -> bool {
    let state = &solver.states[at];
    let function = state.prepared.function;
    let args = function.inst(inst).args();
    let active = |index: usize| args.get(index).is_some_and(|arg| state.values.contains(*arg));
    match &entry.kind {
        Kind::Math(_) => {
            let mut params = entry.params.iter().enumerate();
            params.any(|(index, param)| *param == Param::FloatOut && active(index))
        }
        Kind::Structural(Structural::MaskedStore | Structural::Scatter | Structural::CompressStore) => {
            active(1)
        }
        _ => false,
    }
}
