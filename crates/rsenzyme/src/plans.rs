//! Plans of tapes for people: the text of `rsenzyme explain --tape`, of the pass `print-rs-enzyme-plan` and of the option `print-plan`.
//!
//! The first two work on a copy of the module, where the gradients are really made: what they show is what is emitted.

use std::cell::RefCell;
use std::path::Path;

use cache::print::Spelling;
use ir::{Block, FuncId, Function, Inst, Value, ValueDef};
use llvm::Importer;
use llvm_sys::core::{LLVMCloneModule, LLVMDisposeModule};
use llvm_sys::prelude::LLVMModuleRef;
use reverse::KeptPlan;

use crate::analyses::Printed;
use crate::diagnostic::Diagnostic;
use crate::engine::{self, Split, Wanted};
use crate::error::Error;
use crate::explain::{ExplainError, Question, Sources};
use crate::globals::Globals;
use crate::lower::lower;
use crate::options::Options;
use crate::places::Places;
use crate::raw::Mod;
use crate::request::Kind;
use crate::request::parse::default_activity;

/// What the gradient of the function that [`Options::plan_function`] names stores on its tape, and those of the functions that it calls;
/// without a name, the same for all requests of the module. The gradient of a function that is named is that for shadows of all
/// pointers, adjoints of all floats, and a seed for a result that is a float. The module is not changed.
///
/// # Safety
/// As for [`lower`].
pub unsafe fn print_plans(module: LLVMModuleRef, options: &Options) -> Printed {
    let options = Options {
        print_plan: true,
        clean_up: false,
        ..options.clone()
    };
    // SAFETY: the caller's promise.
    let copy = unsafe { Copy::of(module) };
    if options.plan_function.is_empty() {
        // SAFETY: the copy is live, and nobody else uses it.
        let outcome = unsafe { lower(copy.0, &options) };
        let diagnostics = outcome.diagnostics.into_iter().map(of_copy).collect();
        return Printed {
            text: outcome.plans,
            diagnostics,
        };
    }
    // SAFETY: as above.
    match unsafe { of_function(copy.0, &options.plan_function, &options) } {
        None => Printed::default(),
        Some(Ok(text)) => Printed {
            text,
            diagnostics: Vec::new(),
        },
        Some(Err(errors)) => Printed {
            text: String::new(),
            diagnostics: errors.iter().map(|error| of_copy(error.diagnostic())).collect(),
        },
    }
}

/// The plan of a gradient of a function, with source lines.
///
/// # Errors
/// If the module has no such function, or the function no gradient.
///
/// # Safety
/// As for [`lower`].
pub unsafe fn explain_tape(
    module: LLVMModuleRef,
    question: &Question<'_>,
    options: &Options,
) -> Result<String, ExplainError> {
    let folder = question.folder.display().to_string();
    let options = Options {
        print_plan: true,
        clean_up: false,
        source_folder: if folder.is_empty() { ".".to_owned() } else { folder },
        ..options.clone()
    };
    // SAFETY: the caller's promise; nobody else uses the copy.
    unsafe {
        crate::explain::find(module, question.function)?;
        let copy = Copy::of(module);
        match of_function(copy.0, question.function, &options) {
            Some(Ok(text)) => Ok(text),
            Some(Err(errors)) => Err(ExplainError::NoGradient {
                function: question.function.to_owned(),
                reasons: errors.iter().map(ToString::to_string).collect(),
            }),
            None => Ok(String::new()),
        }
    }
}

/// A copy of a module.
struct Copy(LLVMModuleRef);

impl Copy {
    /// # Safety
    /// The module is live, and no other thread uses its context.
    unsafe fn of(module: LLVMModuleRef) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { LLVMCloneModule(module) })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // SAFETY: the copy is owned, and nothing in it is used any more.
        unsafe { LLVMDisposeModule(self.0) }
    }
}

/// A message about the copy of a module, once the copy is gone. Source locations belong to the context and stay.
fn of_copy(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic {
        function: std::ptr::null_mut(),
        ..diagnostic
    }
}

