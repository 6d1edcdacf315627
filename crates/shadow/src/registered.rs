//! Functions that users register in the place of derivatives: what both modes read of their signatures, and how they are called.
//!
//! All of them take each parameter of the primal, most followed by its shadow, and perhaps a tape. Structures may be returned through
//! memory and in the registers of C's calling convention: then their bytes count. What an *augmented* function returns:
//!
//! | it returns | which is |
//! |---|---|
//! | the type of the result, or nothing for none | the result, if there is no tape |
//! | `{result, result}` | the result and its shadow, if there is no tape |
//! | `{tape, result, result}` | the tape, the result, its shadow |
//! | `{tape, result}` | the tape and the result |
//! | the type of the tape, or nothing | only the tape: the result is found by calling the function, which must not write memory |

use ir::attrs::{AttrList, ParamAttrs, ParamFlags};
use ir::{Access, Bodies, Builder, Context, FuncId, Op, Type, TypeData, Value};

use crate::error::{ErrorKind, WrongRule};

/// How errors name the second function of `__enzyme_register_splitderivative`.
pub const SPLIT_DERIVATIVE: &str = "split derivative";

/// A parameter of the primal.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its type.
    pub ty: Type,
    /// It is a float, or a vector of floats.
    pub is_float: bool,
    /// The user's functions take its address.
    pub by_ref: bool,
}

/// What a function returns, and what it is read as.
#[derive(Clone, Copy, Debug)]
pub struct Returned {
    /// The type of the memory for it, if it is returned there.
    pub memory: Option<Type>,
    /// The structure that its bytes are; the type itself if it needs no other.
    pub read_as: Type,
}

/// A part of what is returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// All of it.
    Whole,
    /// One field.
    Field(u32),
}

impl Place {
    /// Field `at` of so many: one alone is bare.
    pub fn of(at: u32, fields: usize) -> Self {
        match fields {
            1 => Self::Whole,
            _ => Self::Field(at),
        }
    }

    /// Takes the part.
    pub fn take(self, b: &mut Builder<'_>, whole: Value) -> Value {
        match self {
            Self::Whole => whole,
            Self::Field(at) => b.extract_value(whole, &[at]),
        }
    }
}

/// Where the augmented function has its results.
#[derive(Clone, Copy, Default, Debug)]
pub struct Places {
    /// The tape.
    pub tape: Option<Place>,
    /// The value of the primal.
    pub primal: Option<Place>,
    /// The shadow of that.
    pub shadow: Option<Place>,
}

/// The tape between the user's functions.
#[derive(Clone, Copy, Debug)]
pub struct Tape {
    /// Its type.
    pub ty: Type,
    /// The second function takes the address of a copy.
    pub by_address: bool,
}

/// What is wanted of an augmented function.
#[derive(Clone, Copy, Debug)]
pub struct Augmented {
    /// The function that it stands for.
    pub primal: FuncId,
    /// The function.
    pub augmented: FuncId,
    /// Whether the value is wanted.
    pub wants_primal: bool,
    /// Whether the shadow of the value is wanted.
    pub wants_shadow: bool,
}

/// The parameters of a function with registered derivatives.
///
/// # Errors
/// If it takes variable arguments.
pub fn params(ctx: &Context, func: FuncId) -> Result<Vec<Param>, ErrorKind> {
    let decl = &ctx.funcs[func];
    let attrs = ctx.attrs(decl.attrs);
    if let TypeData::Func { varargs: true, .. } = ctx.types.get(decl.ty) {
        let name = decl.name.to_string();
        return Err(ErrorKind::Varargs { name });
    }
    let by_ref = attrs.string("enzyme_byref").unwrap_or_default();
    let by_ref: Vec<usize> = by_ref
        .split(',')
        .filter_map(|number| number.parse().ok())
        .collect();
    let shift = usize::from(attrs.param(0).is_some_and(|param| param.sret.is_some()));
    let params = ctx.types.param_types(decl.ty).iter().enumerate();
    let params = params.map(|(index, &ty)| Param {
        ty,
        is_float: ctx.types.float_kind(ty).is_some(),
        by_ref: index >= shift && by_ref.contains(&(index - shift)),
    });
    Ok(params.collect())
}

