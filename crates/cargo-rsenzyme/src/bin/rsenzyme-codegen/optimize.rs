//! Optimizing what the linker step changed, and only that.
//!
//! rustc has optimized the whole program once. After derivatives were made, their functions and the callers of the requests need the pipeline again,
//! so that adapters and packed arguments disappear; for all others only vectorization and unrolling are missing. What is to stay is frozen meanwhile.

use std::collections::HashSet;

use anyhow::Result;
use llvm::{Frozen, Reading, make_readable, run_pipeline};
use llvm_sys::prelude::LLVMValueRef;

use crate::emit::Machine;
use crate::program::Program;

/// What LLVM's own LTO pipeline does at its end: rustc was told to leave it.
const VECTORIZE: &str = "loop-simplify,lcssa,loop(loop-rotate),loop-vectorize,infer-alignment,loop-unroll,sroa<preserve-cfg>,\
    instcombine<no-verify-fixpoint>,simplifycfg,sccp,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,loop-mssa(licm)";

/// rustc's optimization levels, as far as they differ here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    None,
    Less,
    Default,
    Aggressive,
    Size,
    MinSize,
}

impl Level {
    /// The level of `-C opt-level`.
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "1" => Self::Less,
            "2" => Self::Default,
            "3" => Self::Aggressive,
            "s" => Self::Size,
            "z" => Self::MinSize,
            _ => Self::None,
        }
    }

    fn pipeline(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Less => Some("default<O1>"),
            Self::Default => Some("default<O2>"),
            Self::Aggressive => Some("default<O3>"),
            Self::Size => Some("default<Os>"),
            Self::MinSize => Some("default<Oz>"),
        }
    }

    fn vectorizes(self) -> bool {
        matches!(self, Self::Default | Self::Aggressive)
    }
}

/// Prepares the functions that requests reach: unoptimized ones are optimized, and addresses that are made of constants become visible.
pub(crate) fn reached(program: &Program) -> Result<()> {
    let callers = program.callers_of_requests();
    if !callers.is_empty() {
        // SAFETY: the functions are the program's, which is alive and this thread's; the list is not used after that.
        unsafe { make_readable(program.module(), &callers, Reading::default())? };
    }
    Ok(())
}

/// After derivatives were made: optimizes the functions that are not in `old` and `callers`, and vectorizes the others.
pub(crate) fn rest(
    program: &Program,
    machine: &Machine,
    level: Level,
    old: &[LLVMValueRef],
    callers: &[LLVMValueRef],
) -> Result<()> {
    let Some(pipeline) = level.pipeline() else {
        return Ok(());
    };
    let callers: HashSet<_> = callers.iter().copied().collect();
    let old: HashSet<_> = old.iter().copied().collect();
    let (untouched, changed): (Vec<_>, Vec<_>) = program
        .bodies()
        .into_iter()
        .partition(|function| old.contains(function) && !callers.contains(function));
    let run = |passes: &str, frozen: Vec<LLVMValueRef>| {
        // SAFETY: module, functions and machine are alive. The pipeline may delete functions, so those that are left are thawed.
        unsafe {
            let frozen = Frozen::new(frozen);
            let result = run_pipeline(program.module(), passes, machine.raw(), true);
            frozen.thaw(program.module());
            result
        }
    };
    if level.vectorizes() {
        // One run for all: each run of passes costs as much as a small function.
        run(&format!("function({VECTORIZE})"), changed)?;
    }
    if !callers.is_empty() {
        run(pipeline, untouched)?;
    }
    Ok(())
}
