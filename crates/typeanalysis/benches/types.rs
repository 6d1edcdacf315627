//! Time of the analysis on generated functions of 1k, 10k and 100k instructions: straight code, deep loops, large structures, chains of
//! calls. What matters is the time per instruction, which criterion reports as throughput: at 100k at least half of that at 1k.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ir::Module;
use rules::RuleTable;
use typeanalysis::{SeedStyle, TypeInput, TypeOptions, analyze, default_seeds};

/// Loads, float arithmetic, integer copies and stores, one after the other.
fn straight(size: usize) -> String {
    let mut text = String::from("define void @f(ptr %p, ptr %q, double %x0) {\n");
    for n in 0..size / 6 {
        let field = n % 16;
        write!(
            text,
            "  %a{n} = getelementptr inbounds double, ptr %p, i64 {field}
  %b{n} = load i64, ptr %a{n}
  %c{n} = bitcast i64 %b{n} to double
  %x{} = fadd double %c{n}, %x{n}
  %d{n} = getelementptr inbounds i64, ptr %q, i64 {field}
  store i64 %b{n}, ptr %d{n}\n",
            n + 1
        )
        .expect("strings grow");
    }
    text + "  ret void\n}\n"
}

/// Nests of eight loops, one nest after the other.
fn loops(size: usize) -> String {
    const DEPTH: usize = 8;
    let mut text = String::from("define double @f(ptr %p, double %x0) {\nentry:\n  br label %pre0\n");
    let nests = (size / (DEPTH * 7 + 4)).max(1);
    for nest in 0..nests {
        writeln!(text, "pre{nest}:\n  br label %head{nest}.0").expect("strings grow");
        for level in 0..DEPTH {
            let from = if level == 0 {
                format!("pre{nest}")
            } else {
                format!("head{nest}.{}", level - 1)
            };
            let inner = if level + 1 == DEPTH {
                format!("body{nest}")
            } else {
                format!("head{nest}.{}", level + 1)
            };
            writeln!(
                text,
                "head{nest}.{level}:
  %i{nest}.{level} = phi i64 [ 0, %{from} ], [ %n{nest}.{level}, %latch{nest}.{level} ]
  br label %{inner}"
            )
            .expect("strings grow");
        }
        writeln!(
            text,
            "body{nest}:
  %a{nest} = getelementptr inbounds double, ptr %p, i64 %i{nest}.{}
  %v{nest} = load double, ptr %a{nest}
  %x{} = fadd double %v{nest}, %x{nest}
  br label %latch{nest}.{}",
            DEPTH - 1,
            nest + 1,
            DEPTH - 1
        )
        .expect("strings grow");
        for level in (0..DEPTH).rev() {
            let out = if level == 0 {
                format!("pre{}", nest + 1)
            } else {
                format!("latch{nest}.{}", level - 1)
            };
            writeln!(
                text,
                "latch{nest}.{level}:
  %n{nest}.{level} = add nuw i64 %i{nest}.{level}, 1
  %t{nest}.{level} = icmp eq i64 %n{nest}.{level}, 10
  br i1 %t{nest}.{level}, label %{out}, label %head{nest}.{level}"
            )
            .expect("strings grow");
        }
    }
    writeln!(text, "pre{nests}:\n  ret double %x{nests}\n}}").expect("strings grow");
    text
}

/// Structures of 60 fields of three types, filled field by field and copied.
fn structures(size: usize) -> String {
    let mut text = String::from(
        "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\ndefine void @f(ptr %p, double %x, i64 %n) {\n",
    );
    let objects = (size / 183).max(1);
    for object in 0..objects {
        writeln!(text, "  %s{object} = alloca [60 x i64]").expect("strings grow");
    }
    for object in 0..objects {
        for field in 0..60 {
            let kind = ["double", "i64", "ptr"][field % 3];
            let value = ["%x", "%n", "%p"][field % 3];
            writeln!(
                text,
                "  %f{object}.{field} = getelementptr inbounds i8, ptr %s{object}, i64 {}
  store {kind} {value}, ptr %f{object}.{field}
  %l{object}.{field} = load i64, ptr %f{object}.{field}",
                field * 8
            )
            .expect("strings grow");
        }
        let to = (object + 1) % objects;
        writeln!(
            text,
            "  call void @llvm.memcpy.p0.p0.i64(ptr %s{to}, ptr %s{object}, i64 480, i1 false)"
        )
        .expect("strings grow");
    }
    text + "  ret void\n}\n"
}

/// Functions of ten instructions, each calling the next.
fn calls(size: usize) -> String {
    let mut text = String::new();
    let functions = (size / 10).max(1);
    for f in 0..functions {
        writeln!(
            text,
            "define double @f{f}(ptr %p, i64 %n) {{
  %a = getelementptr inbounds double, ptr %p, i64 1
  %b = load i64, ptr %a
  %c = bitcast i64 %b to double
  %d = fmul double %c, %c
  store double %d, ptr %p
  %e = load i64, ptr %p
  store i64 %e, ptr %a
  %m = add i64 %n, 1"
        )
        .expect("strings grow");
        if f + 1 < functions {
            writeln!(
                text,
                "  %r = call double @f{}(ptr %p, i64 %m)\n  ret double %r\n}}",
                f + 1
            )
            .expect("strings grow");
        } else {
            writeln!(text, "  ret double %d\n}}").expect("strings grow");
        }
    }
    text
}

/// Makes a module of about so many instructions.
type Generator = fn(usize) -> String;

fn run(module: &mut Module) -> usize {
    let func = module.bodies().next().expect("the generator makes functions").id;
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
    let generators: [(&str, Generator); 4] = [
        ("straight", straight),
        ("loops", loops),
        ("structures", structures),
        ("calls", calls),
    ];
    for (name, generate) in generators {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        for size in [1_000, 10_000, 100_000] {
            let mut module = ir::text::parse_module(&generate(size)).expect("the generator's text is IR");
            let insts: usize = module.bodies().map(ir::Function::inst_count).sum();
            group.throughput(Throughput::Elements(insts as u64));
            group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, _| {
                bencher.iter(|| black_box(run(&mut module)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
