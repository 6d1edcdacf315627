//! What the analysis knows of each function before it looks at activities.

use ir::graph::{CallGraph, Callee};
use ir::memory::{Class, Pointers, PointsTo};
use ir::{
    Const, ConstData, Context, Entity, EntitySet, FuncId, Function, GlobalId, Inst, InstData, Op, Uses, Value,
};

use crate::carry::Carriers;
use crate::declared::{declared_if_all_are, is_origin};
use crate::input::{ActivityInput, ReturnActivity};
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
    /// Instructions that do something besides making a result, in the order of layout.
    pub(crate) effects: Vec<Inst>,
    /// The calls of bodies.
    pub(crate) bodies: EntitySet<Inst>,
    /// Instructions whose results are active whatever they are made of.
    pub(crate) sources: Vec<Inst>,
    /// Values that lead only to memory that is declared inactive, if all parameters are constant.
    pub(crate) declared: EntitySet<Value>,
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
        let mut program = Self {
            ctx: input.ctx,
            resolver: resolver.clone(),
            functions: Map::with_capacity_and_hasher(graph.functions().len(), Default::default()),
            pointers: Pointers::new(),
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
        for members in graph.components() {
            program.pointers.add(input.ctx, input.bodies, members, &knowledge);
            for &func in members {
                program.add(input, func, &mut params);
            }
        }
        program
    }

    /// Prepares one function whose pointers are known.
    fn add(&mut self, input: &ActivityInput<'a>, func: FuncId, params: &mut Map<FuncId, Vec<bool>>) {
        let (Some(function), Some(points_to)) = (input.bodies.get(func), self.pointers.function(func)) else {
            return;
        };
        for (global, _) in points_to.globals() {
            let mark = || marks::of_global(input.ctx, input.rules, input.options, global);
            self.globals.entry(global).or_insert_with(mark);
        }
        let prepared = prepare(input, self, function, points_to, params);
        let carries = |param: &Value| prepared.carriers.contains(*param);
        params.insert(func, function.params.iter().map(carries).collect());
        self.has_indirect_calls |= !prepared.indirect.is_empty();
        self.functions.insert(func, prepared);
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
    program: &Program<'a>,
    function: &'a Function,
    points_to: PointsTo<'_>,
    params: &Map<FuncId, Vec<bool>>,
) -> Prepared<'a> {
    let Scan {
        carriers,
        effects,
        calls,
        bodies,
        marks: found,
        sources,
        origins,
        tiny,
    } = Scan::of(input, program, function, params);
    let is_indirect = |&inst: &Inst| Callee::of(input.ctx, function, inst) == Some(Callee::Indirect);
    let indirect = calls.iter().filter(|(_, kind)| matches!(kind, CallKind::Unknown));
    let indirect = indirect.map(|(&inst, _)| inst).filter(is_indirect).collect();
    let uses = Uses::of(function);
    let is_request = function.id == input.func && !program.recursive.contains(function.id);
    let returns_nothing = is_request && input.ret == ReturnActivity::Const;
    let mut inert = inert(function, &calls, &found);
    inert.extend(tiny);
    let count = points_to.class_count();
    let class_globals: Vec<_> = points_to
        .globals()
        .map(|(global, class)| (class, global))
        .collect();
    let class_calls = class_calls(points_to, &calls);
    Prepared {
        function,
        unread: unread(function, points_to, &uses, &calls, returns_nothing),
        declared: declared_if_all_are(input.ctx, &program.globals, function, &uses, &origins),
        uses,
        carriers,
        effects,
        calls,
        bodies,
        sources,
        marks: found,
        indirect,
        class_values: Lists::of(count, &class_values(function, points_to)),
        holders: Lists::of(count, &holders(points_to)),
        inert,
        class_globals: Lists::of(count, &class_globals),
        class_calls: Lists::of(count, &class_calls),
    }
}

/// What one pass over the instructions finds: they are large, and everything else is about some of them.
struct Scan<'a> {
    carriers: EntitySet<Value>,
    effects: Vec<Inst>,
    calls: Map<Inst, CallKind<'a>>,
    bodies: EntitySet<Inst>,
    marks: Map<Inst, Mark>,
    sources: Vec<Inst>,
    /// Results that lead to other memory than operands do.
    origins: Vec<Value>,
    /// Addresses of local objects that no float fits in: empty classes of C++, flags.
    tiny: Vec<Value>,
}

impl<'a> Scan<'a> {
    fn of(
        input: &ActivityInput<'a>,
        program: &Program<'a>,
        function: &'a Function,
        params: &Map<FuncId, Vec<bool>>,
    ) -> Self {
        let mut carriers = Carriers::new(input.ctx, input.types, function);
        let (mut effects, mut sources) = (Vec::new(), Vec::new());
        let (mut origins, mut tiny) = (Vec::new(), Vec::new());
        let (mut calls, mut marks) = (Map::default(), Map::default());
        let mut bodies = EntitySet::with_len(function.inst_count());
        for inst in function.all_insts() {
            let data = function.inst(inst);
            let kind = data
                .op
                .call_info()
                .and_then(|_| program.resolver.call(function, inst));
            if let Some(kind) = kind {
                calls.insert(inst, kind);
                if matches!(kind, CallKind::Body(_)) {
                    bodies.insert(inst);
                }
            }
            carriers.meet(data, kind, params);
            if is_tiny(input.ctx, function, data) {
                tiny.extend(data.result);
            }
            if is_origin(data) {
                origins.extend(data.result);
            }
            if has_effect(&data.op) {
                effects.push(inst);
            }
            let mark = marks::of_inst(input.ctx, function, inst);
            if !mark.is_none() {
                marks.insert(inst, mark);
            }
            if mark.value == Some(true) || matches!(data.op, Op::VaArg) {
                sources.push(inst);
            }
        }
        Self {
            carriers: carriers.finish(),
            effects,
            calls,
            bodies,
            marks,
            sources,
            origins,
            tiny,
        }
    }
}

/// Whether an instruction makes a local object of at most one byte.
fn is_tiny(ctx: &Context, function: &Function, data: &InstData) -> bool {
    let Op::Alloca { ty, .. } = data.op else {
        return false;
    };
    let count = data.operands.first().and_then(|&count| function.as_const(count));
    let count = count.and_then(|count| ctx.consts.int_value(&ctx.types, count));
    count == Some(1) && ctx.size_of(ty).is_some_and(|bytes| bytes <= 1)
}

/// Whether an instruction does something besides making a result of its operands.
fn has_effect(op: &Op) -> bool {
    matches!(
        op,
        Op::Store(_)
            | Op::AtomicRmw(..)
            | Op::CmpXchg(_)
            | Op::Ret
            | Op::Call(_)
            | Op::Invoke(_)
            | Op::Opaque { .. }
    )
}

/// The values that lead to each class.
fn class_values(function: &Function, points_to: PointsTo<'_>) -> Vec<(Class, Value)> {
    let mut pairs = Vec::with_capacity(function.value_count());
    for value in function.values() {
        pairs.extend(points_to.classes(value).map(|class| (class, value)));
    }
    pairs
}

/// The classes whose content each class is.
fn holders(points_to: PointsTo<'_>) -> Vec<(Class, Class)> {
    let mut pairs = Vec::new();
    for class in (0..points_to.class_count()).map(Class::new) {
        pairs.extend(points_to.contents(class).map(|content| (content, class)));
    }
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