/// The type of what a function returns, if it returns something.
pub fn result(ctx: &Context, func: FuncId) -> Option<Type> {
    let ret = ctx.types.return_type(ctx.funcs[func].ty);
    ret.filter(|&ty| ty != ctx.types.void())
}

/// The parameters that a registered function begins with. Floats have shadows there if `of_floats` says so.
pub fn list(ctx: &Context, params: &[Param], of_floats: bool) -> Vec<Type> {
    let mut list = Vec::new();
    for param in params {
        let ty = if param.by_ref { ctx.types.ptr() } else { param.ty };
        list.push(ty);
        if of_floats || !param.is_float {
            list.push(ty);
        }
    }
    list
}

/// The type of the memory that a function returns through.
pub fn sret(ctx: &Context, func: FuncId) -> Option<Type> {
    let attrs = ctx.attrs(ctx.funcs[func].attrs);
    attrs.param(0).and_then(|param| param.sret)
}

/// The parameters of a function after the memory for its result, what it returns, and the type of that memory.
pub fn signature(ctx: &Context, func: FuncId) -> (Vec<Type>, Type, Option<Type>) {
    let ty = ctx.funcs[func].ty;
    let params = ctx.types.param_types(ty);
    let memory = sret(ctx, func);
    let skipped = usize::from(memory.is_some());
    let returned = ctx.types.return_type(ty).unwrap_or(ctx.types.void());
    (params[skipped..].to_vec(), memory.unwrap_or(returned), memory)
}

/// The tape that a function takes after the parameters `expected`, if it takes one. `None` if it takes other parameters.
pub fn tape_after(ctx: &Context, func: FuncId, expected: &[Type]) -> Option<Option<Tape>> {
    let (params, _, memory) = signature(ctx, func);
    let rest = params.strip_prefix(expected)?;
    match *rest {
        [] => Some(None),
        [ty] => {
            let at = expected.len() + usize::from(memory.is_some());
            let attrs = ctx.attrs(ctx.funcs[func].attrs);
            let by_value = attrs.param(at).and_then(|param| param.byval);
            Some(Some(Tape {
                ty: by_value.unwrap_or(ty),
                by_address: by_value.is_some(),
            }))
        }
        _ => None,
    }
}

/// The type by which `found` can be read as these fields: itself, or a structure with the same bytes.
pub fn reads_as(ctx: &mut Context, found: Type, fields: &[Type]) -> Option<Type> {
    let types = &mut ctx.types;
    match fields {
        [] => (found == types.void()).then_some(found),
        &[only] => (found == only).then_some(found),
        _ => {
            let structure = types.structure(fields);
            let count = fields.len() as u64;
            let is_aggregate = matches!(types.get(found), TypeData::Struct { .. } | TypeData::Array { .. });
            let same = is_aggregate
                && types.member_count(found) == count
                && (0..count).all(|at| types.member(found, at) == Some(fields[at as usize]));
            if same {
                return Some(found);
            }
            // C's calling convention puts small structures into integers and vectors.
            let is_packed = found != types.void() && memory_like(types, found);
            (is_packed && ctx.size_of(found) == ctx.size_of(structure)).then_some(structure)
        }
    }
}

