//! Address arithmetic: the byte offset that a `getelementptr` adds (LangRef, "'getelementptr' Instruction").

use smallvec::SmallVec;

use crate::constant::{Const, ConstData, ConstOp};
use crate::context::{Context, GlobalId};
use crate::entity::Entity;
use crate::function::{Function, Value};
use crate::inst::{CastOp, InstData, Op};
use crate::types::{Type, TypeData};

/// A byte offset: a constant, and values times factors. Values are taken as signed; all arithmetic wraps at the width of indices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offset {
    /// The constant part in bytes.
    pub constant: i64,
    /// Index values with the bytes that one step of each covers, ordered by value, without zero factors.
    pub terms: SmallVec<[(Value, i64); 2]>,
}

impl Offset {
    /// Adds `factor` times `value`.
    pub fn add_term(&mut self, value: Value, factor: i64) {
        match self.terms.binary_search_by_key(&value, |term| term.0) {
            Ok(at) => {
                self.terms[at].1 = self.terms[at].1.wrapping_add(factor);
                if self.terms[at].1 == 0 {
                    self.terms.remove(at);
                }
            }
            Err(at) if factor != 0 => self.terms.insert(at, (value, factor)),
            Err(_) => {}
        }
    }

    /// Adds another offset.
    pub fn add(&mut self, other: &Self) {
        self.constant = self.constant.wrapping_add(other.constant);
        for &(value, factor) in &other.terms {
            self.add_term(value, factor);
        }
    }

    /// The offset, if no value is in it.
    pub fn as_constant(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.constant)
    }
}

/// The offset that a `getelementptr` instruction adds to its base; `None` for vectors of addresses and scalable types.
pub fn gep_offset(ctx: &Context, function: &Function, data: &InstData) -> Option<Offset> {
    let Op::Gep { source } = data.op else { return None };
    if !ctx.types.is_ptr(data.ty) {
        return None;
    }
    let indices = data.operands[1..].iter().map(|&index| {
        let constant = function
            .as_const(index)
            .and_then(|index| ctx.consts.int_value(&ctx.types, index));
        constant.map_or(GepIndex::Value(index), GepIndex::Number)
    });
    Some(walk_indices(ctx, source, indices)?.0)
}

/// An index of address arithmetic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GepIndex {
    /// A constant.
    Number(i128),
    /// A value that is known only at run time.
    Value(Value),
}

/// The offset that indices into `source` give, and the type that is addressed; `None` for scalable types and indices that lead nowhere.
pub fn walk_indices(
    ctx: &Context,
    source: Type,
    indices: impl IntoIterator<Item = GepIndex>,
) -> Option<(Offset, Type)> {
    let mut walk = Walk::new(ctx, source);
    for index in indices {
        match index {
            GepIndex::Number(index) => walk.step(index)?,
            GepIndex::Value(index) => walk.step_variable(index)?,
        }
    }
    Some((walk.offset, walk.ty))
}

/// The offset of a `getelementptr` with constant indices.
fn const_gep_offset(ctx: &Context, source: Type, indices: &[Const]) -> Option<i64> {
    let mut walk = Walk::new(ctx, source);
    for &index in indices {
        walk.step(ctx.consts.int_value(&ctx.types, index)?)?;
    }
    walk.offset.as_constant()
}

/// Following indices into a type.
struct Walk<'a> {
    ctx: &'a Context,
    ty: Type,
    first: bool,
    offset: Offset,
}

impl<'a> Walk<'a> {
    fn new(ctx: &'a Context, source: Type) -> Self {
        Self {
            ctx,
            ty: source,
            first: true,
            offset: Offset::default(),
        }
    }

    /// The bytes between elements of what the next index counts, and their type; `None` for fields of structures.
    fn element(&mut self) -> Option<(Type, i64)> {
        let element = if std::mem::replace(&mut self.first, false) {
            self.ty
        } else {
            match *self.ctx.types.get(self.ty) {
                TypeData::Array { element, .. } | TypeData::Vector { element, .. } => element,
                _ => return None,
            }
        };
        let bytes = i64::try_from(self.ctx.size_of(element)?).ok()?;
        Some((element, bytes))
    }

