//! The intermediate representation of rsenzyme, and facts about it.
//!
//! LLVM's IR in typed indices and arenas, without LLVM: crate `llvm` imports functions and exports them back, everything between is
//! pure Rust over this crate.
//!
//! # Objects
//! A [`Module`] is a [`Context`] (types, constants, globals, declarations, attributes, metadata: everything interned and shared) with
//! the bodies of the functions that were imported. A [`Function`] holds values, instructions and blocks. A [`Value`] is a parameter,
//! the result of an instruction, or a constant that the function mentions, so operands are uniform and facts about values are dense
//! tables. An instruction ([`InstData`]) is an [`Op`] with operand values and target blocks.
//!
//! # Invariants
//! - Indices are dense, typed and never reused; removing takes an instruction from its block and leaves a hole in no table.
//! - Two types (constants, attribute lists, metadata sets) of one context are equal exactly if their indices are.
//! - An instruction with an [`Origin`] means exactly what the origin means, up to operands and targets: whoever changes its operation,
//!   type or flags clears the origin.
//!
//! # What it does not know
//! LLVM, derivatives, and names of library functions.

pub mod attrs;
pub mod builder;
pub mod canonical;
pub mod checked;
pub mod constant;
pub mod context;
pub mod debug;
pub mod entity;
pub mod function;
pub mod graph;
pub mod inst;
pub mod interp;
pub mod layout;
pub mod members;
pub mod memory;
pub mod metadata;
pub mod origin;
pub mod phases;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
pub mod types;
pub mod verify;

pub use builder::Builder;
pub use constant::{AsmOperands, Const, ConstData, ConstOp, OpaqueConst};
pub use context::{Attrs, Bodies, Context, FuncDecl, FuncId, GlobalId, GlobalVar, Linkage, Meta, Module};
pub use debug::{DebugKind, DebugMember, DebugNode, DebugPlace, DebugType, DebugVariable};
pub use entity::{Entity, EntitySet, EntityVec};
pub use function::{Block, Function, NewInst, Uses, Value, ValueDef};
pub use inst::{
    Access, BinOp, CallInfo, CastOp, Flags, FloatPred, Indices, Inst, InstData, IntPred, Op, Ordering, RmwOp,
    TailKind,
};
pub use layout::DataLayout;
pub use members::{AddressedMember, addressed_member, declared_fields};
pub use origin::Origin;
pub use types::{FloatKind, Type, TypeData, Types};
