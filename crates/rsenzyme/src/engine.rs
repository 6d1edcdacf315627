//! Derivatives of functions of an LLVM module: prepare, import, differentiate, export.
//!
//! Everything that is wanted in one go shares one import and one memo, so what two derivatives have in common is analyzed and made
//! once. Only what the wanted functions reach is copied and read; functions whose behaviour the rules know, and those that never return,
//! are not entered.

use std::rc::Rc;

use forward::{Forward, ForwardOptions, Lacking};
use ir::attrs::{ADDRESSES_ONLY, FuncFlags};
use ir::phases::phase;
use ir::{Const, ConstData, EntitySet, Flags, FuncId};
use llvm::{CleanUp, Cleaner, Exported, Exporter, ImportOptions, Importer};
use reverse::{Answer, Half, Holder, KeptPlan, Moved, Place, Reverse, ReverseOptions};
use rules::RuleTable;
use typeanalysis::TypeOptions;

use crate::callees::{self, Looked};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::globals::{Found, Globals};
use crate::messages;
use crate::options::Options;
use crate::raw::{Mod, Ty, Val};
use crate::request::Kind;
use crate::request::parse::{Activity, Call};

/// Both kinds of tapes fit into what a caller provides.
const _: () = assert!(forward::split::LOG_BYTES == reverse::TAPE_BYTES);

/// A derivative that is asked for.
pub(crate) struct Wanted {
    /// How derivatives are propagated.
    pub(crate) kind: Kind,
    /// The function to differentiate.
    pub(crate) target: Val,
    /// The activity of each of its parameters.
    pub(crate) params: Vec<Activity>,
    /// Whether the value is returned.
    pub(crate) primal_return: bool,
    /// Whether a pointer that is its own shadow is inactive.
    pub(crate) runtime_activity: bool,
    /// How the value takes part.
    pub(crate) ret: Activity,
    /// The number of directions.
    pub(crate) width: u32,
    /// Zero derivatives times anything are zero.
    pub(crate) strong_zero: bool,
    /// What split mode needs to know.
    pub(crate) split: Split,
}

/// What is known of a request in split mode.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Split {
    /// The caller has memory for the tape.
    pub(crate) allocated: bool,
    /// The tape is used again.
    pub(crate) keep: bool,
    /// The tape is a log for tangents.
    pub(crate) replayed: bool,
    /// For each parameter, whether the memory behind it may be written between the two parts.
    pub(crate) overwritten: Vec<bool>,
}

impl Wanted {
    /// Whether forward mode makes it.
    fn is_about_tangents(&self) -> bool {
        self.kind.is_forward() || self.kind.is_split() && self.split.replayed
    }

    /// What a request asks for, of each function that it may mean. A result in memory is a parameter of the function, and its shadow one of the derivative.
    pub(crate) fn of_call(call: &Call) -> impl Iterator<Item = Self> + '_ {
        call.targets().map(|target| Self::of_target(call, target))
    }

    fn of_target(call: &Call, target: Val) -> Self {
        let in_memory = call.target_sret.is_some();
        let args = call.args.iter().map(|arg| arg.activity);
        Self {
            kind: call.request.kind,
            target,
            params: in_memory.then_some(call.ret).into_iter().chain(args).collect(),
            primal_return: call.primal_return && !in_memory,
            runtime_activity: call.runtime_activity,
            ret: if in_memory { Activity::Const } else { call.ret },
            width: call.width,
            // rustc has LLVM evaluate both sides of an `if` and choose, where C's math functions would set `errno`: what was not chosen may be
            // infinite, and must not come into the gradient as zero times infinity.
            strong_zero: call.strong_zero || call.front.is_some() && call.request.kind == Kind::Autodiff,
            split: Split {
                allocated: call.tape.allocated.is_some() || call.request.kind == Kind::AugmentSize,
                keep: call.tape.keep,
                replayed: call.tape.replayed,
                overwritten: in_memory
                    .then_some(true)
                    .into_iter()
                    .chain(call.args.iter().map(|arg| !arg.not_overwritten))
                    .collect(),
            },
        }
    }
}

