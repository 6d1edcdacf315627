//! What comes before the analyses: canonical bodies, and what calls do to memory.

use cache::Shape;
use facts::{Facts, Sort};
use indexmap::IndexMap;
use ir::canonical::{NotCanonical, canonicalize, copy_parameters, restore_addresses};
use ir::graph::{CallGraph, Callee};
use ir::memory::Summaries;
use ir::phases::phase;
use ir::{Bodies, Context, EntitySet, FuncId, Function, Module, TypeData, Value};
use rules::{Resolver, RuleKnowledge, RuleTable};

use crate::{ReverseOptions, moved, poison};

/// What is known of the functions that requests reach.
#[derive(Default, Debug)]
pub(crate) struct Prepared {
    seen: EntitySet<FuncId>,
    /// Functions that have no canonical form.
    irreducible: IndexMap<FuncId, NotCanonical>,
    summaries: Summaries,
}

impl Prepared {
    /// Brings everything that `func` reaches into canonical form. Says whether any body changed.
    pub(crate) fn reach(
        &mut self,
        module: &mut Module,
        (rules, options): (&RuleTable, &ReverseOptions),
        func: FuncId,
    ) -> bool {
        if self.seen.contains(func) {
            return false;
        }
        let _phase = phase("canonical bodies");
        let (bodies, ctx) = module.split();
        let graph = CallGraph::of(ctx, bodies, &[func]);
        let mut canonical = Vec::new();
        for &reached in graph.functions() {
            let Some(body) = bodies.get(reached).filter(|_| self.seen.insert(reached)) else {
                continue;
            };
            let mut body = body.clone();
            restore_addresses(ctx, &mut body);
            match canonicalize(ctx, &body) {
                Ok(mut body) => {
                    drop_bounds(ctx, rules, &mut body);
                    poison::fill(ctx, &mut body);
                    copy_parameters(ctx, &mut body);
                    moved::through_memory(ctx, &mut body, &options.moved);
                    canonical.push(body);
                }
                Err(reason) => {
                    self.irreducible.insert(reached, reason);
                }
            }
        }
        self.seen.insert(func);
        for body in canonical {
            module.set_body(body);
        }
        let (bodies, ctx) = module.split();
        let knowledge = RuleKnowledge {
            resolver: Resolver::new(
                ctx,
                bodies,
                rules,
                options.empty_functions_inactive,
                graph.functions(),
            ),
            holds_address: &|_, _| true,
        };
        // Gradients of callees come after other requests: what is known of theirs must stay.
        self.summaries.extend(ctx, bodies, &graph, &knowledge);
        true
    }

    /// Why a function has no canonical form.
    pub(crate) fn irreducible(&self, func: FuncId) -> Option<&NotCanonical> {
        self.irreducible.get(&func)
    }

    /// The graphs of a body.
    pub(crate) fn shape(
        &self,
        ctx: &Context,
        bodies: Bodies<'_>,
        (rules, options): (&RuleTable, &ReverseOptions),
        (source, facts): (&Function, Facts<'_>),
    ) -> Shape {
        let holds_address = |function: &Function, value: Value| {
            let ty = ctx.types.scalar(function.ty(value));
            let is_int = matches!(ctx.types.get(ty), TypeData::Int(_));
            !(is_int
                && function.id == source.id
                && matches!(facts.sort(value, 0), Sort::Integer | Sort::Float))
        };
        let knowledge = RuleKnowledge {
            resolver: Resolver::new(ctx, bodies, rules, options.empty_functions_inactive, &[]),
            holds_address: &holds_address,
        };
        Shape::of(ctx, source, &self.summaries, &knowledge)
    }
}

/// Takes away what bounds the use of memory: the reverse sweep uses it once more.
fn drop_bounds(ctx: &mut Context, rules: &RuleTable, body: &mut Function) {
    let is_marker = |callee: FuncId| {
        let decl = &ctx.funcs[callee];
        decl.intrinsic
            && rules
                .intrinsic(&decl.name)
                .is_some_and(|known| known.entry.bounds_memory_use())
    };
    let mut markers = EntitySet::with_len(body.inst_count());
    let mut ends = Vec::new();
    for inst in body.all_insts() {
        let callee = Callee::of(ctx, body, inst).and_then(Callee::func);
        if callee.is_some_and(is_marker) {
            markers.insert(inst);
            ends.extend(body.inst(inst).result);
        }
    }
    body.retain_insts(|inst| !markers.contains(inst));
    // What `llvm.invariant.start` returns is only used by the end that is gone as well.
    for end in ends {
        let null = ctx.consts.zero(&ctx.types, body.ty(end));
        let null = body.constant(ctx, null);
        body.replace_uses(end, null);
    }
}
