//! Alias and mod/ref answers on small functions whose memory is easy to see.

use crate::attrs::ModRef;
use crate::context::{Context, FuncId, Module};
use crate::function::Function;
use crate::graph::{CallGraph, Cfg, Dominators, Loops};
use crate::inst::Inst;
use crate::memory::{
    Alias, AliasFacts, ArgEffect, CallEffects, Knowledge, Location, Moment, NoKnowledge, Pointers, Returned,
    Summaries,
};
use crate::text::parse_module;

struct Case {
    module: Module,
    facts: AliasFacts,
}

impl Case {
    /// The function `f` of a module.
    fn new(text: &str) -> Self {
        let mut module = parse_module(text).unwrap_or_else(|error| panic!("{error}"));
        let f = module.ctx.find_func("f").expect("the case has a function f");
        let (bodies, ctx) = module.split();
        let calls = CallGraph::of(ctx, bodies, &[f]);
        let summaries = Summaries::of(ctx, bodies, &calls, &NoKnowledge);
        let function = bodies.get(f).expect("f has a body");
        let cfg = Cfg::of(function);
        let loops = Loops::of(&cfg, &Dominators::of(&cfg));
        let facts = AliasFacts::of(ctx, function, &loops, &summaries, &NoKnowledge);
        Self { module, facts }
    }

    fn body(&self) -> &Function {
        let f = self.module.ctx.find_func("f").expect("the case has a function f");
        self.module.body(f).expect("f has a body")
    }

    /// The accesses and calls in order.
    fn effects(&self) -> Vec<Inst> {
        let body = self.body();
        let is_effect = |&inst: &Inst| {
            let data = body.inst(inst);
            data.address().is_some() || data.op.call_info().is_some()
        };
        body.all_insts().filter(is_effect).collect()
    }

    fn location(&self, access: usize) -> Location {
        Location::of(&self.module.ctx, self.body(), self.effects()[access]).expect("an access")
    }

    /// The relation of the accesses with these numbers.
    fn alias(&self, a: usize, b: usize, moment: Moment) -> Alias {
        let view = self.facts.view(&self.module.ctx, self.body());
        let (a, b) = (self.location(a), self.location(b));
        let found = view.alias(&a, &b, moment);
        assert_eq!(found, view.alias(&b, &a, moment), "the relation is symmetric");
        found
    }

    /// What effect number `inst` does to the location of access number `access`.
    fn mod_ref(&self, inst: usize, access: usize) -> ModRef {
        let view = self.facts.view(&self.module.ctx, self.body());
        view.mod_ref(self.effects()[inst], &self.location(access), Moment::Same)
    }
}

#[test]
fn constant_offsets_from_one_base() {
    let case = Case::new(
        "%s = type { i32, double, [4 x float] }
         define void @f(ptr %p, i64 %i) {
           store i32 0, ptr %p
           %d = getelementptr %s, ptr %p, i64 0, i32 1
           store double 0.0, ptr %d
           %e = getelementptr i8, ptr %p, i64 4
           store i64 0, ptr %e
           %g = getelementptr double, ptr %p, i64 1
           %x = load i64, ptr %g
           %h = getelementptr %s, ptr %p, i64 %i, i32 2, i64 1
           store float 0.0, ptr %h
           %j = getelementptr %s, ptr %p, i64 %i, i32 2, i64 2
           store float 0.0, ptr %j
           ret void
         }",
    );
    let alias = |a, b| case.alias(a, b, Moment::Same);
    assert_eq!(alias(0, 1), Alias::No);
    assert_eq!(alias(0, 2), Alias::No);
    assert_eq!(alias(1, 2), Alias::Partial);
    assert_eq!(alias(1, 3), Alias::Must);
    assert_eq!(alias(4, 5), Alias::No);
    assert_eq!(alias(0, 4), Alias::May);
}

