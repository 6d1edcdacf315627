//! Printing what the analyses find, for passes with Enzyme's names and formats.

use activity::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use facts::{Question, Seeds};
use ir::{Block, FuncId, Inst, Value};
use llvm::Importer;
use llvm_sys::prelude::LLVMModuleRef;
use rules::RuleTable;
use typeanalysis::print::Text;
use typeanalysis::{SeedStyle, TypeInput, TypeOptions};

use crate::diagnostic::Diagnostic;
use crate::messages;
use crate::options::Options;
use crate::places::Places;
use crate::raw::Mod;

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
    // SAFETY: the caller's promise.
    unsafe { types_of(module, options, &options.type_function, SeedStyle::TypePrinter) }
}

/// What the options ask to be printed of functions that requests differentiate: types and activity, in the formats of Enzyme's passes for that.
/// Where `type_function` names a function its types are printed instead, requested or not: by its symbol, or the last part of its path.
pub(crate) fn of_targets(module: Mod, options: &Options, targets: &[String]) -> String {
    let mut text = String::new();
    if options.print_type {
        let wanted = options.type_function.as_str();
        let mut defined = module.functions().filter(|function| function.has_body());
        let named: Option<Vec<String>> = (!wanted.is_empty()).then(|| {
            let is_named =
                |name: &String| name == wanted || llvm::demangle(name).rsplit("::").next() == Some(wanted);
            defined
                .by_ref()
                .map(|function| function.name())
                .filter(is_named)
                .collect()
        });
        let style = match &named {
            Some(_) => SeedStyle::TypePrinter,
            None => SeedStyle::Request,
        };
        for name in named.as_deref().unwrap_or(targets) {
            // SAFETY: the module is live and used by this thread alone, which the callers of this crate promise.
            text += &unsafe { types_of(module.raw(), options, name, style) }.text;
        }
    }
    if options.print_activity {
        for name in targets {
            let options = Options {
                activity_function: name.clone(),
                ..options.clone()
            };
            text += &format!("activity of {}:\n", llvm::demangle(name));
            // SAFETY: as above.
            text += &unsafe { print_activity(module.raw(), &options) };
        }
    }
    text
}

/// # Safety
/// As for [`lower`](crate::lower).
unsafe fn types_of(module: LLVMModuleRef, options: &Options, name: &str, style: SeedStyle) -> Printed {
    // SAFETY: the caller's promise.
    let Some((importer, func)) = (unsafe { import(module, name) }) else {
        return Printed::default();
    };
    // SAFETY: as above.
    let functions = unsafe { Mod::new(module) }.functions();
    let order: Vec<FuncId> = functions
        .filter_map(|func| importer.module.ctx.find_func(&func.name()))
        .collect();
    let (bodies, ctx) = (importer.module.body_table(), &importer.module.ctx);
    let (params, ret) = typeanalysis::default_seeds(ctx, func, style);
    let type_options = TypeOptions {
        // Enzyme believes debug information only under its rules for Rust.
        debug: false,
        settled_calls: false,
        ..type_options(options, &importer)
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
        diagnostics: messages::of_types(&answer, &importer),
    }
}

/// What is active in the function that [`Options::activity_function`] names, in the format of Enzyme's `print-activity-analysis`; nothing
/// if the module does not define it. Parameters are active but for integers; the result is if it is a float, or if the options say so. The
/// module is not changed.
///
/// # Safety
/// As for [`lower`](crate::lower).
pub unsafe fn print_activity(module: LLVMModuleRef, options: &Options) -> String {
    // SAFETY: the caller's promise.
    let Some((importer, func)) = (unsafe { import(module, &options.activity_function) }) else {
        return String::new();
    };
    let (bodies, ctx) = (importer.module.body_table(), &importer.module.ctx);
    let Some(function) = bodies.get(func) else {
        return String::new();
    };
    let types = TypeOptions {
        debug: false,
        settled_calls: false,
        ..type_options(options, &importer)
    };
    let seeds = Seeds::of_activity_printer(ctx, func);
    let analyses = Question {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        activity: crate::engine::activity_options(options),
        types: &types,
        context: &printed_context(ctx, func, options),
        seeds: &seeds,
        moves_unknown: true,
    }
    .answer(None);
    let spelling = FunctionText {
        func,
        places: Places::new(&importer),
    };
    let lines = activity::print::lines(ctx, function, analyses.root(), &spelling);
    lines.into_iter().map(|line| line + "\n").collect()
}

/// What is active where `print-activity-analysis` enters a function.
fn printed_context(ctx: &ir::Context, func: FuncId, options: &Options) -> ContextKey {
    let types = &ctx.types;
    let signature = ctx.funcs[func].ty;
    let param = |&ty: &ir::Type| match types.int_bits(types.scalar(ty)) {
        None if !options.activity_inactive_args => ParamActivity::Dual,
        _ => ParamActivity::Const,
    };
    let returns = types.return_type(signature).filter(|&ty| ty != types.void());
    let active = returns
        .is_some_and(|ty| options.activity_duplicated_ret || types.float_kind(types.scalar(ty)).is_some());
    ContextKey {
        func,
        params: types.param_types(signature).iter().map(param).collect(),
        ret: if active {
            ReturnActivity::Active
        } else {
            ReturnActivity::Const
        },
        memory: EntryMemory::default(),
    }
}

/// Imports a function with all that it reaches; `None` if the module does not define it.
///
/// # Safety
/// As for [`lower`](crate::lower).
unsafe fn import(module: LLVMModuleRef, name: &str) -> Option<(Importer, FuncId)> {
    // SAFETY: the caller's promise, as for the next block.
    let func = unsafe { Mod::new(module) }
        .functions()
        .find(|func| func.name() == name)?;
    // SAFETY: as above; the function is one of the module.
    let (importer, root) = unsafe {
        let mut importer = Importer::new(module);
        let roots = importer.import_reachable(&[func.raw()]);
        (importer, roots.first().copied())
    };
    let func = root.filter(|&func| importer.module.body(func).is_some())?;
    Some((importer, func))
}

/// The options of the type analysis of a module.
pub(crate) fn type_options(options: &Options, importer: &Importer) -> TypeOptions {
    TypeOptions {
        references: importer.is_from_rustc(),
        settled_calls: true,
        strict_aliasing: options.strict_aliasing,
        scalar_integers: true,
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

/// One function as LLVM prints it.
struct FunctionText<'a> {
    func: FuncId,
    places: Places<'a>,
}

impl activity::print::Spelling for FunctionText<'_> {
    fn param(&self, param: Value) -> String {
        Text::param(&self.places, self.func, param)
    }

    fn block(&self, block: Block) -> String {
        Text::block(&self.places, self.func, block)
    }

    fn inst(&self, inst: Inst) -> String {
        Text::inst(&self.places, self.func, inst)
    }
}
