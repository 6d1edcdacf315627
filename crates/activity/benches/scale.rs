//! Time per instruction for functions that grow (`ir::testing::shapes`).
//!
//! The bar is that of 100,000 instructions at most twice that of 1,000.

use std::hint::black_box;

use activity::{ActivityInput, EntryMemory, NoTypes, Options, ParamActivity, ReturnActivity, analyze};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ir::Module;
use ir::testing::shapes::{SHAPES, processor_time};
use rules::RuleTable;

fn run(module: &mut Module) -> usize {
    let func = module.ctx.find_func("f").expect("the function of the request");
    let (bodies, ctx) = module.split();
    let params = ctx.types.param_types(ctx.funcs[func].ty).iter();
    let params: Vec<ParamActivity> = params
        .map(|&ty| match ctx.types.int_bits(ty) {
            Some(_) => ParamActivity::Const,
            None => ParamActivity::Dual,
        })
        .collect();
    let activities = analyze(&ActivityInput {
        ctx,
        bodies,
        rules: RuleTable::standard(),
        types: &NoTypes,
        func,
        params: &params,
        ret: ReturnActivity::Active,
        memory: &EntryMemory::default(),
        options: Options::default(),
    });
    activities.iter().len()
}

fn scale(criterion: &mut Criterion) {
    for (name, generate) in SHAPES {
        let mut group = criterion.benchmark_group(format!("activity/{name}"));
        group.sample_size(10);
        for size in [1_000, 10_000, 100_000] {
            let mut module =
                ir::text::parse_module(&generate(size)).unwrap_or_else(|error| panic!("{error}"));
            let insts: usize = module.bodies().map(ir::Function::inst_count).sum();
            group.throughput(Throughput::Elements(insts as u64));
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
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

criterion_group!(benches, scale);
criterion_main!(benches);
