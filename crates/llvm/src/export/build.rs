//! Instructions without an origin, built from their operation.
//!
//! LLVM's builder folds operations on constants, so the result may be a constant and not an instruction.

use ir::types::TypeData;
use ir::{Access, CallInfo, Flags, Inst, InstData, Op, Ordering};
use llvm_sys::prelude::{LLVMBuilderRef, LLVMTypeRef, LLVMValueRef};

use super::body::BodyWriter;
use crate::error::ExportError;
use crate::ffi::{Val, raw, sys, value_kind};
use crate::opcode;

/// The number of the synchronisation scope of the whole system.
const SYSTEM_SCOPE: u32 = 1;

impl BodyWriter<'_, '_> {
    /// Builds an instruction at the builder's position.
    pub(super) fn build_inst(&mut self, inst: Inst) -> Result<Val, ExportError> {
        let data = self.func.inst(inst);
        let mut operands = Vec::with_capacity(data.operands.len());
        for &operand in &data.operands {
            operands.push(self.value(operand)?.raw());
        }
        let ty = self.writer.ty(data.ty).raw();
        let builder = self.writer.builder;
        let written = if data.op.is_terminator() {
            self.terminator(inst, &mut operands)?
        } else {
            // SAFETY: operands are alive; the verifier of our IR guarantees their number and types for the operation.
            let simple = unsafe { simple(builder, data, ty, &operands) };
            match simple {
                Some(written) => written,
                None => self.structured(inst, ty, &mut operands)?,
            }
        };
        // SAFETY: the builder has just returned the value.
        let written = unsafe { Val::new(written) };
        if written.kind() == value_kind::INSTRUCTION {
            // SAFETY: an instruction that was just built from the operation.
            unsafe { set_flags(written.raw(), data) };
            self.decorate(inst, written);
        }
        Ok(written)
    }

    /// Operations that need types, attributes or several steps.
    fn structured(
        &mut self,
        inst: Inst,
        ty: LLVMTypeRef,
        operands: &mut [LLVMValueRef],
    ) -> Result<LLVMValueRef, ExportError> {
        let builder = self.writer.builder;
        let name = c"".as_ptr();
        match (&self.func.inst(inst).op, &mut *operands) {
            (Op::Gep { source }, [base, indices @ ..]) => {
                let source = self.writer.ty(*source).raw();
                let (flags, count) = (gep_bits(self.func.inst(inst).flags), indices.len() as u32);
                // SAFETY: indices are passed with their number.
                Ok(unsafe {
                    sys::LLVMBuildGEPWithNoWrapFlags(
                        builder,
                        source,
                        *base,
                        indices.as_mut_ptr(),
                        count,
                        name,
                        flags,
                    )
                })
            }
            (Op::Alloca { ty, align }, [count]) => {
                let ty = self.writer.ty(*ty).raw();
                // SAFETY: the count is an integer.
                Ok(unsafe {
                    let alloca = sys::LLVMBuildArrayAlloca(builder, ty, *count, name);
                    if *align != 0 {
                        sys::LLVMSetAlignment(alloca, *align);
                    }
                    alloca
                })
            }
            (Op::Shuffle(mask), [x, y]) => {
                let Some(mask) = self.shuffle_mask(mask, inst) else {
                    return Err(self.unsupported(inst, "LLVM has no such mask for scalable vectors"));
                };
                // SAFETY: the mask is a constant vector of `i32`.
                Ok(unsafe { sys::LLVMBuildShuffleVector(builder, *x, *y, mask, name) })
            }
            (Op::Call(info), [callee, args @ ..]) => self.call(inst, info, *callee, args),
            (Op::LandingPad { cleanup }, clauses) => {
                // SAFETY: clauses are constants; the personality is the function's.
                Ok(unsafe {
                    let pad = sys::LLVMBuildLandingPad(
                        builder,
                        ty,
                        std::ptr::null_mut(),
                        clauses.len() as u32,
                        name,
                    );
                    for clause in clauses {
                        sys::LLVMAddClause(pad, *clause);
                    }
                    sys::LLVMSetCleanup(pad, i32::from(*cleanup));
                    pad
                })
            }
            _ => Err(self.unsupported(inst, "it can only be copied from its origin")),
        }
    }

