//! What each function does to memory that its callers know, bottom-up over the call graph.
//!
//! An access counts for a parameter if its address is based on that, for "other" memory if it is based on a global or on an address
//! that was found somewhere, and for nobody if it is to an object of the function's own that nobody else knows. Functions of one
//! strongly connected component start from "nothing" and are repeated until nothing changes.
//!
//! A function has two summaries: of all its executions, and of those that return. The second leaves out what is written where the function
//! cannot return any more: Rust's bounds checks would make every function write everything. It holds for calls after which the caller
//! goes on only if the callee has returned.

use indexmap::IndexMap;
use smallvec::SmallVec;

use super::alias::known_effects;
use super::effects::{ArgEffect, CallEffects, Knowledge, Returned};
use super::objects::{Object, Objects};
use crate::attrs::ModRef;
use crate::context::{Bodies, Context, FuncId};
use crate::entity::EntitySet;
use crate::function::{Block, Function, Value};
use crate::graph::{CallGraph, Cfg, returning_blocks};
use crate::inst::{Inst, InstData, Op};

/// What a function does to memory that its callers know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// For each parameter.
    pub params: Vec<ArgEffect>,
    /// Other memory.
    pub other: ModRef,
    /// What the result leads to.
    pub returned: Returned,
}

impl Summary {
    /// Also what `other` says: summaries only grow, so repeating them ends.
    fn join(&mut self, other: &Self) {
        for (param, more) in self.params.iter_mut().zip(&other.params) {
            param.access = param.access.union(more.access);
            param.captured |= more.captured;
        }
        self.other = self.other.union(other.other);
        if other.returned != Returned::Nothing && other.returned != self.returned {
            self.returned = Returned::Anything;
        }
    }

    /// Takes away from `effects` what the body does not do.
    pub(super) fn narrow(&self, effects: &mut CallEffects) {
        for (arg, param) in effects.args.iter_mut().zip(&self.params) {
            arg.access = arg.access.intersection(param.access);
            arg.captured &= param.captured;
        }
        effects.other = effects.other.intersection(self.other);
        if effects.returned == Returned::Anything {
            effects.returned = self.returned.clone();
        }
    }
}

/// The summaries of a function.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Both {
    /// Of the executions that return. What is read, and which addresses are kept, is that of all.
    returning: Summary,
    /// Of all executions.
    all: Summary,
}

/// The summaries of all functions whose bodies are known.
#[derive(Clone, Default, Debug)]
pub struct Summaries {
    functions: IndexMap<FuncId, Both>,
}

/// The executions of a function that are of interest.
#[derive(Clone, Copy, Debug)]
pub(super) enum Executions<'a> {
    /// All.
    All,
    /// Those that return: they go through these blocks, or all blocks if that was not asked.
    Returning(Option<&'a EntitySet<Block>>),
}

impl<'a> Executions<'a> {
    /// Those that return from a function, given a place for its blocks from which it can.
    pub(super) fn returning(function: &Function, blocks: &'a mut Option<EntitySet<Block>>) -> Self {
        let leaves = |block: Block| {
            let last = function.terminator(block).map(|last| &function.inst(last).op);
            !matches!(last, Some(Op::Br | Op::CondBr | Op::Switch | Op::Ret))
        };
        if function.blocks().iter().copied().any(leaves) {
            *blocks = Some(returning_blocks(function, &Cfg::of(function)));
        }
        Self::Returning(blocks.as_ref())
    }

    fn go_through(self, block: Block) -> bool {
        match self {
            Self::Returning(Some(blocks)) => blocks.contains(block),
            Self::All | Self::Returning(None) => true,
        }
    }

    /// Whether the function goes on only if a call of these executions has returned.
    fn need_return_of(self, call: &InstData) -> bool {
        let unwinds = call.targets.get(1).is_some_and(|&unwind| self.go_through(unwind));
        matches!(self, Self::Returning(_)) && !(matches!(call.op, Op::Invoke(_)) && unwinds)
    }
}

impl Summaries {
    /// Makes them. Linear, but for recursion: there a component is repeated at most as often as its summaries can grow, which is
    /// bounded by the number of its parameters.
    pub fn of(ctx: &Context, bodies: Bodies<'_>, calls: &CallGraph, knowledge: &dyn Knowledge) -> Self {
        let mut summaries = Self::default();
        summaries.extend(ctx, bodies, calls, knowledge);
        summaries
    }

    /// Makes those of the functions that have none yet. Those that are there are taken to hold still.
    pub fn extend(
        &mut self,
        ctx: &Context,
        bodies: Bodies<'_>,
        calls: &CallGraph,
        knowledge: &dyn Knowledge,
    ) {
        for members in calls.components() {
            if members.iter().all(|member| self.functions.contains_key(member)) {
                continue;
            }
            let functions: Vec<&Function> = members
                .iter()
                .filter(|&&func| !knowledge.hides_body(ctx, func))
                .filter_map(|&func| bodies.get(func))
                .collect();
            let recursive = members.iter().any(|&member| calls.is_recursive(member));
            self.summarize(ctx, &functions, recursive, knowledge);
        }
    }

