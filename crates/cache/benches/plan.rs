//! Time of planning for functions of 1k, 10k and 100k instructions: straight code, records in memory, loops with branches.
//!
//! What matters is the time per instruction, which criterion reports as throughput: at 100k at least half of that at 1k.

use std::fmt::Write;
use std::hint::black_box;

use cache::{CallDemand, Mode, Node, Overwritten, PlanInput, PlanOptions, Shape, plan};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use facts::{Facts, Question, Seeds};
use ir::graph::CallGraph;
use ir::memory::Summaries;
use ir::{FuncId, Inst, Module};
use rules::{Resolver, RuleKnowledge, RuleTable};

/// Products along a chain, with a function here and there.
fn straight(size: usize) -> String {
    let mut text = String::from("declare double @sin(double)\ndefine double @f(ptr %p, double %x0) {\n");
    for n in 0..size / 4 {
        let field = n % 64;
        let (op, next) = (
            if n % 8 == 0 {
                "call double @sin(double "
            } else {
                "fmul double 0.5, "
            },
            n + 1,
        );
        let close = if n % 8 == 0 { ")" } else { "" };
        let _ = write!(
            text,
            "  %a{n} = getelementptr inbounds double, ptr %p, i64 {field}
  %b{n} = load double, ptr %a{n}
  %c{n} = fmul double %b{n}, %x{n}
  %x{next} = {op}%c{n}{close}\n"
        );
    }
    let _ = writeln!(text, "  ret double %x{}\n}}", size / 4);
    text
}

/// Numbers that go through memory at constant places of one object.
fn records(size: usize) -> String {
    let mut text = String::from("define double @f(double %x0) {\n  %o = alloca [4096 x double]\n");
    for n in 0..size / 5 {
        let (to, next) = (n * 7 % 4096, n + 1);
        let _ = write!(
            text,
            "  %a{n} = getelementptr inbounds double, ptr %o, i64 {to}
  %s{n} = fmul double %x{n}, %x{n}
  store double %s{n}, ptr %a{n}
  %b{n} = load double, ptr %a{n}
  %x{next} = fmul double %b{n}, %s{n}\n"
        );
    }
    let _ = writeln!(text, "  ret double %x{}\n}}", size / 5);
    text
}

/// Loops one after the other, each with a branch, updating an array in place.
fn loops(size: usize) -> String {
    let mut text = String::from("define void @f(ptr %x, ptr %y, i64 %n) {\nentry:\n  br label %h0\n");
    let rounds = size / 17;
    for at in 0..rounds {
        let before = if at == 0 {
            "entry".to_owned()
        } else {
            format!("j{}", at - 1)
        };
        let next = if at + 1 < rounds {
            format!("h{}", at + 1)
        } else {
            "done".to_owned()
        };
        let _ = write!(
            text,
            "h{at}:
  %i{at} = phi i64 [ 0, %{before} ], [ %k{at}, %j{at} ]
  %p{at} = getelementptr inbounds double, ptr %x, i64 %i{at}
  %q{at} = getelementptr inbounds double, ptr %y, i64 %i{at}
  %v{at} = load double, ptr %p{at}
  %w{at} = load double, ptr %q{at}
  %c{at} = fcmp ogt double %v{at}, %w{at}
  br i1 %c{at}, label %a{at}, label %b{at}
a{at}:
  %s{at} = fmul double %v{at}, %w{at}
  br label %j{at}
b{at}:
  %t{at} = fmul double %v{at}, %v{at}
  br label %j{at}
j{at}:
  %u{at} = phi double [ %s{at}, %a{at} ], [ %t{at}, %b{at} ]
  store double %u{at}, ptr %p{at}
  %k{at} = add nuw nsw i64 %i{at}, 1
  %d{at} = icmp slt i64 %k{at}, %n
  br i1 %d{at}, label %h{at}, label %{next}\n"
        );
    }
    text + "done:\n  ret void\n}\n"
}

/// The text of a program of about so many instructions.
type Program = fn(usize) -> String;

/// No function is called.
struct NoCalls;

impl CallDemand for NoCalls {
    fn reads(&self, _: Inst) -> Vec<Node> {
        Vec::new()
    }
}

fn parse(text: &str) -> (Module, FuncId) {
    let mut module = ir::text::parse_module(text).expect("the text is right");
    let func = module.ctx.find_func("f").expect("there is @f");
    let body = module.body(func).expect("it has a body").clone();
    module.set_body(ir::canonical::canonicalize(&module.ctx, &body).expect("it is reducible"));
    (module, func)
}

/// Does something with the input of a plan.
fn with_input(text: &str, then: impl FnOnce(&PlanInput<'_>, &dyn Fn() -> Shape)) {
    let (mut module, func) = parse(text);
    let rules = RuleTable::standard();
    let (bodies, ctx) = module.split();
    let ctx = &*ctx;
    let count = ctx.types.param_types(ctx.funcs[func].ty).len();
    let context = activity::ContextKey {
        func,
        params: vec![activity::ParamActivity::Dual; count],
        ret: activity::ReturnActivity::Active,
        memory: activity::EntryMemory::default(),
    };
    let question = Question {
        ctx,
        bodies,
        rules,
        activity: activity::Options::default(),
        types: &typeanalysis::TypeOptions::default(),
        context: &context,
        seeds: &Seeds::of_signature(ctx, func),
        moves_unknown: false,
    };
    let analyses = question.answer(None);
    let facts = Facts::new(&analyses, &context);
    let calls = CallGraph::of(ctx, bodies, &[func]);
    let knowledge = RuleKnowledge {
        resolver: Resolver::new(ctx, bodies, rules, false, calls.functions()),
        holds_address: &|_, _| true,
    };
    let summaries = Summaries::of(ctx, bodies, &calls, &knowledge);
    let function = bodies.get(func).expect("it has a body");
    let shape_of = || Shape::of(ctx, function, &summaries, &knowledge);
    let input = PlanInput {
        ctx,
        function,
        bodies,
        facts: &facts,
        rules,
        shape: &shape_of(),
        mode: Mode::Combined,
        width: 1,
        overwritten: &Overwritten::nothing(count),
        calls: &NoCalls,
        options: &PlanOptions::default(),
    };
    then(&input, &shape_of);
}

fn bench(criterion: &mut Criterion) {
    let programs: [(&str, Program); 3] = [("straight", straight), ("records", records), ("loops", loops)];
    for (name, program) in programs {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for size in [1_000, 10_000, 100_000] {
            group.throughput(Throughput::Elements(size as u64));
            with_input(&program(size), |input, shape| {
                let id = |what: &str| BenchmarkId::new(what, size);
                group.bench_function(id("plan"), |bencher| {
                    bencher.iter(|| plan(black_box(input)).is_ok())
                });
                group.bench_function(id("shape"), |bencher| {
                    bencher.iter(|| black_box(shape()).executions.len())
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
