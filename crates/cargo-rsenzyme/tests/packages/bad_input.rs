//! What cannot be differentiated, and toolchains and settings that cannot do it: each is an error with the remedy, at the user's line.

use std::fs;
use std::process::Command;

use crate::support::{clean, program, rsenzyme, run, scratch};

/// Everything that the engine refuses is in one program: it collects its errors.
const REFUSED: &str = r#"use rsenzyme_rs::gradient;
use std::collections::HashMap;
use std::hint::black_box;

unsafe extern "C" {
    fn unknown_energy(x: f64) -> f64;
}

fn foreign(x: &f64) -> f64 {
    // SAFETY: it is never linked.
    unsafe { unknown_energy(*x) }
}

fn assembly(x: &f64) -> f64 {
    let mut y = *x;
    // SAFETY: it adds a number to itself.
    unsafe { std::arch::asm!("addsd {0}, {0}", inout(xmm_reg) y) };
    y
}

fn threads(x: &[f64; 2]) -> f64 {
    let mut sums = [0.0; 2];
    let (left, right) = sums.split_at_mut(1);
    std::thread::scope(|scope| {
        scope.spawn(|| left[0] = x[0] * x[0]);
        scope.spawn(|| right[0] = x[1].sin());
    });
    sums[0] * sums[1]
}

fn map(x: &f64) -> f64 {
    let mut map = HashMap::new();
    map.insert(black_box(3u16), [*x as f32; 3]);
    map.get(&3).map_or(*x, |found| f64::from(found[0]) * *x)
}

fn main() {
    println!("{}", gradient(foreign, &1.0));
    println!("{}", gradient(assembly, &1.0));
    println!("{:?}", gradient(threads, &[1.0, 2.0]));
    println!("{}", gradient(map, &1.0));
}
"#;

#[test]
fn what_the_engine_refuses() {
    let folder = program("refused", REFUSED);
    let ran = run(&mut rsenzyme(&folder, &["build", "--release"])).expect_error(&[
        "`unknown_energy`",
        "src/main.rs:11:14",
        "inline assembly",
        "src/main.rs:17:14",
        "starts threads, which is not differentiated",
        "src/main.rs:40:22",
        "hashbrown::raw::RawTable",
        "src/main.rs:41:20",
    ]);
    assert!(!ran.stderr().contains("internal error"), "{}", ran.text());
    assert!(!ran.stderr().contains("src/request.rs"), "{}", ran.text());
    let about_threads = ran.stderr().matches("starts threads").count();
    assert!(about_threads <= 3, "{about_threads} times\n{}", ran.text());
}

/// Activities and types that the attributes and helpers refuse, each with its own message.
const MISUSED: &str = r#"use rsenzyme_rs::{autodiff_forward, autodiff_reverse, gradient, hessian};

#[autodiff_reverse(by_reference, Active, Active)]
fn reference(x: &f64) -> f64 { *x }

#[autodiff_reverse(duplicated, Duplicated, Active)]
fn by_value(x: f64) -> f64 { x }

#[autodiff_forward(wrong_mode, Duplicated, Dual)]
fn other_mode(x: &f64) -> f64 { *x }

#[autodiff_forward(too_few, Dual)]
fn count(x: f64, y: f64) -> f64 { x * y }

#[autodiff_forward(packed, 2, Dualv, Dual)]
fn no_slice(x: f64) -> f64 { x }

#[autodiff_forward(text_dual, Dual, Dual)]
fn text(x: f64) -> String { x.to_string() }

#[autodiff_reverse(of_object, Duplicated, Active)]
fn object(x: &[Box<dyn Fn() -> f64>]) -> f64 { x[0]() }

fn main() {
    println!("{}", gradient(|x: &i32| f64::from(*x), &1));
    println!("{:?}", hessian(|x: &[f64; 2]| [x[0], x[1]], &[1.0, 2.0]));
}
"#;

#[test]
fn misuse_of_attributes_and_helpers() {
    let folder = program("misused", MISUSED);
    let _ = run(&mut rsenzyme(&folder, &["check"])).expect_error(&[
        "`Active` is for values; what is behind a reference or pointer is `Duplicated`",
        "a float by value is `Active` or `Const` in reverse mode",
        "`Duplicated` is no activity of autodiff_forward",
        "1 activities for 2 arguments and a result",
        "`Dualv` is for slices",
        "`String` does not consist of floats only",
        "`{integer}` does not consist of floats only",
        "what has a trait object or function pointer in it is `Const`",
        "src/main.rs:4:",
        "src/main.rs:25:",
    ]);
}

/// Closures that have no derivative, as constant arguments: that shows when they are called.
const WITHOUT_DERIVATIVES: &str = r#"use rsenzyme_rs::autodiff_reverse;
use std::cell::Cell;

#[autodiff_reverse(gradient, Duplicated, Const, Active)]
fn sum(x: &[f64], f: &dyn Fn(f64) -> f64) -> f64 {
    x.iter().map(|&x| f(x)).sum()
}

fn moved(x: f64) -> f64 {
    let y: f64;
    // SAFETY: a register is copied.
    unsafe { std::arch::asm!("movapd {}, {}", out(xmm_reg) y, in(xmm_reg) x) };
    y
}

fn main() {
    let last = Cell::new(0.0);
    let all: [Box<dyn Fn(f64) -> f64 + '_>; 3] = [
        Box::new(|x| x * x),
        Box::new(|x| x * last.replace(x)),
        Box::new(|x| 2.0 * moved(x)),
    ];
    let mut dx = [0.0; 2];
    let which: usize = std::env::var("WHICH").unwrap().parse().unwrap();
    println!("{}", gradient(&[1.0, 2.0], &mut dx, &*all[which], 1.0));
    println!("{dx:?}");
}
"#;

