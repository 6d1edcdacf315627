//! Types of constants.
//!
//! Small integers are integers: as a float or a pointer they would be nonsense. Zero, minus one and large numbers may be anything. A
//! constant global is a pointer to its initializer. Calculated once per constant and number of levels that are still wanted; large arrays
//! are looked at up to the offset limit, and to the end only to see whether all elements are alike.

use ir::{CastOp, Const, ConstData, ConstOp, Context, Type, TypeData};
use rustc_hash::FxHashMap;

use crate::base::{BaseType, Pointers};
use crate::tree::{EVERY, TypeTree};
use crate::trees::{TreeId, Trees};
use crate::window::{Window, clamp};

/// The trees of constants that were asked for.
#[derive(Default, Debug)]
pub(crate) struct ConstTrees {
    known: FxHashMap<(Const, usize), TreeId>,
}

impl ConstTrees {
    /// The tree of a constant.
    pub fn tree(&mut self, ctx: &Context, trees: &mut Trees, constant: Const) -> TreeId {
        let levels = trees.limits().depth;
        self.with_levels(ctx, trees, constant, levels)
    }

    /// The tree of a constant, through at most so many levels of memory.
    fn with_levels(&mut self, ctx: &Context, trees: &mut Trees, constant: Const, levels: usize) -> TreeId {
        if let Some(&known) = self.known.get(&(constant, levels)) {
            return known;
        }
        if levels == 0 {
            return trees.empty();
        }
        let tree = match ctx.consts.get(constant) {
            ConstData::Undef(_) | ConstData::Poison(_) | ConstData::Zero(_) => trees.all(BaseType::Anything),
            ConstData::Null(_) => {
                let anything = trees.all(BaseType::Anything);
                trees.pointer_to(anything).unwrap_or(anything)
            }
            ConstData::Func(_) => trees.all(BaseType::Pointer),
            ConstData::Float { ty, bits } => {
                let kind = ctx.types.float_kind(*ty);
                trees.all(match kind {
                    Some(kind) if *bits != 0 => BaseType::Float(kind),
                    _ => BaseType::Anything,
                })
            }
            ConstData::Int { ty, .. } => {
                let value = ctx.consts.int_value(&ctx.types, constant);
                trees.all(integer(ctx.types.int_bits(*ty), value))
            }
            ConstData::Aggregate { ty, members } => {
                let parts: Vec<TreeId> = members
                    .iter()
                    .map(|&member| self.with_levels(ctx, trees, member, levels))
                    .collect();
                aggregate(ctx, trees, *ty, &parts)
            }
            ConstData::Data { ty, bytes } => data(ctx, trees, *ty, bytes),
            ConstData::Global(global) => {
                let global = &ctx.globals[*global];
                let contents = match global.init {
                    Some(init) if global.constant => self.with_levels(ctx, trees, init, levels - 1),
                    _ if ctx.store_size_of(global.ty) == Some(1) => trees.all(BaseType::Integer),
                    _ => trees.empty(),
                };
                trees
                    .pointer_to(contents)
                    .unwrap_or_else(|_| trees.all(BaseType::Pointer))
            }
            ConstData::Expr { op, operands, ty } => self.expression(ctx, trees, (op, operands, *ty), levels),
            ConstData::Opaque { kind, .. } => match kind {
                ir::OpaqueConst::BlockAddress => trees.all(BaseType::Pointer),
                _ => trees.empty(),
            },
        };
        self.known.insert((constant, levels), tree);
        tree
    }

    fn expression(
        &mut self,
        ctx: &Context,
        trees: &mut Trees,
        (op, operands, ty): (&ConstOp, &[Const], Type),
        levels: usize,
    ) -> TreeId {
        match op {
            ConstOp::Cast(CastOp::IntToPtr)
                if matches!(ctx.consts.get(operands[0]), ConstData::Int { .. }) =>
            {
                trees.all(BaseType::Anything)
            }
            ConstOp::Cast(_) => self.with_levels(ctx, trees, operands[0], levels),
            ConstOp::Gep { .. } if ctx.types.is_ptr(ty) => {
                let base = self.with_levels(ctx, trees, operands[0], levels);
                match trees.inner0(base) {
                    BaseType::Pointer => trees.all(BaseType::Pointer),
                    _ => trees.empty(),
                }
            }
            _ => trees.empty(),
        }
    }
}

