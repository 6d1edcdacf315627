//! Objects of which no place is written twice: small programs that fill a table from what is in it, run by the interpreter. What a load that is
//! called repeatable has given is compared with what is at its place in the end.

use indexmap::IndexMap;
use ir::interp::{Datum, Event, ExternalCall, Externals, Interpreter, Limits, TrapKind};
use ir::testing::Libm;
use ir::{EntitySet, Function, Inst, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

use crate::support::{Case, How, arrays, parse, planned};

/// `t = malloc(..); for i < n { for j < end { t[at + i * row + j * step] = t[read(i, j)] + a[j]; } }`.
#[derive(Clone, Copy, Debug)]
struct Table {
    made: Made,
    /// The places between the starts of rows.
    row: Length,
    /// The iterations of the inner loop.
    end: Length,
    /// The places from one iteration of the inner loop to the next.
    step: i64,
    /// A second store this far behind the first.
    second: Option<i64>,
    /// A store before the loops, this far from the first place of the table.
    before: Option<i64>,
    /// What is loaded: this far from the place that is written, or from that in the row before.
    read: i64,
    reads_row_before: bool,
    /// Addresses are computed without a wrap.
    inbounds: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Made {
    Heap,
    Zeroed,
    Captured,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Length {
    Number(i64),
    /// Parameter `%n`, which is the number of rows.
    Rows,
    /// Parameter `%m`.
    Other,
    /// One more than the number of the row.
    Triangle,
}

impl Length {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Rows => "%n".to_owned(),
            Self::Other => "%m".to_owned(),
            Self::Triangle => "%i1".to_owned(),
        }
    }
}

/// The first place that is written, so that loads from before it are in the object, too.
const FIRST: i64 = 200;

impl Table {
    fn text(self) -> String {
        let made = match self.made {
            Made::Heap => "  %t = call ptr @malloc(i64 8000)\n",
            Made::Zeroed => "  %t = call ptr @calloc(i64 1000, i64 8)\n",
            Made::Captured => "  %t = call ptr @malloc(i64 8000)\n  store ptr %t, ptr %keep\n",
        };
        let gep = if self.inbounds {
            "getelementptr inbounds"
        } else {
            "getelementptr"
        };
        let before = self.before.map_or(String::new(), |at| {
            let at = FIRST + at;
            format!("  %pb = {gep} double, ptr %t, i64 {at}\n  store double 3.0, ptr %pb\n")
        });
        let second = self.second.map_or(String::new(), |behind| {
            format!(
                "  %w2 = fmul double %w, %aj
  %p2 = {gep} double, ptr %pw, i64 {behind}
  store double %w2, ptr %p2\n"
            )
        });
        let back = match self.reads_row_before {
            true => format!("  %base = sub nsw i64 %row, {}\n", self.row.text()),
            false => "  %base = add nsw i64 %row, 0\n".to_owned(),
        };
        format!(
            "declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
define void @f(ptr noalias %a, ptr noalias %keep, i64 %n, i64 %m) {{
entry:
{made}{before}  br label %outer
outer:
  %i = phi i64 [ 0, %entry ], [ %i1, %outer.end ]
  %i1 = add nuw nsw i64 %i, 1
  %row = mul nuw nsw i64 %i, {row}
{back}  br label %inner
inner:
  %j = phi i64 [ 0, %outer ], [ %j1, %inner ]
  %js = mul nsw i64 %j, {step}
  %rj = {gep} double, ptr %t, i64 %base
  %rj1 = {gep} double, ptr %rj, i64 %js
  %pr = {gep} double, ptr %rj1, i64 {read}
  %v = load double, ptr %pr
  %pa = getelementptr double, ptr %a, i64 %j
  %aj = load double, ptr %pa
  %w = fadd double %aj, %aj
  %x = fadd double %v, %aj
  store double %x, ptr %keep
  %pi = {gep} double, ptr %t, i64 %row
  %pj = {gep} double, ptr %pi, i64 %js
  %pw = {gep} double, ptr %pj, i64 {first}
  store double %w, ptr %pw
{second}  %j1 = add nuw nsw i64 %j, 1
  %jm = icmp ne i64 %j1, {end}
  br i1 %jm, label %inner, label %outer.end
outer.end:
  %im = icmp ne i64 %i1, %n
  br i1 %im, label %outer, label %exit
exit:
  call void @at.end()
  ret void
}}
declare void @at.end() memory(none)
",
            row = self.row.text(),
            end = self.end.text(),
            step = self.step,
            first = FIRST,
            read = FIRST + self.read,
        )
    }
}

struct Watcher<'a> {
    function: &'a Function,
    repeatable: &'a EntitySet<Inst>,
    table: Option<Inst>,
    addresses: IndexMap<Value, u64>,
    /// Addresses, and what was loaded from there.
    told: Vec<(u64, f64)>,
    wrong: Option<String>,
}

