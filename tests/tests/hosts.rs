//! The plugin in each host: it loads, leaves alone what asks for nothing, runs where it should, and reports errors in
//! the host's own way.
//!
//! That a host loaded the plugin at all shows in the option `self-test=panic`, which makes the lowering pass panic: the
//! host must then fail with our text, from its automatic schedule.

use std::path::Path;
use std::process::Command;

use corpus::hosts::{COMPILERS, Host, Ran, Scratch, plugin, run};

/// What every message of an internal error contains.
const PANIC: &str = "rs-enzyme: internal error in rs-enzyme while processing";
const VARIABLE: &str = "RSENZYME_OPTIONS";

/// A program in the host's language, with a loop, a call and floats, which prints 36.
fn source(host: Host, scratch: &Scratch) -> std::path::PathBuf {
    match host {
        Host::Opt => scratch.write(
            "m.ll",
            "define double @f(double %x) {\n  %y = alloca double\n  store double %x, ptr %y\n  \
             %z = load double, ptr %y\n  %r = fmul double %z, %z\n  ret double %r\n}\n",
        ),
        Host::Clang => scratch.write(
            "m.c",
            "#include <stdio.h>\n#include <math.h>\nstatic double f(double *x, int n) { double s = 0; \
             for (int i = 0; i < n; ++i) s += fabs(x[i]); return s; }\n\
             int main(int c, char **v) { double x[] = {1, -2, 3, 4, -5, 6, 7, 8.0 * c}; printf(\"%g\\n\", f(x, 8)); }\n",
        ),
        Host::ClangPlusPlus => scratch.write(
            "m.cpp",
            "#include <iostream>\n#include <numeric>\n#include <vector>\n#include <stdexcept>\n\
             int main(int c, char **) { std::vector<double> x(9); std::iota(x.begin(), x.end(), c - 1.0);\n\
             try { x.at(9) = 1; } catch (const std::out_of_range &) { \
             std::cout << std::accumulate(x.begin(), x.end(), 0.0) << '\\n'; } }\n",
        ),
        Host::Flang => scratch.write(
            "m.f90",
            "program m\n  implicit none\n  real(8) :: x(8)\n  integer :: i\n  do i = 1, 8\n    x(i) = abs(real(-i, 8))\n  \
             end do\n  print '(I0)', nint(sum(x))\nend program\n",
        ),
        Host::RustcStable | Host::RustcNightly => scratch.write(
            "m.rs",
            "fn main() { let n = std::env::args().count() as u32 * 8; let x: Vec<f64> = (1..=n).map(f64::from).collect();\n\
             println!(\"{}\", x.iter().sum::<f64>()); }\n",
        ),
    }
}

/// Compiles `source` to the program `m` with these further arguments.
fn compile(host: Host, scratch: &Scratch, arguments: &[&str], options: &str) -> Ran {
    let mut command = host.with_plugin();
    command
        .args(arguments)
        .arg(source(host, scratch))
        .arg("-o")
        .arg(scratch.path("m"));
    if matches!(host, Host::Clang) {
        command.arg("-lm");
    }
    run(command.current_dir(scratch.folder()).env(VARIABLE, options))
}

/// The command line options of each optimization level.
fn levels(host: Host) -> &'static [&'static str] {
    match host {
        Host::RustcStable | Host::RustcNightly => &["-Copt-level=0", "-Copt-level=3"],
        _ => &["-O0", "-O2"],
    }
}

#[test]
fn every_compiler_builds_a_working_program() {
    for host in COMPILERS {
        for level in levels(host) {
            let scratch = Scratch::new();
            let _ = compile(host, &scratch, &[level], "").expect_success();
            let ran = run(&mut Command::new(scratch.path("m"))).expect_success();
            assert_eq!(ran.stdout.trim(), "36", "{host:?} {level}");
        }
    }
}

#[test]
fn every_compiler_runs_the_pass_and_reports_an_internal_error() {
    for host in COMPILERS {
        for level in levels(host) {
            let scratch = Scratch::new();
            let ran = compile(host, &scratch, &[level], "self-test=panic").expect_error(PANIC);
            assert!(ran.stderr.contains("please report it"), "{host:?}: {ran}");
            assert!(
                ran.stderr.contains("passes.rs:"),
                "{host:?} does not say where: {ran}"
            );
            // Rust's own message about a panic would be noise.
            assert!(!ran.stderr.contains("thread '"), "{host:?}: {ran}");
        }
    }
}