    fn step(&mut self, index: i128) -> Option<()> {
        if !self.first && matches!(self.ctx.types.get(self.ty), TypeData::Struct { .. }) {
            let field = u64::try_from(index).ok()?;
            let bytes = self.ctx.layout.member_offset(&self.ctx.types, self.ty, field)?;
            self.offset.constant = self.offset.constant.wrapping_add(i64::try_from(bytes).ok()?);
            self.ty = self.ctx.types.member(self.ty, field)?;
            return Some(());
        }
        let (element, bytes) = self.element()?;
        let distance = (index as i64).wrapping_mul(bytes);
        self.offset.constant = self.offset.constant.wrapping_add(distance);
        self.ty = element;
        Some(())
    }

    fn step_variable(&mut self, index: Value) -> Option<()> {
        let (element, bytes) = self.element()?;
        self.offset.add_term(index, bytes);
        self.ty = element;
        Some(())
    }
}

/// What a constant address points into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConstBase {
    /// A global variable, and how far into it in bytes if known.
    Global(GlobalId, Option<i64>),
    /// A function.
    Func,
    /// Null, undef or poison: no object that the program knows.
    Nothing,
    /// A number in the first page, which no system maps: nothing is ever accessed there. Rust's addresses of values without bytes.
    Nowhere,
    /// Anything.
    Unknown,
}

/// What a constant address points into. Casts between pointers and `getelementptr` expressions are looked through.
pub fn const_base(ctx: &Context, constant: Const) -> ConstBase {
    match ctx.consts.get(constant) {
        ConstData::Global(global) => ConstBase::Global(*global, Some(0)),
        ConstData::Func(_) => ConstBase::Func,
        ConstData::Null(_) | ConstData::Zero(_) | ConstData::Undef(_) | ConstData::Poison(_) => {
            ConstBase::Nothing
        }
        ConstData::Expr {
            op: ConstOp::Gep { source, .. },
            operands,
            ..
        } => {
            let more = const_gep_offset(ctx, *source, &operands[1..]);
            match const_base(ctx, operands[0]) {
                ConstBase::Global(global, offset) => {
                    ConstBase::Global(global, offset.zip(more).and_then(|(a, b)| a.checked_add(b)))
                }
                other => other,
            }
        }
        ConstData::Expr {
            op: ConstOp::Cast(_),
            operands,
            ty,
        } if ctx.types.is_ptr(*ty) && ctx.types.is_ptr(ctx.const_type(operands[0])) => {
            const_base(ctx, operands[0])
        }
        ConstData::Expr {
            op: ConstOp::Cast(CastOp::IntToPtr),
            operands,
            ..
        } if is_in_first_page(ctx, operands[0]) => ConstBase::Nowhere,
        _ => ConstBase::Unknown,
    }
}

/// The size of the smallest page.
const PAGE: i128 = 4096;

fn is_in_first_page(ctx: &Context, constant: Const) -> bool {
    let number = ctx.consts.int_value(&ctx.types, constant);
    number.is_some_and(|number| (0..PAGE).contains(&number))
}

/// An address as a base value and an offset from it, through as many `getelementptr` and address casts as there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decomposed {
    /// Where the walk ended: no `getelementptr` of one address, no cast.
    pub base: Value,
    /// From the base to the address; `None` if it is unknown.
    pub offset: Option<Offset>,
}

/// Steps of one walk: beyond that the answer is only less precise.
const WALK_LIMIT: usize = 64;

/// Takes an address apart.
pub fn decompose(ctx: &Context, function: &Function, address: Value) -> Decomposed {
    let mut found = Decomposed {
        base: address,
        offset: Some(Offset::default()),
    };
    for _ in 0..WALK_LIMIT {
        let Some(inst) = function.def_inst(found.base) else {
            break;
        };
        let data = function.inst(inst);
        match data.op {
            Op::Gep { .. } if ctx.types.is_ptr(data.ty) => {
                let more = gep_offset(ctx, function, data);
                found.offset = found.offset.zip(more).map(|(mut sum, more)| {
                    sum.add(&more);
                    sum
                });
            }
            Op::Cast(_) if ctx.types.is_ptr(data.ty) && ctx.types.is_ptr(function.ty(data.operands[0])) => {}
            Op::Freeze => {}
            _ => break,
        }
        found.base = data.operands[0];
    }
    debug_assert!(found.base.index() < function.value_count(), "bases are values");
    found
}
