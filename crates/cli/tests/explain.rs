//! `rsenzyme explain`, against golden text. `RSENZYME_REFRESH=1 cargo test -p rsenzyme-cli --test explain` writes the text anew; read the
//! difference before it is committed.
//!
//! `explain/moments.ll` and `explain/decay.ll` are what clang made of the C files beside them at `-O1 -g -fdebug-prefix-map=$PWD=.`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain")
}

fn explain(arguments: &[&str]) -> Output {
    explain_module("moments.ll", arguments)
}

fn explain_module(module: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsenzyme"))
        .arg("explain")
        .arg(module)
        .args(arguments)
        .current_dir(folder())
        .output()
        .expect("the command starts")
}

fn check(name: &str, arguments: &[&str]) {
    compare(name, explain(arguments));
}

fn compare(name: &str, output: Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found = String::from_utf8(output.stdout).expect("the text is UTF-8");
    let file = folder().join(name);
    if std::env::var_os("RSENZYME_REFRESH").is_some() {
        std::fs::write(&file, &found).expect("the golden file can be written");
    }
    let expected = std::fs::read_to_string(&file).expect("the golden file is there");
    assert_eq!(found, expected, "{}", file.display());
}

#[test]
fn a_function_next_to_its_source() {
    check("function.txt", &["--function", "moment"]);
}

#[test]
fn reasons_for_an_active_number() {
    check("active.txt", &["--function", "moment", "--value", "%16"]);
}

#[test]
fn reasons_for_an_integer() {
    check("integer.txt", &["--function", "moment", "--value", "13"]);
}

#[test]
fn reasons_for_the_memory_behind_a_parameter() {
    check("memory.txt", &["--function", "moment", "--value", "%0"]);
}

/// Arrays for a nest of loops with known numbers of iterations, records for one whose number is not known, a value that is cheaper to
/// store than to compute, a call with a tape of its own, and the total as a formula.
#[test]
fn what_a_gradient_stores() {
    compare(
        "tape.txt",
        explain_module("decay.ll", &["--function", "decay", "--tape"]),
    );
}

#[test]
fn a_gradient_that_stores_nothing() {
    let output = explain(&["--function", "moment", "--tape"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("tape of @moment: 0 stored, "), "{text}");
    assert!(text.ends_with("  total: 0 bytes\n"), "{text}");
}

#[test]
fn a_tape_that_goes_beyond_the_limit() {
    let limited = |limit: &str| {
        let option = format!("tape-limit={limit}");
        explain_module(
            "decay.ll",
            &["--function", "decay", "--tape", "--option", &option],
        )
    };
    // Ten iterations each are assumed of the inner loop and of the last one: 4 * 10 * 8 bytes, then 10 * 8.
    assert!(limited("400").status.success());
    let output = limited("399");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    for expected in [
        "error: `decay` has no gradient: the tape is limited to 399 bytes; storing the value (80 bytes, estimated) goes beyond it",
        "@sqrt",
        "raise the limit of the tape",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(output.stdout, b"");
}

#[test]
fn what_is_not_there() {
    let failed = |arguments: &[&str]| {
        let output = explain(arguments);
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_eq!(
        failed(&["--function", "other"]),
        "error: the module has no body of a function `other`; it has moment\n"
    );
    assert_eq!(
        failed(&["--function", "moment", "--value", "x"]),
        "error: `moment` has no value `x`\n"
    );
}
