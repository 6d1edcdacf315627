//! Which instructions of a tangent function record, which replay, and which values go from one part to the other.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use ir::attrs::MemoryEffects;
use ir::graph::Callee;
use ir::{
    Bodies, Const, ConstData, Context, EntitySet, FuncId, Function, GlobalId, Inst, Op, Value, ValueDef,
};

use rustc_hash::FxHashMap;

use super::rule::SplitRule;
use super::{called, primal_positions};
use crate::emit::Marks;
use crate::request::{Request, Requests, ReturnRequest};

/// A tangent function, and what is known around it.
pub(super) struct Side<'a> {
    pub(super) ctx: &'a Context,
    pub(super) source: &'a Function,
    pub(super) marks: &'a Marks,
    /// The global variables that are shadows.
    pub(super) shadows: EntitySet<GlobalId>,
    /// All tangent functions.
    pub(super) tangents: &'a IndexSet<FuncId>,
    pub(super) requests: &'a Requests,
}

/// The call of a tangent function by another.
#[derive(Debug)]
pub(super) struct TangentCall {
    pub(super) tangent: FuncId,
    /// The function that this is the tangent function of.
    pub(super) primal: FuncId,
    /// What it returns.
    pub(super) ret: ReturnRequest,
    /// The positions of primals among its arguments.
    primals: Vec<usize>,
}

impl TangentCall {
    /// The primal arguments.
    pub(super) fn primal_args(&self, args: &[Value]) -> Vec<Value> {
        self.primals
            .iter()
            .filter_map(|&at| args.get(at).copied())
            .collect()
    }

    /// Whether the replaying function needs an argument.
    pub(super) fn reads(&self, position: usize, reads: &Reads) -> bool {
        let read = reads.get(&self.tangent);
        !self.primals.contains(&position) || read.is_none_or(|read| read.contains(&position))
    }
}

/// What an instruction gives that belongs to the call of a tangent function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Given {
    Primal,
    Shadow,
}

/// What cannot be divided, in words, and the instruction of the tangent function.
pub(super) type Refused = (Option<Inst>, String);

/// Both parts of a tangent function.
#[derive(Debug)]
pub(super) struct Parts {
    /// Functions of the user's take the place of both.
    pub(super) rule: Option<SplitRule>,
    /// Copies of primal instructions, and what else computes something of the primal.
    primal: EntitySet<Inst>,
    /// The calls of tangent functions, which are in both parts.
    pub(super) calls: IndexMap<Inst, TangentCall>,
    /// What the tangent function returns.
    pub(super) ret: ReturnRequest,
    /// Whether the replaying function returns the primal, too.
    pub(super) returns_primal: bool,
    /// The returns, with primal and shadow.
    pub(super) returns: IndexMap<Inst, (Option<Value>, Option<Value>)>,
    /// The positions of parameters that are primals.
    pub(super) primals: Vec<usize>,
    /// What the recording function executes.
    pub(super) recorded: EntitySet<Inst>,
    /// What the replaying function executes, but for calls and what is logged.
    pub(super) replayed: EntitySet<Inst>,
    /// The instructions whose results are logged.
    pub(super) logged: EntitySet<Inst>,
    /// The primal parameters that the replaying function reads, by position.
    pub(super) read: EntitySet<Value>,
    /// Whether the function or one that it calls logs anything.
    pub(super) logs: bool,
}

impl Parts {
    /// Divides a tangent function; what is logged is found by [`settle`].
    ///
    /// # Errors
    /// What cannot be divided.
    pub(super) fn of(side: &Side<'_>, request: &Request, returns_primal: bool) -> Result<Self, Refused> {
        let shadowy = shadowy(side, request);
        let mut parts = Self::empty(request, returns_primal);
        parts.primal = side.marks.primal.clone();
        let returns = side.marks.returns.iter();
        parts.returns = returns.map(|&(ret, x, dx)| (ret, (x, dx))).collect();
        for inst in side.source.all_insts() {
            let divided = parts.divide(side, &shadowy, inst);
            divided.map_err(|what| (Some(inst), what))?;
        }
        parts.record(side, &shadowy)?;
        Ok(parts)
    }

    /// The parts of a tangent function that the user gives.
    pub(super) fn registered(rule: SplitRule, request: &Request, returns_primal: bool) -> Self {
        Self {
            rule: Some(rule),
            ..Self::empty(request, returns_primal)
        }
    }

