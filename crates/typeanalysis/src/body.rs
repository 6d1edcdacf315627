//! What the analysis needs to know about a function's shape: order, uses, loops, and the constants that its instructions lead to.
//!
//! Constant expressions and globals take part in the analysis like instructions, but not all of them are values of the function (the
//! base of a constant address need not be an operand). So facts are kept for [`Node`]s: the function's values, then the constants that
//! are reached through constant expressions only.

use std::rc::Rc;

use indexmap::IndexMap;
use ir::graph::{Callee, Cfg, Dominators, Inductions, Loop, Loops, PostDominators, TripCount, trip_counts};
use ir::{
    Block, Const, ConstData, Context, Entity, EntitySet, EntityVec, FuncId, Function, Inst, Op, Type, Uses,
    Value, ValueDef,
};

use rustc_hash::FxBuildHasher;

use crate::base::BaseType;
use crate::integral::Integral;

/// A map in order of insertion, with a fast hash: its keys are small numbers.
pub(crate) type FxIndexMap<K, V> = IndexMap<K, V, FxBuildHasher>;

ir::entity! {
    /// A value of the function, or a constant behind one.
    Node, "node"
}

ir::entity! {
    /// Something whose transfer function is applied: an instruction, or a constant expression.
    Item, "item"
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::new(value.index())
    }
}

/// What an [`Item`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ItemKind {
    /// An instruction.
    Inst(Inst),
    /// A constant expression.
    Expr(Node, Const),
}

/// A function with its shape.
pub(crate) struct Body<'a> {
    pub function: &'a Function,
    pub cfg: Cfg,
    pub dominators: Dominators,
    pub loops: Loops,
    pub inductions: Inductions,
    pub trips: EntityVec<Loop, Option<TripCount>>,
    pub uses: Uses,
    /// Which integers can be nothing else.
    pub integral: Rc<Integral>,
    /// For analyses that believe only what is certain to be executed.
    pub post_dominators: Option<PostDominators>,
    /// Items in the order in which facts flow down: constant expressions, operands first, then instructions in reverse post-order.
    pub items: EntityVec<Item, ItemKind>,
    /// The item of each instruction that is analyzed.
    pub inst_items: EntityVec<Inst, Option<Item>>,
    /// The calls that are understood through the bodies of their callees.
    pub entered: EntitySet<Inst>,
    /// The accesses to numbers of container headers, with what these are.
    pub headers: FxIndexMap<Inst, BaseType>,
    /// The constants among the nodes, values of the function included.
    consts: FxIndexMap<Const, Node>,
    hidden: Vec<Const>,
    /// The expressions that use a constant, and the item that a constant expression is.
    expr_uses: FxIndexMap<Node, Vec<Item>>,
    expr_items: FxIndexMap<Node, Item>,
    order: EntityVec<Inst, u32>,
}

impl<'a> Body<'a> {
    pub fn of(ctx: &Context, function: &'a Function, integral: Rc<Integral>, strict_aliasing: bool) -> Self {
        let cfg = Cfg::of(function);
        let dominators = Dominators::of(&cfg);
        let loops = Loops::of(&cfg, &dominators);
        let inductions = Inductions::of(ctx, function, &cfg, &loops);
        let trips = trip_counts(ir::graph::LoopFacts {
            ctx,
            function,
            cfg: &cfg,
            dominators: &dominators,
            loops: &loops,
            inductions: &inductions,
        });
        let post_dominators = (!strict_aliasing).then(|| PostDominators::of(&cfg));
        let mut body = Self {
            function,
            cfg,
            dominators,
            loops,
            inductions,
            trips,
            uses: Uses::of(function),
            integral,
            post_dominators,
            items: EntityVec::new(),
            inst_items: EntityVec::filled(function.inst_count(), None),
            entered: EntitySet::new(),
            headers: FxIndexMap::default(),
            consts: FxIndexMap::default(),
            hidden: Vec::new(),
            expr_uses: FxIndexMap::default(),
            expr_items: FxIndexMap::default(),
            order: EntityVec::filled(function.inst_count(), 0),
        };
        body.number(ctx);
        body
    }

    /// Numbers the items.
    fn number(&mut self, ctx: &Context) {
        for (constant, value) in self.function.constants() {
            self.consts.insert(constant, value.into());
        }
        for at in 0..self.consts.len() {
            self.add_expr(ctx, at);
        }
        // Nothing is learned from blocks in which the program ends.
        let doomed = doomed(self.function, &self.cfg);
        let blocks: Vec<Block> = self.cfg.order().to_vec();
        for block in blocks {
            for (position, &inst) in self.function.insts(block).iter().enumerate() {
                self.order[inst] = position as u32;
                if let Some(number) = crate::headers::number(ctx, self.function, inst) {
                    self.headers.insert(inst, number);
                }
                if !doomed.contains(block) {
                    self.inst_items[inst] = Some(self.items.push(ItemKind::Inst(inst)));
                }
            }
        }
    }

