//! Types, interned: two types are the same exactly if their [`Type`] indices are.
//!
//! The types are LLVM's (LangRef, "Type System"), with opaque pointers. What AD never looks into (target types, tokens, metadata)
//! is kept as [`TypeData::Opaque`] with its origin, so that functions which mention it can still be copied.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::entity::Entity;
use crate::origin::Origin;

crate::entity! {
    /// An interned type. Equality of indices is equality of types within one [`Context`](crate::Context).
    Type, "ty"
}

/// The floating-point formats of LLVM.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FloatKind {
    /// IEEE binary16.
    Half,
    /// Brain float: binary32 with 8 significand bits.
    BFloat,
    /// IEEE binary32.
    Float,
    /// IEEE binary64.
    Double,
    /// The x87 80-bit format.
    X86Fp80,
    /// IEEE binary128.
    Fp128,
    /// PowerPC's pair of doubles.
    PpcFp128,
}

impl FloatKind {
    /// The width in bits of the stored format, without padding.
    pub fn bits(self) -> u32 {
        match self {
            Self::Half | Self::BFloat => 16,
            Self::Float => 32,
            Self::Double => 64,
            Self::X86Fp80 => 80,
            Self::Fp128 | Self::PpcFp128 => 128,
        }
    }

    /// The name in LLVM's textual IR.
    pub fn name(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::BFloat => "bfloat",
            Self::Float => "float",
            Self::Double => "double",
            Self::X86Fp80 => "x86_fp80",
            Self::Fp128 => "fp128",
            Self::PpcFp128 => "ppc_fp128",
        }
    }

    /// The suffix of intrinsic names (`llvm.sin.f64`).
    pub fn intrinsic_suffix(self) -> &'static str {
        match self {
            Self::Half => "f16",
            Self::BFloat => "bf16",
            Self::Float => "f32",
            Self::Double => "f64",
            Self::X86Fp80 => "f80",
            Self::Fp128 => "f128",
            Self::PpcFp128 => "ppcf128",
        }
    }
}

/// What a type is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypeData {
    /// No value.
    Void,
    /// An integer of so many bits.
    Int(u32),
    /// A floating-point number.
    Float(FloatKind),
    /// A pointer into an address space.
    Ptr(u32),
    /// An array of `len` elements.
    Array {
        /// The element's type.
        element: Type,
        /// The number of elements.
        len: u64,
    },
    /// A structure. Named structures are distinct from literal ones with the same fields.
    Struct {
        /// The field types.
        fields: Box<[Type]>,
        /// No padding between fields.
        packed: bool,
        /// The name of an identified structure.
        name: Option<Box<str>>,
    },
    /// A vector of fixed length.
    Vector {
        /// The element's type: an integer, a float or a pointer.
        element: Type,
        /// The number of elements.
        len: u32,
    },
    /// A vector of `vscale` times `len` elements.
    ScalableVector {
        /// The element's type.
        element: Type,
        /// The least number of elements.
        len: u32,
    },
    /// A function.
    Func {
        /// The return type.
        ret: Type,
        /// The parameters' types.
        params: Box<[Type]>,
        /// More arguments may follow.
        varargs: bool,
    },
    /// Metadata used as an operand.
    Metadata,
    /// A basic block used as an operand.
    Label,
    /// A token.
    Token,
    /// A type that is only passed on: target types, opaque structures.
    Opaque(Origin),
}

