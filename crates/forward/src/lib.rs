//! Forward mode: for a function, one that computes derivatives along with it.
//!
//! # Algorithm
//! The tangent function repeats the primal computation, instruction by instruction and block by block, and computes beside each
//! active value its derivative in one or more directions (Radul and others, "You Only Linearize Once", 2023, for the linearised
//! program; Moses and Churavy, "Instead of Rewriting Foreign Code for Machine Learning, Automatically Synthesize Fast Gradients", 2020,
//! for doing so on LLVM IR). Derivatives of arithmetic and library functions come from crate `rules`. Memory has shadow memory: an
//! active address has as its tangent the address of memory of the same layout, where the tangents of what the primal memory holds are.
//! What only moves values (loads, phis, calls, vector shuffles) moves tangents alike.
//!
//! Which values are active says crate `activity`, what bytes are crate `typeanalysis`. Each request, that is, a function with the
//! activities of its parameters and return, is answered once; requests that arise at calls join the queue, so recursion ends in the memo.
//!
//! # Invariants
//! - A value without tangent costs nothing. Explicit zeros appear only where absence cannot be expressed: in memory, phis, calls and
//!   returns.
//! - Primal instructions are copies and keep their origins. What is added has no origin, and no flags that promise what holds of
//!   primals only (no NaN, no infinity, no wrap, invariant memory).
//! - Every store to active memory has a store to its shadow, and shadow memory is cleared when it is allocated, so that a shadow is
//!   never read before it is written unless the primal is.
//! - In the directions of a wider request tangents are separate values and shadows separate objects; they are packed in arrays only
//!   between functions.
//! - After an error no body is added to the module: all errors of all functions are collected first.
//!
//! # Cost
//! Linear in the bodies that a request reaches, times the width, plus the analyses.
//!
//! # What it does not know
//! LLVM, calls of `__enzyme_fwddiff`, names of library functions (crate `rules`).
//!
//! # Reading order
//! [`request`], `emit`, `shadow`, then `ops` by instruction, `tables` for functions behind pointers; [`split`] for tangents apart from the
//! primal.

pub mod request;

mod emit;
mod ops;
mod reads;
mod runtime;
mod shadow;
pub mod split;
mod tables;
mod tangent;

pub use ::shadow::Audience;
pub use ::shadow::error::{self, Error, ErrorKind};
pub use ::shadow::{Callee, Callees, Direction, GlobalShadow, Kept, Lacking, Warning, WarningKind, Warnings};
pub use reads::InactiveRead;
pub use request::{Activity, Request, ReturnRequest};

use indexmap::IndexSet;
use ir::{Flags, FuncId, Function, Module};
use rules::RuleTable;
use rustc_hash::FxHashMap;

use ::shadow::ShadowGlobals;
use request::Requests;

/// Options of forward mode.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// A zero tangent times any partial, also an infinite one, is zero (Enzyme's `-enzyme-strong-zero`).
    pub strong_zero: bool,
    /// Fast-math flags of generated float arithmetic, beside those of the primal instruction. "No NaN" and "no infinity" are never
    /// set, not even where the primal instruction has them: a partial can have a pole where the primal is finite.
    pub extra_flags: Flags,
    /// Functions without a body and without a rule are taken for inactive (Enzyme's `-enzyme-emptyfn-inactive`).
    pub empty_functions_inactive: bool,
    /// Whether the program may read `errno`, `signgam` or the floating-point status flags after math functions were called. If not,
    /// calls of such functions go where only the tangent needs them not.
    pub reads_math_state: bool,
    /// A pointer whose shadow is the pointer itself is inactive, which is asked wherever it is followed (Enzyme's
    /// `enzyme_runtime_activity`).
    pub runtime_activity: bool,
    /// What calls through constant pointers may lead to. Where that was not looked up such calls have no derivative.
    pub callees: ::shadow::Callees,
    /// Options of the activity analysis.
    pub activity: activity::Options,
    /// Options of the type analysis.
    pub types: typeanalysis::TypeOptions,
}

impl Default for ForwardOptions {
    /// The primal's flags with reassociation and contraction, no strong zeros; `errno` may be read.
    fn default() -> Self {
        Self {
            strong_zero: false,
            extra_flags: Flags::REASSOC.union(Flags::CONTRACT),
            empty_functions_inactive: false,
            reads_math_state: true,
            runtime_activity: false,
            callees: ::shadow::Callees::default(),
            activity: activity::Options::default(),
            types: typeanalysis::TypeOptions::default(),
        }
    }
}

/// Makes tangent functions in a module.
pub struct Forward<'a> {
    module: &'a mut Module,
    rules: &'a RuleTable,
    options: ForwardOptions,
    requests: Requests,
    globals: ShadowGlobals,
    /// What was asked for, and of which order it is.
    asked: FxHashMap<FuncId, u32>,
    /// The functions to call instead, which clear shadows first.
    clean: FxHashMap<FuncId, FuncId>,
    /// Requests that make no sense.
    refused: Vec<Error>,
    reads: IndexSet<InactiveRead>,
    /// What the user should look at.
    warnings: ::shadow::Warnings,
    /// Derivatives that only constant pointers may lead to, and that could not be made.
    lacking: Vec<Lacking>,
    /// Tangents in two parts.
    splits: split::Splits,
}

