//! Phis that are what a recurrence was one iteration before, against running their loops.

use proptest::prelude::*;

use crate::graph::{Affine, Cfg, Dominators, Inductions, Loops};
use crate::text::parse_module;
use crate::{Function, Value};

/// A loop with `i` from `i0` by `step`, in which `t = n - i` is computed for the next iteration and starts as `n - i0 + step + wrong`; `u` starts
/// as `t` did and takes over `t`, once more.
fn text(step: i8, wrong: i8) -> String {
    format!(
        "define void @f(i8 %n, i8 %i0) {{
entry:
  %early = sub i8 %i0, {step}
  %t0 = sub i8 %n, %early
  %t00 = add i8 %t0, {wrong}
  %u0 = add i8 %t0, {step}
  br label %loop
loop:
  %i = phi i8 [ %i0, %entry ], [ %i1, %loop ]
  %t = phi i8 [ %t00, %entry ], [ %next, %loop ]
  %u = phi i8 [ %u0, %entry ], [ %t, %loop ]
  %turned = xor i8 %i, -1
  %n1 = add i8 %n, 1
  %next = add i8 %n1, %turned
  %i1 = add i8 %i, {step}
  %c = icmp ne i8 %i1, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}}"
    )
}

/// The values of `t` and `u` in the first iterations.
fn run(step: i8, wrong: i8, n: i8, i0: i8) -> [Vec<i8>; 2] {
    let mut i = i0;
    let t0 = n.wrapping_sub(i0.wrapping_sub(step));
    let (mut t, mut u) = (t0.wrapping_add(wrong), t0.wrapping_add(step));
    let mut values = [Vec::new(), Vec::new()];
    for _ in 0..20 {
        values[0].push(t);
        values[1].push(u);
        u = t;
        t = n.wrapping_sub(i);
        i = i.wrapping_add(step);
    }
    values
}

fn named(function: &Function, name: &str) -> Value {
    let found = function.value_names.iter().find(|(_, text)| &***text == name);
    *found.expect("the text has this name").0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn values_that_are_carried_over_are_those_of_the_run(
        step in -3i8..4, wrong in prop_oneof![Just(0i8), any::<i8>()], n in any::<i8>(), i0 in any::<i8>()
    ) {
        let module = parse_module(&text(step, wrong)).expect("the text is valid");
        let function = module.body(module.ctx.find_func("f").expect("a function")).expect("a body");
        let cfg = Cfg::of(function);
        let loops = Loops::of(&cfg, &Dominators::of(&cfg));
        let inductions = Inductions::of(&module.ctx, function, &cfg, &loops);
        let outside = |value: Value| -> u128 {
            let number = match &*function.value_names[&value] {
                "n" => n,
                "i0" => i0,
                "t0" => n.wrapping_sub(i0.wrapping_sub(step)),
                "t00" => n.wrapping_sub(i0.wrapping_sub(step)).wrapping_add(wrong),
                "u0" => n.wrapping_sub(i0.wrapping_sub(step)).wrapping_add(step),
                other => panic!("the loop changes {other}"),
            };
            u128::from(number as u8)
        };
        let number = |affine: &Affine| affine.eval(&outside) as u8 as i8;
        for (name, values) in ["t", "u"].into_iter().zip(run(step, wrong, n, i0)) {
            let Some(found) = inductions.get(named(function, name)) else {
                // A start that does not fit is no recurrence.
                prop_assert!(wrong != 0, "{name} is a recurrence");
                continue;
            };
            let (start, step) = (number(&found.start), number(&found.step));
            for (k, value) in values.into_iter().enumerate() {
                let expected = start.wrapping_add((k as i8).wrapping_mul(step));
                prop_assert_eq!(value, expected, "{} in iteration {}", name, k);
            }
        }
    }
}
