//! The fixpoint: what is active grows until nothing changes, in all contexts together.
//!
//! Values and classes of memory become active and never inactive again. Each context has a queue of instructions to look at; when
//! what callers see of a context has changed, their calls are queued. A value is looked at once for each of its operands that becomes
//! active, so the cost is linear in the uses, for each context.

use std::sync::atomic::{AtomicU64, Ordering};

use ir::memory::{Class, PointsTo};
use ir::{FuncId, GlobalId, Inst, Op, Value};
use smallvec::{SmallVec, smallvec};

use crate::carry::passed_on;
use crate::declared::declared;
use crate::input::{ActivityInput, ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use crate::marks::GlobalMark;
use crate::prepare::{Prepared, Program};
use crate::state::{Cause, State};
use crate::tables::{Map, Set};
use crate::useful::{holds_address, holds_float};

/// All contexts of a request while they grow.
pub(crate) struct Solver<'p, 'a> {
    pub(crate) input: &'p ActivityInput<'a>,
    pub(crate) program: &'p Program<'a>,
    pub(crate) states: Vec<State<'p, 'a>>,
    index: Map<ContextKey, usize>,
    globals: Set<GlobalId>,
    external: bool,
    /// The contexts that know each global, and its class there.
    knowing: Map<GlobalId, Vec<(usize, Class)>>,
    /// The same of what unknown code reaches.
    knowing_external: Vec<(usize, Class)>,
    /// Contexts with something to do, the last one first: a callee right after the call that enters it, while it is at hand.
    work: Vec<usize>,
    /// The instruction at hand has entered a context that has to be run before others are looked at.
    entered: bool,
    /// How many contexts each function has.
    counts: Map<FuncId, usize>,
    /// Which analysis this is: it numbers classes of memory in its own way.
    analysis: u64,
}

/// Analyses that were made, so that each has a number.
static ANALYSES: AtomicU64 = AtomicU64::new(1);

/// Contexts of one function that tell apart which memory behind its arguments is inactive; beyond that, all of it is active.
const MAX_CONTEXTS: usize = 32;

impl<'p, 'a> Solver<'p, 'a> {
    /// Solves everything that the request reaches. The request is context 0.
    pub(crate) fn solve(input: &'p ActivityInput<'a>, program: &'p Program<'a>) -> Self {
        let mut solver = Self {
            input,
            program,
            states: Vec::with_capacity(program.functions.len()),
            index: Map::with_capacity_and_hasher(program.functions.len(), Default::default()),
            globals: Set::default(),
            external: false,
            knowing: Map::default(),
            knowing_external: Vec::new(),
            work: Vec::new(),
            entered: false,
            counts: Map::default(),
            analysis: ANALYSES.fetch_add(1, Ordering::Relaxed),
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
        while let Some(at) = solver.work.pop() {
            solver.run(at);
        }
        solver
    }

    /// The context of this key, made if it is new. `None` if the function has no body.
    pub(crate) fn context(&mut self, mut key: ContextKey) -> Option<usize> {
        if let Some(&at) = self.index.get(&key) {
            return Some(at);
        }
        let count = self.counts.entry(key.func).or_default();
        *count += 1;
        if *count > MAX_CONTEXTS && !key.memory.inactive.is_empty() {
            key.memory.inactive.clear();
            return self.context(key);
        }
        let prepared = self.program.functions.get(&key.func)?;
        let points_to = self.program.points_to(key.func)?;
        let declared = declared(prepared, &key.params);
        let at = self.states.len();
        self.index.insert(key.clone(), at);
        self.states.push(State::new(key, declared, prepared, points_to));
        for (global, class) in points_to.globals() {
            self.knowing.entry(global).or_default().push((at, class));
        }
        self.knowing_external
            .extend(points_to.external().map(|class| (at, class)));
        self.work.push(at);
        self.entered = true;
        self.start(at, prepared, points_to);
        Some(at)
    }

    /// The context that a call has entered before, if no other does, and if this key differs from its own in what only makes more of it
    /// active: the result is asked for, or less memory is known to hold no derivatives. It grows to what a context of this key would be,
    /// which is not made then. Most calls of numbers are met twice, as whether their result is active is learned from the callee.
    pub(crate) fn widened(&mut self, at: usize, inst: Inst, key: &ContextKey) -> Option<usize> {
        let child = *self.states[at].children.get(&inst)?;
        let state = &self.states[child];
        let old = &state.key;
        let grows = old.params == key.params
            && (old.ret == key.ret || old.ret == ReturnActivity::Const)
            && (key.memory.inactive.iter()).all(|class| old.memory.inactive.contains(class));
        // Nobody calls the context of the request, but it is that of the request.
        let is_alone = child != 0 && state.callers.len() == 1;
        if !grows || !is_alone || self.index.contains_key(key) {
            return None;
        }
        self.index.swap_remove(old);
        self.index.insert(key.clone(), child);
        let (prepared, points_to) = (state.prepared, state.points_to);
        self.states[child].key = key.clone();
        self.start_interface(child, prepared, points_to);
        self.work.push(child);
        self.entered = true;
        Some(child)
    }

    /// What is active at the entry of a context by its parameters and its result.
    fn start_interface(&mut self, at: usize, prepared: &Prepared<'_>, points_to: PointsTo<'_>) {
        for (index, &param) in prepared.function.params.iter().enumerate() {
            if self.states[at].key.params.get(index) != Some(&ParamActivity::Dual) {
                continue;
            }
            let cause = Cause::Param(index as u32);
            self.enter(at, points_to, points_to.classes(param), cause);
            self.set_value(at, param, cause);
        }
        if self.states[at].key.ret == ReturnActivity::Active {
            self.enter(at, points_to, points_to.returned(), Cause::Returned);
        }
    }

    /// What is active at the entry of a context.
    fn start(&mut self, at: usize, prepared: &Prepared<'_>, points_to: PointsTo<'_>) {
        self.start_interface(at, prepared, points_to);
        for (global, class) in points_to.globals() {
            if self.globals.contains(&global) {
                self.reach(at, points_to, [class], Cause::Global);
            }
        }
        if self.external {
            self.reach(at, points_to, points_to.external(), Cause::Global);
        }
        if self.program.has_indirect_calls {
            self.start_functions(at, prepared, points_to);
        }
        for &inst in &prepared.indirect {
            let callee = prepared.function.inst(inst).operands[0];
            if !self.states[at].declared.contains(callee) {
                self.reach(at, points_to, points_to.classes(callee), Cause::Callee(inst));
                self.set_value(at, callee, Cause::Callee(inst));
            }
        }
        for &inst in &prepared.sources {
            if let Some(result) = prepared.function.inst(inst).result {
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
                self.reach(at, points_to, points_to.classes(result), cause);
                self.set_value(at, result, cause);
            }
        }
        for (global, class) in points_to.globals() {
            let init = self.input.ctx.globals[global].init;
            if init.is_some_and(|init| self.program.holds_functions(init)) {
                self.reach(at, points_to, [class], Cause::Global);
            }
        }
    }

    /// Classes and all that is reached from them become active.
    fn reach(
        &mut self,
        at: usize,
        points_to: PointsTo<'_>,
        classes: impl IntoIterator<Item = Class>,
        cause: Cause,
    ) {
        for class in points_to.reachable(classes) {
            self.set_class(at, class, cause);
        }
    }

    /// What is reached from parameters and results that have shadows becomes active, but for what the caller knows to hold no
    /// derivatives.
    fn enter(
        &mut self,
        at: usize,
        points_to: PointsTo<'_>,
        classes: impl IntoIterator<Item = Class>,
        cause: Cause,
    ) {
        for class in points_to.reachable(classes) {
            if self.states[at].key.memory.inactive.binary_search(&class).is_err() {
                self.set_class(at, class, cause);
            }
        }
    }

    /// What the function of a context knows of the memory that holds derivatives besides that of its parameters. Globals that are
    /// marked active are so in any case.
    pub(crate) fn entry_memory(&self, at: usize) -> EntryMemory {
        let points_to = self.states[at].points_to;
        let unmarked = |global: &GlobalId| self.program.globals.get(global) != Some(&GlobalMark::Active);
        let known = points_to.globals().map(|(global, _)| global);
        let mut globals: Vec<GlobalId> = known
            .filter(unmarked)
            .filter(|global| self.globals.contains(global))
            .collect();
        globals.sort_unstable();
        let inactive = self.states[at].key.memory.inactive.clone();
        EntryMemory {
            globals,
            external: self.external && points_to.external().is_some(),
            analysis: if inactive.is_empty() { 0 } else { self.analysis },
            read_later: false,
            inactive,
        }
    }

    /// All memory besides that of parameters that holds derivatives.
    pub(crate) fn active_memory(&self) -> EntryMemory {
        let mut globals: Vec<GlobalId> = self.globals.iter().copied().collect();
        globals.sort_unstable();
        EntryMemory {
            globals,
            external: self.external,
            ..EntryMemory::default()
        }
    }

    fn prepared(&self, at: usize) -> &'p Prepared<'a> {
        self.states[at].prepared
    }

    pub(crate) fn is_active(&self, at: usize, value: Value) -> bool {
        self.states[at].values.contains(value)
    }

    /// Makes a value active, if it can be: not if it carries nothing or is marked inert, nor a pointer whose memory is inactive.
    pub(crate) fn set_value(&mut self, at: usize, value: Value, cause: Cause) {
        let prepared = self.prepared(at);
        if !prepared.carriers.contains(value) || prepared.inert.contains(value) || self.is_active(at, value) {
            return;
        }
        let (types, ty) = (&self.input.ctx.types, prepared.function.ty(value));
        let only_addresses = holds_address(types, ty) && !holds_float(types, ty);
        if only_addresses && self.leads_to_inactive(at, value) {
            return;
        }
        self.states[at].values.insert(value, cause);
        for &(inst, _) in prepared.uses.of_value(value) {
            self.queue(at, inst);
        }
        // A call that returns something active is differentiated with an active return.
        if let Some(inst) = prepared.function.def_inst(value)
            && prepared.bodies.contains(inst)
        {
            self.queue(at, inst);
        }
    }

    /// An instruction is to be looked at again.
    fn queue(&mut self, at: usize, inst: Inst) {
        let state = &mut self.states[at];
        match state.prepared.bodies.contains(inst) {
            true => state.push_call(inst),
            false => state.push(inst),
        }
    }

    /// Whether a value leads to memory, and none of it is active.
    fn leads_to_inactive(&self, at: usize, value: Value) -> bool {
        let state = &self.states[at];
        let mut classes = state.points_to.classes(value).peekable();
        classes.peek().is_some() && classes.all(|class| !state.classes.contains(class))
    }

    /// Makes a class of memory active, and with it what leads there and what holds addresses of it.
    pub(crate) fn set_class(&mut self, at: usize, class: Class, cause: Cause) {
        let mut work: SmallVec<[(Class, Cause); 8]> = smallvec![(class, cause)];
        while let Some((class, cause)) = work.pop() {
            if self.states[at].classes.contains(class) || self.prepared(at).unread.contains(class) {
                continue;
            }
            self.states[at].classes.insert(class, cause);
            self.states[at].changed = true;
            let prepared = self.prepared(at);
            for &value in prepared.class_values.get(class) {
                if !self.states[at].declared.contains(value) {
                    self.set_value(at, value, Cause::Memory(class));
                }
            }
            for &holder in prepared.holders.get(class) {
                work.push((holder, Cause::Content(class)));
            }
            for &inst in prepared.class_calls.get(class) {
                self.queue(at, inst);
            }
            self.share(at, class);
        }
    }

    /// Globals and memory that unknown code reaches are the same in all contexts.
    fn share(&mut self, at: usize, class: Class) {
        let prepared = self.prepared(at);
        let external = self.states[at].points_to.external() == Some(class);
        if !external && prepared.class_globals.get(class).is_empty() {
            return;
        }
        let fresh: Vec<GlobalId> = prepared
            .class_globals
            .get(class)
            .iter()
            .copied()
            .filter(|global| self.program.globals.get(global) != Some(&GlobalMark::Inactive))
            .filter(|&global| self.globals.insert(global))
            .collect();
        let newly_external = external && !self.external;
        self.external |= external;
        if fresh.is_empty() && !newly_external {
            return;
        }
        for global in fresh {
            for (other, class) in self.knowing.get(&global).cloned().unwrap_or_default() {
                self.set_class_of_other(at, other, class);
            }
        }
        if newly_external {
            for (other, class) in self.knowing_external.clone() {
                self.set_class_of_other(at, other, class);
            }
        }
    }

    fn set_class_of_other(&mut self, at: usize, other: usize, class: Class) {
        if at != other {
            self.set_class(other, class, Cause::Global);
            self.work.push(other);
        }
    }

    /// Something active is written through an address.
    pub(crate) fn write(&mut self, at: usize, inst: Inst, address: Value, from: Value) {
        let classes = self.states[at].points_to.classes(address);
        let declared = self.states[at].declared.contains(address);
        if declared {
            self.states[at].inactive_stores.insert(inst);
        }
        for class in classes {
            if !declared {
                self.set_class(at, class, Cause::Operand { inst, from });
                if self.prepared(at).inert.contains(address) {
                    self.states[at].inactive_stores.insert(inst);
                }
            } else if self.states[at].wanted.insert(class) {
                self.states[at].changed = true;
            }
        }
    }

    fn run(&mut self, at: usize) {
        while let Some(inst) = self.states[at].pop() {
            self.visit(at, inst);
            if std::mem::take(&mut self.entered) {
                let entered = self.work.pop();
                self.work.push(at);
                self.work.extend(entered);
                return;
            }
        }
        if std::mem::take(&mut self.states[at].changed) {
            for index in 0..self.states[at].callers.len() {
                let (caller, inst) = self.states[at].callers[index];
                self.states[caller].push_call_first(inst);
                self.work.push(caller);
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
