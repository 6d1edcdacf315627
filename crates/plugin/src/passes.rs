//! The module passes, by name, and how each is run.

use std::collections::HashSet;
use std::ffi::{CStr, c_int};
use std::ptr;

use engine::Diagnostic;
use llvm_sys::core::LLVMIsDeclaration;
use llvm_sys::error::LLVMConsumeError;
use llvm_sys::prelude::LLVMModuleRef;
use llvm_sys::transforms::pass_builder::{
    LLVMCreatePassBuilderOptions, LLVMDisposePassBuilderOptions, LLVMRunPasses,
};

use crate::options::{self, SelfTest, Settings};
use crate::{diagnostics, module, panics, protect};

/// What a pass did.
#[derive(Default)]
struct Outcome {
    changed: bool,
    diagnostics: Vec<Diagnostic>,
}

/// A module pass: its name for `-passes=`, and what it does to a live module that nothing else uses meanwhile.
struct ModulePass {
    name: &'static str,
    run: unsafe fn(LLVMModuleRef, &Settings) -> Outcome,
}

/// All passes. A name is all that `glue.cpp` and the hosts know of them.
const PASSES: &[ModulePass] = &[
    ModulePass {
        name: "rs-enzyme",
        run: lower,
    },
    // Enzyme's names, so that its command lines work.
    ModulePass {
        name: "enzyme",
        run: lower,
    },
    ModulePass {
        name: "preserve-nvvm",
        run: protect,
    },
];

/// Tells `glue.cpp` which functions to clean up.
const FRESH: &str = "rsenzyme-fresh";

/// The clean-up of generated functions. What they are made of has been optimized, but they have new loads and stores of
/// shadows, new loops, and values that nothing needs; and after the places where the lowering pass runs little follows.
const CLEAN_UP: &CStr = c"sroa<modify-cfg>,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,\
loop-mssa(loop-instsimplify,loop-simplifycfg,licm<allowspeculation>),loop(indvars,loop-deletion),gvn,dse,adce,\
loop-vectorize,slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,simplifycfg";

/// An empty pipeline has no text of its own.
pub const NO_CLEAN_UP: &CStr = c"no-op-function";

/// The position of the pass with this name.
pub fn find(name: &str) -> Option<usize> {
    PASSES.iter().position(|pass| pass.name == name)
}

/// The function passes that clean up after a pass which was scheduled at an optimization level, or (-1) was named.
pub fn cleanup_pipeline(level: c_int) -> &'static CStr {
    // At -O0 the user wants to see, and to debug, what is there.
    if level == 0 || !options::gather().0.engine.clean_up {
        NO_CLEAN_UP
    } else {
        CLEAN_UP
    }
}

/// Runs the pass at `index` of the table and emits its diagnostics; whether it changed the module.
///
/// # Safety
///
/// `module` is a live module that nothing else uses meanwhile.
pub unsafe fn run(index: usize, module: LLVMModuleRef) -> bool {
    // SAFETY: promised by the caller.
    let outcome = panics::contain(|| unsafe { run_contained(index, module) });
    let outcome = outcome.unwrap_or_else(|panic| {
        // SAFETY: the module is live, whatever happened to its contents.
        let file = unsafe { module::identifier(module) };
        let subject =
            engine::subject().map_or_else(|| file.clone(), |functions| format!("{functions} of {file}"));
        // Nobody knows how far the pass came, so the module counts as changed.
        Outcome {
            changed: true,
            diagnostics: vec![diagnostics::internal_error(&subject, &panic)],
        }
    });
    // SAFETY: promised by the caller, and by the engine for what the diagnostics name.
    let emitted = panics::contain(|| unsafe { diagnostics::emit(module, &outcome.diagnostics) });
    outcome.changed || emitted.is_err()
}

