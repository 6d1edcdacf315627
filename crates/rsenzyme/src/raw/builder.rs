//! Building instructions.

use llvm_sys::core::*;
use llvm_sys::debuginfo::LLVMInstructionGetDebugLoc;
use llvm_sys::prelude::*;

use super::{Ty, Val};

/// An instruction builder that is released with its scope.
pub(crate) struct InstBuilder(LLVMBuilderRef);

impl InstBuilder {
    /// A builder before an instruction, with its source location.
    pub(crate) fn before(at: Val, context: LLVMContextRef) -> Self {
        // SAFETY: see the parent module; the callers pass an instruction that is in a block.
        unsafe {
            let builder = LLVMCreateBuilderInContext(context);
            LLVMPositionBuilderBefore(builder, at.0);
            LLVMSetCurrentDebugLocation2(builder, LLVMInstructionGetDebugLoc(at.0));
            Self(builder)
        }
    }

    /// A builder at the end of a new block of a function.
    pub(crate) fn in_new_block(function: Val, context: LLVMContextRef) -> Self {
        // SAFETY: as above; the callers pass a function.
        unsafe {
            let builder = LLVMCreateBuilderInContext(context);
            let block = LLVMAppendBasicBlockInContext(context, function.0, c"entry".as_ptr());
            LLVMPositionBuilderAtEnd(builder, block);
            Self(builder)
        }
    }

    pub(crate) fn call(&self, function: Val, args: &[Val]) -> Val {
        self.call_address(function, function, args)
    }

    /// A call of the function at `address`, which has the type and convention of `function`.
    pub(crate) fn call_address(&self, function: Val, address: Val, args: &[Val]) -> Val {
        let mut args: Vec<_> = args.iter().map(|arg| arg.0).collect();
        let ty = function.function_type();
        // SAFETY: as above; the callers pass arguments that fit the function.
        unsafe {
            let call = LLVMBuildCall2(
                self.0,
                ty.0,
                address.0,
                args.as_mut_ptr(),
                args.len() as u32,
                c"".as_ptr(),
            );
            LLVMSetInstructionCallConv(call, function.call_conv());
            Val(call)
        }
    }

    /// An invoke of `function` in the place of `old`, with the same successors.
    pub(crate) fn invoke_like(&self, old: Val, function: Val, args: &[Val]) -> Val {
        let mut args: Vec<_> = args.iter().map(|arg| arg.0).collect();
        let ty = function.function_type();
        // SAFETY: as above; `old` is an invoke.
        unsafe {
            let (normal, unwind) = (LLVMGetNormalDest(old.0), LLVMGetUnwindDest(old.0));
            let name = c"".as_ptr();
            let args_ptr = args.as_mut_ptr();
            let call = LLVMBuildInvoke2(
                self.0,
                ty.0,
                function.0,
                args_ptr,
                args.len() as u32,
                normal,
                unwind,
                name,
            );
            LLVMSetInstructionCallConv(call, function.call_conv());
            Val(call)
        }
    }

    pub(crate) fn bitcast(&self, value: Val, ty: Ty) -> Val {
        // SAFETY: as above; the callers pass types of equal size.
        Val(unsafe { LLVMBuildBitCast(self.0, value.0, ty.0, c"".as_ptr()) })
    }

    pub(crate) fn addrspace_cast(&self, value: Val, ty: Ty) -> Val {
        // SAFETY: as above; the callers pass pointers.
        Val(unsafe { LLVMBuildAddrSpaceCast(self.0, value.0, ty.0, c"".as_ptr()) })
    }

    pub(crate) fn trunc(&self, value: Val, ty: Ty) -> Val {
        // SAFETY: as above; the callers pass integers, the second narrower.
        Val(unsafe { LLVMBuildTrunc(self.0, value.0, ty.0, c"".as_ptr()) })
    }

    pub(crate) fn fptrunc(&self, value: Val, ty: Ty) -> Val {
        // SAFETY: as above; the callers pass floats, the second narrower.
        Val(unsafe { LLVMBuildFPTrunc(self.0, value.0, ty.0, c"".as_ptr()) })
    }

