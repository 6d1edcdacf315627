//! Calls of bodies: one context for each callee and what is known about its arguments, its integers and its result.
//!
//! Contexts are analyzed depth first with an explicit stack. A context runs until nothing in it changes but calls; then one call is
//! entered. When a callee is done, what it found about its parameters and its result flows into the call. A callee that is already being
//! analyzed (recursion) gives what it has found so far, and whoever used that is run again when it finds more: since facts only grow this
//! ends in a fixpoint.
//!
//! A context that has been analyzed also stands for what it found: a second call with the same, better knowledge needs no second
//! analysis. Each function has a bounded number of contexts; beyond that, arguments are reduced to their first level. Numbers that change on
//! the way round a recursion are no part of contexts (module `recursion`): every round would bring others.

use std::rc::Rc;
use std::sync::Arc;

use ir::attrs::ADDRESSES_ONLY;
use ir::graph::CallGraph;
use ir::{Entity, EntityVec, FuncId, Inst, Uses, Value};
use rustc_hash::FxHashMap;

use crate::base::BaseType;
use crate::body::{Body, FxIndexMap, Item, ItemKind, Node};
use crate::constants::ConstTrees;
use crate::debug::DeclaredTrees;
use crate::facts::{ContextId, Seeds, TypeAnswer, TypeFacts};
use crate::input::{KnownInts, TypeInput};
use crate::integral::Integral;
use crate::log::Why;
use crate::recursion::changes_on_the_way;
use crate::solver::{Flow, Frame, Shared, Solver};
use crate::tbaa::Beliefs;
use crate::transfer::seeds::returned;
use crate::tree::TypeTree;
use crate::trees::{TreeId, Trees};

/// Contexts of one function with full knowledge.
const CONTEXTS: usize = 64;

/// Finds the types of the values of a function, and of those of the functions that it calls.
///
/// The answer has facts for each context; contradictions are in it as a list, not an error, because the facts that do not depend on
/// them hold all the same. See the crate's documentation for the algorithm.
///
/// No types flow through functions that handle addresses only ([`ADDRESSES_ONLY`]): one block of a tape may hold an address where another holds a number.
pub fn analyze(input: &TypeInput<'_>) -> TypeAnswer {
    let graph = CallGraph::of(input.ctx, input.bodies, &[input.func]);
    let hands_out_memory = graph.functions().iter().any(|&func| is_marked(input, func));
    analyze_with(input, graph, hands_out_memory)
}

/// The answer, with or without what flows through functions that handle addresses only.
fn analyze_with(input: &TypeInput<'_>, graph: CallGraph, apart: bool) -> TypeAnswer {
    let ctx = input.ctx;
    let mut trees = Trees::new(input.options.limits(ctx.layout.pointer_size(0)));
    let seeds = Seeds {
        params: input
            .params
            .iter()
            .map(|seed| trees.intern(seed.tree.clone()))
            .collect(),
        ints: input.params.iter().map(|seed| seed.known_ints.clone()).collect(),
        ret: trees.intern(input.ret.clone()),
    };
    let mut engine = Engine {
        shared: Shared {
            input: *input,
            trees,
            consts: ConstTrees::default(),
            declared: DeclaredTrees::default(),
            contradictions: Vec::new(),
            warnings: Default::default(),
        },
        bodies: FxIndexMap::default(),
        integral: FxIndexMap::default(),
        frames: Vec::new(),
        states: Vec::new(),
        keys: FxIndexMap::default(),
        apart,
        counts: FxHashMap::default(),
        graph,
    };
    if engine.enter(input.func, seeds).is_some() {
        engine.run();
    }
    engine.finish()
}

/// What the driver knows about a context.
#[derive(Default)]
struct State {
    /// Calls that used what the context had found so far.
    dependents: Vec<(ContextId, Item)>,
    /// Its parameters and result when dependents were last told.
    summary: Vec<TreeId>,
    on_stack: bool,
}

struct Engine<'a> {
    shared: Shared<'a>,
    /// Whether nothing flows through functions that handle addresses only.
    apart: bool,
    bodies: FxIndexMap<FuncId, Rc<Body<'a>>>,
    integral: FxIndexMap<FuncId, Rc<Integral>>,
    frames: Vec<Frame<'a>>,
    states: Vec<State>,
    keys: FxIndexMap<(FuncId, Seeds), ContextId>,
    counts: FxHashMap<FuncId, usize>,
    /// Who calls whom, among all that is reached.
    graph: CallGraph,
}

