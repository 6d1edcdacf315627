//! Why a function has no derivative, in either mode.

use ir::{FuncId, Function, Inst};
use typeanalysis::{Cause, Contradiction, UnknownBytes};

use crate::globals::NoShadow;

/// One reason, with its place in the imported function.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    /// The primal function.
    pub func: FuncId,
    /// The instruction of its body; `None` if the function as a whole is meant.
    pub inst: Option<Inst>,
    /// What is wrong.
    pub kind: ErrorKind,
}

impl Error {
    /// The error for contradictory types in a body, if there are any: at the instruction that adds the second fact.
    pub fn contradiction(source: &Function, found: &[&Contradiction]) -> Option<Self> {
        let (first, others) = found.split_first()?;
        let inst = match first.cause {
            Cause::Inst(inst) => Some(inst),
            Cause::Seed | Cause::Constant => first.value.and_then(|value| source.def_inst(value)),
        };
        Some(Self {
            func: first.func,
            inst,
            kind: ErrorKind::ContradictoryTypes {
                first: Box::new((*first).clone()),
                more: others.len(),
            },
        })
    }
}

/// The errors for stores of which it is not known whether they are stores of floats.
pub fn disguised(func: FuncId, stores: &[Inst]) -> Vec<Error> {
    let error = |&inst: &Inst| Error {
        func,
        inst: Some(inst),
        kind: ErrorKind::DisguisedFloats,
    };
    stores.iter().map(error).collect()
}

/// What can be wrong. The text says what; [`ErrorKind::remedy`] what the user can do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ErrorKind {
    /// An active call of a function without body that no rule knows.
    #[error("no derivative rule and no body for the active call of `{name}`")]
    UnknownFunction {
        /// The symbol.
        name: String,
    },
    /// An active call of a function that is known to have no rule yet.
    #[error("`{name}` ({family}) has no derivative rule")]
    UnsupportedFunction {
        /// The symbol.
        name: String,
        /// What it belongs to.
        family: &'static str,
        /// What the table advises.
        remedy: &'static str,
    },
    /// The function to differentiate has no body.
    #[error("`{name}` has no body")]
    NoBody {
        /// The symbol.
        name: String,
    },
    /// The number of activities is not the number of parameters.
    #[error("`{name}` has {expected} parameters, and the request gives activities for {found}")]
    ParamCount {
        /// The symbol.
        name: String,
        /// The number of parameters.
        expected: usize,
        /// The number of activities.
        found: usize,
    },
    /// The request wants a return value of a function that has none.
    #[error("`{name}` returns nothing that could be returned with its derivative")]
    NoReturn {
        /// The symbol.
        name: String,
    },
    /// A width of zero.
    #[error("the vector width is 0")]
    ZeroWidth,
    /// Inline assembly with an active operand or result.
    #[error("inline assembly on an active value")]
    InlineAsm,
    /// A call through a pointer that is not known at compile time.
    #[error("active call through a function pointer that is not known at compile time")]
    IndirectCall,
    /// A function with variable arguments.
    #[error("`{name}` takes variable arguments")]
    Varargs {
        /// The symbol.
        name: String,
    },
    /// A vector whose length is not known at compile time.
    #[error("an active value has the scalable vector type of an instruction that cannot be differentiated")]
    ScalableVector,
    /// An instruction without a tangent.
    #[error("no tangent is defined for the active instruction `{name}`")]
    UnsupportedInstruction {
        /// Its name.
        name: String,
    },
    /// Integer arithmetic on the bits of an active float.
    #[error(
        "integer operation `{name}` on the bits of an active floating-point number{}",
        unknown_text(unknown)
    )]
    BitArithmetic {
        /// The operation.
        name: String,
        /// The operand of which it is not known whether it is one.
        unknown: Option<Box<UnknownBytes>>,
    },
    /// Facts about the type of an active value that no bits satisfy.
    #[error("{first}{}", more_text(*more))]
    ContradictoryTypes {
        /// The first that was found.
        first: Box<Contradiction>,
        /// How many others the function has; most follow from the first.
        more: usize,
    },
    /// An active number whose memory is said to hold something else.
    #[error("the floating-point number {value} is in memory that is known to hold an address or an integer")]
    MisreadFloat {
        /// Its name.
        value: String,
    },
    /// A tangent would be lost: the address has no shadow.
    #[error("an active value is stored to memory that is declared inactive")]
    StoreToInactive,
    /// A pointer that may lead to active and inactive memory.
    #[error("{what} has no shadow, but is used where active memory is expected")]
    MixedActivity {
        /// What it is.
        what: String,
    },
    /// A registered rule would have to be called several times, and its function writes memory.
    #[error(
        "the derivative registered for `{name}` knows one direction, and the function may write to memory"
    )]
    CustomWidth {
        /// The symbol.
        name: String,
    },
    /// A registered rule cannot be called with an argument.
    #[error("the derivative registered for `{name}` cannot be called: argument {index} {what}")]
    CustomArgument {
        /// The symbol.
        name: String,
        /// The argument.
        index: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A registered function of another type than a rule has.
    #[error("{0}")]
    CustomSignature(Box<WrongRule>),
    /// An active global variable that another module defines.
    #[error("the active global variable `{name}` is defined elsewhere and has no shadow")]
    ExternalGlobal {
        /// The symbol.
        name: String,
    },
    /// Bytes that carry a derivative, of which it is not known whether they are floats, addresses or integers.
    #[error("cannot deduce the type of {what}{}", undeduced_text(unknown))]
    UndeducedType {
        /// Which bytes.
        what: String,
        /// The same for the type analysis, with where they come from.
        unknown: Option<Box<UnknownBytes>>,
    },
    /// Something does not compare addresses with their shadows.
    #[error("enzyme_runtime_activity does not work for {what}")]
    RuntimeActivity {
        /// What it is.
        what: &'static str,
    },
    /// Integers between active memory that may be floats: their derivatives would be lost.
    #[error(
        "cannot deduce the type of integers that are copied from active to active memory: nothing but the declared type says that they \
         are not the bits of floating-point numbers"
    )]
    DisguisedFloats,
    /// A structure of the function that no reverse sweep is made for.
    #[error("{what} cannot be run backwards")]
    Irreversible {
        /// What it is.
        what: String,
    },
    /// What the reverse sweep reads cannot be kept for it.
    #[error("{what}")]
    Tape {
        /// What, and why.
        what: String,
    },
    /// A tangent function cannot be cut into a part that records and one that replays.
    #[error("{what} cannot be in a tangent that is computed apart from the primal")]
    SplitForward {
        /// What it is.
        what: String,
    },
    /// Parts of this project disagree: a mistake in it.
    #[error("internal error: {what}")]
    Internal {
        /// Where.
        what: String,
    },
    /// A function without derivative overwrites active memory.
    #[error("`{name}` carries no derivative, but writes to active memory")]
    InactiveWrite {
        /// The symbol.
        name: String,
    },
    /// A call does not have the shape that its rule or custom derivative has.
    #[error("the call of `{name}` does not have the signature that its derivative rule expects")]
    Signature {
        /// The symbol.
        name: String,
    },
}

