//! Optimizing what the linker step changed, and only that.
//!
//! rustc has optimized the whole program once. After derivatives were made, their functions and the callers of the requests need the pipeline again,
//! so that adapters and packed arguments disappear; for all others only vectorization and unrolling are missing. What is to stay is frozen meanwhile.
//! Every pass over the whole program costs what a build without derivatives does not pay, so that what nobody uses goes first.

use std::collections::HashSet;

use anyhow::Result;
use llvm::{Frozen, Reading, is_unoptimized, make_readable, run_pipeline};
use llvm_sys::prelude::LLVMValueRef;

use crate::emit::Machine;
use crate::program::{Program, has_loop};

/// What LLVM's own LTO pipeline does at its end: rustc was told to leave it.
const VECTORIZE: &str = "loop-simplify,lcssa,loop(loop-rotate),loop-vectorize,infer-alignment,loop-unroll,sroa<preserve-cfg>,\
    instcombine<no-verify-fixpoint>,simplifycfg,sccp,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,loop-mssa(licm)";

/// The part of [`VECTORIZE`] for functions without loops.
const VECTORIZE_STRAIGHT: &str = "slp-vectorizer,vector-combine";

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

/// Deletes what nobody uses. rustc's unoptimized programs hold the whole standard library, four times what they need.
pub(crate) fn drop_unused(program: &Program, machine: &Machine) -> Result<()> {
    // SAFETY: module and machine are alive; no values of the module are held.
    unsafe { run_pipeline(program.module(), "globaldce", machine.raw(), false)? };
    Ok(())
}

/// Prepares the functions that requests reach: unoptimized ones are optimized, and addresses that are made of constants become visible.
pub(crate) fn reached(program: &Program) -> Result<()> {
    let roots = program.readers_of_requests(|caller| {
        // SAFETY: the caller is a function of the program's, which is alive and this thread's.
        unsafe { is_unoptimized(caller) }
    });
    if !roots.is_empty() {
        // SAFETY: the functions are the program's, which is alive and this thread's; the list is not used after that.
        unsafe { make_readable(program.module(), &roots, Reading::default())? };
    }
    Ok(())
}

/// The functions of a program with derivatives.
pub(crate) struct Parts {
    /// What rustc has optimized, and what is still the same.
    untouched: Vec<LLVMValueRef>,
    /// Derivatives, and the functions that call them.
    pub(crate) changed: Vec<LLVMValueRef>,
}

impl Parts {
    /// What is not among the `old` functions is new, and `callers` have changed.
    pub(crate) fn of(program: &Program, old: &[LLVMValueRef], callers: &[LLVMValueRef]) -> Self {
        let callers: HashSet<_> = callers.iter().copied().collect();
        let old: HashSet<_> = old.iter().copied().collect();
        let (untouched, changed) = program
            .bodies()
            .into_iter()
            .partition(|function| old.contains(function) && !callers.contains(function));
        Self { untouched, changed }
    }
}

/// After derivatives were made: optimizes what has changed, and vectorizes the rest.
pub(crate) fn rest(program: &Program, machine: &Machine, level: Level, parts: Parts) -> Result<()> {
    let Some(pipeline) = level.pipeline() else {
        return Ok(());
    };
    let Parts { untouched, changed } = parts;
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
        // Two runs for all: each run of passes costs as much as a small function.
        let (loops, straight): (Vec<_>, Vec<_>) = untouched.iter().partition(|&&function| has_loop(function));
        for (passes, others) in [(VECTORIZE, &straight), (VECTORIZE_STRAIGHT, &loops)] {
            run(
                &format!("function({passes})"),
                changed.iter().chain(others).copied().collect(),
            )?;
        }
    }
    if !changed.is_empty() {
        run(pipeline, untouched)?;
    }
    Ok(())
}
