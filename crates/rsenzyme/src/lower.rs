//! Carrying out the requests of a module: the pipeline, in order.
//!
//! Requests are found, read and sorted into rounds; each round is differentiated by [`engine`] and its calls are replaced. Errors do not
//! stop the others: all of them are collected, and a request with an error stays as it is, so that the module is valid in any case.

use ir::phases::{self, phase};
use std::cell::RefCell;
use std::collections::HashSet;

use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};

use crate::analyses;
use crate::diagnostic::{Diagnostic, Outcome, Severity};
use crate::engine::{self, Wanted};
use crate::error::Error;
use crate::globals::Globals;
use crate::helpers;
use crate::options::Options;
use crate::order::{Round, Rounds, reaches};
use crate::raw::{Mod, Val};
use crate::registration;
use crate::request::parse::{Call, parse};
use crate::request::replace::Derivative;
use crate::request::target::function_of;
use crate::request::{self, Request, RequestError, replace, tapes};
use crate::subject;

/// How many functions a message about several names.
const MAX_NAMED: usize = 5;

/// Carries out all requests for derivatives in a module.
///
/// A module without requests and helper calls is left as it is. After an error the module is valid, and the requests that failed are
/// still in it; the caller must make the compilation fail by reporting the errors.
///
/// # Safety
/// `module` must be a live module of an LLVM 22 that is in this process, and no other thread may use its context.
pub unsafe fn lower(module: LLVMModuleRef, options: &Options) -> Outcome {
    // SAFETY: the caller's promise.
    let module = unsafe { Mod::new(module) };
    if !options.time {
        return lower_module(module, options);
    }
    let (mut outcome, times) = phases::record(|| lower_module(module, options));
    outcome.times = times;
    outcome
}

fn lower_module(module: Mod, options: &Options) -> Outcome {
    subject::set(None);
    let mut lowering = Lowering {
        module,
        options,
        outcome: Outcome::default(),
        globals: Globals::default(),
    };
    lowering.registrations();
    lowering.read_rust();
    lowering.analyses();
    lowering.requests();
    let warnings = lowering.globals.warnings();
    lowering.outcome.diagnostics.extend(warnings);
    lowering.helpers();
    subject::set(None);
    lowering.outcome
}

/// Makes the seeds of rustc's requests for gradients part of their calls, which leave them out; whether there were any. To be done before
/// anything is optimized: seeds cannot be found afterwards.
///
/// # Safety
/// As for [`lower`].
pub unsafe fn keep_seeds(module: LLVMModuleRef) -> bool {
    // SAFETY: the caller's promise.
    request::rustc::seed::keep(unsafe { Mod::new(module) })
}

struct Lowering<'a> {
    module: Mod,
    options: &'a Options,
    outcome: Outcome,
    globals: Globals,
}

