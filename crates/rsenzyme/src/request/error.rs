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
    MisplacedMarker { name: String, kind: Kind },
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
    /// The value of the function in split mode.
    #[error(
        "enzyme_primal_return has no meaning in {kind}: __enzyme_augmentfwd returns the value of the function behind the tape in any case, and \
         __enzyme_reverse does not compute it; drop the marker",
        kind = .kind.name()
    )]
    SplitPrimalReturn { kind: Kind },
    /// `__enzyme_augmentsize` has no values.
    #[error(
        "__enzyme_augmentsize takes one activity marker for each parameter of `{function}` and no values, but `{found}` is none; give \
         enzyme_dup, enzyme_out, enzyme_const or enzyme_dupnoneed as the later calls do"
    )]
    SizeOfValues { function: String, found: String },
    /// `__enzyme_augmentsize` with another number of markers than parameters.
    #[error(
        "__enzyme_augmentsize takes one activity marker for each of the {needed} parameters of `{function}`, and {found} are given"
    )]
    SizeMarkers {
        function: String,
        needed: usize,
        found: usize,
    },
    /// `__enzyme_reverse` ends before the derivative of the result.
    #[error(
        "{kind} misses the derivative of the result of `{function}` (of type {ty}): pass it after the arguments and before the tape, or mark \
         the result enzyme_const_return",
        kind = .kind.name()
    )]
    MissingSeed {
        kind: Kind,
        function: String,
        ty: String,
    },
    /// The derivative of the result has another type than the result.
    #[error(
        "cannot pass `{found}` of type {found_ty} as the derivative of the result of `{function}`, which has type {expected}"
    )]
    BadSeedType {
        function: String,
        found: String,
        found_ty: String,
        expected: String,
    },
    /// `__enzyme_reverse` without the tape.
    #[error(
        "{kind} misses the tape of `{function}`: pass what __enzyme_augmentfwd returned as the last argument, or its address after \
         enzyme_tape",
        kind = .kind.name()
    )]
    MissingTape { kind: Kind, function: String },
    /// The tape has the wrong type.
    #[error(
        "cannot take `{found}` of type {found_ty} as the tape of `{function}`; without enzyme_allocated the tape is the pointer that \
         __enzyme_augmentfwd returns, with it a structure of at least {bytes} bytes"
    )]
    BadTape {
        function: String,
        found: String,
        found_ty: String,
        bytes: u64,
    },
    /// `enzyme_allocated` needs a number.
    #[error(
        "enzyme_allocated takes the size of the tape in bytes as a constant, or the result of __enzyme_augmentsize, not `{found}`"
    )]
    BadAllocated { found: String },
    /// The tape does not fit.
    #[error(
        "insufficient tape allocation size for `{function}`: need {needed} bytes, have {found} bytes; ask __enzyme_augmentsize with the same \
         activities"
    )]
    TapeSize {
        function: String,
        needed: u64,
        found: i64,
    },
    /// A tape is made for adjoints or for tangents.
    #[error(
        "the tape of `{function}` cannot be both: __enzyme_reverse and __enzyme_fwdsplit are asked for; ask for one of them for another function that \
         calls `{function}`"
    )]
    TwoTapes { function: String },
    /// A result that is an address, of a function whose tangents are computed later.
    #[error(
        "{kind} of `{function}` for __enzyme_fwdsplit: the shadow of an address that is returned is not known before the tangents; mark the result \
         enzyme_const_return, or use __enzyme_fwddiff",
        kind = .kind.name()
    )]
    NoShadowYet { kind: Kind, function: String },
    /// `__enzyme_virtualreverse` of something else.
    #[error(
        "__enzyme_virtualreverse takes a function or a global variable that is known at compile time, not `{found}`"
    )]
    BadVirtual { found: String },
    /// `__enzyme_batch` with arguments of the wrong form.
    #[error("cannot batch `{function}`: {problem}")]
    BadBatch { function: String, problem: String },
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
