//! How fast tangents are, and how fast they are made.
//!
//! `run`: each kernel of `kernels.c`, its tangent in one direction and in four, in one process, so that their ratios come from one run.
//! `compile`: the whole pass on the kernels' module, from the requests to the cleaned-up result.
//!
//! clang-22 makes the module at -O3; lowering and code generation happen here, as in a host.

use std::path::Path;
use std::process::Command;

use criterion::{Criterion, criterion_group, criterion_main};
use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use llvm_link as _;
use rsenzyme::Options;

const KERNELS: [&str; 4] = ["log_sum_exp", "pendulum", "heat", "layer"];

/// Inputs of each kernel.
const SIZE: usize = 2048;

type Primal = unsafe extern "C" fn(*const f64, *mut f64, i32) -> f64;
type Tangent = unsafe extern "C" fn(*const f64, *const f64, *mut f64, *mut f64, i32) -> f64;

/// The kernels as clang compiles them.
fn bitcode() -> Vec<u8> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels.c");
    let arguments = ["-O3", "-fno-math-errno", "-emit-llvm", "-c", "-o", "-"];
    let output = Command::new("clang-22").args(arguments).arg(source).output();
    let output = output.expect("clang-22 is installed (cargo xtask install)");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn module<'ctx>(context: &'ctx Context, bitcode: &[u8]) -> Module<'ctx> {
    let buffer = MemoryBuffer::create_from_memory_range_copy(bitcode, "kernels");
    context
        .create_module_from_ir(buffer)
        .expect("clang writes valid bitcode")
}

fn lower(module: &Module<'_>) {
    // SAFETY: the module is live and used by this thread only.
    let outcome = unsafe { rsenzyme::lower(module.as_mut_ptr(), &Options::default()) };
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
}

fn run(criterion: &mut Criterion) {
    let context = Context::create();
    let module = module(&context, &bitcode());
    lower(&module);
    let engine = module
        .create_jit_execution_engine(OptimizationLevel::Aggressive)
        .expect("the machine's target is there");
    let x: Vec<f64> = (0..SIZE)
        .map(|i| 0.01 + (i as f64 * 0.37).sin().abs() * 0.1)
        .collect();
    let dx = vec![1.0; 4 * SIZE];
    let (mut work, mut shadow) = (vec![0.0; 4 * SIZE], vec![0.0; 16 * SIZE]);
    for kernel in KERNELS {
        let mut group = criterion.benchmark_group(format!("run/{kernel}"));
        // SAFETY: the kernels have this signature, and their arrays have the sizes that `kernels.c` asks for.
        let primal = unsafe { engine.get_function::<Primal>(kernel) }.expect("kernels are in the module");
        group.bench_function("primal", |bencher| {
            // SAFETY: as above.
            bencher.iter(|| unsafe { primal.call(x.as_ptr(), work.as_mut_ptr(), SIZE as i32) });
        });
        for name in ["tangent", "tangent4"] {
            // SAFETY: as above.
            let tangent = unsafe { engine.get_function::<Tangent>(&format!("{name}_{kernel}")) };
            let tangent = tangent.expect("tangents are in the module");
            group.bench_function(name, |bencher| {
                // SAFETY: as above.
                bencher.iter(|| unsafe {
                    tangent.call(
                        x.as_ptr(),
                        dx.as_ptr(),
                        work.as_mut_ptr(),
                        shadow.as_mut_ptr(),
                        SIZE as i32,
                    )
                });
            });
        }
        group.finish();
    }
}

fn compile(criterion: &mut Criterion) {
    let bitcode = bitcode();
    criterion.bench_function("compile/8 requests", |bencher| {
        bencher.iter_batched(
            Context::create,
            |context| {
                lower(&module(&context, &bitcode));
                context
            },
            criterion::BatchSize::PerIteration,
        );
    });
}

criterion_group!(benches, run, compile);
criterion_main!(benches);
