//! Printing what the analyses find, for passes with Enzyme's names and formats.

use ir::{Block, Bodies, FuncId, Inst, Origin, Value};
use llvm::Importer;
use llvm_sys::core::{LLVMGetBasicBlockName, LLVMGetInstructionParent, LLVMGetParam};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use rules::RuleTable;
use typeanalysis::print::Text;
use typeanalysis::{Cause, Contradiction, SeedStyle, Step, TypeAnswer, TypeInput, TypeOptions};

use crate::diagnostic::{Diagnostic, Severity};
use crate::options::Options;
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
    let (mut importer, root) = unsafe {
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
    let (bodies, ctx) = importer.module.split();
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
    let functions = |func: FuncId| ctx.funcs[func].origin.map(raw);
    let names = LlvmText {
        bodies,
        functions: &functions,
    };
    Printed {
        text: typeanalysis::print::print(ctx, bodies, &order, &answer, &names),
        diagnostics: contradictions(&answer, &names),
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

fn raw(origin: Origin) -> LLVMValueRef {
    origin.0 as LLVMValueRef
}

/// Values and instructions as LLVM prints them.
struct LlvmText<'a> {
    bodies: Bodies<'a>,
    functions: &'a dyn Fn(FuncId) -> Option<LLVMValueRef>,
}

impl LlvmText<'_> {
    /// The instruction that one of ours was imported from.
    fn origin(&self, func: FuncId, inst: Inst) -> Option<LLVMValueRef> {
        self.bodies.get(func)?.inst(inst).origin.map(raw)
    }
}

impl Text for LlvmText<'_> {
    fn param(&self, func: FuncId, param: Value) -> String {
        let params = self.bodies.get(func).map(|body| &body.params);
        let index = params.and_then(|params| params.iter().position(|&other| other == param));
        match index.zip((self.functions)(func)) {
            // SAFETY: the function is alive, and ours has as many parameters as it.
            Some((index, func)) => unsafe { Val::new(LLVMGetParam(func, index as u32)) }.print(),
            None => String::new(),
        }
    }

    fn block(&self, func: FuncId, block: Block) -> String {
        let first = self
            .bodies
            .get(func)
            .and_then(|body| body.insts(block).first().copied());
        match first.and_then(|inst| self.origin(func, inst)) {
            // SAFETY: the instruction is alive and in a block; the name belongs to the block and is copied.
            Some(inst) => unsafe {
                let name = LLVMGetBasicBlockName(LLVMGetInstructionParent(inst));
                std::ffi::CStr::from_ptr(name).to_string_lossy().into_owned()
            },
            None => String::new(),
        }
    }

    fn inst(&self, func: FuncId, inst: Inst) -> String {
        match self.origin(func, inst) {
            // SAFETY: the instruction is alive.
            Some(inst) => format!("  {}", unsafe { Val::new(inst) }.print()),
            None => String::new(),
        }
    }
}

/// Errors that show both derivations of each contradiction.
fn contradictions(answer: &TypeAnswer, text: &LlvmText<'_>) -> Vec<Diagnostic> {
    let diagnostic = |found: &Contradiction| Diagnostic {
        severity: Severity::Error,
        message: contradiction_text(found, text),
        function: (text.functions)(found.func).unwrap_or(std::ptr::null_mut()),
        location: std::ptr::null_mut(),
    };
    answer.contradictions.iter().map(diagnostic).collect()
}

fn contradiction_text(found: &Contradiction, text: &LlvmText<'_>) -> String {
    let at = |cause| match cause {
        Cause::Inst(inst) => text.inst(found.func, inst).trim().to_owned(),
        Cause::Seed => "the caller".to_owned(),
        Cause::Constant => "a constant".to_owned(),
    };
    let chain = |title: &str, steps: &[Step]| {
        let lines = steps
            .iter()
            .map(|step| format!("\n    {} ({})", at(step.cause), step.why));
        format!("\n  {title}:{}", lines.collect::<String>())
    };
    format!(
        "{found}\n  {} ({}){}{}",
        at(found.cause),
        found.why,
        chain("the first is known from", &found.known_because),
        chain("the second from", &found.added_because)
    )
}
