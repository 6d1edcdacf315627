//! Intrinsics whose meaning is part of the language (LangRef, "Intrinsic Functions"). Those that stand for library functions, such as
//! `llvm.sin`, are the host's.

use super::error::TrapKind;
use super::exec::map_lanes;
use super::memory::MemoryError;
use super::value::{Datum, Scalar, ScalarKind};
use super::{Externals, Interpreter, arith};
use crate::checked;
use crate::constant::mask;
use crate::inst::{BinOp, Flags, IntPred};
use crate::types::{FloatKind, Type};

impl<E: Externals> Interpreter<'_, E> {
    /// The result of an intrinsic; `None` for other functions.
    pub(super) fn intrinsic(
        &mut self,
        name: &str,
        ret: Type,
        args: &[Datum],
        types: &[Type],
    ) -> Result<Option<Datum>, TrapKind> {
        let Some(name) = name.strip_prefix("llvm.") else {
            return Ok(None);
        };
        let base = without_types(name);
        if let Some(datum) = self.memory_intrinsic(&base, args)? {
            return Ok(Some(datum));
        }
        if let Some(datum) = self.marker(&base, ret, args)? {
            return Ok(Some(datum));
        }
        if let Some(op) = base.strip_prefix("vector.reduce.") {
            return self.reduce(op, ret, args, types).map(Some);
        }
        if let Some(operation) = checked::operation(&base) {
            return self.with_overflow(operation, args, types).map(Some);
        }
        let Some(&first) = types.first() else {
            return Ok(None);
        };
        match self.kind(first)? {
            ScalarKind::Float(kind) => float_intrinsic(&base, kind, args),
            kind => int_intrinsic(&base, kind.bits(), args),
        }
    }

    fn memory_intrinsic(&mut self, base: &str, args: &[Datum]) -> Result<Option<Datum>, TrapKind> {
        let number = |index: usize, what| {
            let bits = args.get(index).and_then(Datum::to_bits);
            bits.map(|bits| bits as u64).ok_or(TrapKind::Undefined(what))
        };
        match base {
            "memcpy" | "memcpy.inline" | "memmove" => {
                let (dst, src) = (number(0, "address")?, number(1, "address")?);
                let len = number(2, "length")?;
                if base != "memmove" && dst != src && dst < src + len && src < dst + len {
                    return Err(MemoryError::Overlap { dst, src }.into());
                }
                self.memory.copy(dst, src, len)?;
            }
            "memset" | "memset.inline" => {
                let (dst, byte) = (number(0, "address")?, number(1, "byte")?);
                self.memory.fill(dst, byte as u8, number(2, "length")?)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Datum::Unit))
    }

    /// Intrinsics that do nothing or return an argument.
    fn marker(&mut self, base: &str, ret: Type, args: &[Datum]) -> Result<Option<Datum>, TrapKind> {
        Ok(Some(match base {
            "assume" => match args.first().and_then(Datum::to_bits) {
                Some(1) => Datum::Unit,
                _ => return Err(TrapKind::Unreachable),
            },
            "lifetime.start"
            | "lifetime.end"
            | "donothing"
            | "sideeffect"
            | "prefetch"
            | "invariant.end"
            | "experimental.noalias.scope.decl"
            | "stackrestore"
            | "fake.use"
            | "pseudoprobe" => Datum::Unit,
            _ if base.starts_with("dbg.") => Datum::Unit,
            "expect"
            | "expect.with.probability"
            | "ssa.copy"
            | "launder.invariant.group"
            | "strip.invariant.group"
            | "threadlocal.address" => match args.first() {
                Some(arg) => arg.clone(),
                None => self.undefined(ret)?,
            },
            // Nothing is ever restored: the memory of calls ends when they return.
            "stacksave" | "invariant.start" => Datum::ptr(0),
            "is.constant" => Datum::int(1, 0),
            "objectsize" => match args.get(1).and_then(Datum::to_bits) {
                Some(1) => self.splat(ret, &|_| Scalar::new(0))?,
                _ => self.splat(ret, &|kind| Scalar::new(kind.mask()))?,
            },
            "trap" | "debugtrap" | "ubsantrap" => return Err(TrapKind::Unreachable),
            _ => return Ok(None),
        }))
    }

    /// Lanes from first to last: without fast-math flags that is the order for floats, and others do not care.
    fn reduce(&self, op: &str, ret: Type, args: &[Datum], types: &[Type]) -> Result<Datum, TrapKind> {
        let kind = self.kind(ret)?;
        let starts = matches!(op, "fadd" | "fmul");
        let unsupported = || TrapKind::Unsupported(format!("llvm.vector.reduce.{op}"));
        let vector = args.get(usize::from(starts)).ok_or_else(unsupported)?;
        let mut lanes = vector.members().iter().filter_map(Datum::scalar);
        let first = if starts { args[0].scalar() } else { lanes.next() };
        let mut sum = first.ok_or_else(unsupported)?;
        for lane in lanes {
            let binary = |op| arith::binary(op, Flags::none(), kind, sum, lane);
            let operands = [Datum::Scalar(sum), Datum::Scalar(lane)];
            let elementwise = |name: &str| {
                let result = match kind {
                    ScalarKind::Float(kind) => float_intrinsic(name, kind, &operands)?,
                    _ => int_intrinsic(name, kind.bits(), &operands)?,
                };
                result.and_then(|datum| datum.scalar()).ok_or_else(unsupported)
            };
            sum = match op {
                "fadd" => binary(BinOp::FAdd)?,
                "fmul" => binary(BinOp::FMul)?,
                "add" => binary(BinOp::Add)?,
                "mul" => binary(BinOp::Mul)?,
                "and" => binary(BinOp::And)?,
                "or" => binary(BinOp::Or)?,
                "xor" => binary(BinOp::Xor)?,
                "fmax" => elementwise("maxnum")?,
                "fmin" => elementwise("minnum")?,
                "fmaximum" => elementwise("maximum")?,
                "fminimum" => elementwise("minimum")?,
                "smax" | "smin" | "umax" | "umin" => elementwise(op)?,
                _ => return Err(unsupported()),
            };
        }
        debug_assert!(!types.is_empty(), "a reduction has an argument");
        Ok(Datum::Scalar(sum))
    }

    /// The wrapped result and whether it wrapped, for scalars and vectors.
    fn with_overflow(
        &self,
        (op, flag): (BinOp, Flags),
        args: &[Datum],
        types: &[Type],
    ) -> Result<Datum, TrapKind> {
        let unsupported = || TrapKind::Unsupported(format!("{} with overflow of nothing", op.name()));
        let &first = types.first().ok_or_else(unsupported)?;
        let kind = self.kind(first)?;
        let value = map_lanes(args, &|lanes| {
            arith::binary(op, Flags::none(), kind, lanes[0], lanes[1])
        })?;
        // With the flag the result is poison exactly if it wraps.
        let wraps = map_lanes(args, &|lanes| {
            let flagged = arith::binary(op, flag, kind, lanes[0], lanes[1])?;
            if !lanes[0].is_defined() || !lanes[1].is_defined() {
                return Ok(Scalar::undef(ScalarKind::Int(1)));
            }
            Ok(Scalar::new(u128::from(!flagged.is_defined())))
        })?;
        Ok(Datum::Members(vec![value, wraps]))
    }
}

