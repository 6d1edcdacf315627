//! Floats that Rust and Fortran move in memory: slices copied by `memcpy`, vectors of them, arrays with descriptors. Each program prints
//! the derivative, the test compares it with a closed form.

use std::process::Command;

use corpus::hosts::{Host, Scratch, run};

/// Compiles a program with the plugin, runs it and gives the numbers that it prints.
fn numbers(host: Host, name: &str, text: &str, arguments: &[&str]) -> Vec<f64> {
    let scratch = Scratch::default();
    let _source = scratch.write(name, text);
    let compiled = run(host
        .with_plugin()
        .args(arguments)
        .args([name, "-o", "m"])
        .current_dir(scratch.folder()));
    let _warnings = compiled.expect_success();
    let ran = run(&mut Command::new(scratch.path("m"))).expect_success();
    let parse = |word: &str| word.parse().unwrap_or_else(|error| panic!("{word}: {error}"));
    ran.stdout.split_whitespace().map(parse).collect()
}

fn assert_close(found: &[f64], expected: &[f64], subject: &str) {
    assert_eq!(found.len(), expected.len(), "{subject}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-12 * expected.abs().max(1.0),
            "{subject}: {found}, not {expected}"
        );
    }
}

/// `f(x) = sum over i of y_i y_{3-i} (i + 1)` with `y_i = x^(i+1)`, so every product is `x^5`, and `f = 10 x^5`.
const SLICES: &str = r#"use std::ffi::c_void;
unsafe extern "C" {
    fn __enzyme_fwddiff(function: *const c_void, ...) -> f64;
}
#[derive(Clone, Copy)]
struct Sample {
    value: f64,
    weight: u32,
}
#[inline(never)]
fn turn(to: &mut [Sample], from: &[Sample]) {
    to.copy_from_slice(from);
    to.reverse();
}
extern "C" fn f(x: f64) -> f64 {
    let mut samples = [Sample { value: 0.0, weight: 0 }; 4];
    let mut power = 1.0;
    for (i, sample) in samples.iter_mut().enumerate() {
        power *= x;
        *sample = Sample { value: power, weight: i as u32 + 1 };
    }
    let mut turned = samples;
    turn(&mut turned, &samples);
    let mut sum = 0.0;
    for i in 0..4 {
        sum += samples[i].value * turned[i].value * f64::from(samples[i].weight);
    }
    sum
}
fn main() {
    println!("{}", unsafe { __enzyme_fwddiff(f as *const c_void, 0.7f64, 1.0f64) });
}
"#;

#[test]
fn rust_slices_copied_by_memcpy() {
    for arguments in [
        &["-Copt-level=3"][..],
        &["-Copt-level=2", "-g"],
        &["-Copt-level=1"],
    ] {
        let found = numbers(Host::RustcStable, "m.rs", SLICES, arguments);
        assert_close(&found, &[50.0 * 0.7f64.powi(4)], &format!("{arguments:?}"));
    }
}

/// `f(x) = sum over i of a(i) b(2 i - 1)` with `a(i) = x i`, `b(j) = x^2 + j`, through a strided section behind a
/// descriptor and an array that is assigned whole: `f = x sum i (x^2 + 2 i - 1)`.
const DESCRIPTORS: &str = "module functions
  use iso_c_binding
  interface
    function fwddiff(fun, x, dx) bind(c, name='__enzyme_fwddiff')
      import
      interface
        function fun(x) bind(c)
          import
          real(c_double), value :: x
          real(c_double) :: fun
        end function
      end interface
      real(c_double), value :: x, dx
      real(c_double) :: fwddiff
    end function
  end interface
contains
  function inner(a, b) result(s)
    real(c_double), intent(in) :: a(:), b(:)
    real(c_double) :: s
    integer :: i
    s = 0
    do i = 1, size(a)
      s = s + a(i) * b(i)
    end do
  end function
  function f(x) bind(c)
    real(c_double), value :: x
    real(c_double) :: f, b(7), c(7)
    real(c_double) :: a(4)
    integer :: i
    do i = 1, 4
      a(i) = x * i
    end do
    do i = 1, 7
      b(i) = x * x + i
    end do
    c = b
    f = inner(a, c(1:7:2))
  end function
end module
program m
  use functions
  print '(ES25.17)', fwddiff(f, 0.7_c_double, 1.0_c_double)
end program
";

#[test]
fn fortran_arrays_with_descriptors() {
    let x: f64 = 0.7;
    let expected: f64 = (1..=4)
        .map(f64::from)
        .map(|i| i * (3.0 * x * x + 2.0 * i - 1.0))
        .sum();
    for arguments in [&["-O1"][..], &["-O2"], &["-O3"], &["-O2", "-g"]] {
        let found = numbers(Host::Flang, "m.f90", DESCRIPTORS, arguments);
        assert_close(&found, &[expected], &format!("{arguments:?}"));
    }
}

/// `f(x) = x^2` where the words that are copied are the integers in front of the number, `2 x^2` where they are all. There are floats of single
/// precision in the program, so words cannot be told apart.
const WORDS: &str = r#"#include <stdio.h>
#include <stdlib.h>
#include <string.h>
double __enzyme_autodiff(void *, ...);
struct record { long key[2]; float weight; double place; };
__attribute__((noinline)) static void copy(struct record *to, const struct record *from, size_t bytes) {
  if (from->key[0] < 7)
    memcpy(to, from, bytes);
}
static size_t copied;
__attribute__((noinline)) static double f(double x) {
  struct record one = {{1, 2}, (float)x, x}, other = {{3, 4}, 0.0f, 0.0};
  copy(&other, &one, copied);
  return other.place * x + (double)one.key[1] / 2 * one.place * x * (other.weight < 100.0f);
}
int main(int argc, char **argv) {
  copied = (size_t)atoi(argv[argc - 1]);
  printf("%.17g\n", __enzyme_autodiff((void *)f, 0.75));
  return 0;
}
"#;

#[test]
fn integers_that_are_copied_with_what_follows_end_the_program() {
    for level in ["-O0", "-O2"] {
        let scratch = Scratch::default();
        let _source = scratch.write("m.c", WORDS);
        let compiled = run(Host::Clang
            .with_plugin()
            .args([level, "m.c", "-o", "m"])
            .current_dir(scratch.folder()));
        let _warnings = compiled.expect_success();
        let copied = |bytes: &str| run(Command::new(scratch.path("m")).arg(bytes));
        let of_integers = copied("16").expect_success();
        assert_eq!(of_integers.stdout.trim(), "1.5", "{level}");
        // What ends a program is said as Enzyme says it: on standard output, with status 1.
        let of_all = copied("32");
        assert_eq!(of_all.code, Some(1), "{level}: {}", of_all.stdout);
        let told = of_all
            .stdout
            .starts_with("rsenzyme: memory is copied or filled with what follows it");
        assert!(told, "{level}: {}", of_all.stdout);
    }
}