    /// Makes the summaries of one component.
    fn summarize(
        &mut self,
        ctx: &Context,
        functions: &[&Function],
        recursive: bool,
        knowledge: &dyn Knowledge,
    ) {
        for function in functions {
            let nothing = Summary {
                params: vec![ArgEffect::NONE; function.params.len()],
                other: ModRef::NONE,
                returned: Returned::Nothing,
            };
            let both = Both {
                returning: nothing.clone(),
                all: nothing,
            };
            self.functions.insert(function.id, both);
        }
        let mut changed = true;
        while changed {
            changed = false;
            for function in functions {
                let mut blocks = None;
                let returning = Executions::returning(function, &mut blocks);
                let of = |executions| summarize(ctx, function, executions, self, knowledge);
                let mut found = Both {
                    returning: of(returning),
                    all: of(Executions::All),
                };
                if let Some(before) = self.functions.get(&function.id) {
                    found.returning.join(&before.returning);
                    found.all.join(&before.all);
                    changed |= recursive && *before != found;
                }
                self.functions.insert(function.id, found);
            }
        }
    }

    /// The summary of all executions of a function.
    pub fn get(&self, func: FuncId) -> Option<&Summary> {
        self.functions.get(&func).map(|both| &both.all)
    }

    /// The summary of a function for a call in some executions of the caller.
    pub(super) fn of_call(
        &self,
        func: FuncId,
        executions: Executions<'_>,
        call: &InstData,
    ) -> Option<&Summary> {
        let both = self.functions.get(&func)?;
        Some(match executions.need_return_of(call) {
            true => &both.returning,
            false => &both.all,
        })
    }
}

fn summarize(
    ctx: &Context,
    function: &Function,
    executions: Executions<'_>,
    summaries: &Summaries,
    knowledge: &dyn Knowledge,
) -> Summary {
    let effects = |inst: Inst| known_effects(ctx, function, (inst, executions), summaries, knowledge);
    // What is written after which the function cannot return is seen by nobody who waits for that.
    let seen = |inst: Inst, access: ModRef| match executions.go_through(function.inst(inst).block) {
        true => access,
        false => access.intersection(ModRef::REF),
    };
    let objects = Objects::of(ctx, function, &effects);
    let mut summary = Summary {
        params: function
            .params
            .iter()
            .map(|&param| ArgEffect {
                access: ModRef::NONE,
                captured: objects.is_captured(param),
            })
            .collect(),
        other: ModRef::NONE,
        returned: returned(ctx, function, &objects),
    };
    let mut add = |address: Value, access: ModRef| {
        let bases = objects.bases(ctx, function, address);
        match bases {
            Some(bases) => bases
                .into_iter()
                .for_each(|base| summary.add(&objects, function, base, access)),
            None => summary.add_anything(access),
        }
    };
    for inst in function.all_insts() {
        let data = function.inst(inst);
        match data.op {
            Op::Load(_) => add(data.operands[0], ModRef::REF),
            Op::Store(_) => add(data.operands[1], seen(inst, ModRef::MOD)),
            Op::AtomicRmw(..) | Op::CmpXchg(_) => add(data.operands[0], seen(inst, ModRef::BOTH)),
            Op::Call(_) | Op::Invoke(_) => {
                let effects = effects(inst);
                for (index, &arg) in data.args().iter().enumerate() {
                    let access = seen(inst, effects.arg(index).access);
                    if ctx.types.is_ptr(function.ty(arg)) && !access.is_none() {
                        add(arg, access);
                    }
                }
                for &extra in &data.operands[1 + data.args().len()..] {
                    add(extra, seen(inst, ModRef::BOTH));
                }
            }
            _ => {}
        }
    }
    for inst in function.all_insts() {
        match function.inst(inst).op {
            Op::Call(_) | Op::Invoke(_) => {
                summary.other = summary.other.union(seen(inst, effects(inst).other));
            }
            Op::Fence(_) | Op::VaArg | Op::Opaque { .. } => {
                summary.add_anything(seen(inst, ModRef::BOTH));
            }
            _ => {}
        }
    }
    summary
}

impl Summary {
    fn add(&mut self, objects: &Objects, function: &Function, base: Object, access: ModRef) {
        match base {
            Object::Nothing => {}
            Object::Param(index) => {
                let param = &mut self.params[index as usize];
                param.access = param.access.union(access);
            }
            _ if objects.is_private(function, base) => {}
            // Also objects of its own that others know by now: they may be read after the return, through what they were stored in.
            _ => self.other = self.other.union(access),
        }
    }

    fn add_anything(&mut self, access: ModRef) {
        for param in &mut self.params {
            param.access = param.access.union(access);
        }
        self.other = self.other.union(access);
    }
}

/// What the function returns, if all its returns agree in kind.
fn returned(ctx: &Context, function: &Function, objects: &Objects) -> Returned {
    let mut from: SmallVec<[u32; 2]> = SmallVec::new();
    let mut fresh = false;
    for inst in function.all_insts() {
        let data = function.inst(inst);
        let (Op::Ret, Some(&value)) = (&data.op, data.operands.first()) else {
            continue;
        };
        if !ctx.types.is_ptr(function.ty(value)) {
            continue;
        }
        let Some(bases) = objects.bases(ctx, function, value) else {
            return Returned::Anything;
        };
        for base in bases {
            match base {
                Object::Nothing => {}
                Object::Param(index) => {
                    if !from.contains(&index) {
                        from.push(index);
                    }
                }
                Object::Heap(_) if objects.is_private(function, base) => fresh = true,
                _ => return Returned::Anything,
            }
        }
    }
    match (from.is_empty(), fresh) {
        (true, true) => Returned::Fresh,
        (true, false) => Returned::Nothing,
        (false, false) => Returned::Into(from),
        (false, true) => Returned::Anything,
    }
}
