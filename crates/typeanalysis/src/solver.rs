//! The state of one context and the one way in which it changes.
//!
//! Facts only grow: [`Solver::learn`] joins a tree into what is known about a node and marks every item that reads the node. Items are
//! visited by sweeping over them in order, down and up in turns, as long as any is marked: a fact crosses the whole function in one sweep,
//! whichever way it flows.

use std::collections::VecDeque;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use ir::{
    ConstData, ConstOp, Context, DebugVariable, Entity, EntitySet, EntityVec, FuncId, Inst, Op, TypeData,
    Value,
};

use crate::base::BaseType;
use crate::body::{Body, Item, ItemKind, Node};
use crate::constants::ConstTrees;
use crate::debug::{DeclaredTrees, Reading};
use crate::facts::{ContextId, Seeds};
use crate::input::TypeInput;
use crate::ints::IntSet;
use crate::log::{Log, Why};
use crate::report::{Cause, Contradiction, TypeWarning};
use crate::tree::{EVERY, TreeError, TypeTree};
use crate::trees::{TreeId, Trees};
use crate::window::Window;

/// Contradictions that are noted of one analysis.
const MAX_CONTRADICTIONS: usize = 4096;

/// What all contexts share.
pub(crate) struct Shared<'a> {
    pub input: TypeInput<'a>,
    pub trees: Trees,
    pub consts: ConstTrees,
    pub declared: DeclaredTrees,
    pub contradictions: Vec<Contradiction>,
    pub warnings: IndexSet<TypeWarning>,
}

impl Shared<'_> {
    /// What a variable that debug info declares says about the value that stands for it.
    pub fn declared(&mut self, variable: DebugVariable, reading: Reading) -> TreeId {
        let ctx = self.input.ctx;
        self.declared.tree(ctx, &mut self.trees, variable, reading)
    }
}

/// A context while it is being analyzed.
pub(crate) struct Frame<'a> {
    pub func: FuncId,
    pub body: Rc<Body<'a>>,
    pub seeds: Seeds,
    pub facts: Vec<TreeId>,
    pub ints: EntityVec<Value, IntSet>,
    pub calls: IndexMap<Inst, ContextId>,
    pub work: Sweep,
    /// Calls of bodies: they wait until all else is known, because they are expensive.
    pub pending: Waiting,
    pub log: Log,
    /// Whether hints were given.
    pub hinted: bool,
    /// Nodes about which something can be learned.
    open: EntitySet<Node>,
}

/// Marked items.
#[derive(Clone, Debug)]
pub(crate) struct Sweep {
    marked: EntitySet<Item>,
    /// How many are marked.
    count: usize,
    at: Item,
    down: bool,
}

impl Default for Sweep {
    /// No item is marked.
    fn default() -> Self {
        Self::new(0)
    }
}

impl Sweep {
    /// The first so many items are marked.
    pub fn new(items: usize) -> Self {
        Self {
            marked: EntitySet::full(items),
            count: items,
            at: Item::new(0),
            down: true,
        }
    }

    pub fn mark(&mut self, item: Item) {
        self.count += usize::from(self.marked.insert(item));
    }

    /// The next marked item in the direction of the sweep; at its end the sweep turns.
    pub fn pop(&mut self) -> Option<Item> {
        if self.count == 0 {
            return None;
        }
        for _ in 0..3 {
            let found = if self.down {
                self.marked.first_from(self.at)
            } else {
                self.marked.last_before(self.at)
            };
            if let Some(found) = found {
                self.marked.remove(found);
                self.count -= 1;
                self.at = if self.down {
                    Item::new(found.index() + 1)
                } else {
                    found
                };
                return Some(found);
            }
            self.down = !self.down;
        }
        None
    }
}

/// Items that wait, each once, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    order: VecDeque<Item>,
    there: EntitySet<Item>,
}

impl Waiting {
    /// Adds an item at the end, unless it waits already.
    pub fn push(&mut self, item: Item) {
        if self.there.insert(item) {
            self.order.push_back(item);
        }
    }

    /// Adds an item in front.
    pub fn push_first(&mut self, item: Item) {
        if self.there.insert(item) {
            self.order.push_front(item);
        }
    }

    /// Takes the first.
    pub fn pop(&mut self) -> Option<Item> {
        let item = self.order.pop_front()?;
        self.there.remove(item);
        Some(item)
    }
}

/// Whether facts flow in both directions, or only from operands to results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flow {
    Both,
    Down,
}