/// The name without the types at its end: `fabs.v4f64` as `fabs`.
fn without_types(name: &str) -> String {
    let mut parts: Vec<&str> = name.split('.').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| is_type(part)) {
        parts.pop();
    }
    parts.join(".")
}

/// Whether a part of an intrinsic's name is a type: `f64`, `i32`, `p0`, `v4f32`, `bf16`.
fn is_type(part: &str) -> bool {
    let scalar = part
        .strip_prefix('v')
        .map_or(part, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let digits = scalar
        .strip_prefix("bf")
        .or_else(|| scalar.strip_prefix("ppcf"))
        .or_else(|| scalar.strip_prefix(['f', 'i', 'p']));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Float intrinsics whose results are exact or rounded once, with their tangents.
fn float_intrinsic(base: &str, kind: FloatKind, args: &[Datum]) -> Result<Option<Datum>, TrapKind> {
    type Evaluate = fn(FloatKind, &[(f64, f64)]) -> Option<(f64, f64)>;
    let (arity, evaluate): (usize, Evaluate) = match base {
        "fabs" => (1, |_, x| Some((x[0].0.abs(), x[0].1 * 1f64.copysign(x[0].0)))),
        "sqrt" => (1, |kind, x| {
            let root = match kind {
                FloatKind::Float => f64::from((x[0].0 as f32).sqrt()),
                _ => x[0].0.sqrt(),
            };
            Some((root, arith::times(0.5 / root, x[0].1)))
        }),
        "floor" => (1, |_, x| Some((x[0].0.floor(), 0.0))),
        "ceil" => (1, |_, x| Some((x[0].0.ceil(), 0.0))),
        "trunc" => (1, |_, x| Some((x[0].0.trunc(), 0.0))),
        "rint" | "nearbyint" | "roundeven" => (1, |_, x| Some((x[0].0.round_ties_even(), 0.0))),
        "round" => (1, |_, x| Some((x[0].0.round(), 0.0))),
        "canonicalize" | "arithmetic.fence" => (1, |_, x| Some(x[0])),
        "copysign" => (2, |_, x| {
            let sign = 1f64.copysign(x[0].0) * 1f64.copysign(x[1].0);
            Some((x[0].0.copysign(x[1].0), sign * x[0].1))
        }),
        "maxnum" | "maximumnum" => (2, |_, x| Some(number_or(x, x[0].0 >= x[1].0))),
        "minnum" | "minimumnum" => (2, |_, x| Some(number_or(x, x[0].0 <= x[1].0))),
        "maximum" => (2, |_, x| Some(extremum(x, x[0].0 > x[1].0, false))),
        "minimum" => (2, |_, x| Some(extremum(x, x[0].0 < x[1].0, true))),
        "fma" => (3, |kind, x| {
            let value = match kind {
                FloatKind::Double => x[0].0.mul_add(x[1].0, x[2].0),
                FloatKind::Float => f64::from((x[0].0 as f32).mul_add(x[1].0 as f32, x[2].0 as f32)),
                _ => return None,
            };
            Some((value, product_sum_tangent(x)))
        }),
        // Fused or not is the target's choice; x86-64 without extensions does not fuse.
        "fmuladd" => (3, |kind, x| {
            let value = match kind {
                FloatKind::Double => x[0].0 * x[1].0 + x[2].0,
                FloatKind::Float => f64::from(x[0].0 as f32 * x[1].0 as f32 + x[2].0 as f32),
                _ => return None,
            };
            Some((value, product_sum_tangent(x)))
        }),
        _ => return Ok(None),
    };
    if args.len() < arity {
        return Ok(None);
    }
    arith::check_format(kind)?;
    let datum = map_lanes(&args[..arity], &|lanes| {
        if lanes.iter().any(|lane| !lane.is_defined()) {
            return Ok(Scalar::undef(ScalarKind::Float(kind)));
        }
        let duals: Vec<(f64, f64)> = lanes.iter().map(|lane| lane.to_float(kind)).collect();
        let (value, tangent) = evaluate(kind, &duals)
            .ok_or_else(|| TrapKind::Unsupported(format!("llvm.{base} in {}", kind.name())))?;
        Ok(Scalar::float(kind, value, tangent))
    })?;
    Ok(Some(datum))
}

fn product_sum_tangent(x: &[(f64, f64)]) -> f64 {
    arith::times(x[1].0, x[0].1) + arith::times(x[0].0, x[1].1) + x[2].1
}

/// The first number if it wins or the second is NaN, else the second.
fn number_or(x: &[(f64, f64)], first_wins: bool) -> (f64, f64) {
    if first_wins || x[1].0.is_nan() { x[0] } else { x[1] }
}

/// As `number_or`, but NaN wins over numbers and negative zero is less than positive.
fn extremum(x: &[(f64, f64)], first_wins: bool, least: bool) -> (f64, f64) {
    if x[0].0.is_nan() {
        return x[0];
    }
    if x[1].0.is_nan() {
        return x[1];
    }
    let first_zero = x[0].0 == x[1].0 && x[0].0.is_sign_negative() == least;
    if first_wins || first_zero { x[0] } else { x[1] }
}

/// Integer intrinsics on scalars or vectors; results have as many bits as the arguments.
fn int_intrinsic(base: &str, bits: u32, args: &[Datum]) -> Result<Option<Datum>, TrapKind> {
    let arity = match base {
        "ctpop" | "bswap" | "bitreverse" | "abs" | "ctlz" | "cttz" => 1,
        "smax" | "smin" | "umax" | "umin" | "sadd.sat" | "uadd.sat" | "ssub.sat" | "usub.sat" | "ptrmask" => {
            2
        }
        "fshl" | "fshr" => 3,
        _ => return Ok(None),
    };
    if args.len() < arity {
        return Ok(None);
    }
    let special_undefined = args.get(1).and_then(Datum::to_bits) == Some(1);
    let datum = map_lanes(&args[..arity], &|lanes| {
        if lanes.iter().any(|lane| !lane.is_defined()) {
            return Ok(Scalar::undef(ScalarKind::Int(bits)));
        }
        if lanes.iter().any(|lane| lane.tangent != 0) {
            return Err(TrapKind::TangentThroughInteger);
        }
        let result = int_value(base, bits, lanes, special_undefined);
        Ok(result.map_or(Scalar::undef(ScalarKind::Int(bits)), |bits_of| {
            Scalar::new(bits_of & mask(bits))
        }))
    })?;
    Ok(Some(datum))
}

/// `None` where the flag of `abs`, `ctlz` and `cttz` makes the result poison.
fn int_value(base: &str, bits: u32, lanes: &[Scalar], special_undefined: bool) -> Option<u128> {
    let x = lanes[0].bits;
    let y = lanes.get(1).map_or(0, |lane| lane.bits);
    let pick = |pred| {
        let first = arith::int_compare(pred, bits, lanes[0], lanes[1]).bits == 1;
        Some(if first { x } else { y })
    };
    let (sx, sy) = (
        lanes[0].to_signed(bits),
        lanes.get(1).map_or(0, |lane| lane.to_signed(bits)),
    );
    let least = -1i128 << (bits - 1);
    match base {
        "ctpop" => Some(u128::from(x.count_ones())),
        "bswap" => Some(x.swap_bytes() >> (128 - bits)),
        "bitreverse" => Some(x.reverse_bits() >> (128 - bits)),
        "abs" if sx == least && special_undefined => None,
        "abs" => Some(sx.wrapping_abs() as u128),
        "ctlz" | "cttz" if x == 0 && special_undefined => None,
        "ctlz" => Some(u128::from(x.leading_zeros() - (128 - bits))),
        "cttz" => Some(u128::from(x.trailing_zeros().min(bits))),
        "smax" => pick(IntPred::Sge),
        "smin" => pick(IntPred::Sle),
        "umax" => pick(IntPred::Uge),
        "umin" => pick(IntPred::Ule),
        "sadd.sat" => Some(sx.saturating_add(sy).clamp(least, !least) as u128),
        "ssub.sat" => Some(sx.saturating_sub(sy).clamp(least, !least) as u128),
        "uadd.sat" => Some(x.saturating_add(y).min(mask(bits))),
        "usub.sat" => Some(x.saturating_sub(y)),
        "ptrmask" => Some(x & y),
        _ => Some(funnel(base, bits, x, y, lanes.get(2).map_or(0, |lane| lane.bits))),
    }
}

/// The high (`fshl`) or low (`fshr`) half of two numbers side by side, shifted.
fn funnel(base: &str, bits: u32, high: u128, low: u128, by: u128) -> u128 {
    let by = (by % u128::from(bits)) as u32;
    match (base, by) {
        ("fshl", 0) => high,
        ("fshl", _) => (high << by) | (low >> (bits - by)),
        (_, 0) => low,
        _ => (high << (bits - by)) | (low >> by),
    }
}
