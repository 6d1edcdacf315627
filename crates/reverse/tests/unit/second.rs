//! Gradients as primals: tangents of gradients, by forward mode, are products with the second derivative.

use forward::{Forward, ForwardOptions};
use ir::interp::Datum;
use reverse::Activity;
use rules::RuleTable;

use crate::support::{assert_close, derive, parse, request, run};

/// The second derivative of `@f`, a function of two doubles: by tangents of its gradient in both directions. It must be symmetric, and
/// that of the gradient's change to a central difference's accuracy.
fn check(text: &str, x: f64, y: f64) {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let wanted = request(&module, func, &[Activity::Out, Activity::Out], 1);
    let gradient = derive(&mut module, wanted);
    let mut forward = Forward::new(&mut module, RuleTable::standard(), ForwardOptions::default());
    let second = forward.request(forward::Request {
        func: gradient,
        params: vec![forward::Activity::Dual; 3],
        ret: forward::ReturnRequest {
            shadow: true,
            primal: false,
        },
        width: 1,
        order: 1,
        memory: Default::default(),
    });
    if let Err(errors) = forward.run() {
        panic!("{errors:#?}\n{}", ir::text::print_module(&module));
    }
    let number = |datum: &Datum| datum.to_dual().expect("a defined double").0;
    let product = |dx: f64, dy: f64| {
        let args = [x, dx, y, dy, 1.0, 0.0].map(Datum::f64);
        let found = run(&module, second, &args);
        let members = found.members();
        [number(&members[1]), number(&members[2])]
    };
    let slope = |x: f64, y: f64| {
        let found = run(&module, gradient, &[x, y, 1.0].map(Datum::f64));
        let members = found.members();
        [number(&members[1]), number(&members[2])]
    };
    let (along_x, along_y) = (product(1.0, 0.0), product(0.0, 1.0));
    assert_close(along_x[1], along_y[0], "the mixed derivatives");
    let h = 1e-5;
    for at in 0..2 {
        let in_x = (slope(x + h, y)[at] - slope(x - h, y)[at]) / (2.0 * h);
        let in_y = (slope(x, y + h)[at] - slope(x, y - h)[at]) / (2.0 * h);
        assert!(
            (in_x - along_x[at]).abs() < 1e-7 * in_x.abs().max(1.0),
            "{in_x} {along_x:?}"
        );
        assert!(
            (in_y - along_y[at]).abs() < 1e-7 * in_y.abs().max(1.0),
            "{in_y} {along_y:?}"
        );
    }
}

#[test]
fn straight_code() {
    check(
        "define double @f(double %x, double %y) {
           %a = fmul double %x, %x
           %b = fmul double %a, %y
           %c = fdiv double %b, %x
           %d = fmul double %c, %b
           ret double %d
         }",
        1.25,
        0.75,
    );
}

#[test]
fn a_counted_loop_with_arrays_on_the_tape() {
    check(
        "define double @f(double %x, double %y) {
         entry:
           br label %loop
         loop:
           %i = phi i64 [ 0, %entry ], [ %next, %loop ]
           %p = phi double [ %y, %entry ], [ %q, %loop ]
           %s = fmul double %p, %p
           %q = fsub double %s, %x
           %next = add i64 %i, 1
           %more = icmp ult i64 %next, 4
           br i1 %more, label %loop, label %end
         end:
           ret double %q
         }",
        0.7,
        0.9,
    );
}

#[test]
fn records_and_calls() {
    check(
        "define double @step(double %p, double %x) {
           %a = fmul double %p, %x
           %b = fmul double %a, %p
           %c = fadd double %b, 0.5
           ret double %c
         }
         define double @f(double %x, double %y) {
         entry:
           br label %loop
         loop:
           %p = phi double [ %y, %entry ], [ %q, %loop ]
           %q = call double @step(double %p, double %x)
           %more = fcmp olt double %q, 20.0
           br i1 %more, label %loop, label %end
         end:
           ret double %q
         }",
        0.9,
        1.1,
    );
}
