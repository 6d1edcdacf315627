//! LLVM objects behind small value types: the LLVM boundary of this crate.
//!
//! # Safety
//! A [`Val`], [`Ty`] or [`Mod`] is made from a pointer by an `unsafe fn` whose caller promises that the object is live for as long as
//! the copy is used, or comes out of another one of them. Nothing in this crate uses an instruction after [`Val::erase`]. Each method
//! passes the pointer only to functions of LLVM's C API that accept the kinds of objects which the method's name says; methods that
//! need a certain kind check it first, because release builds of LLVM do not.

mod builder;

use std::ffi::{CStr, CString};
use std::ptr::null_mut;

use llvm_sys::core::*;
use llvm_sys::debuginfo::{LLVMInstructionGetDebugLoc, LLVMInstructionSetDebugLoc};
use llvm_sys::prelude::*;
use llvm_sys::target::{
    LLVMABISizeOfType, LLVMGetModuleDataLayout, LLVMOffsetOfElement, LLVMStoreSizeOfType,
};
use llvm_sys::{LLVMTypeKind, LLVMValueKind};

pub(crate) use builder::InstBuilder;

/// A module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Mod(LLVMModuleRef);

/// A value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Val(LLVMValueRef);

/// A type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Ty(LLVMTypeRef);

/// The index of a function's return attributes; parameters follow from 1.
const FUNCTION_INDEX: u32 = u32::MAX;

impl Mod {
    /// # Safety
    /// The module is live while the copy is used.
    pub(crate) unsafe fn new(module: LLVMModuleRef) -> Self {
        Self(module)
    }

    pub(crate) fn raw(self) -> LLVMModuleRef {
        self.0
    }

    pub(crate) fn context(self) -> LLVMContextRef {
        // SAFETY: see the module docs; the same holds for every block below that gives no other reason.
        unsafe { LLVMGetModuleContext(self.0) }
    }

    pub(crate) fn functions(self) -> impl Iterator<Item = Val> {
        // SAFETY: as above.
        let first = unsafe { LLVMGetFirstFunction(self.0) };
        // SAFETY: as above; a function's successor in the list is a function or null.
        std::iter::successors(Val::some(first), |f| {
            // SAFETY: as above.
            Val::some(unsafe { LLVMGetNextFunction(f.0) })
        })
    }

    pub(crate) fn globals(self) -> impl Iterator<Item = Val> {
        // SAFETY: as above.
        let first = unsafe { LLVMGetFirstGlobal(self.0) };
        // SAFETY: as above; a global's successor in the list is a global or null.
        std::iter::successors(Val::some(first), |g| Val::some(unsafe { LLVMGetNextGlobal(g.0) }))
    }

    /// Bytes of an object of this type; `None` for types without a fixed size.
    pub(crate) fn size_of(self, ty: Ty) -> Option<u64> {
        // SAFETY: as above; the layout is borrowed, and the type is sized and not scalable, which LLVM requires.
        unsafe {
            let sized = LLVMTypeIsSized(ty.0) != 0 && !ty.is_scalable();
            sized.then(|| LLVMABISizeOfType(LLVMGetModuleDataLayout(self.0), ty.0))
        }
    }

    /// Bytes that a value of this type takes up when it is stored; `None` for types without a fixed size.
    pub(crate) fn store_size(self, ty: Ty) -> Option<u64> {
        let sized = self.size_of(ty)?;
        // SAFETY: as above; the type has a size.
        Some(unsafe { LLVMStoreSizeOfType(LLVMGetModuleDataLayout(self.0), ty.0) }.min(sized))
    }

    /// Bytes from the start of a structure to a field.
    pub(crate) fn offset_of(self, ty: Ty, field: u32) -> u64 {
        // SAFETY: as above; the callers pass a structure with such a field.
        unsafe { LLVMOffsetOfElement(LLVMGetModuleDataLayout(self.0), ty.0, field) }
    }

