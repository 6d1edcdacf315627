//! What is active in small programs, by what the language says: each case is small enough to see the answer.

use activity::{
    Activities, ActivityFacts, ActivityInput, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity,
    analyze,
};
use ir::{Function, Module, Op, Value};
use rules::RuleTable;

use ParamActivity::{Const, Dual};

struct Case {
    module: Module,
    activities: Activities,
}

fn run_with(text: &str, name: &str, params: &[ParamActivity], ret: ReturnActivity, options: Options) -> Case {
    let mut module = ir::text::parse_module(text).unwrap_or_else(|error| panic!("{error}"));
    let func = module.ctx.find_func(name).expect("the function exists");
    let (bodies, ctx) = module.split();
    let activities = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func,
        params,
        ret,
        memory: &EntryMemory::default(),
        options,
    });
    Case { module, activities }
}

fn run(text: &str, params: &[ParamActivity]) -> Case {
    run_with(text, "f", params, ReturnActivity::Active, Options::default())
}

impl Case {
    fn body(&self, facts: &ActivityFacts) -> &Function {
        self.module.body(facts.func()).expect("facts are about bodies")
    }

    fn named(&self, facts: &ActivityFacts, name: &str) -> Value {
        let body = self.body(facts);
        let mut names = body.value_names.iter();
        *names
            .find(|(_, known)| &***known == name)
            .unwrap_or_else(|| panic!("no %{name}"))
            .0
    }

    /// Whether `%name` of the function of the request is active.
    fn active(&self, name: &str) -> bool {
        let facts = self.activities.root();
        facts.value(self.named(facts, name))
    }

    fn check(&self, active: &[&str], inactive: &[&str]) {
        for name in active {
            assert!(self.active(name), "%{name} should be active");
        }
        for name in inactive {
            assert!(!self.active(name), "%{name} should be inactive");
        }
    }

    /// The facts of the only context of a callee.
    fn callee(&self, name: &str) -> &ActivityFacts {
        let func = self.module.ctx.find_func(name).expect("the function exists");
        let mut found = self.activities.iter().filter(|facts| facts.func() == func);
        let facts = found.next().unwrap_or_else(|| panic!("{name} has no context"));
        assert!(found.next().is_none(), "{name} has several contexts");
        facts
    }
}

#[test]
fn arithmetic_follows_operands() {
    let case = run(
        "define double @f(double %x, double %y, i32 %n) {
           %a = fmul double %x, %y
           %b = fmul double %y, %y
           %i = fptosi double %x to i32
           %j = add i32 %i, %n
           %c = sitofp i32 %j to double
           %t = fcmp olt double %x, %y
           %s = select i1 %t, double %b, double %c
           %r = call double @llvm.sin.f64(double %a)
           %k = call double @llvm.floor.f64(double %a)
           ret double %r
         }
         declare double @llvm.sin.f64(double)
         declare double @llvm.floor.f64(double)",
        &[Dual, Const, Const],
    );
    case.check(&["x", "a", "r"], &["y", "n", "b", "i", "j", "c", "t", "s", "k"]);
}

#[test]
fn local_memory_becomes_active_when_something_active_is_stored() {
    let case = run(
        "define double @f(double %x, double %y) {
           %p = alloca double
           %q = alloca double
           store double %x, ptr %p
           store double %y, ptr %q
           %a = load double, ptr %p
           %b = load double, ptr %q
           %c = fadd double %a, %b
           ret double %c
         }",
        &[Dual, Const],
    );
    case.check(&["p", "a", "c"], &["q", "b"]);
}

#[test]
fn a_store_after_the_load_in_a_loop_counts() {
    let case = run(
        "define double @f(double %x, i32 %n) {
         entry:
           %p = alloca double
           store double 1.0, ptr %p
           br label %loop
         loop:
           %i = phi i32 [ 0, %entry ], [ %next, %loop ]
           %a = load double, ptr %p
           %b = fmul double %a, %x
           store double %b, ptr %p
           %next = add i32 %i, 1
           %more = icmp slt i32 %next, %n
           br i1 %more, label %loop, label %done
         done:
           ret double %a
         }",
        &[Dual, Const],
    );
    case.check(&["p", "a", "b"], &["i", "next", "more"]);
}

