//! What a gradient writes to memory that its caller does not need, and does not read itself, is not written.
//!
//! The value behind a parameter of activity [`Activity::DualNoNeed`](crate::Activity::DualNoNeed) is not needed after the gradient has
//! returned. If the gradient never reads it either, the forward sweep need not compute it: LLVM's clean-up takes away what only went there.
//!
//! # Algorithm
//! On the body that was made, with both sweeps. *Candidates* are stores of floats to such memory alone, and calls that do nothing but
//! such stores: their callees, and what these call, have bodies, store floats only and write nothing but what these parameters lead to
//! (`ir::memory::Summaries`). All of them go at first. While something that stays may read such memory, all that write it stay too.
//!
//! # Cost
//! The alias facts of the body once more, and a question for each access and such parameter.

use indexmap::IndexMap;
use ir::graph::{CallGraph, Callee, Cfg, Dominators, Loops};
use ir::memory::{AliasFacts, Aliases, Location, Moment, Object, Summaries};
use ir::{Bodies, Context, EntitySet, FuncId, Function, Inst, Module, Op, Ordering, TypeData, Value};
use rules::{CallKind, Resolver, RuleKnowledge, RuleTable};
use smallvec::SmallVec;

/// The gradient functions of a run whose callers do not need some memory, with the positions of its addresses among the parameters.
pub(crate) type Unneeded = Vec<(FuncId, SmallVec<[usize; 2]>)>;

/// Takes away what is written for nobody from functions that were made. `tape` are the functions of the tape: they read no memory of the
/// program, although they call what frees it.
pub(crate) fn drop_unneeded(
    module: &mut Module,
    (rules, guess): (&RuleTable, bool),
    tape: &[FuncId],
    functions: &Unneeded,
) {
    for (func, positions) in functions {
        let (bodies, ctx) = module.split();
        let Some(body) = bodies.get(*func) else { continue };
        let graph = CallGraph::of(ctx, bodies, &[*func]);
        let resolver = Resolver::new(ctx, bodies, rules, guess, graph.functions());
        let knowledge = RuleKnowledge {
            resolver: Resolver::new(ctx, bodies, rules, guess, graph.functions()),
            holds_address: &|_, _| true,
        };
        let summaries = Summaries::of(ctx, bodies, &graph, &knowledge);
        let cfg = Cfg::of(body);
        let loops = Loops::of(&cfg, &Dominators::of(&cfg));
        let facts = AliasFacts::of(ctx, body, &loops, &summaries, &knowledge);
        let finder = Finder {
            ctx,
            bodies,
            body,
            positions,
            tape,
            resolver: &resolver,
            summaries: &summaries,
            aliases: facts.view(ctx, body),
        };
        let dropped = finder.dropped();
        if dropped.iter().next().is_some() {
            let mut changed = body.clone();
            changed.retain_insts(|inst| !dropped.contains(inst));
            module.set_body(changed);
        }
    }
}

/// The parameters, by their place among the positions, that an instruction writes through.
type Written = SmallVec<[usize; 2]>;

struct Finder<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
    body: &'a Function,
    positions: &'a [usize],
    tape: &'a [FuncId],
    resolver: &'a Resolver<'a>,
    summaries: &'a Summaries,
    aliases: Aliases<'a>,
}

impl Finder<'_> {
    fn dropped(&self) -> EntitySet<Inst> {
        let candidates: IndexMap<Inst, Written> = (self.body.all_insts())
            .filter_map(|inst| Some((inst, self.writes_only(inst)?)))
            .collect();
        let mut read = vec![candidates.is_empty(); self.positions.len()];
        loop {
            let before = read.clone();
            for inst in self.body.all_insts() {
                let goes = candidates
                    .get(&inst)
                    .is_some_and(|written| written.iter().all(|&at| !before[at]));
                if !goes && !self.is_tape(inst) {
                    self.note_reads(inst, &mut read);
                }
            }
            if read == before {
                break;
            }
        }
        let goes = |written: &Written| written.iter().all(|&at| !read[at]);
        let dropped = candidates.iter().filter(|(_, written)| goes(written));
        dropped.map(|(&inst, _)| inst).collect()
    }

    fn is_tape(&self, inst: Inst) -> bool {
        let callee = Callee::of(self.ctx, self.body, inst).and_then(Callee::func);
        callee.is_some_and(|callee| self.tape.contains(&callee))
    }

    fn note_reads(&self, inst: Inst, read: &mut [bool]) {
        for (at, &position) in self.positions.iter().enumerate() {
            let around = Location::around(self.body.params[position]);
            read[at] = read[at] || self.aliases.mod_ref(inst, &around, Moment::Any).reads;
        }
    }

    /// What an instruction writes, if it writes floats to unneeded memory and does nothing else.
    fn writes_only(&self, inst: Inst) -> Option<Written> {
        let data = self.body.inst(inst);
        match data.op {
            Op::Store(_) if is_plain_store(self.ctx, self.body, inst) => self.written(data.operands[1]),
            Op::Call(info) if info.bundle_operands == 0 && data.result.is_none() => {
                let callee = Callee::of(self.ctx, self.body, inst).and_then(Callee::func)?;
                let summary = self.summaries.get(callee)?;
                if summary.other.writes || !self.stores_floats_only(callee) {
                    return None;
                }
                let mut written = Written::new();
                for (param, &arg) in summary.params.iter().zip(data.args()) {
                    if param.captured {
                        return None;
                    }
                    if param.access.writes {
                        written.extend(self.written(arg)?);
                    }
                }
                Some(written)
            }
            _ => None,
        }
    }

    /// The unneeded parameters that an address is based on, if it is on nothing else.
    fn written(&self, address: Value) -> Option<Written> {
        let bases = self.aliases.objects().bases(self.ctx, self.body, address)?;
        let position = |base: Object| match base {
            Object::Param(index) => (self.positions.iter()).position(|&known| known == index as usize),
            _ => None,
        };
        bases.into_iter().map(position).collect()
    }

    /// Whether a function and all that it calls return, as far as that can be seen, and do nothing but arithmetic and stores of floats.
    fn stores_floats_only(&self, func: FuncId) -> bool {
        let graph = CallGraph::of(self.ctx, self.bodies, &[func]);
        graph
            .functions()
            .iter()
            .all(|&reached| match self.bodies.get(reached) {
                Some(body) => body.all_insts().all(|inst| match body.inst(inst).op {
                    Op::Store(_) => is_plain_store(self.ctx, body, inst),
                    Op::Load(access) => !access.volatile && access.ordering == Ordering::NotAtomic,
                    Op::Call(_) => match self.resolver.call(body, inst) {
                        Some(CallKind::Rule(entry)) => entry.is_pure(),
                        Some(CallKind::Body(_)) => true,
                        _ => false,
                    },
                    Op::AtomicRmw(..)
                    | Op::CmpXchg(_)
                    | Op::Fence(_)
                    | Op::VaArg
                    | Op::Invoke(_)
                    | Op::Unreachable
                    | Op::Resume
                    | Op::Opaque { .. } => false,
                    _ => true,
                }),
                // Functions without a body are judged where they are called.
                None => true,
            })
    }
}

/// Whether an instruction is a store of a float, or a vector of floats, that nobody else watches.
fn is_plain_store(ctx: &Context, body: &Function, inst: Inst) -> bool {
    let data = body.inst(inst);
    let Op::Store(access) = data.op else { return false };
    let scalar = ctx.types.scalar(body.ty(data.operands[0]));
    let is_float = matches!(ctx.types.get(scalar), TypeData::Float(_));
    is_float && !access.volatile && access.ordering == Ordering::NotAtomic
}
