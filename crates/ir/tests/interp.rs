//! The interpreter on programs whose results and derivatives are known in closed form, and on what it must refuse.

use ir::Module;
use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, MemoryError, NoExternals, TrapKind};
use ir::text::parse_module;
use ir::verify::verify_module;

/// A math library of one function.
struct Sine;

impl Externals for Sine {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        match (call.name, call.float(0)) {
            ("sin" | "llvm.sin.f64", Some((x, dx, _))) => Ok(call.float_result(x.sin(), x.cos() * dx)),
            _ => Ok(None),
        }
    }
}

fn module(text: &str) -> Module {
    let module = parse_module(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    if let Err(errors) = verify_module(&module) {
        panic!("{errors:?}");
    }
    module
}

/// Runs `@f`.
fn run(text: &str, args: &[Datum]) -> Result<Datum, TrapKind> {
    let module = module(text);
    let limits = Limits {
        steps: 100_000,
        depth: 100,
        ..Limits::default()
    };
    let mut interpreter = Interpreter::new(&module, Sine, limits)?;
    let func = module.ctx.find_func("f").expect("@f is defined");
    interpreter.run(func, args).map_err(|trap| trap.kind)
}

/// The value and derivative of `@f` at `x`.
fn dual(text: &str, x: f64) -> (f64, f64) {
    let result = run(text, &[Datum::dual(x, 1.0)]).unwrap_or_else(|error| panic!("{error}\n{text}"));
    result.to_dual().expect("@f returns a double")
}

#[test]
fn derivatives_of_straight_code_are_those_of_calculus() {
    let x = 0.7f64;
    let cases: [(&str, f64, f64); 12] = [
        ("%r = fmul double %x, %x", x * x, 2.0 * x),
        ("%r = fdiv double 1.0, %x", 1.0 / x, -1.0 / (x * x)),
        ("%r = fsub double 1.0, %x", 1.0 - x, -1.0),
        ("%r = frem double 5.0, %x", 5.0 % x, -7.0),
        ("%r = fneg double %x", -x, -1.0),
        (
            "%r = call double @llvm.sqrt.f64(double %x)",
            x.sqrt(),
            0.5 / x.sqrt(),
        ),
        (
            "%r = call double @llvm.fma.f64(double %x, double %x, double %x)",
            x.mul_add(x, x),
            2.0 * x + 1.0,
        ),
        ("%r = call double @sin(double %x)", x.sin(), x.cos()),
        (
            "%n = fneg double %x\n%r = call double @llvm.fabs.f64(double %n)",
            x,
            1.0,
        ),
        (
            "%r = call double @llvm.copysign.f64(double %x, double -2.0)",
            -x,
            -1.0,
        ),
        ("%r = call double @llvm.maxnum.f64(double %x, double 0.5)", x, 1.0),
        ("%r = call double @llvm.floor.f64(double %x)", 0.0, 0.0),
    ];
    for (lines, value, derivative) in cases {
        let text = format!(
            "declare double @sin(double)\ndeclare double @llvm.sqrt.f64(double)\ndeclare double @llvm.fabs.f64(double)\n\
             declare double @llvm.fma.f64(double, double, double)\ndeclare double @llvm.floor.f64(double)\n\
             declare double @llvm.copysign.f64(double, double)\ndeclare double @llvm.maxnum.f64(double, double)\n\
             define double @f(double %x) {{\nentry:\n{lines}\nret double %r\n}}"
        );
        let found = dual(&text, x);
        assert_eq!(found.0, value, "{lines}");
        assert!(
            (found.1 - derivative).abs() <= 1e-14 * derivative.abs(),
            "{lines}: {}",
            found.1
        );
    }
}

/// x to the power of n by a loop, with x in memory; the derivative is n x^(n-1).
#[test]
fn loops_and_memory_carry_tangents() {
    let text = "define double @f(double %x) {
entry:
  %a = alloca [2 x double], align 8
  %b = alloca [2 x double], align 8
  %p = getelementptr [2 x double], ptr %a, i64 0, i64 1
  store double %x, ptr %p, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr %b, ptr %a, i64 16, i1 false)
  %q = getelementptr double, ptr %b, i64 1
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %r = phi double [ 1.0, %entry ], [ %s, %loop ]
  %y = load double, ptr %q, align 8
  %s = fmul double %r, %y
  %next = add nuw nsw i32 %i, 1
  %more = icmp ult i32 %next, 5
  br i1 %more, label %loop, label %done
done:
  ret double %s
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)";
    let (value, derivative) = dual(text, 1.5);
    assert_eq!(value, 1.5f64.powi(5));
    assert!((derivative - 5.0 * 1.5f64.powi(4)).abs() < 1e-13);
}

