//! What memory is an array of, by how it is declared and indexed.
//!
//! Type analysis knows the bytes that are accessed at known offsets. Of an array of which some elements are, the others look alike: the
//! variable is declared as an array of floats, or its address is indexed as one. This is asked only where nothing else is known.

use ir::memory::address::{ConstBase, const_base, decompose};
use ir::{ConstData, Context, EntitySet, FloatKind, Function, Inst, Op, Type, TypeData, Value, ValueDef};
use rules::{Kind, RuleTable};

/// How many steps an address is followed back.
const STEPS: u32 = 32;

/// The object that an address leads into: where address arithmetic starts.
pub fn root(function: &Function, mut address: Value) -> Value {
    for _ in 0..STEPS {
        let inst = function.def_inst(address).map(|inst| function.inst(inst));
        match inst {
            Some(data) if matches!(data.op, Op::Gep { .. }) => address = data.operands[0],
            _ => break,
        }
    }
    address
}

/// Whether an address is that of a constant variable without addresses in it: text, or a table of numbers.
pub fn is_plain_constant(ctx: &Context, function: &Function, address: Value) -> bool {
    let Some(constant) = function.as_const(root(function, address)) else {
        return false;
    };
    let ConstBase::Global(global, _) = const_base(ctx, constant) else {
        return false;
    };
    let var = &ctx.globals[global];
    let init = var.init.map(|init| ctx.consts.get(init));
    var.constant && matches!(init, Some(ConstData::Data { .. } | ConstData::Zero(_)))
}

/// The floats that memory behind an address is an array of. Linear in the function.
pub fn array_of(ctx: &Context, function: &Function, address: Value) -> Option<FloatKind> {
    let root = root(function, address);
    declared(ctx, function, root).or_else(|| indexed(ctx, function, root))
}

/// The elements of a variable that is declared as an array of floats.
fn declared(ctx: &Context, function: &Function, root: Value) -> Option<FloatKind> {
    let ty = match function.value(root).def {
        ValueDef::Inst(inst) => match function.inst(inst).op {
            Op::Alloca { ty, .. } => ty,
            _ => return None,
        },
        ValueDef::Const(constant) => match ctx.consts.get(constant) {
            ConstData::Global(global) => ctx.globals[*global].ty,
            _ => return None,
        },
        ValueDef::Param(_) => return None,
    };
    float_elements(ctx, ty)
}

fn float_elements(ctx: &Context, mut ty: Type) -> Option<FloatKind> {
    loop {
        match ctx.types.get(ty) {
            TypeData::Array { element, .. } | TypeData::Vector { element, .. } => ty = *element,
            TypeData::Float(kind) => return Some(*kind),
            _ => return None,
        }
    }
}

/// What an address is indexed as, if that is always the same float. Floats may be copied as integers of their size.
fn indexed(ctx: &Context, function: &Function, root: Value) -> Option<FloatKind> {
    let (mut found, mut copied) = (None, None);
    let same = aliases(function, root);
    for inst in function.all_insts() {
        let data = function.inst(inst);
        let Op::Gep { source } = data.op else { continue };
        if !same.contains(data.operands[0]) || source == ctx.types.i8() {
            continue;
        }
        if let TypeData::Int(_) = ctx.types.get(source) {
            copied = ctx.size_of(source);
            continue;
        }
        let kind = float_elements(ctx, source)?;
        if found.is_some_and(|found| found != kind) {
            return None;
        }
        found = Some(kind);
    }
    found.filter(|&kind| copied.is_none_or(|size| size == crate::pieces::stride(kind)))
}

/// The sizes of what an address is indexed as, smallest first, with the addresses of single elements. Bytes do not count.
pub(crate) fn indexed_sizes(
    ctx: &Context,
    function: &Function,
    addresses: &[Value],
) -> std::collections::BTreeMap<u64, Vec<Value>> {
    let mut found: std::collections::BTreeMap<u64, Vec<Value>> = std::collections::BTreeMap::new();
    for &address in addresses {
        let same = kept_alike(ctx, function, aliases(function, root(function, address)));
        for inst in function.all_insts() {
            let data = function.inst(inst);
            let (Op::Gep { source }, Some(result)) = (&data.op, data.result) else {
                continue;
            };
            let size = ctx.size_of(*source).filter(|&size| size > 1);
            if let (Some(size), [base, _]) = (size, data.operands.as_slice())
                && same.contains(*base)
            {
                found.entry(size).or_default().push(result);
            }
        }
    }
    found
}

/// Addresses, and those that are kept in the same variables of an address type at other times: they lead to memory of the same types.
fn kept_alike(ctx: &Context, function: &Function, mut same: EntitySet<Value>) -> EntitySet<Value> {
    let place = |address: Value| {
        let found = decompose(ctx, function, address);
        found.offset.map(|offset| (found.base, offset))
    };
    let kept = |inst: Inst| {
        let data = function.inst(inst);
        match data.op {
            Op::Store(_) => Some((data.operands[0], data.operands[1])),
            Op::Load(_) => Some((data.result?, data.operands[0])),
            _ => None,
        }
    };
    let accesses: Vec<_> = (function.all_insts())
        .filter_map(kept)
        .filter(|&(value, _)| ctx.types.is_ptr(function.ty(value)))
        .filter_map(|(value, address)| Some((value, place(address)?)))
        .collect();
    let mut places = Vec::new();
    for (value, place) in &accesses {
        if same.contains(*value) {
            places.push(place);
        }
    }
    for (value, place) in &accesses {
        if places.contains(&place) && function.as_const(*value).is_none() {
            same.insert(*value);
        }
    }
    same
}

