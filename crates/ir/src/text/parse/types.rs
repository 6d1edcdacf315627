//! Parsing of types.

use super::{Parsed, Parser};
use crate::text::lexer::{Name, Token};
use crate::types::{FloatKind, Type, TypeData};

const FLOATS: [FloatKind; 7] = [
    FloatKind::Half,
    FloatKind::BFloat,
    FloatKind::Float,
    FloatKind::Double,
    FloatKind::X86Fp80,
    FloatKind::Fp128,
    FloatKind::PpcFp128,
];

impl Parser<'_> {
    /// A type, which may be a function type.
    pub(super) fn ty(&mut self) -> Parsed<Type> {
        let mut ty = self.simple_type()?;
        while self.is_punct('(') {
            ty = self.function_type(ty)?;
        }
        Ok(ty)
    }

    fn simple_type(&mut self) -> Parsed<Type> {
        let start = self.at;
        match self.next() {
            Token::Word(word) => self.type_word(start, &word),
            Token::Local(name) => self.structure_named_at(start, &name),
            Token::Punct('[') => {
                let len = self.integer()?;
                self.expect_word("x")?;
                let element = self.ty()?;
                self.expect_punct(']')?;
                Ok(self.module.ctx.types.array(element, len))
            }
            Token::Punct('{') => self.structure(None),
            Token::Punct('<') if self.is_punct('{') => self.packed_structure(None),
            Token::Punct('<') => self.vector(),
            _ => self.error_at(start, "expected a type"),
        }
    }

    fn type_word(&mut self, start: usize, word: &str) -> Parsed<Type> {
        let types = &mut self.module.ctx.types;
        if let Some(kind) = FLOATS.iter().find(|kind| kind.name() == word) {
            return Ok(types.float_of(*kind));
        }
        if let Some(bits) = word.strip_prefix('i').and_then(|bits| bits.parse::<u32>().ok()) {
            if bits == 0 || bits > 1 << 23 {
                return self.error_at(start, "integers have 1 to 8388608 bits");
            }
            return Ok(types.int(bits));
        }
        match word {
            "void" => Ok(types.void()),
            "label" => Ok(types.intern(TypeData::Label)),
            "token" => Ok(types.intern(TypeData::Token)),
            "metadata" => Ok(types.intern(TypeData::Metadata)),
            "ptr" => {
                let space = self.address_space()?;
                Ok(self.module.ctx.types.intern(TypeData::Ptr(space)))
            }
            _ => self.error_at(start, format!("expected a type, found `{word}`")),
        }
    }

    /// After `<`.
    fn vector(&mut self) -> Parsed<Type> {
        let scalable = self.eat_word("vscale");
        if scalable {
            self.expect_word("x")?;
        }
        let len = self.integer()?;
        self.expect_word("x")?;
        let element = self.ty()?;
        self.expect_punct('>')?;
        let data = if scalable {
            TypeData::ScalableVector { element, len }
        } else {
            TypeData::Vector { element, len }
        };
        Ok(self.module.ctx.types.intern(data))
    }

    /// After `<`.
    fn packed_structure(&mut self, name: Option<&Name>) -> Parsed<Type> {
        self.expect_punct('{')?;
        let fields = self.fields()?;
        self.expect_punct('>')?;
        Ok(self.intern_structure(fields, true, name))
    }

    /// After `{`.
    fn structure(&mut self, name: Option<&Name>) -> Parsed<Type> {
        let fields = self.fields()?;
        Ok(self.intern_structure(fields, false, name))
    }

    fn intern_structure(&mut self, fields: Vec<Type>, packed: bool, name: Option<&Name>) -> Type {
        self.module.ctx.types.intern(TypeData::Struct {
            fields: fields.into(),
            packed,
            name: name.map(|name| name.to_string().into()),
        })
    }

    /// Up to and with `}`.
    fn fields(&mut self) -> Parsed<Vec<Type>> {
        let mut fields = Vec::new();
        while !self.eat_punct('}') {
            fields.push(self.ty()?);
            if !self.is_punct('}') {
                self.expect_punct(',')?;
            }
        }
        Ok(fields)
    }

    /// A structure that is defined with a name.
    pub(super) fn structure_named(&mut self, name: &Name) -> Parsed<Type> {
        self.structure_named_at(self.at, name)
    }

    fn structure_named_at(&mut self, token: usize, name: &Name) -> Parsed<Type> {
        let Some(&definition) = self.structures.get(name) else {
            return self.error_at(token, format!("no structure `%{name}` is defined"));
        };
        if self.resolving.contains(name) {
            return self.error_at(token, format!("structure `%{name}` contains itself"));
        }
        let back = std::mem::replace(&mut self.at, definition);
        self.resolving.push(name.clone());
        let ty = match self.next() {
            Token::Punct('{') => self.structure(Some(name)),
            Token::Punct('<') => self.packed_structure(Some(name)),
            _ => self.error_at(
                definition,
                "expected the fields of a structure: opaque ones are not modelled",
            ),
        };
        self.resolving.pop();
        self.at = back;
        ty
    }

    fn function_type(&mut self, ret: Type) -> Parsed<Type> {
        self.expect_punct('(')?;
        let (mut params, mut varargs) = (Vec::new(), false);
        while !self.eat_punct(')') {
            if *self.peek() == Token::Ellipsis {
                self.at += 1;
                varargs = true;
                self.expect_punct(')')?;
                break;
            }
            params.push(self.ty()?);
            if !self.is_punct(')') {
                self.expect_punct(',')?;
            }
        }
        Ok(self.module.ctx.types.intern(TypeData::Func {
            ret,
            params: params.into(),
            varargs,
        }))
    }
}
