//! Calls: of functions with bodies through their augmented and reverse functions, of others by their rules.
//!
//! The augmented function gets the arguments with their shadows and leaves what its reverse sweep needs on the tape. The reverse function
//! gets the shadows again, and the primals of what is neither a float nor made of floats; what it gives are the adjoints of floats.
//! Where a function is chosen among several that are known, its derivatives are chosen alike.

use activity::{EntryMemory, ParamActivity, ReturnActivity};
use facts::{Facts, Held, Piece};
use ir::graph::{Barrier, Callee};
use ir::{
    Bodies, CallInfo, ConstData, Context, EntitySet, FuncId, Function, Inst, NewInst, Op, TailKind, Type,
    TypeData, Value,
};
use rules::{CallKind, EntryId, Resolver, RuleTable, UserMemory};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ReverseOptions;
use crate::custom::has_gradient;
use crate::emit::{Emit, Lanes, Outcome};
use crate::error::ErrorKind;
use crate::lookup::internal;
use crate::ops::listed::listed;
use crate::request::{Activity, Answer, Mode, Request, ReturnRequest, Role};
use crate::tables::by_type;
use cache::{CallDemand, Node, Overwritten};

/// What a call is.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// One of some functions with bodies.
    Bodies(SmallVec<[FuncId; 1]>),
    /// A function of the rule table, by its symbol and its entry.
    Rule(Box<str>, EntryId),
    /// A function that the user declares to manage memory.
    Memory(UserMemory),
    /// A function with derivatives that the user gives, but none for reverse mode.
    Custom(FuncId),
    /// Nothing is done to derivatives.
    Inactive,
    /// Assembly that only hands a value on.
    Barrier(Barrier),
    /// Other inline assembly.
    Asm,
    /// Nothing is known of the function.
    Unknown(Box<str>),
    /// An address without a shadow: one of these functions, or the program ends.
    Listed(Vec<FuncId>),
    /// An address that is known only at run time.
    Indirect,
}

impl Known {
    /// The functions with bodies that a call may lead to, if they are all that it is differentiated for.
    fn functions(&self) -> Option<&[FuncId]> {
        match self {
            Self::Bodies(funcs) => Some(funcs),
            Self::Listed(funcs) => Some(funcs),
            _ => None,
        }
    }

    /// Whether memory is released.
    fn releases(&self, rules: &RuleTable) -> bool {
        match self {
            Self::Rule(_, entry) => matches!(rules.entry(*entry).kind, rules::Kind::Deallocation(_)),
            Self::Memory(memory) => matches!(memory, UserMemory::Deallocation(_)),
            _ => false,
        }
    }
}

/// What the calls of a body are.
#[derive(Debug)]
pub(crate) struct KnownCalls {
    calls: FxHashMap<Inst, Known>,
}

impl KnownCalls {
    /// What the calls of a body are.
    pub(crate) fn of(
        ctx: &Context,
        bodies: Bodies<'_>,
        rules: &RuleTable,
        options: &ReverseOptions,
        (source, facts): (&Function, Facts<'_>),
    ) -> Self {
        let resolver = Resolver::new(ctx, bodies, rules, options.empty_functions_inactive, &[]);
        let mut calls = FxHashMap::default();
        for inst in source.all_insts() {
            if let Some(kind) = resolver.call(source, inst) {
                let known = known(ctx, bodies, rules, (source, inst), kind);
                let known = match known {
                    Known::Indirect => listed(ctx, options, (source, facts), inst),
                    known => known,
                };
                // The reverse sweep may read inactive memory again, so its release waits as well.
                let known = match facts.inst(inst) || known.releases(rules) {
                    true => known,
                    false => Known::Inactive,
                };
                calls.insert(inst, known);
            }
        }
        Self { calls }
    }

    /// What of the memory that calls of bodies know may be written after the call and before its reverse.
    pub(crate) fn overwritten(&self, planning: &cache::PlanInput<'_>) -> FxHashMap<Inst, Overwritten> {
        let is_body = |inst: &Inst| self.get(*inst).functions().is_some();
        let calls: Vec<Inst> = planning.function.all_insts().filter(is_body).collect();
        let found = cache::overwritten_after(planning, &calls);
        calls.into_iter().zip(found).collect()
    }

    /// Whether the reverse of a call reads all arguments: a gradient of the user's does.
    fn passes_all(&self, ctx: &Context, inst: Inst) -> bool {
        let funcs = self.get(inst).functions().unwrap_or_default();
        funcs.iter().any(|&func| has_gradient(ctx, func))
    }

    /// The rule of a call, if it has one.
    pub(crate) fn rule<'r>(&self, rules: &'r RuleTable, inst: Inst) -> Option<&'r rules::Entry> {
        match self.calls.get(&inst) {
            Some(Known::Rule(_, entry)) => Some(rules.entry(*entry)),
            _ => None,
        }
    }

    /// The calls whose derivatives have tapes of their own, in the order of instructions, with the functions that they may call.
    pub(crate) fn with_tapes(&self, plan: &cache::Plan) -> Vec<(Inst, Vec<FuncId>)> {
        let mut found: Vec<(Inst, Vec<FuncId>)> = (self.calls.iter())
            .filter(|(inst, _)| plan.has_adjoint(**inst))
            .filter_map(|(&inst, known)| Some((inst, known.functions()?.to_vec())))
            .collect();
        found.sort_by_key(|&(inst, _)| inst);
        found
    }

    fn get(&self, inst: Inst) -> &Known {
        self.calls.get(&inst).unwrap_or(&Known::Inactive)
    }
}

