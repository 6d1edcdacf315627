//! Calls through pointers: the shadow of a pointer leads to the derivatives.

use crate::support::check;

const FUNCTIONS: &str = "
    define double @square(double %x) {
      %r = fmul double %x, %x
      ret double %r
    }
    define double @cube(double %x) {
      %s = fmul double %x, %x
      %r = fmul double %s, %x
      ret double %r
    }";

#[test]
fn a_function_in_memory() {
    check(
        &format!(
            "{FUNCTIONS}
             define double @call(ptr %table, double %x) {{
               %g = load ptr, ptr %table
               %a = call double %g(double %x)
               ret double %a
             }}
             define double @f(double %x, double %y) {{
               %table = alloca ptr
               %c = fcmp ogt double %x, %y
               %g = select i1 %c, ptr @square, ptr @cube
               store ptr %g, ptr %table
               %a = call double @call(ptr %table, double %x)
               store ptr @square, ptr %table
               %b = call double @call(ptr %table, double %y)
               %r = fmul double %a, %b
               ret double %r
             }}"
        ),
        &[1.5, 0.5],
    );
}

#[test]
fn a_table_of_functions() {
    check(
        &format!(
            "{FUNCTIONS}
             @table = internal constant [2 x ptr] [ptr @square, ptr @cube]
             define double @f(double %x) {{
             entry:
               br label %loop
             loop:
               %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
               %p = phi double [ %x, %entry ], [ %q, %loop ]
               %odd = and i64 %i, 1
               %place = getelementptr [2 x ptr], ptr @table, i64 0, i64 %odd
               %g = load ptr, ptr %place
               %q = call double %g(double %p)
               %i1 = add i64 %i, 1
               %more = icmp ult i64 %i1, 4
               br i1 %more, label %loop, label %end
             end:
               ret double %q
             }}"
        ),
        &[0.9],
    );
}

#[test]
fn one_of_two_known_functions() {
    for x in [0.5, 1.5] {
        check(
            &format!(
                "{FUNCTIONS}
                 define double @f(double %x) {{
                   %c = fcmp ogt double %x, 1.0
                   %g = select i1 %c, ptr @square, ptr @cube
                   %a = call double %g(double %x)
                   %r = call double %g(double %a)
                   ret double %r
                 }}"
            ),
            &[x],
        );
    }
}
