//! What the user can do about an error, in the words of those who read it.

use typeanalysis::UnknownBytes;

use crate::error::ErrorKind;

/// Who reads a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Those who call `__enzyme_*`, from whatever language.
    Callers,
    /// Those who use attributes and helpers in Rust: they have no `enzyme_dup`, no TBAA and no compiler options of Enzyme's.
    Rust,
}

impl ErrorKind {
    /// What the user can do about it.
    pub fn remedy(&self, audience: Audience) -> &str {
        match audience {
            Audience::Rust => self.rust_remedy().unwrap_or_else(|| self.general_remedy()),
            Audience::Callers => self.general_remedy(),
        }
    }

    /// What it is called in Rust, where that differs.
    fn rust_remedy(&self) -> Option<&str> {
        Some(match self {
            Self::UnknownFunction { .. } => {
                "call a Rust implementation of it (crate `libm` has those of C's mathematics), or make its arguments Const"
            }
            Self::InlineAsm | Self::UnsupportedInstruction { .. } => {
                "write it as ordinary code, or make its arguments Const"
            }
            Self::Varargs { .. } => "pass the arguments in a slice",
            Self::BitArithmetic { unknown: Some(_), .. } | Self::UndeducedType { .. } => {
                "build with debug information (`debug = true` in the profile), which tells what memory holds; move numbers as numbers, \
                 not as bytes or bits; or allow guesses with RSENZYME_OPTIONS=loose-types"
            }
            Self::ContradictoryTypes { .. } | Self::MisreadFloat { .. } => {
                "use memory for one type at a time (unions, transmuted buffers); where a type is misread, switch the source of the wrong \
                 fact off with RSENZYME_OPTIONS=debug-types=0 or RSENZYME_OPTIONS=strict-aliasing=0"
            }
            Self::BitArithmetic { .. } => {
                "use methods of floats (abs, copysign, powi) in place of their bits"
            }
            Self::StoreToInactive => {
                "make the argument that this memory belongs to Duplicated; panics carry no derivative, so return the value"
            }
            Self::MixedActivity { .. } => {
                "make the argument that it comes from Duplicated, with a shadow of zeros"
            }
            Self::ExternalGlobal { .. } => "pass it as an argument",
            Self::DisguisedFloats => {
                "move floating-point numbers as such, not as bytes or bits; if these are integers, make the argument that they come from Const"
            }
            _ => return None,
        })
    }

    /// What the user can do about it, in the words of those who call `__enzyme_*`.
    fn general_remedy(&self) -> &str {
        match self {
            Self::UnknownFunction { .. } => {
                "make its body visible (link-time optimization), register a derivative with \
                 __enzyme_register_derivative, or declare it inactive with __enzyme_inactivefn"
            }
            Self::UnsupportedFunction { remedy, .. } => remedy,
            Self::NoBody { .. } => "differentiate where the function is defined, or at link time",
            Self::ParamCount { .. } => "give one activity for each parameter",
            Self::NoReturn { .. } => "do not ask for the return value",
            Self::ZeroWidth => "use a width of at least 1",
            Self::InlineAsm => {
                "write it as ordinary code, or move it to a function with a registered derivative"
            }
            Self::IndirectCall => "call the function directly, or choose it with a branch on constants",
            Self::Varargs { .. } => "pass the arguments in an array or structure",
            Self::ScalableVector => "compile for a fixed vector length (-msve-vector-bits=)",
            Self::UnsupportedInstruction { name } if name == "cmpxchg" => {
                "value and derivative cannot be exchanged in one step: add atomically (fetch_add, which becomes atomicrmw fadd), or \
                 sum in a variable of each thread"
            }
            Self::UnsupportedInstruction { name } if name == "indirectbr" => {
                "use a switch: addresses of labels belong to the original function, and must not be compared"
            }
            Self::UnsupportedInstruction { .. } => "move it to a function with a registered derivative",
            Self::BitArithmetic { unknown: Some(_), .. } | Self::UndeducedType { unknown: Some(_), .. } => {
                UnknownBytes::REMEDY
            }
            Self::ContradictoryTypes { .. } | Self::MisreadFloat { .. } => {
                "use memory for one type at a time; where a type is misread, annotate it with \"enzyme_type\", or switch the source of \
                 the wrong fact off (-enzyme-strict-aliasing=0, -rs-enzyme-debug-types=0)"
            }
            Self::BitArithmetic { .. } => {
                "use floating-point operations (fabs, copysign, ldexp), or register a derivative"
            }
            Self::StoreToInactive => {
                "give the argument that this memory belongs to a shadow (enzyme_dup); exceptions carry no derivative, so return the \
                 value"
            }
            Self::MixedActivity { .. } => "give it a shadow (enzyme_dup) that points to zeros",
            Self::CustomWidth { .. } => "use width 1, or declare that the function writes no memory",
            Self::CustomArgument { .. } => {
                "pass a pointer with a shadow (enzyme_dup), or a floating-point number by itself"
            }
            Self::CustomSignature(rule) if rule.role == crate::registered::SPLIT_DERIVATIVE => {
                "each parameter is followed by its shadow, and the tape stands last; see __enzyme_register_splitderivative in \
                 docs/compatibility.md"
            }
            Self::CustomSignature(_) => {
                "each parameter is followed by its shadow unless it is a floating-point number; see __enzyme_register_gradient in \
                 docs/compatibility.md"
            }
            Self::ExternalGlobal { .. } => {
                "attach a shadow with enzyme_shadow, or declare it inactive with __enzyme_inactive_global"
            }
            Self::UndeducedType { .. } => {
                "compile with type-based alias information (-O1 or more, without -fno-strict-aliasing), or access the memory by its type"
            }
            Self::RuntimeActivity { .. } => {
                "ask for the derivative without enzyme_runtime_activity, and give every pointer a shadow of its own"
            }
            Self::DisguisedFloats => {
                "copy floating-point numbers as such, or say where they are with __enzyme_double(pointer, bytes); if these are integers, say \
                 so with __enzyme_integer(pointer, bytes), or declare their memory constant (enzyme_const)"
            }
            Self::Irreversible { .. } => "write it with loops and branches only, or use forward mode",
            Self::Tape { .. } => "raise the limit of the tape, or use forward mode",
            Self::SplitForward { .. } => "use __enzyme_fwddiff, which computes both at once",
            Self::Internal { .. } => "please report it with the input",
            Self::InactiveWrite { .. } => "let it write to a separate variable and copy from there",
            Self::Signature { .. } => "declare it as its documentation says",
        }
    }
}
