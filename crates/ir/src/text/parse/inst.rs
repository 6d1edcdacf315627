//! Parsing of instructions other than those of memory.

use super::body::{Draft, Operand, OperandKind, Target};
use super::{Parsed, Parser};
use crate::attrs::AttrList;
use crate::inst::{BinOp, CallInfo, CastOp, Flags, FloatPred, Indices, IntPred, Op, TailKind};
use crate::text::keywords::{INST_FLAGS, TAIL_KINDS, by_word};
use crate::text::lexer::Token;
use crate::types::{Type, TypeData};

impl Parser<'_> {
    /// An instruction, without its attachments.
    pub(super) fn instruction(&mut self) -> Parsed<Draft> {
        let start = self.at;
        let Token::Word(word) = self.next() else {
            return self.error_at(start, "expected an instruction");
        };
        if let Some(op) = BinOp::ALL.into_iter().find(|op| op.name() == word) {
            return self.arithmetic(Op::Binary(op));
        }
        if let Some(op) = CastOp::ALL.into_iter().find(|op| op.name() == word) {
            return self.cast(op);
        }
        if let Some(draft) = self.memory_instruction(&word)? {
            return Ok(draft);
        }
        match &*word {
            "fneg" => self.arithmetic(Op::FNeg),
            "icmp" => self.comparison(start, Comparison::Int),
            "fcmp" => self.comparison(start, Comparison::Float),
            "phi" => self.phi(),
            "select" => {
                let flags = self.flags();
                let operands = self.typed_operands()?;
                let ty = self.operand_type(start, &operands, 1)?;
                Ok(with_flags(Draft::new(Op::Select, ty, operands), flags))
            }
            "freeze" => {
                let operands = self.typed_operands()?;
                let ty = self.operand_type(start, &operands, 0)?;
                Ok(Draft::new(Op::Freeze, ty, operands))
            }
            "extractelement" => {
                let operands = self.typed_operands()?;
                let vector = self.operand_type(start, &operands, 0)?;
                let ty = self.module.ctx.types.scalar(vector);
                Ok(Draft::new(Op::ExtractElement, ty, operands))
            }
            "insertelement" => {
                let operands = self.typed_operands()?;
                let ty = self.operand_type(start, &operands, 0)?;
                Ok(Draft::new(Op::InsertElement, ty, operands))
            }
            "shufflevector" => self.shuffle(start),
            "extractvalue" => self.extract_value(start),
            "insertvalue" => self.insert_value(start),
            "landingpad" => self.landing_pad(),
            "call" | "tail" | "musttail" | "notail" | "invoke" => self.call(start, &word),
            _ => self.terminator(start, &word),
        }
    }

    pub(super) fn flags(&mut self) -> Flags {
        let mut flags = Flags::none();
        while let Some(flag) = by_word(&INST_FLAGS, self.word()) {
            self.at += 1;
            flags = flags.union(flag);
        }
        flags
    }

    /// A value of type `ty`.
    pub(super) fn value_of(&mut self, ty: Type) -> Parsed<Operand> {
        let token = self.at;
        let kind = match self.peek().clone() {
            Token::Local(name) => {
                self.at += 1;
                OperandKind::Local(name)
            }
            Token::Word(word) if word == "asm" => {
                return self.error("inline assembly is not modelled");
            }
            _ => OperandKind::Const(self.constant(ty)?),
        };
        Ok(Operand { ty, token, kind })
    }

    /// A type and a value.
    pub(super) fn typed_operand(&mut self) -> Parsed<Operand> {
        let ty = self.ty()?;
        self.value_of(ty)
    }

    /// Types and values with commas between them; a comma before attachments or numbers ends the list.
    pub(super) fn typed_operands(&mut self) -> Parsed<Vec<Operand>> {
        let mut operands = vec![self.typed_operand()?];
        while self.is_punct(',') && !self.list_ends() {
            self.at += 1;
            operands.push(self.typed_operand()?);
        }
        Ok(operands)
    }

    fn list_ends(&self) -> bool {
        match self.peek_after(1) {
            Token::MetaName(_) | Token::Int(_) => true,
            Token::Word(word) => matches!(&**word, "align" | "addrspace"),
            _ => false,
        }
    }

    pub(super) fn operand_type(&self, start: usize, operands: &[Operand], index: usize) -> Parsed<Type> {
        match operands.get(index) {
            Some(operand) => Ok(operand.ty),
            None => self.error_at(start, "operands are missing"),
        }
    }

    fn arithmetic(&mut self, op: Op) -> Parsed<Draft> {
        let flags = self.flags();
        let ty = self.ty()?;
        let mut operands = vec![self.value_of(ty)?];
        if op != Op::FNeg {
            self.expect_punct(',')?;
            operands.push(self.value_of(ty)?);
        }
        Ok(with_flags(Draft::new(op, ty, operands), flags))
    }

    fn cast(&mut self, op: CastOp) -> Parsed<Draft> {
        let flags = self.flags();
        let operand = self.typed_operand()?;
        self.expect_word("to")?;
        let ty = self.ty()?;
        Ok(with_flags(Draft::new(Op::Cast(op), ty, vec![operand]), flags))
    }

    fn comparison(&mut self, start: usize, kind: Comparison) -> Parsed<Draft> {
        let flags = self.flags();
        let Token::Word(word) = self.next() else {
            return self.error_at(start, "expected a predicate");
        };
        let op = match kind {
            Comparison::Int => IntPred::ALL
                .into_iter()
                .find(|pred| pred.name() == word)
                .map(Op::ICmp),
            Comparison::Float => FloatPred::ALL
                .into_iter()
                .find(|pred| pred.name() == word)
                .map(Op::FCmp),
        };
        let Some(op) = op else {
            return self.error_at(
                self.at - 1,
                format!("`{word}` is no predicate of this comparison"),
            );
        };
        let operand_ty = self.ty()?;
        let x = self.value_of(operand_ty)?;
        self.expect_punct(',')?;
        let y = self.value_of(operand_ty)?;
        let bool = self.module.ctx.types.bool();
        let ty = self.module.ctx.types.with_element(operand_ty, bool);
        Ok(with_flags(Draft::new(op, ty, vec![x, y]), flags))
    }

    fn phi(&mut self) -> Parsed<Draft> {
        let flags = self.flags();
        let ty = self.ty()?;
        let (mut operands, mut targets) = (Vec::new(), Vec::new());
        loop {
            self.expect_punct('[')?;
            operands.push(self.value_of(ty)?);
            self.expect_punct(',')?;
            targets.push(self.block_name()?);
            self.expect_punct(']')?;
            if !self.is_punct(',') || self.list_ends() {
                break;
            }
            self.at += 1;
        }
        Ok(with_flags(
            Draft::new(Op::Phi, ty, operands).targets(targets),
            flags,
        ))
    }

    fn block_name(&mut self) -> Parsed<Target> {
        let token = self.at;
        match self.next() {
            Token::Local(name) => Ok((name, token)),
            _ => self.error_at(token, "expected the name of a block"),
        }
    }

    fn label(&mut self) -> Parsed<Target> {
        self.expect_word("label")?;
        self.block_name()
    }

    fn shuffle(&mut self, start: usize) -> Parsed<Draft> {
        let x = self.typed_operand()?;
        self.expect_punct(',')?;
        let y = self.typed_operand()?;
        self.expect_punct(',')?;
        let mask_ty = self.ty()?;
        let len = match *self.module.ctx.types.get(mask_ty) {
            TypeData::Vector { len, .. } | TypeData::ScalableVector { len, .. } => len as usize,
            _ => return self.error_at(start, "the mask must be a vector"),
        };
        let mask = self.mask(len)?;
        let element = self.module.ctx.types.scalar(x.ty);
        let ty = self.module.ctx.types.with_element(mask_ty, element);
        Ok(Draft::new(Op::Shuffle(mask), ty, vec![x, y]))
    }

    fn mask(&mut self, len: usize) -> Parsed<Box<[i32]>> {
        if self.eat_word("zeroinitializer") {
            return Ok(vec![0; len].into());
        }
        if self.eat_word("poison") || self.eat_word("undef") {
            return Ok(vec![-1; len].into());
        }
        self.expect_punct('<')?;
        let mut mask = Vec::new();
        loop {
            self.expect_word("i32")?;
            let undefined = self.eat_word("poison") || self.eat_word("undef");
            mask.push(if undefined { -1 } else { self.integer()? });
            if !self.eat_punct(',') {
                break;
            }
        }
        self.expect_punct('>')?;
        if mask.len() == len {
            Ok(mask.into())
        } else {
            self.error_at(self.at - 1, format!("expected {len} lanes, found {}", mask.len()))
        }
    }

    fn path(&mut self) -> Parsed<Indices> {
        let mut path = Vec::new();
        while self.is_punct(',') && matches!(self.peek_after(1), Token::Int(_)) {
            self.at += 1;
            path.push(self.integer()?);
        }
        Ok(path.into())
    }

    fn extract_value(&mut self, start: usize) -> Parsed<Draft> {
        let aggregate = self.typed_operand()?;
        let path = self.path()?;
        match self.module.ctx.types.member_at(aggregate.ty, &path) {
            Some(ty) if !path.is_empty() => Ok(Draft::new(Op::ExtractValue(path), ty, vec![aggregate])),
            _ => self.error_at(start, "the indices lead to no member"),
        }
    }

    fn insert_value(&mut self, start: usize) -> Parsed<Draft> {
        let aggregate = self.typed_operand()?;
        self.expect_punct(',')?;
        let member = self.typed_operand()?;
        let path = self.path()?;
        let ty = aggregate.ty;
        match self.module.ctx.types.member_at(ty, &path) {
            Some(member_ty) if member_ty == member.ty => {
                Ok(Draft::new(Op::InsertValue(path), ty, vec![aggregate, member]))
            }
            _ => self.error_at(start, "the indices lead to no member of this type"),
        }
    }

    fn landing_pad(&mut self) -> Parsed<Draft> {
        let ty = self.ty()?;
        let cleanup = self.eat_word("cleanup");
        let mut clauses = Vec::new();
        while self.eat_word("catch") || self.eat_word("filter") {
            clauses.push(self.typed_operand()?);
        }
        Ok(Draft::new(Op::LandingPad { cleanup }, ty, clauses))
    }

    fn call(&mut self, start: usize, word: &str) -> Parsed<Draft> {
        let invoke = word == "invoke";
        let tail = by_word(&TAIL_KINDS, word).unwrap_or(TailKind::None);
        if tail != TailKind::None {
            self.expect_word("call")?;
        }
        let flags = self.flags();
        let conv = self.convention()?;
        let mut attrs = AttrList {
            ret: self.param_attrs()?,
            ..AttrList::default()
        };
        self.address_space()?;
        let written = self.ty()?;
        let ptr = self.module.ctx.types.ptr();
        let callee = self.value_of(ptr)?;
        let mut operands = vec![callee];
        self.arguments(&mut attrs, &mut operands)?;
        self.func_attrs(&mut attrs)?;
        if self.is_punct('[') {
            return self.error("operand bundles are not modelled");
        }
        let func_ty = match self.module.ctx.types.get(written) {
            TypeData::Func { .. } => written,
            _ => {
                let params: Vec<Type> = operands[1..].iter().map(|operand| operand.ty).collect();
                self.module.ctx.types.func(written, &params)
            }
        };
        let Some(ty) = self.module.ctx.types.return_type(func_ty) else {
            return self.error_at(start, "expected a function type");
        };
        let info = CallInfo {
            func_ty,
            attrs: self.module.ctx.add_attrs(attrs),
            conv,
            tail,
            bundle_operands: 0,
        };
        if !invoke {
            return Ok(with_flags(Draft::new(Op::Call(info), ty, operands), flags));
        }
        self.expect_word("to")?;
        let normal = self.label()?;
        self.expect_word("unwind")?;
        let unwind = self.label()?;
        let draft = Draft::new(Op::Invoke(info), ty, operands).targets(vec![normal, unwind]);
        Ok(with_flags(draft, flags))
    }

    fn arguments(&mut self, attrs: &mut AttrList, operands: &mut Vec<Operand>) -> Parsed<()> {
        self.expect_punct('(')?;
        while !self.eat_punct(')') {
            let ty = self.ty()?;
            if ty != self.module.ctx.types.void() && *self.module.ctx.types.get(ty) == TypeData::Metadata {
                return self.error("metadata operands are not modelled");
            }
            let param = self.param_attrs()?;
            self.set_param(attrs, operands.len() - 1, param);
            operands.push(self.value_of(ty)?);
            if !self.is_punct(')') {
                self.expect_punct(',')?;
            }
        }
        Ok(())
    }

    fn terminator(&mut self, start: usize, word: &str) -> Parsed<Draft> {
        let void = self.module.ctx.types.void();
        let draft = |op, operands| Draft::new(op, void, operands);
        match word {
            "br" if self.word() == "label" => {
                let target = self.label()?;
                Ok(draft(Op::Br, vec![]).targets(vec![target]))
            }
            "br" => {
                let condition = self.typed_operand()?;
                self.expect_punct(',')?;
                let if_true = self.label()?;
                self.expect_punct(',')?;
                let if_false = self.label()?;
                Ok(draft(Op::CondBr, vec![condition]).targets(vec![if_true, if_false]))
            }
            "switch" => self.switch(),
            "indirectbr" => {
                let address = self.typed_operand()?;
                self.expect_punct(',')?;
                self.expect_punct('[')?;
                let mut targets = Vec::new();
                while !self.eat_punct(']') {
                    targets.push(self.label()?);
                    if !self.is_punct(']') {
                        self.expect_punct(',')?;
                    }
                }
                Ok(draft(Op::IndirectBr, vec![address]).targets(targets))
            }
            "ret" if self.eat_word("void") => Ok(draft(Op::Ret, vec![])),
            "ret" => Ok(draft(Op::Ret, vec![self.typed_operand()?])),
            "resume" => Ok(draft(Op::Resume, vec![self.typed_operand()?])),
            "unreachable" => Ok(draft(Op::Unreachable, vec![])),
            _ => self.error_at(start, format!("`{word}` is no instruction that is modelled")),
        }
    }

    fn switch(&mut self) -> Parsed<Draft> {
        let mut operands = vec![self.typed_operand()?];
        self.expect_punct(',')?;
        let mut targets = vec![self.label()?];
        self.expect_punct('[')?;
        while !self.eat_punct(']') {
            operands.push(self.typed_operand()?);
            self.expect_punct(',')?;
            targets.push(self.label()?);
        }
        Ok(Draft::new(Op::Switch, self.module.ctx.types.void(), operands).targets(targets))
    }
}

/// The two families of comparisons.
#[derive(Clone, Copy)]
enum Comparison {
    Int,
    Float,
}

pub(super) fn with_flags(mut draft: Draft, flags: Flags) -> Draft {
    draft.new.flags = flags;
    draft
}
