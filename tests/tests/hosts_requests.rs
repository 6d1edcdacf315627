//! Requests for derivatives in the language of each host: they are carried out where the automatic schedule says, and one
//! that cannot be is an error of the host at its line.

use std::path::PathBuf;
use std::process::Command;

use corpus::hosts::{COMPILERS, Host, Ran, Scratch, plugin, run};

/// Where the derivative is taken.
const POINT: f64 = 0.7;

/// The derivative of the function that every program has, `sum over i = 1..5 of x sin(i x)`.
fn derivative(x: f64) -> f64 {
    (1..=5)
        .map(f64::from)
        .map(|i| (i * x).sin() + i * x * (i * x).cos())
        .sum()
}

/// The program's file name and text. It prints the derivative. `{target}` stands for the function that is differentiated.
fn program(host: Host, target: &str) -> (&'static str, String) {
    let (name, text) = match host {
        Host::Opt => unreachable!("opt compiles no programs"),
        Host::Clang => (
            "m.c",
            r#"#include <math.h>
#include <stdio.h>
extern double __enzyme_fwddiff(void *, ...);
extern int enzyme_dup;
double elsewhere(double);
double f(double x) {
  double terms[5], sum = 0;
  for (int i = 0; i < 5; ++i)
    terms[i] = x * sin((i + 1) * x);
  for (int i = 0; i < 5; ++i)
    sum += terms[i];
  return sum;
}
int main(void) {
  printf("%.17g\n", __enzyme_fwddiff((void *)TARGET, enzyme_dup, 0.7, 1.0));
  return 0;
}
"#,
        ),
        Host::ClangPlusPlus => (
            "m.cpp",
            r#"#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>
template <typename Return, typename... Arguments> Return __enzyme_fwddiff(Return (*)(Return), Arguments...);
extern int enzyme_dup;
double elsewhere(double);
double f(double x) {
  std::array<double, 5> terms;
  auto term = [&](int i) { return x * std::sin(i * x); };
  for (int i = 0; i < 5; ++i)
    terms[i] = term(i + 1);
  return std::accumulate(terms.begin(), terms.end(), 0.0);
}
int main() {
  std::printf("%.17g\n", __enzyme_fwddiff<double>(TARGET, enzyme_dup, 0.7, 1.0));
}
"#,
        ),
        Host::Flang => (
            "m.f90",
            r"module functions
  use, intrinsic :: iso_c_binding
  implicit none
  abstract interface
    function scalar_function(x) bind(c)
      import
      real(c_double), value :: x
      real(c_double) :: scalar_function
    end function
  end interface
  interface
    function fwddiff(f, x, dx) bind(c, name='__enzyme_fwddiff_of_f')
      import
      procedure(scalar_function) :: f
      real(c_double), value :: x, dx
      real(c_double) :: fwddiff
    end function
    function elsewhere(x) bind(c)
      import
      real(c_double), value :: x
      real(c_double) :: elsewhere
    end function
  end interface
contains
  function f(x) bind(c)
    real(c_double), value :: x
    real(c_double) :: f, terms(5)
    integer :: i
    do i = 1, 5
      terms(i) = x * sin(i * x)
    end do
    f = 0
    do i = 1, 5
      f = f + terms(i)
    end do
  end function
end module
program m
  use functions
  print '(ES25.17)', fwddiff(TARGET, 0.7_c_double, 1.0_c_double)
end program
",
        ),
        Host::RustcStable | Host::RustcNightly => (
            "m.rs",
            r#"use std::ffi::c_void;
unsafe extern "C" {
    fn __enzyme_fwddiff(function: *const c_void, ...) -> f64;
    fn elsewhere(x: f64) -> f64;
}
extern "C" fn f(x: f64) -> f64 {
    let mut terms = [0.0; 5];
    for (i, term) in terms.iter_mut().enumerate() {
        *term = x * ((i + 1) as f64 * x).sin();
    }
    let mut sum = 0.0;
    for term in &terms {
        sum += *term;
    }
    sum
}
fn main() {
    let _used: [unsafe extern "C" fn(f64) -> f64; 1] = [f];
    println!("{}", unsafe { __enzyme_fwddiff(TARGET as *const c_void, 0.7f64, 1.0f64) });
}
"#,
        ),
    };
    (name, text.replace("TARGET", target))
}

/// The line of a text that has a request for `target`, from 1.
fn line_of_request(text: &str, target: &str) -> usize {
    let of_request = |line: &str| line.contains("fwddiff") && line.contains(target) && line.contains("0.7");
    1 + text
        .lines()
        .position(of_request)
        .expect("the program has a request")
}

