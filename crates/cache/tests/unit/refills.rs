//! Loads of memory that is filled anew: small programs of which one or another condition does not hold, run by the interpreter. What a
//! plan says that a load gave is computed from memory as it is at the end, and compared with what the load gave.

use cache::{Filling, Node, Plan, Recipe};
use indexmap::IndexMap;
use ir::interp::{Datum, Event, ExternalCall, Externals, Interpreter, Limits, TrapKind};
use ir::testing::Libm;
use ir::{BinOp, Function, Module, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config as RunnerConfig, RngAlgorithm, RngSeed, TestRunner};

use crate::support::{Case, How, arrays, parse, planned};

/// What a round does, and which condition it breaks.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// How the memory is made.
    made: Made,
    /// What decides whether an iteration fills it.
    guard: Guard,
    /// How far it is filled.
    end: End,
    /// What the loop writes.
    first: Written,
    /// What a second loop writes behind it, where that is not the whole array.
    second: Option<Written>,
    /// Where it is read.
    read: Read,
    /// The arrays that it is made from are changed at last.
    changes: bool,
    /// The inner loop goes by two.
    vectors: bool,
    /// The first loop ends by equality, and is passed by if its end is zero.
    exact: bool,
}

#[derive(Clone, Copy, Debug)]
enum Made {
    Stack,
    Heap,
    Zeroed,
    /// Zeros, for as many places as are to be filled.
    Row,
    /// The same, or nothing if there are none: a vector of Rust's.
    Choice,
    Captured,
}

#[derive(Clone, Copy, Debug)]
enum Guard {
    None,
    Always,
    Counter,
    Loaded,
    /// Some number is not zero.
    Other,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Fixed,
    /// One place less than there are.
    Short,
    Inner,
    Outer,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Written {
    Difference,
    Product,
    Scaled,
    /// From what it was: no expression of the place.
    Accumulated,
    /// From the mirrored place.
    Mirrored,
}

#[derive(Clone, Copy, Debug)]
enum Read {
    After,
    Before,
    Both,
    Outside,
    Elsewhere,
}

impl Written {
    /// Instructions that make `%{name}v` for place `%{name}`, of this type.
    fn text(self, name: &str, ty: &str) -> String {
        let scale = format!(
            "  %{name}s0 = insertelement <2 x double> poison, double %scale, i32 0
  %{name}s = shufflevector <2 x double> %{name}s0, <2 x double> poison, <2 x i32> zeroinitializer\n"
        );
        let (place, at) = match self {
            Self::Mirrored => (format!("  %{name}at = sub i64 6, %{name}\n"), format!("{name}at")),
            _ => (String::new(), name.to_owned()),
        };
        let loads = format!(
            "{place}  %{name}pa = getelementptr double, ptr %rowa, i64 %{at}
  %{name}a = load {ty}, ptr %{name}pa, align 8
  %{name}pb = getelementptr double, ptr %rowb, i64 %{name}
  %{name}b = load {ty}, ptr %{name}pb, align 8
  %{name}pt = getelementptr double, ptr %t, i64 %{name}\n"
        );
        let made = match self {
            Self::Difference | Self::Mirrored => format!("  %{name}v = fsub {ty} %{name}a, %{name}b\n"),
            Self::Product => format!("  %{name}v = fmul {ty} %{name}a, %{name}b\n"),
            Self::Scaled if ty == "double" => format!("  %{name}v = fmul double %{name}a, %scale\n"),
            Self::Scaled => format!("{scale}  %{name}v = fmul {ty} %{name}a, %{name}s\n"),
            Self::Accumulated => format!(
                "  %{name}old = load {ty}, ptr %{name}pt, align 8
  %{name}sum = fadd {ty} %{name}old, %{name}a
  %{name}v = fsub {ty} %{name}sum, %{name}b\n"
            ),
        };
        format!("{loads}{made}  store {ty} %{name}v, ptr %{name}pt, align 8\n")
    }
}

impl Shape {
    /// A loop that writes the places from `from` below `to`, as blocks `{name}`, which is left to `after`.
    fn fill(self, written: Written, name: &str, (from, to): (&str, &str), after: &str) -> String {
        let (ty, step) = match self.vectors && name == "j" {
            true => ("<2 x double>", 2),
            false => ("double", 1),
        };
        let (some, more) = match self.exact && name == "j" {
            true => (format!("icmp ne i64 {to}, {from}"), "ne"),
            false => (format!("icmp slt i64 {from}, {to}"), "slt"),
        };
        format!(
            "{name}.guard:
  %{name}.some = {some}
  br i1 %{name}.some, label %{name}.loop, label %{after}
{name}.loop:
  %{name} = phi i64 [ {from}, %{name}.guard ], [ %{name}1, %{name}.loop ]
{}  %{name}1 = add i64 %{name}, {step}
  %{name}.more = icmp {more} i64 %{name}1, {to}
  br i1 %{name}.more, label %{name}.loop, label %{after}
",
            written.text(name, ty)
        )
    }

