//! Helper calls that become ordinary code before anything is differentiated.
//!
//! | call | becomes |
//! |---|---|
//! | `__enzyme_call_inactive(f, args...)` | `f(args...)`, marked inactive |
//! | `__enzyme_iter(n, k)` | `n`: that a cache needs room for `n + k` means nothing where there is none |
//! | `enzyme_zerotype(p, byte, n)` | `memset(p, byte, n)`, whose bytes have no type |

use crate::error::Error;
use crate::raw::{InstBuilder, Mod, Val};
use crate::request::RequestError;
use crate::request::target::function_of;

/// A helper, by its name.
#[derive(Clone, Copy)]
enum Helper {
    CallInactive,
    Iter,
    ZeroType,
}

impl Helper {
    fn of_name(name: &str) -> Option<Self> {
        match name {
            "enzyme_zerotype" => Some(Self::ZeroType),
            _ if name.contains("__enzyme_call_inactive") => Some(Self::CallInactive),
            _ if name.contains("__enzyme_iter") => Some(Self::Iter),
            _ => None,
        }
    }
}

/// Expands all helper calls of a module; whether there were any, and what is wrong with others.
pub(crate) fn expand(module: Mod) -> (bool, Vec<Error>) {
    let mut errors = Vec::new();
    let mut changed = false;
    let functions: Vec<Val> = module.functions().collect();
    for function in functions {
        let Some(helper) = Helper::of_name(&function.name()).filter(|_| !function.has_body()) else {
            continue;
        };
        let calls = function
            .users()
            .into_iter()
            .filter(|user| user.callee() == Some(function));
        for call in calls.collect::<Vec<Val>>() {
            match expand_call(module, helper, call) {
                Ok(()) => changed = true,
                Err(error) => errors.push(Error::request(&error, call)),
            }
        }
        if !function.has_uses() {
            function.delete_global();
            changed = true;
        }
    }
    (changed, errors)
}

fn expand_call(module: Mod, helper: Helper, call: Val) -> Result<(), RequestError> {
    let unsupported = |feature: &str| {
        let feature = feature.to_owned();
        Err(RequestError::Unsupported { feature })
    };
    if call.is_invoke() {
        return unsupported("a helper call that may throw (an invoke)");
    }
    let args = call.args();
    let builder = InstBuilder::before(call, module.context());
    let new = match (helper, args.as_slice()) {
        (Helper::Iter, &[count, _]) if count.ty() == call.ty() => {
            call.replace_uses(count);
            call.erase();
            return Ok(());
        }
        (Helper::ZeroType, &[address, byte, bytes]) => {
            let byte = builder.int_cast(byte, module.i8_type());
            builder.memset(address, byte, bytes)
        }
        (Helper::CallInactive, &[target, ref passed @ ..]) => {
            let Some(target) = function_of(target) else {
                return unsupported("`__enzyme_call_inactive` of a function that is only known at run time");
            };
            let ty = target.function_type();
            let (params, given) = (ty.params(), passed.iter().map(|arg| arg.ty()).collect::<Vec<_>>());
            let fits = match ty.is_variadic() {
                true => given.starts_with(&params),
                false => given == params,
            };
            if !fits || (call.has_uses() && ty.return_type() != call.ty()) {
                return unsupported("`__enzyme_call_inactive` with other types than the function has");
            }
            let new = builder.call(target, passed);
            new.add_call_attribute(module, "enzyme_inactive");
            new
        }
        _ => return unsupported("a helper call with these arguments"),
    };
    new.copy_location(call);
    if call.has_uses() {
        call.replace_uses(new);
    }
    call.erase();
    Ok(())
}
