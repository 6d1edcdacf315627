//! The objects that addresses are based on, and which objects of a function are known to it alone.

use smallvec::SmallVec;

use super::address::{ConstBase, Offset, const_base, decompose};
use super::effects::{CallEffects, Returned};
use crate::attrs::{ParamAttrs, ParamFlags};
use crate::context::{Context, GlobalId};
use crate::entity::{EntitySet, EntityVec};
use crate::function::{Function, Value, ValueDef};
use crate::inst::{CastOp, Inst, Op};

/// What an address is based on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Object {
    /// A stack slot: the result of an `alloca`.
    Stack(Value),
    /// Memory that a call allocated: its result.
    Heap(Value),
    /// A global variable.
    Global(GlobalId),
    /// What a parameter leads to. Of a `noalias` or `byval` parameter nothing else leads there.
    Param(u32),
    /// No object: null, undefined, a function.
    Nothing,
    /// Anything that the function did not make: the address is this value.
    Unknown(Value),
}

/// An address as an offset from something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Based {
    pub(super) object: Object,
    /// The value that the offset is from; constants of one global are one base.
    pub(super) offset: Option<Offset>,
    pub(super) base: Value,
}

/// Bases of one address that are told apart; with more it is unknown.
const BASES: usize = 8;

/// The objects of a function.
#[derive(Clone, Debug)]
pub struct Objects {
    /// Addresses whose copies are kept somewhere: in memory, by a called function, as a number.
    captured: EntitySet<Value>,
    /// For results of calls: what they lead to.
    returned: EntityVec<Value, Option<Returned>>,
    params: Vec<ParamAttrs>,
}

impl Objects {
    /// Finds them. `effects` says what each call does. Linear.
    pub(super) fn of(ctx: &Context, function: &Function, effects: &dyn Fn(Inst) -> CallEffects) -> Self {
        let mut returned = EntityVec::filled(function.value_count(), None);
        let mut captured = EntitySet::with_len(function.value_count());
        let mut work = Vec::new();
        let mut capture = |value: Value, work: &mut Vec<Value>| {
            if captured.insert(value) {
                work.push(value);
            }
        };
        for inst in function.all_insts() {
            let data = function.inst(inst);
            match data.op {
                Op::Store(_) => capture(data.operands[0], &mut work),
                Op::AtomicRmw(..) | Op::CmpXchg(_) => {
                    data.operands[1..]
                        .iter()
                        .for_each(|&value| capture(value, &mut work));
                }
                Op::Call(_) | Op::Invoke(_) => {
                    let effects = effects(inst);
                    let args = data.args().len();
                    for (index, &operand) in data.operands[1..].iter().enumerate() {
                        let kept = index >= args || effects.arg(index).captured;
                        // What the call may return lives on in the result, unless that says from where it is.
                        let hidden = effects.returned == Returned::Anything;
                        if kept || hidden {
                            capture(operand, &mut work);
                        }
                    }
                    if let Some(result) = data.result {
                        returned[result] = Some(effects.returned);
                    }
                }
                Op::Cast(CastOp::PtrToInt | CastOp::PtrToAddr)
                | Op::InsertValue(_)
                | Op::InsertElement
                | Op::Shuffle(_)
                | Op::Resume
                | Op::VaArg
                | Op::Opaque { .. } => {
                    data.operands.iter().for_each(|&value| capture(value, &mut work));
                }
                _ => {}
            }
        }
        while let Some(value) = work.pop() {
            let Some(inst) = function.def_inst(value) else {
                continue;
            };
            let data = function.inst(inst);
            let sources = match data.op {
                Op::Gep { .. } | Op::Freeze | Op::Cast(_) => &data.operands[..1],
                Op::Select => &data.operands[1..],
                Op::Phi => &data.operands,
                // The result of a call that returns an argument.
                Op::Call(_) | Op::Invoke(_) if !matches!(returned[value], Some(Returned::Fresh)) => {
                    &data.operands[1..]
                }
                _ => &[],
            };
            sources.iter().for_each(|&source| capture(source, &mut work));
        }
        let attrs = ctx.attrs(ctx.funcs[function.id].attrs);
        Self {
            captured,
            returned,
            params: attrs.params.clone(),
        }
    }