/// # Safety
///
/// As for [`run`].
unsafe fn run_contained(index: usize, module: LLVMModuleRef) -> Outcome {
    let (settings, errors) = options::gather();
    let Some(pass) = PASSES.get(index) else {
        return Outcome::default();
    };
    if !errors.is_empty() {
        // With options that nobody meant the result would be one that nobody meant.
        let diagnostics = errors
            .iter()
            .map(|error| diagnostics::module_error(error.to_string()))
            .collect();
        return Outcome {
            changed: false,
            diagnostics,
        };
    }
    if !settings.schedule.enabled {
        return Outcome::default();
    }
    // SAFETY: promised by the caller.
    unsafe { (pass.run)(module, &settings) }
}

/// Makes functions keep their identity until [`lower`].
unsafe fn protect(module: LLVMModuleRef, _settings: &Settings) -> Outcome {
    // SAFETY: promised by the caller.
    let changed = unsafe { protect::protect(module) };
    Outcome {
        changed,
        ..Outcome::default()
    }
}

/// Carries out all requests of a module.
unsafe fn lower(module: LLVMModuleRef, settings: &Settings) -> Outcome {
    assert!(
        settings.schedule.self_test != SelfTest::Panic,
        "the option self-test=panic is set"
    );
    // SAFETY: promised by the caller, as for everything below.
    let callers = unsafe { callers_of_requests(module) };
    let existing = if callers.is_empty() {
        HashSet::new()
    } else {
        // SAFETY: as above.
        unsafe { names_of_functions(module) }
    };
    // SAFETY: as above.
    let engine::Outcome {
        changed,
        mut diagnostics,
    } = unsafe { engine::lower(module, &settings.engine) };
    if changed && !callers.is_empty() {
        // SAFETY: as above.
        unsafe {
            for function in module::functions(module).filter(|function| LLVMIsDeclaration(*function) == 0) {
                let name = module::name(function);
                if callers.contains(&name) || !existing.contains(&name) {
                    module::add_string_attribute(function, FRESH, "");
                }
            }
        }
    }
    if settings.schedule.self_test == SelfTest::Warning {
        // SAFETY: as above.
        let first = unsafe { module::functions(module).next() };
        diagnostics.extend(first.map(diagnostics::test_warning));
    }
    // SAFETY: as above.
    let released = unsafe { protect::release(module) };
    if released.inlines {
        // SAFETY: as above.
        unsafe { inline_always(module) };
    }
    Outcome {
        changed: changed || released.changed,
        diagnostics,
    }
}

/// The names of all functions.
///
/// # Safety
///
/// As for [`run`].
unsafe fn names_of_functions(module: LLVMModuleRef) -> HashSet<String> {
    // SAFETY: the module is not changed while it is walked.
    unsafe {
        module::functions(module)
            .map(|function| module::name(function))
            .collect()
    }
}

/// The names of the functions that call the engine's interface.
///
/// # Safety
///
/// As for [`run`].
unsafe fn callers_of_requests(module: LLVMModuleRef) -> HashSet<String> {
    let mut names = HashSet::new();
    // SAFETY: the module is not changed while it is walked.
    unsafe {
        for function in module::functions(module).filter(|function| module::is_interface(*function)) {
            names.extend(
                module::instruction_users(function).map(|user| module::name(module::function_of(user))),
            );
        }
    }
    names
}

/// Runs LLVM's inliner for `alwaysinline` functions, which has passed by those that were protected from it.
///
/// # Safety
///
/// As for [`run`].
unsafe fn inline_always(module: LLVMModuleRef) {
    // SAFETY: the pipeline text is a constant; without a target machine the inliner only loses cost estimates, which
    // `alwaysinline` does not ask for.
    unsafe {
        let options = LLVMCreatePassBuilderOptions();
        let error = LLVMRunPasses(module, c"always-inline".as_ptr(), ptr::null_mut(), options);
        if !error.is_null() {
            // The functions stay calls, which is correct.
            LLVMConsumeError(error);
        }
        LLVMDisposePassBuilderOptions(options);
    }
}
