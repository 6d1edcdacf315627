//! The table as a whole: look-ups and the facts derived from expressions.

use rules::{Entry, Instruction, Kind, Param, Place, Precision, Printer, RuleTable, print, tangent};

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

/// The tangent as text and the number of operations it takes, for the inputs that are marked active.
fn tangent_of(entry: &Entry, active: &[bool]) -> (Vec<String>, usize) {
    let mut printer = Printer::new(entry);
    let tangents: Vec<_> = active
        .iter()
        .enumerate()
        .map(|(i, active)| active.then(|| printer.name(&format!("d{i}"))))
        .collect();
    let arena = RuleTable::standard().arena();
    let rule = entry.math().expect("a math entry");
    let outputs = tangent(arena, rule, &tangents, &mut printer);
    let texts = outputs
        .iter()
        .map(|v| v.map_or("none".to_owned(), |v| printer.text(v).to_owned()));
    (texts.collect(), printer.operations())
}

/// Inactive operands cost nothing, factors 1, -1 and 0 cost no multiplication, selects are shared.
#[test]
fn tangents_cost_what_they_must() {
    let table = RuleTable::standard();
    let instruction = |i| table.instruction(i);
    let function = |name: &str| table.canonical(name).expect("registered");
    for (entry, active, text, operations) in [
        (instruction(Instruction::FAdd), &[true, true][..], "(d0 + d1)", 1),
        (instruction(Instruction::FAdd), &[true, false], "d0", 0),
        (instruction(Instruction::FSub), &[true, true], "(d0 - d1)", 1),
        (instruction(Instruction::FSub), &[false, true], "-d1", 1),
        (instruction(Instruction::FMul), &[false, true], "(x0 * d1)", 1),
        (
            instruction(Instruction::FMul),
            &[true, true],
            "((x1 * d0) + (x0 * d1))",
            3,
        ),
        (
            instruction(Instruction::FDiv),
            &[true, true],
            "(((1 / x1) * d0) - ((r0 * (1 / x1)) * d1))",
            5,
        ),
        (instruction(Instruction::FPExt), &[true], "d0", 0),
        (function("fabs"), &[true], "(x0 olt 0 ? -d0 : d0)", 3),
        (function("fmax"), &[true, true], "(r0 oeq x0 ? d0 : d1)", 2),
        (function("fmax"), &[true, false], "(r0 oeq x0 ? d0 : 0)", 2),
        (function("sqrt"), &[true], "(r0 oeq 0 ? 0 : ((0.5 / r0) * d0))", 4),
        (function("exp"), &[true], "(r0 * d0)", 1),
        (function("pow"), &[false, true], "((r0 * log(x0)) * d1)", 3),
        (function("fma"), &[true, false, true], "((x1 * d0) + d2)", 2),
        (function("ldexp"), &[true], "(ldexp(1, x1) * d0)", 2),
        (function("floor"), &[true], "none", 0),
        (function("creal"), &[true, true], "d0", 0),
        (function("cexp"), &[true, false], "(r0 * d0)", 2),
    ] {
        let (texts, count) = tangent_of(entry, active);
        assert_eq!((texts[0].as_str(), count), (text, operations), "{}", entry.name);
    }
}

#[test]
fn rules_print() {
    let table = RuleTable::standard();
    let text = |name: &str, input: usize, form: usize| {
        let entry = table.canonical(name).expect("registered");
        let partial = entry.math().expect("math").partial(0, input);
        print(table.arena(), entry, partial.alternatives[form].expr)
    };
    assert_eq!(
        text("powi", 0, 0),
        "(float(x1) oeq 0 ? 0 : (float(x1) * powi(x0, (x1 -1))))"
    );
    assert_eq!(text("tan", 0, 0), "(1 + (r0 * r0))");
    assert_eq!(text("tan", 0, 1), "(1 / (cos(x0) * cos(x0)))");
    assert_eq!(text("frexp", 0, 0), "ldexp(1, (-1 * r1))");
    assert_eq!(text("csin", 0, 0), "(cos(z0.re) * cosh(z0.im))");
}

/// What operands the kinds refer to must be operands of the right sort.
#[test]
fn kinds_refer_to_operands_that_exist() {
    for entry in RuleTable::standard().entries() {
        let is = |operand: u8, wanted: fn(&Param) -> bool| {
            let param = entry.params.get(usize::from(operand));
            assert!(
                param.is_some_and(wanted),
                "{}: operand {operand} is {param:?}",
                entry.name
            );
        };
        let pointer = |p: &Param| matches!(p, Param::Pointer(_));
        let integer = |p: &Param| matches!(p, Param::Integer);
        let written = |p: &Param| matches!(p, Param::Pointer(p) if p.write && !p.read);
        let read = |p: &Param| matches!(p, Param::Pointer(p) if p.read && !p.write);
        match &entry.kind {
            Kind::Allocation(a) => {
                a.bytes
                    .iter()
                    .flat_map(|b| &b.operands)
                    .chain(&a.alignment)
                    .for_each(|&o| is(o, integer));
                match a.place {
                    Place::Pointee(operand) => is(operand, written),
                    Place::Return(k) => assert_eq!(k, 0),
                }
            }
            Kind::Deallocation(d) => {
                is(d.pointer, pointer);
                d.bytes.iter().chain(&d.alignment).for_each(|&o| is(o, integer));
            }
            Kind::Reallocation(r) => {
                is(r.pointer, pointer);
                r.old_bytes
                    .iter()
                    .chain(&r.alignment)
                    .chain(&r.bytes.operands)
                    .for_each(|&o| is(o, integer));
            }
            Kind::Transfer(t) => {
                is(t.destination, written);
                is(t.source, read);
                t.bytes.operands.iter().for_each(|&o| is(o, integer));
            }
            Kind::Set(s) => {
                is(s.destination, written);
                s.value
                    .iter()
                    .chain(&s.bytes.operands)
                    .for_each(|&o| is(o, integer));
            }
            _ => {}
        }
        if let rules::Return::PointerInto(operand) = entry.returns {
            is(operand, pointer);
        }
    }
}

/// Every float opcode of `ir` has its entry, and no integer opcode has one.
#[test]
fn opcodes_map_to_entries() {
    let table = RuleTable::standard();
    for op in ir::BinOp::ALL {
        let entry = Instruction::of_binary(op).map(|i| table.instruction(i).name);
        assert_eq!(entry.is_some(), op.is_float(), "{op:?}");
        assert!(
            entry.is_none_or(|name| name == format!("instruction {}", op.name())),
            "{op:?} is {entry:?}"
        );
    }
    for op in ir::CastOp::ALL {
        let entry = Instruction::of_cast(op).map(|i| table.instruction(i).name);
        assert!(
            entry.is_none_or(|name| name == format!("instruction {}", op.name())),
            "{op:?} is {entry:?}"
        );
    }
    for instruction in [Instruction::FNeg, Instruction::FCmp, Instruction::Freeze] {
        assert!(table.instruction(instruction).math().is_some());
    }
}
