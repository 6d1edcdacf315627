//! Floats in the disguise of integers: `int64_t` elements that are copied from one active memory to another, never used as numbers, and
//! never accessed as floats.
//!
//! TBAA says that they are integers, and C forbids that they are anything else; but the request says that the memory has shadows, and if
//! they are the bits of floats all the same their derivatives would be lost without a word. So TBAA is not believed there: types are
//! analyzed again without what it says of integers that are no members of structures, and where that leaves such integers that may be
//! floats, its answer is taken. What is not known to be either stays so: tangents move with it, whatever it is; for adjoints it is an error. Members are believed: whoever declares a structure says what is in it. So is an `int` alone where no float of its size
//! is known: half a double is no element of anything.
//!
//! What counts as a copy is what keeps the bits: phis, selects, vector operations, calls and returns, changes of the sign bit, and ways
//! through memory that has no shadow, all of which is one place here.
//!
//! # Cost
//! Linear in the bodies where such integers are loaded from active memory and stored to it; one more type analysis if there are some.

use activity::{Activities, Content, ValueTypes};
use indexmap::{IndexMap, IndexSet};
use ir::{BinOp, Bodies, CastOp, Context, FuncId, Function, Inst, InstData, Op, Uses, Value};
use rules::{CallKind, Kind, Resolver};
use typeanalysis::{TypeOptions, accesses_scalar_integers};

use crate::analyses::Question;
use crate::bits::int_constant;
use crate::formats::only_doubles;
use crate::types::Types;

/// What TBAA calls integers and what may be floats.
pub(crate) struct Disguised {
    /// The instructions, by function, that store such integers to active memory, of which it stays unknown what they are.
    pub(crate) stores: IndexMap<FuncId, Vec<Inst>>,
    /// The types without what TBAA says of integers that are no members of structures.
    pub(crate) types: Types,
}

/// Looks for such integers; `None` if there are none.
pub(crate) fn disguised(question: &Question<'_>, activities: &Activities) -> Option<Disguised> {
    let mut search = Search::new(question, activities);
    search.collect();
    if search.stores.is_empty() || search.loads.is_empty() && search.transfers.is_empty() {
        return None;
    }
    let options = TypeOptions {
        scalar_integers: false,
        ..question.types.clone()
    };
    let entry = (question.context.func, question.seeds);
    let types = Types::analyze(question.ctx, question.bodies, question.rules, &options, entry);
    let contents = types.contents(question.ctx, question.bodies);
    let may_be_float = |func: FuncId, value: Value| contents.content(func, value).may_be_float();
    search.loads.retain(|&(func, value)| may_be_float(func, value));
    search.aside.retain(|&(func, value)| may_be_float(func, value));
    search.spread();
    let mut any = false;
    let mut stores: IndexMap<FuncId, Vec<Inst>> = IndexMap::new();
    for &(func, inst, value) in &search.stores {
        let copied: Content = match value {
            Some(value) if search.tainted.contains(&(func, value)) => contents.content(func, value),
            Some(_) => continue,
            None => {
                let operands = search.body(func).map(|body| body.inst(inst).args().to_vec());
                let addresses = operands.iter().flatten().take(2);
                let sides = addresses.map(|&address| contents.memory_content(func, address));
                // What one side is known to be the other is, too.
                sides
                    .reduce(|one, other| if one == Content::Unknown { other } else { one })
                    .unwrap_or(Content::Unknown)
            }
        };
        any |= copied.may_be_float();
        if copied == Content::Unknown {
            stores.entry(func).or_default().push(inst);
        }
    }
    drop(contents);
    any.then_some(Disguised { stores, types })
}

/// What is looked at, and what was found.
struct Search<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
    resolver: Resolver<'a>,
    activities: &'a Activities,
    /// Integers loaded from active memory.
    loads: Vec<(FuncId, Value)>,
    /// Integers loaded from other memory.
    aside: Vec<(FuncId, Value)>,
    /// Stores to active memory, and what is stored; transfers between active memory have no value.
    stores: Vec<(FuncId, Inst, Option<Value>)>,
    transfers: Vec<Inst>,
    /// The calls of each function, and where each function returns.
    calls: IndexMap<FuncId, Vec<(FuncId, Inst)>>,
    uses: IndexMap<FuncId, Uses>,
    tainted: IndexSet<(FuncId, Value)>,
    /// The functions know no floats but doubles.
    only_doubles: bool,
}

impl<'a> Search<'a> {
    fn new(question: &Question<'a>, activities: &'a Activities) -> Self {
        let funcs: IndexSet<FuncId> = activities.iter().map(activity::ActivityFacts::func).collect();
        let funcs: Vec<FuncId> = funcs.into_iter().collect();
        let (ctx, bodies) = (question.ctx, question.bodies);
        let reached = funcs.iter().filter_map(|&func| bodies.get(func));
        Self {
            only_doubles: only_doubles(ctx, reached),
            ctx,
            bodies,
            resolver: Resolver::new(ctx, bodies, question.rules, false, &funcs),
            activities,
            loads: Vec::new(),
            aside: Vec::new(),
            stores: Vec::new(),
            transfers: Vec::new(),
            calls: IndexMap::new(),
            uses: IndexMap::new(),
            tainted: IndexSet::new(),
        }
    }