/// A warning is a warning: rustc takes some kinds of diagnostics for errors whatever their severity says.
#[test]
fn every_compiler_reports_a_warning_and_goes_on() {
    for host in COMPILERS {
        for level in levels(host) {
            let scratch = Scratch::new();
            let ran = compile(host, &scratch, &[level], "self-test=warning").expect_success();
            for text in [
                "warning: ",
                "rs-enzyme: the option self-test=warning is set (in function `",
            ] {
                assert!(
                    ran.stderr.contains(text),
                    "{host:?} {level} does not say {text}: {ran}"
                );
            }
        }
    }
}

#[test]
fn rustc_runs_the_pass_in_every_arrangement_of_units() {
    let arrangements: [&[&str]; 5] = [
        &["-Ccodegen-units=1"],
        &["-Ccodegen-units=16"],
        &["-Clto=fat"],
        &["-Clto=thin", "-Ccodegen-units=4"],
        &["-Clto=off", "-Ccodegen-units=4"],
    ];
    for host in [Host::RustcStable, Host::RustcNightly] {
        for arrangement in arrangements {
            let scratch = Scratch::new();
            let arguments = [&["-Copt-level=3"], arrangement].concat();
            let _ = compile(host, &scratch, &arguments, "self-test=panic").expect_error(PANIC);
            let _ = compile(host, &scratch, &arguments, "").expect_success();
            let ran = run(&mut Command::new(scratch.path("m"))).expect_success();
            assert_eq!(ran.stdout.trim(), "36", "{host:?} {arguments:?}");
        }
    }
}

/// The IR that a compiler ends with, with and without the plugin.
fn final_ir(host: Host, level: &str, scratch: &Scratch, with_plugin: bool) -> Vec<u8> {
    let mut command = if with_plugin {
        host.with_plugin()
    } else {
        host.command()
    };
    match host {
        Host::RustcStable | Host::RustcNightly => {
            command.args(["--emit=llvm-ir", "-Ccodegen-units=1", level])
        }
        _ => command.args(["-S", "-emit-llvm", level]),
    };
    let source = source(host, scratch);
    command
        .current_dir(scratch.folder())
        .arg(source.file_name().expect("a file"))
        .arg("-o")
        .arg("m.ll");
    let _ = run(&mut command).expect_success();
    scratch.read("m.ll")
}

#[test]
fn compilers_write_the_same_ir_with_and_without_it() {
    for host in COMPILERS {
        for level in levels(host) {
            let scratch = Scratch::new();
            let with = final_ir(host, level, &scratch, true);
            let without = final_ir(host, level, &scratch, false);
            assert!(with.len() > 1000, "{host:?} wrote a module");
            assert!(
                with == without,
                "{host:?} {level}: the plugin changed a module that asks for nothing"
            );
        }
    }
}

#[test]
fn opt_writes_the_same_ir_with_and_without_it() {
    let scratch = Scratch::new();
    let input = source(Host::Opt, &scratch);
    let emit = |mut command: Command, passes: &str| {
        run(command.args(["-S", passes]).arg(&input))
            .expect_success()
            .stdout
    };
    for pass in ["rs-enzyme", "enzyme", "preserve-nvvm", "preserve-nvvm,rs-enzyme"] {
        let with = emit(Host::Opt.with_plugin(), &format!("-passes={pass}"));
        assert_eq!(with, emit(Host::Opt.command(), "-passes=no-op-module"), "{pass}");
    }
    for pipeline in [
        "default<O0>",
        "default<O3>",
        "lto-pre-link<O2>",
        "lto<O2>",
        "thinlto-pre-link<O2>",
        "thinlto<O2>",
    ] {
        let passes = format!("-passes={pipeline}");
        assert_eq!(
            emit(Host::Opt.with_plugin(), &passes),
            emit(Host::Opt.command(), &passes),
            "{pipeline}"
        );
    }
}