/// What was made.
pub(crate) struct Made {
    /// The derivatives, in the order in which they were wanted, and whether each has a tape.
    pub(crate) functions: Vec<(Val, bool)>,
    /// What the user should look at.
    pub(crate) warnings: Vec<Diagnostic>,
    /// The plans of tapes, if the options ask for them.
    pub(crate) plans: String,
}

/// Makes the derivatives of `wanted`. Either all of them are made, or none. `globals` is what earlier calls have left,
/// and takes in what this one leaves.
///
/// # Errors
/// Every reason that was found, in any of them.
pub(crate) fn differentiate(
    module: Mod,
    options: &Options,
    wanted: &[Wanted],
    globals: &mut Globals,
) -> Result<Made, Vec<Error>> {
    // SAFETY: the module is live and used by this thread alone, which `lower` and `differentiate` ask of their callers; nothing that is
    // held here is one of the declarations that are replaced.
    let defined = unsafe { llvm::define_node_functions(module.raw()) };
    defined.map_err(|error| vec![Error::llvm(error.to_string())])?;
    // SAFETY: as above; what is made is new.
    let sorts = unsafe { llvm::Sorts::define(module.raw()) };
    let sorts = Rc::new(sorts.map_err(|error| vec![Error::llvm(error.to_string())])?);
    let mut looked = Looked::default();
    let result = loop {
        let mut engine = Engine::new(module, options, &sorts);
        let result = engine.run(module, options, wanted, globals, &looked);
        let from_rustc = engine.importer.is_from_rustc();
        engine.delete_copies();
        match result {
            Ok(Outcome::Made(made)) => break Ok(made),
            Ok(Outcome::LookUp(types)) => looked.look_up(module, types, from_rustc),
            Ok(Outcome::Move(places)) => looked.moved = Moved::new(places),
            Err(errors) => break Err(errors),
        }
    };
    if let Some(sorts) = Rc::into_inner(sorts) {
        // SAFETY: as above; the importer is gone.
        unsafe { sorts.delete_unused() };
    }
    result
}

/// The requests of one round, and what becomes of them.
struct Round<'w> {
    wanted: &'w [Wanted],
    /// The functions to differentiate.
    funcs: &'w [Subject],
    answers: Vec<Option<FuncId>>,
    /// Whether the answer has a tape.
    tapes: Vec<bool>,
    found: Found,
    /// Whether a pointer that is its own shadow is inactive in all of them.
    runtime_activity: bool,
    /// Whether global variables carry no derivatives when a derivative begins.
    begins_clean: bool,
    warnings: forward::Warnings,
    plans: Vec<KeptPlan>,
    /// Derivatives that only constant pointers may lead to, and that could not be made.
    lacking: Vec<Lacking>,
    /// All requests have strong zeros.
    strong_zero: bool,
}

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Subject {
    Func(FuncId),
    Const(Const),
}

impl Subject {
    fn func(self) -> Option<FuncId> {
        match self {
            Self::Func(func) => Some(func),
            Self::Const(_) => None,
        }
    }
}

impl Round<'_> {
    /// Answers with functions that begin without derivatives in global variables, and adds these to what was made.
    fn begin_clean(&mut self, made: &mut Vec<FuncId>, mut clean: impl FnMut(FuncId) -> Option<FuncId>) {
        if !self.begins_clean {
            return;
        }
        for answer in self.answers.iter_mut().flatten() {
            if let Some(clean) = clean(*answer) {
                if !made.contains(&clean) {
                    made.push(clean);
                }
                *answer = clean;
            }
        }
    }
}

/// What comes of a run.
enum Outcome {
    /// All derivatives.
    Made(Made),
    /// Nothing: it is to be looked up first which functions of these types there are.
    LookUp(Vec<Ty>),
    /// Nothing: these loads are to be written as copies.
    Move(Vec<Place>),
}

struct Engine {
    importer: Importer,
    /// Canonicalized copies of functions, which stand for them while the engine lives.
    copies: Vec<Val>,
    rules: &'static RuleTable,
}

