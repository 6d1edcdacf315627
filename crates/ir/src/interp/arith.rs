//! Scalar arithmetic with tangents. The partial derivatives are written out here, by hand: they must not come from the rules that the
//! interpreter is used to check.

use std::cmp::Ordering;

use super::error::TrapKind;
use super::value::{Scalar, ScalarKind};
use crate::constant::{float_bits, float_from_bits, mask};
use crate::inst::{BinOp, CastOp, Flags, FloatPred, IntPred};
use crate::types::FloatKind;

/// A binary operation on scalars of one format.
pub(super) fn binary(
    op: BinOp,
    flags: Flags,
    kind: ScalarKind,
    x: Scalar,
    y: Scalar,
) -> Result<Scalar, TrapKind> {
    match kind {
        ScalarKind::Float(kind) => float_binary(op, kind, x, y),
        ScalarKind::Int(bits) | ScalarKind::Ptr(bits) => int_binary(op, flags, bits, x, y),
    }
}

/// The formats in which arithmetic is faithful: native ones, and narrower ones that one operation in double cannot round wrongly
/// (double has more than twice their digits and two more: Figueroa, When is double rounding innocuous?).
pub(super) fn check_format(kind: FloatKind) -> Result<(), TrapKind> {
    match kind {
        FloatKind::Float | FloatKind::Double | FloatKind::Half | FloatKind::BFloat => Ok(()),
        _ => Err(TrapKind::Unsupported(format!("arithmetic in {}", kind.name()))),
    }
}

/// A product in which an exact zero tangent wins over an infinite partial: what does not vary has no derivative.
pub(super) fn times(partial: f64, tangent: f64) -> f64 {
    if tangent == 0.0 { 0.0 } else { partial * tangent }
}

fn float_binary(op: BinOp, kind: FloatKind, x: Scalar, y: Scalar) -> Result<Scalar, TrapKind> {
    check_format(kind)?;
    if !x.is_defined() || !y.is_defined() {
        return Ok(Scalar::undef(ScalarKind::Float(kind)));
    }
    let ((a, da), (b, db)) = (x.to_float(kind), y.to_float(kind));
    let value = match kind {
        FloatKind::Float => f64::from(float_op(op, a as f32, b as f32)),
        _ => float_op(op, a, b),
    };
    let tangent = match op {
        BinOp::FAdd => da + db,
        BinOp::FSub => da - db,
        BinOp::FMul => times(b, da) + times(a, db),
        BinOp::FDiv => times(1.0 / b, da) - times(a / b / b, db),
        // The remainder is a - trunc(a / b) * b, and the truncation is locally constant.
        _ => da - times((a / b).trunc(), db),
    };
    Ok(Scalar::float(kind, value, tangent))
}

fn float_op<T>(op: BinOp, x: T, y: T) -> T
where
    T: std::ops::Add<Output = T>
        + std::ops::Sub<Output = T>
        + std::ops::Mul<Output = T>
        + std::ops::Div<Output = T>
        + std::ops::Rem<Output = T>,
{
    match op {
        BinOp::FAdd => x + y,
        BinOp::FSub => x - y,
        BinOp::FMul => x * y,
        BinOp::FDiv => x / y,
        _ => x % y,
    }
}

fn int_binary(op: BinOp, flags: Flags, bits: u32, x: Scalar, y: Scalar) -> Result<Scalar, TrapKind> {
    if matches!(op, BinOp::And | BinOp::Or | BinOp::Xor) {
        return bitwise(op, flags, bits, x, y);
    }
    let divides = matches!(op, BinOp::UDiv | BinOp::SDiv | BinOp::URem | BinOp::SRem);
    if divides && !y.is_defined() {
        return Err(TrapKind::Undefined("divisor"));
    }
    let kind = ScalarKind::Int(bits);
    if !y.is_defined() || (!x.is_defined() && !is_shift(op)) {
        return Ok(Scalar::undef(kind));
    }
    if is_shift(op) {
        return shift(op, flags, bits, x, y);
    }
    if x.tangent != 0 || y.tangent != 0 {
        return Err(TrapKind::TangentThroughInteger);
    }
    let value = int_value(op, flags, bits, x, y)?;
    Ok(value.map_or(Scalar::undef(kind), Scalar::new))
}

fn is_shift(op: BinOp) -> bool {
    matches!(op, BinOp::Shl | BinOp::LShr | BinOp::AShr)
}

