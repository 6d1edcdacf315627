//! `rsenzyme explain`, against golden text. `RSENZYME_REFRESH=1 cargo test -p rsenzyme-cli --test explain` writes the text anew; read the
//! difference before it is committed.
//!
//! `explain/moments.ll` is what clang made of `explain/moments.c` at `-O1 -g`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain")
}

fn explain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rsenzyme"))
        .arg("explain")
        .arg("moments.ll")
        .args(arguments)
        .current_dir(folder())
        .output()
        .expect("the command starts")
}

fn check(name: &str, arguments: &[&str]) {
    let output = explain(arguments);
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
