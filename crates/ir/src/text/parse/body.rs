//! Parsing of function bodies. Instructions are read first with the names of their operands, because a name may be used before the
//! line that defines it; their types are known from the text alone. Then they are made, and then their operands are looked up.

use indexmap::IndexMap;
use smallvec::SmallVec;

use super::{Header, Parsed, Parser};
use crate::constant::Const;
use crate::function::{Block, Function, NewInst, Value};
use crate::inst::Op;
use crate::text::lexer::{Name, Token};
use crate::types::Type;

/// An operand with its type, and the token that names it.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) ty: Type,
    pub(super) token: usize,
    pub(super) kind: OperandKind,
}

#[derive(Clone, Debug)]
pub(super) enum OperandKind {
    Local(Name),
    Const(Const),
}

/// A block that is mentioned, with the token that names it.
pub(super) type Target = (Name, usize);

/// An instruction whose operands are not looked up yet.
pub(super) struct Draft {
    pub(super) new: NewInst,
    pub(super) operands: Vec<Operand>,
    pub(super) targets: Vec<Target>,
}

impl Draft {
    pub(super) fn new(op: Op, ty: Type, operands: Vec<Operand>) -> Self {
        Self {
            new: NewInst::new(op, ty, &[]),
            operands,
            targets: Vec::new(),
        }
    }

    pub(super) fn targets(mut self, targets: Vec<Target>) -> Self {
        self.targets = targets;
        self
    }
}

/// A function in the making.
struct Body {
    function: Function,
    values: IndexMap<Name, Value>,
    blocks: IndexMap<Name, Block>,
    /// The number that LLVM gives to the next unnamed value or block.
    next_number: u32,
}

impl Body {
    /// The name of a definition, or the next number.
    fn name_or_number(&mut self, name: Option<Name>) -> Name {
        let name = name.unwrap_or(Name::Number(self.next_number));
        if let Name::Number(number) = name {
            self.next_number = number + 1;
        }
        name
    }

    /// Names a value; false if the name is taken.
    fn define(&mut self, name: Name, value: Value) -> bool {
        if let Name::Text(text) = &name {
            self.function.value_names.insert(value, text.as_str().into());
        }
        self.values.insert(name, value).is_none()
    }
}

/// A line of a body.
struct Line {
    result: Option<(Name, usize)>,
    draft: Draft,
    /// Where the instruction starts.
    start: usize,
}

impl Parser<'_> {
    /// The blocks, from the opening brace.
    pub(super) fn body(&mut self, header: &Header, personality: Option<Const>) -> Parsed<()> {
        let start = self.at;
        self.expect_punct('{')?;
        let mut body = Body {
            function: Function::new(&self.module.ctx, header.func),
            values: IndexMap::new(),
            blocks: IndexMap::new(),
            next_number: 0,
        };
        body.function.personality = personality;
        for (&value, name) in body.function.params.clone().iter().zip(&header.params) {
            let name = body.name_or_number(name.clone());
            if !body.define(name.clone(), value) {
                return self.error_at(start, format!("two parameters are named `%{name}`"));
            }
        }
        let mut fixups = Vec::new();
        while !self.eat_punct('}') {
            self.block(&mut body, &mut fixups)?;
        }
        if body.function.blocks().is_empty() {
            return self.error_at(start, "a body needs a block");
        }
        for (inst, draft) in fixups {
            self.resolve(&mut body, inst, draft)?;
        }
        self.module.set_body(body.function);
        Ok(())
    }

    /// A label, which the first block may leave out, and instructions up to the terminator.
    fn block(&mut self, body: &mut Body, fixups: &mut Vec<(crate::inst::Inst, Draft)>) -> Parsed<()> {
        let at = self.at;
        let label = match self.peek().clone() {
            Token::Label(label) => {
                self.at += 1;
                Some(match label.parse() {
                    Ok(number) => Name::Number(number),
                    Err(_) => Name::Text(label),
                })
            }
            _ => None,
        };
        let name = body.name_or_number(label);
        let block = body.function.add_block();
        if let Name::Text(text) = &name {
            body.function.block_names.insert(block, text.as_str().into());
        }
        if body.blocks.insert(name.clone(), block).is_some() {
            return self.error_at(at, format!("block `%{name}` is defined twice"));
        }
        loop {
            while *self.peek() == Token::DebugRecord {
                self.at += 1;
                self.skip_balanced()?;
            }
            let line = self.line()?;
            let ends = line.draft.new.op.is_terminator();
            let inst = body
                .function
                .push_inst(&self.module.ctx, block, line.draft.new.clone());
            match (body.function.inst(inst).result, line.result) {
                (Some(value), name) => {
                    let token = name.as_ref().map_or(line.start, |&(_, token)| token);
                    let name = body.name_or_number(name.map(|(name, _)| name));
                    if !body.define(name.clone(), value) {
                        return self.error_at(token, format!("`%{name}` is defined twice"));
                    }
                }
                (None, Some((name, token))) => {
                    return self.error_at(token, format!("`%{name}` names an instruction without a result"));
                }
                (None, None) => {}
            }
            fixups.push((inst, line.draft));
            if ends {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> Parsed<Line> {
        let result = match self.peek().clone() {
            Token::Local(name) => {
                let token = self.at;
                self.at += 1;
                self.expect_punct('=')?;
                Some((name, token))
            }
            _ => None,
        };
        let start = self.at;
        let mut draft = self.instruction()?;
        let set = self.attachments()?;
        draft.new.meta = self.module.ctx.add_meta(set);
        Ok(Line { result, draft, start })
    }

    /// Looks up operands and targets.
    fn resolve(&mut self, body: &mut Body, inst: crate::inst::Inst, draft: Draft) -> Parsed<()> {
        let mut operands = SmallVec::new();
        for operand in draft.operands {
            operands.push(self.operand(body, operand)?);
        }
        let mut targets = SmallVec::new();
        for (name, token) in draft.targets {
            match body.blocks.get(&name) {
                Some(&block) => targets.push(block),
                None => return self.error_at(token, format!("no block `%{name}` is defined")),
            }
        }
        let data = body.function.inst_mut(inst);
        data.operands = operands;
        data.targets = targets;
        Ok(())
    }

    fn operand(&mut self, body: &mut Body, operand: Operand) -> Parsed<Value> {
        match operand.kind {
            OperandKind::Const(constant) => Ok(body.function.constant(&self.module.ctx, constant)),
            OperandKind::Local(name) => {
                let Some(&value) = body.values.get(&name) else {
                    return self.error_at(operand.token, format!("no value `%{name}` is defined"));
                };
                let ty = body.function.ty(value);
                if ty != operand.ty {
                    let found = super::super::print_type(&self.module.ctx, ty);
                    return self.error_at(operand.token, format!("`%{name}` is of type {found}"));
                }
                Ok(value)
            }
        }
    }
}
