//! Look-up by shape of the name: prefixes of symbols and of demangled names, inactive globals, inline assembly.

use crate::entry::EntryId;

/// The patterns of a table.
#[derive(Default, Debug)]
pub(crate) struct Patterns {
    /// Symbols that start with the text.
    pub(crate) symbol_prefixes: Vec<(&'static str, EntryId)>,
}

impl Patterns {
    /// The entry of the first pattern that `symbol` matches; `exact` finds demangled names of other spellings.
    pub(crate) fn find(&self, symbol: &str, _exact: &dyn Fn(&str) -> Option<EntryId>) -> Option<EntryId> {
        self.symbol_prefixes
            .iter()
            .find(|(prefix, _)| symbol.starts_with(prefix))
            .map(|(_, id)| *id)
    }

    pub(crate) fn inline_asm_is_inactive(&self, text: &str) -> bool {
        text.contains("cpuid") || text.contains("exit")
    }

    pub(crate) fn global_is_inactive(&self, name: &str) -> bool {
        matches!(name, "stdout" | "stderr" | "stdin")
    }
}
