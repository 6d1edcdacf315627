//! Which part the executable plays: users, cargo and rustc all start the same one.

use std::ffi::OsString;

/// Set by the command for cargo, so that cargo's calls are recognized: the wrapper that the user had before, or nothing.
pub const WRAPPER_VARIABLE: &str = "RSENZYME_INNER_WRAPPER";
/// Set by the wrapper for rustc, so that rustc's call is recognized: a [`crate::step::Step`].
pub const STEP_VARIABLE: &str = "RSENZYME_STEP";

/// The parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// `cargo rsenzyme`, by the user.
    Command,
    /// The wrapper of rustc, by cargo.
    Wrapper,
    /// The linker, by rustc.
    Linker,
}

/// The part that these arguments ask for. Cargo passes a command its name, which no other caller does.
#[must_use]
pub fn of(arguments: &[OsString]) -> Role {
    let set = |name: &str| std::env::var_os(name).is_some();
    if arguments.get(1).is_some_and(|first| first == "rsenzyme") {
        Role::Command
    } else if set(STEP_VARIABLE) {
        Role::Linker
    } else if set(WRAPPER_VARIABLE) {
        Role::Wrapper
    } else {
        Role::Command
    }
}
