//! The bodies of the answers to one request: analyses, the plan, then both sweeps.

use cache::{Overwritten, Plan, PlanInput, PlanOptions, Shape};
use ir::phases::phase;
use ir::{Bodies, Builder, Context, FuncId, Function, Inst, Op};
use rules::RuleTable;
use rustc_hash::FxHashMap;

use crate::custom;
use crate::emit::{Emit, Input, Shared};
use crate::error::{self, Error, ErrorKind};
use crate::ops::words::{self, Words};
use crate::ops::{Demands, KnownCalls};
use crate::registers;
use crate::request::{Answer, Job, Request, Role};
use crate::{KeptPlan, Reverse};
use ::shadow::{Warning, Warnings};
use facts::{Facts, Question};

impl Reverse<'_> {
    /// The bodies that answer a request.
    pub(crate) fn gradient(&mut self, job: Job) -> Result<Vec<Function>, Vec<Error>> {
        let (bodies, ctx) = self.module.split();
        if let Some(made) = custom::bodies((&mut *ctx, bodies), &mut self.runtime, &job) {
            // The user's functions do not ask whether a shadow is the pointer itself.
            if self.options.runtime_activity && job.request.params.iter().any(|param| param.is_dual()) {
                let what = "memory that a registered gradient works on";
                return Err(vec![Error {
                    func: job.request.func,
                    inst: None,
                    kind: ErrorKind::RuntimeActivity { what },
                }]);
            }
            return made;
        }
        let request = &job.request;
        let fail = |kind| {
            vec![Error {
                func: request.func,
                inst: None,
                kind,
            }]
        };
        let Some(source) = bodies.get(request.func) else {
            let name = ctx.funcs[request.func].name.to_string();
            return Err(fail(ErrorKind::NoBody { name }));
        };
        if let Some(reason) = self.prepared.irreducible(request.func) {
            let what = reason.to_string();
            return Err(fail(ErrorKind::Irreversible { what }));
        }
        let context = request.context();
        let question = Question {
            ctx,
            bodies,
            rules: self.rules,
            activity: self.options.activity,
            types: &self.options.types,
            context: &context,
            seeds: &job.seeds,
            moves_unknown: false,
        };
        let is_entry = match job.answer {
            Answer::Combined(func) | Answer::Split { augmented: func, .. } => self.entries.contains(&func),
        };
        let analyses = question.answer(job.known);
        let facts = Facts::new(&analyses, &context);
        self.warnings.add(facts.type_warnings().map(Warning::from));
        if let Some(error) = Error::contradiction(source, &facts.contradictions(source)) {
            return Err(vec![error]);
        }
        if let Some(value) = facts.misread_float(ctx, source) {
            return Err(vec![Error {
                func: request.func,
                inst: source.def_inst(value),
                kind: ErrorKind::MisreadFloat {
                    value: source.value_name(value),
                },
            }]);
        }
        let disguised = facts.disguised(request.func);
        if !disguised.is_empty() {
            return Err(error::disguised(request.func, disguised));
        }
        if is_entry && self.words == Words::Any && !words::enters_with_doubles(ctx, source, facts, request) {
            self.words = Words::WithDoubles;
        }
        let graphs = phase("graphs of bodies");
        let calls = KnownCalls::of(ctx, bodies, self.rules, &self.options, (source, facts));
        let shape = self
            .prepared
            .shape(ctx, bodies, (self.rules, &self.options), (source, facts));
        drop(graphs);
        let plan_options = PlanOptions {
            runtime_activity: self.options.runtime_activity,
            ..self.options.plan.clone()
        };
        let known = Known {
            ctx,
            bodies,
            rules: self.rules,
            source,
            facts,
            calls: &calls,
            shape: &shape,
            options: &plan_options,
        };
        let planning = phase("plan of the tape");
        let (plan, overwritten) = known.plan(request)?;
        drop(planning);
        let _phase = phase("emission");
        if self.options.keep_plans {
            self.plans.push(KeptPlan {
                request: request.clone(),
                shape: shape.clone(),
                plan: plan.clone(),
                calls: calls.with_tapes(&plan),
            });
        }
        let input = |role| Input {
            source,
            bodies,
            facts,
            rules: self.rules,
            options: &self.options,
            request,
            role,
            shape: &shape,
            plan: &plan,
            calls: &calls,
            overwritten: &overwritten,
            words: self.words,
        };
        let functions = match job.answer {
            Answer::Combined(func) => vec![(func, Role::Combined)],
            Answer::Split { augmented, reverse } => {
                vec![(augmented, Role::Augmented), (reverse, Role::Reverse)]
            }
        };
        let mut made = Vec::new();
        for (func, role) in functions {
            let shared = Shared {
                requests: &mut self.requests,
                globals: &mut self.globals,
                runtime: &mut self.runtime,
            };
            let mut body = Function::new(ctx, func);
            body.personality = source.personality;
            let (errors, guesses) = emit(ctx, &mut body, input(role), shared);
            self.warnings.add(guesses.as_slice().iter().cloned());
            if !errors.is_empty() {
                return Err(errors);
            }
            made.push(body);
        }
        Ok(made)
    }
}

