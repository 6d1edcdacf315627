//! Printing of types and constants.

use std::fmt::{self, Write};

use super::names::{Quoted, StringLiteral, Symbols};
use crate::constant::{Const, ConstData, ConstOp, float_from_bits};
use crate::context::Context;
use crate::types::{FloatKind, Type, TypeData};

/// A type as text. Identified structures print as their names.
pub(super) struct TypeText<'a>(pub(super) &'a Context, pub(super) Type);

impl fmt::Display for TypeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ctx, ty) = *self;
        match ctx.types.get(ty) {
            TypeData::Void => f.write_str("void"),
            TypeData::Int(bits) => write!(f, "i{bits}"),
            TypeData::Float(kind) => f.write_str(kind.name()),
            TypeData::Ptr(0) => f.write_str("ptr"),
            TypeData::Ptr(space) => write!(f, "ptr addrspace({space})"),
            TypeData::Array { element, len } => write!(f, "[{len} x {}]", Self(ctx, *element)),
            TypeData::Vector { element, len } => write!(f, "<{len} x {}>", Self(ctx, *element)),
            TypeData::ScalableVector { element, len } => {
                write!(f, "<vscale x {len} x {}>", Self(ctx, *element))
            }
            TypeData::Struct { name: Some(name), .. } => write!(f, "%{}", Quoted(name)),
            TypeData::Struct { .. } => StructBody(ctx, ty).fmt(f),
            TypeData::Func { ret, params, varargs } => {
                write!(f, "{} (", Self(ctx, *ret))?;
                write_list(f, params.iter().map(|&param| Self(ctx, param)))?;
                match (varargs, params.is_empty()) {
                    (true, true) => f.write_str("...)"),
                    (true, false) => f.write_str(", ...)"),
                    (false, _) => f.write_str(")"),
                }
            }
            TypeData::Metadata => f.write_str("metadata"),
            TypeData::Label => f.write_str("label"),
            TypeData::Token => f.write_str("token"),
            TypeData::Opaque(_) => f.write_str("<opaque type>"),
        }
    }
}

/// The fields of a structure, whether it has a name or not.
pub(super) struct StructBody<'a>(pub(super) &'a Context, pub(super) Type);

impl fmt::Display for StructBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TypeData::Struct { fields, packed, .. } = self.0.types.get(self.1) else {
            return Ok(());
        };
        let (open, close) = if *packed { ("<{", "}>") } else { ("{", "}") };
        f.write_str(open)?;
        if !fields.is_empty() {
            f.write_char(' ')?;
            write_list(f, fields.iter().map(|&field| TypeText(self.0, field)))?;
            f.write_char(' ')?;
        }
        f.write_str(close)
    }
}

/// Items with commas between them.
pub(super) fn write_list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// A constant as text, without its type.
pub(super) struct ConstText<'a>(pub(super) &'a Context, pub(super) &'a Symbols, pub(super) Const);

/// A constant as text, with its type before it.
pub(super) struct TypedConst<'a>(pub(super) &'a Context, pub(super) &'a Symbols, pub(super) Const);

impl fmt::Display for TypedConst<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ctx, symbols, constant) = *self;
        let ty = ctx.const_type(constant);
        write!(f, "{} {}", TypeText(ctx, ty), ConstText(ctx, symbols, constant))
    }
}

impl fmt::Display for ConstText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ctx, symbols, constant) = *self;
        match ctx.consts.get(constant) {
            ConstData::Int { ty, bits } => write_int(f, ctx, *ty, *bits),
            ConstData::Float { ty, bits } => {
                write_float(f, ctx.types.float_kind(*ty).unwrap_or(FloatKind::Double), *bits)
            }
            ConstData::Null(_) => f.write_str("null"),
            ConstData::Zero(_) => f.write_str("zeroinitializer"),
            ConstData::Undef(_) => f.write_str("undef"),
            ConstData::Poison(_) => f.write_str("poison"),
            ConstData::Aggregate { ty, members } => {
                let (open, close) = brackets(ctx, *ty);
                f.write_str(open)?;
                write_list(f, members.iter().map(|&member| TypedConst(ctx, symbols, member)))?;
                f.write_str(close)
            }
            ConstData::Data { ty, bytes } => write_data(f, ctx, *ty, bytes),
            ConstData::Global(global) => f.write_str(symbols.global(*global)),
            ConstData::Func(func) => f.write_str(symbols.func(*func)),
            ConstData::Expr { ty, op, operands } => {
                let operands = operands.iter().map(|&operand| TypedConst(ctx, symbols, operand));
                match op {
                    ConstOp::Gep { source, inbounds } => {
                        let inbounds = if *inbounds { " inbounds" } else { "" };
                        write!(f, "getelementptr{inbounds} ({}, ", TypeText(ctx, *source))?;
                        write_list(f, operands)?;
                    }
                    ConstOp::Cast(cast) => {
                        write!(f, "{} (", cast.name())?;
                        write_list(f, operands)?;
                        write!(f, " to {}", TypeText(ctx, *ty))?;
                    }
                    ConstOp::Binary(op) => {
                        write!(f, "{} (", op.name())?;
                        write_list(f, operands)?;
                    }
                }
                f.write_char(')')
            }
            ConstData::Opaque { kind, .. } => write!(f, "<opaque {kind:?}>"),
        }
    }
}