/// The type of an integer constant of so many bits; values of more than 128 bits are not known.
pub(crate) fn integer(bits: Option<u32>, value: Option<i128>) -> BaseType {
    match (bits, value) {
        (Some(bits), _) if bits < 16 => BaseType::Integer,
        (_, Some(value)) if (1..=4096).contains(&value) || value < -1 => BaseType::Integer,
        _ => BaseType::Anything,
    }
}

/// The tree of an aggregate or vector from the trees of its members.
fn aggregate(ctx: &Context, trees: &mut Trees, ty: Type, parts: &[TreeId]) -> TreeId {
    let Some(size) = ctx.store_size_of(ty) else {
        return trees.empty();
    };
    let limits = *trees.limits();
    let wide = size >= 2;
    let part = |id: TreeId, trees: &Trees| {
        let tree = trees.get(id);
        if wide {
            tree.integers_to_anything()
        } else {
            tree.clone()
        }
    };
    let uniform =
        !matches!(ctx.types.get(ty), TypeData::Struct { .. }) && parts.windows(2).all(|two| two[0] == two[1]);
    if let (true, Some(&first)) = (uniform, parts.first()) {
        let tree = part(first, trees);
        if tree.entries().all(|(path, _)| path.first() == Some(&EVERY)) {
            return trees.intern(tree);
        }
    }
    let mut whole = TypeTree::new();
    for (index, &id) in parts.iter().enumerate() {
        let offset = ctx.layout.member_offset(&ctx.types, ty, index as u64);
        let member = ctx.types.member(ty, index as u64);
        let (Some(offset), Some(bytes)) = (offset, member.and_then(|ty| ctx.store_size_of(ty))) else {
            break;
        };
        if clamp(offset) > limits.offset {
            break;
        }
        let window = Window {
            start: 0,
            size: Some(clamp(bytes)),
            to: clamp(offset),
        };
        if let Ok(moved) = part(id, trees).shift(window, &limits) {
            // Members lie side by side; lanes of a bit may share a byte, and then agree or say nothing.
            let _ = whole.or(&moved, Pointers::Distinct, &limits);
        }
    }
    let canonical = whole.canonicalize(size, &limits).unwrap_or(whole);
    trees.intern(canonical)
}

/// The tree of an array or vector of plain numbers.
fn data(ctx: &Context, trees: &mut Trees, ty: Type, bytes: &[u8]) -> TreeId {
    let Some(element) = ctx.types.member(ty, 0) else {
        return trees.empty();
    };
    let Some(size) = ctx.store_size_of(element).filter(|&size| size > 0) else {
        return trees.empty();
    };
    let kind = ctx.types.float_kind(element);
    let bits = ctx.types.int_bits(element);
    let base = |chunk: &[u8]| match kind {
        Some(_) if chunk.iter().all(|&byte| byte == 0) => BaseType::Anything,
        Some(kind) => BaseType::Float(kind),
        None => {
            let mut wide = [0u8; 16];
            wide[..chunk.len().min(16)].copy_from_slice(&chunk[..chunk.len().min(16)]);
            let value = bits.map(|bits| {
                let shift = 128 - bits.min(128);
                ((u128::from_le_bytes(wide) << shift) as i128) >> shift
            });
            integer(bits, value)
        }
    };
    let chunks = bytes.chunks_exact(size as usize);
    let mut parts = Vec::new();
    let mut previous = None;
    for (index, chunk) in chunks.enumerate() {
        let found = base(chunk);
        let new = previous.replace(found) != Some(found);
        let near = index as u64 * size <= trees.limits().offset.unsigned_abs().into();
        // Beyond the limit only a difference matters: then the elements are not all alike.
        if near || new {
            parts.push(trees.all(found));
        }
        if !near && new {
            break;
        }
    }
    aggregate(ctx, trees, ty, &parts)
}
