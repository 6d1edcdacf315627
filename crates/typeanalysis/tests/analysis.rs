//! The analysis on small functions. Each instruction with a result carries the tree that it must have as a comment; a missing comment
//! fails the test. Parameters are written as `; %p: tree` lines. The trees follow from the rules of enzyme-interface.md section 4.

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps wrongly fails, as it should"
)]

use std::collections::BTreeMap;

use ir::{Inst, Module, Op, Value};
use rules::RuleTable;
use typeanalysis::{
    ArgSeed, BaseType, Cause, KnownInts, Limits, SeedStyle, TypeAnswer, TypeFacts, TypeInput, TypeOptions,
    TypeTree, TypeWarning, TypedRange, analyze, default_seeds,
};

/// A module with the answer for its first function.
struct Run {
    module: Module,
    answer: TypeAnswer,
}

/// Adds variables of debug info to a module.
type Declare = fn(&mut Module);

fn run_with(
    text: &str,
    options: &TypeOptions,
    adjust: impl FnOnce(&mut Vec<ArgSeed>),
    declare: Option<Declare>,
) -> Run {
    let mut module = ir::text::parse_module(text).unwrap_or_else(|error| panic!("{error}"));
    if let Some(declare) = declare {
        declare(&mut module);
    }
    let func = module.bodies().next().unwrap().id;
    let (bodies, ctx) = module.split();
    let (mut params, ret) = default_seeds(ctx, func, SeedStyle::Request);
    adjust(&mut params);
    let answer = analyze(&TypeInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        func,
        params: &params,
        ret: &ret,
        options,
    });
    Run { module, answer }
}

fn run(text: &str) -> Run {
    run_with(text, &TypeOptions::default(), |_| {}, None)
}

impl Run {
    fn facts(&self) -> &TypeFacts {
        self.answer.facts(self.answer.root())
    }

    fn value(&self, name: &str) -> Value {
        let body = self.module.body(self.facts().func).unwrap();
        let found = body.value_names.iter().find(|(_, known)| &***known == name);
        *found.unwrap_or_else(|| panic!("no value %{name}")).0
    }

    fn tree(&self, name: &str) -> String {
        self.facts().tree(self.value(name)).to_string()
    }

    fn insts(&self) -> Vec<Inst> {
        let body = self.module.body(self.facts().func).unwrap();
        body.all_insts().collect()
    }

