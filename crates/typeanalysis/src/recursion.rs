//! Which numbers are passed round a recursion without end.
//!
//! What is known of the integers that a function is called with is part of the context in which it is analyzed, and of the identity of its
//! derivatives. A call within a strongly connected component of the call graph passes them on only if it makes no new numbers of those
//! that the caller was called with: constants, counters of loops from constant to constant, and parameters that are moved or chosen. Their
//! number is finite. All else, whatever is made of a parameter by arithmetic, is not known to the callee from its first call within the
//! component on. So a function has as many contexts as calls from outside bring, and the facts of each are those of what it is said to
//! be called with: no context stands for another.
//!
//! The question is one of the caller's body and the call graph alone, so the answer does not depend on the order of the analysis.

use ir::{EntitySet, Function, Op, Value, ValueDef};

/// Whether an argument of a call is made of the caller's parameters by more than moving and choosing, as far as its definition shows.
pub(crate) fn changes_on_the_way(function: &Function, arg: Value) -> bool {
    let mut seen = EntitySet::new();
    let mut todo = vec![arg];
    let (mut is_changed, mut is_param) = (false, false);
    while let Some(value) = todo.pop() {
        if !seen.insert(value) {
            continue;
        }
        let inst = match function.value(value).def {
            ValueDef::Const(_) => continue,
            ValueDef::Param(_) => {
                is_param = true;
                continue;
            }
            ValueDef::Inst(inst) => inst,
        };
        let data = function.inst(inst);
        match data.op {
            Op::Cast(_) | Op::Freeze | Op::Phi => {}
            Op::Select => {
                todo.extend_from_slice(&data.operands[1..]);
                continue;
            }
            Op::Binary(_) => is_changed = true,
            // Of what was stored, or a function has returned, it does not show what it was made of.
            _ => return true,
        }
        todo.extend_from_slice(&data.operands);
    }
    is_changed && is_param
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_made_of_parameters_change() {
        let text = "declare i64 @g(i64)
        define void @f(i64 %n, i64 %m, i1 %c, ptr %p) {
        start:
          %less = sub i64 %n, 1
          %half = lshr i64 %m, 1
          %chosen = select i1 %c, i64 %n, i64 %m
          %mixed = select i1 %c, i64 %chosen, i64 %less
          %fixed = add i64 3, 4
          %loaded = load i64, ptr %p
          %called = call i64 @g(i64 %n)
          %narrow = trunc i64 %n to i32
          br label %loop
        loop:
          %i = phi i64 [ 0, %start ], [ %next, %loop ]
          %k = phi i64 [ %n, %start ], [ %down, %loop ]
          %next = add i64 %i, 1
          %down = sub i64 %k, 1
          br i1 %c, label %loop, label %end
        end:
          ret void
        }";
        let module = ir::text::parse_module(text).expect("the text is IR");
        let function = module.bodies().next().expect("one function");
        let expected = [
            ("n", false),
            ("less", true),
            ("half", true),
            ("chosen", false),
            ("mixed", true),
            ("fixed", false),
            ("loaded", true),
            ("called", true),
            ("narrow", false),
            ("i", false),
            ("next", false),
            ("k", true),
        ];
        for (name, want) in expected {
            let mut values = function.values();
            let value = values.find(|value| function.value_name(*value) == format!("%{name}"));
            let value = value.expect("the value has that name");
            assert_eq!(changes_on_the_way(function, value), want, "%{name}");
        }
    }
}
