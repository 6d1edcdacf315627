//! Making the classes of one strongly connected component.

use indexmap::{IndexMap, IndexSet};

use super::carry::{carriers, sources};
use super::classes::Classes;
use super::{Class, Component, FunctionClasses, Pointers, PointsTo};
use crate::constant::{Const, ConstData};
use crate::context::{Bodies, Context, FuncId, GlobalId, Linkage};
use crate::entity::{EntitySet, EntityVec};
use crate::function::{Function, Value};
use crate::graph::Callee;
use crate::inst::{Inst, InstData, Op};
use crate::memory::address::{ConstBase, const_base};
use crate::memory::effects::{CallEffects, Knowledge, Returned, call_effects};

/// Adds the classes of the component with these members.
pub(super) fn component(
    ctx: &Context,
    bodies: Bodies<'_>,
    members: &[FuncId],
    knowledge: &dyn Knowledge,
    pointers: &mut Pointers,
) {
    let functions: Vec<&Function> = members
        .iter()
        .filter(|&&func| !knowledge.hides_body(ctx, func))
        .filter_map(|&func| bodies.get(func))
        .collect();
    if functions.is_empty() {
        return;
    }
    let mut builder = Builder {
        ctx,
        knowledge,
        pointers,
        classes: Classes::default(),
        globals: IndexMap::new(),
        external: None,
        functions: IndexMap::new(),
    };
    for &function in &functions {
        builder.declare(function);
    }
    for &function in &functions {
        for inst in function.all_insts() {
            builder.inst(function, inst);
        }
    }
    builder.read_initializers();
    builder.expose_globals();
    let finished = builder.finish();
    let number = pointers.components.len();
    pointers.components.push(finished.0);
    for (func, mut function) in finished.1 {
        function.component = number;
        pointers.functions.insert(func, function);
    }
}

/// The nodes of one function.
struct Nodes {
    carriers: EntitySet<Value>,
    values: EntityVec<Value, Option<u32>>,
    params: Vec<Value>,
    returned: Option<u32>,
    calls: IndexMap<Inst, Vec<CallPair>>,
}

/// A class of a callee and the node that it is here; recursive calls have nodes on both sides.
enum CallPair {
    Foreign(Class, u32),
    Own(u32),
}

struct Builder<'a> {
    ctx: &'a Context,
    knowledge: &'a dyn Knowledge,
    pointers: &'a Pointers,
    classes: Classes,
    globals: IndexMap<GlobalId, u32>,
    external: Option<u32>,
    functions: IndexMap<FuncId, Nodes>,
}

