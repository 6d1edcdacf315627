//! Constants as values, and the initial contents of globals.

use super::error::TrapKind;
use super::memory::Owner;
use super::value::{Datum, Scalar, ScalarKind};
use super::{Externals, Interpreter, arith};
use crate::constant::{Const, ConstData, ConstOp};
use crate::inst::Flags;
use crate::types::Type;

impl<E: Externals> Interpreter<'_, E> {
    /// Gives every defined global its address first, because initializers may hold them, and then its contents.
    pub(super) fn initialize_globals(&mut self) -> Result<(), TrapKind> {
        let ctx = self.ctx();
        for (id, global) in ctx.globals.iter() {
            if let (Some(_), Some(len)) = (global.init, ctx.size_of(global.ty)) {
                let align = ctx.layout.align(&ctx.types, global.ty).unwrap_or(1).max(16);
                self.globals[id] = Some(self.memory.allocate(len, align, Owner::Global)?);
            }
        }
        for (id, global) in ctx.globals.iter() {
            if let (Some(init), Some(address)) = (global.init, self.globals[id]) {
                let datum = self.constant(init)?;
                self.memory
                    .fill(address, 0, ctx.size_of(global.ty).unwrap_or(0))?;
                self.memory.store(ctx, global.ty, address, &datum)?;
                if global.constant {
                    self.memory.seal(address);
                }
            }
        }
        Ok(())
    }

    /// The value of a constant.
    pub(super) fn constant(&self, constant: Const) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        match ctx.consts.get(constant) {
            ConstData::Int { bits, .. } | ConstData::Float { bits, .. } => {
                Ok(Datum::Scalar(Scalar::new(*bits)))
            }
            ConstData::Null(ty) | ConstData::Zero(ty) => self.splat(*ty, &|_| Scalar::new(0)),
            ConstData::Undef(ty) | ConstData::Poison(ty) => self.splat(*ty, &Scalar::undef),
            ConstData::Aggregate { members, .. } => {
                let members = members.iter().map(|&member| self.constant(member));
                Ok(Datum::Members(members.collect::<Result<_, _>>()?))
            }
            ConstData::Data { ty, bytes } => self.data(*ty, bytes),
            ConstData::Global(global) => match self.globals[*global] {
                Some(address) => Ok(Datum::ptr(address)),
                None => {
                    let name = &ctx.globals[*global].name;
                    Err(TrapKind::Unsupported(format!("the declared variable `{name}`")))
                }
            },
            ConstData::Func(func) => Ok(Datum::ptr(Self::func_address(*func))),
            ConstData::Expr { ty, op, operands } => self.expression(*ty, op, operands),
            ConstData::Opaque { kind, .. } => Err(TrapKind::Unsupported(format!("a constant {kind:?}"))),
        }
    }

    /// A value of a type whose scalars a function makes from their formats.
    pub(super) fn splat(&self, ty: Type, scalar: &dyn Fn(ScalarKind) -> Scalar) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        if let Some(kind) = ScalarKind::of(ctx, ty) {
            return Ok(Datum::Scalar(scalar(kind)));
        }
        let is_whole = ctx.types.is_aggregate(ty) || ctx.types.member_count(ty) > 0;
        if !is_whole {
            return Err(TrapKind::Unsupported(format!(
                "type {}",
                crate::text::print_type(ctx, ty)
            )));
        }
        let members = (0..ctx.types.member_count(ty)).map(|index| match ctx.types.member(ty, index) {
            Some(member) => self.splat(member, scalar),
            None => Ok(Datum::Unit),
        });
        Ok(Datum::Members(members.collect::<Result<_, _>>()?))
    }

    fn data(&self, ty: Type, bytes: &[u8]) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        let element = ctx.types.member(ty, 0);
        let size = element
            .and_then(|element| ctx.store_size_of(element))
            .unwrap_or(1);
        let members = bytes.chunks(size.max(1) as usize).map(|chunk| {
            let mut wide = [0; 16];
            wide[..chunk.len()].copy_from_slice(chunk);
            Datum::Scalar(Scalar::new(u128::from_le_bytes(wide)))
        });
        Ok(Datum::Members(members.collect()))
    }

    fn expression(&self, ty: Type, op: &ConstOp, operands: &[Const]) -> Result<Datum, TrapKind> {
        let ctx = self.ctx();
        let unsupported = || TrapKind::Unsupported("this constant expression".to_owned());
        let data: Vec<Datum> = operands
            .iter()
            .map(|&operand| self.constant(operand))
            .collect::<Result<_, _>>()?;
        let kind = |at: usize| {
            let ty = operands.get(at).map(|&operand| ctx.const_type(operand));
            ty.and_then(|ty| ScalarKind::of(ctx, ty)).ok_or_else(unsupported)
        };
        let scalar = |at: usize| data.get(at).and_then(Datum::scalar).ok_or_else(unsupported);
        let result = match op {
            ConstOp::Gep { source, .. } => {
                let mut indices = Vec::new();
                for at in 1..operands.len() {
                    indices.push(scalar(at)?.to_signed(kind(at)?.bits()));
                }
                let offset = self.offset(*source, &indices)?;
                Scalar::new(u128::from((scalar(0)?.bits as u64).wrapping_add_signed(offset)))
            }
            ConstOp::Cast(cast) => {
                let to = ScalarKind::of(ctx, ty).ok_or_else(unsupported)?;
                arith::cast(*cast, Flags::none(), kind(0)?, to, scalar(0)?)?
            }
            ConstOp::Binary(op) => arith::binary(*op, Flags::none(), kind(0)?, scalar(0)?, scalar(1)?)?,
        };
        Ok(Datum::Scalar(result))
    }

    /// The byte offset of `getelementptr`, with wrapping arithmetic.
    pub(super) fn offset(&self, source: Type, indices: &[i128]) -> Result<i64, TrapKind> {
        let ctx = self.ctx();
        let unsized_type =
            || TrapKind::Unsupported("address arithmetic over a type without a size".to_owned());
        let mut ty = source;
        let mut offset = 0i64;
        for (position, &index) in indices.iter().enumerate() {
            if position > 0 && matches!(ctx.types.get(ty), crate::types::TypeData::Struct { .. }) {
                let field = u64::try_from(index).map_err(|_| unsized_type())?;
                let at = ctx
                    .layout
                    .member_offset(&ctx.types, ty, field)
                    .ok_or_else(unsized_type)?;
                offset = offset.wrapping_add(at as i64);
                ty = ctx.types.member(ty, field).ok_or_else(unsized_type)?;
                continue;
            }
            if position > 0 {
                ty = ctx.types.member(ty, 0).ok_or_else(unsized_type)?;
            }
            let size = ctx.size_of(ty).ok_or_else(unsized_type)? as i64;
            offset = offset.wrapping_add(size.wrapping_mul(index as i64));
        }
        Ok(offset)
    }
}