/// What a context needs next.
enum Next {
    /// The callee of this call.
    Callee(ContextId),
    /// Nothing: it is done.
    Done,
}

impl<'a> Engine<'a> {
    /// The context for a function and seeds; made if there is none. `None` if the function has no body.
    fn enter(&mut self, func: FuncId, seeds: Seeds) -> Option<ContextId> {
        if let Some(&known) = self.keys.get(&(func, seeds.clone())) {
            return Some(known);
        }
        let body = self.body(func)?;
        *self.counts.entry(func).or_default() += 1;
        let context = ContextId::new(self.frames.len());
        self.keys.insert((func, seeds.clone()), context);
        let mut frame = Frame::new(&mut self.shared, func, Rc::clone(&body), seeds);
        if self.apart && is_marked(&self.shared.input, func) {
            frame.know_by_types(&mut self.shared);
            self.frames.push(frame);
            self.states.push(State::default());
            return Some(context);
        }
        let mut solver = Solver {
            shared: &mut self.shared,
            frame: &mut frame,
            body: &body,
            flow: Flow::Both,
            item: None,
            refuted: false,
        };
        solver.seed();
        self.frames.push(frame);
        self.states.push(State::default());
        Some(context)
    }

    /// The shape of a function's body, and of what decides which of its integers are nothing else.
    fn body(&mut self, func: FuncId) -> Option<Rc<Body<'a>>> {
        if let Some(body) = self.bodies.get(&func) {
            return Some(Rc::clone(body));
        }
        let input = self.shared.input;
        input.bodies.get(func)?;
        if !self.integral.contains_key(&func) {
            let graph = CallGraph::of(input.ctx, input.bodies, &[func]);
            for &member in graph.components().iter().flatten() {
                if let (Some(body), false) = (input.bodies.get(member), self.integral.contains_key(&member)) {
                    let limits = self.shared.trees.limits();
                    let uses = Uses::of(body);
                    let beliefs = Beliefs {
                        limits,
                        scalar_integers: input.options.scalar_integers,
                    };
                    let solved = Integral::of(input.ctx, input.bodies, body, &uses, &self.integral, beliefs);
                    self.integral.insert(member, Rc::new(solved));
                }
            }
        }
        let integral = self.integral.get(&func).cloned().unwrap_or_default();
        let function = input.bodies.get(func)?;
        let mut body = Body::of(input.ctx, function, integral, input.options.strict_aliasing);
        let calls = function
            .all_insts()
            .filter(|&inst| enters_body(&input, &body, inst));
        body.entered = calls.collect();
        let body = Rc::new(body);
        self.bodies.insert(func, Rc::clone(&body));
        Some(body)
    }

    fn run(&mut self) {
        let mut stack = vec![ContextId::new(0)];
        let mut again: Vec<ContextId> = Vec::new();
        while let Some(top) = stack.last().copied().or_else(|| again.pop()) {
            if stack.is_empty() {
                stack.push(top);
            }
            self.states[top.index()].on_stack = true;
            match self.advance(top) {
                Next::Callee(callee) => stack.push(callee),
                Next::Done => {
                    stack.pop();
                    self.states[top.index()].on_stack = false;
                    self.publish(top, &mut again);
                }
            }
        }
    }

    /// Runs a context until it needs a callee or is done.
    fn advance(&mut self, context: ContextId) -> Next {
        loop {
            let frame = &mut self.frames[context.index()];
            let body = Rc::clone(&frame.body);
            while let Some(item) = frame.work.pop() {
                if let ItemKind::Inst(inst) = body.items[item]
                    && body.entered.contains(inst)
                {
                    frame.pending.push(item);
                    continue;
                }
                let mut solver = Solver {
                    shared: &mut self.shared,
                    frame,
                    body: &body,
                    flow: Flow::Both,
                    item: None,
                    refuted: false,
                };
                solver.visit(item);
            }
            if let Some(item) = frame.pending.pop() {
                if let Some(callee) = self.visit_call(context, item) {
                    // The call is finished when the callee is.
                    self.frames[context.index()].pending.push_first(item);
                    return Next::Callee(callee);
                }
                continue;
            }
            let frame = &mut self.frames[context.index()];
            if crate::hypothesis::settle_phis(&mut self.shared, frame) {
                continue;
            }
            let hints = !std::mem::replace(&mut frame.hinted, true);
            if !hints || !crate::hints::apply(&mut self.shared, frame) {
                return Next::Done;
            }
        }
    }

    /// Tells those who use a context what is new, and lets its result stand for calls that already know it.
    fn publish(&mut self, context: ContextId, again: &mut Vec<ContextId>) {
        let (steady, summary) = self.steady(context);
        let func = self.frames[context.index()].func;
        self.keys.entry((func, steady)).or_insert(context);
        let state = &mut self.states[context.index()];
        if state.summary == summary {
            return;
        }
        state.summary = summary;
        for (dependent, item) in state.dependents.clone() {
            self.frames[dependent.index()].work.mark(item);
            if !self.states[dependent.index()].on_stack && !again.contains(&dependent) {
                again.push(dependent);
            }
        }
    }

    /// The seeds that a context's facts amount to, and what its callers read.
    fn steady(&mut self, context: ContextId) -> (Seeds, Vec<TreeId>) {
        let params = self.param_trees(context);
        let ret = self.return_tree(context);
        let mut summary = params.clone();
        summary.push(ret);
        let seeds = Seeds {
            params,
            ints: self.frames[context.index()].seeds.ints.clone(),
            ret,
        };
        (seeds, summary)
    }

    fn param_trees(&self, context: ContextId) -> Vec<TreeId> {
        let frame = &self.frames[context.index()];
        let params = &frame.body.function.params;
        params.iter().map(|&param| frame.tree(param.into())).collect()
    }

    /// What is known about every value that a context returns.
    fn return_tree(&mut self, context: ContextId) -> TreeId {
        let frame = &self.frames[context.index()];
        let mut trees = returned(frame.body.function)
            .into_iter()
            .map(|node| frame.tree(node));
        let first = trees.next();
        let rest: Vec<TreeId> = trees.collect();
        let first = first.unwrap_or(self.shared.trees.empty());
        rest.into_iter()
            .fold(first, |known, tree| self.shared.trees.and(known, tree))
    }

    /// Visits a call of a body. `Some` if its callee has to be analyzed first.
    fn visit_call(&mut self, caller: ContextId, item: Item) -> Option<ContextId> {
        let body = Rc::clone(&self.frames[caller.index()].body);
        let ItemKind::Inst(inst) = body.items[item] else {
            return None;
        };
        let entry = Entry::of(self.shared.input.ctx, &body, inst)?;
        let callee_body = self.body(entry.func)?;
        let is_skipped = !self.shared.input.options.settled_calls && self.is_settled(caller, &body, &entry);
        if callee_body.function.params.len() != entry.params.len() || is_skipped {
            return None;
        }
        let func = entry.func;
        let seeds = self.call_seeds(caller, &callee_body, &entry);
        let before = self.frames.len();
        let callee = self.enter(func, seeds)?;
        let dependents = &mut self.states[callee.index()].dependents;
        if !dependents.contains(&(caller, item)) {
            dependents.push((caller, item));
        }
        if self.frames.len() > before {
            return Some(callee);
        }
        self.apply(caller, callee, &body, item, &entry);
        None
    }

    /// Whether nothing can be learned from a call in either direction.
    fn is_settled(&self, caller: ContextId, body: &Body<'_>, entry: &Entry) -> bool {
        let frame = &self.frames[caller.index()];
        let determined = |value: Value| {
            let plain = body.function.as_const(value).is_some_and(|constant| {
                use ir::ConstData::{Data, Float, Int, Null, Poison, Undef, Zero};
                matches!(
                    self.shared.input.ctx.consts.get(constant),
                    Data { .. } | Float { .. } | Int { .. } | Null(_) | Poison(_) | Undef(_) | Zero(_)
                )
            });
            plain
                || self
                    .shared
                    .trees
                    .get(frame.tree(value.into()))
                    .is_fully_determined()
        };
        let result = entry.result.is_none_or(|result| {
            self.shared
                .trees
                .get(frame.tree(result.into()))
                .is_fully_determined()
        });
        result && entry.params.iter().flatten().all(|&arg| determined(arg))
    }

    /// What a call says about its callee.
    fn call_seeds(&mut self, caller: ContextId, callee: &Body<'_>, entry: &Entry) -> Seeds {
        let func = entry.func;
        if self.apart && is_marked(&self.shared.input, func) {
            return self.seeds_by_types(callee);
        }
        let caller_func = self.frames[caller.index()].func;
        let max = self.shared.input.options.max_int.unsigned_abs();
        let (mut params, mut ints) = (Vec::new(), Vec::new());
        for (&arg, &param) in entry.params.iter().zip(&callee.function.params) {
            let Some(arg) = arg else {
                params.push(self.pointer_to_integers());
                ints.push(KnownInts::from([0]));
                continue;
            };
            let frame = &self.frames[caller.index()];
            let mut tree = frame.tree(arg.into());
            let set = frame.ints[arg].iter().copied();
            let set: KnownInts = set.filter(|value| value.unsigned_abs() <= max).collect();
            let scalar = self.shared.input.ctx.types.get(callee.function.ty(param));
            if self.shared.trees.inner0(tree) == BaseType::Anything
                && matches!(scalar, ir::TypeData::Int(_))
                && callee.integral.is_integer(param)
            {
                tree = self.shared.trees.all(BaseType::Integer);
            }
            params.push(tree);
            let endless = !set.is_empty()
                && self.graph.same_component(caller_func, func)
                && changes_on_the_way(self.frames[caller.index()].body.function, arg);
            ints.push(if endless { KnownInts::new() } else { set });
        }
        let empty = self.shared.trees.empty();
        let frame = &self.frames[caller.index()];
        let ret = entry.result.map_or(empty, |result| frame.tree(result.into()));
        let seeds = Seeds { params, ints, ret };
        if self.counts.get(&func).copied().unwrap_or(0) < CONTEXTS
            || self.keys.contains_key(&(func, seeds.clone()))
        {
            return seeds;
        }
        self.first_levels(seeds)
    }

    /// What the types of parameters and result say: all that there is to know of a function that handles addresses only.
    fn seeds_by_types(&mut self, callee: &Body<'_>) -> Seeds {
        let function = callee.function;
        let ctx = self.shared.input.ctx;
        let trees = &mut self.shared.trees;
        let mut by_type = |ty: ir::Type| trees.all(BaseType::of_address_or_integer(&ctx.types, ty));
        let params: Vec<TreeId> = function
            .params
            .iter()
            .map(|&param| by_type(function.ty(param)))
            .collect();
        let ret = ctx.types.return_type(ctx.funcs[function.id].ty);
        let ret = by_type(ret.unwrap_or(ctx.types.void()));
        Seeds {
            ints: params.iter().map(|_| KnownInts::new()).collect(),
            ret,
            params,
        }
    }

    /// The tree of what a parallel runtime passes by itself.
    fn pointer_to_integers(&mut self) -> TreeId {
        let integer = self.shared.trees.all(BaseType::Integer);
        let pointer = self.shared.trees.pointer_to(integer);
        pointer.unwrap_or(self.shared.trees.empty())
    }

    /// Seeds that keep only what the arguments themselves are: there are finitely many.
    fn first_levels(&mut self, seeds: Seeds) -> Seeds {
        let trees = &mut self.shared.trees;
        let mut first = |tree: TreeId| {
            let base = trees.get(tree).get(&[crate::tree::EVERY]);
            trees.intern(TypeTree::all(base))
        };
        Seeds {
            params: seeds.params.into_iter().map(&mut first).collect(),
            ints: seeds.ints.iter().map(|_| KnownInts::new()).collect(),
            ret: first(seeds.ret),
        }
    }

    /// Lets what a callee found flow into a call.
    fn apply(&mut self, caller: ContextId, callee: ContextId, body: &Body<'a>, item: Item, entry: &Entry) {
        let params = self.param_trees(callee);
        let ret = self.return_tree(callee);
        let frame = &mut self.frames[caller.index()];
        frame.calls.insert(entry.inst, callee);
        let mut solver = Solver {
            shared: &mut self.shared,
            frame,
            body,
            flow: Flow::Both,
            item: Some(item),
            refuted: false,
        };
        for (&arg, tree) in entry.params.iter().zip(params) {
            if let Some(arg) = arg {
                let why = Why::ground("the called function uses its parameter like this");
                solver.learn(arg.into(), tree, why);
            }
        }
        if let Some(result) = entry.result {
            let why = Why::ground("the called function returns this");
            solver.learn_down(Node::from(result), ret, why);
        }
    }

    fn finish(self) -> TypeAnswer {
        let trees = Arc::new(self.shared.trees);
        let facts = |frame: Frame<'_>| {
            let values = frame.body.function.value_count();
            TypeFacts {
                func: frame.func,
                trees: Arc::clone(&trees),
                seeds: frame.seeds,
                values: frame.facts[..values]
                    .iter()
                    .copied()
                    .collect::<EntityVec<Value, TreeId>>(),
                ints: frame.ints,
                calls: frame.calls,
                log: frame.log,
            }
        };
        TypeAnswer {
            contexts: self.frames.into_iter().map(facts).collect(),
            questions: self
                .keys
                .into_iter()
                .map(|((_, seeds), context)| (seeds, context))
                .collect(),
            contradictions: self.shared.contradictions,
            warnings: self.shared.warnings.into_iter().collect(),
        }
    }
}

