//! Parsing of modules.
//!
//! The text is cut into tokens and into top-level items first, because structures, attribute groups, metadata and symbols may be used
//! before they are defined. Then come all headers, then initializers and bodies, so that every name is known when it is looked up.

mod attrs;
mod body;
mod constants;
mod inst;
mod memory;
mod metadata;
mod types;

use indexmap::IndexMap;
use thiserror::Error;

use super::keywords::{CONVENTIONS, by_word};
use super::lexer::{Name, Spanned, Token, tokenize};
use crate::attrs::AttrList;
use crate::context::{FuncDecl, FuncId, GlobalId, GlobalVar, Linkage, Module};
use crate::layout::DataLayout;
use crate::types::{Type, TypeData};

/// Text that is not IR, or that our model cannot hold.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{line}:{column}: {message}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl ParseError {
    /// An error at a byte of the text.
    pub(super) fn at(text: &str, byte: usize, message: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let line_start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |newline| newline + 1);
        Self {
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
            column: 1 + before.len() - line_start,
            message: message.into(),
        }
    }
}

type Parsed<T> = Result<T, ParseError>;

/// Reads a module.
///
/// # Errors
/// The first place where the text is not LLVM's textual IR, or uses a part of it that our model leaves out.
pub fn parse_module(text: &str) -> Result<Module, ParseError> {
    let mut parser = Parser {
        text,
        tokens: tokenize(text)?,
        at: 0,
        module: Module::new(),
        structures: IndexMap::new(),
        resolving: Vec::new(),
        attr_groups: IndexMap::new(),
        metadata: metadata::Metadata::default(),
    };
    let items = parser.items()?;
    parser.module_items(&items)?;
    Ok(parser.module)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    module: Module,
    /// Where the bodies of named structures start.
    structures: IndexMap<Name, usize>,
    /// Structures whose fields are being read: one that contains itself is an error.
    resolving: Vec<Name>,
    /// Where the braces of attribute groups start.
    attr_groups: IndexMap<u32, usize>,
    metadata: metadata::Metadata,
}

/// Items that later ones may mention, with the token at which each starts.
#[derive(Default)]
struct Items {
    globals: Vec<usize>,
    /// Declarations and definitions.
    functions: Vec<usize>,
}

/// A function whose header was read.
struct Header {
    func: FuncId,
    params: Vec<Option<Name>>,
    /// Attachments of a declaration: kinds, and where their nodes start.
    attachments: Vec<(String, usize)>,
    /// Where personality, attachments and body of a definition start.
    rest: usize,
    defined: bool,
}

