//! Activity analysis: which values and instructions of a function carry a derivative.
//!
//! [`analyze`] is a function from an [`ActivityInput`] to [`Activities`]: the facts of the function of a request, and of each function
//! that it reaches under the activities of each call ([`ContextKey`]). A value is active if it is *varied* (it may depend on an active
//! input) and *useful* (it may influence something whose derivative is asked for); Hascoët, Naumann and Pascual, "'To Be Recorded'
//! Analysis in Reverse-Mode Automatic Differentiation" (2005), section 2, define both.
//!
//! # Algorithm
//! 1. [`ir::memory::Pointers`] divides the objects that the request reaches into classes, with the rule table as knowledge of library
//!    functions. A class is active if it may hold derivatives, or addresses of memory that does.
//! 2. Varied values and classes grow together, from active parameters and globals, until nothing changes, in all contexts at once
//!    (`solve`, `calls`). An active number makes what is computed from it active, and the memory that it is stored in; active memory
//!    makes all addresses of it active (they need shadows), and what is loaded from it. A callee's context says which of the memory
//!    that it shares with the caller is active, and a caller's arguments select the context.
//! 3. Useful values grow backwards (`useful`).
//!
//! # What is declared
//! A pointer parameter that is [`ParamActivity::Dual`] has shadows for all memory that is reached through it. One that is
//! [`ParamActivity::Const`] leads to no memory that carries derivatives, whatever is stored there; so do globals that are marked
//! inactive. Addresses that come from such parameters and globals alone stay inactive, even where their memory cannot be told from
//! active memory; stores of something active through them are reported ([`ActivityFacts::stores_into_inactive`]), and so are
//! inactive addresses whose memory active ones may share ([`ActivityFacts::is_mixed`]). Globals without a mark hold no derivatives at
//! the entry of the request, and those that lead elsewhere lead to different memory, unless
//! [`Options::unmarked_globals_inactive_at_entry`] is off.
//!
//! Memory that is known to one function alone and that nobody reads (`unread`) is never active, whatever is stored there.
//!
//! # Cost
//! Linear in the uses of values for each context. A function has one context for each combination of activities that it is called
//! with; one that a single call has entered grows with what that call learns, instead of being made anew.
//!
//! # What it does not know
//! The order of instructions (memory that is ever active is active throughout), which fields of an object hold derivatives (objects are
//! active as wholes; only what addresses in different fields lead to is told apart), values in exceptions, and which functions an
//! address may be (calls of addresses are unknown calls).

mod calls;
mod carry;
mod declared;
mod explain;
mod facts;
mod finish;
mod input;
mod marks;
mod prepare;
pub mod print;
mod solve;
mod state;
mod tables;
mod unread;
mod useful;

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
    finish::finish(solver)
}
