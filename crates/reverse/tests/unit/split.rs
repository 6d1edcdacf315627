//! Split mode as users have it: the tape goes from one function to the other.

use ir::interp::{Datum, Interpreter, Limits, Owner};
use reverse::{Activity, Answer, Mode, Overwritten, Reverse, ReverseOptions};
use rules::RuleTable;

use crate::support::{Library, assert_close, parse, request};

/// The value and both derivatives of `@f(x, p)`, whose second parameter is the address of one double. Between the sweeps the memory
/// behind it is overwritten.
fn split(text: &str, x: f64, y: f64) -> (f64, f64, f64) {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let mut wanted = request(&module, func, &[Activity::Out, Activity::Dual], 1);
    wanted.mode = Mode::Split;
    wanted.overwritten = Overwritten::everything(2);
    let mut reverse = Reverse::new(&mut module, RuleTable::standard(), ReverseOptions::default());
    let answer = reverse.request(wanted);
    if let Err(errors) = reverse.run() {
        panic!("{errors:#?}");
    }
    let Some(Answer::Split { augmented, reverse }) = answer else {
        panic!("{answer:?}");
    };
    if let Err(errors) = ir::verify::verify_module(&module) {
        panic!("{errors:#?}\n{}", ir::text::print_module(&module));
    }
    let mut interpreter =
        Interpreter::new(&module, Library, Limits::default()).expect("globals have initializers");
    let memory = &mut interpreter.memory;
    let [p, dp] = [y, 0.0].map(|number| {
        let address = memory.allocate(8, 16, Owner::Heap).expect("there is room");
        memory.store_duals(address, &[(number, 0.0)]).expect("it is new");
        address
    });
    let before = memory.heap_count();
    let args = [Datum::f64(x), Datum::ptr(p), Datum::ptr(dp)];
    let found = interpreter.run(augmented, &args).expect("the forward sweep runs");
    let tape = found.members()[0].clone();
    let value = found.members()[1].to_dual().expect("a double").0;
    interpreter
        .memory
        .store_duals(p, &[(1e30, 0.0)])
        .expect("it lives");
    let args = [
        Datum::f64(0.0),
        Datum::ptr(p),
        Datum::ptr(dp),
        Datum::f64(1.0),
        tape,
    ];
    let found = interpreter.run(reverse, &args).expect("the reverse sweep runs");
    let dx = found.members()[0].to_dual().expect("a double").0;
    assert_eq!(interpreter.memory.heap_count(), before, "the tape is given back");
    let dy = interpreter.memory.load_duals(dp, 1).expect("it lives")[0].0;
    (value, dx, dy)
}

#[test]
fn a_product_with_memory() {
    let (value, dx, dy) = split(
        "define double @f(double %x, ptr %p) {
           %y = load double, ptr %p
           %a = fmul double %x, %y
           %r = fmul double %a, %x
           ret double %r
         }",
        3.0,
        2.0,
    );
    assert_close(value, 18.0, "x²y");
    assert_close(dx, 12.0, "2xy");
    assert_close(dy, 9.0, "x²");
}

#[test]
fn a_loop_of_unknown_count_with_calls() {
    // p ← p·x until it is above 10: for x = 2, y = 1 it stops at 16 = y·x⁴.
    let (value, dx, dy) = split(
        "define void @step(ptr %p, double %x) {
           %y = load double, ptr %p
           %z = fmul double %y, %x
           store double %z, ptr %p
           ret void
         }
         define double @f(double %x, ptr %p) {
         entry:
           %v = alloca double
           %y = load double, ptr %p
           store double %y, ptr %v
           br label %loop
         loop:
           call void @step(ptr %v, double %x)
           %a = load double, ptr %v
           %more = fcmp olt double %a, 10.0
           br i1 %more, label %loop, label %end
         end:
           ret double %a
         }",
        2.0,
        1.0,
    );
    assert_close(value, 16.0, "x⁴y");
    assert_close(dx, 32.0, "4x³y");
    assert_close(dy, 16.0, "x⁴");
}
