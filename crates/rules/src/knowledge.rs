//! What the rule table and the types tell the analyses of memory in `ir`.

use ir::attrs::ModRef;
use ir::memory::{ArgEffect, CallEffects, Knowledge, Returned};
use ir::{Context, FuncId, Function, Inst, Value};

use crate::callee::{CallKind, Resolver};
use crate::entry::{Entry, Kind, Param, Place, Return, Structural};

/// Whether the bits of a value may hold an address, where LLVM's type leaves it open.
pub type HoldsAddress<'t> = dyn Fn(&Function, Value) -> bool + 't;

/// The rule table and the types, as knowledge about memory.
pub struct RuleKnowledge<'a, 't> {
    /// What calls are.
    pub resolver: Resolver<'a>,
    /// What is known of values beyond their LLVM types.
    pub holds_address: &'t HoldsAddress<'t>,
}

impl Knowledge for RuleKnowledge<'_, '_> {
    fn call_effects(&self, _: &Context, function: &Function, inst: Inst, _: FuncId) -> Option<CallEffects> {
        let args = function.inst(inst).args().len();
        match self.resolver.call(function, inst)? {
            CallKind::Rule(entry) => Some(entry_effects(entry, args)),
            // What releases memory returns nothing, and memory that is released is as good as overwritten.
            CallKind::Allocation => Some(CallEffects {
                args: (0..args)
                    .map(|_| match function.inst(inst).result {
                        Some(_) => ArgEffect::NONE,
                        None => ArgEffect {
                            access: ModRef::MOD,
                            captured: false,
                        },
                    })
                    .collect(),
                returned: Returned::Fresh,
                copies: [].into_iter().collect(),
                copied: None,
                only_copies: true,
                other: ModRef::NONE,
            }),
            CallKind::Body(_)
            | CallKind::Barrier(_)
            | CallKind::Custom
            | CallKind::Inactive
            | CallKind::Unknown => None,
        }
    }

    fn hides_body(&self, _: &Context, func: FuncId) -> bool {
        !matches!(self.resolver.func(func), CallKind::Body(_))
    }

    fn may_hold_address(&self, function: &Function, value: Value) -> bool {
        (self.holds_address)(function, value)
    }
}

/// What a function of the table does to memory, called with `args` arguments.
pub fn entry_effects(entry: &Entry, args: usize) -> CallEffects {
    let arg = |index: usize| ArgEffect {
        access: ModRef {
            reads: entry.reads_through(index),
            writes: entry.writes_through(index),
        },
        captured: entry.captures(index),
    };
    let mut effects = CallEffects {
        args: (0..args).map(arg).collect(),
        returned: returned(entry, args),
        copies: [].into_iter().collect(),
        copied: None,
        only_copies: !entry.effects.memory,
        other: if entry.effects.memory {
            ModRef::BOTH
        } else {
            ModRef::NONE
        },
    };
    match &entry.kind {
        Kind::Transfer(transfer) => {
            let pair = (u32::from(transfer.destination), u32::from(transfer.source));
            effects.copies.push(pair);
            effects.copied = match *transfer.bytes.operands {
                [operand] if transfer.bytes.scale == 1 => Some(u32::from(operand)),
                _ => None,
            };
        }
        // Memory that is released is as good as overwritten.
        Kind::Deallocation(released) => write_through(&mut effects, released.pointer),
        Kind::Reallocation(moved) => write_through(&mut effects, moved.pointer),
        Kind::Structural(structural) => structural_effects(*structural, entry, &mut effects),
        _ => {}
    }
    effects
}

fn write_through(effects: &mut CallEffects, pointer: u8) {
    if let Some(arg) = effects.args.get_mut(usize::from(pointer)) {
        arg.access.writes = true;
    }
}

fn returned(entry: &Entry, args: usize) -> Returned {
    match (&entry.kind, &entry.returns) {
        (Kind::Allocation(allocation), _) if allocation.place == Place::Return(0) => Returned::Fresh,
        (Kind::Reallocation(moved), _) => Returned::Into([u32::from(moved.pointer)].into_iter().collect()),
        (Kind::Structural(_), _) => Returned::Into((0..args as u32).collect()),
        (_, Return::PointerInto(operand)) => Returned::Into([u32::from(*operand)].into_iter().collect()),
        (_, Return::FreshPointer) => Returned::Fresh,
        (_, Return::Pointer | Return::Any) if entry.result_follows_operands() => Returned::Anything,
        // What the C library returns from its own memory is reached by nothing else of the program.
        (_, Return::Pointer) => Returned::Fresh,
        (_, Return::Any) => Returned::Into((0..args as u32).collect()),
        _ => Returned::Nothing,
    }
}

/// Loads and stores that intrinsics make: what is stored goes where it is stored, what is loaded may be anything there.
fn structural_effects(structural: Structural, entry: &Entry, effects: &mut CallEffects) {
    match structural {
        Structural::MaskedLoad | Structural::Gather | Structural::ExpandLoad => {
            effects.returned = Returned::Anything;
            effects.only_copies = true;
        }
        Structural::MaskedStore | Structural::Scatter | Structural::CompressStore => {
            for (arg, param) in effects.args.iter_mut().zip(&entry.params) {
                *arg = match param {
                    Param::Pointer(_) => ArgEffect {
                        access: ModRef::MOD,
                        captured: false,
                    },
                    _ => ArgEffect {
                        access: ModRef::NONE,
                        captured: true,
                    },
                };
            }
            effects.only_copies = false;
        }
        _ => effects.only_copies = true,
    }
}
