//! One body: blocks, instructions in an order in which definitions come first, phis last.
//!
//! Blocks are made in the order of layout and filled in reverse post-order, so every operand but those of phis exists when it is needed. In code
//! that is never reached that need not hold; a `freeze` stands in for the missing value until it is there.

use ir::graph::Cfg;
use ir::metadata::MetaSet;
use ir::{Block, ConstData, Entity, Flags, Function, Inst, Meta, Op, OpaqueConst, Origin, Value, ValueDef};
use llvm_sys::prelude::LLVMValueRef;
use rustc_hash::FxHashSet;

use super::Writer;
use crate::error::ExportError;
use crate::ffi::{Bb, Val, sys, value_kind};
use crate::metadata::kind_number;

/// The state of one body's export.
pub(super) struct BodyWriter<'w, 'a> {
    pub(super) writer: &'w mut Writer<'a>,
    pub(super) func: &'w Function,
    pub(super) target: Val,
    /// Whether the body is a copy of an imported function, see the module's documentation.
    pub(super) copy: bool,
    /// Whether alias scopes stay on clones.
    pub(super) keep_scopes: bool,
    /// The metadata kind that ties an instruction to debug records.
    pub(super) assign_id: u32,
    values: Vec<Option<Val>>,
    blocks: Vec<Option<Bb>>,
    stand_ins: Vec<(Value, Val)>,
    phis: Vec<(Inst, Val)>,
}

/// Writes the body of `func` into the empty function `target`.
pub(super) fn write(writer: &mut Writer<'_>, func: &Function, target: Val) -> Result<(), ExportError> {
    let decl = &writer.importer.module.ctx.funcs[func.id];
    writer.current = decl.name.to_string();
    let copy = decl.origin.is_some();
    let assign_id = kind_number(writer.importer.context, "DIAssignID");
    let mut body = BodyWriter {
        writer,
        func,
        target,
        copy,
        keep_scopes: has_each_origin_once(func),
        assign_id,
        values: vec![None; func.value_count()],
        blocks: vec![None; func.block_count()],
        stand_ins: Vec::new(),
        phis: Vec::new(),
    };
    body.run()
}

fn has_each_origin_once(func: &Function) -> bool {
    let mut seen = FxHashSet::default();
    func.all_insts()
        .filter_map(|inst| func.inst(inst).origin)
        .all(|origin| seen.insert(origin.address()))
}

impl BodyWriter<'_, '_> {
    fn run(&mut self) -> Result<(), ExportError> {
        for (index, &param) in self.func.params.iter().enumerate() {
            let value = self.target.param(index as u32);
            self.name(param, value);
            self.values[param.index()] = Some(value);
        }
        for &block in self.func.blocks() {
            let name = self.func.block_names.get(&block);
            let name = super::c_name(name.map_or("", |name| name));
            // SAFETY: the context and the function are alive.
            let raw = unsafe {
                Bb::new(sys::LLVMAppendBasicBlockInContext(
                    self.writer.importer.context,
                    self.target.raw(),
                    name.as_ptr(),
                ))
            };
            self.blocks[block.index()] = Some(raw);
        }
        for block in self.order() {
            let raw = self.block(block)?;
            // SAFETY: the block is alive.
            unsafe { sys::LLVMPositionBuilderAtEnd(self.writer.builder, raw.raw()) };
            for &inst in self.func.insts(block) {
                self.write_inst(inst)?;
            }
        }
        self.fill_phis()?;
        self.replace_stand_ins()
    }

    /// Reached blocks with definitions before uses, then the others.
    fn order(&self) -> Vec<Block> {
        let cfg = Cfg::of(self.func);
        let rest = self.func.blocks().iter().copied();
        let mut order = cfg.order().to_vec();
        order.extend(rest.filter(|&block| !cfg.is_reached(block)));
        order
    }

    fn write_inst(&mut self, inst: Inst) -> Result<(), ExportError> {
        let data = self.func.inst(inst);
        // Without scopes what opens one says nothing.
        let ctx = &self.writer.importer.module.ctx;
        if !self.keep_scopes && !ctx.meta(data.meta).opened_scopes.is_empty() {
            return Ok(());
        }
        let written = match (&data.op, data.origin) {
            (Op::Phi, _) => self.begin_phi(inst),
            (_, Some(origin)) => self.clone_inst(inst, origin)?,
            (_, None) => self.build_inst(inst)?,
        };
        if let Some(result) = data.result {
            self.values[result.index()] = Some(written);
            // A constant that was folded has no name.
            if written.kind() == value_kind::INSTRUCTION {
                self.name(result, written);
            }
        }
        Ok(())
    }

    fn name(&self, value: Value, written: Val) {
        if let Some(name) = self.func.value_names.get(&value) {
            written.set_name(name);
        }
    }

