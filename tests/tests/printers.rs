//! The passes that print what the analyses find, in Enzyme's exact format (docs/compatibility.md).

use corpus::hosts::{Scratch, plugin, run, tool};

/// What `opt` prints for a pass.
fn printed(ir: &str, pass: &str, options: &[&str]) -> corpus::hosts::Ran {
    let folder = Scratch::default();
    let file = folder.write("input.ll", ir);
    let mut plugin_option = std::ffi::OsString::from("-load-pass-plugin=");
    plugin_option.push(plugin());
    run(tool("opt")
        .arg(plugin_option)
        .arg(format!("-passes={pass}"))
        .args(options)
        .args(["-disable-output"])
        .arg(file))
}

#[test]
fn types_of_a_function_and_of_what_it_calls() {
    let ir = "define double @callee(ptr %x) {
start:
  %bits = load i64, ptr %x, align 8
  %value = bitcast i64 %bits to double
  ret double %value
}

define void @caller(ptr %p, i32 %n) {
  %v = call double @callee(ptr %p)
  %w = fneg double %v
  %c = icmp slt i32 %n, 3
  ret void
}
";
    let found = printed(ir, "print-type-analysis", &["-type-analysis-func=caller"]).expect_success();
    let caller = "caller - {} |{[-1]:Pointer}:{} {[-1]:Integer}:{} 
ptr %p: {[-1]:Pointer, [-1,0]:Float@double}
i32 %n: {[-1]:Integer}

  %v = call double @callee(ptr %p): {[-1]:Float@double}
  %w = fneg double %v: {[-1]:Float@double}
  %c = icmp slt i32 %n, 3: {[-1]:Integer}
  ret void: {}
";
    let callee = "callee - {[-1]:Float@double} |{[-1]:Pointer}:{} 
ptr %x: {[-1]:Pointer, [-1,0]:Float@double}
start
  %bits = load i64, ptr %x, align 8: {[-1]:Float@double}
  %value = bitcast i64 %bits to double: {[-1]:Float@double}
  ret double %value: {}
";
    // Functions come in the order of the module, whatever calls whom.
    let (first, second) = (found.stdout.find(callee), found.stdout.find(caller));
    assert!(
        first.zip(second).is_some_and(|(first, second)| first < second),
        "{found}"
    );
}

#[test]
fn a_function_without_parameters_and_one_that_is_not_there() {
    let ir = "define void @nothing() {\n  ret void\n}\n";
    let found = printed(ir, "print-type-analysis", &["-type-analysis-func=nothing"]).expect_success();
    assert_eq!(found.stdout, "nothing - {} |\n\n  ret void: {}\n");
    let found = printed(ir, "print-type-analysis", &["-type-analysis-func=missing"]).expect_success();
    assert_eq!(found.stdout, "");
}

#[test]
fn activities_of_one_function() {
    // By what the program says: %w is an index, so it is constant; the local copy of %x's number is active, as is its address.
    let ir = "define double @f(ptr %x, i64 %w) {
start:
  %slot = alloca double, align 8
  %at = getelementptr double, ptr %x, i64 %w
  %a = load double, ptr %at, align 8
  store double %a, ptr %slot, align 8
  %b = load double, ptr %slot, align 8
  %n = sitofp i64 %w to double
  %c = fmul double %b, %n
  %unused = getelementptr double, ptr %x, i64 1
  ret double %c
}
";
    let expected = |x: u8, values: [u8; 8], insts: [u8; 8]| {
        let texts = [
            "%slot = alloca double, align 8",
            "%at = getelementptr double, ptr %x, i64 %w",
            "%a = load double, ptr %at, align 8",
            "store double %a, ptr %slot, align 8",
            "%b = load double, ptr %slot, align 8",
            "%n = sitofp i64 %w to double",
            "%c = fmul double %b, %n",
            "%unused = getelementptr double, ptr %x, i64 1",
        ];
        let mut text = format!("ptr %x: icv:{x}\ni64 %w: icv:1\nstart\n");
        for ((line, value), inst) in texts.iter().zip(values).zip(insts) {
            text += &format!("  {line}: icv:{value} ici:{inst}\n");
        }
        text + "  ret double %c: icv:1 ici:1\n"
    };
    let func = "-activity-analysis-func=f";
    let found = printed(ir, "print-activity-analysis", &[func]).expect_success();
    let all = expected(0, [0, 0, 0, 1, 0, 1, 0, 1], [1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(found.stdout, all);
    let found = printed(
        ir,
        "print-activity-analysis",
        &[func, "-activity-analysis-inactive-args"],
    );
    assert_eq!(found.expect_success().stdout, expected(1, [1; 8], [1; 8]));
    let pointer = "define ptr @f(ptr %x) {\n  %y = getelementptr i8, ptr %x, i64 8\n  ret ptr %y\n}\n";
    let options = [func, "-activity-analysis-inactive-args"];
    for (options, value) in [(&options[..2], 1), (&options[..1], 0)] {
        let found = printed(pointer, "print-activity-analysis", options).expect_success();
        let line = format!("  %y = getelementptr i8, ptr %x, i64 8: icv:{value} ici:1\n");
        assert!(found.stdout.contains(&line), "{found}");
    }
    let allocation = "define ptr @f(double %x) {
  %y = call ptr @malloc(i64 8)
  ret ptr %y
}
declare ptr @malloc(i64)
";
    for (options, value) in [
        (&[func][..], 1),
        (&[func, "-activity-analysis-duplicated-ret"], 0),
    ] {
        let found = printed(allocation, "print-activity-analysis", options).expect_success();
        let line = format!("  %y = call ptr @malloc(i64 8): icv:{value} ici:1\n");
        assert!(found.stdout.contains(&line), "{found}");
    }
    let found = printed(
        ir,
        "print-activity-analysis",
        &["-activity-analysis-func=missing"],
    );
    assert_eq!(found.expect_success().stdout, "");
}

