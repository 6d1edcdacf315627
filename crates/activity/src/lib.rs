//! Activity analysis: which values and instructions of a function carry a derivative.
//!
//! [`analyze`] is a function from an [`ActivityInput`] to [`Activities`]: the facts of the function of a request, and of each function
//! that it reaches under the activities of each call ([`ContextKey`]).

mod facts;
mod input;

pub use facts::{Activities, ActivityFacts, CallActivity, InactiveStore, Reason};
pub use input::{
    ActivityInput, Content, ContextKey, NoTypes, Options, ParamActivity, ReturnActivity, ValueTypes,
};

use indexmap::IndexMap;
use ir::graph::Callee;
use ir::{EntityVec, Function, TypeData, ValueDef};

/// The activity of everything that a request reaches.
pub fn analyze(input: &ActivityInput<'_>) -> Activities {
    let mut contexts = IndexMap::new();
    let mut work = vec![input.key()];
    while let Some(key) = work.pop() {
        let Some(function) = input.bodies.get(key.func) else {
            continue;
        };
        if contexts.contains_key(&key) {
            continue;
        }
        let facts = conservative(input, function, key.clone());
        work.extend(facts.calls.values().map(|call| call.key.clone()));
        contexts.insert(key, facts);
    }
    Activities { contexts }
}

/// Everything that can carry a derivative does.
fn conservative(input: &ActivityInput<'_>, function: &Function, key: ContextKey) -> ActivityFacts {
    let carries = |value| {
        !matches!(
            input.ctx.types.get(function.ty(value)),
            TypeData::Int(1) | TypeData::Void
        )
    };
    let active = |value| match function.value(value).def {
        ValueDef::Param(index) => key.params.get(index as usize) == Some(&ParamActivity::Dual),
        ValueDef::Inst(_) => carries(value),
        ValueDef::Const(_) => false,
    };
    let values: EntityVec<_, bool> = function.values().map(active).collect();
    let mut insts = EntityVec::filled(function.inst_count(), false);
    let mut calls = IndexMap::new();
    for inst in function.all_insts() {
        let data = function.inst(inst);
        let any = data.result.into_iter().chain(data.operands.iter().copied());
        insts[inst] = any.into_iter().any(|value| values[value]);
        let callee = Callee::of(input.ctx, function, inst).and_then(Callee::func);
        if let Some(func) = callee.filter(|&func| insts[inst] && input.bodies.get(func).is_some()) {
            let activity = |&arg: &ir::Value| match values[arg] {
                true => ParamActivity::Dual,
                false => ParamActivity::Const,
            };
            let ret = match data.result.is_some_and(|result| values[result]) {
                true => ReturnActivity::Active,
                false => ReturnActivity::Const,
            };
            let params = data.args().iter().map(activity).collect();
            calls.insert(
                inst,
                CallActivity {
                    key: ContextKey { func, params, ret },
                },
            );
        }
    }
    ActivityFacts {
        key,
        values,
        insts,
        calls,
        stores_into_inactive: Vec::new(),
        refused: Vec::new(),
        reasons: IndexMap::new(),
    }
}
