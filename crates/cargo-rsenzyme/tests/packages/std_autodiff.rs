//! `cargo rsenzyme --std-autodiff` on packages of tests/rust, on the stable and the nightly toolchain: programs that check their derivatives
//! themselves, programs that must be refused, a workspace, and the commands around.
//!
//! A program takes seconds to link, so there are few with many functions each. All combinations of toolchains and optimization levels are
//! behind `cargo xtask test --full`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `RSENZYME_STABLE` and `RSENZYME_NIGHTLY` name other toolchains than rustup's channels, as for the tests of the plugin.
#[derive(Clone, Copy, Debug)]
enum Channel {
    Stable,
    Nightly,
}

impl Channel {
    fn name(self) -> String {
        let (variable, channel) = match self {
            Self::Stable => ("RSENZYME_STABLE", "stable"),
            Self::Nightly => ("RSENZYME_NIGHTLY", "nightly"),
        };
        std::env::var(variable).unwrap_or_else(|_| channel.to_owned())
    }
}

/// Copies a package out of this workspace: cargo would take it for a member. Unchanged files keep their time, so that nothing is rebuilt.
fn package(name: &str) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("std-autodiff")
        .join(name);
    copy(&root().join("tests/rust").join(name), &to);
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the package can be read") {
        let path = entry.expect("entries can be read").path();
        let name = path.file_name().expect("an entry has a name");
        let target = to.join(name);
        if name == "target" || name == "Cargo.lock" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &target);
        } else if fs::read(&target).ok() != fs::read(&path).ok() {
            fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

/// The command in a folder, with the library that was built for this test.
fn rsenzyme(channel: Channel, folder: &Path, arguments: &[&str]) -> Output {
    // Cargo puts what a test depends on beside it.
    let this = std::env::current_exe().expect("a test has a path");
    let backend = this.with_file_name("librsenzyme.so");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    for name in [
        "CARGO",
        "RUSTC",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RSENZYME_OPTIONS",
    ] {
        command.env_remove(name);
    }
    command
        .arg("rsenzyme")
        .args(arguments)
        .current_dir(folder)
        .env("RUSTUP_TOOLCHAIN", channel.name())
        .env("RSENZYME_BACKEND", backend)
        .env(
            "RSENZYME_CACHE",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"),
        )
        .env("CARGO_NET_OFFLINE", "true");
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn text(output: &Output) -> String {
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    format!("{}\n{out}\n--- stderr\n{error}", output.status)
}

#[track_caller]
fn expect(output: &Output, wanted: &str) {
    let text = text(output);
    assert!(
        output.status.success() && text.contains(wanted),
        "`{wanted}` in {text}"
    );
}

/// All programs, with one toolchain and one profile.
fn programs(channel: Channel, profile: &str) {
    let mut arguments = vec!["--std-autodiff", "run", "--profile", profile];
    if let Channel::Nightly = channel {
        arguments.extend(["--features", "methods"]);
    }
    let output = rsenzyme(channel, &package("std_autodiff"), &arguments);
    expect(&output, " checked, 0 wrong");
    assert!(!text(&output).contains("warning: "), "{}", text(&output));
}

/// One of each, or with `cargo xtask test --full` every combination.
#[test]
fn programs_are_right_at_every_level() {
    let full = std::env::var_os("RSENZYME_TEST_FULL").is_some();
    for (channel, profiles) in [
        (Channel::Stable, ["dev", "two", "release"]),
        (Channel::Nightly, ["release", "dev", "two"]),
    ] {
        let count = if full { profiles.len() } else { 1 };
        profiles[..count]
            .iter()
            .for_each(|profile| programs(channel, profile));
    }
}

/// Each refusal with its line in the source.
const REFUSED: [(u32, &str); 6] = [
    (11, "no body for the active call of `unknown_energy`"),
    (14, "rustc does not pass on with which weights"),
    (21, "active call through a function pointer"),
    (24, "`std_autodiff_bad::threads` starts threads"),
    (37, "inline assembly on an active value"),
    (
        48,
        "integer operation `xor` on the bits of an active floating-point number",
    ),
];

#[test]
fn what_cannot_be_differentiated_is_refused_at_its_line() {
    let folder = package("std_autodiff_bad");
    for profile in ["dev", "release"] {
        let output = rsenzyme(
            Channel::Stable,
            &folder,
            &["build", "--std-autodiff", "--profile", profile],
        );
        let text = text(&output);
        assert_eq!(output.status.code(), Some(101), "{text}");
        for (line, message) in REFUSED {
            let place = format!("error: src/main.rs:{line}:");
            let found = text
                .lines()
                .any(|text| text.starts_with(&place) && text.contains(message));
            assert!(found, "`{place} ... {message}` in {text}");
        }
        assert_eq!(
            text.matches("error: src/main.rs").count(),
            REFUSED.len(),
            "{text}"
        );
    }
}

#[test]
fn workspaces_build_scripts_and_tests() {
    let folder = package("std_autodiff_crates");
    let run = |arguments: &[&str]| rsenzyme(Channel::Stable, &folder, arguments);
    let output = run(&["--std-autodiff", "run", "--release"]);
    expect(&output, "1.000000 2.000000 42");
    expect(&output, "-Zautodiff=Enable");
    let again = run(&["--std-autodiff", "build", "--release"]);
    assert!(
        !text(&again).contains("Compiling"),
        "nothing changed: {}",
        text(&again)
    );
    expect(
        &run(&["--std-autodiff", "test"]),
        "test derivatives_in_tests ... ok",
    );
    expect(&run(&["--std-autodiff", "check"]), "Finished");
}

/// A bench, with a procedural macro.
#[test]
fn benches_and_procedural_macros() {
    let folder = package("std_autodiff_crates");
    let output = rsenzyme(Channel::Stable, &folder, &["--std-autodiff", "bench"]);
    expect(&output, "1000 gradients: done");
}

const C_PROGRAM: &str = r#"
#include <stddef.h>
#include <stdio.h>
double slopes(const double *x, double *gradient, size_t count);
int main(void) {
  double x[] = {1.0, 2.0}, gradient[] = {0.0, 0.0};
  double value = slopes(x, gradient, 2);
  printf("%g %g %g\n", value, gradient[0], gradient[1]);
}
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_dynamic_library_for_c() {
    let folder = package("std_autodiff_crates");
    let built = rsenzyme(
        Channel::Stable,
        &folder,
        &["--std-autodiff", "build", "--release", "-p", "slopes"],
    );
    expect(&built, "Finished");
    let (source, program) = (folder.join("main.c"), folder.join("main"));
    fs::write(&source, C_PROGRAM).expect("it can be written");
    let library = folder.join("target/rsenzyme-std/release");
    let mut compile = Command::new("cc");
    let search = [
        "-L".to_owned() + &library.to_string_lossy(),
        format!("-Wl,-rpath,{}", library.display()),
    ];
    compile
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .args(search)
        .arg("-lslopes");
    expect(&compile.output().expect("there is a compiler"), "");
    let output = Command::new(&program).output().expect("it was compiled");
    expect(&output, "2.5 1 2");
}

#[test]
fn the_commands_around_say_what_they_use() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let doctor = rsenzyme(Channel::Nightly, folder.path(), &["doctor"]);
    expect(&doctor, "-Zllvm-plugins: ");
    let output = rsenzyme(Channel::Stable, folder.path(), &["setup"]);
    expect(&output, "RUSTC_BOOTSTRAP=1 rustc --sysroot ");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let root = printed
        .lines()
        .find_map(|line| line.strip_prefix("sysroot: "))
        .expect("it says where the sysroot is");
    // The toolchain is as it was, and its libraries are found through links.
    let sysroot = Command::new("rustup")
        .args(["run", &Channel::Stable.name(), "rustc", "--print=sysroot"])
        .output()
        .expect("rustup is installed");
    let real = PathBuf::from(String::from_utf8_lossy(&sysroot.stdout).trim());
    let libraries = Path::new("lib/rustlib").join("x86_64-unknown-linux-gnu/lib");
    assert!(!real.join(&libraries).join("libEnzyme-22.so").exists());
    assert!(Path::new(root).join(&libraries).join("libEnzyme-22.so").exists());
}