fn known(
    ctx: &Context,
    bodies: Bodies<'_>,
    rules: &RuleTable,
    (source, inst): (&Function, Inst),
    kind: CallKind<'_>,
) -> Known {
    let name = |func: FuncId| ctx.funcs[func].name.clone();
    match (kind, Callee::of(ctx, source, inst)) {
        (CallKind::Inactive, _) => Known::Inactive,
        (CallKind::Body(func), _) => Known::Bodies(SmallVec::from_slice(&[func])),
        (CallKind::Rule(entry), callee) => match (rules.id_of(entry), callee) {
            (Some(id), Some(Callee::Direct(func))) => Known::Rule(name(func), id),
            (Some(id), _) => Known::Rule(entry.name.into(), id),
            (None, _) => Known::Unknown(entry.name.into()),
        },
        // Without a gradient the body is differentiated: other rules are for forward mode.
        (CallKind::Custom, Some(Callee::Direct(func)))
            if has_gradient(ctx, func) || bodies.get(func).is_some() =>
        {
            Known::Bodies(SmallVec::from_slice(&[func]))
        }
        (CallKind::Allocation, Some(Callee::Direct(func))) => match UserMemory::of(ctx, func) {
            Some(memory) => Known::Memory(memory),
            None => Known::Unknown(name(func)),
        },
        (CallKind::Custom, Some(Callee::Direct(func))) => Known::Custom(func),
        (CallKind::Barrier(barrier), _) => Known::Barrier(barrier),
        (_, Some(Callee::Asm)) => Known::Asm,
        (_, Some(Callee::Direct(func))) => Known::Unknown(name(func)),
        _ => {
            let callee = source.inst(inst).operands[0];
            let mut found = SmallVec::new();
            match candidates(ctx, bodies, source, callee, &mut found) {
                true => Known::Bodies(found),
                false => Known::Indirect,
            }
        }
    }
}

/// Collects the functions that an address is chosen from; false if that is not known.
fn candidates(
    ctx: &Context,
    bodies: Bodies<'_>,
    source: &Function,
    callee: Value,
    found: &mut SmallVec<[FuncId; 1]>,
) -> bool {
    let mut seen = EntitySet::new();
    let mut work = vec![callee];
    while let Some(value) = work.pop() {
        if !seen.insert(value) {
            continue;
        }
        if let Some(constant) = source.as_const(value) {
            let ConstData::Func(func) = *ctx.consts.get(constant) else {
                return false;
            };
            if bodies.get(func).is_none() {
                return false;
            }
            if !found.contains(&func) {
                found.push(func);
            }
            continue;
        }
        let Some(inst) = source.def_inst(value) else {
            return false;
        };
        let data = source.inst(inst);
        match data.op {
            Op::Select => work.extend_from_slice(&data.operands[1..]),
            Op::Phi | Op::Freeze => work.extend_from_slice(&data.operands),
            _ => return false,
        }
    }
    found.sort_unstable();
    !found.is_empty()
}

/// How a call of a body is differentiated.
pub(super) struct Plan {
    pub(super) params: Vec<Activity>,
    pub(super) ret: ReturnRequest,
    memory: EntryMemory,
}

