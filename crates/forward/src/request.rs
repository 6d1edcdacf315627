//! Requests for tangent functions: what is asked, the signature of the answer, and the memo.
//!
//! A tangent function takes for each primal parameter the primal and, if it is dual, its shadow: of the same type `T` for width 1,
//! `[width x T]` else. It returns `{primal, shadow}`, the shadow, the primal, or nothing, where the shadow of a return of type `T` is
//! `T` or `[width x T]`. `sret` and `byval` parameters are plain pointers in it, as are their shadows: the tangent function makes the
//! copies that `byval` stands for.

use activity::EntryMemory;
use indexmap::IndexMap;
use ir::attrs::{AttrList, FuncFlags, ParamAttrs, ParamFlags};
use ir::{Context, FuncDecl, FuncId, Linkage, Type};

/// The activity of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Activity {
    /// It carries no derivative.
    Const,
    /// A shadow follows it.
    Dual,
    /// A shadow follows it, and what the function leaves in the primal memory does not matter. It may be left out; at present it is
    /// treated as [`Activity::Dual`].
    DualNoNeed,
}

impl Activity {
    /// Whether a shadow follows.
    pub fn is_dual(self) -> bool {
        self != Self::Const
    }
}

/// What is returned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReturnRequest {
    /// The shadow of the return value.
    pub shadow: bool,
    /// The return value.
    pub primal: bool,
}

/// A request for a tangent function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// The function to differentiate.
    pub func: FuncId,
    /// The activity of each parameter.
    pub params: Vec<Activity>,
    /// What is returned.
    pub ret: ReturnRequest,
    /// The number of directions, at least 1.
    pub width: u32,
    /// Memory besides that of parameters that may hold tangents when the function is called: empty but for what a tangent function
    /// calls.
    pub memory: EntryMemory,
}

impl Request {
    /// The type of the shadow of a `T`.
    pub fn shadow_type(&self, ctx: &mut Context, ty: Type) -> Type {
        match self.width {
            1 => ty,
            width => ctx.types.array(ty, u64::from(width)),
        }
    }

    /// The function type of the answer.
    pub fn signature(&self, ctx: &mut Context) -> Type {
        let primal = ctx.funcs[self.func].ty;
        let ret = ctx.types.return_type(primal).unwrap_or(ctx.types.void());
        let mut params = Vec::new();
        for (index, ty) in ctx.types.param_types(primal).to_vec().into_iter().enumerate() {
            params.push(ty);
            if self.is_dual(index) {
                params.push(self.shadow_type(ctx, ty));
            }
        }
        let ret = match (self.ret.primal, self.ret.shadow) {
            (true, true) => {
                let shadow = self.shadow_type(ctx, ret);
                ctx.types.structure(&[ret, shadow])
            }
            (false, true) => self.shadow_type(ctx, ret),
            (true, false) => ret,
            (false, false) => ctx.types.void(),
        };
        ctx.types.func(ret, &params)
    }

    /// Whether parameter `index` has a shadow.
    pub fn is_dual(&self, index: usize) -> bool {
        self.params.get(index).is_some_and(|activity| activity.is_dual())
    }

    /// `fwddiffe`, the width if it is not 1, and the name of the function.
    fn name(&self, ctx: &Context) -> Box<str> {
        let name = &ctx.funcs[self.func].name;
        match self.width {
            1 => format!("fwddiffe{name}").into(),
            width => format!("fwddiffe{width}{name}").into(),
        }
    }

    /// Attributes of the answer: what of the primal's also holds of it.
    fn attrs(&self, ctx: &Context) -> AttrList {
        let decl = &ctx.funcs[self.func];
        let primal = ctx.attrs(decl.attrs);
        let kept = FuncFlags(primal.flags.0 & (FuncFlags::NOUNWIND.0 | FuncFlags::STRICTFP.0));
        let mut params = Vec::new();
        for index in 0..ctx.types.param_types(decl.ty).len() {
            let attrs = primal.param(index).cloned().unwrap_or_default();
            params.push(primal_param(&attrs));
            if self.is_dual(index) {
                params.push(ParamAttrs::default());
            }
        }
        AttrList {
            flags: kept,
            params,
            ..AttrList::default()
        }
    }
}

/// The attributes of a parameter that hold in the tangent function as well. A copy made for `byval` may alias nothing before it is
/// made, so nothing is kept there.
fn primal_param(attrs: &ParamAttrs) -> ParamAttrs {
    if attrs.byval.is_some() {
        return ParamAttrs::default();
    }
    let kept = ParamFlags::NOALIAS.0 | ParamFlags::NONNULL.0 | ParamFlags::NOUNDEF.0;
    ParamAttrs {
        flags: ParamFlags(attrs.flags.0 & kept),
        dereferenceable: attrs.dereferenceable,
        align: attrs.align,
        ..ParamAttrs::default()
    }
}

/// The memo: which function answers which request, and which bodies are still to be made.
#[derive(Default, Debug)]
pub(crate) struct Requests {
    memo: IndexMap<Request, FuncId>,
    /// How many of the memo, in its order, have a body or an error.
    done: usize,
}

impl Requests {
    /// The function that answers `request`; declared and queued if the request is new.
    pub(crate) fn get(&mut self, ctx: &mut Context, request: Request) -> FuncId {
        if let Some(&func) = self.memo.get(&request) {
            return func;
        }
        let ty = request.signature(ctx);
        let attrs = request.attrs(ctx);
        let attrs = ctx.add_attrs(attrs);
        let func = ctx.add_func(FuncDecl {
            name: request.name(ctx),
            ty,
            attrs,
            conv: 0,
            linkage: Linkage::Internal,
            intrinsic: false,
            defined: false,
            rules: Vec::new(),
            origin: None,
        });
        self.memo.insert(request, func);
        func
    }

    /// The next request without a body, with the function that answers it.
    pub(crate) fn next(&mut self) -> Option<(Request, FuncId)> {
        let (request, &func) = self.memo.get_index(self.done)?;
        self.done += 1;
        Some((request.clone(), func))
    }

    /// Forgets the requests from number `start` on: they failed together.
    pub(crate) fn forget_from(&mut self, start: usize) {
        self.memo.truncate(start);
        self.done = start;
    }

    /// The number of requests with a body.
    pub(crate) fn done(&self) -> usize {
        self.done
    }
}
