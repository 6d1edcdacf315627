//! The module passes, by name, and how each is run.

use std::ptr;

use engine::Diagnostic;
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
    ModulePass {
        name: "rs-enzyme-seeds",
        run: keep_seeds,
    },
    ModulePass {
        name: "print-type-analysis",
        run: print_types,
    },
    ModulePass {
        name: "print-activity-analysis",
        run: print_activity,
    },
    // Enzyme has none like it.
    ModulePass {
        name: "print-rs-enzyme-plan",
        run: print_plans,
    },
];

/// The position of the pass with this name.
pub fn find(name: &str) -> Option<usize> {
    PASSES.iter().position(|pass| pass.name == name)
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
    if !settings.schedule.enabled || (pass.name == "rs-enzyme" && options::is_backend_of_rustc()) {
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

/// Makes the seeds of `std::autodiff` known to [`lower`], before optimization removes them.
unsafe fn keep_seeds(module: LLVMModuleRef, _settings: &Settings) -> Outcome {
    // SAFETY: promised by the caller.
    let changed = unsafe { engine::keep_seeds(module) };
    Outcome {
        changed,
        ..Outcome::default()
    }
}

/// Prints the types that the analysis finds; leaves the module as it is.
unsafe fn print_types(module: LLVMModuleRef, settings: &Settings) -> Outcome {
    // SAFETY: promised by the caller.
    let engine::Printed { text, diagnostics } = unsafe { engine::print_types(module, &settings.engine) };
    print!("{text}");
    Outcome {
        changed: false,
        diagnostics,
    }
}

/// Prints what is active in one function; leaves the module as it is.
unsafe fn print_activity(module: LLVMModuleRef, settings: &Settings) -> Outcome {
    // SAFETY: promised by the caller.
    print!("{}", unsafe { engine::print_activity(module, &settings.engine) });
    Outcome::default()
}

/// Prints what gradients store on their tapes; leaves the module as it is.
unsafe fn print_plans(module: LLVMModuleRef, settings: &Settings) -> Outcome {
    // SAFETY: promised by the caller.
    let engine::Printed { text, diagnostics } = unsafe { engine::print_plans(module, &settings.engine) };
    print!("{text}");
    Outcome {
        changed: false,
        diagnostics,
    }
}

/// Carries out all requests of a module.
unsafe fn lower(module: LLVMModuleRef, settings: &Settings) -> Outcome {
    assert!(
        settings.schedule.self_test != SelfTest::Panic,
        "the option self-test=panic is set"
    );
    // SAFETY: promised by the caller, as for everything below.
    let outcome = unsafe { engine::lower(module, &settings.engine) };
    eprint!("{}", outcome.reports());
    print!("{}", outcome.analyses);
    let engine::Outcome {
        changed,
        mut diagnostics,
        ..
    } = outcome;
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
