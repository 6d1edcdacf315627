//! The modules: made from sources by the compilers whose output users bring.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A folder that is kept from run to run.
pub fn scratch() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// Runs a command; `package` is what to install if there is no such program.
fn run(command: &mut Command, package: &str) {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "cannot run {program} ({error}): apt-get install {package}, from https://apt.llvm.org for LLVM"
        )
    });
    assert!(
        output.status.success(),
        "{program} failed ({package} must be installed):\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A Rust program that uses `regex`, as one module after fat link-time optimisation.
pub fn regex_program() -> PathBuf {
    let target = scratch().join("regex-program");
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo
        .args(["rustc", "--release", "--locked", "--manifest-path"])
        .arg(fixture("regex-program/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "--emit=llvm-bc", "-Csave-temps=no"])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo, "cargo, or https://rustup.rs");
    let deps = target.join("release/deps");
    let newest = std::fs::read_dir(&deps)
        .expect("cargo has built")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "bc")
                && path.to_string_lossy().contains("regex_program")
        })
        .max_by_key(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok());
    newest.expect("rustc has written bitcode")
}

/// A C++ unit of Eigen and libstdc++ with debug info.
pub fn eigen_unit() -> PathBuf {
    let out = scratch().join("eigen.bc");
    let mut clang = Command::new("clang++-22");
    clang
        .args([
            "-O2",
            "-g",
            "-std=c++17",
            "-isystem",
            "/usr/include/eigen3",
            "-emit-llvm",
            "-c",
        ])
        .arg(fixture("eigen.cpp"))
        .arg("-o")
        .arg(&out);
    run(&mut clang, "clang-22 libeigen3-dev");
    out
}

/// A Fortran unit.
pub fn fortran_unit() -> PathBuf {
    let out = scratch().join("unit.bc");
    let mut flang = Command::new("flang-22");
    flang
        .args(["-O2", "-g", "-emit-llvm", "-c"])
        .arg(fixture("unit.f90"))
        .arg("-o")
        .arg(&out)
        .current_dir(scratch());
    run(&mut flang, "flang-22");
    out
}

/// Checks that the hand-written file has every instruction that LLVM can read.
pub fn names_every_opcode(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a fixture");
    let words: std::collections::HashSet<&str> = text
        .lines()
        .filter(|line| !line.starts_with(';'))
        .flat_map(str::split_whitespace)
        .collect();
    for opcode in OPCODES {
        assert!(words.contains(opcode), "no `{opcode}`");
    }
}

/// The instructions of the LangRef.
const OPCODES: [&str; 68] = [
    "ret",
    "br",
    "switch",
    "indirectbr",
    "invoke",
    "callbr",
    "resume",
    "catchswitch",
    "catchret",
    "cleanupret",
    "unreachable",
    "fneg",
    "add",
    "fadd",
    "sub",
    "fsub",
    "mul",
    "fmul",
    "udiv",
    "sdiv",
    "fdiv",
    "urem",
    "srem",
    "frem",
    "shl",
    "lshr",
    "ashr",
    "and",
    "or",
    "xor",
    "extractelement",
    "insertelement",
    "shufflevector",
    "extractvalue",
    "insertvalue",
    "alloca",
    "load",
    "store",
    "fence",
    "cmpxchg",
    "atomicrmw",
    "getelementptr",
    "trunc",
    "zext",
    "sext",
    "fptrunc",
    "fpext",
    "fptoui",
    "fptosi",
    "uitofp",
    "sitofp",
    "ptrtoint",
    "ptrtoaddr",
    "inttoptr",
    "bitcast",
    "addrspacecast",
    "icmp",
    "fcmp",
    "phi",
    "select",
    "freeze",
    "call",
    "va_arg",
    "landingpad",
    "catchpad",
    "cleanuppad",
    "musttail",
    "tail",
];
