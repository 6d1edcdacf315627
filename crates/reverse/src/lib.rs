//! Reverse mode: for a function, one that computes the adjoints of its inputs from those of its outputs.
//!
//! # Algorithm
//! A gradient function has two sweeps (Griewank and Walther, "Evaluating Derivatives", 2008, chapters 3 and 4; Moses and Churavy,
//! "Instead of Rewriting Foreign Code for Machine Learning, Automatically Synthesize Fast Gradients", 2020, for doing so on LLVM IR).
//! The *forward sweep* repeats the primal computation, computes shadow addresses beside active addresses, and writes to the *tape* what
//! the plan of crate `cache` says. The *reverse sweep* goes through the blocks backwards along the path that was taken. For each
//! instruction it takes the adjoint of the result and adds what follows from it, by the rules of crate `rules`, to the adjoints of the
//! operands. The adjoint of memory is shadow memory of the same layout.
//!
//! In combined mode both sweeps are in one function. In split mode the *augmented* function has the first and the *reverse* function the
//! second; that is how calls are differentiated.
//!
//! # Invariants
//! - The primal bodies are in canonical form (`ir::canonical`).
//! - A float has its adjoint in a variable of the reverse sweep, which is zero before the first use is reversed and again after the
//!   definition is.
//! - Primal instructions in the forward sweep are copies and keep their origins. What is added has no origin, and no flags that promise
//!   what holds of primals only.
//! - The reverse sweep reads of the forward sweep only what the plan says, through `Emit::need`.
//! - After an error no body is added to the module: all errors of all functions are collected first.
//!
//! # Cost
//! Linear in the bodies that a request reaches, times the width, plus the analyses and the plan.
//!
//! # What it does not know
//! LLVM, calls of `__enzyme_autodiff`, names of library functions (crate `rules`), why something is stored or recomputed (crate `cache`).
//!
//! # Reading order
//! [`request`], `emit`, `adjoint`, then `ops` by instruction.

pub mod request;

mod adjoint;
mod bits;
mod checked;
mod custom;
mod emit;
mod extent;
mod gradient;
mod guess;
mod helper;
mod keeping;
mod lookup;
mod masked;
mod moved;
mod ops;
mod poison;
mod prepare;
mod registers;
mod runtime;
mod shadow;
mod split;
mod sweep;
mod tables;
mod tape;
mod unneeded;

pub use ::shadow::error::{self, Error, ErrorKind};
pub use ::shadow::{Callee, Callees, Direction, GlobalShadow, Kept, Lacking, Warning, WarningKind};
pub use cache::Overwritten;
pub use moved::{Moved, Place, movable};
pub use request::{Activity, Answer, Mode, Request, ReturnRequest};
pub use split::{Half, Holder, TAPE_BYTES};

use ir::{Flags, FuncId, Function, Module};
use rules::RuleTable;
use rustc_hash::{FxHashMap, FxHashSet};

use ::shadow::ShadowGlobals;
use ops::words::Words;
use prepare::Prepared;
use request::Requests;
use runtime::RuntimeFunctions;

/// Options of reverse mode.
#[derive(Clone, Debug)]
pub struct ReverseOptions {
    /// A zero adjoint times any partial, also an infinite one, is zero (Enzyme's `-enzyme-strong-zero`).
    pub strong_zero: bool,
    /// Fast-math flags of generated float arithmetic, beside those of the primal instruction. "No NaN" and "no infinity" are never
    /// set, not even where the primal instruction has them: a partial can have a pole where the primal is finite.
    pub extra_flags: Flags,
    /// Functions without a body and without a rule are taken for inactive (Enzyme's `-enzyme-emptyfn-inactive`).
    pub empty_functions_inactive: bool,
    /// Whether the program may read `errno`, `signgam` or the floating-point status flags after math functions were called. If not,
    /// calls of such functions go where only their primal value would need them.
    pub reads_math_state: bool,
    /// A pointer whose shadow is the pointer itself is inactive, which is asked wherever it is followed (Enzyme's
    /// `enzyme_runtime_activity`).
    pub runtime_activity: bool,
    /// What the tape may cost; of each function, its callees apart.
    pub plan: cache::PlanOptions,
    /// Whether plans are kept for [`Reverse::take_plans`].
    pub keep_plans: bool,
    /// Loads of words of unknown type that are written as copies.
    pub moved: Moved,
    /// What calls through constant pointers may lead to. Where that was not looked up such calls have no derivative.
    pub callees: ::shadow::Callees,
    /// Options of the activity analysis.
    pub activity: activity::Options,
    /// Options of the type analysis.
    pub types: typeanalysis::TypeOptions,
}

