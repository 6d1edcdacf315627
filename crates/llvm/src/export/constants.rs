//! Types and constants as LLVM's.

use ir::constant::ConstData;
use ir::types::{Type, TypeData};
use ir::{Const, ConstOp, FloatKind};
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};

use super::{Writer, c_name};
use crate::constants::{ConstRef, is_const_cast};
use crate::error::ExportError;
use crate::ffi::{Ty, Val, raw, sys};
use crate::opcode;

impl Writer<'_> {
    /// A type.
    pub(super) fn ty(&mut self, ty: Type) -> Ty {
        if let Some(origin) = self.importer.types.origin(ty) {
            return origin;
        }
        if let Some(&known) = self.types.get(&ty) {
            return known;
        }
        let data = self.importer.module.ctx.types.get(ty).clone();
        // SAFETY: the context is alive, and component types belong to it.
        let written = unsafe { Ty::new(self.make_type(&data)) };
        self.types.insert(ty, written);
        written
    }

    unsafe fn make_type(&mut self, data: &TypeData) -> LLVMTypeRef {
        let context = self.importer.context;
        // SAFETY: by the caller; arrays are passed with their lengths.
        unsafe {
            match data {
                TypeData::Void => sys::LLVMVoidTypeInContext(context),
                TypeData::Int(bits) => sys::LLVMIntTypeInContext(context, *bits),
                TypeData::Float(kind) => match kind {
                    FloatKind::Half => sys::LLVMHalfTypeInContext(context),
                    FloatKind::BFloat => sys::LLVMBFloatTypeInContext(context),
                    FloatKind::Float => sys::LLVMFloatTypeInContext(context),
                    FloatKind::Double => sys::LLVMDoubleTypeInContext(context),
                    FloatKind::X86Fp80 => sys::LLVMX86FP80TypeInContext(context),
                    FloatKind::Fp128 => sys::LLVMFP128TypeInContext(context),
                    FloatKind::PpcFp128 => sys::LLVMPPCFP128TypeInContext(context),
                },
                TypeData::Ptr(space) => sys::LLVMPointerTypeInContext(context, *space),
                TypeData::Array { element, len } => sys::LLVMArrayType2(self.ty(*element).raw(), *len),
                TypeData::Vector { element, len } => sys::LLVMVectorType(self.ty(*element).raw(), *len),
                TypeData::ScalableVector { element, len } => {
                    sys::LLVMScalableVectorType(self.ty(*element).raw(), *len)
                }
                TypeData::Struct { fields, packed, name } => {
                    let mut fields = self.types_of(fields);
                    let (start, len, packed) = (fields.as_mut_ptr(), fields.len() as u32, i32::from(*packed));
                    match name {
                        None => sys::LLVMStructTypeInContext(context, start, len, packed),
                        Some(name) => {
                            let ty = sys::LLVMStructCreateNamed(context, c_name(name).as_ptr());
                            sys::LLVMStructSetBody(ty, start, len, packed);
                            ty
                        }
                    }
                }
                TypeData::Func { ret, params, varargs } => {
                    let ret = self.ty(*ret).raw();
                    let mut params = self.types_of(params);
                    let (start, len) = (params.as_mut_ptr(), params.len() as u32);
                    sys::LLVMFunctionType(ret, start, len, i32::from(*varargs))
                }
                TypeData::Metadata => sys::LLVMMetadataTypeInContext(context),
                TypeData::Label => sys::LLVMLabelTypeInContext(context),
                TypeData::Token => sys::LLVMTokenTypeInContext(context),
                TypeData::Opaque(origin) => origin.address() as LLVMTypeRef,
            }
        }
    }

    fn types_of(&mut self, list: &[Type]) -> Vec<LLVMTypeRef> {
        list.iter().map(|&ty| self.ty(ty).raw()).collect()
    }

    /// A constant.
    pub(super) fn constant(&mut self, constant: Const) -> Result<Val, ExportError> {
        if let ConstRef::Exact(value) = self.importer.consts.origin(constant) {
            return Ok(value);
        }
        if let Some(&known) = self.consts.get(&constant) {
            return Ok(known);
        }
        let data = self.importer.module.ctx.consts.get(constant).clone();
        let written = self.make_constant(&data)?;
        self.consts.insert(constant, written);
        Ok(written)
    }

    fn make_constant(&mut self, data: &ConstData) -> Result<Val, ExportError> {
        let written = match data {
            ConstData::Func(id) => return self.function(*id),
            ConstData::Global(id) => return self.global(*id),
            ConstData::Int { ty, bits } => {
                let words = words(*bits);
                let ty = self.ty(*ty).raw();
                // SAFETY: the type is an integer type of at most 128 bits, and two words are passed.
                unsafe { sys::LLVMConstIntOfArbitraryPrecision(ty, 2, words.as_ptr()) }
            }
            ConstData::Float { ty, bits } => {
                let words = words(*bits);
                let ty = self.ty(*ty).raw();
                // SAFETY: the type is a float type, of which at most 128 bits are read.
                unsafe { sys::LLVMConstFPFromBits(ty, words.as_ptr()) }
            }
            ConstData::Null(ty) | ConstData::Zero(ty) => {
                let ty = self.ty(*ty).raw();
                // SAFETY: the type has a zero: it is first class and no token.
                unsafe { sys::LLVMConstNull(ty) }
            }
            ConstData::Undef(ty) => {
                let ty = self.ty(*ty).raw();
                // SAFETY: the type is alive.
                unsafe { sys::LLVMGetUndef(ty) }
            }
            ConstData::Poison(ty) => {
                let ty = self.ty(*ty).raw();
                // SAFETY: the type is alive.
                unsafe { sys::LLVMGetPoison(ty) }
            }
            ConstData::Aggregate { ty, members } => return self.aggregate(*ty, members),
            ConstData::Data { ty, bytes } => return self.packed(*ty, bytes),
            ConstData::Expr { ty, op, operands } => return self.expression(*ty, op, operands),
            ConstData::Opaque { origin, .. } => origin.address() as LLVMValueRef,
        };
        // SAFETY: LLVM has just made or returned the constant, which lives as long as the context.
        Ok(unsafe { Val::new(written) })
    }

    fn aggregate(&mut self, ty: Type, members: &[Const]) -> Result<Val, ExportError> {
        let mut values = Vec::with_capacity(members.len());
        for &member in members {
            values.push(self.constant(member)?.raw());
        }
        let (start, len) = (values.as_mut_ptr(), values.len());
        let data = self.importer.module.ctx.types.get(ty).clone();
        let written = match data {
            TypeData::Array { element, .. } => {
                let element = self.ty(element).raw();
                // SAFETY: as many members as the array is passed, of the element's type.
                unsafe { sys::LLVMConstArray2(element, start, len as u64) }
            }
            // SAFETY: as above.
            TypeData::Vector { .. } => unsafe { sys::LLVMConstVector(start, len as u32) },
            TypeData::Struct {
                packed, name: None, ..
            } => {
                // SAFETY: the context is alive and the array has `len` members.
                unsafe {
                    sys::LLVMConstStructInContext(self.importer.context, start, len as u32, i32::from(packed))
                }
            }
            TypeData::Struct { .. } => {
                let ty = self.ty(ty).raw();
                // SAFETY: the type is an identified structure with as many fields.
                unsafe { sys::LLVMConstNamedStruct(ty, start, len as u32) }
            }
            _ => return Err(self.constant_error("an aggregate of a type that is none")),
        };
        // SAFETY: LLVM has just made the constant.
        Ok(unsafe { Val::new(written) })
    }

    fn packed(&mut self, ty: Type, bytes: &[u8]) -> Result<Val, ExportError> {
        match *self.importer.module.ctx.types.get(ty) {
            TypeData::Array { element, .. } => {
                let element = self.ty(element).raw();
                // SAFETY: the element type is an integer or float, and the bytes are passed with their number.
                Ok(unsafe {
                    Val::new(sys::LLVMConstDataArray(
                        element,
                        bytes.as_ptr().cast(),
                        bytes.len(),
                    ))
                })
            }
            TypeData::Vector { element, len } if len > 0 => {
                let mut lanes: Vec<LLVMValueRef> = Vec::with_capacity(len as usize);
                for lane in bytes.chunks_exact(bytes.len() / len as usize) {
                    lanes.push(self.scalar_of_bytes(element, lane)?.raw());
                }
                // SAFETY: all lanes are constants of one type.
                Ok(unsafe { Val::new(sys::LLVMConstVector(lanes.as_mut_ptr(), lanes.len() as u32)) })
            }
            _ => Err(self.constant_error("packed data of a type that holds none")),
        }
    }

    fn scalar_of_bytes(&mut self, ty: Type, bytes: &[u8]) -> Result<Val, ExportError> {
        let mut wide = [0u8; 16];
        if cfg!(target_endian = "little") {
            wide[..bytes.len()].copy_from_slice(bytes);
        } else {
            wide[16 - bytes.len()..].copy_from_slice(bytes);
        }
        let bits = u128::from_ne_bytes(wide);
        match self.importer.module.ctx.types.get(ty) {
            TypeData::Float(_) => self.make_constant(&ConstData::Float { ty, bits }),
            _ => self.make_constant(&ConstData::Int { ty, bits }),
        }
    }

    fn expression(&mut self, ty: Type, op: &ConstOp, operands: &[Const]) -> Result<Val, ExportError> {
        let mut values = Vec::with_capacity(operands.len());
        for &operand in operands {
            values.push(self.constant(operand)?.raw());
        }
        let ty = self.ty(ty).raw();
        let written = match (op, values.as_mut_slice()) {
            (ConstOp::Gep { source, inbounds }, [base, indices @ ..]) => {
                let source = self.ty(*source).raw();
                // SAFETY: operands are constants; the flag bit 1 is inbounds.
                unsafe {
                    sys::LLVMConstGEPWithNoWrapFlags(
                        source,
                        *base,
                        indices.as_mut_ptr(),
                        indices.len() as u32,
                        u32::from(*inbounds),
                    )
                }
            }
            (ConstOp::Cast(cast), [operand]) if is_const_cast(*cast) => {
                // SAFETY: a builder folds operations on constants and needs no position for it.
                unsafe {
                    raw::LLVMBuildCast(
                        self.builder,
                        opcode::cast_opcode(*cast),
                        *operand,
                        ty,
                        c"".as_ptr(),
                    )
                }
            }
            (ConstOp::Binary(binary), [x, y]) => {
                // SAFETY: as above; LLVM has constant expressions for the additive operations, which are the only ones imported.
                unsafe {
                    raw::LLVMBuildBinOp(self.builder, opcode::binary_opcode(*binary), *x, *y, c"".as_ptr())
                }
            }
            _ => return Err(self.constant_error(format!("LLVM has no constant expression for {op:?}"))),
        };
        // SAFETY: LLVM has just made the constant.
        Ok(unsafe { Val::new(written) })
    }
}

/// The two words of a number, the low one first.
fn words(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}
