//! Types in both directions.
//!
//! LLVM's types live as long as their context, so the memo by address never goes stale.

use ir::types::TypeData;
use ir::{Entity, EntityVec, FloatKind, Origin, Type, Types};
use rustc_hash::FxHashMap;

use crate::ffi::{Ty, type_kind};

/// The memo of imported types.
#[derive(Debug, Default)]
pub(crate) struct TypeTable {
    known: FxHashMap<Ty, Type>,
    refs: EntityVec<Type, Option<Ty>>,
}

impl TypeTable {
    /// The type that was imported from `ty`, or is now.
    pub(crate) fn import(&mut self, types: &mut Types, ty: Ty) -> Type {
        if let Some(&known) = self.known.get(&ty) {
            return known;
        }
        let data = self.read(types, ty);
        let imported = types.intern(data);
        self.known.insert(ty, imported);
        self.refs.grow(imported.index() + 1, None);
        self.refs[imported].get_or_insert(ty);
        imported
    }

    /// The LLVM type that `ty` was imported from.
    pub(crate) fn origin(&self, ty: Type) -> Option<Ty> {
        self.refs.get(ty).copied().flatten()
    }

    fn read(&mut self, types: &mut Types, ty: Ty) -> TypeData {
        match ty.kind() {
            type_kind::VOID => TypeData::Void,
            type_kind::HALF => TypeData::Float(FloatKind::Half),
            type_kind::BFLOAT => TypeData::Float(FloatKind::BFloat),
            type_kind::FLOAT => TypeData::Float(FloatKind::Float),
            type_kind::DOUBLE => TypeData::Float(FloatKind::Double),
            type_kind::X86_FP80 => TypeData::Float(FloatKind::X86Fp80),
            type_kind::FP128 => TypeData::Float(FloatKind::Fp128),
            type_kind::PPC_FP128 => TypeData::Float(FloatKind::PpcFp128),
            type_kind::LABEL => TypeData::Label,
            type_kind::METADATA => TypeData::Metadata,
            type_kind::TOKEN => TypeData::Token,
            type_kind::INTEGER => TypeData::Int(ty.int_width()),
            type_kind::POINTER => TypeData::Ptr(ty.ptr_space()),
            type_kind::ARRAY => TypeData::Array {
                element: self.import(types, ty.element()),
                len: ty.array_len(),
            },
            type_kind::VECTOR => TypeData::Vector {
                element: self.import(types, ty.element()),
                len: ty.vector_len(),
            },
            type_kind::SCALABLE_VECTOR => TypeData::ScalableVector {
                element: self.import(types, ty.element()),
                len: ty.vector_len(),
            },
            type_kind::STRUCT if !ty.is_opaque_struct() => self.read_struct(types, ty),
            type_kind::FUNCTION => TypeData::Func {
                ret: self.import(types, ty.return_type()),
                params: self.import_all(types, &ty.params()),
                varargs: ty.is_vararg(),
            },
            _ => TypeData::Opaque(Origin::new(ty.address())),
        }
    }

    fn read_struct(&mut self, types: &mut Types, ty: Ty) -> TypeData {
        let name = if ty.is_literal_struct() {
            None
        } else {
            // Structures like `%0` are distinct types without a name: the number keeps them apart.
            let name = ty
                .struct_name()
                .unwrap_or_else(|| format!("{}", self.known.len()));
            Some(name.into_boxed_str())
        };
        TypeData::Struct {
            fields: self.import_all(types, &ty.fields()),
            packed: ty.is_packed(),
            name,
        }
    }

    fn import_all(&mut self, types: &mut Types, list: &[Ty]) -> Box<[Type]> {
        list.iter().map(|&ty| self.import(types, ty)).collect()
    }
}
