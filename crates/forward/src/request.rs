//! Requests for tangent functions: what is asked, the signature of the answer, and the memo.
//!
//! A tangent function takes for each primal parameter the primal and, if it is dual, its shadow: of the same type `T` for width 1,
//! `[width x T]` else. It returns `{primal, shadow}`, the shadow, the primal, or nothing, where the shadow of a return of type `T` is
//! `T` or `[width x T]`. `sret` and `byval` parameters are plain pointers in it, as are their shadows: the tangent function makes the
//! copies that `byval` stands for.

use activity::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use indexmap::IndexMap;
use ir::attrs::{AttrList, FuncFlags, ParamAttrs, ParamFlags};
use ir::{Context, FuncDecl, FuncId, Function, GlobalId, Linkage, Type};

use facts::{Known, Seeds};

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
    /// The order of the derivative, at least 1: it tells the shadows of global variables apart, those of which a tangent function has
    /// for data from those that its own tangent function has. [`crate::Forward::request`] raises it to what the function needs.
    pub order: u32,
    /// Memory besides that of parameters that may hold tangents when the function is called: empty but for what a tangent function
    /// calls.
    pub memory: EntryMemory,
}

impl Request {
    /// The type of the shadow of a `T`.
    pub fn shadow_type(&self, ctx: &mut Context, ty: Type) -> Type {
        shadow_type(ctx, ty, self.width)
    }

    /// The function type of the answer.
    pub fn signature(&self, ctx: &mut Context) -> Type {
        let primal = ctx.funcs[self.func].ty;
        signature(ctx, primal, &self.params, self.ret, self.width)
    }