/// How a call enters a body.
struct Entry {
    inst: Inst,
    func: FuncId,
    /// The argument for each parameter; `None` for what a runtime passes by itself.
    params: Vec<Option<Value>>,
    /// What the body's result becomes.
    result: Option<Value>,
}

impl Entry {
    /// How a call enters a body: that of its callee, or, for the start of an OpenMP parallel region, that of the outlined function. The
    /// runtime passes it two pointers to thread numbers, then the arguments from the fourth on.
    fn of(ctx: &ir::Context, body: &Body<'_>, inst: Inst) -> Option<Self> {
        let data = body.function.inst(inst);
        let args = data.args();
        let func = body.callee(ctx, inst)?;
        if &*ctx.funcs[func].name == "__kmpc_fork_call" {
            let outlined = body.function.as_const(*args.get(2)?)?;
            let ir::ConstData::Func(func) = *ctx.consts.get(outlined) else {
                return None;
            };
            let shared = args[3..].iter().copied().map(Some);
            return Some(Self {
                inst,
                func,
                params: [None, None].into_iter().chain(shared).collect(),
                result: None,
            });
        }
        Some(Self {
            inst,
            func,
            params: args.iter().copied().map(Some).collect(),
            result: data.result,
        })
    }
}

/// Whether a function says that it handles addresses and integers only ([`ADDRESSES_ONLY`]).
fn is_marked(input: &TypeInput<'_>, func: FuncId) -> bool {
    let attrs = input.ctx.attrs(input.ctx.funcs[func].attrs);
    attrs.string(ADDRESSES_ONLY).is_some()
}

