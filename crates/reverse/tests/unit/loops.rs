//! Loops: counted and not, nested, left early.

use crate::support::check;

#[test]
fn a_counted_loop() {
    check(
        "define double @f(double %x) {
         entry:
           br label %loop
         loop:
           %i = phi i64 [ 0, %entry ], [ %next, %loop ]
           %p = phi double [ 1.0, %entry ], [ %q, %loop ]
           %q = fmul double %p, %x
           %next = add i64 %i, 1
           %more = icmp slt i64 %next, 9
           br i1 %more, label %loop, label %end
         end:
           ret double %q
         }",
        &[1.1],
    );
}

#[test]
fn a_loop_tested_at_the_top() {
    check(
        "define double @f(double %x, double %y) {
         entry:
           br label %head
         head:
           %i = phi i64 [ 0, %entry ], [ %next, %body ]
           %p = phi double [ %y, %entry ], [ %q, %body ]
           %more = icmp slt i64 %i, 5
           br i1 %more, label %body, label %end
         body:
           %s = fmul double %p, %p
           %q = fsub double %s, %x
           %next = add i64 %i, 1
           br label %head
         end:
           ret double %p
         }",
        &[0.7, 0.3],
    );
}

#[test]
fn a_loop_of_unknown_count() {
    for x in [0.5, 3.0, 100.0] {
        check(
            "define double @f(double %x) {
             entry:
               br label %head
             head:
               %p = phi double [ %x, %entry ], [ %q, %body ]
               %more = fcmp ogt double %p, 0.01
               br i1 %more, label %body, label %end
             body:
               %s = fmul double %p, %p
               %d = fadd double %s, 1.5
               %q = fdiv double %p, %d
               br label %head
             end:
               %r = fmul double %p, %p
               ret double %r
             }",
            &[x],
        );
    }
}

#[test]
fn a_loop_left_in_the_middle() {
    for x in [0.9, 1.2, 2.0] {
        check(
            "define double @f(double %x, double %y) {
             entry:
               br label %head
             head:
               %i = phi i32 [ 0, %entry ], [ %next, %latch ]
               %p = phi double [ %x, %entry ], [ %r, %latch ]
               %more = icmp slt i32 %i, 20
               br i1 %more, label %body, label %end
             body:
               %q = fmul double %p, %x
               %big = fcmp ogt double %q, 5.0
               br i1 %big, label %out, label %latch
             latch:
               %r = fadd double %q, %y
               %next = add i32 %i, 1
               br label %head
             out:
               %o = fmul double %q, %q
               ret double %o
             end:
               ret double %p
             }",
            &[x, 0.125],
        );
    }
}

#[test]
fn a_triangular_nest() {
    check(
        "define double @f(double %x, double %y) {
         entry:
           br label %outer
         outer:
           %i = phi i64 [ 0, %entry ], [ %i1, %outer.latch ]
           %p = phi double [ %x, %entry ], [ %s.out, %outer.latch ]
           %any = icmp ult i64 0, %i
           br i1 %any, label %inner, label %outer.latch
         inner:
           %j = phi i64 [ 0, %outer ], [ %j1, %inner ]
           %s = phi double [ %p, %outer ], [ %t, %inner ]
           %u = fmul double %s, %y
           %t = fadd double %u, %x
           %j1 = add nuw i64 %j, 1
           %go = icmp ult i64 %j1, %i
           br i1 %go, label %inner, label %outer.latch
         outer.latch:
           %s.out = phi double [ %p, %outer ], [ %t, %inner ]
           %i1 = add nuw i64 %i, 1
           %again = icmp ult i64 %i1, 6
           br i1 %again, label %outer, label %end
         end:
           ret double %s.out
         }",
        &[0.8, 0.9],
    );
}

#[test]
fn an_unknown_loop_around_a_counted_one() {
    check(
        "define double @f(double %x, double %y) {
         entry:
           br label %outer
         outer:
           %p = phi double [ %x, %entry ], [ %t, %outer.latch ]
           br label %inner
         inner:
           %j = phi i64 [ 0, %outer ], [ %j1, %inner ]
           %s = phi double [ %p, %outer ], [ %t, %inner ]
           %u = fmul double %s, %s
           %v = fmul double %u, 0.25
           %t = fadd double %v, %y
           %j1 = add i64 %j, 1
           %go = icmp ult i64 %j1, 3
           br i1 %go, label %inner, label %outer.latch
         outer.latch:
           %d = fsub double %t, %p
           %a = fmul double %d, %d
           %again = fcmp ogt double %a, 1.0e-4
           br i1 %again, label %outer, label %end
         end:
           ret double %t
         }",
        &[0.8, 0.3],
    );
}

#[test]
fn a_call_in_a_loop_and_a_jump_out_of_two() {
    for x in [0.4, 0.9, 1.3] {
        check(
            "define double @step(double %p, double %x) {
               %a = fmul double %p, %x
               %b = fmul double %a, %p
               %c = fadd double %b, 0.5
               ret double %c
             }
             define double @f(double %x) {
             entry:
               br label %outer
             outer:
               %i = phi i32 [ 0, %entry ], [ %i1, %outer.latch ]
               %p = phi double [ 1.0, %entry ], [ %q, %outer.latch ]
               br label %inner
             inner:
               %j = phi i32 [ 0, %outer ], [ %j1, %inner.latch ]
               %s = phi double [ %p, %outer ], [ %q, %inner.latch ]
               %q = call double @step(double %s, double %x)
               %big = fcmp ogt double %q, 50.0
               br i1 %big, label %out, label %inner.latch
             inner.latch:
               %j1 = add i32 %j, 1
               %go = icmp slt i32 %j1, 3
               br i1 %go, label %inner, label %outer.latch
             outer.latch:
               %i1 = add i32 %i, 1
               %again = icmp slt i32 %i1, 2
               br i1 %again, label %outer, label %end
             out:
               %o = fdiv double 1.0, %q
               ret double %o
             end:
               ret double %q
             }",
            &[x],
        );
    }
}

