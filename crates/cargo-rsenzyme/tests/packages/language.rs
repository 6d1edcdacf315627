//! Rust code as it is (tests/rust/language, tests/rust/helpers), in both modes and at several optimization levels. The programs check themselves
//! against difference quotients and closed forms.

use crate::support::{package, rsenzyme, run};

fn runs(name: &str, arguments: &[&str]) {
    let folder = package(name);
    let ran = run(&mut rsenzyme(&folder, arguments)).expect_success();
    assert!(ran.stdout().contains("all programs are right"), "{}", ran.text());
}

/// More than a hundred programs in one package.
#[test]
fn programs_at_level_3() {
    runs("language", &["run", "--release", "--bin", "language"]);
}

#[test]
fn programs_at_level_0() {
    runs("language", &["run", "--bin", "language"]);
}

#[test]
fn programs_at_level_2() {
    runs(
        "language",
        &["run", "--profile", "default-level", "--bin", "language"],
    );
}

#[test]
fn structures_that_are_moved() {
    for level in [
        &["run", "--release", "--bin", "moving"][..],
        &["run", "--bin", "moving"],
        &["run", "--profile", "default-level", "--bin", "moving"],
    ] {
        runs("language", level);
    }
}

#[test]
fn hash_maps_that_grow() {
    runs("language", &["run", "--release", "--bin", "hash_maps"]);
    if crate::support::is_full("as the one at level 3") {
        runs(
            "language",
            &["run", "--profile", "default-level", "--bin", "hash_maps"],
        );
    }
}

/// All methods of `f32` and `f64` at several points.
#[test]
fn every_float_method() {
    if !crate::support::is_full("two hundred derivatives") {
        return;
    }
    for level in [
        &["run", "--release", "--bin", "floats"][..],
        &["run", "--bin", "floats"],
    ] {
        runs("language", level);
    }
}

/// Helpers, widths, associated functions, a crate without std, a program in C that calls a cdylib's gradient.
#[test]
fn helpers() {
    runs("helpers", &["run", "--release"]);
}

#[test]
fn helpers_in_a_debug_build() {
    if !crate::support::is_full("as in a release build") {
        return;
    }
    runs("helpers", &["run"]);
}