    /// Makes an item of a constant expression and of those below it, operands first.
    fn add_expr(&mut self, ctx: &Context, at: usize) {
        let Some((&constant, &node)) = self.consts.get_index(at) else {
            return;
        };
        let ConstData::Expr { operands, .. } = ctx.consts.get(constant) else {
            return;
        };
        if self.expr_items.contains_key(&node) {
            return;
        }
        for &operand in operands {
            let next = Node::new(self.function.value_count() + self.hidden.len());
            let entry = self.consts.entry(operand);
            let index = entry.index();
            let known = *entry.or_insert(next);
            if known == next {
                self.hidden.push(operand);
            }
            self.add_expr(ctx, index);
        }
        let item = self.items.push(ItemKind::Expr(node, constant));
        self.expr_items.insert(node, item);
        for operand in operands {
            if let Some(&operand) = self.consts.get(operand) {
                self.expr_uses.entry(operand).or_default().push(item);
            }
        }
    }

    /// The number of nodes.
    pub fn node_count(&self) -> usize {
        self.function.value_count() + self.hidden.len()
    }

    /// The value that a node is.
    pub fn value(&self, node: Node) -> Option<Value> {
        (node.index() < self.function.value_count()).then(|| Value::new(node.index()))
    }

    /// The constant that a node is.
    pub fn constant(&self, node: Node) -> Option<Const> {
        match self.value(node) {
            Some(value) => self.function.as_const(value),
            None => self
                .hidden
                .get(node.index() - self.function.value_count())
                .copied(),
        }
    }

    /// The node of a constant that is a value or behind one.
    pub fn const_node(&self, constant: Const) -> Option<Node> {
        self.consts.get(&constant).copied()
    }

    /// The type of a node.
    pub fn ty(&self, ctx: &Context, node: Node) -> Type {
        match (self.value(node), self.constant(node)) {
            (Some(value), _) => self.function.ty(value),
            (None, Some(constant)) => ctx.const_type(constant),
            (None, None) => ctx.types.void(),
        }
    }

    /// The instruction that defines a node.
    pub fn def_inst(&self, node: Node) -> Option<Inst> {
        self.value(node).and_then(|value| self.function.def_inst(value))
    }

    /// The item that defines a node.
    pub fn def_item(&self, node: Node) -> Option<Item> {
        match self.def_inst(node) {
            Some(inst) => self.inst_items[inst],
            None => self.expr_items.get(&node).copied(),
        }
    }

    /// The constant expressions that use a node.
    pub fn expr_uses(&self, node: Node) -> &[Item] {
        self.expr_uses.get(&node).map_or(&[], Vec::as_slice)
    }

    /// Whether `first` is executed before `second` whenever `second` is.
    pub fn comes_before(&self, first: Inst, second: Inst) -> bool {
        let (from, to) = (self.function.inst(first).block, self.function.inst(second).block);
        if from == to {
            self.order[first] < self.order[second]
        } else {
            self.dominators.dominates(from, to)
        }
    }

    /// The block in which a node is known: that of its instruction, the entry for parameters, none for constants.
    pub fn block_of(&self, node: Node) -> Option<Block> {
        let value = self.value(node)?;
        match self.function.value(value).def {
            ValueDef::Inst(inst) => Some(self.function.inst(inst).block),
            ValueDef::Param(_) => Some(self.cfg.entry()),
            ValueDef::Const(_) => None,
        }
    }

    /// The function that a call calls, if it is known.
    pub fn callee(&self, ctx: &Context, inst: Inst) -> Option<FuncId> {
        Callee::of(ctx, self.function, inst)?.func()
    }

    /// The name by which the callee's meaning is known: attribute `enzyme_math` of the call or of the function, else its symbol.
    pub fn callee_name<'c>(&self, ctx: &'c Context, inst: Inst) -> Option<&'c str> {
        let info = self.function.inst(inst).op.call_info()?;
        let decl = &ctx.funcs[self.callee(ctx, inst)?];
        let renamed = [info.attrs, decl.attrs]
            .into_iter()
            .find_map(|attrs| ctx.attrs(attrs).string("enzyme_math"));
        Some(renamed.unwrap_or(&decl.name))
    }
}

/// The blocks from which every path ends in `unreachable`. If the entry is one, none are: then there would be nothing to say.
fn doomed(function: &Function, cfg: &Cfg) -> EntitySet<Block> {
    let mut doomed = EntitySet::with_len(function.block_count());
    let ends = |block: Block| {
        let last = function.terminator(block).map(|inst| &function.inst(inst).op);
        matches!(last, Some(Op::Unreachable))
    };
    let mut todo: Vec<Block> = cfg.order().iter().copied().filter(|&block| ends(block)).collect();
    for &block in &todo {
        doomed.insert(block);
    }
    while let Some(block) = todo.pop() {
        for &pred in cfg.preds(block) {
            let all = cfg.succs(pred).iter().all(|&succ| doomed.contains(succ));
            if all && doomed.insert(pred) {
                todo.push(pred);
            }
        }
    }
    if cfg.order().first().is_some_and(|&entry| doomed.contains(entry)) {
        return EntitySet::new();
    }
    doomed
}