/// The result of arithmetic on defined integers; `None` if flags make it poison.
fn int_value(op: BinOp, flags: Flags, bits: u32, x: Scalar, y: Scalar) -> Result<Option<u128>, TrapKind> {
    let limit = mask(bits);
    let (a, b) = (x.bits, y.bits);
    let (sa, sb) = (x.to_signed(bits), y.to_signed(bits));
    let wrapped = match op {
        BinOp::Add | BinOp::Sub | BinOp::Mul => return Ok(wrapping(op, flags, bits, (a, sa), (b, sb))),
        BinOp::UDiv | BinOp::URem | BinOp::SDiv | BinOp::SRem if b == 0 => return Err(TrapKind::Division),
        BinOp::SDiv | BinOp::SRem if sb == -1 && a == 1 << (bits - 1) => return Err(TrapKind::Division),
        BinOp::UDiv => a / b,
        BinOp::URem => a % b,
        BinOp::SDiv => (sa / sb) as u128,
        _ => (sa % sb) as u128,
    };
    let inexact = match op {
        BinOp::UDiv => a % b != 0,
        BinOp::SDiv => sa % sb != 0,
        _ => false,
    };
    Ok((!(flags.contains(Flags::EXACT) && inexact)).then_some(wrapped & limit))
}

/// Sum, difference or product; `None` if it wraps although the flags say that it does not.
fn wrapping(op: BinOp, flags: Flags, bits: u32, x: (u128, i128), y: (u128, i128)) -> Option<u128> {
    let (unsigned, signed, wrapped) = match op {
        BinOp::Add => (x.0.checked_add(y.0), x.1.checked_add(y.1), x.0.wrapping_add(y.0)),
        BinOp::Sub => (x.0.checked_sub(y.0), x.1.checked_sub(y.1), x.0.wrapping_sub(y.0)),
        _ => (x.0.checked_mul(y.0), x.1.checked_mul(y.1), x.0.wrapping_mul(y.0)),
    };
    let result = wrapped & mask(bits);
    let unsigned_fits = unsigned == Some(result);
    let signed_fits = signed == Some(Scalar::new(result).to_signed(bits));
    let poison =
        (flags.contains(Flags::NUW) && !unsigned_fits) || (flags.contains(Flags::NSW) && !signed_fits);
    (!poison).then_some(result)
}

/// Shifts keep the undefined bits that they move, and move tangents by whole bytes.
fn shift(op: BinOp, flags: Flags, bits: u32, x: Scalar, y: Scalar) -> Result<Scalar, TrapKind> {
    let kind = ScalarKind::Int(bits);
    if y.bits >= u128::from(bits) {
        return Ok(Scalar::undef(kind));
    }
    if y.tangent != 0 || (x.tangent != 0 && (!y.bits.is_multiple_of(8) || op == BinOp::AShr)) {
        return Err(TrapKind::TangentThroughInteger);
    }
    let by = y.bits as u32;
    let signed = |part: u128| (Scalar::new(part).to_signed(bits) >> by) as u128 & mask(bits);
    let result = match op {
        BinOp::Shl => [x.bits, x.undef, x.tangent].map(|part| (part << by) & mask(bits)),
        BinOp::LShr => [x.bits, x.undef, x.tangent].map(|part| part >> by),
        _ => [signed(x.bits), signed(x.undef), 0],
    };
    let lost = match op {
        BinOp::Shl => {
            let back = Scalar::new(result[0]).to_signed(bits) >> by;
            (flags.contains(Flags::NUW) && result[0] >> by != x.bits)
                || (flags.contains(Flags::NSW) && back != x.to_signed(bits))
        }
        _ => flags.contains(Flags::EXACT) && x.bits & mask(by) != 0 && by > 0,
    };
    if lost {
        return Ok(Scalar::undef(kind));
    }
    Ok(Scalar {
        bits: result[0],
        undef: result[1],
        tangent: result[2],
    })
}

fn bitwise(op: BinOp, flags: Flags, bits: u32, x: Scalar, y: Scalar) -> Result<Scalar, TrapKind> {
    let limit = mask(bits);
    let (value, undef) = match op {
        // A defined zero decides.
        BinOp::And => {
            let decided = (!x.bits & !x.undef) | (!y.bits & !y.undef);
            (x.bits & y.bits, (x.undef | y.undef) & !decided)
        }
        // A defined one decides.
        BinOp::Or => {
            let decided = (x.bits & !x.undef) | (y.bits & !y.undef);
            (x.bits | y.bits, (x.undef | y.undef) & !decided)
        }
        _ => (x.bits ^ y.bits, x.undef | y.undef),
    };
    if op == BinOp::Or && flags.contains(Flags::DISJOINT) && x.bits & y.bits != 0 {
        return Ok(Scalar::undef(ScalarKind::Int(bits)));
    }
    Ok(Scalar {
        bits: value & limit & !undef,
        undef: undef & limit,
        tangent: bitwise_tangent(op, bits, x, y)?,
    })
}