    fn shuffle_mask(&mut self, mask: &[i32], inst: Inst) -> Option<LLVMValueRef> {
        let operand = self.func.ty(self.func.inst(inst).operands[0]);
        let scalable = matches!(
            self.writer.importer.module.ctx.types.get(operand),
            TypeData::ScalableVector { .. }
        );
        // SAFETY: the context is alive; lanes are constants of one type.
        unsafe {
            let i32 = sys::LLVMInt32TypeInContext(self.writer.importer.context);
            let lane = |index: i32| {
                if index < 0 {
                    sys::LLVMGetPoison(i32)
                } else {
                    sys::LLVMConstInt(i32, index as u64, 0)
                }
            };
            if scalable {
                let ty = sys::LLVMScalableVectorType(i32, mask.len() as u32);
                return if mask.iter().all(|&index| index == 0) {
                    Some(sys::LLVMConstNull(ty))
                } else if mask.iter().all(|&index| index < 0) {
                    Some(sys::LLVMGetPoison(ty))
                } else {
                    None
                };
            }
            let mut lanes: Vec<LLVMValueRef> = mask.iter().map(|&index| lane(index)).collect();
            Some(sys::LLVMConstVector(lanes.as_mut_ptr(), lanes.len() as u32))
        }
    }

    fn call(
        &mut self,
        inst: Inst,
        info: &CallInfo,
        callee: LLVMValueRef,
        args: &mut [LLVMValueRef],
    ) -> Result<LLVMValueRef, ExportError> {
        if info.bundle_operands != 0 {
            return Err(self.unsupported(inst, "tags of operand bundles are known to its origin only"));
        }
        let ty = self.writer.ty(info.func_ty).raw();
        // SAFETY: arguments are passed with their number; the call's type is that of the operation.
        let call = unsafe {
            sys::LLVMBuildCall2(
                self.writer.builder,
                ty,
                callee,
                args.as_mut_ptr(),
                args.len() as u32,
                c"".as_ptr(),
            )
        };
        if self.copy {
            // SAFETY: a call was just built.
            unsafe { raw::LLVMSetTailCallKind(call, opcode::tail_number(info.tail)) };
        }
        self.call_properties(info, call);
        Ok(call)
    }

    fn call_properties(&mut self, info: &CallInfo, call: LLVMValueRef) {
        for (index, attr) in self.writer.attributes(info.attrs, true) {
            // SAFETY: the index is of an argument that the call has.
            unsafe { sys::LLVMAddCallSiteAttribute(call, index, attr) };
        }
        // SAFETY: the value is a call or invoke.
        unsafe { sys::LLVMSetInstructionCallConv(call, info.conv) };
    }

    fn terminator(&mut self, inst: Inst, operands: &mut [LLVMValueRef]) -> Result<LLVMValueRef, ExportError> {
        let data = self.func.inst(inst);
        let builder = self.writer.builder;
        let mut targets = Vec::with_capacity(data.targets.len());
        for &target in &data.targets {
            targets.push(self.block(target)?.raw());
        }
        // SAFETY: operands and targets are alive, and their numbers are matched here.
        unsafe {
            match (&data.op, &mut *operands, targets.as_slice()) {
                (Op::Br, [], &[next]) => Ok(sys::LLVMBuildBr(builder, next)),
                (Op::CondBr, [condition], &[yes, no]) => {
                    Ok(sys::LLVMBuildCondBr(builder, *condition, yes, no))
                }
                (Op::Ret, [], []) => Ok(sys::LLVMBuildRetVoid(builder)),
                (Op::Ret, [value], []) => Ok(sys::LLVMBuildRet(builder, *value)),
                (Op::Unreachable, [], []) => Ok(sys::LLVMBuildUnreachable(builder)),
                (Op::Resume, [exception], []) => Ok(sys::LLVMBuildResume(builder, *exception)),
                (Op::Switch, [value, cases @ ..], &[default, ref rest @ ..]) if cases.len() == rest.len() => {
                    let switch = sys::LLVMBuildSwitch(builder, *value, default, cases.len() as u32);
                    for (case, &target) in cases.iter().zip(rest) {
                        sys::LLVMAddCase(switch, *case, target);
                    }
                    Ok(switch)
                }
                (Op::IndirectBr, [address], targets) => {
                    let branch = sys::LLVMBuildIndirectBr(builder, *address, targets.len() as u32);
                    for &target in targets {
                        sys::LLVMAddDestination(branch, target);
                    }
                    Ok(branch)
                }
                (Op::Invoke(info), [callee, args @ ..], &[normal, unwind]) if info.bundle_operands == 0 => {
                    let ty = self.writer.ty(info.func_ty).raw();
                    let (start, count) = (args.as_mut_ptr(), args.len() as u32);
                    let name = c"".as_ptr();
                    let invoke =
                        sys::LLVMBuildInvoke2(builder, ty, *callee, start, count, normal, unwind, name);
                    self.call_properties(info, invoke);
                    Ok(invoke)
                }
                _ => Err(self.unsupported(inst, "it can only be copied from its origin")),
            }
        }
    }
}