impl<'a> Frame<'a> {
    pub fn new(shared: &mut Shared<'a>, func: FuncId, body: Rc<Body<'a>>, seeds: Seeds) -> Self {
        let ctx = shared.input.ctx;
        let nodes = body.node_count();
        let mut facts = Vec::with_capacity(nodes);
        let mut open = EntitySet::with_len(nodes);
        for node in (0..nodes).map(Node::new) {
            let constant = body.constant(node);
            let narrow = is_narrow(ctx, &body, node);
            facts.push(match constant {
                Some(constant) if is_undefined(ctx, constant) || !narrow => {
                    let solved = matches!(ctx.consts.get(constant), ConstData::Expr { .. });
                    if solved && can_learn(ctx, constant) {
                        shared.trees.empty()
                    } else {
                        shared.consts.tree(ctx, &mut shared.trees, constant)
                    }
                }
                _ if narrow => shared.trees.all(BaseType::Integer),
                _ => shared.trees.empty(),
            });
            if !narrow && constant.is_none_or(|constant| can_learn(ctx, constant)) {
                open.insert(node);
            }
        }
        let ints = crate::ints::known_ints(&shared.input, &body, &seeds.ints);
        let values = body.function.value_count();
        Self {
            func,
            work: Sweep::new(body.items.len()),
            log: Log::new(nodes, values),
            body,
            seeds,
            facts,
            ints,
            calls: IndexMap::new(),
            pending: Waiting::default(),
            hinted: false,
            open,
        }
    }

    /// Takes the types of values for all that there is to know, and leaves only calls of bodies to be visited.
    pub fn know_by_types(&mut self, shared: &mut Shared<'_>) {
        let body = Rc::clone(&self.body);
        let types = &shared.input.ctx.types;
        for value in body.function.values() {
            let base = BaseType::of_address_or_integer(types, body.function.ty(value));
            self.facts[Node::from(value).index()] = shared.trees.all(base);
        }
        self.work = Sweep::default();
        for item in body.items.keys() {
            if let ItemKind::Inst(inst) = body.items[item]
                && body.entered.contains(inst)
            {
                self.work.mark(item);
            }
        }
    }

    pub fn tree(&self, node: Node) -> TreeId {
        self.facts[node.index()]
    }
}

/// Integers below 16 bits can be no float and no pointer.
fn is_narrow(ctx: &Context, body: &Body<'_>, node: Node) -> bool {
    matches!(*ctx.types.get(body.ty(ctx, node)), TypeData::Int(bits) if bits < 16)
}

fn is_undefined(ctx: &Context, constant: ir::Const) -> bool {
    matches!(
        ctx.consts.get(constant),
        ConstData::Undef(_) | ConstData::Poison(_)
    )
}

/// Whether something can be learned about a constant: about memory behind globals and addresses in them.
fn can_learn(ctx: &Context, constant: ir::Const) -> bool {
    match ctx.consts.get(constant) {
        ConstData::Global(global) => {
            let strings = &ctx.globals[*global].strings;
            !strings.iter().any(|(kind, _)| &**kind == "enzyme_ta_norecur")
        }
        ConstData::Expr { op, operands, .. } => {
            let base = operands.first().map(|&base| ctx.consts.get(base));
            !matches!(
                (op, base),
                (ConstOp::Cast(_), Some(ConstData::Int { .. }))
                    | (ConstOp::Gep { .. }, Some(ConstData::Null(_)))
            )
        }
        ConstData::Opaque { kind, .. } => *kind == ir::OpaqueConst::Alias,
        _ => false,
    }
}

/// A visit of one item in one context.
pub(crate) struct Solver<'s, 'a> {
    pub shared: &'s mut Shared<'a>,
    pub frame: &'s mut Frame<'a>,
    pub body: &'s Body<'a>,
    pub flow: Flow,
    /// What is being visited.
    pub item: Option<Item>,
    /// Set when facts contradict each other.
    pub refuted: bool,
}

