//! What the analyses say about a function, next to its source, and why.
//!
//! The function is analyzed as it is in the module, as if a request gave a shadow to each parameter that is a float or a pointer and
//! asked for the derivative of what it returns.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use activity::{ActivityFacts, ActivityInput, EntryMemory, ParamActivity, ReturnActivity};
use facts::{Seeds, Types};
use ir::{Context, FuncId, Function, Inst, Type, TypeData, Value};
use llvm::{ImportOptions, Importer, SourceLocation};
use llvm_sys::prelude::LLVMModuleRef;
use rules::RuleTable;
use typeanalysis::{Cause, Derivation, Step, TypeFacts};

use crate::analyses::type_options;
use crate::engine::activity_options;
use crate::options::Options;
use crate::places::Places;
use crate::raw::{Mod, Val};

/// What is to be explained.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The function's symbol.
    pub function: &'a str,
    /// A value of it, with or without its `%`, of which to tell the reasons.
    pub value: Option<&'a str>,
    /// Where source files are that debug information names by a relative path: the folder of the module, say.
    pub folder: &'a Path,
}

/// Why there is nothing to explain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// The module does not define the function.
    #[error("the module has no body of a function `{name}`; it has {}", list(known))]
    NoFunction {
        /// The symbol.
        name: String,
        /// Functions that it defines.
        known: Vec<String>,
    },
    /// The function has no such value.
    #[error("`{function}` has no value `{name}`")]
    NoValue {
        /// The function.
        function: String,
        /// The value.
        name: String,
    },
    /// The function has no gradient, so there is no plan.
    #[error("`{function}` has no gradient: {}", reasons.join("\n"))]
    NoGradient {
        /// The function.
        function: String,
        /// Why.
        reasons: Vec<String>,
    },
}

/// Names that an error shows.
const NAMES: usize = 10;

fn list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    match names.len() {
        0 => "none".to_owned(),
        count if count > NAMES => format!("{} and {} more", shown.join(", "), count - NAMES),
        _ => shown.join(", "),
    }
}

/// Types and activity of each instruction of a function under its source line; with a value, the reasons for its types and its
/// activity instead.
///
/// # Errors
/// If the module has no such function, or the function no such value.
///
/// # Safety
/// As for [`lower`](crate::lower).
pub unsafe fn explain(
    module: LLVMModuleRef,
    question: &Question<'_>,
    options: &Options,
) -> Result<String, ExplainError> {
    // SAFETY: the caller's promise.
    let wanted = unsafe { find(module, question.function) }?;
    // SAFETY: as above; the function is one of the module.
    let (mut importer, func) = unsafe {
        let names = ImportOptions {
            names: true,
            ..ImportOptions::default()
        };
        let mut importer = Importer::with_options(module, names);
        importer.import_reachable(&[wanted.raw()]);
        let func = importer.func_id(wanted.raw());
        (importer, func)
    };
    number(&mut importer, func);
    let types = Types::analyze(
        &importer.module.ctx,
        importer.module.body_table(),
        RuleTable::standard(),
        &type_options(options, &importer),
        (func, &Seeds::of_signature(&importer.module.ctx, func)),
    );
    let activity = activity(&importer, func, &types, options);
    let Some(body) = importer.module.body(func) else {
        // A function with a body has one after its import.
        return Ok(String::new());
    };
    let report = Report {
        places: Places::new(&importer),
        body,
        types: types.facts(),
        activity: &activity,
    };
    match question.value {
        None => Ok(report.listing(&mut Sources::new(question.folder))),
        Some(name) => {
            let value = report.find(name).ok_or_else(|| ExplainError::NoValue {
                function: question.function.to_owned(),
                name: name.to_owned(),
            })?;
            Ok(report.reasons(value))
        }
    }
}

