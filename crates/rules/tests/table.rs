//! The table as a whole: look-ups and the facts derived from expressions.

use rules::{Instruction, Kind, Precision, RuleTable};

#[test]
fn spellings_resolve_to_one_entry() {
    let table = RuleTable::standard();
    let pow = table.canonical("pow").expect("registered");
    for symbol in [
        "pow",
        "powf",
        "powl",
        "powf128",
        "__pow_finite",
        "__powf_finite",
        "llvm.pow.f64",
        "llvm.pow.v4f32",
        "_ZGVdN4vv_pow",
        "_ZGVbN4vv_powf",
        "__svml_pow4",
        "__svml_powf8_mask",
        "amd_vrd4_pow",
        "__fd_pow_1",
        "__nv_pow",
        "__nv_fast_powf",
        "__ocml_pow_f64",
    ] {
        let found = table
            .callee(symbol)
            .unwrap_or_else(|| panic!("{symbol} is not found"));
        assert!(
            std::ptr::eq(found.entry, pow),
            "{symbol} resolves to {}",
            found.entry.name
        );
    }
    assert_eq!(
        table.callee("powf").map(|r| r.form.precision),
        Some(Precision::Single)
    );
    assert!(table.callee("airy").is_none());
}

#[test]
fn derived_facts() {
    let table = RuleTable::standard();
    let product = table.instruction(Instruction::FMul).math().expect("math");
    assert_eq!(product.reads(0).operands.as_slice(), [1]);
    assert!(!product.is_linear());
    assert!(
        table
            .instruction(Instruction::FSub)
            .math()
            .expect("math")
            .is_linear()
    );
    assert!(table.canonical("floor").expect("registered").is_inactive());
    assert!(matches!(
        table.callee("malloc").map(|r| &r.entry.kind),
        Some(Kind::Allocation(_))
    ));
}