    /// Compares with the comments of the first function of `text`.
    fn check(self, text: &str) -> Self {
        let body = self.module.body(self.facts().func).unwrap();
        let first = text.lines().take_while(|line| line.trim() != "}");
        let comment = |line: &str| {
            let (code, tree) = line.split_once(';')?;
            let (name, tree) = match tree.split_once(": {") {
                Some((name, tree)) if code.trim().is_empty() => (name.trim().to_owned(), format!("{{{tree}")),
                _ => (code.split_whitespace().next()?.to_owned(), tree.trim().to_owned()),
            };
            Some((name, tree))
        };
        let expected: BTreeMap<String, String> = first.filter_map(comment).collect();
        let results = body.all_insts().filter_map(|inst| body.inst(inst).result);
        let mut wrong = Vec::new();
        for value in body.params.iter().copied().chain(results) {
            let name = body.value_name(value);
            let found = self.facts().tree(value).to_string();
            let given = expected.get(&name);
            let optional = given.is_none() && body.params.contains(&value);
            if !optional && given != Some(&found) {
                wrong.push(format!("{name} is {found}, expected {given:?}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n{:?}",
            wrong.join("\n"),
            self.answer.contradictions
        );
        self
    }
}

/// Checks a function without options.
fn check(text: &str) -> Run {
    let found = run(text).check(text);
    assert_eq!(found.answer.contradictions, []);
    found
}

#[test]
fn a_double_copied_as_an_integer() {
    check(
        "define void @copy(ptr %from, ptr %to, double %x) {
        ; %from: {[-1]:Pointer, [-1,0]:Float@double}
        ; %to: {[-1]:Pointer, [-1,0]:Float@double}
          %bits = load i64, ptr %from          ; {[-1]:Float@double}
          store i64 %bits, ptr %to
          %back = load double, ptr %to         ; {[-1]:Float@double}
          %sum = fadd double %back, %x         ; {[-1]:Float@double}
          ret void
        }",
    );
}

#[test]
fn a_structure_copied_by_memcpy() {
    check(
        "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
        define double @copy(ptr %from) {
        ; %from: {[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Integer, [-1,9]:Integer, [-1,10]:Integer, [-1,11]:Integer}
          %local = alloca { double, i32 }      ; {[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Integer, [-1,9]:Integer, [-1,10]:Integer, [-1,11]:Integer}
          call void @llvm.memcpy.p0.p0.i64(ptr %local, ptr %from, i64 16, i1 false)
          %x = load double, ptr %local         ; {[-1]:Float@double}
          %twice = fadd double %x, %x          ; {[-1]:Float@double}
          %field = getelementptr inbounds { double, i32 }, ptr %local, i64 0, i32 1 ; {[-1]:Pointer, [-1,0]:Integer, [-1,1]:Integer, [-1,2]:Integer, [-1,3]:Integer}
          %n = load i32, ptr %field            ; {[-1]:Integer}
          %sign = sext i32 %n to i64           ; {[-1]:Integer}
          ret double %twice
        }",
    );
}

#[test]
fn memory_beyond_the_copy_is_not_touched() {
    let found = run("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
        define void @copy(ptr %from, ptr %to) {
          %next = getelementptr i8, ptr %from, i64 8
          %x = load double, ptr %next
          %y = fneg double %x
          call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 8, i1 false)
          ret void
        }");
    assert_eq!(found.tree("from"), "{[-1]:Pointer, [-1,8]:Float@double}");
    assert_eq!(found.tree("to"), "{[-1]:Pointer}");
}

#[test]
fn offsets_of_a_counted_loop() {
    // The header runs five times, the body four: elements 0, 1, 2 and 3.
    check(
        "define double @sum(ptr %p) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@double, [-1,8]:Float@double, [-1,16]:Float@double, [-1,24]:Float@double}
        entry:
          br label %head
        head:
          %i = phi i64 [ 0, %entry ], [ %next, %body ]       ; {[-1]:Integer}
          %s = phi double [ 0.0, %entry ], [ %more, %body ]  ; {[-1]:Float@double}
          %done = icmp eq i64 %i, 4                          ; {[-1]:Integer}
          br i1 %done, label %exit, label %body
        body:
          %at = getelementptr inbounds double, ptr %p, i64 %i ; {[-1]:Pointer, [-1,0]:Float@double}
          %x = load double, ptr %at                          ; {[-1]:Float@double}
          %more = fadd double %s, %x                         ; {[-1]:Float@double}
          %next = add i64 %i, 1                              ; {[-1]:Integer}
          br label %head
        exit:
          ret double %s
        }",
    );
}

/// The type of words that are moved over memory which is read as said, with an index that counts an unknown number of times.
fn walked(read: &str) -> String {
    walked_from("0", read)
}

/// The same for a walk that begins with some index.
fn walked_from(start: &str, read: &str) -> String {
    let text = format!(
        "define void @move(ptr %p, ptr %q, i64 %n) {{
        entry:
          %p1 = getelementptr inbounds i8, ptr %p, i64 8
          {read}
          br label %loop
        loop:
          %i = phi i64 [ {start}, %entry ], [ %next, %loop ]
          %from = getelementptr inbounds i64, ptr %p, i64 %i
          %word = load i64, ptr %from
          %to = getelementptr inbounds i64, ptr %q, i64 %i
          store i64 %word, ptr %to
          %next = add i64 %i, 1
          %more = icmp ult i64 %next, %n
          br i1 %more, label %loop, label %exit
        exit:
          ret void
        }}"
    );
    run(&text).tree("word")
}

#[test]
fn words_of_mixed_memory_are_not_taken_for_the_first() {
    let number = |name: &str, place: &str| {
        format!("%{name} = load double, ptr %{place}\n%{name}.sum = fadd double %{name}, 1.0\n")
    };
    let address = |name: &str, place: &str| {
        let there = number(&format!("{name}.there"), name);
        format!("%{name} = load ptr, ptr %{place}\n{there}")
    };
    let (float, pointer) = ("{[-1]:Float@double}", "{[-1]:Pointer, [-1,0]:Float@double}");
    assert_eq!(walked(&number("x", "p")), float);
    assert_eq!(walked(&address("x", "p")), pointer);
    assert_eq!(walked(&(number("x", "p") + &number("y", "p1"))), float);
    assert_eq!(walked(&(address("x", "p") + &number("y", "p1"))), "{}");
    assert_eq!(walked(&(number("x", "p") + &address("y", "p1"))), "{}");
    let mixed = address("x", "p") + &number("y", "p1");
    assert_eq!(walked_from("1", &mixed), "{}");
    assert_eq!(walked_from("1", &number("y", "p1")), float);
}

#[test]
fn a_counter_that_only_itself_explains() {
    // Neither start nor step is known; the phi and the sum are consistent only as integers, because the step is one.
    check(
        "define i64 @count(ptr %p) {
        entry:
          %step = load i64, ptr %p                           ; {[-1]:Integer}
          %sign = sext i64 %step to i128                     ; {[-1]:Integer}
          br label %loop
        loop:
          %i = phi i64 [ %step, %entry ], [ %next, %loop ]   ; {[-1]:Integer}
          %next = add i64 %i, %step                          ; {[-1]:Integer}
          %done = icmp ugt i64 %next, 1000000                ; {[-1]:Integer}
          br i1 %done, label %exit, label %loop
        exit:
          ret i64 %next
        }",
    );
}

