//! Functions without a body, which the host of the interpreter supplies.

use super::error::TrapKind;
use super::memory::Memory;
use super::value::{Datum, Scalar, ScalarKind};
use crate::context::Context;
use crate::types::{FloatKind, Type};

/// A call of a function without a body.
pub struct ExternalCall<'a> {
    /// The symbol. Intrinsics on vectors are called lane by lane, with the name for scalars (`llvm.sin.f64`).
    pub name: &'a str,
    /// The arguments.
    pub args: &'a [Datum],
    /// Their types.
    pub arg_types: &'a [Type],
    /// The type of the result.
    pub ret: Type,
    /// Types and layout.
    pub ctx: &'a Context,
    /// The memory, for functions that read or write it.
    pub memory: &'a mut Memory,
}

impl ExternalCall<'_> {
    /// The number, its tangent and its format, if the argument is a defined float.
    pub fn float(&self, index: usize) -> Option<(f64, f64, FloatKind)> {
        let kind = self.ctx.types.float_kind(*self.arg_types.get(index)?)?;
        let scalar = self
            .args
            .get(index)?
            .scalar()
            .filter(|scalar| scalar.is_defined())?;
        let (value, tangent) = scalar.to_float(kind);
        Some((value, tangent, kind))
    }

    /// The bits, if the argument is a defined integer or pointer.
    pub fn bits(&self, index: usize) -> Option<u128> {
        self.args.get(index)?.to_bits()
    }

    /// The value with its tangent in the format of the result, if that is a float.
    pub fn float_result(&self, value: f64, tangent: f64) -> Option<Datum> {
        let kind = self.ctx.types.float_kind(self.ret)?;
        Some(Datum::Scalar(Scalar::float(kind, value, tangent)))
    }

    /// An undefined result.
    pub fn undefined(&self) -> Datum {
        ScalarKind::of(self.ctx, self.ret).map_or(Datum::Unit, |kind| Datum::Scalar(Scalar::undef(kind)))
    }
}

/// The functions that a host supplies.
pub trait Externals {
    /// Does what the function does and returns its result with its tangent; `None` if there is no such function here.
    ///
    /// # Errors
    /// Why the execution must stop.
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind>;
}

/// No functions at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoExternals;

impl Externals for NoExternals {
    fn call(&mut self, _: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        Ok(None)
    }
}
