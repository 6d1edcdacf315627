//! What the arguments of rustc say.

use std::ffi::OsString;
use std::path::PathBuf;

/// The arguments of one call of rustc.
pub struct Arguments<'a>(&'a [OsString]);

impl<'a> Arguments<'a> {
    /// Reads arguments, without the program's name.
    #[must_use]
    pub fn new(arguments: &'a [OsString]) -> Self {
        Self(arguments)
    }

    /// All values of a long option, as `--name value` and `--name=value`.
    fn values(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        let mut rest = self.0.iter();
        while let Some(argument) = rest.next() {
            let text = argument.to_string_lossy();
            if text == name {
                values.extend(rest.next().map(|value| value.to_string_lossy().into_owned()));
            } else if let Some(value) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                values.push(value.to_owned());
            }
        }
        values
    }

    /// The last value of a code generation option, as `-C name=value` and `-Cname=value`; empty for an option without a value.
    #[must_use]
    pub fn codegen(&self, name: &str) -> Option<String> {
        let mut found = None;
        let mut rest = self.0.iter();
        while let Some(argument) = rest.next() {
            let text = argument.to_string_lossy();
            let option = match text.as_ref() {
                "-C" | "--codegen" => rest.next().map(|option| option.to_string_lossy().into_owned()),
                "-O" if name == "opt-level" => Some("opt-level=3".to_owned()),
                "-g" if name == "debuginfo" => Some("debuginfo=2".to_owned()),
                text => text
                    .strip_prefix("-C")
                    .or_else(|| text.strip_prefix("--codegen="))
                    .map(str::to_owned),
            };
            let Some(option) = option else { continue };
            let (key, value) = option.split_once('=').unwrap_or((&option, ""));
            if key.replace('_', "-") == name {
                found = Some(value.to_owned());
            }
        }
        found
    }

    /// Whether the call links a program or a dynamic library with fat LTO. Cargo asks for that only for what it makes for the target.
    #[must_use]
    pub fn links_with_fat_lto(&self) -> bool {
        let lto = self
            .codegen("lto")
            .is_some_and(|lto| matches!(lto.as_str(), "" | "fat" | "y" | "yes" | "on" | "true"));
        lto && self.links()
    }

    /// Whether the call links a program or a dynamic library; build scripts are programs too.
    #[must_use]
    pub fn links(&self) -> bool {
        let linked = |kind: &String| matches!(kind.as_str(), "bin" | "cdylib");
        let kinds = self.values("--crate-type");
        let kind = self.0.iter().any(|argument| argument == "--test")
            || kinds.is_empty()
            || kinds.iter().any(linked);
        let emits = self.values("--emit");
        let links = emits.is_empty()
            || emits.iter().any(|emit| {
                emit.split(',')
                    .any(|kind| kind == "link" || kind.starts_with("link="))
            });
        kind && links && !self.values("--crate-name").is_empty()
    }

    /// Whether the call compiles something that such a link takes in.
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.links_with_fat_lto() || self.codegen("linker-plugin-lto").is_some()
    }

    /// Whether the program is to have no debug information, not even that of the standard library.
    #[must_use]
    pub fn wants_no_debug_information(&self) -> bool {
        let own = self
            .codegen("debuginfo")
            .is_some_and(|level| !matches!(level.as_str(), "0" | "none"));
        let strips = self
            .codegen("strip")
            .is_some_and(|what| matches!(what.as_str(), "debuginfo" | "symbols"));
        strips && !own
    }

    /// The path of the output without its ending.
    #[must_use]
    pub fn output_stem(&self) -> PathBuf {
        let last = |name| self.values(name).pop().unwrap_or_default();
        let name = last("--crate-name") + &self.codegen("extra-filename").unwrap_or_default();
        PathBuf::from(last("--out-dir")).join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn what_cargo_links_for_the_target_is_recognized() {
        let program = "--crate-name p --crate-type bin --emit=dep-info,link -C opt-level=3 -C lto=fat -C extra-filename=-1 --out-dir /t";
        let arguments = list(program);
        let read = Arguments::new(&arguments);
        assert!(read.links_with_fat_lto());
        assert_eq!(read.output_stem(), PathBuf::from("/t/p-1"));
        assert_eq!(read.codegen("opt-level").as_deref(), Some("3"));
        for other in [
            "--crate-name p --crate-type lib --emit=dep-info,metadata,link -C linker-plugin-lto",
            "--crate-name build_script_build --crate-type bin --emit=dep-info,link",
            "--crate-name p --crate-type proc-macro --emit=dep-info,link -C lto=fat",
            "--crate-name p --crate-type bin --emit=dep-info,metadata -Clto=fat",
            "--crate-name p --crate-type bin --emit=dep-info,link -C lto=thin",
            "-vV",
        ] {
            assert!(!Arguments::new(&list(other)).links_with_fat_lto(), "{other}");
        }
    }

    #[test]
    fn the_last_option_counts() {
        let arguments = list("-Clinker=a -C linker=b -g");
        let read = Arguments::new(&arguments);
        assert_eq!(read.codegen("linker").as_deref(), Some("b"));
        assert_eq!(read.codegen("debuginfo").as_deref(), Some("2"));
    }

    #[test]
    fn debug_information_is_dropped_only_if_nobody_wants_it() {
        for (text, dropped) in [
            ("-C strip=debuginfo", true),
            ("-C strip=symbols -C debuginfo=0", true),
            ("-C strip=debuginfo -C debuginfo=1", false),
            ("-C opt-level=3", false),
        ] {
            assert_eq!(
                Arguments::new(&list(text)).wants_no_debug_information(),
                dropped,
                "{text}"
            );
        }
    }
}