impl Engine {
    fn new(module: Mod, options: &Options, sorts: &Rc<llvm::Sorts>) -> Self {
        // SAFETY: the module is live and used by this thread alone, which `lower` and `differentiate` ask of their callers.
        let mut importer = unsafe {
            let names = ImportOptions {
                names: options.print_plan,
                ..ImportOptions::default()
            };
            Importer::with_options(module.raw(), names)
        };
        importer.read_sorts(Rc::clone(sorts));
        Self {
            importer,
            copies: Vec::new(),
            rules: RuleTable::standard(),
        }
    }

    fn run(
        &mut self,
        module: Mod,
        options: &Options,
        wanted: &[Wanted],
        globals: &mut Globals,
        looked: &Looked,
    ) -> Result<Outcome, Vec<Error>> {
        let shadows = globals.import(&mut self.importer);
        let reads_math_state = rules::MATH_STATE_READERS.iter().any(|name| module.mentions(name));
        let types = crate::analyses::type_options(options, &self.importer);
        let callees = looked.callees(&mut self.importer);
        let forward_options = ForwardOptions {
            reads_math_state,
            callees: callees.clone(),
            ..forward_options(options, &types)
        };
        let reverse_options = ReverseOptions {
            reads_math_state,
            callees,
            moved: looked.moved.clone(),
            ..reverse_options(options, &types)
        };
        let funcs = self.read(wanted, looked)?;
        let mut round = Round {
            wanted,
            funcs: &funcs,
            answers: vec![None; wanted.len()],
            tapes: vec![false; wanted.len()],
            found: Found::known(shadows),
            begins_clean: options.unmarked_globals_inactive_loads,
            runtime_activity: options.runtime_activity,
            warnings: forward::Warnings::default(),
            strong_zero: options.strong_zero,
            plans: Vec::new(),
            lacking: Vec::new(),
        };
        let (mut made, mut errors) = (Vec::new(), Vec::new());
        // What options and markers of single requests say makes separate sets of derivatives.
        for strong_zero in [false, true] {
            for runtime_activity in [false, true] {
                let forward_options = ForwardOptions {
                    strong_zero,
                    runtime_activity,
                    ..forward_options.clone()
                };
                for halves in [false, true] {
                    match self.tangents(forward_options.clone(), &mut round, halves) {
                        Ok(more) => made.extend(more),
                        Err(more) => errors.extend(more),
                    }
                }
                let reverse_options = ReverseOptions {
                    strong_zero,
                    runtime_activity,
                    ..reverse_options.clone()
                };
                match self.gradients(reverse_options, &mut round) {
                    Ok(more) => made.extend(more),
                    Err(more) => errors.extend(more),
                }
            }
        }
        let Round {
            answers,
            tapes,
            found,
            warnings,
            plans,
            lacking,
            ..
        } = round;
        let reasons = errors.iter().chain(lacking.iter().map(|lacking| &lacking.error));
        let missing = looked.missing(&self.importer, reasons);
        if !missing.is_empty() {
            return Ok(Outcome::LookUp(missing));
        }
        if looked.moved.is_empty() {
            let places = reverse::movable(&self.importer.module, &errors);
            if !places.is_empty() {
                return Ok(Outcome::Move(places));
            }
        }
        if !errors.is_empty() {
            let shown = errors.iter().enumerate();
            return Err(shown
                .map(|(number, error)| messages::derivative_error(&self.importer, number, error))
                .collect());
        }
        let plans = crate::plans::text(&self.importer, &plans, options);
        callees::explain(&mut self.importer, &lacking);
        let exported = self.write(&made)?;
        looked.keep_apart();
        globals.keep(&mut self.importer, &exported, &found);
        if options.clean_up {
            let _phase = phase("clean-up by LLVM");
            self.clean_up(module, &exported)?;
        }
        // SAFETY: the export has just made the functions.
        let function = |id| exported.get(id).map(|function| unsafe { Val::new(function) });
        let answers = answers.into_iter().zip(tapes);
        let functions: Option<Vec<_>> = answers
            .map(|(answer, has_tape)| Some((function(answer?)?, has_tape)))
            .collect();
        if options.print {
            print(wanted, &exported);
        }
        let functions =
            functions.ok_or_else(|| vec![Error::internal("a derivative that was made was not exported")])?;
        let warnings = messages::warnings(&self.importer, warnings.as_slice());
        Ok(Outcome::Made(Made {
            functions,
            warnings,
            plans,
        }))
    }

