//! What a call does to memory: from attributes of the call and of the callee, and from what the caller of the analysis knows about
//! functions by other means.

use smallvec::SmallVec;

use crate::attrs::{AttrList, MemoryEffects, ModRef, ParamAttrs, ParamFlags};
use crate::context::{Context, FuncId};
use crate::function::Function;
use crate::graph::{Barrier, Callee};
use crate::inst::Inst;

/// Which memory the address that a call returns may lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Returned {
    /// None: the result is no address, or null.
    Nothing,
    /// An object that nothing else leads to.
    Fresh,
    /// The objects that these arguments lead to.
    Into(SmallVec<[u32; 2]>),
    /// Any object.
    Anything,
}

/// What a call does with the memory that one argument leads to, and with the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArgEffect {
    /// Accesses through the argument.
    pub access: ModRef,
    /// Whether a copy of the address may be kept, other than in the result.
    pub captured: bool,
}

impl ArgEffect {
    /// Anything may happen.
    pub const UNKNOWN: Self = Self {
        access: ModRef::BOTH,
        captured: true,
    };
    /// Nothing happens.
    pub const NONE: Self = Self {
        access: ModRef::NONE,
        captured: false,
    };
}

/// What a call does to memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallEffects {
    /// For each argument; missing ones are [`ArgEffect::UNKNOWN`].
    pub args: SmallVec<[ArgEffect; 4]>,
    /// What the result leads to.
    pub returned: Returned,
    /// Bytes that are copied: from the memory of one argument to that of another, `(to, from)`. Only these bytes move from argument to
    /// argument if [`CallEffects::only_copies`] is set.
    pub copies: SmallVec<[(u32, u32); 1]>,
    /// The argument that says how many bytes are copied.
    pub copied: Option<u32>,
    /// No address moves between the memory of arguments but by `copies`, and none from arguments into it.
    pub only_copies: bool,
    /// Accesses to memory that the program can reach otherwise than by the arguments.
    pub other: ModRef,
}

impl CallEffects {
    /// Anything may happen.
    pub fn unknown() -> Self {
        Self {
            args: SmallVec::new(),
            returned: Returned::Anything,
            copies: SmallVec::new(),
            copied: None,
            only_copies: false,
            other: ModRef::BOTH,
        }
    }

    /// What empty inline assembly does.
    fn of_barrier(barrier: Barrier) -> Self {
        let mut effects = Self {
            args: SmallVec::new(),
            returned: Returned::Nothing,
            copies: SmallVec::new(),
            copied: None,
            only_copies: true,
            other: ModRef::NONE,
        };
        match barrier {
            Barrier::Nothing | Barrier::Asks => {}
            Barrier::Returns(_) => effects.returned = Returned::Into(SmallVec::from_slice(&[0])),
            Barrier::Stores { .. } => {
                let written = ArgEffect {
                    access: ModRef::MOD,
                    captured: false,
                };
                let kept = ArgEffect {
                    access: ModRef::NONE,
                    captured: true,
                };
                effects.args.extend([written, kept]);
                effects.only_copies = false;
            }
        }
        effects
    }

    /// The effect on argument `index`.
    pub fn arg(&self, index: usize) -> ArgEffect {
        self.args.get(index).copied().unwrap_or(ArgEffect::UNKNOWN)
    }
}

/// What the caller of an analysis knows besides the IR: library functions, and the types of values.
pub trait Knowledge {
    /// What a call of `callee` by `inst` does; `None` if nothing is known. Asked only for functions whose body is not analyzed.
    fn call_effects(
        &self,
        ctx: &Context,
        function: &Function,
        inst: Inst,
        callee: FuncId,
    ) -> Option<CallEffects>;

    /// Whether the body of `func` is not to be looked at, because [`Knowledge::call_effects`] says all that matters (allocators).
    fn hides_body(&self, _ctx: &Context, _func: FuncId) -> bool {
        false
    }