#[test]
fn phis_that_prove_each_other() {
    // Two counters that swap: each is an integer if the other is, and both start as integers that are below 16 bits wide.
    check(
        "define i64 @swap(i8 %a, i8 %b, i1 %c) {
        entry:
          %x = sext i8 %a to i64                             ; {[-1]:Integer}
          %y = sext i8 %b to i64                             ; {[-1]:Integer}
          br label %loop
        loop:
          %i = phi i64 [ %x, %entry ], [ %j, %loop ]         ; {[-1]:Integer}
          %j = phi i64 [ %y, %entry ], [ %i, %loop ]         ; {[-1]:Integer}
          br i1 %c, label %loop, label %exit
        exit:
          %k = xor i64 %i, %j                                ; {[-1]:Integer}
          ret i64 %k
        }",
    );
}

#[test]
fn bits_of_floats() {
    check(
        "define i64 @bits(double %x, <2 x float> %v, i64 %other) {
          %b = bitcast double %x to i64                      ; {[-1]:Float@double}
          %neg = xor i64 %b, -9223372036854775808            ; {[-1]:Float@double}
          %flip = xor i64 %b, 1                              ; {}
          %scale = or i64 %b, 4607182418800017408            ; {[-1]:Float@double}
          %w = bitcast <2 x float> %v to <2 x i32>           ; {[-1]:Float@float}
          %negv = xor <2 x i32> %w, <i32 -2147483648, i32 -2147483648> ; {[-1]:Float@float}
          %mask = and i64 %b, 9223372036854775807            ; {}
          %low = and i64 %b, 7                               ; {[-1]:Integer}
          %half = trunc i64 %b to i8                         ; {[-1]:Integer}
          ret i64 %neg
        }",
    );
}

/// An absolute value that is used as a float is made of one: loads of vectors at -O0 have nothing else to tell it.
#[test]
fn what_has_a_float_for_its_absolute_value_is_one() {
    check(
        "define double @abs(ptr %p, ptr %q) {
          %b = load i64, ptr %p                              ; {[-1]:Float@double}
          %other = load i64, ptr %q                          ; {}
          %mask = and i64 %b, 9223372036854775807            ; {[-1]:Float@double}
          %low = and i64 %other, 9223372036854775806         ; {[-1]:Float@double}
          %x = bitcast i64 %mask to double                   ; {[-1]:Float@double}
          %y = bitcast i64 %low to double                    ; {[-1]:Float@double}
          %z = fadd double %x, %y                            ; {[-1]:Float@double}
          ret double %z
        }",
    );
}

