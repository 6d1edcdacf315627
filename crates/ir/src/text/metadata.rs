//! Printing of metadata: attachments refer to numbered nodes that follow the functions.

use std::fmt::Write;

use indexmap::{IndexMap, IndexSet};

use super::constants::TypeText;
use super::names::{Quoted, StringLiteral};
use crate::context::{Context, Meta};
use crate::metadata::{TbaaTag, TbaaType};
use crate::types::Type;

/// The metadata nodes of a module, in the order in which they were first needed.
#[derive(Default)]
pub(super) struct Nodes {
    /// The texts of nodes; distinct ones hold their own number, so equal texts are equal nodes.
    texts: IndexSet<String>,
    tbaa: IndexMap<TbaaType, usize>,
    domains: IndexMap<u32, usize>,
    scopes: IndexMap<(u32, u32), usize>,
}

impl Nodes {
    /// The definitions of all nodes.
    pub(super) fn definitions(&self) -> impl Iterator<Item = String> + '_ {
        self.texts
            .iter()
            .enumerate()
            .map(|(number, text)| format!("!{number} = {text}"))
    }

    /// The attachments of an instruction of type `ty`, each after a comma.
    pub(super) fn attachments(&mut self, ctx: &Context, meta: Meta, ty: Type) -> String {
        let set = ctx.meta(meta);
        let mut out = String::new();
        if let Some(tag) = set.tbaa {
            self.attach(&mut out, "tbaa", |nodes| nodes.tag(ctx, tag));
        }
        if !set.tbaa_struct.is_empty() {
            self.attach(&mut out, "tbaa.struct", |nodes| {
                let fields = set.tbaa_struct.iter();
                let fields =
                    fields.map(|&(at, size, tag)| format!("i64 {at}, i64 {size}, !{}", nodes.tag(ctx, tag)));
                let text = fields.collect::<Vec<_>>().join(", ");
                nodes.node(format!("!{{{text}}}"))
            });
        }
        if !set.alias_scopes.is_empty() {
            self.attach(&mut out, "alias.scope", |nodes| {
                nodes.scope_list(&set.alias_scopes)
            });
        }
        if !set.noalias.is_empty() {
            self.attach(&mut out, "noalias", |nodes| nodes.scope_list(&set.noalias));
        }
        if !set.opened_scopes.is_empty() {
            self.attach(&mut out, "noalias.scope.decl", |nodes| {
                nodes.scope_list(&set.opened_scopes)
            });
        }
        if !set.range.is_empty() {
            self.attach(&mut out, "range", |nodes| {
                let ty = TypeText(ctx, ctx.types.scalar(ty));
                let bounds = set
                    .range
                    .iter()
                    .map(|(low, high)| format!("{ty} {low}, {ty} {high}"));
                let text = bounds.collect::<Vec<_>>().join(", ");
                nodes.node(format!("!{{{text}}}"))
            });
        }
        if set.invariant_load {
            self.attach(&mut out, "invariant.load", |nodes| nodes.node("!{}".to_owned()));
        }
        if set.vectorized_loop {
            self.attach(&mut out, "llvm.loop", Self::vectorized_loop);
        }
        for (kind, text) in &set.enzyme {
            self.attach(&mut out, kind, |nodes| nodes.text_node(text));
        }
        out
    }

    /// A node that holds a text, or an empty one.
    pub(super) fn text_node(&mut self, text: &str) -> usize {
        let text = match text {
            "" => "!{}".to_owned(),
            _ => format!("!{{!{}}}", StringLiteral(text.as_bytes())),
        };
        self.node(text)
    }

    /// A node with this text.
    pub(super) fn node(&mut self, text: String) -> usize {
        self.texts.insert_full(text).0
    }

    fn attach(&mut self, out: &mut String, kind: &str, number: impl FnOnce(&mut Self) -> usize) {
        let number = number(self);
        // Writing to a string cannot fail.
        let _ = write!(out, ", !{} !{number}", Quoted(kind));
    }

    /// A node of a loop, which belongs to no other.
    fn vectorized_loop(&mut self) -> usize {
        let property = self.node("!{!\"llvm.loop.isvectorized\", i32 1}".to_owned());
        let next = self.texts.len();
        self.node(format!("distinct !{{!{next}, !{property}}}"))
    }

    fn tag(&mut self, ctx: &Context, tag: TbaaTag) -> usize {
        let (base, access) = (self.tbaa_type(ctx, tag.base), self.tbaa_type(ctx, tag.access));
        let constant = if tag.constant { ", i64 1" } else { "" };
        self.node(format!("!{{!{base}, !{access}, i64 {}{constant}}}", tag.offset))
    }

    /// Descriptors form no cycles: parents and fields are older types.
    fn tbaa_type(&mut self, ctx: &Context, ty: TbaaType) -> usize {
        if let Some(&number) = self.tbaa.get(&ty) {
            return number;
        }
        let node = &ctx.tbaa[ty];
        let mut text = format!("!{{!{}", StringLiteral(node.name.as_bytes()));
        for &(offset, field) in &node.fields {
            let field = self.tbaa_type(ctx, field);
            let _ = write!(text, ", !{field}, i64 {offset}");
        }
        text.push('}');
        let number = self.node(text);
        self.tbaa.insert(ty, number);
        number
    }

    fn scope_list(&mut self, scopes: &[(u32, u32)]) -> usize {
        let numbers = scopes.iter().map(|&scope| format!("!{}", self.scope(scope)));
        let text = numbers.collect::<Vec<_>>().join(", ");
        self.node(format!("!{{{text}}}"))
    }

    fn scope(&mut self, scope: (u32, u32)) -> usize {
        if let Some(&number) = self.scopes.get(&scope) {
            return number;
        }
        let domain = match self.domains.get(&scope.0) {
            Some(&number) => number,
            None => {
                let next = self.texts.len();
                let number = self.node(format!("distinct !{{!{next}}}"));
                self.domains.insert(scope.0, number);
                number
            }
        };
        let next = self.texts.len();
        let number = self.node(format!("distinct !{{!{next}, !{domain}}}"));
        self.scopes.insert(scope, number);
        number
    }
}
