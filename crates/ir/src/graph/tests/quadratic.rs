//! Phis of degree two against running their loops.

use proptest::prelude::*;

use crate::graph::{Cfg, Dominators, Inductions, Loops};
use crate::text::parse_module;

/// What each iteration adds to a phi: `factor * i` and a number, where `i` grows by `step`; or the same with all bits of `i` turned.
#[derive(Clone, Debug)]
struct Growing {
    factor: i8,
    number: i8,
    step: i8,
    turned: bool,
    /// The product is subtracted.
    minus: bool,
}

fn growing() -> impl Strategy<Value = Growing> {
    (
        any::<i8>(),
        any::<i8>(),
        any::<i8>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(factor, number, step, turned, minus)| Growing {
            factor,
            number,
            step,
            turned,
            minus,
        })
}

impl Growing {
    fn text(&self) -> String {
        let Self {
            factor, number, step, ..
        } = self;
        let turn = if self.turned { -1 } else { 0 };
        let op = if self.minus { "sub" } else { "add" };
        format!(
            "define void @f(i8 %p0, i8 %i0, i8 %n) {{
entry:
  br label %loop
loop:
  %i = phi i8 [ %i0, %entry ], [ %i1, %loop ]
  %p = phi i8 [ %p0, %entry ], [ %p2, %loop ]
  %x = xor i8 %i, {turn}
  %y = add i8 {}, 0
  %t = mul i8 %y, {factor}
  %p1 = {op} i8 %p, %t
  %p2 = add i8 {number}, %p1
  %i1 = add i8 %i, {step}
  %c = icmp ne i8 %i1, %n
  br i1 %c, label %loop, label %exit
exit:
  ret void
}}",
            if self.turned { "%x" } else { "%i" }
        )
    }

    /// The phi after each iteration.
    fn run(&self, p: i8, i: i8) -> Vec<i8> {
        let (mut p, mut i) = (p, i);
        let mut values = vec![p];
        for _ in 0..40 {
            let y = if self.turned { !i } else { i };
            let t = y.wrapping_mul(self.factor);
            p = if self.minus {
                p.wrapping_sub(t)
            } else {
                p.wrapping_add(t)
            };
            p = p.wrapping_add(self.number);
            i = i.wrapping_add(self.step);
            values.push(p);
        }
        values
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn polynomials_are_those_of_the_run(growing in growing(), p in any::<i8>(), i in any::<i8>()) {
        let module = parse_module(&growing.text()).expect("the text is valid");
        let function = module.bodies().next().expect("there is a function");
        let cfg = Cfg::of(function);
        let dominators = Dominators::of(&cfg);
        let loops = Loops::of(&cfg, &dominators);
        let inductions = Inductions::of(&module.ctx, function, &cfg, &loops);
        let current = loops.all().next().expect("there is a loop");
        let phi = function.phis(loops.get(current).header).nth(1).expect("two phis");
        let phi = function.inst(phi).result.expect("a value");
        prop_assume!(inductions.get(phi).is_none());
        let found = inductions.quadratic(phi).expect("it is of degree two");
        let value = |value| match function.params.iter().position(|&param| param == value) {
            Some(0) => p as u8 as u128,
            Some(1) => i as u8 as u128,
            _ => panic!("{value} is not known at entry"),
        };
        let (step, change) = (found.step.eval(&value) as i64, found.change.eval(&value) as i64);
        for (k, expected) in growing.run(p, i).into_iter().enumerate() {
            let k = k as i64;
            let number = i64::from(p) + k * step + k * (k - 1) / 2 * change;
            prop_assert_eq!(number as i8, expected, "{:?} at {}", found, k);
        }
    }
}
