//! What the round trip does not show: meaning of attributes and metadata, reachability, generated bodies, rollback, canonical form,
//! clean-up and source locations.

use std::ffi::{CStr, CString};
use std::ptr::null_mut;

use ir::attrs::{FuncFlags, ModRef, ParamFlags};
use ir::{Attrs, BinOp, Builder, ConstData, Flags, FuncDecl, FuncId, Function, Linkage, Op, Origin};
use llvm::{CleanUp, Cleaner, ExportError, Exporter, Importer, PrepareError, demangle, instruction_text};
use llvm_link as _;
use llvm_sys::core::*;
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::prelude::{LLVMContextRef, LLVMModuleRef, LLVMValueRef};

/// A module with its context, from text.
struct Unit {
    context: LLVMContextRef,
    module: LLVMModuleRef,
}

impl Unit {
    fn new(text: &str) -> Self {
        let text = CString::new(text).expect("no zero byte");
        // SAFETY: the buffer copies the text and is disposed of after parsing.
        unsafe {
            let context = LLVMContextCreate();
            let (mut module, mut message) = (null_mut(), null_mut());
            let buffer =
                LLVMCreateMemoryBufferWithMemoryRangeCopy(text.as_ptr(), text.as_bytes().len(), c"".as_ptr());
            let failed = LLVMParseIRInContext2(context, buffer, &raw mut module, &raw mut message);
            assert!(failed == 0, "{}", CStr::from_ptr(message).to_string_lossy());
            LLVMDisposeMemoryBuffer(buffer);
            Self { context, module }
        }
    }

    fn func(&self, name: &str) -> LLVMValueRef {
        let name = CString::new(name).expect("no zero byte");
        // SAFETY: the module is alive.
        let func = unsafe { LLVMGetNamedFunction(self.module, name.as_ptr()) };
        assert!(!func.is_null(), "no function {name:?}");
        func
    }

    fn importer(&self) -> Importer {
        // SAFETY: tests drop the importer before the module.
        unsafe { Importer::new(self.module) }
    }

    /// The module's text.
    fn text(&self) -> String {
        // SAFETY: the module is alive.
        take(unsafe { LLVMPrintModuleToString(self.module) })
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // SAFETY: both are owned.
        unsafe {
            LLVMDisposeModule(self.module);
            LLVMContextDispose(self.context);
        }
    }
}

fn take(raw: *mut std::ffi::c_char) -> String {
    // SAFETY: a message that LLVM allocated, freed once.
    unsafe {
        let text = CStr::from_ptr(raw).to_string_lossy().into_owned();
        LLVMDisposeMessage(raw);
        text
    }
}

fn print(value: LLVMValueRef) -> String {
    // SAFETY: the value is alive.
    take(unsafe { LLVMPrintValueToString(value) })
}

fn import(importer: &mut Importer, func: LLVMValueRef) -> FuncId {
    // SAFETY: the function is of the importer's module.
    unsafe { importer.import_function(func) }
}

/// A declaration without origin, for a body that a test makes.
fn declare(importer: &mut Importer, name: &str, like: FuncId) -> FuncId {
    let ty = importer.module.ctx.funcs[like].ty;
    importer.module.ctx.add_func(FuncDecl {
        name: name.into(),
        ty,
        attrs: Attrs::none(),
        conv: 0,
        linkage: Linkage::Internal,
        intrinsic: false,
        defined: true,
        rules: Vec::new(),
        origin: None,
    })
}

