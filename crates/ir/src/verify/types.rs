//! Types of operands and results, operation by operation (LangRef, "Instruction Reference").

use super::{Verifier, VerifyErrorKind};
use crate::function::Value;
use crate::inst::{CallInfo, CastOp, Inst, InstData, Op, RmwOp};
use crate::types::{Type, TypeData};

impl Verifier<'_> {
    pub(super) fn types(&mut self, inst: Inst) {
        let data = self.data(inst);
        match &data.op {
            Op::FNeg => self.same(inst, Element::Float),
            Op::Binary(op) if op.is_float() => self.same(inst, Element::Float),
            Op::Binary(_) => self.same(inst, Element::Int),
            Op::Cast(cast) => self.cast(inst, *cast),
            Op::ICmp(_) => self.comparison(inst, Element::IntOrPtr),
            Op::FCmp(_) => self.comparison(inst, Element::Float),
            Op::Select => self.select(inst),
            Op::Freeze => self.result(inst, self.ty(data, 0)),
            Op::ExtractElement | Op::InsertElement | Op::Shuffle(_) => self.lanes(inst),
            Op::ExtractValue(path) => {
                let member = self.ctx.types.member_at(self.ty(data, 0), path);
                self.member(inst, member.filter(|_| !path.is_empty()), data.ty);
            }
            Op::InsertValue(path) => {
                let member = self.ctx.types.member_at(self.ty(data, 0), path);
                self.member(inst, member.filter(|_| !path.is_empty()), self.ty(data, 1));
                self.result(inst, self.ty(data, 0));
            }
            Op::Phi => {
                for position in 0..data.operands.len() {
                    self.operand(inst, position, data.ty);
                }
            }
            Op::Call(info) | Op::Invoke(info) => self.call(inst, info),
            Op::CondBr | Op::Switch | Op::Ret | Op::IndirectBr => self.terminator(inst),
            _ => self.memory(inst),
        }
    }

    fn ty(&self, data: &InstData, position: usize) -> Type {
        self.function.ty(data.operands[position])
    }

    fn operand(&mut self, inst: Inst, position: usize, expected: Type) {
        if self.ty(self.data(inst), position) != expected {
            self.wrong_operand(inst, position, self.type_text(expected));
        }
    }

    fn wrong_operand(&mut self, inst: Inst, position: usize, expected: String) {
        let found = self.type_text(self.ty(self.data(inst), position));
        self.fail_at(
            inst,
            VerifyErrorKind::OperandType {
                position,
                expected,
                found,
            },
        );
    }

    fn result(&mut self, inst: Inst, expected: Type) {
        let found = self.data(inst).ty;
        if found != expected {
            let (expected, found) = (self.type_text(expected), self.type_text(found));
            self.fail_at(inst, VerifyErrorKind::ResultType { expected, found });
        }
    }

    /// An operand whose elements are of a kind.
    fn element(&mut self, inst: Inst, position: usize, element: Element) {
        let ty = self.ty(self.data(inst), position);
        if !element.accepts(self.ctx.types.get(self.ctx.types.scalar(ty))) {
            self.wrong_operand(inst, position, element.words().to_owned());
        }
    }

    fn pointer(&mut self, inst: Inst, position: usize) {
        if !self.ctx.types.is_ptr(self.ty(self.data(inst), position)) {
            self.wrong_operand(inst, position, "a pointer".to_owned());
        }
    }

    /// Arithmetic: operands and result share a type.
    fn same(&mut self, inst: Inst, element: Element) {
        let data = self.data(inst);
        let ty = self.ty(data, 0);
        self.element(inst, 0, element);
        for position in 1..data.operands.len() {
            self.operand(inst, position, ty);
        }
        self.result(inst, ty);
    }

    fn comparison(&mut self, inst: Inst, element: Element) {
        let ty = self.ty(self.data(inst), 0);
        self.element(inst, 0, element);
        self.operand(inst, 1, ty);
        self.element_like(inst, ty, self.ctx.types.bool());
    }

    /// The result has the lanes of `shape`, each of type `element`.
    fn element_like(&mut self, inst: Inst, shape: Type, element: Type) {
        let found = self.data(inst).ty;
        let types = &self.ctx.types;
        if types.scalar(found) != element || self.lane_count(found) != self.lane_count(shape) {
            let expected = format!(
                "{} in the shape of {}",
                self.type_text(element),
                self.type_text(shape)
            );
            let found = self.type_text(found);
            self.fail_at(inst, VerifyErrorKind::ResultType { expected, found });
        }
    }

    /// The number of lanes and whether it is scalable; `None` for what is no vector.
    fn lane_count(&self, ty: Type) -> Option<(u32, bool)> {
        match *self.ctx.types.get(ty) {
            TypeData::Vector { len, .. } => Some((len, false)),
            TypeData::ScalableVector { len, .. } => Some((len, true)),
            _ => None,
        }
    }

    fn select(&mut self, inst: Inst) {
        let data = self.data(inst);
        let ty = self.ty(data, 1);
        self.operand(inst, 2, ty);
        self.result(inst, ty);
        let condition = self.ty(data, 0);
        let bool = self.ctx.types.bool();
        let fits = condition == bool
            || (self.ctx.types.scalar(condition) == bool
                && self.lane_count(condition) == self.lane_count(ty));
        if !fits {
            self.wrong_operand(inst, 0, "i1 or as many lanes of it".to_owned());
        }
    }

    fn lanes(&mut self, inst: Inst) {
        let data = self.data(inst);
        let vector = self.ty(data, 0);
        if self.lane_count(vector).is_none() {
            self.wrong_operand(inst, 0, "a vector".to_owned());
            return;
        }
        let scalar = self.ctx.types.scalar(vector);
        match &data.op {
            Op::ExtractElement => {
                self.element(inst, 1, Element::Int);
                self.result(inst, scalar);
            }
            Op::InsertElement => {
                self.operand(inst, 1, scalar);
                self.element(inst, 2, Element::Int);
                self.result(inst, vector);
            }
            Op::Shuffle(mask) => {
                self.operand(inst, 1, vector);
                let (len, scalable) = self.lane_count(vector).unwrap_or_default();
                let in_range = mask.iter().all(|&lane| i64::from(lane) < 2 * i64::from(len));
                let result = self.lane_count(data.ty);
                if self.ctx.types.scalar(data.ty) != scalar || result != Some((mask.len() as u32, scalable)) {
                    self.result(inst, vector);
                } else if !in_range {
                    self.fail_at(inst, VerifyErrorKind::Indices);
                }
            }
            _ => {}
        }
    }

    /// Whether a path leads to a member of the type that is extracted or inserted.
    fn member(&mut self, inst: Inst, member: Option<Type>, used: Type) {
        match member {
            None => self.fail_at(inst, VerifyErrorKind::Indices),
            Some(member) if member != used => {
                let (expected, found) = (self.type_text(member), self.type_text(used));
                self.fail_at(inst, VerifyErrorKind::ResultType { expected, found });
            }
            Some(_) => {}
        }
    }

    fn cast(&mut self, inst: Inst, op: CastOp) {
        let data = self.data(inst);
        let (from, to) = (self.ty(data, 0), data.ty);
        let types = &self.ctx.types;
        let bits = |ty| self.ctx.layout.bits(types, types.scalar(ty)).unwrap_or(0);
        let kinds = (
            Element::of(types.get(types.scalar(from))),
            Element::of(types.get(types.scalar(to))),
        );
        let same_shape = self.lane_count(from) == self.lane_count(to);
        let (narrower, wider) = (bits(from) > bits(to), bits(from) < bits(to));
        let (int, float, ptr) = (Some(Element::Int), Some(Element::Float), Some(Element::Ptr));
        let fits = match op {
            CastOp::Trunc => kinds == (int, int) && same_shape && narrower,
            CastOp::ZExt | CastOp::SExt => kinds == (int, int) && same_shape && wider,
            CastOp::FpTrunc => kinds == (float, float) && same_shape && narrower,
            CastOp::FpExt => kinds == (float, float) && same_shape && wider,
            CastOp::FpToUi | CastOp::FpToSi => kinds == (float, int) && same_shape,
            CastOp::UiToFp | CastOp::SiToFp => kinds == (int, float) && same_shape,
            CastOp::PtrToInt | CastOp::PtrToAddr => kinds == (ptr, int) && same_shape,
            CastOp::IntToPtr => kinds == (int, ptr) && same_shape,
            CastOp::AddrSpaceCast => kinds == (ptr, ptr) && same_shape,
            CastOp::Bitcast => {
                let total = |ty| self.ctx.layout.bits(types, ty);
                let pointers = (kinds.0 == ptr) == (kinds.1 == ptr);
                !types.is_aggregate(from) && !types.is_aggregate(to) && pointers && total(from) == total(to)
            }
        };
        if !fits {
            let (from, to) = (self.type_text(from), self.type_text(to));
            self.fail_at(inst, VerifyErrorKind::Conversion { from, to });
        }
    }

    fn call(&mut self, inst: Inst, info: &CallInfo) {
        let data = self.data(inst);
        self.pointer(inst, 0);
        let TypeData::Func { ret, params, varargs } = self.ctx.types.get(info.func_ty) else {
            let text = self.type_text(info.func_ty);
            self.fail_at(inst, VerifyErrorKind::Signature(text));
            return;
        };
        let args = data.args();
        let enough = if *varargs {
            args.len() >= params.len()
        } else {
            args.len() == params.len()
        };
        let types_fit = args
            .iter()
            .zip(params)
            .all(|(&arg, &param)| self.function.ty(arg) == param);
        if !enough || !types_fit {
            let text = self.type_text(info.func_ty);
            self.fail_at(inst, VerifyErrorKind::Signature(text));
        }
        self.result(inst, *ret);
    }

    fn terminator(&mut self, inst: Inst) {
        let data = self.data(inst);
        match data.op {
            Op::CondBr => self.operand(inst, 0, self.ctx.types.bool()),
            Op::Switch => self.cases(inst),
            Op::IndirectBr => self.pointer(inst, 0),
            _ => {
                let declared = self.ctx.types.return_type(self.ctx.funcs[self.function.id].ty);
                let declared = declared.unwrap_or(self.ctx.types.void());
                let returned: Option<&Value> = data.operands.first();
                let found = returned.map_or(self.ctx.types.void(), |&value| self.function.ty(value));
                if found != declared {
                    let (expected, found) = (self.type_text(declared), self.type_text(found));
                    self.fail_at(inst, VerifyErrorKind::ResultType { expected, found });
                }
            }
        }
    }

    fn cases(&mut self, inst: Inst) {
        let data = self.data(inst);
        let ty = self.ty(data, 0);
        self.element(inst, 0, Element::Int);
        let mut seen = Vec::new();
        for (position, &case) in data.operands.iter().enumerate().skip(1) {
            self.operand(inst, position, ty);
            match self.function.as_const(case) {
                Some(constant) => seen.push((constant, position)),
                None => self.fail_at(inst, VerifyErrorKind::Case(position)),
            }
        }
        seen.sort_unstable();
        for pair in seen.windows(2) {
            if pair[0].0 == pair[1].0 {
                self.fail_at(inst, VerifyErrorKind::Case(pair[1].1));
            }
        }
    }

    fn memory(&mut self, inst: Inst) {
        let data = self.data(inst);
        match &data.op {
            Op::Alloca { .. } => {
                self.element(inst, 0, Element::Int);
                if !self.ctx.types.is_ptr(data.ty) {
                    self.result(inst, self.ctx.types.ptr());
                }
            }
            Op::Load(_) | Op::VaArg => self.pointer(inst, 0),
            Op::Store(_) => self.pointer(inst, 1),
            Op::Gep { .. } => self.gep(inst),
            Op::AtomicRmw(op, _) => {
                self.pointer(inst, 0);
                let element = match op {
                    RmwOp::Xchg => Element::Any,
                    RmwOp::FAdd | RmwOp::FSub | RmwOp::FMax | RmwOp::FMin => Element::Float,
                    RmwOp::FMaximum | RmwOp::FMinimum => Element::Float,
                    _ => Element::Int,
                };
                self.element(inst, 1, element);
                self.result(inst, self.ty(data, 1));
            }
            Op::CmpXchg(_) => {
                self.pointer(inst, 0);
                let ty = self.ty(data, 1);
                self.operand(inst, 2, ty);
                let bool = self.ctx.types.bool();
                let fits = matches!(self.ctx.types.get(data.ty),
                    TypeData::Struct { fields, .. } if **fields == [ty, bool]);
                if !fits {
                    let expected = format!("{{ {}, i1 }}", self.type_text(ty));
                    let found = self.type_text(data.ty);
                    self.fail_at(inst, VerifyErrorKind::ResultType { expected, found });
                }
            }
            _ => {}
        }
    }

    /// A pointer or vector of them, integers as indices, constant ones into structures.
    fn gep(&mut self, inst: Inst) {
        let data = self.data(inst);
        self.element(inst, 0, Element::Ptr);
        for position in 1..data.operands.len() {
            self.element(inst, position, Element::Int);
        }
        let Op::Gep { source } = data.op else { return };
        let mut ty = source;
        for &index in data.operands.iter().skip(2) {
            let member = match self.ctx.types.get(ty) {
                TypeData::Struct { .. } => self.field(ty, index),
                _ => self.ctx.types.member(ty, 0),
            };
            match member {
                Some(member) => ty = member,
                None => {
                    self.fail_at(inst, VerifyErrorKind::Indices);
                    return;
                }
            }
        }
        let mut shapes = data.operands.iter().map(|&operand| self.function.ty(operand));
        let shape = shapes.find(|&ty| self.lane_count(ty).is_some());
        let pointer = self.ctx.types.scalar(self.ty(data, 0));
        self.element_like(inst, shape.unwrap_or(pointer), pointer);
    }

    /// The field of a structure that a constant (in every lane, if it is a vector) names.
    fn field(&self, ty: Type, index: Value) -> Option<Type> {
        let constant = self.function.as_const(index)?;
        let number = match self.ctx.consts.get(constant) {
            crate::constant::ConstData::Aggregate { members, .. } => {
                self.ctx.consts.int_value(&self.ctx.types, *members.first()?)?
            }
            crate::constant::ConstData::Zero(_) => 0,
            _ => self.ctx.consts.int_value(&self.ctx.types, constant)?,
        };
        self.ctx.types.member(ty, u64::try_from(number).ok()?)
    }
}

/// Kinds of scalars.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Int,
    Float,
    Ptr,
    IntOrPtr,
    Any,
}

impl Element {
    fn of(data: &TypeData) -> Option<Self> {
        match data {
            TypeData::Int(_) => Some(Self::Int),
            TypeData::Float(_) => Some(Self::Float),
            TypeData::Ptr(_) => Some(Self::Ptr),
            _ => None,
        }
    }

    fn accepts(self, data: &TypeData) -> bool {
        match self {
            Self::Any => true,
            Self::IntOrPtr => matches!(data, TypeData::Int(_) | TypeData::Ptr(_)),
            _ => Self::of(data) == Some(self),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Int => "an integer",
            Self::Float => "a float",
            Self::Ptr => "a pointer",
            Self::IntOrPtr => "an integer or pointer",
            Self::Any => "anything",
        }
    }
}