    pub(crate) fn i64_type(self) -> Ty {
        // SAFETY: as above.
        Ty(unsafe { LLVMInt64TypeInContext(self.context()) })
    }

    pub(crate) fn ptr_type(self) -> Ty {
        // SAFETY: as above.
        Ty(unsafe { LLVMPointerTypeInContext(self.context(), 0) })
    }

    /// A structure of these fields, without a name.
    pub(crate) fn structure(self, fields: &[Ty]) -> Ty {
        let mut fields: Vec<_> = fields.iter().map(|field| field.0).collect();
        // SAFETY: as above; the buffer has the length that is passed.
        Ty(unsafe { LLVMStructTypeInContext(self.context(), fields.as_mut_ptr(), fields.len() as u32, 0) })
    }

    pub(crate) fn i8_type(self) -> Ty {
        // SAFETY: as above.
        Ty(unsafe { LLVMInt8TypeInContext(self.context()) })
    }

    pub(crate) fn global_named(self, name: &str) -> Option<Val> {
        let name = CString::new(name).ok()?;
        // SAFETY: as above.
        Val::some(unsafe { LLVMGetNamedGlobal(self.0, name.as_ptr()) })
    }

    /// The global of this name, which is declared if it is not there.
    pub(crate) fn external_global(self, name: &str) -> Val {
        self.global_named(name).unwrap_or_else(|| {
            let text = CString::new(name).unwrap_or_default();
            // SAFETY: as above; the type is one of the module's context.
            Val(unsafe { LLVMAddGlobal(self.0, self.i8_type().0, text.as_ptr()) })
        })
    }

    /// Whether the module has a function or a global variable of this name.
    pub(crate) fn mentions(self, name: &str) -> bool {
        let Ok(text) = CString::new(name) else {
            return false;
        };
        // SAFETY: as above.
        self.global_named(name).is_some()
            || Val::some(unsafe { LLVMGetNamedFunction(self.0, text.as_ptr()) }).is_some()
    }

    /// Takes a global out of the lists of things to keep, which are made anew without it.
    pub(crate) fn remove_from_used(self, global: Val) {
        for name in ["llvm.used", "llvm.compiler.used"] {
            let Some(list) = self.global_named(name) else {
                continue;
            };
            let Some(entries) = list.initializer() else {
                continue;
            };
            let all: Vec<_> = (0..)
                .map_while(|index| entries.aggregate_element(index))
                .collect();
            let kept: Vec<_> = all.iter().copied().filter(|&entry| entry != global).collect();
            if kept.len() < all.len() {
                self.replace_used(list, name, global.ty(), &kept);
            }
        }
    }

    fn replace_used(self, list: Val, name: &str, element: Ty, entries: &[Val]) {
        let mut entries: Vec<_> = entries.iter().map(|entry| entry.0).collect();
        list.delete_global();
        if entries.is_empty() {
            return;
        }
        let name = CString::new(name).unwrap_or_default();
        // SAFETY: as above; the entries are pointers, and lists of this kind have this linkage and section (LangRef, "llvm.used").
        unsafe {
            let value = LLVMConstArray2(element.0, entries.as_mut_ptr(), entries.len() as u64);
            let list = LLVMAddGlobal(self.0, LLVMTypeOf(value), name.as_ptr());
            LLVMSetInitializer(list, value);
            LLVMSetLinkage(list, llvm_sys::LLVMLinkage::LLVMAppendingLinkage);
            LLVMSetSection(list, c"llvm.metadata".as_ptr());
        }
    }

    /// Adds an internal function.
    pub(crate) fn add_function(self, name: &str, ty: Ty) -> Val {
        let name = CString::new(name).unwrap_or_default();
        // SAFETY: as above; `ty` is a function type.
        unsafe {
            let function = LLVMAddFunction(self.0, name.as_ptr(), ty.0);
            LLVMSetLinkage(function, llvm_sys::LLVMLinkage::LLVMInternalLinkage);
            Val(function)
        }
    }
}