    /// Optimizes what was exported. The tape's own functions have nothing to vectorize.
    fn clean_up(&self, module: Mod, exported: &Exported) -> Result<(), Vec<Error>> {
        // SAFETY: the module is alive.
        let cleaner = unsafe { Cleaner::new(module.raw()) };
        let ctx = &self.importer.module.ctx;
        let clean = |(id, function): (FuncId, _)| {
            let calculates = ctx.attrs(ctx.funcs[id].attrs).string(ADDRESSES_ONLY).is_none();
            let how = match calculates {
                true => CleanUp::Full,
                false => CleanUp::Scalar,
            };
            // SAFETY: the export has just made the function in the module.
            unsafe { cleaner.clean_up(function, how) }
        };
        let cleaned = exported.functions().try_for_each(clean);
        cleaned.map_err(|error| vec![Error::llvm(error.to_string())])
    }

    /// Makes the tangent functions that are wanted under these options, or those in two halves: all that they need, in order.
    fn tangents(
        &mut self,
        options: ForwardOptions,
        round: &mut Round<'_>,
        halves: bool,
    ) -> Result<Vec<FuncId>, Vec<forward::Error>> {
        let (strong_zero, runtime_activity) = (options.strong_zero, options.runtime_activity);
        let always = (round.strong_zero, round.runtime_activity);
        let is_meant = |wanted: &Wanted| {
            wanted.is_about_tangents()
                && halves != (wanted.kind == Kind::Forward)
                && (wanted.strong_zero || always.0) == strong_zero
                && (wanted.runtime_activity || always.1) == runtime_activity
        };
        if !round.wanted.iter().any(is_meant) {
            return Ok(Vec::new());
        }
        let mut forward = Forward::new(&mut self.importer.module, self.rules, options);
        let shadows = round.found.shadows();
        shadows.for_each(|shadow| forward.adopt_shadow(shadow));
        let requests = round.wanted.iter().zip(round.funcs);
        for ((wanted, subject), answer) in requests.zip(&mut round.answers) {
            if is_meant(wanted)
                && let Some(func) = subject.func()
            {
                *answer = Some(match wanted.kind {
                    Kind::Forward => forward.request(tangent(func, wanted)),
                    _ => request_half(&mut forward, func, wanted),
                });
            }
        }
        let mut made = match halves {
            false => forward.run(),
            true => forward.run_split(),
        };
        let logs = round.answers.iter().zip(&mut round.tapes).zip(round.wanted);
        for ((answer, tape), _) in logs.filter(|(_, wanted)| halves && is_meant(wanted)) {
            *tape = answer.is_some_and(|answer| forward.has_log(answer));
        }
        if let Ok(made) = &mut made {
            round.begin_clean(made, |answer| forward.begin_clean(answer));
        }
        round.lacking.extend(forward.take_lacking());
        round.found.add(&forward);
        round.warnings.add(forward.warnings().iter().cloned());
        made
    }

