//! The three comparisons: of text, of imports, and by `llvm-diff`.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use ir::attrs::ParamFlags;
use ir::{Context, FuncId, Function, Inst, Op, Origin, Value, ValueDef};
use llvm::Importer;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;

use crate::inputs;
use crate::module::{LoadedModule, name};

/// Removes the origins of the instructions that our IR models completely, so that they are built.
pub fn strip(ctx: &Context, body: &mut Function) {
    let insts: Vec<Inst> = body.all_insts().collect();
    for inst in insts {
        if is_modelled(ctx, body, inst) {
            body.inst_mut(inst).origin = None;
        }
    }
}

fn is_modelled(ctx: &Context, body: &Function, inst: Inst) -> bool {
    let data = body.inst(inst);
    let Some(address) = data.origin.map(Origin::address) else {
        return false;
    };
    let raw = address as LLVMValueRef;
    if names_an_alias(raw) {
        return false;
    }
    match &data.op {
        Op::Opaque { .. } => false,
        // A synchronisation scope other than the whole system.
        Op::Load(access) | Op::Store(access) if access.ordering == ir::Ordering::NotAtomic => true,
        // SAFETY: the origin is an atomic instruction.
        Op::Load(_) | Op::Store(_) | Op::Fence(_) | Op::AtomicRmw(..) | Op::CmpXchg(_) => unsafe {
            LLVMGetAtomicSyncScopeID(raw) == 1
        },
        Op::Call(info) | Op::Invoke(info) => {
            let attrs = ctx.attrs(info.attrs);
            let convention = std::iter::once(&attrs.ret)
                .chain(&attrs.params)
                .any(|param| param.flags.contains(ParamFlags::CONVENTION));
            info.bundle_operands == 0 && !convention && !has_unmodelled_type_attribute(raw, data.args().len())
        }
        // Stack memory of a convention's own kind.
        Op::Alloca { .. } => !is_convention_alloca(raw),
        // LLVM's C API builds one step at a time.
        Op::ExtractValue(path) | Op::InsertValue(path) => path.len() == 1 && !is_folded(body, inst),
        Op::Binary(_)
        | Op::FNeg
        | Op::Cast(_)
        | Op::ICmp(_)
        | Op::FCmp(_)
        | Op::Select
        | Op::ExtractElement
        | Op::InsertElement
        | Op::Shuffle(_)
        | Op::Gep { .. } => !is_folded(body, inst),
        _ => true,
    }
}

/// Whether an operand is an alias, which our IR resolves.
fn names_an_alias(raw: LLVMValueRef) -> bool {
    // SAFETY: the value is an instruction.
    unsafe {
        (0..LLVMGetNumOperands(raw) as u32)
            .any(|index| !LLVMIsAGlobalAlias(LLVMGetOperand(raw, index)).is_null())
    }
}

/// Whether LLVM's builder gives a constant, or an operand, in place of the instruction.
fn is_folded(body: &Function, inst: Inst) -> bool {
    let data = body.inst(inst);
    let same_type = matches!(data.op, Op::Cast(ir::CastOp::Bitcast)) && body.ty(data.operands[0]) == data.ty;
    same_type
        || data
            .operands
            .iter()
            .all(|&operand| body.as_const(operand).is_some())
}

/// Whether a call has an attribute with a type that we do not keep (`elementtype`, `byref`, ...), which the verifier asks for.
fn has_unmodelled_type_attribute(call: LLVMValueRef, args: usize) -> bool {
    (1..=args as u32).any(|index| {
        ["elementtype", "byref"].iter().any(|kind| {
            // SAFETY: the value is a call.
            unsafe {
                let kind = LLVMGetEnumAttributeKindForName(kind.as_ptr().cast(), kind.len());
                !LLVMGetCallSiteEnumAttribute(call, index, kind).is_null()
            }
        })
    })
}

fn is_convention_alloca(raw: LLVMValueRef) -> bool {
    // There is no getter, and printing is slow in large modules; only the hand-written file has named ones.
    ["slot", "old_style"].contains(&name(raw).as_str())
}

/// Compares the text of each copy with that of its original.
pub fn texts_agree(loaded: &LoadedModule, originals: &[LLVMValueRef], copies: &[LLVMValueRef]) {
    let text = loaded.text();
    let bodies = bodies_by_name(&text);
    for (&original, &copy) in originals.iter().zip(copies) {
        let (original, copy) = (name(original), name(copy));
        let (expected, found) = (&bodies[&original], &bodies[&copy]);
        let expected: Vec<String> = expected
            .iter()
            .filter_map(|line| normalize(line, &original, &original))
            .collect();
        let found: Vec<String> = found
            .iter()
            .filter_map(|line| normalize(line, &copy, &original))
            .collect();
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(expected, found, "in {original}");
        }
        assert_eq!(expected.len(), found.len(), "in {original}");
    }
}

