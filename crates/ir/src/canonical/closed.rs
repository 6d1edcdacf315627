//! Closing loops: values that a loop computes leave it through phis of its exit blocks.
//!
//! Loops are treated from inner to outer. A value with uses outside gets a phi in each exit block that it dominates; uses then read what
//! reaches them, with more phis at the iterated dominance frontier of the exits where several exits meet (Cytron and others, "Efficiently
//! Computing Static Single Assignment Form and the Control Dependence Graph", 1991). A phi of an inner loop's exit is a value of the
//! outer loop, which closes it in its turn.

use indexmap::IndexMap;

use crate::context::Context;
use crate::entity::EntityVec;
use crate::function::{Block, Function, NewInst, Value};
use crate::graph::{Cfg, Dominators, Loop, Loops};
use crate::inst::{Inst, Op};

/// Brings a body into closed form. Its loops have dedicated exits.
pub(super) fn close_loops(ctx: &Context, body: &mut Function) {
    let cfg = Cfg::of(body);
    let dominators = Dominators::of(&cfg);
    let loops = Loops::of(&cfg, &dominators);
    if loops.all().len() == 0 {
        return;
    }
    let mut users: EntityVec<Value, Vec<Inst>> = EntityVec::filled(body.value_count(), Vec::new());
    for inst in body.all_insts() {
        for &operand in &body.inst(inst).operands {
            if users[operand].last() != Some(&inst) {
                users[operand].push(inst);
            }
        }
    }
    let mut closing = Closing {
        ctx,
        body,
        frontiers: dominators.frontiers(&cfg),
        cfg: &cfg,
        dominators: &dominators,
        loops: &loops,
        users,
    };
    for current in loops.all().rev() {
        closing.close(current);
    }
}

struct Closing<'a> {
    ctx: &'a Context,
    body: &'a mut Function,
    cfg: &'a Cfg,
    dominators: &'a Dominators,
    loops: &'a Loops,
    frontiers: EntityVec<Block, Vec<Block>>,
    /// The instructions with a value among their operands; some may have it no longer.
    users: EntityVec<Value, Vec<Inst>>,
}

impl Closing<'_> {
    fn close(&mut self, current: Loop) {
        let mut exits: Vec<Block> = Vec::new();
        for &(_, to) in &self.loops.get(current).exits {
            if !exits.contains(&to) {
                exits.push(to);
            }
        }
        for &block in self.loops.blocks(current) {
            let insts = self.body.insts(block).to_vec();
            let results = insts.iter().filter_map(|&inst| self.body.inst(inst).result);
            let results: Vec<Value> = results.collect();
            for value in results {
                let outside = self.outside_uses(current, value);
                if !outside.is_empty() {
                    self.close_value(current, (block, value), &exits, &outside);
                }
            }
        }
    }

    /// The uses of a value outside of a loop, by operand position.
    fn outside_uses(&self, current: Loop, value: Value) -> Vec<(Inst, usize)> {
        let mut found = Vec::new();
        for &inst in &self.users[value] {
            let data = self.body.inst(inst);
            for (position, &operand) in data.operands.iter().enumerate() {
                if operand == value && !self.loops.contains(current, self.place(inst, position)) {
                    found.push((inst, position));
                }
            }
        }
        found
    }

    /// The block at whose end or in which an operand is read: for a phi the one that it comes from.
    fn place(&self, inst: Inst, position: usize) -> Block {
        let data = self.body.inst(inst);
        match data.op {
            Op::Phi => data.targets[position],
            _ => data.block,
        }
    }

    fn close_value(
        &mut self,
        current: Loop,
        (home, value): (Block, Value),
        exits: &[Block],
        outside: &[(Inst, usize)],
    ) {
        let mut reaching = Reaching {
            phis: IndexMap::new(),
        };
        let mut work: Vec<Block> = exits
            .iter()
            .copied()
            .filter(|&exit| self.is_known(home, value, exit))
            .collect();
        while let Some(block) = work.pop() {
            if reaching.phis.contains_key(&block) {
                continue;
            }
            let phi = self.add_phi(block, value);
            reaching.phis.insert(block, phi);
            for &join in &self.frontiers[block] {
                if self.is_known(home, value, join) && !self.loops.contains(current, join) {
                    work.push(join);
                }
            }
        }
        for (block, phi) in reaching.phis.clone() {
            for &pred in self.cfg.preds(block) {
                let incoming = self.reaching(&mut reaching, current, value, pred);
                // A terminator that names the block several times has as many edges to it.
                let edges = self.body.successors(pred).iter();
                for _ in 0..edges.filter(|&&to| to == block).count() {
                    self.add_incoming(phi, pred, incoming);
                }
            }
        }
        for &(inst, position) in outside {
            let place = self.place(inst, position);
            let new = self.reaching(&mut reaching, current, value, place);
            self.body.inst_mut(inst).operands[position] = new;
            self.users[new].push(inst);
        }
    }

    /// Whether a value that is computed in `home` is there wherever another block is entered. The result of an invoke is not where that
    /// unwinds to.
    fn is_known(&self, home: Block, value: Value, block: Block) -> bool {
        let invoke = self.body.def_inst(value).map(|inst| self.body.inst(inst));
        let invoke = invoke.filter(|data| matches!(data.op, Op::Invoke(_)));
        match invoke.and_then(|data| data.targets.first()) {
            Some(&normal) => self.cfg.preds(normal) == [home] && self.dominators.dominates(normal, block),
            None => block != home && self.dominators.dominates(home, block),
        }
    }

    /// What a value is called at the end of a block.
    fn reaching(&self, found: &mut Reaching, current: Loop, value: Value, block: Block) -> Value {
        let mut above = Some(block);
        while let Some(at) = above {
            if let Some(&phi) = found.phis.get(&at) {
                return phi;
            }
            if self.loops.contains(current, at) {
                break;
            }
            above = self.dominators.idom(at);
        }
        value
    }

    fn add_phi(&mut self, block: Block, value: Value) -> Value {
        let phi = NewInst::new(Op::Phi, self.body.ty(value), &[]);
        let inst = self.body.insert_inst(self.ctx, block, 0, phi);
        let result = self.body.inst(inst).result;
        let result = result.expect("a phi has a result: its type is that of a value");
        self.users.grow(self.body.value_count(), Vec::new());
        if let Some(name) = self.body.value_names.get(&value) {
            let name = format!("{name}.closed").into();
            self.body.value_names.insert(result, name);
        }
        result
    }

    fn add_incoming(&mut self, phi: Value, from: Block, value: Value) {
        let Some(inst) = self.body.def_inst(phi) else {
            return;
        };
        let data = self.body.inst_mut(inst);
        data.targets.push(from);
        data.operands.push(value);
        self.users[value].push(inst);
    }
}

/// The phis that stand for one value outside of its loop.
struct Reaching {
    phis: IndexMap<Block, Value>,
}