#[test]
fn pointers_in_memory_are_followed() {
    let case = run(
        "define double @f(double %x) {
           %slot = alloca ptr
           %other = alloca ptr
           %h = call ptr @malloc(i64 8)
           %g = call ptr @malloc(i64 8)
           store ptr %h, ptr %slot
           store ptr %g, ptr %other
           %p = load ptr, ptr %slot
           store double %x, ptr %p
           %a = load double, ptr %h
           %b = load double, ptr %g
           call void @free(ptr %h)
           ret double %a
         }
         declare ptr @malloc(i64)
         declare void @free(ptr)",
        &[Dual],
    );
    case.check(&["h", "slot", "p", "a"], &["g", "other", "b"]);
}

#[test]
fn structures_of_active_and_inactive_pointers_are_divided_into_fields() {
    let text = "define double @f(ptr %x, ptr %w) {
           %s = alloca { ptr, ptr }
           call void @make(ptr %s, ptr %x, ptr %w)
           %v = call double @next(ptr %s)
           ret double %v
         }
         define void @make(ptr %to, ptr %a, ptr %b) {
           %second = getelementptr { ptr, ptr }, ptr %to, i32 0, i32 1
           store ptr %a, ptr %to
           store ptr %b, ptr %second
           ret void
         }
         define double @next(ptr %from) {
           %at = getelementptr { ptr, ptr }, ptr %from, i32 0, i32 1
           %p = load ptr, ptr %from
           %q = load ptr, ptr %at
           %y = load double, ptr %p
           %z = load double, ptr %q
           %product = fmul double %y, %z
           ret double %product
         }";
    let case = run(text, &[Dual, Const]);
    case.check(&["s", "v", "x"], &["w"]);
    let next = case.callee("next");
    for (name, active) in [
        ("from", true),
        ("p", true),
        ("y", true),
        ("q", false),
        ("z", false),
        ("product", true),
    ] {
        assert_eq!(next.value(case.named(next, name)), active, "%{name}");
    }
    for facts in case.activities.iter() {
        assert!(facts.stores_into_inactive().is_empty());
        assert!(case.body(facts).values().all(|value| !facts.is_mixed(value)));
    }
}

#[test]
fn addresses_in_integers_are_active_and_their_differences_are_not() {
    let case = run_with(
        "define i64 @f(double %x) {
           %slot = alloca double
           store double %x, ptr %slot
           %end = getelementptr double, ptr %slot, i64 1
           %n = ptrtoint ptr %slot to i64
           %v = insertelement <2 x i64> zeroinitializer, i64 %n, i32 0
           %wide = bitcast <2 x i64> %v to i128
           %low = trunc i128 %wide to i64
           %p = inttoptr i64 %low to ptr
           %y = load double, ptr %p
           store double %y, ptr %end
           %m = ptrtoint ptr %end to i64
           %bytes = sub i64 %m, %n
           %count = sdiv exact i64 %bytes, 8
           ret i64 %count
         }",
        "f",
        &[Dual],
        ReturnActivity::Const,
        Options::default(),
    );
    case.check(&["slot", "n", "v", "wide", "low", "p", "y"], &["bytes", "count"]);
}

#[test]
fn bits_of_floats_in_integers_are_followed_and_numbers_are_not() {
    let case = run(
        "define void @f(ptr %x, ptr %y) {
           %bits = load i64, ptr %x
           store i64 %bits, ptr %y
           %n = load i64, ptr %x
           %m = mul i64 %n, 3
           %t = icmp ult i64 %m, 10
           %e = getelementptr double, ptr %y, i64 %m
           %z = load double, ptr %e
           %tmp = alloca i64
           store i64 %bits, ptr %tmp
           %back = load double, ptr %tmp
           store double %back, ptr %y
           store double %z, ptr %y
           ret void
         }",
        &[Dual, Dual],
    );
    case.check(&["bits", "e", "z", "tmp", "back"], &["n", "m", "t"]);
}

