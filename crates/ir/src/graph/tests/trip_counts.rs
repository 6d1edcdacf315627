//! Trip counts of random counting loops against running them.

use proptest::prelude::*;

use crate::builder::Builder;
use crate::constant::mask;
use crate::context::{Attrs, Context, FuncDecl, Linkage};
use crate::function::{Function, Value};
use crate::graph::{Cfg, Dominators, Inductions, LoopFacts, Loops, TripCount, trip_counts};
use crate::inst::{BinOp, Flags, IntPred};

const BITS: u32 = 6;

/// What the step is in the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// A number.
    Number,
    /// A parameter.
    Param,
    /// A parameter that is taken away, without flags, and that the loop goes towards: the end is what the step is without its sign.
    End,
}

/// A loop `i = start; do { ... i += step } while (i pred end)`, tested before or after the step.
#[derive(Clone, Debug)]
struct Counting {
    start: i128,
    end: i128,
    step: i128,
    pred: IntPred,
    flags: Flags,
    /// The test looks at the next value, at the end of the iteration.
    rotated: bool,
    /// Start and end are parameters, not numbers.
    symbolic: bool,
    /// The end is the first operand of the comparison, and the loop leaves if it holds.
    turned: bool,
    /// What is compared is this much more than the counter, added with the same flags.
    shift: i128,
    /// What the step is.
    by: Step,
}

fn loops() -> impl Strategy<Value = Counting> {
    let by = prop_oneof![3 => Just(Step::Number), 2 => Just(Step::Param), 1 => Just(Step::End)];
    let number = -32i128..32;
    let flags = prop_oneof![
        Just(Flags::none()),
        Just(Flags::NSW),
        Just(Flags::NUW),
        Just(Flags::NSW.union(Flags::NUW))
    ];
    let bits = (any::<bool>(), any::<bool>(), any::<bool>());
    let shift = prop_oneof![Just(0i128), -3i128..4];
    (
        number.clone(),
        number,
        -20i128..21,
        0usize..10,
        flags,
        bits,
        shift,
        by,
    )
        .prop_map(
            |(start, end, step, pred, flags, (rotated, symbolic, turned), shift, by)| {
                let towards = by == Step::End;
                Counting {
                    start,
                    end: if towards { -step } else { end },
                    step,
                    pred: IntPred::ALL[pred],
                    flags: if towards { Flags::none() } else { flags },
                    rotated,
                    symbolic,
                    turned,
                    shift: if towards { 0 } else { shift },
                    by,
                }
            },
        )
}

fn declare(ctx: &mut Context) -> Function {
    let int = ctx.types.int(BITS);
    let void = ctx.types.void();
    let ty = ctx.types.func(void, &[int, int, int]);
    let id = ctx.add_func(FuncDecl {
        name: "f".into(),
        ty,
        attrs: Attrs::none(),
        conv: 0,
        linkage: Linkage::External,
        intrinsic: false,
        defined: true,
        rules: Vec::new(),
        origin: None,
    });
    Function::new(ctx, id)
}

