//! What calls do to activity.

use ir::graph::{Barrier, Callee};
use ir::memory::{Class, call_effects};
use ir::{EntitySet, Function, Inst, TypeData, Value};
use rules::{Entry, Kind, MathRule, Param, Structural};

use crate::input::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use crate::marks::arg_is_inactive;
use crate::solve::Solver;
use crate::state::Cause;
use rules::CallKind;
use rules::RuleKnowledge;

impl Solver<'_, '_> {
    pub(crate) fn visit_call(&mut self, at: usize, inst: Inst) {
        let prepared = self.states[at].prepared;
        let function = prepared.function;
        match prepared.calls.get(&inst) {
            Some(CallKind::Body(callee)) => self.visit_body(at, function, inst, *callee),
            Some(CallKind::Rule(entry)) => self.visit_rule(at, function, inst, entry),
            Some(CallKind::Custom) => {
                self.visit_foreign(at, function, inst);
            }
            Some(CallKind::Barrier(Barrier::Returns(operand))) => self.pass(at, inst, &[*operand]),
            Some(CallKind::Barrier(Barrier::Stores { value, address })) => {
                if self.is_active(at, *value) {
                    self.write(at, inst, *address, *value);
                }
            }
            Some(CallKind::Barrier(Barrier::Nothing | Barrier::Asks)) => {}
            Some(CallKind::Unknown) => self.visit_unknown(at, function, inst),
            Some(CallKind::Inactive | CallKind::Allocation) | None => {}
        }
    }

    /// Whether an argument brings something active into a call.
    pub(crate) fn arg_is_active(&self, at: usize, function: &Function, inst: Inst, index: usize) -> bool {
        let arg = function.inst(inst).args()[index];
        self.is_active(at, arg) && !arg_is_inactive(self.input.ctx, function, inst, index)
    }

    /// Whether an argument is the address of a function that may be called with something active: it has a shadow then.
    fn arg_is_function(&self, function: &Function, inst: Inst, index: usize) -> bool {
        let constant = function.as_const(function.inst(inst).args()[index]);
        self.program.has_indirect_calls && constant.is_some_and(|constant| self.program.is_function(constant))
    }

    /// Whether an argument is the null address. It is a shadow of itself, and a recursive function may put an active address in its place;
    /// or the function may put it where it puts active ones, as constructors do.
    fn arg_is_null(&self, function: &Function, inst: Inst, index: usize) -> bool {
        let arg = function.inst(inst).args().get(index).copied();
        let is_pointer = |arg| matches!(self.input.ctx.types.get(function.ty(arg)), TypeData::Ptr(_));
        let constant = arg
            .filter(|&arg| is_pointer(arg))
            .and_then(|arg| function.as_const(arg));
        constant.is_some_and(|constant| self.input.ctx.consts.is_zero(constant))
    }

    /// Whether a parameter may lead to the same memory as others that are dual, what these lead to, or globals.
    fn meets_others(&self, callee: ir::FuncId, index: usize, params: &[ParamActivity]) -> bool {
        let Some(points_to) = self.program.points_to(callee) else {
            return false;
        };
        let theirs = &self.program.functions[&callee].function.params;
        let dual = theirs.iter().zip(params);
        let dual = dual.filter(|(_, activity)| **activity == ParamActivity::Dual);
        let others = dual.flat_map(|(&param, _)| points_to.classes(param));
        let others = others.chain(points_to.globals().map(|(_, class)| class));
        let reached = points_to.reachable(others.chain(points_to.external()).chain(points_to.returned()));
        let param = theirs.get(index).copied();
        param.is_some_and(|param| points_to.classes(param).any(|class| reached.contains(&class)))
    }

    fn active_args(&self, at: usize, function: &Function, inst: Inst) -> Vec<Value> {
        let args = function.inst(inst).args();
        let active = (0..args.len()).filter(|&index| self.arg_is_active(at, function, inst, index));
        active.map(|index| args[index]).collect()
    }

