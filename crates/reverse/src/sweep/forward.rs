//! The forward sweep: a copy of the primal's blocks, with shadows of addresses and writes of what the reverse sweep needs.
//!
//! Each loop gets a counter, a phi of its header that counts the back edges taken. Edges that leave loops get blocks of their own where
//! something is to be written when a loop is left: the record of its last iteration, and its count.

use ir::graph::Loop;
use ir::{Block, Inst, Op, Value};
use smallvec::SmallVec;

use crate::emit::{Emit, Outcome, Sweep};
use crate::error::ErrorKind;
use crate::request::Role;
use cache::{Node, Recipe, Route, Way};

impl Emit<'_> {
    /// Makes the forward sweep; the value that it returns is left to the caller of [`Emit::leave`].
    pub(crate) fn forward_sweep(&mut self) {
        self.sweep = Sweep::Forward;
        let source = self.source();
        let first = self.b.add_block();
        self.b.go_to(first);
        self.take_parameters();
        self.clear_words(None);
        self.keep_parameters();
        self.make_allocas();
        let order: Vec<Block> = self.input.shape.cfg.order().to_vec();
        let entry = self.block(source.entry());
        self.b.br(entry);
        for &block in &order {
            let copy = self.block(block);
            self.b.go_to(copy);
            self.forward_block(block);
        }
        self.fill_phis(&order);
        self.start = Some(first);
    }

    fn forward_block(&mut self, block: Block) {
        if !self.input.shape.returning.contains(block) {
            return self.forward_dead_end(block);
        }
        let source = self.source();
        let loops = &self.input.shape.loops;
        for phi in source.phis(block) {
            self.forward_phi(phi);
        }
        let choice = self.choice_phi(block);
        if let Some(of) = loops.with_header(block) {
            let i64 = self.b.ctx.types.i64();
            self.counters[of] = Some(self.b.phi(i64));
            self.clear_words(Some(of));
        }
        for phi in source.phis(block) {
            self.keep_result(phi);
        }
        if let Some(choice) = choice {
            let kept = self.keep(Node::Choice(block), |_| SmallVec::from_slice(&[choice]));
            self.note(source.insts(block)[0], kept);
        }
        for &inst in source.insts(block) {
            let data = self.data(inst);
            match data.op {
                Op::Phi => {}
                Op::Invoke(_) => {
                    self.forward(inst);
                    self.keep_result(inst);
                    self.end_block(block, inst);
                }
                _ if data.op.is_terminator() => self.end_block(block, inst),
                _ if self.is_static_alloca(inst) => self.keep_result(inst),
                _ => {
                    self.forward(inst);
                    self.keep_result(inst);
                    if let Op::Call(_) = data.op {
                        let kept = self.keep_pointees(inst);
                        self.note(inst, kept);
                    }
                }
            }
        }
    }

    /// Copies a block from which the function does not return: no reverse sweep follows, so that it needs no shadows and nothing on the tape.
    fn forward_dead_end(&mut self, block: Block) {
        let source = self.source();
        for &inst in source.insts(block) {
            let data = self.data(inst);
            match data.op {
                Op::Phi => {
                    let copy = self.b.copy(data, SmallVec::new(), SmallVec::new());
                    self.note_copy(inst, copy);
                }
                Op::Call(_) | Op::Invoke(_) => {
                    self.at(inst);
                    self.copy_call(inst);
                }
                _ if data.op.is_terminator() || self.is_static_alloca(inst) => {}
                _ => {
                    self.at(inst);
                    self.copy(inst);
                }
            }
        }
        if let Some(last) = source.terminator(block) {
            self.end_block(block, last);
        }
    }

    /// Records an error at an instruction, if there is one.
    pub(crate) fn note(&mut self, inst: Inst, outcome: Outcome) {
        if let Err(kind) = outcome {
            self.fail(inst, kind);
        }
    }

    /// Copies a phi without its incoming values, with shadows if it is an active address.
    fn forward_phi(&mut self, inst: Inst) {
        let data = self.data(inst);
        let copy = self.b.copy(data, SmallVec::new(), SmallVec::new());
        self.note_copy(inst, copy);
        if let Some(result) = data.result
            && self.active(result)
            && self.points(result)
        {
            let lanes = self.each(|emit, _| emit.b.phi(data.ty));
            self.set_shadow(result, lanes);
        }
    }

    /// A phi for the predecessor that a block is entered from, if the reverse sweep reads it.
    fn choice_phi(&mut self, block: Block) -> Option<Value> {
        let kept = match self.input.plan.way(Node::Choice(block))? {
            Way::Stored(_) => true,
            Way::Free => self.input.role == Role::Combined,
            Way::Recompute => matches!(
                self.input.plan.recipe(Node::Choice(block)),
                Some(Recipe::Bits { .. })
            ),
        };
        if !kept {
            return None;
        }
        let i32 = self.b.ctx.types.i32();
        let phi = self.b.phi(i32);
        self.choice_phis.push((block, phi));
        Some(phi)
    }

    /// The predecessors that a choice tells apart, by position.
    pub(crate) fn choices(&self, block: Block) -> Outcome<Vec<Block>> {
        match self.input.plan.route(block) {
            Some(Route::Choice(preds)) => Ok(preds.clone()),
            _ => Ok(self.input.shape.cfg.preds(block).to_vec()),
        }
    }

    /// Keeps the result of an instruction and its shadow, as the plan says.
    fn keep_result(&mut self, inst: Inst) {
        let Some(result) = self.data(inst).result else {
            return;
        };
        let kept = self.keep(Node::Primal(result), |emit| {
            SmallVec::from_slice(&[emit.primal(result)])
        });
        self.note(inst, kept);
        if let Some(lanes) = self.known_shadow(result).cloned() {
            let kept = self.keep(Node::Shadow(result), |_| lanes);
            self.note(inst, kept);
        }
    }

    /// The end of a block: what is due before a loop and at the end of an iteration, then the copy of the terminator.
    fn end_block(&mut self, block: Block, last: Inst) {
        self.at(last);
        let shape = self.input.shape;
        let around = shape.scope(block);
        if let &[next] = shape.cfg.succs(block)
            && let Some(entered) = shape.loops.with_header(next)
            && around == shape.parent(entered)
        {
            let made = self.before_loop(entered);
            self.note(last, made);
        }
        let latch_of = around.filter(|&of| shape.loops.get(of).latches.first() == Some(&block));
        if let Some(of) = latch_of {
            self.push_record(of);
            if let Some(counter) = self.counters[of] {
                let one = self.b.i64(1);
                let next =
                    self.b
                        .binary_with(ir::BinOp::Add, counter, one, ir::Flags::NUW.union(ir::Flags::NSW));
                self.next_counters.push((of, next));
            }
        }
        self.flow(block);
        // An exception that leaves the gradient: what its primal frees is freed, once, and its tape is given back.
        if let (Op::Resume, Role::Combined, Some(arena)) = (self.op(last), self.input.role, self.arena) {
            let runtime = self.runtime();
            self.b.call(runtime.end, &[arena]);
        }
        match self.op(last) {
            Op::Ret => self.leave(last),
            Op::Invoke(_) => {
                let target = self.target(block, self.data(last).targets[0]);
                self.b.br(target);
            }
            Op::Br | Op::CondBr | Op::Switch | Op::Unreachable | Op::Resume => {
                let data = self.data(last);
                let mut targets: SmallVec<[Block; 2]> = SmallVec::new();
                for (position, &to) in data.targets.iter().enumerate() {
                    let known = data.targets[..position].iter().position(|&other| other == to);
                    let target = match known {
                        Some(known) => targets[known],
                        None => self.target(block, to),
                    };
                    targets.push(target);
                }
                let operands = self.primals(&data.operands);
                self.b.copy(data, operands, targets);
            }
            op => {
                let name = match op {
                    Op::Opaque { name, .. } => *name,
                    _ => "indirectbr",
                };
                self.fail(
                    last,
                    ErrorKind::UnsupportedInstruction {
                        name: name.to_owned(),
                    },
                );
                self.b.unreachable();
            }
        }
    }

    /// The block of a nest, at the end of its root's preheader.
    fn before_loop(&mut self, entered: Loop) -> Outcome {
        let Some(nest) = self.input.plan.nest_at(entered) else {
            return Ok(());
        };
        let base = self.make_layout(nest, |emit, bytes| {
            let (runtime, arena) = (emit.runtime(), emit.arena());
            let call = emit.b.call(runtime.block, &[arena, bytes]);
            Ok(emit.b.result(call))
        })?;
        self.keep(Node::Base(nest), |_| SmallVec::from_slice(&[base]))
    }

    /// The loops that an edge leaves, innermost first.
    pub(crate) fn left(&self, from: Block, to: Block) -> SmallVec<[Loop; 4]> {
        let loops = &self.input.shape.loops;
        let around = loops.around(from);
        around.filter(|&of| !loops.contains(of, to)).collect()
    }

    /// Where the copy of an edge leads to: the copy of its target, or a block that keeps what is due when loops are left. Says from which
    /// block the target is entered.
    pub(crate) fn target(&mut self, from: Block, to: Block) -> Block {
        let copy = self.block(to);
        let mut source = self.b.block();
        let mut target = copy;
        let left = self.left(from, to);
        let is_due = |emit: &Self, &of: &Loop| {
            let plan = emit.input.plan;
            let counts = match plan.way(Node::Count(of)) {
                Some(Way::Stored(_)) => true,
                Some(Way::Free) => emit.input.role == Role::Combined,
                _ => false,
            };
            counts || (plan.record(of).is_some() && !emit.is_latch(of, from))
        };
        // Of a path that never returns nothing is taken back.
        let returns = self.input.shape.returning.contains(to);
        let is_due = returns && left.iter().any(|of| is_due(self, of));
        if is_due && self.is_unwind(from, to) {
            // A landing pad is the first instruction that an exception gets to.
            let what = "an exception that leaves a loop and is caught".to_owned();
            let last = self.source().terminator(from);
            self.note_at(last, Err(ErrorKind::Irreversible { what }));
        } else if is_due {
            let here = self.b.block();
            target = self.b.add_block();
            self.b.go_to(target);
            for &of in &left {
                if !self.is_latch(of, from) {
                    self.push_record(of);
                }
                let counter = self.counters[of];
                let kept = self.keep(Node::Count(of), |emit| {
                    let poison = emit.b.ctx.types.i64();
                    let value = counter.unwrap_or_else(|| emit.b.poison(poison));
                    SmallVec::from_slice(&[value])
                });
                self.note_at(self.source().terminator(from), kept);
            }
            source = self.b.block();
            self.b.br(copy);
            self.b.go_to(here);
        }
        self.edges.entry((from, to)).or_default().push(source);
        target
    }

    /// Whether an edge is taken by exceptions.
    fn is_unwind(&self, from: Block, to: Block) -> bool {
        let last = self.source().terminator(from).map(|last| self.data(last));
        last.is_some_and(|data| matches!(data.op, Op::Invoke(_)) && data.targets[1] == to)
    }

    fn note_at(&mut self, inst: Option<Inst>, outcome: Outcome) {
        if let Some(inst) = inst {
            self.note(inst, outcome);
        }
    }

    fn is_latch(&self, of: Loop, block: Block) -> bool {
        self.input.shape.loops.get(of).latches.contains(&block)
    }

    /// Gives all phis their incoming values.
    fn fill_phis(&mut self, order: &[Block]) {
        for &block in order {
            for phi in self.source().phis(block) {
                self.fill_phi(phi);
            }
        }
        for (block, phi) in std::mem::take(&mut self.choice_phis) {
            let preds = match self.choices(block) {
                Ok(preds) => preds,
                Err(_) => continue,
            };
            for &pred in self.input.shape.cfg.preds(block) {
                let position = preds.iter().position(|&other| other == pred).unwrap_or(0);
                let value = self.b.i32(position as i32);
                self.add_incoming((pred, block), phi, value);
            }
        }
        for (of, next) in std::mem::take(&mut self.next_counters) {
            let Some(counter) = self.counters[of] else {
                continue;
            };
            let header = self.input.shape.loops.get(of).header;
            let zero = self.b.i64(0);
            for &pred in self.input.shape.cfg.preds(header) {
                let value = match self.is_latch(of, pred) {
                    true => next,
                    false => zero,
                };
                self.add_incoming((pred, header), counter, value);
            }
        }
    }

    /// The incoming value of a phi for each copy of an edge. A terminator that names a block several times has an edge for each.
    fn add_incoming(&mut self, (from, to): (Block, Block), phi: Value, value: Value) {
        let copies = self.edges.get(&(from, to)).cloned().unwrap_or_default();
        let copy = self.block(to);
        for source in copies {
            let repeats = self
                .b
                .func
                .successors(source)
                .iter()
                .filter(|&&next| next == copy)
                .count();
            for _ in 0..repeats {
                self.b.add_incoming(phi, source, value);
            }
        }
    }

    fn fill_phi(&mut self, phi: Inst) {
        let data = self.data(phi);
        let Some(result) = data.result else { return };
        let copy = self.primal(result);
        let shadows = self.known_shadow(result).cloned();
        let mut seen: SmallVec<[Block; 4]> = SmallVec::new();
        for (from, value) in data.incoming() {
            if seen.contains(&from) {
                continue;
            }
            seen.push(from);
            let primal = self.primal(value);
            self.add_incoming((from, data.block), copy, primal);
            if let (Some(shadows), Some(lanes)) = (&shadows, self.incoming.remove(&(from, phi))) {
                for (&shadow, &lane) in shadows.iter().zip(&lanes) {
                    self.add_incoming((from, data.block), shadow, lane);
                }
            }
        }
    }

    /// Makes the shadows that flow along the edges from a block, before it ends.
    fn flow(&mut self, from: Block) {
        let source = self.source();
        for &to in self.input.shape.cfg.succs(from) {
            if !self.input.shape.returning.contains(to) {
                continue;
            }
            for phi in source.phis(to) {
                let data = self.data(phi);
                let (Some(result), Some((_, value))) =
                    (data.result, data.incoming().find(|&(block, _)| block == from))
                else {
                    continue;
                };
                if !self.active(result) || !self.points(result) {
                    continue;
                }
                match self.shadow(value) {
                    Ok(lanes) => {
                        self.incoming.insert((from, phi), lanes);
                    }
                    Err(kind) => self.fail(phi, kind),
                }
            }
        }
    }

    /// The copies of the parameters with their shadows.
    pub(crate) fn take_parameters(&mut self) {
        let source = self.source();
        let mut next = 0;
        for (index, &param) in source.params.iter().enumerate() {
            let primal = self.b.func.params[next];
            next += 1;
            self.set_primal(param, primal);
            if self.input.request.is_dual(index) {
                let packed = self.b.func.params[next];
                next += 1;
                let lanes = self.unpack(packed);
                self.set_shadow(param, lanes);
            }
        }
        if self.input.request.ret.seed && self.input.role.has_reverse() {
            let packed = self.b.func.params[next];
            next += 1;
            let lanes = self.unpack(packed);
            self.seed = Some(lanes);
        }
        if self.input.role != Role::Combined {
            self.arena = Some(self.b.func.params[next]);
        }
    }

    fn keep_parameters(&mut self) {
        for &param in &self.source().params {
            let mut kept = self.keep(Node::Primal(param), |emit| {
                SmallVec::from_slice(&[emit.primal(param)])
            });
            if let Some(lanes) = self.known_shadow(param).cloned() {
                kept = kept.and(self.keep(Node::Shadow(param), |_| lanes));
            }
            if let (Err(kind), Some(&first)) = (kept, self.source().insts(self.source().entry()).first()) {
                self.fail(first, kind);
            }
        }
    }

    /// The end of the forward sweep: the reverse sweep follows, or the augmented function returns.
    fn leave(&mut self, ret: Inst) {
        if self.input.role == Role::Combined {
            self.returning = Some((ret, self.b.block()));
            return;
        }
        self.push_frame();
        let result = self.forward_result(ret);
        let result = match result {
            Ok(fields) => self.structure(&fields),
            Err(kind) => {
                self.fail(ret, kind);
                None
            }
        };
        self.b.ret(result);
    }

    /// What the forward sweep returns: the primal and its shadow, as asked for.
    pub(crate) fn forward_result(&mut self, ret: Inst) -> Outcome<Vec<Value>> {
        let mut fields = Vec::new();
        let Some(&value) = self.data(ret).operands.first() else {
            return Ok(fields);
        };
        let wanted = self.input.request.ret;
        if wanted.primal {
            fields.push(self.primal(value));
        }
        if wanted.shadow && self.input.role == Role::Augmented {
            let lanes = self.shadow(value)?;
            fields.push(self.pack(&lanes));
        }
        Ok(fields)
    }

    /// A structure of values; `None` if there are none.
    pub(crate) fn structure(&mut self, fields: &[Value]) -> Option<Value> {
        if fields.is_empty() {
            return None;
        }
        let types: Vec<_> = fields.iter().map(|&field| self.b.ty(field)).collect();
        let ty = self.b.ctx.types.structure(&types);
        let mut value = self.b.poison(ty);
        for (index, &field) in fields.iter().enumerate() {
            value = self.b.insert_value(value, field, &[index as u32]);
        }
        Some(value)
    }
}