fn holds(pieces: &[Piece], wanted: impl Fn(Held) -> bool) -> bool {
    pieces.iter().any(|piece| wanted(piece.held))
}

/// What a parameter or argument takes part as, by what it is made of.
fn by_content(pieces: &[Piece]) -> Activity {
    let floats = holds(pieces, |held| matches!(held, Held::Float(_)));
    let addresses = holds(pieces, |held| held == Held::Pointer);
    match (floats, addresses) {
        (true, true) => Activity::DualOut,
        (true, false) => Activity::Out,
        (false, true) => Activity::Dual,
        // What is not known may be a float; then the callee says that it cannot tell.
        (false, false) if holds(pieces, |held| held == Held::Unknown) => Activity::Out,
        (false, false) => Activity::Const,
    }
}

/// The activities of a call of a body: those of the analysis, or those of the operands where it has none.
pub(super) fn activities(ctx: &Context, source: &Function, facts: Facts<'_>, inst: Inst) -> Plan {
    let data = source.inst(inst);
    let content = |value: Value| by_content(&facts.pieces(ctx, source, value));
    let ret_content = data.result.map_or(Activity::Const, content);
    let (params, ret, memory): (Vec<bool>, bool, EntryMemory) = match facts.call(inst) {
        Some(call) => (
            call.key
                .params
                .iter()
                .map(|&param| param == ParamActivity::Dual)
                .collect(),
            call.key.ret == ReturnActivity::Active,
            call.key.memory.clone(),
        ),
        // A function behind a pointer may write to active globals without getting anything active.
        None => (
            data.args().iter().map(|&arg| facts.active(arg)).collect(),
            data.result.is_some_and(|result| facts.active(result)),
            facts.memory_at_calls().clone(),
        ),
    };
    let args = data.args().iter().zip(params);
    Plan {
        params: args
            .map(|(&arg, is_active)| match is_active {
                true => content(arg),
                false => Activity::Const,
            })
            .collect(),
        ret: ReturnRequest {
            primal: data.result.is_some(),
            seed: ret && ret_content.is_out(),
            shadow: ret && ret_content.is_dual(),
        },
        memory,
    }
}

/// How a call through a pointer is differentiated; `None` if it is not.
fn pointer_plan(ctx: &Context, source: &Function, facts: Facts<'_>, inst: Inst) -> Option<Plan> {
    let data = source.inst(inst);
    let info = data.op.call_info()?;
    if !facts.active(data.operands[0]) {
        return None;
    }
    let (params, ret) = by_type(ctx, info.func_ty);
    let memory = facts.memory_at_calls().clone();
    Some(Plan { params, ret, memory })
}

/// What the reverses of calls read.
pub(crate) struct Demands<'a> {
    pub(crate) ctx: &'a Context,
    pub(crate) source: &'a Function,
    pub(crate) facts: Facts<'a>,
    pub(crate) calls: &'a KnownCalls,
}