impl<'a> Forward<'a> {
    /// Nothing is requested yet.
    pub fn new(module: &'a mut Module, rules: &'a RuleTable, options: ForwardOptions) -> Self {
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
            clean: FxHashMap::default(),
            refused: Vec::new(),
            reads: IndexSet::new(),
            warnings: ::shadow::Warnings::default(),
            lacking: Vec::new(),
            splits: split::Splits::default(),
        }
    }

    /// The tangent function for a request: declared, and queued for [`Forward::run`]. The same request gives the same function.
    pub fn request(&mut self, mut request: Request) -> FuncId {
        if let Err(kind) = self.check(&request) {
            self.refused.push(Error {
                func: request.func,
                inst: None,
                kind,
            });
            return request.func;
        }
        let (bodies, ctx) = self.module.split();
        request.order = request
            .order
            .max(self.globals.order_of(ctx, bodies, request.func));
        let order = request.order;
        let tangent = self.requests.get(&mut self.module.ctx, request);
        self.asked.insert(tangent, order);
        tangent
    }

    /// After [`Forward::run`]: what to call instead of a tangent function that was asked for, so that global variables carry no derivatives
    /// when it begins, whatever earlier requests have left in their shadows. `None` if it is all the same.
    pub fn begin_clean(&mut self, tangent: FuncId) -> Option<FuncId> {
        if let Some(&clean) = self.clean.get(&tangent) {
            return Some(clean);
        }
        let order = *self.asked.get(&tangent)?;
        let (bodies, ctx) = self.module.split();
        let clean = self
            .globals
            .begin_clean(ctx, bodies, tangent, (Kept::Tangents, order))?;
        let id = clean.id;
        self.module.set_body(clean);
        self.clean.insert(tangent, id);
        Some(id)
    }

    /// Makes known a shadow of a global variable that was made before, for this module by another [`Forward`]: what both make works
    /// on the same memory.
    pub fn adopt_shadow(&mut self, shadow: GlobalShadow) {
        self.globals.adopt(shadow);
    }

    /// The shadows of global variables: those that were adopted, and those that were made.
    pub fn shadows(&self) -> impl Iterator<Item = GlobalShadow> + '_ {
        self.globals.all()
    }

    /// Reads of global variables that the requests so far take to carry no derivative.
    pub fn inactive_reads(&self) -> impl Iterator<Item = InactiveRead> + '_ {
        self.reads.iter().copied()
    }

    /// Makes the bodies of all functions that were requested, and of those that they call, and adds them to the module. Gives the
    /// functions in the order in which they were first asked for.
    ///
    /// # Errors
    /// Everything in any of them that has no derivative. Then no body is added, and the requests are forgotten; what a failed request
    /// declared has no body.
    pub fn run(&mut self) -> Result<Vec<FuncId>, Vec<Error>> {
        let start = self.requests.done();
        let mut errors = std::mem::take(&mut self.refused);
        let mut failed = Vec::new();
        let mut bodies: Vec<Function> = Vec::new();
        while let Some(job) = self.requests.next() {
            if self.is_given(job.request.func) {
                errors.extend(self.take_rule(&job).err());
                continue;
            }
            let (number, func, tangent) = (job.number, job.request.func, job.func);
            match self.tangent(job) {
                Ok(body) => bodies.push(body),
                Err(found) => failed.push((number, (func, tangent), found)),
            }
            for wrapper in self.requests.take_wrappers() {
                self.module.set_body(wrapper);
            }
            bodies.extend(self.requests.take_helpers());
        }
        let needed = self.requests.needs.all();
        for (number, (func, tangent), found) in failed {
            if needed.contains(&number) {
                errors.extend(found);
            } else if let Some(error) = found.into_iter().next() {
                let (lacking, ends) = Lacking::new(&mut self.module.ctx, func, error, &[tangent]);
                self.lacking.push(lacking);
                bodies.extend(ends);
            }
        }
        if !errors.is_empty() {
            self.requests.forget_from(start);
            return Err(errors);
        }
        let made = bodies.iter().map(|body| body.id).collect();
        for body in bodies {
            self.module.set_body(body);
        }
        Ok(made)
    }

    /// Takes the derivatives that could not be made where only a constant pointer may lead to their functions.
    pub fn take_lacking(&mut self) -> Vec<Lacking> {
        std::mem::take(&mut self.lacking)
    }

    /// What the user should look at in the functions that were made so far.
    pub fn warnings(&self) -> &[Warning] {
        self.warnings.as_slice()
    }

    fn check(&self, request: &Request) -> Result<(), ErrorKind> {
        let ctx = &self.module.ctx;
        let decl = &ctx.funcs[request.func];
        let name = decl.name.to_string();
        let expected = ctx.types.param_types(decl.ty).len();
        let returns_nothing = ctx.types.return_type(decl.ty) == Some(ctx.types.void());
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
        if returns_nothing && (request.ret.shadow || request.ret.primal) {
            return Err(ErrorKind::NoReturn { name });
        }
        if let ir::TypeData::Func { varargs: true, .. } = ctx.types.get(decl.ty) {
            return Err(ErrorKind::Varargs { name });
        }
        if self.module.body(request.func).is_none() && !self.is_given(request.func) {
            return Err(ErrorKind::NoBody { name });
        }
        Ok(())
    }
}
