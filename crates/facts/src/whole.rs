//! A copy of so many bytes whose case of one byte is written apart: `n == 1 ? *to = *from : memcpy(to, from, n)`, as strings are copied. What is copied
//! there is one byte long, so it is no part of a float, which has two at least.

use ir::graph::Callee;
use ir::{Block, Context, Function, Inst, IntPred, Op, Value};
use rules::{Kind, RuleTable};

/// Whether a load of one byte is such a case. Linear in the function.
pub(crate) fn is_case_of_one(ctx: &Context, rules: &RuleTable, function: &Function, load: Inst) -> bool {
    let data = function.inst(load);
    let (from, block) = (data.operands[0], data.block);
    let Some(to) = stored_to(function, load) else {
        return false;
    };
    function
        .all_insts()
        .filter_map(|inst| copied(ctx, rules, function, inst, (to, from)))
        .any(|count| is_entered_for_one(ctx, function, block, count))
}

/// Where what an instruction results in is stored, if that is all that is done with it.
fn stored_to(function: &Function, inst: Inst) -> Option<Value> {
    let result = function.inst(inst).result?;
    let mut users = function
        .all_insts()
        .filter(|&user| function.inst(user).operands.contains(&result));
    let (user, others) = (function.inst(users.next()?), users.next());
    let is_store = matches!(user.op, Op::Store(_)) && user.operands[1] != result;
    (is_store && others.is_none()).then(|| user.operands[1])
}

/// How many bytes an instruction copies between two addresses, if that is what it does.
fn copied(
    ctx: &Context,
    rules: &RuleTable,
    function: &Function,
    inst: Inst,
    ends: (Value, Value),
) -> Option<Value> {
    let callee = Callee::of(ctx, function, inst).and_then(Callee::func)?;
    let known = rules.intrinsic(&ctx.funcs[callee].name)?;
    let Kind::Transfer(transfer) = &known.entry.kind else {
        return None;
    };
    let args = function.inst(inst).args();
    let at = |position: u8| args[usize::from(position)];
    match *transfer.bytes.operands.as_slice() {
        [count] if transfer.bytes.scale == 1 => {
            ((at(transfer.destination), at(transfer.source)) == ends).then(|| at(count))
        }
        _ => None,
    }
}

/// Whether a block is entered only where a number is one.
fn is_entered_for_one(ctx: &Context, function: &Function, block: Block, number: Value) -> bool {
    let is_one = |value: Value| {
        let constant = function.as_const(value);
        constant.and_then(|constant| ctx.consts.int_value(&ctx.types, constant)) == Some(1)
    };
    let ends = function
        .blocks()
        .iter()
        .filter_map(|&from| function.terminator(from));
    let mut entries = ends.filter(|&end| function.inst(end).targets.contains(&block));
    let (Some(entry), None) = (entries.next(), entries.next()) else {
        return false;
    };
    let data = function.inst(entry);
    let leads_here = |at: usize| data.targets.get(at) == Some(&block);
    match data.op {
        Op::Switch => {
            let mut cases = (1..data.targets.len()).filter(|&at| leads_here(at));
            data.operands[0] == number && !leads_here(0) && cases.all(|at| is_one(data.operands[at]))
        }
        Op::CondBr => {
            let condition = function
                .def_inst(data.operands[0])
                .map(|inst| function.inst(inst));
            let compares = condition.is_some_and(|condition| {
                matches!(condition.op, Op::ICmp(IntPred::Eq))
                    && condition.operands[0] == number
                    && is_one(condition.operands[1])
            });
            compares && leads_here(0) && !leads_here(1)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ir::text::parse_module;

    /// Whether the first load of one byte is the case of one of a copy.
    fn is_case(switch: &str, copied: &str) -> bool {
        let text = format!(
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
            define void @f(ptr %to, ptr %from, i64 %n, i64 %m) {{
              {switch}
            one:
              %byte = load i8, ptr %from
              store i8 %byte, ptr %to
              ret void
            many:
              call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr {copied}, i64 %n, i1 false)
              ret void
            none:
              ret void
            }}"
        );
        let module = parse_module(&text).expect("the text is IR");
        let function = module.bodies().next().expect("one function");
        let mut insts = function.all_insts();
        let load = insts.find(|&inst| matches!(function.inst(inst).op, ir::Op::Load(_)));
        let rules = rules::RuleTable::standard();
        super::is_case_of_one(&module.ctx, rules, function, load.expect("it loads"))
    }

    #[test]
    fn only_the_case_of_one_byte_is_whole() {
        let switch = "switch i64 %n, label %many [ i64 1, label %one i64 0, label %none ]";
        assert!(is_case(switch, "%from"));
        assert!(is_case(
            "%c = icmp eq i64 %n, 1\n br i1 %c, label %one, label %many",
            "%from"
        ));
        // Another number, another case, other places.
        assert!(!is_case(&switch.replace("%n,", "%m,"), "%from"));
        assert!(!is_case(&switch.replace("i64 1", "i64 2"), "%from"));
        assert!(!is_case(
            "%c = icmp ne i64 %n, 1\n br i1 %c, label %one, label %many",
            "%from"
        ));
        assert!(!is_case(switch, "%to"));
    }
}