/// The plans of a gradient of a function and of what it calls; `None` if the module has no body of it.
///
/// # Safety
/// As for [`lower`]; the module changes.
unsafe fn of_function(
    module: LLVMModuleRef,
    name: &str,
    options: &Options,
) -> Option<Result<String, Vec<Error>>> {
    // SAFETY: the caller's promise.
    let module = unsafe { Mod::new(module) };
    for (_, errors) in [crate::registration::apply(module), crate::helpers::expand(module)] {
        if !errors.is_empty() {
            return Some(Err(errors));
        }
    }
    let mut functions = module.functions();
    let target = functions.find(|func| func.has_body() && func.name() == name)?;
    let signature = target.function_type();
    let activity = |ty| default_activity(ty, Kind::Autodiff);
    let wanted = Wanted {
        kind: Kind::Autodiff,
        target,
        params: signature.params().into_iter().map(activity).collect(),
        primal_return: false,
        ret: activity(signature.return_type()),
        width: 1,
        strong_zero: false,
        split: Split::default(),
    };
    let made = engine::differentiate(module, options, &[wanted], &mut Globals::default());
    Some(made.map(|made| made.plans))
}

/// The text of plans, one after the other.
pub(crate) fn text(importer: &Importer, kept: &[KeptPlan], options: &Options) -> String {
    let folder = Path::new(&options.source_folder);
    let sources = (!options.source_folder.is_empty()).then(|| RefCell::new(Sources::new(folder)));
    let ctx = &importer.module.ctx;
    let mut out = String::new();
    for plan in kept {
        let Some(function) = importer.module.body(plan.request.func) else {
            continue;
        };
        let spelling = OfPlaces {
            places: Places::new(importer),
            function,
            sources: sources.as_ref(),
        };
        let printed = cache::print::Printed {
            ctx,
            function,
            shape: &plan.shape,
            mode: plan.request.mode.of_sweeps(),
            plan: &plan.plan,
            calls: &plan.calls,
            spelling: &spelling,
        };
        if !out.is_empty() {
            out.push('\n');
        }
        out += &printed.to_string();
    }
    out
}

/// LLVM's text and the source's lines.
struct OfPlaces<'a> {
    places: Places<'a>,
    function: &'a Function,
    sources: Option<&'a RefCell<Sources<'a>>>,
}

impl OfPlaces<'_> {
    fn func(&self) -> FuncId {
        self.function.id
    }
}

impl Spelling for OfPlaces<'_> {
    fn value(&self, value: Value) -> String {
        let text = match self.function.value(value).def {
            ValueDef::Param(_) => self.places.param(self.func(), value),
            ValueDef::Inst(inst) => self.inst(inst),
            ValueDef::Const(_) => String::new(),
        };
        // `%3 = add ...`, `i64 noundef %n`.
        let name = match text.split_once(" = ") {
            Some((name, _)) => Some(name),
            None => text.rsplit_once('%').map(|(before, _)| &text[before.len()..]),
        };
        name.map_or_else(|| self.function.value_name(value), str::to_owned)
    }

    fn definition(&self, value: Value) -> String {
        match self.function.def_inst(value) {
            Some(inst) => self.inst(inst),
            None => self.value(value),
        }
    }

    fn inst(&self, inst: Inst) -> String {
        // What was made up for a canonical form has no text of LLVM's.
        match self.function.inst(inst).origin {
            Some(_) => self.places.text(self.func(), inst),
            None => match self.function.inst(inst).result {
                Some(result) => format!("{} (made for the gradient)", self.function.value_name(result)),
                None => "an instruction made for the gradient".to_owned(),
            },
        }
    }

    fn block(&self, block: Block) -> Option<String> {
        let name = self.places.block(self.func(), block);
        (!name.is_empty()).then(|| format!("%{name}"))
    }

    fn line(&self, inst: Inst) -> Option<String> {
        let location = self.places.location(self.func(), inst)?;
        Some(match self.sources {
            Some(sources) => sources.borrow_mut().show(&location),
            None => format!("{}:{}", location.file, location.line),
        })
    }
}
