//! Why something is active, as a chain of steps.

use ir::{Function, Inst, Value};

use crate::facts::{ActivityFacts, Reason};
use crate::state::Cause;

/// Steps of a chain that are given.
const LIMIT: usize = 32;

/// The steps from a value back to what was active at the entry.
pub(crate) fn explanation(facts: &ActivityFacts, function: &Function, value: Value) -> Vec<Reason> {
    let mut chain = Vec::new();
    let mut value = value;
    let Some(mut cause) = facts.value_causes.get(value) else {
        return chain;
    };
    while chain.len() < LIMIT {
        let (inst, text) = sentence(function, cause);
        chain.push(Reason { value, inst, text });
        match cause {
            Cause::Operand { from, .. } => match facts.value_causes.get(from) {
                Some(next) => (value, cause) = (from, next),
                None => break,
            },
            Cause::Memory(class) | Cause::Content(class) => match facts.class_causes.get(class) {
                Some(next) => cause = next,
                None => break,
            },
            Cause::Param(_) | Cause::Global | Cause::Callee(_) | Cause::Returned | Cause::Mark(_) => break,
        }
    }
    chain
}

fn sentence(function: &Function, cause: Cause) -> (Option<Inst>, String) {
    match cause {
        Cause::Param(index) => (
            None,
            format!("parameter {index} is active, with all memory that it leads to"),
        ),
        Cause::Operand { inst, from } => {
            let name = function.value_name(from);
            let text = match function.inst(inst).result {
                Some(_) => format!("its operand {name} is active"),
                None => format!("the active {name} is stored there"),
            };
            (Some(inst), text)
        }
        Cause::Memory(_) => (None, "it leads to memory that may hold derivatives".to_owned()),
        Cause::Content(_) => (
            None,
            "the memory holds addresses of memory that may hold derivatives".to_owned(),
        ),
        Cause::Global => (
            None,
            "it is a global variable, or reached from one, that may hold derivatives".to_owned(),
        ),
        Cause::Callee(inst) => (Some(inst), "the called function makes it active".to_owned()),
        Cause::Returned => (None, "the shadow of the returned memory is asked for".to_owned()),
        Cause::Mark(inst) => (
            Some(inst),
            "it is marked active, or nothing is known of where it comes from".to_owned(),
        ),
    }
}
