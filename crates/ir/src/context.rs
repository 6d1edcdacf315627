//! What the functions of a module share: types, constants, globals, declarations, attributes and metadata.
//!
//! A [`Module`] is a [`Context`] with bodies. They are apart so that a transformation can read a body while it adds types, constants
//! and declarations.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::attrs::AttrList;
use crate::constant::{Const, ConstData, Consts};
use crate::debug::{DebugNode, DebugType};
use crate::entity::{Entity, EntityVec};
use crate::function::Function;
use crate::layout::DataLayout;
use crate::metadata::{MetaSet, TbaaNode, TbaaType};
use crate::origin::Origin;
use crate::types::{Type, Types};

crate::entity! {
    /// A function, declared or defined.
    FuncId, "func"
}

crate::entity! {
    /// A global variable.
    GlobalId, "global"
}

crate::entity! {
    /// An interned list of attributes.
    Attrs, "attrs"
}

crate::entity! {
    /// An interned set of metadata of an instruction.
    Meta, "meta"
}

impl Attrs {
    /// No attributes.
    pub fn none() -> Self {
        Self::new(0)
    }
}

impl Meta {
    /// No metadata.
    pub fn none() -> Self {
        Self::new(0)
    }
}

/// Who can see a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Linkage {
    /// Other modules too, and this is the definition that they use.
    External,
    /// Only this module.
    Internal,
    /// Another definition may take its place when the program is linked, so the body proves nothing about it.
    Interposable,
    /// Other modules have the same definition (`linkonce_odr`, `available_externally` and their like).
    Shared,
}

/// A function as callers see it.
#[derive(Clone, Debug)]
pub struct FuncDecl {
    /// The symbol.
    pub name: Box<str>,
    /// The function type.
    pub ty: Type,
    /// Attributes of the function, its parameters and its return.
    pub attrs: Attrs,
    /// The calling convention, as LLVM numbers it.
    pub conv: u32,
    /// Who can see it.
    pub linkage: Linkage,
    /// Whether it is an intrinsic.
    pub intrinsic: bool,
    /// Whether the module it came from has a body for it. The body may not have been imported.
    pub defined: bool,
    /// Metadata attached to it whose kind starts with `enzyme`: functions that a kind names, such as custom derivatives.
    pub rules: Vec<(Box<str>, FuncId)>,
    /// Where it came from.
    pub origin: Option<Origin>,
}

/// A global variable.
#[derive(Clone, Debug)]
pub struct GlobalVar {
    /// The symbol.
    pub name: Box<str>,
    /// The type of its contents.
    pub ty: Type,
    /// The address space.
    pub space: u32,
    /// Its first contents, if known here and read.
    pub init: Option<Const>,
    /// Never written.
    pub constant: bool,
    /// One for each thread.
    pub thread_local: bool,
    /// Who can see it.
    pub linkage: Linkage,
    /// `enzyme_inactive` and other facts attached as metadata: kind and text (empty if the kind says all).
    pub strings: Vec<(Box<str>, Box<str>)>,
    /// The shadow that metadata `enzyme_shadow` names.
    pub shadow: Option<GlobalId>,
    /// Where it came from.
    pub origin: Option<Origin>,
}

/// Everything that the functions of a module share.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Types.
    pub types: Types,
    /// Constants.
    pub consts: Consts,
    /// The data layout.
    pub layout: DataLayout,
    /// The target triple.
    pub triple: String,
    /// Functions.
    pub funcs: EntityVec<FuncId, FuncDecl>,
    /// Global variables.
    pub globals: EntityVec<GlobalId, GlobalVar>,
    /// TBAA type descriptors.
    pub tbaa: EntityVec<TbaaType, TbaaNode>,
    /// Types of variables in debug information.
    pub debug_types: EntityVec<DebugType, DebugNode>,
    attrs: Interned<AttrList>,
    metas: Interned<MetaSet>,
    func_names: IndexMap<Box<str>, FuncId>,
    global_names: IndexMap<Box<str>, GlobalId>,
}

/// A table whose first entry is the default.
#[derive(Clone, Debug)]
struct Interned<T>(IndexSet<T, FxBuildHasher>);

impl<T: Default + Eq + std::hash::Hash> Default for Interned<T> {
    fn default() -> Self {
        Self(IndexSet::from_iter([T::default()]))
    }
}

impl Context {
    /// An empty context for x86-64 Linux.
    pub fn new() -> Self {
        Self::default()
    }

    /// Interns a list of attributes.
    pub fn add_attrs(&mut self, list: AttrList) -> Attrs {
        Attrs::new(self.attrs.0.insert_full(list).0)
    }

    /// The attributes that `attrs` names.
    #[inline]
    pub fn attrs(&self, attrs: Attrs) -> &AttrList {
        &self.attrs.0[attrs.index()]
    }

    /// Interns a set of metadata.
    pub fn add_meta(&mut self, set: MetaSet) -> Meta {
        Meta::new(self.metas.0.insert_full(set).0)
    }

    /// The metadata that `meta` names.
    #[inline]
    pub fn meta(&self, meta: Meta) -> &MetaSet {
        &self.metas.0[meta.index()]
    }