/// The function with a body of this name.
///
/// # Safety
/// As for [`lower`](crate::lower).
pub(crate) unsafe fn find(module: LLVMModuleRef, name: &str) -> Result<Val, ExplainError> {
    // SAFETY: the caller's promise.
    let functions = unsafe { Mod::new(module) }.functions();
    let functions: Vec<Val> = functions.filter(|func| func.has_body()).collect();
    let wanted = functions.iter().find(|func| func.name() == name);
    wanted.copied().ok_or_else(|| ExplainError::NoFunction {
        name: name.to_owned(),
        known: functions.iter().map(|func| func.name()).collect(),
    })
}

/// Gives values without a name the number that LLVM prints.
fn number(importer: &mut Importer, func: FuncId) {
    let places = Places::new(importer);
    let Some(body) = importer.module.body(func) else {
        return;
    };
    let of_params = body
        .params
        .iter()
        .map(|&param| (param, places.param(func, param)));
    let of_insts = body.all_insts().filter_map(|inst| {
        let result = body.inst(inst).result?;
        Some((result, places.printed(func, inst)))
    });
    let named: Vec<(Value, Box<str>)> = of_params
        .map(|(value, text)| (value, text.rsplit_once('%').map(|(_, name)| name.into())))
        .chain(of_insts.map(|(value, text)| {
            let name = text
                .trim()
                .split_once(" = ")
                .and_then(|(name, _)| name.strip_prefix('%'));
            (value, name.map(Into::into))
        }))
        .filter_map(|(value, name)| name.map(|name| (value, name)))
        .collect();
    if let Some(body) = importer.module.body_mut(func).0 {
        body.value_names.extend(named);
    }
}

fn activity(importer: &Importer, func: FuncId, types: &Types, options: &Options) -> ActivityFacts {
    let (ctx, bodies) = (&importer.module.ctx, importer.module.body_table());
    let signature = ctx.funcs[func].ty;
    let differentiable = |ty| is_differentiable(ctx, ty);
    let params: Vec<ParamActivity> = (ctx.types.param_types(signature).iter())
        .map(|&ty| match differentiable(ty) {
            true => ParamActivity::Dual,
            false => ParamActivity::Const,
        })
        .collect();
    let ret = match ctx.types.return_type(signature).is_some_and(differentiable) {
        true => ReturnActivity::Active,
        false => ReturnActivity::Const,
    };
    let answer = activity::analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &types.contents(ctx, bodies),
        func,
        params: &params,
        ret,
        memory: &EntryMemory::default(),
        options: activity_options(options),
    });
    answer.root().clone()
}

/// Whether values of a type may carry a derivative or lead to one: all but integers and nothing.
fn is_differentiable(ctx: &Context, ty: Type) -> bool {
    !matches!(
        ctx.types.get(ctx.types.scalar(ty)),
        TypeData::Int(_) | TypeData::Void
    )
}

/// What there is to tell about one function.
struct Report<'a> {
    places: Places<'a>,
    body: &'a Function,
    types: &'a TypeFacts,
    activity: &'a ActivityFacts,
}

