//! The fixpoint: what is active grows until nothing changes, in all contexts together.
//!
//! Values and classes of memory become active and never inactive again. Each context has a queue of instructions to look at; when
//! what callers see of a context has changed, their calls are queued. A value is looked at once for each of its operands that becomes
//! active, so the cost is linear in the uses, for each context.

use std::collections::VecDeque;

use indexmap::{IndexMap, IndexSet};
use ir::memory::{Class, PointsTo};
use ir::{GlobalId, Inst, Op, TypeData, Value};

use crate::carry::passed_on;
use crate::declared::declared;
use crate::input::{ActivityInput, ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use crate::marks::GlobalMark;
use crate::prepare::{Prepared, Program};
use crate::state::{Cause, State};
use rules::CallKind;

/// All contexts of a request while they grow.
pub(crate) struct Solver<'p, 'a> {
    pub(crate) input: &'p ActivityInput<'a>,
    pub(crate) program: &'p Program<'a>,
    pub(crate) states: Vec<State>,
    index: IndexMap<ContextKey, usize>,
    globals: IndexSet<GlobalId>,
    external: bool,
    work: VecDeque<usize>,
}

impl<'p, 'a> Solver<'p, 'a> {
    /// Solves everything that the request reaches. The request is context 0.
    pub(crate) fn solve(input: &'p ActivityInput<'a>, program: &'p Program<'a>) -> Self {
        let mut solver = Self {
            input,
            program,
            states: Vec::new(),
            index: IndexMap::new(),
            globals: IndexSet::new(),
            external: false,
            work: VecDeque::new(),
        };
        let active = program.globals.iter();
        solver.globals = active
            .filter(|(_, mark)| **mark == GlobalMark::Active)
            .map(|(&global, _)| global)
            .chain(input.memory.globals.iter().copied())
            .collect();
        solver.external = input.memory.external;
        if program.has_indirect_calls {
            // What is called may be any function, which may store derivatives in any global that it knows.
            let unmarked = program
                .globals
                .iter()
                .filter(|(_, mark)| **mark != GlobalMark::Inactive);
            solver.globals.extend(unmarked.map(|(&global, _)| global));
            solver.external = true;
        }
        solver.context(ContextKey {
            memory: EntryMemory::default(),
            ..input.key()
        });
        while let Some(at) = solver.work.pop_front() {
            solver.run(at);
        }
        solver
    }

    /// The context of this key, made if it is new. `None` if the function has no body.
    pub(crate) fn context(&mut self, key: ContextKey) -> Option<usize> {
        if let Some(&at) = self.index.get(&key) {
            return Some(at);
        }
        let prepared = self.program.functions.get(&key.func)?;
        let points_to = self.program.points_to(key.func)?;
        let declared = declared(self.input.ctx, self.program, prepared, &key.params);
        let at = self.states.len();
        self.index.insert(key.clone(), at);
        self.states.push(State::new(key, declared));
        self.work.push_back(at);
        self.start(at, prepared, points_to);
        Some(at)
    }

    /// What is active at the entry of a context.
    fn start(&mut self, at: usize, prepared: &Prepared<'_>, points_to: PointsTo<'_>) {
        let key = self.states[at].key.clone();
        for (index, &param) in prepared.function.params.iter().enumerate() {
            if key.params.get(index) != Some(&ParamActivity::Dual) {
                continue;
            }
            let cause = Cause::Param(index as u32);
            self.reach(at, points_to, points_to.class(param), cause);
            self.set_value(at, param, cause);
        }
        for (global, class) in points_to.globals() {
            if self.globals.contains(&global) {
                self.reach(at, points_to, Some(class), Cause::Global);
            }
        }
        if self.external {
            self.reach(at, points_to, points_to.external(), Cause::Global);
        }
        if key.ret == ReturnActivity::Active {
            self.reach(at, points_to, points_to.returned(), Cause::Returned);
        }
        if self.program.has_indirect_calls {
            self.start_functions(at, prepared, points_to);
        }
        for &inst in &prepared.indirect {
            let callee = prepared.function.inst(inst).operands[0];
            if !self.states[at].declared.contains(callee) {
                self.reach(at, points_to, points_to.class(callee), Cause::Callee(inst));
                self.set_value(at, callee, Cause::Callee(inst));
            }
        }
        for inst in prepared.function.all_insts() {
            let data = prepared.function.inst(inst);
            let marked = prepared.marks.get(&inst).and_then(|mark| mark.value) == Some(true);
            if let Some(result) = data.result.filter(|_| marked || matches!(data.op, Op::VaArg)) {
                self.set_value(at, result, Cause::Mark(inst));
            }
        }
    }

    /// Addresses of functions have shadows, and with them what they go into and the tables that hold them.
    fn start_functions(&mut self, at: usize, prepared: &Prepared<'_>, points_to: PointsTo<'_>) {
        for inst in prepared.function.all_insts() {
            let data = prepared.function.inst(inst);
            let from = passed_on(data).iter().copied().find(|&operand| {
                let constant = prepared.function.as_const(operand);
                constant.is_some_and(|constant| self.program.is_function(constant))
            });
            if let (Some(from), Some(result)) = (from, data.result) {
                let cause = Cause::Operand { inst, from };
                self.reach(at, points_to, points_to.class(result), cause);
                self.set_value(at, result, cause);
            }
        }
        for (global, class) in points_to.globals() {
            let init = self.input.ctx.globals[global].init;
            if init.is_some_and(|init| self.program.holds_functions(init)) {
                self.reach(at, points_to, Some(class), Cause::Global);
            }
        }
    }

    /// A class and all that is reached from it become active.
    fn reach(&mut self, at: usize, points_to: PointsTo<'_>, class: Option<Class>, cause: Cause) {
        for class in class.into_iter().flat_map(|class| points_to.reachable(class)) {
            self.set_class(at, class, cause);
        }
    }

    /// What the function of a context knows of the memory that holds derivatives besides that of its parameters. Globals that are
    /// marked active are so in any case.
    pub(crate) fn entry_memory(&self, at: usize) -> EntryMemory {
        let Some(points_to) = self.program.points_to(self.states[at].key.func) else {
            return EntryMemory::default();
        };
        let unmarked = |global: &GlobalId| self.program.globals.get(global) != Some(&GlobalMark::Active);
        let known = points_to.globals().map(|(global, _)| global);
        let mut globals: Vec<GlobalId> = known
            .filter(unmarked)
            .filter(|global| self.globals.contains(global))
            .collect();
        globals.sort_unstable();
        EntryMemory {
            globals,
            external: self.external && points_to.external().is_some(),
        }
    }

    /// All memory besides that of parameters that holds derivatives.
    pub(crate) fn active_memory(&self) -> EntryMemory {
        let mut globals: Vec<GlobalId> = self.globals.iter().copied().collect();
        globals.sort_unstable();
        EntryMemory {
            globals,
            external: self.external,
        }
    }

    fn prepared(&self, at: usize) -> &'p Prepared<'a> {
        &self.program.functions[&self.states[at].key.func]
    }

    pub(crate) fn is_active(&self, at: usize, value: Value) -> bool {
        self.states[at].values.contains_key(&value)
    }

    /// Makes a value active, if it can be: not if it carries nothing or is marked inert, nor a pointer whose memory is inactive.
    pub(crate) fn set_value(&mut self, at: usize, value: Value, cause: Cause) {
        let prepared = self.prepared(at);
        if !prepared.carriers.contains(value) || prepared.inert.contains(value) || self.is_active(at, value) {
            return;
        }
        let class = self
            .program
            .points_to(self.states[at].key.func)
            .and_then(|points_to| points_to.class(value));
        let ty = prepared.function.ty(value);
        let address = matches!(
            self.input.ctx.types.get(self.input.ctx.types.scalar(ty)),
            TypeData::Ptr(_)
        );
        if address && class.is_some_and(|class| !self.states[at].classes.contains_key(&class)) {
            return;
        }
        self.states[at].values.insert(value, cause);
        for &(inst, _) in prepared.uses.of_value(value) {
            self.states[at].push(inst);
        }
        // A call that returns something active is differentiated with an active return.
        if let Some(inst) = prepared.function.def_inst(value)
            && matches!(prepared.calls.get(&inst), Some(CallKind::Body(_)))
        {
            self.states[at].push(inst);
        }
    }

    /// Makes a class of memory active, and with it what leads there and what holds addresses of it.
    pub(crate) fn set_class(&mut self, at: usize, class: Class, cause: Cause) {
        let mut work = vec![(class, cause)];
        while let Some((class, cause)) = work.pop() {
            if self.states[at].classes.contains_key(&class) {
                continue;
            }
            self.states[at].classes.insert(class, cause);
            self.states[at].changed = true;
            let prepared = self.prepared(at);
            for &value in &prepared.class_values[class] {
                if !self.states[at].declared.contains(value) {
                    self.set_value(at, value, Cause::Memory(class));
                }
            }
            for &holder in &prepared.holders[class] {
                work.push((holder, Cause::Content(class)));
            }
            for &inst in &prepared.class_calls[class] {
                self.states[at].push(inst);
            }
            self.share(at, class);
        }
    }

    /// Globals and memory that unknown code reaches are the same in all contexts.
    fn share(&mut self, at: usize, class: Class) {
        let prepared = self.prepared(at);
        let fresh: Vec<GlobalId> = prepared.class_globals[class]
            .iter()
            .copied()
            .filter(|global| self.program.globals.get(global) != Some(&GlobalMark::Inactive))
            .filter(|&global| self.globals.insert(global))
            .collect();
        let func = self.states[at].key.func;
        let external = self.program.points_to(func).and_then(PointsTo::external) == Some(class);
        let newly_external = external && !self.external;
        self.external |= external;
        if fresh.is_empty() && !newly_external {
            return;
        }
        for other in 0..self.states.len() {
            let Some(points_to) = self.program.points_to(self.states[other].key.func) else {
                continue;
            };
            for &global in &fresh {
                if let Some(class) = points_to.global(global) {
                    self.set_class_of_other(at, other, class);
                }
            }
            if let Some(class) = points_to.external().filter(|_| newly_external) {
                self.set_class_of_other(at, other, class);
            }
        }
    }

    fn set_class_of_other(&mut self, at: usize, other: usize, class: Class) {
        if at != other {
            self.set_class(other, class, Cause::Global);
            self.work.push_back(other);
        }
    }

    /// Something active is written through an address.
    pub(crate) fn write(&mut self, at: usize, inst: Inst, address: Value, from: Value) {
        let points_to = self.program.points_to(self.states[at].key.func);
        let class = points_to.and_then(|points_to| points_to.class(address));
        if self.states[at].declared.contains(address) {
            self.states[at].inactive_stores.insert(inst);
            if let Some(class) = class
                && self.states[at].wanted.insert(class)
            {
                self.states[at].changed = true;
            }
        } else if let Some(class) = class {
            self.set_class(at, class, Cause::Operand { inst, from });
            if self.prepared(at).inert.contains(address) {
                self.states[at].inactive_stores.insert(inst);
            }
        }
    }

    fn run(&mut self, at: usize) {
        while let Some(inst) = self.states[at].pop() {
            self.visit(at, inst);
        }
        if std::mem::take(&mut self.states[at].changed) {
            for (caller, inst) in self.states[at].callers.clone() {
                self.states[caller].push(inst);
                self.work.push_back(caller);
            }
        }
    }

    fn visit(&mut self, at: usize, inst: Inst) {
        let prepared = self.prepared(at);
        let silent = prepared.marks.get(&inst).and_then(|mark| mark.inst) == Some(false);
        if silent {
            return;
        }
        let data = prepared.function.inst(inst);
        let operands = &data.operands;
        let active = |solver: &Self, value: Value| solver.is_active(at, value);
        match data.op {
            Op::Load(_) => self.pass(at, inst, &operands[..1]),
            Op::Store(_) if active(self, operands[0]) => self.write(at, inst, operands[1], operands[0]),
            Op::AtomicRmw(..) | Op::CmpXchg(_) => {
                let stored = operands[operands.len() - 1];
                if active(self, stored) {
                    self.write(at, inst, operands[0], stored);
                }
                self.pass(at, inst, &operands[..1]);
            }
            Op::Ret => {
                let returns = operands.first().is_some_and(|&value| active(self, value));
                if returns && !self.states[at].returns_active {
                    self.states[at].returns_active = true;
                    self.states[at].changed = true;
                }
            }
            Op::Call(_) | Op::Invoke(_) => self.visit_call(at, inst),
            Op::Opaque { .. } => {
                if operands.iter().any(|&operand| active(self, operand)) {
                    self.states[at].unknown_calls.insert(inst);
                    self.pass(at, inst, operands);
                }
            }
            _ => self.pass(at, inst, passed_on(data)),
        }
    }

    /// The result is active if one of these operands is.
    pub(crate) fn pass(&mut self, at: usize, inst: Inst, operands: &[Value]) {
        let from = operands
            .iter()
            .copied()
            .find(|&operand| self.is_active(at, operand));
        let result = self.prepared(at).function.inst(inst).result;
        if let (Some(from), Some(result)) = (from, result) {
            self.set_value(at, result, Cause::Operand { inst, from });
        }
    }
}