    fn empty(request: &Request, returns_primal: bool) -> Self {
        Self {
            rule: None,
            primal: EntitySet::new(),
            calls: IndexMap::new(),
            ret: request.ret,
            returns_primal,
            returns: IndexMap::new(),
            primals: primal_positions(request),
            recorded: EntitySet::new(),
            replayed: EntitySet::new(),
            logged: EntitySet::new(),
            read: EntitySet::new(),
            logs: false,
        }
    }

    /// Whether the replaying function returns the value of the primal.
    pub(super) fn hands_primal_on(&self) -> bool {
        self.returns_primal && self.ret.primal
    }

    /// Puts one instruction on its side.
    fn divide(&mut self, side: &Side<'_>, shadowy: &EntitySet<Value>, inst: Inst) -> Result<(), String> {
        let data = side.source.inst(inst);
        let refused = |what: &str| Err(what.to_owned());
        let leads_to_primal = |value: Value| !is_shadowy(side, shadowy, value);
        match &data.op {
            Op::Invoke(_) | Op::LandingPad { .. } | Op::Resume => return refused("a call that may throw"),
            Op::IndirectBr | Op::Opaque { .. } => return refused("an instruction that only LLVM knows"),
            Op::Call(_) => {}
            Op::Load(_) if !self.primal.contains(inst) && leads_to_primal(data.operands[0]) => {
                self.primal.insert(inst);
            }
            Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) if !self.primal.contains(inst) => {
                let address = data.address().map(|(address, _)| address);
                if address.is_some_and(leads_to_primal) {
                    return refused("a tangent that is stored to memory without shadow");
                }
            }
            _ => {}
        }
        if let Op::Call(_) = data.op {
            self.divide_call(side, shadowy, inst)?;
        }
        Ok(())
    }

    fn divide_call(&mut self, side: &Side<'_>, shadowy: &EntitySet<Value>, inst: Inst) -> Result<(), String> {
        let data = side.source.inst(inst);
        let callee = Callee::of(side.ctx, side.source, inst).and_then(Callee::func);
        if self.primal.contains(inst) {
            return match callee {
                Some(callee) if &*side.ctx.funcs[callee].name == "llvm.stackrestore" => {
                    Err("stack memory of a size that changes in a loop".to_owned())
                }
                _ => Ok(()),
            };
        }
        let Some(callee) = callee else {
            return Err("an active call through a pointer".to_owned());
        };
        if let Some(tangent) = called(side, inst) {
            if let Some(request) = side.requests.request_of(tangent) {
                let (ret, primals) = (request.ret, primal_positions(request));
                self.calls.insert(
                    inst,
                    TangentCall {
                        tangent,
                        primal: request.func,
                        ret,
                        primals,
                    },
                );
            }
            return Ok(());
        }
        let reads_primal = data.args().iter().any(|&arg| {
            let types = &side.ctx.types;
            types.is_ptr(side.source.ty(arg))
                && !is_shadowy(side, shadowy, arg)
                && !is_unchanging(side.ctx, side.source, arg)
        });
        match reads_primal {
            true => Err(format!(
                "a derivative that reads primal memory (by `{}`)",
                side.ctx.funcs[callee].name
            )),
            false => Ok(()),
        }
    }

    /// Finds what the recording function executes: the primal, and what that reads.
    fn record(&mut self, side: &Side<'_>, shadowy: &EntitySet<Value>) -> Result<(), Refused> {
        let source = side.source;
        let mut work: Vec<Inst> = source
            .all_insts()
            .filter(|&inst| self.primal.contains(inst) || self.calls.contains_key(&inst))
            .collect();
        for (&ret, &(primal, _)) in &self.returns {
            self.recorded.insert(ret);
            work.extend(primal.and_then(|primal| source.def_inst(primal)));
        }
        while let Some(inst) = work.pop() {
            if !self.recorded.insert(inst) {
                continue;
            }
            let data = source.inst(inst);
            let is_known = self.primal.contains(inst)
                || self.calls.contains_key(&inst)
                || is_arithmetic(side.ctx, source, inst)
                    && data.result.is_none_or(|result| !shadowy.contains(result));
            if !is_known {
                return Err((
                    Some(inst),
                    format!("{}, which depends on shadows", describe(side, inst)),
                ));
            }
            let operands: Vec<Value> = match self.calls.get(&inst) {
                Some(call) => call.primal_args(data.args()),
                None => data.operands.to_vec(),
            };
            for operand in operands {
                if shadowy.contains(operand) {
                    return Err((
                        Some(inst),
                        format!("{}, which reads shadows", describe(side, inst)),
                    ));
                }
                work.extend(source.def_inst(operand));
            }
        }
        Ok(())
    }

    /// Finds what the replaying function executes and what it must be told.
    fn replay(&mut self, ctx: &Context, source: &Function, reads: &Reads) {
        let mut work = self.roots(ctx, source, reads);
        let mut seen: EntitySet<Value> = EntitySet::with_len(source.value_count());
        while let Some(value) = work.pop() {
            if !seen.insert(value) {
                continue;
            }
            let inst = match source.value(value).def {
                ValueDef::Param(_) => {
                    self.read.insert(value);
                    continue;
                }
                ValueDef::Const(_) => continue,
                ValueDef::Inst(inst) => inst,
            };
            match self.given_by_call(source, inst) {
                Some(Given::Primal) => {
                    self.logged.insert(inst);
                }
                Some(Given::Shadow) => {
                    self.replayed.insert(inst);
                }
                None if self.primal.contains(inst) && !is_arithmetic(ctx, source, inst) => {
                    self.logged.insert(inst);
                }
                None => {
                    self.replayed.insert(inst);
                    work.extend_from_slice(&source.inst(inst).operands);
                }
            }
        }
    }

    /// What the replaying function computes for its own sake: tangents that are stored, returned or passed on, and where to go.
    fn roots(&mut self, ctx: &Context, source: &Function, reads: &Reads) -> Vec<Value> {
        let mut roots: Vec<Value> = Vec::new();
        for inst in source.all_insts() {
            let data = source.inst(inst);
            if let Some((primal, shadow)) = self.returns.get(&inst) {
                roots.extend(*shadow);
                roots.extend(primal.filter(|_| self.returns_primal));
                continue;
            }
            if let Some(call) = self.calls.get(&inst) {
                let args = data.args().iter().enumerate();
                let read = args.filter(|(position, _)| call.reads(*position, reads));
                roots.extend(read.map(|(_, &arg)| arg));
                continue;
            }
            let is_root = match self.primal.contains(inst) {
                true => data.op.is_terminator(),
                false => !is_arithmetic(ctx, source, inst),
            };
            if is_root {
                self.replayed.insert(inst);
                roots.extend_from_slice(&data.operands);
            }
        }
        roots
    }

    /// Whether the recording function logs anything by itself.
    fn logs_itself(&self) -> bool {
        let of_rule = |rule: &SplitRule| rule.has_tape() || self.hands_primal_on();
        !self.logged.is_empty() || self.rule.as_ref().is_some_and(of_rule)
    }

    /// What an instruction takes from the call of a tangent function.
    pub(super) fn given_by_call(&self, source: &Function, inst: Inst) -> Option<Given> {
        let data = source.inst(inst);
        let (call, path) = match &data.op {
            Op::ExtractValue(path) => (source.def_inst(data.operands[0])?, path.first().copied()),
            _ => (inst, None),
        };
        let ret = self.calls.get(&call)?.ret;
        match (ret.primal, ret.shadow, path) {
            (true, true, Some(0)) => Some(Given::Primal),
            (true, true, Some(_)) => Some(Given::Shadow),
            (true, false, None) => Some(Given::Primal),
            (false, true, None) => Some(Given::Shadow),
            _ => None,
        }
    }
}

