//! Requests for gradient functions: what is asked, the signatures of the answers, and the memo.
//!
//! Every answer takes for each primal parameter the primal and, if it is dual, its shadow: of the same type `T` for width 1,
//! `[width x T]` else. What follows depends on the answer:
//!
//! - *combined*: the seed, if one is asked for: the adjoint of the return value. Returns a structure of the primal return value, if asked
//!   for, and of the adjoint of each [`Activity::Out`] parameter, in order.
//! - *augmented*: the address of the tape. Returns a structure of the primal return value and its shadow, each if asked for.
//! - *reverse*: the seed, then the address of the tape. Returns a structure of the adjoints of [`Activity::Out`] parameters. Of the
//!   primal parameters it reads those that are neither floats nor made of them.
//!
//! A structure without fields is `void`. `sret` and `byval` parameters are plain pointers in all of them, as are their shadows.

use activity::{ContextKey, EntryMemory, ParamActivity, ReturnActivity};
use indexmap::IndexMap;
use ir::attrs::{AttrList, FuncFlags, ParamAttrs, ParamFlags};
use ir::{Context, FuncDecl, FuncId, Function, GlobalId, Linkage, Type};
use smallvec::SmallVec;

use cache::Overwritten;
use facts::{Known, Seeds};

use crate::split::Outers;

/// The activity of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Activity {
    /// It carries no derivative.
    Const,
    /// A shadow follows it.
    Dual,
    /// A shadow follows it, and what the function leaves in the primal memory does not matter: what the gradient itself does not read is
    /// not written.
    DualNoNeed,
    /// Its adjoint is returned.
    Out,
    /// A shadow for its addresses follows it, and the adjoint of its floats is returned.
    DualOut,
}

impl Activity {
    /// Whether a shadow follows.
    pub fn is_dual(self) -> bool {
        matches!(self, Self::Dual | Self::DualNoNeed | Self::DualOut)
    }

    /// Whether the adjoint is returned.
    pub fn is_out(self) -> bool {
        matches!(self, Self::Out | Self::DualOut)
    }
}

/// What is asked of the return value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct ReturnRequest {
    /// The return value is returned.
    pub primal: bool,
    /// The adjoint of the floats in the return value is passed in.
    pub seed: bool,
    /// The shadow of the addresses in the return value is returned. Combined gradients return none.
    pub shadow: bool,
}

/// In how many functions the two sweeps are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// One function with both.
    Combined,
    /// One for each, with a tape between them.
    Split,
}

/// A request for gradient functions.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// The function to differentiate.
    pub func: FuncId,
    /// The activity of each parameter.
    pub params: Vec<Activity>,
    /// What is asked of the return value.
    pub ret: ReturnRequest,
    /// In how many functions the sweeps are.
    pub mode: Mode,
    /// The number of cotangents, at least 1.
    pub width: u32,
    /// The order of the derivative, at least 1: it tells the shadows of global variables apart, those of which a derivative has for data
    /// from those that its own derivative has. [`crate::Reverse::request`] raises it to what the function needs.
    pub order: u32,
    /// Memory besides that of parameters that may hold derivatives when the function is called: empty but for what a gradient
    /// function calls.
    pub memory: EntryMemory,
    /// Which memory others may write between the two sweeps. In combined mode there is none.
    pub overwritten: Overwritten,
}

/// Which of the functions that answer a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Role {
    /// Both sweeps.
    Combined,
    /// The forward sweep of split mode.
    Augmented,
    /// The reverse sweep of split mode.
    Reverse,
}

impl Role {
    /// Whether it has the forward sweep.
    pub(crate) fn has_forward(self) -> bool {
        self != Self::Reverse
    }

    /// Whether it has the reverse sweep.
    pub(crate) fn has_reverse(self) -> bool {
        self != Self::Augmented
    }
}

/// The functions that answer a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Both sweeps in one function.
    Combined(FuncId),
    /// A function for each sweep. What [`crate::Reverse::request`] gives owns the tape: the first returns its address before the primal
    /// and the shadow, the second takes it as its last argument and gives its memory back, so that a tape is used once.
    Split {
        /// The forward sweep, which writes the tape.
        augmented: FuncId,
        /// The reverse sweep, which reads it.
        reverse: FuncId,
    },
}

impl Answer {
    /// The functions.
    pub(crate) fn functions(self) -> Vec<FuncId> {
        match self {
            Self::Combined(func) => vec![func],
            Self::Split { augmented, reverse } => vec![augmented, reverse],
        }
    }
}

