//! What unoptimized code says about its parameters and canonical code does not: the address of a structure's first member is the structure's own, and
//! LLVM's passes drop arithmetic that adds nothing.

use ir::{AddressedMember, Function, Inst, Op, Uses, Value, ValueDef};
use rustc_hash::FxHashMap;

/// The integer members of structures that are addressed behind parameters. Linear in the function.
pub(crate) fn of_params(ctx: &ir::Context, body: &Function) -> Vec<(u32, AddressedMember)> {
    let (slots, uses) = (Slots::of(body), Uses::of(body));
    let mut found = Vec::new();
    for inst in body.all_insts() {
        let Some((base, member)) = ir::addressed_member(ctx, body, &uses, inst) else {
            continue;
        };
        if let Some(param) = slots.param(body, base)
            && !found.contains(&(param, member))
        {
            found.push((param, member));
        }
    }
    found
}

/// The only stores to local variables.
struct Slots {
    stores: FxHashMap<Value, Option<Inst>>,
}

impl Slots {
    fn of(body: &Function) -> Self {
        let mut stores = FxHashMap::default();
        for inst in body.all_insts() {
            let data = body.inst(inst);
            if let Op::Store(_) = data.op {
                let store = stores.entry(data.operands[1]).or_insert(Some(inst));
                *store = store.filter(|&known| known == inst);
            }
        }
        Self { stores }
    }

    /// The parameter that an address is: itself, or loaded from the variable that it was stored to and nothing else was.
    fn param(&self, body: &Function, address: Value) -> Option<u32> {
        let inst = match body.value(address).def {
            ValueDef::Param(index) => return Some(index),
            ValueDef::Inst(inst) => inst,
            ValueDef::Const(_) => return None,
        };
        let data = body.inst(inst);
        let Op::Load(_) = data.op else { return None };
        let slot = data.operands[0];
        let is_variable = body
            .def_inst(slot)
            .is_some_and(|inst| matches!(body.inst(inst).op, Op::Alloca { .. }));
        let store = (*self.stores.get(&slot)?)?;
        match body.value(body.inst(store).operands[0]).def {
            ValueDef::Param(index) if is_variable => Some(index),
            _ => None,
        }
    }
}
