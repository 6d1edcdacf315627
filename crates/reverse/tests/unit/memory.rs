//! Memory: on the stack, behind parameters, overwritten in place.

use crate::support::check;

#[test]
fn a_variable_in_memory() {
    check(
        "define double @f(double %x, double %y) {
           %v = alloca double
           store double %x, ptr %v
           %a = load double, ptr %v
           %b = fmul double %a, %y
           store double %b, ptr %v
           %c = load double, ptr %v
           %d = fmul double %c, %c
           ret double %d
         }",
        &[1.5, 2.5],
    );
}

#[test]
fn an_array_updated_in_place() {
    check(
        "define double @f(double %x, double %y) {
         entry:
           %v = alloca [8 x double]
           br label %fill
         fill:
           %i = phi i64 [ 0, %entry ], [ %i1, %fill ]
           %n = uitofp i64 %i to double
           %e = fmul double %n, %x
           %p = getelementptr double, ptr %v, i64 %i
           store double %e, ptr %p
           %i1 = add i64 %i, 1
           %more = icmp ult i64 %i1, 8
           br i1 %more, label %fill, label %sweep.entry
         sweep.entry:
           br label %sweep
         sweep:
           %j = phi i64 [ 1, %sweep.entry ], [ %j1, %sweep ]
           %before = sub i64 %j, 1
           %pb = getelementptr double, ptr %v, i64 %before
           %pj = getelementptr double, ptr %v, i64 %j
           %a = load double, ptr %pb
           %b = load double, ptr %pj
           %ab = fmul double %a, %b
           %s = fadd double %ab, %y
           store double %s, ptr %pj
           %j1 = add i64 %j, 1
           %go = icmp ult i64 %j1, 8
           br i1 %go, label %sweep, label %end
         end:
           %last = getelementptr double, ptr %v, i64 7
           %r = load double, ptr %last
           ret double %r
         }",
        &[0.3, 0.7],
    );
}

#[test]
fn memory_behind_a_parameter_of_a_callee() {
    check(
        "define void @scale(ptr %p, double %y, i64 %n) {
         entry:
           br label %loop
         loop:
           %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
           %q = getelementptr double, ptr %p, i64 %i
           %a = load double, ptr %q
           %b = fmul double %a, %y
           store double %b, ptr %q
           %i1 = add i64 %i, 1
           %more = icmp ult i64 %i1, %n
           br i1 %more, label %loop, label %end
         end:
           ret void
         }
         define double @f(double %x, double %y) {
           %v = alloca [2 x double]
           %w = getelementptr double, ptr %v, i64 1
           store double %x, ptr %v
           store double %y, ptr %w
           call void @scale(ptr %v, double %y, i64 2)
           call void @scale(ptr %v, double %x, i64 2)
           %a = load double, ptr %v
           %b = load double, ptr %w
           %r = fmul double %a, %b
           ret double %r
         }",
        &[1.25, 0.5],
    );
}

#[test]
fn an_address_kept_in_memory() {
    check(
        "define double @f(double %x, double %y) {
           %a = alloca double
           %b = alloca double
           %p = alloca ptr
           store double %x, ptr %a
           store double %y, ptr %b
           %c = fcmp ogt double %x, %y
           %chosen = select i1 %c, ptr %a, ptr %b
           store ptr %chosen, ptr %p
           %q = load ptr, ptr %p
           %v = load double, ptr %q
           %w = fmul double %v, %v
           store double %w, ptr %q
           %m = load double, ptr %a
           %n = load double, ptr %b
           %r = fmul double %m, %n
           ret double %r
         }",
        &[1.25, 0.5],
    );
}

#[test]
fn stack_memory_of_a_callee_survives_between_its_sweeps() {
    check(
        "define double @g(double %x, i64 %n) {
         entry:
           %v = alloca [4 x double]
           store double %x, ptr %v
           br label %loop
         loop:
           %i = phi i64 [ 1, %entry ], [ %i1, %loop ]
           %b = sub i64 %i, 1
           %pb = getelementptr double, ptr %v, i64 %b
           %p = getelementptr double, ptr %v, i64 %i
           %a = load double, ptr %pb
           %aa = fmul double %a, %a
           store double %aa, ptr %p
           %i1 = add i64 %i, 1
           %more = icmp ult i64 %i1, %n
           br i1 %more, label %loop, label %end
         end:
           %r = load double, ptr %p
           ret double %r
         }
         define double @f(double %x, double %y) {
           %a = call double @g(double %x, i64 4)
           %b = call double @g(double %y, i64 3)
           %r = fmul double %a, %b
           ret double %r
         }",
        &[1.05, 0.9],
    );
}
