//! Import of constants, functions and global variables as symbols, and initialisers.
//!
//! Constants are memoised by address: LLVM uniques them per context. Two LLVM constants may become one of ours when they differ in
//! what we do not model (`inrange` of a constant address); then neither is used in the other's place, see [`ConstRef`].

use ir::context::GlobalVar;
use ir::types::TypeData;
use ir::{
    AsmOperands, BinOp, CastOp, Const, ConstData, ConstOp, Entity, EntityVec, FloatKind, FuncDecl, FuncId,
    GlobalId, Linkage, OpaqueConst, Origin, Type,
};
use rustc_hash::FxHashMap;

use crate::Importer;
use crate::ffi::{self, Val, sys, value_kind};
use crate::opcode;

/// How one of our constants is written back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ConstRef {
    /// It was not imported: built from its description.
    #[default]
    New,
    /// Exactly this LLVM constant.
    Exact(Val),
    /// Several LLVM constants that differ in what we do not model: built from the description, which claims least.
    Several,
}

/// The memo of imported constants.
#[derive(Debug, Default)]
pub(crate) struct ConstTable {
    known: FxHashMap<Val, Const>,
    refs: EntityVec<Const, ConstRef>,
}

impl ConstTable {
    /// How a constant is written back.
    pub(crate) fn origin(&self, constant: Const) -> ConstRef {
        self.refs.get(constant).copied().unwrap_or_default()
    }

    /// The constant that was imported from `value`.
    pub(crate) fn find(&self, value: Val) -> Option<Const> {
        self.known.get(&value).copied()
    }

    pub(crate) fn insert(&mut self, value: Val, constant: Const) {
        self.known.insert(value, constant);
        self.refs.grow(constant.index() + 1, ConstRef::New);
        let slot = &mut self.refs[constant];
        *slot = match *slot {
            ConstRef::New => ConstRef::Exact(value),
            ConstRef::Exact(other) if other == value => *slot,
            _ => ConstRef::Several,
        };
    }

    /// Forgets a symbol that is about to be deleted.
    pub(crate) fn forget(&mut self, value: Val) {
        if let Some(constant) = self.known.remove(&value) {
            self.refs[constant] = ConstRef::New;
        }
    }
}

impl Importer {
    /// Imports a constant of any kind.
    pub(crate) fn constant(&mut self, value: Val) -> Const {
        if let Some(known) = self.consts.find(value) {
            return known;
        }
        let kind = value.kind();
        if kind == value_kind::GLOBAL_ALIAS
            && let Some(target) = alias_target(value)
        {
            // Whoever reads the alias sees the object; writing back keeps the alias where the operand is unchanged.
            let constant = self.constant(target);
            self.consts.known.insert(value, constant);
            return constant;
        }
        let data = match kind {
            value_kind::FUNCTION => ConstData::Func(self.declare(value)),
            value_kind::GLOBAL_VARIABLE => ConstData::Global(self.declare_global(value)),
            _ => {
                let ty = self.type_of(value);
                self.read_constant(value, kind, ty)
            }
        };
        let constant = self.module.ctx.consts.intern(data);
        self.consts.insert(value, constant);
        constant
    }