    /// Makes the gradient functions that are wanted: all that they need, in order.
    fn gradients(
        &mut self,
        options: ReverseOptions,
        round: &mut Round<'_>,
    ) -> Result<Vec<FuncId>, Vec<reverse::Error>> {
        let (strong_zero, runtime_activity) = (options.strong_zero, options.runtime_activity);
        let always = (round.strong_zero, round.runtime_activity);
        let is_meant = |wanted: &Wanted| {
            !wanted.is_about_tangents()
                && (wanted.strong_zero || always.0) == strong_zero
                && (wanted.runtime_activity || always.1) == runtime_activity
        };
        let wanted = round.wanted.iter().zip(round.funcs);
        let mut meant = wanted.filter(|(wanted, _)| is_meant(wanted)).peekable();
        if meant.peek().is_none() {
            return Ok(Vec::new());
        }
        let mut reverse = Reverse::new(&mut self.importer.module, self.rules, options);
        let shadows = round.found.shadows();
        shadows.for_each(|shadow| reverse.adopt_shadow(shadow));
        let mut split = Vec::new();
        for (number, (wanted, &subject)) in round.wanted.iter().zip(round.funcs).enumerate() {
            if !is_meant(wanted) {
                continue;
            }
            let answer = match (wanted.kind, subject) {
                (Kind::VirtualReverse, Subject::Func(func)) => {
                    let func = reverse.constant(ConstData::Func(func));
                    reverse.shadow_of(func)
                }
                (Kind::VirtualReverse, Subject::Const(constant)) => reverse.shadow_of(constant),
                (Kind::Autodiff, Subject::Func(func)) => match reverse.request(gradient(func, wanted)) {
                    Some(Answer::Combined(made)) => Some(made),
                    _ => None,
                },
                (kind, Subject::Func(func)) if kind.is_split() => {
                    split.push(number);
                    let holder = match wanted.split.allocated {
                        true => Holder::Caller,
                        false => Holder::Heap,
                    };
                    let half = match kind {
                        Kind::Reverse => Half::Reverse {
                            keep: wanted.split.keep,
                        },
                        _ => Half::Augmented,
                    };
                    reverse.request_half(gradient(func, wanted), holder, half)
                }
                _ => continue,
            };
            round.answers[number] = answer;
        }
        let mut made = reverse.run();
        for number in split {
            round.tapes[number] = round.answers[number].is_some_and(|half| reverse.has_tape(half));
        }
        if let Ok(made) = &mut made {
            round.begin_clean(made, |answer| reverse.begin_clean(answer));
        }
        round.plans.extend(reverse.take_plans());
        round.lacking.extend(reverse.take_lacking());
        round.warnings.add(reverse.warnings().iter().cloned());
        round.found.set_shadows(reverse.shadows());
        made
    }

    /// Imports the functions that are wanted, with the bodies that they reach.
    fn read(&mut self, wanted: &[Wanted], looked: &Looked) -> Result<Vec<Subject>, Vec<Error>> {
        let _phase = phase("preparation and import");
        let mut subjects = Vec::new();
        for wanted in wanted {
            // SAFETY: targets are functions and constants of the module, which live as long as the engine.
            let subject = unsafe {
                match wanted.target.is_function() {
                    true => Subject::Func(self.importer.func_id(wanted.target.raw())),
                    false => Subject::Const(self.importer.constant_id(wanted.target.raw())),
                }
            };
            subjects.push(subject);
        }
        let mut work: Vec<_> = subjects.iter().filter_map(|subject| subject.func()).collect();
        // SAFETY: they are functions of the module, which live as long as the engine.
        work.extend((looked.functions()).map(|func| unsafe { self.importer.func_id(func.raw()) }));
        let mut seen = Seen {
            funcs: work.iter().copied().collect(),
            consts: EntitySet::new(),
        };
        let constants = subjects.iter().filter_map(|subject| match subject {
            Subject::Const(constant) => Some(*constant),
            Subject::Func(_) => None,
        });
        self.find_functions(constants.collect(), &mut seen, &mut work);
        while let Some(func) = work.pop() {
            if self.importer.module.body(func).is_none() {
                self.read_body(func)?;
            }
            self.read_rules(func)?;
            if let Some(body) = self.importer.module.body(func) {
                let mentioned = body.constants().map(|(constant, _)| constant).collect();
                self.find_functions(mentioned, &mut seen, &mut work);
            }
        }
        Ok(subjects)
    }

    /// Imports the bodies of the derivatives that a user gives for a function: whether they write through a parameter is read there.
    fn read_rules(&mut self, func: FuncId) -> Result<(), Vec<Error>> {
        let ctx = &self.importer.module.ctx;
        let rules: Vec<_> = ctx.funcs[func].rules.iter().map(|&(_, rule)| rule).collect();
        for rule in rules {
            if self.importer.module.ctx.funcs[rule].defined && self.importer.module.body(rule).is_none() {
                self.read_body(rule)?;
            }
        }
        Ok(())
    }

