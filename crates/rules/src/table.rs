//! The table: building it, and finding an entry by opcode, intrinsic name or symbol.

use std::cell::RefCell;
use std::sync::OnceLock;

use indexmap::IndexMap;

use crate::complex::Complex;
use crate::entry::{Edge, Effects, Entry, EntryId, Kind, MathRule, Partial, Scalar, Slot};
use crate::expr::{Arena, Expr, ExprId, Node};
use crate::names::{self, Form, Library, Precision};
use crate::patterns::Patterns;
use crate::signature::Signature;

/// Instructions with an entry; [`Instruction::of_binary`] and [`Instruction::of_cast`] map the opcodes of `ir`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Instruction {
    /// `fneg`
    FNeg,
    /// `fadd`
    FAdd,
    /// `fsub`
    FSub,
    /// `fmul`
    FMul,
    /// `fdiv`
    FDiv,
    /// `frem`
    FRem,
    /// `fpext`; the tangent is converted alike
    FPExt,
    /// `fptrunc`; the tangent is converted alike
    FPTrunc,
    /// `uitofp`
    UIToFP,
    /// `sitofp`
    SIToFP,
    /// `fptoui`
    FPToUI,
    /// `fptosi`
    FPToSI,
    /// `fcmp`
    FCmp,
    /// `freeze` of a float
    Freeze,
}

/// The answer to a look-up: the entry, and how this spelling of it differs from the canonical one.
#[derive(Clone, Debug)]
pub struct Resolved<'t> {
    /// The entry.
    pub entry: &'t Entry,
    /// Precision, library, vector lanes.
    pub form: Form,
    by_pattern: bool,
}

impl Resolved<'_> {
    /// The entry's effects; an intrinsic does not write `errno` where its library twin does.
    pub fn effects(&self) -> Effects {
        match self.form.library {
            Library::Intrinsic => Effects {
                errno: false,
                ..self.entry.effects
            },
            _ => self.entry.effects,
        }
    }

    /// Whether a definition in the module should be preferred to the entry, because a program may have a function of its
    /// own by that name (`gamma`, `time`, `index`). Not so for allocation functions and for mangled names of standard
    /// libraries, whose bodies are there only because they were linked in.
    pub fn prefers_body(&self) -> bool {
        let allocates = matches!(
            self.entry.kind,
            Kind::Allocation(_) | Kind::Deallocation(_) | Kind::Reallocation(_)
        );
        !(allocates || (self.by_pattern && matches!(self.entry.kind, Kind::Inactive(_))))
    }
}

/// All rules. Immutable once built; [`RuleTable::standard`] is shared by the process.
#[derive(Debug)]
pub struct RuleTable {
    arena: Arena,
    entries: Vec<Entry>,
    instructions: IndexMap<Instruction, EntryId>,
    intrinsics: IndexMap<&'static str, EntryId>,
    math: IndexMap<&'static str, EntryId>,
    exact: IndexMap<&'static str, EntryId>,
    patterns: Patterns,
}

