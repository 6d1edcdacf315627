//! Loops that share a block, and loops that cannot.

use cache::{Guard, Node, Storage, Way};

use crate::support::{case, is_stored};

#[test]
fn invariant_counts_are_one_block() {
    let text = "define void @f(ptr %x, i64 %n, i64 %m) {
entry:
  %some = icmp sgt i64 %m, 0
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %latch ]
  br i1 %some, label %ph, label %latch
ph:
  br label %inner
inner:
  %j = phi i64 [ 0, %ph ], [ %j1, %inner ]
  %p = getelementptr inbounds double, ptr %x, i64 %j
  %v = load double, ptr %p
  %s = call double @sin(double %v)
  store double %s, ptr %p
  %j1 = add nuw nsw i64 %j, 1
  %cj = icmp ne i64 %j1, %m
  br i1 %cj, label %inner, label %done
done:
  br label %latch
latch:
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, %n
  br i1 %ci, label %outer, label %exit
exit:
  ret void
}
declare double @sin(double)";
    let case = case(text);
    let nests: Vec<_> = case.plan().nests().map(|(_, nest)| nest).collect();
    assert_eq!(nests.len(), 1, "{}", case.plan());
    assert_eq!(nests[0].root, case.loop_at("outer"));
    assert_eq!(nests[0].loops.len(), 2);
    let guards = &nests[0].loops[1].guards;
    let value = case.value("some");
    assert_eq!(*guards, [Guard::Condition { value, is: true }], "{}", case.plan());
    assert_eq!(case.bytes_in("inner"), 8);
    let extents = case.shape.loops.all().map(Node::Extent);
    assert!(
        extents
            .into_iter()
            .all(|extent| case.plan().way(extent).is_some())
    );
}

/// Whether the inner loop is entered depends on the iteration: its count may be nonsense when the outer loop starts.
#[test]
fn a_loop_that_may_not_be_entered_has_its_own_block() {
    let text = "define void @f(ptr %x, i64 %n, i64 %m) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %latch ]
  %odd = trunc i64 %i to i1
  br i1 %odd, label %ph, label %latch
ph:
  br label %inner
inner:
  %j = phi i64 [ 0, %ph ], [ %j1, %inner ]
  %p = getelementptr inbounds double, ptr %x, i64 %j
  %v = load double, ptr %p
  %s = call double @sin(double %v)
  store double %s, ptr %p
  %j1 = add nuw nsw i64 %j, 1
  %cj = icmp ne i64 %j1, %m
  br i1 %cj, label %inner, label %done
done:
  br label %latch
latch:
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, %n
  br i1 %ci, label %outer, label %exit
exit:
  ret void
}
declare double @sin(double)";
    let case = case(text);
    let roots: Vec<_> = case.plan().nests().map(|(_, nest)| nest.root).collect();
    assert_eq!(
        roots,
        [case.loop_at("outer"), case.loop_at("inner")],
        "{}",
        case.plan()
    );
}

/// A check that ends the program keeps no loop out of a nest.
#[test]
fn checks_do_not_separate_loops() {
    let text = "define void @f(ptr %x, i64 %n, i64 %m, i64 %len) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %latch ]
  %in = icmp ult i64 %i, %len
  br i1 %in, label %ph, label %panic
panic:
  call void @abort()
  unreachable
ph:
  br label %inner
inner:
  %j = phi i64 [ 0, %ph ], [ %j1, %inner ]
  %p = getelementptr inbounds double, ptr %x, i64 %j
  %v = load double, ptr %p
  %s = call double @sin(double %v)
  store double %s, ptr %p
  %j1 = add nuw nsw i64 %j, 1
  %cj = icmp ne i64 %j1, %m
  br i1 %cj, label %inner, label %latch
latch:
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, %n
  br i1 %ci, label %outer, label %exit
exit:
  ret void
}
declare double @sin(double)
declare void @abort() noreturn";
    let case = case(text);
    let nests: Vec<_> = case.plan().nests().map(|(_, nest)| nest).collect();
    assert_eq!(nests.len(), 1, "{}", case.plan());
    assert!(nests[0].loops.iter().all(|member| member.guards.is_empty()));
}

const TRIANGLE: &str = "define void @f(ptr %x, i64 %n) {
entry:
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %latch ]
  %m = add nuw nsw i64 %i, 1
  br label %inner
inner:
  %j = phi i64 [ 0, %outer ], [ %j1, %inner ]
  %p = getelementptr inbounds double, ptr %x, i64 %j
  %v = load double, ptr %p
  %s = call double @sin(double %v)
  store double %s, ptr %p
  %j1 = add nuw nsw i64 %j, 1
  %cj = icmp ne i64 %j1, %m
  br i1 %cj, label %inner, label %latch
latch:
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, %n
  br i1 %ci, label %outer, label %exit
exit:
  ret void
}
declare double @sin(double)";

#[test]
fn triangles_have_a_base_for_each_outer_iteration() {
    let case = case(TRIANGLE);
    let nests: Vec<_> = case.plan().nests().collect();
    assert_eq!(nests.len(), 2, "{}", case.plan());
    let (outer, inner) = (nests[0], nests[1]);
    assert_eq!(inner.1.root, case.loop_at("inner"));
    let base = case.plan().slot_of(Node::Base(inner.0)).expect("it is stored");
    assert_eq!(case.plan().slot(base).storage, Storage::Array { nest: outer.0 });
    let base = case.plan().slot_of(Node::Base(outer.0)).expect("it is stored");
    assert!(matches!(case.plan().slot(base).storage, Storage::Frame { .. }));
    // How many iterations the inner loop has follows from the counter of the outer one.
    let count = Node::Count(case.loop_at("inner"));
    assert_eq!(case.plan().way(count), Some(Way::Recompute), "{}", case.plan());
}