#[test]
fn pointers_and_integers_in_arithmetic() {
    check(
        "define i64 @distance(ptr %p, ptr %q, i64 %n) {
          %a = ptrtoint ptr %p to i64                        ; {[-1]:Pointer}
          %b = ptrtoint ptr %q to i64                        ; {[-1]:Pointer}
          %d = sub i64 %a, %b                                ; {[-1]:Integer}
          %e = add i64 %a, 16                                ; {[-1]:Pointer}
          %f = sub i64 %a, %n                                ; {[-1]:Pointer}
          %g = and i64 %a, -8                                ; {[-1]:Pointer}
          %h = mul i64 %n, 24                                ; {[-1]:Integer}
          %i = inttoptr i64 %e to ptr                        ; {[-1]:Pointer}
          ret i64 %d
        }",
    );
}

#[test]
fn members_of_aggregates() {
    check(
        "define double @pair(double %x, i64 %n) {
          %one = insertvalue { double, i64 } poison, double %x, 0 ; {[0]:Float@double, [8]:Anything, [9]:Anything, [10]:Anything, [11]:Anything, [12]:Anything, [13]:Anything, [14]:Anything, [15]:Anything}
          %two = insertvalue { double, i64 } %one, i64 %n, 1 ; {[0]:Float@double, [8]:Integer, [9]:Integer, [10]:Integer, [11]:Integer, [12]:Integer, [13]:Integer, [14]:Integer, [15]:Integer}
          %y = extractvalue { double, i64 } %two, 0          ; {[-1]:Float@double}
          %m = extractvalue { double, i64 } %two, 1          ; {[-1]:Integer}
          ret double %y
        }",
    );
}

#[test]
fn lanes_of_vectors() {
    check(
        "define <4 x float> @lanes(float %x, <4 x float> %v, ptr %p, i32 %at) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@float, [-1,4]:Float@float, [-1,8]:Float@float, [-1,12]:Float@float}
          %one = insertelement <4 x float> poison, float %x, i32 0 ; {[0]:Float@float, [4]:Anything, [5]:Anything, [6]:Anything, [7]:Anything, [8]:Anything, [9]:Anything, [10]:Anything, [11]:Anything, [12]:Anything, [13]:Anything, [14]:Anything, [15]:Anything}
          %all = shufflevector <4 x float> %one, <4 x float> poison, <4 x i32> zeroinitializer ; {[-1]:Float@float}
          %bits = load <4 x i32>, ptr %p                     ; {[-1]:Float@float}
          %w = bitcast <4 x i32> %bits to <4 x float>        ; {[-1]:Float@float}
          %sum = fadd <4 x float> %w, %v                     ; {[-1]:Float@float}
          %last = extractelement <4 x i32> %bits, i32 3      ; {[-1]:Float@float}
          %any = extractelement <4 x float> %sum, i32 %at    ; {[-1]:Float@float}
          ret <4 x float> %sum
        }",
    );
}

#[test]
fn choices() {
    check(
        "define i64 @choose(i1 %c, double %x, i64 %n, ptr %p) {
          %b = bitcast double %x to i64                      ; {[-1]:Float@double}
          %zero = select i1 %c, i64 %b, i64 0                ; {}
          %both = select i1 %c, i64 %n, i64 7                ; {[-1]:Integer}
          %less = icmp slt i64 %n, 0                         ; {[-1]:Integer}
          %max = select i1 %less, i64 0, i64 %n              ; {[-1]:Integer}
          ret i64 %max
        }",
    );
}