#[test]
fn opt_schedules_the_pass_once_per_kind_of_pipeline() {
    let scratch = Scratch::new();
    let input = source(Host::Opt, &scratch);
    let runs = |pipeline: &str, options: &str| {
        let mut command = Host::Opt.with_plugin();
        command
            .args([&format!("-passes={pipeline}"), "-disable-output"])
            .arg(&input)
            .env(VARIABLE, options);
        run(&mut command)
    };
    for pipeline in [
        "default<O0>",
        "default<O1>",
        "default<O3>",
        "lto<O0>",
        "lto<O2>",
        "thinlto<O2>",
        "rs-enzyme",
    ] {
        let _ = runs(pipeline, "self-test=panic").expect_error(PANIC);
    }
    // What a later stage will do again is left to it, unless the user says otherwise.
    for pipeline in ["lto-pre-link<O2>", "thinlto-pre-link<O2>"] {
        let _ = runs(pipeline, "self-test=panic").expect_success();
        let _ = runs(pipeline, "self-test=panic lto=compile").expect_error(PANIC);
    }
}

#[test]
fn the_pass_cannot_be_skipped() {
    let scratch = Scratch::new();
    let input = scratch.write("o.ll", "define void @f() optnone noinline {\n  ret void\n}\n");
    let mut command = Host::Opt.with_plugin();
    command
        .args(["-passes=rs-enzyme", "-disable-output", "-opt-bisect-limit=0"])
        .arg(&input);
    let _ = run(command.env(VARIABLE, "self-test=panic")).expect_error(PANIC);
}

#[test]
fn options_are_taken_from_the_command_line() {
    let scratch = Scratch::new();
    for host in [Host::Clang, Host::ClangPlusPlus, Host::Flang] {
        let flags = ["-O1", "-mllvm", "-rs-enzyme-self-test=panic"];
        let _ = compile(host, &scratch, &flags, "").expect_error(PANIC);
        // The command line wins over the variable.
        let flags = ["-O1", "-mllvm", "-rs-enzyme-self-test=none"];
        let _ = compile(host, &scratch, &flags, "self-test=panic").expect_success();
    }
    let input = source(Host::Opt, &scratch);
    let opt = |options: &[&str]| {
        run(Host::Opt
            .with_plugin()
            .args(["-passes=rs-enzyme", "-disable-output"])
            .args(options)
            .arg(&input))
    };
    let _ = opt(&["-rs-enzyme-self-test=panic"]).expect_error(PANIC);
    // A module is left alone with -enzyme-enable=0, Enzyme's name of the option.
    let _ = opt(&["-rs-enzyme-self-test=panic", "-enzyme-enable=0"]).expect_success();
    let _ = opt(&[
        "-enzyme-print=0",
        "-enzyme-max-type-depth=4",
        "-type-analysis-func=f",
    ])
    .expect_success();
}

#[test]
fn all_wrong_options_are_reported() {
    let scratch = Scratch::new();
    for host in COMPILERS {
        let ran =
            compile(host, &scratch, &[], "no-such-option,print=2 lto=sometimes").expect_error("rs-enzyme: ");
        for text in [
            "unknown option `no-such-option`",
            "`print` takes 0 or 1, not `2`",
            "`lto` does not take `sometimes`",
        ] {
            assert!(ran.stderr.contains(text), "{host:?} does not say {text}: {ran}");
        }
    }
    let input = source(Host::Opt, &scratch);
    let mut command = Host::Opt.with_plugin();
    command
        .args([
            "-passes=rs-enzyme",
            "-rs-enzyme-print=2",
            "-enzyme-max-type-depth=x",
        ])
        .arg(&input);
    command.arg("-o").arg(scratch.path("out.bc"));
    // opt would exit at the first error.
    let ran = run(&mut command).expect_error("`rs-enzyme-print` takes 0 or 1, not `2`");
    assert!(
        ran.stderr.contains("`enzyme-max-type-depth` takes a number"),
        "{ran}"
    );
}

