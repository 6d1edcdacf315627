//! The signatures of a user's gradient, and how they are adapted.
//!
//! Both functions take each primal parameter followed by its shadow, unless it is a float or a vector of floats. The second also takes the
//! adjoint of the result, if that is a float, and the tape, if there is one: that it has a parameter more says so. Structures may be
//! returned through memory, and in the registers of C's calling convention: then their bytes count.
//!
//! | the augmented function returns | which is |
//! |---|---|
//! | the type of the result, or nothing for none | the result, if there is no tape |
//! | `{result, result}` | the result and its shadow, if there is no tape |
//! | `{tape, result, result}` | the tape, the result, its shadow |
//! | `{tape, result}` | the tape and the result |
//! | the type of the tape, or nothing | only the tape: the result is found by calling the function, which must not write memory |
//!
//! The reverse function returns a structure with the adjoint of each float parameter, in order; one alone may be returned bare.

use ir::attrs::ParamFlags;
use ir::{Bodies, Context, FuncId, Op, Type, TypeData, Value};

use crate::error::ErrorKind;
use crate::request::{Activity, Request};

/// A parameter of the primal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Param {
    pub(super) ty: Type,
    pub(super) activity: Activity,
    /// It is a float, or a vector of floats: it has no shadow.
    pub(super) is_float: bool,
    /// The user's functions take its address.
    pub(super) by_ref: bool,
}

/// What a function returns, and what it is read as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Returned {
    /// The type of the memory for it, if it is returned there.
    pub(super) memory: Option<Type>,
    /// The structure that its bytes are; the type itself if it needs no other.
    pub(super) read_as: Type,
}

/// Where the augmented function has its results.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Places {
    pub(super) tape: Option<Place>,
    pub(super) primal: Option<Place>,
    pub(super) shadow: Option<Place>,
}

/// A part of what is returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// All of it.
    Whole,
    /// One field.
    Field(u32),
}

/// The tape between the user's functions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tape {
    pub(super) ty: Type,
    /// The reverse function takes the address of a copy.
    pub(super) by_address: bool,
}

/// A gradient that a user gives, understood.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) params: Vec<Param>,
    pub(super) augmented: FuncId,
    pub(super) gradient: FuncId,
    pub(super) returned: Returned,
    pub(super) places: Places,
    /// The reverse function takes the adjoint of the result.
    pub(super) has_seed: bool,
    pub(super) tape: Option<Tape>,
    /// What the reverse function returns, and where in it the adjoints of the float parameters are.
    pub(super) adjoints: Returned,
    pub(super) adjoint_places: Vec<Place>,
}

/// Reads a rule, and says what is wrong with it.
struct Reader<'a> {
    ctx: &'a mut Context,
    request: &'a Request,
    augmented: FuncId,
    gradient: FuncId,
    params: Vec<Param>,
    /// The result's type; `None` for nothing.
    result: Option<Type>,
}

impl Rule {
    /// The rule for a request.
    ///
    /// # Errors
    /// If the functions do not have the signatures that they should, or the request asks for what they do not give.
    pub(super) fn read(
        ctx: &mut Context,
        bodies: Bodies<'_>,
        request: &Request,
        (augmented, gradient): (FuncId, FuncId),
    ) -> Result<Self, ErrorKind> {
        let decl = &ctx.funcs[request.func];
        let (ty, attrs) = (decl.ty, decl.attrs);
        if let TypeData::Func { varargs: true, .. } = ctx.types.get(ty) {
            return Err(ErrorKind::Varargs {
                name: decl.name.to_string(),
            });
        }
        let by_ref = ctx.attrs(attrs).string("enzyme_byref").unwrap_or_default();
        let by_ref: Vec<usize> = by_ref
            .split(',')
            .filter_map(|number| number.parse().ok())
            .collect();
        let shift = usize::from(
            ctx.attrs(attrs)
                .param(0)
                .is_some_and(|param| param.sret.is_some()),
        );
        let types = ctx.types.param_types(ty).to_vec();
        let params = types.iter().zip(&request.params).enumerate();
        let params = params.map(|(index, (&ty, &activity))| Param {
            ty,
            activity,
            is_float: ctx.types.float_kind(ty).is_some(),
            by_ref: index >= shift && by_ref.contains(&(index - shift)),
        });
        let params: Vec<_> = params.collect();
        let result = ctx.types.return_type(ty).filter(|&ty| ty != ctx.types.void());
        let mut reader = Reader {
            ctx,
            request,
            augmented,
            gradient,
            params,
            result,
        };
        reader.check_activities(bodies)?;
        reader.rule()
    }
}