#[test]
fn memory_of_constant_parameters_stays_inactive_and_the_store_is_reported() {
    let text = "define double @f(double %x, ptr %w, ptr %o) {
           store double %x, ptr %w
           %a = load double, ptr %w
           store double %x, ptr %o
           ret double %a
         }";
    let case = run(text, &[Dual, Const, Const]);
    // Nothing active comes of %x: what is stored to constant memory is of no use.
    case.check(&[], &["x", "w", "a", "o"]);
    assert!(
        case.activities
            .root()
            .varied(case.named(case.activities.root(), "x"))
    );
    let facts = case.activities.root();
    let back: Vec<bool> = facts
        .stores_into_inactive()
        .iter()
        .map(|store| store.read_back)
        .collect();
    assert_eq!(back, [true, false]);
}

#[test]
fn callees_are_analyzed_for_the_activities_of_each_call() {
    let case = run(
        "define double @f(ptr %x, ptr %w) {
           %a = call double @dot(ptr %x, ptr %w)
           %b = call double @dot(ptr %w, ptr %w)
           %c = fadd double %a, %b
           ret double %c
         }
         define double @dot(ptr %p, ptr %q) {
           %u = load double, ptr %p
           %v = load double, ptr %q
           %m = fmul double %u, %v
           ret double %m
         }",
        &[Dual, Const],
    );
    case.check(&["a", "c"], &["b"]);
    let facts = case.activities.root();
    assert_eq!(facts.calls_count(), 1);
    let callee = case.callee("dot");
    assert_eq!(callee.key().params, [Dual, Const]);
    assert!(callee.value(case.named(callee, "u")));
    assert!(!callee.value(case.named(callee, "v")));
}

#[test]
fn what_a_callee_stores_and_allocates_is_known_to_the_caller() {
    let case = run(
        "%s = type { ptr, i64 }
         define double @f(double %x, double %y) {
           %s = alloca %s
           %t = alloca %s
           call void @init(ptr %s)
           call void @init(ptr %t)
           call void @put(ptr %s, double %x)
           call void @put(ptr %t, double %y)
           %a = call double @get(ptr %s)
           %b = call double @get(ptr %t)
           %c = fadd double %a, %b
           ret double %c
         }
         define void @init(ptr %p) {
           %h = call ptr @malloc(i64 8)
           store ptr %h, ptr %p
           ret void
         }
         define void @put(ptr %p, double %v) {
           %h = load ptr, ptr %p
           store double %v, ptr %h
           ret void
         }
         define double @get(ptr %p) {
           %h = load ptr, ptr %p
           %v = load double, ptr %h
           ret double %v
         }
         declare ptr @malloc(i64)",
        &[Dual, Const],
    );
    case.check(&["s", "a", "c"], &["t", "b"]);
    let init = case.callee("init");
    assert_eq!(init.key().params, [Dual]);
    assert!(init.value(case.named(init, "h")), "the allocation needs a shadow");
}

#[test]
fn recursion_reaches_a_fixpoint() {
    let case = run(
        "define double @f(double %x, double %y, i32 %n) {
         entry:
           %stop = icmp eq i32 %n, 0
           br i1 %stop, label %base, label %step
         base:
           ret double %y
         step:
           %m = sub i32 %n, 1
           %r = call double @g(double %y, double %x, i32 %m)
           %s = fmul double %r, 2.0
           ret double %s
         }
         define double @g(double %a, double %b, i32 %n) {
           %r = call double @f(double %a, double %b, i32 %n)
           ret double %r
         }",
        &[Dual, Const, Const],
    );
    case.check(&["x", "r", "s"], &["y", "m"]);
    // With the parameters exchanged at each level, both contexts of both functions are met.
    assert_eq!(case.activities.iter().len(), 4);
}