#[test]
fn attributes_and_metadata_mean_what_the_langref_says() {
    let unit = Unit::new(
        r#"
        define double @f(ptr noalias readonly captures(none) dereferenceable(16) align 8 %p, ptr captures(address) %q,
                         ptr captures(ret: address, provenance) %r, ptr sret({ i32, double }) %s) #0 {
          %x = load double, ptr %p, align 8, !tbaa !3, !alias.scope !9, !invariant.load !12
          %i = load i32, ptr %q, !range !13, !noalias !9
          ret double %x
        }
        attributes #0 = { nounwind memory(argmem: read, inaccessiblemem: readwrite) "enzyme_inactive" "target-cpu"="x" }
        !0 = !{!"root"}
        !1 = !{!"omnipotent char", !0, i64 0}
        !2 = !{!"double", !1, i64 0}
        !3 = !{!4, !2, i64 8, i64 1}
        !4 = !{!"pair", !1, i64 0, !2, i64 8}
        !9 = !{!10}
        !10 = distinct !{!10, !11}
        !11 = distinct !{!11}
        !12 = !{}
        !13 = !{i32 -3, i32 5}
        "#,
    );
    let mut importer = unit.importer();
    let id = import(&mut importer, unit.func("f"));
    let ctx = &importer.module.ctx;
    let attrs = ctx.attrs(ctx.funcs[id].attrs);
    assert_eq!(attrs.flags, FuncFlags::NOUNWIND);
    assert_eq!(attrs.memory.arguments, ModRef::REF);
    assert_eq!(attrs.memory.inaccessible, ModRef::BOTH);
    assert_eq!(
        (attrs.memory.errno, attrs.memory.other),
        (ModRef::NONE, ModRef::NONE)
    );
    assert_eq!(attrs.string("enzyme_inactive"), Some(""));
    assert_eq!(attrs.string("target-cpu"), None);
    let p = &attrs.params[0];
    assert!(
        p.flags.contains(
            ParamFlags::NOALIAS
                .union(ParamFlags::READONLY)
                .union(ParamFlags::NOCAPTURE)
        )
    );
    assert_eq!((p.align, p.dereferenceable), (8, 16));
    assert!(
        attrs.params[1].flags.contains(ParamFlags::NOCAPTURE),
        "an address alone reaches no memory"
    );
    assert!(
        !attrs.params[2].flags.contains(ParamFlags::NOCAPTURE),
        "the result reaches the memory"
    );
    assert!(attrs.params[3].sret.is_some_and(|ty| ctx.size_of(ty) == Some(16)));
    let body = importer.module.body(id).expect("it was imported");
    let insts: Vec<_> = body
        .all_insts()
        .map(|inst| ctx.meta(body.inst(inst).meta))
        .collect();
    let tag = insts[0].tbaa.expect("a tag");
    assert_eq!(
        (&*ctx.tbaa[tag.base].name, &*ctx.tbaa[tag.access].name),
        ("pair", "double")
    );
    assert_eq!((tag.offset, tag.constant), (8, true));
    assert_eq!(
        ctx.tbaa[tag.base]
            .fields
            .iter()
            .map(|field| field.0)
            .collect::<Vec<_>>(),
        [0, 8]
    );
    assert!(insts[0].invariant_load && !insts[1].invariant_load);
    assert_eq!(insts[0].alias_scopes, insts[1].noalias);
    assert_eq!(insts[0].alias_scopes.len(), 1);
    assert_eq!(insts[1].range, [(-3, 5)]);
}

/// Type trees are written as a string or as nested lists, and a list that contains itself ends.
#[test]
fn type_trees_in_metadata_are_read_whole() {
    let unit = Unit::new(
        r#"
        define void @f(ptr %p) {
          %a = load ptr, ptr %p, !enzyme_type !0
          %b = load ptr, ptr %p, !enzyme_type !1
          %c = load ptr, ptr %p, !enzyme_type !2
          ret void
        }
        !0 = !{!"Unknown", i32 -1, !{!"Pointer", i32 8, !{!"Float@double"}}}
        !1 = !{!"{[-1]:Pointer}"}
        !2 = distinct !{!2, !2, !2}
        "#,
    );
    let mut importer = unit.importer();
    let id = import(&mut importer, unit.func("f"));
    let ctx = &importer.module.ctx;
    let body = importer.module.body(id).expect("it was imported");
    let texts: Vec<_> = body
        .all_insts()
        .filter_map(|inst| ctx.meta(body.inst(inst).meta).enzyme("enzyme_type"))
        .collect();
    assert_eq!(
        texts[0],
        r#"!{!"Unknown", i32 -1, !{!"Pointer", i32 8, !{!"Float@double"}}}"#
    );
    assert_eq!(texts[1], "{[-1]:Pointer}");
    assert!(texts[2].len() < 1 << 20);
}

