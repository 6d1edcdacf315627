//! Loops whose iterations store the same again.

use cache::{Node, Storage};

use crate::support::{Case, case};

/// Rounds of `b = W a`, then `a = sin b`; the result of a row goes to `to`.
fn products(to: &str) -> Case {
    case(&format!(
        "define void @f(ptr noalias %w, ptr noalias %a, ptr noalias %b, i64 %rounds) {{
entry:
  br label %round
round:
  %t = phi i64 [ 0, %entry ], [ %t1, %round.end ]
  br label %row
row:
  %i = phi i64 [ 0, %round ], [ %i1, %row.end ]
  %start = mul nuw nsw i64 %i, 8
  br label %column
column:
  %j = phi i64 [ 0, %row ], [ %j1, %column ]
  %sum = phi double [ 0.0, %row ], [ %more, %column ]
  %pa = getelementptr inbounds double, ptr %a, i64 %j
  %va = load double, ptr %pa
  %at = add nuw nsw i64 %start, %j
  %pw = getelementptr inbounds double, ptr %w, i64 %at
  %vw = load double, ptr %pw
  %product = fmul double %va, %vw
  %more = fadd double %sum, %product
  %j1 = add nuw nsw i64 %j, 1
  %cj = icmp ne i64 %j1, 8
  br i1 %cj, label %column, label %row.end
row.end:
  %all = phi double [ %more, %column ]
  %pb = getelementptr inbounds double, ptr {to}, i64 %i
  store double %all, ptr %pb
  %i1 = add nuw nsw i64 %i, 1
  %ci = icmp ne i64 %i1, 8
  br i1 %ci, label %row, label %copy
copy:
  %k = phi i64 [ 0, %row.end ], [ %k1, %copy ]
  %from = getelementptr inbounds double, ptr %b, i64 %k
  %vb = load double, ptr %from
  %sine = call double @sin(double %vb)
  %into = getelementptr inbounds double, ptr %a, i64 %k
  store double %sine, ptr %into
  %k1 = add nuw nsw i64 %k, 1
  %ck = icmp ne i64 %k1, 8
  br i1 %ck, label %copy, label %round.end
round.end:
  %t1 = add nuw nsw i64 %t, 1
  %ct = icmp ne i64 %t1, %rounds
  br i1 %ct, label %round, label %exit
exit:
  ret void
}}
declare double @sin(double)"
    ))
}

#[test]
fn a_vector_is_stored_once_for_all_rows() {
    let case = products("%b");
    let plan = case.plan();
    let (_, slot) = (plan.slots())
        .find(|(_, slot)| slot.node == Node::Primal(case.value("va")))
        .expect("it is overwritten by the next round");
    assert_eq!(slot.same_in, [case.loop_at("row")], "{plan}");
    assert!(matches!(slot.storage, Storage::Array { .. }), "{plan}");
}

#[test]
fn a_vector_that_rows_change_is_stored_for_each() {
    let case = products("%a");
    let plan = case.plan();
    let (_, slot) = (plan.slots())
        .find(|(_, slot)| slot.node == Node::Primal(case.value("va")))
        .expect("it is overwritten by the rows");
    assert!(slot.same_in.is_empty(), "{plan}");
}
