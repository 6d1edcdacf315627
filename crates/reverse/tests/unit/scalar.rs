//! Straight code and branches.

use crate::support::{assert_close, check, derive, parse, request};

#[test]
fn a_polynomial() {
    let (value, gradient) = check(
        "define double @f(double %x, double %y) {
           %xx = fmul double %x, %x
           %xy = fmul double %x, %y
           %s = fadd double %xx, %xy
           %q = fdiv double %s, %y
           ret double %q
         }",
        &[3.0, 2.0],
    );
    assert_close(value, 7.5, "(x² + xy) / y");
    assert_close(gradient[0], 4.0, "2x / y + 1");
    assert_close(gradient[1], -2.25, "-x² / y²");
}

#[test]
fn a_branch_is_taken_back_by_its_condition() {
    let text = "define double @f(double %x, double %y) {
         entry:
           %c = fcmp ogt double %x, %y
           br i1 %c, label %more, label %less
         more:
           %a = fmul double %x, %x
           br label %end
         less:
           %b = fmul double %x, %y
           br label %end
         end:
           %p = phi double [ %a, %more ], [ %b, %less ]
           %q = fmul double %p, %p
           ret double %q
         }";
    let (_, more) = check(text, &[3.0, 2.0]);
    assert_close(more[0], 4.0 * 27.0, "4x³");
    assert_close(more[1], 0.0, "nothing");
    let (_, less) = check(text, &[2.0, 3.0]);
    assert_close(less[0], 36.0, "2xy²");
    assert_close(less[1], 24.0, "2x²y");
}

#[test]
fn a_switch_with_a_shared_target() {
    for (at, slope) in [(0.5, 1.0), (1.5, 2.0), (2.5, 1.0), (3.5, 5.0), (9.5, 5.0)] {
        let (_, gradient) = check(
            "define double @f(double %x) {
             entry:
               %i = fptosi double %x to i32
               switch i32 %i, label %other [
                 i32 0, label %same
                 i32 1, label %twice
                 i32 2, label %same
               ]
             same:
               br label %end
             twice:
               %a = fadd double %x, %x
               br label %end
             other:
               %b = fmul double %x, 5.0
               br label %end
             end:
               %p = phi double [ %x, %same ], [ %a, %twice ], [ %b, %other ]
               ret double %p
             }",
            &[at],
        );
        assert_close(gradient[0], slope, "slope");
    }
}

#[test]
fn nested_branches_and_early_returns() {
    for (x, y) in [(1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (-1.0, -2.0)] {
        check(
            "define double @f(double %x, double %y) {
             entry:
               %c = fcmp ogt double %x, 0.0
               br i1 %c, label %a, label %d
             a:
               %xx = fmul double %x, %y
               %e = fcmp ogt double %y, 0.0
               br i1 %e, label %b, label %join
             b:
               %r = fmul double %xx, %xx
               ret double %r
             d:
               %z = fmul double %y, %y
               br label %join
             join:
               %p = phi double [ %xx, %a ], [ %z, %d ]
               %q = fmul double %p, %x
               ret double %q
             }",
            &[x, y],
        );
    }
}

#[test]
fn a_call_of_a_body() {
    check(
        "define double @square(double %x) {
           %r = fmul double %x, %x
           ret double %r
         }
         define double @f(double %x, double %y) {
           %a = call double @square(double %x)
           %b = fmul double %a, %y
           %c = call double @square(double %b)
           %d = fadd double %c, %a
           ret double %d
         }",
        &[1.5, -0.75],
    );
}

#[test]
fn recursion() {
    check(
        "define double @power(double %x, i32 %n) {
         entry:
           %last = icmp eq i32 %n, 0
           br i1 %last, label %one, label %more
         one:
           ret double 1.0
         more:
           %m = sub i32 %n, 1
           %rest = call double @power(double %x, i32 %m)
           %r = fmul double %x, %rest
           ret double %r
         }
         define double @f(double %x) {
           %r = call double @power(double %x, i32 7)
           ret double %r
         }",
        &[1.25],
    );
}

/// Each call of a function that counts is one with other numbers, whichever parameter they are in, and however many functions count
/// together. They do not get gradients of their own without end; those that the calls from outside bring do.
#[test]
fn recursion_that_counts_has_few_gradients() {
    let text = "
define double @power(double %x, i64 %n) {
  %done = icmp eq i64 %n, 0
  br i1 %done, label %end, label %more
more:
  %rest = sub i64 %n, 1
  %y = call double @power(double %x, i64 %rest)
  %z = fmul double %x, %y
  ret double %z
end:
  ret double 1.0
}
define double @swapped_power(double %x, i64 %n, i64 %m) {
  %done = icmp sle i64 %n, 0
  br i1 %done, label %end, label %more
more:
  %rest = sub i64 %n, 1
  %y = call double @swapped_power(double %x, i64 %m, i64 %rest)
  %z = fmul double %x, %y
  ret double %z
end:
  ret double 1.0
}
define double @even_power(double %x, i64 %n, i64 %to) {
  %done = icmp eq i64 %n, %to
  br i1 %done, label %end, label %more
more:
  %y = call double @odd_power(double %x, i64 %to, i64 %n)
  %z = fmul double %x, %y
  ret double %z
end:
  ret double 1.0
}
define double @odd_power(double %x, i64 %to, i64 %n) {
  %next = add i64 %n, 1
  %y = call double @even_power(double %x, i64 %next, i64 %to)
  ret double %y
}
define double @f(double %x) {
  %a = call double @power(double %x, i64 90)
  %b = call double @power(double %x, i64 3)
  %c = call double @swapped_power(double %x, i64 40, i64 50)
  %d = call double @swapped_power(double %x, i64 3, i64 90)
  %e = call double @even_power(double %x, i64 0, i64 80)
  %ab = fmul double %a, %b
  %cd = fmul double %c, %d
  %abcd = fmul double %ab, %cd
  %r = fmul double %abcd, %e
  ret double %r
}";
    // 40 and 50 give 80: the first of the two is counted down before the second; 3 and 90 give 6.
    let (_, gradient) = check(text, &[1.0]);
    assert_eq!(gradient, vec![93.0 + 80.0 + 6.0 + 80.0]);
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let wanted = request(&module, func, &[reverse::Activity::Out], 1);
    derive(&mut module, wanted);
    for name in ["epower", "eswapped_power", "eeven_power", "eodd_power"] {
        let decls = module.ctx.funcs.values();
        let made = decls.filter(|decl| decl.name.ends_with(name)).count();
        assert!((1..=12).contains(&made), "{made} functions for {name}");
    }
}