/// Two files linked by lld through clang, each compiled with these flags.
fn link_with_lld(scratch: &Scratch, flags: &[&str], link_flags: &[String], options: &str) -> Ran {
    let caller = scratch.write(
        "caller.c",
        "#include <stdio.h>\ndouble f(double);\nint main(void) { printf(\"%g\\n\", f(6)); return 0; }\n",
    );
    let callee = scratch.write("callee.c", "double f(double x) { return x * x; }\n");
    let mut objects = Vec::new();
    for file in [caller, callee] {
        let object = file.with_extension("o");
        let _ = run(Host::Clang
            .command()
            .args(flags)
            .arg("-c")
            .arg(&file)
            .arg("-o")
            .arg(&object))
        .expect_success();
        objects.push(object);
    }
    let mut command = Host::Clang.command();
    command
        .args(flags)
        .arg("-fuse-ld=lld")
        .args(link_flags)
        .args(objects)
        .arg("-o")
        .arg(scratch.path("m"));
    run(command.env(VARIABLE, options))
}

#[test]
fn lld_runs_the_pass_on_the_linked_program() {
    let load = format!("-Wl,--load-pass-plugin={}", plugin().display());
    for flags in [["-O2", "-flto"], ["-O0", "-flto"], ["-O2", "-flto=thin"]] {
        let scratch = Scratch::new();
        let _ = link_with_lld(&scratch, &flags, std::slice::from_ref(&load), "self-test=panic")
            .expect_error(PANIC);
        let _ = link_with_lld(&scratch, &flags, std::slice::from_ref(&load), "").expect_success();
        let ran = run(&mut Command::new(scratch.path("m"))).expect_success();
        assert_eq!(ran.stdout.trim(), "36", "{flags:?}");
    }
}

#[test]
fn lld_writes_the_same_ir_with_and_without_it() {
    let load = format!("-Wl,--load-pass-plugin={}", plugin().display());
    let scratch = Scratch::new();
    let emit = "-Wl,--lto-emit-llvm".to_owned();
    let mut modules = Vec::new();
    for link_flags in [vec![emit.clone()], vec![emit, load]] {
        let _ = link_with_lld(&scratch, &["-O2", "-flto"], &link_flags, "").expect_success();
        modules.push(scratch.read("m"));
    }
    assert!(
        modules[0].len() > 100 && modules[0] == modules[1],
        "the plugin changed a program that asks for nothing"
    );
}

/// A compilation for a later link leaves requests alone, also with the plugin: the linker is to have it.
#[test]
fn clang_with_flto_leaves_requests_to_the_link() {
    let scratch = Scratch::new();
    let _ = compile(Host::Clang, &scratch, &["-O2", "-flto", "-c"], "self-test=panic").expect_success();
    let _ = compile(
        Host::Clang,
        &scratch,
        &["-O2", "-flto", "-c"],
        "self-test=panic,lto=compile",
    )
    .expect_error(PANIC);
}

/// Where the plugin is no library at all, the host says so; nothing of ours runs.
#[test]
fn a_wrong_path_is_the_hosts_error() {
    let scratch = Scratch::new();
    let input = source(Host::Opt, &scratch);
    let mut command = Host::Opt.command();
    command
        .arg("-load-pass-plugin=/nonexistent/librsenzyme.so")
        .args(["-passes=rs-enzyme"])
        .arg(&input);
    let ran = run(&mut command);
    assert!(ran.failed_cleanly(), "{ran}");
}

/// The IR that opt gives for a text.
fn opt(scratch: &Scratch, passes: &str, text: &str) -> String {
    let input = scratch.write("p.ll", text);
    run(Host::Opt
        .with_plugin()
        .args(["-S", &format!("-passes={passes}")])
        .arg(input))
    .expect_success()
    .stdout
}

/// What LLVM would inline or drop before the lowering pass can see it, and what the pass undoes.
const PROTECTED: &str = r#"
@__enzyme_register_gradient_square = global [3 x ptr] [ptr @square, ptr @augmented, ptr @gradient]
@.text = private unnamed_addr constant [16 x i8] c"enzyme_inactive\00"
@.other = private unnamed_addr constant [6 x i8] c"other\00"
@llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @quiet, ptr @.text, ptr null, i32 0, ptr null }, { ptr, ptr, ptr, i32, ptr } { ptr @plain, ptr @.other, ptr null, i32 0, ptr null }], section "llvm.metadata"
declare double @__enzyme_fwddiff(ptr, ...)
define double @square(double %x) alwaysinline {
  %r = fmul double %x, %x
  ret double %r
}
define { double, double } @augmented(double %x) {
  ret { double, double } zeroinitializer
}
define double @gradient(double %x, double %t) {
  ret double %x
}
define double @quiet(double %x) {
  ret double %x
}
define double @plain(double %x) {
  ret double %x
}
define double @attributed(double %x) "enzyme_math"="sin" {
  ret double %x
}
define available_externally double @inner(double %x) {
  %r = call double @square(double %x)
  ret double %r
}
define available_externally double @unreached(double %x) {
  ret double %x
}
define double @target(double %x) {
  %a = call double @inner(double %x)
  %b = call double @plain(double %a)
  ret double %b
}
"#;