    fn read_constant(&mut self, value: Val, kind: i32, ty: Type) -> ConstData {
        let opaque = |kind| ConstData::Opaque {
            ty,
            origin: Origin::new(value.address()),
            kind,
        };
        match kind {
            value_kind::CONSTANT_INT => match *self.module.ctx.types.get(ty) {
                TypeData::Int(width) if width <= 128 => ConstData::Int {
                    ty,
                    bits: int_bits(value, width),
                },
                _ => opaque(OpaqueConst::Other),
            },
            value_kind::CONSTANT_FP => match *self.module.ctx.types.get(ty) {
                TypeData::Float(kind) => match float_bits(value, kind) {
                    Some(bits) => ConstData::Float { ty, bits },
                    None => opaque(OpaqueConst::Other),
                },
                _ => opaque(OpaqueConst::Other),
            },
            value_kind::POINTER_NULL => ConstData::Null(ty),
            value_kind::AGGREGATE_ZERO => ConstData::Zero(ty),
            value_kind::UNDEF => ConstData::Undef(ty),
            value_kind::POISON => ConstData::Poison(ty),
            value_kind::DATA_ARRAY | value_kind::DATA_VECTOR => ConstData::Data {
                ty,
                bytes: value.raw_data(),
            },
            value_kind::CONSTANT_ARRAY | value_kind::CONSTANT_STRUCT | value_kind::CONSTANT_VECTOR => {
                ConstData::Aggregate {
                    ty,
                    members: self.const_operands(value),
                }
            }
            value_kind::CONSTANT_EXPR => self.read_expr(value, ty),
            value_kind::INLINE_ASM => {
                let (text, constraints) = value.asm_texts();
                opaque(match empty_asm(&text, &constraints) {
                    Some(operands) => OpaqueConst::EmptyAsm(operands),
                    None if asks(&text, &constraints) => OpaqueConst::QueryAsm,
                    None => OpaqueConst::InlineAsm,
                })
            }
            value_kind::METADATA => opaque(OpaqueConst::Metadata),
            value_kind::GLOBAL_ALIAS | value_kind::GLOBAL_IFUNC => opaque(OpaqueConst::Alias),
            value_kind::BLOCK_ADDRESS => opaque(OpaqueConst::BlockAddress),
            _ => opaque(OpaqueConst::Other),
        }
    }

    fn const_operands(&mut self, value: Val) -> Box<[Const]> {
        (0..value.operand_count())
            .map(|index| self.constant(value.operand(index)))
            .collect()
    }

    fn read_expr(&mut self, value: Val, ty: Type) -> ConstData {
        let op = match value.const_opcode() {
            opcode::GEP => ConstOp::Gep {
                source: self.types.import(&mut self.module.ctx.types, value.gep_source()),
                inbounds: value.gep_flags() & 1 != 0,
            },
            code => match (opcode::cast(code), opcode::binary(code)) {
                (Some(cast), _) => ConstOp::Cast(cast),
                (_, Some(op @ (BinOp::Add | BinOp::Sub | BinOp::Xor))) => ConstOp::Binary(op),
                _ => {
                    return ConstData::Opaque {
                        ty,
                        origin: Origin::new(value.address()),
                        kind: OpaqueConst::Other,
                    };
                }
            },
        };
        ConstData::Expr {
            ty,
            op,
            operands: self.const_operands(value),
        }
    }

    /// The declaration of a function, imported on first use. Its body is not.
    pub(crate) fn declare(&mut self, value: Val) -> FuncId {
        if let Some(known) = self.consts.find(value)
            && let ConstData::Func(id) = *self.module.ctx.consts.get(known)
        {
            return id;
        }
        let ty = self.types.import(&mut self.module.ctx.types, value.value_type());
        let attrs = self.func_attrs(value);
        let id = self.module.ctx.add_func(FuncDecl {
            name: value.name().into(),
            ty,
            attrs,
            conv: value.func_conv(),
            linkage: linkage(value.linkage()),
            intrinsic: value.intrinsic_id() != 0,
            defined: !value.is_declaration(),
            rules: Vec::new(),
            origin: Some(Origin::new(value.address())),
        });
        // The memo comes before what the metadata mentions, which may be the function itself.
        let constant = self.module.ctx.consts.intern(ConstData::Func(id));
        self.consts.insert(value, constant);
        let rules = self.func_rules(value);
        self.module.ctx.funcs[id].rules = rules;
        id
    }

    /// The declaration of a global variable; its initialiser is read later, see [`Importer::read_initializers`].
    fn declare_global(&mut self, value: Val) -> GlobalId {
        let ty = self.types.import(&mut self.module.ctx.types, value.value_type());
        let strings = self.global_strings(value);
        // The pointer type of the address space must exist before the constant's type is asked for.
        self.type_of(value);
        let id = self.module.ctx.add_global(GlobalVar {
            name: value.name().into(),
            ty,
            space: value.ty().ptr_space(),
            init: None,
            constant: value.is_global_constant(),
            thread_local: value.is_thread_local(),
            linkage: linkage(value.linkage()),
            strings,
            shadow: None,
            origin: Some(Origin::new(value.address())),
        });
        let constant = self.module.ctx.consts.intern(ConstData::Global(id));
        self.consts.insert(value, constant);
        self.unread_globals.push((value, id));
        id
    }

