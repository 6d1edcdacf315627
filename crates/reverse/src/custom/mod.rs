//! Gradients that the user gives: functions around them that take the place of those that would be made.
//!
//! A function with metadata `enzyme_augment` and `enzyme_gradient` (`__enzyme_register_gradient_*`) is not differentiated. What answers a
//! request for it are functions with the signatures of all answers (module [`crate::request`]) that call the user's, and put the tape
//! that these hand on onto the gradient's own.
//!
//! Other than the reverse functions that are made, these read all primal arguments: callers pass them all ([`has_gradient`]).
//!
//! # What it does not know
//! What the functions do: they must not throw in the reverse sweep, and compute what they should.

mod body;
mod rule;

use ir::{Context, FuncId, Function};

use crate::error::{Error, ErrorKind};
use crate::request::{Answer, Job, Role};
use crate::runtime::RuntimeFunctions;
use rule::Rule;

/// The functions that a user gives for the two sweeps of a function.
pub(crate) fn gradient_of(ctx: &Context, func: FuncId) -> Option<(FuncId, FuncId)> {
    let rules = &ctx.funcs[func].rules;
    let named = |name: &str| {
        let found = rules.iter().find(|(kind, _)| &**kind == name);
        found.map(|&(_, rule)| rule)
    };
    named("enzyme_augment").zip(named("enzyme_gradient"))
}

/// Whether a user gives the functions for the two sweeps.
pub(crate) fn has_gradient(ctx: &Context, func: FuncId) -> bool {
    gradient_of(ctx, func).is_some()
}

/// The bodies that answer a request for a function with a gradient of the user's; `None` if it has none.
pub(crate) fn bodies(
    (ctx, known): (&mut Context, ir::Bodies<'_>),
    runtime: &mut RuntimeFunctions,
    job: &Job,
) -> Option<Result<Vec<Function>, Vec<Error>>> {
    let functions = gradient_of(ctx, job.request.func)?;
    let fail = |kind: ErrorKind| {
        vec![Error {
            func: job.request.func,
            inst: None,
            kind,
        }]
    };
    let rule = match Rule::read(ctx, known, &job.request, functions) {
        Ok(rule) => rule,
        Err(kind) => return Some(Err(fail(kind))),
    };
    let wanted = match job.answer {
        Answer::Combined(func) => vec![(func, Role::Combined)],
        Answer::Split { augmented, reverse } => {
            vec![(augmented, Role::Augmented), (reverse, Role::Reverse)]
        }
    };
    let made = wanted
        .into_iter()
        .map(|(func, role)| body::make(ctx, runtime, (&job.request, &rule), (func, role)));
    Some(Ok(made.collect()))
}
