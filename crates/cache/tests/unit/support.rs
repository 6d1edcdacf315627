//! From text to a plan.

use activity::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use cache::{
    CallDemand, Mode, Node, Overwritten, Plan, PlanError, PlanInput, PlanOptions, Shape, Storage, Way, plan,
};
use facts::{Facts, Question, Seeds};
use ir::graph::{CallGraph, Loop};
use ir::interp::{Datum, Memory, Owner};
use ir::memory::Summaries;
use ir::{EntitySet, FuncId, Function, Inst, Module, Value};
use rules::{Resolver, RuleKnowledge, RuleTable};

/// Calls of bodies read the primals and shadows of all their active arguments.
pub struct Arguments<'a> {
    pub function: &'a Function,
    pub facts: &'a Facts<'a>,
}

impl CallDemand for Arguments<'_> {
    fn reads(&self, inst: Inst) -> Vec<Node> {
        let args = self.function.inst(inst).args().iter();
        let active = args.filter(|&&arg| self.facts.active(arg));
        active
            .flat_map(|&arg| [Node::Primal(arg), Node::Shadow(arg)])
            .collect()
    }
}

/// How to plan.
#[derive(Clone)]
pub struct How {
    pub mode: Mode,
    pub width: u32,
    pub overwritten: bool,
    pub tape_limit: Option<u64>,
    pub cheap_bytes: u64,
}

impl Default for How {
    fn default() -> Self {
        Self {
            mode: Mode::Combined,
            width: 1,
            overwritten: false,
            tape_limit: None,
            cheap_bytes: 32,
        }
    }
}

/// A planned function.
pub struct Case {
    pub module: Module,
    pub func: FuncId,
    pub shape: Shape,
    pub repeatable: EntitySet<Inst>,
    pub plan: Result<Plan, Vec<PlanError>>,
}

/// Plans `@f` with all parameters and the return active.
pub fn case(text: &str) -> Case {
    case_as(text, &How::default())
}

pub fn case_as(text: &str, how: &How) -> Case {
    let (module, func) = parse(text);
    planned(module, func, how)
}

/// A module whose `@f` is canonical.
pub fn parse(text: &str) -> (Module, FuncId) {
    let mut module = match ir::text::parse_module(text) {
        Ok(module) => module,
        Err(error) => panic!("{error}\n{text}"),
    };
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let body = module.body(func).expect("@f has a body").clone();
    let canonical = ir::canonical::canonicalize(&module.ctx, &body).expect("tests are reducible");
    module.set_body(canonical);
    if let Err(errors) = ir::verify::verify_module(&module) {
        panic!("{errors:#?}");
    }
    (module, func)
}

pub fn planned(module: Module, func: FuncId, how: &How) -> Case {
    let (shape, plan, repeatable) = with_input(&module, func, how, |input| {
        (input.shape.clone(), plan(input), cache::repeatable_loads(input))
    });
    Case {
        module,
        func,
        shape,
        repeatable,
        plan,
    }
}