impl Counting {
    fn build(&self, ctx: &mut Context) -> Function {
        let mut function = declare(ctx);
        let [entry, header, body, exit] = std::array::from_fn(|_| function.add_block());
        let params = function.params.clone();
        let int = ctx.types.int(BITS);
        let mut b = Builder::new(ctx, &mut function, entry);
        let number = |b: &mut Builder<'_>, at: usize, number: i128| match self.symbolic {
            true => params[at],
            false => b.int(int, number),
        };
        let start = number(&mut b, 0, self.start);
        let end = match self.by {
            Step::End => params[2],
            _ => number(&mut b, 1, self.end),
        };
        b.br(header);
        b.go_to(header);
        let i = b.phi(int);
        b.add_incoming(i, entry, start);
        let shift = b.int(int, self.shift);
        let step = |b: &mut Builder<'_>| match self.by {
            Step::Number => {
                let step = b.int(int, self.step);
                b.binary_with(BinOp::Add, i, step, self.flags)
            }
            Step::Param => b.binary_with(BinOp::Add, i, params[2], self.flags),
            Step::End => b.binary(BinOp::Sub, i, params[2]),
        };
        if !self.rotated {
            let tested = b.binary_with(BinOp::Add, i, shift, self.flags);
            self.test(&mut b, tested, end, body, exit);
            b.go_to(body);
            let next = step(&mut b);
            b.br(header);
            b.add_incoming(i, body, next);
        } else {
            b.br(body);
            b.go_to(body);
            let next = step(&mut b);
            let tested = b.binary_with(BinOp::Add, next, shift, self.flags);
            self.test(&mut b, tested, end, header, exit);
            b.add_incoming(i, body, next);
        }
        b.go_to(exit);
        b.ret(None);
        function
    }

    fn test(&self, b: &mut Builder<'_>, tested: Value, end: Value, on: crate::Block, out: crate::Block) {
        if self.turned {
            let leave = b.icmp(self.pred.inverse().swapped(), end, tested);
            b.cond_br(leave, out, on);
        } else {
            let stay = b.icmp(self.pred, tested, end);
            b.cond_br(stay, on, out);
        }
    }

    /// The bits of a parameter.
    fn param(&self, function: &Function, value: Value) -> u128 {
        match function.params.iter().position(|&param| param == value) {
            Some(0) => bits(self.start),
            Some(1) => bits(self.end),
            Some(_) if self.by == Step::End => bits(self.end),
            Some(_) => bits(self.step),
            None => panic!("{value} is not known at entry"),
        }
    }

    /// Back edges taken; `None` if the loop does not end or branches on poison.
    fn run(&self) -> Option<u128> {
        let mut i = Some(self.start);
        for taken in 0..1000 {
            let next = self.add(i, self.step);
            let tested = self.add(if self.rotated { next } else { i }, self.shift)?;
            if !compare(self.pred, tested, self.end) {
                return Some(taken);
            }
            i = next;
        }
        None
    }

    /// Addition with the flags; `None` is poison.
    fn add(&self, x: Option<i128>, y: i128) -> Option<i128> {
        let x = x?;
        let wrapped = wrap(x + y);
        let signed_wrap = wrapped != x + y;
        let unsigned_wrap = bits(x) + bits(y) != bits(wrapped);
        let poison = self.flags.contains(Flags::NSW) && signed_wrap
            || self.flags.contains(Flags::NUW) && unsigned_wrap;
        (!poison).then_some(wrapped)
    }
}

fn bits(x: i128) -> u128 {
    x as u128 & mask(BITS)
}

fn wrap(x: i128) -> i128 {
    let low = bits(x) as i128;
    if low >= 1 << (BITS - 1) {
        low - (1 << BITS)
    } else {
        low
    }
}

fn compare(pred: IntPred, x: i128, y: i128) -> bool {
    let (ux, uy) = (bits(x), bits(y));
    match pred {
        IntPred::Eq => x == y,
        IntPred::Ne => x != y,
        IntPred::Ugt => ux > uy,
        IntPred::Uge => ux >= uy,
        IntPred::Ult => ux < uy,
        IntPred::Ule => ux <= uy,
        IntPred::Sgt => x > y,
        IntPred::Sge => x >= y,
        IntPred::Slt => x < y,
        IntPred::Sle => x <= y,
    }
}

/// The trip count of the only loop.
fn count(ctx: &Context, function: &Function) -> Option<TripCount> {
    let cfg = Cfg::of(function);
    let dominators = Dominators::of(&cfg);
    let loops = Loops::of(&cfg, &dominators);
    let inductions = Inductions::of(ctx, function, &cfg, &loops);
    let facts = LoopFacts {
        ctx,
        function,
        cfg: &cfg,
        dominators: &dominators,
        loops: &loops,
        inductions: &inductions,
    };
    trip_counts(facts).values().next().cloned().flatten()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn counts_are_those_of_the_run(counting in loops()) {
        let mut ctx = Context::new();
        let function = counting.build(&mut ctx);
        let found = count(&ctx, &function);
        if let (Some(found), Some(taken)) = (found, counting.run()) {
            let value = |value: Value| counting.param(&function, value);
            prop_assert!(found.exact);
            prop_assert_eq!(found.backedges.eval(&value), taken, "{:?}", found);
        }
    }
}