/// Operations that are one call of the builder; `None` for others.
///
/// # Safety
/// Operands are as the operation says.
unsafe fn simple(
    builder: LLVMBuilderRef,
    data: &InstData,
    ty: LLVMTypeRef,
    operands: &[LLVMValueRef],
) -> Option<LLVMValueRef> {
    let name = c"".as_ptr();
    // SAFETY: by the contract above; the numbers of operands are matched here.
    Some(unsafe {
        match (&data.op, operands) {
            (Op::FNeg, &[x]) => sys::LLVMBuildFNeg(builder, x, name),
            (Op::Binary(op), &[x, y]) => raw::LLVMBuildBinOp(builder, opcode::binary_opcode(*op), x, y, name),
            (Op::Cast(op), &[x]) => raw::LLVMBuildCast(builder, opcode::cast_opcode(*op), x, ty, name),
            (Op::ICmp(pred), &[x, y]) => {
                raw::LLVMBuildICmp(builder, opcode::int_pred_number(*pred), x, y, name)
            }
            (Op::FCmp(pred), &[x, y]) => {
                raw::LLVMBuildFCmp(builder, opcode::float_pred_number(*pred), x, y, name)
            }
            (Op::Select, &[condition, yes, no]) => sys::LLVMBuildSelect(builder, condition, yes, no, name),
            (Op::Freeze, &[x]) => sys::LLVMBuildFreeze(builder, x, name),
            (Op::ExtractElement, &[vector, index]) => {
                sys::LLVMBuildExtractElement(builder, vector, index, name)
            }
            (Op::InsertElement, &[vector, element, index]) => {
                sys::LLVMBuildInsertElement(builder, vector, element, index, name)
            }
            (Op::ExtractValue(path), &[aggregate]) => extract_path(builder, aggregate, path),
            (Op::InsertValue(path), &[aggregate, member]) => insert_path(builder, aggregate, member, path),
            (Op::Load(access), &[address]) => {
                let load = sys::LLVMBuildLoad2(builder, ty, address, name);
                set_access(load, access);
                load
            }
            (Op::Store(access), &[value, address]) => {
                let store = sys::LLVMBuildStore(builder, value, address);
                set_access(store, access);
                store
            }
            (Op::Fence(ordering), &[]) => {
                raw::LLVMBuildFenceSyncScope(builder, opcode::ordering_number(*ordering), SYSTEM_SCOPE, name)
            }
            (Op::AtomicRmw(op, access), &[address, value]) => {
                let (op, ordering) = (opcode::rmw_number(*op), opcode::ordering_number(access.ordering));
                let inst =
                    raw::LLVMBuildAtomicRMWSyncScope(builder, op, address, value, ordering, SYSTEM_SCOPE);
                set_place(inst, access);
                inst
            }
            (Op::CmpXchg(access), &[address, expected, new]) => {
                let (success, failure) = (
                    opcode::ordering_number(access.ordering),
                    opcode::ordering_number(access.failure),
                );
                let inst = raw::LLVMBuildAtomicCmpXchgSyncScope(
                    builder,
                    address,
                    expected,
                    new,
                    success,
                    failure,
                    SYSTEM_SCOPE,
                );
                set_place(inst, access);
                sys::LLVMSetWeak(inst, i32::from(access.weak));
                inst
            }
            (Op::VaArg, &[list]) => sys::LLVMBuildVAArg(builder, list, ty, name),
            _ => return None,
        }
    })
}

