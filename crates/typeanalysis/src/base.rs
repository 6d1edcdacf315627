//! Base types: what one slot of memory or of a register holds.

use std::fmt;

use ir::{BinOp, FloatKind};

/// What a slot holds. The order is that of Enzyme's own enumeration and decides nothing but printing order of equal paths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum BaseType {
    /// An integer.
    Integer,
    /// A floating-point number of this format.
    Float(FloatKind),
    /// An address.
    Pointer,
    /// Bits that are legal as any type, such as zero.
    Anything,
    /// Nothing is known. Trees never store it: they leave the path out.
    #[default]
    Unknown,
}

/// Whether a pointer and an integer in the same slot agree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pointers {
    /// They contradict each other.
    Distinct,
    /// They agree; the one that was there first is kept.
    LikeIntegers,
}

impl Pointers {
    /// Whether the two are a pointer and an integer that are taken for the same.
    pub(crate) fn agree(self, left: BaseType, right: BaseType) -> bool {
        self == Self::LikeIntegers
            && matches!(
                (left, right),
                (BaseType::Pointer, BaseType::Integer) | (BaseType::Integer, BaseType::Pointer)
            )
    }
}

impl BaseType {
    /// What a value of type `ty` is, of a function that handles addresses and integers only.
    pub(crate) fn of_address_or_integer(types: &ir::Types, ty: ir::Type) -> Self {
        match types.get(types.scalar(ty)) {
            ir::TypeData::Ptr(_) => Self::Pointer,
            ir::TypeData::Int(_) => Self::Integer,
            _ => Self::Unknown,
        }
    }

    /// Whether anything is known.
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }

    /// The format, if it is a float.
    pub fn float(self) -> Option<FloatKind> {
        match self {
            Self::Float(kind) => Some(kind),
            _ => None,
        }
    }

    /// The bytes from one element of this type to the next where elements of it fill memory.
    pub fn step(self, pointer_bytes: i32) -> i32 {
        match self {
            Self::Float(kind) => (kind.bits() / 8) as i32,
            Self::Pointer => pointer_bytes,
            _ => 1,
        }
    }

    /// What a slot holds that is known to be both: the join of the lattice. `None` if no bits are both.
    pub fn or(self, other: Self, pointers: Pointers) -> Option<Self> {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Some(Self::Anything),
            (Self::Unknown, known) | (known, Self::Unknown) => Some(known),
            (left, right) if left == right || pointers.agree(left, right) => Some(left),
            _ => None,
        }
    }

    /// What can be said about a slot that holds one of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, only) | (only, Self::Anything) => only,
            (left, right) if left == right => left,
            _ => Self::Unknown,
        }
    }

    /// The result of integer arithmetic on the two; `None` where no program means that: the product of two pointers, a division by one.
    ///
    /// Two floats give `Unknown`: their bits may be combined (comparing signs, say), but the outcome is not a number.
    pub fn binary(self, op: BinOp, right: Self) -> Option<Self> {
        use BaseType::{Anything, Float, Integer, Pointer, Unknown};
        match (self, right) {
            (Anything, Anything) => Some(Anything),
            (Integer, Integer) => Some(Integer),
            (Float(_), Pointer) | (Pointer, Float(_)) => None,
            (Float(_), _) | (_, Float(_)) => Some(Unknown),
            (Integer, Anything) | (Anything, Integer) => Some(match op {
                BinOp::UDiv
                | BinOp::SDiv
                | BinOp::URem
                | BinOp::SRem
                | BinOp::Shl
                | BinOp::LShr
                | BinOp::AShr => self,
                _ => Anything,
            }),
            (Unknown, Unknown | Integer | Anything) | (Integer | Anything, Unknown) => Some(Unknown),
            (Pointer, Pointer) => (op == BinOp::Sub).then_some(Integer),
            (Pointer, _) | (_, Pointer) => self.binary_pointer(op, right),
        }
    }

    /// [`BaseType::binary`] where exactly one is a pointer and none a float.
    fn binary_pointer(self, op: BinOp, right: Self) -> Option<Self> {
        let offset = if self == Self::Pointer { right } else { self };
        match op {
            BinOp::Sub => Some(if right == Self::Pointer || offset != Self::Integer {
                Self::Unknown
            } else {
                Self::Pointer
            }),
            BinOp::Add | BinOp::Mul => Some(Self::Pointer),
            BinOp::UDiv | BinOp::SDiv | BinOp::URem | BinOp::SRem => {
                (right != Self::Pointer).then_some(Self::Unknown)
            }
            _ => Some(Self::Unknown),
        }
    }

    /// The base type of this printed name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Integer" => Self::Integer,
            "Pointer" => Self::Pointer,
            "Anything" => Self::Anything,
            "Unknown" => Self::Unknown,
            _ => {
                let format = name.strip_prefix("Float@")?;
                Self::Float(FLOATS.into_iter().find(|&kind| float_name(kind) == format)?)
            }
        })
    }
}

const FLOATS: [FloatKind; 7] = [
    FloatKind::Half,
    FloatKind::BFloat,
    FloatKind::Float,
    FloatKind::Double,
    FloatKind::X86Fp80,
    FloatKind::Fp128,
    FloatKind::PpcFp128,
];

/// The name of a format in type trees.
fn float_name(kind: FloatKind) -> &'static str {
    match kind {
        FloatKind::Half => "half",
        FloatKind::BFloat => "bf16",
        FloatKind::Float => "float",
        FloatKind::Double => "double",
        FloatKind::X86Fp80 => "fp80",
        FloatKind::Fp128 => "fp128",
        FloatKind::PpcFp128 => "ppc128",
    }
}

impl fmt::Display for BaseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer => f.write_str("Integer"),
            Self::Pointer => f.write_str("Pointer"),
            Self::Anything => f.write_str("Anything"),
            Self::Unknown => f.write_str("Unknown"),
            Self::Float(kind) => write!(f, "Float@{}", float_name(*kind)),
        }
    }
}
