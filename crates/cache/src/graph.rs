//! The graph that is cut: nodes, what each costs, and what recomputing one reads.
//!
//! It has the demanded nodes and, transitively, the operands of those that can be recomputed. An operand of a node belongs to the
//! node's scope or one around it, since values leave loops only through phis, which are not recomputed. So it has one value for each
//! time that the node has one, and can be read wherever the node is recomputed.
//!
//! A chain of recomputations is at most [`DEEPEST`] long: the reverse of each block computes what it reads anew, and without a limit a
//! chain through many blocks would be computed in each of them from its start.

use indexmap::IndexMap;
use ir::graph::{Loop, Recurrence};
use ir::{Block, Inst, InstData, Op, TypeData, Value, ValueDef};
use rules::{CallKind, Resolver};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::carried::carried;
use crate::choice::choice_test;
use crate::demand::pointee_type;
use crate::error::PlanError;
use crate::marks::Mark;
use crate::node::{Node, Recipe};
use crate::overwrite::Overwrites;
use crate::plan::{Mode, PlanInput};
use crate::price;
use crate::refill::Refills;
use crate::shape::Shape;

/// The longest chain of recomputations.
const DEEPEST: u32 = 64;
/// The longest chain of arithmetic that is computed where the primal may not have computed it.
const SPECULATED: u32 = 6;

/// What can be done for a node.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Options {
    /// It is there.
    Free,
    /// It must be stored, because of this.
    Store(&'static str),
    /// It can be stored or recomputed. Boxed, because most tables have many nodes and few questions.
    Recompute(Box<Recomputed>),
}

/// How a node is recomputed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Recomputed {
    pub(crate) recipe: Recipe,
    pub(crate) operands: SmallVec<[Node; 3]>,
    /// Once.
    pub(crate) cost: f64,
}

/// A node of the graph.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Vertex {
    pub(crate) options: Options,
    /// Bytes of all lanes.
    pub(crate) bytes: u64,
    pub(crate) scope: Option<Loop>,
    pub(crate) executions: f64,
    /// The price of storing it, once.
    pub(crate) weight: f64,
}

/// The graph.
#[derive(Default, Debug)]
pub(crate) struct Graph {
    pub(crate) vertices: IndexMap<Node, Vertex, FxBuildHasher>,
    /// How many of the first vertices are demanded.
    pub(crate) demanded: usize,
    /// The operands of each vertex by their positions, in compressed rows.
    starts: Vec<u32>,
    operands: Vec<u32>,
}

/// What is known about nodes.
pub(crate) struct Nodes<'a> {
    pub(crate) input: &'a PlanInput<'a>,
    pub(crate) resolver: &'a Resolver<'a>,
    pub(crate) overwrites: &'a Overwrites<'a>,
    pub(crate) refills: &'a Refills<'a>,
}

impl Graph {
    /// The graph for some demanded nodes.
    ///
    /// # Errors
    /// Nodes whose size is not known.
    pub(crate) fn of(
        nodes: &Nodes<'_>,
        demanded: impl IntoIterator<Item = Node>,
    ) -> Result<Self, Vec<PlanError>> {
        let mut graph = Self::default();
        let mut errors = Vec::new();
        let mut add = |graph: &mut Self, node: Node| {
            if graph.vertices.contains_key(&node) {
                return;
            }
            match nodes.vertex(node) {
                Ok(vertex) => {
                    graph.vertices.insert(node, vertex);
                }
                Err(error) => errors.push(error),
            }
        };
        demanded.into_iter().for_each(|node| add(&mut graph, node));
        graph.demanded = graph.vertices.len();
        let mut next = 0;
        while next < graph.vertices.len() {
            let operands: SmallVec<[Node; 3]> = match &graph.vertices[next].options {
                Options::Recompute(recomputed) => recomputed.operands.clone(),
                _ => SmallVec::new(),
            };
            operands.into_iter().for_each(|node| add(&mut graph, node));
            next += 1;
        }
        graph.link();
        graph.limit_depth();
        match errors.is_empty() {
            true => Ok(graph),
            false => Err(errors),
        }
    }