    /// Adds a function. A second one of the same name is another function (imported symbols are unique; generated ones are renamed
    /// on export) and [`Context::find_func`] keeps finding the first.
    pub fn add_func(&mut self, decl: FuncDecl) -> FuncId {
        let name = decl.name.clone();
        let id = self.funcs.push(decl);
        self.func_names.entry(name).or_insert(id);
        id
    }

    /// The function of this name.
    pub fn find_func(&self, name: &str) -> Option<FuncId> {
        self.func_names.get(name).copied()
    }

    /// The function of this name, declared with type `ty` if there is none.
    pub fn declare_func(&mut self, name: &str, ty: Type) -> FuncId {
        if let Some(id) = self.find_func(name) {
            return id;
        }
        self.add_func(FuncDecl {
            name: name.into(),
            ty,
            attrs: Attrs::none(),
            conv: 0,
            linkage: Linkage::External,
            intrinsic: name.starts_with("llvm."),
            defined: false,
            rules: Vec::new(),
            origin: None,
        })
    }

    /// Adds a global variable; of the same name as with [`Context::add_func`].
    pub fn add_global(&mut self, global: GlobalVar) -> GlobalId {
        let name = global.name.clone();
        let id = self.globals.push(global);
        self.global_names.entry(name).or_insert(id);
        id
    }

    /// The global variable of this name.
    pub fn find_global(&self, name: &str) -> Option<GlobalId> {
        self.global_names.get(name).copied()
    }

    /// The type of a constant.
    pub fn const_type(&self, constant: Const) -> Type {
        match self.consts.get(constant) {
            ConstData::Int { ty, .. }
            | ConstData::Float { ty, .. }
            | ConstData::Null(ty)
            | ConstData::Zero(ty)
            | ConstData::Undef(ty)
            | ConstData::Poison(ty)
            | ConstData::Aggregate { ty, .. }
            | ConstData::Data { ty, .. }
            | ConstData::Expr { ty, .. }
            | ConstData::Opaque { ty, .. } => *ty,
            ConstData::Global(global) => self.ptr_in(self.globals[*global].space),
            ConstData::Func(_) => self.types.ptr(),
        }
    }

    /// The pointer type of an address space that is in use.
    fn ptr_in(&self, space: u32) -> Type {
        self.types
            .find(&crate::types::TypeData::Ptr(space))
            .unwrap_or_else(|| self.types.ptr())
    }

    /// The size of an object of this type in bytes (with padding), if fixed.
    pub fn size_of(&self, ty: Type) -> Option<u64> {
        self.layout.size(&self.types, ty)
    }

    /// The number of bytes that a store of this type writes, if fixed.
    pub fn store_size_of(&self, ty: Type) -> Option<u64> {
        self.layout.store_size(&self.types, ty)
    }
}

/// A module: the shared part, and the bodies that are known.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Types, constants, declarations.
    pub ctx: Context,
    bodies: EntityVec<FuncId, Option<Function>>,
}

impl Module {
    /// An empty module for x86-64 Linux.
    pub fn new() -> Self {
        Self::default()
    }

    /// The body of `func`, if it is known.
    pub fn body(&self, func: FuncId) -> Option<&Function> {
        self.bodies.get(func).and_then(Option::as_ref)
    }

    /// The shared part, mutable, beside the body of `func`.
    pub fn body_and_ctx(&mut self, func: FuncId) -> (Option<&Function>, &mut Context) {
        (self.bodies.get(func).and_then(Option::as_ref), &mut self.ctx)
    }

    /// The body of `func`, mutable, beside the shared part.
    pub fn body_mut(&mut self, func: FuncId) -> (Option<&mut Function>, &mut Context) {
        let body = if func.index() < self.bodies.len() {
            self.bodies[func].as_mut()
        } else {
            None
        };
        (body, &mut self.ctx)
    }

    /// All bodies, mutable apart from the shared part.
    pub fn split(&mut self) -> (Bodies<'_>, &mut Context) {
        (Bodies { bodies: &self.bodies }, &mut self.ctx)
    }

    /// The bodies, for reading.
    pub fn body_table(&self) -> Bodies<'_> {
        Bodies { bodies: &self.bodies }
    }

    /// Sets the body of the function that `body` says it is, without room for more than it has: a module of many small functions is read
    /// over and over, and a quarter of it would be such room.
    pub fn set_body(&mut self, mut body: Function) {
        body.shrink_to_fit();
        let id = body.id;
        self.bodies.grow(id.index() + 1, None);
        self.ctx.funcs[id].defined = true;
        self.bodies[id] = Some(body);
    }

    /// The functions with bodies, in order.
    pub fn bodies(&self) -> impl Iterator<Item = &Function> {
        self.bodies.values().flatten()
    }
}

/// The bodies of a module, readable while its shared part is written.
#[derive(Clone, Copy, Debug)]
pub struct Bodies<'a> {
    bodies: &'a EntityVec<FuncId, Option<Function>>,
}

impl<'a> Bodies<'a> {
    /// The body of `func`, if it is known.
    pub fn get(self, func: FuncId) -> Option<&'a Function> {
        self.bodies.get(func).and_then(Option::as_ref)
    }

    /// All bodies that are known.
    pub fn iter(self) -> impl Iterator<Item = &'a Function> {
        self.bodies.iter().filter_map(|(_, body)| body.as_ref())
    }
}