#[test]
fn only_what_is_reached_is_imported() {
    let unit = Unit::new(
        r"
        @table = constant [2 x ptr] [ptr @in_table, ptr @also_in_table]
        @alias = alias i32 (), ptr @through_alias
        define i32 @root() {
          %a = call i32 @direct()
          %f = load ptr, ptr @table
          %b = call i32 @alias()
          ret i32 %a
        }
        define i32 @direct() { ret i32 1 }
        define i32 @in_table() { ret i32 2 }
        define i32 @also_in_table() {
          %r = call i32 @deep()
          ret i32 %r
        }
        define i32 @deep() { ret i32 4 }
        define i32 @through_alias() { ret i32 3 }
        define i32 @unrelated() { ret i32 5 }
        ",
    );
    let mut importer = unit.importer();
    // SAFETY: the function is of the module.
    unsafe { importer.import_reachable(&[unit.func("root")]) };
    let module = &importer.module;
    let mut names: Vec<&str> = module
        .bodies()
        .map(|body| &*module.ctx.funcs[body.id].name)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "also_in_table",
            "deep",
            "direct",
            "in_table",
            "root",
            "through_alias"
        ]
    );
    assert_eq!(module.ctx.find_func("unrelated"), None);
}

#[test]
fn large_initializers_stay_opaque() {
    let unit = Unit::new(
        r"
        @large = constant [100000 x i8] zeroinitializer
        @small = constant [2 x double] [double 1.5, double -2.0]
        define double @f() {
          %a = load i8, ptr @large
          %b = load double, ptr @small
          ret double %b
        }
        ",
    );
    let mut importer = unit.importer();
    import(&mut importer, unit.func("f"));
    let ctx = &importer.module.ctx;
    let init = |name: &str| {
        let global = ctx.find_global(name).expect("it is mentioned");
        ctx.consts
            .get(ctx.globals[global].init.expect("it has contents"))
            .clone()
    };
    assert!(matches!(init("large"), ConstData::Opaque { .. }));
    let ConstData::Data { bytes, .. } = init("small") else {
        panic!("packed data");
    };
    let numbers: Vec<f64> = bytes
        .chunks_exact(8)
        .map(|bytes| f64::from_ne_bytes(bytes.try_into().expect("eight bytes")))
        .collect();
    assert_eq!(numbers, [1.5, -2.0]);
}

const SQUARE: &str = r#"
    define double @f(double %x) #0 {
      %y = fmul double %x, %x
      ret double %y
    }
    attributes #0 = { "target-cpu"="znver4" nounwind uwtable "enzyme_inactive" }
"#;

/// A body that returns `x * x + llvm.sin(x)`, the product being a copy of the imported one.
fn sum_body(importer: &mut Importer, id: FuncId, original: FuncId) -> Function {
    let module = &mut importer.module;
    let product = module
        .body(original)
        .and_then(|body| Some(body.inst(body.all_insts().next()?).clone()))
        .expect("a product");
    let double = module.ctx.types.double();
    let ty = module.ctx.types.func(double, &[double]);
    let sin = module.ctx.declare_func("llvm.sin.f64", ty);
    let mut body = Function::new(&module.ctx, id);
    let entry = body.add_block();
    let x = body.params[0];
    let mut builder = Builder::new(&mut module.ctx, &mut body, entry);
    let square = builder.copy(&product, [x, x].as_slice().into(), Default::default());
    let square = builder.result(square);
    builder.fast_math = Flags::NNAN;
    let sin = builder.call(sin, &[x]);
    let sin = builder.result(sin);
    let sum = builder.binary(BinOp::FAdd, square, sin);
    builder.ret(Some(sum));
    body
}

#[test]
fn generated_bodies_call_each_other_and_keep_the_target() {
    let unit = Unit::new(SQUARE);
    let mut importer = unit.importer();
    let original = import(&mut importer, unit.func("f"));
    let first = declare(&mut importer, "made", original);
    let second = declare(&mut importer, "f", original);
    let body = sum_body(&mut importer, first, original);
    // The second calls the first, and has the name of an existing function.
    let mut caller = Function::new(&importer.module.ctx, second);
    let entry = caller.add_block();
    let x = caller.params[0];
    let mut builder = Builder::new(&mut importer.module.ctx, &mut caller, entry);
    let call = builder.call(first, &[x]);
    let result = builder.result(call);
    builder.ret(Some(result));
    let exported = Exporter::new(&importer)
        .export(&[&caller, &body])
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    importer.adopt(&exported);
    let (made, caller) = (
        print(exported.get(first).expect("exported")),
        print(exported.get(second).expect("exported")),
    );
    assert!(made.contains("define internal double @made(double %0)"), "{made}");
    assert!(made.contains("%y = fmul double %0, %0"), "{made}");
    assert!(
        made.contains("call nnan double @llvm.sin.f64(double %0)"),
        "{made}"
    );
    assert!(caller.contains("@f.1(double"), "{caller}");
    assert!(caller.contains("call double @made(double %0)"), "{caller}");
    let text = unit.text();
    let derived = text
        .lines()
        .filter(|line| line.starts_with("attributes") && !line.contains("enzyme_inactive"));
    assert!(
        derived
            .clone()
            .any(|line| line.contains("znver4") && line.contains("uwtable")),
        "the target of the primal: {:?}",
        derived.collect::<Vec<_>>()
    );
    // The new function is known by its LLVM address, so a second import finds the same one.
    let raw = exported.get(first).expect("exported");
    // SAFETY: the function was just made in the module.
    assert_eq!(unsafe { importer.func_id(raw) }, first);
}

