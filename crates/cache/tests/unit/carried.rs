//! Values that are carried from iteration to iteration: small loops of which one or another condition does not hold, run by the
//! interpreter. What a plan says that a phi was loaded from is looked up in memory as it is at the end, and compared with what the phi had.

use cache::{Node, Plan, Recipe};
use indexmap::IndexMap;
use ir::interp::{Datum, Event, ExternalCall, Externals, Interpreter, Limits, TrapKind};
use ir::testing::Libm;
use ir::{Function, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

use crate::support::{Case, How, arrays, parse, planned};

/// What a loop does, and which condition it breaks.
#[derive(Clone, Copy, Debug)]
struct Stencil {
    /// How many places before the newest one are carried: 1 to 3.
    carried: i64,
    /// Places from one iteration to the next.
    step: i64,
    /// By how much the places that are loaded at entry are off.
    off: i64,
    /// The array is written in the loop, at this distance from the newest place.
    written: Option<i64>,
    /// The array is changed after the loop, at this distance from the newest place of the first iteration.
    changed: Option<i64>,
    /// The same, between what is loaded at entry and the loop.
    between: Option<i64>,
    /// The newest place is only loaded in iterations with this remainder by two.
    sometimes: bool,
    /// Places are counted by a pointer.
    by_pointer: bool,
    /// What is loaded at entry is added to.
    adjusted: bool,
    /// The loop is in another one, over rows.
    rows: bool,
}

/// The place of the newest load in the first iteration: there is room for what is before, whichever way the loop goes.
const FIRST: i64 = 32;

const GOOD: Stencil = Stencil {
    carried: 1,
    step: 1,
    off: 0,
    written: None,
    changed: None,
    between: None,
    sometimes: false,
    by_pointer: false,
    adjusted: false,
    rows: false,
};

impl Stencil {
    /// What is carried over `back` iterations is in the phi `%p{back}`.
    fn text(self) -> String {
        let Self { carried, step, .. } = self;
        let mut entry = String::new();
        let mut phis = String::new();
        let mut sum = "%q".to_owned();
        let mut sums = String::new();
        for back in 1..=carried {
            let at = FIRST - back * step + self.off;
            entry += &format!(
                "  %a{back} = getelementptr double, ptr %row, i64 {at}\n  %l{back} = load double, ptr %a{back}, align 8\n"
            );
            let name = match self.adjusted {
                true => {
                    entry += &format!("  %m{back} = fadd double %l{back}, 1.0\n");
                    "m"
                }
                false => "l",
            };
            let next = match (back, self.sometimes) {
                (1, false) => "%q".to_owned(),
                (1, true) => "%qq".to_owned(),
                _ => format!("%p{}", back - 1),
            };
            phis += &format!("  %p{back} = phi double [ %{name}{back}, %before ], [ {next}, %latch ]\n");
            sums += &format!(
                "  %sq{back} = fmul double %p{back}, %p{back}\n  %sum{back} = fadd double {sum}, %sq{back}\n"
            );
            sum = format!("%sum{back}");
        }
        let (pointer, address) = match self.by_pointer {
            true => (
                "  %pq = phi ptr [ %first, %before ], [ %pq1, %latch ]\n".to_owned(),
                String::new(),
            ),
            false => (
                String::new(),
                format!(
                    "  %k = mul i64 %i, {step}\n  %at = add i64 %k, {FIRST}\n  %pq = getelementptr double, ptr %row, i64 %at\n"
                ),
            ),
        };
        let moved = match self.by_pointer {
            true => format!("  %pq1 = getelementptr double, ptr %pq, i64 {step}\n"),
            false => String::new(),
        };
        let written = match self.written {
            Some(distance) => format!(
                "  %pw = getelementptr double, ptr %pq, i64 {distance}\n  store double 5.0, ptr %pw, align 8\n"
            ),
            None => String::new(),
        };
        let change = |distance: Option<i64>, name: &str| match distance {
            Some(distance) => format!(
                "  %{name} = getelementptr double, ptr %x, i64 {}\n  store double 7.0, ptr %{name}, align 8\n",
                FIRST + distance
            ),
            None => String::new(),
        };
        let changed = change(self.changed, "pc");
        entry += &change(self.between, "pb");
        let (load, joined) = match self.sometimes {
            true => (
                "  %odd = trunc i64 %i to i1\n  br i1 %odd, label %then, label %latch\nthen:\n  %q0 = load double, ptr %pq, align 8\n  br label %latch\nlatch:\n  %qq = phi double [ %q0, %then ], [ 3.0, %body ]\n",
                "  %q = fadd double %qq, 0.0\n",
            ),
            false => (
                "  %q = load double, ptr %pq, align 8\n  br label %latch\nlatch:\n",
                "",
            ),
        };
        let (row, again, and_total, and_row) = match self.rows {
            true => (
                "%r8",
                "  %rm = icmp slt i64 %r1, %n\n  br i1 %rm, label %outer, label %exit",
                ", [ %total1, %after ]",
                ", [ %r1, %after ]",
            ),
            false => ("0", "  br label %exit", "", ""),
        };
        format!(
            "define double @f(ptr noalias %x, ptr noalias %out, i64 %n) {{
entry:
  br label %outer
outer:
  %r = phi i64 [ 0, %entry ]{and_row}
  %total = phi double [ 0.0, %entry ]{and_total}
  %r8 = mul i64 %r, 4
  %row = getelementptr double, ptr %x, i64 {row}
  %first = getelementptr double, ptr %row, i64 {FIRST}
  br label %before
before:
{entry}  br label %body
body:
  %i = phi i64 [ 0, %before ], [ %i1, %latch ]
{pointer}  %acc = phi double [ %total, %before ], [ %acc1, %latch ]
{phis}{address}{load}{joined}{sums}  %both = fmul double {sum}, %q
  %acc1 = fadd double %acc, %both
{written}{moved}  %i1 = add i64 %i, 1
  %more = icmp slt i64 %i1, %n
  br i1 %more, label %body, label %after
after:
  %total1 = fadd double %acc1, 0.0
  %r1 = add i64 %r, 1
{again}
exit:
{changed}  call void @at.end()
  ret double %total1
}}
declare void @at.end() memory(none)
"
        )
    }
}

