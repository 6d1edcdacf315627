//! Printing what the analyses find, for passes with Enzyme's names and formats.

use ir::{Block, FuncId, Inst, Value};
use llvm::Importer;
use llvm_sys::prelude::LLVMModuleRef;
use rules::RuleTable;
use typeanalysis::print::Text;
use typeanalysis::{Cause, Contradiction, SeedStyle, TypeAnswer, TypeInput, TypeOptions};

use crate::diagnostic::{Diagnostic, Severity};
use crate::options::Options;
use crate::places::Places;
use crate::raw::{Mod, Val};

/// What a printing pass has to say.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// For standard output.
    pub text: String,
    /// Contradictions, as errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// The types of the values of the function that [`Options::type_function`] names and of what it calls, in the format of Enzyme's
/// `print-type-analysis`; nothing if the module does not define it. The module is not changed.
///
/// # Safety
/// As for [`lower`](crate::lower).
pub unsafe fn print_types(module: LLVMModuleRef, options: &Options) -> Printed {
    // SAFETY: the caller's promise, as for the next block.
    let functions: Vec<Val> = unsafe { Mod::new(module) }.functions().collect();
    let wanted = functions.iter().find(|func| func.name() == options.type_function);
    let Some(wanted) = wanted else {
        return Printed::default();
    };
    // SAFETY: as above; the function is one of the module.
    let (importer, root) = unsafe {
        let mut importer = Importer::new(module);
        let roots = importer.import_reachable(&[wanted.raw()]);
        (importer, roots.first().copied())
    };
    let Some(func) = root.filter(|&func| importer.module.body(func).is_some()) else {
        return Printed::default();
    };
    let order: Vec<FuncId> = functions
        .iter()
        .filter_map(|func| importer.module.ctx.find_func(&func.name()))
        .collect();
    let (bodies, ctx) = (importer.module.body_table(), &importer.module.ctx);
    let (params, ret) = typeanalysis::default_seeds(ctx, func, SeedStyle::TypePrinter);
    let type_options = TypeOptions {
        // Enzyme believes debug information only under its rules for Rust.
        debug: false,
        ..type_options(options)
    };
    let answer = typeanalysis::analyze(&TypeInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        func,
        params: &params,
        ret: &ret,
        options: &type_options,
    });
    let places = Places::new(&importer);
    Printed {
        text: typeanalysis::print::print(ctx, bodies, &order, &answer, &places),
        diagnostics: contradictions(&answer, &importer),
    }
}

/// The options of the type analysis.
pub(crate) fn type_options(options: &Options) -> TypeOptions {
    TypeOptions {
        strict_aliasing: options.strict_aliasing,
        rust: options.rust_type_rules,
        debug: options.debug_types,
        loose: options.loose_types,
        max_depth: options.max_type_depth as usize,
        max_offset: i32::try_from(options.max_type_offset).unwrap_or(i32::MAX),
        max_int: i64::from(options.max_int_offset),
        warnings: options.type_warnings,
    }
}

impl Text for Places<'_> {
    fn param(&self, func: FuncId, param: Value) -> String {
        Places::param(*self, func, param)
    }

    fn block(&self, func: FuncId, block: Block) -> String {
        Places::block(*self, func, block)
    }

    fn inst(&self, func: FuncId, inst: Inst) -> String {
        match self.printed(func, inst) {
            text if text.is_empty() => text,
            text => format!("  {text}"),
        }
    }
}

/// Errors that show both derivations of each contradiction.
fn contradictions(answer: &TypeAnswer, importer: &Importer) -> Vec<Diagnostic> {
    let places = Places::new(importer);
    let diagnostic = |found: &Contradiction| {
        let reasons = places.contradiction(found).into_iter();
        let origin = match found.cause {
            Cause::Inst(inst) => places.origin(found.func, inst),
            Cause::Seed | Cause::Constant => None,
        };
        Diagnostic {
            severity: Severity::Error,
            message: reasons.fold(found.to_string(), |text, line| format!("{text}\n  {line}")),
            function: importer.raw(found.func).unwrap_or(std::ptr::null_mut()),
            // SAFETY: origins of imported instructions live as long as the module.
            location: origin.map_or(std::ptr::null_mut(), |origin| unsafe {
                llvm::debug_location(origin)
            }),
        }
    };
    answer.contradictions.iter().map(diagnostic).collect()
}
