//! What tapes are for: `__enzyme_augmentfwd` is the first part of a gradient, or of a tangent that is computed apart from the primal. Which one
//! shows in what else the module asks for: `__enzyme_reverse` or `__enzyme_fwdsplit` of the same function.

use std::collections::HashSet;

use super::parse::{Activity, Call};
use super::{Kind, Request, RequestError};
use crate::raw::Val;

/// Says of all requests for first parts what they are for. Those that cannot be carried out are taken out.
pub(crate) fn assign(calls: &mut Vec<Call>) -> Vec<(Request, RequestError)> {
    let targets = |kind: Kind| -> HashSet<Val> {
        let all = calls.iter().filter(|call| call.request.kind == kind);
        all.flat_map(Call::targets).collect()
    };
    let (replayed, reversed) = (targets(Kind::ForwardSplit), targets(Kind::Reverse));
    let mut refused = Vec::new();
    for mut call in std::mem::take(calls) {
        let both = call
            .targets()
            .any(|target| replayed.contains(&target) && reversed.contains(&target));
        let is_log = call.targets().any(|target| replayed.contains(&target));
        call.tape.replayed = is_log;
        match problem(&call, both) {
            Some(error) => refused.push((call.request, error)),
            None => calls.push(call),
        }
    }
    refused
}

/// Why a request of split mode cannot be carried out next to the others.
fn problem(call: &Call, both: bool) -> Option<RequestError> {
    let (kind, function) = (call.request.kind, call.target.name());
    let is_tangent = kind == Kind::ForwardSplit || kind.is_split() && call.tape.replayed;
    if kind == Kind::ForwardSplit && both {
        return Some(RequestError::TwoTapes { function });
    }
    if is_tangent && call.target_sret.is_some() {
        return Some(RequestError::Unsupported {
            feature: format!(
                "{} of a function that returns through memory, for __enzyme_fwdsplit,",
                kind.name()
            ),
        });
    }
    // Only now: the subject of other requests may be a global variable.
    let returns_address = || call.target.function_type().return_type().is_ptr();
    if kind == Kind::Augment && is_tangent && !both && call.ret == Activity::Dup && returns_address() {
        return Some(RequestError::NoShadowYet { kind, function });
    }
    None
}