/// Whether a call is understood through the body of its callee: it has one, the callee is no allocator (what those do inside is not what
/// they mean), no rule of the user's stands for it, and the program does not ask to stay out.
pub(crate) fn enters_body(input: &TypeInput<'_>, body: &Body<'_>, inst: Inst) -> bool {
    let ctx = input.ctx;
    let Some(func) = Entry::of(ctx, body, inst)
        .map(|entry| entry.func)
        .filter(|&func| input.bodies.get(func).is_some())
    else {
        return false;
    };
    let decl = &ctx.funcs[func];
    let custom = |kind: &str| matches!(kind, "enzyme_gradient" | "enzyme_derivative");
    if decl.rules.iter().any(|(kind, _)| custom(kind)) {
        return false;
    }
    let call = body.function.inst(inst).op.call_info().map(|info| info.attrs);
    let mut attrs = call.into_iter().chain([decl.attrs]).map(|attrs| ctx.attrs(attrs));
    let keys = [
        "enzyme_ta_norecur",
        "enzyme_notypeanalysis",
        "enzyme_allocator",
        "enzyme_math",
    ];
    if attrs.any(|attrs| keys.iter().any(|key| attrs.string(key).is_some())) {
        return false;
    }
    let known = input.rules.declared(&input.ctx.types, &decl.name, decl.ty);
    !known.is_some_and(|known| {
        matches!(
            known.entry.kind,
            rules::Kind::Allocation(_) | rules::Kind::Deallocation(_)
        )
    })
}
