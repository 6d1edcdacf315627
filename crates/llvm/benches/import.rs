//! Instructions per second of the import of a large module, with everything that analyses need: types, constants, initialisers,
//! attributes and metadata.
//!
//! `RSENZYME_BENCH_MODULE=file.bc cargo bench -p rsenzyme-llvm` measures another module than the round trip's Rust program.

use std::ffi::CString;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::ptr::null_mut;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use llvm::Importer;
use llvm_link as _;
use llvm_sys::core::*;
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};

/// The program of the round trip, after fat link-time optimisation.
fn regex_program() -> PathBuf {
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/regex-program/Cargo.toml"
    );
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("regex-program");
    let status = Command::new("cargo")
        .args([
            "rustc",
            "--release",
            "--locked",
            "--manifest-path",
            fixture,
            "--target-dir",
        ])
        .arg(&target)
        .args(["--", "--emit=llvm-bc"])
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the program does not build");
    let deps = std::fs::read_dir(target.join("release/deps")).expect("cargo has built");
    deps.filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "bc"))
        .expect("rustc has written bitcode")
}

fn read(file: &std::path::Path) -> LLVMModuleRef {
    let path = CString::new(file.to_str().expect("a path in UTF-8")).expect("no zero byte");
    // SAFETY: the module lives until the process ends.
    unsafe {
        let (mut buffer, mut message, mut module) = (null_mut(), null_mut(), null_mut());
        let failed =
            LLVMCreateMemoryBufferWithContentsOfFile(path.as_ptr(), &raw mut buffer, &raw mut message);
        assert_eq!(failed, 0, "cannot read {}", file.display());
        let failed = LLVMParseIRInContext2(LLVMContextCreate(), buffer, &raw mut module, &raw mut message);
        assert_eq!(failed, 0, "cannot parse {}", file.display());
        LLVMDisposeMemoryBuffer(buffer);
        module
    }
}

fn definitions(module: LLVMModuleRef) -> Vec<LLVMValueRef> {
    let mut all = Vec::new();
    // SAFETY: the module is alive.
    unsafe {
        let mut func = LLVMGetFirstFunction(module);
        while !func.is_null() {
            if LLVMIsDeclaration(func) == 0 {
                all.push(func);
            }
            func = LLVMGetNextFunction(func);
        }
    }
    all
}

/// Imports every function.
fn import(module: LLVMModuleRef, functions: &[LLVMValueRef]) -> Importer {
    // SAFETY: the module is alive, and the functions are of it.
    unsafe {
        let mut importer = Importer::new(module);
        for &func in functions {
            importer.import_function(func);
        }
        importer
    }
}

fn bench(criterion: &mut Criterion) {
    let file = std::env::var_os("RSENZYME_BENCH_MODULE").map_or_else(regex_program, PathBuf::from);
    let module = read(&file);
    let functions = definitions(module);
    let importer = import(module, &functions);
    let count: usize = importer
        .module
        .bodies()
        .map(|body| body.all_insts().count())
        .sum();
    let mut group = criterion.benchmark_group("import");
    group.throughput(Throughput::Elements(count as u64));
    group.bench_function("all functions", |bencher| {
        bencher.iter(|| black_box(import(module, &functions)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = bench
}
criterion_main!(benches);
