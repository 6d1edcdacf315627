//! The graphs of one canonical body: made once, read by the plan and by emission.

use ir::graph::{
    Cfg, Dominators, Inductions, Loop, LoopFacts, Loops, TripCount, returning_blocks, trip_counts,
};
use ir::memory::{AliasFacts, Knowledge, Summaries};
use ir::{Block, Context, EntitySet, EntityVec, Function, Value};

/// The iterations that a loop of unknown trip count is taken to have.
const UNKNOWN_ITERATIONS: f64 = 10.0;
/// No estimate goes beyond this.
const MOST_EXECUTIONS: f64 = 1e12;

/// The graphs of one body.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Control flow.
    pub cfg: Cfg,
    /// Dominators.
    pub dominators: Dominators,
    /// Loops.
    pub loops: Loops,
    /// The trip count of each loop.
    pub counts: EntityVec<Loop, Option<TripCount>>,
    /// Recurrences.
    pub inductions: Inductions,
    /// What is known about memory.
    pub aliases: AliasFacts,
    /// The blocks from which the function may return. The reverse sweep visits no other.
    pub returning: EntitySet<Block>,
    /// How often an iteration of each loop is executed in one execution of the function: products of iterations, 10 where they are not
    /// numbers.
    pub executions: EntityVec<Loop, f64>,
}

impl Shape {
    /// The graphs of a body. Near linear in its size.
    pub fn of(ctx: &Context, function: &Function, summaries: &Summaries, knowledge: &dyn Knowledge) -> Self {
        let cfg = Cfg::of(function);
        let dominators = Dominators::of(&cfg);
        let loops = Loops::of(&cfg, &dominators);
        let inductions = Inductions::of(ctx, function, &cfg, &loops);
        let counts = trip_counts(LoopFacts {
            ctx,
            function,
            cfg: &cfg,
            dominators: &dominators,
            loops: &loops,
            inductions: &inductions,
        });
        let aliases = AliasFacts::of(ctx, function, &loops, summaries, knowledge);
        let returning = returning_blocks(function, &cfg);
        let executions = executions(&loops, &counts);
        Self {
            cfg,
            dominators,
            loops,
            counts,
            inductions,
            aliases,
            returning,
            executions,
        }
    }

    /// The scope of a block: its innermost loop, or the function.
    pub fn scope(&self, block: Block) -> Option<Loop> {
        self.loops.innermost(block)
    }

    /// The scope of a value: that of the block that defines it; of parameters and constants the function.
    pub fn scope_of(&self, function: &Function, value: Value) -> Option<Loop> {
        let inst = function.def_inst(value)?;
        self.scope(function.inst(inst).block)
    }

    /// The loops around a scope, inner ones first: up to `root`, or all.
    pub fn around(&self, scope: Option<Loop>, root: Option<Loop>) -> impl Iterator<Item = Loop> + '_ {
        std::iter::successors(scope, move |&inner| {
            self.parent(inner).filter(|_| root != Some(inner))
        })
    }

    /// The scope around a loop.
    pub fn parent(&self, current: Loop) -> Option<Loop> {
        self.loops.get(current).parent
    }

    /// How often the blocks of a scope are executed in one execution of the function, as an estimate.
    pub fn frequency(&self, scope: Option<Loop>) -> f64 {
        scope.map_or(1.0, |scope| self.executions[scope])
    }

    /// Whether a scope is another one or inside of it.
    pub fn is_within(&self, inner: Option<Loop>, outer: Option<Loop>) -> bool {
        let Some(outer) = outer else { return true };
        inner.is_some_and(|inner| self.loops.contains(outer, self.loops.get(inner).header))
    }

    /// The exact trip count of a loop, if it is known when the loop is entered.
    pub fn exact_count(&self, current: Loop) -> Option<&TripCount> {
        self.counts[current].as_ref().filter(|count| count.exact)
    }
}

fn executions(loops: &Loops, counts: &EntityVec<Loop, Option<TripCount>>) -> EntityVec<Loop, f64> {
    let mut executions: EntityVec<Loop, f64> = EntityVec::new();
    for current in loops.all() {
        let outer = loops.get(current).parent.map_or(1.0, |parent| executions[parent]);
        let iterations = match counts[current].as_ref().map(|count| &count.backedges) {
            Some(ir::graph::Count::Number(number)) => *number as f64 + 1.0,
            _ => UNKNOWN_ITERATIONS,
        };
        executions.push((outer * iterations).min(MOST_EXECUTIONS));
    }
    executions
}
