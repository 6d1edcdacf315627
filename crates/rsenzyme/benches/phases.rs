//! How long each phase of making a gradient takes, for functions of growing size: import, analyses, the plan of the tape, emission, export,
//! LLVM's passes on what came out, and all of it. What matters is the time for each instruction, which criterion reports as throughput.
//!
//! The phases are those that the option `time` prints.

use std::fmt::Write;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use llvm_link as _;
use rsenzyme::Options;

/// Loops one after the other over two arrays, each with a branch, a library function and a value that is overwritten: about `size`
/// instructions.
fn program(size: usize) -> String {
    const PER_LOOP: usize = 18;
    let mut body = String::new();
    let loops = size / PER_LOOP;
    for at in 0..loops {
        let before = match at {
            0 => "entry".to_owned(),
            _ => format!("j{}", at - 1),
        };
        let next = match at + 1 < loops {
            true => format!("h{}", at + 1),
            false => "done".to_owned(),
        };
        let _ = write!(
            body,
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
  %t{at} = call double @llvm.sin.f64(double %v{at})
  br label %j{at}
j{at}:
  %u{at} = phi double [ %s{at}, %a{at} ], [ %t{at}, %b{at} ]
  store double %u{at}, ptr %p{at}
  %k{at} = add nuw nsw i64 %i{at}, 1
  %d{at} = icmp slt i64 %k{at}, %n
  br i1 %d{at}, label %h{at}, label %{next}\n"
        );
    }
    format!(
        "define void @f(ptr %x, ptr %y, i64 %n) {{\nentry:\n  br label %h0\n{body}done:\n  ret void\n}}
define void @df(ptr %x, ptr %dx, ptr %y, ptr %dy, i64 %n) {{
  call void (...) @__enzyme_autodiff(ptr @f, metadata !\"enzyme_dup\", ptr %x, ptr %dx, metadata !\"enzyme_dup\", ptr %y, ptr %dy, \
         metadata !\"enzyme_const\", i64 %n)
  ret void
}}
declare double @llvm.sin.f64(double)
declare void @__enzyme_autodiff(...)\n"
    )
}

/// The time of each phase, with that of the whole pass as `total`.
fn times(context: &Context, text: &str) -> Vec<(&'static str, Duration)> {
    let buffer = MemoryBuffer::create_from_memory_range_copy(text.as_bytes(), "program");
    let module = context.create_module_from_ir(buffer).expect("the text is right");
    let options = Options {
        time: true,
        ..Options::default()
    };
    // SAFETY: the module is live and used by this thread only.
    let outcome = unsafe { rsenzyme::lower(module.as_mut_ptr(), &options) };
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    let total = outcome.times.iter().map(|phase| phase.time).sum();
    let phases = outcome.times.iter().map(|phase| (phase.name, phase.time));
    phases.chain([("total", total)]).collect()
}

fn bench(criterion: &mut Criterion) {
    let context = Context::create();
    let sizes = [300, 3_000, 30_000];
    let names: Vec<&'static str> = times(&context, &program(300)).iter().map(|time| time.0).collect();
    for name in names {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.measurement_time(Duration::from_secs(2));
        for size in sizes {
            let text = program(size);
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
                bencher.iter_custom(|rounds| {
                    let one = || times(&context, &text).into_iter().find(|time| time.0 == name);
                    (0..rounds).filter_map(|_| one()).map(|time| time.1).sum()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