/// Analyzes a function of a module, and does something with what a plan of it depends on.
pub fn with_input<T>(module: &Module, func: FuncId, how: &How, then: impl FnOnce(&PlanInput<'_>) -> T) -> T {
    let rules = RuleTable::standard();
    let mut module = module.clone();
    let (bodies, ctx) = module.split();
    let ctx = &*ctx;
    let seeds = Seeds::of_signature(ctx, func);
    let count = ctx.types.param_types(ctx.funcs[func].ty).len();
    let returns = ctx.types.return_type(ctx.funcs[func].ty) != Some(ctx.types.void());
    let context = ContextKey {
        func,
        params: vec![ParamActivity::Dual; count],
        ret: match returns {
            true => ReturnActivity::Active,
            false => ReturnActivity::Const,
        },
        memory: EntryMemory::default(),
    };
    let question = Question {
        ctx,
        bodies,
        rules,
        activity: activity::Options::default(),
        types: &typeanalysis::TypeOptions::default(),
        context: &context,
        seeds: &seeds,
        moves_unknown: false,
    };
    let analyses = question.answer(None);
    let facts = Facts::new(&analyses, &context);
    let calls = CallGraph::of(ctx, bodies, &[func]);
    let resolver = Resolver::new(ctx, bodies, rules, false, calls.functions());
    let knowledge = RuleKnowledge {
        resolver,
        holds_address: &|_, _| true,
    };
    let summaries = Summaries::of(ctx, bodies, &calls, &knowledge);
    let function = bodies.get(func).expect("there is a body");
    let shape = Shape::of(ctx, function, &summaries, &knowledge);
    let overwritten = match how.overwritten {
        true => Overwritten::everything(count),
        false => Overwritten::nothing(count),
    };
    let options = PlanOptions {
        runtime_activity: false,
        tape_limit: how.tape_limit,
        cheap_bytes: how.cheap_bytes,
    };
    let demand = Arguments {
        function,
        facts: &facts,
    };
    then(&PlanInput {
        ctx,
        function,
        bodies,
        facts: &facts,
        rules,
        shape: &shape,
        mode: how.mode,
        width: how.width,
        overwritten: &overwritten,
        calls: &demand,
        options: &options,
    })
}

impl Case {
    pub fn function(&self) -> &Function {
        self.module.body(self.func).expect("there is a body")
    }

    pub fn plan(&self) -> &Plan {
        match &self.plan {
            Ok(plan) => plan,
            Err(errors) => panic!("{errors:#?}"),
        }
    }

    /// The value of that name.
    pub fn value(&self, name: &str) -> Value {
        let named = |value: &Value| self.function().value_name(*value) == format!("%{name}");
        self.function()
            .values()
            .find(named)
            .unwrap_or_else(|| panic!("no %{name}"))
    }

    pub fn primal(&self, name: &str) -> Option<Way> {
        self.plan().way(Node::Primal(self.value(name)))
    }

    pub fn shadow(&self, name: &str) -> Option<Way> {
        self.plan().way(Node::Shadow(self.value(name)))
    }

    /// The loop whose header has that name.
    pub fn loop_at(&self, name: &str) -> Loop {
        let is_header =
            |current: &Loop| self.function().block_name(self.shape.loops.get(*current).header) == name;
        self.shape
            .loops
            .all()
            .find(is_header)
            .unwrap_or_else(|| panic!("no loop at {name}"))
    }

    /// The bytes that each iteration of a loop leaves, without bases and extents.
    pub fn bytes_in(&self, header: &str) -> u64 {
        let scope = Some(self.loop_at(header));
        let counts = |node: Node| !matches!(node, Node::Base(_) | Node::Extent(_));
        let slots = self
            .plan()
            .slots()
            .filter(|(_, slot)| slot.scope == scope && counts(slot.node));
        slots.map(|(_, slot)| slot.bytes).sum()
    }

    /// What is stored, without frames.
    pub fn stored_in_loops(&self) -> Vec<String> {
        let slots = self.plan().slots();
        let in_loops = slots.filter(|(_, slot)| !matches!(slot.storage, Storage::Frame { .. }));
        in_loops.map(|(_, slot)| slot.node.to_string()).collect()
    }
}

pub fn is_stored(way: Option<Way>) -> bool {
    matches!(way, Some(Way::Stored(_)))
}

/// So many arrays of so many different numbers, as arguments.
pub fn arrays(memory: &mut Memory, count: u32, length: u32) -> Result<Vec<Datum>, String> {
    let array = |array: u32| {
        let bytes = u64::from(length) * 8;
        let address = memory
            .allocate(bytes, 16, Owner::Global)
            .map_err(|error| error.to_string())?;
        let numbers = (0..length).map(|at| (f64::from(at * 7 + array * 13).sin() + 0.25, 0.0));
        let stored = memory.store_duals(address, &numbers.collect::<Vec<_>>());
        stored.map_err(|error| error.to_string())?;
        Ok(Datum::ptr(address))
    };
    (0..count).map(array).collect()
}