/// A loop is counted, and runs as often as that.
fn check(counting: &Counting, taken: u128) {
    let mut ctx = Context::new();
    let function = counting.build(&mut ctx);
    let found = count(&ctx, &function).unwrap();
    let value = |value: Value| counting.param(&function, value);
    assert_eq!(found.backedges.eval(&value), taken, "{counting:?}");
    assert_eq!(counting.run(), Some(taken));
}

/// How many of the loops that C compilers write are counted: a recogniser that answers nothing would pass the test above.
#[test]
fn usual_loops_are_counted() {
    let usual = Counting {
        start: 0,
        end: 20,
        step: 1,
        pred: IntPred::Slt,
        flags: Flags::NSW,
        rotated: false,
        symbolic: true,
        turned: false,
        shift: 0,
        by: Step::Number,
    };
    let down = Counting {
        start: 20,
        end: 0,
        step: -1,
        pred: IntPred::Sgt,
        ..usual.clone()
    };
    let by_three = Counting {
        step: 3,
        pred: IntPred::Sle,
        ..usual.clone()
    };
    let until_equal = Counting {
        pred: IntPred::Ne,
        flags: Flags::none(),
        rotated: true,
        symbolic: false,
        ..usual.clone()
    };
    for (counting, taken) in [(usual, 20), (down, 20), (by_three, 7), (until_equal, 19)] {
        check(&counting, taken);
    }
}

/// Steps that are parameters: `for (i = 0; i < n; i += step)`, and slices that are cut into pieces.
#[test]
fn steps_that_are_values_are_counted() {
    let up = Counting {
        start: 0,
        end: 20,
        step: 3,
        pred: IntPred::Slt,
        flags: Flags::NSW,
        rotated: false,
        symbolic: true,
        turned: false,
        shift: 0,
        by: Step::Param,
    };
    let down = Counting {
        start: 20,
        end: 0,
        step: -3,
        pred: IntPred::Sge,
        ..up.clone()
    };
    let pieces = Counting {
        start: 20,
        end: 3,
        step: -3,
        pred: IntPred::Uge,
        flags: Flags::none(),
        by: Step::End,
        ..up.clone()
    };
    let rotated = Counting {
        rotated: true,
        turned: true,
        ..pieces.clone()
    };
    for (counting, taken) in [(up, 7), (down, 7), (pieces, 6), (rotated, 5)] {
        check(&counting, taken);
    }
}

/// The loops that LLVM's vectoriser and unroller leave: steps without flags, until equal.
#[test]
fn split_loops_are_counted() {
    let by_four = Counting {
        start: 0,
        end: 28,
        step: 4,
        pred: IntPred::Ne,
        flags: Flags::none(),
        rotated: true,
        symbolic: true,
        turned: false,
        shift: 0,
        by: Step::Number,
    };
    let down = Counting {
        start: 28,
        end: 0,
        step: -4,
        ..by_four.clone()
    };
    // 7 + 3 * 19 is 64.
    let by_three = Counting {
        start: 7,
        end: 0,
        step: 3,
        ..by_four.clone()
    };
    for (counting, taken) in [(by_four, 6), (down, 6), (by_three, 18)] {
        check(&counting, taken);
    }
    let never = Counting {
        start: 0,
        end: 6,
        step: 4,
        pred: IntPred::Ne,
        flags: Flags::none(),
        rotated: true,
        symbolic: false,
        turned: false,
        shift: 0,
        by: Step::Number,
    };
    let mut ctx = Context::new();
    let function = never.build(&mut ctx);
    assert_eq!(count(&ctx, &function), None);
}

#[test]
fn a_step_of_zero_is_not_counted() {
    let still = Counting {
        start: 0,
        end: 5,
        step: 0,
        pred: IntPred::Slt,
        flags: Flags::NSW,
        rotated: false,
        symbolic: false,
        turned: false,
        shift: 0,
        by: Step::Number,
    };
    let mut ctx = Context::new();
    let function = still.build(&mut ctx);
    assert_eq!(count(&ctx, &function), None);
}