    /// A loop that reads all places, and adds the squares to what `to` has.
    fn read(self, name: &str, after: &str) -> String {
        let places = match self.made {
            Made::Row | Made::Choice => "%m",
            _ => "6",
        };
        format!(
            "{name}.start:
  %{name}.any = icmp sgt i64 {places}, 0
  br i1 %{name}.any, label %{name}.loop, label %{after}
{name}.loop:
  %{name} = phi i64 [ 0, %{name}.start ], [ %{name}1, %{name}.loop ]
  %{name}pt = getelementptr double, ptr %t, i64 %{name}
  %{name}v = load double, ptr %{name}pt
  %{name}sq = fmul double %{name}v, %{name}v
  %{name}po = getelementptr double, ptr %out, i64 %{name}
  %{name}o = load double, ptr %{name}po
  %{name}sum = fadd double %{name}o, %{name}sq
  store double %{name}sum, ptr %{name}po
  %{name}1 = add i64 %{name}, 1
  %{name}.more = icmp slt i64 %{name}1, {places}
  br i1 %{name}.more, label %{name}.loop, label %{after}
"
        )
    }

    fn text(self) -> String {
        let made = match self.made {
            Made::Stack => "  %t = alloca [8 x double], align 16\n",
            Made::Heap => "  %t = call ptr @malloc(i64 64)\n",
            Made::Zeroed => "  %t = call ptr @calloc(i64 8, i64 8)\n",
            Made::Row => "  %m8 = shl i64 %m, 3\n  %t = call ptr @calloc(i64 %m8, i64 1)\n",
            Made::Choice => {
                "  %m8 = shl i64 %m, 3
  %none = icmp eq i64 %m, 0
  br i1 %none, label %chosen, label %make
make:
  %made = call ptr @calloc(i64 %m8, i64 1)
  br label %chosen
chosen:
  %t = phi ptr [ inttoptr (i64 8 to ptr), %entry ], [ %made, %make ]\n"
            }
            Made::Captured => "  %t = call ptr @malloc(i64 64)\n  store ptr %t, ptr %keep\n",
        };
        let guard = match self.guard {
            Guard::None => "  %g = add i1 false, true\n",
            Guard::Always => "  %g = icmp sgt i64 %n, 1\n",
            Guard::Counter => "  %g0 = and i64 %c, 1\n  %g = icmp eq i64 %g0, 0\n",
            Guard::Other => "  %g0 = sub i64 %n, 1\n  %g = icmp ne i64 %g0, 0\n",
            Guard::Loaded => {
                "  %pg = getelementptr double, ptr %b, i64 %c\n  %lg = load double, ptr %pg\n  %g = fcmp ogt double %lg, 0.0\n"
            }
        };
        let end = match self.end {
            End::Fixed => "  %end = add i64 %m, 0\n",
            End::Short => "  %end = sub i64 %m, 1\n",
            End::Inner => {
                "  %e0 = sub i64 %m, %c\n  %e1 = icmp sgt i64 %e0, 0\n  %end = select i1 %e1, i64 %e0, i64 0\n"
            }
            End::Outer => {
                "  %e0 = sub i64 %m, %p\n  %e1 = icmp sgt i64 %e0, 0\n  %end = select i1 %e1, i64 %e0, i64 0\n"
            }
        };
        let (middle, second) = match self.second {
            Some(written) => ("j2.guard", self.fill(written, "j2", ("%end", "6"), "after")),
            None => ("after", String::new()),
        };
        let reads_before = matches!(self.read, Read::Before | Read::Both);
        let reads_after = matches!(self.read, Read::After | Read::Both);
        let reads_outside = matches!(self.read, Read::Outside);
        let elsewhere = matches!(self.read, Read::Elsewhere);
        let go = |name: &str, reads: bool, next: &str| match reads {
            true => format!("  br label %{name}.start\n{}", self.read(name, next)),
            false => format!("  br label %{next}\n"),
        };
        let change = match self.changes {
            true => "  %pc = getelementptr double, ptr %a, i64 %p\n  store double 7.0, ptr %pc\n",
            false => "",
        };
        format!(
            "declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
define void @f(ptr noalias %a, ptr noalias %b, ptr noalias %out, ptr noalias %keep, i64 %n, i64 %m) {{
entry:
{made}  br label %ready
ready:
  br label %outer
outer:
  %p = phi i64 [ 0, %ready ], [ %p1, %outer.end ]
  %p8 = mul i64 %p, 8
  %rowa = getelementptr double, ptr %a, i64 %p8
  br label %round
round:
  %c = phi i64 [ 0, %outer ], [ %c1, %round.end ]
  %c8 = mul i64 %c, 8
  %rowb = getelementptr double, ptr %b, i64 %c8
  %scale = sitofp i64 %c8 to double
{end}{guard}{before}
decide:
  {decide}
{first}{second}after:
{read}
round.end:
  %c1 = add i64 %c, 1
  %cm = icmp slt i64 %c1, 3
  br i1 %cm, label %round, label %round.exit
round.exit:
{outside}
outer.end:
{change}  %p1 = add i64 %p, 1
  %pm = icmp slt i64 %p1, %n
  br i1 %pm, label %outer, label %exit
exit:
  call void @at.end()
  ret void
}}
declare void @at.end() memory(none)
",
            before = go("r", reads_before, "decide"),
            decide = match (elsewhere, self.guard) {
                (true, _) => "br i1 %g, label %j.guard, label %else",
                (false, Guard::None) => "br label %j.guard",
                (false, _) => "br i1 %g, label %j.guard, label %after",
            },
            first = self.fill(self.first, "j", ("0", "%end"), middle),
            read = match elsewhere {
                true => format!("  br label %round.end\nelse:\n{}", go("s", true, "round.end")),
                false => go("s", reads_after, "round.end"),
            },
            outside = go("u", reads_outside, "outer.end"),
        )
    }
}

/// What a load gave, and how it is computed again.
struct Told {
    given: f64,
    again: Again,
}

enum Again {
    Memory(u64),
    Number(f64),
    Negation(Box<Again>),
    Binary(BinOp, Box<[Again; 2]>),
}

impl Again {
    fn value(&self, memory: &mut ir::interp::Memory) -> f64 {
        match self {
            Self::Memory(address) => memory
                .load_duals(*address, 1)
                .map_or(f64::NAN, |found| found[0].0),
            Self::Number(number) => *number,
            Self::Negation(of) => -of.value(memory),
            Self::Binary(op, of) => {
                let (x, y) = (of[0].value(memory), of[1].value(memory));
                match op {
                    BinOp::FAdd => x + y,
                    BinOp::FSub => x - y,
                    BinOp::FMul => x * y,
                    _ => x / y,
                }
            }
        }
    }
}

struct Watcher<'a> {
    function: &'a Function,
    plan: &'a Plan,
    module: &'a Module,
    values: IndexMap<Value, Datum>,
    told: Vec<Told>,
    wrong: Option<String>,
}