    /// Reads the initialisers of all globals that were mentioned since the last call, and of those that these mention.
    pub(crate) fn read_initializers(&mut self) {
        while let Some((value, id)) = self.unread_globals.pop() {
            if let Some(shadow) = self.global_shadow(value) {
                let constant = self.constant(shadow);
                if let ConstData::Global(shadow) = *self.module.ctx.consts.get(constant) {
                    self.module.ctx.globals[id].shadow = Some(shadow);
                }
            }
            if value.is_externally_initialized() {
                continue;
            }
            let Some(init) = value.initializer() else { continue };
            let ty = self.module.ctx.globals[id].ty;
            let small = self
                .module
                .ctx
                .size_of(ty)
                .is_some_and(|size| size <= self.options.max_initializer);
            let constant = if small {
                self.constant(init)
            } else {
                self.module.ctx.consts.intern(ConstData::Opaque {
                    ty,
                    origin: Origin::new(init.address()),
                    kind: OpaqueConst::Other,
                })
            };
            self.module.ctx.globals[id].init = Some(constant);
        }
    }
}

/// The object that an alias names, if no other definition can take its place.
fn alias_target(alias: Val) -> Option<Val> {
    let target = alias.aliasee()?;
    let object = matches!(target.kind(), value_kind::FUNCTION | value_kind::GLOBAL_VARIABLE);
    (object && linkage(alias.linkage()) != Linkage::Interposable).then_some(target)
}

/// LLVM's linkage in the four classes that matter here.
fn linkage(number: i32) -> Linkage {
    match number {
        0 | 6 | 10 | 11 => {
            if number == 6 {
                Linkage::Shared
            } else {
                Linkage::External
            }
        }
        1 | 3 | 4 => Linkage::Shared,
        8 | 9 | 15 => Linkage::Internal,
        _ => Linkage::Interposable,
    }
}

/// The bits of an integer constant of at most 128 bits.
fn int_bits(value: Val, width: u32) -> u128 {
    if width <= 64 {
        return u128::from(value.int_value());
    }
    // SAFETY: the value is an integer constant, and a builder folds operations on constants without inserting anything, so it needs
    // no position. There is no getter for wide integers.
    let (low, high) = unsafe {
        let context = sys::LLVMGetValueContext(value.raw());
        let word = sys::LLVMInt64TypeInContext(context);
        let builder = sys::LLVMCreateBuilderInContext(context);
        let shift = sys::LLVMConstInt(sys::LLVMTypeOf(value.raw()), 64, 0);
        let shifted = sys::LLVMBuildLShr(builder, value.raw(), shift, c"".as_ptr());
        sys::LLVMDisposeBuilder(builder);
        (
            sys::LLVMConstIntGetZExtValue(sys::LLVMConstTrunc(value.raw(), word)),
            sys::LLVMConstIntGetZExtValue(sys::LLVMConstTrunc(shifted, word)),
        )
    };
    u128::from(high) << 64 | u128::from(low)
}

/// The bits of a float constant; `None` for PowerPC's pairs of doubles, whose bits LLVM does not cast.
fn float_bits(value: Val, kind: FloatKind) -> Option<u128> {
    match (kind, value.float_value()) {
        (FloatKind::Double, Some(number)) => return Some(u128::from(number.to_bits())),
        // Widening makes signalling NaNs quiet, so NaNs take the way through their bits.
        (FloatKind::Float, Some(number)) if !number.is_nan() => {
            return Some(u128::from((number as f32).to_bits()));
        }
        _ => {}
    }
    // SAFETY: the value is a float constant; casting its bits to an integer of the same width folds to an integer constant.
    let bits = unsafe {
        let context = sys::LLVMGetValueContext(value.raw());
        let ty = sys::LLVMIntTypeInContext(context, kind.bits());
        ffi::Val::new(sys::LLVMConstBitCast(value.raw(), ty))
    };
    (bits.kind() == value_kind::CONSTANT_INT).then(|| int_bits(bits, kind.bits()))
}

