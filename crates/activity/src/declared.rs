//! Which values lead only to memory that is declared inactive: through parameters given as constant and globals marked inactive.
//!
//! The largest set such that a value is in it only if all values that it comes from are, or lead to no memory (null, undef). What is
//! loaded through such a value is in it too: a constant parameter stands for all memory that is reached through it.

use ir::memory::address::{ConstBase, const_base};
use ir::{Context, EntitySet, Function, GlobalId, Op, Uses, Value, ValueDef};

use crate::input::ParamActivity;
use crate::marks::GlobalMark;
use crate::prepare::Prepared;
use crate::tables::Map;

/// The values that lead only to memory that is declared inactive, if all parameters are. Values that lead nowhere are in the set.
pub(crate) fn declared_if_all_are(
    ctx: &Context,
    globals: &Map<GlobalId, GlobalMark>,
    function: &Function,
    uses: &Uses,
) -> EntitySet<Value> {
    let mut set = EntitySet::full(function.value_count());
    let open = function
        .values()
        .filter(|&value| !starts_declared(ctx, globals, function, value));
    remove(function, uses, open, &mut set);
    set
}

/// The same for these activities of parameters.
pub(crate) fn declared(prepared: &Prepared<'_>, params: &[ParamActivity]) -> EntitySet<Value> {
    let function = prepared.function;
    let mut set = prepared.declared.clone();
    let dual = function.params.iter().zip(params);
    let dual = dual.filter(|(_, activity)| **activity == ParamActivity::Dual);
    remove(function, &prepared.uses, dual.map(|(&param, _)| param), &mut set);
    set
}

/// Takes values out of the set, and what comes from them.
fn remove(function: &Function, uses: &Uses, values: impl Iterator<Item = Value>, set: &mut EntitySet<Value>) {
    let mut work: Vec<Value> = values.filter(|&value| set.remove(value)).collect();
    while let Some(value) = work.pop() {
        for &(inst, position) in uses.of_value(value) {
            let data = function.inst(inst);
            let passes = match data.op {
                Op::Load(_) => true,
                _ => passes(data.operands.len(), &data.op).contains(&(position as usize)),
            };
            if let Some(result) = data.result.filter(|_| passes)
                && set.remove(result)
            {
                work.push(result);
            }
        }
    }
}

/// The operands that lead where the result leads.
fn passes(count: usize, op: &Op) -> std::ops::Range<usize> {
    match op {
        Op::Gep { .. } | Op::ExtractElement | Op::ExtractValue(_) | Op::Freeze | Op::Cast(_) => 0..1,
        Op::InsertElement | Op::InsertValue(_) | Op::Shuffle(_) => 0..2,
        Op::Select => 1..3,
        Op::Phi | Op::Binary(_) => 0..count,
        _ => 0..0,
    }
}

fn starts_declared(
    ctx: &Context,
    globals: &Map<GlobalId, GlobalMark>,
    function: &Function,
    value: Value,
) -> bool {
    match function.value(value).def {
        ValueDef::Param(_) => true,
        ValueDef::Const(constant) => match const_base(ctx, constant) {
            ConstBase::Global(global, _) => globals.get(&global) == Some(&GlobalMark::Inactive),
            ConstBase::Func | ConstBase::Nothing | ConstBase::Nowhere => true,
            // Numbers lead nowhere; other constants may hold the address of any global.
            ConstBase::Unknown => ctx.types.int_bits(ctx.const_type(constant)).is_some(),
        },
        // Loads, address arithmetic, phis and their like follow their operands; everything else is a source of addresses.
        ValueDef::Inst(inst) => {
            let data = function.inst(inst);
            matches!(data.op, Op::Load(_)) || !passes(data.operands.len().max(1), &data.op).is_empty()
        }
    }
}