    /// Adds the functions whose addresses are in constants, directly or in tables that the constants lead to.
    fn find_functions(&self, mut constants: Vec<Const>, seen: &mut Seen, found: &mut Vec<FuncId>) {
        let ctx = &self.importer.module.ctx;
        while let Some(constant) = constants.pop() {
            if !seen.consts.insert(constant) {
                continue;
            }
            match ctx.consts.get(constant) {
                ConstData::Func(func)
                    if (self.is_entered(*func) || !ctx.funcs[*func].rules.is_empty())
                        && seen.funcs.insert(*func) =>
                {
                    found.push(*func)
                }
                ConstData::Global(global) => constants.extend(ctx.globals[*global].init),
                ConstData::Aggregate { members, .. } => constants.extend(members),
                ConstData::Expr { operands, .. } => constants.extend(operands),
                _ => {}
            }
        }
    }

    /// Imports the body of a function, in canonical form, if it has one.
    fn read_body(&mut self, func: FuncId) -> Result<(), Vec<Error>> {
        let Some(original) = self.importer.raw(func) else {
            return Ok(());
        };
        // SAFETY: functions of the module live as long as the engine.
        let copy = unsafe { self.importer.import_canonical(original) };
        let copy = copy.map_err(|error| vec![Error::llvm(error.to_string())])?;
        // SAFETY: the copy has just been made, and lives until the engine deletes it.
        self.copies.extend(copy.map(|copy| unsafe { Val::new(copy) }));
        Ok(())
    }

    /// Exports the functions that were made.
    fn write(&mut self, made: &[FuncId]) -> Result<Exported, Vec<Error>> {
        let _phase = phase("export");
        let bodies: Vec<_> = made
            .iter()
            .filter_map(|&func| self.importer.module.body(func))
            .collect();
        let exported = Exporter::new(&self.importer).export(&bodies);
        exported.map_err(|errors| {
            errors
                .iter()
                .map(|error| Error::llvm(error.to_string()))
                .collect()
        })
    }

    /// Deletes the copies, which nothing but themselves may mention.
    fn delete_copies(self) {
        drop(self.importer);
        self.copies.into_iter().for_each(Val::delete_global);
    }

    /// Whether the body of a function matters.
    ///
    /// What the rules know needs none, unless the program may have a function of its own by that name; and what never returns passes no
    /// derivative on.
    fn is_entered(&self, func: FuncId) -> bool {
        let ctx = &self.importer.module.ctx;
        let decl = &ctx.funcs[func];
        let returns = !ctx.attrs(decl.attrs).flags.contains(FuncFlags::NORETURN);
        let enter = || {
            self.rules
                .declared(&ctx.types, &decl.name, decl.ty)
                .is_none_or(|known| known.prefers_body())
        };
        decl.defined && returns && enter()
    }
}

/// What the search for functions has met.
struct Seen {
    funcs: EntitySet<FuncId>,
    consts: EntitySet<Const>,
}

/// Shows what was differentiated and what came out.
fn print(wanted: &[Wanted], exported: &Exported) {
    // SAFETY: the export has just made the functions.
    let made = exported
        .functions()
        .map(|(_, function)| unsafe { Val::new(function) });
    for (title, function) in wanted
        .iter()
        .map(|wanted| ("prefn", wanted.target))
        .chain(made.map(|made| ("postfn", made)))
    {
        eprintln!("{title}:\n{}", function.text());
    }
}

fn tangent(func: FuncId, wanted: &Wanted) -> forward::Request {
    let activity = |activity: &Activity| match activity {
        Activity::Const | Activity::Out => forward::Activity::Const,
        Activity::Dup => forward::Activity::Dual,
        Activity::DupNoNeed => forward::Activity::DualNoNeed,
    };
    forward::Request {
        func,
        params: wanted.params.iter().map(activity).collect(),
        ret: forward::ReturnRequest {
            shadow: wanted.ret == Activity::Dup,
            primal: wanted.primal_return,
        },
        width: wanted.width,
        order: 1,
        memory: Default::default(),
    }
}

