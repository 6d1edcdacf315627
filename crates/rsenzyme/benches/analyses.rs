//! How long the analyses of ADBench's four objectives take, each by itself: their IR is that of clang-22 at -O3, with every pointer
//! active, as a gradient of all unknowns asks for. The bar is 10 ms for both together.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use activity::{ActivityInput, EntryMemory, Options, ParamActivity, ReturnActivity};
use criterion::{Criterion, criterion_group, criterion_main};
use facts::{Seeds, Types};
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::values::AsValueRef;
use ir::testing::shapes::processor_time;
use llvm_link as _;
use rules::RuleTable;
use typeanalysis::TypeOptions;

const OBJECTIVES: [&str; 4] = ["gmm", "ba", "hand", "lstm"];

fn bitcode(objective: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adbench");
    let output = Command::new("clang-22")
        .args(["-O3", "-fno-math-errno", "-emit-llvm", "-c", "-o", "-"])
        .arg(format!("-I{}", folder.join("harness").display()))
        .arg(folder.join(format!("objectives/{objective}.c")))
        .output()
        .expect("clang-22 is installed (cargo xtask install)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn analyses(criterion: &mut Criterion) {
    for objective in OBJECTIVES {
        let context = Context::create();
        let buffer = MemoryBuffer::create_from_memory_range_copy(&bitcode(objective), objective);
        let module = context
            .create_module_from_ir(buffer)
            .expect("clang writes valid bitcode");
        let function = module
            .get_function("objective")
            .expect("an objective has a function of this name");
        // SAFETY: the module is live and used by this thread only.
        let (importer, func) = unsafe {
            let mut importer = llvm::Importer::new(module.as_mut_ptr());
            let roots = importer.import_reachable(&[function.as_value_ref()]);
            (importer, roots[0])
        };
        let mut imported = importer.module;
        let insts: usize = imported.bodies().map(ir::Function::inst_count).sum();
        let (bodies, ctx) = imported.split();
        let seeds = Seeds::of_signature(ctx, func);
        let options = TypeOptions::default();
        let types = || {
            let entry = (func, &seeds);
            Types::analyze(ctx, bodies, RuleTable::standard(), &options, entry)
        };
        let known = types();
        let params = ctx.types.param_types(ctx.funcs[func].ty).iter();
        let params: Vec<ParamActivity> = params
            .map(|&ty| match ctx.types.is_ptr(ty) {
                true => ParamActivity::Dual,
                false => ParamActivity::Const,
            })
            .collect();
        let activity = || {
            activity::analyze(&ActivityInput {
                ctx,
                bodies,
                rules: RuleTable::standard(),
                types: &known.contents(ctx, bodies),
                func,
                params: &params,
                ret: ReturnActivity::Const,
                memory: &EntryMemory::default(),
                options: Options::default(),
            })
        };
        let mut group = criterion.benchmark_group(format!("analyses/{objective} ({insts} instructions)"));
        group.sample_size(10);
        group.bench_function("types", |bencher| {
            bencher.iter_custom(|times| processor_time(times, || drop(black_box(types()))));
        });
        group.bench_function("activity", |bencher| {
            bencher.iter_custom(|times| processor_time(times, || drop(black_box(activity()))));
        });
        group.finish();
    }
}

criterion_group!(benches, analyses);
criterion_main!(benches);
