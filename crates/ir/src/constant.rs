//! Constants, interned per module.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::context::{FuncId, GlobalId};
use crate::entity::Entity;
use crate::inst::{BinOp, CastOp};
use crate::origin::Origin;
use crate::types::{FloatKind, Type, TypeData, Types};

crate::entity! {
    /// An interned constant.
    Const, "const"
}

/// What a constant is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ConstData {
    /// An integer of at most 128 bits, zero-extended.
    Int {
        /// Its type.
        ty: Type,
        /// The bits.
        bits: u128,
    },
    /// A float, as the bits of its format.
    Float {
        /// Its type.
        ty: Type,
        /// The bits: 80-bit floats use the low 80.
        bits: u128,
    },
    /// The null pointer.
    Null(Type),
    /// All bits zero, of any type that is not a scalar.
    Zero(Type),
    /// `undef`.
    Undef(Type),
    /// `poison`.
    Poison(Type),
    /// An array, structure or vector, member by member.
    Aggregate {
        /// Its type.
        ty: Type,
        /// The members.
        members: Box<[Const]>,
    },
    /// An array or vector of integers or floats, as the bytes that it has in memory (host order).
    Data {
        /// Its type.
        ty: Type,
        /// The bytes.
        bytes: Box<[u8]>,
    },
    /// The address of a global variable.
    Global(GlobalId),
    /// The address of a function.
    Func(FuncId),
    /// A constant expression.
    Expr {
        /// The result's type.
        ty: Type,
        /// The operation.
        op: ConstOp,
        /// The operands.
        operands: Box<[Const]>,
    },
    /// Anything that is only passed on: block addresses, aliases, wide integers, inline assembly, metadata, tokens.
    Opaque {
        /// Its type.
        ty: Type,
        /// Where it came from.
        origin: Origin,
        /// What it is.
        kind: OpaqueConst,
    },
}

/// The kinds of constants that are only passed on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OpaqueConst {
    /// Inline assembly, as a callee.
    InlineAsm,
    /// Inline assembly without text, as a callee: a barrier for optimizers. [`crate::graph::Barrier`] says what its calls do.
    EmptyAsm(AsmOperands),
    /// Inline assembly that asks the processor about itself (`cpuid`) or about the time (`rdtsc`), as a callee.
    QueryAsm,
    /// Metadata as an operand.
    Metadata,
    /// An alias or ifunc.
    Alias,
    /// The address of a basic block.
    BlockAddress,
    /// Everything else.
    Other,
}

/// The operands of inline assembly without text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AsmOperands {
    /// There are only inputs.
    Inputs,
    /// One output, and one input that is tied to it.
    Tied,
    /// Two addresses: of an output in memory, and of an input there.
    InMemory,
}

/// Operations of constant expressions.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ConstOp {
    /// Address arithmetic over a type: operands are the base and the indices.
    Gep {
        /// The type that is stepped over.
        source: Type,
        /// Whether the result stays within the object.
        inbounds: bool,
    },
    /// A conversion.
    Cast(CastOp),
    /// Arithmetic.
    Binary(BinOp),
}

/// The table of constants.
#[derive(Clone, Default, Debug)]
pub struct Consts {
    set: IndexSet<ConstData, FxBuildHasher>,
}

impl Consts {
    /// The constant with this description.
    pub fn intern(&mut self, data: ConstData) -> Const {
        Const::new(self.set.insert_full(data).0)
    }

    /// What `constant` is.
    #[inline]
    pub fn get(&self, constant: Const) -> &ConstData {
        &self.set[constant.index()]
    }

    /// An integer; bits above the type's width are dropped.
    pub fn int(&mut self, types: &Types, ty: Type, value: i128) -> Const {
        let width = types.int_bits(ty).unwrap_or(128).min(128);
        let bits = (value as u128) & mask(width);
        self.intern(ConstData::Int { ty, bits })
    }