/// The addresses that a value may stand for or that may stand for it, by phis and selects.
fn aliases(function: &Function, root: Value) -> EntitySet<Value> {
    let mut same = EntitySet::new();
    same.insert(root);
    let chosen = |op: &Op| match op {
        Op::Phi => Some(0),
        Op::Select => Some(1),
        _ => None,
    };
    // A few rounds: what is further away is not asked.
    for _ in 0..4 {
        let mut grown = false;
        for inst in function.all_insts() {
            let data = function.inst(inst);
            let (Some(first), Some(result)) = (chosen(&data.op), data.result) else {
                continue;
            };
            let values = &data.operands[first..];
            if same.contains(result) || values.iter().any(|&value| same.contains(value)) {
                grown |= same.insert(result);
                for &value in values.iter().filter(|&&value| function.as_const(value).is_none()) {
                    grown |= same.insert(value);
                }
            }
        }
        if !grown {
            break;
        }
    }
    same
}

/// Whether a variable of a function is accessed by its loads, stores and copies of bytes alone, through addresses that are calculated
/// from that of the variable: then its bytes are only what these say. Linear in the function, times the length of chains of addresses
/// that are laid out backwards.
pub(crate) fn is_private(ctx: &Context, rules: &RuleTable, function: &Function, root: Value) -> bool {
    let mut within = EntitySet::new();
    within.insert(root);
    // Blocks may be in any order, so addresses are looked for until there are no more.
    loop {
        let mut grown = false;
        for inst in function.all_insts() {
            let data = function.inst(inst);
            match access((ctx, rules), function, inst, &within) {
                Access::None => {}
                Access::Address => grown |= data.result.is_some_and(|result| within.insert(result)),
                Access::Other => return false,
            }
        }
        if !grown {
            return true;
        }
    }
}

/// What an instruction does with some addresses.
enum Access {
    /// Nothing, or it accesses the memory there.
    None,
    /// It calculates another address.
    Address,
    /// Something else.
    Other,
}

fn access(
    (ctx, rules): (&Context, &RuleTable),
    function: &Function,
    inst: Inst,
    within: &EntitySet<Value>,
) -> Access {
    let data = function.inst(inst);
    let is_used = |at: usize| data.operands.get(at).is_some_and(|&value| within.contains(value));
    let only = |at: usize| (0..data.operands.len()).all(|other| other == at || !is_used(other));
    if (0..data.operands.len()).all(|at| !is_used(at)) {
        return Access::None;
    }
    match data.op {
        Op::Gep { .. } if only(0) => Access::Address,
        Op::Load(_) => Access::None,
        Op::AtomicRmw(..) if only(0) => Access::None,
        Op::Store(_) if only(1) => Access::None,
        Op::Call(_) => {
            let func = ir::graph::Callee::of(ctx, function, inst).and_then(ir::graph::Callee::func);
            let known = func.and_then(|func| rules.intrinsic(&ctx.funcs[func].name));
            let moves = known.is_some_and(|known| {
                matches!(known.entry.kind, Kind::Transfer(_) | Kind::Set(_))
                    || known.entry.bounds_memory_use()
            });
            match moves {
                true => Access::None,
                false => Access::Other,
            }
        }
        _ => Access::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{array_of, is_private};
    use ir::text::parse_module;

    #[test]
    fn private_variables_are_accessed_directly() {
        let text = "declare void @use(ptr)
        declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
        define void @f(ptr %q, i64 %i, i1 %c) {
          %a = alloca [4 x double]
          %b = alloca [4 x double]
          %d = alloca i64
          %e = alloca i64
          %a1 = getelementptr double, ptr %a, i64 %i
          store double 1.0, ptr %a1
          call void @llvm.memcpy.p0.p0.i64(ptr %b, ptr %a, i64 32, i1 false)
          call void @use(ptr %b)
          store ptr %d, ptr %q
          %v = load i64, ptr %e
          %q1 = getelementptr float, ptr %q, i64 %i
          %q2 = getelementptr i8, ptr %q, i64 4
          %p = select i1 %c, ptr %q, ptr %a
          ret void
        }";
        let module = parse_module(text).expect("the text is IR");
        let function = module.bodies().next().expect("one function");
        let value = |name: &str| {
            let mut values = function.values();
            values
                .find(|&value| function.value_name(value) == format!("%{name}"))
                .expect("it has that name")
        };
        for (name, expected) in [("b", false), ("d", false), ("e", true), ("a", false)] {
            assert_eq!(
                is_private(&module.ctx, rules::RuleTable::standard(), function, value(name)),
                expected,
                "%{name}"
            );
        }
        let kinds = ["a1", "d", "q2"].map(|name| array_of(&module.ctx, function, value(name)));
        // What %q may be is indexed as floats, and as doubles where it is %a.
        assert_eq!(kinds, [Some(ir::FloatKind::Double), None, None]);
    }
}
