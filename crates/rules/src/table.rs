//! The table: building it, and finding an entry by opcode, intrinsic name or symbol.

use std::sync::OnceLock;

use indexmap::IndexMap;

use crate::builder::TableBuilder;
use crate::entry::{Effects, Entry, EntryId, Kind, Param, Slot};
use crate::expr::Arena;
use crate::names::{self, Form, Library, Precision};
use crate::patterns::Patterns;

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
    pub(crate) arena: Arena,
    pub(crate) entries: Vec<Entry>,
    pub(crate) index: Index,
}

/// The ways to an entry.
#[derive(Default, Debug)]
pub(crate) struct Index {
    pub(crate) instructions: IndexMap<Instruction, EntryId>,
    /// Base names of LLVM intrinsics.
    pub(crate) intrinsics: IndexMap<&'static str, EntryId>,
    /// Canonical names of math functions, which have spellings.
    pub(crate) math: IndexMap<&'static str, EntryId>,
    /// Symbols that are taken as they are.
    pub(crate) exact: IndexMap<&'static str, EntryId>,
    pub(crate) patterns: Patterns,
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

    /// The id of an entry of this table. Linear in the table.
    pub fn id_of(&self, entry: &Entry) -> Option<EntryId> {
        let at = self.entries.iter().position(|own| std::ptr::eq(own, entry))?;
        Some(EntryId(at as u32))
    }

    /// The entry of an instruction.
    pub fn instruction(&self, instruction: Instruction) -> &Entry {
        match self.index.instructions.get(&instruction) {
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

    /// As [`RuleTable::callee`], for a function declared with type `function`: `None` also if that is not the type of the
    /// function that the table knows by this name ([`crate::binding::fits`]). This is the look-up for calls in programs.
    pub fn declared(
        &self,
        types: &ir::types::Types,
        symbol: &str,
        function: ir::Type,
    ) -> Option<Resolved<'_>> {
        let found = self.callee(symbol)?;
        let fits =
            symbol.starts_with("llvm.") || crate::binding::fits(types, found.entry, &found.form, function);
        fits.then_some(found)
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
            if let Some(&id) = self.index.intrinsics.get(base) {
                return Some(resolved(id));
            }
            match base.rfind('.') {
                Some(dot) => base = &base[..dot],
                None => return self.index.patterns.prefix(name).map(resolved),
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
        if let Some(&id) = self.index.exact.get(symbol) {
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
        if let Some((base, form)) = names::parse(symbol, &|base| self.index.math.contains_key(base)) {
            let id = self.index.math.get(base.as_str())?;
            return Some(Resolved {
                entry: self.entry(*id),
                form,
                by_pattern: false,
            });
        }
        let id = self
            .index
            .patterns
            .find(symbol, &|name| self.index.exact.get(name).copied())?;
        Some(Resolved {
            entry: self.entry(id),
            form: Form::default(),
            by_pattern: true,
        })
    }

    /// The entry with that canonical name or alias: what [`crate::Node::Call`] and `deallocator` refer to.
    pub fn canonical(&self, name: &str) -> Option<&Entry> {
        self.index
            .math
            .get(name)
            .or_else(|| self.index.exact.get(name))
            .map(|&id| self.entry(id))
    }

    /// Whether inline assembly with that text neither moves nor computes floats that matter (`cpuid`, `exit`).
    pub fn inline_asm_is_inactive(&self, text: &str) -> bool {
        self.index.patterns.inline_asm_is_inactive(text)
    }

    /// Whether the global variable of that name never carries a derivative (streams, type information, ...).
    pub fn global_is_inactive(&self, name: &str) -> bool {
        self.index.patterns.global_is_inactive(name)
    }

    /// Every name under which `entry` is registered: spellings are generated from these.
    pub fn names_of(&self, entry: &Entry) -> Vec<&'static str> {
        let maps = [&self.index.math, &self.index.exact, &self.index.intrinsics];
        maps.into_iter()
            .flat_map(|map| map.iter())
            .filter(|(_, id)| std::ptr::eq(self.entry(**id), entry))
            .map(|(name, _)| *name)
            .collect()
    }
}

/// The numeric operands of a parameter list, integers included, in operand order: what domains, edges and rule closures
/// index.
pub fn sample_slots(params: &[Param]) -> Vec<Slot> {
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