impl Ty {
    pub(crate) fn kind(self) -> LLVMTypeKind {
        // SAFETY: see the module docs; the plugin refuses hosts of another LLVM, so the kind is one of the enumeration.
        unsafe { LLVMGetTypeKind(self.0) }
    }

    pub(crate) fn is_void(self) -> bool {
        self.kind() == LLVMTypeKind::LLVMVoidTypeKind
    }

    pub(crate) fn is_ptr(self) -> bool {
        self.kind() == LLVMTypeKind::LLVMPointerTypeKind
    }

    pub(crate) fn is_vector(self) -> bool {
        self.kind() == LLVMTypeKind::LLVMVectorTypeKind
    }

    pub(crate) fn is_struct(self) -> bool {
        self.kind() == LLVMTypeKind::LLVMStructTypeKind
    }

    pub(crate) fn is_float(self) -> bool {
        use LLVMTypeKind::*;
        matches!(
            self.kind(),
            LLVMHalfTypeKind
                | LLVMBFloatTypeKind
                | LLVMFloatTypeKind
                | LLVMDoubleTypeKind
                | LLVMX86_FP80TypeKind
                | LLVMFP128TypeKind
                | LLVMPPC_FP128TypeKind
        )
    }

    pub(crate) fn is_scalable(self) -> bool {
        match self.kind() {
            LLVMTypeKind::LLVMScalableVectorTypeKind => true,
            LLVMTypeKind::LLVMArrayTypeKind => self.element().is_scalable(),
            LLVMTypeKind::LLVMStructTypeKind => self.fields().iter().any(|field| field.is_scalable()),
            _ => false,
        }
    }

    /// The width, for integers.
    pub(crate) fn int_bits(self) -> Option<u32> {
        // SAFETY: as above; the kind is checked.
        (self.kind() == LLVMTypeKind::LLVMIntegerTypeKind).then(|| unsafe { LLVMGetIntTypeWidth(self.0) })
    }

    /// The element, for arrays and vectors; the type itself for others.
    pub(crate) fn element(self) -> Self {
        use LLVMTypeKind::*;
        match self.kind() {
            // SAFETY: as above; the kind is checked.
            LLVMArrayTypeKind | LLVMVectorTypeKind | LLVMScalableVectorTypeKind => unsafe {
                Self(LLVMGetElementType(self.0))
            },
            _ => self,
        }
    }

    /// The length, for arrays.
    pub(crate) fn array_len(self) -> Option<u64> {
        // SAFETY: as above; the kind is checked.
        (self.kind() == LLVMTypeKind::LLVMArrayTypeKind).then(|| unsafe { LLVMGetArrayLength2(self.0) })
    }

    /// The fields, for structures; empty for others.
    pub(crate) fn fields(self) -> Vec<Self> {
        if self.kind() != LLVMTypeKind::LLVMStructTypeKind {
            return Vec::new();
        }
        // SAFETY: as above; the kind is checked and the buffer has the length that LLVM says.
        unsafe {
            let mut fields = vec![null_mut(); LLVMCountStructElementTypes(self.0) as usize];
            LLVMGetStructElementTypes(self.0, fields.as_mut_ptr());
            fields.into_iter().map(Self).collect()
        }
    }

    /// The parameters, for function types.
    pub(crate) fn params(self) -> Vec<Self> {
        // SAFETY: as above; the callers pass function types, and the buffer has the length that LLVM says.
        unsafe {
            let mut params = vec![null_mut(); LLVMCountParamTypes(self.0) as usize];
            LLVMGetParamTypes(self.0, params.as_mut_ptr());
            params.into_iter().map(Self).collect()
        }
    }

    pub(crate) fn return_type(self) -> Self {
        // SAFETY: as above; the callers pass function types.
        Self(unsafe { LLVMGetReturnType(self.0) })
    }

    pub(crate) fn is_variadic(self) -> bool {
        // SAFETY: as above; the callers pass function types.
        unsafe { LLVMIsFunctionVarArg(self.0) != 0 }
    }

