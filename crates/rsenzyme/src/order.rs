//! In which order requests are carried out: the inner ones first.
//!
//! A function that is differentiated may itself ask for a derivative (that is how higher orders are written), so its requests must be
//! replaced before it is read. A round takes all requests whose targets reach no pending request, through calls and function addresses;
//! rounds follow until none is left. The cost is a walk over what the pending targets reach, once for each round, and nothing where
//! only one request exists.

use std::collections::{HashMap, HashSet};

use crate::raw::Val;
use crate::request::parse::Call;

/// The state of the rounds.
#[derive(Default)]
pub(crate) struct Rounds {
    pending: Vec<Call>,
    /// Functions with a request that failed: what reaches them cannot be differentiated, and the reason has been given.
    failed: HashSet<Val>,
}

/// The next thing to do.
pub(crate) enum Round {
    /// Carry out these requests, which do not depend on others.
    Ready(Vec<Call>),
    /// These requests wait for each other.
    Cycle(Vec<Call>),
    /// Nothing is left.
    Done,
}

impl Rounds {
    pub(crate) fn new(pending: Vec<Call>) -> Self {
        Self {
            pending,
            failed: HashSet::new(),
        }
    }

    /// Says that a request in `function` failed.
    pub(crate) fn fail(&mut self, function: Val) {
        self.failed.insert(function);
    }

    /// The requests that can be carried out now.
    pub(crate) fn next(&mut self) -> Round {
        self.drop_blocked();
        if self.pending.is_empty() {
            return Round::Done;
        }
        let callers: HashSet<_> = self.pending.iter().map(caller).collect();
        let mut blocked: HashMap<Val, bool> = HashMap::new();
        let mut is_blocked = |target: Val| {
            *blocked
                .entry(target)
                .or_insert_with(|| reaches(target, |function| callers.contains(&function)))
        };
        let is_ready = |call: &Call| !call.targets().any(&mut is_blocked);
        let (ready, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pending).into_iter().partition(is_ready);
        if ready.is_empty() {
            return Round::Cycle(waiting);
        }
        self.pending = waiting;
        Round::Ready(ready)
    }

    /// Drops the requests whose targets reach a failed one. Their callers have failed by that, too.
    fn drop_blocked(&mut self) {
        while !self.failed.is_empty() {
            let fails = |target| reaches(target, |function| self.failed.contains(&function));
            let is_blocked = |call: &Call| call.targets().any(fails);
            let (dropped, kept) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition(is_blocked);
            self.pending = kept;
            let dropped: Vec<Call> = dropped;
            if dropped.is_empty() {
                return;
            }
            self.failed.extend(dropped.iter().map(caller));
        }
    }
}

fn caller(call: &Call) -> Val {
    call.request.call.parent_function()
}

/// Whether `from` is, calls or mentions a function for which `wanted` holds, directly or through others.
pub(crate) fn reaches(from: Val, wanted: impl Fn(Val) -> bool) -> bool {
    let mut seen = HashSet::from([from]);
    let mut stack = vec![from];
    while let Some(function) = stack.pop() {
        if wanted(function) {
            return true;
        }
        // A request for the shadow of a variable has that as its target.
        if !function.is_function() {
            continue;
        }
        for inst in function.instructions() {
            let mentioned = inst
                .operands()
                .into_iter()
                .filter(|operand| operand.is_function());
            stack.extend(mentioned.filter(|&function| seen.insert(function)));
        }
    }
    false
}
