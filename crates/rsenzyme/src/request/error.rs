//! What can be wrong with a request.

use super::Kind;

/// A request that does not follow the protocol. Each says what is wrong and what to do; the ids of Enzyme's messages are in
/// `docs/compatibility.md`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RequestError {
    /// Part of the protocol that this version does not have.
    #[error("{feature} is not supported by this version of rsenzyme; see docs/compatibility.md for what is")]
    Unsupported { feature: String },
    /// Operand 0 does not name a function.
    #[error(
        "failed to find the function to differentiate: {kind} was given {found}; pass the function itself, not a pointer that is only known at run time",
        kind = .kind.name()
    )]
    NoFunction { kind: Kind, found: String },
    /// The function is only declared.
    #[error(
        "cannot differentiate `{function}`: it has no body in this module; compile it in the same file, or link with -flto and give the plugin to the linker"
    )]
    NoBody { function: String },
    /// The function takes variable arguments.
    #[error(
        "cannot differentiate `{function}`: it takes a variable number of arguments; wrap it in a function with fixed ones"
    )]
    Variadic { function: String },
    /// A parameter or the result has no fixed size.
    #[error(
        "cannot differentiate `{function}`: {what} has the scalable vector type {ty}; compile for a fixed vector length"
    )]
    Scalable {
        function: String,
        what: String,
        ty: String,
    },
    /// The call ends too early.
    #[error(
        "too few arguments to {kind}: `{function}` takes {needed} arguments, and the call ends before the value of argument {missing}",
        kind = .kind.name()
    )]
    TooFewArguments {
        kind: Kind,
        function: String,
        needed: usize,
        missing: usize,
    },
    /// The call goes on after the last argument.
    #[error(
        "too many arguments to {kind}: `{function}` takes {needed} arguments with the shadows that their activities ask for, and `{extra}` is left over",
        kind = .kind.name()
    )]
    TooManyArguments {
        kind: Kind,
        function: String,
        needed: usize,
        extra: String,
    },
    /// An argument with a derivative came without its shadow.
    #[error(
        "{kind} misses the shadow of argument {index} of `{function}` (of type {ty}, direction {direction} of {width}); pass it after the value, or mark the argument enzyme_const",
        kind = .kind.name()
    )]
    MissingShadow {
        kind: Kind,
        function: String,
        index: usize,
        ty: String,
        direction: u32,
        width: u32,
    },
    /// An operand's type does not fit.
    #[error(
        "cannot pass `{found}` of type {found_ty} as the {role} of argument {index} of `{function}`, which has type {expected}; check the order of values and shadows, and that float values are not promoted to double by a variadic declaration",
        role = if *.shadow { "shadow" } else { "value" }
    )]
    BadArgument {
        function: String,
        index: usize,
        shadow: bool,
        found: String,
        found_ty: String,
        expected: String,
    },
    /// A marker that nobody knows.
    #[error("unknown marker `{name}`; the markers are {}", super::markers::known_names())]
    UnknownMarker { name: String },
    /// A marker in the wrong kind of request.
    #[error("the marker `{name}` has no meaning in {kind}", kind = .kind.name())]
    MisplacedMarker { name: &'static str, kind: Kind },
    /// `enzyme_width` needs a number.
    #[error(
        "enzyme_width takes a constant number of at least 1, not `{found}`; make the width a compile-time constant"
    )]
    BadWidth { found: String },
    /// `enzyme_width` twice.
    #[error("enzyme_width is given twice")]
    RepeatedWidth,
    /// `enzyme_byref` needs the size of the parameter.
    #[error("enzyme_byref takes the size of argument {index} as a constant, {needed} bytes, not `{found}`")]
    BadByRef {
        index: usize,
        needed: u64,
        found: String,
    },
    /// `enzyme_dupv` is for memory.
    #[error(
        "enzyme_dupv at argument {index} of `{function}` needs a pointer and a stride in bytes, not {found}"
    )]
    BadStride {
        function: String,
        index: usize,
        found: String,
    },
    /// A void function has no primal value.
    #[error(
        "enzyme_primal_return asks for the value of `{function}`, which returns nothing; drop the marker"
    )]
    PrimalOfVoid { function: String },
    /// A seed of one for something that is not made of floats.
    #[error(
        "the result of `{function}` has type {ty}, which is not made of floating-point numbers only: there is no seed of one for it; return it through memory, or mark it enzyme_const_return"
    )]
    BadSeed { function: String, ty: String },
    /// rustc does not pass the seed on, and one for everything is no answer.
    #[error(
        "rustc does not pass on with which weights the members of the result of `{function}` are differentiated; return one number (`Active` takes a \
         seed of 1 for it), or write the result to a `Duplicated` argument, whose shadow holds the weights"
    )]
    NoSeed { function: String },
    /// The declared result does not fit.
    #[error(
        "cannot return {made} as the declared result {declared} of {kind}; declare the call to return {made}",
        kind = .kind.name()
    )]
    BadResult {
        kind: Kind,
        made: String,
        declared: String,
    },
    /// A function that returns through memory, and a request that does not.
    #[error(
        "`{function}` returns {ty} through memory; declare {kind} to return it too, so that there is memory for the {bytes} bytes of its derivative",
        kind = .kind.name()
    )]
    NoResultMemory {
        kind: Kind,
        function: String,
        ty: String,
        bytes: u64,
    },
    /// The function, or something that it calls, starts threads.
    #[error(
        "`{function}` starts threads, which is not differentiated; differentiate what each thread does (call its derivative in the thread), and add \
         the results up outside"
    )]
    Threads { function: String },
    /// Requests that need each other's results.
    #[error(
        "`{function}` asks for its own derivative, directly or through what it calls, so there is no order in which to make them"
    )]
    Cycle { function: String },
}
