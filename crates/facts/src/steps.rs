//! Counters of unknown type: integers that could also be the bits of floats.
//!
//! A few steps of the least bit leave the derivative of a float as it is, up to rounding, and a counter has none. So whatever it is, the
//! result has the derivative of the operand, and memory that is stepped where it is has the one that it had.

use ir::{BinOp, Context, EntitySet, Function, Inst, Op, Ordering, Uses, Value};

use crate::body::Facts;
use crate::types::Sort;

/// How far a counter is moved at most where it could also be a float: units in the last place, which are nothing but rounding.
const MOST_STEPS: u128 = 16;

/// Memory of unknown type that is stepped where it is.
#[derive(Clone, Default, Debug)]
pub struct InPlace {
    /// The stores: before and after each, the memory has the same derivative.
    pub stores: EntitySet<Inst>,
    /// What was loaded for them and what is stored: nothing else takes a derivative from these.
    pub values: EntitySet<Value>,
}

impl Facts<'_> {
    /// The operand of which an instruction makes one of the next numbers, if it is active, it is not known what it is, and it has 32 bits: no
    /// address, and of floats enough for the mantissa to take the steps.
    pub fn stepped(&self, ctx: &Context, function: &Function, inst: Inst) -> Option<Value> {
        let data = function.inst(inst);
        let Op::Binary(op @ (BinOp::Add | BinOp::Sub)) = data.op else {
            return None;
        };
        let bits = ctx.types.int_bits(ctx.types.scalar(data.ty))?;
        let sides = [
            (data.operands[0], data.operands[1]),
            (data.operands[1], data.operands[0]),
        ];
        let sides = &sides[..if op == BinOp::Add { 2 } else { 1 }];
        let (counter, steps) = sides.iter().copied().find(|&(counter, _)| self.active(counter))?;
        let steps = crate::int_constant(ctx, function, steps)?;
        let is_few = steps <= MOST_STEPS || ir::constant::mask(bits) - steps < MOST_STEPS;
        let bytes = ctx.store_size_of(data.ty)?;
        let is_unknown = (0..bytes).all(|byte| self.sort(counter, byte) == Sort::Unknown);
        (is_few && is_unknown && bits == 32 && ctx.layout.pointer_size(0) > 4).then_some(counter)
    }

    /// The counters of a function that are loaded, stepped and stored to where they were, with nothing between that writes to memory.
    pub fn stepped_in_place(&self, ctx: &Context, function: &Function) -> InPlace {
        let mut found = InPlace::default();
        let is_store = |&inst: &Inst| matches!(function.inst(inst).op, Op::Store(_));
        let stores: Vec<Inst> = function.all_insts().filter(is_store).collect();
        let mut uses = None;
        for store in stores {
            let Some((counter, sum)) = self.step_of(ctx, function, store) else {
                continue;
            };
            let uses = uses.get_or_insert_with(|| Uses::of(function));
            let only = |value: Value, by: Inst| {
                let users = uses.of_value(value).iter();
                users
                    .copied()
                    .all(|(user, _)| user == by || self.is_aside(function, user))
            };
            let step = function.def_inst(sum);
            if step.is_some_and(|step| only(counter, step)) && only(sum, store) {
                found.stores.insert(store);
                found.values.extend([counter, sum]);
            }
        }
        found
    }

    /// What is loaded, and what is made of it, for a store to the same place.
    fn step_of(&self, ctx: &Context, function: &Function, store: Inst) -> Option<(Value, Value)> {
        let data = function.inst(store);
        let (sum, address) = (data.operands[0], data.operands[1]);
        let step = function.def_inst(sum)?;
        let counter = self.stepped(ctx, function, step)?;
        let load = function.def_inst(counter)?;
        let loaded = function.inst(load);
        let is_plain = |op: &Op| match op {
            Op::Load(access) | Op::Store(access) => {
                !access.volatile && access.ordering == Ordering::NotAtomic
            }
            _ => false,
        };
        let same_place = matches!(loaded.op, Op::Load(_)) && loaded.operands[0] == address;
        if !same_place || !is_plain(&loaded.op) || !is_plain(&data.op) || loaded.block != data.block {
            return None;
        }
        let block = function.insts(data.block);
        let after_load = block.iter().skip_while(|&&inst| inst != load).skip(1);
        let mut between = after_load.take_while(|&&inst| inst != store);
        let writes = |&inst: &Inst| {
            let op = &function.inst(inst).op;
            let is_access = matches!(op, Op::Store(_) | Op::AtomicRmw(..) | Op::CmpXchg(_));
            let is_other = matches!(op, Op::Fence(_) | Op::VaArg | Op::Opaque { .. });
            op.call_info().is_some() || is_access || is_other
        };
        // A load that comes after the store, in the block, is of an earlier execution.
        let comes_first = block.iter().find(|&&inst| inst == load || inst == store) == Some(&load);
        (comes_first && !between.any(writes)).then_some((counter, sum))
    }

    /// Whether a use takes no derivative: its instruction and the result are inactive.
    fn is_aside(&self, function: &Function, user: Inst) -> bool {
        let result = function.inst(user).result;
        !self.inst(user) && !result.is_some_and(|result| self.active(result))
    }
}