#[test]
fn tbaa_and_annotations() {
    check(
        "declare void @__enzyme_float(ptr, i64)
        declare \"enzyme_type\"=\"{[-1]:Pointer, [-1,-1]:Integer}\" ptr @table(ptr \"enzyme_type\"=\"{[-1]:Pointer, [-1,16]:Float@half}\")
        define void @seeds(ptr %p, ptr %q, ptr %r) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@double}
        ; %q: {[-1]:Pointer, [-1,0]:Float@float, [-1,4]:Float@float}
        ; %r: {[-1]:Pointer, [-1,16]:Float@half}
          %x = load i64, ptr %p, !tbaa !0                    ; {[-1]:Float@double}
          call void @__enzyme_float(ptr %q, i64 8)
          %t = call ptr @table(ptr %r)                       ; {[-1]:Pointer, [-1,-1]:Integer}
          %n = load i64, ptr %t                              ; {[-1]:Integer}
          ret void
        }
        !0 = !{!1, !1, i64 0}
        !1 = !{!\"double\", !2, i64 0}
        !2 = !{!\"omnipotent char\", !3, i64 0}
        !3 = !{!\"Simple C++ TBAA\"}",
    );
}

#[test]
fn library_functions() {
    check(
        "declare double @sin(double)
        declare double @frexp(double, ptr)
        declare ptr @malloc(i64)
        define void @calls(ptr %p, ptr %e, i64 %n) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@double}
          %x = load double, ptr %p                           ; {[-1]:Float@double}
          %s = call double @sin(double %x)                   ; {[-1]:Float@double}
          %f = call double @frexp(double %s, ptr %e)         ; {[-1]:Float@double}
          %m = call ptr @malloc(i64 16)                      ; {[-1]:Pointer, [-1,-1]:Float@double}
          store double %f, ptr %m
          %second = getelementptr inbounds i8, ptr %m, i64 8 ; {[-1]:Pointer, [-1,-1]:Float@double}
          store double %s, ptr %second
          ret void
        }",
    );
}

#[test]
fn atomics() {
    check(
        "define void @atomics(ptr %p, ptr %q, double %x, i64 %n) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@double}
          %old = atomicrmw fadd ptr %p, double %x monotonic  ; {[-1]:Float@double}
          %bits = load i64, ptr %p                           ; {[-1]:Float@double}
          %was = cmpxchg ptr %p, i64 %bits, i64 0 seq_cst seq_cst ; {[0]:Float@double, [8]:Integer, [9]:Integer, [10]:Integer, [11]:Integer, [12]:Integer, [13]:Integer, [14]:Integer, [15]:Integer}
          ret void
        }",
    );
}

#[test]
fn constants_and_globals() {
    check(
        "@table = constant [2 x double] [double 1.0, double 2.0]
        @scratch = global double 0.0
        define double @read(i64 %n, ptr %out) {
          %at = getelementptr inbounds double, ptr @table, i64 %n ; {[-1]:Pointer, [-1,-1]:Float@double}
          %bits = load i64, ptr %at                          ; {[-1]:Float@double}
          store i64 %bits, ptr @scratch
          %x = load i64, ptr @scratch                        ; {[-1]:Float@double}
          %big = add i64 123456789, %n                       ; {[-1]:Anything}
          store i64 %big, ptr %out
          %index = add i64 987654321, %n                     ; {[-1]:Integer}
          %test = icmp eq i64 %index, 0                      ; {[-1]:Integer}
          ret double 0.0
        }",
    );
}

#[test]
fn calls_are_entered_with_what_is_known() {
    let text = "define void @caller(ptr %p, ptr %q) {
        ; %p: {[-1]:Pointer, [-1,0]:Float@double}
        ; %q: {[-1]:Pointer, [-1,8]:Integer, [-1,9]:Integer, [-1,10]:Integer, [-1,11]:Integer, [-1,12]:Integer, [-1,13]:Integer, [-1,14]:Integer, [-1,15]:Integer}
          %x = call i64 @get(ptr %p, i64 0)                  ; {[-1]:Float@double}
          %f = bitcast i64 %x to double                      ; {[-1]:Float@double}
          %y = fneg double %f                                ; {[-1]:Float@double}
          %n = call i64 @get(ptr %q, i64 1)                  ; {[-1]:Integer}
          %s = sext i64 %n to i128                           ; {[-1]:Integer}
          ret void
        }
        define i64 @get(ptr %p, i64 %i) {
          %at = getelementptr inbounds i64, ptr %p, i64 %i
          %x = load i64, ptr %at
          ret i64 %x
        }";
    let found = check(text);
    let calls: Vec<_> = found
        .insts()
        .into_iter()
        .filter_map(|inst| found.facts().call(inst))
        .collect();
    let ints: Vec<_> = calls
        .iter()
        .map(|&call| found.answer.facts(call).seed(1).unwrap().1.clone())
        .collect();
    assert_eq!(ints, [KnownInts::from([0]), KnownInts::from([1])]);
}

