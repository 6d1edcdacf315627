//! `cargo rsenzyme` on packages of tests/rust, which check their derivatives themselves.

use std::fs;
use std::process::Command;

use crate::support::{clean, lock, package, program, rsenzyme, run, scratch};

#[test]
fn every_shape_of_the_attributes() {
    let folder = package("attributes");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(
            ran.stdout().contains("all attributes are right"),
            "{}",
            ran.text()
        );
    }
}

#[test]
fn closures_and_rust_as_it_is() {
    let folder = package("closures");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(ran.stdout().contains("all closures are right"), "{}", ran.text());
    }
}

#[test]
fn gradients() {
    let folder = package("reverse");
    for level in [&["run", "--release"][..], &["run"]] {
        let ran = run(&mut rsenzyme(&folder, level)).expect_success();
        assert!(ran.stdout().contains("reverse mode is right"), "{}", ran.text());
    }
}

/// Several crates, a build script, a procedural macro, a profile of the user's, and the test harness.
#[test]
fn workspaces() {
    let folder = package("workspace");
    let ran = run(&mut rsenzyme(&folder, &["run", "--profile", "fast"])).expect_success();
    assert_eq!(ran.stdout().trim(), "36 27", "{}", ran.text());
    let again = run(&mut rsenzyme(&folder, &["build", "--profile", "fast"])).expect_success();
    assert!(
        !again.stderr().contains("Compiling"),
        "nothing changed: {}",
        again.text()
    );
    let tests = run(&mut rsenzyme(&folder, &["test", "-p", "app"])).expect_success();
    assert!(
        tests.stdout().contains("test derivatives_in_tests ... ok"),
        "{}",
        tests.text()
    );
}

const UNKNOWN: &str = "use rsenzyme_rs::derivative;
unsafe extern \"C\" {
    safe fn unknown_energy(x: f64) -> f64;
}
fn f(x: f64) -> f64 {
    x + unknown_energy(x)
}
fn main() {
    println!(\"{}\", derivative(f, 1.0));
}
";

#[test]
fn an_error_is_at_its_line() {
    let folder = program("unknown", UNKNOWN);
    let texts = [
        "error: ",
        "`unknown_energy`",
        "src/main.rs:6:9",
        "x + unknown_energy(x)",
        "could not compile `unknown`",
    ];
    let ran = run(&mut rsenzyme(&folder, &["build", "--release"])).expect_error(&texts);
    assert!(!ran.stderr().contains("linking with"), "{}", ran.text());
    assert!(!ran.stderr().contains("request.rs"), "{}", ran.text());
}

const SQUARE: &str = "fn main() {
    println!(\"{}\", rsenzyme_rs::derivative(|x: f64| x * x, 1.5));
}
";

/// Cargo and the step use no LLVM but the toolchain's: the loader says which libraries it opened in which process.
#[cfg(target_os = "linux")]
#[test]
fn only_the_toolchains_llvm_is_loaded() {
    let folder = program("loaded", SQUARE);
    let logs = scratch("loader");
    let _ = fs::remove_dir_all(&logs);
    fs::create_dir_all(&logs).expect("a folder can be made");
    // Written always, so that there is something to build.
    fs::write(folder.join("src/main.rs"), SQUARE).expect("it can be written");
    let mut command = rsenzyme(&folder, &["run", "--release"]);
    command
        .env("LD_DEBUG", "files")
        .env("LD_DEBUG_OUTPUT", logs.join("log"));
    let ran = run(&mut command).expect_success();
    assert_eq!(ran.stdout().trim(), "3", "{}", ran.text());
    let mut engine_ran = false;
    for entry in fs::read_dir(&logs).expect("the logs are there") {
        let log = fs::read(entry.expect("entries can be read").path()).expect("a log can be read");
        let log = String::from_utf8_lossy(&log).into_owned();
        engine_ran |= log.contains("transferring control: ") && log.contains("rsenzyme-codegen");
        for line in log
            .lines()
            .filter(|line| line.contains("calling init") && line.contains("libLLVM"))
        {
            assert!(
                line.contains("-rust-"),
                "a library that is not the toolchain's: {line}"
            );
        }
    }
    assert!(engine_ran, "the engine is not among the processes");
}

#[test]
fn doctor_says_what_is_set() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    let ran = run(clean(&mut command).args(["rsenzyme", "doctor"])).expect_success();
    for text in ["lto = fat", "its LLVM library", "Nothing is missing."] {
        assert!(ran.stdout().contains(text), "{}", ran.text());
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    let ran = run(clean(&mut command)
        .args(["rsenzyme", "doctor"])
        .env("RUSTC", "/no/such/rustc"));
    assert!(
        !ran.output.status.success() && ran.stdout().contains("MISSING"),
        "{}",
        ran.text()
    );
}

#[test]
fn a_new_package_runs() {
    // Not in the target folder: cargo would make the package a member of the workspace around it.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let to = folder.path().join("demo");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    clean(&mut command).args(["rsenzyme", "new"]).arg(&to);
    let _ = run(&mut command).expect_success();
    lock(&to);
    let ran = run(&mut rsenzyme(&to, &["run", "--release"])).expect_success();
    assert!(
        ran.stdout().contains("rising by 10.190 m/s (closed form 10.190)"),
        "{}",
        ran.text()
    );
}

const C_PROGRAM: &str = "#include <stddef.h>
#include <stdio.h>
double square_sum(const double *, double *, size_t);
int main(void) {
  double x[3] = {1, 2, 3}, g[3] = {9, 9, 9};
  double value = square_sum(x, g, 3);
  printf(\"%g %g %g %g\\n\", value, g[0], g[1], g[2]);
}
";

/// A dynamic library is differentiated when it is linked, and C calls it.
#[cfg(target_os = "linux")]
#[test]
fn a_dynamic_library_for_c() {
    let folder = package("cdylib");
    let _ = run(&mut rsenzyme(&folder, &["build", "--release"])).expect_success();
    let (source, program) = (folder.join("main.c"), folder.join("main"));
    fs::write(&source, C_PROGRAM).expect("it can be written");
    let library = scratch("programs").join("release");
    let mut compile = Command::new("cc");
    compile
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&library)
        .arg("-lslopes");
    let _ = run(compile.arg(format!("-Wl,-rpath,{}", library.display()))).expect_success();
    let ran = run(&mut Command::new(&program)).expect_success();
    assert_eq!(ran.stdout().trim(), "14 2 4 6", "{}", ran.text());
}