#[test]
fn a_loop_of_unknown_length_leaves_records() {
    let case = case(
        "define double @f(double %x) {
entry:
  br label %loop
loop:
  %v = phi double [ %x, %entry ], [ %s, %loop ]
  %s = call double @sin(double %v)
  %c = fcmp ogt double %s, 0.1
  br i1 %c, label %loop, label %exit
exit:
  ret double %s
}
declare double @sin(double)",
    );
    let current = case.loop_at("loop");
    let slot = case
        .plan()
        .slot_of(Node::Primal(case.value("v")))
        .expect("it is stored");
    assert_eq!(
        case.plan().slot(slot).storage,
        Storage::Record {
            of: current,
            offset: 0
        }
    );
    assert_eq!(case.plan().record(current).map(|record| record.bytes), Some(8));
    assert!(
        is_stored(case.plan().way(Node::Count(current))),
        "{}",
        case.plan()
    );
    assert_eq!(case.plan().nests().len(), 0);
}

/// A search is not visited by the reverse sweep: neither its count nor its conditions are kept.
#[test]
fn what_has_no_adjoint_is_jumped_over() {
    let case = case(
        "define double @f(ptr %x, ptr %keys, i64 %key) {
entry:
  br label %search
search:
  %i = phi i64 [ 0, %entry ], [ %i1, %search ]
  %p = getelementptr inbounds i64, ptr %keys, i64 %i
  %k = load i64, ptr %p
  %i1 = add nuw nsw i64 %i, 1
  %c = icmp ne i64 %k, %key
  br i1 %c, label %search, label %found
found:
  %at = phi i64 [ %i, %search ]
  %q = getelementptr inbounds double, ptr %x, i64 %at
  %v = load double, ptr %q
  %r = fmul double %v, %v
  ret double %r
}",
    );
    assert_eq!(
        case.plan().way(Node::Count(case.loop_at("search"))),
        None,
        "{}",
        case.plan()
    );
    assert!(
        case.plan()
            .route(case.shape.loops.get(case.loop_at("search")).header)
            .is_none()
    );
    assert_eq!(case.stored_in_loops(), [""; 0]);
}

/// A loop of four steps at a time and the loop for the remainder, as LLVM's unroller leaves them, in a loop: one block, and no bytes for how they
/// were entered or left.
#[test]
fn split_loops_are_one_block() {
    let text = "define void @f(ptr %x, i64 %n, i64 %m) {
entry:
  %few = icmp ult i64 %m, 4
  %most = and i64 %m, -4
  %rest = and i64 %m, 3
  %even = icmp eq i64 %rest, 0
  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %latch ]
  br i1 %few, label %tail, label %ph
ph:
  br label %main
main:
  %j = phi i64 [ 0, %ph ], [ %j1, %main ]
  %iter = phi i64 [ 0, %ph ], [ %iter1, %main ]
  %p = getelementptr inbounds double, ptr %x, i64 %j
  %v = load double, ptr %p
  %s = call double @sin(double %v)
  store double %s, ptr %p
  %j1 = add nuw nsw i64 %j, 4
  %iter1 = add i64 %iter, 4
  %cj = icmp eq i64 %iter1, %most
  br i1 %cj, label %between, label %main
between:
  %jl = phi i64 [ %j1, %main ]
  br i1 %even, label %latch, label %tail
tail:
  %start = phi i64 [ 0, %outer ], [ %jl, %between ]
  br label %single
single:
  %k = phi i64 [ %start, %tail ], [ %k1, %single ]
  %left = phi i64 [ 0, %tail ], [ %left1, %single ]
  %q = getelementptr inbounds double, ptr %x, i64 %k
  %w = load double, ptr %q
  %t = call double @sin(double %w)
  store double %t, ptr %q
  %k1 = add nuw nsw i64 %k, 1
  %left1 = add i64 %left, 1
  %ck = icmp eq i64 %left1, %rest
  br i1 %ck, label %done, label %single
done:
  br label %latch
latch:
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, %n
  br i1 %ci, label %outer, label %exit
exit:
  ret void
}
declare double @sin(double)";
    let case = case(text);
    let nests: Vec<_> = case.plan().nests().map(|(_, nest)| nest).collect();
    assert_eq!(nests.len(), 1, "{}", case.plan());
    assert_eq!(nests[0].loops.len(), 3, "{}", case.plan());
    assert_eq!(case.plan().records().len(), 0, "{}", case.plan());
    assert_eq!(case.bytes_in("main"), 8, "{}", case.plan());
    assert_eq!(case.bytes_in("single"), 8, "{}", case.plan());
    assert_eq!(case.bytes_in("outer"), 0, "{}", case.plan());
    let tail = nests[0]
        .loops
        .iter()
        .find(|member| member.of == case.loop_at("single"));
    let tail = tail.expect("the loop for the remainder is in the nest");
    assert!(matches!(tail.guards[..], [Guard::Test(_)]), "{:?}", tail.guards);
    assert_eq!(case.primal("start"), Some(Way::Recompute), "{}", case.plan());
}
