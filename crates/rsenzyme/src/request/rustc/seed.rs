//! Seeds: rustc leaves the last argument of a gradient function, by which the derivative is multiplied, out of its call.
//!
//! Before anything is optimized the call stands in the gradient function itself, whose last parameter is the seed. It is appended there, behind
//! a marker of our own, and optimization carries it along. Afterwards nothing would be left of it: the parameter is unused, so it is removed.

use super::results;
use crate::raw::{InstBuilder, Mod, Val};
use crate::request::markers::{self, Marker};
use crate::request::{Kind, Request, find};

/// The marker in front of a seed.
pub(crate) const MARKER: &str = "enzyme_rsenzyme_seed";

/// Appends the seeds to the calls of a module that was not optimized yet; whether there were any.
pub(crate) fn keep(module: Mod) -> bool {
    let mut changed = false;
    for request in find(module) {
        if request.kind == Kind::Autodiff && is_in_its_own_function(request) {
            changed |= append(module, request.call);
        }
    }
    changed
}

/// Whether a request of rustc's is still in the function that rustc wrote it in.
fn is_in_its_own_function(request: Request) -> bool {
    let name = request.call.callee().map(Val::name);
    let symbol = name.as_ref().and_then(|name| super::symbol(name, request));
    symbol.is_some_and(|symbol| symbol.starts_with(&request.call.parent_function().name()))
}

fn append(module: Mod, call: Val) -> bool {
    let Some(seed) = seed_of(call) else {
        return false;
    };
    let Some(callee) = call.callee().filter(|_| !call.is_invoke()) else {
        return false;
    };
    let mut args = call.args();
    args.extend([module.external_global(MARKER), seed]);
    let new = InstBuilder::before(call, module.context()).call(callee, &args);
    new.copy_location(call);
    if call.has_uses() {
        call.replace_uses(new);
    }
    call.erase();
    true
}

/// The last parameter of the function around a call that asks for the derivative of a returned number.
fn seed_of(call: Val) -> Option<Val> {
    let args = call.args();
    let target = args.first().filter(|target| target.is_function())?;
    let ret = target.function_type().return_type();
    let marker = |operand: &Val| markers::name_of(*operand).and_then(|name| Marker::of_name(&name));
    let marks: Vec<_> = args.iter().map(marker).collect();
    let has = |wanted| marks.contains(&Some(wanted));
    if !ret.is_float() || has(Marker::Seed) {
        return None;
    }
    let outs = marks.iter().zip(args.iter().skip(1));
    let outs: Vec<_> = outs
        .filter_map(|(marker, operand)| (*marker == Some(Marker::Out)).then(|| operand.ty()))
        .collect();
    if !has(Marker::PrimalReturn) && !results::is_made_of(call.ty(), &outs) {
        // The result is a constant.
        return None;
    }
    let last = call.parent_function().params().pop()?;
    (last.ty() == ret).then_some(last)
}
