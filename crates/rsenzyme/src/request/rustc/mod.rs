//! Requests that rustc makes for `std::autodiff`: what it passes wrongly, or leaves unsaid, is found out here.
//!
//! The protocol is Enzyme's, but rustc writes its calls by the parameters of the derivative function, not by what Enzyme's protocol means
//! (`docs/compatibility.md` lists the differences). Five things cannot be read off the call:
//!
//! - which two operands are one argument: a pair of scalars by value is two parameters of LLVM's, each with a marker of its own, and its
//!   shadow two more. Debug information has the source's parameters ([`shape`]);
//! - whether a result without `enzyme_primal_return` is the value (`Const`) or the tangent (`DualOnly`). The declared type says it, or the
//!   attribute itself, in the source at the line of the call ([`attribute`]);
//! - the order of the members of a returned tuple, which rustc sorts by size. Debug information has their offsets;
//! - the seed of a gradient, which rustc does not pass at all ([`seed`]);
//! - whether a gradient function returns the value although nothing asks for it (`Const`). The declared type has room for it.
//!
//! Where debug information is missing and the call has more than one meaning, the more likely one is taken, with a warning.

mod attribute;
mod results;
pub(crate) mod seed;
mod shape;

use llvm::{Importer, SourceSignature};

use super::parse::{Activity, default_activity};
use super::{Kind, Request, RequestError};
use crate::raw::{Mod, Ty, Val};

pub(crate) use results::{Place, Wanted};
use shape::Passed;

/// What is known of a request of rustc's besides its operands.
pub(crate) struct Front {
    request: Request,
    target: Val,
    /// How each parameter of the source arrives; `None` if debug information does not say.
    passed: Option<Vec<Passed>>,
    /// The function that the user calls.
    derivative: Option<SourceSignature>,
    /// Offsets of the members of what it returns, in the order of the source, and its size.
    members: Option<(Vec<u64>, u64)>,
}

/// How the result takes part, and whether the value is returned.
pub(crate) struct ResultRole {
    pub(crate) activity: Activity,
    pub(crate) primal: bool,
    /// What the user should know, if the answer is a guess.
    pub(crate) doubt: Option<String>,
}

/// The symbol of the derivative function in the name of what a request of rustc's calls.
fn symbol(name: &str, request: Request) -> Option<&str> {
    let symbol = name.strip_prefix(request.kind.name())?;
    (symbol.starts_with("_R") || symbol.starts_with("_ZN")).then_some(symbol)
}

/// Whether rustc makes a request.
pub(crate) fn is_of_rustc(request: Request) -> bool {
    let callee = request.call.callee();
    callee.is_some_and(|callee| symbol(&callee.name(), request).is_some())
}

impl Front {
    /// Reads what is known of a request; `None` if it is not one of rustc's, whose names go on with the symbol of a Rust function.
    pub(crate) fn of(module: Mod, request: Request, target: Val) -> Option<Self> {
        let name = request.call.callee()?.name();
        let symbol = symbol(&name, request)?;
        // SAFETY: the module is alive and used by this thread alone, which the callers of this crate promise; call and target are in it.
        let (mut importer, derivative, primal) = unsafe {
            let mut importer = Importer::new(module.raw());
            let derivative = importer.signature_around(request.call.raw());
            let primal = importer.signature(target.raw());
            (importer, derivative, primal)
        };
        let nodes = &importer.module.ctx.debug_types;
        let sret = usize::from(target.param_type_attribute("sret", 0).is_some());
        let count = target.function_type().params().len() - sret;
        let passed = primal
            .and_then(|primal| primal.types)
            .and_then(|types| shape::passed(nodes, &types.params, count));
        // LLVM may have appended something to the name of the declaration.
        let derivative = derivative.filter(|function| symbol.starts_with(&function.symbol));
        let result = derivative
            .as_ref()
            .and_then(|function| function.types.as_ref()?.result);
        let members = result.and_then(|ty| shape::members(nodes, ty));
        importer.module.ctx.debug_types = Default::default();
        Some(Self {
            request,
            target,
            passed,
            derivative,
            members,
        })
    }

    /// Whether LLVM's parameter `index`, of those that are no memory for the result, is the first of two that are one argument.
    pub(crate) fn is_pair(&self, index: usize) -> bool {
        let mut at = 0;
        for passed in self.passed.iter().flatten() {
            if at == index {
                return *passed == Passed::Two;
            }
            at += passed.count();
        }
        false
    }