    /// Whether a copy of an address is kept where other code, or a load, may find it.
    pub fn is_captured(&self, address: Value) -> bool {
        self.captured.contains(address)
    }

    /// What an address is based on: all possibilities, through address arithmetic, casts, phis and selects. `None` if there are too
    /// many.
    pub fn bases(&self, ctx: &Context, function: &Function, address: Value) -> Option<SmallVec<[Object; 2]>> {
        let mut objects: SmallVec<[Object; 2]> = SmallVec::new();
        let mut nowhere = false;
        let mut seen: SmallVec<[Value; 8]> = SmallVec::new();
        let mut work: SmallVec<[Value; 8]> = SmallVec::from_slice(&[address]);
        while let Some(value) = work.pop() {
            let based = self.based(ctx, function, value);
            if seen.contains(&based.base) {
                continue;
            }
            seen.push(based.base);
            if seen.len() > 4 * BASES || objects.len() > BASES {
                return None;
            }
            let data = function.def_inst(based.base).map(|inst| function.inst(inst));
            match data {
                Some(data) if matches!(data.op, Op::Phi) => work.extend_from_slice(&data.operands),
                Some(data) if matches!(data.op, Op::Select) => work.extend_from_slice(&data.operands[1..]),
                Some(data) if matches!(self.returned[based.base], Some(Returned::Into(_))) => {
                    if let Some(Returned::Into(args)) = &self.returned[based.base] {
                        let arg = |&arg: &u32| data.args().get(arg as usize).copied();
                        work.extend(args.iter().filter_map(arg));
                    }
                }
                _ if self.is_nowhere(ctx, function, based.base) => nowhere = true,
                _ if !objects.contains(&based.object) => objects.push(based.object),
                _ => {}
            }
        }
        if nowhere && objects.is_empty() {
            objects.push(Object::Nothing);
        }
        Some(objects)
    }

    fn is_nowhere(&self, ctx: &Context, function: &Function, base: Value) -> bool {
        let constant = function.as_const(base);
        constant.is_some_and(|constant| const_base(ctx, constant) == ConstBase::Nowhere)
    }

    /// An address as an offset from one base.
    pub(super) fn based(&self, ctx: &Context, function: &Function, address: Value) -> Based {
        let found = decompose(ctx, function, address);
        let (mut offset, base) = (found.offset, found.base);
        let object = match function.value(base).def {
            ValueDef::Param(index) => Object::Param(index),
            ValueDef::Const(constant) => match const_base(ctx, constant) {
                ConstBase::Global(global, at) => {
                    offset = offset.zip(at).map(|(mut offset, at)| {
                        offset.constant = offset.constant.wrapping_add(at);
                        offset
                    });
                    Object::Global(global)
                }
                ConstBase::Func | ConstBase::Nothing | ConstBase::Nowhere => Object::Nothing,
                ConstBase::Unknown => Object::Unknown(base),
            },
            ValueDef::Inst(inst) => match function.inst(inst).op {
                Op::Alloca { .. } => Object::Stack(base),
                _ if self.returned[base] == Some(Returned::Fresh) => Object::Heap(base),
                _ => Object::Unknown(base),
            },
        };
        Based { object, offset, base }
    }

    /// Whether nothing that the function did not derive from the object's own address leads to it when the function starts.
    pub(super) fn is_own(&self, object: Object) -> bool {
        match object {
            Object::Stack(_) | Object::Heap(_) => true,
            Object::Param(index) => self
                .params
                .get(index as usize)
                .is_some_and(|attrs| attrs.flags.contains(ParamFlags::NOALIAS) || attrs.byval.is_some()),
            _ => false,
        }
    }

    /// Whether an object is identified: a different identified object is different memory.
    pub(super) fn is_identified(&self, object: Object) -> bool {
        matches!(object, Object::Global(_)) || self.is_own(object)
    }

    /// Whether only addresses that are visibly derived from the object's own can lead to it.
    pub(super) fn is_private(&self, function: &Function, object: Object) -> bool {
        let address = match object {
            Object::Stack(value) | Object::Heap(value) => value,
            Object::Param(index) => function.params[index as usize],
            _ => return false,
        };
        self.is_own(object) && !self.captured.contains(address)
    }
}