impl Reader<'_> {
    fn name(&self) -> String {
        self.ctx.funcs[self.request.func].name.to_string()
    }

    /// What the functions can give is what is asked.
    fn check_activities(&self, bodies: Bodies<'_>) -> Result<(), ErrorKind> {
        let decl = &self.ctx.funcs[self.request.func];
        if self.request.width > 1 && self.ctx.attrs(decl.attrs).memory.any().writes {
            return Err(ErrorKind::CustomWidth { name: self.name() });
        }
        let mut position = usize::from(self.sret(self.augmented).is_some());
        let mut gradient_position = usize::from(self.sret(self.gradient).is_some());
        for (index, param) in self.params.iter().enumerate() {
            if param.activity.is_out() && !param.is_float {
                return Err(ErrorKind::CustomArgument {
                    name: self.name(),
                    index,
                    what: "is passed by value and made of floating-point numbers, but is none itself"
                        .to_owned(),
                });
            }
            let shadow = usize::from(!param.is_float);
            let is_shared = param.activity == Activity::Const && self.ctx.types.is_ptr(param.ty);
            let places = [
                (self.augmented, position + shadow),
                (self.gradient, gradient_position + shadow),
            ];
            if is_shared
                && places
                    .iter()
                    .any(|&(func, at)| may_write(self.ctx, bodies, func, at, 4))
            {
                return Err(ErrorKind::CustomArgument {
                    name: self.name(),
                    index,
                    what: "has no shadow here, so its own address stands for it, and the registered functions may write there".to_owned(),
                });
            }
            position += 1 + shadow;
            gradient_position += 1 + shadow;
        }
        Ok(())
    }

    /// The type of the memory that a function returns through.
    fn sret(&self, func: FuncId) -> Option<Type> {
        let attrs = self.ctx.attrs(self.ctx.funcs[func].attrs);
        attrs.param(0).and_then(|param| param.sret)
    }

    /// The parameters that both functions begin with.
    fn list(&self) -> Vec<Type> {
        let mut list = Vec::new();
        for param in &self.params {
            let ty = match param.by_ref {
                true => self.ctx.types.ptr(),
                false => param.ty,
            };
            list.push(ty);
            if !param.is_float {
                list.push(ty);
            }
        }
        list
    }

    /// The parameters of a function after the memory for its result, and what it returns.
    fn signature(&self, func: FuncId) -> (Vec<Type>, Type, Option<Type>) {
        let ty = self.ctx.funcs[func].ty;
        let params = self.ctx.types.param_types(ty);
        let memory = self.sret(func);
        let skipped = usize::from(memory.is_some());
        let returned = self.ctx.types.return_type(ty).unwrap_or(self.ctx.types.void());
        (params[skipped..].to_vec(), memory.unwrap_or(returned), memory)
    }

    fn rule(&mut self) -> Result<Rule, ErrorKind> {
        let list = self.list();
        let is_float = |ty: &Type| self.ctx.types.float_kind(*ty).is_some();
        let seed = self.result.filter(is_float);
        let (params, _, memory) = self.signature(self.gradient);
        let mut expected = list.clone();
        expected.extend(seed);
        let tape = match params.len().checked_sub(expected.len()) {
            Some(0) => None,
            Some(1) => {
                let at = params.len() - 1;
                let attrs = self.ctx.attrs(self.ctx.funcs[self.gradient].attrs);
                let by_value = attrs
                    .param(at + usize::from(memory.is_some()))
                    .and_then(|param| param.byval);
                Some(Tape {
                    ty: by_value.unwrap_or(params[at]),
                    by_address: by_value.is_some(),
                })
            }
            _ => return Err(self.wrong_gradient()),
        };
        if !params.starts_with(&expected) {
            return Err(self.wrong_gradient());
        }
        let (adjoints, adjoint_places) = self.adjoints()?;
        let (params, _, _) = self.signature(self.augmented);
        if params != list {
            return Err(self.wrong_augmented(tape.as_ref()));
        }
        let (returned, places) = self.returned(tape.as_ref())?;
        Ok(Rule {
            params: std::mem::take(&mut self.params),
            augmented: self.augmented,
            gradient: self.gradient,
            returned,
            places,
            has_seed: seed.is_some(),
            tape,
            adjoints,
            adjoint_places,
        })
    }

    /// What the augmented function returns, by what the reverse function takes.
    fn returned(&mut self, tape: Option<&Tape>) -> Result<(Returned, Places), ErrorKind> {
        let (_, found, memory) = self.signature(self.augmented);
        let wants = self.request.ret;
        let mut candidates: Vec<(Vec<Type>, [Option<u32>; 3])> = Vec::new();
        match (tape, self.result) {
            (None, None) => candidates.push((Vec::new(), [None; 3])),
            (None, Some(result)) => {
                candidates.push((vec![result], [None, Some(0), None]));
                candidates.push((vec![result, result], [None, Some(0), Some(1)]));
                candidates.extend(self.is_repeatable().then(|| (Vec::new(), [None; 3])));
            }
            (Some(tape), None) => candidates.push((vec![tape.ty], [Some(0), None, None])),
            (Some(tape), Some(result)) => {
                candidates.push((vec![tape.ty, result, result], [Some(0), Some(1), Some(2)]));
                candidates.push((vec![tape.ty, result], [Some(0), Some(1), None]));
                let bare = || (vec![tape.ty], [Some(0), None, None]);
                candidates.extend(self.is_repeatable().then(bare));
            }
        }
        for (fields, [tape_at, primal, shadow]) in candidates {
            if wants.shadow && shadow.is_none() {
                continue;
            }
            let Some(read_as) = self.reads_as(found, &fields) else {
                continue;
            };
            let place = |at: Option<u32>| {
                at.map(|at| match fields.len() {
                    1 => Place::Whole,
                    _ => Place::Field(at),
                })
            };
            let places = Places {
                tape: place(tape_at),
                primal: place(primal),
                shadow: place(shadow),
            };
            return Ok((Returned { memory, read_as }, places));
        }
        Err(self.wrong_augmented(tape))
    }

    /// Whether the primal may be called beside the augmented function, for its result: it is not wanted, or it writes nothing.
    fn is_repeatable(&self) -> bool {
        let decl = &self.ctx.funcs[self.request.func];
        !self.request.ret.primal || !self.ctx.attrs(decl.attrs).memory.any().writes
    }

    /// The type by which `found` can be read as these fields: itself, or a structure with the same bytes.
    fn reads_as(&mut self, found: Type, fields: &[Type]) -> Option<Type> {
        let types = &mut self.ctx.types;
        match fields {
            [] => (found == types.void()).then_some(found),
            &[only] => (found == only).then_some(found),
            _ => {
                let structure = types.structure(fields);
                let count = fields.len() as u64;
                let is_aggregate =
                    matches!(types.get(found), TypeData::Struct { .. } | TypeData::Array { .. });
                let same = is_aggregate
                    && types.member_count(found) == count
                    && (0..count).all(|at| types.member(found, at) == Some(fields[at as usize]));
                if same {
                    return Some(found);
                }
                // C's calling convention puts small structures into integers and vectors.
                let is_packed = found != types.void() && memory_like(types, found);
                (is_packed && self.ctx.size_of(found) == self.ctx.size_of(structure)).then_some(structure)
            }
        }
    }

    /// Where the reverse function returns the adjoints.
    fn adjoints(&mut self) -> Result<(Returned, Vec<Place>), ErrorKind> {
        let (_, found, memory) = self.signature(self.gradient);
        let fields: Vec<Type> = self
            .params
            .iter()
            .filter(|param| param.is_float)
            .map(|param| param.ty)
            .collect();
        let read_as = match fields.as_slice() {
            [] => Some(found),
            &[only] if only != found && self.ctx.types.member_count(found) == 1 => {
                let same = self.ctx.types.member(found, 0) == Some(only);
                if same {
                    let returned = Returned {
                        memory,
                        read_as: found,
                    };
                    return Ok((returned, vec![Place::Field(0)]));
                }
                None
            }
            fields => self.reads_as(found, fields),
        };
        let read_as = read_as.ok_or_else(|| self.wrong_gradient())?;
        let places = (0..fields.len() as u32).map(|at| match fields.len() {
            1 => Place::Whole,
            _ => Place::Field(at),
        });
        Ok((Returned { memory, read_as }, places.collect()))
    }

    fn wrong_augmented(&mut self, tape: Option<&Tape>) -> ErrorKind {
        let list = self.list();
        let mut fields: Vec<Type> = tape.map(|tape| tape.ty).into_iter().collect();
        fields.extend(self.result);
        if self.request.ret.shadow {
            fields.extend(self.result);
        }
        self.wrong("augmented forward function", self.augmented, &fields, &list, "")
    }

    fn wrong_gradient(&mut self) -> ErrorKind {
        let mut list = self.list();
        let is_float = |ty: &Type| self.ctx.types.float_kind(*ty).is_some();
        list.extend(self.result.filter(is_float));
        let floats = self.params.iter().filter(|param| param.is_float);
        let fields: Vec<Type> = floats.map(|param| param.ty).collect();
        let tape = "and the tape as a last parameter, if there is one";
        self.wrong("reverse function", self.gradient, &fields, &list, tape)
    }

    fn wrong(
        &mut self,
        role: &'static str,
        func: FuncId,
        returned: &[Type],
        params: &[Type],
        more: &'static str,
    ) -> ErrorKind {
        let ret = match returned {
            [] => self.ctx.types.void(),
            &[only] => only,
            _ => self.ctx.types.structure(returned),
        };
        let expected = self.ctx.types.func(ret, params);
        let text = |ty: Type| ir::text::print_type(self.ctx, ty);
        ErrorKind::CustomSignature {
            name: self.name(),
            role,
            rule: self.ctx.funcs[func].name.to_string(),
            found: text(self.ctx.funcs[func].ty),
            expected: text(expected),
            more,
        }
    }
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