    fn visit_rule(&mut self, at: usize, function: &Function, inst: Inst, entry: &Entry) {
        if entry.is_inactive() {
            return;
        }
        let args = function.inst(inst).args();
        match &entry.kind {
            Kind::Math(rule) => self.visit_math(at, function, inst, entry, rule),
            Kind::Transfer(transfer) => {
                let (to, from) = (usize::from(transfer.destination), usize::from(transfer.source));
                if from < args.len() && to < args.len() && self.arg_is_active(at, function, inst, from) {
                    self.write(at, inst, args[to], args[from]);
                }
            }
            Kind::Structural(Structural::MaskedStore | Structural::Scatter | Structural::CompressStore) => {
                if args.len() > 1 && self.arg_is_active(at, function, inst, 0) {
                    self.write(at, inst, args[1], args[0]);
                }
            }
            Kind::Structural(_) | Kind::Reduction(_) => {
                let active = self.active_args(at, function, inst);
                self.pass(at, inst, &active);
            }
            Kind::Allocation(_)
            | Kind::Deallocation(_)
            | Kind::Reallocation(_)
            | Kind::Set(_)
            | Kind::Inactive(_)
            | Kind::Unsupported(_) => {}
        }
    }

    fn visit_math(&mut self, at: usize, function: &Function, inst: Inst, entry: &Entry, rule: &MathRule) {
        let args = function.inst(inst).args();
        // Where the ABI splits complex numbers, arguments are not the rule's operands.
        let plain = args.len() == entry.params.len();
        let depends = |index: usize| !plain || rule.depends_on(index as u8);
        let from = (0..args.len())
            .find(|&index| depends(index) && self.arg_is_active(at, function, inst, index))
            .map(|index| args[index]);
        let Some(from) = from else { return };
        self.pass(at, inst, &[from]);
        for (index, param) in entry.params.iter().enumerate() {
            if *param == Param::FloatOut && index < args.len() {
                self.write(at, inst, args[index], from);
            }
        }
    }

    /// A function without a body may write what it reads wherever it can write.
    fn visit_foreign(&mut self, at: usize, function: &Function, inst: Inst) -> bool {
        let active = self.active_args(at, function, inst);
        let points_to = self.states[at].points_to;
        let external = points_to.external();
        let knowledge = RuleKnowledge {
            resolver: self.program.resolver.clone(),
            holds_address: &|function, value| self.input.types.content(function.id, value).may_be_pointer(),
        };
        let effects = call_effects(self.input.ctx, function, inst, &knowledge);
        // What it writes there may be zeros: they are to be written to the shadow as well.
        let meets_active =
            !effects.other.is_none() && external.is_some_and(|class| self.states[at].classes.contains(class));
        if active.is_empty() && !meets_active {
            return false;
        }
        let cause = match active.first() {
            Some(&from) => Cause::Operand { inst, from },
            None => Cause::Global,
        };
        // What is not known may read derivatives wherever an active argument leads.
        let classes = active.iter().flat_map(|&arg| points_to.classes(arg));
        for class in points_to.reachable(classes) {
            self.set_class(at, class, cause);
        }
        let data = function.inst(inst);
        if let Some(result) = data.result {
            self.set_value(at, result, cause);
        }
        // What such a callee stores in memory that is declared inactive is checked in its own derivative.
        let is_checked = self.callee_is_declared(at, function, inst);
        for (index, &arg) in data.args().iter().enumerate() {
            let is_inactive = arg_is_inactive(self.input.ctx, function, inst, index)
                || is_checked && self.states[at].declared.contains(arg);
            if effects.arg(index).access.writes && !is_inactive {
                let from = active.first().copied().unwrap_or(arg);
                self.write(at, inst, arg, from);
            }
        }
        if let Some(class) = external.filter(|_| effects.other.writes) {
            self.set_class(at, class, cause);
        }
        true
    }

    /// Whether a call is one through a pointer that is declared inactive: of a closure that is constant.
    fn callee_is_declared(&self, at: usize, function: &Function, inst: Inst) -> bool {
        let callee = function.inst(inst).operands[0];
        self.states[at].declared.contains(callee)
            && Callee::of(self.input.ctx, function, inst) == Some(Callee::Indirect)
    }

    fn visit_unknown(&mut self, at: usize, function: &Function, inst: Inst) {
        // What a pointer leads to that is declared inactive does nothing active by itself.
        if self.callee_is_declared(at, function, inst) && self.active_args(at, function, inst).is_empty() {
            return;
        }
        if self.visit_foreign(at, function, inst) {
            self.states[at].unknown_calls.insert(inst);
        }
    }