/// Tangents survive what only moves bytes (masks and unions of whole bytes) and what only changes the sign of a float.
fn bitwise_tangent(op: BinOp, bits: u32, x: Scalar, y: Scalar) -> Result<u128, TrapKind> {
    let (moved, other) = match (x.tangent, y.tangent) {
        (0, 0) => return Ok(0),
        (_, 0) => (x, y),
        (0, _) => (y, x),
        _ if op == BinOp::Or && used_bytes(x) & used_bytes(y) == 0 => return Ok(x.tangent | y.tangent),
        _ => return Err(TrapKind::TangentThroughInteger),
    };
    let sign = 1u128 << (bits - 1);
    let is_float_size = matches!(bits, 16 | 32 | 64);
    match op {
        BinOp::Xor if other.bits == sign && is_float_size => Ok(moved.tangent ^ sign),
        BinOp::Xor if other.bits == 0 => Ok(moved.tangent),
        BinOp::And if other.bits == mask(bits) & !sign && is_float_size => {
            let negative = moved.bits & sign;
            Ok(moved.tangent ^ negative)
        }
        BinOp::And if is_byte_mask(other.bits) => Ok(moved.tangent & other.bits),
        BinOp::Or if used_bytes(moved) & used_bytes(other) == 0 => Ok(moved.tangent),
        _ => Err(TrapKind::TangentThroughInteger),
    }
}

/// One bit for each byte that is not zero.
fn used_bytes(scalar: Scalar) -> u16 {
    let bytes = (scalar.bits | scalar.undef | scalar.tangent).to_le_bytes();
    let flags = bytes.iter().enumerate();
    flags.fold(0, |flags, (at, &byte)| flags | (u16::from(byte != 0) << at))
}

fn is_byte_mask(bits: u128) -> bool {
    bits.to_le_bytes().iter().all(|&byte| byte == 0 || byte == 0xff)
}

/// Negation of a float: the sign bit.
pub(super) fn negate(kind: FloatKind, x: Scalar) -> Scalar {
    let sign = 1u128 << (kind.bits() - 1);
    Scalar {
        bits: x.bits ^ sign,
        undef: x.undef,
        tangent: x.tangent ^ sign,
    }
}

/// An integer or pointer comparison; undefined if an operand is.
pub(super) fn int_compare(pred: IntPred, bits: u32, x: Scalar, y: Scalar) -> Scalar {
    if !x.is_defined() || !y.is_defined() {
        return Scalar::undef(ScalarKind::Int(1));
    }
    let unsigned = x.bits.cmp(&y.bits);
    let signed = x.to_signed(bits).cmp(&y.to_signed(bits));
    let holds = match pred {
        IntPred::Eq => unsigned.is_eq(),
        IntPred::Ne => unsigned.is_ne(),
        IntPred::Ugt => unsigned.is_gt(),
        IntPred::Uge => unsigned.is_ge(),
        IntPred::Ult => unsigned.is_lt(),
        IntPred::Ule => unsigned.is_le(),
        IntPred::Sgt => signed.is_gt(),
        IntPred::Sge => signed.is_ge(),
        IntPred::Slt => signed.is_lt(),
        IntPred::Sle => signed.is_le(),
    };
    Scalar::new(u128::from(holds))
}

/// A float comparison; undefined if an operand is.
pub(super) fn float_compare(
    pred: FloatPred,
    kind: FloatKind,
    x: Scalar,
    y: Scalar,
) -> Result<Scalar, TrapKind> {
    check_format(kind)?;
    if !x.is_defined() || !y.is_defined() {
        return Ok(Scalar::undef(ScalarKind::Int(1)));
    }
    let outcome: Option<Ordering> = x.to_float(kind).0.partial_cmp(&y.to_float(kind).0);
    Ok(Scalar::new(u128::from(pred.holds(outcome))))
}

/// A conversion of a scalar. Bit casts between scalars of one size are moves.
pub(super) fn cast(
    op: CastOp,
    flags: Flags,
    from: ScalarKind,
    to: ScalarKind,
    x: Scalar,
) -> Result<Scalar, TrapKind> {
    match op {
        CastOp::Bitcast | CastOp::AddrSpaceCast => Ok(x),
        CastOp::Trunc | CastOp::ZExt | CastOp::PtrToInt | CastOp::PtrToAddr | CastOp::IntToPtr => {
            Ok(resize(op, flags, from, to, x))
        }
        CastOp::SExt => sign_extend(from, to, x),
        CastOp::FpTrunc | CastOp::FpExt => {
            let (ScalarKind::Float(from), ScalarKind::Float(to)) = (from, to) else {
                return Err(TrapKind::Unsupported("this conversion".to_owned()));
            };
            convert_float(from, to, x)
        }
        CastOp::FpToUi | CastOp::FpToSi => float_to_int(op, from, to, x),
        CastOp::UiToFp | CastOp::SiToFp => int_to_float(op, flags, from, to, x),
    }
}