    /// The context of the activity analysis that says what is active in the primal.
    pub(crate) fn context(&self) -> ContextKey {
        let param = |activity: &Activity| match activity.is_dual() {
            true => ParamActivity::Dual,
            false => ParamActivity::Const,
        };
        ContextKey {
            func: self.func,
            params: self.params.iter().map(param).collect(),
            ret: match self.ret.shadow {
                true => ReturnActivity::Active,
                false => ReturnActivity::Const,
            },
            memory: self.memory.clone(),
        }
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

fn shadow_type(ctx: &mut Context, ty: Type, width: u32) -> Type {
    match width {
        1 => ty,
        width => ctx.types.array(ty, u64::from(width)),
    }
}

/// The type of a tangent function of a function of type `primal`.
pub(crate) fn signature(
    ctx: &mut Context,
    primal: Type,
    activities: &[Activity],
    returned: ReturnRequest,
    width: u32,
) -> Type {
    let ret = ctx.types.return_type(primal).unwrap_or(ctx.types.void());
    let mut params = Vec::new();
    for (ty, activity) in ctx.types.param_types(primal).to_vec().into_iter().zip(activities) {
        params.push(ty);
        if activity.is_dual() {
            params.push(shadow_type(ctx, ty, width));
        }
    }
    let ret = match (returned.primal, returned.shadow) {
        (true, true) => {
            let shadow = shadow_type(ctx, ret, width);
            ctx.types.structure(&[ret, shadow])
        }
        (false, true) => shadow_type(ctx, ret, width),
        (true, false) => ret,
        (false, false) => ctx.types.void(),
    };
    ctx.types.func(ret, &params)
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

/// A request in a context of types: what one tangent function answers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    request: Request,
    seeds: Seeds,
}

/// A tangent function that is declared.
#[derive(Debug)]
struct Declared {
    func: FuncId,
    /// What the analyses of a caller say about the primal.
    known: Option<Known>,
}

/// A tangent function whose body is to be made.
pub(crate) struct Job {
    /// The number of the request.
    pub(crate) number: usize,
    pub(crate) request: Request,
    pub(crate) seeds: Seeds,
    /// What the analyses of a caller say about the primal; to be analyzed if there are none.
    pub(crate) known: Option<Known>,
    /// The function that answers the request.
    pub(crate) func: FuncId,
}

/// The memo: which function answers which request, and which bodies are still to be made.
#[derive(Default, Debug)]
pub(crate) struct Requests {
    memo: IndexMap<Key, Declared>,
    /// How many of the memo, in its order, have a body or an error.
    done: usize,
    /// The tables of functions, by function, order of the derivative, and number of directions.
    pub(crate) tables: IndexMap<(FuncId, u32, usize), GlobalId>,
    /// What a function that is called through a pointer may find active besides its parameters: everything.
    pub(crate) any_memory: EntryMemory,
    /// Tangent functions are to be cut in two halves.
    pub(crate) in_halves: bool,
    /// A parameter and its shadow may be the same address.
    may_be_own_shadows: bool,
    /// Which requests were made for which.
    pub(crate) needs: shadow::Needs,
    /// Primal bodies that were made to be differentiated.
    wrappers: Vec<Function>,
    /// Bodies that tangent functions call.
    helpers: Vec<Function>,
}

impl Requests {
    /// Nothing is requested yet. `any_memory` is what a function behind a pointer may find active; with `may_be_own_shadows` a parameter
    /// and its shadow may be the same address.
    pub(crate) fn new(any_memory: EntryMemory, may_be_own_shadows: bool) -> Self {
        Self {
            any_memory,
            may_be_own_shadows,
            ..Self::default()
        }
    }

    /// The function that answers `request` where nothing is known of types but the signature; declared and queued if it is new.
    pub(crate) fn get(&mut self, ctx: &mut Context, request: Request) -> FuncId {
        self.get_with(ctx, request, None, None)
    }

    /// The function that answers `request` at a call that a caller's analyses say something of.
    pub(crate) fn get_with(
        &mut self,
        ctx: &mut Context,
        request: Request,
        seeds: Option<Seeds>,
        known: Option<Known>,
    ) -> FuncId {
        let (number, answer) = self.number(ctx, request, seeds, known);
        self.needs.ask(number);
        answer
    }

    /// As [`Self::get`], where the derivative may never be called: only the address of the function tells, when the program runs.
    pub(crate) fn get_maybe(&mut self, ctx: &mut Context, request: Request) -> FuncId {
        self.number(ctx, request, None, None).1
    }

    fn number(
        &mut self,
        ctx: &mut Context,
        request: Request,
        seeds: Option<Seeds>,
        known: Option<Known>,
    ) -> (usize, FuncId) {
        let seeds = seeds.unwrap_or_else(|| {
            Seeds::of_request(ctx, request.func, |param| {
                request
                    .params
                    .get(param)
                    .is_some_and(|activity| activity.is_dual())
            })
        });
        let key = Key { request, seeds };
        if let Some((number, _, declared)) = self.memo.get_full(&key) {
            return (number, declared.func);
        }
        let func = declare(ctx, &key.request, self.may_be_own_shadows);
        let (number, _) = self.memo.insert_full(key, Declared { func, known });
        (number, func)
    }

    /// The next request without a body.
    pub(crate) fn next(&mut self) -> Option<Job> {
        self.needs.begin(None);
        let (key, declared) = self.memo.get_index_mut(self.done)?;
        self.needs.begin(Some(self.done));
        self.done += 1;
        Some(Job {
            number: self.done - 1,
            request: key.request.clone(),
            seeds: key.seeds.clone(),
            known: declared.known.take(),
            func: declared.func,
        })
    }

    /// Adds a primal body that only its tangent needs.
    pub(crate) fn add_wrapper(&mut self, body: Function) {
        self.wrappers.push(body);
    }

    /// The wrappers that were added since the last call.
    pub(crate) fn take_wrappers(&mut self) -> Vec<Function> {
        std::mem::take(&mut self.wrappers)
    }

    /// Adds a body that tangent functions call.
    pub(crate) fn add_helper(&mut self, body: Function) {
        self.helpers.push(body);
    }

    /// The helpers that were added since the last call.
    pub(crate) fn take_helpers(&mut self) -> Vec<Function> {
        std::mem::take(&mut self.helpers)
    }

    /// Forgets the requests from number `start` on: they failed together.
    pub(crate) fn forget_from(&mut self, start: usize) {
        self.memo.truncate(start);
        self.needs = Default::default();
        self.tables.clear();
        self.done = start;
    }

    /// All requests, with their functions.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Request, FuncId)> + '_ {
        self.memo
            .iter()
            .map(|(key, declared)| (&key.request, declared.func))
    }

    /// The number of requests with a body.
    pub(crate) fn done(&self) -> usize {
        self.done
    }
}

/// Declares the function that answers a request.
fn declare(ctx: &mut Context, request: &Request, may_be_own_shadows: bool) -> FuncId {
    let ty = request.signature(ctx);
    let mut attrs = request.attrs(ctx);
    if may_be_own_shadows {
        for param in &mut attrs.params {
            param.flags.0 &= !ParamFlags::NOALIAS.0;
        }
    }
    let attrs = ctx.add_attrs(attrs);
    ctx.add_func(FuncDecl {
        name: request.name(ctx),
        ty,
        attrs,
        conv: 0,
        linkage: Linkage::Internal,
        intrinsic: false,
        defined: false,
        rules: Vec::new(),
        origin: None,
    })
}
