//! Finds LLVM 22 by its `llvm-config` and prints the linker's flags.

use std::process::Command;

/// Where LLVM's own configuration program may be found, in this order.
const PROGRAMS: [&str; 3] = [
    "llvm-config-22",
    "/usr/lib/llvm-22/bin/llvm-config",
    "llvm-config",
];

fn main() {
    println!("cargo:rerun-if-env-changed=LLVM_CONFIG");
    println!("cargo:rerun-if-changed=build.rs");
    let chosen = std::env::var("LLVM_CONFIG").ok();
    let candidates: Vec<&str> = match &chosen {
        Some(program) => vec![program],
        None => PROGRAMS.to_vec(),
    };
    let Some(program) = candidates
        .iter()
        .find(|program| ask(program, "--version").is_some_and(|version| version.starts_with("22.")))
    else {
        eprintln!(
            "LLVM 22 not found (tried {}). Install it with `apt-get install llvm-22-dev` from https://apt.llvm.org, \
             or set LLVM_CONFIG to its llvm-config.",
            candidates.join(", ")
        );
        std::process::exit(1);
    };
    let folder = ask(program, "--libdir").unwrap_or_default();
    println!("cargo:rustc-link-search=native={folder}");
    println!("cargo:rustc-link-lib=dylib=LLVM-22");
    println!("cargo:rustc-link-lib=dylib=stdc++");
}

fn ask(program: &str, question: &str) -> Option<String> {
    let output = Command::new(program).arg(question).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