/// Whoever differentiates the callee has to know what it is called with, although the caller learns nothing.
#[test]
fn calls_are_entered_where_only_the_callee_learns() {
    let text = "define void @caller(ptr %p) {
          %x = load double, ptr %p
          %y = fneg double %x
          store double %y, ptr %p
          call void @move(ptr %p)
          ret void
        }
        define void @move(ptr %p) {
          %at = getelementptr inbounds i8, ptr %p, i64 24
          call void @llvm.memcpy.p0.p0.i64(ptr %at, ptr %p, i64 16, i1 false)
          ret void
        }
        declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)";
    let seeded = |options: &TypeOptions| {
        let doubles = |params: &mut Vec<ArgSeed>| {
            params[0].tree =
                TypeTree::parse("{[-1]:Pointer, [-1,-1]:Float@double}", &Limits::default()).unwrap();
        };
        let found = run_with(text, options, doubles, None);
        let call = (found.insts().into_iter()).find_map(|inst| found.facts().call(inst));
        call.map(|context| found.answer.facts(context).seed(0).unwrap().0.to_string())
    };
    let found = seeded(&TypeOptions::default());
    assert_eq!(found.as_deref(), Some("{[-1]:Pointer, [-1,-1]:Float@double}"));
    let as_printed = TypeOptions {
        settled_calls: false,
        ..TypeOptions::default()
    };
    assert_eq!(seeded(&as_printed), None);
}

#[test]
fn recursion_reaches_a_fixpoint() {
    let found = run("define double @walk(ptr %node, i64 %n) {
        entry:
          %done = icmp eq i64 %n, 0
          br i1 %done, label %exit, label %more
        more:
          %next = load ptr, ptr %node
          %less = sub i64 %n, 1
          %rest = call double @walk(ptr %next, i64 %less)
          br label %exit
        exit:
          %sum = phi double [ 0.0, %entry ], [ %rest, %more ]
          %field = getelementptr inbounds i8, ptr %node, i64 8
          %bits = load i64, ptr %field
          %x = bitcast i64 %bits to double
          %all = fadd double %x, %sum
          ret double %all
        }");
    assert_eq!(found.answer.contradictions, []);
    // A list of nodes with the next node at byte 0 and a double at byte 8, down to the depth limit of six.
    let mut list = TypeTree::new();
    let mut path = vec![-1];
    for _ in 0..5 {
        let insert = |list: &mut TypeTree, path: &[i32], base| {
            list.insert(path, base, typeanalysis::Pointers::Distinct, &Limits::default())
                .unwrap();
        };
        insert(&mut list, &path, BaseType::Pointer);
        path.push(8);
        insert(&mut list, &path, BaseType::Float(ir::FloatKind::Double));
        path.pop();
        path.push(0);
    }
    list.insert(
        &path,
        BaseType::Pointer,
        typeanalysis::Pointers::Distinct,
        &Limits::default(),
    )
    .unwrap();
    for name in ["node", "next"] {
        assert_eq!(found.tree(name), list.to_string(), "%{name}");
    }
    assert_eq!(found.tree("bits"), "{[-1]:Float@double}");
}

#[test]
fn mutual_recursion_reaches_a_fixpoint() {
    let found = run("define i64 @even(ptr %p, i64 %n) {
        entry:
          %done = icmp eq i64 %n, 0
          br i1 %done, label %exit, label %more
        more:
          %less = sub i64 %n, 1
          %r = call i64 @odd(ptr %p, i64 %less)
          ret i64 %r
        exit:
          %x = load i64, ptr %p
          ret i64 %x
        }
        define i64 @odd(ptr %p, i64 %n) {
        entry:
          %done = icmp eq i64 %n, 0
          br i1 %done, label %exit, label %more
        more:
          %less = sub i64 %n, 1
          %r = call i64 @even(ptr %p, i64 %less)
          ret i64 %r
        exit:
          %x = load double, ptr %p
          %y = fneg double %x
          %b = bitcast double %y to i64
          ret i64 %b
        }");
    assert_eq!(found.tree("p"), "{[-1]:Pointer, [-1,0]:Float@double}");
    assert_eq!(found.tree("x"), "{[-1]:Float@double}");
}

