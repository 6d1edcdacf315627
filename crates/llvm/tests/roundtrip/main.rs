//! Round trip: importing and exporting every function of large real modules gives back the same IR.
//!
//! Each module goes through twice. With origins *kept*, every instruction is a clone, and the text of each copy must equal the text
//! of its original, up to what copies do not have (debug records and the identifiers that tie instructions to them). With origins
//! *stripped* from all instructions that our IR models completely, they are built from our description; the copy is imported again and must equal
//! the first import field by field. In both, LLVM's verifier must accept each copy, and when the copies take the place of the originals,
//! `llvm-diff` must find the module equal to the file.

mod compare;
mod inputs;
mod module;

use std::path::Path;

use ir::{Function, Op};
use llvm::Exporter;
use llvm_link as _;
use module::LoadedModule;

/// Which origins the bodies keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Origins {
    Kept,
    Stripped,
}

/// What a round trip went through, so that tests can see that it was not empty.
#[derive(Debug)]
struct Outcome {
    functions: usize,
    instructions: usize,
    /// Instructions that were built and not cloned.
    built: usize,
}

fn round_trip(file: &Path, origins: Origins) -> Outcome {
    let loaded = LoadedModule::read(file);
    let mut importer = loaded.importer();
    let definitions = loaded.definitions();
    // SAFETY: the functions are of the module, which outlives the importer.
    let ids: Vec<_> = definitions
        .iter()
        .map(|&func| unsafe { importer.import_function(func) })
        .collect();
    let bodies: Vec<Function> = ids
        .iter()
        .map(|&id| {
            let mut body = importer.module.body(id).expect("it was imported").clone();
            if origins == Origins::Stripped {
                compare::strip(&importer.module.ctx, &mut body);
            }
            body
        })
        .collect();
    let mut outcome = Outcome {
        functions: bodies.len(),
        instructions: 0,
        built: 0,
    };
    for body in &bodies {
        for inst in body.all_insts() {
            let data = body.inst(inst);
            outcome.instructions += 1;
            outcome.built += usize::from(data.origin.is_none() || data.op == Op::Phi);
        }
    }
    let exported = match Exporter::new(&importer).export(&bodies.iter().collect::<Vec<_>>()) {
        Ok(exported) => exported,
        Err(errors) => panic!(
            "{}: {} of {} functions failed\n{}",
            file.display(),
            errors.len(),
            bodies.len(),
            errors
                .iter()
                .take(3)
                .map(|error| format!("{error}\n"))
                .collect::<String>()
        ),
    };
    let copies: Vec<_> = exported.functions().map(|(_, copy)| copy).collect();
    match origins {
        Origins::Kept => compare::texts_agree(&loaded, &definitions, &copies),
        Origins::Stripped => compare::imports_agree(&mut importer, &ids, &copies),
    }
    drop(importer);
    loaded.replace(&definitions, &copies);
    compare::llvm_diff_agrees(&loaded, file);
    outcome
}

fn check(file: &Path, least_functions: usize, least_instructions: usize, least_built: f64) {
    let kept = round_trip(file, Origins::Kept);
    println!("{}: kept {kept:?}", file.display());
    let stripped = round_trip(file, Origins::Stripped);
    println!("{}: stripped {stripped:?}", file.display());
    assert!(kept.functions >= least_functions, "{kept:?}");
    assert!(kept.instructions >= least_instructions, "{kept:?}");
    let share = stripped.built as f64 / stripped.instructions as f64;
    assert!(
        share >= least_built,
        "only {share:.3} of the instructions were built"
    );
}

#[test]
fn every_instruction_of_the_langref() {
    let file = inputs::fixture("langref.ll");
    check(&file, 25, 250, 0.5);
    inputs::names_every_opcode(&file);
}

#[test]
fn rust_program_with_regex_after_fat_lto() {
    check(&inputs::regex_program(), 500, 50_000, 0.9);
}

#[test]
fn eigen_and_libstdcxx_with_debug_info() {
    check(&inputs::eigen_unit(), 150, 25_000, 0.9);
}

#[test]
fn fortran_unit() {
    check(&inputs::fortran_unit(), 8, 1_000, 0.9);
}
