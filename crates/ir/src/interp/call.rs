//! Calls: of bodies, of intrinsics and of the host's functions.

use super::error::TrapKind;
use super::external::ExternalCall;
use super::value::{Datum, Scalar};
use super::{Externals, FUNCTION_SIZE, FUNCTIONS, Interpreter, Step};
use crate::context::FuncId;
use crate::entity::Entity;
use crate::function::Function;
use crate::inst::InstData;
use crate::types::Type;

impl<'m, E: Externals> Interpreter<'m, E> {
    pub(super) fn call(&mut self, function: &'m Function, data: &'m InstData) -> Result<Step, TrapKind> {
        let callee = self.callee(data)?;
        let args = self.all(data.args())?;
        if self.module.body(callee).is_some() {
            return Ok(Step::Call(callee, args));
        }
        let types: Vec<Type> = data.args().iter().map(|&arg| function.ty(arg)).collect();
        let name: &'m str = &self.ctx().funcs[callee].name;
        let result = match self.intrinsic(name, data.ty, &args, &types)? {
            Some(result) => result,
            None => self.external(name, data.ty, &args, &types)?,
        };
        if let Some(value) = data.result {
            self.set(value, result);
        }
        Ok(match data.targets.first() {
            Some(&normal) => Step::Jump(normal),
            None => Step::Next,
        })
    }

    fn callee(&self, data: &InstData) -> Result<FuncId, TrapKind> {
        let address = self.address(data.operands[0])?;
        let index = address.checked_sub(FUNCTIONS).ok_or(TrapKind::Callee)?;
        let known = index / FUNCTION_SIZE < self.ctx().funcs.len() as u64;
        if index % FUNCTION_SIZE != 0 || !known {
            return Err(TrapKind::Callee);
        }
        Ok(FuncId::new((index / FUNCTION_SIZE) as usize))
    }

    /// A function of the host; lane by lane for an intrinsic on vectors.
    fn external(&mut self, name: &str, ret: Type, args: &[Datum], types: &[Type]) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        let lanes = ctx.types.member_count(ret);
        if name.starts_with("llvm.") && lanes > 0 && !ctx.types.is_aggregate(ret) {
            let scalar_types: Vec<Type> = types.iter().map(|&ty| ctx.types.scalar(ty)).collect();
            let scalar_name = scalar_intrinsic(name);
            let mut results = Vec::new();
            for lane in 0..lanes as usize {
                let args: Vec<Datum> = args
                    .iter()
                    .map(|arg| arg.members().get(lane).unwrap_or(arg).clone())
                    .collect();
                results.push(self.host(&scalar_name, ctx.types.scalar(ret), &args, &scalar_types)?);
            }
            return Ok(Datum::Members(results));
        }
        self.host(name, ret, args, types)
    }

    fn host(&mut self, name: &str, ret: Type, args: &[Datum], types: &[Type]) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        let mut call = ExternalCall {
            name,
            args,
            arg_types: types,
            ret,
            ctx,
            memory: &mut self.memory,
        };
        match self.externals.call(&mut call)? {
            Some(result) => Ok(result),
            None => Err(TrapKind::NoBody(name.to_owned())),
        }
    }

    /// An undefined value of a type.
    pub(super) fn undefined(&self, ty: Type) -> Result<Datum, TrapKind> {
        self.splat(ty, &Scalar::undef)
    }
}

/// `llvm.sin.v4f64` as `llvm.sin.f64`.
fn scalar_intrinsic(name: &str) -> String {
    let parts = name.split('.').map(|part| {
        let element = part
            .strip_prefix('v')
            .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        match element {
            Some(element) if element.starts_with(['f', 'i', 'b', 'p']) && part.len() > element.len() + 1 => {
                element
            }
            _ => part,
        }
    });
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_intrinsics_have_scalar_names() {
        assert_eq!(scalar_intrinsic("llvm.sin.v4f64"), "llvm.sin.f64");
        assert_eq!(scalar_intrinsic("llvm.powi.v2f32.i32"), "llvm.powi.f32.i32");
        assert_eq!(scalar_intrinsic("llvm.vector.f64"), "llvm.vector.f64");
    }
}