/// Whether a function may write through its parameter `at`, as far as its body and the attributes of what it calls tell within so many
/// levels of calls.
fn may_write(ctx: &Context, bodies: Bodies<'_>, func: FuncId, at: usize, levels: u32) -> bool {
    let attrs = ctx.attrs(ctx.funcs[func].attrs);
    if !attrs.memory.any().writes || attrs.param(at).is_some_and(|param| only_reads(param.flags)) {
        return false;
    }
    let (Some(body), true) = (bodies.get(func), levels > 0) else {
        return true;
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
                Op::Load(_) | Op::ICmp(_) => {}
                Op::Gep { .. } | Op::Phi | Op::Select | Op::Freeze => {
                    let result = data.result.filter(|result| !derived.contains(result));
                    derived.extend(result);
                }
                Op::Call(_) | Op::Invoke(_) => {
                    let callee = ir::graph::Callee::of(ctx, body, inst).and_then(ir::graph::Callee::func);
                    let passes = |callee: FuncId| {
                        let args = data.args().iter().enumerate();
                        let mut passed = args.filter(|&(_, &arg)| arg == value);
                        passed.any(|(index, _)| may_write(ctx, bodies, callee, index, levels - 1))
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

fn only_reads(flags: ParamFlags) -> bool {
    flags.contains(ParamFlags::READONLY) || flags.contains(ParamFlags::READNONE)
}