fn bodies_by_name(text: &str) -> HashMap<String, Vec<&str>> {
    let mut bodies = HashMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("define ") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
            bodies.insert(defined_name(line), body);
        }
    }
    bodies
}

/// The name in a `define` line, without quotes and escapes.
fn defined_name(line: &str) -> String {
    let start = &line[line.find('@').expect("a definition has a name") + 1..];
    let Some(quoted) = start.strip_prefix('"') else {
        return start[..start.find('(').expect("parameters follow")].to_owned();
    };
    let quoted = &quoted[..quoted.find('"').expect("the quote ends")];
    let (mut out, mut bytes) = (Vec::new(), quoted.bytes());
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            let digits: String = bytes.by_ref().take(2).map(char::from).collect();
            out.push(u8::from_str_radix(&digits, 16).expect("LLVM escapes in hexadecimal"));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A line without what copies do not have. Comments name predecessors in the order of use lists, which is not kept.
fn normalize(line: &str, own: &str, original: &str) -> Option<String> {
    if line.trim_start().starts_with("#dbg_") {
        return None;
    }
    let line = match line.find("; preds =") {
        Some(at) => line[..at].trim_end(),
        None => line,
    };
    let mut line = line.replace(
        &format!("blockaddress(@{own},"),
        &format!("blockaddress(@{original},"),
    );
    if let Some(at) = line.find(", !DIAssignID !") {
        let end = line[at + 2..].find(',').map_or(line.len(), |end| at + 2 + end);
        line.replace_range(at..end, "");
    }
    Some(line)
}

/// Imports the copies and compares them with the first import, field by field.
pub fn imports_agree(importer: &mut Importer, ids: &[FuncId], copies: &[LLVMValueRef]) {
    for (&id, &copy) in ids.iter().zip(copies) {
        let name = importer.module.ctx.funcs[id].name.clone();
        // SAFETY: the copy is in the module.
        let copy = unsafe { importer.import_function(copy) };
        let body = |id| importer.module.body(id).expect("it was imported");
        let (expected, found) = (body(id), body(copy));
        assert_eq!(expected.blocks().len(), found.blocks().len(), "in {name}");
        assert_eq!(expected.personality, found.personality, "in {name}");
        for (&expected_block, &found_block) in expected.blocks().iter().zip(found.blocks()) {
            let (expected_insts, found_insts) = (expected.insts(expected_block), found.insts(found_block));
            assert_eq!(
                expected_insts.len(),
                found_insts.len(),
                "in {name}, {expected_block}"
            );
            for (&a, &b) in expected_insts.iter().zip(found_insts) {
                let (a, b) = (
                    describe(&importer.module.ctx, expected, a),
                    describe(&importer.module.ctx, found, b),
                );
                assert_eq!(a, b, "in {name}, {expected_block}");
            }
        }
    }
}

/// All fields of an instruction that do not depend on where it came from.
fn describe(ctx: &Context, body: &Function, inst: Inst) -> String {
    let data = body.inst(inst);
    let operands: Vec<String> = data
        .operands
        .iter()
        .map(|&operand| operand_text(ctx, body, operand))
        .collect();
    format!(
        "{:?} {:?} {} {:?} {:?} {:?}",
        data.op,
        data.flags,
        data.ty,
        operands,
        data.targets,
        ctx.meta(data.meta)
    )
}

fn operand_text(ctx: &Context, body: &Function, operand: Value) -> String {
    match body.value(operand).def {
        ValueDef::Const(constant) => match ctx.consts.get(constant) {
            // Each function has its own.
            ir::ConstData::Opaque {
                kind: ir::OpaqueConst::BlockAddress,
                ..
            } => "a block's address".to_owned(),
            _ => format!("{constant}"),
        },
        // Numbers of instructions follow the order of layout in both.
        def => format!("{def:?}"),
    }
}

/// Compares the module with the file that it was read from. `llvm-diff` calls some constants different from themselves (block
/// addresses, `no_cfi`), so what it says about the file and itself is the measure.
pub fn llvm_diff_agrees(loaded: &LoadedModule, file: &Path) {
    let out = inputs::scratch().join(format!(
        "{}.{:?}.bc",
        file.file_name().expect("a file").to_string_lossy(),
        std::thread::current().id()
    ));
    loaded.write(&out);
    let diff = |other: &Path| {
        let output = Command::new("llvm-diff-22")
            .args([file, other])
            .output()
            .expect("llvm-diff-22 runs; apt-get install llvm-22");
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
    };
    let found = diff(&out);
    if !found.is_empty() && found != diff(file) {
        let lines: Vec<&str> = found.lines().take(40).collect();
        panic!("{} differs:\n{}", file.display(), lines.join("\n"));
    }
    std::fs::remove_file(&out).expect("the file was written");
}
