//! The signatures of a user's gradient, and how they are adapted.
//!
//! Both functions take each primal parameter followed by its shadow, unless it is a float or a vector of floats. The second also takes the
//! adjoint of the result, if that is a float, and the tape, if there is one: that it has a parameter more says so. Structures may be
//! returned through memory, and in the registers of C's calling convention: then their bytes count.
//!
//! What the augmented function returns is in [`shadow::registered`].
//!
//! The reverse function returns a structure with the adjoint of each float parameter, in order; one alone may be returned bare.

use ir::{Bodies, Context, FuncId, Type};
use shadow::registered::{self, Augmented, Place, Places, Returned, Tape, Use, may_use, sret};

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
    /// The types of the parameters that both functions begin with.
    list: Vec<Type>,
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
        let types = registered::params(ctx, request.func)?;
        let params = types.iter().zip(&request.params);
        let params = params.map(|(param, &activity)| Param {
            ty: param.ty,
            activity,
            is_float: param.is_float,
            by_ref: param.by_ref,
        });
        let params: Vec<_> = params.collect();
        let result = registered::result(ctx, request.func);
        let list = registered::list(ctx, &types, false);
        let mut reader = Reader {
            ctx,
            request,
            augmented,
            gradient,
            params,
            list,
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
        let mut position = usize::from(sret(self.ctx, self.augmented).is_some());
        let mut gradient_position = usize::from(sret(self.ctx, self.gradient).is_some());
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
                    .any(|&(func, at)| may_use(self.ctx, bodies, (func, at), Use::Writes, 4))
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

    fn rule(&mut self) -> Result<Rule, ErrorKind> {
        let is_float = |ty: &Type| self.ctx.types.float_kind(*ty).is_some();
        let seed = self.result.filter(is_float);
        let mut expected = self.list.clone();
        expected.extend(seed);
        let tape = registered::tape_after(self.ctx, self.gradient, &expected);
        let tape = tape.ok_or_else(|| self.wrong_gradient())?;
        let (adjoints, adjoint_places) = self.adjoints()?;
        let augmented = Augmented {
            primal: self.request.func,
            augmented: self.augmented,
            wants_primal: self.request.ret.primal,
            wants_shadow: self.request.ret.shadow,
        };
        let (params, _, _) = registered::signature(self.ctx, self.augmented);
        let returned = match params == self.list {
            true => augmented.returned(self.ctx, tape.as_ref()),
            false => None,
        };
        let (returned, places) =
            returned.ok_or_else(|| augmented.wrong(self.ctx, tape.as_ref(), &self.list))?;
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

    /// Where the reverse function returns the adjoints.
    fn adjoints(&mut self) -> Result<(Returned, Vec<Place>), ErrorKind> {
        let (_, found, memory) = registered::signature(self.ctx, self.gradient);
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
            fields => registered::reads_as(self.ctx, found, fields),
        };
        let read_as = read_as.ok_or_else(|| self.wrong_gradient())?;
        let places = (0..fields.len() as u32).map(|at| Place::of(at, fields.len()));
        Ok((Returned { memory, read_as }, places.collect()))
    }

    fn wrong_gradient(&mut self) -> ErrorKind {
        let mut list = self.list.clone();
        let is_float = |ty: &Type| self.ctx.types.float_kind(*ty).is_some();
        list.extend(self.result.filter(is_float));
        let floats = self.params.iter().filter(|param| param.is_float);
        let fields: Vec<Type> = floats.map(|param| param.ty).collect();
        let rule = ("reverse function", self.gradient);
        let tape = "and the tape as a last parameter, if there is one";
        registered::wrong(self.ctx, self.request.func, rule, (&fields, &list), tape)
    }
}
