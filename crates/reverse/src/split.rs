//! Split mode as users see it: functions around the augmented and the reverse function of a request that own the tape.
//!
//! The inner functions take the address of an arena (module `runtime`). The outer ones are made of them by who holds the tape:
//!
//! - [`Holder::Heap`]: the outer augmented function makes the tape on the heap and returns its address, before what the inner one returns.
//!   The outer reverse function takes it as its last argument and gives it back. This is also the form of functions in tables, which
//!   user code may call. Where both sweeps store nothing the address is null.
//! - [`Holder::Caller`]: both take, as their last argument, the address of [`TAPE_BYTES`] bytes that the caller provides. They can be
//!   moved between the sweeps: nothing points into them.
//!
//! A reverse function that *keeps* the tape leaves it as it was, so that it can run again: it works on a copy of the arena that gives no
//! chunk back, and puts back the shadows in the tape and on the heap of this gradient, to which it has added.
//!
//! # Which tape belongs to which function
//! Behind the arena stands a number that follows from what was asked: the reverse function ends the program with a message if it is given
//! the tape of another function or of other activities, a tape that was used up, or none.

use indexmap::IndexMap;
use ir::attrs::{AttrList, FuncFlags};
use ir::{
    Access, Builder, Context, EntitySet, FuncDecl, FuncId, Function, Linkage, Op, Type, TypeData, Value,
};

use crate::keeping::TapeFunctions;
use crate::request::{Answer, Request, Role};
use crate::runtime::{ARENA_FIELDS, RuntimeFunctions};

/// Bytes of a tape that a caller provides, unless both sweeps store nothing: the arena, and the number of the request.
pub const TAPE_BYTES: u64 = 8 * (ARENA_FIELDS + 1);

/// Where the number of the request is.
const TAG: i64 = 8 * ARENA_FIELDS as i64;

/// Who holds the tape of split mode between the sweeps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Holder {
    /// It is on the heap, and its address is handed on.
    #[default]
    Heap,
    /// The caller provides memory for it.
    Caller,
}

/// One of the two functions of split mode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Half {
    /// The forward sweep.
    Augmented,
    /// The reverse sweep. With `keep` it leaves the tape as it was, else it gives it back.
    Reverse {
        /// The tape is used again.
        keep: bool,
    },
}

/// An outer function that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Outer {
    request: Request,
    inner: (FuncId, FuncId),
    holder: Holder,
    half: Half,
}

/// The outer functions of a module.
#[derive(Default, Debug)]
pub(crate) struct Outers {
    made: IndexMap<((FuncId, FuncId), Holder, Half), FuncId>,
    /// Those without bodies: a body depends on what its inner functions store.
    pending: Vec<(FuncId, Outer)>,
    /// Inner functions that use their tape.
    taped: EntitySet<FuncId>,
}

impl Outers {
    /// The outer function for an inner pair that answers `request`, declared.
    pub(crate) fn get(
        &mut self,
        ctx: &mut Context,
        (request, answer): (&Request, Answer),
        (holder, half): (Holder, Half),
    ) -> Option<FuncId> {
        let Answer::Split { augmented, reverse } = answer else {
            return None;
        };
        let inner = (augmented, reverse);
        if let Some(&made) = self.made.get(&(inner, holder, half)) {
            return Some(made);
        }
        let func = declare(ctx, request, holder, half);
        self.made.insert((inner, holder, half), func);
        let outer = Outer {
            request: request.clone(),
            inner,
            holder,
            half,
        };
        self.pending.push((func, outer));
        Some(func)
    }

    /// Whether the sweeps of an outer function store anything.
    pub(crate) fn has_tape(&self, func: FuncId) -> bool {
        let found = self.made.iter().find(|&(_, &made)| made == func);
        found.is_none_or(|(&(inner, ..), _)| self.is_taped(inner))
    }

    fn is_taped(&self, (augmented, reverse): (FuncId, FuncId)) -> bool {
        self.taped.contains(augmented) || self.taped.contains(reverse)
    }