impl Report<'_> {
    fn func(&self) -> FuncId {
        self.body.id
    }

    fn find(&self, name: &str) -> Option<Value> {
        let name = name.strip_prefix('%').unwrap_or(name);
        let mut names = self.body.value_names.iter();
        names
            .find(|(_, known)| &***known == name)
            .map(|(&value, _)| value)
    }

    /// Parameters, then instructions under their source lines.
    fn listing(&self, sources: &mut Sources<'_>) -> String {
        let mut out = String::new();
        for &param in &self.body.params {
            let text = self.places.param(self.func(), param);
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(
                out,
                "{text}\n      {}, {}",
                self.types.tree(param),
                self.state(param)
            );
        }
        let mut last = None;
        for &block in self.body.blocks() {
            let name = self.places.block(self.func(), block);
            if !name.is_empty() {
                let _ = writeln!(out, "{name}:");
                last = None;
            }
            for &inst in self.body.insts(block) {
                let here = self.places.location(self.func(), inst);
                let line = here.as_ref().map(|here| (here.file.clone(), here.line));
                if let Some(location) = here.filter(|_| line != last) {
                    let _ = writeln!(out, "{}", sources.show(&location));
                }
                last = line.or(last);
                out += &self.instruction(inst);
            }
        }
        out
    }

    fn instruction(&self, inst: Inst) -> String {
        let text = self.places.text(self.func(), inst);
        let known = match self.body.inst(inst).result {
            Some(result) => format!("{}, {}", self.types.tree(result), self.state(result)),
            None if self.activity.inst(inst) => "handles derivatives".to_owned(),
            None => return format!("  {text}\n"),
        };
        format!("  {text}\n      {known}\n")
    }

    fn state(&self, value: Value) -> &'static str {
        match self.activity.value(value) {
            true => "active",
            false => "inactive",
        }
    }

    /// Why a value has its types and its activity.
    fn reasons(&self, value: Value) -> String {
        let name = self.body.value_name(value);
        let mut out = String::new();
        let derivations = self.types.explain(value);
        if derivations.is_empty() {
            let _ = writeln!(
                out,
                "Nothing is known about the type of {name} but what LLVM's says."
            );
        }
        for (facts, steps) in grouped(&derivations) {
            let _ = writeln!(out, "{name} has {}:", facts.join(", "));
            for step in steps {
                let cause = match step.cause {
                    Cause::Inst(inst) => self.places.line(self.func(), inst),
                    Cause::Seed => "the signature, the caller or a declaration".to_owned(),
                    Cause::Constant => "a constant".to_owned(),
                };
                let _ = writeln!(out, "  {cause} ({})", step.why);
            }
        }
        if !self.activity.value(value) {
            let why = match (self.activity.varied(value), self.activity.useful(value)) {
                (false, _) => "nothing active reaches it",
                (true, _) => {
                    "it depends on something active, but influences nothing of which a derivative is asked"
                }
            };
            let _ = writeln!(out, "{name} is inactive: {why}.");
            return out;
        }
        let _ = writeln!(out, "{name} is active:");
        for reason in self.activity.explain(self.body, value) {
            let of = self.body.value_name(reason.value);
            let _ = match reason.inst {
                Some(inst) => writeln!(
                    out,
                    "  {of}: {}: {}",
                    reason.text,
                    self.places.line(self.func(), inst)
                ),
                None => writeln!(out, "  {of}: {}", reason.text),
            };
        }
        out
    }
}

/// Facts with the same reasons together: the bytes of one integer, say.
fn grouped(derivations: &[Derivation]) -> Vec<(Vec<String>, &[Step])> {
    let mut groups: Vec<(Vec<String>, &[Step])> = Vec::new();
    for derivation in derivations {
        let path: Vec<String> = derivation.path.iter().map(i32::to_string).collect();
        let path = format!("[{}]", path.join(","));
        let same = |steps: &[Step]| {
            let reasons = |steps: &[Step]| {
                steps
                    .iter()
                    .map(|step| (step.cause, step.why))
                    .collect::<Vec<_>>()
            };
            reasons(steps) == reasons(&derivation.steps)
        };
        match groups.last_mut().filter(|(_, steps)| same(steps)) {
            Some((facts, _)) => facts.push(path),
            None => groups.push((vec![format!("{} at {path}", derivation.base)], &derivation.steps)),
        }
    }
    groups
}

/// Source files, each read once.
pub(crate) struct Sources<'a> {
    folder: &'a Path,
    files: HashMap<String, Option<Vec<String>>>,
}

impl<'a> Sources<'a> {
    pub(crate) fn new(folder: &'a Path) -> Self {
        Self {
            folder,
            files: HashMap::new(),
        }
    }

    /// A place, with the line of the file if it can be read.
    pub(crate) fn show(&mut self, location: &SourceLocation) -> String {
        let folder = self.folder;
        let file = self.files.entry(location.file.clone()).or_insert_with(|| {
            let path = PathBuf::from(&location.file);
            let text = std::fs::read_to_string(folder.join(path)).ok()?;
            Some(text.lines().map(str::to_owned).collect())
        });
        let text = file
            .as_ref()
            .and_then(|lines| lines.get(location.line as usize - 1));
        let place = format!("{}:{}", location.file, location.line);
        text.map_or_else(|| place.clone(), |text| format!("{place}: {}", text.trim()))
    }
}