    fn body(&self, func: FuncId) -> Option<&'a Function> {
        self.bodies.get(func)
    }

    /// Whether an address leads to active memory in some context, for each function.
    fn active(&self) -> IndexMap<FuncId, Vec<&'a activity::ActivityFacts>> {
        let mut contexts: IndexMap<FuncId, Vec<_>> = IndexMap::new();
        for facts in self.activities.iter() {
            contexts.entry(facts.func()).or_default().push(facts);
        }
        contexts
    }

    /// Finds loads, stores and transfers that are said to be of integers.
    fn collect(&mut self) {
        for (func, contexts) in self.active() {
            let Some(function) = self.body(func) else { continue };
            let active = |value: Value| contexts.iter().any(|facts| facts.value(value));
            for inst in function.all_insts() {
                let data = function.inst(inst);
                if matches!(data.op, Op::Call(_) | Op::Invoke(_)) {
                    self.collect_call(function, inst, &active);
                    continue;
                }
                if !may_be_floats(self.ctx, function, data)
                    || !accesses_scalar_integers(self.ctx, data.meta)
                    || self.only_doubles && is_half(self.ctx, function, data)
                {
                    continue;
                }
                match (&data.op, data.result) {
                    (Op::Load(_), Some(result)) if active(data.operands[0]) => {
                        self.loads.push((func, result))
                    }
                    (Op::Load(_), Some(result)) => self.aside.push((func, result)),
                    (Op::Store(_), _) if active(data.operands[1]) => {
                        self.stores.push((func, inst, Some(data.operands[0])));
                    }
                    _ => {}
                }
            }
        }
    }

    fn collect_call(&mut self, function: &Function, inst: Inst, active: &dyn Fn(Value) -> bool) {
        match self.resolver.call(function, inst) {
            Some(CallKind::Body(callee)) => self.calls.entry(callee).or_default().push((function.id, inst)),
            Some(CallKind::Rule(entry)) => {
                let data = function.inst(inst);
                let args = data.args();
                if let Kind::Transfer(_) = entry.kind
                    && accesses_scalar_integers(self.ctx, data.meta)
                    && args.len() > 1
                    && active(args[0])
                    && active(args[1])
                {
                    self.stores.push((function.id, inst, None));
                    self.transfers.push(inst);
                }
            }
            _ => {}
        }
    }

    /// Follows the bits of what was loaded from active memory.
    fn spread(&mut self) {
        let mut work = self.loads.clone();
        let mut everywhere = false;
        while let Some((func, value)) = work.pop() {
            let Some(function) = self.body(func).filter(|_| self.tainted.insert((func, value))) else {
                continue;
            };
            let uses = self.uses.entry(func).or_insert_with(|| Uses::of(function));
            for (inst, position) in uses.of_value(value).to_vec() {
                let data = function.inst(inst);
                match data.op {
                    // Where it is loaded again is not known.
                    Op::Store(_) if position == 0 && !everywhere => {
                        everywhere = true;
                        work.append(&mut self.aside);
                    }
                    Op::Ret => {
                        for &(caller, call) in self.calls.get(&func).into_iter().flatten() {
                            let result = self.bodies.get(caller).and_then(|body| body.inst(call).result);
                            work.extend(result.map(|result| (caller, result)));
                        }
                    }
                    Op::Call(_) | Op::Invoke(_) => {
                        if let Some(CallKind::Body(callee)) = self.resolver.call(function, inst)
                            && let Some(body) = self.bodies.get(callee)
                            && let Some(&param) = body.params.get((position as usize).wrapping_sub(1))
                        {
                            work.push((callee, param));
                        }
                    }
                    _ if keeps_bits(self.ctx, function, data) => {
                        work.extend(data.result.map(|result| (func, result)));
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Whether one 32-bit integer is loaded or stored.
fn is_half(ctx: &Context, function: &Function, data: &InstData) -> bool {
    let ty = match data.op {
        Op::Store(_) => function.ty(data.operands[0]),
        _ => data.ty,
    };
    ctx.types.int_bits(ty) == Some(32)
}

/// Whether what is loaded or stored has the size of floats.
fn may_be_floats(ctx: &Context, function: &Function, data: &InstData) -> bool {
    let ty = match data.op {
        Op::Store(_) => function.ty(data.operands[0]),
        _ => data.ty,
    };
    ctx.types
        .int_bits(ctx.types.scalar(ty))
        .is_some_and(|bits| bits >= 32)
}

/// Whether the result of an instruction holds the bits of its operands, but for the sign.
fn keeps_bits(ctx: &Context, function: &Function, data: &InstData) -> bool {
    match data.op {
        Op::Phi | Op::Select | Op::Freeze | Op::ExtractElement | Op::InsertElement | Op::Shuffle(_) => true,
        Op::ExtractValue(_) | Op::InsertValue(_) | Op::Cast(CastOp::Bitcast) => true,
        Op::Binary(BinOp::And | BinOp::Or | BinOp::Xor) => {
            let Some(bits @ (32 | 64)) = ctx.types.int_bits(ctx.types.scalar(data.ty)) else {
                return false;
            };
            let sign = 1_u128 << (bits - 1);
            let is_sign = |&operand: &Value| {
                let constant = int_constant(ctx, function, operand);
                constant.is_some_and(|constant| constant == sign || constant == sign - 1)
            };
            data.operands.iter().any(is_sign)
        }
        _ => false,
    }
}
