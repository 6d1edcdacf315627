//! What the analysis knows of each function before it looks at activities.

use ir::graph::{CallGraph, Callee};
use ir::memory::{Class, Pointers, PointsTo};
use ir::{Const, ConstData, Context, Entity, EntitySet, FuncId, Function, GlobalId, Inst, Uses, Value};

use crate::carry::{CarryInput, carriers};
use crate::input::ActivityInput;
use crate::marks::{self, GlobalMark, Mark};
use crate::tables::{Lists, Map};
use crate::unread::unread;
use rules::RuleKnowledge;
use rules::{CallKind, Resolver};

/// One function.
pub(crate) struct Prepared<'a> {
    pub(crate) function: &'a Function,
    pub(crate) uses: Uses,
    /// Values that can carry a derivative.
    pub(crate) carriers: EntitySet<Value>,
    pub(crate) calls: Map<Inst, CallKind<'a>>,
    pub(crate) marks: Map<Inst, Mark>,
    /// Calls through pointers: their tangent functions are found in the shadows of the pointers.
    pub(crate) indirect: Vec<Inst>,
    /// The values of each class.
    pub(crate) class_values: Lists<Class, Value>,
    /// The classes whose content each class is.
    pub(crate) holders: Lists<Class, Class>,
    /// Results that carry no derivative whatever they lead to: of inactive functions, or marked so.
    pub(crate) inert: EntitySet<Value>,
    /// Memory that is written and never read: it is active in no case.
    pub(crate) unread: EntitySet<Class>,
    /// The globals of each class.
    pub(crate) class_globals: Lists<Class, GlobalId>,
    /// Calls that share each class with a body, or with unknown code.
    pub(crate) class_calls: Lists<Class, Inst>,
}

/// All functions that the request reaches, and where their pointers lead.
pub(crate) struct Program<'a> {
    ctx: &'a Context,
    pub(crate) resolver: Resolver<'a>,
    pub(crate) functions: Map<FuncId, Prepared<'a>>,
    pub(crate) pointers: Pointers,
    /// What is known of each global that is mentioned.
    pub(crate) globals: Map<GlobalId, GlobalMark>,
    /// Some function calls through a pointer.
    pub(crate) has_indirect_calls: bool,
    /// Functions that may call themselves.
    pub(crate) recursive: EntitySet<FuncId>,
}

impl<'a> Program<'a> {
    pub(crate) fn new(input: &ActivityInput<'a>) -> Self {
        let graph = CallGraph::of(input.ctx, input.bodies, &[input.func]);
        let resolver = Resolver::new(
            input.ctx,
            input.bodies,
            input.rules,
            input.options.empty_functions_inactive,
            graph.functions(),
        );
        let knowledge = RuleKnowledge {
            resolver: resolver.clone(),
            holds_address: &|function, value| input.types.content(function.id, value).may_be_pointer(),
        };
        let pointers = Pointers::of(input.ctx, input.bodies, &graph, &knowledge);
        let mut program = Self {
            ctx: input.ctx,
            resolver: resolver.clone(),
            functions: Map::default(),
            pointers,
            globals: Map::default(),
            has_indirect_calls: false,
            recursive: graph
                .functions()
                .iter()
                .copied()
                .filter(|&func| graph.is_recursive(func))
                .collect(),
        };
        let mut params: Map<FuncId, Vec<bool>> = Map::default();
        for &func in graph.components().iter().flatten() {
            let (Some(function), Some(points_to)) = (input.bodies.get(func), program.pointers.function(func))
            else {
                continue;
            };
            for (global, _) in points_to.globals() {
                let mark = || marks::of_global(input.ctx, input.rules, input.options, global);
                program.globals.entry(global).or_insert_with(mark);
            }
            let prepared = prepare(input, &resolver, function, points_to, &params);
            let carries = |param: &Value| prepared.carriers.contains(*param);
            params.insert(func, function.params.iter().map(carries).collect());
            program.has_indirect_calls |= !prepared.indirect.is_empty();
            program.functions.insert(func, prepared);
        }
        program
    }

    /// Whether a constant is the address of a function through which something active may pass.
    pub(crate) fn is_function(&self, constant: Const) -> bool {
        match *self.ctx.consts.get(constant) {
            ConstData::Func(func) => {
                !matches!(self.resolver.func(func), CallKind::Inactive | CallKind::Unknown)
            }
            _ => false,
        }
    }

