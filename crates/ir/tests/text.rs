//! Textual IR: what is printed is LLVM's language, and reading it back loses nothing.

use std::io::Write;
use std::process::{Command, Stdio};

use ir::text::{parse_module, print_module};

/// Every modelled instruction and most forms of types, constants, attributes and metadata.
const EVERYTHING: &str = include_str!("everything.ll");

/// Parses, prints, parses and prints; the two prints must be equal.
fn round_trip(text: &str) -> String {
    let first = print_module(&parse_module(text).unwrap_or_else(|error| panic!("{error}\n{text}")));
    let module = parse_module(&first).unwrap_or_else(|error| panic!("{error}\n{first}"));
    assert_eq!(first, print_module(&module));
    first
}

/// Runs an LLVM tool on a text and returns what it writes; its messages are the panic of a failure.
fn llvm(tool: &str, args: &[&str], text: &str) -> String {
    let mut child = Command::new(tool)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{tool}: {error}; `cargo xtask doctor` says what to install"));
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(text.as_bytes())
        .expect("the tool reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("the tool ends");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}\n{text}");
    String::from_utf8(output.stdout).expect("tools write text")
}

#[test]
fn everything_survives_printing_and_parsing() {
    let printed = round_trip(EVERYTHING);
    for word in [
        "atomicrmw fadd",
        "cmpxchg weak",
        "landingpad",
        "indirectbr",
        "splat",
        "!tbaa",
        "captures(none)",
        "byval(",
    ] {
        // The input spells vectors with `splat`; the printer writes their members.
        assert_eq!(printed.contains(word), word != "splat", "{word}");
    }
}

/// LLVM normalizes both texts, so any meaning lost on the way through our model shows.
#[test]
fn llvm_reads_the_printed_module_as_the_same() {
    let normalize = |text: &str| {
        llvm(
            "opt-22",
            &["-S", "-passes=verify", "-strip-named-metadata", "-"],
            text,
        )
    };
    let strip = |text: String| {
        text.lines()
            .filter(|line| !line.starts_with(';'))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let original = strip(normalize(EVERYTHING));
    let printed = strip(normalize(&round_trip(EVERYTHING)));
    for (number, (original, printed)) in original.lines().zip(printed.lines()).enumerate() {
        assert_eq!(original, printed, "line {}", number + 1);
    }
    assert_eq!(original.lines().count(), printed.lines().count());
}

#[test]
fn numbered_values_and_blocks_count_as_in_llvm() {
    let text = "define i32 @f(i32 %0, i32 %1) {\n  %3 = add i32 %0, %1\n  br label %4\n4:\n  ret i32 %3\n}\n";
    let printed = round_trip(text);
    llvm("llvm-as-22", &["-o", "/dev/null"], &printed);
    assert!(printed.contains("add i32 %v0, %v1"), "{printed}");
}

#[test]
fn names_that_collide_are_told_apart() {
    let mut module =
        parse_module("define i32 @f(i32 %x) {\n  %v0 = add i32 %x, 1\n  ret i32 %v0\n}").unwrap();
    let func = module.ctx.find_func("f").unwrap();
    let body = module.body_mut(func).0.unwrap();
    let param = body.params[0];
    body.value_names.insert(param, "v0".into());
    let printed = print_module(&module);
    assert!(printed.contains("%v0.1 = add i32 %v0, 1"), "{printed}");
    // The number of an unnamed value gives way to a name that looks like it.
    module.body_mut(func).0.unwrap().value_names.shift_remove(&param);
    let printed = print_module(&module);
    assert!(printed.contains("%v0 = add i32 %v0.1, 1"), "{printed}");
}

#[test]
fn floats_keep_their_bits() {
    for (ty, bits) in [
        ("double", "0x3FB999999999999B"),
        ("double", "0x7FF8000000000001"),
        ("double", "0xFFF0000000000000"),
        ("float", "0x3FB99999A0000000"),
        ("float", "0x7FF0000020000000"),
        ("half", "0xH3C01"),
        ("bfloat", "0xR3F81"),
        ("x86_fp80", "0xK3FFF8000000000000001"),
        ("fp128", "0xL00000000000000013FFF000000000000"),
        ("ppc_fp128", "0xM3FF00000000000010000000000000000"),
    ] {
        let text = format!("@g = global {ty} {bits}\n");
        let printed = round_trip(&text);
        assert!(printed.contains(bits), "{printed}");
        llvm("llvm-as-22", &["-o", "/dev/null"], &printed);
    }
    assert!(round_trip("@g = global double 2.5\n").contains("2.500000e+00"));
}

#[test]
fn errors_say_where() {
    let cases = [
        (
            "define void @f() {\n  bogus i32 1\n}",
            "2:3: `bogus` is no instruction that is modelled",
        ),
        (
            "define i32 @f() {\n  ret i32 %x\n}",
            "2:11: no value `%x` is defined",
        ),
        (
            "define i32 @f(i64 %x) {\n  ret i32 %x\n}",
            "2:11: `%x` is of type i64",
        ),
        (
            "define void @f() {\n  br label %out\n}",
            "2:12: no block `%out` is defined",
        ),
        (
            "define void @f() {\n  call void @g()\n  ret void\n}",
            "2:13: `@g` is neither declared nor defined",
        ),
        (
            "@s = global [2 x i32] [i32 1]",
            "1:29: expected 2 members, found 1",
        ),
        ("%t = type { %t }", "1:13: structure `%t` contains itself"),
        (
            "@a = alias i32, ptr @b",
            "1:6: expected `global` or `constant`: aliases and ifuncs are not modelled",
        ),
        ("declare void @f() #3", "1:19: no attribute group #3 is defined"),
        (
            "define void @f() {\n  ret void",
            "1:18: this bracket is never closed",
        ),
        ("@s = global [3 x i8] c\"ab", "1:23: this string has no end"),
        (
            "@f = global float 0x3FB999999999999A",
            "1:19: these bits are no constant of the type",
        ),
    ];
    for (text, expected) in cases {
        let error = parse_module(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
}