impl<'a> Solver<'_, 'a> {
    pub fn ctx(&self) -> &'a Context {
        self.shared.input.ctx
    }

    /// Whether facts flow from results to operands.
    pub fn up(&self) -> bool {
        self.flow == Flow::Both
    }

    pub fn tree(&self, node: Node) -> TreeId {
        self.frame.tree(node)
    }

    pub fn trees(&mut self) -> &mut Trees {
        &mut self.shared.trees
    }

    /// The type at the start of a node's value.
    pub fn inner0(&self, node: Node) -> BaseType {
        self.shared.trees.inner0(self.tree(node))
    }

    /// The type of every byte of a node's value.
    pub fn every(&self, node: Node) -> BaseType {
        self.shared.trees.get(self.tree(node)).get(&[EVERY])
    }

    /// The tree, or nothing where calculating it met a contradiction: that is reported where the facts themselves meet.
    pub fn or_nothing(&self, tree: Result<TreeId, TreeError>) -> TreeId {
        tree.unwrap_or(self.shared.trees.empty())
    }

    /// The size of a node's value in bytes; 0 if it has none that is fixed.
    pub fn size(&self, node: Node) -> u64 {
        let ctx = self.ctx();
        ctx.store_size_of(self.body.ty(ctx, node)).unwrap_or(0)
    }

    /// The integers that a node is known to take.
    pub fn ints(&self, node: Node) -> IntSet {
        let ctx = self.ctx();
        match (self.body.value(node), self.body.constant(node)) {
            (Some(value), _) => self.frame.ints[value].clone(),
            (None, Some(constant)) => {
                let value = ctx.consts.int_value(&ctx.types, constant);
                value
                    .and_then(|value| i64::try_from(value).ok())
                    .into_iter()
                    .collect()
            }
            (None, None) => IntSet::new(),
        }
    }

    /// The value of an integer constant.
    pub fn const_int(&self, node: Node) -> Option<i128> {
        let ctx = self.ctx();
        ctx.consts.int_value(&ctx.types, self.body.constant(node)?)
    }

    /// `{[-1]:base}` is known about a node.
    pub fn learn_all(&mut self, node: Node, base: BaseType, why: Why) {
        if base.is_known() {
            let tree = self.shared.trees.all(base);
            self.learn(node, tree, why);
        }
    }

    /// A pointer to these contents is known about a node.
    pub fn learn_pointer(&mut self, node: Node, contents: TreeId, why: Why) {
        self.warn_if_deep(contents);
        let tree = self.shared.trees.pointer_to(contents);
        let tree = self.or_nothing(tree);
        self.learn(node, tree, why);
    }

    /// Joins a tree into what is known about a node.
    pub fn learn(&mut self, node: Node, tree: TreeId, why: Why) {
        if tree == self.shared.trees.empty() || !self.frame.open.contains(node) || self.is_uncertain(node) {
            return;
        }
        let size = self.size(node);
        let trees = &mut self.shared.trees;
        let tree = match trees.canonicalize(tree, size) {
            Ok(tree) => tree,
            Err(_) => {
                let inside = trees.shift(tree, Window::first(size));
                inside.unwrap_or(trees.empty())
            }
        };
        let known = self.frame.facts[node.index()];
        match trees.or(known, tree) {
            Ok(both) if both == known => {}
            Ok(both) => {
                let both = self.restrict_global(node, both);
                if both != known {
                    self.set(node, both, why);
                }
            }
            Err(error) => {
                self.contradict(node, tree, why, error);
                let both = self.shared.trees.or_stronger(known, tree);
                if both != known && self.up() {
                    self.set(node, both, why);
                }
            }
        }
    }

    fn set(&mut self, node: Node, tree: TreeId, why: Why) {
        self.frame.facts[node.index()] = tree;
        let cause = self.cause();
        self.frame.log.push(node, tree, cause, why);
        self.mark_around(node);
    }

    pub fn cause(&self) -> Cause {
        match self.item.map(|item| self.body.items[item]) {
            Some(ItemKind::Inst(inst)) => Cause::Inst(inst),
            Some(ItemKind::Expr(..)) => Cause::Constant,
            None => Cause::Seed,
        }
    }

    /// Marks what reads or defines a node.
    pub fn mark_around(&mut self, node: Node) {
        let work = &mut self.frame.work;
        if let Some(item) = self.body.def_item(node) {
            work.mark(item);
        }
        for &item in self.body.expr_uses(node) {
            work.mark(item);
        }
        let Some(value) = self.body.value(node) else {
            return;
        };
        let function = self.body.function;
        for &(user, _) in self.body.uses.of_value(value) {
            if let Some(item) = self.body.inst_items[user] {
                work.mark(item);
            }
            // Phis look through additions at what is added.
            if let (Op::Binary(_), Some(sum)) = (&function.inst(user).op, function.inst(user).result) {
                for &(phi, _) in self.body.uses.of_value(sum) {
                    if let (Op::Phi, Some(item)) = (&function.inst(phi).op, self.body.inst_items[phi]) {
                        work.mark(item);
                    }
                }
            }
        }
    }

    /// What is behind the end of a global variable is not its contents.
    fn restrict_global(&mut self, node: Node, tree: TreeId) -> TreeId {
        let ctx = self.ctx();
        let Some(constant) = self.body.constant(node) else {
            return tree;
        };
        let ConstData::Global(global) = ctx.consts.get(constant) else {
            return tree;
        };
        let Some(size) = ctx.store_size_of(ctx.globals[*global].ty) else {
            return tree;
        };
        let trees = &mut self.shared.trees;
        let inside = trees
            .lookup(tree, size)
            .and_then(|inside| trees.pointer_to(inside));
        inside.unwrap_or(tree)
    }

    /// Without strict aliasing a fact counts only if what it comes from is certain to be executed when the node is.
    fn is_uncertain(&self, node: Node) -> bool {
        let Some(post) = &self.body.post_dominators else {
            return false;
        };
        let function = self.body.function;
        let Some(ItemKind::Inst(origin)) = self.item.map(|item| self.body.items[item]) else {
            return false;
        };
        let Some(place) = self.body.block_of(node) else {
            return false;
        };
        let from = function.inst(origin).block;
        let certain = |place| from == place || post.post_dominates(from, place);
        if certain(place) {
            return false;
        }
        // A local variable matters only where it is used.
        let is_alloca = self
            .body
            .def_inst(node)
            .is_some_and(|def| matches!(function.inst(def).op, Op::Alloca { .. }));
        let used_here = self.body.value(node).is_some_and(|value| {
            let mut uses = self.body.uses.of_value(value).iter();
            uses.all(|&(user, _)| certain(function.inst(user).block))
        });
        !(is_alloca && used_here)
    }

    fn contradict(&mut self, node: Node, added: TreeId, why: Why, error: TreeError) {
        self.refuted = true;
        if self.flow == Flow::Down {
            return;
        }
        if self.shared.contradictions.len() >= MAX_CONTRADICTIONS {
            return;
        }
        let (func, value, cause) = (self.frame.func, self.body.value(node), self.cause());
        let same = |other: &Contradiction| {
            // Once a value has contradicted itself, whatever meets it may do so again, the other way round.
            let bases = |one: &TreeError| match one {
                TreeError::Conflict { old, new, .. } => Some((*old.min(new), *old.max(new))),
                _ => None,
            };
            let again = value.is_some() && bases(&other.error) == bases(&error);
            let place = other.func == func && other.value == value;
            place && (again || other.cause == cause && other.error == error)
        };
        // The reasons are looked for only where they are new: a value may be met again and again.
        if self.shared.contradictions.iter().any(same) {
            return;
        }
        let trees = &self.shared.trees;
        let (path, old, new) = match &error {
            TreeError::Conflict { path, old, new } => (path.clone(), *old, *new),
            TreeError::NotPointer { path, found } => (path.clone(), *found, *found),
            _ => Default::default(),
        };
        let log = &self.frame.log;
        let found = Contradiction {
            func,
            value,
            known: trees.get(self.tree(node)).clone(),
            added: trees.get(added).clone(),
            cause,
            why: why.text,
            known_because: log.chain(trees, node, &path, old),
            added_because: why
                .from
                .map_or_else(Vec::new, |from| log.origin(trees, from, new)),
            error,
        };
        self.shared.contradictions.push(found);
    }

    /// Notes that facts are left out, once for each function: lists and trees reach any limit, at every access.
    fn warn_if_deep(&mut self, contents: TreeId) {
        let shared = &mut *self.shared;
        let limit = shared.input.options.max_depth;
        let tree: &TypeTree = shared.trees.get(contents);
        let here = self.frame.func;
        if shared.input.options.warnings && tree.depth() >= limit {
            let is_same =
                |known: &TypeWarning| matches!(known, TypeWarning::TooDeep { func, .. } if *func == here);
            if shared.warnings.iter().any(is_same) {
                return;
            }
            shared.warnings.insert(TypeWarning::TooDeep {
                func: here,
                inst: self.item.and_then(|item| match self.body.items[item] {
                    ItemKind::Inst(inst) => Some(inst),
                    ItemKind::Expr(..) => None,
                }),
                limit,
                tree: tree.to_string(),
            });
        }
    }
}