impl Augmented {
    /// What the function returns, if the second function takes this tape; `None` if that is no form that is known.
    pub fn returned(&self, ctx: &mut Context, tape: Option<&Tape>) -> Option<(Returned, Places)> {
        let (_, found, memory) = signature(ctx, self.augmented);
        let is_repeatable = self.is_repeatable(ctx);
        let mut candidates: Vec<(Vec<Type>, [Option<u32>; 3])> = Vec::new();
        match (tape, result(ctx, self.primal)) {
            (None, None) => candidates.push((Vec::new(), [None; 3])),
            (None, Some(result)) => {
                candidates.push((vec![result], [None, Some(0), None]));
                candidates.push((vec![result, result], [None, Some(0), Some(1)]));
                candidates.extend(is_repeatable.then(|| (Vec::new(), [None; 3])));
            }
            (Some(tape), None) => candidates.push((vec![tape.ty], [Some(0), None, None])),
            (Some(tape), Some(result)) => {
                candidates.push((vec![tape.ty, result, result], [Some(0), Some(1), Some(2)]));
                candidates.push((vec![tape.ty, result], [Some(0), Some(1), None]));
                let bare = || (vec![tape.ty], [Some(0), None, None]);
                candidates.extend(is_repeatable.then(bare));
            }
        }
        for (fields, [tape, primal, shadow]) in candidates {
            if self.wants_shadow && shadow.is_none() {
                continue;
            }
            let Some(read_as) = reads_as(ctx, found, &fields) else {
                continue;
            };
            let place = |at: Option<u32>| at.map(|at| Place::of(at, fields.len()));
            let places = Places {
                tape: place(tape),
                primal: place(primal),
                shadow: place(shadow),
            };
            return Some((Returned { memory, read_as }, places));
        }
        None
    }

    /// Whether the primal may be called beside the augmented function, for its result: it is not wanted, or it writes nothing.
    fn is_repeatable(&self, ctx: &Context) -> bool {
        let decl = &ctx.funcs[self.primal];
        !self.wants_primal || !ctx.attrs(decl.attrs).memory.any().writes
    }

    /// The error for an augmented function of another type than it should have.
    pub fn wrong(&self, ctx: &mut Context, tape: Option<&Tape>, list: &[Type]) -> ErrorKind {
        let mut fields: Vec<Type> = tape.map(|tape| tape.ty).into_iter().collect();
        let result = result(ctx, self.primal);
        fields.extend(result);
        if self.wants_shadow {
            fields.extend(result);
        }
        let rule = ("augmented forward function", self.augmented);
        wrong(ctx, self.primal, rule, (&fields, list), "")
    }
}

/// The error for a registered function of another type than it should have: it should return these fields and take these parameters.
pub fn wrong(
    ctx: &mut Context,
    primal: FuncId,
    (role, rule): (&'static str, FuncId),
    (returned, params): (&[Type], &[Type]),
    more: &'static str,
) -> ErrorKind {
    let ret = match returned {
        [] => ctx.types.void(),
        &[only] => only,
        _ => ctx.types.structure(returned),
    };
    let expected = ctx.types.func(ret, params);
    let text = |ty: Type| ir::text::print_type(ctx, ty);
    ErrorKind::CustomSignature(Box::new(WrongRule {
        name: ctx.funcs[primal].name.to_string(),
        role,
        rule: ctx.funcs[rule].name.to_string(),
        found: text(ctx.funcs[rule].ty),
        expected: text(expected),
        more,
    }))
}

/// The address of a copy, if that is what is passed.
pub fn passed(b: &mut Builder<'_>, value: Value, by_address: bool) -> Value {
    if !by_address {
        return value;
    }
    let ty = b.ty(value);
    let slot = b.alloca(ty);
    b.store(value, slot, Access::default());
    slot
}

/// Calls a registered function; what it returns, in the type by which it is read.
pub fn call(b: &mut Builder<'_>, func: FuncId, returned: &Returned, mut args: Vec<Value>) -> Option<Value> {
    let memory = returned.memory.map(|ty| b.alloca(ty));
    if let Some(memory) = memory {
        args.insert(0, memory);
    }
    let call = b.call(func, &args);
    let declared = b.ctx.attrs(b.ctx.funcs[func].attrs);
    // How arguments are passed must stand at the call as well.
    let passed = |attrs: &ParamAttrs| ParamAttrs {
        flags: attrs.flags,
        byval: attrs.byval,
        sret: attrs.sret,
        align: attrs.align,
        ..ParamAttrs::default()
    };
    let attrs = AttrList {
        params: declared.params.iter().map(passed).collect(),
        ..AttrList::default()
    };
    let attrs = b.ctx.add_attrs(attrs);
    if let Op::Call(info) = &mut b.func.inst_mut(call).op {
        info.attrs = attrs;
    }
    if let Some(memory) = memory {
        return Some(b.load(returned.read_as, memory, Access::default()));
    }
    let found = b.func.inst(call).result?;
    if b.ty(found) == returned.read_as {
        return Some(found);
    }
    let slot = b.alloca(returned.read_as);
    b.store(found, slot, Access::default());
    Some(b.load(returned.read_as, slot, Access::default()))
}

fn memory_like(types: &ir::Types, ty: Type) -> bool {
    matches!(
        types.get(ty),
        TypeData::Int(_)
            | TypeData::Float(_)
            | TypeData::Vector { .. }
            | TypeData::Struct { .. }
            | TypeData::Array { .. }
    )
}

/// What a function does with a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It may write through it, or through an address that it loads through it.
    Writes,
    /// It does anything at all with it.
    Any,
}