#[test]
fn a_failed_export_leaves_nothing() {
    let unit = Unit::new(SQUARE);
    let before = unit.text();
    let mut importer = unit.importer();
    let original = import(&mut importer, unit.func("f"));
    let (good, bad) = (
        declare(&mut importer, "good", original),
        declare(&mut importer, "bad", original),
    );
    let good = sum_body(&mut importer, good, original);
    // The operand of the return has the wrong type: only LLVM's verifier sees it.
    let mut wrong = Function::new(&importer.module.ctx, bad);
    let entry = wrong.add_block();
    let mut builder = Builder::new(&mut importer.module.ctx, &mut wrong, entry);
    let number = builder.i64(1);
    builder.ret(Some(number));
    let errors = Exporter::new(&importer)
        .export(&[&good, &wrong])
        .expect_err("it is wrong");
    let [
        ExportError::Rejected {
            function,
            message,
            text,
        },
    ] = errors.as_slice()
    else {
        panic!("{errors:?}");
    };
    assert_eq!(function, "bad");
    assert!(message.contains("return type"), "{message}");
    assert!(text.contains("ret i64 1"), "{text}");
    assert_eq!(unit.text(), before);
    // An instruction that only its origin knows, without one.
    let opaque = declare(&mut importer, "opaque", original);
    let mut body = Function::new(&importer.module.ctx, opaque);
    let entry = body.add_block();
    let mut builder = Builder::new(&mut importer.module.ctx, &mut body, entry);
    let void = builder.ctx.types.void();
    let op = Op::Opaque {
        name: "catchret",
        terminator: true,
    };
    builder.push(ir::function::NewInst::new(op, void, &[]));
    let errors = Exporter::new(&importer)
        .export(&[&body])
        .expect_err("it cannot be written");
    assert!(
        matches!(errors.as_slice(), [ExportError::Unsupported { .. }]),
        "{errors:?}"
    );
    assert_eq!(unit.text(), before);
}

const UNOPTIMIZED: &str = r#"
    %pair = type { double, float }
    define double @sum(ptr %x, i32 %n) #0 {
    entry:
      %x.addr = alloca ptr
      %n.addr = alloca i32
      %i = alloca i32
      %s = alloca %pair
      store ptr %x, ptr %x.addr
      store i32 %n, ptr %n.addr
      store i32 0, ptr %i
      store double 0.0, ptr %s
      br label %head
    head:
      %i1 = load i32, ptr %i
      %n1 = load i32, ptr %n.addr
      %more = icmp slt i32 %i1, %n1
      br i1 %more, label %body, label %out
    body:
      %x1 = load ptr, ptr %x.addr
      %at = getelementptr double, ptr %x1, i32 %i1
      %v = load double, ptr %at
      %s1 = load double, ptr %s
      %c = fcmp ogt double %v, 0.0
      br i1 %c, label %yes, label %next
    yes:
      %root = call double @llvm.sqrt.f64(double %v)
      %s2 = fadd double %s1, %root
      store double %s2, ptr %s
      br label %next
    next:
      %i2 = load i32, ptr %i
      %i3 = add nsw i32 %i2, 1
      store i32 %i3, ptr %i
      br label %head
    out:
      %r = load double, ptr %s
      ret double %r
    }
    declare double @llvm.sqrt.f64(double)
    attributes #0 = { noinline optnone }
"#;

