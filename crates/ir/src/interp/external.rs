//! Functions without a body, which the host of the interpreter supplies.

use super::error::TrapKind;
use super::memory::Memory;
use super::value::{Datum, Scalar, ScalarKind};
use crate::context::{Context, FuncId};
use crate::function::Value;
use crate::inst::Inst;
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

    /// Whether [`Externals::watch`] wants to hear of events.
    const WATCHES: bool = false;

    /// Hears what happens.
    fn watch(&mut self, _event: Event<'_>) {}
}

/// What happens in an execution, for hosts that watch it: tests compare it with what analyses foretell.
#[derive(Debug)]
pub enum Event<'a> {
    /// A call of a function with a body begins; its parameters are defined next.
    Enter {
        /// The calling instruction of the function that was being executed, if there was one.
        caller: Option<Inst>,
        /// The function that is called.
        func: FuncId,
    },
    /// The innermost call ends.
    Leave,
    /// A value of the function that is being executed gets its value.
    Define {
        /// The parameter or result.
        value: Value,
        /// Its value, with tangents. The host may change it: what happens if a tangent is left out?
        datum: &'a mut Datum,
    },
    /// A load, store or atomic operation of the function that is being executed is about to access memory.
    Access {
        /// The instruction.
        inst: Inst,
        /// Where it will do so.
        address: u64,
    },
}

impl<E: Externals> Externals for &mut E {
    const WATCHES: bool = E::WATCHES;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        (**self).call(call)
    }

    fn watch(&mut self, event: Event<'_>) {
        (**self).watch(event);
    }
}

/// No functions at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoExternals;

impl Externals for NoExternals {
    fn call(&mut self, _: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        Ok(None)
    }
}
