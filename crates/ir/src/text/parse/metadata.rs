//! Parsing of metadata that analyses read. A node is named by the token at which its definition starts.

use indexmap::IndexMap;

use super::{Parsed, Parser};
use crate::constant::{Const, ConstData};
use crate::context::{FuncId, GlobalId};
use crate::metadata::{MetaSet, TbaaNode, TbaaTag, TbaaType};
use crate::text::lexer::Token;

/// Where a node is defined.
type Node = usize;

/// What is known of the module's nodes.
#[derive(Default)]
pub(super) struct Metadata {
    numbered: IndexMap<u32, Node>,
    tbaa: IndexMap<Node, TbaaType>,
    domains: IndexMap<Node, u32>,
    scopes: IndexMap<Node, (u32, u32)>,
}

impl Metadata {
    pub(super) fn define(&mut self, number: u32, node: Node) {
        self.numbered.insert(number, node);
    }
}

/// A member of a node.
enum Element {
    Null,
    Text(String),
    Node(Node),
    Const(Const),
}

impl Parser<'_> {
    /// A reference to a node or a node in place.
    fn node(&mut self) -> Parsed<Node> {
        match self.peek().clone() {
            Token::MetaId(number) => match self.metadata.numbered.get(&number) {
                Some(&node) => {
                    self.at += 1;
                    Ok(node)
                }
                None => self.error(format!("no metadata node !{number} is defined")),
            },
            _ => {
                let node = self.at;
                self.skip_node()?;
                Ok(node)
            }
        }
    }

    /// Skips `!12`, `!{...}`, `!"..."` or `!DILocation(...)`.
    pub(super) fn skip_node(&mut self) -> Parsed<()> {
        match self.next() {
            Token::MetaId(_) => Ok(()),
            Token::MetaName(_) if self.is_punct('(') => self.skip_balanced(),
            Token::Punct('!') if self.is_punct('{') => self.skip_balanced(),
            Token::Punct('!') if matches!(self.peek(), Token::Str(_)) => {
                self.at += 1;
                Ok(())
            }
            _ => self.error_at(self.at - 1, "expected a metadata node"),
        }
    }

    /// The members of a tuple; empty for nodes of other kinds.
    fn elements(&mut self, node: Node) -> Parsed<Vec<Element>> {
        let back = std::mem::replace(&mut self.at, node);
        self.eat_word("distinct");
        let mut elements = Vec::new();
        if self.eat_punct('!') && self.eat_punct('{') {
            while !self.eat_punct('}') {
                elements.push(self.element()?);
                if !self.is_punct('}') {
                    self.expect_punct(',')?;
                }
            }
        }
        self.at = back;
        Ok(elements)
    }

    fn element(&mut self) -> Parsed<Element> {
        match self.peek() {
            Token::Word(word) if word == "null" => {
                self.at += 1;
                Ok(Element::Null)
            }
            Token::Punct('!') if matches!(self.peek_after(1), Token::Str(_)) => {
                self.at += 1;
                Ok(Element::Text(self.string()?))
            }
            Token::Punct('!') | Token::MetaId(_) | Token::MetaName(_) => Ok(Element::Node(self.node()?)),
            _ => Ok(Element::Const(self.typed_constant()?)),
        }
    }

    /// The integer that an element is.
    fn element_int(&self, element: Option<&Element>) -> Option<i128> {
        match element {
            Some(Element::Const(constant)) => self
                .module
                .ctx
                .consts
                .int_value(&self.module.ctx.types, *constant),
            _ => None,
        }
    }

    /// Attachments after an instruction: `, !kind !12, ...`.
    pub(super) fn attachments(&mut self) -> Parsed<MetaSet> {
        let mut set = MetaSet::default();
        while self.is_punct(',') {
            let Token::MetaName(kind) = self.peek_after(1).clone() else {
                break;
            };
            self.at += 2;
            let node = self.node()?;
            self.attach(&mut set, &kind, node)?;
        }
        Ok(set)
    }

    fn attach(&mut self, set: &mut MetaSet, kind: &str, node: Node) -> Parsed<()> {
        match kind {
            "tbaa" => set.tbaa = self.tbaa_tag(node)?,
            "tbaa.struct" => {
                for triple in self.elements(node)?.chunks(3) {
                    if let [at, size, Element::Node(tag)] = triple {
                        let bounds = (self.element_int(Some(at)), self.element_int(Some(size)));
                        if let ((Some(at), Some(size)), Some(tag)) = (bounds, self.tbaa_tag(*tag)?) {
                            set.tbaa_struct.push((at as u64, size as u64, tag));
                        }
                    }
                }
            }
            "alias.scope" => set.alias_scopes = self.scopes(node)?,
            "noalias" => set.noalias = self.scopes(node)?,
            "noalias.scope.decl" => set.opened_scopes = self.scopes(node)?,
            "range" => {
                for pair in self.elements(node)?.chunks(2) {
                    let bounds = (self.element_int(pair.first()), self.element_int(pair.get(1)));
                    if let (Some(low), Some(high)) = bounds {
                        set.range.push((low as i64, high as i64));
                    }
                }
            }
            "invariant.load" => set.invariant_load = true,
            "llvm.loop" => set.vectorized_loop = self.is_vectorized_loop(node)?,
            _ if kind.starts_with("enzyme") => {
                let text = self.first_text(node)?;
                set.enzyme.push((kind.into(), text));
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a property of a loop says that it has been vectorized.
    fn is_vectorized_loop(&mut self, node: Node) -> Parsed<bool> {
        for element in self.elements(node)? {
            if let Element::Node(property) = element
                && property != node
                && *self.first_text(property)? == *"llvm.loop.isvectorized"
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn first_text(&mut self, node: Node) -> Parsed<Box<str>> {
        match self.elements(node)?.into_iter().next() {
            Some(Element::Text(text)) => Ok(text.into()),
            _ => Ok("".into()),
        }
    }

    /// An access tag; `None` for nodes of another form.
    fn tbaa_tag(&mut self, node: Node) -> Parsed<Option<TbaaTag>> {
        let elements = self.elements(node)?;
        let (Some(Element::Node(base)), Some(Element::Node(access))) = (elements.first(), elements.get(1))
        else {
            return Ok(None);
        };
        let Some(offset) = self.element_int(elements.get(2)) else {
            return Ok(None);
        };
        Ok(Some(TbaaTag {
            base: self.tbaa_type(*base)?,
            access: self.tbaa_type(*access)?,
            offset: offset as u64,
            constant: self
                .element_int(elements.get(3))
                .is_some_and(|flag| flag & 1 == 1),
        }))
    }

    fn tbaa_type(&mut self, node: Node) -> Parsed<TbaaType> {
        if let Some(&ty) = self.metadata.tbaa.get(&node) {
            return Ok(ty);
        }
        let elements = self.elements(node)?;
        let Some(Element::Text(name)) = elements.first() else {
            return self.error_at(node, "expected a TBAA type descriptor that starts with a name");
        };
        let mut fields = Vec::new();
        for pair in elements[1..].chunks(2) {
            if let Some(Element::Node(field)) = pair.first() {
                if *field == node {
                    return self.error_at(node, "a TBAA type contains itself");
                }
                let offset = self.element_int(pair.get(1)).unwrap_or(0) as u64;
                fields.push((offset, self.tbaa_type(*field)?));
            }
        }
        let name = name.as_str().into();
        let ty = self.module.ctx.tbaa.push(TbaaNode { name, fields });
        self.metadata.tbaa.insert(node, ty);
        Ok(ty)
    }

    fn scopes(&mut self, node: Node) -> Parsed<Vec<(u32, u32)>> {
        let mut scopes = Vec::new();
        for element in self.elements(node)? {
            if let Element::Node(scope) = element {
                scopes.push(self.scope(scope)?);
            }
        }
        Ok(scopes)
    }

    /// A scope is a distinct node of itself and its domain; both get numbers in the order in which they are met.
    fn scope(&mut self, node: Node) -> Parsed<(u32, u32)> {
        if let Some(&scope) = self.metadata.scopes.get(&node) {
            return Ok(scope);
        }
        let elements = self.elements(node)?;
        let Some(Element::Node(domain)) = elements.get(1) else {
            return self.error_at(node, "expected a scope: a node of itself and its domain");
        };
        let next = self.metadata.domains.len() as u32;
        let domain = *self.metadata.domains.entry(*domain).or_insert(next);
        let scope = (domain, self.metadata.scopes.len() as u32);
        self.metadata.scopes.insert(node, scope);
        Ok(scope)
    }

    /// An attachment of a function: of the kinds that start with `enzyme` those that name a function are kept.
    pub(super) fn function_attachment(&mut self, func: FuncId, kind: &str) -> Parsed<()> {
        let node = self.node()?;
        if !kind.starts_with("enzyme") {
            return Ok(());
        }
        if let Some(Element::Const(constant)) = self.elements(node)?.first()
            && let ConstData::Func(rule) = *self.module.ctx.consts.get(*constant)
        {
            self.module.ctx.funcs[func].rules.push((kind.into(), rule));
        }
        Ok(())
    }

    /// An attachment of a global variable: the kinds that start with `enzyme` are kept.
    pub(super) fn global_attachment(&mut self, global: GlobalId, kind: &str) -> Parsed<()> {
        let node = self.node()?;
        if !kind.starts_with("enzyme") {
            return Ok(());
        }
        if let Some(Element::Const(constant)) = self.elements(node)?.first()
            && let ConstData::Global(shadow) = *self.module.ctx.consts.get(*constant)
        {
            self.module.ctx.globals[global].shadow = Some(shadow);
            return Ok(());
        }
        let text = self.first_text(node)?;
        self.module.ctx.globals[global].strings.push((kind.into(), text));
        Ok(())
    }
}