    /// Makes the bodies of what was declared; `inner` are the bodies of all functions that were made since the last call.
    pub(crate) fn finish(
        &mut self,
        ctx: &mut Context,
        runtime: &mut RuntimeFunctions,
        inner: &[Function],
    ) -> Vec<Function> {
        self.find_taped(ctx, inner);
        let pending = std::mem::take(&mut self.pending);
        let bodies = pending.into_iter().map(|(func, outer)| {
            let tape = self
                .is_taped(outer.inner)
                .then(|| TapeFunctions::get(ctx, runtime));
            let mut body = Function::new(ctx, func);
            let entry = body.add_block();
            let make = Make {
                b: Builder::new(ctx, &mut body, entry),
                outer: &outer,
                tape,
            };
            match outer.half {
                Half::Augmented => make.augmented(),
                Half::Reverse { keep } => make.reverse(keep),
            }
            body
        });
        bodies.collect()
    }

    /// Forgets what has no body.
    pub(crate) fn forget_pending(&mut self) {
        for (func, _) in std::mem::take(&mut self.pending) {
            self.made.retain(|_, made| *made != func);
        }
    }

    /// Finds the functions that use their tape: for more than handing it on to functions that do not.
    fn find_taped(&mut self, ctx: &Context, bodies: &[Function]) {
        let mut waiting: Vec<(FuncId, Vec<FuncId>)> = Vec::new();
        for body in bodies {
            match handed_on(ctx, body) {
                Some(callees) => waiting.push((body.id, callees)),
                None => {
                    self.taped.insert(body.id);
                }
            }
        }
        loop {
            let before = waiting.len();
            waiting.retain(|(func, callees)| {
                let uses = callees.iter().any(|&callee| self.taped.contains(callee));
                if uses {
                    self.taped.insert(*func);
                }
                !uses
            });
            if waiting.len() == before {
                return;
            }
        }
    }
}

/// The functions that get the tape of a function, its last parameter, as their last argument; `None` if it is used in another way.
fn handed_on(ctx: &Context, body: &Function) -> Option<Vec<FuncId>> {
    let Some(&tape) = body.params.last() else {
        return Some(Vec::new());
    };
    let mut callees = Vec::new();
    for inst in body.all_insts() {
        let data = body.inst(inst);
        let uses = data.operands.iter().filter(|&&operand| operand == tape).count();
        if uses == 0 {
            continue;
        }
        let is_handed_on =
            matches!(data.op, Op::Call(_) | Op::Invoke(_)) && data.args().last() == Some(&tape);
        let callee = ir::graph::Callee::of(ctx, body, inst).and_then(ir::graph::Callee::func);
        match callee {
            Some(callee) if is_handed_on && uses == 1 => callees.push(callee),
            _ => return None,
        }
    }
    Some(callees)
}

/// Makes the body of one outer function.
struct Make<'a> {
    b: Builder<'a>,
    outer: &'a Outer,
    /// The functions of the tape, if there is one.
    tape: Option<TapeFunctions>,
}

