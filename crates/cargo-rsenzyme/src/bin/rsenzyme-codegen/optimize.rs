//! Optimizing what the linker step changed, and only that.
//!
//! rustc has optimized the whole program once. After derivatives were made, their functions and the callers of the requests need the pipeline again,
//! so that adapters and packed arguments disappear; for all others only vectorization is missing. LLVM's module pipelines know no
//! selection, so the functions that are to stay get `optnone` and `noinline` for the time of the run ([`Frozen`]).

use std::collections::HashSet;
use std::ffi::{CStr, CString, c_uint};

use anyhow::{Result, bail};
use llvm_sys::core::*;
use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMErrorRef, LLVMGetErrorMessage};
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMPassBuilderOptionsRef,
    LLVMPassBuilderOptionsSetLoopVectorization, LLVMPassBuilderOptionsSetSLPVectorization, LLVMRunPasses,
};
use llvm_sys::{LLVMAttributeFunctionIndex, LLVMOpcode};

use crate::emit::Machine;
use crate::program::{self, Program, has_body};

/// What LLVM's own LTO pipeline does at its end: rustc was told to leave it.
const VECTORIZE: &str = "loop-simplify,lcssa,loop(loop-rotate),loop-vectorize,infer-alignment,loop-unroll,sroa<preserve-cfg>,\
    instcombine<no-verify-fixpoint>,simplifycfg,sccp,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,loop-mssa(licm)";

/// What makes unoptimized functions readable for the engine: values instead of stack slots, no calls of one-line functions, no panics for
/// what cannot happen. Not less than what programs are differentiated after otherwise, so that a debug build has the same derivatives.
const PREPARE: &str = "default<O2>,lto<O2>";

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
pub(crate) fn reached(program: &Program, machine: &Machine, level: Level) -> Result<()> {
    if program.callers_of_requests().is_empty() {
        return Ok(());
    }
    if level == Level::None {
        run_on_reached(program, machine, PREPARE)?;
    }
    for _ in 0..EXPOSURES {
        let reached = program.reached(&program.callers_of_requests());
        let hidden = |function: &LLVMValueRef| {
            has_body(*function) && !has(*function, "alwaysinline") && makes_pointer_of_parameter(*function)
        };
        let hiding: Vec<_> = reached.into_iter().filter(hidden).collect();
        if hiding.is_empty() {
            break;
        }
        hiding.into_iter().for_each(inline_always);
        run_on_reached(program, machine, EXPOSE)?;
    }
    Ok(())
}

/// How often [`EXPOSE`] is repeated at most: the depth of calls through which a constant may come.
const EXPOSURES: usize = 4;

/// Inlines what must be, and makes the constants that came with it known.
const EXPOSE: &str =
    "always-inline,function(sroa,early-cse,sccp,instcombine<no-verify-fixpoint>,simplifycfg)";

/// Runs passes on the functions that requests reach only.
fn run_on_reached(program: &Program, machine: &Machine, passes: &str) -> Result<()> {
    let reached: HashSet<_> = program
        .reached(&program.callers_of_requests())
        .into_iter()
        .collect();
    let others = program
        .functions()
        .into_iter()
        .filter(|function| !reached.contains(function));
    let frozen = Frozen::new(others);
    let result = run(passes, Vectorize::No, |passes, options| {
        // SAFETY: module, text, machine and options are alive.
        unsafe { LLVMRunPasses(program.module(), passes.as_ptr(), machine.raw(), options) }
    });
    frozen.thaw(program);
    result
}

/// Whether a function makes an address of an integer that it is given. The standard library's allocation code, which is compiled once for all
/// types, does so with the alignment for empty allocations. Such an address has no shadow, unless the integer is known: then it leads nowhere.
fn makes_pointer_of_parameter(function: LLVMValueRef) -> bool {
    program::instructions(function).into_iter().any(|instruction| {
        // SAFETY: the instruction is alive, and a cast has one operand.
        unsafe {
            LLVMGetInstructionOpcode(instruction) == LLVMOpcode::LLVMIntToPtr
                && !LLVMIsAArgument(LLVMGetOperand(instruction, 0)).is_null()
        }
    })
}

fn inline_always(function: LLVMValueRef) {
    for contrary in FREEZING {
        remove_attribute(function, contrary);
    }
    add_attribute(function, "alwaysinline");
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
    if level.vectorizes() {
        // One run for all: each run of passes costs as much as a small function.
        let frozen = Frozen::new(changed);
        let passes = format!("function({VECTORIZE})");
        let result = run(&passes, Vectorize::Yes, |passes, options| {
            // SAFETY: module, text, machine and options are alive.
            unsafe { LLVMRunPasses(program.module(), passes.as_ptr(), machine.raw(), options) }
        });
        frozen.thaw(program);
        result?;
    }
    if callers.is_empty() {
        return Ok(());
    }
    let frozen = Frozen::new(untouched);
    let result = run(pipeline, Vectorize::Yes, |passes, options| {
        // SAFETY: as above.
        unsafe { LLVMRunPasses(program.module(), passes.as_ptr(), machine.raw(), options) }
    });
    // The pipeline may delete functions, so attributes are taken off those that are left.
    frozen.thaw(program);
    result
}

