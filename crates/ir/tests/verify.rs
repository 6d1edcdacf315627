//! The verifier accepts what LLVM's accepts and finds what LLVM's finds.

use std::io::Write;
use std::process::{Command, Stdio};

use ir::text::parse_module;
use ir::verify::{VerifyErrorKind, verify_module};
use ir::{Entity, FuncId, Inst, Module, Op, Value};

/// Whether LLVM's verifier accepts a text.
fn llvm_accepts(text: &str) -> bool {
    let mut child = Command::new("opt-22")
        .args(["-passes=verify", "-disable-output", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("opt-22: {error}; `cargo xtask doctor` says what to install"));
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(text.as_bytes()).expect("opt reads its input");
    drop(stdin);
    child.wait().expect("opt ends").success()
}

fn errors(text: &str) -> Vec<String> {
    let module = parse_module(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    match verify_module(&module) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn everything_is_accepted() {
    assert_eq!(errors(include_str!("everything.ll")), Vec::<String>::new());
}

/// Texts with the error that is expected; none where the text is right. LLVM must be of the same opinion.
#[test]
fn control_flow_and_dominance_as_in_llvm() {
    let cases = [
        (
            "define i32 @f(i1 %c) {\nentry:\n  br i1 %c, label %a, label %b\na:\n  %x = add i32 1, 2\n  br label %b\nb:\n  ret i32 %x\n}",
            "@f: the definition of operand 0 does not dominate this use, in `ret i32 %x`",
        ),
        (
            "define i32 @f() {\nentry:\n  %y = add i32 %x, 1\n  %x = add i32 1, 2\n  ret i32 %y\n}",
            "@f: the definition of operand 0 does not dominate this use, in `%y = add i32 %x, 1`",
        ),
        (
            "define i32 @f(i1 %c) {\nentry:\n  br i1 %c, label %a, label %b\na:\n  br label %b\nb:\n  %x = phi i32 [ 1, %a ]\n  ret i32 %x\n}",
            "@f: the incoming blocks are not the predecessors of the block, in `%x = phi i32 [ 1, %a ]`",
        ),
        (
            "define i32 @f(i1 %c) {\nentry:\n  br i1 %c, label %b, label %b\nb:\n  %x = phi i32 [ 1, %entry ], [ 2, %entry ]\n  ret i32 %x\n}",
            "@f: two different values come from bb0, in `%x = phi i32 [ 1, %entry ], [ 2, %entry ]`",
        ),
        (
            "define i32 @f(i1 %c) {\nentry:\n  br i1 %c, label %b, label %b\nb:\n  %x = phi i32 [ 1, %entry ], [ 1, %entry ]\n  ret i32 %x\n}",
            "",
        ),
        (
            "define i32 @f(i1 %c) {\nentry:\n  br i1 %c, label %a, label %b\na:\n  %y = add i32 1, 2\n  br label %b\nb:\n  %x = phi i32 [ %y, %a ], [ 2, %entry ]\n  ret i32 %x\n}",
            "",
        ),
        (
            "define void @f() {\nentry:\n  br label %entry\n}",
            "@f: the entry block has a predecessor, bb0",
        ),
        (
            "define i32 @f(i32 %n) {\nentry:\n  switch i32 %n, label %a [ i32 1, label %a\n i32 1, label %a ]\na:\n  ret i32 0\n}",
            "@f: case 2 is not a constant of its own, in `switch i32 %n, label %a [\n    i32 1, label %a\n    i32 1, label %a\n  ]`",
        ),
        (
            "define i32 @f() {\nentry:\n  ret i32 1\ndead:\n  %x = add i32 %y, 1\n  %y = add i32 %x, 1\n  ret i32 %x\n}",
            "",
        ),
        (
            "define i32 @f() {\nentry:\n  ret double 1.0\n}",
            "@f: the result is of type double instead of i32, in `ret double 1.000000e+00`",
        ),
        (
            "declare i32 @p(...)\ndefine i32 @f() personality ptr @p {\nentry:\n  %x = invoke i32 @f() to label %a unwind label %b\nb:\n  %l = landingpad { ptr, i32 } cleanup\n  ret i32 %x\na:\n  ret i32 %x\n}",
            "@f: the definition of operand 0 does not dominate this use, in `ret i32 %x`",
        ),
    ];
    for (text, expected) in cases {
        let found = errors(text);
        let expected: Vec<&str> = if expected.is_empty() {
            Vec::new()
        } else {
            vec![expected]
        };
        assert_eq!(found, expected, "{text}");
        assert_eq!(llvm_accepts(text), expected.is_empty(), "{text}");
    }
}

#[test]
fn types_as_in_llvm() {
    for (line, accepted) in [
        ("%r = fadd i32 %i, %i", false),
        ("%r = add double %x, %x", false),
        ("%r = trunc i32 %i to i64", false),
        ("%r = sext i32 %i to i64", true),
        ("%r = bitcast double %x to i32", false),
        ("%r = bitcast double %x to i64", true),
        ("%r = bitcast double %x to ptr", false),
        ("%r = sitofp i32 %i to double", true),
        ("%r = sitofp <2 x i32> zeroinitializer to double", false),
        ("%r = fcmp olt i32 %i, %i", false),
        ("%r = icmp eq ptr %p, null", true),
        (
            "%r = select <2 x i1> zeroinitializer, double %x, double %x",
            false,
        ),
        ("%r = select i1 true, double %x, double %x", true),
        ("%r = load double, i64 0", false),
        ("store double %x, i64 0", false),
        ("%r = getelementptr { i32, double }, ptr %p, i64 0, i32 1", true),
        ("%r = getelementptr { i32, double }, ptr %p, i64 0, i32 2", false),
        ("%r = getelementptr { i32, double }, ptr %p, i64 0, i32 %i", false),
        ("%r = getelementptr double, ptr %p, double 1.0", false),
        ("%r = extractelement <2 x double> zeroinitializer, i32 %i", true),
        ("%r = extractelement double %x, i32 %i", false),
        (
            "%r = shufflevector <2 x i32> zeroinitializer, <2 x i32> zeroinitializer, <2 x i32> <i32 0, i32 4>",
            false,
        ),
        (
            "%r = shufflevector <2 x i32> zeroinitializer, <2 x i32> zeroinitializer, <2 x i32> <i32 0, i32 3>",
            true,
        ),
        ("%r = atomicrmw fadd ptr %p, i32 %i seq_cst", false),
        ("%r = atomicrmw add ptr %p, i32 %i seq_cst", true),
        ("%r = alloca double, double %x", false),
        ("%r = ptrtoint i64 0 to i32", false),
        ("%r = call i32 (double) @f2(i32 %i)", false),
    ] {
        let text = format!(
            "declare i32 @f2(double)\ndefine void @f(double %x, i32 %i, ptr %p) {{\nentry:\n  {line}\n  ret void\n}}"
        );
        assert_eq!(llvm_accepts(&text), accepted, "LLVM: {line}");
        let ours = parse_module(&text).is_ok_and(|module| verify_module(&module).is_ok());
        assert_eq!(ours, accepted, "{line}");
    }
}

/// A module with one function, and its body's instructions.
fn sample() -> (Module, FuncId, Vec<Inst>) {
    let text = "define double @f(double %x, i1 %c) {\nentry:\n  %y = fadd double %x, %x\n  br i1 %c, label %a, label %b\n\
                a:\n  br label %b\nb:\n  %z = phi double [ %y, %entry ], [ %x, %a ]\n  ret double %z\n}";
    let module = parse_module(text).expect("the text is right");
    let func = module.ctx.find_func("f").expect("it is defined");
    let insts = module.body(func).expect("it is defined").all_insts().collect();
    (module, func, insts)
}

/// What no text can say: mistakes of code that builds functions.
#[test]
fn mistakes_of_builders_are_found() {
    type Mistake = fn(&mut ir::Function, &[Inst]);
    let cases: [(Mistake, VerifyErrorKind); 8] = [
        (
            |body, insts| body.inst_mut(insts[0]).operands.truncate(1),
            VerifyErrorKind::OperandCount {
                expected: "two",
                found: 1,
            },
        ),
        (
            |body, insts| body.inst_mut(insts[0]).operands[1] = Value::new(99),
            VerifyErrorKind::UnknownOperand { position: 1 },
        ),
        (
            |body, insts| body.remove_inst(insts[0]),
            VerifyErrorKind::RemovedOperand { position: 0 },
        ),
        (
            |body, insts| body.inst_mut(insts[1]).targets.truncate(1),
            VerifyErrorKind::TargetCount {
                expected: "two",
                found: 1,
            },
        ),
        (
            |body, insts| body.inst_mut(insts[2]).targets[0] = ir::Block::new(7),
            VerifyErrorKind::UnknownTarget(ir::Block::new(7)),
        ),
        (
            |body, insts| body.inst_mut(insts[0]).op = Op::Br,
            VerifyErrorKind::EarlyTerminator,
        ),
        (
            |body, insts| body.inst_mut(insts[0]).block = ir::Block::new(1),
            VerifyErrorKind::Misplaced,
        ),
        (
            |body, insts| body.remove_inst(insts[2]),
            VerifyErrorKind::NoTerminator(ir::Block::new(1)),
        ),
    ];
    for (mistake, expected) in cases {
        let (mut module, func, insts) = sample();
        mistake(module.body_mut(func).0.unwrap(), &insts);
        let errors = verify_module(&module).unwrap_err();
        assert!(
            errors.iter().any(|error| error.kind == expected),
            "{expected}: {errors:?}"
        );
    }
}
