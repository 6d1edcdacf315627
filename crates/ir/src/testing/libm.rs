//! The functions that random programs call, with their partial derivatives in closed form.
//!
//! The values are the system library's (Rust's float methods call it), so that native programs give the same bits.

use crate::interp::{Datum, ExternalCall, Externals, Owner, TrapKind};

/// The host's functions: some of libm, in their library and intrinsic spellings, and the heap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Libm;

/// A function of one float with its derivative.
struct Unary {
    name: &'static str,
    double: fn(f64) -> f64,
    single: fn(f32) -> f32,
    derivative: fn(f64) -> f64,
}

const UNARY: [Unary; 8] = [
    Unary {
        name: "sin",
        double: f64::sin,
        single: f32::sin,
        derivative: f64::cos,
    },
    Unary {
        name: "cos",
        double: f64::cos,
        single: f32::cos,
        derivative: |x| -x.sin(),
    },
    Unary {
        name: "exp",
        double: f64::exp,
        single: f32::exp,
        derivative: f64::exp,
    },
    Unary {
        name: "log",
        double: f64::ln,
        single: f32::ln,
        derivative: |x| 1.0 / x,
    },
    Unary {
        name: "sqrt",
        double: f64::sqrt,
        single: f32::sqrt,
        derivative: |x| 0.5 / x.sqrt(),
    },
    Unary {
        name: "tanh",
        double: f64::tanh,
        single: f32::tanh,
        derivative: |x| 1.0 / (x.cosh() * x.cosh()),
    },
    Unary {
        name: "atan",
        double: f64::atan,
        single: f32::atan,
        derivative: |x| 1.0 / (x * x + 1.0),
    },
    Unary {
        name: "fabs",
        double: f64::abs,
        single: f32::abs,
        derivative: |x| 1f64.copysign(x),
    },
];

/// The entry of a name, and whether it is for floats instead of doubles: `sin`, `sinf`, `llvm.sin.f64`, `llvm.sin.f32`.
fn find(name: &str) -> Option<(&'static Unary, bool)> {
    let intrinsic = name.strip_prefix("llvm.").and_then(|rest| rest.rsplit_once('.'));
    let (base, single) = match intrinsic {
        Some((base, suffix)) => (base, suffix == "f32"),
        None => match name.strip_suffix('f') {
            Some(base) if UNARY.iter().any(|unary| unary.name == base) => (base, true),
            _ => (name, false),
        },
    };
    let unary = UNARY.iter().find(|unary| unary.name == base)?;
    Some((unary, single))
}

impl Externals for Libm {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if let Some((unary, single)) = find(call.name) {
            let Some((x, dx, _)) = call.float(0) else {
                return Ok(Some(call.undefined()));
            };
            let value = if single {
                f64::from((unary.single)(x as f32))
            } else {
                (unary.double)(x)
            };
            let tangent = if dx == 0.0 {
                0.0
            } else {
                (unary.derivative)(x) * dx
            };
            return Ok(call.float_result(value, tangent));
        }
        heap(call)
    }
}

fn heap(call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
    let number = |index| {
        call.bits(index)
            .map(|bits| bits as u64)
            .ok_or(TrapKind::Undefined("argument"))
    };
    match call.name {
        "malloc" => {
            let len = number(0)?;
            Ok(Some(Datum::ptr(call.memory.allocate(len, 16, Owner::Heap)?)))
        }
        "calloc" => {
            let len = number(0)?.saturating_mul(number(1)?);
            let address = call.memory.allocate(len, 16, Owner::Heap)?;
            call.memory.fill(address, 0, len)?;
            Ok(Some(Datum::ptr(address)))
        }
        "realloc" => {
            let (old, len) = (number(0)?, number(1)?);
            let address = call.memory.allocate(len, 16, Owner::Heap)?;
            let kept = call.memory.size_at(old).unwrap_or(0).min(len);
            call.memory.copy(address, old, kept)?;
            call.memory.free(old)?;
            Ok(Some(Datum::ptr(address)))
        }
        "free" => {
            let address = number(0)?;
            call.memory.free(address)?;
            Ok(Some(Datum::Unit))
        }
        _ => Ok(None),
    }
}