/// Functions that passes leave alone until [`Frozen::thaw`]. Each has [`MARK`] with what was changed for that, so that a function that passes delete
/// or replace meanwhile is no trouble.
struct Frozen;

/// The attribute of a function that is frozen; its value lists the attributes that it got (`+name`) and lost (`-name`) for that.
const MARK: &str = "rsenzyme-frozen";
/// What keeps passes away. Only both together are valid.
const FREEZING: [&str; 2] = ["noinline", "optnone"];
/// What cannot stand beside them.
const CONTRARY: [&str; 2] = ["optsize", "minsize"];

impl Frozen {
    fn new(functions: impl IntoIterator<Item = LLVMValueRef>) -> Self {
        for function in functions.into_iter().filter(|function| has_body(*function)) {
            // It is there to be inlined.
            if has(function, "alwaysinline") {
                continue;
            }
            let mut words = Vec::new();
            for name in FREEZING.into_iter().filter(|name| !has(function, name)) {
                words.push(format!("+{name}"));
            }
            for name in CONTRARY.into_iter().filter(|name| has(function, name)) {
                words.push(format!("-{name}"));
                remove_attribute(function, name);
            }
            for name in FREEZING {
                add_attribute(function, name);
            }
            set_text_attribute(function, MARK, &words.join(","));
        }
        Self
    }

    fn thaw(self, program: &Program) {
        for function in program.functions() {
            let Some(words) = text_attribute(function, MARK) else {
                continue;
            };
            for word in words.split(',') {
                match word.split_at_checked(1) {
                    Some(("+", name)) => remove_attribute(function, name),
                    Some(("-", name)) => add_attribute(function, name),
                    _ => {}
                }
            }
            remove_text_attribute(function, MARK);
        }
    }
}

fn add_attribute(function: LLVMValueRef, name: &str) {
    // SAFETY: the function is alive.
    unsafe {
        let context = LLVMGetModuleContext(LLVMGetGlobalParent(function));
        let attribute = LLVMCreateEnumAttribute(context, kind(name), 0);
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
    }
}

fn remove_attribute(function: LLVMValueRef, name: &str) {
    // SAFETY: the function is alive; an attribute that it does not have may be removed.
    unsafe { LLVMRemoveEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex, kind(name)) };
}

fn text_attribute(function: LLVMValueRef, key: &str) -> Option<String> {
    // SAFETY: the function is alive; the texts have the lengths that are given.
    unsafe {
        let start = key.as_ptr().cast();
        let found = LLVMGetStringAttributeAtIndex(function, LLVMAttributeFunctionIndex, start, length(key));
        if found.is_null() {
            return None;
        }
        let mut count = 0;
        let start = LLVMGetStringAttributeValue(found, &raw mut count);
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), count as usize);
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

fn set_text_attribute(function: LLVMValueRef, key: &str, value: &str) {
    // SAFETY: the function is alive; the texts have the lengths that are given.
    unsafe {
        let context = LLVMGetModuleContext(LLVMGetGlobalParent(function));
        let (name, text) = (key.as_ptr().cast(), value.as_ptr().cast());
        let attribute = LLVMCreateStringAttribute(context, name, length(key), text, length(value));
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
    }
}

fn remove_text_attribute(function: LLVMValueRef, key: &str) {
    // SAFETY: the function is alive; an attribute that it does not have may be removed.
    unsafe {
        LLVMRemoveStringAttributeAtIndex(
            function,
            LLVMAttributeFunctionIndex,
            key.as_ptr().cast(),
            length(key),
        );
    }
}

/// The number of an attribute in this LLVM.
fn kind(name: &str) -> c_uint {
    // SAFETY: the text is read for its length.
    unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

fn has(function: LLVMValueRef, name: &str) -> bool {
    // SAFETY: the function is alive.
    unsafe { !LLVMGetEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex, kind(name)).is_null() }
}

fn length(text: &str) -> c_uint {
    c_uint::try_from(text.len()).unwrap_or(c_uint::MAX)
}

/// Whether a pipeline may vectorize.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vectorize {
    /// It may not, as rustc before the linker step.
    No,
    /// Loops and straight-line code.
    Yes,
}

fn run(
    passes: &str,
    vectorize: Vectorize,
    call: impl FnOnce(&CStr, LLVMPassBuilderOptionsRef) -> LLVMErrorRef,
) -> Result<()> {
    let text = CString::new(passes)?;
    // SAFETY: options and message are disposed of once.
    unsafe {
        let options = LLVMCreatePassBuilderOptions();
        let vectorize = i32::from(vectorize == Vectorize::Yes);
        LLVMPassBuilderOptionsSetLoopVectorization(options, vectorize);
        LLVMPassBuilderOptionsSetSLPVectorization(options, vectorize);
        let error = call(&text, options);
        LLVMDisposePassBuilderOptions(options);
        if error.is_null() {
            return Ok(());
        }
        let message = LLVMGetErrorMessage(error);
        let owned = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        bail!("LLVM refuses the passes {passes}: {owned}")
    }
}