impl Watcher<'_> {
    fn bits(&self, value: Value) -> Option<u128> {
        match self.function.as_const(value) {
            Some(constant) => {
                let number = self
                    .module
                    .ctx
                    .consts
                    .int_value(&self.module.ctx.types, constant)?;
                Some(number as u128)
            }
            None => self.values.get(&value)?.to_bits(),
        }
    }

    fn again(&self, filling: &Filling) -> Option<Again> {
        Some(match filling {
            Filling::Load { base, offset, .. } => {
                let bytes = offset.eval(&|value| self.bits(value).unwrap_or(0));
                Again::Memory(self.bits(*base)?.wrapping_add(bytes) as u64)
            }
            Filling::Number(value) => Again::Number(f64::from_bits(self.bits(*value)? as u64)),
            Filling::Negation(of, _) => Again::Negation(Box::new(self.again(of)?)),
            Filling::Binary(op, of, _) => {
                Again::Binary(*op, Box::new([self.again(&of[0])?, self.again(&of[1])?]))
            }
        })
    }

    fn define(&mut self, value: Value, datum: &Datum) {
        self.values.insert(value, datum.clone());
        let Some(Recipe::Refill(filling)) = self.plan.recipe(Node::Primal(value)) else {
            return;
        };
        // What was never written may be anything.
        let Some(given) = datum.to_bits() else { return };
        match self.again(filling) {
            Some(again) => self.told.push(Told {
                given: f64::from_bits(given as u64),
                again,
            }),
            None => self.wrong = Some(format!("{value} is computed from what is not there")),
        }
    }
}