/// What is known of a body before its plan is made.
struct Known<'a> {
    ctx: &'a Context,
    bodies: Bodies<'a>,
    rules: &'a RuleTable,
    source: &'a Function,
    facts: Facts<'a>,
    calls: &'a KnownCalls,
    shape: &'a Shape,
    options: &'a PlanOptions,
}

impl Known<'_> {
    /// The plan for a request, and what of the memory that calls know may be written before their reverse.
    fn plan(&self, request: &Request) -> Result<(Plan, FxHashMap<Inst, Overwritten>), Vec<Error>> {
        let demands = Demands {
            ctx: self.ctx,
            source: self.source,
            facts: self.facts,
            calls: self.calls,
        };
        let planning = PlanInput {
            ctx: self.ctx,
            function: self.source,
            bodies: self.bodies,
            facts: &self.facts,
            rules: self.rules,
            shape: self.shape,
            mode: request.mode.of_sweeps(),
            width: request.width,
            overwritten: &request.overwritten,
            calls: &demands,
            options: self.options,
        };
        let plan = cache::plan(&planning).map_err(|errors| {
            let errors = errors.into_iter();
            errors
                .map(|error| plan_error(request.func, error))
                .collect::<Vec<_>>()
        })?;
        let overwritten = self.calls.overwritten(&planning);
        Ok((plan, overwritten))
    }
}

/// What a mistake in planning says about the function.
fn plan_error(func: FuncId, error: cache::PlanError) -> Error {
    use cache::PlanError;
    let inst = match &error {
        PlanError::ScalableVector { inst } | PlanError::TapeLimit { inst, .. } => *inst,
        PlanError::NotCanonical { .. } => None,
    };
    let kind = match error {
        PlanError::ScalableVector { .. } => ErrorKind::ScalableVector,
        other => ErrorKind::Tape {
            what: other.to_string(),
        },
    };
    Error { func, inst, kind }
}

/// Fills `body`; the errors that were met, and what was guessed.
fn emit(
    ctx: &mut Context,
    body: &mut Function,
    input: Input<'_>,
    shared: Shared<'_>,
) -> (Vec<Error>, Warnings) {
    let source = input.source;
    let ret = source
        .all_insts()
        .find(|&inst| matches!(source.inst(inst).op, Op::Ret));
    let variables = body.add_block();
    let builder = Builder::new(ctx, body, variables);
    let mut emit = Emit::new(builder, input, shared);
    match input.role {
        Role::Reverse => {
            let start = emit.b.add_block();
            emit.start = Some(start);
            emit.b.go_to(start);
            emit.take_parameters();
            emit.pop_frame();
            emit.reverse_sweep(ret, Vec::new());
        }
        Role::Augmented => emit.forward_sweep(),
        Role::Combined => {
            emit.forward_sweep();
            if let Some((ret, end)) = emit.returning {
                emit.b.go_to(end);
                let fields = emit.forward_result(ret).unwrap_or_default();
                emit.reverse_sweep(Some(ret), fields);
            }
        }
    }
    emit.start_after_variables();
    let (errors, guesses) = (emit.errors, emit.guesses);
    if errors.is_empty() {
        registers::promote(ctx, body, variables);
    }
    (errors, guesses)
}