/// One half of a tangent. What a gradient returns a derivative of has a shadow in the tangent.
fn request_half(forward: &mut Forward<'_>, func: FuncId, wanted: &Wanted) -> FuncId {
    let request = tangent(func, wanted);
    let params = wanted.params.iter().zip(request.params);
    let params = params.map(|(asked, activity)| match asked {
        Activity::Out => forward::Activity::Dual,
        _ => activity,
    });
    let request = forward::Request {
        params: params.collect(),
        ret: forward::ReturnRequest {
            shadow: wanted.ret != Activity::Const,
            primal: false,
        },
        ..request
    };
    let is_given = |activity: &Activity| matches!(activity, Activity::Dup | Activity::DupNoNeed);
    let shadows = wanted.params.iter().map(is_given).collect();
    let holder = match wanted.split.allocated {
        true => forward::split::Holder::Caller,
        false => forward::split::Holder::Heap,
    };
    let half = match wanted.kind {
        Kind::ForwardSplit => forward::split::Half::Replaying {
            keep: wanted.split.keep,
            primal: wanted.primal_return,
        },
        _ => forward::split::Half::Recording,
    };
    forward.request_half(request, shadows, holder, half)
}

fn gradient(func: FuncId, wanted: &Wanted) -> reverse::Request {
    let activity = |activity: &Activity| match activity {
        Activity::Const => reverse::Activity::Const,
        Activity::Dup => reverse::Activity::Dual,
        Activity::DupNoNeed => reverse::Activity::DualNoNeed,
        Activity::Out => reverse::Activity::Out,
    };
    let is_split = wanted.kind.is_split();
    // Both parts of split mode must be the answer to one request, and only the first can tell whether the value is used.
    let returns = !wanted.target.function_type().return_type().is_void();
    reverse::Request {
        func,
        params: wanted.params.iter().map(activity).collect(),
        ret: reverse::ReturnRequest {
            primal: wanted.primal_return || is_split && returns,
            seed: wanted.ret == Activity::Out,
            shadow: is_split && wanted.ret == Activity::Dup,
        },
        mode: match is_split {
            true => reverse::Mode::Split,
            false => reverse::Mode::Combined,
        },
        width: wanted.width,
        memory: Default::default(),
        order: 1,
        overwritten: match is_split {
            true => reverse::Overwritten {
                params: wanted.split.overwritten.clone(),
                globals: true,
                other: true,
            },
            false => reverse::Overwritten::nothing(wanted.params.len()),
        },
    }
}

fn forward_options(options: &Options, types: &TypeOptions) -> ForwardOptions {
    ForwardOptions {
        strong_zero: options.strong_zero,
        extra_flags: extra_flags(options),
        empty_functions_inactive: options.empty_functions_inactive,
        reads_math_state: true,
        runtime_activity: false,
        callees: Default::default(),
        activity: activity_options(options),
        types: types.clone(),
    }
}

fn reverse_options(options: &Options, types: &TypeOptions) -> ReverseOptions {
    ReverseOptions {
        strong_zero: options.strong_zero,
        extra_flags: extra_flags(options),
        empty_functions_inactive: options.empty_functions_inactive,
        reads_math_state: true,
        runtime_activity: false,
        plan: cache::PlanOptions {
            tape_limit: (options.tape_limit != 0).then_some(options.tape_limit),
            runtime_activity: false,
            cheap_bytes: options.cheap_tape,
        },
        keep_plans: options.print_plan,
        callees: Default::default(),
        moved: Moved::default(),
        activity: activity_options(options),
        types: types.clone(),
    }
}

fn extra_flags(options: &Options) -> Flags {
    match options.fast_math {
        true => ForwardOptions::default().extra_flags,
        false => Flags::none(),
    }
}

/// The options of the activity analysis.
pub(crate) fn activity_options(options: &Options) -> activity::Options {
    activity::Options {
        globals_default_inactive: options.globals_default_inactive,
        unmarked_globals_inactive_at_entry: options.unmarked_globals_inactive_loads,
        empty_functions_inactive: options.empty_functions_inactive,
    }
}
