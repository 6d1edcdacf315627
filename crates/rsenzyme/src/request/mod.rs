//! Requests: the `__enzyme_*` calls of a module, what they ask for, and their replacement by calls of derivatives.
//!
//! The protocol is Enzyme's, as `docs/compatibility.md` lists it. A request is found by the name of what it calls ([`find`]), its operands
//! are read into a [`Call`] ([`parse`]), and once the derivative exists it is replaced ([`replace`]).

pub(crate) mod batch;
pub(crate) mod error;
pub(crate) mod markers;
pub(crate) mod parse;
mod reader;
pub(crate) mod replace;
pub(crate) mod rustc;
mod split;
pub(crate) mod tapes;
pub(crate) mod target;

use crate::raw::{Mod, Val};

pub(crate) use error::RequestError;

/// What a request asks for, by the name of the called function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Kind {
    /// Gradient in one call: primal sweep and reverse sweep.
    Autodiff,
    /// Tangents.
    Forward,
    /// The forward part of a gradient in two parts.
    Augment,
    /// The reverse part.
    Reverse,
    /// Tangents apart from the primal, which the forward part of a gradient has run.
    ForwardSplit,
    /// The bytes of memory between the two parts.
    AugmentSize,
    /// The shadow of a function or global variable.
    VirtualReverse,
    /// A function of several sets of arguments.
    Batch,
    /// Any other entry of the protocol, which this version refuses.
    Other(&'static str),
}

/// Keys and kinds in the order in which names are tested: the first that a name contains decides.
const KEYS: [(&str, Kind); 16] = [
    ("__enzyme_autodiff", Kind::Autodiff),
    ("__enzyme_fwddiff", Kind::Forward),
    ("__enzyme_error_estimate", Kind::Other("__enzyme_error_estimate")),
    ("__enzyme_fwdsplit", Kind::ForwardSplit),
    ("__enzyme_augmentfwd", Kind::Augment),
    ("__enzyme_augmentsize", Kind::AugmentSize),
    ("__enzyme_reverse", Kind::Reverse),
    ("__enzyme_virtualreverse", Kind::VirtualReverse),
    ("__enzyme_batch", Kind::Batch),
    ("__enzyme_truncate_mem", Kind::Other("__enzyme_truncate_mem")),
    ("__enzyme_truncate_op", Kind::Other("__enzyme_truncate_op")),
    ("__enzyme_expand_mem", Kind::Other("__enzyme_expand_mem")),
    ("__enzyme_likelihood", Kind::Other("__enzyme_likelihood")),
    ("__enzyme_trace", Kind::Other("__enzyme_trace")),
    ("__enzyme_condition", Kind::Other("__enzyme_condition")),
    ("__enzyme_todense", Kind::Other("__enzyme_todense")),
];

/// Helper calls that give types to memory; they say nothing at run time.
const TYPE_HELPERS: [&str; 4] = [
    "__enzyme_float",
    "__enzyme_double",
    "__enzyme_integer",
    "__enzyme_pointer",
];

impl Kind {
    /// What calls of a function of this name ask for.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        if !name.contains("__enzyme_") {
            return None;
        }
        KEYS.iter()
            .find(|(key, _)| name.contains(key))
            .map(|&(_, kind)| kind)
    }

    /// Whether it is one part of split mode, or about it.
    pub(crate) fn is_split(self) -> bool {
        matches!(
            self,
            Self::Augment | Self::Reverse | Self::AugmentSize | Self::ForwardSplit
        )
    }

    /// Whether it is about tangents.
    pub(crate) fn is_forward(self) -> bool {
        matches!(self, Self::Forward | Self::ForwardSplit)
    }

    /// The name that users know.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Autodiff => "__enzyme_autodiff",
            Self::Forward => "__enzyme_fwddiff",
            Self::Augment => "__enzyme_augmentfwd",
            Self::AugmentSize => "__enzyme_augmentsize",
            Self::Reverse => "__enzyme_reverse",
            Self::ForwardSplit => "__enzyme_fwdsplit",
            Self::VirtualReverse => "__enzyme_virtualreverse",
            Self::Batch => "__enzyme_batch",
            Self::Other(name) => name,
        }
    }
}

/// Whether calls of a function of this name only give types to memory.
pub(crate) fn is_type_helper(name: &str) -> bool {
    name.contains("__enzyme_")
        && TYPE_HELPERS.iter().any(|key| name.contains(key))
        && Kind::of_name(name).is_none()
}

/// A call that asks for something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Request {
    /// The call or invoke.
    pub(crate) call: Val,
    /// What it asks for.
    pub(crate) kind: Kind,
}

/// All requests of a module, in the order of its functions and their instructions.
///
/// Only the users of functions with fitting names are looked at, so a module without requests costs one look at each function's name.
pub(crate) fn find(module: Mod) -> Vec<Request> {
    let mut requests = Vec::new();
    for function in module.functions() {
        let Some(kind) = Kind::of_name(&function.name()) else {
            continue;
        };
        let calls = function
            .users()
            .into_iter()
            .filter(|user| user.callee() == Some(function));
        requests.extend(calls.map(|call| Request { call, kind }));
    }
    if requests.len() > 1 {
        sort_by_position(module, &mut requests);
    }
    requests
}

/// Use lists have no useful order, so the order of the module is found by walking the functions that hold requests.
fn sort_by_position(module: Mod, requests: &mut Vec<Request>) {
    let callers: std::collections::HashSet<_> = requests
        .iter()
        .map(|request| request.call.parent_function())
        .collect();
    let kinds: std::collections::HashMap<_, _> = requests
        .iter()
        .map(|request| (request.call, request.kind))
        .collect();
    *requests = module
        .functions()
        .filter(|function| callers.contains(function))
        .flat_map(Val::instructions)
        .filter_map(|call| kinds.get(&call).map(|&kind| Request { call, kind }))
        .collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_as_enzyme_does() {
        assert_eq!(Kind::of_name("_Z17__enzyme_autodiffIdJEE"), Some(Kind::Autodiff));
        assert_eq!(Kind::of_name("__enzyme_fwddiff2"), Some(Kind::Forward));
        assert_eq!(
            Kind::of_name("__enzyme_virtualreverse"),
            Some(Kind::VirtualReverse)
        );
        assert_eq!(Kind::of_name("enzyme_dup"), None);
        assert!(is_type_helper("__enzyme_double"));
        assert!(!is_type_helper("__enzyme_fwddiff_double"));
    }
}