fn compile(host: Host, scratch: &Scratch, target: &str, arguments: &[&str]) -> (PathBuf, Ran) {
    let (name, text) = program(host, target);
    let source = scratch.write(name, &text);
    let mut command = host.with_plugin();
    command
        .args(arguments)
        .arg(name)
        .args(["-o", "m"])
        .current_dir(scratch.folder());
    if host == Host::Clang {
        command.arg("-lm");
    }
    (source, run(&mut command))
}

/// The number that the program printed.
#[track_caller]
fn printed(scratch: &Scratch) -> f64 {
    let ran = run(&mut Command::new(scratch.path("m"))).expect_success();
    ran.stdout
        .trim()
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {ran}"))
}

#[track_caller]
fn assert_is_derivative(value: f64, subject: &str) {
    let (expected, step) = (derivative(POINT), 1e-6);
    // The closed form itself is checked: it is an input of this test.
    let f = |x: f64| (1..=5).map(f64::from).map(|i| x * (i * x).sin()).sum::<f64>();
    let quotient = (f(POINT + step) - f(POINT - step)) / (2.0 * step);
    assert!(
        (expected - quotient).abs() < 1e-7,
        "{expected} is not the derivative, {quotient}"
    );
    assert!(
        (value - expected).abs() <= 1e-13 * expected.abs().max(1.0),
        "{subject}: {value}, not {expected}"
    );
}

#[test]
fn every_compiler_differentiates() {
    for host in COMPILERS {
        let arrangements: &[&[&str]] = match host {
            // Without optimization `Enumerate::next` builds its result from a pointer that is refused as mixed: a debt, not a choice.
            Host::RustcStable | Host::RustcNightly => &[
                &["-Copt-level=3", "-Ccodegen-units=1"],
                &["-Copt-level=3", "-Clto=fat"],
                &["-Copt-level=3", "-Clto=thin", "-Ccodegen-units=1"],
            ],
            _ => &[&["-O0"], &["-O1"], &["-O2"], &["-O3"]],
        };
        for arguments in arrangements {
            let scratch = Scratch::new();
            let _ = compile(host, &scratch, "f", arguments).1.expect_success();
            assert_is_derivative(printed(&scratch), &format!("{host:?} {arguments:?}"));
        }
    }
}

#[test]
fn lld_differentiates_a_function_of_another_file() {
    let caller = r#"#include <stdio.h>
double f(double);
extern double __enzyme_fwddiff(void *, ...);
int main(void) { printf("%.17g\n", __enzyme_fwddiff((void *)f, 0.7, 1.0)); return 0; }
"#;
    let function = "#include <math.h>\ndouble term(double, double);\n\
        double f(double x) { double s = 0; for (int i = 1; i <= 5; ++i) s += term(i, x); return s; }\n";
    let term = "#include <math.h>\ndouble term(double i, double x) { return x * sin(i * x); }\n";
    // Whether the compilations have the plugin too makes no difference: they leave requests to the link.
    for host in [Host::Clang.command(), Host::Clang.with_plugin()] {
        for level in ["-O0", "-O2"] {
            let scratch = Scratch::new();
            let mut objects = Vec::new();
            for (name, text) in [("caller.c", caller), ("function.c", function), ("term.c", term)] {
                let source = scratch.write(name, text);
                let object = source.with_extension("o");
                let mut command = Command::new(host.get_program());
                command
                    .args(host.get_args())
                    .args([level, "-flto", "-c"])
                    .arg(&source)
                    .arg("-o")
                    .arg(&object);
                let _ = run(&mut command).expect_success();
                objects.push(object);
            }
            let mut link = Host::Clang.command();
            link.args([level, "-flto", "-fuse-ld=lld-22"])
                .args(&objects)
                .arg("-lm");
            let _ =
                run(link.arg("-o").arg(scratch.path("m"))).expect_error("undefined symbol: __enzyme_fwddiff");
            link.arg(format!("-Wl,--load-pass-plugin={}", plugin().display()));
            let _ = run(&mut link).expect_success();
            assert_is_derivative(printed(&scratch), level);
        }
    }
}