impl Mode {
    /// What the plan is told.
    pub fn of_sweeps(self) -> cache::Mode {
        match self {
            Self::Combined => cache::Mode::Combined,
            Self::Split => cache::Mode::Split,
        }
    }
}

impl Request {
    /// The context of the activity analysis that says what is active in the primal.
    pub(crate) fn context(&self) -> ContextKey {
        let param = |activity: &Activity| match activity {
            Activity::Const => ParamActivity::Const,
            _ => ParamActivity::Dual,
        };
        ContextKey {
            func: self.func,
            params: self.params.iter().map(param).collect(),
            ret: match self.ret.shadow || self.ret.seed {
                true => ReturnActivity::Active,
                false => ReturnActivity::Const,
            },
            memory: self.memory.clone(),
        }
    }

    /// The function type of one answer.
    pub(crate) fn signature(&self, ctx: &mut Context, role: Role) -> Type {
        let primal = ctx.funcs[self.func].ty;
        signature(ctx, primal, (&self.params, self.ret), self.width, role)
    }

    /// Whether parameter `index` has a shadow.
    pub fn is_dual(&self, index: usize) -> bool {
        self.params.get(index).is_some_and(|activity| activity.is_dual())
    }

    /// The parameters of the answer that are primal addresses of memory which is not needed.
    pub(crate) fn unneeded(&self) -> SmallVec<[usize; 2]> {
        let mut position = 0;
        let mut found = SmallVec::new();
        for activity in &self.params {
            if *activity == Activity::DualNoNeed {
                found.push(position);
            }
            position += 1 + usize::from(activity.is_dual());
        }
        found
    }

    /// Whether the adjoint of parameter `index` is returned.
    pub fn is_out(&self, index: usize) -> bool {
        self.params.get(index).is_some_and(|activity| activity.is_out())
    }

    /// `diffe` or `augmented_`, the width if it is not 1, and the name of the function.
    fn name(&self, ctx: &Context, role: Role) -> Box<str> {
        let name = &ctx.funcs[self.func].name;
        let width = match self.width {
            1 => String::new(),
            width => width.to_string(),
        };
        match role {
            Role::Augmented => format!("augmented_{width}{name}").into(),
            Role::Combined | Role::Reverse => format!("diffe{width}{name}").into(),
        }
    }

