//! Types in real hosts: what debug information tells, and what happens where types are not known.

use corpus::hosts::{Ran, Scratch, plugin, run, tool};

fn with_plugin(name: &str) -> std::process::Command {
    let mut option = std::ffi::OsString::from(match name {
        "opt" => "-load-pass-plugin=",
        _ => "-fpass-plugin=",
    });
    option.push(plugin());
    let mut command = tool(name);
    command.arg(option);
    command
}

/// Compiles a program and runs it.
fn compile_and_run(name: &str, source: &str, arguments: &[&str]) -> (Ran, Ran) {
    let folder = Scratch::default();
    let file = folder.write(name, source);
    let program = folder.path("program");
    let compiled = run(with_plugin("clang")
        .args(arguments)
        .arg(file)
        .arg("-o")
        .arg(&program)
        .arg("-lm"));
    let compiled = compiled.expect_success();
    let ran = run(&mut std::process::Command::new(&program));
    (compiled, ran)
}

/// An enumeration of Rust with two variants that hold a float at 8 and one that holds nothing, as rustc describes it.
const VARIANTS: &str = r#"
define void @callee(ptr %x) {
start:
    #dbg_declare(ptr %x, !10, !DIExpression(), !20)
  %p = getelementptr inbounds i8, ptr %x, i64 8
  %bits = load i64, ptr %p, align 8
  ret void
}
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !2, isOptimized: false, runtimeVersion: 0, emissionKind: FullDebug)
!2 = !DIFile(filename: "shape.rs", directory: "/")
!3 = distinct !DISubprogram(name: "callee", scope: !2, file: !2, line: 1, type: !4, unit: !1, spFlags: DISPFlagDefinition)
!4 = !DISubroutineType(types: !{})
!10 = !DILocalVariable(name: "x", arg: 1, scope: !3, file: !2, line: 1, type: !11)
!11 = !DICompositeType(tag: DW_TAG_structure_type, name: "Shape", file: !2, size: 128, align: 64, elements: !12)
!12 = !{!13}
!13 = distinct !DICompositeType(tag: DW_TAG_variant_part, scope: !11, file: !2, size: 128, align: 64, elements: !14, discriminator: !18)
!14 = !{!15, !16, !17}
!15 = !DIDerivedType(tag: DW_TAG_member, name: "Circle", scope: !13, file: !2, baseType: !21, size: 128, extraData: i64 0)
!16 = !DIDerivedType(tag: DW_TAG_member, name: "Square", scope: !13, file: !2, baseType: !24, size: 128, extraData: i64 1)
!17 = !DIDerivedType(tag: DW_TAG_member, name: "Point", scope: !13, file: !2, baseType: !27, size: 128, extraData: i64 2)
!18 = !DIDerivedType(tag: DW_TAG_member, scope: !11, file: !2, baseType: !19, size: 64, flags: DIFlagArtificial)
!19 = !DIBasicType(name: "u64", size: 64, encoding: DW_ATE_unsigned)
!20 = !DILocation(line: 1, scope: !3)
!21 = !DICompositeType(tag: DW_TAG_structure_type, name: "Circle", scope: !11, file: !2, size: 128, elements: !22)
!22 = !{!23}
!23 = !DIDerivedType(tag: DW_TAG_member, name: "__0", scope: !21, file: !2, baseType: !30, size: 64, offset: 64)
!24 = !DICompositeType(tag: DW_TAG_structure_type, name: "Square", scope: !11, file: !2, size: 128, elements: !25)
!25 = !{!26}
!26 = !DIDerivedType(tag: DW_TAG_member, name: "__0", scope: !24, file: !2, baseType: !30, size: 64, offset: 64)
!27 = !DICompositeType(tag: DW_TAG_structure_type, name: "Point", scope: !11, file: !2, size: 128, elements: !{})
!30 = !DIBasicType(name: "f64", size: 64, encoding: DW_ATE_float)
"#;

fn printed(ir: &str, options: &[&str]) -> Ran {
    let folder = Scratch::default();
    let file = folder.write("input.ll", ir);
    run(with_plugin("opt")
        .args([
            "-passes=print-type-analysis",
            "-type-analysis-func=callee",
            "-disable-output",
        ])
        .args(options)
        .arg(file))
    .expect_success()
}

#[test]
fn variants_of_a_rust_enumeration() {
    let found = printed(VARIANTS, &["-enzyme-rust-type"]);
    let param = "ptr %x: {[-1]:Pointer, [-1,0]:Integer, [-1,8]:Float@double}";
    let bits = "  %bits = load i64, ptr %p, align 8: {[-1]:Float@double}";
    assert!(
        found.stdout.contains(param) && found.stdout.contains(bits),
        "{found}"
    );
    // Enzyme believes debug information only under its rules for Rust.
    let found = printed(VARIANTS, &[]);
    assert!(found.stdout.contains("ptr %x: {[-1]:Pointer}\n"), "{found}");
}