/// Whether a function may use its parameter `at` in this way, as far as its body and the attributes of what it calls tell within so many
/// levels of calls.
pub fn may_use(
    ctx: &Context,
    bodies: Bodies<'_>,
    (func, at): (FuncId, usize),
    what: Use,
    levels: u32,
) -> bool {
    let attrs = ctx.attrs(ctx.funcs[func].attrs);
    if what == Use::Writes && !attrs.memory.any().writes {
        return false;
    }
    let (Some(body), true) = (bodies.get(func), levels > 0) else {
        let untouched = attrs.param(at).is_some_and(|param| {
            let has = |flag| param.flags.contains(flag);
            // What is said of a parameter is not said of addresses that are loaded through it.
            has(ParamFlags::READNONE) || has(ParamFlags::READONLY) && !attrs.memory.other.writes
        });
        return what == Use::Any || !untouched;
    };
    let Some(&param) = body.params.get(at) else {
        return true;
    };
    let mut derived: Vec<Value> = vec![param];
    let mut next = 0;
    while let Some(&value) = derived.get(next) {
        next += 1;
        for inst in body.all_insts() {
            let data = body.inst(inst);
            if !data.operands.contains(&value) {
                continue;
            }
            match data.op {
                Op::ICmp(_) if what == Use::Writes => {}
                // A structure may lead to memory that is written.
                Op::Load(_) if what == Use::Writes => {
                    let scalar = ctx.types.scalar(data.ty);
                    let is_number =
                        ctx.types.float_kind(scalar).is_some() || ctx.types.int_bits(scalar).is_some();
                    derived.extend(
                        data.result
                            .filter(|result| !is_number && !derived.contains(result)),
                    );
                }
                Op::Gep { .. } | Op::Phi | Op::Select | Op::Freeze => {
                    let result = data.result.filter(|result| !derived.contains(result));
                    derived.extend(result);
                }
                Op::Call(_) | Op::Invoke(_) => {
                    let callee = ir::graph::Callee::of(ctx, body, inst).and_then(ir::graph::Callee::func);
                    let passes = |callee: FuncId| {
                        let args = data.args().iter().enumerate();
                        let mut passed = args.filter(|&(_, &arg)| arg == value);
                        passed.any(|(index, _)| may_use(ctx, bodies, (callee, index), what, levels - 1))
                    };
                    if data.operands[0] == value || callee.is_none_or(passes) {
                        return true;
                    }
                }
                _ => return true,
            }
        }
    }
    false
}