/// Every way of moving a double through integers keeps its tangent: loads, shifts by bytes, halves, vectors, sign bits.
#[test]
fn tangents_survive_moves_through_integers() {
    let text = "define double @f(double %x) {
entry:
  %slot = alloca double, align 8
  %bits = bitcast double %x to i64
  %low = trunc i64 %bits to i32
  %shifted = lshr i64 %bits, 32
  %high = trunc i64 %shifted to i32
  %v0 = insertelement <2 x i32> poison, i32 %low, i32 0
  %v1 = insertelement <2 x i32> %v0, i32 %high, i32 1
  %again = bitcast <2 x i32> %v1 to i64
  store i64 %again, ptr %slot, align 8
  %wide = load i64, ptr %slot, align 8
  %lo = and i64 %wide, 4294967295
  %hi = and i64 %wide, -4294967296
  %both = or disjoint i64 %hi, %lo
  %negated = xor i64 %both, -9223372036854775808
  %y = bitcast i64 %negated to double
  ret double %y
}";
    assert_eq!(dual(text, 2.5), (-2.5, -1.0));
}

#[test]
fn integer_arithmetic_on_a_tangent_is_refused() {
    let text = "define double @f(double %x) {\nentry:\n  %b = bitcast double %x to i64\n  %c = add i64 %b, 1\n\
                %y = bitcast i64 %c to double\n  ret double %y\n}";
    assert_eq!(
        run(text, &[Datum::dual(1.0, 1.0)]),
        Err(TrapKind::TangentThroughInteger)
    );
    assert!(run(text, &[Datum::f64(1.0)]).is_ok());
}

#[test]
fn recursion_and_calls_through_pointers() {
    let text = "@table = constant [2 x ptr] [ptr @f, ptr @fib]
define i32 @fib(i32 %n) {
entry:
  %small = icmp ult i32 %n, 2
  br i1 %small, label %base, label %more
base:
  ret i32 %n
more:
  %a = add i32 %n, -1
  %b = add i32 %n, -2
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 1
  %self = load ptr, ptr %p, align 8
  %x = call i32 %self(i32 %a)
  %y = call i32 @fib(i32 %b)
  %s = add i32 %x, %y
  ret i32 %s
}
define i32 @f(i32 %n) {
entry:
  %r = call i32 @fib(i32 %n)
  ret i32 %r
}";
    assert_eq!(run(text, &[Datum::int(32, 12)]), Ok(Datum::int(32, 144)));
    assert_eq!(run(text, &[Datum::int(32, 1000)]), Err(TrapKind::DepthLimit(100)));
}

