//! What unoptimized code says about its parameters and canonical code does not: the address of a structure's first member is the structure's own, and
//! LLVM's passes drop arithmetic that adds nothing.

use ir::{Function, Inst, Op, Type, TypeData, Value, ValueDef};

/// The structures that parameters are addressed as: the parameter's number, and the type. Linear in the function.
pub(crate) fn of_params(ctx: &ir::Context, body: &Function) -> Vec<(u32, Type)> {
    let slots = Slots::of(body);
    let mut found = Vec::new();
    for inst in body.all_insts() {
        let data = body.inst(inst);
        let Op::Gep { source } = data.op else { continue };
        let leads_inside =
            data.operands.len() > 2 && matches!(ctx.types.get(source), TypeData::Struct { .. });
        let Some(param) = slots.param(body, data.operands[0]).filter(|_| leads_inside) else {
            continue;
        };
        if !found.contains(&(param, source)) {
            found.push((param, source));
        }
    }
    found
}

/// The only stores to local variables.
struct Slots {
    stores: std::collections::HashMap<Value, Option<Inst>>,
}

impl Slots {
    fn of(body: &Function) -> Self {
        let mut stores = std::collections::HashMap::new();
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
