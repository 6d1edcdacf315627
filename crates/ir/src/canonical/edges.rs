//! New blocks on edges: one return, preheaders, latches, dedicated exits.

use indexmap::IndexMap;
use smallvec::SmallVec;

use crate::context::Context;
use crate::entity::{EntitySet, EntityVec};
use crate::function::{Block, Function, NewInst, Value};
use crate::graph::{Cfg, Loop, Loops};
use crate::inst::{Inst, Op};

/// Lets all returns go through one block.
pub(super) fn merge_returns(ctx: &Context, body: &mut Function) {
    let returns: Vec<Inst> = body
        .blocks()
        .iter()
        .filter_map(|&block| body.terminator(block))
        .filter(|&inst| matches!(body.inst(inst).op, Op::Ret))
        .collect();
    let &[first, _, ..] = returns.as_slice() else {
        return;
    };
    let exit = body.add_block();
    body.block_names.insert(exit, "return".into());
    let mut incoming = Vec::new();
    for &inst in &returns {
        let data = body.inst(inst);
        incoming.push((data.block, data.operands.first().copied()));
    }
    let location = body.inst(first).location.or(body.inst(first).origin);
    let result = incoming[0].1.map(|value| body.ty(value)).map(|ty| {
        let mut phi = NewInst::new(Op::Phi, ty, &[]);
        phi.operands = incoming.iter().filter_map(|&(_, value)| value).collect();
        phi.targets = incoming.iter().map(|&(from, _)| from).collect();
        push_value(ctx, body, exit, phi)
    });
    for &inst in &returns {
        let from = body.inst(inst).block;
        body.remove_inst(inst);
        jump(ctx, body, from, exit);
    }
    let mut ret = NewInst::new(Op::Ret, ctx.types.void(), result.as_slice());
    ret.location = location;
    body.push_inst(ctx, exit, ret);
}

/// The blocks before each block, as they were when edges began to change.
pub(super) struct Edges {
    preds: EntityVec<Block, Vec<Block>>,
    order: Vec<Block>,
}

impl Edges {
    pub(super) fn of(body: &Function) -> Self {
        let cfg = Cfg::of(body);
        let mut preds = EntityVec::filled(body.block_count(), Vec::new());
        for &block in cfg.order() {
            preds[block] = cfg.preds(block).to_vec();
        }
        Self {
            preds,
            order: cfg.order().to_vec(),
        }
    }

    /// Gives every loop a preheader and one latch.
    pub(super) fn enter_loops(&self, ctx: &Context, body: &mut Function, loops: &Loops) {
        for current in loops.all() {
            let header = loops.get(current).header;
            let (inside, outside): (Vec<_>, Vec<_>) = self.preds[header]
                .iter()
                .partition(|&&pred| loops.contains(current, pred));
            let is_preheader = |&pred: &Block| body.successors(pred).len() == 1;
            if outside.len() != 1 || !outside.iter().all(is_preheader) {
                // The entry block may be a header's only predecessor, but no header itself.
                redirect(ctx, body, header, &outside, "preheader");
            }
            if inside.len() > 1 {
                redirect(ctx, body, header, &inside, "latch");
            }
        }
    }

    /// Gives every group of edges that leave loops for the same block, from the same innermost loop, a block of its own.
    pub(super) fn leave_loops(&self, ctx: &Context, body: &mut Function, loops: &Loops) {
        for &to in &self.order {
            let mut groups: IndexMap<Option<Loop>, Vec<Block>> = IndexMap::new();
            for &pred in &self.preds[to] {
                // What the block's own loops lead to it from inside leaves nothing.
                let left = loops.innermost(pred).filter(|&inner| !loops.contains(inner, to));
                groups.entry(left).or_default().push(pred);
            }
            if groups.len() < 2 || is_handler(body, to) {
                continue;
            }
            for (left, preds) in groups {
                if left.is_some() {
                    redirect(ctx, body, to, &preds, "exit");
                }
            }
        }
    }
}

/// Whether exceptions arrive at a block.
fn is_handler(body: &Function, block: Block) -> bool {
    let mut insts = body.insts(block).iter().map(|&inst| &body.inst(inst).op);
    insts.any(|op| matches!(op, Op::LandingPad { .. }))
}

/// Puts a block on the edges from `preds` to `to`.
fn redirect(ctx: &Context, body: &mut Function, to: Block, preds: &[Block], suffix: &str) {
    let between = body.add_block();
    let name = format!("{}.{suffix}", body.block_name(to));
    body.block_names.insert(between, name.into());
    let moved: EntitySet<Block> = preds.iter().copied().collect();
    let phis: Vec<Inst> = body.phis(to).collect();
    for phi in phis {
        split_phi(ctx, body, phi, &moved, between);
    }
    for &pred in preds {
        let Some(last) = body.terminator(pred) else {
            continue;
        };
        for target in &mut body.inst_mut(last).targets {
            if *target == to {
                *target = between;
            }
        }
    }
    jump(ctx, body, between, to);
}

/// Lets what a phi gets from `moved` come through the block `between`.
fn split_phi(ctx: &Context, body: &mut Function, phi: Inst, moved: &EntitySet<Block>, between: Block) {
    let data = body.inst(phi);
    let ty = data.ty;
    let (through, kept): (Vec<_>, Vec<_>) = data.incoming().partition(|&(from, _)| moved.contains(from));
    let Some(&(_, first)) = through.first() else {
        return;
    };
    let value = if through.iter().all(|&(_, value)| value == first) {
        first
    } else {
        let mut new = NewInst::new(Op::Phi, ty, &[]);
        new.operands = through.iter().map(|&(_, value)| value).collect();
        new.targets = through.iter().map(|&(from, _)| from).collect();
        push_value(ctx, body, between, new)
    };
    let data = body.inst_mut(phi);
    let mut targets: SmallVec<[Block; 2]> = kept.iter().map(|&(from, _)| from).collect();
    let mut operands: SmallVec<[Value; 3]> = kept.iter().map(|&(_, value)| value).collect();
    targets.push(between);
    operands.push(value);
    data.targets = targets;
    data.operands = operands;
}

fn push_value(ctx: &Context, body: &mut Function, block: Block, new: NewInst) -> Value {
    let inst = body.push_inst(ctx, block, new);
    let result = body.inst(inst).result;
    result.expect("a phi has a result: its type is that of a value")
}

fn jump(ctx: &Context, body: &mut Function, from: Block, to: Block) {
    let jump = NewInst::new(Op::Br, ctx.types.void(), &[]).targets(&[to]);
    body.push_inst(ctx, from, jump);
}