#[test]
fn contradictory_types_are_an_error_with_both_derivations() {
    let ir = "define void @both(ptr %p) {
  %x = load double, ptr %p
  %y = fneg double %x
  %n = load i64, ptr %p
  %m = sext i64 %n to i128
  ret void
}
";
    let found = printed(ir, "print-type-analysis", &["-type-analysis-func=both"]);
    let found = found.expect_error("contradictory types of one value");
    for step in [
        "fneg double %x` (floats are negated)",
        "sext i64 %n to i128` (only integers have a sign to extend)",
    ] {
        assert!(found.stderr.contains(step), "{step}: {found}");
    }
}

/// A record for each iteration of a loop whose number of iterations is not known: what is loaded is overwritten.
const HALVED: &str = "define void @f(ptr %x, double %limit) {
start:
  br label %loop
loop:
  %v = load double, ptr %x, align 8
  %next = call double @sqrt(double %v)
  store double %next, ptr %x, align 8
  %more = fcmp ogt double %next, %limit
  br i1 %more, label %loop, label %done
done:
  ret void
}
define void @df(ptr %x, ptr %dx, double %limit) {
  call void (...) @__enzyme_autodiff(ptr @f, metadata !\"enzyme_dup\", ptr %x, ptr %dx, metadata !\"enzyme_const\", double %limit)
  ret void
}
define void @other(ptr %x) {
  store double 1.0, ptr %x, align 8
  ret void
}
declare void @__enzyme_autodiff(...)
declare double @sqrt(double)
";

#[test]
fn plans_of_requests_and_of_a_function() {
    let plan = "tape of @f: 2 stored, 0 computed again
  registers or stack of the gradient function: 8 bytes in each execution
    slot0: iterations of loop0
      8 bytes at 0
      because the number of iterations is known only when the loop is left
  records, pushed as loop0 goes on: 8 bytes in each iteration of loop0
    slot1: %next = call double @sqrt(double %v)
      8 bytes at 0 of the record
      because storing it costs less than computing it again
  loop0 at %loop: number of iterations not known when it is entered
  total: 8 * loop0 (estimate: 80, with 10 iterations where the number is not constant) bytes
";
    let of_requests = printed(HALVED, "print-rs-enzyme-plan", &[]).expect_success();
    assert_eq!(of_requests.stdout, plan);
    let of_function =
        printed(HALVED, "print-rs-enzyme-plan", &["-rs-enzyme-plan-function=f"]).expect_success();
    assert_eq!(of_function.stdout, plan);
    let of_other = printed(
        HALVED,
        "print-rs-enzyme-plan",
        &["-rs-enzyme-plan-function=other"],
    )
    .expect_success();
    assert_eq!(
        of_other.stdout,
        "tape of @other: 0 stored, 0 computed again\n  total: 0 bytes\n"
    );
    let of_none = printed(
        HALVED,
        "print-rs-enzyme-plan",
        &["-rs-enzyme-plan-function=missing"],
    )
    .expect_success();
    assert_eq!(of_none.stdout, "");
    let lowered = printed(HALVED, "rs-enzyme", &["-rs-enzyme-print-plan"]).expect_success();
    assert_eq!(lowered.stderr, plan);
}

#[test]
fn the_times_of_phases() {
    let found = printed(HALVED, "rs-enzyme", &["-rs-enzyme-time"]).expect_success();
    for phase in [
        "type analysis",
        "plan of the tape",
        "emission",
        "export",
        "clean-up by LLVM",
        "total",
    ] {
        assert!(found.stderr.contains(phase), "{phase} is missing: {found}");
    }
    // Enzyme's name of the option.
    let found = printed(HALVED, "rs-enzyme", &["-enzyme-print-perf"]).expect_success();
    assert!(found.stderr.contains("total"), "{found}");
}