#[test]
fn identified_objects_are_different() {
    let case = Case::new(
        "@g = global double 0.0
         @h = global double 0.0
         define void @f(ptr %p, ptr noalias %q, ptr %r) {
           %a = alloca double
           %b = call noalias ptr @new(i64 8)
           store double 0.0, ptr %a
           store double 0.0, ptr %b
           store double 0.0, ptr @g
           store double 0.0, ptr @h
           store double 0.0, ptr %p
           store double 0.0, ptr %q
           store double 0.0, ptr %r
           ret void
         }
         declare noalias ptr @new(i64)",
    );
    // Access 0 is the call.
    for a in 1..=7 {
        for b in 1..=7 {
            let expected = match (a, b) {
                _ if a == b => Alias::Must,
                // The parameters %p and %r, and the globals, may be the same memory; %q is like no other.
                (3, 5 | 7) | (5, 3 | 7) | (7, 3 | 5) => Alias::May,
                (4, 5 | 7) | (5 | 7, 4) => Alias::May,
                _ => Alias::No,
            };
            assert_eq!(case.alias(a, b, Moment::Same), expected, "{a} {b}");
        }
    }
}

#[test]
fn other_parameters_are_not_based_on_one_that_is_not_aliased() {
    let case = Case::new(
        "define void @f(ptr noalias %p, ptr %q, ptr %r, ptr %place) {
           store ptr %p, ptr %place
           store double 0.0, ptr %p
           store double 0.0, ptr %q
           store double 0.0, ptr %r
           %s = load ptr, ptr %place
           store double 0.0, ptr %s
           ret void
         }",
    );
    assert_eq!(case.alias(1, 2, Moment::Same), Alias::No);
    assert_eq!(case.alias(2, 3, Moment::Same), Alias::May);
    // It was stored, and may be what is found.
    assert_eq!(case.alias(1, 5, Moment::Same), Alias::May);
}

#[test]
fn captured_objects_may_be_found_in_memory() {
    let case = Case::new(
        "define void @f(ptr %slot) {
           %a = alloca double
           %b = alloca double
           store ptr %a, ptr %slot
           %p = load ptr, ptr %slot
           store double 0.0, ptr %p
           store double 0.0, ptr %a
           store double 0.0, ptr %b
           call void @unknown()
           ret void
         }
         declare void @unknown()",
    );
    assert_eq!(case.alias(2, 3, Moment::Same), Alias::May);
    assert_eq!(case.alias(2, 4, Moment::Same), Alias::No);
    assert_eq!(case.mod_ref(5, 3), ModRef::BOTH);
    assert_eq!(case.mod_ref(5, 4), ModRef::NONE);
    assert_eq!(case.mod_ref(3, 2), ModRef::MOD);
}

#[test]
fn selects_and_phis_are_followed() {
    let case = Case::new(
        "define void @f(i1 %t, ptr %p) {
           %a = alloca double
           %b = alloca double
           %c = alloca double
           %s = select i1 %t, ptr %a, ptr %b
           store double 0.0, ptr %s
           store double 0.0, ptr %a
           store double 0.0, ptr %c
           store double 0.0, ptr %p
           ret void
         }",
    );
    assert_eq!(case.alias(0, 1, Moment::Same), Alias::May);
    assert_eq!(case.alias(0, 2, Moment::Same), Alias::No);
    assert_eq!(case.alias(0, 3, Moment::Same), Alias::No);
}

#[test]
fn iterations_are_different_moments() {
    let case = Case::new(
        "define void @f(ptr %p, i64 %n) {
         entry:
           br label %loop
         loop:
           %i = phi i64 [ 0, %entry ], [ %next, %loop ]
           %next = add i64 %i, 1
           %a = getelementptr double, ptr %p, i64 %i
           %x = load double, ptr %a
           %b = getelementptr double, ptr %a, i64 1
           store double %x, ptr %b
           store double %x, ptr %p
           %more = icmp ult i64 %next, %n
           br i1 %more, label %loop, label %done
         done:
           ret void
         }",
    );
    assert_eq!(case.alias(0, 1, Moment::Same), Alias::No);
    assert_eq!(case.alias(0, 1, Moment::Any), Alias::May);
    assert_eq!(case.alias(0, 0, Moment::Same), Alias::Must);
    assert_eq!(case.alias(0, 0, Moment::Any), Alias::May);
    assert_eq!(case.alias(2, 2, Moment::Any), Alias::Must);
}

