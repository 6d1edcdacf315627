//! `bind`: which arguments hold which numbers, in the packings that clang emits, and calls that only look like a library
//! function's.

use ir::types::{FloatKind, Type, Types};
use rules::{Binding, Location, Mismatch, RuleTable, Slot, bind};

fn bound(types: &Types, symbol: &str, ret: Type, arguments: &[Type]) -> Result<Binding, Mismatch> {
    let found = RuleTable::standard()
        .callee(symbol)
        .unwrap_or_else(|| panic!("{symbol} is unknown"));
    bind(types, found.entry, &found.form, ret, arguments)
}

fn parts(binding: &Binding) -> Vec<Location> {
    binding.operands().iter().map(|(_, location)| *location).collect()
}

#[test]
fn real_functions() {
    let mut types = Types::new();
    let (double, float, i32, ptr, void) = (
        types.double(),
        types.float(),
        types.i32(),
        types.ptr(),
        types.void(),
    );
    let v4 = types.vector(double, 4);
    let pow = bound(&types, "pow", double, &[double, double]).expect("pow");
    assert_eq!(parts(&pow), [Location::Argument(0), Location::Argument(1)]);
    assert_eq!(
        (pow.outputs.as_slice(), pow.float),
        (&[Location::Returned][..], Some(FloatKind::Double))
    );
    assert!(bound(&types, "llvm.pow.v4f64", v4, &[v4, v4]).is_ok());
    assert!(bound(&types, "_ZGVdN4vv_pow", v4, &[v4, v4]).is_ok());
    assert!(bound(&types, "llvm.powi.v4f64.i32", v4, &[v4, i32]).is_ok());
    let sincos = bound(&types, "sincos", void, &[double, ptr, ptr]).expect("sincos");
    assert_eq!(
        sincos.outputs.as_slice(),
        [Location::Pointee(1, 0), Location::Pointee(2, 0)]
    );
    let pair = types.structure(&[double, double]);
    let sincos = bound(&types, "llvm.sincos.f64", pair, &[double]).expect("llvm.sincos");
    assert_eq!(
        sincos.outputs.as_slice(),
        [Location::ReturnedMember(0), Location::ReturnedMember(1)]
    );
    assert_eq!(
        bound(&types, "jnf", float, &[i32, float]).expect("jnf").float,
        Some(FloatKind::Float)
    );
    assert!(
        bound(&types, "fsub", float, &[double, double]).is_ok(),
        "C23's fsub narrows"
    );
}

#[test]
fn complex_packings() {
    let mut types = Types::new();
    let (double, float, ptr, void) = (types.double(), types.float(), types.ptr(), types.void());
    let (pair, two) = (types.structure(&[double, double]), types.vector(float, 2));
    // x86-64: double complex in two registers, float complex in a vector, long double complex in memory.
    let csin = bound(&types, "csin", pair, &[double, double]).expect("csin");
    assert_eq!(parts(&csin), [Location::Argument(0), Location::Argument(1)]);
    assert_eq!(
        csin.outputs.as_slice(),
        [Location::ReturnedMember(0), Location::ReturnedMember(1)]
    );
    let csinf = bound(&types, "csinf", two, &[two]).expect("csinf");
    assert_eq!(
        csinf.operand(Slot {
            operand: 0,
            component: 1
        }),
        Some(Location::ArgumentMember(0, 1))
    );
    assert_eq!(
        csinf.outputs.as_slice(),
        [Location::ReturnedMember(0), Location::ReturnedMember(1)]
    );
    let cpowl = bound(&types, "cpowl", void, &[ptr, ptr, ptr]).expect("cpowl");
    assert_eq!(cpowl.arguments.as_slice(), [1, 2]);
    assert_eq!(
        cpowl.outputs.as_slice(),
        [Location::Pointee(0, 0), Location::Pointee(0, 1)]
    );
    // AArch64 passes an array.
    let array = types.array(double, 2);
    assert!(bound(&types, "cexp", pair, &[array]).is_ok());
    let cabsf = bound(&types, "cabsf", float, &[two]).expect("cabsf");
    assert_eq!(cabsf.outputs.as_slice(), [Location::Returned]);
}

#[test]
fn calls_that_only_look_like_it() {
    let mut types = Types::new();
    let (double, float, i32, ptr, void) = (
        types.double(),
        types.float(),
        types.i32(),
        types.ptr(),
        types.void(),
    );
    let x87 = types.float_of(FloatKind::X86Fp80);
    // void log(const char *), double gamma(int), double hypot(double), float sin(float).
    assert_eq!(
        bound(&types, "log", void, &[ptr]),
        Err(Mismatch::Argument {
            argument: 0,
            expected: "floating point"
        })
    );
    assert!(matches!(
        bound(&types, "gamma", double, &[i32]),
        Err(Mismatch::Argument { .. })
    ));
    assert!(matches!(
        bound(&types, "hypot", double, &[double]),
        Err(Mismatch::Argument { argument: 1, .. })
    ));
    assert!(matches!(
        bound(&types, "hypot", double, &[double; 3]),
        Err(Mismatch::Count {
            given: 3,
            expected: 2
        })
    ));
    assert_eq!(bound(&types, "sin", float, &[float]), Err(Mismatch::Precision));
    assert_eq!(
        bound(&types, "pow", double, &[double, float]),
        Err(Mismatch::Precision)
    );
    assert_eq!(
        bound(&types, "sin", void, &[double]),
        Err(Mismatch::Result {
            expected: "floating point"
        })
    );
    assert!(bound(&types, "sinl", x87, &[x87]).is_ok());
    assert!(bound(&types, "malloc", ptr, &[types.i64()]).is_ok());
    assert!(matches!(
        bound(&types, "malloc", ptr, &[double]),
        Err(Mismatch::Argument { .. })
    ));
    assert!(bound(&types, "printf", i32, &[ptr, double, i32]).is_ok());
}

/// `declared` is the look-up for programs: a function of another type is not the table's.
#[test]
fn functions_of_another_type_are_not_known() {
    let mut types = Types::new();
    let (double, i32, i64, ptr, void) = (
        types.double(),
        types.i32(),
        types.i64(),
        types.ptr(),
        types.void(),
    );
    let table = RuleTable::standard();
    let bool = types.bool();
    let mut known = |symbol: &str, ret: Type, params: &[Type]| {
        let function = types.func(ret, params);
        table.declared(&types, symbol, function).is_some()
    };
    // double err(double, double), double error(double), double time(void), void index(double *, double).
    assert!(!known("err", double, &[double, double]));
    assert!(!known("error", double, &[double]));
    assert!(!known("time", double, &[]));
    assert!(!known("index", void, &[ptr, double]));
    assert!(!known("log", void, &[ptr]));
    assert!(known("err", void, &[i32, ptr]));
    assert!(known("time", i64, &[ptr]));
    assert!(known("index", ptr, &[ptr, i32]));
    assert!(known("log", double, &[double]));
    assert!(known("malloc", ptr, &[i64]));
    assert!(known("cuMemFree", i32, &[i64]), "a handle may be an integer");
    assert!(known("atof", double, &[ptr]));
    assert!(known("_FortranAioOutputReal64", bool, &[ptr, double]));
    assert!(known("llvm.sin.f64", double, &[double]));
}
