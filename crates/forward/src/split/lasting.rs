//! Memory that registered split derivatives read must be there when tangents are replayed: it must not be of the functions' own.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use ir::memory::address::decompose;
use ir::{Bodies, Context, FuncId, Function, Op, Value, ValueDef};
use rustc_hash::FxHashMap;

use super::parts::{Parts, Refused};

/// Finds calls that hand an address of the caller's own memory to where a registered split derivative follows it: the tangent
/// function, and what is wrong. Addresses that were loaded are of what the memory that they were loaded from belongs to.
pub(super) fn check(
    ctx: &Context,
    bodies: Bodies<'_>,
    pairs: &IndexMap<FuncId, Parts>,
) -> Vec<(FuncId, Refused)> {
    let mut refused = Vec::new();
    // Which parameters of each tangent function must lead to memory that lasts.
    let mut follows: FxHashMap<FuncId, BTreeSet<usize>> = FxHashMap::default();
    for (&func, parts) in pairs {
        let followed = parts.rule.as_ref().map(|rule| rule.follows.clone());
        follows.insert(func, followed.unwrap_or_default());
    }
    loop {
        let mut changed = false;
        refused.clear();
        for (&func, parts) in pairs {
            let Some(source) = bodies.get(func) else { continue };
            for (&inst, call) in &parts.calls {
                let args = source.inst(inst).args();
                let positions = follows.get(&call.tangent).cloned().unwrap_or_default();
                for &address in positions.iter().filter_map(|&at| args.get(at)) {
                    match owners(ctx, source, address) {
                        Some(params) => {
                            let known = follows.entry(func).or_default();
                            let before = known.len();
                            known.extend(params);
                            changed |= known.len() > before;
                        }
                        None => refused.push((func, (Some(inst), message(ctx, call.primal)))),
                    }
                }
            }
        }
        if !changed {
            return refused;
        }
    }
}

fn message(ctx: &Context, callee: FuncId) -> String {
    format!(
        "an argument of `{}` that leads to memory of its caller's own, where a registered split derivative looks later,",
        ctx.funcs[callee].name
    )
}

/// The parameters that an address comes from; `None` if it may lead to memory of the function's own.
fn owners(ctx: &Context, source: &Function, address: Value) -> Option<BTreeSet<usize>> {
    let mut params = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut work = vec![address];
    while let Some(value) = work.pop() {
        let base = decompose(ctx, source, value).base;
        if !seen.insert(base) {
            continue;
        }
        let inst = match source.value(base).def {
            ValueDef::Const(_) => continue,
            ValueDef::Param(at) => {
                params.insert(at as usize);
                continue;
            }
            ValueDef::Inst(inst) => inst,
        };
        let data = source.inst(inst);
        match data.op {
            Op::Phi => work.extend_from_slice(&data.operands),
            Op::Select => work.extend_from_slice(&data.operands[1..]),
            Op::Freeze | Op::Load(_) => work.push(data.operands[0]),
            _ => return None,
        }
    }
    Some(params)
}
