//! What an iteration stores beyond what is cheap.

use crate::support::{Case, How, case_as};

/// A loop whose iteration stores `loads` numbers that are overwritten, and has `exp` of as many of them.
fn exponentials(loads: usize, functions: usize) -> String {
    let mut body = String::new();
    for at in 0..loads {
        body += &format!(
            "  %p{at} = getelementptr inbounds double, ptr %x, i64 {at}
  %v{at} = load double, ptr %p{at}
  %w{at} = fmul double %v{at}, %v{at}
  store double %w{at}, ptr %p{at}
"
        );
    }
    let mut sum = "%sum".to_owned();
    for at in 0..functions {
        body += &format!(
            "  %e{at} = call double @exp(double %v{})
  %s{at} = fadd double {sum}, %e{at}
",
            at % loads
        );
        sum = format!("%s{at}");
    }
    format!(
        "declare double @exp(double)
define double @f(ptr noalias %x, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %sum = phi double [ 0.0, %entry ], [ {sum}, %loop ]
{body}  %next = add nuw nsw i64 %i, 1
  %d = icmp slt i64 %next, %n
  br i1 %d, label %loop, label %exit
exit:
  ret double {sum}
}}"
    )
}

fn with_cheap(text: &str, cheap_bytes: u64) -> Case {
    let how = How {
        cheap_bytes,
        ..How::default()
    };
    case_as(text, &how)
}

#[test]
fn what_is_within_the_allowance_costs_its_time() {
    let case = with_cheap(&exponentials(2, 2), 32);
    assert_eq!(case.bytes_in("loop"), 32, "{}", case.plan());
}

#[test]
fn so_much_is_computed_again_as_brings_an_iteration_within_its_allowance() {
    let text = exponentials(3, 4);
    assert_eq!(with_cheap(&text, 0).bytes_in("loop"), 56);
    // All `exp` have one price, and the allowance has room for one.
    let case = with_cheap(&text, 32);
    assert_eq!(case.bytes_in("loop"), 32, "{}", case.plan());
    assert_eq!(with_cheap(&text, 40).bytes_in("loop"), 40);
    assert_eq!(with_cheap(&text, 8).bytes_in("loop"), 24);
}

#[test]
fn time_is_not_paid_for_little() {
    // Of 56 bytes 48 cannot be avoided.
    let case = with_cheap(&exponentials(6, 1), 32);
    assert_eq!(case.bytes_in("loop"), 56, "{}", case.plan());
}
