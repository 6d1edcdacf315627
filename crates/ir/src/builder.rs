//! Making instructions at the end of a block.

use smallvec::SmallVec;

use crate::constant::{Const, ConstData};
use crate::context::{Attrs, Context, FuncId};
use crate::function::{Block, Function, NewInst, Value};
use crate::inst::{
    Access, BinOp, CallInfo, CastOp, Flags, FloatPred, Indices, Inst, InstData, IntPred, Op, TailKind,
};
use crate::origin::Origin;
use crate::types::{Type, TypeData};

/// Appends instructions to the current block of a function.
///
/// New float instructions get the builder's fast-math flags, and all of them its source location. Operand types are the caller's
/// duty; the verifier finds mistakes.
#[derive(Debug)]
pub struct Builder<'a> {
    /// Types, constants, declarations.
    pub ctx: &'a mut Context,
    /// The function that grows.
    pub func: &'a mut Function,
    /// Fast-math flags of new float instructions.
    pub fast_math: Flags,
    /// The imported instruction whose source location new instructions share.
    pub location: Option<Origin>,
    block: Block,
}

impl<'a> Builder<'a> {
    /// A builder at the end of `block`.
    pub fn new(ctx: &'a mut Context, func: &'a mut Function, block: Block) -> Self {
        Self {
            ctx,
            func,
            fast_math: Flags::none(),
            location: None,
            block,
        }
    }

    /// The current block.
    pub fn block(&self) -> Block {
        self.block
    }

    /// Goes to the end of `block`.
    pub fn go_to(&mut self, block: Block) {
        self.block = block;
    }

    /// Makes a block and stays where it is.
    pub fn add_block(&mut self) -> Block {
        self.func.add_block()
    }

    /// Appends an instruction; its location is the builder's unless it has one.
    pub fn push(&mut self, mut new: NewInst) -> Inst {
        new.location = new.location.or(self.location);
        self.func.push_inst(self.ctx, self.block, new)
    }

    /// Appends an instruction that has a result.
    fn value(&mut self, op: Op, ty: Type, operands: &[Value], flags: Flags) -> Value {
        let inst = self.push(NewInst::new(op, ty, operands).flags(flags));
        self.func
            .inst(inst)
            .result
            .expect("instructions of this kind have a result: their type is not void")
    }

    /// Appends an instruction without a result.
    fn effect(&mut self, op: Op, operands: &[Value], targets: &[Block]) -> Inst {
        let void = self.ctx.types.void();
        self.push(NewInst::new(op, void, operands).targets(targets))
    }

    /// Appends a copy of an instruction of another function with other operands and targets, keeping its origin.
    pub fn copy(
        &mut self,
        data: &InstData,
        operands: SmallVec<[Value; 3]>,
        targets: SmallVec<[Block; 2]>,
    ) -> Inst {
        self.func.push_inst(
            self.ctx,
            self.block,
            NewInst {
                op: data.op.clone(),
                flags: data.flags,
                ty: data.ty,
                operands,
                targets,
                meta: data.meta,
                origin: data.origin,
                location: data.location,
            },
        )
    }

