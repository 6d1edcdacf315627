//! What callees are told of their memory, and plans as text.

use cache::Overwritten;
use cache::print::{OwnNames, Printed};
use ir::Op;

use crate::support::{How, case, parse, with_input};

/// What is overwritten after each call of `@f`.
fn after_calls(text: &str) -> Vec<Overwritten> {
    let (module, func) = parse(text);
    with_input(&module, func, &How::default(), |input| {
        let is_call = |&inst: &ir::Inst| matches!(input.function.inst(inst).op, Op::Call(_));
        let calls: Vec<_> = input.function.all_insts().filter(is_call).collect();
        cache::overwritten_after(input, &calls)
    })
}

#[test]
fn what_the_caller_writes_after_a_call_is_overwritten() {
    let found = after_calls(
        "define double @f(ptr noalias %x, ptr noalias %y) {
entry:
  %a = call double @g(ptr %x)
  %b = call double @g(ptr %y)
  store double %a, ptr %y
  ret double %b
}
define double @g(ptr %p) {
  %v = load double, ptr %p
  ret double %v
}",
    );
    assert_eq!(
        (&found[0].params[..], &found[1].params[..]),
        (&[false][..], &[true][..]),
        "{found:?}"
    );
    assert!(
        found.iter().all(|found| found.other),
        "the store may be to memory that is reached otherwise"
    );
}

#[test]
fn a_call_in_a_loop_comes_after_itself() {
    let found = after_calls(
        "define void @f(ptr noalias %x, ptr noalias %y, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  call void @g(ptr %x, ptr %y)
  %next = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %next, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}
define void @g(ptr %from, ptr %to) {
  %v = load double, ptr %from
  %s = fmul double %v, %v
  store double %s, ptr %to
  ret void
}",
    );
    assert_eq!(found[0].params, [false, true], "{found:?}");
}

#[test]
fn nothing_is_overwritten_if_nothing_is_written_later() {
    let found = after_calls(
        "define double @f(ptr %x) {
  %a = call double @g(ptr %x)
  ret double %a
}
define double @g(ptr %p) {
  %v = load double, ptr %p
  store double 1.0, ptr %p
  ret double %v
}",
    );
    assert_eq!(found, [Overwritten::nothing(1)]);
}

#[test]
fn a_plan_says_what_is_stored_and_why() {
    let case = case(
        "define void @f(ptr %x, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load double, ptr %p
  %r = call double @sin(double %v)
  store double %r, ptr %p
  %next = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %next, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}
declare double @sin(double)",
    );
    let text = Printed {
        ctx: &case.module.ctx,
        function: case.function(),
        shape: &case.shape,
        mode: cache::Mode::Combined,
        plan: case.plan(),
        calls: &[],
        spelling: &OwnNames(case.function()),
    }
    .to_string();
    // The loop runs at least once, so the number of its iterations is that of the tests `i + 1 < n` that hold, and one.
    let expected = "tape of @f: 2 stored, 4 computed again
  registers or stack of the gradient function: 8 bytes in each execution
    slot0: address of the arrays of nest0
      8 bytes at 0
      because where the arrays of nest0 are
  nest0, one block of arrays for loop0: 8 bytes in each iteration of loop0
    slot1: %v
      8 bytes in an array, for each iteration of loop0
      because the memory that it is loaded from may be overwritten
  loop0 at %loop: max(%n - 1, 0) + 1 iterations
  total: 8 * loop0 (estimate: 80, with 10 iterations where the number is not constant) bytes
";
    assert_eq!(text, expected, "{text}");
}