/// What encloses the members of a constant of this type.
fn brackets(ctx: &Context, ty: Type) -> (&'static str, &'static str) {
    match ctx.types.get(ty) {
        TypeData::Array { .. } => ("[", "]"),
        TypeData::Struct { packed: true, .. } => ("<{ ", " }>"),
        TypeData::Struct { .. } => ("{ ", " }"),
        _ => ("<", ">"),
    }
}

fn write_int(f: &mut fmt::Formatter<'_>, ctx: &Context, ty: Type, bits: u128) -> fmt::Result {
    match ctx.types.int_bits(ty) {
        Some(1) => f.write_str(if bits == 1 { "true" } else { "false" }),
        Some(width) if width <= 128 => {
            let shift = 128 - width;
            write!(f, "{}", ((bits << shift) as i128) >> shift)
        }
        _ => write!(f, "{bits}"),
    }
}

/// A float as LLVM prints it: in decimal where six digits are exact, else as bits.
fn write_float(f: &mut fmt::Formatter<'_>, kind: FloatKind, bits: u128) -> fmt::Result {
    match kind {
        FloatKind::Float | FloatKind::Double => {
            let value = float_from_bits(kind, bits);
            if value.is_finite() {
                let text = format!("{value:.6e}");
                if text.parse::<f64>().map(f64::to_bits) == Ok(value.to_bits()) {
                    return f.write_str(&with_exponent_sign(&text));
                }
            }
            write!(f, "0x{:016X}", as_double_bits(kind, bits))
        }
        FloatKind::Half => write!(f, "0xH{bits:04X}"),
        FloatKind::BFloat => write!(f, "0xR{bits:04X}"),
        FloatKind::X86Fp80 => write!(f, "0xK{bits:020X}"),
        FloatKind::Fp128 => write!(f, "0xL{:016X}{:016X}", bits as u64, (bits >> 64) as u64),
        FloatKind::PpcFp128 => write!(f, "0xM{:016X}{:016X}", bits as u64, (bits >> 64) as u64),
    }
}

/// `1.5e0` as `1.500000e+00`: Rust leaves out the plus and leading zeros.
fn with_exponent_sign(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, magnitude) = match exponent.strip_prefix('-') {
        Some(magnitude) => ('-', magnitude),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{magnitude:0>2}")
}

/// Textual IR writes a `float` as the double of the same value, NaN payloads included.
fn as_double_bits(kind: FloatKind, bits: u128) -> u64 {
    match kind {
        FloatKind::Float => {
            let value = f32::from_bits(bits as u32);
            if value.is_nan() {
                let (sign, fraction) = ((bits as u64 >> 31) & 1, bits as u64 & 0x7f_ffff);
                sign << 63 | 0x7ff << 52 | fraction << 29
            } else {
                f64::from(value).to_bits()
            }
        }
        _ => bits as u64,
    }
}

/// The inverse of [`as_double_bits`] for `float`; `None` if the double is not one.
pub(super) fn float_bits_of_double(bits: u64) -> Option<u32> {
    let value = f64::from_bits(bits);
    let narrow = if value.is_nan() {
        ((bits >> 63) as u32) << 31 | 0xff << 23 | ((bits >> 29) & 0x7f_ffff) as u32
    } else {
        (value as f32).to_bits()
    };
    (as_double_bits(FloatKind::Float, u128::from(narrow)) == bits).then_some(narrow)
}

/// An array or vector that is kept as bytes: as a string if its elements are bytes, else element by element.
fn write_data(f: &mut fmt::Formatter<'_>, ctx: &Context, ty: Type, bytes: &[u8]) -> fmt::Result {
    let is_array = matches!(ctx.types.get(ty), TypeData::Array { .. });
    let Some(element) = ctx.types.member(ty, 0) else {
        return f.write_str("zeroinitializer");
    };
    if is_array && element == ctx.types.i8() {
        return write!(f, "c{}", StringLiteral(bytes));
    }
    let size = ctx.store_size_of(element).unwrap_or(1) as usize;
    let (open, close) = brackets(ctx, ty);
    f.write_str(open)?;
    for (index, chunk) in bytes.chunks(size.max(1)).enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        let bits = host_bits(chunk);
        write!(f, "{} ", TypeText(ctx, element))?;
        match ctx.types.get(element) {
            TypeData::Float(kind) => write_float(f, *kind, bits)?,
            _ => write_int(f, ctx, element, bits)?,
        }
    }
    f.write_str(close)
}

/// The number that at most 16 bytes in host order mean.
fn host_bits(bytes: &[u8]) -> u128 {
    let mut wide = [0u8; 16];
    let len = bytes.len().min(16);
    if cfg!(target_endian = "little") {
        wide[..len].copy_from_slice(&bytes[..len]);
    } else {
        wide[16 - len..].copy_from_slice(&bytes[..len]);
    }
    u128::from_ne_bytes(wide)
}
