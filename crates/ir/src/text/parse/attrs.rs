//! Parsing of attributes. Those that our model leaves out are skipped; words that are no attributes end the list.

use super::{Parsed, Parser};
use crate::attrs::{AttrList, MemoryEffects, ModRef, ParamAttrs, ParamFlags};
use crate::text::keywords::{FUNC_FLAGS, PARAM_FLAGS, by_word};
use crate::text::lexer::Token;
use crate::types::Type;

/// Parameter and return attributes that the model leaves out; an argument in parentheses or a number may follow.
const SKIPPED_PARAM: [&str; 20] = [
    "signext",
    "zeroext",
    "noext",
    "allocalign",
    "allocptr",
    "dead_on_unwind",
    "dead_on_return",
    "dereferenceable_or_null",
    "elementtype",
    "inalloca",
    "byref",
    "initializes",
    "nofpclass",
    "noundef_or_null",
    "preallocated",
    "range",
    "swiftasync",
    "writable",
    "alignstack",
    "captures",
];

/// Parameter attributes that bind to a convention.
const CONVENTION: [&str; 4] = ["inreg", "nest", "swiftself", "swifterror"];

/// Function attributes that the model leaves out, and words that stand between them.
const SKIPPED_FUNC: [&str; 55] = [
    "allockind",
    "allocsize",
    "alwaysinline",
    "builtin",
    "cold",
    "disable_sanitizer_instrumentation",
    "fn_ret_thunk_extern",
    "hot",
    "hybrid_patchable",
    "inlinehint",
    "jumptable",
    "minsize",
    "mustprogress",
    "naked",
    "nocallback",
    "nocf_check",
    "nocreateundeforpoison",
    "nodivergencesource",
    "noduplicate",
    "noimplicitfloat",
    "noinline",
    "nomerge",
    "nonlazybind",
    "noprofile",
    "noredzone",
    "nosanitize_bounds",
    "nosanitize_coverage",
    "null_pointer_is_valid",
    "optdebug",
    "optforfuzzing",
    "optnone",
    "optsize",
    "presplitcoroutine",
    "coro_only_destroy_when_complete",
    "coro_elide_safe",
    "safestack",
    "sanitize_address",
    "sanitize_hwaddress",
    "sanitize_memory",
    "sanitize_memtag",
    "sanitize_realtime",
    "sanitize_realtime_blocking",
    "sanitize_thread",
    "sanitize_type",
    "shadowcallstack",
    "skipprofile",
    "speculative_load_hardening",
    "ssp",
    "sspreq",
    "sspstrong",
    "uwtable",
    "vscale_range",
    "unnamed_addr",
    "local_unnamed_addr",
    "comdat",
];

