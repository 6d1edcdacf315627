//! How the predecessor of a block is known.

use cache::{ChoiceTest, Node, Recipe, Way};

use crate::support::{case, is_stored};

fn branching(condition: &str, after: &str) -> String {
    format!(
        "define double @f(ptr noalias %x, ptr noalias %flags, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %join ]
  %sum = phi double [ 0.0, %entry ], [ %more, %join ]
  %p = getelementptr inbounds double, ptr %x, i64 %i
  %v = load double, ptr %p
  %q = getelementptr inbounds i64, ptr %flags, i64 %i
  %flag = load i64, ptr %q
  %c = {condition}
  br i1 %c, label %left, label %right
left:
  %a = fmul double %v, %v
  br label %join
right:
  %b = fmul double %v, 3.0
  br label %join
join:
  %ab = phi double [ %a, %left ], [ %b, %right ]
  %more = fadd double %sum, %ab
  {after}
  %next = add nuw nsw i64 %i, 1
  %d = icmp slt i64 %next, %n
  br i1 %d, label %loop, label %exit
exit:
  ret double %more
}}"
    )
}

#[test]
fn a_condition_on_unchanged_memory_is_tested_again() {
    let case = case(&branching("fcmp ogt double %v, 0.0", ""));
    let join = case
        .function()
        .inst(case.function().def_inst(case.value("ab")).expect("a phi"))
        .block;
    let choice = Node::Choice(join);
    assert_eq!(case.plan().way(choice), Some(Way::Recompute), "{}", case.plan());
    let Some(Recipe::Test(ChoiceTest::Branch {
        condition, targets, ..
    })) = case.plan().recipe(choice)
    else {
        panic!("{:?}", case.plan().recipe(choice));
    };
    assert_eq!(*condition, Node::Primal(case.value("c")));
    let froms: Vec<_> = targets.iter().flatten().collect();
    let block = |name| {
        case.function()
            .inst(case.function().def_inst(case.value(name)).expect("an inst"))
            .block
    };
    assert_eq!(
        froms,
        [&ChoiceTest::From(block("a")), &ChoiceTest::From(block("b"))]
    );
    assert_eq!(case.stored_in_loops(), [""; 0], "{}", case.plan());
}

#[test]
fn a_condition_on_changed_memory_is_a_stored_choice() {
    let case = case(&branching("icmp ne i64 %flag, 0", "store i64 0, ptr %q"));
    let join = case
        .function()
        .inst(case.function().def_inst(case.value("ab")).expect("a phi"))
        .block;
    assert!(is_stored(case.plan().way(Node::Choice(join))), "{}", case.plan());
    assert_eq!(case.bytes_in("loop"), 1, "{}", case.plan());
}

#[test]
fn pointers_are_merged_by_the_choice() {
    let case = case(
        "define double @f(ptr %x, ptr %y, i1 %c) {
entry:
  br i1 %c, label %left, label %join
left:
  br label %join
join:
  %p = phi ptr [ %x, %left ], [ %y, %entry ]
  %v = load double, ptr %p
  %r = fmul double %v, %v
  ret double %r
}",
    );
    assert_eq!(case.shadow("p"), Some(Way::Recompute), "{}", case.plan());
    assert_eq!(case.plan().slots().len(), 0, "{}", case.plan());
}

#[test]
fn nested_branches_are_nested_tests() {
    let case = case(
        "define double @f(double %x, i1 %c, i32 %d) {
entry:
  br i1 %c, label %left, label %right
left:
  switch i32 %d, label %l0 [ i32 1, label %l1
                             i32 2, label %join ]
l0:
  %a0 = fmul double %x, 2.0
  br label %join
l1:
  %a1 = fmul double %x, 3.0
  br label %join
right:
  br label %join
join:
  %r = phi double [ %a0, %l0 ], [ %a1, %l1 ], [ %x, %left ], [ 1.0, %right ]
  ret double %r
}",
    );
    let join = case
        .function()
        .inst(case.function().def_inst(case.value("r")).expect("a phi"))
        .block;
    let Some(Recipe::Test(test)) = case.plan().recipe(Node::Choice(join)) else {
        panic!("{}", case.plan());
    };
    assert_eq!(
        test.conditions(),
        [Node::Primal(case.value("c")), Node::Primal(case.value("d"))]
    );
    let ChoiceTest::Branch { targets, .. } = test else {
        panic!("{test:?}")
    };
    let Some(ChoiceTest::Branch { targets: inner, .. }) = &targets[0] else {
        panic!("{test:?}")
    };
    assert_eq!(inner.len(), 3);
    assert!(inner.iter().all(Option::is_some));
}

/// Both ways lead to the same shared block: each of them asks the second condition.
#[test]
fn shared_ways_are_walked_again() {
    let case = case(
        "define double @f(double %x, i1 %c, i1 %d) {
entry:
  br i1 %c, label %a, label %b
a:
  %xa = fmul double %x, 2.0
  br i1 %d, label %shared, label %join
b:
  br i1 %d, label %join, label %shared
shared:
  %xs = fmul double %x, %x
  br label %join
join:
  %r = phi double [ %xa, %a ], [ %x, %b ], [ %xs, %shared ]
  ret double %r
}",
    );
    let join = case
        .function()
        .inst(case.function().def_inst(case.value("r")).expect("a phi"))
        .block;
    let Some(Recipe::Test(test)) = case.plan().recipe(Node::Choice(join)) else {
        panic!("{}", case.plan());
    };
    let [c, d] = ["c", "d"].map(|name| Node::Primal(case.value(name)));
    assert_eq!(test.conditions(), [c, d, d]);
}

#[test]
fn conditions_of_an_iteration_share_a_byte() {
    let case = case(
        "define double @f(double %x, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = phi double [ %x, %entry ], [ %q, %loop ]
  %c = fcmp ogt double %p, 1.0
  %a = fmul double %p, 0.5
  %s = select i1 %c, double %a, double %x
  %d = fcmp olt double %s, 2.0
  %t = fmul double %s, 0.75
  %q = select i1 %d, double %t, double %p
  %next = add nuw nsw i64 %i, 1
  %again = icmp slt i64 %next, %n
  br i1 %again, label %loop, label %end
end:
  ret double %q
}",
    );
    assert_eq!(case.bytes_in("loop"), 1, "{}", case.plan());
    let (word, found) = case.plan().words().next().expect("a word");
    let node = |name| Node::Primal(case.value(name));
    let mut places: Vec<_> = found.places().collect();
    places.sort_by_key(|place| place.0);
    assert_eq!(
        places.iter().map(|place| place.0).collect::<Vec<_>>(),
        [node("c"), node("d")]
    );
    let bits = places[0].1 | places[1].1;
    assert_eq!(bits, 1, "the lowest two: {places:?}");
    for (node, first, count) in places {
        assert_eq!(
            case.plan().recipe(node),
            Some(&Recipe::Bits { word, first, count })
        );
        assert_eq!(case.plan().operands(node), [Node::Word(word)]);
    }
}