    /// Looks up the operands of all vertices.
    pub(crate) fn link(&mut self) {
        self.starts = vec![0];
        self.operands.clear();
        for vertex in self.vertices.values() {
            if let Options::Recompute(recomputed) = &vertex.options {
                let index = |node| self.vertices.get_index_of(node).map(|index| index as u32);
                self.operands.extend(recomputed.operands.iter().filter_map(index));
            }
            self.starts.push(self.operands.len() as u32);
        }
    }

    /// The operands of a node that can be recomputed, by their positions.
    pub(crate) fn operands(&self, at: usize) -> &[u32] {
        match &self.vertices[at].options {
            Options::Recompute(_) => &self.operands[self.starts[at] as usize..self.starts[at + 1] as usize],
            _ => &[],
        }
    }

    /// Lets each node that is stored in the frame bear the price of the frame.
    pub(crate) fn raise_frame_prices(&mut self) {
        for vertex in self.vertices.values_mut() {
            if vertex.scope.is_none() {
                vertex.weight += price::FRAME;
            }
        }
    }

    /// Takes away the possibility of recomputing where chains get too long.
    fn limit_depth(&mut self) {
        const UNKNOWN: u32 = u32::MAX;
        let mut depth = vec![UNKNOWN; self.vertices.len()];
        let mut stack: Vec<(usize, usize)> = Vec::new();
        for start in 0..self.vertices.len() {
            stack.push((start, 0));
            while let Some((at, done)) = stack.pop() {
                if depth[at] != UNKNOWN {
                    continue;
                }
                if let Some(&operand) = self.operands(at).get(done) {
                    stack.push((at, done + 1));
                    if depth[operand as usize] == UNKNOWN {
                        stack.push((operand as usize, 0));
                    }
                    continue;
                }
                let below = self
                    .operands(at)
                    .iter()
                    .map(|&operand| depth[operand as usize])
                    .max();
                depth[at] = match &self.vertices[at].options {
                    Options::Recompute(_) => below.map_or(1, |below| below + 1),
                    _ => 0,
                };
                if depth[at] > DEEPEST {
                    depth[at] = 0;
                    self.vertices[at].options =
                        Options::Store("a longer chain of recomputations is not worth it");
                }
            }
        }
    }
}

