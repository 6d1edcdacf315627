//! Which values lead only to memory that is declared inactive: through parameters given as constant and globals marked inactive.
//!
//! The largest set such that a value is in it only if all values that it comes from are, or lead to no memory (null, undef). What is
//! loaded through such a value is in it too: a constant parameter stands for all memory that is reached through it.

use ir::memory::address::{ConstBase, const_base};
use ir::{Const, Context, EntitySet, Function, GlobalId, InstData, Op, Uses, Value};

use crate::input::ParamActivity;
use crate::marks::GlobalMark;
use crate::prepare::Prepared;
use crate::tables::Map;

/// The values that lead only to memory that is declared inactive, if all parameters are. Values that lead nowhere are in the set.
/// `origins` are the results of the instructions that are [origins](is_origin).
pub(crate) fn declared_if_all_are(
    ctx: &Context,
    globals: &Map<GlobalId, GlobalMark>,
    function: &Function,
    uses: &Uses,
    origins: &[Value],
) -> EntitySet<Value> {
    let mut set = EntitySet::full(function.value_count());
    let constants = function.constants();
    let open = constants.filter(|&(constant, _)| !is_declared(ctx, globals, constant));
    let open = open.map(|(_, value)| value).chain(origins.iter().copied());
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

/// Whether a constant leads to memory that is declared inactive, or to none.
fn is_declared(ctx: &Context, globals: &Map<GlobalId, GlobalMark>, constant: Const) -> bool {
    match const_base(ctx, constant) {
        ConstBase::Global(global, _) => globals.get(&global) == Some(&GlobalMark::Inactive),
        ConstBase::Func | ConstBase::Nothing | ConstBase::Nowhere => true,
        // Numbers lead nowhere; other constants may hold the address of any global.
        ConstBase::Unknown => ctx.types.int_bits(ctx.const_type(constant)).is_some(),
    }
}

/// Whether the result of an instruction is a source of addresses. Loads, address arithmetic, phis and their like follow their operands.
pub(crate) fn is_origin(data: &InstData) -> bool {
    !matches!(data.op, Op::Load(_)) && passes(data.operands.len().max(1), &data.op).is_empty()
}