impl CallDemand for Demands<'_> {
    fn reads(&self, inst: Inst) -> Vec<Node> {
        let data = self.source.inst(inst);
        let mut nodes = Vec::new();
        let plan = match self.calls.get(inst) {
            Known::Bodies(funcs) => {
                if funcs.len() > 1 {
                    nodes.push(Node::Primal(data.operands[0]));
                }
                activities(self.ctx, self.source, self.facts, inst)
            }
            Known::Listed(_) => {
                nodes.push(Node::Primal(data.operands[0]));
                activities(self.ctx, self.source, self.facts, inst)
            }
            Known::Indirect => match pointer_plan(self.ctx, self.source, self.facts, inst) {
                Some(plan) => {
                    nodes.push(Node::Primal(data.operands[0]));
                    nodes.push(Node::Shadow(data.operands[0]));
                    plan
                }
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let all = self.calls.passes_all(self.ctx, inst);
        for (&arg, activity) in data.args().iter().zip(&plan.params) {
            if all || passes_primal(self.ctx, self.source, self.facts, arg) {
                nodes.push(Node::Primal(arg));
            }
            if activity.is_dual() {
                match self.facts.active(arg) && self.source.as_const(arg).is_none() {
                    true => nodes.push(Node::Shadow(arg)),
                    // An inactive address may be its own shadow.
                    false => nodes.push(Node::Primal(arg)),
                }
            }
        }
        nodes.retain(|node| !matches!(node, Node::Primal(value) if self.source.as_const(*value).is_some()));
        nodes
    }
}

/// Whether the reverse function gets a primal argument: not if it is made of floats.
fn passes_primal(ctx: &Context, source: &Function, facts: Facts<'_>, arg: Value) -> bool {
    let ty = source.ty(arg);
    if ctx.types.float_kind(ty).is_some() {
        return false;
    }
    let is_plain = matches!(
        ctx.types.get(ctx.types.scalar(ty)),
        TypeData::Int(_) | TypeData::Ptr(_)
    );
    let pieces = facts.pieces(ctx, source, arg);
    is_plain && !holds(&pieces, |held| matches!(held, Held::Float(_)))
}

impl<'a> Emit<'a> {
    pub(super) fn forward_call(&mut self, inst: Inst) -> Outcome {
        let calls = self.input.calls;
        match calls.get(inst) {
            Known::Inactive => {
                self.copy_call(inst);
                Ok(())
            }
            Known::Bodies(funcs) => self.forward_body(inst, funcs),
            Known::Listed(funcs) => self.forward_listed(inst, funcs),
            Known::Indirect if self.active(self.data(inst).operands[0]) => self.forward_pointer(inst),
            Known::Rule(name, entry) => {
                let entry = self.input.rules.entry(*entry);
                self.forward_library(inst, name, entry)
            }
            Known::Memory(UserMemory::Allocation(allocation)) => self.forward_allocation(inst, allocation),
            Known::Memory(UserMemory::Deallocation(released)) => self.forward_deallocation(inst, released),
            Known::Barrier(barrier) => {
                self.copy_call(inst);
                match *barrier {
                    Barrier::Nothing | Barrier::Asks => Ok(()),
                    Barrier::Returns(operand) => self.hand_on_shadow(inst, operand),
                    Barrier::Stores { value, address } => self.mirror_store(inst, value, address),
                }
            }
            known => {
                self.copy_call(inst);
                self.refuse(inst, known)
            }
        }
    }

    pub(super) fn reverse_call(&mut self, inst: Inst) -> Outcome {
        let calls = self.input.calls;
        match calls.get(inst) {
            Known::Bodies(funcs) => self.reverse_body(inst, funcs),
            Known::Listed(funcs) => self.reverse_listed(inst, funcs),
            Known::Indirect if self.active(self.data(inst).operands[0]) => self.reverse_pointer(inst),
            Known::Rule(name, entry) => {
                let entry = self.input.rules.entry(*entry);
                self.reverse_library(inst, name, entry)
            }
            Known::Barrier(Barrier::Returns(operand)) => match self.data(inst).result {
                Some(result) => match self.take(result)? {
                    Some(lanes) => self.add(*operand, &lanes),
                    None => Ok(()),
                },
                None => Ok(()),
            },
            Known::Barrier(Barrier::Stores { value, address }) => self.reverse_stored(inst, *value, *address),
            _ => Ok(()),
        }
    }

    /// The shadow of what a barrier returns is that of its operand.
    fn hand_on_shadow(&mut self, inst: Inst, operand: Value) -> Outcome {
        match self.data(inst).result {
            Some(result) if self.active(result) && self.points(result) => {
                let lanes = self.shadow(operand)?;
                self.set_shadow(result, lanes);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Why a call has no derivative.
    fn refuse(&self, inst: Inst, known: &Known) -> Outcome {
        let name = |name: &str| name.to_owned();
        Err(match known {
            Known::Unknown(_) if self.input.options.empty_functions_inactive => return Ok(()),
            Known::Unknown(symbol) if self.is_variadic(symbol) => ErrorKind::Varargs { name: name(symbol) },
            Known::Unknown(symbol) => ErrorKind::UnknownFunction { name: name(symbol) },
            Known::Custom(func) => ErrorKind::UnsupportedFunction {
                name: name(&self.b.ctx.funcs[*func].name),
                family: "a function with a registered forward derivative, and without a body",
                remedy: "register a gradient with __enzyme_register_gradient, or make its body visible",
            },
            Known::Asm => ErrorKind::InlineAsm,
            Known::Indirect if !self.touches_active(inst) => return Ok(()),
            _ => ErrorKind::IndirectCall,
        })
    }

    /// Whether a function of the program takes variable arguments.
    fn is_variadic(&self, symbol: &str) -> bool {
        let Some(func) = self.b.ctx.find_func(symbol) else {
            return false;
        };
        let decl = &self.b.ctx.funcs[func];
        decl.defined
            && matches!(
                self.b.ctx.types.get(decl.ty),
                TypeData::Func { varargs: true, .. }
            )
    }

    /// Whether an argument or the result of a call is active.
    pub(super) fn touches_active(&self, inst: Inst) -> bool {
        let data = self.data(inst);
        self.result_active(inst) || data.operands.iter().any(|&operand| self.active(operand))
    }

    /// The functions that answer for the candidates of a call, the augmented ones or the reverse ones.
    fn derivatives(&mut self, inst: Inst, funcs: &[FuncId], plan: &Plan, role: Role) -> Outcome<Vec<FuncId>> {
        let Some(info) = self.data(inst).op.call_info().copied() else {
            return Err(internal("a call is none".to_owned()));
        };
        let mut answers = Vec::new();
        for &func in funcs {
            self.check_signature(func, &info)?;
            let request = Request {
                func,
                params: plan.params.clone(),
                ret: plan.ret,
                mode: Mode::Split,
                width: self.input.request.width,
                order: self.input.request.order,
                memory: plan.memory.clone(),
                overwritten: match self.input.overwritten.get(&inst) {
                    Some(found) => found.clone(),
                    None => Overwritten::everything(plan.params.len()),
                },
            };
            let requests = &mut self.shared.requests;
            let (seeds, known) = self.input.facts.callee(inst);
            let answer = requests.get_with(self.b.ctx, request, seeds, Some(known));
            match (answer, role) {
                (Answer::Split { augmented, .. }, Role::Augmented) => answers.push(augmented),
                (Answer::Split { reverse, .. }, _) => answers.push(reverse),
                (Answer::Combined(_), _) => return Err(internal("a call is split".to_owned())),
            }
        }
        Ok(answers)
    }

    fn forward_body(&mut self, inst: Inst, funcs: &[FuncId]) -> Outcome {
        if self.input.facts.loses_tangent(inst) {
            return Err(ErrorKind::StoreToInactive);
        }
        let known = (&*self.b.ctx, self.input.bodies);
        if (self.input.facts).hands_floats_to_strings(known, self.input.rules, self.source(), inst) {
            return Err(ErrorKind::UndeducedType {
                what: "the bytes that are copied one by one".to_owned(),
                unknown: None,
            });
        }
        let plan = activities(self.b.ctx, self.source(), self.input.facts, inst);
        self.check_unwinding(inst)?;
        let args = self.augmented_args(inst, &plan)?;
        let answers = self.derivatives(inst, funcs, &plan, Role::Augmented)?;
        let callee = self.primal(self.data(inst).operands[0]);
        let call = self.call_chosen(inst, (callee, funcs), &answers, &args);
        self.augmented_results(inst, &plan, call);
        Ok(())
    }

    fn reverse_body(&mut self, inst: Inst, funcs: &[FuncId]) -> Outcome {
        let plan = activities(self.b.ctx, self.source(), self.input.facts, inst);
        let args = self.reverse_args(inst, &plan)?;
        let answers = self.derivatives(inst, funcs, &plan, Role::Reverse)?;
        let callee = match funcs.len() {
            1 => self.b.func_address(funcs[0]),
            _ => self.need_primal(self.data(inst).operands[0])?,
        };
        let call = self.call_chosen(inst, (callee, funcs), &answers, &args);
        self.reverse_results(inst, &plan, call)
    }

    /// Calls the augmented function that the shadow of the callee leads to.
    fn forward_pointer(&mut self, inst: Inst) -> Outcome {
        let (plan, func_ty) = self.pointer_call(inst)?;
        self.check_unwinding(inst)?;
        let args = self.augmented_args(inst, &plan)?;
        let callee = self.data(inst).operands[0];
        let (derivative, ty) = self.derivative_of_pointer(callee, func_ty, Role::Augmented)?;
        let call = self.call_like(inst, derivative, ty, &args);
        self.augmented_results(inst, &plan, call);
        Ok(())
    }

    /// Calls the reverse function that the shadow of the callee leads to.
    fn reverse_pointer(&mut self, inst: Inst) -> Outcome {
        let (plan, func_ty) = self.pointer_call(inst)?;
        let args = self.reverse_args(inst, &plan)?;
        let callee = self.data(inst).operands[0];
        let (derivative, ty) = self.derivative_of_pointer(callee, func_ty, Role::Reverse)?;
        let call = self.call_like(inst, derivative, ty, &args);
        self.reverse_results(inst, &plan, call)
    }

    /// How a call through a pointer is differentiated, and the type of its callee. What is active must have a place in tables.
    fn pointer_call(&mut self, inst: Inst) -> Outcome<(Plan, Type)> {
        let data = self.data(inst);
        let plan = pointer_plan(self.b.ctx, self.source(), self.input.facts, inst);
        let (Some(plan), Some(info)) = (plan, data.op.call_info()) else {
            return Err(ErrorKind::IndirectCall);
        };
        if let TypeData::Func { varargs: true, .. } = self.b.ctx.types.get(info.func_ty) {
            return Err(ErrorKind::IndirectCall);
        }
        for (&arg, activity) in data.args().iter().zip(&plan.params) {
            if *activity == Activity::Const && self.has_adjoint(arg) {
                return Err(ErrorKind::IndirectCall);
            }
        }
        if let Some(result) = data.result
            && self.has_adjoint(result)
            && !plan.ret.seed
        {
            return Err(ErrorKind::IndirectCall);
        }
        Ok((plan, info.func_ty))
    }

    /// The arguments of an augmented function.
    pub(super) fn augmented_args(&mut self, inst: Inst, plan: &Plan) -> Outcome<SmallVec<[Value; 8]>> {
        let mut args = SmallVec::new();
        for (&arg, activity) in self.data(inst).args().iter().zip(&plan.params) {
            args.push(self.primal(arg));
            if activity.is_dual() {
                let lanes = self.shadow(arg)?;
                args.push(self.pack(&lanes));
            }
        }
        args.push(self.arena());
        Ok(args)
    }

    /// Takes the primal and the shadow from what an augmented function returns.
    pub(super) fn augmented_results(&mut self, inst: Inst, plan: &Plan, call: Inst) {
        let (Some(result), Some(value)) = (self.data(inst).result, self.b.func.inst(call).result) else {
            return;
        };
        let mut next = 0;
        if plan.ret.primal {
            let primal = self.b.extract_value(value, &[next]);
            self.set_primal(result, primal);
            next += 1;
        }
        if plan.ret.shadow {
            let packed = self.b.extract_value(value, &[next]);
            let lanes = self.unpack(packed);
            self.set_shadow(result, lanes);
        }
    }

    /// The arguments of a reverse function: what it may read of the primals, shadows, the adjoint of the result.
    pub(super) fn reverse_args(&mut self, inst: Inst, plan: &Plan) -> Outcome<SmallVec<[Value; 8]>> {
        let data = self.data(inst);
        let all = self.input.calls.passes_all(self.b.ctx, inst);
        let mut args = SmallVec::new();
        for (&arg, activity) in data.args().iter().zip(&plan.params) {
            let is_passed = all || passes_primal(self.b.ctx, self.source(), self.input.facts, arg);
            let primal = match is_passed {
                true => self.need_primal(arg)?,
                false => self.b.poison(self.source_type(arg)),
            };
            args.push(primal);
            if activity.is_dual() {
                let lanes = self.shadow(arg)?;
                args.push(self.pack(&lanes));
            }
        }
        if plan.ret.seed {
            let lanes = match data.result {
                Some(result) => self.take(result)?,
                None => None,
            };
            let zero = self.b.zero(data.ty);
            let lanes = lanes.unwrap_or_else(|| self.splat(zero));
            args.push(self.pack(&lanes));
        }
        args.push(self.arena());
        Ok(args)
    }

    /// Adds the adjoints that a reverse function returns to those of the arguments.
    pub(super) fn reverse_results(&mut self, inst: Inst, plan: &Plan, call: Inst) -> Outcome {
        let Some(value) = self.b.func.inst(call).result else {
            return Ok(());
        };
        let mut next = 0;
        for (&arg, activity) in self.data(inst).args().iter().zip(&plan.params) {
            if activity.is_out() {
                let packed = self.b.extract_value(value, &[next]);
                let lanes: Lanes = self.unpack(packed);
                self.add(arg, &lanes)?;
                next += 1;
            }
        }
        Ok(())
    }

    /// Where an exception of a call may be caught and the function still return, its reverse would not know what to undo.
    pub(super) fn check_unwinding(&self, inst: Inst) -> Outcome {
        let data = self.data(inst);
        match (&data.op, data.targets.get(1)) {
            (Op::Invoke(_), Some(&unwind)) if self.input.shape.returning.contains(unwind) => {
                Err(ErrorKind::Irreversible {
                    what: "an active call whose exception is caught".to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    fn check_signature(&self, func: FuncId, info: &CallInfo) -> Outcome {
        let decl = &self.b.ctx.funcs[func];
        let name = || decl.name.to_string();
        if let TypeData::Func { varargs: true, .. } = self.b.ctx.types.get(decl.ty) {
            return Err(ErrorKind::Varargs { name: name() });
        }
        match decl.ty == info.func_ty {
            true => Ok(()),
            false => Err(ErrorKind::Signature { name: name() }),
        }
    }

    /// Calls the derivative function that belongs to a callee: it is chosen as the callee is.
    fn call_chosen(
        &mut self,
        inst: Inst,
        (callee, funcs): (Value, &[FuncId]),
        answers: &[FuncId],
        args: &[Value],
    ) -> Inst {
        let ty = self.b.ctx.funcs[answers[0]].ty;
        let mut chosen = self.b.func_address(answers[0]);
        for (&func, &answer) in funcs.iter().zip(answers).skip(1) {
            let (func, answer) = (self.b.func_address(func), self.b.func_address(answer));
            let is_it = self.b.icmp(ir::IntPred::Eq, callee, func);
            chosen = self.b.select(is_it, answer, chosen);
        }
        self.call_like(inst, chosen, ty, args)
    }

    /// Copies a call or invoke into the forward sweep. `musttail` and `tail` are dropped: more follows, and shadows may be on the stack.
    pub(crate) fn copy_call(&mut self, inst: Inst) -> Inst {
        let data = self.data(inst);
        let mut new = NewInst::new(data.op.clone(), data.ty, &self.primals(&data.operands)).flags(data.flags);
        new.meta = data.meta;
        new.origin = data.origin;
        new.location = data.location;
        let copy = self.push_call(inst, new);
        self.note_copy(inst, copy);
        copy
    }

    /// The same call with other operands, for shadows.
    pub(super) fn call_again(&mut self, inst: Inst, operands: &[Value]) -> Inst {
        let data = self.data(inst);
        let new = NewInst::new(data.op.clone(), data.ty, operands).flags(self.call_flags(data.ty));
        self.push_call(inst, new)
    }

    /// A call of another function in the place of `inst`: in the forward sweep an invoke if that is one.
    pub(super) fn call_like(&mut self, inst: Inst, callee: Value, func_ty: Type, args: &[Value]) -> Inst {
        let mut operands: SmallVec<[Value; 8]> = SmallVec::from_slice(&[callee]);
        operands.extend_from_slice(args);
        let info = CallInfo {
            func_ty,
            attrs: ir::Attrs::none(),
            conv: 0,
            tail: TailKind::None,
            bundle_operands: 0,
        };
        let op = match self.data(inst).op {
            Op::Invoke(_) => Op::Invoke(info),
            _ => Op::Call(info),
        };
        let void = self.b.ctx.types.void();
        let ret = self.b.ctx.types.return_type(func_ty).unwrap_or(void);
        let new = NewInst::new(op, ret, &operands).flags(self.call_flags(ret));
        self.push_call(inst, new)
    }

    /// Calls carry float flags only if they return floats.
    fn call_flags(&self, ty: Type) -> ir::Flags {
        match self.b.ctx.types.float_kind(ty) {
            Some(_) => self.b.fast_math,
            None => ir::Flags::none(),
        }
    }

    /// Appends a call. An invoke goes on in a block of its own, so that code can follow it; in the reverse sweep it is a plain call.
    fn push_call(&mut self, inst: Inst, mut new: NewInst) -> Inst {
        let data = self.data(inst);
        match new.op {
            Op::Invoke(info) if self.sweep == crate::emit::Sweep::Forward => {
                new.op = Op::Invoke(info);
                let next = self.b.add_block();
                let unwind = self.target(data.block, data.targets[1]);
                new.targets = SmallVec::from_slice(&[next, unwind]);
                let invoke = self.b.push(new);
                self.b.go_to(next);
                invoke
            }
            Op::Call(mut info) | Op::Invoke(mut info) => {
                info.tail = match info.tail {
                    TailKind::NoTail => TailKind::NoTail,
                    _ => TailKind::None,
                };
                new.op = Op::Call(info);
                new.targets = SmallVec::new();
                self.b.push(new)
            }
            _ => self.b.push(new),
        }
    }
}
