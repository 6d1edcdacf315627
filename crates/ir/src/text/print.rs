//! Printing of modules, functions and instructions.

use std::fmt::{self, Display, Write};

use super::attrs::{FuncText, ParamText};
use super::constants::{ConstText, StructBody, TypeText, TypedConst};
use super::keywords::{CONVENTIONS, INST_FLAGS, TAIL_KINDS, word_of};
use super::metadata::Nodes;
use super::names::{Locals, Quoted, StringLiteral, Symbols};
use crate::attrs::{AttrList, ParamAttrs};
use crate::context::{Context, FuncDecl, FuncId, GlobalVar, Linkage, Module};
use crate::function::{Block, Function, Value, ValueDef};
use crate::inst::{CallInfo, Flags, Inst, InstData, Op};
use crate::types::{Type, TypeData};

/// A module as text: structures, globals, declarations, functions and metadata.
pub fn print_module(module: &Module) -> String {
    let mut printer = Printer::new(&module.ctx);
    let done = printer.module(module);
    printer.finish(done)
}

/// A function as text, without the declarations that it needs.
pub fn print_function(ctx: &Context, function: &Function) -> String {
    let mut printer = Printer::new(ctx);
    let done = printer.function(function);
    printer.finish(done)
}

/// An instruction as text, without metadata: for messages. Linear in the size of the function, because names must be unique in it.
pub fn print_inst(ctx: &Context, function: &Function, inst: Inst) -> String {
    let mut printer = Printer::new(ctx);
    let body = Body {
        function,
        names: Locals::of(function),
    };
    let done = printer.inst_text(&body, function.inst(inst));
    printer.finish(done)
}

/// A value as text, with its type: for messages. Linear in the size of the function.
pub fn print_value(ctx: &Context, function: &Function, value: Value) -> String {
    let mut printer = Printer::new(ctx);
    let body = Body {
        function,
        names: Locals::of(function),
    };
    let done = printer.typed(&body, value);
    printer.finish(done)
}

/// A type as text.
pub fn print_type(ctx: &Context, ty: Type) -> String {
    TypeText(ctx, ty).to_string()
}

pub(super) struct Printer<'a> {
    pub(super) ctx: &'a Context,
    symbols: Symbols,
    nodes: Nodes,
    pub(super) out: String,
}

/// The function whose instructions are printed.
pub(super) struct Body<'a> {
    pub(super) function: &'a Function,
    names: Locals,
}

impl<'a> Printer<'a> {
    fn new(ctx: &'a Context) -> Self {
        Self {
            ctx,
            symbols: Symbols::of(ctx),
            nodes: Nodes::default(),
            out: String::new(),
        }
    }

    fn finish(self, done: fmt::Result) -> String {
        done.expect("writing to a string cannot fail");
        self.out
    }