impl Default for ReverseOptions {
    /// The primal's flags with reassociation and contraction, no strong zeros.
    fn default() -> Self {
        Self {
            strong_zero: false,
            extra_flags: Flags::REASSOC.union(Flags::CONTRACT),
            empty_functions_inactive: false,
            reads_math_state: true,
            runtime_activity: false,
            plan: cache::PlanOptions::default(),
            keep_plans: false,
            moved: Moved::default(),
            callees: ::shadow::Callees::default(),
            activity: activity::Options::default(),
            types: typeanalysis::TypeOptions::default(),
        }
    }
}

/// Makes gradient functions in a module.
pub struct Reverse<'a> {
    module: &'a mut Module,
    rules: &'a RuleTable,
    options: ReverseOptions,
    requests: Requests,
    globals: ShadowGlobals,
    /// What was asked for and begins with the reverse sweep or has it, and of which order it is.
    asked: FxHashMap<FuncId, u32>,
    /// The functions by which what was asked for begins.
    entries: FxHashSet<FuncId>,
    /// The functions to call instead, which clear shadows first.
    clean: FxHashMap<FuncId, FuncId>,
    runtime: RuntimeFunctions,
    prepared: Prepared,
    /// Which memory of unknown type may be told apart as words.
    words: Words,
    /// Requests that make no sense.
    refused: Vec<Error>,
    /// Functions that return shadows of constants, until the next run.
    getters: Vec<Function>,
    /// The plans of the bodies that were made, if they are kept.
    plans: Vec<KeptPlan>,
    /// What the user should look at.
    warnings: ::shadow::Warnings,
    /// Derivatives that only constant pointers may lead to, and that could not be made.
    lacking: Vec<Lacking>,
}

/// The plan of the answer to one request.
#[derive(Clone, Debug)]
pub struct KeptPlan {
    /// The request.
    pub request: Request,
    /// The graphs of the body, which is that of [`ir::Module::body`] once the gradients have been made.
    pub shape: cache::Shape,
    /// The plan.
    pub plan: cache::Plan,
    /// The calls whose gradients have tapes of their own, with the functions that they may call.
    pub calls: Vec<(ir::Inst, Vec<ir::FuncId>)>,
}

impl<'a> Reverse<'a> {
    /// Nothing is requested yet.
    pub fn new(module: &'a mut Module, rules: &'a RuleTable, options: ReverseOptions) -> Self {
        let globals = module.ctx.globals.iter().filter(|(_, global)| !global.constant);
        let any_memory = activity::EntryMemory {
            globals: globals.map(|(id, _)| id).collect(),
            external: true,
            ..activity::EntryMemory::default()
        };
        let requests = Requests::new(any_memory, options.runtime_activity);
        Self {
            module,
            rules,
            options,
            requests,
            globals: ShadowGlobals::default(),
            asked: FxHashMap::default(),
            entries: FxHashSet::default(),
            clean: FxHashMap::default(),
            runtime: RuntimeFunctions::default(),
            prepared: Prepared::default(),
            words: Words::None,
            refused: Vec::new(),
            getters: Vec::new(),
            plans: Vec::new(),
            warnings: ::shadow::Warnings::default(),
            lacking: Vec::new(),
        }
    }

    /// The plans that were made since the last call, in the order in which the functions were needed, if [`ReverseOptions::keep_plans`] says
    /// so. After an error those that could be made.
    pub fn take_plans(&mut self) -> Vec<KeptPlan> {
        std::mem::take(&mut self.plans)
    }

    /// Takes the derivatives that could not be made where only a constant pointer may lead to their functions.
    pub fn take_lacking(&mut self) -> Vec<Lacking> {
        std::mem::take(&mut self.lacking)
    }

    /// What the user should look at in the functions that were made so far.
    pub fn warnings(&self) -> &[Warning] {
        self.warnings.as_slice()
    }

