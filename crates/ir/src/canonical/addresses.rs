//! Addresses that were made integers on the way, made addresses again.
//!
//! ```text
//! %a = ptrtoint ptr %p to i64                      %r = phi ptr [ %p, %made ], [ inttoptr (i64 8 to ptr), %empty ]
//! %i = phi i64 [ %a, %made ], [ 8, %empty ]   ->
//! %r = inttoptr i64 %i to ptr
//! ```
//! This is what LLVM leaves of Rust's vectors that may be empty. An address that was an integer may be any that was ever made one, as far as alias
//! facts go. That it is this one follows LLVM, which takes `inttoptr (ptrtoint p)` for `p`.

use rustc_hash::FxHashMap;

use crate::constant::{ConstData, ConstOp};
use crate::context::Context;
use crate::function::{Function, NewInst, Uses, Value};
use crate::inst::{CastOp, Inst, Op};
use crate::types::{Type, TypeData};

/// How many phis lie between an address and the address that it was.
const DEEPEST: u32 = 4;

/// Lets casts of integers that are known addresses give these addresses, through phis. Linear in the body, but for the phis between.
pub fn restore_addresses(ctx: &mut Context, body: &mut Function) {
    let is_back = |&inst: &Inst| matches!(body.inst(inst).op, Op::Cast(CastOp::IntToPtr));
    let casts: Vec<Inst> = body.all_insts().filter(is_back).collect();
    let mut restorer = Restorer {
        ctx,
        body,
        known: FxHashMap::default(),
    };
    let mut changed = false;
    for cast in casts {
        changed |= restorer.restore(cast).is_some();
    }
    if changed {
        drop_unused(body);
    }
}

struct Restorer<'a> {
    ctx: &'a mut Context,
    body: &'a mut Function,
    /// The addresses of integers that are phis.
    known: FxHashMap<Value, Value>,
}

impl Restorer<'_> {
    fn restore(&mut self, cast: Inst) -> Option<()> {
        let data = self.body.inst(cast);
        let (ty, number, result) = (data.ty, data.operands[0], data.result?);
        if !matches!(*self.ctx.types.get(ty), TypeData::Ptr(0)) || !self.is_address(number, ty, DEEPEST) {
            return None;
        }
        let address = self.address(number, ty)?;
        self.body.replace_uses(result, address);
        self.body.remove_inst(cast);
        Some(())
    }

    /// Whether an integer is an address of this type, or a choice between such and constants.
    fn is_address(&self, number: Value, ty: Type, depth: u32) -> bool {
        let Some(data) = self.body.def_inst(number).map(|inst| self.body.inst(inst)) else {
            return false;
        };
        let exact =
            self.ctx.types.int_bits(data.ty) == u32::try_from(8 * self.ctx.layout.pointer_size(0)).ok();
        match data.op {
            Op::Cast(CastOp::PtrToInt) => exact && self.body.ty(data.operands[0]) == ty,
            Op::Phi => {
                exact
                    && depth > 0
                    && data.operands.iter().all(|&value| {
                        self.body.as_const(value).is_some() || self.is_address(value, ty, depth - 1)
                    })
            }
            _ => false,
        }
    }

    /// The address, of what [`Restorer::is_address`] has found to be one, or of a constant.
    fn address(&mut self, number: Value, ty: Type) -> Option<Value> {
        if let Some(constant) = self.body.as_const(number) {
            let constant = match self.ctx.consts.is_zero(constant) {
                true => self.ctx.consts.zero(&self.ctx.types, ty),
                false => self.ctx.consts.intern(ConstData::Expr {
                    ty,
                    op: ConstOp::Cast(CastOp::IntToPtr),
                    operands: [constant].into(),
                }),
            };
            return Some(self.body.constant(self.ctx, constant));
        }
        if let Some(&known) = self.known.get(&number) {
            return Some(known);
        }
        let data = self.body.inst(self.body.def_inst(number)?);
        if !matches!(data.op, Op::Phi) {
            return Some(data.operands[0]);
        }
        let (block, location) = (data.block, data.location);
        let incoming: Vec<_> = data.incoming().collect();
        let mut new = NewInst::new(Op::Phi, ty, &[]);
        new.location = location;
        let phi = self.body.insert_inst(self.ctx, block, 0, new);
        let result = self.body.inst(phi).result?;
        self.known.insert(number, result);
        for (from, value) in incoming {
            let address = self.address(value, ty)?;
            let data = self.body.inst_mut(phi);
            data.targets.push(from);
            data.operands.push(address);
        }
        Some(result)
    }
}

/// Takes away integers of addresses that nobody uses any more, and phis of them.
fn drop_unused(body: &mut Function) {
    loop {
        let uses = Uses::of(body);
        let unused: Vec<Inst> = body
            .all_insts()
            .filter(|&inst| {
                let data = body.inst(inst);
                let is_number = matches!(data.op, Op::Cast(CastOp::PtrToInt) | Op::Phi);
                is_number && data.result.is_some_and(|result| uses.of_value(result).is_empty())
            })
            .collect();
        if unused.is_empty() {
            break;
        }
        unused.into_iter().for_each(|inst| body.remove_inst(inst));
    }
}