/// The table of types.
#[derive(Clone, Debug)]
pub struct Types {
    set: IndexSet<TypeData, FxBuildHasher>,
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl Types {
    /// A table with the types that [`Types::void`] and its neighbours name.
    pub fn new() -> Self {
        let mut types = Self {
            set: IndexSet::default(),
        };
        types.intern(TypeData::Void);
        types.intern(TypeData::Int(1));
        types.intern(TypeData::Int(8));
        types.intern(TypeData::Int(32));
        types.intern(TypeData::Int(64));
        types.intern(TypeData::Ptr(0));
        types.intern(TypeData::Float(FloatKind::Float));
        types.intern(TypeData::Float(FloatKind::Double));
        types
    }

    /// The type with this description.
    pub fn intern(&mut self, data: TypeData) -> Type {
        Type::new(self.set.insert_full(data).0)
    }

    /// The type with this description if it was interned before.
    pub fn find(&self, data: &TypeData) -> Option<Type> {
        self.set.get_index_of(data).map(Type::new)
    }

    /// What `ty` is.
    #[inline]
    pub fn get(&self, ty: Type) -> &TypeData {
        &self.set[ty.index()]
    }

    /// All types, in the order in which they were interned: parts come before wholes.
    pub fn all(&self) -> impl ExactSizeIterator<Item = Type> + use<> {
        (0..self.set.len()).map(Type::new)
    }

    /// The number of types.
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// Never: some types always exist.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// `void`.
    pub fn void(&self) -> Type {
        Type::new(0)
    }

    /// `i1`.
    pub fn bool(&self) -> Type {
        Type::new(1)
    }

    /// `i8`.
    pub fn i8(&self) -> Type {
        Type::new(2)
    }

    /// `i32`.
    pub fn i32(&self) -> Type {
        Type::new(3)
    }

    /// `i64`.
    pub fn i64(&self) -> Type {
        Type::new(4)
    }

    /// `ptr`, in address space 0.
    pub fn ptr(&self) -> Type {
        Type::new(5)
    }

    /// `float`.
    pub fn float(&self) -> Type {
        Type::new(6)
    }

    /// `double`.
    pub fn double(&self) -> Type {
        Type::new(7)
    }

    /// An integer type.
    pub fn int(&mut self, bits: u32) -> Type {
        self.intern(TypeData::Int(bits))
    }

    /// A floating-point type.
    pub fn float_of(&mut self, kind: FloatKind) -> Type {
        self.intern(TypeData::Float(kind))
    }

    /// An array type.
    pub fn array(&mut self, element: Type, len: u64) -> Type {
        self.intern(TypeData::Array { element, len })
    }

    /// A vector type of fixed length.
    pub fn vector(&mut self, element: Type, len: u32) -> Type {
        self.intern(TypeData::Vector { element, len })
    }

    /// A literal structure with natural padding.
    pub fn structure(&mut self, fields: &[Type]) -> Type {
        self.intern(TypeData::Struct {
            fields: fields.into(),
            packed: false,
            name: None,
        })
    }

    /// A function type without variable arguments.
    pub fn func(&mut self, ret: Type, params: &[Type]) -> Type {
        self.intern(TypeData::Func {
            ret,
            params: params.into(),
            varargs: false,
        })
    }

    /// A type that keeps the shape of `shape` (scalar, or vector of as many lanes) with other elements.
    pub fn with_element(&mut self, shape: Type, element: Type) -> Type {
        match *self.get(shape) {
            TypeData::Vector { len, .. } => self.intern(TypeData::Vector { element, len }),
            TypeData::ScalableVector { len, .. } => self.intern(TypeData::ScalableVector { element, len }),
            _ => element,
        }
    }

    /// The return type of a function type; `None` for other types.
    pub fn return_type(&self, func: Type) -> Option<Type> {
        match self.get(func) {
            TypeData::Func { ret, .. } => Some(*ret),
            _ => None,
        }
    }

    /// The parameter types of a function type; empty for other types.
    pub fn param_types(&self, func: Type) -> &[Type] {
        match self.get(func) {
            TypeData::Func { params, .. } => params,
            _ => &[],
        }
    }

    /// The element of a vector type, or the type itself.
    pub fn scalar(&self, ty: Type) -> Type {
        match *self.get(ty) {
            TypeData::Vector { element, .. } | TypeData::ScalableVector { element, .. } => element,
            _ => ty,
        }
    }

    /// The format, if `ty` is a float or a vector of floats.
    pub fn float_kind(&self, ty: Type) -> Option<FloatKind> {
        match *self.get(self.scalar(ty)) {
            TypeData::Float(kind) => Some(kind),
            _ => None,
        }
    }

    /// The width, if `ty` is an integer (not a vector of integers).
    pub fn int_bits(&self, ty: Type) -> Option<u32> {
        match *self.get(ty) {
            TypeData::Int(bits) => Some(bits),
            _ => None,
        }
    }

    /// Whether `ty` is a pointer (not a vector of pointers).
    pub fn is_ptr(&self, ty: Type) -> bool {
        matches!(self.get(ty), TypeData::Ptr(_))
    }

    /// Whether `ty` is an array or a structure.
    pub fn is_aggregate(&self, ty: Type) -> bool {
        matches!(self.get(ty), TypeData::Array { .. } | TypeData::Struct { .. })
    }

    /// Whether `ty` is a scalable vector or contains one.
    pub fn is_scalable(&self, ty: Type) -> bool {
        match self.get(ty) {
            TypeData::ScalableVector { .. } => true,
            TypeData::Array { element, .. } => self.is_scalable(*element),
            TypeData::Struct { fields, .. } => fields.iter().any(|&field| self.is_scalable(field)),
            _ => false,
        }
    }

    /// The number of direct members of an array, structure or fixed vector; 0 for other types.
    pub fn member_count(&self, ty: Type) -> u64 {
        match self.get(ty) {
            TypeData::Array { len, .. } => *len,
            TypeData::Vector { len, .. } => u64::from(*len),
            TypeData::Struct { fields, .. } => fields.len() as u64,
            _ => 0,
        }
    }

    /// The type of the direct member `index` of an array, structure or vector.
    pub fn member(&self, ty: Type, index: u64) -> Option<Type> {
        match self.get(ty) {
            TypeData::Array { element, len } => (index < *len).then_some(*element),
            TypeData::Vector { element, len } => (index < u64::from(*len)).then_some(*element),
            TypeData::ScalableVector { element, .. } => Some(*element),
            TypeData::Struct { fields, .. } => fields.get(usize::try_from(index).ok()?).copied(),
            _ => None,
        }
    }

    /// The type found by following `path` through members, as `extractvalue` does.
    pub fn member_at(&self, ty: Type, path: &[u32]) -> Option<Type> {
        path.iter()
            .try_fold(ty, |ty, &index| self.member(ty, u64::from(index)))
    }
}
