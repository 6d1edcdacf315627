//! Names in textual IR: unique, and quoted where the language asks for it.

use std::fmt::{self, Write};

use indexmap::IndexSet;

use crate::context::{Context, FuncId, GlobalId};
use crate::entity::{Entity, EntityVec};
use crate::function::{Block, Function, Value};

/// The symbols of a module. Functions and globals share one space of names.
pub(super) struct Symbols {
    funcs: EntityVec<FuncId, String>,
    globals: EntityVec<GlobalId, String>,
}

impl Symbols {
    pub(super) fn of(ctx: &Context) -> Self {
        let mut taken = IndexSet::new();
        let globals = ctx
            .globals
            .values()
            .map(|global| format!("@{}", Quoted(&unique(&mut taken, &global.name))));
        let globals = globals.collect();
        let funcs = ctx
            .funcs
            .values()
            .map(|func| format!("@{}", Quoted(&unique(&mut taken, &func.name))));
        Self {
            funcs: funcs.collect(),
            globals,
        }
    }

    pub(super) fn func(&self, func: FuncId) -> &str {
        &self.funcs[func]
    }

    pub(super) fn global(&self, global: GlobalId) -> &str {
        &self.globals[global]
    }
}

/// The names of values and blocks of a function, without `%`. Constants have none.
pub(super) struct Locals {
    values: EntityVec<Value, String>,
    blocks: EntityVec<Block, String>,
}

impl Locals {
    /// Names in use come first, so that numbered ones never take them away.
    pub(super) fn of(function: &Function) -> Self {
        let mut taken = IndexSet::new();
        let mut values = EntityVec::filled(function.value_count(), String::new());
        let mut blocks = EntityVec::filled(function.block_count(), String::new());
        for &block in function.blocks() {
            if let Some(name) = function.block_names.get(&block) {
                blocks[block] = Quoted(&unique(&mut taken, name)).to_string();
            }
        }
        let results = function.all_insts().filter_map(|inst| function.inst(inst).result);
        let defined: Vec<Value> = function.params.iter().copied().chain(results).collect();
        for &value in &defined {
            if let Some(name) = function.value_names.get(&value) {
                values[value] = Quoted(&unique(&mut taken, name)).to_string();
            }
        }
        for &block in function.blocks() {
            if blocks[block].is_empty() {
                blocks[block] = unique(&mut taken, &format!("bb{}", block.index()));
            }
        }
        for &value in &defined {
            if values[value].is_empty() {
                values[value] = unique(&mut taken, &format!("v{}", value.index()));
            }
        }
        Self { values, blocks }
    }

    pub(super) fn value(&self, value: Value) -> &str {
        &self.values[value]
    }

    pub(super) fn block(&self, block: Block) -> &str {
        &self.blocks[block]
    }
}

/// `name`, or `name.N` for the first N that makes it new.
fn unique(taken: &mut IndexSet<String>, name: &str) -> String {
    let mut candidate = name.to_owned();
    let mut number = 0;
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = format!("{name}.{number}");
    }
    candidate
}

/// A name as LLVM's lexer reads it after `@`, `%` or `!`.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = !self.0.is_empty()
            && !self.0.starts_with(|c: char| c.is_ascii_digit())
            && self.0.bytes().all(is_name_byte);
        if plain {
            f.write_str(self.0)
        } else {
            write!(f, "{}", StringLiteral(self.0.as_bytes()))
        }
    }
}

/// Whether a byte may stand in a name without quotes.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'$' | b'.' | b'_')
}

/// Bytes in quotes, with everything escaped that is not plain ASCII.
pub(super) struct StringLiteral<'a>(pub(super) &'a [u8]);

impl fmt::Display for StringLiteral<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for &byte in self.0 {
            match byte {
                b'"' | b'\\' => write!(f, "\\{byte:02X}")?,
                0x20..=0x7e => f.write_char(char::from(byte))?,
                _ => write!(f, "\\{byte:02X}")?,
            }
        }
        f.write_char('"')
    }
}