impl Make<'_> {
    /// `{tape, what the inner function returns...}`; without the tape if the caller holds it.
    fn augmented(mut self) {
        let mut args = self.b.func.params.clone();
        let ptr = self.b.ctx.types.ptr();
        let tape = match (self.outer.holder, self.tape) {
            (Holder::Caller, _) => args.pop().unwrap_or_else(|| self.b.poison(ptr)),
            (Holder::Heap, Some(tape)) => {
                let bytes = self.b.i64(TAPE_BYTES as i64);
                let call = self.b.call(tape.allocate, &[bytes]);
                self.b.result(call)
            }
            (Holder::Heap, None) => self.b.zero(ptr),
        };
        if self.tape.is_some() {
            let arena = self.b.ctx.types.array(ptr, ARENA_FIELDS);
            let zero = self.b.zero(arena);
            self.b.store(zero, tape, Access::default());
            let tag = self.tag();
            self.set_tag(tape, tag);
        }
        args.push(tape);
        let (augmented, _) = self.outer.inner;
        let call = self.b.call(augmented, &args);
        let found: Option<Value> = self.b.func.inst(call).result;
        if self.outer.holder == Holder::Caller {
            self.b.ret(found);
            return;
        }
        let ret = self.b.ctx.types.return_type(self.b.ctx.funcs[self.b.func.id].ty);
        let result = self.b.poison(ret.unwrap_or(ptr));
        let mut result = self.b.insert_value(result, tape, &[0]);
        let returned = fields(self.b.ctx, self.b.ctx.funcs[augmented].ty);
        for at in 0..returned.len() as u32 {
            if let Some(found) = found {
                let field = self.b.extract_value(found, &[at]);
                result = self.b.insert_value(result, field, &[at + 1]);
            }
        }
        self.b.ret(Some(result));
    }

    /// What the inner function does, and then the end of the tape.
    fn reverse(mut self, keep: bool) {
        let mut args = self.b.func.params.clone();
        let (_, inner) = self.outer.inner;
        let (Some(functions), Some(tape)) = (self.tape, args.pop()) else {
            let args = self.b.func.params.clone();
            let call = self.b.call(inner, &args);
            let result = self.b.func.inst(call).result;
            self.b.ret(result);
            return;
        };
        let tag = self.tag();
        self.b.call(functions.check, &[tape, tag]);
        let ptr = self.b.ctx.types.ptr();
        let (arena, saved) = match keep {
            true => {
                let ty = self.b.ctx.types.array(ptr, ARENA_FIELDS);
                let local = self.b.alloca(ty);
                let call = self.b.call(functions.borrow, &[tape, local]);
                (local, Some(self.b.result(call)))
            }
            false => (tape, None),
        };
        args.push(arena);
        let call = self.b.call(inner, &args);
        let result = self.b.func.inst(call).result;
        match (saved, self.outer.holder) {
            (Some(saved), _) => {
                self.b.call(functions.restore, &[saved]);
            }
            (None, holder) => {
                self.b.call(functions.end, &[tape]);
                match holder {
                    Holder::Heap => {
                        self.b.call(functions.free, &[tape]);
                    }
                    Holder::Caller => {
                        let used_up = self.b.i64(0);
                        self.set_tag(tape, used_up);
                    }
                }
            }
        }
        self.b.ret(result);
    }

    fn set_tag(&mut self, tape: Value, tag: Value) {
        let place = self.b.i64(TAG);
        let place = self.b.byte_offset(tape, place);
        self.b.store(tag, place, Access::default());
    }

    /// The number of the request: FNV-1a of what was asked. It is not zero.
    fn tag(&mut self) -> Value {
        let request = &self.outer.request;
        let name = &self.b.ctx.funcs[request.func].name;
        let text = format!(
            "{name} {:?} {:?} {} {:?}",
            request.params, request.ret, request.width, request.overwritten
        );
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, step);
        self.b.i64((hash | 1) as i64)
    }
}

/// The fields that a function returns.
fn fields(ctx: &Context, func_ty: Type) -> Vec<Type> {
    let ret = ctx.types.return_type(func_ty);
    match ret.map(|ret| ctx.types.get(ret)) {
        Some(TypeData::Struct { fields, .. }) => fields.to_vec(),
        _ => Vec::new(),
    }
}

/// The function type of an outer function.
fn outer_type(ctx: &mut Context, request: &Request, holder: Holder, half: Half) -> Type {
    let role = match half {
        Half::Augmented => Role::Augmented,
        Half::Reverse { .. } => Role::Reverse,
    };
    let inner = request.signature(ctx, role);
    if (holder, half) != (Holder::Heap, Half::Augmented) {
        return inner;
    }
    let mut params = ctx.types.param_types(inner).to_vec();
    params.pop();
    let mut outer_fields = vec![ctx.types.ptr()];
    outer_fields.extend(fields(ctx, inner));
    let ret = ctx.types.structure(&outer_fields);
    ctx.types.func(ret, &params)
}

fn declare(ctx: &mut Context, request: &Request, holder: Holder, half: Half) -> FuncId {
    let ty = outer_type(ctx, request, holder, half);
    let attrs = ctx.add_attrs(AttrList {
        flags: FuncFlags::default(),
        ..AttrList::default()
    });
    let name = &ctx.funcs[request.func].name;
    let name = match half {
        Half::Augmented => format!("augmented_{name}"),
        Half::Reverse { .. } => format!("diffe{name}"),
    };
    ctx.add_func(FuncDecl {
        name: name.into(),
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