impl Parser<'_> {
    pub(super) fn set_param(&self, attrs: &mut AttrList, index: usize, param: ParamAttrs) {
        if param != ParamAttrs::default() {
            attrs.params.resize(index + 1, ParamAttrs::default());
            attrs.params[index] = param;
        }
    }

    /// Attributes of a parameter or return.
    pub(super) fn param_attrs(&mut self) -> Parsed<ParamAttrs> {
        let mut attrs = ParamAttrs::default();
        loop {
            match self.peek().clone() {
                Token::Word(word) => {
                    if self.at_constant_word() || !self.param_attr(&word, &mut attrs)? {
                        return Ok(attrs);
                    }
                }
                Token::Str(_) => {
                    if let Some(string) = self.string_attr(|key| key.starts_with("enzyme"))? {
                        attrs.strings.push(string);
                    }
                }
                _ => return Ok(attrs),
            }
        }
    }

    /// Reads one attribute; false if `word` is none.
    fn param_attr(&mut self, word: &str, attrs: &mut ParamAttrs) -> Parsed<bool> {
        if let Some(flag) = by_word(&PARAM_FLAGS, word) {
            self.at += 1;
            attrs.flags = attrs.flags.union(flag);
        } else if CONVENTION.contains(&word) {
            self.at += 1;
            attrs.flags = attrs.flags.union(ParamFlags::CONVENTION);
        } else if word == "nocapture" || self.at_captures_none() {
            self.at += if word == "nocapture" { 1 } else { 4 };
            attrs.flags = attrs.flags.union(ParamFlags::NOCAPTURE);
        } else {
            match word {
                "byval" => attrs.byval = Some(self.type_argument()?),
                "sret" => attrs.sret = Some(self.type_argument()?),
                "dereferenceable" => {
                    self.at += 1;
                    self.expect_punct('(')?;
                    attrs.dereferenceable = self.integer()?;
                    self.expect_punct(')')?;
                }
                "align" => {
                    self.at += 1;
                    let parenthesis = self.eat_punct('(');
                    attrs.align = self.integer()?;
                    if parenthesis {
                        self.expect_punct(')')?;
                    }
                }
                _ if SKIPPED_PARAM.contains(&word) => self.skip_attr()?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn at_captures_none(&self) -> bool {
        self.word() == "captures"
            && *self.peek_after(1) == Token::Punct('(')
            && *self.peek_after(2) == Token::Word("none".to_owned())
            && *self.peek_after(3) == Token::Punct(')')
    }

    fn type_argument(&mut self) -> Parsed<Type> {
        self.at += 1;
        self.expect_punct('(')?;
        let ty = self.ty()?;
        self.expect_punct(')')?;
        Ok(ty)
    }

    fn skip_attr(&mut self) -> Parsed<()> {
        self.at += 1;
        if self.is_punct('(') {
            self.skip_balanced()?;
        }
        Ok(())
    }

    /// A string attribute that `keep` accepts by its key.
    fn string_attr(&mut self, keep: impl Fn(&str) -> bool) -> Parsed<Option<(Box<str>, Box<str>)>> {
        let key = self.string()?;
        let value = if self.eat_punct('=') {
            self.string()?
        } else {
            String::new()
        };
        Ok(keep(&key).then(|| (key.into(), value.into())))
    }

    /// Attributes of a function or call, groups included.
    pub(super) fn func_attrs(&mut self, attrs: &mut AttrList) -> Parsed<()> {
        loop {
            match self.peek().clone() {
                Token::AttrGroup(number) => {
                    self.at += 1;
                    self.attr_group(number, attrs)?;
                }
                Token::Word(word) => {
                    if !self.func_attr(&word, attrs)? {
                        return Ok(());
                    }
                }
                Token::Str(_) => {
                    let keep = |key: &str| key.starts_with("enzyme") || key.starts_with("implements");
                    if let Some(string) = self.string_attr(keep)? {
                        attrs.strings.push(string);
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn attr_group(&mut self, number: u32, attrs: &mut AttrList) -> Parsed<()> {
        let Some(&definition) = self.attr_groups.get(&number) else {
            return self.error_at(self.at - 1, format!("no attribute group #{number} is defined"));
        };
        let back = std::mem::replace(&mut self.at, definition);
        self.expect_punct('{')?;
        self.func_attrs(attrs)?;
        self.expect_punct('}')?;
        self.at = back;
        Ok(())
    }

    /// Reads one attribute; false if `word` is none.
    fn func_attr(&mut self, word: &str, attrs: &mut AttrList) -> Parsed<bool> {
        if let Some(flag) = by_word(&FUNC_FLAGS, word) {
            self.at += 1;
            attrs.flags = attrs.flags.union(flag);
            return Ok(true);
        }
        match word {
            "memory" => attrs.memory = self.memory_effects()?,
            "readnone" => self.memory_word(attrs, MemoryEffects::NONE),
            "readonly" => self.memory_word(attrs, MemoryEffects::all(ModRef::REF)),
            "writeonly" => self.memory_word(attrs, MemoryEffects::all(ModRef::MOD)),
            "align" | "gc" | "section" | "partition" | "prefix" | "prologue" => {
                self.at += 1;
                self.skip_balanced()?;
            }
            "alignstack" => {
                self.at += 1;
                self.eat_punct('=');
                self.skip_balanced()?;
            }
            _ if SKIPPED_FUNC.contains(&word) => self.skip_attr()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn memory_word(&mut self, attrs: &mut AttrList, effects: MemoryEffects) {
        self.at += 1;
        attrs.memory = effects;
    }

    /// `memory(none)`, `memory(read, argmem: readwrite)`: locations that are not named have the effect without a name, or none.
    fn memory_effects(&mut self) -> Parsed<MemoryEffects> {
        self.at += 1;
        self.expect_punct('(')?;
        let mut effects = MemoryEffects::NONE;
        while !self.eat_punct(')') {
            let location = match self.peek().clone() {
                Token::Label(location) => {
                    self.at += 1;
                    location
                }
                _ => String::new(),
            };
            let effect = self.mod_ref()?;
            match &*location {
                "" => effects = MemoryEffects::all(effect),
                "argmem" => effects.arguments = effect,
                "inaccessiblemem" => effects.inaccessible = effect,
                "errnomem" => effects.errno = effect,
                // Memory of targets counts as memory that the module cannot see.
                _ => effects.inaccessible = effects.inaccessible.union(effect),
            }
            if !self.is_punct(')') {
                self.expect_punct(',')?;
            }
        }
        Ok(effects)
    }

    fn mod_ref(&mut self) -> Parsed<ModRef> {
        let effect = match self.word() {
            "none" => ModRef::NONE,
            "read" => ModRef::REF,
            "write" => ModRef::MOD,
            "readwrite" => ModRef::BOTH,
            _ => return self.error("expected `none`, `read`, `write` or `readwrite`"),
        };
        self.at += 1;
        Ok(effect)
    }
}
