//! Words of memory of unknown type that are stepped: counters, or floats whose last bits move.

use ir::interp::{Datum, Interpreter, Limits, Owner};
use reverse::{Activity, Reverse, ReverseOptions};
use rules::RuleTable;

use crate::support::{Library, derive, parse, request};

/// `@f` with this body, which gets the addresses `%p` and `%q` of memory that is not known to hold anything.
fn text(body: &str) -> String {
    format!("define void @f(ptr %p, ptr %q) {{\n{body}\nret void\n}}")
}

fn refused(body: &str) -> bool {
    let mut module = parse(&text(body));
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let wanted = request(&module, func, &[Activity::Dual; 2], 1);
    let mut reverse = Reverse::new(&mut module, RuleTable::standard(), ReverseOptions::default());
    reverse.request(wanted);
    let errors = reverse.run().err().unwrap_or_default();
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let all = texts
        .iter()
        .all(|text| text.contains("cannot deduce") || text.contains("on the bits"));
    assert!(all, "{texts:?}");
    !texts.is_empty()
}

#[test]
fn a_word_that_is_stepped_where_it_is_keeps_its_adjoint() {
    let mut module = parse(&text(
        "%w = load i32, ptr %p
         %n = add i32 %w, 1
         %r = srem i32 %w, 3
         %i = sext i32 %r to i64
         %unused = getelementptr i8, ptr %q, i64 %i
         store i32 %n, ptr %p",
    ));
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let wanted = request(&module, func, &[Activity::Dual; 2], 1);
    let gradient = derive(&mut module, wanted);
    let mut machine = Interpreter::new(&module, Library, Limits::default()).expect("there are no globals");
    // A double: the low word is stepped.
    let mut memory = |number: f64| {
        let place = machine
            .memory
            .allocate(8, 8, Owner::Heap)
            .expect("memory is left");
        let stored = machine.memory.store_duals(place, &[(number, 0.0)]);
        stored.expect("the memory is there");
        place
    };
    let places = [1.5, 0.25, 0.0, 0.0].map(&mut memory);
    machine
        .run(gradient, &places.map(Datum::ptr))
        .expect("the gradient runs");
    let mut number = |place| machine.memory.load_duals(place, 1).expect("the memory is there")[0].0;
    assert_eq!(number(places[0]), f64::from_bits(1.5f64.to_bits() + 1));
    assert_eq!(number(places[1]), 0.25);
}

#[test]
fn other_steps_are_refused() {
    let cases = [
        ("", false),
        ("%n = add i32 %w, 16\nstore i32 %n, ptr %p", false),
        ("%n = sub i32 %w, 1\nstore i32 %n, ptr %p", false),
        ("%n = add i32 %w, 17\nstore i32 %n, ptr %p", true),
        ("%n = mul i32 %w, 2\nstore i32 %n, ptr %p", true),
        ("%n = add i32 %w, 1\nstore i32 %n, ptr %q", true),
        (
            "%n = add i32 %w, 1\nstore i32 0, ptr %q\nstore i32 %n, ptr %p",
            true,
        ),
        (
            "%n = add i32 %w, 1\nstore i32 %n, ptr %p\nstore i32 %w, ptr %q",
            true,
        ),
        (
            "%n = add i32 %w, 1\nstore i32 %n, ptr %p\nstore i32 %n, ptr %q",
            true,
        ),
        (
            "br label %next\nnext:\n%n = add i32 %w, 1\nstore i32 %n, ptr %p",
            true,
        ),
    ];
    for (rest, expected) in cases {
        let body = format!("%w = load i32, ptr %p\n{rest}");
        assert_eq!(refused(&body), expected, "{rest}");
    }
}