    /// The number `value` in the float type `ty`, or in each lane of a vector of floats. `None` if `ty` has no floats.
    pub fn float(&mut self, types: &mut Types, ty: Type, value: f64) -> Option<Const> {
        let kind = types.float_kind(ty)?;
        let scalar_ty = types.scalar(ty);
        let scalar = self.intern(ConstData::Float {
            ty: scalar_ty,
            bits: float_bits(kind, value),
        });
        match *types.get(ty) {
            TypeData::Float(_) => Some(scalar),
            TypeData::Vector { len, .. } => {
                if float_bits(kind, value) == 0 {
                    return Some(self.intern(ConstData::Zero(ty)));
                }
                let members = vec![scalar; len as usize].into();
                Some(self.intern(ConstData::Aggregate { ty, members }))
            }
            _ => None,
        }
    }

    /// All bits zero, for any type: 0, 0.0, null or a zero aggregate.
    pub fn zero(&mut self, types: &Types, ty: Type) -> Const {
        let data = match types.get(ty) {
            TypeData::Int(bits) if *bits <= 128 => ConstData::Int { ty, bits: 0 },
            TypeData::Float(_) => ConstData::Float { ty, bits: 0 },
            TypeData::Ptr(_) => ConstData::Null(ty),
            _ => ConstData::Zero(ty),
        };
        self.intern(data)
    }

    /// Whether all bits of the constant are zero. `undef` and `poison` are not.
    pub fn is_zero(&self, constant: Const) -> bool {
        match self.get(constant) {
            ConstData::Int { bits, .. } | ConstData::Float { bits, .. } => *bits == 0,
            ConstData::Null(_) | ConstData::Zero(_) => true,
            ConstData::Aggregate { members, .. } => members.iter().all(|&member| self.is_zero(member)),
            ConstData::Data { bytes, .. } => bytes.iter().all(|&byte| byte == 0),
            _ => false,
        }
    }

    /// The value of an integer constant of at most 128 bits, sign-extended.
    pub fn int_value(&self, types: &Types, constant: Const) -> Option<i128> {
        match *self.get(constant) {
            ConstData::Int { ty, bits } => {
                let width = types.int_bits(ty)?.min(128);
                let shift = 128 - width;
                Some(((bits << shift) as i128) >> shift)
            }
            _ => None,
        }
    }

    /// The value of a float constant, rounded to double.
    pub fn float_value(&self, types: &Types, constant: Const) -> Option<f64> {
        match *self.get(constant) {
            ConstData::Float { ty, bits } => Some(float_from_bits(types.float_kind(ty)?, bits)),
            _ => None,
        }
    }
}

/// The low `width` bits.
pub fn mask(width: u32) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}

/// The bits of `value` in a format: rounded to nearest even where the format is narrower.
pub fn float_bits(kind: FloatKind, value: f64) -> u128 {
    match kind {
        FloatKind::Double => u128::from(value.to_bits()),
        FloatKind::Float => u128::from((value as f32).to_bits()),
        FloatKind::Half => narrow(value, 5, 10),
        FloatKind::BFloat => narrow(value, 8, 7),
        FloatKind::X86Fp80 => {
            let wide = widen(value, 63);
            let (sign_exponent, fraction) = (wide >> 63, wide & mask(63));
            let exponent = sign_exponent & 0x7fff;
            let integer_bit = u128::from(exponent != 0);
            (sign_exponent << 64) | (integer_bit << 63) | fraction
        }
        FloatKind::Fp128 => widen(value, 112),
        FloatKind::PpcFp128 => u128::from(value.to_bits()),
    }
}

/// The nearest double to the number that `bits` means in a format.
pub fn float_from_bits(kind: FloatKind, bits: u128) -> f64 {
    match kind {
        FloatKind::Double | FloatKind::PpcFp128 => f64::from_bits(bits as u64),
        FloatKind::Float => f64::from(f32::from_bits(bits as u32)),
        FloatKind::Half => decode(bits, 5, 10),
        FloatKind::BFloat => decode(bits, 8, 7),
        FloatKind::X86Fp80 => {
            let fraction = bits & mask(63);
            decode(((bits >> 64) << 63) | fraction, 15, 63)
        }
        FloatKind::Fp128 => decode(bits, 15, 112),
    }
}