    /// A call of a function with a body: its context, and what that says.
    fn visit_body(&mut self, at: usize, function: &Function, inst: Inst, callee: ir::FuncId) {
        let data = function.inst(inst);
        let count = self
            .input
            .ctx
            .types
            .param_types(self.input.ctx.funcs[callee].ty)
            .len();
        let activity = |index: usize| {
            let active = index < data.args().len()
                && (self.arg_is_active(at, function, inst, index)
                    || self.arg_is_function(function, inst, index));
            if active {
                ParamActivity::Dual
            } else {
                ParamActivity::Const
            }
        };
        let mut params: Vec<ParamActivity> = (0..count).map(activity).collect();
        let returned = data.result.filter(|&result| self.is_active(at, result));
        let ret = match returned {
            Some(_) => ReturnActivity::Active,
            None => ReturnActivity::Const,
        };
        let points_to = self.states[at].points_to;
        let pairs = points_to.call(inst);
        let shares = pairs
            .iter()
            .any(|(_, ours)| self.states[at].classes.contains(*ours));
        if !params.contains(&ParamActivity::Dual) && returned.is_none() && !shares {
            return;
        }
        for index in 0..count {
            let is_null = params[index] == ParamActivity::Const && self.arg_is_null(function, inst, index);
            if is_null
                && (self.program.recursive.contains(callee) || self.meets_others(callee, index, &params))
            {
                params[index] = ParamActivity::Dual;
            }
        }
        let inactive = self.inactive_at_entry(at, callee, (&params, ret), pairs);
        let key = ContextKey {
            func: callee,
            params,
            ret,
            // Globals are the same for all contexts of a request, so they tell none apart; the facts say which in the end.
            memory: EntryMemory {
                inactive,
                ..EntryMemory::default()
            },
        };
        let child = self.widened(at, inst, &key).or_else(|| self.context(key));
        let Some(child) = child else { return };
        self.states[at].children.insert(inst, child);
        self.states[child].callers.insert((at, inst));
        self.absorb(at, function, inst, child, pairs);
    }

    /// What of the memory that a callee reaches from its parameters and its result holds no derivatives here.
    fn inactive_at_entry(
        &self,
        at: usize,
        callee: ir::FuncId,
        (params, ret): (&[ParamActivity], ReturnActivity),
        pairs: &[(Class, Class)],
    ) -> Vec<Class> {
        let Some(points_to) = self.program.points_to(callee) else {
            return Vec::new();
        };
        let theirs = &self.program.functions[&callee].function.params;
        let dual = theirs
            .iter()
            .zip(params)
            .filter(|(_, activity)| **activity == ParamActivity::Dual);
        let dual = dual.flat_map(|(&param, _)| points_to.classes(param));
        let returned = points_to.returned().filter(|_| ret == ReturnActivity::Active);
        let reached: EntitySet<Class> = points_to.reachable(dual.chain(returned)).into_iter().collect();
        let inactive = pairs
            .iter()
            .filter(|(theirs, ours)| reached.contains(*theirs) && !self.states[at].classes.contains(*ours));
        let mut inactive: Vec<Class> = inactive.map(|&(theirs, _)| theirs).collect();
        inactive.sort_unstable();
        inactive.dedup();
        inactive
    }

    /// Takes over what a callee's context says of the classes that it shares, and of the result.
    fn absorb(&mut self, at: usize, function: &Function, inst: Inst, child: usize, pairs: &[(Class, Class)]) {
        let data = function.inst(inst);
        for &(theirs, ours) in pairs {
            if self.states[child].classes.contains(theirs) {
                self.set_class(at, ours, Cause::Callee(inst));
            }
        }
        for &(theirs, ours) in pairs {
            if self.states[child].wanted.contains(theirs) {
                self.want(at, function, inst, child, theirs, ours);
            }
        }
        if let Some(result) = data.result
            && self.states[child].returns_active
        {
            self.set_value(at, result, Cause::Callee(inst));
        }
    }

    /// The callee stores something active into memory that is constant for it: so it becomes active here, unless it is reached only by
    /// arguments that lead to memory declared inactive.
    fn want(&mut self, at: usize, function: &Function, inst: Inst, child: usize, theirs: Class, ours: Class) {
        let (prepared, points_to) = (self.states[child].prepared, self.states[child].points_to);
        let args = function.inst(inst).args();
        let open = args.iter().zip(&prepared.function.params).any(|(&arg, &param)| {
            !self.states[at].declared.contains(arg)
                && points_to.reachable(points_to.classes(param)).contains(&theirs)
        });
        if open {
            self.set_class(at, ours, Cause::Callee(inst));
            return;
        }
        self.states[at].inactive_stores.insert(inst);
        if self.states[at].wanted.insert(ours) {
            self.states[at].changed = true;
        }
    }
}