    pub(crate) fn null(self) -> Val {
        // SAFETY: as above.
        Val(unsafe { LLVMConstNull(self.0) })
    }

    pub(crate) fn poison(self) -> Val {
        // SAFETY: as above.
        Val(unsafe { LLVMGetPoison(self.0) })
    }

    /// One in every float of the type; `None` if it has anything else, or nothing.
    pub(crate) fn one(self) -> Option<Val> {
        if self.is_float() {
            // SAFETY: the type is a float type of a live context.
            return Some(Val(unsafe { LLVMConstReal(self.0, 1.0) }));
        }
        let of = |ty: Self, count: usize| ty.one().map(|one| vec![one.0; count]);
        if self.is_vector() {
            // SAFETY: the type is a vector of fixed length; the elements are constants of its element type.
            return unsafe {
                let mut lanes = of(self.element(), LLVMGetVectorSize(self.0) as usize)?;
                Some(Val(LLVMConstVector(lanes.as_mut_ptr(), lanes.len() as u32)))
            };
        }
        if let Some(len) = self.array_len() {
            let element = self.element();
            let mut members = of(
                element,
                usize::try_from(len).ok().filter(|&len| (1..=64).contains(&len))?,
            )?;
            // SAFETY: the members are constants of the element type.
            return Some(Val(unsafe {
                LLVMConstArray2(element.0, members.as_mut_ptr(), len)
            }));
        }
        let fields: Option<Vec<_>> = self
            .fields()
            .into_iter()
            .map(|field| field.one().map(|one| one.0))
            .collect();
        let mut fields = fields.filter(|fields| !fields.is_empty())?;
        // SAFETY: the fields are constants of the structure's field types.
        Some(Val(unsafe {
            LLVMConstNamedStruct(self.0, fields.as_mut_ptr(), fields.len() as u32)
        }))
    }

    pub(crate) fn int(self, value: u64) -> Val {
        // SAFETY: as above; the callers pass integer types.
        Val(unsafe { LLVMConstInt(self.0, value, 0) })
    }

    pub(crate) fn function(ret: Self, params: &[Self]) -> Self {
        let mut params: Vec<_> = params.iter().map(|param| param.0).collect();
        // SAFETY: as above; the buffer has the length that is passed.
        Self(unsafe { LLVMFunctionType(ret.0, params.as_mut_ptr(), params.len() as u32, 0) })
    }

    pub(crate) fn array(self, len: u64) -> Self {
        // SAFETY: as above.
        Self(unsafe { LLVMArrayType2(self.0, len) })
    }
}

impl std::fmt::Display for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // SAFETY: as above; the text is copied before it is released.
        unsafe { f.write_str(&take_message(LLVMPrintTypeToString(self.0))) }
    }
}

impl Val {
    /// # Safety
    /// The value is live while the copy is used.
    pub(crate) unsafe fn new(value: LLVMValueRef) -> Self {
        Self(value)
    }

    fn some(value: LLVMValueRef) -> Option<Self> {
        (!value.is_null()).then_some(Self(value))
    }

    pub(crate) fn raw(self) -> LLVMValueRef {
        self.0
    }

    pub(crate) fn kind(self) -> LLVMValueKind {
        // SAFETY: see the module docs; the same holds for every block below that gives no other reason.
        unsafe { LLVMGetValueKind(self.0) }
    }

    pub(crate) fn ty(self) -> Ty {
        // SAFETY: as above.
        Ty(unsafe { LLVMTypeOf(self.0) })
    }

    pub(crate) fn name(self) -> String {
        let mut len = 0;
        // SAFETY: as above; the name is copied, and LLVM gives its length.
        unsafe {
            let text = LLVMGetValueName2(self.0, &mut len);
            String::from_utf8_lossy(std::slice::from_raw_parts(text.cast(), len)).into_owned()
        }
    }

