//! Time per instruction for growing functions: straight code, nested loops over memory, long chains of calls.
//!
//! The bar is that of 100,000 instructions at most twice that of 1,000.

use std::fmt::Write;

use activity::{ActivityInput, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity, analyze};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ir::Module;
use rules::RuleTable;

/// Sums and products, each of the two values before.
fn straight(count: usize) -> String {
    let mut text =
        "define double @f(double %x, double %y) {\n%a0 = fadd double %x, %y\n%a1 = fmul double %x, %y\n"
            .to_owned();
    for at in 2..count {
        let op = if at % 2 == 0 { "fadd" } else { "fmul" };
        let _ = writeln!(text, "%a{at} = {op} double %a{}, %a{}", at - 1, at - 2);
    }
    let _ = writeln!(text, "ret double %a{}\n}}", count - 1);
    text
}

/// Loops one after the other, each copying from the array before to its own.
fn loops(count: usize) -> String {
    let mut text = "define double @f(ptr %p0, i64 %n) {\nentry:\nbr label %h0\n".to_owned();
    let rounds = count / 10;
    for at in 0..rounds {
        let next = at + 1;
        let before = if at == 0 {
            "%entry".to_owned()
        } else {
            format!("%h{}", at - 1)
        };
        let _ = writeln!(
            text,
            "h{at}:\n%i{at} = phi i64 [ 0, {before} ], [ %j{at}, %h{at} ]\n%g{at} = getelementptr double, ptr %p{at}, i64 %i{at}\n\
             %v{at} = load double, ptr %g{at}\n%w{at} = fmul double %v{at}, 2.0\n%p{next} = alloca [8 x double]\n\
             %s{at} = getelementptr double, ptr %p{next}, i64 %i{at}\nstore double %w{at}, ptr %s{at}\n\
             %j{at} = add i64 %i{at}, 1\n%t{at} = icmp slt i64 %j{at}, %n\nbr i1 %t{at}, label %h{at}, label %{}",
            if next < rounds {
                format!("h{next}")
            } else {
                "done".to_owned()
            }
        );
    }
    let _ = writeln!(text, "done:\nret double %w{}\n}}", rounds - 1);
    text
}

/// Functions that each call the next, passing a pointer and a number.
fn calls(count: usize) -> String {
    let rounds = count / 5;
    let mut text = String::new();
    for at in 0..rounds {
        let name = if at == 0 { "f".to_owned() } else { format!("f{at}") };
        let _ = writeln!(
            text,
            "define double @{name}(ptr %p, double %x) {{\n%a = load double, ptr %p\n%b = fmul double %a, %x\nstore double %b, ptr %p"
        );
        let _ = match at + 1 < rounds {
            true => writeln!(
                text,
                "%r = call double @f{}(ptr %p, double %b)\nret double %r\n}}",
                at + 1
            ),
            false => writeln!(text, "ret double %b\n}}"),
        };
    }
    text
}

fn run(module: &mut Module) -> usize {
    let func = module.ctx.find_func("f").expect("the function of the request");
    let (bodies, ctx) = module.split();
    let activities = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func,
        params: &[ParamActivity::Dual, ParamActivity::Const],
        ret: ReturnActivity::Active,
        memory: &EntryMemory::default(),
        options: Options::default(),
    });
    activities.iter().len()
}

/// Makes the text of a program of so many instructions.
type Shape = fn(usize) -> String;

fn scale(criterion: &mut Criterion) {
    let shapes = [
        ("straight", straight as Shape),
        ("loops", loops),
        ("calls", calls),
    ];
    for (name, shape) in shapes {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for count in [1_000, 10_000, 100_000] {
            let mut module = ir::text::parse_module(&shape(count)).unwrap_or_else(|error| panic!("{error}"));
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
                bencher.iter(|| run(&mut module));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, scale);
criterion_main!(benches);
