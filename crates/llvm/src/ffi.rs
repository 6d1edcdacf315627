//! LLVM's C API as this crate uses it: small copyable handles with one method for each C function.
//!
//! # Safety contract of the handles
//! A handle is made from a raw reference by an `unsafe` constructor, whose caller promises that the object is alive and stays so while
//! this crate can reach the handle; or it comes from another handle. All objects belong to one context and are used by one thread.
//! LLVM without assertions does not check the kind of an object, so a method whose name says a kind (an alloca's type, a call's
//! convention) is only called after the kind was matched. The handles are private to the crate for this reason.
//!
//! Getters that return an enumeration are declared here with plain integers: llvm-sys has closed Rust enumerations, and a value that
//! a later LLVM adds would be undefined behaviour.

use std::ffi::{CStr, c_char, c_int, c_uint};
use std::ptr::null_mut;

pub(crate) use llvm_sys::core as sys;
use llvm_sys::debuginfo;
use llvm_sys::prelude::{
    LLVMAttributeRef, LLVMBasicBlockRef, LLVMBool, LLVMBuilderRef, LLVMDbgRecordRef, LLVMMetadataRef,
    LLVMTypeRef, LLVMValueRef,
};

/// The C functions whose results are enumerations or whose llvm-sys declaration is wrong.
pub(crate) mod raw {
    use super::*;