#[test]
fn types_and_scopes_separate() {
    let case = Case::new(
        "define void @f(ptr %p, ptr %q) {
           store double 0.0, ptr %p, !tbaa !1
           store i32 0, ptr %q, !tbaa !2
           store i8 0, ptr %q, !tbaa !3
           store double 0.0, ptr %p, !tbaa !8
           store double 0.0, ptr %p, !tbaa !9
           store double 0.0, ptr %p, !alias.scope !13
           store double 0.0, ptr %q, !noalias !13
           store double 0.0, ptr %q, !noalias !14
           ret void
         }
         !0 = !{!\"root\"}
         !1 = !{!5, !5, i64 0}
         !2 = !{!6, !6, i64 0}
         !3 = !{!4, !4, i64 0}
         !4 = !{!\"omnipotent char\", !0, i64 0}
         !5 = !{!\"double\", !4, i64 0}
         !6 = !{!\"int\", !4, i64 0}
         !7 = !{!\"pair\", !5, i64 0, !5, i64 8}
         !8 = !{!7, !5, i64 0}
         !9 = !{!7, !5, i64 8}
         !10 = distinct !{!10}
         !11 = distinct !{!11, !10}
         !12 = distinct !{!12, !10}
         !13 = !{!11}
         !14 = !{!12}",
    );
    let alias = |a, b| case.alias(a, b, Moment::Any);
    assert_eq!(alias(0, 1), Alias::No, "double and int");
    assert_eq!(alias(0, 2), Alias::May, "char may be anything");
    assert_eq!(alias(3, 1), Alias::No, "a double in a pair and an int");
    assert_eq!(alias(3, 2), Alias::May, "a double in a pair and a char");
    assert_eq!(case.alias(5, 6, Moment::Same), Alias::No, "scopes");
    assert_eq!(case.alias(5, 7, Moment::Same), Alias::May, "another scope");
    assert_eq!(alias(5, 6), Alias::May, "perhaps another execution of the scope");
}

#[test]
fn a_scope_that_is_opened_once_separates_iterations() {
    let alias = |before: &str, within: &str| {
        let calls = 2 + before.matches("call ").count();
        let text = format!(
            "declare void @open()
             define void @f(ptr %p, ptr %q) {{
               call void @open(){before}
               br label %again
             again:
               call void @open(){within}
               %x = load double, ptr %p, !alias.scope !3
               store double 0.0, ptr %q, !noalias !3
               br i1 undef, label %again, label %out
             out:
               ret void
             }}
             !0 = distinct !{{!0}}
             !1 = distinct !{{!1, !0}}
             !3 = !{{!1}}"
        );
        Case::new(&text).alias(calls, calls + 1, Moment::Any)
    };
    let open = ", !noalias.scope.decl !3";
    assert_eq!(alias(open, ""), Alias::No);
    assert_eq!(alias("", open), Alias::May, "each iteration opens another");
    assert_eq!(alias("", ""), Alias::May, "a loop that was versioned, say");
    assert_eq!(alias(open, open), Alias::May, "a part of the code was repeated");
    let twice = ", !noalias.scope.decl !3
               call void @open(), !noalias.scope.decl !3";
    assert_eq!(alias(twice, ""), Alias::May, "the same, in a row");
}

#[test]
fn the_first_page_is_no_memory() {
    let case = Case::new(
        "declare noalias ptr @malloc(i64)
         define void @f(ptr %p, i1 %c) {
           %m = call ptr @malloc(i64 8)
           %n = call ptr @malloc(i64 8)
           %a = select i1 %c, ptr %m, ptr inttoptr (i64 8 to ptr)
           %b = select i1 %c, ptr %n, ptr inttoptr (i64 8 to ptr)
           store double 0.0, ptr %a
           store double 0.0, ptr %b
           store double 0.0, ptr %p
           %far = select i1 %c, ptr %m, ptr inttoptr (i64 4096 to ptr)
           store double 0.0, ptr %far
           ret void
         }",
    );
    assert_eq!(case.alias(2, 3, Moment::Any), Alias::No);
    assert_eq!(case.alias(2, 4, Moment::Any), Alias::No);
    assert_eq!(
        case.alias(4, 5, Moment::Any),
        Alias::May,
        "a device's register, say"
    );
}

#[test]
fn struct_paths_separate_fields() {
    let case = Case::new(
        "define void @f(ptr %p, ptr %q, ptr %r, ptr %s) {
           store double 0.0, ptr %p, !tbaa !4
           store double 0.0, ptr %q, !tbaa !5
           store double 0.0, ptr %r, !tbaa !6
           store double 0.0, ptr %s, !tbaa !8
           ret void
         }
         !0 = !{!\"root\"}
         !1 = !{!\"char\", !0, i64 0}
         !2 = !{!\"double\", !1, i64 0}
         !3 = !{!\"pair\", !2, i64 0, !2, i64 8}
         !4 = !{!3, !2, i64 0}
         !5 = !{!3, !2, i64 8}
         !6 = !{!2, !2, i64 0}
         !7 = !{!\"outer\", !3, i64 0, !3, i64 16}
         !8 = !{!7, !2, i64 16}",
    );
    let alias = |a, b| case.alias(a, b, Moment::Any);
    assert_eq!(alias(0, 1), Alias::No, "two fields of a pair");
    assert_eq!(alias(0, 2), Alias::May, "a field and a double of unknown origin");
    assert_eq!(
        alias(0, 3),
        Alias::May,
        "a field and the same field of a pair within a larger structure"
    );
    assert_eq!(
        alias(1, 3),
        Alias::No,
        "a field and another field of a pair within a larger structure"
    );
}

#[test]
fn bodies_say_what_calls_do() {
    let case = Case::new(
        "@g = global double 0.0
         define void @f(ptr %p, ptr %q) {
           %a = alloca double
           %b = alloca double
           store double 0.0, ptr %a
           store double 0.0, ptr %b
           store double 0.0, ptr @g
           call void @copy(ptr %a, ptr %b)
           call void @even(i32 3, ptr %b)
           call void @keep(ptr %a)
           ret void
         }
         define void @copy(ptr %to, ptr %from) {
           %x = load double, ptr %from
           store double %x, ptr %to
           ret void
         }
         define void @even(i32 %n, ptr %p) {
           %t = icmp eq i32 %n, 0
           br i1 %t, label %done, label %more
         done:
           ret void
         more:
           %m = sub i32 %n, 1
           call void @odd(i32 %m, ptr %p)
           ret void
         }
         define void @odd(i32 %n, ptr %p) {
           store double 1.0, ptr %p
           call void @even(i32 %n, ptr %p)
           ret void
         }
         define void @keep(ptr %p) {
           store ptr %p, ptr @g
           ret void
         }",
    );
    assert_eq!(case.mod_ref(3, 0), ModRef::MOD);
    assert_eq!(case.mod_ref(3, 1), ModRef::REF);
    assert_eq!(case.mod_ref(3, 2), ModRef::NONE);
    assert_eq!(case.mod_ref(4, 1), ModRef::MOD, "through mutual recursion");
    assert_eq!(case.mod_ref(4, 0), ModRef::NONE);
    assert_eq!(case.mod_ref(5, 2), ModRef::MOD);
    assert_eq!(case.mod_ref(5, 1), ModRef::NONE);
}

#[test]
fn attributes_limit_calls() {
    let case = Case::new(
        "@c = constant double 1.0
         define void @f(ptr %p) {
           %a = alloca double
           store double 0.0, ptr %a
           %b = alloca double
           %x = load double, ptr @c
           store double 0.0, ptr %b
           call void @reads(ptr %a)
           call void @nothing(ptr %p)
           call void @all(ptr %b)
           ret void
         }
         declare void @reads(ptr readonly captures(none))
         declare void @nothing(ptr) memory(none)
         declare void @all(ptr)",
    );
    assert_eq!(case.mod_ref(3, 0), ModRef::REF);
    assert_eq!(case.mod_ref(4, 2), ModRef::NONE);
    assert_eq!(case.mod_ref(5, 2), ModRef::BOTH);
    assert_eq!(case.mod_ref(5, 0), ModRef::NONE);
    assert_eq!(case.mod_ref(5, 1), ModRef::REF, "constants stay");
}

/// What is written before a panic is seen by who catches it, and by nobody who waits for the return.
#[test]
fn what_is_written_before_a_panic_is_not_written_before_a_return() {
    let case = Case::new(
        "define void @f(ptr %p, i1 %c) personality ptr @personality {
           %x = load double, ptr %p
           call void @checked(ptr %p, i1 %c)
           invoke void @checked(ptr %p, i1 %c) to label %next unwind label %cleanup
         next:
           invoke void @checked(ptr %p, i1 %c) to label %last unwind label %caught
         last:
           call void @careless(ptr %p, i1 %c)
           ret void
         cleanup:
           %e = landingpad { ptr, i32 } cleanup
           resume { ptr, i32 } %e
         caught:
           %g = landingpad { ptr, i32 } catch ptr null
           ret void
         }
         define void @checked(ptr %p, i1 %c) {
           %y = load double, ptr %p
           br i1 %c, label %good, label %bad
         good:
           ret void
         bad:
           call void @fail(ptr %p)
           unreachable
         }
         define void @fail(ptr %p) {
           store double 0.0, ptr %p
           call void @panic()
           unreachable
         }
         define void @careless(ptr %p, i1 %c) {
           br i1 %c, label %good, label %bad
         good:
           ret void
         bad:
           call void @panic()
           br label %good
         }
         declare void @panic()
         declare i32 @personality(...)",
    );
    assert_eq!(case.mod_ref(1, 0), ModRef::REF);
    assert_eq!(
        case.mod_ref(2, 0),
        ModRef::REF,
        "who cleans up does not return either"
    );
    assert_eq!(case.mod_ref(3, 0), ModRef::BOTH, "it is caught");
    assert_eq!(case.mod_ref(4, 0), ModRef::BOTH, "it may come back");
}

/// Knows `memcpy` and nothing else.
struct Copies;

impl Knowledge for Copies {
    fn call_effects(&self, ctx: &Context, _: &Function, _: Inst, callee: FuncId) -> Option<CallEffects> {
        let known = ctx.funcs[callee].name.starts_with("llvm.memcpy");
        let address = |access| ArgEffect {
            access,
            captured: false,
        };
        known.then(|| CallEffects {
            args: [
                address(ModRef::MOD),
                address(ModRef::REF),
                ArgEffect::NONE,
                ArgEffect::NONE,
            ]
            .into_iter()
            .collect(),
            returned: Returned::Nothing,
            copies: [(0, 1)].into_iter().collect(),
            copied: Some(2),
            only_copies: true,
            other: ModRef::NONE,
        })
    }
}

/// The classes of the named values of `f`: values with the same class get the same number.
fn classes(text: &str, names: &[&str]) -> Vec<Option<usize>> {
    let mut module = parse_module(text).unwrap_or_else(|error| panic!("{error}"));
    let f = module.ctx.find_func("f").expect("the case has a function f");
    let (bodies, ctx) = module.split();
    let calls = CallGraph::of(ctx, bodies, &[f]);
    let pointers = Pointers::of(ctx, bodies, &calls, &Copies);
    let (body, found) = (
        bodies.get(f).expect("f has a body"),
        pointers.function(f).expect("analyzed"),
    );
    let class = |name: &&str| {
        let mut known = body.value_names.iter();
        let value = known.find(|(_, text)| &***text == *name).map(|(&value, _)| value);
        found.class(value.unwrap_or_else(|| panic!("no %{name}")))
    };
    let all: Vec<_> = names.iter().map(class).collect();
    all.iter()
        .map(|class| class.and_then(|_| all.iter().position(|other| other == class)))
        .collect()
}

#[test]
fn calls_of_one_function_keep_objects_apart() {
    let text = "define void @f(ptr %p, ptr %q) {
           %a = call ptr @pass(ptr %p)
           %b = call ptr @pass(ptr %q)
           %s = alloca ptr
           %t = alloca ptr
           call void @put(ptr %s, ptr %a)
           call void @put(ptr %t, ptr %b)
           %c = load ptr, ptr %s
           %d = load ptr, ptr %t
           %n = ptrtoint ptr %c to i64
           %m = add i64 %n, 8
           %e = inttoptr i64 %m to ptr
           ret void
         }
         define ptr @pass(ptr %p) {
           %e = getelementptr i8, ptr %p, i64 8
           ret ptr %e
         }
         define void @put(ptr %slot, ptr %p) {
           store ptr %p, ptr %slot
           ret void
         }";
    let found = classes(text, &["p", "q", "a", "b", "s", "t", "c", "d", "e"]);
    let expected = [0, 1, 0, 1, 4, 5, 0, 1, 0].map(Some);
    assert_eq!(found, expected);
}

#[test]
fn fields_are_told_apart_in_structures_arrays_and_registers() {
    let text = "define void @f(ptr %p, ptr %q, i64 %i) {
           %s = alloca { ptr, ptr }
           %t = alloca { ptr, ptr }
           call void @fill(ptr %s, ptr %p, ptr %q)
           call void @copy(ptr %t, ptr %s)
           %t1 = getelementptr i8, ptr %t, i64 8
           %a = load ptr, ptr %t
           %b = load ptr, ptr %t1
           %v = load { ptr, ptr }, ptr %t
           %c = extractvalue { ptr, ptr } %v, 0
           %d = extractvalue { ptr, ptr } %v, 1
           %array = alloca [4 x { ptr, ptr }]
           %e = getelementptr { ptr, ptr }, ptr %array, i64 %i
           call void @llvm.memcpy.p0.p0.i64(ptr %e, ptr %t, i64 16, i1 false)
           %e1 = getelementptr { ptr, ptr }, ptr %array, i64 2, i32 1
           %g = load ptr, ptr %e1
           ret void
         }
         define void @fill(ptr %to, ptr %x, ptr %y) {
           %to1 = getelementptr i8, ptr %to, i64 8
           store ptr %x, ptr %to
           store ptr %y, ptr %to1
           ret void
         }
         define void @copy(ptr %to, ptr %from) {
           %l = alloca { ptr, ptr }
           call void @llvm.memcpy.p0.p0.i64(ptr %l, ptr %from, i64 16, i1 false)
           call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %l, i64 16, i1 false)
           ret void
         }
         declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)";
    let found = classes(text, &["p", "q", "s", "t", "a", "b", "c", "d", "array", "g"]);
    assert_eq!(found, [0, 1, 2, 3, 0, 1, 0, 1, 8, 1].map(Some));
}

#[test]
fn what_is_met_at_unknown_offsets_has_one_field() {
    let text = "define void @f(ptr %p, ptr %q, i64 %i) {
           %s = alloca { ptr, ptr }
           %s1 = getelementptr i8, ptr %s, i64 8
           store ptr %p, ptr %s
           store ptr %q, ptr %s1
           %any = getelementptr i8, ptr %s, i64 %i
           %a = load ptr, ptr %any
           ret void
         }";
    let found = classes(text, &["p", "q", "a"]);
    assert_eq!(found, [0, 0, 0].map(Some));
}

#[test]
fn unknown_code_joins_what_it_sees() {
    let text = "@g = global ptr null
         define void @f(ptr %p, ptr %q, ptr %r) {
           call void @mystery(ptr %p, ptr %q)
           call void @reads(ptr %r)
           %a = load ptr, ptr %p
           %b = load ptr, ptr @g
           ret void
         }
         declare void @mystery(ptr, ptr)
         declare void @reads(ptr captures(none)) memory(argmem: read)";
    let found = classes(text, &["p", "q", "r", "a", "b"]);
    assert_eq!(found, [0, 0, 2, 0, 0].map(Some));
}

#[test]
fn initializers_are_followed_through_long_lists() {
    let count = 20_000;
    let mut text = String::new();
    for at in 0..count {
        text += &format!(
            "@n{at} = global {{ double, ptr }} {{ double 0.0, ptr @n{} }}\n",
            at + 1
        );
    }
    text += &format!("@n{count} = global {{ double, ptr }} {{ double 0.0, ptr null }}\n");
    text += "define void @f() {
           %link = getelementptr i8, ptr @n0, i64 8
           %p = load ptr, ptr %link
           %q = getelementptr i8, ptr %p, i64 8
           %r = load ptr, ptr %q
           ret void
         }";
    let found = classes(&text, &["link", "p", "q", "r"]);
    assert_eq!(found, [0, 1, 1, 3].map(Some));
}