/// A member at a path; LLVM's C API takes one step at a time.
unsafe fn extract_path(builder: LLVMBuilderRef, aggregate: LLVMValueRef, path: &[u32]) -> LLVMValueRef {
    path.iter().fold(aggregate, |aggregate, &index| {
        // SAFETY: the path leads through aggregates, by the caller.
        unsafe { sys::LLVMBuildExtractValue(builder, aggregate, index, c"".as_ptr()) }
    })
}

/// An aggregate with the member at a path replaced.
unsafe fn insert_path(
    builder: LLVMBuilderRef,
    aggregate: LLVMValueRef,
    member: LLVMValueRef,
    path: &[u32],
) -> LLVMValueRef {
    // SAFETY: the path leads through aggregates, by the caller.
    unsafe {
        match path {
            [] => member,
            &[index] => sys::LLVMBuildInsertValue(builder, aggregate, member, index, c"".as_ptr()),
            &[index, ref rest @ ..] => {
                let inner = sys::LLVMBuildExtractValue(builder, aggregate, index, c"".as_ptr());
                let inner = insert_path(builder, inner, member, rest);
                sys::LLVMBuildInsertValue(builder, aggregate, inner, index, c"".as_ptr())
            }
        }
    }
}

/// Alignment and `volatile`.
unsafe fn set_place(inst: LLVMValueRef, access: &Access) {
    // SAFETY: the instruction accesses memory, by the caller.
    unsafe {
        if access.align != 0 {
            sys::LLVMSetAlignment(inst, access.align);
        }
        if access.volatile {
            sys::LLVMSetVolatile(inst, 1);
        }
    }
}

/// Alignment, `volatile` and ordering of a load or store.
unsafe fn set_access(inst: LLVMValueRef, access: &Access) {
    // SAFETY: as above.
    unsafe {
        set_place(inst, access);
        if access.ordering != Ordering::NotAtomic {
            raw::LLVMSetOrdering(inst, opcode::ordering_number(access.ordering));
        }
    }
}

fn gep_bits(flags: Flags) -> u32 {
    u32::from(flags.contains(Flags::INBOUNDS))
        | u32::from(flags.contains(Flags::NUSW)) << 1
        | u32::from(flags.contains(Flags::NUW)) << 2
}

/// Wrap flags and their like, where the operation can have them.
unsafe fn set_flags(inst: LLVMValueRef, data: &InstData) {
    let Flags(bits) = data.flags;
    if bits & !Flags::FAST.0 == 0 || matches!(data.op, Op::Gep { .. }) {
        return;
    }
    let has = |flag: Flags| i32::from(data.flags.contains(flag));
    use ir::BinOp::{AShr, Add, LShr, Mul, Or, SDiv, Shl, Sub, UDiv};
    use ir::CastOp::{Trunc, UiToFp, ZExt};
    // SAFETY: each setter is called on the opcodes that have the flag.
    unsafe {
        match data.op {
            Op::Binary(Add | Sub | Mul | Shl) | Op::Cast(Trunc) => {
                sys::LLVMSetNUW(inst, has(Flags::NUW));
                sys::LLVMSetNSW(inst, has(Flags::NSW));
            }
            Op::Binary(UDiv | SDiv | LShr | AShr) => sys::LLVMSetExact(inst, has(Flags::EXACT)),
            Op::Binary(Or) => sys::LLVMSetIsDisjoint(inst, has(Flags::DISJOINT)),
            Op::Cast(ZExt | UiToFp) => sys::LLVMSetNNeg(inst, has(Flags::NNEG)),
            Op::ICmp(_) => sys::LLVMSetICmpSameSign(inst, has(Flags::SAMESIGN)),
            _ => {}
        }
    }
}