    /// Attributes of an answer: what of the primal's also holds of it.
    fn attrs(&self, ctx: &Context, role: Role) -> AttrList {
        let decl = &ctx.funcs[self.func];
        let primal = ctx.attrs(decl.attrs);
        let kept = FuncFlags(primal.flags.0 & (FuncFlags::NOUNWIND.0 | FuncFlags::STRICTFP.0));
        let mut params = Vec::new();
        for index in 0..ctx.types.param_types(decl.ty).len() {
            let attrs = primal.param(index).cloned().unwrap_or_default();
            params.push(match role {
                // Callers pass again only what the reverse sweep may read.
                Role::Reverse => ParamAttrs::default(),
                _ => primal_param(&attrs),
            });
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

/// The type of one answer to a request about a function of type `primal`.
pub(crate) fn signature(
    ctx: &mut Context,
    primal: Type,
    (activities, returned): (&[Activity], ReturnRequest),
    width: u32,
    role: Role,
) -> Type {
    let shadow_type = |ctx: &mut Context, ty: Type| match width {
        1 => ty,
        width => ctx.types.array(ty, u64::from(width)),
    };
    let ret = ctx.types.return_type(primal).unwrap_or(ctx.types.void());
    let mut params = Vec::new();
    let mut fields = Vec::new();
    if returned.primal && role.has_forward() {
        fields.push(ret);
    }
    if returned.shadow && role == Role::Augmented {
        fields.push(shadow_type(ctx, ret));
    }
    for (ty, activity) in ctx.types.param_types(primal).to_vec().into_iter().zip(activities) {
        params.push(ty);
        let shadow = shadow_type(ctx, ty);
        if activity.is_dual() {
            params.push(shadow);
        }
        if activity.is_out() && role.has_reverse() {
            fields.push(shadow);
        }
    }
    if returned.seed && role.has_reverse() {
        params.push(shadow_type(ctx, ret));
    }
    if role != Role::Combined {
        params.push(ctx.types.ptr());
    }
    let ret = match fields.is_empty() {
        true => ctx.types.void(),
        false => ctx.types.structure(&fields),
    };
    ctx.types.func(ret, &params)
}

/// The attributes of a parameter that hold in the gradient function as well. A copy made for `byval` may alias nothing before it is
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

/// A request in a context of types: what the functions answer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    request: Request,
    seeds: Seeds,
}

/// Answers that are declared.
#[derive(Debug)]
struct Declared {
    answer: Answer,
    /// What the analyses of a caller say.
    known: Option<Known>,
}

/// Answers whose bodies are to be made.
pub(crate) struct Job {
    /// The number of the request.
    pub(crate) number: usize,
    pub(crate) request: Request,
    pub(crate) seeds: Seeds,
    /// What the analyses of a caller say.
    pub(crate) known: Option<Known>,
    /// The functions that answer the request.
    pub(crate) answer: Answer,
}

/// The memo: which functions answer which request, and which bodies are still to be made.
#[derive(Default, Debug)]
pub(crate) struct Requests {
    memo: IndexMap<Key, Declared>,
    /// How many of the memo, in its order, have a body or an error.
    done: usize,
    /// The tables of functions, by function, order and number of directions.
    pub(crate) tables: IndexMap<(FuncId, u32, usize), GlobalId>,
    /// What a function that is called through a pointer may find active besides its parameters: everything.
    pub(crate) any_memory: EntryMemory,
    /// A parameter and its shadow may be the same address.
    may_be_own_shadows: bool,
    /// Which requests were made for which.
    pub(crate) needs: ::shadow::Needs,
    /// Primal bodies that were made to be differentiated.
    wrappers: Vec<Function>,
    /// The functions of split mode that own their tapes.
    pub(crate) outers: Outers,
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

    /// The answer to `request` where nothing is known of types but the signature; declared and queued if it is new.
    pub(crate) fn get(&mut self, ctx: &mut Context, request: Request) -> Answer {
        self.get_with(ctx, request, None, None)
    }

    /// The answer to `request` at a call that a caller's analyses say something of.
    pub(crate) fn get_with(
        &mut self,
        ctx: &mut Context,
        request: Request,
        seeds: Option<Seeds>,
        known: Option<Known>,
    ) -> Answer {
        let (number, answer) = self.number(ctx, request, seeds, known);
        self.needs.ask(number);
        answer
    }

    /// As [`Self::get`], where the derivative may never be called: only the address of the function tells, when the program runs.
    pub(crate) fn get_maybe(&mut self, ctx: &mut Context, request: Request) -> Answer {
        self.number(ctx, request, None, None).1
    }

    fn number(
        &mut self,
        ctx: &mut Context,
        request: Request,
        seeds: Option<Seeds>,
        known: Option<Known>,
    ) -> (usize, Answer) {
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
            return (number, declared.answer);
        }
        let own = self.may_be_own_shadows;
        let answer = match key.request.mode {
            Mode::Combined => Answer::Combined(declare(ctx, &key.request, Role::Combined, own)),
            Mode::Split => Answer::Split {
                augmented: declare(ctx, &key.request, Role::Augmented, own),
                reverse: declare(ctx, &key.request, Role::Reverse, own),
            },
        };
        let (number, _) = self.memo.insert_full(key, Declared { answer, known });
        (number, answer)
    }

    /// Adds a primal body that only its derivatives need.
    pub(crate) fn add_wrapper(&mut self, body: Function) {
        self.wrappers.push(body);
    }

    /// The wrappers that were added since the last call.
    pub(crate) fn take_wrappers(&mut self) -> Vec<Function> {
        std::mem::take(&mut self.wrappers)
    }

    /// The next request without bodies.
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
            answer: declared.answer,
        })
    }

    /// Forgets the requests from number `start` on: they failed together.
    pub(crate) fn forget_from(&mut self, start: usize) {
        self.memo.truncate(start);
        self.needs = Default::default();
        self.tables.clear();
        self.done = start;
    }

    /// The number of requests with bodies.
    pub(crate) fn done(&self) -> usize {
        self.done
    }
}

/// Declares one function that answers a request.
fn declare(ctx: &mut Context, request: &Request, role: Role, may_be_own_shadows: bool) -> FuncId {
    let ty = request.signature(ctx, role);
    let mut attrs = request.attrs(ctx, role);
    if may_be_own_shadows {
        for param in &mut attrs.params {
            param.flags.0 &= !ParamFlags::NOALIAS.0;
        }
    }
    let attrs = ctx.add_attrs(attrs);
    ctx.add_func(FuncDecl {
        name: request.name(ctx, role),
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
