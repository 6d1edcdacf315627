//! Derivatives of functions of an LLVM module: prepare, import, differentiate, export.

use crate::diagnostic::{Diagnostic, Severity};
use crate::options::Options;
use crate::raw::{Mod, Val};
use crate::request::parse::{Activity, Call};

/// A derivative that is asked for.
pub(crate) struct Wanted {
    /// The function to differentiate.
    pub(crate) target: Val,
    /// The activity of each of its parameters.
    pub(crate) params: Vec<Activity>,
    /// Whether the value is returned.
    pub(crate) primal_return: bool,
    /// Whether the shadow of the value is returned.
    pub(crate) shadow_return: bool,
    /// The number of directions.
    pub(crate) width: u32,
    /// The request, for messages.
    pub(crate) request: Option<Val>,
}

impl Wanted {
    /// What a request asks for. A result in memory is a parameter of the function, and its shadow one of the derivative.
    pub(crate) fn of_call(call: &Call) -> Self {
        let in_memory = call.target_sret.is_some();
        let result = if call.shadow_return {
            Activity::Dup
        } else {
            Activity::Const
        };
        let params = in_memory
            .then_some(result)
            .into_iter()
            .chain(call.args.iter().map(|arg| arg.activity))
            .collect();
        Self {
            target: call.target,
            params,
            primal_return: call.primal_return && !in_memory,
            shadow_return: call.shadow_return && !in_memory,
            width: call.width,
            request: Some(call.request.call),
        }
    }
}

/// The derivatives of a round.
#[derive(Default)]
pub(crate) struct Derivatives {
    /// For each that was wanted the function, or why there is none.
    pub(crate) functions: Vec<Result<Val, Vec<Diagnostic>>>,
    /// What the user should know although all went well.
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Makes derivatives.
pub(crate) fn differentiate(_module: Mod, _options: &Options, wanted: &[Wanted]) -> Derivatives {
    let refuse = |wanted: &Wanted| {
        Err(vec![Diagnostic {
            severity: Severity::Error,
            message: format!(
                "forward mode of `{}` is not supported by this build",
                wanted.target.name()
            ),
            function: wanted.target.raw(),
            location: wanted.request.map_or(std::ptr::null_mut(), Val::location),
        }])
    };
    Derivatives {
        functions: wanted.iter().map(refuse).collect(),
        warnings: Vec::new(),
    }
}