/// What a phi had, and where that should be.
struct Told {
    given: u64,
    address: u64,
}

struct Watcher<'a> {
    function: &'a Function,
    plan: &'a Plan,
    values: IndexMap<Value, Datum>,
    told: Vec<Told>,
    wrong: Option<String>,
}

impl Watcher<'_> {
    fn bits(&self, value: Value) -> Option<u128> {
        self.values.get(&value)?.to_bits()
    }

    fn define(&mut self, value: Value, datum: &Datum) {
        self.values.insert(value, datum.clone());
        let Some(Recipe::Carried(carried)) = self.plan.recipe(Node::Primal(value)) else {
            return;
        };
        let mut values = self.function.values();
        let counter = values.find(|&value| self.function.value_name(value) == "%i");
        let (counter, start) = (
            counter.and_then(|counter| self.bits(counter)),
            self.bits(carried.start),
        );
        let (Some(counter), Some(start), Some(given)) = (counter, start, datum.to_bits()) else {
            self.wrong = Some(format!("{value} is computed from what is not there"));
            return;
        };
        let step = carried.step.eval(&|value| self.bits(value).unwrap_or(0));
        self.told.push(Told {
            given: given as u64,
            address: start.wrapping_add(counter.wrapping_mul(step)) as u64,
        });
    }
}

impl Externals for Watcher<'_> {
    const WATCHES: bool = true;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if call.name != "at.end" {
            return Libm.call(call);
        }
        for &Told { given, address } in &self.told {
            let found = call.memory.load_duals(address, 1).map(|found| found[0].0);
            if found.as_ref().map(|found| found.to_bits()) != Ok(given) {
                let given = f64::from_bits(given);
                self.wrong = Some(format!("a phi had {given}, memory has {found:?}"));
            }
        }
        Ok(Some(Datum::Unit))
    }

    fn watch(&mut self, event: Event<'_>) {
        if let Event::Define { value, datum } = event {
            self.define(value, datum);
        }
    }
}

