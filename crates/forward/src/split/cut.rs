//! The bodies of the two parts: copies of the tangent function's blocks with what belongs to each.

use indexmap::IndexMap;
use ir::{Block, Builder, Context, EntityVec, FuncId, Function, Inst, Op, Type, Value, ValueDef};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Pair;
use super::log::Runtime;
use super::parts::{Given, Parts, Reads};
use crate::request::Requests;

/// One tangent function that is cut.
pub(super) struct Cutting<'a> {
    pub(super) source: &'a Function,
    pub(super) parts: &'a Parts,
    pub(super) parts_of: &'a IndexMap<FuncId, Parts>,
    pub(super) declared: &'a FxHashMap<FuncId, Pair>,
    /// Which parameters replaying functions read.
    pub(super) reads: &'a Reads,
    pub(super) runtime: Runtime,
}

/// Declares both parts of a tangent function. The recording one takes the primal's parameters, the replaying one those of the tangent function;
/// both take the log last.
pub(super) fn declare(
    ctx: &mut Context,
    requests: &Requests,
    tangent: FuncId,
    parts: &Parts,
) -> Option<Pair> {
    let func = requests.request_of(tangent)?.func;
    let name = ctx.funcs[func].name.clone();
    let (void, ptr) = (ctx.types.void(), ctx.types.ptr());
    let primal_ret = ctx.types.return_type(ctx.funcs[func].ty).unwrap_or(void);
    let all = ctx.types.param_types(ctx.funcs[tangent].ty).to_vec();
    let mut params: Vec<Type> = parts.primals.iter().map(|&at| all[at]).collect();
    params.push(ptr);
    let ret = if parts.ret.primal { primal_ret } else { void };
    let ty = ctx.types.func(ret, &params);
    let record = ::shadow::generated::internal(ctx, format!("rsenzyme.record.{name}"), ty);
    let mut params = all;
    params.push(ptr);
    let made = ctx.types.return_type(ctx.funcs[tangent].ty).unwrap_or(void);
    let shadow = match (parts.ret.primal, parts.ret.shadow) {
        (true, true) => ctx.types.member(made, 1),
        (false, true) => Some(made),
        (_, false) => None,
    };
    let ret = match (parts.hands_primal_on(), shadow) {
        (true, Some(shadow)) => ctx.types.structure(&[primal_ret, shadow]),
        (true, None) => primal_ret,
        (false, Some(shadow)) => shadow,
        (false, None) => void,
    };
    let ty = ctx.types.func(ret, &params);
    let replay = ::shadow::generated::internal(ctx, format!("fwdsplit{name}"), ty);
    Some(Pair { record, replay })
}

/// Which part is being made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Record,
    Replay,
}

/// A part under construction.
struct Copying<'a> {
    b: Builder<'a>,
    of: &'a Cutting<'a>,
    part: Part,
    log: Value,
    values: EntityVec<Value, Option<Value>>,
    blocks: EntityVec<Block, Option<Block>>,
    /// The first value that was needed and is not there.
    missing: Option<Value>,
}

/// A value of the tangent function that a part needs and does not have: a mistake in how it was divided.
pub(super) struct Missing(pub(super) Value);

impl Cutting<'_> {
    /// The recording part.
    pub(super) fn record(&self, ctx: &mut Context, pair: Pair) -> Result<Function, Missing> {
        let params = self.parts.primals.iter().map(|&at| self.source.params[at]);
        self.make(ctx, (pair.record, Part::Record), params.collect())
    }

    /// The replaying part.
    pub(super) fn replay(&self, ctx: &mut Context, pair: Pair) -> Result<Function, Missing> {
        self.make(ctx, (pair.replay, Part::Replay), self.source.params.clone())
    }

    fn make(
        &self,
        ctx: &mut Context,
        (func, part): (FuncId, Part),
        params: Vec<Value>,
    ) -> Result<Function, Missing> {
        let source = self.source;
        let mut body = Function::new(ctx, func);
        let mut values = EntityVec::filled(source.value_count(), None);
        for (&param, &new) in params.iter().zip(&body.params) {
            values[param] = Some(new);
        }
        let log = body.params[params.len()];
        let mut blocks = EntityVec::filled(source.block_count(), None);
        for &block in source.blocks() {
            blocks[block] = Some(body.add_block());
        }
        let entry = body.entry();
        let b = Builder::new(ctx, &mut body, entry);
        let mut copying = Copying {
            b,
            of: self,
            part,
            log,
            values,
            blocks,
            missing: None,
        };
        // In reverse post-order, so that definitions come before uses.
        let order = ir::graph::Cfg::of(source).order().to_vec();
        for &block in &order {
            copying.block(block);
        }
        copying.finish(&order);
        match copying.missing {
            Some(value) => Err(Missing(value)),
            None => Ok(body),
        }
    }
}

