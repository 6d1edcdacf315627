//! What a function reads from global variables that are taken to carry no derivative.
//!
//! A global variable without a mark carries no derivative when a request is entered ([`activity::Options`]); its shadow is used in
//! requests that store something active there. A request that only reads such a variable does not see those tangents. That is
//! what Enzyme does, and it may be what the user wants, but it must not go unsaid: these reads are collected, and whoever knows all
//! requests of a module can tell those that matter, by [`crate::Forward::shadows`].

use indexmap::IndexSet;
use ir::memory::address::{ConstBase, const_base};
use ir::{Context, FuncId, Function, GlobalId, Inst, Op, Uses, Value};

use facts::Facts;

/// A read of a global variable that is not constant and that the request takes to carry no derivative, where a derivative could
/// matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InactiveRead {
    /// The variable.
    pub global: GlobalId,
    /// The function that reads it.
    pub func: FuncId,
    /// The load, or the call that gets the address.
    pub inst: Inst,
}

/// The first such read of each variable that a body mentions. Addresses are followed through address arithmetic, casts, selections
/// and phis. Linear in the uses of the variables.
pub(crate) fn inactive_reads(ctx: &Context, source: &Function, facts: &Facts<'_>) -> Vec<InactiveRead> {
    let mut starts: Vec<(GlobalId, Value)> = Vec::new();
    for (constant, value) in source.constants() {
        if let ConstBase::Global(global, _) = const_base(ctx, constant)
            && !ctx.globals[global].constant
            && !facts.active(value)
        {
            starts.push((global, value));
        }
    }
    if starts.is_empty() {
        return Vec::new();
    }
    let uses = Uses::of(source);
    let mut found = Vec::new();
    let mut known: IndexSet<GlobalId> = IndexSet::new();
    for (global, start) in starts {
        if let Some(inst) = first_read(source, facts, &uses, start).filter(|_| known.insert(global)) {
            let func = source.id;
            found.push(InactiveRead { global, func, inst });
        }
    }
    found
}

fn first_read(source: &Function, facts: &Facts<'_>, uses: &Uses, start: Value) -> Option<Inst> {
    let mut seen: IndexSet<Value> = IndexSet::from([start]);
    let mut next = 0;
    while let Some(&address) = seen.get_index(next) {
        next += 1;
        for &(inst, position) in uses.of_value(address) {
            let data = source.inst(inst);
            let matters = data.result.is_some_and(|result| facts.useful(result));
            match data.op {
                Op::Load(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) if matters => return Some(inst),
                Op::Call(_) | Op::Invoke(_) if position > 0 && (matters || facts.inst(inst)) => {
                    return Some(inst);
                }
                Op::Gep { .. } if position > 0 => {}
                Op::Gep { .. } | Op::Cast(_) | Op::Select | Op::Phi | Op::Freeze => {
                    seen.extend(data.result);
                }
                _ => {}
            }
        }
    }
    None
}