#[test]
fn unoptimized_code_becomes_values_without_speculation() {
    let unit = Unit::new(UNOPTIMIZED);
    let before = unit.text();
    let mut importer = unit.importer();
    // SAFETY: the function is of the module.
    let copy = unsafe { importer.import_canonical(unit.func("sum")) }.expect("it can be copied");
    let copy = copy.expect("it has slots");
    let id = importer.module.ctx.find_func("sum").expect("it was imported");
    let body = importer.module.body(id).expect("it was imported");
    let count = |wanted: fn(&Op) -> bool| {
        body.all_insts()
            .filter(|&inst| wanted(&body.inst(inst).op))
            .count()
    };
    assert_eq!(count(|op| matches!(op, Op::Alloca { .. } | Op::Store(_))), 0);
    assert_eq!(count(|op| matches!(op, Op::Load(_))), 1, "the load of the data");
    assert_eq!(
        count(|op| matches!(op, Op::Select)),
        0,
        "both sides of a branch must not run"
    );
    assert!(count(|op| matches!(op, Op::Phi)) >= 3);
    // SAFETY: the function is of the module.
    let again = unsafe { importer.import_canonical(unit.func("sum")) };
    assert_eq!(again, Ok(None));
    assert!(print(copy).contains("@preprocess_sum("));
    drop(importer);
    // SAFETY: nothing uses the copy.
    unsafe { LLVMDeleteFunction(copy) };
    assert_eq!(unit.text(), before);
}

/// `%x` is a double that moves as an integer, which the variables say alone. `%kept` goes, and its variable becomes the value.
#[test]
fn a_copy_has_the_variables_of_the_original() {
    let unit = Unit::new(
        r#"
        define void @move(ptr %from, ptr %to) !dbg !4 {
          %kept = alloca i64
            #dbg_value(ptr %from, !5, !DIExpression(), !9)
            #dbg_declare(ptr %kept, !6, !DIExpression(), !9)
          %x = load i64, ptr %from, !dbg !9
          store i64 %x, ptr %kept, !dbg !9
          %y = load i64, ptr %kept, !dbg !9
          store i64 %y, ptr %to, !dbg !9
          ret void, !dbg !9
        }
        !llvm.dbg.cu = !{!0}
        !llvm.module.flags = !{!2}
        !0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, emissionKind: FullDebug)
        !1 = !DIFile(filename: "move.c", directory: "/src")
        !2 = !{i32 2, !"Debug Info Version", i32 3}
        !3 = !DISubroutineType(types: !{})
        !4 = distinct !DISubprogram(name: "move", scope: !1, file: !1, line: 1, type: !3, unit: !0, spFlags: DISPFlagDefinition)
        !5 = !DILocalVariable(name: "from", arg: 1, scope: !4, file: !1, line: 1, type: !8)
        !6 = !DILocalVariable(name: "kept", scope: !4, file: !1, line: 2, type: !7)
        !7 = !DIBasicType(name: "double", size: 64, encoding: DW_ATE_float)
        !8 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !7, size: 64)
        !9 = !DILocation(line: 3, column: 5, scope: !4)
        "#,
    );
    let before = unit.text();
    let mut importer = unit.importer();
    // SAFETY: the function is of the module.
    let copy = unsafe { importer.import_canonical(unit.func("move")) }.expect("it can be copied");
    let copy = copy.expect("it has slots");
    let id = importer.module.ctx.find_func("move").expect("it was imported");
    let body = importer.module.body(id).expect("it was imported");
    let load = body
        .all_insts()
        .find(|&inst| matches!(body.inst(inst).op, Op::Load(_)))
        .and_then(|inst| body.inst(inst).result);
    let mut found: Vec<_> = body
        .variables
        .iter()
        .map(|it| (Some(it.value), it.place))
        .collect();
    found.sort_by_key(|it| it.0 == load);
    let value = ir::DebugPlace::Value;
    assert_eq!(found, [(Some(body.params[0]), value), (load, value)]);
    drop(importer);
    // SAFETY: nothing uses the copy.
    unsafe { LLVMDeleteFunction(copy) };
    assert_eq!(unit.text(), before);
}