    pub(crate) fn load(&self, ty: Ty, address: Val) -> Val {
        // SAFETY: as above; the callers pass an address.
        Val(unsafe { LLVMBuildLoad2(self.0, ty.0, address.0, c"".as_ptr()) })
    }

    /// A load that assumes no alignment.
    pub(crate) fn load_unaligned(&self, ty: Ty, address: Val) -> Val {
        let value = self.load(ty, address);
        // SAFETY: as above; the value is a load.
        unsafe { LLVMSetAlignment(value.0, 1) }
        value
    }

    /// A store that assumes no alignment.
    pub(crate) fn store_unaligned(&self, value: Val, address: Val) {
        // SAFETY: as above; the callers pass an address.
        unsafe { LLVMSetAlignment(LLVMBuildStore(self.0, value.0, address.0), 1) }
    }

    /// Stack memory, in the entry block of the function that the builder is in.
    pub(crate) fn entry_alloca(&self, ty: Ty, context: LLVMContextRef) -> Val {
        // SAFETY: as above; the builder is in a block of a function, whose entry block exists.
        unsafe {
            let function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(self.0));
            let entry = LLVMGetEntryBasicBlock(function);
            let builder = Self(LLVMCreateBuilderInContext(context));
            match Val::some(LLVMGetFirstInstruction(entry)) {
                Some(first) => LLVMPositionBuilderBefore(builder.0, first.0),
                None => LLVMPositionBuilderAtEnd(builder.0, entry),
            }
            Val(LLVMBuildAlloca(builder.0, ty.0, c"".as_ptr()))
        }
    }

    pub(crate) fn extract(&self, aggregate: Val, index: u32) -> Val {
        // SAFETY: as above; the callers pass an aggregate with such a member.
        Val(unsafe { LLVMBuildExtractValue(self.0, aggregate.0, index, c"".as_ptr()) })
    }

    pub(crate) fn insert(&self, aggregate: Val, member: Val, index: u32) -> Val {
        // SAFETY: as above; the callers pass an aggregate with such a member.
        Val(unsafe { LLVMBuildInsertValue(self.0, aggregate.0, member.0, index, c"".as_ptr()) })
    }

    /// The address `bytes` after `base`.
    pub(crate) fn byte_offset(&self, base: Val, bytes: Val, i8: Ty) -> Val {
        let mut indices = [bytes.0];
        // SAFETY: as above; the callers pass an address and an integer.
        Val(unsafe { LLVMBuildGEP2(self.0, i8.0, base.0, indices.as_mut_ptr(), 1, c"".as_ptr()) })
    }

    pub(crate) fn multiply(&self, x: Val, y: Val) -> Val {
        // SAFETY: as above; the callers pass integers of one type.
        Val(unsafe { LLVMBuildMul(self.0, x.0, y.0, c"".as_ptr()) })
    }

    /// An integer widened or narrowed to `ty`, with its sign.
    pub(crate) fn int_cast(&self, value: Val, ty: Ty) -> Val {
        // SAFETY: as above; the callers pass integers.
        Val(unsafe { LLVMBuildIntCast2(self.0, value.0, ty.0, 1, c"".as_ptr()) })
    }

    pub(crate) fn select(&self, condition: Val, yes: Val, no: Val) -> Val {
        // SAFETY: as above; the callers pass a truth value and values of one type.
        Val(unsafe { LLVMBuildSelect(self.0, condition.0, yes.0, no.0, c"".as_ptr()) })
    }

    /// Fills memory with a byte.
    pub(crate) fn memset(&self, address: Val, byte: Val, bytes: Val) -> Val {
        // SAFETY: as above; the callers pass an address, a byte and an integer.
        Val(unsafe { LLVMBuildMemSet(self.0, address.0, byte.0, bytes.0, 1) })
    }

    pub(crate) fn ret(&self, value: Option<Val>) {
        // SAFETY: as above; the callers pass a value of the function's return type.
        unsafe {
            match value {
                Some(value) => LLVMBuildRet(self.0, value.0),
                None => LLVMBuildRetVoid(self.0),
            };
        }
    }
}

impl Drop for InstBuilder {
    fn drop(&mut self) {
        // SAFETY: the builder was made by this type and is dropped once.
        unsafe { LLVMDisposeBuilder(self.0) }
    }
}
