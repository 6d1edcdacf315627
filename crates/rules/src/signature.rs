//! The short notation for parameter lists: `"fF>f"` is `T f(T x, T *out)`.
//!
//! Parameters: `f` float, `g` float of another type, `c` complex, `i` integer, `F` pointer to a float that is
//! written, `I` pointer to an integer that is written, `r` pointer read, `w` pointer written, `m` pointer read and
//! written, `t` and `o` as `w` and `m` where text, a lock, a time or the like is written and never a float, `n` pointer
//! neither read nor written nor kept (its address matters), `x` pointer to an object of the library (a stream, a handle), kept,
//! read and written, `a` anything; at the end `.` for further arguments that are
//! read, `:` for further arguments that are written. Results after `>`: nothing or `v` void, `f`, `i`, `c`, `a`,
//! `p` pointer, `n` fresh pointer, a digit for a pointer into that operand's object, several of `f` and `i` for a
//! struct.

use smallvec::SmallVec;

use crate::entry::{Output, Param, Place, PointerParam, Return, Scalar, Slot, Variadic};

/// A parsed signature.
pub(crate) struct Signature {
    pub(crate) params: SmallVec<[Param; 4]>,
    pub(crate) variadic: Variadic,
    pub(crate) returns: Return,
}

impl Signature {
    /// Parses the notation of the module docs. Panics on a malformed text, which is a bug in this crate's tables.
    pub(crate) fn parse(text: &str) -> Self {
        let (params, returns) = text.split_once('>').unwrap_or((text, ""));
        let (params, variadic) = match (params.strip_suffix('.'), params.strip_suffix(':')) {
            (Some(fixed), _) => (fixed, Variadic::Read),
            (None, Some(fixed)) => (fixed, Variadic::Written),
            (None, None) => (params, Variadic::None),
        };
        let params = params.chars().map(param).collect();
        Self {
            params,
            variadic,
            returns: result(returns),
        }
    }

    /// The real slots of float and complex parameters.
    pub(crate) fn inputs(&self) -> SmallVec<[Slot; 4]> {
        let mut slots = SmallVec::new();
        for (operand, param) in (0u8..).zip(&self.params) {
            let components = match param {
                Param::Float => 1,
                Param::Complex => 2,
                _ => 0,
            };
            slots.extend((0..components).map(|component| Slot { operand, component }));
        }
        slots
    }

    /// The numbers produced: return components, then pointees.
    pub(crate) fn outputs(&self) -> SmallVec<[Output; 2]> {
        let returned: SmallVec<[Scalar; 2]> = match &self.returns {
            Return::Float => SmallVec::from_slice(&[Scalar::Float]),
            Return::Complex => SmallVec::from_slice(&[Scalar::Float, Scalar::Float]),
            Return::Integer => SmallVec::from_slice(&[Scalar::Integer]),
            Return::Struct(fields) => fields.clone(),
            _ => SmallVec::new(),
        };
        let returned = (0u8..).zip(returned).map(|(k, scalar)| Output {
            place: Place::Return(k),
            scalar,
        });
        let pointees = (0u8..).zip(&self.params).filter_map(|(operand, param)| {
            let scalar = match param {
                Param::FloatOut => Scalar::Float,
                Param::IntegerOut => Scalar::Integer,
                _ => return None,
            };
            Some(Output {
                place: Place::Pointee(operand),
                scalar,
            })
        });
        returned.chain(pointees).collect()
    }
}

fn param(letter: char) -> Param {
    let pointer = |read, write, captured, opaque| {
        Param::Pointer(PointerParam {
            read,
            write,
            captured,
            opaque,
        })
    };
    match letter {
        'f' => Param::Float,
        'g' => Param::OtherFloat,
        'c' => Param::Complex,
        'i' => Param::Integer,
        'F' => Param::FloatOut,
        'I' => Param::IntegerOut,
        'n' => pointer(false, false, false, false),
        'r' => pointer(true, false, false, false),
        'w' => pointer(false, true, false, false),
        'm' => pointer(true, true, false, false),
        't' => pointer(false, true, false, true),
        'o' => pointer(true, true, false, true),
        'x' => pointer(true, true, true, true),
        'a' => Param::Any,
        _ => panic!("unknown parameter letter {letter:?} in a signature of the rule table"),
    }
}

fn result(text: &str) -> Return {
    match text {
        "" | "v" => Return::Void,
        "f" => Return::Float,
        "i" => Return::Integer,
        "c" => Return::Complex,
        "a" => Return::Any,
        "p" => Return::Pointer,
        "n" => Return::FreshPointer,
        _ => match text.parse() {
            Ok(operand) => Return::PointerInto(operand),
            Err(_) => Return::Struct(text.chars().map(scalar).collect()),
        },
    }
}

fn scalar(letter: char) -> Scalar {
    match letter {
        'f' => Scalar::Float,
        'i' => Scalar::Integer,
        _ => panic!("unknown result letter {letter:?} in a signature of the rule table"),
    }
}
