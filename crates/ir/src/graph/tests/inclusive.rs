//! Inclusive ranges as LLVM leaves them, against running them.

use proptest::prelude::*;

use crate::graph::{Cfg, Dominators, Inductions, LoopFacts, Loops, trip_counts};
use crate::text::parse_module;

/// `do { ... } while` of a range from `start` to `end`, both included; `less` and `more` are comparisons, with which a range is one or is not.
fn text(less: &str, more: &str, inverse: bool, either: bool) -> String {
    let amount = if inverse { "%goes" } else { "%at_end" };
    let or = match either {
        true => "or i1 %at_end, %beyond",
        false => "select i1 %at_end, i1 true, i1 %beyond",
    };
    format!(
        "define void @f(i8 %start, i8 %end) {{
entry:
  br label %loop
loop:
  %i = phi i8 [ %start, %entry ], [ %next, %loop ]
  %at_end = icmp {less} i8 %i, %end
  %goes = xor i1 %at_end, true
  %amount = zext i1 {amount} to i8
  %next = add i8 %i, %amount
  %beyond = icmp {more} i8 %next, %end
  %leaves = {or}
  br i1 %leaves, label %exit, label %loop
exit:
  ret void
}}"
    )
}

/// How often the loop goes on, if it ends.
fn run(less: &str, more: &str, inverse: bool, start: i8, end: i8) -> Option<u128> {
    let compare = |pred: &str, x: i8, y: i8| match pred {
        "uge" => x as u8 >= y as u8,
        "ugt" => x as u8 > y as u8,
        "sge" => x >= y,
        _ => x > y,
    };
    let mut i = start;
    for count in 0..600 {
        let at_end = compare(less, i, end);
        let next = i.wrapping_add(i8::from(at_end != inverse));
        if at_end || compare(more, next, end) {
            return Some(count);
        }
        i = next;
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn ranges_are_counted_as_they_run(
        pair in 0usize..4, inverse in any::<bool>(), either in any::<bool>(), start in any::<i8>(), end in any::<i8>()
    ) {
        let (less, more) = [("uge", "ugt"), ("sge", "sgt"), ("uge", "sgt"), ("sge", "ugt")][pair];
        let module = parse_module(&text(less, more, inverse, either)).expect("the text is valid");
        let function = module.bodies().next().expect("there is a function");
        let cfg = Cfg::of(function);
        let dominators = Dominators::of(&cfg);
        let loops = Loops::of(&cfg, &dominators);
        let inductions = Inductions::of(&module.ctx, function, &cfg, &loops);
        let facts = LoopFacts {
            ctx: &module.ctx, function, cfg: &cfg, dominators: &dominators, loops: &loops, inductions: &inductions,
        };
        let counts = trip_counts(facts);
        let current = loops.all().next().expect("there is a loop");
        let is_range = pair < 2 && inverse;
        let Some(found) = &counts[current] else {
            prop_assert!(!is_range, "a range is counted");
            return Ok(());
        };
        let value = |value| match function.params.iter().position(|&param| param == value) {
            Some(0) => u128::from(start as u8),
            _ => u128::from(end as u8),
        };
        if let Some(expected) = run(less, more, inverse, start, end) {
            prop_assert_eq!(found.backedges.eval(&value), expected);
        }
    }
}