impl Parser<'_> {
    fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        self.error_at(self.at, message)
    }

    fn error_at<T>(&self, token: usize, message: impl Into<String>) -> Parsed<T> {
        let start = self.tokens[token.min(self.tokens.len() - 1)].start;
        Err(ParseError::at(self.text, start, message))
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn peek_after(&self, distance: usize) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + distance).min(last)].token
    }

    /// The current token; goes to the next one unless it is the end.
    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.at += 1;
        }
        token
    }

    fn is_punct(&self, punct: char) -> bool {
        *self.peek() == Token::Punct(punct)
    }

    fn eat_punct(&mut self, punct: char) -> bool {
        let found = self.is_punct(punct);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect_punct(&mut self, punct: char) -> Parsed<()> {
        if self.eat_punct(punct) {
            Ok(())
        } else {
            self.error(format!("expected `{punct}`"))
        }
    }

    fn word(&self) -> &str {
        match self.peek() {
            Token::Word(word) => word,
            _ => "",
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.at += 1;
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            self.error(format!("expected `{word}`"))
        }
    }

    fn integer<T: std::str::FromStr>(&mut self) -> Parsed<T> {
        if let Token::Int(digits) = self.peek()
            && let Ok(value) = digits.parse()
        {
            self.at += 1;
            return Ok(value);
        }
        self.error("expected an integer in range")
    }

    fn string(&mut self) -> Parsed<String> {
        match self.next() {
            Token::Str(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            _ => self.error_at(self.at - 1, "expected a string"),
        }
    }

    /// Skips a token, or everything up to the bracket that matches it.
    fn skip_balanced(&mut self) -> Parsed<()> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            match self.next() {
                Token::Punct('(' | '[' | '{') => depth += 1,
                Token::Punct(')' | ']' | '}') => depth = depth.saturating_sub(1),
                Token::End => return self.error_at(start, "this bracket is never closed"),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn starts_item(&self) -> bool {
        match self.peek() {
            Token::Word(word) => matches!(
                &**word,
                "declare"
                    | "define"
                    | "attributes"
                    | "source_filename"
                    | "target"
                    | "module"
                    | "uselistorder"
            ),
            Token::Global(_) | Token::Local(_) | Token::MetaId(_) | Token::MetaName(_) | Token::Comdat(_) => {
                *self.peek_after(1) == Token::Punct('=')
            }
            Token::End => true,
            _ => false,
        }
    }

    /// Finds the items and notes where those start that are read on demand.
    fn items(&mut self) -> Parsed<Items> {
        let mut items = Items::default();
        while *self.peek() != Token::End {
            if !self.starts_item() {
                return self.error("expected a definition or declaration");
            }
            let start = self.at;
            match self.next() {
                Token::Word(word) => match &*word {
                    "declare" | "define" => items.functions.push(start),
                    "target" => self.target()?,
                    "attributes" => {
                        let Token::AttrGroup(number) = self.next() else {
                            return self.error_at(start, "expected the number of an attribute group");
                        };
                        self.expect_punct('=')?;
                        self.attr_groups.insert(number, self.at);
                    }
                    _ => {}
                },
                Token::Global(_) => items.globals.push(start),
                Token::Local(name) => {
                    self.expect_punct('=')?;
                    self.expect_word("type")?;
                    self.structures.insert(name, self.at);
                }
                Token::MetaId(number) => {
                    self.expect_punct('=')?;
                    self.metadata.define(number, self.at);
                }
                _ => {}
            }
            while !self.starts_item() {
                self.skip_balanced()?;
            }
        }
        Ok(items)
    }

    fn target(&mut self) -> Parsed<()> {
        let triple = self.eat_word("triple");
        if !triple {
            self.expect_word("datalayout")?;
        }
        self.expect_punct('=')?;
        let text = self.string()?;
        if triple {
            self.module.ctx.triple = text;
        } else {
            self.module.ctx.layout = DataLayout::parse(&text);
        }
        Ok(())
    }

    fn module_items(&mut self, items: &Items) -> Parsed<()> {
        let names: Vec<Name> = self.structures.keys().cloned().collect();
        for name in names {
            self.structure_named(&name)?;
        }
        let mut initializers = Vec::new();
        for &start in &items.globals {
            self.at = start;
            let global = self.global_header()?;
            initializers.push((global, self.at));
        }
        let mut headers = Vec::new();
        for &start in &items.functions {
            self.at = start;
            headers.push(self.function_header()?);
        }
        for (global, start) in initializers {
            self.at = start;
            self.global_rest(global)?;
        }
        for header in headers {
            self.function_rest(&header)?;
        }
        Ok(())
    }

    /// Linkage and the other words before a global or function: visibility, storage class, preemption.
    fn linkage(&mut self) -> Linkage {
        let mut linkage = Linkage::External;
        loop {
            linkage = match self.word() {
                "private" | "internal" => Linkage::Internal,
                "weak" | "linkonce" | "common" | "extern_weak" => Linkage::Interposable,
                "weak_odr" | "linkonce_odr" | "available_externally" | "appending" => Linkage::Shared,
                "external"
                | "default"
                | "hidden"
                | "protected"
                | "dso_local"
                | "dso_preemptable"
                | "dllimport"
                | "dllexport"
                | "unnamed_addr"
                | "local_unnamed_addr"
                | "externally_initialized" => linkage,
                _ => return linkage,
            };
            self.at += 1;
        }
    }

    /// Up to the type of the contents.
    fn global_header(&mut self) -> Parsed<GlobalId> {
        let Token::Global(name) = self.next() else {
            return self.error_at(self.at - 1, "expected the name of a global variable");
        };
        let start = self.at - 1;
        if self.module.ctx.find_global(&name).is_some() {
            return self.error_at(start, format!("`@{name}` is defined twice"));
        }
        self.expect_punct('=')?;
        let mut linkage = self.linkage();
        let thread_local = self.eat_word("thread_local");
        if thread_local && self.is_punct('(') {
            self.skip_balanced()?;
        }
        self.linkage_after(&mut linkage);
        let space = self.address_space()?;
        self.linkage_after(&mut linkage);
        let constant = self.eat_word("constant");
        if !constant && !self.eat_word("global") {
            return self.error("expected `global` or `constant`: aliases and ifuncs are not modelled");
        }
        let ty = self.ty()?;
        self.module.ctx.types.intern(TypeData::Ptr(space));
        Ok(self.module.ctx.add_global(GlobalVar {
            name: name.into(),
            ty,
            space,
            init: None,
            constant,
            thread_local,
            linkage,
            strings: Vec::new(),
            shadow: None,
            origin: None,
        }))
    }

    /// More words of linkage after others.
    fn linkage_after(&mut self, linkage: &mut Linkage) {
        let more = self.linkage();
        if more != Linkage::External {
            *linkage = more;
        }
    }

    /// The initializer, if there is one, and what follows it.
    fn global_rest(&mut self, global: GlobalId) -> Parsed<()> {
        if !self.is_punct(',') && !self.starts_item() {
            let ty = self.module.ctx.globals[global].ty;
            let init = self.constant(ty)?;
            self.module.ctx.globals[global].init = Some(init);
        }
        while self.eat_punct(',') {
            if let Token::MetaName(kind) = self.peek().clone() {
                self.at += 1;
                self.global_attachment(global, &kind)?;
            } else {
                self.skip_global_part()?;
            }
        }
        if self.starts_item() {
            Ok(())
        } else {
            self.error("expected the end of the definition")
        }
    }

    /// Sections, partitions, comdats and alignments.
    fn skip_global_part(&mut self) -> Parsed<()> {
        while !self.is_punct(',') && !self.starts_item() {
            self.skip_balanced()?;
        }
        Ok(())
    }

    fn convention(&mut self) -> Parsed<u32> {
        if self.eat_word("cc") {
            return self.integer();
        }
        let named = by_word(&CONVENTIONS, self.word());
        if named.is_some() {
            self.at += 1;
        }
        Ok(named.unwrap_or(0))
    }

    fn address_space(&mut self) -> Parsed<u32> {
        if !self.eat_word("addrspace") {
            return Ok(0);
        }
        self.expect_punct('(')?;
        let space = self.integer()?;
        self.expect_punct(')')?;
        Ok(space)
    }

    /// Up to the attributes after the parameters.
    fn function_header(&mut self) -> Parsed<Header> {
        let defined = self.eat_word("define");
        if !defined {
            self.expect_word("declare")?;
        }
        let mut attachments = Vec::new();
        while let Token::MetaName(kind) = self.peek().clone() {
            self.at += 1;
            attachments.push((kind, self.at));
            self.skip_node()?;
        }
        let linkage = self.linkage();
        let conv = self.convention()?;
        let mut attrs = AttrList {
            ret: self.param_attrs()?,
            ..AttrList::default()
        };
        let ret = self.ty()?;
        let at = self.at;
        let Token::Global(name) = self.next() else {
            return self.error_at(at, "expected the name of a function");
        };
        if self.module.ctx.find_func(&name).is_some() || self.module.ctx.find_global(&name).is_some() {
            return self.error_at(at, format!("`@{name}` is defined twice"));
        }
        let (params, types, varargs) = self.parameters(&mut attrs)?;
        self.func_attrs(&mut attrs)?;
        let ty = self.module.ctx.types.intern(TypeData::Func {
            ret,
            params: types.into(),
            varargs,
        });
        let attrs = self.module.ctx.add_attrs(attrs);
        let func = self.module.ctx.add_func(FuncDecl {
            intrinsic: name.starts_with("llvm."),
            name: name.into(),
            ty,
            attrs,
            conv,
            linkage,
            defined,
            rules: Vec::new(),
            origin: None,
        });
        Ok(Header {
            func,
            params,
            attachments,
            rest: self.at,
            defined,
        })
    }

    /// Names and types of the parameters, and whether more arguments may follow.
    fn parameters(&mut self, attrs: &mut AttrList) -> Parsed<(Vec<Option<Name>>, Vec<Type>, bool)> {
        let (mut names, mut types) = (Vec::new(), Vec::new());
        self.expect_punct('(')?;
        while !self.eat_punct(')') {
            if *self.peek() == Token::Ellipsis {
                self.at += 1;
                self.expect_punct(')')?;
                return Ok((names, types, true));
            }
            types.push(self.ty()?);
            let param = self.param_attrs()?;
            self.set_param(attrs, types.len() - 1, param);
            let name = match self.peek().clone() {
                Token::Local(name) => {
                    self.at += 1;
                    Some(name)
                }
                _ => None,
            };
            names.push(name);
            if !self.is_punct(')') {
                self.expect_punct(',')?;
            }
        }
        Ok((names, types, false))
    }

    /// Attachments, personality and body.
    fn function_rest(&mut self, header: &Header) -> Parsed<()> {
        for (kind, node) in &header.attachments {
            self.at = *node;
            self.function_attachment(header.func, kind)?;
        }
        self.at = header.rest;
        let mut personality = None;
        loop {
            match self.peek().clone() {
                Token::Word(word) if word == "personality" => {
                    self.at += 1;
                    let ty = self.ty()?;
                    personality = Some(self.constant(ty)?);
                }
                Token::MetaName(kind) => {
                    self.at += 1;
                    self.function_attachment(header.func, &kind)?;
                }
                _ => break,
            }
        }
        if header.defined {
            return self.body(header, personality);
        }
        if self.starts_item() {
            Ok(())
        } else {
            self.error("expected the end of the declaration")
        }
    }
}