    fn begin_phi(&mut self, inst: Inst) -> Val {
        let data = self.func.inst(inst);
        let ty = self.writer.ty(data.ty).raw();
        // SAFETY: the builder is in a block.
        let phi = unsafe { Val::new(sys::LLVMBuildPhi(self.writer.builder, ty, c"".as_ptr())) };
        if let Some(address) = data.origin.map(Origin::address) {
            // SAFETY: origins of instructions live as long as the importer.
            let name = unsafe { Val::new(address as LLVMValueRef) }.name();
            if !name.is_empty() {
                phi.set_name(&name);
            }
        }
        self.decorate(inst, phi);
        self.phis.push((inst, phi));
        phi
    }

    fn fill_phis(&mut self) -> Result<(), ExportError> {
        for (inst, phi) in std::mem::take(&mut self.phis) {
            let (mut values, mut blocks) = (Vec::new(), Vec::new());
            for (block, value) in self.func.inst(inst).incoming() {
                values.push(self.value(value)?.raw());
                blocks.push(self.block(block)?.raw());
            }
            // SAFETY: both lists have the same length.
            unsafe {
                let count = values.len() as u32;
                sys::LLVMAddIncoming(phi.raw(), values.as_mut_ptr(), blocks.as_mut_ptr(), count);
            }
        }
        Ok(())
    }

    fn replace_stand_ins(&mut self) -> Result<(), ExportError> {
        for (value, stand_in) in std::mem::take(&mut self.stand_ins) {
            let Some(written) = self.values[value.index()] else {
                return Err(self
                    .writer
                    .constant_error(format!("{value} is used but never defined")));
            };
            // SAFETY: the stand-in was inserted by `stand_in` and has the value's type.
            unsafe {
                sys::LLVMReplaceAllUsesWith(stand_in.raw(), written.raw());
                sys::LLVMInstructionEraseFromParent(stand_in.raw());
            }
        }
        Ok(())
    }

    pub(super) fn block(&self, block: Block) -> Result<Bb, ExportError> {
        self.blocks[block.index()].ok_or_else(|| {
            self.writer
                .constant_error(format!("{block} is a target but not in the layout"))
        })
    }

    /// The LLVM value of an operand.
    pub(super) fn value(&mut self, value: Value) -> Result<Val, ExportError> {
        if let Some(known) = self.values[value.index()] {
            return Ok(known);
        }
        match self.func.value(value).def {
            ValueDef::Const(constant) => {
                let written = match self.local_constant(constant)? {
                    Some(local) => return Ok(local),
                    None => self.writer.constant(constant)?,
                };
                self.values[value.index()] = Some(written);
                Ok(written)
            }
            _ => Ok(self.stand_in(value)),
        }
    }

    /// A value in the place of one that is defined further down, in code that is never reached.
    fn stand_in(&mut self, value: Value) -> Val {
        let ty = self.writer.ty(self.func.ty(value)).raw();
        // SAFETY: the builder is in a block; `freeze` is never folded, so this is an instruction.
        let stand_in = unsafe {
            Val::new(sys::LLVMBuildFreeze(
                self.writer.builder,
                sys::LLVMGetPoison(ty),
                c"".as_ptr(),
            ))
        };
        self.stand_ins.push((value, stand_in));
        stand_in
    }

    /// Constants that belong to one function: addresses of its blocks.
    fn local_constant(&mut self, constant: ir::Const) -> Result<Option<Val>, ExportError> {
        let data = self.writer.importer.module.ctx.consts.get(constant);
        let &ConstData::Opaque { origin, kind, .. } = data else {
            return Ok(None);
        };
        // SAFETY: origins of opaque constants live as long as the importer.
        let raw = unsafe { Val::new(origin.address() as LLVMValueRef) };
        if kind == OpaqueConst::BlockAddress {
            self.block_address(raw)
        } else {
            Ok(None)
        }
    }

    fn block_address(&mut self, raw: Val) -> Result<Option<Val>, ExportError> {
        // SAFETY: the value is the address of a block.
        let (owner, block) = unsafe {
            (
                Val::new(sys::LLVMGetBlockAddressFunction(raw.raw())),
                Bb::new(sys::LLVMGetBlockAddressBasicBlock(raw.raw())),
            )
        };
        if self.original() != Some(owner) {
            return Ok(None);
        }
        let copy = self.func.blocks().iter().copied().find(|&candidate| {
            self.func
                .terminator(candidate)
                .and_then(|inst| self.func.inst(inst).location)
                .map(Origin::address)
                .is_some_and(|address| {
                    // SAFETY: locations are instructions that live as long as the importer.
                    unsafe { Val::new(address as LLVMValueRef) }.inst_block() == Some(block)
                })
        });
        let Some(copy) = copy else {
            return Err(self
                .writer
                .constant_error("the address of a block that was not copied"));
        };
        let copy = self.block(copy)?;
        // SAFETY: the block is in the target function.
        Ok(Some(unsafe {
            Val::new(sys::LLVMBlockAddress(self.target.raw(), copy.raw()))
        }))
    }

