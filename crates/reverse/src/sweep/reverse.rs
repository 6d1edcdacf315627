//! The reverse sweep: the adjoints of each block's instructions, last to first, and the way back to the block before.

use ir::{Block, Inst, IntPred, Op, Value};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::emit::{Emit, Lanes, Outcome, Sweep};
use crate::lookup::{Place, internal};
use crate::request::Role;
use cache::{ChoiceTest, Node, Route};

impl Emit<'_> {
    /// Makes the reverse sweep, which starts at the end of the builder's block, and returns. `ret` is the return of the primal; `None` if
    /// it never returns.
    pub(crate) fn reverse_sweep(&mut self, ret: Option<Inst>, fields: Vec<Value>) {
        self.sweep = Sweep::Reverse;
        self.layouts.clear();
        self.end_fields = fields;
        let Some(ret) = ret else {
            self.b.unreachable();
            return;
        };
        let start = self.b.block();
        self.make_entries();
        self.b.go_to(start);
        let last = self.data(ret).block;
        if self.input.plan.route(last).is_none() {
            self.finish(ret);
            return;
        }
        let first = self.reverse_of(last);
        self.b.br(first);
        let order: Vec<Block> = self.input.shape.cfg.order().iter().rev().copied().collect();
        for block in order {
            let Some(route) = self.input.plan.route(block) else {
                continue;
            };
            let copy = self.reverse_of(block);
            self.b.go_to(copy);
            self.place = Place {
                block: copy,
                scope: self.input.shape.scope(block),
            };
            let made = self.reverse_block(block, route, ret);
            if let Some(last) = self.source().terminator(block) {
                self.note(last, made);
            }
        }
        let finished = self.finish_entries();
        self.note(ret, finished);
    }

    fn reverse_block(&mut self, block: Block, route: &Route, ret: Inst) -> Outcome {
        let source = self.source();
        for &inst in source.insts(block).iter().rev() {
            match self.op(inst) {
                Op::Phi => {}
                Op::Ret => self.start_from_seed(inst)?,
                _ if self.input.plan.has_adjoint(inst) => self.reverse(inst),
                _ => {}
            }
        }
        let mut phis: Vec<(Inst, Lanes)> = Vec::new();
        for phi in source.phis(block) {
            self.at(phi);
            if let Some(result) = self.data(phi).result
                && let Some(lanes) = self.take(result)?
            {
                phis.push((phi, lanes));
            }
        }
        match route {
            Route::End => {
                self.finish(ret);
            }
            Route::Block(pred) => {
                let edge = self.reverse_edge(block, *pred, &phis)?;
                self.b.br(edge);
            }
            Route::Skip(dominator) => {
                let edge = self.reverse_edge(block, *dominator, &[])?;
                self.b.br(edge);
            }
            Route::Loop { of, preheader, latch } => {
                let counter = self.read_reverse_counter(*of)?;
                let zero = self.b.i64(0);
                let is_first = self.b.icmp(IntPred::Eq, counter, zero);
                let next = self.reverse_edge(block, *latch, &phis)?;
                let out = self.reverse_edge(block, *preheader, &phis)?;
                self.b.cond_br(is_first, out, next);
            }
            Route::Choice(preds) => self.choose(block, preds, &phis)?,
        }
        Ok(())
    }

    /// The adjoint of the return value is the seed.
    fn start_from_seed(&mut self, ret: Inst) -> Outcome {
        self.at(ret);
        match (self.data(ret).operands.first(), self.seed.clone()) {
            (Some(&value), Some(lanes)) => self.add(value, &lanes),
            _ => Ok(()),
        }
    }

    /// Goes back to the predecessor that a block was entered from.
    fn choose(&mut self, block: Block, preds: &[Block], phis: &[(Inst, Lanes)]) -> Outcome {
        let mut edges = FxHashMap::default();
        let mut blocks = Vec::new();
        for &pred in preds {
            let edge = self.reverse_edge(block, pred, phis)?;
            edges.insert(pred, edge);
            blocks.push(edge);
        }
        if let Some(cache::Recipe::Test(test)) = self.input.plan.recipe(Node::Choice(block)) {
            return self.go_by_test(test, &mut |_, pred| {
                edges
                    .get(&pred)
                    .copied()
                    .ok_or_else(|| internal(format!("a test of {block} leads to {pred}")))
            });
        }
        let chosen = self.need(Node::Choice(block))?[0];
        self.go_by_index(chosen, &blocks);
        Ok(())
    }

    /// Jumps by the conditions of the primal. `leaf` gives the block to go to for a predecessor.
    fn go_by_test(
        &mut self,
        test: &ChoiceTest,
        leaf: &mut impl FnMut(&mut Self, Block) -> Outcome<Block>,
    ) -> Outcome {
        let (start, before) = (self.b.block(), self.place);
        let mut work = vec![(start, test)];
        while let Some((block, test)) = work.pop() {
            self.b.go_to(block);
            if block != start {
                self.place = Place {
                    block,
                    scope: before.scope,
                };
            }
            match test {
                ChoiceTest::From(pred) => {
                    let target = leaf(self, *pred)?;
                    self.b.br(target);
                }
                ChoiceTest::Branch {
                    at,
                    condition,
                    targets,
                } => {
                    let nexts: Vec<(Option<Block>, &Option<ChoiceTest>)> = targets
                        .iter()
                        .map(|target| (target.as_ref().map(|_| self.b.add_block()), target))
                        .collect();
                    self.go_by_condition(*at, *condition, &nexts)?;
                    for (next, target) in nexts {
                        if let (Some(next), Some(target)) = (next, target) {
                            work.push((next, target));
                        }
                    }
                }
            }
        }
        self.place = before;
        Ok(())
    }

    /// Repeats the decision of a terminator. Targets that do not lead back are never taken.
    fn go_by_condition(
        &mut self,
        at: Block,
        condition: Node,
        nexts: &[(Option<Block>, &Option<ChoiceTest>)],
    ) -> Outcome {
        let known: SmallVec<[Block; 4]> = nexts.iter().filter_map(|(next, _)| *next).collect();
        if let [only] = known[..] {
            self.b.br(only);
            return Ok(());
        }
        let Some(last) = self.source().terminator(at) else {
            return Err(internal(format!("{at} has no end")));
        };
        let value = self.need_condition(condition)?;
        let data = self.data(last);
        let mut operands: SmallVec<[Value; 3]> = SmallVec::from_slice(&[value]);
        for &case in data.operands.iter().skip(1) {
            operands.push(self.need_primal(case)?);
        }
        let Some(&default) = known.first() else {
            self.b.unreachable();
            return Ok(());
        };
        let targets: SmallVec<[Block; 4]> = nexts.iter().map(|(next, _)| next.unwrap_or(default)).collect();
        let void = self.b.ctx.types.void();
        let new = ir::NewInst::new(data.op.clone(), void, &operands).targets(&targets);
        self.b.push(new);
        Ok(())
    }

    fn need_condition(&mut self, condition: Node) -> Outcome<Value> {
        match condition {
            Node::Primal(value) => self.need_primal(value),
            other => Ok(self.need(other)?[0]),
        }
    }

    /// The position of the predecessor that a test gives, as a value.
    pub(crate) fn test_value(&mut self, block: Block, test: &ChoiceTest) -> Outcome<Value> {
        let preds = self.choices(block)?;
        let join = self.b.add_block();
        let mut incoming = Vec::new();
        self.go_by_test(test, &mut |emit, pred| {
            let position = preds.iter().position(|&other| other == pred).unwrap_or(0);
            incoming.push((emit.b.block(), position));
            Ok(join)
        })?;
        self.b.go_to(join);
        let i32 = self.b.ctx.types.i32();
        let phi = self.b.phi(i32);
        for (from, position) in incoming {
            let position = self.b.i32(position as i32);
            self.b.add_incoming(phi, from, position);
        }
        Ok(phi)
    }

    /// The end of the reverse sweep: gives the tape back and returns what was asked.
    fn finish(&mut self, ret: Inst) {
        let mut fields = std::mem::take(&mut self.end_fields);
        for (index, &param) in self.source().params.iter().enumerate() {
            if !self.input.request.is_out(index) {
                continue;
            }
            let lanes = match self.adjoint(param) {
                Ok(Some(lanes)) => lanes,
                Ok(None) => {
                    let zero = self.b.zero(self.source_type(param));
                    self.splat(zero)
                }
                Err(kind) => {
                    self.fail(ret, kind);
                    continue;
                }
            };
            fields.push(self.pack(&lanes));
        }
        match self.input.role {
            Role::Combined => {
                if let Some(arena) = self.arena {
                    let runtime = self.runtime();
                    self.b.call(runtime.end, &[arena]);
                }
            }
            _ => {
                let bytes = self.stack_bytes();
                if bytes > 0 {
                    let bytes = self.b.i64(bytes as i64);
                    self.pop_block(bytes);
                }
            }
        }
        let result = self.structure(&fields);
        self.b.ret(result);
    }
}