    /// The functions for a request: declared, and queued for [`Reverse::run`]. The same request gives the same functions. `None` if it
    /// makes no sense, which [`Reverse::run`] reports. In split mode the tape is on the heap and used once.
    pub fn request(&mut self, request: Request) -> Option<Answer> {
        if request.mode == Mode::Combined {
            return self.inner(request).map(|(_, answer)| answer);
        }
        let holder = Holder::Heap;
        let augmented = self.request_half(request.clone(), holder, Half::Augmented)?;
        let reverse = self.request_half(request, holder, Half::Reverse { keep: false })?;
        Some(Answer::Split { augmented, reverse })
    }

    /// One function for a request in split mode, by who holds the tape: declared, and queued for [`Reverse::run`]. Both halves of the same
    /// request work on one tape. `None` if it makes no sense, which [`Reverse::run`] reports.
    pub fn request_half(&mut self, request: Request, holder: Holder, half: Half) -> Option<ir::FuncId> {
        let (request, answer) = self.inner(request)?;
        let outers = &mut self.requests.outers;
        let func = outers.get(&mut self.module.ctx, (&request, answer), (holder, half))?;
        if let Half::Reverse { .. } = half {
            self.asked.insert(func, request.order);
        }
        Some(func)
    }

    /// Whether a function of split mode stores or reads anything on its tape, after [`Reverse::run`]. If not, the tape is null, or none.
    pub fn has_tape(&self, half: ir::FuncId) -> bool {
        self.requests.outers.has_tape(half)
    }

    /// The request with its order, and the functions that answer it: in split mode those that take an arena.
    fn inner(&mut self, mut request: Request) -> Option<(Request, Answer)> {
        if let Err(kind) = self.check(&request) {
            self.refused.push(Error {
                func: request.func,
                inst: None,
                kind,
            });
            return None;
        }
        let (bodies, ctx) = self.module.split();
        request.order = request
            .order
            .max(self.globals.order_of(ctx, bodies, request.func));
        let answer = self.requests.get(&mut self.module.ctx, request.clone());
        match answer {
            Answer::Split { augmented, .. } => {
                self.entries.insert(augmented);
            }
            Answer::Combined(gradient) => {
                self.entries.insert(gradient);
                self.asked.insert(gradient, request.order);
            }
        }
        Some((request, answer))
    }

    /// A constant of the module.
    pub fn constant(&mut self, data: ir::ConstData) -> ir::Const {
        self.module.ctx.consts.intern(data)
    }

    /// A function without parameters that returns the shadow of a constant, for width 1: that of a function is its table. Declared, with
    /// its body after [`Reverse::run`]. `None` if there is none, which [`Reverse::run`] reports.
    pub fn shadow_of(&mut self, constant: ir::Const) -> Option<ir::FuncId> {
        let (bodies, ctx) = self.module.split();
        let order = match *ctx.consts.get(constant) {
            ir::ConstData::Func(func) => self.globals.order_of(ctx, bodies, func),
            _ => 1,
        };
        let ptr = ctx.types.ptr();
        let ty = ctx.types.func(ptr, &[]);
        let getter = ::shadow::generated::internal(ctx, "rsenzyme.shadow".to_owned(), ty);
        let mut making = ::shadow::Making {
            rules: self.rules,
            functions: tables::Tables {
                rules: self.rules,
                bodies,
                requests: &mut self.requests,
            },
            in_initializer: false,
        };
        let at = Direction {
            order,
            lane: 0,
            width: 1,
            kept: Kept::Adjoints,
        };
        match self.globals.constant(ctx, &mut making, constant, at) {
            Ok(shadow) => {
                let mut body = Function::new(ctx, getter);
                let entry = body.add_block();
                let mut builder = ir::Builder::new(ctx, &mut body, entry);
                let shadow = builder.constant(shadow);
                builder.ret(Some(shadow));
                self.getters.push(body);
                Some(getter)
            }
            Err(kind) => {
                self.refused.push(Error {
                    func: getter,
                    inst: None,
                    kind,
                });
                None
            }
        }
    }

    /// After [`Reverse::run`]: what to call instead of a gradient function, or reverse function of split mode, that was asked for, so that
    /// global variables have no adjoints when the reverse sweep begins, whatever earlier requests have left in their shadows. `None`
    /// if it is all the same.
    pub fn begin_clean(&mut self, gradient: FuncId) -> Option<FuncId> {
        if let Some(&clean) = self.clean.get(&gradient) {
            return Some(clean);
        }
        let order = *self.asked.get(&gradient)?;
        let (bodies, ctx) = self.module.split();
        let clean = self
            .globals
            .begin_clean(ctx, bodies, gradient, (Kept::Adjoints, order))?;
        let id = clean.id;
        self.module.set_body(clean);
        self.clean.insert(gradient, id);
        Some(id)
    }

