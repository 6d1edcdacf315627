//! What the interpreter calculates with: scalars as bits, with a mask of undefined bits and the bits of a tangent.

use crate::constant::{float_bits, float_from_bits, mask};
use crate::context::Context;
use crate::types::{FloatKind, Type, TypeData};

/// The format of a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScalarKind {
    /// An integer of at most 128 bits.
    Int(u32),
    /// A float.
    Float(FloatKind),
    /// A pointer of so many bits.
    Ptr(u32),
}

impl ScalarKind {
    /// The format of a scalar type; `None` for other types and for integers of more than 128 bits.
    pub fn of(ctx: &Context, ty: Type) -> Option<Self> {
        match *ctx.types.get(ty) {
            TypeData::Int(bits) if bits <= 128 => Some(Self::Int(bits)),
            TypeData::Float(kind) => Some(Self::Float(kind)),
            TypeData::Ptr(space) => Some(Self::Ptr(ctx.layout.pointer_size(space) as u32 * 8)),
            _ => None,
        }
    }

    /// The width in bits.
    pub fn bits(self) -> u32 {
        match self {
            Self::Int(bits) | Self::Ptr(bits) => bits,
            Self::Float(kind) => kind.bits(),
        }
    }

    /// The bits that a scalar of this format has.
    pub fn mask(self) -> u128 {
        mask(self.bits())
    }
}

/// A scalar.
///
/// The tangent has the format of the scalar: for a double it is the bits of a double. An integer carries the tangent bits of the float
/// whose bits it is a copy of, so that moves through integer registers keep them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scalar {
    /// The bits.
    pub bits: u128,
    /// The bits that are undefined. `poison` and `undef` have them all.
    pub undef: u128,
    /// The bits of the tangent; zero where none is tracked.
    pub tangent: u128,
}

impl Scalar {
    /// A defined scalar without a tangent.
    pub fn new(bits: u128) -> Self {
        Self {
            bits,
            undef: 0,
            tangent: 0,
        }
    }

    /// A scalar of which nothing is defined.
    pub fn undef(kind: ScalarKind) -> Self {
        Self {
            bits: 0,
            undef: kind.mask(),
            tangent: 0,
        }
    }

    /// A float of a format, rounded to it, with its tangent.
    pub fn float(kind: FloatKind, value: f64, tangent: f64) -> Self {
        Self {
            bits: float_bits(kind, value),
            undef: 0,
            tangent: float_bits(kind, tangent),
        }
    }

    /// The number and its tangent, for a float of a format.
    pub fn to_float(self, kind: FloatKind) -> (f64, f64) {
        (
            float_from_bits(kind, self.bits),
            float_from_bits(kind, self.tangent),
        )
    }

    /// The number, for an integer of so many bits, with its sign.
    pub fn to_signed(self, bits: u32) -> i128 {
        let shift = 128 - bits.clamp(1, 128);
        ((self.bits << shift) as i128) >> shift
    }

    /// Whether every bit is defined.
    pub fn is_defined(self) -> bool {
        self.undef == 0
    }
}

/// A value at run time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Datum {
    /// What a function without a result returns.
    Unit,
    /// An integer, float or pointer.
    Scalar(Scalar),
    /// The members of an array, structure or vector.
    Members(Vec<Self>),
}

impl Datum {
    /// An integer of so many bits; higher bits are dropped.
    pub fn int(bits: u32, value: i128) -> Self {
        Self::Scalar(Scalar::new(value as u128 & mask(bits)))
    }

    /// A pointer.
    pub fn ptr(address: u64) -> Self {
        Self::Scalar(Scalar::new(u128::from(address)))
    }

    /// A double.
    pub fn f64(value: f64) -> Self {
        Self::dual(value, 0.0)
    }

    /// A double with its tangent.
    pub fn dual(value: f64, tangent: f64) -> Self {
        Self::Scalar(Scalar::float(FloatKind::Double, value, tangent))
    }

    /// A float with its tangent.
    pub fn dual_f32(value: f32, tangent: f32) -> Self {
        Self::Scalar(Scalar {
            bits: u128::from(value.to_bits()),
            undef: 0,
            tangent: u128::from(tangent.to_bits()),
        })
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            _ => None,
        }
    }

    /// The members; none of a scalar.
    pub fn members(&self) -> &[Self] {
        match self {
            Self::Members(members) => members,
            _ => &[],
        }
    }

    /// A defined double and its tangent, if it is a scalar.
    pub fn to_dual(&self) -> Option<(f64, f64)> {
        let scalar = self.scalar().filter(|scalar| scalar.is_defined())?;
        Some(scalar.to_float(FloatKind::Double))
    }

    /// A defined float and its tangent, if it is a scalar.
    pub fn to_dual_f32(&self) -> Option<(f32, f32)> {
        let scalar = self.scalar().filter(|scalar| scalar.is_defined())?;
        let (value, tangent) = (scalar.bits as u32, scalar.tangent as u32);
        Some((f32::from_bits(value), f32::from_bits(tangent)))
    }

    /// The bits of a defined integer or pointer.
    pub fn to_bits(&self) -> Option<u128> {
        let scalar = self.scalar().filter(|scalar| scalar.is_defined())?;
        Some(scalar.bits)
    }
}