    /// The type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.func.ty(value)
    }

    /// A constant as a value.
    pub fn constant(&mut self, constant: Const) -> Value {
        self.func.constant(self.ctx, constant)
    }

    /// An integer constant.
    pub fn int(&mut self, ty: Type, value: i128) -> Value {
        let constant = self.ctx.consts.int(&self.ctx.types, ty, value);
        self.constant(constant)
    }

    /// An `i64` constant.
    pub fn i64(&mut self, value: i64) -> Value {
        self.int(self.ctx.types.i64(), i128::from(value))
    }

    /// An `i32` constant.
    pub fn i32(&mut self, value: i32) -> Value {
        self.int(self.ctx.types.i32(), i128::from(value))
    }

    /// A float constant, in every lane if `ty` is a vector. `None` if `ty` has no floats.
    pub fn float(&mut self, ty: Type, value: f64) -> Option<Value> {
        let constant = self.ctx.consts.float(&mut self.ctx.types, ty, value)?;
        Some(self.constant(constant))
    }

    /// All bits zero.
    pub fn zero(&mut self, ty: Type) -> Value {
        let constant = self.ctx.consts.zero(&self.ctx.types, ty);
        self.constant(constant)
    }

    /// `poison`.
    pub fn poison(&mut self, ty: Type) -> Value {
        let constant = self.ctx.consts.intern(ConstData::Poison(ty));
        self.constant(constant)
    }

    /// The address of a function.
    pub fn func_address(&mut self, func: FuncId) -> Value {
        let constant = self.ctx.consts.intern(ConstData::Func(func));
        self.constant(constant)
    }

    /// Arithmetic.
    pub fn binary(&mut self, op: BinOp, x: Value, y: Value) -> Value {
        let flags = if op.is_float() {
            self.fast_math
        } else {
            Flags::none()
        };
        self.value(Op::Binary(op), self.ty(x), &[x, y], flags)
    }

    /// Arithmetic with these flags.
    pub fn binary_with(&mut self, op: BinOp, x: Value, y: Value, flags: Flags) -> Value {
        self.value(Op::Binary(op), self.ty(x), &[x, y], flags)
    }

    /// Negation of floats.
    pub fn fneg(&mut self, x: Value) -> Value {
        self.value(Op::FNeg, self.ty(x), &[x], self.fast_math)
    }

    /// Negation of floats with these flags.
    pub fn fneg_with(&mut self, x: Value, flags: Flags) -> Value {
        self.value(Op::FNeg, self.ty(x), &[x], flags)
    }

    /// A conversion.
    pub fn cast(&mut self, op: CastOp, x: Value, ty: Type) -> Value {
        self.value(Op::Cast(op), ty, &[x], Flags::none())
    }

    /// Integer or pointer comparison.
    pub fn icmp(&mut self, pred: IntPred, x: Value, y: Value) -> Value {
        let ty = self.bool_like(x);
        self.value(Op::ICmp(pred), ty, &[x, y], Flags::none())
    }

    /// Float comparison.
    pub fn fcmp(&mut self, pred: FloatPred, x: Value, y: Value) -> Value {
        let ty = self.bool_like(x);
        self.value(Op::FCmp(pred), ty, &[x, y], Flags::none())
    }

    /// `i1` in the shape of a value.
    fn bool_like(&mut self, x: Value) -> Type {
        let (shape, bool) = (self.ty(x), self.ctx.types.bool());
        self.ctx.types.with_element(shape, bool)
    }

    /// A choice.
    pub fn select(&mut self, condition: Value, if_true: Value, if_false: Value) -> Value {
        self.value(
            Op::Select,
            self.ty(if_true),
            &[condition, if_true, if_false],
            Flags::none(),
        )
    }

    /// A member of an aggregate.
    pub fn extract_value(&mut self, aggregate: Value, path: &[u32]) -> Value {
        let ty = self
            .ctx
            .types
            .member_at(self.ty(aggregate), path)
            .expect("the path leads to a member");
        self.value(
            Op::ExtractValue(Indices::from(path)),
            ty,
            &[aggregate],
            Flags::none(),
        )
    }

    /// An aggregate with a member replaced.
    pub fn insert_value(&mut self, aggregate: Value, member: Value, path: &[u32]) -> Value {
        let ty = self.ty(aggregate);
        self.value(
            Op::InsertValue(Indices::from(path)),
            ty,
            &[aggregate, member],
            Flags::none(),
        )
    }

    /// A lane of a vector.
    pub fn extract_element(&mut self, vector: Value, index: Value) -> Value {
        let ty = self.ctx.types.scalar(self.ty(vector));
        self.value(Op::ExtractElement, ty, &[vector, index], Flags::none())
    }

    /// A vector with a lane replaced.
    pub fn insert_element(&mut self, vector: Value, element: Value, index: Value) -> Value {
        self.value(
            Op::InsertElement,
            self.ty(vector),
            &[vector, element, index],
            Flags::none(),
        )
    }

    /// Lanes of two vectors, as the mask says: -1 for poison.
    pub fn shuffle(&mut self, x: Value, y: Value, mask: Box<[i32]>) -> Value {
        let element = self.ctx.types.scalar(self.ty(x));
        let ty = self.ctx.types.vector(element, mask.len() as u32);
        self.value(Op::Shuffle(mask), ty, &[x, y], Flags::none())
    }

    /// Stack memory for one object of type `ty`. It belongs in the entry block unless the caller means otherwise.
    pub fn alloca(&mut self, ty: Type) -> Value {
        let count = self.i32(1);
        let align = self.ctx.layout.align(&self.ctx.types, ty).unwrap_or(1) as u32;
        self.value(
            Op::Alloca { ty, align },
            self.ctx.types.ptr(),
            &[count],
            Flags::none(),
        )
    }

    /// A load.
    pub fn load(&mut self, ty: Type, address: Value, access: Access) -> Value {
        self.value(Op::Load(access), ty, &[address], Flags::none())
    }

    /// A store.
    pub fn store(&mut self, value: Value, address: Value, access: Access) -> Inst {
        self.effect(Op::Store(access), &[value, address], &[])
    }

    /// Address arithmetic over a type.
    pub fn gep(&mut self, source: Type, base: Value, indices: &[Value], flags: Flags) -> Value {
        let mut operands: SmallVec<[Value; 3]> = SmallVec::from_slice(&[base]);
        operands.extend_from_slice(indices);
        let mut ty = self.ty(base);
        for &index in indices {
            if let TypeData::Vector { .. } = self.ctx.types.get(self.ty(index)) {
                let element = self.ctx.types.scalar(ty);
                ty = self.ctx.types.with_element(self.func.ty(index), element);
            }
        }
        self.value(Op::Gep { source }, ty, &operands, flags)
    }

    /// An address so many bytes further.
    pub fn byte_offset(&mut self, base: Value, bytes: Value) -> Value {
        let i8 = self.ctx.types.i8();
        self.gep(i8, base, &[bytes], Flags::INBOUNDS)
    }

    /// A call of a declared function; the instruction, because the result may be void.
    pub fn call(&mut self, func: FuncId, args: &[Value]) -> Inst {
        let callee = self.func_address(func);
        let decl = &self.ctx.funcs[func];
        let (func_ty, conv) = (decl.ty, decl.conv);
        self.call_value(callee, func_ty, conv, args)
    }

    /// A call of an address.
    pub fn call_value(&mut self, callee: Value, func_ty: Type, conv: u32, args: &[Value]) -> Inst {
        let mut operands: SmallVec<[Value; 3]> = SmallVec::from_slice(&[callee]);
        operands.extend_from_slice(args);
        let info = CallInfo {
            func_ty,
            attrs: Attrs::none(),
            conv,
            tail: TailKind::None,
            bundle_operands: 0,
        };
        let ty = self
            .ctx
            .types
            .return_type(func_ty)
            .unwrap_or(self.ctx.types.void());
        let flags = if self.ctx.types.float_kind(ty).is_some() {
            self.fast_math
        } else {
            Flags::none()
        };
        self.push(NewInst::new(Op::Call(info), ty, &operands).flags(flags))
    }

    /// The result of an instruction that has one.
    ///
    /// # Panics
    /// If the instruction's type is void.
    pub fn result(&self, inst: Inst) -> Value {
        self.func
            .inst(inst)
            .result
            .expect("the instruction has a result: its type is not void")
    }

    /// A phi without incoming values yet; see [`Builder::add_incoming`]. It must come before all other instructions of its block.
    pub fn phi(&mut self, ty: Type) -> Value {
        self.value(Op::Phi, ty, &[], Flags::none())
    }

    /// Adds an incoming value to a phi.
    pub fn add_incoming(&mut self, phi: Value, from: Block, value: Value) {
        let inst = self
            .func
            .def_inst(phi)
            .expect("a phi is defined by an instruction");
        let data = self.func.inst_mut(inst);
        data.targets.push(from);
        data.operands.push(value);
    }

    /// A jump.
    pub fn br(&mut self, target: Block) -> Inst {
        self.effect(Op::Br, &[], &[target])
    }

    /// A conditional jump.
    pub fn cond_br(&mut self, condition: Value, if_true: Block, if_false: Block) -> Inst {
        self.effect(Op::CondBr, &[condition], &[if_true, if_false])
    }

    /// A return.
    pub fn ret(&mut self, value: Option<Value>) -> Inst {
        self.effect(Op::Ret, value.as_slice(), &[])
    }

    /// The end of a path that is never taken.
    pub fn unreachable(&mut self) -> Inst {
        self.effect(Op::Unreachable, &[], &[])
    }
}