    pub(super) fn ty(&self, ty: Type) -> TypeText<'a> {
        TypeText(self.ctx, ty)
    }

    fn module(&mut self, module: &Module) -> fmt::Result {
        writeln!(
            self.out,
            "target datalayout = {}",
            StringLiteral(self.ctx.layout.text().as_bytes())
        )?;
        if !self.ctx.triple.is_empty() {
            writeln!(
                self.out,
                "target triple = {}",
                StringLiteral(self.ctx.triple.as_bytes())
            )?;
        }
        self.structures()?;
        for (id, global) in self.ctx.globals.iter() {
            let name = self.symbols.global(id).to_owned();
            self.global(&name, global)?;
        }
        for id in self.ctx.funcs.keys() {
            self.out.push('\n');
            match module.body(id) {
                Some(body) => self.function(body)?,
                None => self.declaration(id)?,
            }
        }
        let definitions: Vec<String> = self.nodes.definitions().collect();
        if !definitions.is_empty() {
            writeln!(self.out, "\n{}", definitions.join("\n"))?;
        }
        Ok(())
    }

    fn structures(&mut self) -> fmt::Result {
        for ty in self.ctx.types.all() {
            if let TypeData::Struct { name: Some(name), .. } = self.ctx.types.get(ty) {
                writeln!(self.out, "%{} = type {}", Quoted(name), StructBody(self.ctx, ty))?;
            }
        }
        Ok(())
    }

    fn global(&mut self, name: &str, global: &GlobalVar) -> fmt::Result {
        let linkage = match global.linkage {
            Linkage::External if global.init.is_none() => "external ",
            linkage => linkage_word(linkage),
        };
        let thread = if global.thread_local { "thread_local " } else { "" };
        write!(self.out, "{name} = {linkage}{thread}")?;
        if global.space != 0 {
            write!(self.out, "addrspace({}) ", global.space)?;
        }
        let kind = if global.constant { "constant" } else { "global" };
        write!(self.out, "{kind} {}", self.ty(global.ty))?;
        if let Some(init) = global.init {
            write!(self.out, " {}", ConstText(self.ctx, &self.symbols, init))?;
        }
        if let Some(shadow) = global.shadow {
            let space = crate::types::TypeData::Ptr(self.ctx.globals[shadow].space);
            let ty = self.ctx.types.find(&space).unwrap_or(self.ctx.types.ptr());
            let text = format!("!{{{} {}}}", self.ty(ty), self.symbols.global(shadow));
            let number = self.nodes.node(text);
            write!(self.out, ", !enzyme_shadow !{number}")?;
        }
        for (kind, text) in &global.strings {
            let number = self.nodes.text_node(text);
            write!(self.out, ", !{} !{number}", Quoted(kind))?;
        }
        self.out.push('\n');
        Ok(())
    }

    /// `declare`, the attachments before the signature as the language wants it.
    fn declaration(&mut self, id: FuncId) -> fmt::Result {
        let decl = &self.ctx.funcs[id];
        self.out.push_str("declare ");
        let rules = self.rules(decl);
        if !rules.is_empty() {
            write!(self.out, "{} ", rules.trim_start())?;
        }
        self.signature(id, None)?;
        self.out.push('\n');
        Ok(())
    }

    fn function(&mut self, function: &Function) -> fmt::Result {
        let decl = &self.ctx.funcs[function.id];
        let body = Body {
            function,
            names: Locals::of(function),
        };
        write!(self.out, "define {}", linkage_word(decl.linkage))?;
        self.signature(function.id, Some(&body))?;
        if let Some(personality) = function.personality {
            let personality = TypedConst(self.ctx, &self.symbols, personality);
            write!(self.out, " personality {personality}")?;
        }
        let rules = self.rules(decl);
        writeln!(self.out, "{rules} {{")?;
        for (index, &block) in function.blocks().iter().enumerate() {
            if index > 0 {
                self.out.push('\n');
            }
            writeln!(self.out, "{}:", body.names.block(block))?;
            for &inst in function.insts(block) {
                let data = function.inst(inst);
                self.out.push_str("  ");
                self.inst_text(&body, data)?;
                let attachments = self
                    .nodes
                    .attachments(self.ctx, data.meta, access_type(function, data));
                writeln!(self.out, "{attachments}")?;
            }
        }
        self.out.push_str("}\n");
        Ok(())
    }

    /// The functions that metadata of a function names, each after a space.
    fn rules(&mut self, decl: &FuncDecl) -> String {
        let mut out = String::new();
        for (kind, func) in &decl.rules {
            let number = self.nodes.node(format!("!{{ptr {}}}", self.symbols.func(*func)));
            out.push_str(&format!(" !{} !{number}", Quoted(kind)));
        }
        out
    }

    fn signature(&mut self, id: FuncId, body: Option<&Body<'_>>) -> fmt::Result {
        let decl = &self.ctx.funcs[id];
        let attrs = self.ctx.attrs(decl.attrs);
        let TypeData::Func { ret, params, varargs } = self.ctx.types.get(decl.ty) else {
            return write!(self.out, "{} {}", self.ty(decl.ty), self.symbols.func(id));
        };
        self.convention(decl.conv)?;
        write!(self.out, "{}{} ", ParamText(self.ctx, &attrs.ret), self.ty(*ret))?;
        write!(self.out, "{}(", self.symbols.func(id))?;
        for (index, &param) in params.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            write!(self.out, "{}", self.ty(param))?;
            if let Some(attrs) = attrs.param(index) {
                self.attrs_after(attrs)?;
            }
            if let Some(body) = body {
                write!(self.out, " %{}", body.names.value(body.function.params[index]))?;
            }
        }
        if *varargs {
            self.out.push_str(if params.is_empty() { "..." } else { ", ..." });
        }
        write!(self.out, "){}", FuncText(attrs))
    }

    fn attrs_after(&mut self, attrs: &ParamAttrs) -> fmt::Result {
        let text = ParamText(self.ctx, attrs).to_string();
        if text.is_empty() {
            Ok(())
        } else {
            write!(self.out, " {}", text.trim_end())
        }
    }

    fn convention(&mut self, conv: u32) -> fmt::Result {
        match word_of(&CONVENTIONS, conv) {
            Some("ccc") => Ok(()),
            Some(word) => write!(self.out, "{word} "),
            None => write!(self.out, "cc {conv} "),
        }
    }

    /// A value without its type.
    fn value(&self, body: &Body<'_>, value: Value) -> String {
        match body.function.value(value).def {
            ValueDef::Const(constant) => ConstText(self.ctx, &self.symbols, constant).to_string(),
            _ => format!("%{}", body.names.value(value)),
        }
    }

    pub(super) fn typed(&mut self, body: &Body<'_>, value: Value) -> fmt::Result {
        let text = self.value(body, value);
        write!(self.out, "{} {text}", self.ty(body.function.ty(value)))
    }

    pub(super) fn typed_list(&mut self, body: &Body<'_>, values: &[Value]) -> fmt::Result {
        for (index, &value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.typed(body, value)?;
        }
        Ok(())
    }

    /// Operands that share a type, which is printed once.
    fn same_typed(&mut self, body: &Body<'_>, values: &[Value]) -> fmt::Result {
        let texts: Vec<String> = values.iter().map(|&value| self.value(body, value)).collect();
        let ty = values
            .first()
            .map_or(self.ctx.types.void(), |&first| body.function.ty(first));
        write!(self.out, "{} {}", self.ty(ty), texts.join(", "))
    }

    fn label(&mut self, body: &Body<'_>, block: Block) -> fmt::Result {
        write!(self.out, "label %{}", body.names.block(block))
    }

    /// The words of flags, each after a space.
    pub(super) fn flags(&mut self, flags: Flags) -> fmt::Result {
        let mut rest = flags;
        for (flag, word) in INST_FLAGS {
            if rest.contains(flag) {
                write!(self.out, " {word}")?;
                rest = Flags(rest.0 & !flag.0);
                if flag == Flags::INBOUNDS {
                    // It implies the other one, which is not printed then.
                    rest = Flags(rest.0 & !Flags::NUSW.0);
                }
            }
        }
        Ok(())
    }

    fn inst_text(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        if let Some(result) = data.result {
            write!(self.out, "%{} = ", body.names.value(result))?;
        }
        match &data.op {
            Op::FNeg | Op::Binary(_) | Op::ICmp(_) | Op::FCmp(_) => self.arithmetic(body, data),
            Op::Alloca { .. }
            | Op::Load(_)
            | Op::Store(_)
            | Op::Gep { .. }
            | Op::Fence(_)
            | Op::AtomicRmw(..)
            | Op::CmpXchg(_)
            | Op::VaArg => self.memory(body, data),
            Op::Call(_) | Op::Invoke(_) => self.call(body, data),
            op if op.is_terminator() => self.terminator(body, data),
            _ => self.other(body, data),
        }
    }

    fn arithmetic(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        let (word, pred) = match &data.op {
            Op::Binary(op) => (op.name(), ""),
            Op::ICmp(pred) => ("icmp", pred.name()),
            Op::FCmp(pred) => ("fcmp", pred.name()),
            _ => ("fneg", ""),
        };
        self.out.push_str(word);
        self.flags(data.flags)?;
        if !pred.is_empty() {
            write!(self.out, " {pred}")?;
        }
        self.out.push(' ');
        self.same_typed(body, &data.operands)
    }

    /// Conversions, choices, lanes, members and phis.
    fn other(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        match &data.op {
            Op::Cast(cast) => self.simple(body, cast.name(), data)?,
            Op::Select => self.simple(body, "select", data)?,
            Op::Freeze => self.simple(body, "freeze", data)?,
            Op::ExtractElement => self.simple(body, "extractelement", data)?,
            Op::InsertElement => self.simple(body, "insertelement", data)?,
            Op::Shuffle(_) => self.simple(body, "shufflevector", data)?,
            Op::ExtractValue(_) => self.simple(body, "extractvalue", data)?,
            Op::InsertValue(_) => self.simple(body, "insertvalue", data)?,
            _ => {}
        }
        match &data.op {
            Op::Cast(_) => write!(self.out, " to {}", self.ty(data.ty)),
            Op::Shuffle(mask) => write!(self.out, ", {}", self.mask(data.ty, mask)),
            Op::ExtractValue(path) | Op::InsertValue(path) => {
                path.iter().try_for_each(|index| write!(self.out, ", {index}"))
            }
            Op::Phi => self.phi(body, data),
            Op::LandingPad { cleanup } => self.landing_pad(body, data, *cleanup),
            Op::Opaque { name, .. } => {
                write!(self.out, "<{name}> ")?;
                self.typed_list(body, &data.operands)
            }
            _ => Ok(()),
        }
    }

    /// The word, flags and operands with their types.
    fn simple(&mut self, body: &Body<'_>, word: &str, data: &InstData) -> fmt::Result {
        self.out.push_str(word);
        self.flags(data.flags)?;
        self.out.push(' ');
        self.typed_list(body, &data.operands)
    }

    fn mask(&self, ty: Type, mask: &[i32]) -> String {
        let scalable = matches!(self.ctx.types.get(ty), TypeData::ScalableVector { .. });
        let vscale = if scalable { "vscale x " } else { "" };
        let head = format!("<{vscale}{} x i32>", mask.len());
        if mask.iter().all(|&lane| lane == 0) {
            return format!("{head} zeroinitializer");
        }
        if mask.iter().all(|&lane| lane < 0) {
            return format!("{head} poison");
        }
        let lanes = mask.iter().map(|&lane| match lane {
            0.. => format!("i32 {lane}"),
            _ => "i32 poison".to_owned(),
        });
        format!("{head} <{}>", lanes.collect::<Vec<_>>().join(", "))
    }

    fn phi(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        self.out.push_str("phi");
        self.flags(data.flags)?;
        write!(self.out, " {} ", self.ty(data.ty))?;
        for (index, (block, value)) in data.incoming().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            let value = self.value(body, value);
            write!(self.out, "{separator}[ {value}, %{} ]", body.names.block(block))?;
        }
        Ok(())
    }

    /// A clause of array type filters, any other catches.
    fn landing_pad(&mut self, body: &Body<'_>, data: &InstData, cleanup: bool) -> fmt::Result {
        write!(self.out, "landingpad {}", self.ty(data.ty))?;
        if cleanup {
            self.out.push_str(" cleanup");
        }
        for &clause in &data.operands {
            let filters = matches!(
                self.ctx.types.get(body.function.ty(clause)),
                TypeData::Array { .. }
            );
            self.out.push_str(if filters { " filter " } else { " catch " });
            self.typed(body, clause)?;
        }
        Ok(())
    }

    fn call(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        let Some(info) = data.op.call_info() else {
            return Ok(());
        };
        if let Some(word) = word_of(&TAIL_KINDS, info.tail) {
            write!(self.out, "{word} ")?;
        }
        let invoke = matches!(data.op, Op::Invoke(_));
        self.out.push_str(if invoke { "invoke" } else { "call" });
        self.flags(data.flags)?;
        self.out.push(' ');
        self.convention(info.conv)?;
        let attrs = self.ctx.attrs(info.attrs);
        write!(self.out, "{}", ParamText(self.ctx, &attrs.ret))?;
        self.callee(body, data, info)?;
        self.arguments(body, data.args(), attrs)?;
        write!(self.out, "{}", FuncText(attrs))?;
        if info.bundle_operands > 0 {
            self.out.push_str(" [<bundles>(");
            self.typed_list(body, &data.operands[1 + data.args().len()..])?;
            self.out.push_str(")]");
        }
        if let [normal, unwind] = data.targets[..] {
            self.out.push_str(" to ");
            self.label(body, normal)?;
            self.out.push_str(" unwind ");
            self.label(body, unwind)?;
        }
        Ok(())
    }

    /// The return type, or the whole function type where arguments vary, and the callee.
    fn callee(&mut self, body: &Body<'_>, data: &InstData, info: &CallInfo) -> fmt::Result {
        let callee = self.value(body, data.operands[0]);
        let ty = match self.ctx.types.get(info.func_ty) {
            TypeData::Func {
                ret, varargs: false, ..
            } => *ret,
            _ => info.func_ty,
        };
        write!(self.out, "{} {callee}", self.ty(ty))
    }

    fn arguments(&mut self, body: &Body<'_>, args: &[Value], attrs: &AttrList) -> fmt::Result {
        self.out.push('(');
        for (index, &arg) in args.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            write!(self.out, "{}", self.ty(body.function.ty(arg)))?;
            if let Some(attrs) = attrs.param(index) {
                self.attrs_after(attrs)?;
            }
            let text = self.value(body, arg);
            write!(self.out, " {text}")?;
        }
        self.out.push(')');
        Ok(())
    }

    fn terminator(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        match &data.op {
            Op::Br => {
                self.out.push_str("br ");
                self.label(body, data.targets[0])
            }
            Op::CondBr => {
                self.out.push_str("br ");
                self.typed_list(body, &data.operands)?;
                for &target in &data.targets {
                    self.out.push_str(", ");
                    self.label(body, target)?;
                }
                Ok(())
            }
            Op::Switch => self.switch(body, data),
            Op::IndirectBr => self.indirect_br(body, data),
            Op::Ret if data.operands.is_empty() => write!(self.out, "ret void"),
            Op::Ret => self.simple(body, "ret", data),
            Op::Resume => self.simple(body, "resume", data),
            Op::Unreachable => write!(self.out, "unreachable"),
            op => {
                let name = match op {
                    Op::Opaque { name, .. } => name,
                    _ => "terminator",
                };
                write!(self.out, "<{name}> ")?;
                self.typed_list(body, &data.operands)
            }
        }
    }

    fn switch(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        self.out.push_str("switch ");
        self.typed(body, data.operands[0])?;
        self.out.push_str(", ");
        self.label(body, data.targets[0])?;
        self.out.push_str(" [");
        for (&case, &target) in data.operands[1..].iter().zip(&data.targets[1..]) {
            self.out.push_str("\n    ");
            self.typed(body, case)?;
            self.out.push_str(", ");
            self.label(body, target)?;
        }
        self.out.push_str("\n  ]");
        Ok(())
    }

    fn indirect_br(&mut self, body: &Body<'_>, data: &InstData) -> fmt::Result {
        self.out.push_str("indirectbr ");
        self.typed_list(body, &data.operands)?;
        self.out.push_str(", [");
        for (index, &target) in data.targets.iter().enumerate() {
            self.out.push_str(if index > 0 { ", " } else { "" });
            self.label(body, target)?;
        }
        self.out.push(']');
        Ok(())
    }
}

/// The type that `!range` of an instruction speaks of.
fn access_type(function: &Function, data: &InstData) -> Type {
    data.result.map_or(data.ty, |result| function.ty(result))
}

fn linkage_word(linkage: Linkage) -> &'static str {
    match linkage {
        Linkage::External => "",
        Linkage::Internal => "internal ",
        Linkage::Interposable => "weak ",
        Linkage::Shared => "linkonce_odr ",
    }
}

impl Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_module(self))
    }
}
