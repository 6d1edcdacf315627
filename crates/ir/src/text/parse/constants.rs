//! Parsing of constants.

use super::{Parsed, Parser};
use crate::constant::{Const, ConstData, ConstOp, float_bits, mask};
use crate::inst::{BinOp, CastOp};
use crate::text::constants::float_bits_of_double;
use crate::text::lexer::Token;
use crate::types::{FloatKind, Type, TypeData};

impl Parser<'_> {
    /// Whether a constant starts here, rather than an attribute.
    pub(super) fn at_constant_word(&self) -> bool {
        let word = self.word();
        matches!(
            word,
            "true"
                | "false"
                | "null"
                | "zeroinitializer"
                | "undef"
                | "poison"
                | "getelementptr"
                | "splat"
                | "blockaddress"
                | "asm"
                | "none"
        ) || CastOp::ALL.iter().any(|op| op.name() == word)
            || BinOp::ALL.iter().any(|op| op.name() == word)
    }

    /// A constant with its type before it.
    pub(super) fn typed_constant(&mut self) -> Parsed<Const> {
        let ty = self.ty()?;
        self.constant(ty)
    }

    /// A constant of type `ty`.
    pub(super) fn constant(&mut self, ty: Type) -> Parsed<Const> {
        let start = self.at;
        match self.next() {
            Token::Word(word) => self.constant_word(start, &word, ty),
            Token::Int(digits) => self.integer_constant(start, &digits, ty),
            Token::Decimal(digits) => {
                let value = digits.parse::<f64>().ok();
                let kind = self.scalar_float(ty);
                match (kind, value) {
                    (Some(kind), Some(value)) => {
                        let bits = float_bits(kind, value);
                        if matches!(kind, FloatKind::Float) && f64::from(value as f32) != value {
                            return self
                                .error_at(start, "this number is not exact in `float`: write its bits");
                        }
                        Ok(self.module.ctx.consts.intern(ConstData::Float { ty, bits }))
                    }
                    _ => self.error_at(start, "a float constant needs a float type"),
                }
            }
            Token::Hex(format, digits) => self.hex_constant(start, format, &digits, ty),
            Token::Global(name) => self.symbol(start, &name),
            Token::Bytes(bytes) => self.byte_array(start, &bytes, ty),
            Token::Punct('[') => self.members(']', ty),
            Token::Punct('{') => self.members('}', ty),
            Token::Punct('<') if self.eat_punct('{') => {
                let constant = self.members('}', ty)?;
                self.expect_punct('>')?;
                Ok(constant)
            }
            Token::Punct('<') => self.members('>', ty),
            _ => self.error_at(start, "expected a constant"),
        }
    }

    fn scalar_float(&self, ty: Type) -> Option<FloatKind> {
        match self.module.ctx.types.get(ty) {
            TypeData::Float(kind) => Some(*kind),
            _ => None,
        }
    }

    fn constant_word(&mut self, start: usize, word: &str, ty: Type) -> Parsed<Const> {
        let ctx = &mut self.module.ctx;
        let data = match word {
            "true" | "false" if ty == ctx.types.bool() => ConstData::Int {
                ty,
                bits: u128::from(word == "true"),
            },
            "null" => ConstData::Null(ty),
            "undef" => ConstData::Undef(ty),
            "poison" => ConstData::Poison(ty),
            "zeroinitializer" => return Ok(ctx.consts.zero(&ctx.types, ty)),
            "splat" => return self.splat(ty),
            "getelementptr" => return self.gep_expression(ty),
            _ => return self.expression(start, word, ty),
        };
        Ok(self.module.ctx.consts.intern(data))
    }

    fn integer_constant(&mut self, start: usize, digits: &str, ty: Type) -> Parsed<Const> {
        let Some(bits) = self.module.ctx.types.int_bits(ty) else {
            return self.error_at(start, "an integer constant needs an integer type");
        };
        let value = match digits.strip_prefix('-') {
            Some(magnitude) => magnitude.parse::<u128>().map(u128::wrapping_neg),
            None => digits.parse::<u128>(),
        };
        match value {
            Ok(value) if bits <= 128 => {
                let bits = value & mask(bits);
                Ok(self.module.ctx.consts.intern(ConstData::Int { ty, bits }))
            }
            _ => self.error_at(start, "integers of more than 128 bits are not modelled"),
        }
    }

    fn hex_constant(&mut self, start: usize, format: Option<char>, digits: &str, ty: Type) -> Parsed<Const> {
        let Ok(number) = u128::from_str_radix(digits, 16) else {
            return self.error_at(start, "too many digits");
        };
        // The letters L and M write the low 64 bits first.
        let swapped = number.rotate_left(64);
        let bits = match (self.scalar_float(ty), format) {
            (Some(FloatKind::Double), None) => Some(number),
            (Some(FloatKind::Float), None) => float_bits_of_double(number as u64).map(u128::from),
            (Some(FloatKind::Half), Some('H'))
            | (Some(FloatKind::BFloat), Some('R'))
            | (Some(FloatKind::X86Fp80), Some('K')) => Some(number),
            (Some(FloatKind::Fp128), Some('L')) | (Some(FloatKind::PpcFp128), Some('M')) => Some(swapped),
            _ => None,
        };
        match bits {
            Some(bits) => Ok(self.module.ctx.consts.intern(ConstData::Float { ty, bits })),
            None => self.error_at(start, "these bits are no constant of the type"),
        }
    }

    fn symbol(&mut self, start: usize, name: &str) -> Parsed<Const> {
        let ctx = &mut self.module.ctx;
        if let Some(func) = ctx.find_func(name) {
            return Ok(ctx.consts.intern(ConstData::Func(func)));
        }
        if let Some(global) = ctx.find_global(name) {
            return Ok(ctx.consts.intern(ConstData::Global(global)));
        }
        self.error_at(start, format!("`@{name}` is neither declared nor defined"))
    }

    fn byte_array(&mut self, start: usize, bytes: &[u8], ty: Type) -> Parsed<Const> {
        let types = &self.module.ctx.types;
        match *types.get(ty) {
            TypeData::Array { element, len } if element == types.i8() && len == bytes.len() as u64 => {
                let bytes = bytes.into();
                Ok(self.module.ctx.consts.intern(ConstData::Data { ty, bytes }))
            }
            _ => self.error_at(
                start,
                format!("expected {} bytes in an array of `i8`", bytes.len()),
            ),
        }
    }

    /// Members with their types, after the opening bracket.
    fn members(&mut self, close: char, ty: Type) -> Parsed<Const> {
        let mut members = Vec::new();
        while !self.eat_punct(close) {
            members.push(self.typed_constant()?);
            if !self.is_punct(close) {
                self.expect_punct(',')?;
            }
        }
        let expected = self.module.ctx.types.member_count(ty);
        if members.len() as u64 != expected {
            return self.error_at(
                self.at - 1,
                format!("expected {expected} members, found {}", members.len()),
            );
        }
        let members = members.into();
        Ok(self
            .module
            .ctx
            .consts
            .intern(ConstData::Aggregate { ty, members }))
    }

    /// `splat (double 1.0)`.
    fn splat(&mut self, ty: Type) -> Parsed<Const> {
        self.expect_punct('(')?;
        let member = self.typed_constant()?;
        self.expect_punct(')')?;
        let len = self.module.ctx.types.member_count(ty) as usize;
        let members = vec![member; len].into();
        Ok(self
            .module
            .ctx
            .consts
            .intern(ConstData::Aggregate { ty, members }))
    }

    fn gep_expression(&mut self, ty: Type) -> Parsed<Const> {
        let mut inbounds = false;
        while matches!(self.word(), "inbounds" | "nuw" | "nusw") {
            inbounds |= self.word() == "inbounds";
            self.at += 1;
        }
        if self.eat_word("inrange") {
            self.skip_balanced()?;
        }
        self.expect_punct('(')?;
        let source = self.ty()?;
        let mut operands = Vec::new();
        while self.eat_punct(',') {
            operands.push(self.typed_constant()?);
        }
        self.expect_punct(')')?;
        Ok(self.module.ctx.consts.intern(ConstData::Expr {
            ty,
            op: ConstOp::Gep { source, inbounds },
            operands: operands.into(),
        }))
    }

    fn expression(&mut self, start: usize, word: &str, ty: Type) -> Parsed<Const> {
        let cast = CastOp::ALL.into_iter().find(|op| op.name() == word);
        let binary = BinOp::ALL.into_iter().find(|op| op.name() == word);
        while matches!(self.word(), "nuw" | "nsw" | "exact") {
            self.at += 1;
        }
        let op = match (cast, binary) {
            (Some(cast), _) => ConstOp::Cast(cast),
            (_, Some(binary)) => ConstOp::Binary(binary),
            _ => return self.error_at(start, format!("expected a constant, found `{word}`")),
        };
        self.expect_punct('(')?;
        let mut operands = vec![self.typed_constant()?];
        if cast.is_some() {
            self.expect_word("to")?;
            self.ty()?;
        } else {
            self.expect_punct(',')?;
            operands.push(self.typed_constant()?);
        }
        self.expect_punct(')')?;
        let operands = operands.into();
        Ok(self
            .module
            .ctx
            .consts
            .intern(ConstData::Expr { ty, op, operands }))
    }
}
