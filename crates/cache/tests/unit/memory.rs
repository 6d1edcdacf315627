//! What is loaded again, what is computed again, what is stored.

use cache::{Mode, Node, PlanError, Storage, Way};

use crate::support::{How, case, case_as, is_stored};

const SUM_OF_SQUARES: &str = "
define double @f(ptr %x, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %sum = phi double [ 0.0, %entry ], [ %more, %loop ]
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load double, ptr %p
  %square = fmul double %v, %v
  %more = fadd double %sum, %square
  %next = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %next, %n
  br i1 %c, label %loop, label %exit
exit:
  ret double %more
}";

#[test]
fn memory_that_nobody_writes_is_read_again() {
    let case = case(SUM_OF_SQUARES);
    assert_eq!(case.stored_in_loops(), [""; 0]);
    assert_eq!(case.primal("v"), Some(Way::Recompute));
    assert_eq!(case.primal("i"), Some(Way::Recompute));
    assert_eq!(case.shadow("x"), Some(Way::Free));
    let count = Node::Count(case.loop_at("loop"));
    assert_eq!(case.plan().way(count), Some(Way::Recompute), "{}", case.plan());
}

#[test]
fn memory_that_others_write_is_stored() {
    let how = How {
        mode: Mode::Split,
        overwritten: true,
        ..How::default()
    };
    let case = case_as(SUM_OF_SQUARES, &how);
    assert_eq!(case.bytes_in("loop"), 8, "{}", case.plan());
    assert!(is_stored(case.primal("v")));
    // The base is a field of the frame.
    let frame = &case.plan().frame().slots;
    assert!(
        frame
            .iter()
            .any(|&slot| matches!(case.plan().slot(slot).node, Node::Base(_)))
    );
}

fn in_place(function: &str) -> String {
    format!(
        "define void @f(ptr %x, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load double, ptr %p
  %r = call double @{function}(double %v)
  store double %r, ptr %p
  %next = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %next, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}}
declare double @{function}(double)"
    )
}

#[test]
fn what_is_overwritten_is_stored_once() {
    let case = case(&in_place("sin"));
    assert_eq!(case.bytes_in("loop"), 8, "{}", case.plan());
    assert!(is_stored(case.primal("v")));
    assert_eq!(case.plan().nests().len(), 1);
}

#[test]
fn of_a_function_that_is_its_own_derivative_the_result_is_stored() {
    let case = case(&in_place("exp"));
    assert_eq!(case.bytes_in("loop"), 8, "{}", case.plan());
    assert!(is_stored(case.primal("r")));
    assert_eq!(case.primal("v"), None, "nobody reads it");
}

#[test]
fn an_expensive_function_is_not_computed_twice() {
    let text = SUM_OF_SQUARES.replace("fmul double %v, %v", "call double @exp(double %v)");
    let case = case(&(text + "declare double @exp(double)"));
    assert!(is_stored(case.primal("square")), "{}", case.plan());
}

/// The load may see what the store of an earlier iteration left, but nothing comes after the last.
#[test]
fn a_store_before_the_load_does_no_harm() {
    let case = case(
        "define double @f(ptr noalias %x, ptr noalias %y) {
entry:
  %v = load double, ptr %x
  %s = fmul double %v, %v
  store double %s, ptr %y
  %w = load double, ptr %y
  %r = fmul double %w, %w
  ret double %r
}",
    );
    assert!(
        case.plan()
            .slots()
            .all(|(_, slot)| matches!(slot.storage, Storage::Frame { .. }))
    );
}

#[test]
fn scoped_aliasing_says_nothing_about_another_iteration() {
    // Two inlined executions of a function with restrict parameters, the second with its arguments exchanged.
    let case = case(
        "define void @f(ptr %x, ptr %y, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %a = phi ptr [ %x, %entry ], [ %b, %loop ]
  %b = phi ptr [ %y, %entry ], [ %a, %loop ]
  %v = load double, ptr %a, !alias.scope !3, !noalias !4
  %s = fmul double %v, %v
  store double %s, ptr %b, !alias.scope !4, !noalias !3
  %next = add nuw nsw i64 %i, 1
  %c = icmp slt i64 %next, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}
!0 = distinct !{!0}
!1 = distinct !{!1, !0}
!2 = distinct !{!2, !0}
!3 = !{!1}
!4 = !{!2}",
    );
    assert!(is_stored(case.primal("v")), "{}", case.plan());
}