/// The products of a matrix and a vector that is changed between them, or by them: what rows share is stored once, if they leave it alone.
#[test]
fn products_with_a_vector_that_changes() {
    for to in ["%b", "%a"] {
        let text = format!(
            "define double @f(double %x, double %y) {{
             entry:
               %a = alloca [3 x double]
               %b = alloca [3 x double]
               br label %fill
             fill:
               %f = phi i64 [ 0, %entry ], [ %f1, %fill ]
               %p = phi double [ %x, %entry ], [ %p1, %fill ]
               %pf = getelementptr inbounds double, ptr %a, i64 %f
               store double %p, ptr %pf
               %pg = getelementptr inbounds double, ptr %b, i64 %f
               store double 0.0, ptr %pg
               %p1 = fmul double %p, %y
               %f1 = add nuw nsw i64 %f, 1
               %cf = icmp ne i64 %f1, 3
               br i1 %cf, label %fill, label %round
             round:
               %t = phi i64 [ 0, %fill ], [ %t1, %round.end ]
               %total = phi double [ 0.0, %fill ], [ %last, %round.end ]
               br label %row
             row:
               %i = phi i64 [ 0, %round ], [ %i1, %row.end ]
               %w = sitofp i64 %i to double
               br label %column
             column:
               %j = phi i64 [ 0, %row ], [ %j1, %column ]
               %sum = phi double [ 0.0, %row ], [ %more, %column ]
               %pa = getelementptr inbounds double, ptr %a, i64 %j
               %va = load double, ptr %pa
               %u = sitofp i64 %j to double
               %v = fadd double %u, %x
               %wv = fmul double %w, %v
               %wy = fadd double %wv, %y
               %square = fmul double %va, %va
               %product = fmul double %square, %wy
               %more = fadd double %sum, %product
               %j1 = add nuw nsw i64 %j, 1
               %cj = icmp ne i64 %j1, 3
               br i1 %cj, label %column, label %row.end
             row.end:
               %all = phi double [ %more, %column ]
               %small = fmul double %all, 0.125
               %pb = getelementptr inbounds double, ptr {to}, i64 %i
               store double %small, ptr %pb
               %i1 = add nuw nsw i64 %i, 1
               %ci = icmp ne i64 %i1, 3
               br i1 %ci, label %row, label %copy
             copy:
               %k = phi i64 [ 0, %row.end ], [ %k1, %copy ]
               %along = phi double [ %total, %row.end ], [ %last, %copy ]
               %from = getelementptr inbounds double, ptr %b, i64 %k
               %vb = load double, ptr %from
               %into = getelementptr inbounds double, ptr %a, i64 %k
               %old = load double, ptr %into
               %new = fadd double %vb, %old
               store double %new, ptr %into
               %last = fadd double %along, %new
               %k1 = add nuw nsw i64 %k, 1
               %ck = icmp ne i64 %k1, 3
               br i1 %ck, label %copy, label %round.end
             round.end:
               %t1 = add nuw nsw i64 %t, 1
               %ct = icmp ne i64 %t1, 4
               br i1 %ct, label %round, label %exit
             exit:
               ret double %last
             }}"
        );
        check(&text, &[0.3, 0.7]);
    }
}

/// Three conditions and a choice of one iteration share a byte: two that select, one that is poison where nobody looks, and where a branch
/// came from.
#[test]
fn conditions_of_an_iteration_together() {
    for x in [0.3, 0.9, 1.7] {
        check(
            "define double @f(double %x) {
             entry:
               br label %loop
             loop:
               %i = phi i64 [ 0, %entry ], [ %next, %join ]
               %p = phi double [ %x, %entry ], [ %q, %join ]
               %w = phi double [ 0.2, %entry ], [ %v, %join ]
               %c = fcmp ogt double %p, 1.0
               %d = fcmp olt double %w, 0.6
               %a = fmul double %p, 0.5
               %b = fadd double %p, %x
               %s = select i1 %c, double %a, double %b
               %t = fmul double %s, 0.75
               %u = select i1 %d, double %t, double %s
               %e = fcmp ogt double %u, 0.8
               br i1 %e, label %more, label %less
             more:
               %m = fmul double %u, 0.25
               %g = fcmp nnan ogt double %m, 0.3
               %h = select i1 %g, double %m, double %u
               br label %join
             less:
               %n = fadd double %u, %p
               br label %join
             join:
               %q = phi double [ %h, %more ], [ %n, %less ]
               %v = phi double [ 0.1, %more ], [ %w, %less ]
               %next = add i64 %i, 1
               %again = icmp slt i64 %next, 9
               br i1 %again, label %loop, label %end
             end:
               ret double %q
             }",
            &[x],
        );
    }
}