#[test]
fn contradictions_show_both_derivations() {
    let found = run("define void @both(ptr %p) {
          %x = load double, ptr %p
          %y = fneg double %x
          %n = load i64, ptr %p
          %m = sext i64 %n to i128
          ret void
        }");
    let problem = found
        .answer
        .contradictions
        .first()
        .expect("a double and an integer at one address");
    let op = |cause| match cause {
        Cause::Inst(inst) => found.module.body(problem.func).unwrap().inst(inst).op.clone(),
        other => panic!("{other:?}"),
    };
    let names = |steps: &[typeanalysis::Step]| -> Vec<String> {
        steps
            .iter()
            .map(|step| {
                format!("{:?}", op(step.cause))
                    .split(['(', ' '])
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let chains = [names(&problem.known_because), names(&problem.added_because)];
    assert!(problem.to_string().contains("cannot also be"), "{problem}");
    // One side is a float because it is negated, the other an integer because its sign is extended.
    assert!(
        chains
            .iter()
            .any(|chain| chain.last().is_some_and(|op| op == "FNeg")),
        "{chains:?}"
    );
    assert!(
        chains
            .iter()
            .any(|chain| chain.last().is_some_and(|op| op == "Cast")),
        "{chains:?}"
    );
}

#[test]
fn each_fact_has_a_chain_of_reasons() {
    let found = run("define void @copy(ptr %from, ptr %to) {
          %bits = load i64, ptr %from
          store i64 %bits, ptr %to
          %x = load double, ptr %to
          %y = fneg double %x
          ret void
        }");
    let derivations = found.facts().explain(found.value("from"));
    let float = derivations
        .iter()
        .find(|one| one.path.as_slice() == [-1, 0])
        .unwrap();
    assert_eq!(float.base.to_string(), "Float@double");
    let body = found.module.body(found.facts().func).unwrap();
    let ops: Vec<&Op> = float
        .steps
        .iter()
        .map(|step| match step.cause {
            Cause::Inst(inst) => &body.inst(inst).op,
            other => panic!("{other:?}"),
        })
        .collect();
    // Loaded from there, stored elsewhere, loaded again as a double, negated.
    assert!(
        matches!(ops[..], [Op::Load(_), Op::Store(_), Op::Load(_), Op::FNeg]),
        "{ops:?}"
    );
}

#[test]
fn bytes_are_deduced_or_named() {
    let found = run("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
        define void @copy(ptr %from, ptr %to) {
          %x = load double, ptr %from
          %y = fneg double %x
          %field = getelementptr inbounds i8, ptr %to, i64 8
          %p = load ptr, ptr %field
          %v = load i8, ptr %p
          call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 24, i1 false)
          ret void
        }");
    let facts = found.facts();
    let body = found.module.body(facts.func).unwrap();
    let copy = found
        .insts()
        .into_iter()
        .find(|&inst| !body.inst(inst).args().is_empty())
        .unwrap();
    let double = BaseType::Float(ir::FloatKind::Double);
    let range = |bytes, base| TypedRange { bytes, base };
    let known = [range(0..8, double), range(8..16, BaseType::Pointer)];
    assert_eq!(facts.deduce_copy(body, copy, 16), Ok(known.to_vec()));
    let error = facts.deduce_copy(body, copy, 24).unwrap_err();
    assert_eq!(error.unknown, vec![16..24; 1]);
    assert!(
        error
            .to_string()
            .starts_with("cannot deduce the type of bytes 16..24 in a copy of 24 bytes"),
        "{error}"
    );
    assert!(!error.because.is_empty());
    assert_eq!(
        facts.memory(found.value("from"), 8, 8),
        [range(0..8, BaseType::Pointer)]
    );
    // Half a double is no float.
    assert_eq!(
        facts.memory(found.value("from"), 0, 4),
        [range(0..4, BaseType::Unknown)]
    );
    assert_eq!(facts.scalar(found.value("x"), 0), double);
    assert!(facts.deduce(found.value("x"), 8).is_ok());
    assert!(facts.deduce_memory(found.value("to"), 32).is_err());
}

#[test]
fn without_strict_aliasing_only_what_is_certain_counts() {
    let text = "define void @maybe(ptr %p, i1 %c) {
        entry:
          br i1 %c, label %some, label %exit
        some:
          %x = load double, ptr %p
          %y = fneg double %x
          br label %exit
        exit:
          ret void
        }";
    assert_eq!(run(text).tree("p"), "{[-1]:Pointer, [-1,0]:Float@double}");
    let loose = TypeOptions {
        strict_aliasing: false,
        ..TypeOptions::default()
    };
    assert_eq!(run_with(text, &loose, |_| {}, None).tree("p"), "{[-1]:Pointer}");
}

#[test]
fn the_address_of_an_empty_slice_in_rust_is_no_integer() {
    let text = "define void @empty(ptr %slot) {
          store i64 8, ptr %slot, align 8
          %p = load ptr, ptr %slot
          %x = load i8, ptr %p
          ret void
        }";
    assert_eq!(run(text).answer.contradictions.len(), 1);
    let rust = TypeOptions {
        rust: true,
        ..TypeOptions::default()
    };
    let found = run_with(text, &rust, |_| {}, None);
    assert_eq!(found.answer.contradictions, []);
    assert_eq!(found.tree("p"), "{[-1]:Pointer, [-1,0]:Integer}");
}

#[test]
fn known_integers_of_the_request_choose_offsets() {
    let text = "define void @at(ptr %p, i64 %i) {
          %q = getelementptr double, ptr %p, i64 %i
          %x = load double, ptr %q
          %y = fneg double %x
          ret void
        }";
    let two = |params: &mut Vec<ArgSeed>| params[1].known_ints = KnownInts::from([2]);
    let found = run_with(text, &TypeOptions::default(), two, None);
    assert_eq!(found.tree("p"), "{[-1]:Pointer, [-1,16]:Float@double}");
    assert_eq!(found.facts().known_ints(found.value("i")), [2]);
    assert_eq!(run(text).tree("p"), "{[-1]:Pointer}");
}