    /// A warning, if numbers might be halves of pairs and nothing tells: two parameters of one type, with tangents.
    pub(crate) fn doubt_about_pairs(&self, activities: &[Activity]) -> Option<String> {
        let sret = usize::from(self.target.param_type_attribute("sret", 0).is_some());
        let params = self.target.function_type().params();
        let types = &params[sret..];
        let doubtful = |index: usize| {
            let dual = |at: usize| matches!(activities[at], Activity::Dup | Activity::DupNoNeed);
            types[index] == types[index + 1] && dual(index) && dual(index + 1)
        };
        let known = self.passed.is_some() || self.request.kind != Kind::Forward;
        if known || types.len() != activities.len() || !(1..types.len()).any(|index| doubtful(index - 1)) {
            return None;
        }
        Some(format!(
            "rustc passes pairs by value like separate numbers, and without debug information nothing tells whether `{}` takes any: its \
             parameters are taken for separate ones. `-C debuginfo=2` (which `cargo rsenzyme --std-autodiff` sets) lets rsenzyme see them",
            llvm::demangle(&self.target.name())
        ))
    }

    /// The type that the call returns, and how the target's result takes part.
    ///
    /// # Errors
    /// If the activity asks for a derivative that rustc gives no seed for.
    pub(crate) fn result(
        &self,
        width: u32,
        primal_return: bool,
        outs: &[Ty],
    ) -> Result<ResultRole, RequestError> {
        let sret = self.target.param_type_attribute("sret", 0);
        let ret = self.target.function_type().return_type();
        let role = |activity, primal| ResultRole {
            activity,
            primal,
            doubt: None,
        };
        if sret.is_none() && (ret.is_void() || results::scalars(ret).is_empty()) {
            return Ok(role(Activity::Const, false));
        }
        let declared = self.request.call.ty();
        match self.request.kind {
            Kind::Forward if primal_return => Ok(role(Activity::Dup, true)),
            Kind::Forward => Ok(self.forward_result(width, declared)),
            // `Active`, or `ActiveOnly`: nothing but the derivatives is returned.
            _ if primal_return || results::is_made_of(declared, outs) => {
                if sret.is_some() || !ret.is_float() {
                    return Err(RequestError::NoSeed {
                        function: llvm::demangle(&self.target.name()),
                    });
                }
                Ok(role(Activity::Out, primal_return))
            }
            _ => Ok(role(Activity::Const, true)),
        }
    }

    /// A warning, if the seed is not known.
    pub(crate) fn doubt_about_seed(&self, ret: Activity, seed: Option<Val>) -> Option<String> {
        (ret == Activity::Out && seed.is_none()).then(|| {
            format!(
                "rustc does not pass the seed of `{}` on: it is taken for 1, whatever the program says. With rsenzyme's library in \
                 `-Zllvm-plugins=` too (which `cargo rsenzyme --std-autodiff` sets) rsenzyme sees it",
                llvm::demangle(&self.target.name())
            )
        })
    }

    /// Without a marker for the value there is one result: the tangents (`DualOnly`) or the value (`Const`).
    fn forward_result(&self, width: u32, declared: Ty) -> ResultRole {
        let value = |doubt| ResultRole {
            activity: Activity::Const,
            primal: true,
            doubt,
        };
        let tangents = |doubt| ResultRole {
            activity: Activity::Dup,
            primal: false,
            doubt,
        };
        let last = self.derivative.as_ref().and_then(attribute::activities);
        match last.as_ref().and_then(|activities| activities.last()) {
            Some(word) if word == "Const" => return value(None),
            Some(word) if word == "DualOnly" => return tangents(None),
            _ => {}
        }
        let sret = self.target.param_type_attribute("sret", 0);
        let ret = self.target.function_type().return_type();
        if sret.is_none() && width > 1 {
            return if declared == ret {
                value(None)
            } else {
                tangents(None)
            };
        }
        if default_activity(declared, Kind::Forward) == Activity::Const {
            return value(None);
        }
        tangents(Some(format!(
            "rustc does not say whether `{}` returns the value (`Const`) or the tangent (`DualOnly`), and the attribute could not be read in \
             the source: it is taken for the tangent",
            llvm::demangle(&self.target.name())
        )))
    }

    /// Where each result of a derivative goes in the declared one; `None` if there is no place for one of them.
    pub(crate) fn places(&self, module: Mod, made: Ty, wanted: &results::Wanted) -> Option<Vec<Place>> {
        let declared = self.request.call.ty();
        match self.request.kind {
            Kind::Forward => results::of_tangents(module, made, declared, wanted),
            _ => results::of_gradient(module, made, declared, wanted, self.members.as_ref()),
        }
    }
}
