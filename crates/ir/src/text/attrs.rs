//! Printing of attributes.

use std::fmt::{self, Write};

use super::constants::{TypeText, write_list};
use super::keywords::{FUNC_FLAGS, PARAM_FLAGS};
use super::names::StringLiteral;
use crate::attrs::{AttrList, MemoryEffects, ModRef, ParamAttrs};
use crate::context::Context;

/// Attributes of a parameter or return, each followed by a space.
pub(super) struct ParamText<'a>(pub(super) &'a Context, pub(super) &'a ParamAttrs);

impl fmt::Display for ParamText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ctx, attrs) = *self;
        for (flag, name) in PARAM_FLAGS {
            if attrs.flags.contains(flag) {
                write!(f, "{name} ")?;
            }
        }
        if let Some(ty) = attrs.byval {
            write!(f, "byval({}) ", TypeText(ctx, ty))?;
        }
        if let Some(ty) = attrs.sret {
            write!(f, "sret({}) ", TypeText(ctx, ty))?;
        }
        if attrs.dereferenceable > 0 {
            write!(f, "dereferenceable({}) ", attrs.dereferenceable)?;
        }
        if attrs.align > 0 {
            write!(f, "align {} ", attrs.align)?;
        }
        for string in &attrs.strings {
            write!(f, "{} ", StringAttr(string))?;
        }
        Ok(())
    }
}

/// Attributes of a function or call, each after a space.
pub(super) struct FuncText<'a>(pub(super) &'a AttrList);

impl fmt::Display for FuncText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (flag, name) in FUNC_FLAGS {
            if self.0.flags.contains(flag) {
                write!(f, " {name}")?;
            }
        }
        if self.0.memory != MemoryEffects::UNKNOWN {
            write!(f, " {}", MemoryText(self.0.memory))?;
        }
        for string in &self.0.strings {
            write!(f, " {}", StringAttr(string))?;
        }
        Ok(())
    }
}

struct StringAttr<'a>(&'a (Box<str>, Box<str>));

impl fmt::Display for StringAttr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, value) = self.0;
        write!(f, "{}", StringLiteral(key.as_bytes()))?;
        if !value.is_empty() {
            write!(f, "={}", StringLiteral(value.as_bytes()))?;
        }
        Ok(())
    }
}

struct MemoryText(MemoryEffects);

impl fmt::Display for MemoryText {
    /// The effect on other memory is the default that the remaining locations are compared with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MemoryEffects {
            arguments,
            inaccessible,
            errno,
            other,
        } = self.0;
        let mut parts = Vec::new();
        let named = [
            ("argmem", arguments),
            ("inaccessiblemem", inaccessible),
            ("errnomem", errno),
        ];
        let exceptions: Vec<_> = named.into_iter().filter(|&(_, effect)| effect != other).collect();
        if !other.is_none() || exceptions.is_empty() {
            parts.push(mod_ref(other).to_owned());
        }
        for (name, effect) in exceptions {
            parts.push(format!("{name}: {}", mod_ref(effect)));
        }
        f.write_str("memory(")?;
        write_list(f, parts)?;
        f.write_char(')')
    }
}

fn mod_ref(effect: ModRef) -> &'static str {
    match (effect.reads, effect.writes) {
        (false, false) => "none",
        (true, false) => "read",
        (false, true) => "write",
        (true, true) => "readwrite",
    }
}