#[test]
fn opt_differentiates_in_every_pipeline() {
    let scratch = Scratch::new();
    let (name, text) = program(Host::Clang, "f");
    let source = scratch.write(name, &text);
    for level in ["-O0", "-O2"] {
        let input = scratch.path("m.ll");
        let mut command = Host::Clang.command();
        command
            .args([level, "-S", "-emit-llvm"])
            .arg(&source)
            .arg("-o")
            .arg(&input);
        let _ = run(&mut command).expect_success();
        for passes in [
            "rs-enzyme",
            "enzyme",
            "preserve-nvvm,enzyme",
            "default<O0>",
            "default<O3>",
            "lto<O2>",
            "thinlto<O2>",
        ] {
            let output = scratch.path("d.ll");
            let mut command = Host::Opt.with_plugin();
            command
                .args([&format!("-passes={passes}"), "-S"])
                .arg(&input)
                .arg("-o")
                .arg(&output);
            let _ = run(&mut command).expect_success();
            let mut link = Host::Clang.command();
            let _ = run(link.arg(&output).arg("-lm").arg("-o").arg(scratch.path("m"))).expect_success();
            assert_is_derivative(printed(&scratch), &format!("{level} {passes}"));
        }
    }
}

/// The target of a request has no body, which the host must report at the line of the request and then fail.
#[test]
fn every_compiler_reports_an_error_at_its_line() {
    for host in COMPILERS {
        let levels: &[&[&str]] = match host {
            Host::RustcStable | Host::RustcNightly => &[
                &["-g", "-Copt-level=0"],
                &["-g", "-Copt-level=3"],
                &["-g", "-Clto=fat"],
            ],
            _ => &[&["-g", "-O0"], &["-g", "-O2"]],
        };
        for level in levels {
            let scratch = Scratch::new();
            let (source, ran) = compile(host, &scratch, "elsewhere", level);
            let ran = ran.expect_error("rs-enzyme: ");
            let text = std::fs::read_to_string(&source).expect("it was written");
            let place = format!("{}:{}:", program(host, "").0, line_of_request(&text, "elsewhere"));
            assert!(
                ran.stderr.contains(&place),
                "{host:?} {level:?}: the place {place} is not in {ran}"
            );
            assert!(
                ran.stderr.contains("elsewhere"),
                "{host:?} {level:?}: the function is not named: {ran}"
            );
            assert!(ran.stderr.contains("has no body"), "{host:?} {level:?}: {ran}");
            assert!(
                !scratch.path("m").exists(),
                "{host:?} {level:?} wrote a program after an error"
            );
        }
    }
}

/// Two wrong requests in one module are two errors, also in opt, which by itself would end at the first.
#[test]
fn all_errors_of_a_module_are_reported() {
    let text = "declare double @one(double)\ndeclare double @two(double)\ndeclare double @__enzyme_fwddiff(ptr, ...)\n\
        define double @main(double %x) {\n  \
        %a = call double (ptr, ...) @__enzyme_fwddiff(ptr @one, double %x, double 1.0)\n  \
        %b = call double (ptr, ...) @__enzyme_fwddiff(ptr @two, double %x, double 1.0)\n  \
        %c = fadd double %a, %b\n  ret double %c\n}\n";
    let scratch = Scratch::new();
    let input = scratch.write("m.ll", text);
    let mut commands = [Host::Opt.with_plugin(), Host::Clang.with_plugin()];
    commands[0].args(["-passes=rs-enzyme", "-S"]);
    commands[1].args(["-c", "-Wno-override-module"]);
    for mut command in commands {
        let ran = run(command.arg(&input).arg("-o").arg(scratch.path("m"))).expect_error("`one`");
        assert!(ran.stderr.contains("`two`"), "{ran}");
        assert_eq!(ran.stderr.matches("error: ").count(), 2, "{ran}");
        assert!(!scratch.path("m").exists(), "a file was written after an error");
    }
}

/// lld collects errors too, and writes no program.
#[test]
fn lld_reports_an_error() {
    let scratch = Scratch::new();
    let (name, text) = program(Host::Clang, "elsewhere");
    let source = scratch.write(name, &text);
    let mut link = Host::Clang.command();
    link.args(["-O2", "-g", "-flto", "-fuse-ld=lld-22"])
        .arg(source)
        .arg("-lm");
    link.arg(format!("-Wl,--load-pass-plugin={}", plugin().display()))
        .arg("-o")
        .arg(scratch.path("m"));
    let ran = run(&mut link).expect_error("rs-enzyme: ");
    assert!(
        ran.stderr.contains("elsewhere") && ran.stderr.contains("has no body"),
        "{ran}"
    );
    assert!(
        !scratch.path("m").exists(),
        "a program was written after an error"
    );
}
