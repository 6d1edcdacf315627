//! Compiles the C++ glue against LLVM 22's headers. Nothing of LLVM and no C++ library is linked: the host has both.

use std::path::PathBuf;
use std::process::Command;

const LLVM_MAJOR: &str = "22";

fn main() {
    println!("cargo:rerun-if-changed=src/glue.cpp");
    println!("cargo:rerun-if-env-changed=LLVM_CONFIG");
    // Functions that a host of another LLVM lacks must not keep the library from loading, or it could not say why it is
    // not active. (What Rust calls is bound at once all the same; it is old enough for LLVM 19.) For LLVM 22 the tests
    // check that every symbol is there.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,lazy");
    let include = include_directory();
    let mut build = cc::Build::new();
    build.cpp(true).file("src/glue.cpp").std("c++17").include(include);
    // LLVM is built without both; NDEBUG must be that of the host, for it changes inline functions.
    build
        .flag("-fno-rtti")
        .flag("-fno-exceptions")
        .define("NDEBUG", None);
    // rustc's libLLVM exports of the libstdc++ inside only what LLVM uses; unoptimized, the glue would need more of it.
    build
        .flag("-fvisibility-inlines-hidden")
        .opt_level(2)
        .flag_if_supported("-Wno-unused-parameter");
    // A libstdc++ of our own would be a second C++ runtime in rustc.
    build.cpp_link_stdlib(None);
    if std::env::var_os("CXX").is_none() && Command::new("c++").arg("--version").output().is_err() {
        build.compiler(format!("clang++-{LLVM_MAJOR}"));
    }
    build.compile("rsenzyme_glue");
}

/// Where LLVM's headers are: as `llvm-config-22`, or the program that `LLVM_CONFIG` names, says.
fn include_directory() -> PathBuf {
    let program = std::env::var("LLVM_CONFIG").unwrap_or_else(|_| format!("llvm-config-{LLVM_MAJOR}"));
    let ask = |what: &str| {
        let output = Command::new(&program).arg(what).output();
        match output {
            Ok(output) if output.status.success() => {
                String::from_utf8_lossy(&output.stdout).trim().to_owned()
            }
            _ => panic!("`{program} {what}` failed: install llvm-{LLVM_MAJOR}-dev (`cargo xtask install`)"),
        }
    };
    let version = ask("--version");
    assert!(
        version.starts_with(&format!("{LLVM_MAJOR}.")),
        "LLVM {LLVM_MAJOR} is needed, {program} is of {version}"
    );
    PathBuf::from(ask("--includedir"))
}
