//! Branches, switches and loops. Where paths meet, phis carry on the newest value of each kind.

use super::lower::{Lowering, Newest, form_parts};
use super::plan::{LoopForm, Pick, Stmt};
use crate::function::{Block, NewInst, Value};
use crate::inst::{BinOp, FloatPred, IntPred, Op};
use crate::types::Type;

/// The two parts of a loop's body, and the condition of the exit between them.
type LoopBody<'p> = (&'p [Stmt], Option<[Pick; 3]>, &'p [Stmt]);

impl Lowering<'_> {
    /// A condition over floats or integers.
    pub(super) fn condition(&mut self, picks: [Pick; 3]) -> Value {
        let [kind, x, y] = picks;
        if kind % 3 == 2 {
            let preds = [IntPred::Slt, IntPred::Ugt, IntPred::Ne, IntPred::Sge];
            let (a, b) = (self.int(x), self.int(y));
            return self.b.icmp(preds[usize::from(kind / 3) % 4], a, b);
        }
        let preds = [FloatPred::Olt, FloatPred::Ogt, FloatPred::Ule, FloatPred::Uge];
        let a = self.double(x);
        let b = if kind % 3 == 0 {
            self.number(f64::from(y) / 64.0 - 2.0)
        } else {
            self.double(y)
        };
        self.b.fcmp(preds[usize::from(kind / 3) % 4], a, b)
    }

    pub(super) fn branch(&mut self, condition: [Pick; 3], then: &[Stmt], otherwise: &[Stmt]) {
        let condition = self.condition(condition);
        let blocks = [self.b.add_block(), self.b.add_block()];
        self.b.cond_br(condition, blocks[0], blocks[1]);
        self.arms(&[(blocks[0], then), (blocks[1], otherwise)]);
    }

    pub(super) fn switch(&mut self, value: Pick, arms: &[Vec<Stmt>]) {
        let value = self.int(value);
        let mask = self.b.i64(3);
        let masked = self.b.binary(BinOp::And, value, mask);
        let blocks: Vec<Block> = arms.iter().map(|_| self.b.add_block()).collect();
        let mut operands = vec![masked];
        let mut targets = vec![blocks[0]];
        for (case, &block) in blocks.iter().enumerate().skip(1) {
            operands.push(self.b.i64(case as i64));
            targets.push(block);
        }
        let void = self.b.ctx.types.void();
        self.b
            .push(NewInst::new(Op::Switch, void, &operands).targets(&targets));
        let arms: Vec<(Block, &[Stmt])> = blocks
            .iter()
            .copied()
            .zip(arms.iter().map(Vec::as_slice))
            .collect();
        self.arms(&arms);
    }

    /// Paths that end in one block.
    fn arms(&mut self, arms: &[(Block, &[Stmt])]) {
        let outer = self.env.clone();
        let join = self.b.add_block();
        let mut edges = Vec::new();
        for &(block, statements) in arms {
            self.b.go_to(block);
            self.env = outer.clone();
            self.statements(statements);
            edges.push((self.b.block(), self.env.newest()));
            self.b.br(join);
        }
        self.env = outer;
        self.b.go_to(join);
        self.merge(&edges);
    }

    /// Phis for the newest values that come over all edges, unless they are the same.
    fn merge(&mut self, edges: &[(Block, Newest)]) {
        let (double, float, i64) = (self.double_ty(), self.b.ctx.types.float(), self.b.ctx.types.i64());
        if let Some(phi) = self.merge_one(double, edges, |newest| newest.double) {
            self.env.doubles.push(phi);
        }
        if let Some(phi) = self.merge_one(float, edges, |newest| newest.single) {
            self.env.singles.push(phi);
        }
        if let Some(phi) = self.merge_one(i64, edges, |newest| newest.int) {
            self.env.ints.push(phi);
        }
    }

    fn merge_one(
        &mut self,
        ty: Type,
        edges: &[(Block, Newest)],
        get: impl Fn(&Newest) -> Option<Value>,
    ) -> Option<Value> {
        let incoming: Option<Vec<(Block, Value)>> = edges
            .iter()
            .map(|(block, newest)| Some((*block, get(newest)?)))
            .collect();
        let incoming = incoming?;
        if incoming.windows(2).all(|pair| pair[0].1 == pair[1].1) {
            return None;
        }
        let phi = self.b.phi(ty);
        for (block, value) in incoming {
            self.b.add_incoming(phi, block, value);
        }
        Some(phi)
    }

    /// The number of rounds as `i64`: 1 to 5 if constant, 0 to 3 (or 1 to 4) if computed.
    fn round_count(&mut self, pick: Pick, form: LoopForm) -> Value {
        let (computed, before) = form_parts(form);
        if !computed {
            return self.b.i64(1 + i64::from(pick % 5));
        }
        let (value, three) = (self.int(pick), self.b.i64(3));
        let masked = self.b.binary(BinOp::And, value, three);
        if before {
            return masked;
        }
        let one = self.b.i64(1);
        self.b.binary(BinOp::Add, masked, one)
    }

    /// Carries the newest double and counts; see [`Stmt::Loop`].
    pub(super) fn counted_loop(&mut self, rounds: Pick, form: LoopForm, body: LoopBody<'_>) {
        let count = self.round_count(rounds, form);
        let carried = self.double(0);
        let outer = self.env.clone();
        let start = self.b.block();
        let (header, exit) = (self.b.add_block(), self.b.add_block());
        self.b.br(header);
        self.b.go_to(header);
        let (i64, double) = (self.b.ctx.types.i64(), self.double_ty());
        let (index, value) = (self.b.phi(i64), self.b.phi(double));
        let zero = self.b.i64(0);
        self.b.add_incoming(index, start, zero);
        self.b.add_incoming(value, start, carried);
        self.env.ints.push(index);
        self.env.doubles.push(value);
        let mut edges = Vec::new();
        let (_, before) = form_parts(form);
        if before {
            let inside = self.b.add_block();
            let more = self.b.icmp(IntPred::Ult, index, count);
            edges.push((self.b.block(), self.env.newest()));
            self.b.cond_br(more, inside, exit);
            self.b.go_to(inside);
        }
        self.loop_body(body, exit, &mut edges);
        let one = self.b.i64(1);
        let next = self.b.binary(BinOp::Add, index, one);
        let newest = self.double(0);
        let latch = self.b.block();
        self.b.add_incoming(index, latch, next);
        self.b.add_incoming(value, latch, newest);
        if before {
            self.b.br(header);
        } else {
            let more = self.b.icmp(IntPred::Slt, next, count);
            edges.push((latch, self.env.newest()));
            self.b.cond_br(more, header, exit);
        }
        self.env = outer;
        self.b.go_to(exit);
        self.leave_loop(&edges);
    }

    fn loop_body(&mut self, body: LoopBody<'_>, exit: Block, edges: &mut Vec<(Block, Newest)>) {
        let (first, early, second) = body;
        let rounds = self.rounds;
        self.rounds *= 5;
        self.statements(first);
        if let Some(picks) = early {
            let condition = self.condition(picks);
            let inside = self.b.add_block();
            edges.push((self.b.block(), self.env.newest()));
            self.b.cond_br(condition, exit, inside);
            self.b.go_to(inside);
        }
        self.statements(second);
        self.rounds = rounds;
    }

    /// After a loop its values are reached through phis also where a single edge leaves it, as LCSSA has it, or directly.
    fn leave_loop(&mut self, edges: &[(Block, Newest)]) {
        if let [(block, newest)] = edges {
            let double = self.double_ty();
            if let Some(value) = newest.double {
                let phi = self.b.phi(double);
                self.b.add_incoming(phi, *block, value);
                self.env.doubles.push(phi);
            }
            self.env.ints.extend(newest.int);
            return;
        }
        self.merge(edges);
    }
}