#[test]
fn functions_with_rules_are_kept_until_the_lowering_pass() {
    let scratch = Scratch::new();
    let kept = opt(&scratch, "preserve-nvvm,always-inline", PROTECTED);
    let definition = |name: &str, text: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with("define") && line.contains(&format!("@{name}(")));
        let line = line
            .unwrap_or_else(|| panic!("{name} is gone: {text}"))
            .to_owned();
        // The attributes are in a group of their own.
        let group = line
            .split('#')
            .nth(1)
            .map(|rest| rest.trim_end_matches([' ', '{']).to_owned());
        let attributes = group.and_then(|group| {
            text.lines()
                .find(|line| line.starts_with(&format!("attributes #{group} ")))
                .map(str::to_owned)
        });
        (line, attributes.unwrap_or_default())
    };
    for name in ["square", "augmented", "gradient", "quiet", "attributed"] {
        let attributes = definition(name, &kept).1;
        assert!(
            attributes.contains(" noinline") && !attributes.contains(" alwaysinline"),
            "{name}: {attributes}"
        );
    }
    for name in ["plain", "target"] {
        assert!(
            !definition(name, &kept).1.contains("noinline"),
            "{name} has no rule, so inlining it is good"
        );
    }
    assert!(
        kept.contains("call double @square"),
        "a function with a rule was inlined"
    );
}

#[test]
fn protection_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let untouched = opt(&scratch, "no-op-module", PROTECTED);
    assert_eq!(
        opt(
            &scratch,
            "preserve-nvvm,preserve-nvvm,rs-enzyme",
            &without_requests()
        ),
        {
            // An alwaysinline function is inlined at once when it may be again. What rules say is read by the pass itself.
            opt(&scratch, "always-inline,rs-enzyme", &without_requests())
        }
    );
    assert!(untouched.contains("alwaysinline"));
}

/// The same module without anything to differentiate.
fn without_requests() -> String {
    PROTECTED.replace("declare double @__enzyme_fwddiff(ptr, ...)\n", "")
}

#[test]
fn bodies_that_a_request_reaches_survive_the_optimizer() {
    let scratch = Scratch::new();
    let request = "define double @caller(double %x) {\n  \
                   %r = call double (ptr, ...) @__enzyme_fwddiff(ptr @target, double %x, double 1.0)\n  ret double %r\n}\n";
    let text = format!("{PROTECTED}{request}");
    let kept = opt(&scratch, "preserve-nvvm,elim-avail-extern", &text);
    assert!(kept.contains("define linkonce_odr double @inner("), "{kept}");
    assert!(
        kept.contains("declare double @unreached("),
        "what no request reaches is as LLVM wants it: {kept}"
    );
    let lost = opt(&scratch, "elim-avail-extern", &text);
    assert!(
        lost.contains("declare double @inner("),
        "LLVM does not drop the body, so this test shows nothing"
    );
}

/// The text is the same whichever directory the plugin was loaded from.
#[test]
fn the_plugin_loads_from_anywhere() {
    let scratch = Scratch::new();
    let copy = scratch.path("renamed.so");
    let _ = std::fs::copy(plugin(), &copy).expect("the plugin can be copied");
    let input = source(Host::Opt, &scratch);
    let load = |path: &Path| format!("-load-pass-plugin={}", path.display());
    let mut command = Host::Opt.command();
    // Twice: options must not be registered a second time, which would end the process.
    command
        .args([load(&copy), load(&plugin())])
        .args(["-passes=rs-enzyme,enzyme", "-disable-output"])
        .arg(&input);
    let _ = run(&mut command).expect_success();
}