    /// Whether an initializer is such an address or has one for a member.
    pub(crate) fn holds_functions(&self, init: Const) -> bool {
        match self.ctx.consts.get(init) {
            ConstData::Aggregate { members, .. } => {
                members.iter().any(|&member| self.holds_functions(member))
            }
            _ => self.is_function(init),
        }
    }

    pub(crate) fn points_to(&self, func: FuncId) -> Option<PointsTo<'_>> {
        self.pointers.function(func)
    }
}

fn prepare<'a>(
    input: &ActivityInput<'a>,
    resolver: &Resolver<'a>,
    function: &'a Function,
    points_to: PointsTo<'_>,
    params: &Map<FuncId, Vec<bool>>,
) -> Prepared<'a> {
    let mut calls = Map::default();
    let mut found = Map::default();
    for inst in function.all_insts() {
        if let Some(kind) = resolver.call(function, inst) {
            calls.insert(inst, kind);
        }
        let mark = marks::of_inst(input.ctx, function, inst);
        if !mark.is_none() {
            found.insert(inst, mark);
        }
    }
    let is_indirect = |&inst: &Inst| Callee::of(input.ctx, function, inst) == Some(Callee::Indirect);
    let indirect = calls.iter().filter(|(_, kind)| matches!(kind, CallKind::Unknown));
    let indirect = indirect.map(|(&inst, _)| inst).filter(is_indirect).collect();
    let carriers = carriers(&CarryInput {
        ctx: input.ctx,
        types: input.types,
        function,
        calls: &calls,
        params,
    });
    let uses = Uses::of(function);
    let inert = inert(function, &calls, &found);
    let count = points_to.class_count();
    let class_globals: Vec<_> = points_to
        .globals()
        .map(|(global, class)| (class, global))
        .collect();
    let class_calls = class_calls(points_to, &calls);
    Prepared {
        function,
        unread: unread(function, points_to, &uses, &calls),
        uses,
        carriers,
        calls,
        marks: found,
        indirect,
        class_values: Lists::of(count, &class_values(function, points_to)),
        holders: Lists::of(count, &holders(points_to)),
        inert,
        class_globals: Lists::of(count, &class_globals),
        class_calls: Lists::of(count, &class_calls),
    }
}

/// The values that lead to each class.
fn class_values(function: &Function, points_to: PointsTo<'_>) -> Vec<(Class, Value)> {
    let led_to = |value: Value| points_to.classes(value).map(move |class| (class, value));
    function.values().flat_map(led_to).collect()
}

/// The classes whose content each class is.
fn holders(points_to: PointsTo<'_>) -> Vec<(Class, Class)> {
    let classes = (0..points_to.class_count()).map(Class::new);
    let pairs = classes.flat_map(|class| points_to.contents(class).map(move |content| (content, class)));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.dedup();
    pairs
}

/// The calls that share each class with a body, or with unknown code.
fn class_calls(points_to: PointsTo<'_>, calls: &Map<Inst, CallKind<'_>>) -> Vec<(Class, Inst)> {
    let mut pairs = Vec::new();
    for (&inst, kind) in calls {
        pairs.extend(points_to.call(inst).iter().map(|&(_, class)| (class, inst)));
        if let (CallKind::Unknown, Some(external)) = (kind, points_to.external()) {
            pairs.push((external, inst));
        }
    }
    pairs
}

/// Results that carry no derivative.
fn inert(function: &Function, calls: &Map<Inst, CallKind<'_>>, marks: &Map<Inst, Mark>) -> EntitySet<Value> {
    let mut inert = EntitySet::new();
    for (&inst, kind) in calls {
        let silent = match kind {
            CallKind::Inactive => true,
            CallKind::Rule(entry) => entry.is_inactive() && !entry.result_follows_operands(),
            _ => false,
        };
        let data = function.inst(inst);
        if let Some(result) = data.result.filter(|_| silent) {
            inert.insert(result);
        }
    }
    for (&inst, mark) in marks {
        match (function.inst(inst).result, mark.value) {
            (Some(result), Some(false)) => {
                inert.insert(result);
            }
            (Some(result), Some(true)) => {
                inert.remove(result);
            }
            _ => {}
        }
    }
    inert
}