#[test]
fn the_frame_of_split_mode_has_what_the_reverse_function_does_not_get() {
    let how = How {
        mode: Mode::Split,
        ..How::default()
    };
    let text = "define double @f(double %x, double %y, ptr %p) {
entry:
  %a = alloca double
  store double %x, ptr %a
  %v = load double, ptr %p
  %xy = fmul double %x, %y
  %r = fmul double %xy, %v
  store double %r, ptr %a
  %w = load double, ptr %a
  ret double %w
}";
    let case = case_as(text, &how);
    for name in ["x", "y"] {
        assert!(is_stored(case.primal(name)), "{name}: {}", case.plan());
    }
    assert_eq!(case.primal("v"), Some(Way::Recompute), "{}", case.plan());
    assert_eq!(case.primal("p"), Some(Way::Free));
    assert!(is_stored(case.shadow("a")), "{}", case.plan());
    assert_eq!(case.plan().frame().bytes % 8, 0);
}

#[test]
fn shadows_have_a_lane_for_each_direction() {
    let how = How {
        width: 3,
        overwritten: true,
        ..How::default()
    };
    let text = "define double @f(ptr %x) {
entry:
  %p = load ptr, ptr %x
  %v = load double, ptr %p
  %r = fmul double %v, %v
  store double %r, ptr %p
  ret double %r
}";
    let case = case_as(text, &how);
    let slot = case.plan().slot_of(Node::Shadow(case.value("p")));
    let slot = case.plan().slot(slot.expect("it is stored"));
    assert_eq!((slot.lanes, slot.bytes), (3, 24));
}

#[test]
fn numbers_that_functions_write_to_memory_are_stored() {
    let case = case(
        "define double @f(double %x) {
entry:
  %s = alloca double
  %c = alloca double
  call void @sincos(double %x, ptr %s, ptr %c)
  %sv = load double, ptr %s
  %cv = load double, ptr %c
  %r = fmul double %sv, %cv
  ret double %r
}
declare void @sincos(double, ptr, ptr)",
    );
    let numbers = case
        .plan()
        .slots()
        .filter(|(_, slot)| matches!(slot.node, Node::Pointee { .. }));
    assert_eq!(numbers.count(), 2, "{}", case.plan());
}

#[test]
fn the_tape_can_be_limited() {
    let how = How {
        tape_limit: Some(40),
        ..How::default()
    };
    let case = case_as(&in_place("sin"), &how);
    let errors = case.plan.expect_err("ten iterations are estimated");
    assert!(
        matches!(errors[..], [PlanError::TapeLimit { bytes: 80, .. }]),
        "{errors:?}"
    );
    assert!(errors[0].to_string().contains("%v"), "{}", errors[0]);
}

#[test]
fn memory_that_a_callee_releases_is_not_read_again() {
    let case = case(
        "define double @f(ptr %x) {
entry:
  %n = call ptr @malloc(i64 8)
  store double 2.0, ptr %n
  %v = load double, ptr %x
  %k = load double, ptr %n
  %r = fmul double %v, %k
  call void @drop(ptr %n)
  ret double %r
}
define void @drop(ptr %p) {
  call void @free(ptr %p)
  ret void
}
declare ptr @malloc(i64)
declare void @free(ptr)",
    );
    assert!(is_stored(case.primal("k")), "{}", case.plan());
}

/// The block after the loop is the first target of its test, and so comes before the rest of the loop in reverse post-order.
#[test]
fn what_is_written_after_a_loop_overwrites_what_the_loop_read() {
    let case = case(
        "define void @f(ptr %x, ptr %y, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %body ]
  %c = icmp eq i64 %i, %n
  br i1 %c, label %exit, label %body
body:
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load double, ptr %p
  %s = fmul double %v, %v
  %q = getelementptr inbounds double, ptr %y, i64 %i
  %next = add nuw nsw i64 %i, 1
  br label %loop
exit:
  store double 0.0, ptr %x
  ret void
}",
    );
    let load = case.function().def_inst(case.value("v")).expect("a load");
    assert!(!case.repeatable.contains(load));
}

#[test]
fn stack_memory_that_is_made_in_a_loop_is_not_read_again() {
    let case = case(
        "define double @f(double %x, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %a = alloca double
  store double %x, ptr %a
  %v = load double, ptr %a
  %s = fmul double %v, %v
  %next = add nuw nsw i64 %i, 1
  %c = icmp eq i64 %next, %n
  br i1 %c, label %exit, label %loop
exit:
  ret double %s
}",
    );
    let load = case.function().def_inst(case.value("v")).expect("a load");
    assert!(!case.repeatable.contains(load));
}