#[test]
fn subscripts_of_intel_fortran() {
    // Stride 8, lower bound 1, index 3: two elements behind the base.
    check(
        "declare ptr @llvm.intel.subscript.p0.i64.i64.p0.i64(i8, i64, i64, ptr, i64)
        define double @third(ptr %p) {
        ; %p: {[-1]:Pointer, [-1,16]:Float@double}
          %q = call ptr @llvm.intel.subscript.p0.i64.i64.p0.i64(i8 0, i64 1, i64 8, ptr %p, i64 3) ; {[-1]:Pointer, [-1,0]:Float@double}
          %x = load i64, ptr %q                              ; {[-1]:Float@double}
          %y = bitcast i64 %x to double                      ; {[-1]:Float@double}
          ret double %y
        }",
    );
}

#[test]
fn a_bad_annotation_is_a_warning_that_says_why() {
    let found = run("declare void @use(ptr \"enzyme_type\"=\"{[-1]:Real}\")
        define void @f(ptr %p) {
          call void @use(ptr %p)
          ret void
        }");
    let [warning @ TypeWarning::BadAnnotation { .. }] = &found.answer.warnings[..] else {
        panic!("{:?}", found.answer.warnings);
    };
    assert!(
        warning.to_string().contains("expected Integer, Pointer"),
        "{warning}"
    );
}

#[test]
fn deep_pointers_are_cut_off_with_a_warning() {
    let mut text = String::from("define void @deep(ptr %p0) {\n");
    for level in 0..8 {
        text += &format!("  %p{} = load ptr, ptr %p{level}\n", level + 1);
    }
    text += "  ret void\n}";
    let found = run(&text);
    assert_eq!(found.facts().tree(found.value("p0")).depth(), 6);
    assert!(
        found
            .answer
            .warnings
            .iter()
            .any(|warning| matches!(warning, TypeWarning::TooDeep { limit: 6, .. }))
    );
}

#[test]
fn nothing_is_learned_where_the_program_ends() {
    let found = run("define void @fail(ptr %p, i1 %c) {
        entry:
          br i1 %c, label %panic, label %exit
        panic:
          %x = load double, ptr %p
          %y = fneg double %x
          unreachable
        exit:
          ret void
        }");
    assert_eq!(found.tree("p"), "{[-1]:Pointer}");
}
