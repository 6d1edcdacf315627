//! Activity analysis: which values and instructions of a function carry a derivative.
//!
//! [`analyze`] is a function from an [`ActivityInput`] to [`Activities`]: the facts of the function of a request, and of each function
//! that it reaches under the activities of each call ([`ContextKey`]).

mod callee;
mod calls;
mod carry;
mod declared;
mod explain;
mod facts;
mod finish;
mod input;
mod knowledge;
mod marks;
mod prepare;
mod solve;
mod state;

pub use facts::{Activities, ActivityFacts, CallActivity, InactiveStore, Reason};
pub use input::{
    ActivityInput, Content, ContextKey, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity,
    ValueTypes,
};

/// The activity of everything that a request reaches.
///
/// If the function has no body, there are no facts but that nothing in it is active.
pub fn analyze(input: &ActivityInput<'_>) -> Activities {
    let program = prepare::Program::new(input);
    let solver = solve::Solver::solve(input, &program);
    finish::finish(&solver)
}
