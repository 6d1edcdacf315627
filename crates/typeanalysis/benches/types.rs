//! Time of the analysis on generated functions of 1k, 10k and 100k instructions: straight code, deep loops, large structures, chains of
//! calls. What matters is the time per instruction, which criterion reports as throughput: at 100k at least half of that at 1k.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ir::Module;
use ir::testing::shapes::{SHAPES, processor_time};
use rules::RuleTable;
use typeanalysis::{SeedStyle, TypeInput, TypeOptions, analyze, default_seeds};

fn run(module: &mut Module) -> usize {
    let func = module.ctx.find_func("f").expect("the generator makes f");
    let (bodies, ctx) = module.split();
    let (params, ret) = default_seeds(ctx, func, SeedStyle::Request);
    let options = TypeOptions::default();
    let answer = analyze(&TypeInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        func,
        params: &params,
        ret: &ret,
        options: &options,
    });
    assert!(
        answer.contradictions.is_empty(),
        "{:?}",
        answer.contradictions.first()
    );
    answer.contexts().len()
}

fn bench(criterion: &mut Criterion) {
    for (name, generate) in SHAPES {
        let mut group = criterion.benchmark_group(format!("types/{name}"));
        group.sample_size(10);
        for size in [1_000, 10_000, 100_000] {
            let mut module = ir::text::parse_module(&generate(size)).expect("the generator's text is IR");
            let insts: usize = module.bodies().map(ir::Function::inst_count).sum();
            group.throughput(Throughput::Elements(insts as u64));
            group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, _| {
                bencher.iter_custom(|times| {
                    processor_time(times, || {
                        black_box(run(&mut module));
                    })
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