impl Externals for Watcher<'_> {
    const WATCHES: bool = true;

    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if call.name != "at.end" {
            return Libm.call(call);
        }
        for told in &self.told {
            let again = told.again.value(call.memory);
            if again.to_bits() != told.given.to_bits() {
                self.wrong = Some(format!(
                    "a load gave {}, computed again it is {again}",
                    told.given
                ));
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

/// How many loads were compared.
fn check(shape: Shape, (n, m): (i64, i64)) -> Result<usize, String> {
    let text = shape.text();
    let (module, func) = parse(&text);
    let Case {
        module, func, plan, ..
    } = planned(module, func, &How::default());
    let plan = plan.map_err(|errors| format!("{errors:?}"))?;
    let function = module.body(func).ok_or("no body")?;
    let watcher = Watcher {
        function,
        plan: &plan,
        module: &module,
        values: IndexMap::new(),
        told: Vec::new(),
        wrong: None,
    };
    let mut interpreter =
        Interpreter::new(&module, watcher, Limits::default()).map_err(|error| error.to_string())?;
    let mut arguments = arrays(&mut interpreter.memory, 4, 64)?;
    arguments.extend([Datum::int(64, n.into()), Datum::int(64, m.into())]);
    let outcome = interpreter.run(func, &arguments);
    outcome.map_err(|trap| format!("{trap}\n{text}"))?;
    let watcher = interpreter.externals();
    match &watcher.wrong {
        Some(wrong) => Err(format!("{shape:?}: {wrong}\n{plan}\n{text}")),
        None => Ok(watcher.told.len()),
    }
}

/// A round that fills its memory as it should.
const GOOD: Shape = Shape {
    made: Made::Stack,
    guard: Guard::None,
    end: End::Fixed,
    first: Written::Difference,
    second: None,
    read: Read::After,
    changes: false,
    vectors: false,
    exact: false,
};

#[test]
fn what_was_filled_is_computed_again() {
    let good = [
        GOOD,
        Shape {
            made: Made::Heap,
            ..GOOD
        },
        Shape {
            made: Made::Row,
            exact: true,
            ..GOOD
        },
        Shape {
            made: Made::Choice,
            exact: true,
            ..GOOD
        },
        Shape {
            guard: Guard::Always,
            ..GOOD
        },
        Shape {
            first: Written::Scaled,
            ..GOOD
        },
        Shape {
            vectors: true,
            second: Some(Written::Difference),
            ..GOOD
        },
        Shape {
            vectors: true,
            first: Written::Scaled,
            second: Some(Written::Scaled),
            ..GOOD
        },
    ];
    for shape in good {
        let compared = check(shape, (4, 6)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(compared, 4 * 3 * 6, "{shape:?}");
    }
}

#[test]
fn what_is_not_filled_in_each_iteration_is_not() {
    let bad = [
        Shape {
            made: Made::Zeroed,
            ..GOOD
        },
        Shape {
            made: Made::Row,
            end: End::Short,
            exact: true,
            ..GOOD
        },
        Shape {
            made: Made::Row,
            guard: Guard::Other,
            exact: true,
            ..GOOD
        },
        Shape {
            made: Made::Choice,
            guard: Guard::Counter,
            exact: true,
            ..GOOD
        },
        Shape {
            made: Made::Captured,
            ..GOOD
        },
        Shape {
            guard: Guard::Counter,
            ..GOOD
        },
        Shape {
            guard: Guard::Loaded,
            ..GOOD
        },
        Shape {
            end: End::Inner,
            ..GOOD
        },
        Shape {
            end: End::Outer,
            ..GOOD
        },
        Shape {
            first: Written::Accumulated,
            ..GOOD
        },
        Shape {
            first: Written::Mirrored,
            ..GOOD
        },
        Shape {
            second: Some(Written::Product),
            ..GOOD
        },
        Shape {
            read: Read::Before,
            ..GOOD
        },
        Shape {
            read: Read::Outside,
            ..GOOD
        },
        Shape {
            changes: true,
            ..GOOD
        },
    ];
    for shape in bad {
        let compared = check(shape, (4, 6)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(compared, 0, "{shape:?}");
    }
}

fn shapes() -> impl Strategy<Value = Shape> {
    let made = prop_oneof![
        Just(Made::Stack),
        Just(Made::Heap),
        Just(Made::Zeroed),
        Just(Made::Row),
        Just(Made::Choice),
        Just(Made::Captured)
    ];
    let guard = prop_oneof![
        3 => Just(Guard::None),
        3 => Just(Guard::Always),
        1 => Just(Guard::Counter),
        1 => Just(Guard::Loaded),
        1 => Just(Guard::Other)
    ];
    let end = prop_oneof![
        4 => Just(End::Fixed),
        1 => Just(End::Short),
        1 => Just(End::Inner),
        1 => Just(End::Outer)
    ];
    let written = || {
        prop_oneof![
            4 => Just(Written::Difference),
            2 => Just(Written::Product),
            2 => Just(Written::Scaled),
            1 => Just(Written::Accumulated),
            1 => Just(Written::Mirrored),
        ]
    };
    let read = prop_oneof![
        4 => Just(Read::After),
        1 => Just(Read::Before),
        2 => Just(Read::Both),
        1 => Just(Read::Outside),
        2 => Just(Read::Elsewhere),
    ];
    let second = prop_oneof![2 => Just(None), 1 => written().prop_map(Some)];
    let flags = (any::<bool>(), prop::bool::weighted(0.2), any::<bool>());
    (made, guard, end, written(), second, read, flags).prop_map(
        |(made, guard, end, first, second, read, (vectors, changes, exact))| Shape {
            made,
            guard,
            end,
            first,
            second,
            read,
            changes,
            vectors: vectors && !exact,
            exact,
        },
    )
}

#[test]
fn rounds_of_all_kinds_are_computed_right() {
    let mut runner = TestRunner::new(RunnerConfig {
        cases: 2_000,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0xf111),
        failure_persistence: None,
        ..RunnerConfig::default()
    });
    let compared = std::cell::Cell::new(0);
    let result = runner.run(&(shapes(), 1..5_i64, 0..7_i64), |(shape, n, m)| {
        // Without places there is none less, and a second loop may not write behind the last.
        let m = if matches!(shape.end, End::Short) {
            m.max(1)
        } else {
            m
        };
        let shape = match shape.made {
            Made::Row | Made::Choice => Shape {
                second: None,
                vectors: false,
                ..shape
            },
            _ => shape,
        };
        let found = check(shape, (n, m)).map_err(TestCaseError::fail)?;
        compared.set(compared.get() + found);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(compared.get() > 3_000, "{}", compared.get());
}