/// A registered function of another type than a rule has.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "the {role} `{rule}` registered for `{name}` has the type {found}, and should have {expected}{}{more}",
    if more.is_empty() { "" } else { " " }
)]
pub struct WrongRule {
    /// The symbol of the primal.
    pub name: String,
    /// What the function is registered as.
    pub role: &'static str,
    /// Its symbol.
    pub rule: String,
    /// Its type.
    pub found: String,
    /// The type that it should have.
    pub expected: String,
    /// What it may have besides.
    pub more: &'static str,
}

impl From<NoShadow> for ErrorKind {
    fn from(reason: NoShadow) -> Self {
        match reason {
            NoShadow::Alias => Self::MixedActivity {
                what: "an alias or ifunc".to_owned(),
            },
            NoShadow::External { name } => Self::ExternalGlobal { name },
        }
    }
}

fn more_text(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!(" (and {more} more in this function)"),
    }
}

/// What a message adds if it is not known that bits are those of a float.
fn unknown_text(unknown: &Option<Box<UnknownBytes>>) -> String {
    unknown.as_ref().map_or_else(String::new, |unknown| {
        format!(", or of something else: {unknown}")
    })
}

/// What a message adds about bytes of unknown type.
fn undeduced_text(unknown: &Option<Box<UnknownBytes>>) -> String {
    unknown
        .as_ref()
        .map_or_else(String::new, |unknown| format!(": {unknown}"))
}

impl ErrorKind {
    /// The bytes of unknown type that are the reason, if they are.
    pub fn unknown_bytes(&self) -> Option<&UnknownBytes> {
        match self {
            Self::BitArithmetic { unknown, .. } | Self::UndeducedType { unknown, .. } => unknown.as_deref(),
            _ => None,
        }
    }
}
