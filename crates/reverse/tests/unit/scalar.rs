//! Straight code and branches.

use crate::support::{assert_close, check};

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