/// The parameters that replaying functions read, by position.
pub(super) type Reads = FxHashMap<FuncId, BTreeSet<usize>>;

/// Finds what is logged in functions that call each other, starting from the assumption that they read no primal parameters. Gives those
/// that they read.
pub(super) fn settle(bodies: Bodies<'_>, ctx: &Context, pairs: &mut IndexMap<FuncId, Parts>) -> Reads {
    let given = |parts: &Parts| parts.rule.as_ref().map(|rule| rule.reads.clone());
    let first = pairs.iter();
    let mut reads: Reads = first
        .map(|(&func, parts)| (func, given(parts).unwrap_or_default()))
        .collect();
    loop {
        let mut changed = false;
        for (&func, parts) in pairs.iter_mut() {
            let Some(source) = bodies.get(func) else { continue };
            parts.replay(ctx, source, &reads);
            let found: BTreeSet<usize> = (source.params.iter().enumerate())
                .filter_map(|(position, &param)| parts.read.contains(param).then_some(position))
                .collect();
            changed |= reads.insert(func, found.clone()).as_ref() != Some(&found);
        }
        if !changed {
            break;
        }
    }
    let callees = |parts: &Parts| parts.calls.values().map(|call| call.tangent).collect::<Vec<_>>();
    let mut logging: Vec<FuncId> = pairs
        .iter()
        .filter_map(|(&func, parts)| parts.logs_itself().then_some(func))
        .collect();
    while let Some(func) = logging.pop() {
        if std::mem::replace(&mut pairs[&func].logs, true) {
            continue;
        }
        let callers = pairs.iter().filter(|(_, parts)| callees(parts).contains(&func));
        logging.extend(callers.map(|(&caller, _)| caller));
    }
    reads
}