impl Nodes<'_> {
    fn shape(&self) -> &Shape {
        self.input.shape
    }

    fn data(&self, inst: Inst) -> &InstData {
        self.input.function.inst(inst)
    }

    /// The scope in which a node has one value.
    pub(crate) fn scope(&self, node: Node) -> Option<Loop> {
        match node {
            Node::Primal(value) | Node::Shadow(value) => self.shape().scope_of(self.input.function, value),
            Node::Choice(block) => self.shape().scope(block),
            Node::Count(current) => self.shape().parent(current),
            Node::Pointee { call, .. } => self.shape().scope(self.data(call).block),
            // These are placed with their nests.
            Node::Base(_) | Node::Extent(_) | Node::Word(_) => None,
        }
    }

    /// Whether the reverse sweep has a node without storing or computing anything.
    pub(crate) fn is_free(&self, node: Node) -> bool {
        self.options(node) == Options::Free
    }

    fn vertex(&self, node: Node) -> Result<Vertex, PlanError> {
        let scope = self.scope(node);
        let options = self.options(node);
        let bytes = match options {
            Options::Free => 0,
            _ => self.bytes(node)?,
        };
        let in_register = scope.is_none() && self.input.mode == Mode::Combined;
        let avoided = match (node, &options) {
            (Node::Primal(value), Options::Recompute(_)) => {
                matches!(self.mark(value), Some(Mark::Recompute | Mark::NoCache))
            }
            _ => false,
        };
        let weight = match (node, &options) {
            _ if avoided => price::AVOIDED,
            (Node::Count(_), Options::Recompute(_)) => {
                price::storing(bytes, in_register) + price::HIDDEN_COUNT
            }
            _ => price::storing(bytes, in_register),
        };
        Ok(Vertex {
            options,
            bytes,
            scope,
            executions: self.shape().frequency(scope),
            weight,
        })
    }

    /// What the user says of a value.
    fn mark(&self, value: Value) -> Option<Mark> {
        let inst = self.input.function.def_inst(value)?;
        Mark::of(self.input.ctx, self.input.function, inst)
    }

    /// The bytes of all lanes of a node, as it is stored.
    fn bytes(&self, node: Node) -> Result<u64, PlanError> {
        let ctx = self.input.ctx;
        let of_value = |value: Value| {
            let inst = self.input.function.def_inst(value);
            let ty = self.input.function.ty(value);
            ctx.size_of(ty).ok_or(PlanError::ScalableVector { inst })
        };
        match node {
            Node::Primal(value) => of_value(value),
            Node::Shadow(value) => Ok(of_value(value)? * u64::from(self.input.width)),
            Node::Choice(block) => Ok(if self.shape().cfg.preds(block).len() <= 256 {
                1
            } else {
                4
            }),
            Node::Pointee { call, argument, .. } => {
                let ty = pointee_type(self.input, self.resolver, call, argument);
                ctx.size_of(ty)
                    .ok_or(PlanError::ScalableVector { inst: Some(call) })
            }
            Node::Count(_) | Node::Extent(_) => Ok(8),
            Node::Base(_) => Ok(ctx.layout.pointer_size(0)),
            Node::Word(_) => Ok(1),
        }
    }

    fn options(&self, node: Node) -> Options {
        match node {
            Node::Primal(value) => self.primal(value),
            Node::Shadow(value) => self.shadow(value),
            Node::Choice(block) => self.choice(block),
            Node::Count(current) => self.count(current),
            Node::Pointee { .. } => Options::Store("a function wrote it to memory"),
            Node::Base(_) | Node::Extent(_) | Node::Word(_) => Options::Store("the tape itself needs it"),
        }
    }

    fn primal(&self, value: Value) -> Options {
        let inst = match self.input.function.value(value).def {
            ValueDef::Const(_) => return Options::Free,
            ValueDef::Param(_) => return self.param(value),
            ValueDef::Inst(inst) => inst,
        };
        let data = self.data(inst);
        match data.op {
            Op::Load(_) if self.mark(value) == Some(Mark::Store) => {
                Options::Store("it is marked enzyme_mustcache")
            }
            Op::Call(info) if info.bundle_operands == 0 && self.mark(value) == Some(Mark::Recompute) => {
                let operands = data.operands.iter().map(|&operand| Node::Primal(operand));
                self.recompute(
                    Node::Primal(value),
                    Recipe::Repeat(inst),
                    operands.collect(),
                    price::RELOAD,
                )
            }
            Op::Alloca { .. } => self.alloca(data),
            Op::Phi => self.phi(inst, Node::Primal),
            Op::Load(_) => self.load(inst, Node::Primal(data.operands[0])),
            Op::Freeze => Options::Store("frozen poison may be another number each time"),
            _ => {
                let entry = match self.resolver.call(self.input.function, inst) {
                    Some(CallKind::Rule(entry)) => Some(entry),
                    _ => None,
                };
                match price::repeating(self.input.ctx, self.input.function, inst, entry) {
                    Some(cost) => {
                        let operands = data.operands.iter().map(|&operand| Node::Primal(operand));
                        self.recompute(
                            Node::Primal(value),
                            Recipe::Repeat(inst),
                            operands.collect(),
                            cost,
                        )
                    }
                    None => Options::Store("it cannot be computed twice"),
                }
            }
        }
    }

    /// In split mode integers and pointers are passed again.
    fn param(&self, value: Value) -> Options {
        let types = &self.input.ctx.types;
        let passed = match types.get(types.scalar(self.input.function.ty(value))) {
            TypeData::Ptr(_) | TypeData::Int(_) => true,
            _ => self.input.mode == Mode::Combined,
        };
        match passed {
            true => Options::Free,
            false => Options::Store("a parameter that the reverse function does not get"),
        }
    }

    fn alloca(&self, data: &InstData) -> Options {
        let at_entry = data.block == self.input.function.entry();
        match at_entry && self.input.mode == Mode::Combined {
            true => Options::Free,
            false => Options::Store("memory that is made at run time"),
        }
    }

    fn load(&self, inst: Inst, address: Node) -> Options {
        if !self.overwrites.is_repeatable(inst) {
            if let (Node::Primal(_), Some(result)) = (address, self.data(inst).result)
                && let Some(filling) = self.refills.of(inst)
            {
                let (operands, cost) = (filling.operands(), filling.cost());
                let recipe = Recipe::Refill(Box::new(filling));
                return self.recompute(Node::Primal(result), recipe, operands, cost);
            }
            return Options::Store("the memory that it is loaded from may be overwritten");
        }
        let (node, lanes) = match (address, self.data(inst).result) {
            (Node::Shadow(_), Some(result)) => (Node::Shadow(result), self.input.width),
            (_, Some(result)) => (Node::Primal(result), 1),
            _ => return Options::Free,
        };
        let operands = SmallVec::from_slice(&[address]);
        self.recompute(
            node,
            Recipe::Repeat(inst),
            operands,
            price::RELOAD * f64::from(lanes),
        )
    }

    /// A phi, or its shadow; `of` makes nodes from values.
    fn phi(&self, inst: Inst, of: fn(Value) -> Node) -> Options {
        let data = self.data(inst);
        let Some(result) = data.result else {
            return Options::Free;
        };
        if self.shape().loops.with_header(data.block).is_some() {
            return self.recurrence(data, of);
        }
        if let Some(found) = self.leaving(data) {
            return self.last(result, found, of);
        }
        let known = |&value: &Value| self.is_computable_at(value, data.block, SPECULATED);
        if !data.operands.iter().all(known) {
            return Options::Store("its incoming values are computed on different ways");
        }
        let first = data.operands[0];
        if data.operands.iter().all(|&value| value == first) {
            let same = of(first);
            return self.recompute(of(result), Recipe::Same(same), SmallVec::from_slice(&[same]), 0.0);
        }
        let mut operands: SmallVec<[Node; 3]> = SmallVec::from_slice(&[Node::Choice(data.block)]);
        operands.extend(data.operands.iter().map(|&value| of(value)));
        let cost = price::MERGE * (data.operands.len() - 1) as f64;
        self.recompute(of(result), Recipe::Merge(data.block), operands, cost)
    }

    /// Whether a value can be computed whenever a block is entered, also where the primal has not: from values that are known there, by
    /// arithmetic that is never undefined.
    fn is_computable_at(&self, value: Value, block: Block, depth: u32) -> bool {
        if self.is_known_at(value, block) {
            return true;
        }
        let Some(inst) = self.input.function.def_inst(value).filter(|_| depth > 0) else {
            return false;
        };
        let data = self.data(inst);
        if data.block == block || self.shape().scope(data.block) != self.shape().scope(block) {
            return false;
        }
        let operands = || data.operands.iter();
        match data.op {
            Op::Phi => self.leaving(data).is_some_and(|found| {
                let count = self.shape().exact_count(found.of);
                let counted = count.into_iter().flat_map(|count| count.backedges.values());
                let terms = found.start.terms.iter().chain(&found.step.terms);
                let mut values = terms.map(|term| term.0).chain(counted);
                values.all(|value| self.is_computable_at(value, block, depth - 1))
            }),
            Op::Binary(op) if !price::may_trap(op) => {
                operands().all(|&value| self.is_computable_at(value, block, depth - 1))
            }
            Op::ICmp(_) | Op::Gep { .. } | Op::Cast(_) | Op::Select => {
                operands().all(|&value| self.is_computable_at(value, block, depth - 1))
            }
            _ => false,
        }
    }

    /// What a phi of an exit takes from the last iteration of a loop, if that is a recurrence of it.
    fn leaving(&self, data: &InstData) -> Option<&Recurrence> {
        let (&[value], &[from]) = (data.operands.as_slice(), data.targets.as_slice()) else {
            return None;
        };
        let found = self.shape().inductions.get(value)?;
        let scope = self.shape().scope(data.block);
        let leaves = self.shape().scope(from) == Some(found.of) && self.shape().parent(found.of) == scope;
        leaves.then_some(found)
    }

    /// Whether a value is computed whenever a block is entered, in the block's scope or around it.
    fn is_known_at(&self, value: Value, block: Block) -> bool {
        let Some(inst) = self.input.function.def_inst(value) else {
            return true;
        };
        let at = self.data(inst).block;
        at != block
            && self.shape().dominators.dominates(at, block)
            && self
                .shape()
                .is_within(self.shape().scope(block), self.shape().scope(at))
    }

    fn recurrence(&self, data: &InstData, of: fn(Value) -> Node) -> Options {
        let inductions = &self.shape().inductions;
        let found = data.result.and_then(|result| match inductions.get(result) {
            Some(found) => Some((result, found.of, &found.step, None)),
            None => {
                let found = inductions.quadratic(result)?;
                Some((result, found.of, &found.step, Some(&found.change)))
            }
        });
        let current = self.shape().loops.with_header(data.block);
        let outside =
            |from: Block| !current.is_some_and(|current| self.shape().loops.contains(current, from));
        let start = data
            .incoming()
            .find(|&(from, _)| outside(from))
            .map(|(_, value)| value);
        let (Some((result, current, step, change)), Some(start)) = (found, start) else {
            return self.carried(data, of);
        };
        let mut operands: SmallVec<[Node; 3]> = SmallVec::from_slice(&[of(start)]);
        let terms = step
            .terms
            .iter()
            .chain(change.iter().flat_map(|change| &change.terms));
        operands.extend(terms.map(|&(value, _)| Node::Primal(value)));
        let cost = match change {
            Some(_) => 3.0 * price::RECURRENCE,
            None => price::RECURRENCE,
        };
        let recipe = Recipe::Recurrence {
            of: current,
            start: of(start),
            step: step.clone(),
            change: change.cloned(),
        };
        self.recompute(of(result), recipe, operands, cost)
    }

    /// A phi that may have what was loaded in an iteration before.
    fn carried(&self, data: &InstData, of: fn(Value) -> Node) -> Options {
        let node = data.result.map(of);
        let found = node.filter(|node| matches!(node, Node::Primal(_))).zip(carried(
            self.input,
            self.overwrites,
            data,
        ));
        let Some((node, found)) = found else {
            return Options::Store("it changes from iteration to iteration");
        };
        let terms = found.step.terms.iter().map(|term| term.0);
        let operands = std::iter::once(found.start).chain(terms).map(Node::Primal);
        let (operands, cost) = (operands.collect(), price::RECURRENCE + price::RELOAD);
        self.recompute(node, Recipe::Carried(Box::new(found)), operands, cost)
    }

    /// What a recurrence was when its loop was left.
    fn last(&self, result: Value, found: &Recurrence, of: fn(Value) -> Node) -> Options {
        let is_ptr = |value: Value| self.input.ctx.types.is_ptr(self.input.function.ty(value));
        let mut rest = found.start.clone();
        let mut base = None;
        if is_ptr(result) {
            let address = rest
                .terms
                .iter()
                .position(|&(value, factor)| is_ptr(value) && factor == 1);
            let Some(address) = address else {
                return Options::Store("what address it is computed from is not known");
            };
            base = Some(of(rest.terms.remove(address).0));
        }
        let terms = rest.terms.iter().chain(&found.step.terms);
        if terms.clone().any(|term| is_ptr(term.0)) {
            return Options::Store("it is computed from the numbers of addresses");
        }
        let mut operands: SmallVec<[Node; 3]> = base.into_iter().collect();
        operands.extend(terms.map(|term| Node::Primal(term.0)));
        operands.push(Node::Count(found.of));
        let recipe = Recipe::Last {
            of: found.of,
            base,
            rest,
            step: found.step.clone(),
        };
        self.recompute(of(result), recipe, operands, price::RECURRENCE)
    }

    fn shadow(&self, value: Value) -> Options {
        let function = self.input.function;
        let inst = match function.value(value).def {
            ValueDef::Const(_) => return Options::Free,
            _ if !self.input.facts.active(value) => {
                let primal = Node::Primal(value);
                let operands = SmallVec::from_slice(&[primal]);
                return self.recompute(Node::Shadow(value), Recipe::Same(primal), operands, 0.0);
            }
            ValueDef::Param(_) => return self.param(value),
            ValueDef::Inst(inst) => inst,
        };
        let data = self.data(inst);
        match data.op {
            Op::Alloca { .. } => self.alloca(data),
            Op::Phi => self.phi(inst, Node::Shadow),
            Op::Load(_) => self.load(inst, Node::Shadow(data.operands[0])),
            Op::Gep { .. }
            | Op::Cast(_)
            | Op::Select
            | Op::ExtractElement
            | Op::InsertElement
            | Op::ExtractValue(_)
            | Op::InsertValue(_)
            | Op::Shuffle(_) => {
                let cost = price::repeating(self.input.ctx, function, inst, None).unwrap_or(1.0);
                let operands = shadow_operands(data);
                let cost = cost * f64::from(self.input.width);
                self.recompute(Node::Shadow(value), Recipe::Repeat(inst), operands, cost)
            }
            _ => Options::Store("its shadow is made where it is computed"),
        }
    }

    fn choice(&self, block: Block) -> Options {
        match choice_test(self.input.function, self.shape(), block) {
            Some(test) => {
                let operands: SmallVec<[Node; 3]> = test.conditions().into_iter().collect();
                let cost = 0.5 * operands.len() as f64;
                self.recompute(Node::Choice(block), Recipe::Test(test), operands, cost)
            }
            None => Options::Store("no condition says how the block was entered"),
        }
    }

    fn count(&self, current: Loop) -> Options {
        let Some(count) = self.shape().exact_count(current) else {
            return Options::Store("the number of iterations is known only when the loop is left");
        };
        let operands = count.backedges.values().map(Node::Primal).collect();
        let cost = match operands {
            ref none if SmallVec::is_empty(none) => 0.0,
            _ => price::TRIP_COUNT,
        };
        self.recompute(Node::Count(current), Recipe::TripCount(current), operands, cost)
    }

    /// A node that can be recomputed, if its operands are of its scope or of one around it.
    fn recompute(&self, node: Node, recipe: Recipe, operands: SmallVec<[Node; 3]>, cost: f64) -> Options {
        let scope = self.scope(node);
        if !operands
            .iter()
            .all(|&operand| self.shape().is_within(scope, self.scope(operand)))
        {
            return Options::Store("it depends on values of a loop that has been left");
        }
        Options::Recompute(Box::new(Recomputed {
            recipe,
            operands,
            cost,
        }))
    }
}

/// What repeating an instruction on shadows reads: shadows of what may hold addresses, primals of conditions and indices.
fn shadow_operands(data: &InstData) -> SmallVec<[Node; 3]> {
    let is_shadow = |at: usize| match data.op {
        Op::Select => at > 0,
        Op::Gep { .. } | Op::ExtractElement => at == 0,
        Op::InsertElement => at < 2,
        _ => true,
    };
    let operand = |(at, &value): (usize, &Value)| match is_shadow(at) {
        true => Node::Shadow(value),
        false => Node::Primal(value),
    };
    data.operands.iter().enumerate().map(operand).collect()
}