/// A double in a format with 15 exponent bits and `fraction_bits` (more than 52): exact.
fn widen(value: f64, fraction_bits: u32) -> u128 {
    let bits = value.to_bits();
    let sign = u128::from(bits >> 63) << (fraction_bits + 15);
    let fraction = u128::from(bits & 0x000f_ffff_ffff_ffff);
    let exponent = (bits >> 52) & 0x7ff;
    let (exponent, fraction) = match exponent {
        0 if fraction == 0 => (0, 0),
        0 => {
            let shift = fraction.leading_zeros() - (128 - 53);
            (u128::from(16383 - 1022 - shift), (fraction << shift) & mask(52))
        }
        0x7ff => (0x7fff, fraction),
        _ => (u128::from(exponent) + 16383 - 1023, fraction),
    };
    sign | (exponent << fraction_bits) | (fraction << (fraction_bits - 52))
}

/// A double in a format with fewer bits, rounded to nearest even.
fn narrow(value: f64, exponent_bits: u32, fraction_bits: u32) -> u128 {
    let sign = u128::from(value.is_sign_negative()) << (exponent_bits + fraction_bits);
    let bias = (1i32 << (exponent_bits - 1)) - 1;
    let infinity = mask(exponent_bits) << fraction_bits;
    let magnitude = value.abs();
    if magnitude.is_nan() {
        return sign | infinity | (1 << (fraction_bits - 1));
    }
    if magnitude.is_infinite() {
        return sign | infinity;
    }
    // In units of the last place of its binade the number is rounded exactly: scaling by a power of two loses nothing.
    let exponent = exponent_of(magnitude).max(1 - bias);
    let ulps = (magnitude * 2f64.powi(fraction_bits as i32 - exponent)).round_ties_even() as u128;
    // Carries run into the exponent field as they should, up to infinity.
    let biased = ((exponent + bias - 1).max(0) as u128) << fraction_bits;
    sign | (biased + ulps).min(infinity)
}

fn exponent_of(magnitude: f64) -> i32 {
    let field = ((magnitude.to_bits() >> 52) & 0x7ff) as i32;
    if field == 0 { -1022 } else { field - 1023 }
}

/// The number of any IEEE-like format, rounded to double.
fn decode(bits: u128, exponent_bits: u32, fraction_bits: u32) -> f64 {
    let sign = if bits >> (exponent_bits + fraction_bits) & 1 == 1 {
        -1.0
    } else {
        1.0
    };
    let field = bits >> fraction_bits & mask(exponent_bits);
    let fraction = bits & mask(fraction_bits);
    let bias = (1i32 << (exponent_bits - 1)) - 1;
    if field == mask(exponent_bits) {
        return if fraction == 0 {
            sign * f64::INFINITY
        } else {
            f64::NAN
        };
    }
    let (significand, exponent) = if field == 0 {
        (fraction, 1 - bias)
    } else {
        (fraction | 1 << fraction_bits, field as i32 - bias)
    };
    // Two steps, because a single power of two may be out of range although the product is not.
    let shift = exponent - fraction_bits as i32;
    let half = shift / 2;
    sign * significand as f64 * 2f64.powi(half) * 2f64.powi(shift - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float_formats_round_trip() {
        for value in [
            0.0,
            -0.0,
            1.0,
            -1.5,
            0.1,
            1e-310,
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::INFINITY,
        ] {
            for kind in [FloatKind::Double, FloatKind::X86Fp80, FloatKind::Fp128] {
                let back = float_from_bits(kind, float_bits(kind, value));
                assert_eq!(back.to_bits(), value.to_bits(), "{kind:?} {value}");
            }
        }
    }

    #[test]
    fn half_matches_known_bits() {
        // IEEE 754 binary16: 1.0, largest finite, smallest subnormal, a tie to even, overflow.
        let cases = [
            (1.0, 0x3c00),
            (65504.0, 0x7bff),
            (5.960464477539063e-8, 1),
            (2049.0, 0x6800),
            (65520.0, 0x7c00),
        ];
        for (value, bits) in cases {
            assert_eq!(float_bits(FloatKind::Half, value), bits, "{value}");
        }
        assert_eq!(float_bits(FloatKind::BFloat, 1.0), 0x3f80);
        assert_eq!(float_bits(FloatKind::X86Fp80, 1.0), 0x3fff_8000_0000_0000_0000);
        assert_eq!(float_bits(FloatKind::Fp128, 1.0), 0x3fff << 112);
    }
}