#[test]
fn closures_without_derivatives_end_the_program() {
    let folder = program("without_derivatives", WITHOUT_DERIVATIVES);
    let call = |which: &str| run(rsenzyme(&folder, &["run", "--release"]).env("WHICH", which));
    let ran = call("0").expect_success();
    assert!(ran.stdout().contains("5\n[2.0, 4.0]"), "{}", ran.text());
    let begins =
        "a constant function pointer or trait object led to `without_derivatives::main::{{closure}}`";
    let stores = [
        "an active value is stored to memory that is declared inactive",
        "mem/mod.rs",
    ];
    let assembly = ["inline assembly", "main.rs:12:14"];
    for (which, texts) in [("1", stores), ("2", assembly)] {
        let ran = call(which);
        let said = |text: &str| ran.stdout().contains(text);
        assert!(!ran.output.status.success(), "{}", ran.text());
        assert!(said(begins) && texts.into_iter().all(said), "{}", ran.text());
    }
}

const SQUARE: &str = "fn main() {
    println!(\"{}\", rsenzyme_rs::derivative(|x: f64| x * x, 1.5));
}
";

/// Without the linker step there is no program, and the linker's message names what to do.
#[test]
fn plain_cargo_fails_to_link() {
    let folder = program("plain", SQUARE);
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clean(&mut command).arg("build").current_dir(&folder);
    let command = command.arg("--target-dir").arg(scratch("plain"));
    let _ = run(command).expect_error(&["BUILD_THIS_PROGRAM_WITH_cargo_rsenzyme"]);
    assert!(
        !scratch("plain").join("debug/plain").exists(),
        "a program was written"
    );
}

/// With the feature it links, and taking a derivative panics; under `cargo rsenzyme` the feature changes nothing.
#[test]
fn plain_cargo_panics_if_asked_to() {
    let folder = program("panics", SQUARE);
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("it was written");
    let manifest = manifest.replace(" }\n", ", features = [\"panic-without-derivatives\"] }\n");
    fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clean(&mut command).arg("run").current_dir(&folder);
    let command = command.arg("--target-dir").arg(scratch("plain"));
    let _ = run(command)
        .expect_error(&["this program was built without derivatives: build it with `cargo rsenzyme build`"]);
    let ran = run(&mut rsenzyme(&folder, &["run"])).expect_success();
    assert_eq!(ran.stdout().trim(), "3", "{}", ran.text());
}

#[test]
fn lto_that_the_user_turns_off() {
    let folder = program("without_lto", SQUARE);
    let mut command = rsenzyme(&folder, &["build", "--config", "profile.dev.lto=\"off\""]);
    let _ = run(&mut command).expect_error(&["linked without fat LTO", "profile.dev.lto"]);
    let mut command = rsenzyme(&folder, &["build"]);
    command.env("RUSTFLAGS", "-Clto=thin");
    let _ = run(&mut command).expect_error(&["flags for rustc ask for LTO (`thin`)", "RUSTFLAGS"]);
}

/// Variables of the environment do not turn it off, and that is said.
#[test]
fn lto_that_the_environment_turns_off() {
    let folder = program("lto_in_environment", SQUARE);
    let mut command = rsenzyme(&folder, &["run"]);
    command.env("CARGO_PROFILE_DEV_LTO", "off");
    let ran = run(&mut command).expect_success();
    let told = "Setting lto in place of CARGO_PROFILE_DEV_LTO=off";
    assert!(ran.stderr().contains(told), "{}", ran.text());
    assert_eq!(ran.stdout().trim(), "3", "{}", ran.text());
}

/// Build scripts and procedural macros are linked first, by rustc alone; `cargo rsenzyme doctor` names the package to install.
#[test]
fn a_missing_linker() {
    let folder = program("no_linker", SQUARE);
    let mut command = rsenzyme(&folder, &["build"]);
    let name = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER";
    let _ = run(command.env(name, "/no/such/linker")).expect_error(&["linker `/no/such/linker` not found"]);
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_cargo-rsenzyme"));
    let rustc = Command::new("rustup")
        .args(["which", "rustc"])
        .output()
        .expect("rustup is there");
    let rustc = String::from_utf8_lossy(&rustc.stdout).trim().to_owned();
    clean(&mut doctor)
        .args(["rsenzyme", "doctor"])
        .env("RUSTC", rustc)
        .env("PATH", "/no/such/folder");
    let ran = run(&mut doctor);
    assert!(!ran.output.status.success(), "{}", ran.text());
    assert!(ran.stdout().contains("apt-get install gcc"), "{}", ran.text());
}

/// A toolchain with another LLVM is found out before anything is compiled with derivatives.
#[cfg(unix)]
#[test]
fn a_toolchain_with_another_llvm() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = program("other_llvm", SQUARE);
    let rustc = folder.join("rustc");
    let script = "#!/bin/sh\nrustc \"$@\" | sed 's/^LLVM version: 22.*/LLVM version: 20.1.8/'\n";
    fs::write(&rustc, script).expect("it can be written");
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).expect("it can be made executable");
    let mut command = rsenzyme(&folder, &["build"]);
    let texts = [
        "has LLVM 20.1.8, and rsenzyme needs LLVM 22",
        "rustup toolchain install",
    ];
    let _ = run(command.env("RUSTC", &rustc)).expect_error(&texts);
}