    /// Whether the bits of a value may hold an address. Asked for values whose LLVM type leaves it open.
    fn may_hold_address(&self, _function: &Function, _value: crate::Value) -> bool {
        true
    }
}

/// Nothing is known besides the IR.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoKnowledge;

impl Knowledge for NoKnowledge {
    fn call_effects(&self, _: &Context, _: &Function, _: Inst, _: FuncId) -> Option<CallEffects> {
        None
    }
}

/// What the call or invoke `inst` does, without looking into the callee's body: what is known and what attributes say, both of which
/// hold.
pub fn call_effects(
    ctx: &Context,
    function: &Function,
    inst: Inst,
    knowledge: &dyn Knowledge,
) -> CallEffects {
    let data = function.inst(inst);
    let Some(info) = data.op.call_info() else {
        return CallEffects::unknown();
    };
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func);
    let known = callee.and_then(|callee| knowledge.call_effects(ctx, function, inst, callee));
    let barrier = Barrier::of(ctx, function, inst).map(|barrier| {
        let mut effects = CallEffects::of_barrier(barrier);
        effects.args.resize(data.args().len(), ArgEffect::NONE);
        effects
    });
    let mut effects = known.or(barrier).unwrap_or_else(CallEffects::unknown);
    let site = ctx.attrs(info.attrs);
    let declared = callee.map(|callee| ctx.attrs(ctx.funcs[callee].attrs));
    let lists: SmallVec<[&AttrList; 2]> = std::iter::once(site).chain(declared).collect();
    narrow(&mut effects, &lists, data.args().len());
    if data.result.is_none() || ctx.types.float_kind(data.ty).is_some() {
        effects.returned = Returned::Nothing;
    }
    effects
}

/// Takes away what attributes exclude.
fn narrow(effects: &mut CallEffects, lists: &[&AttrList], args: usize) {
    let memory = lists.iter().fold(MemoryEffects::UNKNOWN, |memory, list| {
        memory.intersection(list.memory)
    });
    effects.other = effects.other.intersection(memory.other);
    effects.args.resize(args, ArgEffect::UNKNOWN);
    for (index, arg) in effects.args.iter_mut().enumerate() {
        arg.access = arg.access.intersection(memory.arguments.union(memory.other));
        for attrs in lists.iter().filter_map(|list| list.param(index)) {
            arg.access = arg.access.intersection(param_access(attrs));
            arg.captured &= !attrs.flags.contains(ParamFlags::NOCAPTURE);
        }
        // A function that writes nowhere can keep an address in its result only.
        arg.captured &= memory.any().writes;
    }
    if effects.returned == Returned::Anything {
        let fresh = |list: &&AttrList| list.ret.flags.contains(ParamFlags::NOALIAS);
        if lists.iter().any(fresh) {
            effects.returned = Returned::Fresh;
        } else if let Some(index) = returned_arg(lists, args) {
            effects.returned = Returned::Into(SmallVec::from_slice(&[index]));
        } else if memory.any().is_none() {
            effects.returned = Returned::Into((0..args as u32).collect());
        }
    }
}

/// The argument that is returned.
fn returned_arg(lists: &[&AttrList], args: usize) -> Option<u32> {
    let returned = |index: usize| {
        let mut params = lists.iter().filter_map(|list| list.param(index));
        params.any(|attrs| attrs.flags.contains(ParamFlags::RETURNED))
    };
    (0..args).find(|&index| returned(index)).map(|index| index as u32)
}

/// What may be done through a parameter with these attributes. A `byval` argument is only read, to be copied.
pub fn param_access(attrs: &ParamAttrs) -> ModRef {
    let has = |flag| attrs.flags.contains(flag);
    ModRef {
        reads: !has(ParamFlags::WRITEONLY) && !has(ParamFlags::READNONE),
        writes: !has(ParamFlags::READONLY) && !has(ParamFlags::READNONE) && attrs.byval.is_none(),
    }
}