/// Drops bits or adds zeros. Tangents move along.
fn resize(op: CastOp, flags: Flags, from: ScalarKind, to: ScalarKind, x: Scalar) -> Scalar {
    let limit = to.mask();
    let poison = match op {
        CastOp::Trunc => {
            let cut = Scalar::new(x.bits & limit);
            (flags.contains(Flags::NUW) && cut.bits != x.bits)
                || (flags.contains(Flags::NSW) && cut.to_signed(to.bits()) != x.to_signed(from.bits()))
        }
        CastOp::ZExt => flags.contains(Flags::NNEG) && x.to_signed(from.bits()) < 0,
        _ => false,
    };
    if poison {
        return Scalar::undef(to);
    }
    Scalar {
        bits: x.bits & limit,
        undef: x.undef & limit,
        tangent: x.tangent & limit,
    }
}

fn sign_extend(from: ScalarKind, to: ScalarKind, x: Scalar) -> Result<Scalar, TrapKind> {
    if x.tangent != 0 {
        return Err(TrapKind::TangentThroughInteger);
    }
    let extend = |part: u128| Scalar::new(part).to_signed(from.bits()) as u128 & to.mask();
    Ok(Scalar {
        bits: extend(x.bits),
        undef: extend(x.undef),
        tangent: 0,
    })
}

/// Between formats, rounding once. The pair of doubles has no rounding of its own to follow.
pub(super) fn convert_float(from: FloatKind, to: FloatKind, x: Scalar) -> Result<Scalar, TrapKind> {
    let wide = |kind| matches!(kind, FloatKind::X86Fp80 | FloatKind::Fp128);
    // What goes through double here is exact, unless both ends are wider.
    if from == FloatKind::PpcFp128 || to == FloatKind::PpcFp128 || (wide(from) && to != FloatKind::Double) {
        let names = format!("conversion from {} to {}", from.name(), to.name());
        return Err(TrapKind::Unsupported(names));
    }
    if !x.is_defined() {
        return Ok(Scalar::undef(ScalarKind::Float(to)));
    }
    let convert = |bits| float_bits(to, float_from_bits(from, bits));
    Ok(Scalar {
        bits: convert(x.bits),
        undef: 0,
        tangent: convert(x.tangent),
    })
}

/// Towards zero; poison where the result does not fit.
fn float_to_int(op: CastOp, from: ScalarKind, to: ScalarKind, x: Scalar) -> Result<Scalar, TrapKind> {
    let ScalarKind::Float(kind) = from else {
        return Err(TrapKind::Unsupported("this conversion".to_owned()));
    };
    check_format(kind)?;
    if !x.is_defined() {
        return Ok(Scalar::undef(to));
    }
    let value = x.to_float(kind).0.trunc();
    let bits = to.bits();
    // Powers of two are exact, so the comparisons are.
    let fits = match op {
        CastOp::FpToUi => value >= 0.0 && value < 2f64.powi(bits as i32),
        _ => value >= -(2f64.powi(bits as i32 - 1)) && value < 2f64.powi(bits as i32 - 1),
    };
    if !fits {
        return Ok(Scalar::undef(to));
    }
    let number = match op {
        CastOp::FpToUi => value as u128,
        _ => (value as i128) as u128,
    };
    Ok(Scalar::new(number & to.mask()))
}

fn int_to_float(
    op: CastOp,
    flags: Flags,
    from: ScalarKind,
    to: ScalarKind,
    x: Scalar,
) -> Result<Scalar, TrapKind> {
    let ScalarKind::Float(kind) = to else {
        return Err(TrapKind::Unsupported("this conversion".to_owned()));
    };
    let signed = x.to_signed(from.bits());
    if !x.is_defined() || (flags.contains(Flags::NNEG) && signed < 0) {
        return Ok(Scalar::undef(to));
    }
    let exact_in_double = x.bits < 1 << 53 || signed.unsigned_abs() < 1 << 53;
    let value = match (op, kind) {
        (CastOp::UiToFp, FloatKind::Float) => f64::from(x.bits as f32),
        (CastOp::UiToFp, _) => x.bits as f64,
        (_, FloatKind::Float) => f64::from(signed as f32),
        _ => signed as f64,
    };
    match kind {
        FloatKind::Float | FloatKind::Double => Ok(Scalar::float(kind, value, 0.0)),
        FloatKind::PpcFp128 => Err(TrapKind::Unsupported("arithmetic in ppc_fp128".to_owned())),
        _ if exact_in_double => Ok(Scalar::float(kind, value, 0.0)),
        _ => Err(TrapKind::Unsupported(format!(
            "conversion of wide integers to {}",
            kind.name()
        ))),
    }
}