#[test]
fn limits_of_depth_and_offset() {
    let deep = "define double @callee(ptr %p) {
  %a = load ptr, ptr %p
  %b = load ptr, ptr %a
  %far = getelementptr inbounds i8, ptr %b, i64 24
  %near = getelementptr inbounds i8, ptr %b, i64 8
  %x = load double, ptr %far
  %y = load double, ptr %near
  %z = fadd double %x, %y
  ret double %z
}
";
    let tree = |options: &[&str]| {
        let found = printed(deep, options);
        let line = found.stdout.lines().find(|line| line.starts_with("ptr %p: "));
        line.expect("the parameter is printed").to_owned()
    };
    let whole = "ptr %p: {[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Pointer, [-1,0,0,8]:Float@double, [-1,0,0,24]:Float@double}";
    assert_eq!(tree(&[]), whole);
    assert_eq!(
        tree(&["-enzyme-max-type-depth=3"]),
        "ptr %p: {[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Pointer}"
    );
    let says = |options: &[&str]| printed(deep, options).stderr;
    let note = says(&["-enzyme-max-type-depth=3"]);
    assert!(
        note.contains("not handling more than 3 pointer lookups deep"),
        "{note}"
    );
    assert_eq!(says(&["-enzyme-max-type-depth=3", "-enzyme-type-warning=0"]), "");
    assert_eq!(
        tree(&["-enzyme-max-type-offset=10"]),
        "ptr %p: {[-1]:Pointer, [-1,0]:Pointer, [-1,0,0]:Pointer, [-1,0,0,8]:Float@double}"
    );
}

/// A number whose type nothing tells when aliasing is not strict, in a structure of a known declaration.
const RECORD: &str = r#"#include <stdio.h>
extern void __enzyme_fwddiff(void *, ...);
extern int enzyme_dup, enzyme_const;
struct record { double x; long flags; };
static void update(struct record *r, const struct record *s, long mask) {
  r->x = s->x * s->x;
  r->flags = s->flags ^ mask;
}
int main(void) {
  struct record r = {0, 0}, dr = {0, 0}, s = {3, 5}, ds = {1, 0};
  __enzyme_fwddiff((void *)update, enzyme_dup, &r, &dr, enzyme_dup, &s, &ds, enzyme_const, 6L);
  printf("%g %ld %g\n", r.x, r.flags, dr.x);
  return 0;
}
"#;

#[test]
fn debug_information_tells_integers_from_floats() {
    let (_, ran) = compile_and_run("record.c", RECORD, &["-O1", "-fno-strict-aliasing", "-g"]);
    assert_eq!(ran.expect_success().stdout, "9 3 6\n");
    let folder = Scratch::default();
    let file = folder.write("record.c", RECORD);
    let refused = run(with_plugin("clang")
        .args([
            "-O1",
            "-fno-strict-aliasing",
            "-g",
            "-mllvm",
            "-rs-enzyme-debug-types=0",
            "-o",
        ])
        .arg(folder.path("program"))
        .arg(file));
    let refused = refused.expect_error("cannot deduce the type of bytes 0..8");
    assert!(refused.stderr.contains("record.c:7:"), "{refused}");
}

/// The same backwards, from the number that is written.
const RECORD_BACK: &str = r#"#include <stdio.h>
extern void __enzyme_autodiff(void *, ...);
extern int enzyme_dup, enzyme_const;
struct record { double x; long flags; };
static void update(struct record *r, const struct record *s, long mask) {
  r->x = s->x * s->x;
  r->flags = s->flags ^ mask;
}
int main(void) {
  struct record r = {0, 0}, dr = {1, 0}, s = {3, 5}, ds = {0.5, 0};
  __enzyme_autodiff((void *)update, enzyme_dup, &r, &dr, enzyme_dup, &s, &ds, enzyme_const, 6L);
  printf("%g %ld %g %g\n", r.x, r.flags, dr.x, ds.x);
  return 0;
}
"#;

#[test]
fn loose_types_guess_with_a_warning() {
    guesses(RECORD, "9 3 6\n");
}

#[test]
fn loose_types_guess_in_reverse_mode() {
    guesses(RECORD_BACK, "9 3 0 6.5\n");
}

/// Compiles a program where nothing tells the type of line 7, with guesses and without.
fn guesses(source: &str, expected: &str) {
    let strict = [
        "-O1",
        "-g",
        "-fno-strict-aliasing",
        "-mllvm",
        "-rs-enzyme-debug-types=0",
    ];
    let folder = Scratch::default();
    let file = folder.write("record.c", source);
    let refused = run(with_plugin("clang")
        .args(strict)
        .arg("-o")
        .arg(folder.path("program"))
        .arg(file));
    let refused = refused.expect_error("cannot deduce the type of bytes 0..8");
    for part in ["record.c:7:", "the bytes come from:", "-enzyme-loose-types"] {
        assert!(refused.stderr.contains(part), "{part}: {refused}");
    }
    let options = [
        "-O1",
        "-g",
        "-fno-strict-aliasing",
        "-mllvm",
        "-rs-enzyme-debug-types=0",
        "-mllvm",
        "-enzyme-loose-types",
    ];
    let (compiled, ran) = compile_and_run("record.c", source, &options);
    assert_eq!(ran.expect_success().stdout, expected);
    for part in [
        "warning",
        "record.c:7:",
        "guessed (loose types)",
        "bytes 0..8",
        "the bytes come from:",
    ] {
        assert!(compiled.stderr.contains(part), "{part}: {compiled}");
    }
}