    /// The value as LLVM prints it.
    pub(crate) fn text(self) -> String {
        // SAFETY: as above; the text is copied before it is released.
        unsafe { take_message(LLVMPrintValueToString(self.0)) }
    }

    /// The value as LLVM prints it, cut after the first 300 characters.
    pub(crate) fn print(self) -> String {
        if self.is_function() {
            return format!("@{}", self.name());
        }
        let text = self.text();
        let text = text.trim();
        match text.char_indices().nth(300) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text.to_owned(),
        }
    }

    pub(crate) fn is_function(self) -> bool {
        self.kind() == LLVMValueKind::LLVMFunctionValueKind
    }

    /// Whether it is the address of a global variable, or calculated from one at compile time.
    pub(crate) fn is_address_constant(self) -> bool {
        self.is_global_variable() || self.kind() == LLVMValueKind::LLVMConstantExprValueKind
    }

    pub(crate) fn is_global_variable(self) -> bool {
        self.kind() == LLVMValueKind::LLVMGlobalVariableValueKind
    }

    pub(crate) fn is_instruction(self) -> bool {
        self.kind() == LLVMValueKind::LLVMInstructionValueKind
    }

    pub(crate) fn opcode(self) -> Option<llvm_sys::LLVMOpcode> {
        // SAFETY: as above; the kind is checked.
        self.is_instruction()
            .then(|| unsafe { LLVMGetInstructionOpcode(self.0) })
    }

    /// The operation of an instruction or of a constant expression.
    pub(crate) fn operation(self) -> Option<llvm_sys::LLVMOpcode> {
        // SAFETY: as above; the kind is checked.
        let constant = (self.kind() == LLVMValueKind::LLVMConstantExprValueKind)
            .then(|| unsafe { LLVMGetConstOpcode(self.0) });
        self.opcode().or(constant)
    }

    pub(crate) fn has_body(self) -> bool {
        // SAFETY: as above; the kind is checked.
        self.is_function() && unsafe { LLVMIsDeclaration(self.0) == 0 }
    }

    /// The function type of a function.
    pub(crate) fn function_type(self) -> Ty {
        // SAFETY: as above; the callers pass functions.
        Ty(unsafe { LLVMGlobalGetValueType(self.0) })
    }

    pub(crate) fn operands(self) -> Vec<Self> {
        // SAFETY: as above; the indices are in range.
        unsafe {
            let count = LLVMGetNumOperands(self.0).max(0) as u32;
            (0..count)
                .filter_map(|index| Self::some(LLVMGetOperand(self.0, index)))
                .collect()
        }
    }

    /// Instructions and constants that have the value as an operand, in LLVM's order.
    pub(crate) fn users(self) -> Vec<Self> {
        // SAFETY: as above.
        let first = unsafe { LLVMGetFirstUse(self.0) };
        let uses = std::iter::successors((!first.is_null()).then_some(first), |&at| {
            // SAFETY: as above; a use's successor in the list is a use or null.
            let next = unsafe { LLVMGetNextUse(at) };
            (!next.is_null()).then_some(next)
        });
        // SAFETY: as above.
        uses.map(|at| Self(unsafe { LLVMGetUser(at) })).collect()
    }

    pub(crate) fn is_call_or_invoke(self) -> bool {
        use llvm_sys::LLVMOpcode::{LLVMCall, LLVMInvoke};
        matches!(self.opcode(), Some(LLVMCall | LLVMInvoke))
    }

    pub(crate) fn is_invoke(self) -> bool {
        self.opcode() == Some(llvm_sys::LLVMOpcode::LLVMInvoke)
    }

    /// The called value, for calls and invokes.
    pub(crate) fn callee(self) -> Option<Self> {
        // SAFETY: as above; the kind is checked.
        self.is_call_or_invoke()
            .then(|| Self(unsafe { LLVMGetCalledValue(self.0) }))
    }

    /// The type of the function that is called; the callers pass calls and invokes.
    pub(crate) fn called_type(self) -> Ty {
        // SAFETY: as above.
        Ty(unsafe { LLVMGetCalledFunctionType(self.0) })
    }

    /// Says that the address of a function tells it from others: none with the same code may take its place.
    pub(crate) fn keep_address(self) {
        // SAFETY: as above; the callers pass functions.
        unsafe { LLVMSetUnnamedAddress(self.0, llvm_sys::LLVMUnnamedAddr::LLVMNoUnnamedAddr) };
    }

    /// The arguments, for calls and invokes.
    pub(crate) fn args(self) -> Vec<Self> {
        // SAFETY: as above; the callers pass calls, whose first operands are the arguments.
        unsafe {
            (0..LLVMGetNumArgOperands(self.0))
                .map(|index| Self(LLVMGetOperand(self.0, index)))
                .collect()
        }
    }

    /// The function that an instruction is in.
    pub(crate) fn parent_function(self) -> Self {
        // SAFETY: as above; the callers pass instructions that are in blocks.
        unsafe { Self(LLVMGetBasicBlockParent(LLVMGetInstructionParent(self.0))) }
    }

    /// All instructions of a function.
    pub(crate) fn instructions(self) -> impl Iterator<Item = Self> {
        // SAFETY: as above; the callers pass functions.
        let first = unsafe { LLVMGetFirstBasicBlock(self.0) };
        let blocks = std::iter::successors((!first.is_null()).then_some(first), |&block| {
            // SAFETY: as above; a block's successor in the list is a block or null.
            let next = unsafe { LLVMGetNextBasicBlock(block) };
            (!next.is_null()).then_some(next)
        });
        blocks.flat_map(|block| {
            // SAFETY: as above.
            let first = unsafe { LLVMGetFirstInstruction(block) };
            // SAFETY: as above; an instruction's successor in the list is an instruction or null.
            std::iter::successors(Self::some(first), |at| {
                // SAFETY: as above.
                Self::some(unsafe { LLVMGetNextInstruction(at.0) })
            })
        })
    }

    /// The text of a metadata string that is used as an operand.
    pub(crate) fn metadata_string(self) -> Option<String> {
        let mut len = 0;
        // SAFETY: as above; the kind is checked, and the text is copied with the length that LLVM gives.
        unsafe {
            if self.kind() != LLVMValueKind::LLVMMetadataAsValueValueKind || LLVMIsAMDString(self.0).is_null()
            {
                return None;
            }
            let text = LLVMGetMDString(self.0, &mut len);
            Some(String::from_utf8_lossy(std::slice::from_raw_parts(text.cast(), len as usize)).into_owned())
        }
    }

    /// The value of an integer constant of at most 64 bits.
    pub(crate) fn const_int(self) -> Option<i64> {
        let narrow = self.ty().int_bits().is_some_and(|bits| bits <= 64);
        // SAFETY: as above; the kind is checked.
        (self.kind() == LLVMValueKind::LLVMConstantIntValueKind && narrow)
            .then(|| unsafe { LLVMConstIntGetSExtValue(self.0) })
    }

    /// The value of a float constant, if a double holds it.
    pub(crate) fn const_float(self) -> Option<f64> {
        if self.kind() != LLVMValueKind::LLVMConstantFPValueKind {
            return None;
        }
        let mut lossy = 0;
        // SAFETY: as above; the kind is checked.
        let value = unsafe { LLVMConstRealGetDouble(self.0, &mut lossy) };
        (lossy == 0).then_some(value)
    }

    /// The initial value of a global variable.
    pub(crate) fn initializer(self) -> Option<Self> {
        if !self.is_global_variable() {
            return None;
        }
        // SAFETY: as above; the kind is checked.
        Self::some(unsafe { LLVMGetInitializer(self.0) })
    }

    pub(crate) fn is_constant_global(self) -> bool {
        // SAFETY: as above; the kind is checked.
        self.is_global_variable() && unsafe { LLVMIsGlobalConstant(self.0) != 0 }
    }

    /// What an alias stands for.
    pub(crate) fn aliasee(self) -> Option<Self> {
        // SAFETY: as above; the kind is checked.
        (self.kind() == LLVMValueKind::LLVMGlobalAliasValueKind)
            .then(|| unsafe { Self(LLVMAliasGetAliasee(self.0)) })
    }

    /// The type that an `sret` or `byval` attribute names, at argument `index` of a call.
    pub(crate) fn call_type_attribute(self, name: &str, index: usize) -> Option<Ty> {
        // SAFETY: as above; the callers pass calls, and the attribute is a type attribute.
        unsafe {
            let attribute = LLVMGetCallSiteEnumAttribute(self.0, index as u32 + 1, attribute_kind(name));
            (!attribute.is_null()).then(|| Ty(LLVMGetTypeAttributeValue(attribute)))
        }
    }

    /// The type that an `sret` or `byval` attribute names, at parameter `index` of a function.
    pub(crate) fn param_type_attribute(self, name: &str, index: usize) -> Option<Ty> {
        // SAFETY: as above; the callers pass functions, and the attribute is a type attribute.
        unsafe {
            let attribute = LLVMGetEnumAttributeAtIndex(self.0, index as u32 + 1, attribute_kind(name));
            (!attribute.is_null()).then(|| Ty(LLVMGetTypeAttributeValue(attribute)))
        }
    }

    /// A member of a constant aggregate.
    pub(crate) fn aggregate_element(self, index: u32) -> Option<Self> {
        use LLVMTypeKind::{LLVMArrayTypeKind, LLVMStructTypeKind};
        let aggregate = matches!(self.ty().kind(), LLVMArrayTypeKind | LLVMStructTypeKind);
        if !aggregate {
            return None;
        }
        // SAFETY: as above; the type is checked, and LLVM gives null past the end.
        Self::some(unsafe { LLVMGetAggregateElement(self.0, index) })
    }

    pub(crate) fn is_null(self) -> bool {
        // SAFETY: as above.
        unsafe { LLVMIsNull(self.0) != 0 }
    }

    /// The number in a constant `inttoptr`.
    pub(crate) fn pointer_as_int(self) -> Option<i64> {
        let expression = self.kind() == LLVMValueKind::LLVMConstantExprValueKind;
        self.operands().first().filter(|_| expression)?.const_int()
    }

    /// The text of a constant array of characters, up to its first zero.
    pub(crate) fn string_data(self) -> Option<String> {
        // SAFETY: as above; the kind is checked, and the text is copied with the length that LLVM gives.
        unsafe {
            if LLVMIsConstantString(self.0) == 0 {
                return None;
            }
            let mut len = 0;
            let text = LLVMGetAsString(self.0, &mut len);
            let bytes = std::slice::from_raw_parts(text.cast::<u8>(), len);
            let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
            Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
        }
    }

    /// Attaches metadata of a kind to a function or global: a node of these functions.
    pub(crate) fn attach(self, module: Mod, kind: &str, functions: &[Self]) {
        let context = module.context();
        // SAFETY: as above; the callers pass functions and globals, and the operands are passed with their number.
        unsafe {
            let mut operands: Vec<_> = functions
                .iter()
                .map(|function| LLVMValueAsMetadata(function.0))
                .collect();
            let node = LLVMMDNodeInContext2(context, operands.as_mut_ptr(), operands.len());
            LLVMGlobalSetMetadata(
                self.0,
                LLVMGetMDKindIDInContext(context, kind.as_ptr().cast(), kind.len() as u32),
                node,
            );
        }
    }

    /// Adds a string attribute without a value to a call.
    pub(crate) fn add_call_attribute(self, module: Mod, key: &str) {
        // SAFETY: as above; the callers pass calls, and texts are passed with their lengths.
        unsafe {
            let attribute = LLVMCreateStringAttribute(
                module.context(),
                key.as_ptr().cast(),
                key.len() as u32,
                c"".as_ptr(),
                0,
            );
            LLVMAddCallSiteAttribute(self.0, llvm_sys::LLVMAttributeFunctionIndex, attribute);
        }
    }

    /// Adds a string attribute to a function.
    pub(crate) fn add_string_attribute(self, module: Mod, key: &str, value: &str) {
        // SAFETY: as above; the callers pass functions, and texts are passed with their lengths.
        unsafe {
            let (key_len, value_len) = (key.len() as u32, value.len() as u32);
            let (key, value) = (key.as_ptr().cast(), value.as_ptr().cast());
            let attribute = LLVMCreateStringAttribute(module.context(), key, key_len, value, value_len);
            LLVMAddAttributeAtIndex(self.0, FUNCTION_INDEX, attribute);
        }
    }

    /// Adds a flag to a function.
    pub(crate) fn add_function_attribute(self, name: &str, context: LLVMContextRef) {
        // SAFETY: as above; the callers pass functions and names of flags.
        unsafe {
            let attribute = LLVMCreateEnumAttribute(context, attribute_kind(name), 0);
            LLVMAddAttributeAtIndex(self.0, FUNCTION_INDEX, attribute);
        }
    }

    /// The parameters of a function.
    pub(crate) fn params(self) -> Vec<Self> {
        // SAFETY: as above; the callers pass functions, and the indices are in range.
        unsafe {
            (0..LLVMCountParams(self.0))
                .map(|index| Self(LLVMGetParam(self.0, index)))
                .collect()
        }
    }

    pub(crate) fn call_conv(self) -> u32 {
        // SAFETY: as above; the callers pass functions.
        unsafe { LLVMGetFunctionCallConv(self.0) }
    }

    pub(crate) fn replace_uses(self, with: Self) {
        // SAFETY: as above; the callers pass a value of the same type.
        unsafe { LLVMReplaceAllUsesWith(self.0, with.0) }
    }

    /// Removes an instruction without uses. The value must not be used any more.
    pub(crate) fn erase(self) {
        // SAFETY: as above; the callers drop their copies.
        unsafe { LLVMInstructionEraseFromParent(self.0) }
    }

    /// Removes a function or global variable without uses. The value must not be used any more.
    pub(crate) fn delete_global(self) {
        // SAFETY: as above; the callers drop their copies.
        unsafe {
            if self.is_function() {
                LLVMDeleteFunction(self.0);
            } else if self.is_global_variable() {
                LLVMDeleteGlobal(self.0);
            }
        }
    }

    /// Removes an instruction that nothing uses: its effect was only on this library.
    pub(crate) fn erase_unused(self) {
        if !self.has_uses() {
            self.erase();
        }
    }

    /// The source location of an instruction; null if it has none.
    pub(crate) fn location(self) -> LLVMMetadataRef {
        if !self.is_instruction() {
            return null_mut();
        }
        // SAFETY: as above; the kind is checked.
        unsafe { LLVMInstructionGetDebugLoc(self.0) }
    }

    pub(crate) fn has_uses(self) -> bool {
        // SAFETY: as above.
        unsafe { !LLVMGetFirstUse(self.0).is_null() }
    }

    /// Takes the source location of another instruction.
    pub(crate) fn copy_location(self, from: Self) {
        // SAFETY: as above; the callers pass instructions.
        unsafe {
            let location = LLVMInstructionGetDebugLoc(from.0);
            if !location.is_null() {
                LLVMInstructionSetDebugLoc(self.0, location);
            }
        }
    }
}

fn attribute_kind(name: &str) -> u32 {
    // SAFETY: the name is passed with its length.
    unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

/// Takes over a text that LLVM allocated.
///
/// # Safety
/// `message` came from a function that says to release its result with `LLVMDisposeMessage`.
unsafe fn take_message(message: *mut std::ffi::c_char) -> String {
    // SAFETY: the caller's promise.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeMessage(message);
        text
    }
}