/// How many values were compared.
fn check(stencil: Stencil, n: i64) -> Result<usize, String> {
    let text = stencil.text();
    let (module, func) = parse(&text);
    let Case {
        module, func, plan, ..
    } = planned(module, func, &How::default());
    let plan = plan.map_err(|errors| format!("{errors:?}"))?;
    let function = module.body(func).ok_or("no body")?;
    let watcher = Watcher {
        function,
        plan: &plan,
        values: IndexMap::new(),
        told: Vec::new(),
        wrong: None,
    };
    let mut interpreter =
        Interpreter::new(&module, watcher, Limits::default()).map_err(|error| error.to_string())?;
    let mut arguments = arrays(&mut interpreter.memory, 2, 96)?;
    arguments.push(Datum::int(64, n.into()));
    let outcome = interpreter.run(func, &arguments);
    outcome.map_err(|trap| format!("{trap}\n{text}"))?;
    let watcher = interpreter.externals();
    match &watcher.wrong {
        Some(wrong) => Err(format!("{stencil:?}: {wrong}\n{plan}\n{text}")),
        None => Ok(watcher.told.len()),
    }
}

#[test]
fn what_was_carried_is_loaded_again() {
    let good = [
        GOOD,
        Stencil { carried: 3, ..GOOD },
        Stencil { step: -1, ..GOOD },
        Stencil {
            carried: 2,
            step: 2,
            ..GOOD
        },
        Stencil {
            by_pointer: true,
            ..GOOD
        },
        Stencil {
            carried: 2,
            rows: true,
            ..GOOD
        },
    ];
    for stencil in good {
        let rows = if stencil.rows { 5 } else { 1 };
        let expected = 5 * rows * stencil.carried as usize;
        assert_eq!(check(stencil, 5), Ok(expected), "{stencil:?}");
    }
}

#[test]
fn what_was_not_carried_from_memory_is_stored() {
    let bad = [
        Stencil { off: 1, ..GOOD },
        Stencil {
            written: Some(0),
            ..GOOD
        },
        Stencil {
            written: Some(-1),
            ..GOOD
        },
        Stencil {
            changed: Some(0),
            ..GOOD
        },
        Stencil {
            changed: Some(-1),
            ..GOOD
        },
        Stencil {
            between: Some(-1),
            ..GOOD
        },
        Stencil {
            sometimes: true,
            ..GOOD
        },
        Stencil {
            adjusted: true,
            ..GOOD
        },
    ];
    for stencil in bad {
        assert_eq!(check(stencil, 5), Ok(0), "{stencil:?}");
    }
}

fn stencils() -> impl Strategy<Value = Stencil> {
    let rare = || prop::bool::weighted(0.1);
    let places = (
        1..4_i64,
        prop::sample::select(vec![-2, -1, 1, 2, 3]),
        prop_oneof![9 => Just(0_i64), 1 => -1..2_i64],
        prop::option::weighted(0.15, -2..3_i64),
    );
    let change = || prop::option::weighted(0.1, -6..3_i64);
    let flags = (change(), change(), rare(), any::<bool>(), rare(), any::<bool>());
    (places, flags).prop_map(
        |((carried, step, off, written), (changed, between, sometimes, by_pointer, adjusted, rows))| {
            Stencil {
                carried,
                step,
                off,
                written,
                changed,
                between,
                sometimes,
                by_pointer,
                adjusted,
                rows,
            }
        },
    )
}

#[test]
fn random_stencils_are_loaded_as_they_were() {
    let default = RunnerConfig::default();
    let chosen = std::env::var("PROPTEST_CASES").is_ok();
    let mut runner = TestRunner::new(RunnerConfig {
        cases: if chosen { default.cases } else { 1_000 },
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0xca441ed),
        failure_persistence: None,
        ..default
    });
    let compared = std::cell::Cell::new(0);
    let result = runner.run(&(stencils(), 1..8_i64), |(stencil, n)| {
        let found = check(stencil, n).map_err(TestCaseError::fail)?;
        compared.set(compared.get() + found);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // A plan that stores everything would pass, so count what was compared.
    assert!(compared.get() > 5_000, "{}", compared.get());
}