#[test]
fn computed_jumps_are_not_copied() {
    let unit = Unit::new(
        r"
        @labels = constant [2 x ptr] [ptr blockaddress(@f, %one), ptr blockaddress(@f, %two)]
        define i32 @f(i64 %i) {
          %slot = alloca i32
          %at = getelementptr [2 x ptr], ptr @labels, i64 0, i64 %i
          %to = load ptr, ptr %at
          indirectbr ptr %to, [label %one, label %two]
        one:
          ret i32 1
        two:
          ret i32 2
        }
        ",
    );
    let mut importer = unit.importer();
    // SAFETY: the function is of the module.
    let error = unsafe { importer.import_canonical(unit.func("f")) }.expect_err("its labels are in a table");
    assert!(
        matches!(&error, PrepareError::NotCopied { function, .. } if function == "f"),
        "{error}"
    );
}

#[test]
fn clean_up_optimizes_a_function_that_was_marked_not_to_be() {
    let unit = Unit::new(UNOPTIMIZED);
    let func = unit.func("sum");
    // SAFETY: the function and its module are alive.
    unsafe {
        let cleaner = Cleaner::new(unit.module);
        cleaner.clean_up(func, CleanUp::Skip).expect("nothing to do");
        assert!(print(func).contains("alloca"));
        cleaner.clean_up(func, CleanUp::Full).expect("the passes exist");
    }
    let text = print(func);
    assert!(!text.contains("alloca") && !text.contains("store"), "{text}");
}

#[test]
fn source_locations_name_the_function_and_where_it_was_inlined() {
    let unit = Unit::new(
        r#"
        define double @outer(double %x) !dbg !4 {
          %y = fmul double %x, %x, !dbg !7
          %z = fadd double %y, 1.0
          ret double %z, !dbg !9
        }
        define double @bare(double %x) {
          %y = fmul double %x, %x
          ret double %y
        }
        !llvm.dbg.cu = !{!0}
        !llvm.module.flags = !{!2}
        !0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, emissionKind: FullDebug)
        !1 = !DIFile(filename: "model.c", directory: "/src")
        !2 = !{i32 2, !"Debug Info Version", i32 3}
        !3 = !DISubroutineType(types: !{})
        !4 = distinct !DISubprogram(name: "outer", scope: !1, file: !1, line: 10, type: !3, unit: !0, spFlags: DISPFlagDefinition)
        !5 = distinct !DISubprogram(name: "inner", linkageName: "_Z5innerd", scope: !1, file: !1, line: 3, type: !3, unit: !0, spFlags: DISPFlagDefinition)
        !6 = distinct !DILexicalBlock(scope: !5, file: !1, line: 4)
        !7 = !DILocation(line: 5, column: 7, scope: !6, inlinedAt: !8)
        !8 = distinct !DILocation(line: 12, column: 3, scope: !4)
        !9 = !DILocation(line: 13, column: 1, scope: !4)
        "#,
    );
    let mut importer = unit.importer();
    let outer = import(&mut importer, unit.func("outer"));
    let bare = import(&mut importer, unit.func("bare"));
    let origin = |func: FuncId, index: usize| -> Origin {
        let body = importer.module.body(func).expect("it was imported");
        body.inst(body.all_insts().nth(index).expect("an instruction"))
            .origin
            .expect("imported")
    };
    let product = importer.location(origin(outer, 0)).expect("it has a location");
    assert_eq!(product.to_string(), "/src/model.c:5:7");
    assert_eq!(product.function.as_deref(), Some("inner(double)"));
    let at = product.inlined_at.expect("it was inlined");
    assert_eq!((at.line, at.function.as_deref()), (12, Some("outer")));
    let sum = importer.location(origin(outer, 1)).expect("that of the function");
    assert_eq!((sum.line, sum.column), (10, 0));
    assert_eq!(importer.location(origin(bare, 0)), None);
    assert_eq!(
        importer.function_location(outer).map(|place| place.line),
        Some(10)
    );
    // SAFETY: the instruction is alive.
    let text = unsafe { instruction_text(origin(outer, 0)) };
    assert_eq!(text, "%y = fmul double %x, %x");
}

#[test]
fn symbols_are_readable() {
    assert_eq!(
        demangle("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE"),
        "core::fmt::Write::write_fmt"
    );
    assert_eq!(
        demangle("_Z4normRKSt6vectorIdSaIdEE"),
        "norm(std::vector<double, std::allocator<double> > const&)"
    );
    assert_eq!(demangle("_QMgridsPsweep"), "grids::sweep");
    assert_eq!(demangle("_QFintegratePwave"), "integrate::wave");
    assert_eq!(demangle("_QQmain"), "main");
    assert_eq!(demangle("cblas_ddot"), "cblas_ddot");
}