/// Whether LLVM can state a conversion as a constant expression.
pub(crate) fn is_const_cast(op: CastOp) -> bool {
    matches!(
        op,
        CastOp::Trunc
            | CastOp::PtrToInt
            | CastOp::PtrToAddr
            | CastOp::IntToPtr
            | CastOp::Bitcast
            | CastOp::AddrSpaceCast
    )
}

/// The operands of inline assembly without text, if what it does to them is known (LangRef, "Inline Assembler Expressions").
fn empty_asm(text: &str, constraints: &str) -> Option<AsmOperands> {
    if !text.trim().is_empty() {
        return None;
    }
    let operands: Vec<&str> = constraints
        .split(',')
        .filter(|operand| !operand.is_empty() && !operand.starts_with('~'))
        .collect();
    let is_tied = |operand: &str| operand.chars().all(|letter| matches!(letter, '0' | '|'));
    match operands.as_slice() {
        inputs if !inputs.iter().any(|operand| operand.starts_with('=')) => Some(AsmOperands::Inputs),
        [output, input] if output.starts_with('=') && is_tied(input) => Some(AsmOperands::Tied),
        [output, input] if output.starts_with("=*") && input.starts_with('*') => Some(AsmOperands::InMemory),
        _ => None,
    }
}

/// Whether inline assembly does nothing but ask the processor about itself or about the time. What GCC's and clang's `cpuid.h` put around
/// `cpuid` saves the register that holds the base of addresses, and brings it back: the same exchange before and after.
fn asks(text: &str, constraints: &str) -> bool {
    const QUERIES: [&str; 5] = ["cpuid", "rdtsc", "rdtscp", "rdpid", "xgetbv"];
    let lines = text.split(['\n', ';']).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let queries = match lines.as_slice() {
        [before, query, after] if before == after && before.starts_with("xchg") && !before.contains('(') => {
            *query
        }
        [query] => *query,
        _ => return false,
    };
    // Operands in memory are addresses.
    let mut operands = constraints.split(',').filter(|operand| !operand.starts_with('~'));
    QUERIES.contains(&queries) && !operands.any(|operand| operand.contains(['*', 'm']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_to_the_processor_are_told_from_other_assembly() {
        let outputs = "={ax},={bx},={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}";
        assert!(asks("cpuid", outputs));
        assert!(asks(
            "  xchgq  %rbx,${1:q}\n  cpuid\n  xchgq  %rbx,${1:q}",
            "={ax},=r,={cx},={dx},0"
        ));
        assert!(asks("rdtsc", "={ax},={dx},~{memory}"));
        assert!(!asks("cpuid", "=*m,0"));
        assert!(!asks("cpuid\n movl %eax, %ebx", outputs));
        assert!(!asks("xchgq %rbx,(%rax); cpuid; xchgq %rbx,(%rax)", outputs));
        assert!(!asks("fsin", "=t,0"));
        assert!(!asks("", "~{dirflag}"));
    }

    #[test]
    fn empty_assembly_is_told_by_its_constraints() {
        let found = |constraints| empty_asm("", constraints);
        assert_eq!(found("=x,0,~{dirflag},~{fpsr},~{flags}"), Some(AsmOperands::Tied));
        assert_eq!(found("=*imr|x,0|0,~{flags}"), Some(AsmOperands::Tied));
        assert_eq!(found("=*m,*m,~{memory}"), Some(AsmOperands::InMemory));
        assert_eq!(found("r,r,~{memory}"), Some(AsmOperands::Inputs));
        assert_eq!(found("~{memory}"), Some(AsmOperands::Inputs));
        assert_eq!(found("=r,~{flags}"), None);
        assert_eq!(found("=r,r"), None);
        assert_eq!(found("=r,=r,0,1"), None);
        assert_eq!(found("=m,*m"), None);
        assert_eq!(empty_asm("fsin", "=t,0"), None);
    }
}