impl RuleTable {
    /// The table with everything that this crate knows, built on first use.
    pub fn standard() -> &'static RuleTable {
        static TABLE: OnceLock<RuleTable> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut builder = TableBuilder::default();
            crate::register_all(&mut builder);
            builder.build()
        })
    }

    /// The arena of all expressions of this table.
    pub fn arena(&self) -> &Arena {
        &self.arena
    }

    /// All entries, in the order of registration.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with that id.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0 as usize]
    }

    /// The entry of an instruction.
    pub fn instruction(&self, instruction: Instruction) -> &Entry {
        match self.instructions.get(&instruction) {
            Some(&id) => self.entry(id),
            None => unreachable!("every instruction is registered; the every_rule test checks it"),
        }
    }

    /// The entry of a called symbol: an intrinsic if it starts with `llvm.`, else a library function. `None` means that
    /// the table knows nothing: the callee needs a body or a user's rule.
    ///
    /// The table goes by the name; [`Resolved::prefers_body`] says what to do when the module defines the function.
    pub fn callee(&self, symbol: &str) -> Option<Resolved<'_>> {
        if symbol.starts_with("llvm.") {
            self.intrinsic(symbol)
        } else {
            self.function(symbol)
        }
    }

    /// The entry of an LLVM intrinsic, with or without its type suffixes (`llvm.sin`, `llvm.sin.v4f64`).
    pub fn intrinsic(&self, name: &str) -> Option<Resolved<'_>> {
        let resolved = |id| Resolved {
            entry: self.entry(id),
            form: Form::intrinsic(),
            by_pattern: false,
        };
        let mut base = name;
        loop {
            if let Some(&id) = self.intrinsics.get(base) {
                return Some(resolved(id));
            }
            match base.rfind('.') {
                Some(dot) => base = &base[..dot],
                None => return self.patterns.prefix(name).map(resolved),
            }
        }
    }

    /// The entry of a library function in any of its spellings.
    pub fn function(&self, symbol: &str) -> Option<Resolved<'_>> {
        let Some(assembly) = symbol.strip_prefix('\u{1}') else {
            return self.undecorated(symbol);
        };
        // A literal assembly name: `\01_fopen`, and `\01_fopen$UNIX2003` on macOS.
        let plain = assembly.strip_prefix('_').unwrap_or(assembly);
        let plain = plain.split_once('$').map_or(plain, |(name, _)| name);
        self.undecorated(assembly).or_else(|| self.undecorated(plain))
    }

    fn undecorated(&self, symbol: &str) -> Option<Resolved<'_>> {
        if let Some(&id) = self.exact.get(symbol) {
            let form = Form {
                precision: Precision::ByType,
                ..Form::default()
            };
            return Some(Resolved {
                entry: self.entry(id),
                form,
                by_pattern: false,
            });
        }
        if let Some((base, form)) = names::parse(symbol, &|base| self.math.contains_key(base)) {
            let id = self.math.get(base.as_str())?;
            return Some(Resolved {
                entry: self.entry(*id),
                form,
                by_pattern: false,
            });
        }
        let id = self
            .patterns
            .find(symbol, &|name| self.exact.get(name).copied())?;
        Some(Resolved {
            entry: self.entry(id),
            form: Form::default(),
            by_pattern: true,
        })
    }

    /// The entry with that canonical name or alias: what [`Node::Call`] and `deallocator` refer to.
    pub fn canonical(&self, name: &str) -> Option<&Entry> {
        self.math
            .get(name)
            .or_else(|| self.exact.get(name))
            .map(|&id| self.entry(id))
    }

    /// Whether inline assembly with that text neither moves nor computes floats that matter (`cpuid`, `exit`).
    pub fn inline_asm_is_inactive(&self, text: &str) -> bool {
        self.patterns.inline_asm_is_inactive(text)
    }

    /// Whether the global variable of that name never carries a derivative (streams, type information, ...).
    pub fn global_is_inactive(&self, name: &str) -> bool {
        self.patterns.global_is_inactive(name)
    }

    /// Every name under which `entry` is registered: spellings are generated from these.
    pub fn names_of(&self, entry: &Entry) -> Vec<&'static str> {
        let maps = [&self.math, &self.exact, &self.intrinsics];
        maps.into_iter()
            .flat_map(|map| map.iter())
            .filter(|(_, id)| std::ptr::eq(self.entry(**id), entry))
            .map(|(name, _)| *name)
            .collect()
    }
}

/// Collects entries; [`TableBuilder::build`] freezes them.
#[derive(Default)]
pub struct TableBuilder {
    arena: RefCell<Arena>,
    entries: Vec<Entry>,
    instructions: IndexMap<Instruction, EntryId>,
    intrinsics: IndexMap<&'static str, EntryId>,
    math: IndexMap<&'static str, EntryId>,
    exact: IndexMap<&'static str, EntryId>,
    pub(crate) patterns: Patterns,
}