    /// Makes known a shadow of a global variable that was made before, for this module by another [`Reverse`]: what both make works
    /// on the same memory.
    pub fn adopt_shadow(&mut self, shadow: GlobalShadow) {
        self.globals.adopt(shadow);
    }

    /// The shadows of global variables: those that were adopted, and those that were made.
    pub fn shadows(&self) -> impl Iterator<Item = GlobalShadow> + '_ {
        self.globals.all()
    }

    /// Makes the bodies of all functions that were requested, and of those that they call, and adds them to the module. Gives
    /// the functions that have a body now.
    ///
    /// # Errors
    /// Everything in any of them that has no derivative. Then no body is added, and the requests are forgotten; what a failed request
    /// declared has no body.
    pub fn run(&mut self) -> Result<Vec<FuncId>, Vec<Error>> {
        let start = self.requests.done();
        self.words = Words::of(self.module);
        if !self.getters.is_empty() && self.words == Words::Any {
            // The program may call what it finds in tables on memory that no request is entered with.
            self.words = Words::WithDoubles;
        }
        let mut errors = std::mem::take(&mut self.refused);
        let mut failed = Vec::new();
        let mut bodies: Vec<Function> = Vec::new();
        let mut unneeded = unneeded::Unneeded::new();
        while let Some(mut job) = self.requests.next() {
            let known = (self.rules, &self.options);
            if self.prepared.reach(self.module, known, job.request.func) {
                // What a caller's analyses say is about the body as it was.
                job.known = None;
            }
            if let Answer::Combined(func) = job.answer {
                unneeded.push((func, job.request.unneeded()));
            }
            let (number, func, answer) = (job.number, job.request.func, job.answer);
            match self.gradient(job) {
                Ok(made) => bodies.extend(made),
                Err(found) => failed.push((number, (func, answer), found)),
            }
            for wrapper in self.requests.take_wrappers() {
                self.module.set_body(wrapper);
            }
        }
        let needed = self.requests.needs.all();
        for (number, (func, answer), found) in failed {
            if needed.contains(&number) {
                errors.extend(found);
            } else if let Some(error) = found.into_iter().next() {
                let (lacking, ends) = Lacking::new(&mut self.module.ctx, func, error, &answer.functions());
                self.lacking.push(lacking);
                bodies.extend(ends);
            }
        }
        if errors.is_empty() {
            let (ctx, requests) = (&mut self.module.ctx, &mut self.requests);
            let outer = requests.outers.finish(ctx, &mut self.runtime, &bodies);
            bodies.extend(outer);
        }
        bodies.extend(self.runtime.take_bodies());
        bodies.append(&mut self.getters);
        if !errors.is_empty() {
            self.requests.outers.forget_pending();
            self.runtime.forget(&bodies);
            self.requests.forget_from(start);
            return Err(errors);
        }
        let made = bodies.iter().map(|body| body.id).collect();
        for body in bodies {
            self.module.set_body(body);
        }
        unneeded.retain(|(_, positions)| !positions.is_empty());
        let known = (self.rules, self.options.empty_functions_inactive);
        unneeded::drop_unneeded(self.module, known, &self.runtime.functions(), &unneeded);
        Ok(made)
    }

    fn check(&self, request: &Request) -> Result<(), ErrorKind> {
        let ctx = &self.module.ctx;
        let decl = &ctx.funcs[request.func];
        let name = decl.name.to_string();
        let expected = ctx.types.param_types(decl.ty).len();
        let returns_nothing = ctx.types.return_type(decl.ty) == Some(ctx.types.void());
        let ret = request.ret;
        if request.width == 0 {
            return Err(ErrorKind::ZeroWidth);
        }
        if request.params.len() != expected {
            let found = request.params.len();
            return Err(ErrorKind::ParamCount {
                name,
                expected,
                found,
            });
        }
        if returns_nothing && (ret.seed || ret.shadow || ret.primal) {
            return Err(ErrorKind::NoReturn { name });
        }
        if let ir::TypeData::Func { varargs: true, .. } = ctx.types.get(decl.ty) {
            return Err(ErrorKind::Varargs { name });
        }
        if self.module.body(request.func).is_none() && !custom::has_gradient(ctx, request.func) {
            return Err(ErrorKind::NoBody { name });
        }
        Ok(())
    }
}