/// What LLVM leaves undefined stops the execution as soon as something depends on it.
#[test]
fn undefined_behavior_is_refused() {
    let cases = [
        (
            "%p = alloca i32\n%x = load i32, ptr %p\n%c = icmp eq i32 %x, 0\nbr i1 %c, label %a, label %a\na:\nret i32 0",
            TrapKind::Undefined("condition"),
        ),
        (
            "%x = add nsw i32 2147483647, 1\n%c = icmp eq i32 %x, 0\nbr i1 %c, label %a, label %a\na:\nret i32 0",
            TrapKind::Undefined("condition"),
        ),
        ("%x = sdiv i32 1, 0\nret i32 %x", TrapKind::Division),
        ("%x = sdiv i32 -2147483648, -1\nret i32 %x", TrapKind::Division),
        ("unreachable", TrapKind::Unreachable),
        ("br label %a\na:\nbr label %a", TrapKind::StepLimit(100_000)),
        (
            "%x = load i32, ptr null\nret i32 %x",
            TrapKind::Memory(MemoryError::OutOfBounds { address: 0, len: 4 }),
        ),
        (
            "%x = call i32 @unknown()\nret i32 %x",
            TrapKind::NoBody("unknown".to_owned()),
        ),
        ("%x = call i32 null()\nret i32 %x", TrapKind::Callee),
        (
            "%x = fadd x86_fp80 0xK3FFF8000000000000000, 0xK3FFF8000000000000000\nret i32 0",
            TrapKind::Unsupported("arithmetic in x86_fp80".to_owned()),
        ),
    ];
    for (lines, expected) in cases {
        let text = format!("declare i32 @unknown()\ndefine i32 @f() {{\nentry:\n{lines}\n}}");
        assert_eq!(run(&text, &[]), Err(expected), "{lines}");
    }
}

#[test]
fn memory_errors_are_found() {
    let text = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
@c = constant i32 5
define ptr @escapes() {
entry:
  %p = alloca i32, align 4
  ret ptr %p
}
define i32 @f(i32 %which) {
entry:
  %p = alloca [4 x i32], align 16
  switch i32 %which, label %beyond [ i32 1, label %ended
    i32 2, label %constant
    i32 3, label %misaligned
    i32 4, label %overlap ]
beyond:
  %q = getelementptr i32, ptr %p, i64 4
  store i32 0, ptr %q, align 4
  ret i32 0
ended:
  %e = call ptr @escapes()
  store i32 0, ptr %e, align 4
  ret i32 0
constant:
  store i32 0, ptr @c, align 4
  ret i32 0
misaligned:
  %m = getelementptr i8, ptr %p, i64 1
  store i16 0, ptr %m, align 2
  ret i32 0
overlap:
  %o = getelementptr i8, ptr %p, i64 4
  call void @llvm.memcpy.p0.p0.i64(ptr %o, ptr %p, i64 8, i1 false)
  ret i32 0
}";
    let found = |which| match run(text, &[Datum::int(32, which)]) {
        Err(TrapKind::Memory(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(found(0), MemoryError::OutOfBounds { len: 4, .. }));
    assert!(matches!(found(1), MemoryError::Ended { .. }));
    assert!(matches!(found(2), MemoryError::Constant { .. }));
    assert!(matches!(found(3), MemoryError::Misaligned { align: 2, .. }));
    assert!(matches!(found(4), MemoryError::Overlap { .. }));
}

/// The bytes of padding and of neighbours stay as they are, and partly undefined integers keep their defined bits.
#[test]
fn undefined_bits_are_tracked_one_by_one() {
    let text = "define i32 @f(i8 %x) {
entry:
  %p = alloca i32, align 4
  store i8 %x, ptr %p, align 4
  %wide = load i32, ptr %p, align 4
  %low = and i32 %wide, 255
  %c = icmp eq i32 %low, 7
  %r = select i1 %c, i32 1, i32 2
  ret i32 %r
}";
    assert_eq!(run(text, &[Datum::int(8, 7)]), Ok(Datum::int(32, 1)));
    assert_eq!(run(text, &[Datum::int(8, 8)]), Ok(Datum::int(32, 2)));
}

/// Traps say where: function, instruction and reason.
#[test]
fn a_trap_names_the_instruction() {
    let module = module("define i32 @f() {\nentry:\n  %x = udiv i32 1, 0\n  ret i32 %x\n}");
    let func = module.ctx.find_func("f").expect("@f is defined");
    let mut interpreter = Interpreter::new(&module, NoExternals, Limits::default()).expect("no globals");
    let trap = interpreter.run(func, &[]).expect_err("zero divides nothing");
    assert_eq!(
        trap.to_string(),
        "@f: the division has no result, in `%x = udiv i32 1, 0`"
    );
}
