//! What the engine says about derivatives that it did not make, and about those that it made and that the user should look at.

use ir::{FuncId, Inst};
use llvm::Importer;
use typeanalysis::{Cause, Contradiction, TypeAnswer, TypeWarning};

use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, ErrorKind};
use crate::places::Places;

/// How many messages show the instruction that they are about: printing one can take LLVM more than a second in a module with much debug
/// information.
const MAX_SHOWN: usize = 10;

/// A reason why there is no derivative, the `number`th, with its place in LLVM's terms.
pub(crate) fn derivative_error(importer: &Importer, number: usize, error: &forward::Error) -> Error {
    let places = Places::new(importer);
    let origin = error.inst.and_then(|inst| places.origin(error.func, inst));
    let mut place = (
        importer.raw(error.func).unwrap_or(std::ptr::null_mut()),
        std::ptr::null_mut(),
    );
    let shows = number < MAX_SHOWN;
    let mut instruction = None;
    if let Some(origin) = origin {
        // SAFETY: origins of imported instructions live as long as the engine's copies and the module.
        unsafe {
            place.1 = llvm::debug_location(origin);
            instruction = shows.then(|| llvm::instruction_text(origin));
        }
    }
    let details = match &error.kind {
        forward::ErrorKind::ContradictoryTypes { first, .. } if shows => places.contradiction(first),
        kind => {
            (kind.unknown_bytes().filter(|_| shows)).map_or_else(Vec::new, |unknown| places.unknown(unknown))
        }
    };
    Error {
        kind: ErrorKind::Derivative(error.kind.clone()),
        function: importer.module.ctx.funcs[error.func].name.to_string(),
        instruction,
        remedy: Some(error.kind.remedy(audience(importer)).to_owned()),
        details,
        place,
    }
}

/// Who reads what is said of a module.
fn audience(importer: &Importer) -> forward::Audience {
    match importer.is_from_rustc() {
        true => forward::Audience::Rust,
        false => forward::Audience::Callers,
    }
}

/// Warnings with their places.
pub(crate) fn warnings(importer: &Importer, found: &[forward::Warning]) -> Vec<Diagnostic> {
    let places = Places::new(importer);
    let diagnostic = |(number, warning): (usize, &forward::Warning)| {
        let mut message = warning.kind.to_string();
        if number < MAX_SHOWN {
            if let Some(inst) = warning.inst {
                message += &format!("; {}", places.line(warning.func, inst));
            }
            if let forward::WarningKind::Guess { unknown, .. } = &warning.kind {
                let lines = places.unknown(unknown);
                lines.iter().for_each(|line| message += &format!("\n  {line}"));
            }
        }
        Diagnostic {
            severity: severity(&warning.kind),
            message,
            ..at(places, importer, warning.func, warning.inst)
        }
    };
    found.iter().enumerate().map(diagnostic).collect()
}

/// Facts that are left out matter only where something is not known then, which is an error of its own. Lists and trees reach any limit.
fn severity(kind: &forward::WarningKind) -> Severity {
    match kind {
        forward::WarningKind::Types(TypeWarning::TooDeep { .. }) => Severity::Note,
        forward::WarningKind::Types(TypeWarning::BadAnnotation { .. })
        | forward::WarningKind::Guess { .. } => Severity::Warning,
    }
}

/// What the type analysis says: an error for each contradiction, which shows both derivations, and what it left out.
pub(crate) fn of_types(answer: &TypeAnswer, importer: &Importer) -> Vec<Diagnostic> {
    let places = Places::new(importer);
    let contradiction = |found: &Contradiction| {
        let reasons = places.contradiction(found).into_iter();
        let inst = match found.cause {
            Cause::Inst(inst) => Some(inst),
            Cause::Seed | Cause::Constant => None,
        };
        Diagnostic {
            message: reasons.fold(found.to_string(), |text, line| format!("{text}\n  {line}")),
            ..at(places, importer, found.func, inst)
        }
    };
    let left_out: Vec<forward::Warning> = answer.warnings.iter().map(forward::Warning::from).collect();
    let errors = answer.contradictions.iter().map(contradiction);
    errors.chain(warnings(importer, &left_out)).collect()
}

/// An error without text, at an instruction or function.
fn at(places: Places<'_>, importer: &Importer, func: FuncId, inst: Option<Inst>) -> Diagnostic {
    let origin = inst.and_then(|inst| places.origin(func, inst));
    Diagnostic {
        severity: Severity::Error,
        message: String::new(),
        function: importer.raw(func).unwrap_or(std::ptr::null_mut()),
        // SAFETY: origins of imported instructions live as long as the engine's copies and the module.
        location: origin.map_or(std::ptr::null_mut(), |origin| unsafe {
            llvm::debug_location(origin)
        }),
    }
}