    /// The function that this body copies.
    fn original(&self) -> Option<Val> {
        let address = self.writer.importer.module.ctx.funcs[self.func.id]
            .origin?
            .address();
        // SAFETY: origins of declarations live as long as the importer.
        Some(unsafe { Val::new(address as LLVMValueRef) })
    }

    /// Source location, metadata and fast-math flags of an instruction that was built.
    pub(super) fn decorate(&mut self, inst: Inst, written: Val) {
        let data = self.func.inst(inst);
        if let Some(address) = data.location.map(Origin::address) {
            // SAFETY: locations are instructions that live as long as the importer.
            let location = unsafe { Val::new(address as LLVMValueRef) }.debug_loc();
            if let Some(location) = location {
                // SAFETY: the value is an instruction.
                unsafe {
                    llvm_sys::debuginfo::LLVMInstructionSetDebugLoc(written.raw(), location.raw());
                }
            }
        }
        let fast_math = data.flags.fast_math();
        if fast_math != Flags::none() && written.can_use_fast_math() {
            // SAFETY: the instruction can have fast-math flags.
            unsafe {
                sys::LLVMSetFastMathFlags(written.raw(), fast_math.0 >> crate::body::FAST_MATH_SHIFT);
            }
        }
        if data.meta != Meta::none() {
            self.attach(data.meta, written);
        }
    }

    fn attach(&mut self, meta: Meta, written: Val) {
        let importer = self.writer.importer;
        let keep_scopes = self.copy && self.keep_scopes;
        let set: &MetaSet = importer.module.ctx.meta(meta);
        // Bounds have the type of the instruction, which the set does not say, so their node may be another instruction's.
        if !set.range.is_empty()
            && let Some(node) = self.range_node(&set.range, written)
        {
            set_metadata(written, kind_number(importer.context, "range"), Some(node));
        }
        if set.vectorized_loop {
            let node = importer.vectorized_loop();
            set_metadata(written, kind_number(importer.context, "llvm.loop"), Some(node));
        }
        if let Some(list) = importer.metas.attachments(meta) {
            for &(kind, node) in list {
                if importer.metas.belongs_to_one(kind) {
                    continue;
                }
                if keep_scopes || !importer.metas.is_alias_scope(kind) {
                    set_metadata(written, kind, Some(importer.as_value(node)));
                }
            }
            return;
        }
        if let Some(node) = set.tbaa.as_ref().and_then(|tag| importer.metas.tag_node(tag)) {
            set_metadata(written, kind_number(importer.context, "tbaa"), Some(node));
        }
        if let Some(name) = set.whole_type() {
            let node = importer.type_annotation(name);
            set_metadata(written, kind_number(importer.context, "enzyme_type"), Some(node));
        }
        if set.invariant_load {
            // SAFETY: the context is alive; the node is empty.
            let empty = unsafe {
                let node = sys::LLVMMDNodeInContext2(importer.context, std::ptr::null_mut(), 0);
                Val::new(sys::LLVMMetadataAsValue(importer.context, node))
            };
            set_metadata(
                written,
                kind_number(importer.context, "invariant.load"),
                Some(empty),
            );
        }
    }

    /// `!range` for an instruction whose result is an integer, or a vector of them, of at most 64 bits.
    fn range_node(&self, bounds: &[(i64, i64)], written: Val) -> Option<Val> {
        use crate::ffi::type_kind::{INTEGER, VECTOR};
        let ty = written.ty();
        let scalar = if ty.kind() == VECTOR { ty.element() } else { ty };
        if scalar.kind() != INTEGER || scalar.int_width() > 64 {
            return None;
        }
        let context = self.writer.importer.context;
        // SAFETY: the type is an integer type; the node is passed its operands with their number.
        unsafe {
            let bound =
                |value: i64| sys::LLVMValueAsMetadata(sys::LLVMConstInt(scalar.raw(), value as u64, 1));
            let mut operands: Vec<_> = bounds
                .iter()
                .flat_map(|&(low, high)| [bound(low), bound(high)])
                .collect();
            let node = sys::LLVMMDNodeInContext2(context, operands.as_mut_ptr(), operands.len());
            Some(Val::new(sys::LLVMMetadataAsValue(context, node)))
        }
    }

    /// An error about an instruction.
    pub(super) fn unsupported(&self, inst: Inst, reason: impl Into<String>) -> ExportError {
        let ctx = &self.writer.importer.module.ctx;
        ExportError::Unsupported {
            function: self.writer.current.clone(),
            instruction: ir::text::print_inst(ctx, self.func, inst),
            reason: reason.into(),
        }
    }
}

/// Attaches metadata of a kind to an instruction, or removes it.
pub(super) fn set_metadata(inst: Val, kind: u32, node: Option<Val>) {
    // SAFETY: the value is an instruction; null removes.
    unsafe {
        sys::LLVMSetMetadata(inst.raw(), kind, node.map_or(std::ptr::null_mut(), Val::raw));
    }
}