/// The operands or outputs of a rule under construction.
#[derive(Clone)]
pub(crate) struct Values<'a> {
    arena: &'a RefCell<Arena>,
    nodes: Vec<Expr<'a>>,
}

impl<'a> std::ops::Index<usize> for Values<'a> {
    type Output = Expr<'a>;
    fn index(&self, index: usize) -> &Expr<'a> {
        &self.nodes[index]
    }
}

impl<'a> Values<'a> {
    /// A constant.
    pub(crate) fn constant(&self, value: f64) -> Expr<'a> {
        Expr::new(self.arena, Node::Constant(value.into()))
    }

    pub(crate) fn complex(&self, index: usize) -> Complex<'a> {
        Complex::new(self.nodes[2 * index], self.nodes[2 * index + 1])
    }
}

impl TableBuilder {
    /// The finished table.
    pub fn build(self) -> RuleTable {
        RuleTable {
            arena: self.arena.into_inner(),
            entries: self.entries,
            instructions: self.instructions,
            intrinsics: self.intrinsics,
            math: self.math,
            exact: self.exact,
            patterns: self.patterns,
        }
    }

    /// A math function of `N` floats, `|operands, result| partials`, known under all spellings of `name`.
    pub(crate) fn libm<const N: usize>(
        &mut self,
        name: &'static str,
        rule: impl for<'a> FnOnce([Expr<'a>; N], Expr<'a>) -> [Expr<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["f"; N].concat() + ">f";
        self.function(name, &signature, |x, r| {
            rule(std::array::from_fn(|i| x[i]), r[0]).to_vec()
        })
    }

    /// A holomorphic function of `N` complex numbers, `|operands, result| derivatives`.
    pub(crate) fn complex<const N: usize>(
        &mut self,
        name: &'static str,
        rule: impl for<'a> FnOnce([Complex<'a>; N], Complex<'a>) -> [Complex<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["c"; N].concat() + ">c";
        self.function(name, &signature, |z, r| {
            let derivatives = rule(std::array::from_fn(|i| z.complex(i)), r.complex(0));
            // The Cauchy-Riemann equations: for f' = u + iv the real Jacobian is [[u, -v], [v, u]].
            let real = derivatives.iter().flat_map(|d| [d.re, -d.im]);
            let imaginary = derivatives.iter().flat_map(|d| [d.im, d.re]);
            real.chain(imaginary).collect()
        })
    }

    /// A math function with a signature in the notation of [`crate::signature`]; the rule gets all real components of
    /// float and complex operands followed by nothing else for integers (one each), and all outputs, and gives the
    /// partials output-major over float outputs and float inputs.
    pub(crate) fn function(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.insert(Map::Math, name, id);
        MathBuilder { builder: self, id }
    }

    /// A math function whose derivative is zero wherever it exists.
    pub(crate) fn zero(&mut self, name: &'static str, signature: &str) -> MathBuilder<'_> {
        let parsed = Signature::parse(signature);
        let floats = parsed
            .outputs()
            .iter()
            .filter(|o| o.scalar == Scalar::Float)
            .count();
        let partials = floats * parsed.inputs().len();
        self.function(name, signature, |x, _| {
            (0..partials).map(|_| x.constant(0.0)).collect()
        })
    }

    /// An instruction of `N` floats.
    pub(crate) fn inst<const N: usize>(
        &mut self,
        instruction: Instruction,
        name: &'static str,
        rule: impl for<'a> FnOnce([Expr<'a>; N], Expr<'a>) -> [Expr<'a>; N],
    ) -> MathBuilder<'_> {
        let signature = ["f"; N].concat() + ">f";
        self.inst_with(instruction, name, &signature, |x, r| {
            rule(std::array::from_fn(|i| x[i]), r[0]).to_vec()
        })
    }

    /// An instruction with a signature.
    pub(crate) fn inst_with(
        &mut self,
        instruction: Instruction,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.instructions.insert(instruction, id);
        self.entries[id.0 as usize].effects = Effects::NONE;
        MathBuilder { builder: self, id }
    }

    /// An intrinsic without a library twin, named by its base name.
    pub(crate) fn intrinsic_function(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> MathBuilder<'_> {
        let id = self.math_entry(name, signature, rule);
        self.entries[id.0 as usize].effects = Effects::NONE;
        self.insert(Map::Intrinsics, name, id);
        let mut built = MathBuilder { builder: self, id };
        built.rule().intrinsic = Some(name);
        built
    }

    /// An entry that is not a math function, under exactly this symbol (`llvm.` names are intrinsics).
    pub(crate) fn exact(
        &mut self,
        name: &'static str,
        signature: &str,
        effects: Effects,
        kind: Kind,
    ) -> EntryId {
        let signature = Signature::parse(signature);
        let id = self.push(name, signature, effects, kind);
        self.insert(
            if name.starts_with("llvm.") {
                Map::Intrinsics
            } else {
                Map::Exact
            },
            name,
            id,
        );
        id
    }

    /// Further intrinsic or symbol of the entry that is registered as `of`; an intrinsic may have further operands
    /// (rounding mode, masks of metadata), which carry no derivative.
    pub(crate) fn also(&mut self, alias: &'static str, of: &str) {
        let id = [&self.intrinsics, &self.math, &self.exact]
            .into_iter()
            .find_map(|map| map.get(of).copied());
        let id = id.unwrap_or_else(|| panic!("{alias} is declared like {of}, which is not registered"));
        self.insert(
            if alias.starts_with("llvm.") {
                Map::Intrinsics
            } else {
                Map::Exact
            },
            alias,
            id,
        );
    }

    /// Further intrinsic of an instruction's entry.
    pub(crate) fn also_instruction(&mut self, alias: &'static str, instruction: Instruction) {
        let id = self.instructions[&instruction];
        self.insert(Map::Intrinsics, alias, id);
    }

    /// An entry that only patterns lead to.
    pub(crate) fn unnamed(
        &mut self,
        name: &'static str,
        signature: &str,
        effects: Effects,
        kind: Kind,
    ) -> EntryId {
        self.push(name, Signature::parse(signature), effects, kind)
    }

    fn push(&mut self, name: &'static str, signature: Signature, effects: Effects, kind: Kind) -> EntryId {
        let id = EntryId(u32::try_from(self.entries.len()).expect("fewer than 2^32 entries"));
        let Signature {
            params,
            variadic,
            returns,
        } = signature;
        self.entries.push(Entry {
            name,
            params,
            variadic,
            returns,
            effects,
            kind,
        });
        id
    }

    fn math_entry(
        &mut self,
        name: &'static str,
        signature: &str,
        rule: impl for<'a> FnOnce(&Values<'a>, &Values<'a>) -> Vec<Expr<'a>>,
    ) -> EntryId {
        let signature = Signature::parse(signature);
        let (inputs, outputs) = (signature.inputs(), signature.outputs());
        let given: Vec<ExprId> = {
            let operands = operand_values(&self.arena, &signature);
            let results = (0..outputs.len())
                .map(|k| Expr::new(&self.arena, Node::Output(u8::try_from(k).expect("few outputs"))));
            let results = Values {
                arena: &self.arena,
                nodes: results.collect(),
            };
            rule(&operands, &results).into_iter().map(Expr::id).collect()
        };
        let floats = outputs.iter().filter(|o| o.scalar == Scalar::Float).count();
        assert_eq!(
            given.len(),
            floats * inputs.len(),
            "{name}: one partial per float output and float input"
        );
        let mut given = given.into_iter();
        let mut partials = Vec::new();
        for output in &outputs {
            for _ in &inputs {
                let expr = match output.scalar {
                    Scalar::Float => given.next(),
                    Scalar::Integer => None,
                };
                partials.push(expr.map_or_else(Partial::default, |e| Partial::new(&self.arena.borrow(), e)));
            }
        }
        let rule = MathRule {
            inputs,
            outputs,
            partials,
            domain: Vec::new(),
            edges: Vec::new(),
            intrinsic: None,
        };
        self.push(name, signature, Effects::ERRNO, Kind::Math(rule))
    }

    fn insert(&mut self, map: Map, name: &'static str, id: EntryId) {
        let map = match map {
            Map::Math => &mut self.math,
            Map::Exact => &mut self.exact,
            Map::Intrinsics => &mut self.intrinsics,
        };
        let previous = map.insert(name, id);
        assert!(
            previous.is_none(),
            "two entries of the rule table are named {name}"
        );
    }
}