#[test]
fn globals_carry_between_functions() {
    let case = run(
        "@g = internal global double 0.0
         @h = internal global double 0.0
         @k = internal global double 0.0, !enzyme_inactive !0
         define double @f(double %x, double %y) {
           call void @put(double %x)
           store double %y, ptr @h
           store double %x, ptr @k
           %a = call double @get()
           %b = load double, ptr @h
           %c = load double, ptr @k
           %r = fadd double %a, %b
           ret double %r
         }
         define void @put(double %v) {
           store double %v, ptr @g
           ret void
         }
         define double @get() {
           %v = load double, ptr @g
           ret double %v
         }
         !0 = !{}",
        &[Dual, Const],
    );
    case.check(&["a", "r"], &["b", "c"]);
    let get = case.callee("get");
    let g = case.module.ctx.find_global("g").unwrap();
    assert_eq!(get.key().memory.globals, [g]);
}

#[test]
fn facts_of_a_callee_alone_are_those_that_its_caller_met() {
    let text = "@g = internal global double 0.0
         define double @f(double %x) {
           store double %x, ptr @g
           %a = call double @get()
           ret double %a
         }
         define double @get() {
           %v = load double, ptr @g
           ret double %v
         }";
    let mut case = run(text, &[Dual]);
    let key = case.callee("get").key().clone();
    let (bodies, ctx) = case.module.split();
    let alone = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func: key.func,
        params: &key.params,
        ret: key.ret,
        memory: &key.memory,
        options: Options::default(),
    });
    let v = case.named(alone.root(), "v");
    assert!(alone.root().value(v));
}

#[test]
fn copies_carry_and_fills_do_not() {
    let case = run(
        "define double @f(ptr %x) {
           %p = alloca [4 x double]
           %q = alloca [4 x double]
           call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %x, i64 32, i1 false)
           call void @llvm.memset.p0.i64(ptr %q, i8 0, i64 32, i1 false)
           %a = load double, ptr %p
           %b = load double, ptr %q
           ret double %a
         }
         declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
         declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)",
        &[Dual],
    );
    case.check(&["p", "a"], &["q", "b"]);
}

#[test]
fn unknown_functions_are_reported_when_something_active_reaches_them() {
    let case = run(
        "define double @f(double %x, double %y, ptr %p) {
           %a = call double @mystery(double %x)
           %b = call double @mystery(double %y)
           call void @keep(ptr %p)
           %c = fadd double %a, %b
           ret double %c
         }
         declare double @mystery(double)
         declare void @keep(ptr)",
        &[Dual, Const, Const],
    );
    case.check(&["a", "c"], &[]);
    let facts = case.activities.root();
    let body = case.body(facts);
    let refused: Vec<_> = facts
        .unknown_calls()
        .iter()
        .map(|&inst| body.inst(inst).result.map(|result| body.value_name(result)))
        .collect();
    assert!(refused.contains(&Some("%a".to_owned())), "{refused:?}");
}

#[test]
fn marks_are_honored() {
    let case = run(
        "define double @f(double %x) {
           %a = fmul double %x, 2.0, !enzyme_inactive !0
           %b = call double @g(double %x) #0
           %c = fadd double %a, %b
           %d = fadd double %x, %c
           ret double %d
         }
         declare double @g(double)
         attributes #0 = { \"enzyme_inactive\" }
         !0 = !{}",
        &[Dual],
    );
    case.check(&["x", "d"], &["a", "b", "c"]);
    assert!(case.activities.root().unknown_calls().is_empty());
}