    unsafe extern "C" {
        pub fn LLVMGetInstructionOpcode(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetConstOpcode(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetTypeKind(ty: LLVMTypeRef) -> c_int;
        pub fn LLVMGetValueKind(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetICmpPredicate(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetFCmpPredicate(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetOrdering(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetCmpXchgSuccessOrdering(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetCmpXchgFailureOrdering(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetAtomicRMWBinOp(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetTailCallKind(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetLinkage(value: LLVMValueRef) -> c_int;
        pub fn LLVMGetMetadataKind(node: LLVMMetadataRef) -> c_int;
        pub fn LLVMDbgRecordGetKind(record: LLVMDbgRecordRef) -> c_int;
        pub fn LLVMDITypeGetFlags(node: LLVMMetadataRef) -> c_int;
        pub fn LLVMBuildBinOp(
            builder: LLVMBuilderRef,
            op: c_int,
            x: LLVMValueRef,
            y: LLVMValueRef,
            name: *const c_char,
        ) -> LLVMValueRef;
        pub fn LLVMBuildCast(
            builder: LLVMBuilderRef,
            op: c_int,
            x: LLVMValueRef,
            ty: LLVMTypeRef,
            name: *const c_char,
        ) -> LLVMValueRef;
        pub fn LLVMBuildICmp(
            builder: LLVMBuilderRef,
            predicate: c_int,
            x: LLVMValueRef,
            y: LLVMValueRef,
            name: *const c_char,
        ) -> LLVMValueRef;
        pub fn LLVMBuildFCmp(
            builder: LLVMBuilderRef,
            predicate: c_int,
            x: LLVMValueRef,
            y: LLVMValueRef,
            name: *const c_char,
        ) -> LLVMValueRef;
        pub fn LLVMBuildFenceSyncScope(
            builder: LLVMBuilderRef,
            ordering: c_int,
            scope: c_uint,
            name: *const c_char,
        ) -> LLVMValueRef;
        pub fn LLVMBuildAtomicRMWSyncScope(
            builder: LLVMBuilderRef,
            op: c_int,
            address: LLVMValueRef,
            value: LLVMValueRef,
            ordering: c_int,
            scope: c_uint,
        ) -> LLVMValueRef;
        pub fn LLVMBuildAtomicCmpXchgSyncScope(
            builder: LLVMBuilderRef,
            address: LLVMValueRef,
            expected: LLVMValueRef,
            new: LLVMValueRef,
            success: c_int,
            failure: c_int,
            scope: c_uint,
        ) -> LLVMValueRef;
        pub fn LLVMSetOrdering(value: LLVMValueRef, ordering: c_int);
        pub fn LLVMSetTailCallKind(value: LLVMValueRef, kind: c_int);
        pub fn LLVMSetLinkage(value: LLVMValueRef, linkage: c_int);
        // llvm-sys takes the size by value.
        pub fn LLVMGetRawDataValues(value: LLVMValueRef, size: *mut usize) -> *const c_char;
    }
}

/// The numbers of `LLVMValueKind`.
pub(crate) mod value_kind {
    pub const FUNCTION: i32 = 5;
    pub const GLOBAL_ALIAS: i32 = 6;
    pub const GLOBAL_IFUNC: i32 = 7;
    pub const GLOBAL_VARIABLE: i32 = 8;
    pub const BLOCK_ADDRESS: i32 = 9;
    pub const CONSTANT_EXPR: i32 = 10;
    pub const CONSTANT_ARRAY: i32 = 11;
    pub const CONSTANT_STRUCT: i32 = 12;
    pub const CONSTANT_VECTOR: i32 = 13;
    pub const UNDEF: i32 = 14;
    pub const AGGREGATE_ZERO: i32 = 15;
    pub const DATA_ARRAY: i32 = 16;
    pub const DATA_VECTOR: i32 = 17;
    pub const CONSTANT_INT: i32 = 18;
    pub const CONSTANT_FP: i32 = 19;
    pub const POINTER_NULL: i32 = 20;
    pub const METADATA: i32 = 22;
    pub const INLINE_ASM: i32 = 23;
    pub const INSTRUCTION: i32 = 24;
    pub const POISON: i32 = 25;
}

/// The numbers of `LLVMTypeKind`.
pub(crate) mod type_kind {
    pub const VOID: i32 = 0;
    pub const HALF: i32 = 1;
    pub const FLOAT: i32 = 2;
    pub const DOUBLE: i32 = 3;
    pub const X86_FP80: i32 = 4;
    pub const FP128: i32 = 5;
    pub const PPC_FP128: i32 = 6;
    pub const LABEL: i32 = 7;
    pub const INTEGER: i32 = 8;
    pub const FUNCTION: i32 = 9;
    pub const STRUCT: i32 = 10;
    pub const ARRAY: i32 = 11;
    pub const POINTER: i32 = 12;
    pub const VECTOR: i32 = 13;
    pub const METADATA: i32 = 14;
    pub const TOKEN: i32 = 16;
    pub const SCALABLE_VECTOR: i32 = 17;
    pub const BFLOAT: i32 = 18;
}

/// The attribute index of the return value.
pub(crate) const RETURN_INDEX: u32 = 0;
/// The attribute index of the function itself.
pub(crate) const FUNCTION_INDEX: u32 = u32::MAX;

/// Declares a handle around a raw reference.
macro_rules! handle {
    ($(#[$meta:meta])* $name:ident, $raw:ty) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub(crate) struct $name($raw);

        impl $name {
            /// # Safety
            /// The object is alive and stays so while the crate can reach the handle.
            #[allow(dead_code, reason = "handles of attributes and blocks come from other handles")]
            pub(crate) unsafe fn new(raw: $raw) -> Self {
                Self(raw)
            }

            /// A handle unless the reference is null.
            ///
            /// # Safety
            /// As of `new`.
            #[allow(dead_code, reason = "not every kind of object is asked for by name")]
            pub(crate) unsafe fn some(raw: $raw) -> Option<Self> {
                (!raw.is_null()).then_some(Self(raw))
            }

            pub(crate) fn raw(self) -> $raw {
                self.0
            }

            #[allow(dead_code, reason = "not every kind of object becomes an origin")]
            pub(crate) fn address(self) -> usize {
                self.0 as usize
            }
        }
    };
}

handle!(
    /// A value: an instruction, a constant, a parameter, a block as operand.
    Val, LLVMValueRef
);
handle!(
    /// A type.
    Ty, LLVMTypeRef
);
handle!(
    /// A basic block.
    Bb, LLVMBasicBlockRef
);
handle!(
    /// A metadata node.
    Md, LLVMMetadataRef
);
handle!(
    /// An attribute.
    Attr, LLVMAttributeRef
);

/// Methods that are one C call each. The kinds of result: a plain number, a flag, a handle, a handle that may be null.
macro_rules! getters {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $arg_ty:ty),*) -> $kind:ident $ret:ident = $module:ident::$function:ident;)*) => {
        $(
            $(#[$meta])*
            pub(crate) fn $name(self $(, $arg: $arg_ty)*) -> getters!(@ty $kind $ret) {
                // SAFETY: the handle is alive and of the kind that the method's name says (see the module's contract).
                let result = unsafe { $module::$function(self.0 $(, $arg)*) };
                getters!(@wrap $kind $ret result)
            }
        )*
    };
    (@ty plain $ret:ident) => { $ret };
    (@ty flag $ret:ident) => { $ret };
    (@ty handle $ret:ident) => { $ret };
    (@ty option $ret:ident) => { Option<$ret> };
    (@wrap plain $ret:ident $value:ident) => { $value as $ret };
    (@wrap flag $ret:ident $value:ident) => { $value != 0 };
    (@wrap handle $ret:ident $value:ident) => { $ret($value) };
    (@wrap option $ret:ident $value:ident) => { (!$value.is_null()).then_some($ret($value)) };
}

impl Val {
    getters! {
        kind() -> plain i32 = raw::LLVMGetValueKind;
        ty() -> handle Ty = sys::LLVMTypeOf;
        opcode() -> plain i32 = raw::LLVMGetInstructionOpcode;
        const_opcode() -> plain i32 = raw::LLVMGetConstOpcode;
        operand_count() -> plain u32 = sys::LLVMGetNumOperands;
        operand(index: c_uint) -> handle Val = sys::LLVMGetOperand;
        is_block() -> flag bool = sys::LLVMValueIsBasicBlock;
        as_block() -> handle Bb = sys::LLVMValueAsBasicBlock;
        is_constant() -> flag bool = sys::LLVMIsConstant;
        next_inst() -> option Val = sys::LLVMGetNextInstruction;
        inst_block() -> option Bb = sys::LLVMGetInstructionParent;
        has_metadata() -> flag bool = sys::LLVMHasMetadata;
        debug_loc() -> option Md = debuginfo::LLVMInstructionGetDebugLoc;

        switch_case(index: c_uint) -> handle Val = sys::LLVMGetSwitchCaseValue;
        incoming_block(index: c_uint) -> handle Bb = sys::LLVMGetIncomingBlock;

        nuw() -> flag bool = sys::LLVMGetNUW;
        nsw() -> flag bool = sys::LLVMGetNSW;
        exact() -> flag bool = sys::LLVMGetExact;
        nneg() -> flag bool = sys::LLVMGetNNeg;
        disjoint() -> flag bool = sys::LLVMGetIsDisjoint;
        same_sign() -> flag bool = sys::LLVMGetICmpSameSign;
        can_use_fast_math() -> flag bool = sys::LLVMCanValueUseFastMathFlags;
        fast_math() -> plain u32 = sys::LLVMGetFastMathFlags;
        gep_source() -> handle Ty = sys::LLVMGetGEPSourceElementType;
        gep_flags() -> plain u32 = sys::LLVMGEPGetNoWrapFlags;
        icmp_predicate() -> plain i32 = raw::LLVMGetICmpPredicate;
        fcmp_predicate() -> plain i32 = raw::LLVMGetFCmpPredicate;
        allocated_type() -> handle Ty = sys::LLVMGetAllocatedType;
        alignment() -> plain u32 = sys::LLVMGetAlignment;
        volatile() -> flag bool = sys::LLVMGetVolatile;
        ordering() -> plain i32 = raw::LLVMGetOrdering;
        success_ordering() -> plain i32 = raw::LLVMGetCmpXchgSuccessOrdering;
        failure_ordering() -> plain i32 = raw::LLVMGetCmpXchgFailureOrdering;
        weak() -> flag bool = sys::LLVMGetWeak;
        rmw_op() -> plain i32 = raw::LLVMGetAtomicRMWBinOp;
        cleanup() -> flag bool = sys::LLVMIsCleanup;
        index_count() -> plain u32 = sys::LLVMGetNumIndices;
        mask_len() -> plain u32 = sys::LLVMGetNumMaskElements;
        mask_value(index: c_uint) -> plain i32 = sys::LLVMGetMaskValue;

        called_type() -> handle Ty = sys::LLVMGetCalledFunctionType;
        arg_count() -> plain u32 = sys::LLVMGetNumArgOperands;
        call_conv() -> plain u32 = sys::LLVMGetInstructionCallConv;
        tail_kind() -> plain i32 = raw::LLVMGetTailCallKind;

        param_count() -> plain u32 = sys::LLVMCountParams;
        param(index: c_uint) -> handle Val = sys::LLVMGetParam;
        func_conv() -> plain u32 = sys::LLVMGetFunctionCallConv;
        first_block() -> option Bb = sys::LLVMGetFirstBasicBlock;
        intrinsic_id() -> plain u32 = sys::LLVMGetIntrinsicID;
        has_personality() -> flag bool = sys::LLVMHasPersonalityFn;
        personality() -> handle Val = sys::LLVMGetPersonalityFn;
        subprogram() -> option Md = debuginfo::LLVMGetSubprogram;

        value_type() -> handle Ty = sys::LLVMGlobalGetValueType;
        is_declaration() -> flag bool = sys::LLVMIsDeclaration;
        linkage() -> plain i32 = raw::LLVMGetLinkage;
        initializer() -> option Val = sys::LLVMGetInitializer;
        is_global_constant() -> flag bool = sys::LLVMIsGlobalConstant;
        is_thread_local() -> flag bool = sys::LLVMIsThreadLocal;
        is_externally_initialized() -> flag bool = sys::LLVMIsExternallyInitialized;
        aliasee() -> option Val = sys::LLVMAliasGetAliasee;

        int_value() -> plain u64 = sys::LLVMConstIntGetZExtValue;
        int_value_signed() -> plain i64 = sys::LLVMConstIntGetSExtValue;

        is_md_node() -> option Val = sys::LLVMIsAMDNode;
        is_md_string() -> option Val = sys::LLVMIsAMDString;
        md_operand_count() -> plain u32 = sys::LLVMGetMDNodeNumOperands;
    }

    /// The name; empty if there is none.
    pub(crate) fn name(self) -> String {
        let mut len = 0;
        // SAFETY: the string belongs to the value and is copied at once.
        unsafe {
            let text = sys::LLVMGetValueName2(self.0, &raw mut len);
            string(text, len)
        }
    }

    pub(crate) fn set_name(self, name: &str) {
        // SAFETY: LLVM copies the bytes.
        unsafe { sys::LLVMSetValueName2(self.0, name.as_ptr().cast(), name.len()) }
    }

    /// The name of an inline-assembly-free intrinsic, a struct or any other: the text of a metadata string.
    pub(crate) fn md_text(self) -> String {
        let mut len = 0;
        // SAFETY: the value is a metadata string; the text belongs to the context and is copied at once.
        unsafe {
            let text = sys::LLVMGetMDString(self.0, &raw mut len);
            string(text, len as usize)
        }
    }

    /// The operands of a metadata node; `None` for null ones.
    pub(crate) fn md_operands(self) -> Vec<Option<Val>> {
        let mut operands = vec![null_mut(); self.md_operand_count() as usize];
        // SAFETY: the array has as many places as the node has operands.
        unsafe {
            sys::LLVMGetMDNodeOperands(self.0, operands.as_mut_ptr());
            operands.into_iter().map(|raw| Val::some(raw)).collect()
        }
    }

    /// The indices of an `extractvalue` or `insertvalue`.
    pub(crate) fn indices(self) -> &'static [u32] {
        // SAFETY: the array belongs to the instruction, which outlives the handle; callers copy it at once.
        unsafe { std::slice::from_raw_parts(sys::LLVMGetIndices(self.0), self.index_count() as usize) }
    }

    /// The template and the constraints of inline assembly.
    pub(crate) fn asm_texts(self) -> (String, String) {
        let text = |read: unsafe extern "C" fn(LLVMValueRef, *mut usize) -> *const c_char| {
            let mut len = 0usize;
            // SAFETY: the value is inline assembly; the text belongs to it and is copied at once.
            unsafe {
                let start = read(self.0, &raw mut len);
                if start.is_null() || len == 0 {
                    return String::new();
                }
                String::from_utf8_lossy(std::slice::from_raw_parts(start.cast::<u8>(), len)).into_owned()
            }
        };
        (
            text(sys::LLVMGetInlineAsmAsmString),
            text(sys::LLVMGetInlineAsmConstraintString),
        )
    }

    /// The bytes of a packed array or vector.
    pub(crate) fn raw_data(self) -> Box<[u8]> {
        let mut len = 0usize;
        // SAFETY: the value is a packed array or vector; the bytes belong to the constant and are copied at once.
        unsafe {
            let bytes = raw::LLVMGetRawDataValues(self.0, &raw mut len);
            std::slice::from_raw_parts(bytes.cast::<u8>(), len).into()
        }
    }

    /// The value of a float constant as a double, unless it does not fit.
    pub(crate) fn float_value(self) -> Option<f64> {
        let mut loses: LLVMBool = 0;
        // SAFETY: the value is a float constant.
        let value = unsafe { sys::LLVMConstRealGetDouble(self.0, &raw mut loses) };
        (loses == 0).then_some(value)
    }

    /// All metadata attachments of an instruction but the source location, as (kind, node).
    pub(crate) fn all_metadata(self, out: &mut Vec<(u32, Md)>) {
        let mut count = 0;
        // SAFETY: entries are read within the count and freed once. The list includes the source location (kind 0) in LLVM 22,
        // whatever the function's name says.
        unsafe {
            let entries = sys::LLVMInstructionGetAllMetadataOtherThanDebugLoc(self.0, &raw mut count);
            collect_entries(entries, count, out);
        }
    }

    /// All metadata attachments of a global object.
    pub(crate) fn global_metadata(self) -> Vec<(u32, Md)> {
        let (mut count, mut out) = (0, Vec::new());
        // SAFETY: entries are read within the count and freed once.
        unsafe {
            let entries = sys::LLVMGlobalCopyAllMetadata(self.0, &raw mut count);
            collect_entries(entries, count, &mut out);
        }
        out
    }

    /// Appends the attributes of a call site at `index`.
    pub(crate) fn call_attrs(self, index: u32, out: &mut Vec<Attr>) {
        // SAFETY: the value is a call; the array has as many places as there are attributes.
        unsafe {
            let count = sys::LLVMGetCallSiteAttributeCount(self.0, index) as usize;
            fill_attrs(count, out, |raw| {
                sys::LLVMGetCallSiteAttributes(self.0, index, raw)
            });
        }
    }

    /// Appends the attributes of a function at `index`.
    pub(crate) fn func_attrs(self, index: u32, out: &mut Vec<Attr>) {
        // SAFETY: the value is a function; the array has as many places as there are attributes.
        unsafe {
            let count = sys::LLVMGetAttributeCountAtIndex(self.0, index) as usize;
            fill_attrs(count, out, |raw| {
                sys::LLVMGetAttributesAtIndex(self.0, index, raw)
            });
        }
    }
}

/// Reads a C array of metadata entries and frees it.
unsafe fn collect_entries(
    entries: *mut llvm_sys::prelude::LLVMValueMetadataEntry,
    count: usize,
    out: &mut Vec<(u32, Md)>,
) {
    // SAFETY: the caller passes an array of LLVM's with `count` entries.
    unsafe {
        for index in 0..count as c_uint {
            let kind = sys::LLVMValueMetadataEntriesGetKind(entries, index);
            let node = sys::LLVMValueMetadataEntriesGetMetadata(entries, index);
            if kind != 0 {
                out.push((kind, Md(node)));
            }
        }
        sys::LLVMDisposeValueMetadataEntries(entries);
    }
}

fn fill_attrs(count: usize, out: &mut Vec<Attr>, fill: impl FnOnce(*mut LLVMAttributeRef)) {
    if count == 0 {
        return;
    }
    let mut raw: smallvec::SmallVec<[LLVMAttributeRef; 16]> = smallvec::smallvec![null_mut(); count];
    fill(raw.as_mut_ptr());
    out.extend(raw.into_iter().map(Attr));
}

impl Bb {
    getters! {
        next() -> option Bb = sys::LLVMGetNextBasicBlock;
        first_inst() -> option Val = sys::LLVMGetFirstInstruction;
        parent() -> option Val = sys::LLVMGetBasicBlockParent;
        as_value() -> handle Val = sys::LLVMBasicBlockAsValue;
    }
}

impl Ty {
    getters! {
        kind() -> plain i32 = raw::LLVMGetTypeKind;
        int_width() -> plain u32 = sys::LLVMGetIntTypeWidth;
        element() -> handle Ty = sys::LLVMGetElementType;
        array_len() -> plain u64 = sys::LLVMGetArrayLength2;
        vector_len() -> plain u32 = sys::LLVMGetVectorSize;
        ptr_space() -> plain u32 = sys::LLVMGetPointerAddressSpace;
        return_type() -> handle Ty = sys::LLVMGetReturnType;
        is_vararg() -> flag bool = sys::LLVMIsFunctionVarArg;
        is_packed() -> flag bool = sys::LLVMIsPackedStruct;
        is_opaque_struct() -> flag bool = sys::LLVMIsOpaqueStruct;
        is_literal_struct() -> flag bool = sys::LLVMIsLiteralStruct;
    }

    /// The types of a structure's fields.
    pub(crate) fn fields(self) -> Vec<Ty> {
        // SAFETY: the type is a structure with a body; the array has a place for each field.
        unsafe {
            let mut raw = vec![null_mut(); sys::LLVMCountStructElementTypes(self.0) as usize];
            sys::LLVMGetStructElementTypes(self.0, raw.as_mut_ptr());
            raw.into_iter().map(Ty).collect()
        }
    }

    /// The types of a function type's parameters.
    pub(crate) fn params(self) -> Vec<Ty> {
        // SAFETY: the type is a function type; the array has a place for each parameter.
        unsafe {
            let mut raw = vec![null_mut(); sys::LLVMCountParamTypes(self.0) as usize];
            sys::LLVMGetParamTypes(self.0, raw.as_mut_ptr());
            raw.into_iter().map(Ty).collect()
        }
    }

    /// The name of an identified structure, if it has one.
    pub(crate) fn struct_name(self) -> Option<String> {
        // SAFETY: the type is a structure; the name belongs to it and is copied at once.
        unsafe {
            let name = sys::LLVMGetStructName(self.0);
            (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned())
        }
    }
}

impl Attr {
    getters! {
        is_enum() -> flag bool = sys::LLVMIsEnumAttribute;
        is_string() -> flag bool = sys::LLVMIsStringAttribute;
        is_type() -> flag bool = sys::LLVMIsTypeAttribute;
        enum_kind() -> plain u32 = sys::LLVMGetEnumAttributeKind;
        enum_value() -> plain u64 = sys::LLVMGetEnumAttributeValue;
        type_value() -> handle Ty = sys::LLVMGetTypeAttributeValue;
    }

    /// The key of a string attribute.
    pub(crate) fn key(self) -> String {
        let mut len = 0;
        // SAFETY: the attribute is a string attribute; the text belongs to the context and is copied at once.
        unsafe {
            let text = sys::LLVMGetStringAttributeKind(self.0, &raw mut len);
            string(text, len as usize)
        }
    }

    /// The value of a string attribute.
    pub(crate) fn text(self) -> String {
        let mut len = 0;
        // SAFETY: as above.
        unsafe {
            let text = sys::LLVMGetStringAttributeValue(self.0, &raw mut len);
            string(text, len as usize)
        }
    }
}

/// Copies a C string of known length; bytes that are not UTF-8 become U+FFFD.
///
/// # Safety
/// `text` points to `len` bytes, or `len` is 0.
pub(crate) unsafe fn string(text: *const c_char, len: usize) -> String {
    if len == 0 {
        return String::new();
    }
    // SAFETY: by the function's contract.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies a message of LLVM's and frees it.
///
/// # Safety
/// `message` is null or a string that LLVM allocated for the caller.
pub(crate) unsafe fn take_message(message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: by the function's contract.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        sys::LLVMDisposeMessage(message);
        text
    }
}
