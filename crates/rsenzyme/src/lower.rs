//! Carrying out the requests of a module: the pipeline, in order.
//!
//! Requests are found, read and sorted into rounds; each round is differentiated by [`engine`] and its calls are replaced. Errors do not
//! stop the others: all of them are collected, and a request with an error stays as it is, so that the module is valid in any case.

use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::LLVMModuleRef;

use crate::diagnostic::Outcome;
use crate::engine::{self, Wanted};
use crate::error::Error;
use crate::globals::Globals;
use crate::helpers;
use crate::options::Options;
use crate::order::{Round, Rounds};
use crate::raw::{Mod, Val};
use crate::registration;
use crate::request::parse::{Call, parse};
use crate::request::{self, Request, RequestError, replace};
use crate::subject;

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
    subject::set(None);
    let mut lowering = Lowering {
        module,
        options,
        outcome: Outcome::default(),
        globals: Globals::default(),
    };
    lowering.registrations();
    lowering.requests();
    let warnings = lowering.globals.warnings();
    lowering.outcome.diagnostics.extend(warnings);
    lowering.helpers();
    subject::set(None);
    lowering.outcome
}

struct Lowering<'a> {
    module: Mod,
    options: &'a Options,
    outcome: Outcome,
    globals: Globals,
}

impl Lowering<'_> {
    fn registrations(&mut self) {
        for (changed, errors) in [registration::apply(self.module), helpers::expand(self.module)] {
            self.outcome.changed |= changed;
            self.outcome
                .diagnostics
                .extend(errors.iter().map(Error::diagnostic));
        }
    }

    fn requests(&mut self) {
        let requests = request::find(self.module);
        let mut calls = Vec::with_capacity(requests.len());
        let mut failed = Vec::new();
        for request in requests {
            subject::set(Some(request.call.parent_function().name()));
            match parse(self.module, request) {
                Ok(call) => calls.push(call),
                Err(error) => {
                    failed.push(request.call.parent_function());
                    self.request_error(request, &error);
                }
            }
        }
        let mut rounds = Rounds::new(calls);
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
        let targets: Vec<_> = calls.iter().map(|call| call.target.name()).collect();
        subject::set_functions(&targets);
        let wanted: Vec<_> = calls.iter().flat_map(Wanted::of_call).collect();
        let made = match engine::differentiate(self.module, self.options, &wanted, &mut self.globals) {
            Ok(made) => made,
            Err(errors) => {
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
        let mut functions = made.functions.into_iter();
        for call in calls {
            let Some(derivative) = functions.next() else { break };
            let otherwise = call
                .otherwise
                .and_then(|(condition, _)| Some((condition, functions.next()?)));
            // The caller is asked before, because the call is gone afterwards.
            let caller = call.request.call.parent_function();
            if let Err(error) = replace::replace(self.module, call, derivative, otherwise) {
                self.request_error(call.request, &error);
                rounds.fail(caller);
            }
        }
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