impl Watcher<'_> {
    fn define(&mut self, value: Value, datum: &Datum) {
        let Some(bits) = datum.to_bits() else { return };
        self.addresses.insert(value, bits as u64);
        let Some(inst) = self.function.def_inst(value) else {
            return;
        };
        if Some(inst) == self.table && self.repeatable.contains(inst) {
            let address = self.addresses.get(&self.function.inst(inst).operands[0]);
            if let Some(&address) = address {
                self.told.push((address, f64::from_bits(bits as u64)));
            }
        }
    }
}

impl Externals for Watcher<'_> {
    const WATCHES: bool = true;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if call.name != "at.end" {
            return Libm.call(call);
        }
        for &(address, given) in &self.told {
            let found = call.memory.load_duals(address, 1);
            let found = found.map_or(f64::NAN, |found| found[0].0);
            if found.to_bits() != given.to_bits() {
                self.wrong = Some(format!("a load gave {given}, in the end {found} is there"));
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

/// Whether the load of the table is called repeatable, after a run has shown that it may be.
fn check(table: Table, (n, m): (i64, i64)) -> Result<bool, String> {
    let text = table.text();
    let (module, func) = parse(&text);
    let Case {
        module,
        func,
        repeatable,
        ..
    } = planned(module, func, &How::default());
    let function = module.body(func).ok_or("no body")?;
    let named = |name: &str| {
        let mut names = function.value_names.iter();
        names.find(|(_, text)| &***text == name).map(|(&value, _)| value)
    };
    let load = named("v").and_then(|value| function.def_inst(value));
    let watcher = Watcher {
        function,
        repeatable: &repeatable,
        table: load,
        addresses: IndexMap::new(),
        told: Vec::new(),
        wrong: None,
    };
    let mut interpreter =
        Interpreter::new(&module, watcher, Limits::default()).map_err(|error| error.to_string())?;
    let mut arguments = arrays(&mut interpreter.memory, 2, 64)?;
    arguments.extend([Datum::int(64, n.into()), Datum::int(64, m.into())]);
    let outcome = interpreter.run(func, &arguments);
    outcome.map_err(|trap| format!("{trap}\n{text}"))?;
    match &interpreter.externals().wrong {
        Some(wrong) => Err(format!("{table:?}: {wrong}\n{text}")),
        None => Ok(load.is_some_and(|load| repeatable.contains(load))),
    }
}

/// A trajectory: one row.
const GOOD: Table = Table {
    made: Made::Heap,
    row: Length::Number(8),
    end: Length::Number(8),
    step: 1,
    second: None,
    before: None,
    read: -1,
    reads_row_before: false,
    inbounds: true,
};

#[test]
fn tables_that_are_written_once_are_read_again() {
    let good = [
        GOOD,
        Table {
            row: Length::Number(9),
            ..GOOD
        },
        // What comes before the first place.
        Table {
            before: Some(-1),
            ..GOOD
        },
        // In-place factorizations: row i has i + 1 places, rows are n places apart.
        Table {
            row: Length::Rows,
            end: Length::Triangle,
            reads_row_before: true,
            ..GOOD
        },
        Table {
            row: Length::Other,
            end: Length::Other,
            reads_row_before: true,
            ..GOOD
        },
        // An unrolled loop.
        Table {
            row: Length::Number(16),
            step: 2,
            second: Some(1),
            ..GOOD
        },
        // Zeros that are overwritten only where a load comes later.
        Table {
            made: Made::Zeroed,
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            row: Length::Rows,
            end: Length::Triangle,
            reads_row_before: true,
            read: 0,
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            row: Length::Other,
            end: Length::Other,
            reads_row_before: true,
            read: -2,
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            before: Some(-1),
            ..GOOD
        },
        // From the end to the start.
        Table {
            step: -1,
            read: 1,
            ..GOOD
        },
    ];
    for table in good {
        let found = check(table, (5, 6)).unwrap_or_else(|error| panic!("{error}"));
        assert!(found, "{table:?}");
    }
}

#[test]
fn tables_that_are_written_twice_are_not() {
    let bad = [
        Table {
            row: Length::Number(7),
            ..GOOD
        },
        Table {
            row: Length::Number(0),
            ..GOOD
        },
        Table {
            row: Length::Other,
            end: Length::Triangle,
            ..GOOD
        },
        Table {
            row: Length::Rows,
            end: Length::Other,
            ..GOOD
        },
        Table {
            step: 2,
            row: Length::Number(14),
            ..GOOD
        },
        Table {
            second: Some(1),
            ..GOOD
        },
        Table {
            second: Some(0),
            ..GOOD
        },
        Table {
            before: Some(0),
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            read: 1,
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            read: 0,
            ..GOOD
        },
        Table {
            made: Made::Zeroed,
            step: -1,
            ..GOOD
        },
        Table {
            made: Made::Captured,
            ..GOOD
        },
        Table {
            inbounds: false,
            ..GOOD
        },
    ];
    for table in bad {
        let found = check(table, (5, 6)).unwrap_or_else(|error| panic!("{error}"));
        assert!(!found, "{table:?}");
    }
}

fn tables() -> impl Strategy<Value = Table> {
    let made = prop_oneof![3 => Just(Made::Heap), 3 => Just(Made::Zeroed), 1 => Just(Made::Captured)];
    let length = || {
        prop_oneof![
            3 => (1..10_i64).prop_map(Length::Number),
            2 => Just(Length::Rows),
            2 => Just(Length::Other),
        ]
    };
    let end = prop_oneof![4 => length(), 2 => Just(Length::Triangle)];
    let step = prop_oneof![4 => Just(1_i64), 1 => Just(2), 1 => Just(-1), 1 => Just(3)];
    let second = prop_oneof![3 => Just(None), 1 => (-3..4_i64).prop_map(Some)];
    let before = prop_oneof![3 => Just(None), 1 => (-3..12_i64).prop_map(Some)];
    let flags = (any::<bool>(), prop::bool::weighted(0.9));
    (made, length(), end, step, second, before, -8..9_i64, flags).prop_map(
        |(made, row, end, step, second, before, read, (reads_row_before, inbounds))| Table {
            made,
            row,
            end,
            step,
            second,
            before,
            read,
            reads_row_before,
            inbounds,
        },
    )
}

#[test]
fn what_is_read_again_from_tables_is_the_same() {
    let mut runner = TestRunner::new(RunnerConfig {
        cases: 4_000,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0x0ce),
        failure_persistence: None,
        ..RunnerConfig::default()
    });
    let repeated = std::cell::Cell::new(0);
    let result = runner.run(&(tables(), 1..7_i64, 1..8_i64), |(table, n, m)| {
        let found = check(table, (n, m)).map_err(TestCaseError::fail)?;
        repeated.set(repeated.get() + usize::from(found));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(repeated.get() > 200, "{}", repeated.get());
}
