//! The executable `cargo-rsenzyme`; see the library for its parts.

use std::process::ExitCode;

use cargo_rsenzyme::role::{self, Role};
use cargo_rsenzyme::{cli, linker, std_autodiff, wrapper};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let result = match role::of(&arguments) {
        Role::Command => cli::main(&arguments),
        Role::Wrapper if std_autodiff::wrapper::is_on() => std_autodiff::wrapper::main(&arguments),
        Role::Wrapper => wrapper::main(&arguments),
        Role::Linker => linker::main(&arguments),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: cargo rsenzyme: {error:#}");
        ExitCode::FAILURE
    })
}
