//! The door for programs that hold an inkwell module.

use inkwell::module::Module;
use inkwell::values::{AsValueRef, FunctionValue};

use crate::diagnostic::Diagnostic;
use crate::engine::{self, Wanted};
use crate::error::Error;
use crate::globals::Globals;
use crate::options::Options;
use crate::raw::{Mod, Val};
use crate::request::Kind;
use crate::request::parse::{self, default_activity};

/// How derivatives are propagated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Mode {
    /// Along with the primal: tangents, one or more directions at a time.
    Forward,
    /// Adjoints: the primal first, then back. The derivatives of parameters are returned or added to their shadows.
    Reverse,
}

impl Mode {
    fn kind(self) -> Kind {
        match self {
            Self::Forward => Kind::Forward,
            Self::Reverse => Kind::Autodiff,
        }
    }
}

/// How a parameter takes part.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Activity {
    /// It carries no derivative.
    Const,
    /// A shadow follows it: the tangent of a float, the address of memory with the tangents for a pointer.
    Dual,
    /// Its derivative is returned; in reverse mode only.
    Out,
}

/// A derivative that is asked for.
///
/// The function that answers takes each parameter, followed by its shadow if it is [`Activity::Dual`]: of the parameter's type `T` for
/// width 1, `[width x T]` else. In forward mode it returns `{T, shadow}`, the shadow, the value, or nothing, as `primal_return` and
/// `result` say. In reverse mode it takes the adjoint of the value (the seed) after the parameters if `result` is [`Activity::Out`], and
/// returns a structure of the value, if asked for, and the derivative of each [`Activity::Out`] parameter, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DerivativeRequest {
    /// How derivatives are propagated.
    pub mode: Mode,
    /// The activity of each parameter.
    pub params: Vec<Activity>,
    /// Whether the value of the function is returned.
    pub primal_return: bool,
    /// How the value takes part: [`Activity::Dual`] if its shadow is returned (forward), [`Activity::Out`] if its adjoint is a
    /// parameter (reverse).
    pub result: Activity,
    /// The number of directions, at least 1.
    pub width: u32,
    /// Whether a pointer whose shadow is the pointer itself is inactive, which is asked at run time (forward mode only).
    pub runtime_activity: bool,
}

impl DerivativeRequest {
    /// Forward mode in one direction with the activities that Enzyme's interface gives to unmarked arguments: floats and pointers have
    /// shadows, integers have none; the derivative of the result is returned if there can be one.
    pub fn forward(function: FunctionValue<'_>) -> Self {
        Self::by_type(function, Mode::Forward)
    }

    /// Reverse mode for one seed with the activities that Enzyme's interface gives to unmarked arguments: the derivatives of floats are
    /// returned, pointers have shadows, integers have none; the adjoint of the result is a parameter if it is a float.
    pub fn reverse(function: FunctionValue<'_>) -> Self {
        Self::by_type(function, Mode::Reverse)
    }

    fn by_type(function: FunctionValue<'_>, mode: Mode) -> Self {
        // SAFETY: inkwell's value is live as long as its module.
        let ty = unsafe { Val::new(function.as_value_ref()) }.function_type();
        let activity = |ty| match default_activity(ty, mode.kind()) {
            parse::Activity::Const => Activity::Const,
            parse::Activity::Out => Activity::Out,
            parse::Activity::Dup | parse::Activity::DupNoNeed => Activity::Dual,
        };
        Self {
            mode,
            params: ty.params().into_iter().map(activity).collect(),
            primal_return: false,
            result: activity(ty.return_type()),
            width: 1,
            runtime_activity: false,
        }
    }

    /// The same with activity that is known only at run time.
    #[must_use]
    pub fn with_runtime_activity(mut self) -> Self {
        self.runtime_activity = true;
        self
    }

    /// The same for so many directions at once.
    #[must_use]
    pub fn width(mut self, width: u32) -> Self {
        self.width = width;
        self
    }

    /// The same with the value of the function in front of its derivative.
    #[must_use]
    pub fn with_primal(mut self) -> Self {
        self.primal_return = true;
        self
    }
}

/// What [`differentiate`] made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Derivative<'ctx> {
    /// The function that answers the request.
    pub function: FunctionValue<'ctx>,
    /// What the caller should look at: guesses, limits that were reached. The locations are valid until the module is changed.
    pub warnings: Vec<Diagnostic>,
}

/// Adds the derivative of a function to its module.
///
/// A global variable that the function stores something active to gets a shadow of this derivative's own. The new function is internal; whoever wants to call it from outside (a JIT, say) changes its linkage.
///
/// # Errors
/// Every reason why there is no derivative; the module is then as before.
pub fn differentiate<'ctx>(
    module: &Module<'ctx>,
    function: FunctionValue<'ctx>,
    request: &DerivativeRequest,
    options: &Options,
) -> Result<Derivative<'ctx>, Vec<Error>> {
    // SAFETY: inkwell's module and function are live, and the module's context is not shared with other threads.
    let (module, target) = unsafe { (Mod::new(module.as_mut_ptr()), Val::new(function.as_value_ref())) };
    let activity = |activity: &Activity| match activity {
        Activity::Const => parse::Activity::Const,
        Activity::Dual => parse::Activity::Dup,
        Activity::Out => parse::Activity::Out,
    };
    let is_out = |activity: &Activity| *activity == Activity::Out;
    if request.mode == Mode::Forward && (request.params.iter().any(is_out) || is_out(&request.result)) {
        return Err(vec![Error::misused(
            target.name(),
            "forward mode returns no derivatives of parameters: use Activity::Dual for what has a tangent",
        )]);
    }
    let wanted = Wanted {
        kind: request.mode.kind(),
        target,
        params: request.params.iter().map(activity).collect(),
        primal_return: request.primal_return,
        ret: activity(&request.result),
        width: request.width,
        strong_zero: false,
        split: Default::default(),
        runtime_activity: request.runtime_activity,
    };
    let made = engine::differentiate(module, options, &[wanted], &mut Globals::default())?;
    // SAFETY: the engine gives one function of the module for each that was wanted.
    let function = made
        .functions
        .first()
        .and_then(|made| unsafe { FunctionValue::new(made.0.raw()) });
    let function = function.ok_or_else(|| vec![Error::internal("the engine made no function")])?;
    Ok(Derivative {
        function,
        warnings: made.warnings,
    })
}