#[derive(Clone, Copy)]
enum Map {
    Math,
    Exact,
    Intrinsics,
}

/// Operand nodes in operand order: complex ones give two, integers one, pointers none.
fn operand_values<'a>(arena: &'a RefCell<Arena>, signature: &Signature) -> Values<'a> {
    let slots = sample_slots(&signature.params);
    let nodes = slots
        .into_iter()
        .map(|Slot { operand, component }| Expr::new(arena, Node::Operand { operand, component }))
        .collect();
    Values { arena, nodes }
}

/// The numeric operands of a parameter list, integers included, in operand order: what domains, edges and rule closures
/// index.
pub fn sample_slots(params: &[crate::entry::Param]) -> Vec<Slot> {
    use crate::entry::Param;
    let mut slots = Vec::new();
    for (operand, param) in (0u8..).zip(params) {
        let components = match param {
            Param::Float | Param::Integer | Param::OtherFloat => 1,
            Param::Complex => 2,
            _ => 0,
        };
        slots.extend((0..components).map(|component| Slot { operand, component }));
    }
    slots
}

/// Adds to the math entry just registered.
pub(crate) struct MathBuilder<'b> {
    builder: &'b mut TableBuilder,
    id: EntryId,
}

impl MathBuilder<'_> {
    fn rule(&mut self) -> &mut MathRule {
        match &mut self.builder.entries[self.id.0 as usize].kind {
            Kind::Math(rule) => rule,
            _ => unreachable!("only math entries get a MathBuilder"),
        }
    }

    /// A box on which the rule is smooth; several calls add several boxes.
    pub(crate) fn domain<const N: usize>(mut self, intervals: [(f64, f64); N]) -> Self {
        self.rule().domain.push(intervals.to_vec());
        self
    }

    /// A kink, pole or branch point and its partials.
    pub(crate) fn edge<const N: usize, const M: usize>(
        mut self,
        inputs: [f64; N],
        partials: [f64; M],
        reason: &'static str,
    ) -> Self {
        self.rule().edges.push(Edge {
            inputs: inputs.to_vec(),
            partials: partials.to_vec(),
            reason,
        });
        self
    }

    /// The LLVM intrinsic of the same meaning and signature.
    pub(crate) fn intrinsic(mut self, name: &'static str) -> Self {
        self.rule().intrinsic = Some(name);
        self.builder.insert(Map::Intrinsics, name, self.id);
        self
    }

    /// Another intrinsic with the same rule, not used for emission.
    pub(crate) fn also_intrinsic(self, name: &'static str) -> Self {
        self.builder.insert(Map::Intrinsics, name, self.id);
        self
    }

    /// Another name of the same function, with all its spellings.
    pub(crate) fn alias(self, name: &'static str) -> Self {
        self.builder.insert(Map::Math, name, self.id);
        self
    }

    /// Another symbol of the same function without further spellings.
    pub(crate) fn symbol(self, name: &'static str) -> Self {
        self.builder.insert(Map::Exact, name, self.id);
        self
    }

    /// Declares that the function touches no memory, not even `errno`.
    pub(crate) fn no_errno(self) -> Self {
        self.builder.entries[self.id.0 as usize].effects = Effects::NONE;
        self
    }
}