impl Lowering<'_> {
    fn registrations(&mut self) {
        for (changed, errors) in [
            registration::apply(self.module),
            helpers::expand(self.module),
            request::batch::expand(self.module),
        ] {
            self.outcome.changed |= changed;
            self.outcome
                .diagnostics
                .extend(errors.iter().map(Error::diagnostic));
        }
    }

    /// Prepares what requests of rustc's reach: the code of a whole program, which may be unoptimized.
    fn read_rust(&mut self) {
        let requests = request::find(self.module).into_iter();
        let of_rustc = requests.filter(|request| request::rustc::is_of_rustc(*request));
        let targets: Vec<_> = of_rustc
            .filter_map(|request| Some(request.call.args().first()?.raw()))
            .collect();
        if targets.is_empty() {
            return;
        }
        let reading = llvm::Reading {
            inline: self.options.inline,
            unroll: true,
        };
        // SAFETY: the module is alive, which the caller of `lower` promises; what is not a function has no name that is one's, and no
        // other value is held here.
        match unsafe { llvm::make_readable(self.module.raw(), &targets, reading) } {
            Ok(changed) => self.outcome.changed |= changed,
            Err(error) => {
                let error = Error::llvm(error.to_string());
                self.outcome.diagnostics.push(error.diagnostic());
            }
        }
    }

    /// Prints what the analyses find in the functions to differentiate, if the options ask for it.
    fn analyses(&mut self) {
        if !self.options.print_type && !self.options.print_activity {
            return;
        }
        let requests = request::find(self.module);
        let mut targets: Vec<String> = requests
            .iter()
            .filter_map(|request| function_of(*request.call.args().first()?))
            .map(Val::name)
            .collect();
        let mut seen = HashSet::new();
        targets.retain(|name| seen.insert(name.clone()));
        self.outcome.analyses = analyses::of_targets(self.module, self.options, &targets);
    }

    fn requests(&mut self) {
        let reading = phase("requests");
        let requests = request::find(self.module);
        let mut calls = Vec::with_capacity(requests.len());
        let mut failed = Vec::new();
        for request in requests {
            // What is left of them has been reported.
            if request.kind == request::Kind::Batch {
                failed.push(request.call.parent_function());
                continue;
            }
            subject::set(Some(request.call.parent_function().name()));
            match parse(self.module, request) {
                Ok(call) => {
                    self.doubts(&call);
                    calls.push(call);
                }
                Err(error) => {
                    failed.push(request.call.parent_function());
                    self.request_error(request, &error);
                }
            }
        }
        for (request, error) in tapes::assign(&mut calls) {
            failed.push(request.call.parent_function());
            self.request_error(request, &error);
        }
        let mut rounds = Rounds::new(calls);
        drop(reading);
        failed.into_iter().for_each(|function| rounds.fail(function));
        loop {
            match rounds.next() {
                Round::Ready(calls) => self.round(&calls, &mut rounds),
                Round::Cycle(calls) => {
                    for call in calls {
                        let function = call.target.name();
                        self.request_error(call.request, &RequestError::Cycle { function });
                    }
                    return;
                }
                Round::Done => return,
            }
        }
    }

    /// Differentiates what `calls` ask for and replaces them.
    fn round(&mut self, calls: &[Call], rounds: &mut Rounds) {
        let targets: Vec<_> = calls
            .iter()
            .map(|call| call.target.name())
            .take(MAX_NAMED)
            .collect();
        let more = calls.len() - targets.len();
        let ending = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more")
        };
        subject::set(Some(targets.join(", ") + &ending));
        let wanted: Vec<_> = calls.iter().flat_map(Wanted::of_call).collect();
        let made = match engine::differentiate(self.module, self.options, &wanted, &mut self.globals) {
            Ok(made) => made,
            Err(mut errors) => {
                // Everything about the machinery of threads would be said besides.
                if let Some(others) = self.threads(calls) {
                    errors.retain(|error| others.contains(&error.place.0));
                }
                self.outcome
                    .diagnostics
                    .extend(errors.iter().map(Error::diagnostic));
                calls
                    .iter()
                    .for_each(|call| rounds.fail(call.request.call.parent_function()));
                return;
            }
        };
        self.outcome.changed = true;
        self.outcome.diagnostics.extend(made.warnings);
        self.outcome.plans += &made.plans;
        let _phase = phase("requests");
        let mut functions = made.functions.into_iter();
        let mut replacements = Vec::with_capacity(calls.len());
        for call in calls {
            let Some((function, has_tape)) = functions.next() else {
                break;
            };
            let otherwise = call
                .otherwise
                .and_then(|(condition, _)| Some((condition, functions.next()?.0)));
            let derivative = Derivative {
                function,
                otherwise,
                has_tape,
            };
            replacements.push((call.request, derivative));
        }
        // The sizes of tapes are operands of other requests.
        replacements.sort_by_key(|(request, _)| request.kind != request::Kind::AugmentSize);
        for (request, derivative) in replacements {
            self.replace(request, derivative, rounds);
        }
    }

    /// Replaces one request. Its operands are read again: one that was a request is something else now.
    fn replace(&mut self, request: Request, mut derivative: Derivative, rounds: &mut Rounds) {
        // The caller is asked before, because the call is gone afterwards.
        let caller = request.call.parent_function();
        let replaced = parse(self.module, request).and_then(|call| {
            if let (Some((condition, _)), Some(otherwise)) = (call.otherwise, &mut derivative.otherwise) {
                otherwise.0 = condition;
            }
            replace::replace(self.module, &call, derivative)
        });
        if let Err(error) = replaced {
            self.request_error(request, &error);
            rounds.fail(caller);
        }
    }

    /// Warns of what a call may mean besides.
    fn doubts(&mut self, call: &Call) {
        let at = call.request.call;
        let warning = |message: &String| Diagnostic {
            severity: Severity::Warning,
            message: message.clone(),
            function: at.parent_function().raw(),
            location: at.location(),
        };
        self.outcome.diagnostics.extend(call.doubts.iter().map(warning));
    }

    /// Says which of the calls ask for functions that start threads. If there are any: what the others reach, as all that is worth reporting.
    fn threads(&mut self, calls: &[Call]) -> Option<HashSet<LLVMValueRef>> {
        let starts = |function: Val| reaches(function, |callee| callee.name() == "pthread_create");
        let (threaded, others): (Vec<&Call>, Vec<&Call>) =
            calls.iter().partition(|call| call.targets().any(starts));
        for call in &threaded {
            let function = llvm::demangle(&call.target.name());
            self.request_error(call.request, &RequestError::Threads { function });
        }
        let reached = RefCell::new(HashSet::new());
        for target in others.iter().flat_map(|call| call.targets()) {
            reaches(target, |function| {
                reached.borrow_mut().insert(function.raw());
                false
            });
        }
        (!threaded.is_empty()).then(|| reached.into_inner())
    }

    fn request_error(&mut self, request: Request, error: &RequestError) {
        self.outcome
            .diagnostics
            .push(Error::request(error, request.call).diagnostic());
    }

    /// Removes the calls that only give types to memory, and declarations that nothing uses any more: neither exists at link time.
    fn helpers(&mut self) {
        let functions: Vec<_> = self
            .module
            .functions()
            .filter(|function| !function.has_body())
            .collect();
        for function in functions {
            let name = function.name();
            let helper = request::is_type_helper(&name);
            if helper {
                let calls = function
                    .users()
                    .into_iter()
                    .filter(|user| user.callee() == Some(function) && !user.is_invoke());
                calls.for_each(Val::erase_unused);
            }
            if (helper || request::Kind::of_name(&name).is_some()) && !function.has_uses() {
                function.delete_global();
                self.outcome.changed = true;
            }
        }
        let markers: Vec<_> = self
            .module
            .globals()
            .filter(|global| request::markers::is_marker(*global))
            .collect();
        for marker in markers {
            // A request that failed uses its markers too, often one several times, and it stays.
            let loads = marker
                .users()
                .into_iter()
                .filter(|user| user.opcode() == Some(LLVMOpcode::LLVMLoad));
            loads.for_each(Val::erase_unused);
            if !marker.has_uses() {
                marker.delete_global();
                self.outcome.changed = true;
            }
        }
    }
}