impl Copying<'_> {
    fn block(&mut self, block: Block) {
        if let Some(copy) = self.blocks[block] {
            self.b.go_to(copy);
        }
        for &inst in self.of.source.insts(block) {
            self.inst(inst);
        }
    }

    fn inst(&mut self, inst: Inst) {
        let (source, parts) = (self.of.source, self.of.parts);
        let data = source.inst(inst);
        if parts.returns.contains_key(&inst) {
            return self.ret(inst);
        }
        if parts.calls.contains_key(&inst) {
            self.call(inst);
        } else if self.part == Part::Replay && parts.given_by_call(source, inst) == Some(Given::Shadow) {
            let call = self.value(data.operands[0]);
            self.set(inst, call);
        } else {
            let is_mine = match self.part {
                Part::Record => parts.recorded.contains(inst),
                Part::Replay => parts.replayed.contains(inst),
            };
            if is_mine {
                self.copy(inst);
            }
        }
        if parts.logged.contains(inst) {
            self.log(inst);
        }
    }

    /// A value in this part, which must be there.
    fn value(&mut self, value: Value) -> Value {
        self.find(value).unwrap_or_else(|| {
            self.missing.get_or_insert(value);
            self.b.poison(self.of.source.ty(value))
        })
    }

    /// A value in this part, if it is there.
    fn find(&mut self, value: Value) -> Option<Value> {
        match self.of.source.value(value).def {
            ValueDef::Const(constant) => Some(self.b.constant(constant)),
            ValueDef::Param(_) | ValueDef::Inst(_) => self.values[value],
        }
    }

    fn set(&mut self, inst: Inst, copy: Value) {
        if let Some(result) = self.of.source.inst(inst).result {
            self.values[result] = Some(copy);
        }
    }

    fn copy(&mut self, inst: Inst) {
        let data = self.of.source.inst(inst);
        let operands = match data.op {
            Op::Phi => SmallVec::new(),
            _ => data.operands.iter().map(|&operand| self.value(operand)).collect(),
        };
        let targets = match data.op {
            Op::Phi => SmallVec::new(),
            _ => data.targets.iter().filter_map(|&to| self.blocks[to]).collect(),
        };
        let copy = self.b.copy(data, operands, targets);
        if let Some(result) = self.b.func.inst(copy).result {
            self.set(inst, result);
        }
    }

    /// The call of a tangent function: of its part.
    fn call(&mut self, inst: Inst) {
        let (source, parts) = (self.of.source, self.of.parts);
        let Some(call) = parts.calls.get(&inst) else {
            return;
        };
        let Some(&pair) = self.of.declared.get(&call.tangent) else {
            return;
        };
        let args = source.inst(inst).args();
        let (func, mut args): (_, Vec<Value>) = match self.part {
            Part::Record => {
                let args = call.primal_args(args);
                (pair.record, args.iter().map(|&arg| self.value(arg)).collect())
            }
            Part::Replay => {
                let args = args.iter().enumerate();
                let args = args.map(|(at, &arg)| match call.reads(at, self.of.reads) {
                    true => self.value(arg),
                    false => self.find(arg).unwrap_or_else(|| self.b.poison(source.ty(arg))),
                });
                (pair.replay, args.collect())
            }
        };
        args.push(self.log);
        let made = self.b.call(func, &args);
        let Some(mut result) = self.b.func.inst(made).result else {
            return;
        };
        let both = call.ret.primal && call.ret.shadow;
        if self.part == Part::Replay {
            let returns_primal = self.of.parts_of[&call.tangent].returns_primal;
            if both && returns_primal {
                result = self.b.extract_value(result, &[1]);
            }
            if call.ret.shadow {
                self.set(inst, result);
            }
        } else if !both {
            self.set(inst, result);
        } else {
            // What takes the primal from the pair finds it there.
            let ty = source.inst(inst).ty;
            let pair = self.b.poison(ty);
            let pair = self.b.insert_value(pair, result, &[0]);
            self.set(inst, pair);
        }
    }

    /// Appends the result of an instruction to the log, or reads it there.
    fn log(&mut self, inst: Inst) {
        let Some(result) = self.of.source.inst(inst).result else {
            return;
        };
        let ty = self.of.source.ty(result);
        match self.part {
            Part::Record => {
                let value = self.value(result);
                self.of.runtime.log(&mut self.b, self.log, value);
            }
            Part::Replay => {
                let value = self.of.runtime.read(&mut self.b, self.log, ty);
                self.values[result] = Some(value);
            }
        }
    }

    fn ret(&mut self, inst: Inst) {
        let parts = self.of.parts;
        let (primal, shadow) = parts.returns.get(&inst).copied().unwrap_or_default();
        let (primal, shadow) = match self.part {
            Part::Record => (primal, None),
            Part::Replay => (primal.filter(|_| parts.returns_primal), shadow),
        };
        let primal = primal.map(|primal| self.value(primal));
        let shadow = shadow.map(|shadow| self.value(shadow));
        let result = match (primal, shadow) {
            (Some(primal), Some(shadow)) => {
                let fields = [self.b.ty(primal), self.b.ty(shadow)];
                let pair = self.b.ctx.types.structure(&fields);
                let pair = self.b.poison(pair);
                let pair = self.b.insert_value(pair, primal, &[0]);
                Some(self.b.insert_value(pair, shadow, &[1]))
            }
            (one, other) => one.or(other),
        };
        self.b.ret(result);
    }

    /// Fills the phis.
    fn finish(&mut self, order: &[Block]) {
        let source = self.of.source;
        for &block in order {
            for phi in source.phis(block) {
                let data = source.inst(phi);
                let is_mine = match self.part {
                    Part::Record => self.of.parts.recorded.contains(phi),
                    Part::Replay => self.of.parts.replayed.contains(phi),
                };
                let Some(copy) = data
                    .result
                    .and_then(|result| self.values[result])
                    .filter(|_| is_mine)
                else {
                    continue;
                };
                for (from, value) in data.incoming() {
                    let value = self.value(value);
                    if let Some(from) = self.blocks[from] {
                        self.b.add_incoming(copy, from, value);
                    }
                }
            }
        }
    }
}
