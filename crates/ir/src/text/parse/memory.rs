//! Parsing of memory instructions.

use super::body::{Draft, Operand, OperandKind};
use super::inst::with_flags;
use super::{Parsed, Parser};
use crate::inst::{Access, Op, Ordering, RmwOp};
use crate::text::keywords::{ORDERINGS, by_word};
use crate::text::lexer::Token;
use crate::types::{Type, TypeData};

impl Parser<'_> {
    /// The instruction that `word` starts, if it is one of memory.
    pub(super) fn memory_instruction(&mut self, word: &str) -> Parsed<Option<Draft>> {
        Ok(Some(match word {
            "alloca" => self.alloca()?,
            "load" => {
                let mut access = self.access_head();
                let ty = self.ty()?;
                self.expect_punct(',')?;
                let address = self.typed_operand()?;
                self.access_tail(&mut access)?;
                Draft::new(Op::Load(access), ty, vec![address])
            }
            "store" => {
                let mut access = self.access_head();
                let value = self.typed_operand()?;
                self.expect_punct(',')?;
                let address = self.typed_operand()?;
                self.access_tail(&mut access)?;
                let void = self.module.ctx.types.void();
                Draft::new(Op::Store(access), void, vec![value, address])
            }
            "getelementptr" => self.gep()?,
            "fence" => {
                self.sync_scope()?;
                let ordering = self.ordering();
                Draft::new(Op::Fence(ordering), self.module.ctx.types.void(), vec![])
            }
            "atomicrmw" => self.atomic_rmw()?,
            "cmpxchg" => self.cmp_xchg()?,
            "va_arg" => {
                let list = self.typed_operand()?;
                self.expect_punct(',')?;
                let ty = self.ty()?;
                Draft::new(Op::VaArg, ty, vec![list])
            }
            _ => return Ok(None),
        }))
    }

    fn alloca(&mut self) -> Parsed<Draft> {
        self.eat_word("inalloca");
        let object = self.ty()?;
        let (mut count, mut space) = (None, 0);
        let natural = self.module.ctx.layout.align(&self.module.ctx.types, object);
        let mut align = natural.unwrap_or(1) as u32;
        while self.is_punct(',') && !matches!(self.peek_after(1), Token::MetaName(_)) {
            self.at += 1;
            if self.eat_word("align") {
                align = self.integer()?;
            } else if self.word() == "addrspace" {
                space = self.address_space()?;
            } else {
                count = Some(self.typed_operand()?);
            }
        }
        let count = match count {
            Some(count) => count,
            None => self.one(),
        };
        let ty = self.module.ctx.types.intern(TypeData::Ptr(space));
        Ok(Draft::new(Op::Alloca { ty: object, align }, ty, vec![count]))
    }

    /// `i32 1`.
    fn one(&mut self) -> Operand {
        let ctx = &mut self.module.ctx;
        let ty = ctx.types.i32();
        Operand {
            ty,
            token: self.at,
            kind: OperandKind::Const(ctx.consts.int(&ctx.types, ty, 1)),
        }
    }

    /// `atomic` and `volatile`. What is atomic gets its ordering later.
    fn access_head(&mut self) -> Access {
        self.eat_word("atomic");
        Access {
            volatile: self.eat_word("volatile"),
            ..Access::default()
        }
    }

    fn sync_scope(&mut self) -> Parsed<()> {
        if self.eat_word("syncscope") {
            self.skip_balanced()?;
        }
        Ok(())
    }

    fn ordering(&mut self) -> Ordering {
        let ordering = by_word(&ORDERINGS, self.word());
        if ordering.is_some() {
            self.at += 1;
        }
        ordering.unwrap_or_default()
    }

    /// Ordering and alignment.
    fn access_tail(&mut self, access: &mut Access) -> Parsed<()> {
        self.sync_scope()?;
        access.ordering = self.ordering();
        self.align(access)
    }

    fn align(&mut self, access: &mut Access) -> Parsed<()> {
        if self.is_punct(',') && *self.peek_after(1) == Token::Word("align".to_owned()) {
            self.at += 2;
            access.align = self.integer()?;
        }
        Ok(())
    }

    fn gep(&mut self) -> Parsed<Draft> {
        let flags = self.flags();
        let source = self.ty()?;
        self.expect_punct(',')?;
        let operands = self.typed_operands()?;
        let ty = self.gep_type(&operands);
        Ok(with_flags(Draft::new(Op::Gep { source }, ty, operands), flags))
    }

    /// A pointer, or a vector of pointers if any operand is a vector.
    fn gep_type(&mut self, operands: &[Operand]) -> Type {
        let types = &mut self.module.ctx.types;
        let base = operands[0].ty;
        let is_vector = |ty: Type| {
            matches!(
                types.get(ty),
                TypeData::Vector { .. } | TypeData::ScalableVector { .. }
            )
        };
        match operands.iter().find(|operand| is_vector(operand.ty)) {
            Some(shape) => {
                let pointer = types.scalar(base);
                types.with_element(shape.ty, pointer)
            }
            None => base,
        }
    }

    fn atomic_rmw(&mut self) -> Parsed<Draft> {
        let mut access = Access {
            volatile: self.eat_word("volatile"),
            ..Access::default()
        };
        let Some(op) = RmwOp::ALL.into_iter().find(|op| op.name() == self.word()) else {
            return self.error("expected an operation of `atomicrmw`");
        };
        self.at += 1;
        let address = self.typed_operand()?;
        self.expect_punct(',')?;
        let value = self.typed_operand()?;
        self.access_tail(&mut access)?;
        let ty = value.ty;
        Ok(Draft::new(Op::AtomicRmw(op, access), ty, vec![address, value]))
    }

    fn cmp_xchg(&mut self) -> Parsed<Draft> {
        let weak = self.eat_word("weak");
        let volatile = self.eat_word("volatile");
        let address = self.typed_operand()?;
        self.expect_punct(',')?;
        let expected = self.typed_operand()?;
        self.expect_punct(',')?;
        let new = self.typed_operand()?;
        self.sync_scope()?;
        let (ordering, failure) = (self.ordering(), self.ordering());
        let mut access = Access {
            align: 0,
            ordering,
            failure,
            volatile,
            weak,
        };
        self.align(&mut access)?;
        let bool = self.module.ctx.types.bool();
        let ty = self.module.ctx.types.structure(&[expected.ty, bool]);
        Ok(Draft::new(Op::CmpXchg(access), ty, vec![address, expected, new]))
    }
}