#[test]
fn what_influences_nothing_is_inactive() {
    let case = run(
        "define double @f(double %x, ptr %w, ptr %o) {
           %a = fmul double %x, 2.0
           %b = fmul double %a, 2.0
           %t = fcmp olt double %b, 1.0
           %c = fmul double %x, 3.0
           %d = call double @first(double %x, double %c)
           %e = call double @llvm.sin.f64(double %x)
           store double %e, ptr %o
           ret double %d
         }
         define double @first(double %p, double %q) {
           %u = fmul double %q, %q
           ret double %p
         }
         declare double @llvm.sin.f64(double)",
        &[Dual, Const, Dual],
    );
    case.check(&["x", "d", "e", "o"], &["a", "b", "t", "c"]);
    let first = case.callee("first");
    assert!(!first.value(case.named(first, "u")));
}

#[test]
fn explanations_lead_to_a_parameter() {
    let case = run(
        "define double @f(double %x) {
           %p = alloca double
           %a = fmul double %x, 2.0
           store double %a, ptr %p
           %b = load double, ptr %p
           ret double %b
         }",
        &[Dual],
    );
    let facts = case.activities.root();
    let body = case.body(facts);
    let chain = facts.explain(body, case.named(facts, "b"));
    let text: Vec<&str> = chain.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "its operand %p is active",
            "it leads to memory that may hold derivatives",
            "the active %a is stored there",
            "its operand %x is active",
            "parameter 0 is active, with all memory that it leads to",
        ]
    );
    let store = chain[2].inst.unwrap();
    assert!(matches!(body.inst(store).op, Op::Store(_)));
}

/// Blocks and instructions as our own printer writes them.
struct Plain<'a>(&'a Module, &'a Function);

impl activity::print::Spelling for Plain<'_> {
    fn param(&self, param: Value) -> String {
        ir::text::print_value(&self.0.ctx, self.1, param)
    }
    fn block(&self, block: ir::Block) -> String {
        self.1.block_name(block)
    }
    fn inst(&self, inst: ir::Inst) -> String {
        ir::text::print_inst(&self.0.ctx, self.1, inst)
    }
}

#[test]
fn printed_like_enzyme() {
    // The instructions of the sample of enzyme-interface.md 5.4, with the answers that are given there.
    let case = run(
        "define double @f(double %arg) {
         entry:
           %i2 = call noalias nonnull ptr @malloc(i64 8)
           %i4 = getelementptr double, ptr %i2, i64 0
           store double %arg, ptr %i4, align 8
           %i5 = load double, ptr %i2, align 8
           %c = fadd double %i5, %arg
           ret double %c
         }
         declare ptr @malloc(i64)",
        &[Dual],
    );
    let facts = case.activities.root();
    let body = case.body(facts);
    let lines = activity::print::lines(&case.module.ctx, body, facts, &Plain(&case.module, body));
    let bits: Vec<&str> = lines
        .iter()
        .map(|line| line.split(": icv:").nth(1).unwrap_or(""))
        .collect();
    assert_eq!(
        bits,
        [
            "0", "", "0 ici:1", "0 ici:1", "1 ici:0", "0 ici:0", "0 ici:0", "1 ici:1"
        ]
    );
}

/// What a variadic function gets is not in its parameters, so its body cannot tell what it returns.
#[test]
fn a_variadic_function_with_a_body_is_an_unknown_call() {
    let case = run(
        "define double @sum(i32 %count, ...) memory(none) {
           ret double 0.0
         }
         define double @f(double %x, double %y) {
           %a = call double (i32, ...) @sum(i32 1, double %x)
           %b = call double (i32, ...) @sum(i32 1, double %y)
           %r = fadd double %a, %b
           ret double %r
         }",
        &[Dual, Const],
    );
    case.check(&["a", "r"], &["b"]);
    let facts = case.activities.root();
    let calls: Vec<_> = facts.unknown_calls().to_vec();
    let body = case.body(facts);
    assert_eq!(calls.len(), 1);
    assert_eq!(body.inst(calls[0]).result, Some(case.named(facts, "a")));
}