impl Builder<'_> {
    fn declare(&mut self, function: &Function) {
        let nodes = Nodes {
            carriers: carriers(self.ctx, function, self.knowledge),
            values: EntityVec::filled(function.value_count(), None),
            params: function.params.clone(),
            returned: None,
            calls: IndexMap::new(),
        };
        self.functions.insert(function.id, nodes);
    }

    /// The node of a value; `None` if it carries no address of an object.
    fn node(&mut self, function: &Function, value: Value) -> Option<u32> {
        let nodes = &self.functions[&function.id];
        if !nodes.carriers.contains(value) {
            return None;
        }
        if nodes.values[value].is_some() {
            return nodes.values[value];
        }
        let node = match function.as_const(value) {
            Some(constant) => self.constant(constant)?,
            None => self.classes.add(),
        };
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.values[value] = Some(node);
        }
        Some(node)
    }

    /// The node of what a constant leads to.
    fn constant(&mut self, constant: Const) -> Option<u32> {
        let ctx = self.ctx;
        if ctx.types.is_ptr(ctx.const_type(constant)) {
            return match const_base(ctx, constant) {
                ConstBase::Global(global, _) => Some(self.global(global)),
                ConstBase::Func | ConstBase::Nothing => None,
                ConstBase::Unknown => Some(self.external()),
            };
        }
        match ctx.consts.get(constant) {
            ConstData::Aggregate { members, .. }
            | ConstData::Expr {
                operands: members, ..
            } => {
                let nodes: Vec<u32> = members
                    .iter()
                    .filter_map(|&member| self.constant(member))
                    .collect();
                let first = *nodes.first()?;
                for &node in &nodes[1..] {
                    self.classes.join(first, node);
                }
                Some(first)
            }
            ConstData::Global(global) => Some(self.global(*global)),
            _ => None,
        }
    }

    /// The node of a global variable.
    fn global(&mut self, global: GlobalId) -> u32 {
        if let Some(&node) = self.globals.get(&global) {
            return node;
        }
        let node = self.classes.add();
        self.globals.insert(global, node);
        node
    }

    /// The contents of globals are what their initializers mention. That may be further globals, which come after those before in the
    /// table: a list of globals may be long, so this is no recursion.
    fn read_initializers(&mut self) {
        let mut next = 0;
        while let Some((&global, &node)) = self.globals.get_index(next) {
            next += 1;
            let init = self.ctx.globals[global].init;
            if let Some(inside) = init.and_then(|init| self.constant(init)) {
                let content = self.classes.content(node);
                self.classes.join(content, inside);
            }
        }
    }

    /// The node of what unknown code can reach. Whatever it leads to is in it too.
    fn external(&mut self) -> u32 {
        if let Some(node) = self.external {
            return node;
        }
        let node = self.classes.add();
        let content = self.classes.content(node);
        self.classes.join(node, content);
        self.external = Some(node);
        node
    }

    /// Unknown code can reach all variable globals that other modules see, and store in them what it reaches.
    fn expose_globals(&mut self) {
        let Some(external) = self.external else { return };
        for (global, node) in self.globals.clone() {
            let global = &self.ctx.globals[global];
            if global.linkage != Linkage::Internal && !global.constant {
                self.classes.join(node, external);
            }
        }
    }

    fn join_values(&mut self, function: &Function, a: Value, b: Value) {
        if let (Some(a), Some(b)) = (self.node(function, a), self.node(function, b)) {
            self.classes.join(a, b);
        }
    }

    /// Makes the content of an address's objects and a value the same.
    fn access(&mut self, function: &Function, address: Value, value: Value) {
        if let (Some(address), Some(value)) = (self.node(function, address), self.node(function, value)) {
            let content = self.classes.content(address);
            self.classes.join(content, value);
        }
    }

    fn escape(&mut self, function: &Function, value: Value) {
        if let Some(node) = self.node(function, value) {
            let external = self.external();
            self.classes.join(node, external);
        }
    }

    fn inst(&mut self, function: &Function, inst: Inst) {
        let data = function.inst(inst);
        let operands = &data.operands;
        match data.op {
            Op::Alloca { .. } => {
                if let Some(result) = data.result {
                    self.node(function, result);
                }
            }
            Op::Load(_) => {
                if let Some(result) = data.result {
                    self.access(function, operands[0], result);
                }
            }
            Op::Store(_) => self.access(function, operands[1], operands[0]),
            Op::AtomicRmw(..) | Op::CmpXchg(_) => {
                let moved = operands[1..].iter().copied().chain(data.result);
                for value in moved {
                    self.access(function, operands[0], value);
                }
            }
            Op::Ret => self.ret(function, data),
            Op::Call(_) | Op::Invoke(_) => self.call(function, inst),
            Op::VaArg | Op::LandingPad { .. } | Op::Resume | Op::Opaque { .. } => {
                for value in operands.iter().copied().chain(data.result) {
                    self.escape(function, value);
                }
            }
            _ => {
                let Some(result) = data.result else { return };
                for source in sources(function, data) {
                    self.join_values(function, result, source);
                }
            }
        }
    }

    fn ret(&mut self, function: &Function, data: &InstData) {
        let Some(node) = data
            .operands
            .first()
            .and_then(|&value| self.node(function, value))
        else {
            return;
        };
        let returned = self.returned(function.id);
        if let Some(returned) = returned {
            self.classes.join(returned, node);
        }
    }

    /// The node of what a member of the component returns.
    fn returned(&mut self, func: FuncId) -> Option<u32> {
        let fresh = self.classes.add();
        let nodes = self.functions.get_mut(&func)?;
        Some(*nodes.returned.get_or_insert(fresh))
    }

    fn call(&mut self, function: &Function, inst: Inst) {
        let callee = Callee::of(self.ctx, function, inst).and_then(Callee::func);
        match callee {
            Some(callee) if self.functions.contains_key(&callee) => {
                self.recursive_call(function, inst, callee);
            }
            Some(callee) => match self.pointers.function(callee) {
                Some(summary) => self.known_call(function, inst, callee, summary),
                None => self.foreign_call(function, inst),
            },
            None => self.foreign_call(function, inst),
        }
    }

    /// A call within the component: both sides use the same nodes.
    fn recursive_call(&mut self, function: &Function, inst: Inst, callee: FuncId) {
        let data = function.inst(inst);
        let params = self.functions[&callee].params.clone();
        let mut pairs = Vec::new();
        for (index, &arg) in data.args().iter().enumerate() {
            let Some(node) = self.node(function, arg) else {
                continue;
            };
            match params.get(index) {
                Some(&param) => {
                    let own = self.member_value(callee, param);
                    self.classes.join(node, own);
                    pairs.push(CallPair::Own(node));
                }
                None => self.escape(function, arg),
            }
        }
        let result = data.result.and_then(|result| self.node(function, result));
        if let (Some(result), Some(returned)) = (result, self.returned(callee)) {
            self.classes.join(result, returned);
            pairs.push(CallPair::Own(result));
        }
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.calls.insert(inst, pairs);
        }
    }

    /// The node of a parameter of a member, which carries an address because some argument does.
    fn member_value(&mut self, func: FuncId, param: Value) -> u32 {
        let fresh = self.classes.add();
        match self.functions.get_mut(&func) {
            Some(nodes) => {
                nodes.carriers.insert(param);
                *nodes.values[param].get_or_insert(fresh)
            }
            None => fresh,
        }
    }

    /// A call of a function whose classes are known: a copy of those that it shares with callers.
    fn known_call(&mut self, function: &Function, inst: Inst, callee: FuncId, summary: PointsTo<'_>) {
        let data = function.inst(inst);
        let mut copy = Copy::default();
        let params = &self.pointers.functions[&callee].params;
        for (&arg, &param) in data.args().iter().zip(params) {
            let (node, class) = (self.node(function, arg), summary.class(param));
            if let (Some(node), Some(class)) = (node, class) {
                copy.pair(&mut self.classes, summary, class, node);
            }
        }
        let declared = self.ctx.types.param_types(self.ctx.funcs[callee].ty).len();
        for &extra in data.args().iter().skip(declared) {
            self.escape(function, extra);
        }
        let result = data.result.and_then(|result| self.node(function, result));
        if let (Some(node), Some(class)) = (result, summary.returned()) {
            copy.pair(&mut self.classes, summary, class, node);
        }
        for (global, class) in summary.globals() {
            let node = self.global(global);
            copy.pair(&mut self.classes, summary, class, node);
        }
        if let Some(class) = summary.external() {
            let node = self.external();
            copy.pair(&mut self.classes, summary, class, node);
        }
        let pairs = copy.pairs.into_iter();
        let pairs = pairs
            .map(|(class, node)| CallPair::Foreign(class, node))
            .collect();
        if let Some(nodes) = self.functions.get_mut(&function.id) {
            nodes.calls.insert(inst, pairs);
        }
    }

    /// A call of something without a known body.
    fn foreign_call(&mut self, function: &Function, inst: Inst) {
        let data = function.inst(inst);
        let effects = call_effects(self.ctx, function, inst, self.knowledge);
        let args: Vec<Option<u32>> = data.args().iter().map(|&arg| self.node(function, arg)).collect();
        for &(to, from) in &effects.copies {
            let pair = (
                args.get(to as usize).copied().flatten(),
                args.get(from as usize).copied().flatten(),
            );
            if let (Some(to), Some(from)) = pair {
                let (to, from) = (self.classes.content(to), self.classes.content(from));
                self.classes.join(to, from);
            }
        }
        if !effects.only_copies {
            self.mix(&effects, &args);
        }
        if let Some(result) = data.result.and_then(|result| self.node(function, result)) {
            self.foreign_result(&effects, &args, result);
        }
        let bundles = data.operands.iter().skip(1 + data.args().len());
        for &operand in bundles {
            self.escape(function, operand);
        }
    }

    /// A function of which only accesses are known may store what it has seen wherever it writes.
    fn mix(&mut self, effects: &CallEffects, args: &[Option<u32>]) {
        let reaches_other = effects.other.writes || effects.other.reads;
        let meet = if reaches_other {
            self.external()
        } else {
            self.classes.add()
        };
        for (index, node) in args.iter().enumerate() {
            let (Some(node), effect) = (*node, effects.arg(index)) else {
                continue;
            };
            if effect.captured {
                self.classes.join(node, meet);
            } else if !effect.access.is_none() {
                let content = self.classes.content(node);
                self.classes.join(content, meet);
            }
        }
    }

    fn foreign_result(&mut self, effects: &CallEffects, args: &[Option<u32>], result: u32) {
        match &effects.returned {
            Returned::Nothing | Returned::Fresh => {}
            Returned::Into(sources) => {
                for &source in sources {
                    if let Some(node) = args.get(source as usize).copied().flatten() {
                        self.classes.join(result, node);
                    }
                }
            }
            Returned::Anything => {
                let external = self.external();
                self.classes.join(result, external);
                // An address that is not kept may still be returned, and so may one that is found where the function reads.
                for (index, node) in args.iter().enumerate() {
                    let Some(node) = *node else { continue };
                    self.classes.join(result, node);
                    if effects.arg(index).access.reads {
                        let content = self.classes.content(node);
                        self.classes.join(result, content);
                    }
                }
            }
        }
    }

    fn finish(self) -> (Component, Vec<(FuncId, FunctionClasses)>) {
        let (of, content) = self.classes.finish();
        let class = |node: u32| of[node as usize];
        let component = Component {
            content,
            globals: self
                .globals
                .into_iter()
                .map(|(global, node)| (global, class(node)))
                .collect(),
            external: self.external.map(class),
        };
        let pairs = |pairs: &[CallPair]| -> Vec<(Class, Class)> {
            let mut found = IndexSet::new();
            for pair in pairs {
                match *pair {
                    CallPair::Foreign(theirs, node) => {
                        found.insert((theirs, class(node)));
                    }
                    // Both sides share what the argument reaches, too.
                    CallPair::Own(node) => {
                        let mut next = Some(class(node));
                        while let Some(shared) = next.filter(|&shared| found.insert((shared, shared))) {
                            next = component.content[shared];
                        }
                    }
                }
            }
            found.into_iter().collect()
        };
        let functions = self.functions.into_iter().map(|(func, nodes)| {
            let values = nodes.values.values().map(|node| node.map(class)).collect();
            let calls = nodes
                .calls
                .iter()
                .map(|(&inst, found)| (inst, pairs(found)))
                .collect();
            let function = FunctionClasses {
                component: 0,
                params: nodes.params,
                values,
                returned: nodes.returned.map(class),
                calls,
            };
            (func, function)
        });
        let functions = functions.collect();
        (component, functions)
    }
}

/// The copy of a callee's classes that one call makes.
#[derive(Default)]
struct Copy {
    nodes: IndexMap<Class, u32>,
    pairs: Vec<(Class, u32)>,
}

impl Copy {
    /// Makes `class` of the callee and `node` the same, and their contents, and so on.
    fn pair(&mut self, classes: &mut Classes, summary: PointsTo<'_>, class: Class, node: u32) {
        let (mut class, mut node) = (class, node);
        loop {
            if let Some(&known) = self.nodes.get(&class) {
                classes.join(known, node);
                return;
            }
            self.nodes.insert(class, node);
            self.pairs.push((class, node));
            let Some(content) = summary.content(class) else {
                return;
            };
            class = content;
            node = classes.content(node);
        }
    }
}