/// The values that are shadows or depend on one: those of the replaying part.
fn shadowy(side: &Side<'_>, request: &Request) -> EntitySet<Value> {
    let source = side.source;
    let mut found: EntitySet<Value> = EntitySet::with_len(source.value_count());
    let primals = primal_positions(request);
    let params = source.params.iter().enumerate();
    found.extend(params.filter_map(|(position, &param)| (!primals.contains(&position)).then_some(param)));
    loop {
        let mut changed = false;
        for inst in source.all_insts() {
            let data = source.inst(inst);
            let Some(result) = data.result.filter(|_| !side.marks.primal.contains(inst)) else {
                continue;
            };
            let is_shadow = match called(side, inst).and_then(|callee| side.requests.request_of(callee)) {
                Some(request) => request.ret.shadow && !request.ret.primal,
                None => makes_shadow(side, &found, inst),
            };
            changed |= is_shadow && found.insert(result);
        }
        if !changed {
            return found;
        }
    }
}

/// Whether the result of an instruction that is no copy of a primal one is a shadow, or depends on one.
fn makes_shadow(side: &Side<'_>, found: &EntitySet<Value>, inst: Inst) -> bool {
    let data = side.source.inst(inst);
    match &data.op {
        Op::Alloca { .. } => true,
        Op::ExtractValue(path) => match side.source.def_inst(data.operands[0]) {
            Some(call) if called(side, call).is_some() => path.first() == Some(&1),
            _ => is_shadowy(side, found, data.operands[0]),
        },
        Op::Call(_) if side.ctx.types.is_ptr(data.ty) => true,
        _ => data
            .operands
            .iter()
            .any(|&operand| is_shadowy(side, found, operand)),
    }
}

fn is_shadowy(side: &Side<'_>, found: &EntitySet<Value>, value: Value) -> bool {
    found.contains(value)
        || side
            .source
            .as_const(value)
            .is_some_and(|constant| mentions(side.ctx, constant, &|global| side.shadows.contains(global)))
}

/// Whether an address leads to nothing, or to memory that never changes.
fn is_unchanging(ctx: &Context, source: &Function, value: Value) -> bool {
    source
        .as_const(value)
        .is_some_and(|constant| !mentions(ctx, constant, &|global| !ctx.globals[global].constant))
}

/// Whether a constant is the address of such a variable, or is made of one.
fn mentions(ctx: &Context, constant: Const, wanted: &dyn Fn(GlobalId) -> bool) -> bool {
    match ctx.consts.get(constant) {
        ConstData::Global(global) => wanted(*global),
        ConstData::Aggregate { members, .. } => members.iter().any(|&member| mentions(ctx, member, wanted)),
        ConstData::Expr { operands, .. } => operands.iter().any(|&operand| mentions(ctx, operand, wanted)),
        _ => false,
    }
}

/// Whether an instruction only computes its result from its operands, so that it can be executed again.
fn is_arithmetic(ctx: &Context, source: &Function, inst: Inst) -> bool {
    match source.inst(inst).op {
        Op::FNeg
        | Op::Binary(_)
        | Op::Cast(_)
        | Op::ICmp(_)
        | Op::FCmp(_)
        | Op::Select
        | Op::Freeze
        | Op::ExtractElement
        | Op::InsertElement
        | Op::Shuffle(_)
        | Op::ExtractValue(_)
        | Op::InsertValue(_)
        | Op::Gep { .. }
        | Op::Phi => true,
        Op::Call(info) => {
            let callee = Callee::of(ctx, source, inst).and_then(Callee::func);
            let of_callee = callee.map_or(MemoryEffects::UNKNOWN, |callee| {
                ctx.attrs(ctx.funcs[callee].attrs).memory
            });
            let effects = of_callee.intersection(ctx.attrs(info.attrs).memory);
            effects == MemoryEffects::NONE && !ctx.types.is_ptr(source.inst(inst).ty)
        }
        _ => false,
    }
}

/// An instruction for people.
fn describe(side: &Side<'_>, inst: Inst) -> String {
    match side.source.inst(inst).result {
        Some(result) => format!("the value {}", side.source.value_name(result)),
        None => "an instruction".to_owned(),
    }
}
