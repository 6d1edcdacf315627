//! Derivative rules as data: what differentiation needs to know about instructions, LLVM intrinsics and library
//! functions, in one [`RuleTable`].
//!
//! One entry per operation, written as arithmetic on symbolic operands, serves every consumer: forward mode takes the
//! tangent, reverse mode the adjoint, the cache what each partial reads, type analysis the parameter sorts, activity
//! whether anything flows, alias analysis the memory behaviour. No list of function names exists anywhere else.
//!
//! # Use
//!
//! Look up a call by its symbol, take its rule, and lower the tangent through an [`Emitter`]:
//!
//! ```
//! use rules::{Evaluator, Location, RuleTable, bind, tangent};
//!
//! let table = RuleTable::standard();
//! // 1. Any spelling finds the entry: powf, powl, __pow_finite, llvm.pow.f64, _ZGVdN4vv_pow, __nv_pow, ...
//! let found = table.callee("llvm.pow.f64").expect("pow is in the table");
//! let rule = found.entry.math().expect("pow is a math function");
//! assert_eq!((rule.inputs().len(), rule.outputs().len()), (2, 1));
//!
//! // 2. A name is no proof: the types must fit, and the binding says where each number of the rule is.
//! let mut types = ir::types::Types::new();
//! let double = types.double();
//! let binding = bind(&types, found.entry, &found.form, double, &[double, double]).expect("double pow(double, double)");
//! assert_eq!(binding.outputs.as_slice(), [Location::Returned]);
//!
//! // 3. What the partial of operand 1 (the exponent) reads: operand 0 and the result, not operand 1.
//! let reads = rule.reads(1);
//! assert_eq!((reads.operands.as_slice(), reads.outputs.as_slice()), (&[0u8][..], &[0u8][..]));
//!
//! // 4. Lower the tangent for dx = 1 and an inactive y. Here the emitter evaluates; `forward` emits IR instead.
//! let power = |arguments: &[f64]| arguments[0].powf(arguments[1]);
//! let mut emitter = Evaluator::new(&[2.0, 3.0], &[8.0], |name, a| match name { "pow" => power(a), _ => f64::NAN });
//! let tangents = tangent(table.arena(), rule, &[Some(1.0), None], &mut emitter);
//! assert_eq!(tangents, [Some(12.0)]);
//! ```
//!
//! # Questions of the consumers
//!
//! | who asks | what | answer |
//! |---|---|---|
//! | all | what is this callee | [`RuleTable::declared`], [`RuleTable::callee`], [`RuleTable::intrinsic`], [`RuleTable::function`], [`RuleTable::instruction`] |
//! | type analysis | sorts of operands, results and pointees | [`Entry::params`], [`Entry::returns`], [`MathRule::outputs`] |
//! | activity | does anything flow | [`Entry::is_inactive`], [`Entry::overwrites_through`], [`Resolved::prefers_body`], [`Entry::result_follows_operands`], [`MathRule::depends_on`], [`RuleTable::global_is_inactive`] |
//! | alias, mod/ref | memory | [`Entry::reads_through`], [`Entry::writes_through`], [`Entry::captures`], [`Entry::is_pure`], [`Entry::effects`], [`Return::FreshPointer`] |
//! | cache | demand | [`MathRule::reads`], [`Partial::alternatives`] |
//! | forward, reverse | derivative | [`tangent`], [`adjoint`] |
//! | all | is it really that function, and which argument is which number | [`bind`] |
//! | type analysis | which structures stand where nodes are expected | [`headers`] |
//! | reports | the rule as text | [`print()`], [`Printer`] |
//! | export | name of a called function | [`names::spell`], [`MathRule::intrinsic`] |
//!
//! # What it does not know
//!
//! LLVM, the width of integers, the float type in use (an emitter has one), vector lanes,
//! fast-math flags, strong zeros ([`Emitter::scale`]), user-defined rules.
//!
//! # Reading order
//!
//! [`expr`], [`entry`], [`table`], [`lower`], [`binding`], then any family: `libm`, `special`, `rounding`, `complex`, `arith`,
//! `intrinsics`, `alloc`, `memory`, `inactive`, `unsupported`, which call `builder`; [`names`] and `patterns` resolve
//! spellings.
//! `docs/add-a-rule.md` says how to add an entry and states the policy for points without derivative.

pub mod binding;
pub mod callee;
pub mod code;
pub mod entry;
pub mod eval;
pub mod expr;
pub mod headers;
pub mod knowledge;
pub mod lower;
pub mod names;
pub mod print;
pub mod table;

mod alloc;
mod arith;
mod builder;
mod complex;
mod inactive;
mod intrinsics;
mod libm;
mod memory;
mod patterns;
mod price;
mod rounding;
mod signature;
mod special;
mod unsupported;

pub use alloc::UserMemory;
pub use binding::{Binding, Location, Mismatch, bind, bind_call};
pub use builder::TableBuilder;
pub use callee::{CallKind, Resolver};
pub use entry::{
    Allocation, Alternative, Bytes, Deallocation, Edge, Effects, Entry, EntryId, Inactive, InactiveResult,
    Kind, MathRule, Output, Param, Partial, Place, PointerParam, Reallocation, Reduction, Return, Scalar,
    Set, Slot, Structural, Transfer, Unsupported, Variadic,
};
pub use eval::{Dual, Evaluator};
pub use expr::{Arena, BinaryOp, Constant, Expr, ExprId, Node, Predicate, Reads};
pub use inactive::MATH_STATE_READERS;
pub use knowledge::RuleKnowledge;
pub use lower::{Emitter, Lowering, adjoint, tangent};
pub use names::{Form, Library, Precision};
pub use print::{Printer, print};
pub use table::{Instruction, Resolved, RuleTable};

/// Registers everything that this crate knows.
fn register_all(rules: &mut TableBuilder) {
    arith::register(rules);
    libm::register(rules);
    special::register(rules);
    rounding::register(rules);
    complex::register(rules);
    alloc::register(rules);
    memory::register(rules);
    intrinsics::register(rules);
    inactive::register(rules);
    unsupported::register(rules);
}
