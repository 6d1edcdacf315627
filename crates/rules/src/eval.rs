//! Emitters that compute: over `f64` ([`Evaluator`]) and over dual numbers ([`DualEvaluator`]).
//!
//! They are the oracle of the tests and what an interpreter uses. Calls go to a closure from canonical name and
//! arguments to value; integers are carried as `f64`, exact below 2^53.

use crate::entry::Slot;
use crate::expr::{BinaryOp, Constant, Predicate};
use crate::lower::{Emitter, tangent};
use crate::table::{RuleTable, sample_slots};

/// Evaluates expressions for given operands and outputs.
pub struct Evaluator<'a, F> {
    slots: Option<Vec<Slot>>,
    operands: &'a [f64],
    outputs: &'a [f64],
    functions: F,
}

impl<'a, F: FnMut(&str, &[f64]) -> f64> Evaluator<'a, F> {
    /// For an operation whose numeric operands are the first ones and real: operand `i` is `operands[i]`.
    pub fn new(operands: &'a [f64], outputs: &'a [f64], functions: F) -> Self {
        Self {
            slots: None,
            operands,
            outputs,
            functions,
        }
    }

    /// For an operation with parameters `params`: `operands` are its numbers in the order of [`sample_slots`].
    pub fn with_params(
        params: &[crate::Param],
        operands: &'a [f64],
        outputs: &'a [f64],
        functions: F,
    ) -> Self {
        Self {
            slots: Some(sample_slots(params)),
            operands,
            outputs,
            functions,
        }
    }
}

fn position(slots: Option<&[Slot]>, slot: Slot) -> usize {
    match slots {
        None => usize::from(slot.operand),
        Some(slots) => slots
            .iter()
            .position(|s| *s == slot)
            .expect("rules read numeric operands of their own parameters"),
    }
}

fn arithmetic(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
    }
}

impl<F: FnMut(&str, &[f64]) -> f64> Emitter for Evaluator<'_, F> {
    type Value = f64;
    fn operand(&mut self, slot: Slot) -> f64 {
        self.operands[position(self.slots.as_deref(), slot)]
    }
    fn output(&mut self, index: usize) -> f64 {
        self.outputs[index]
    }
    fn constant(&mut self, value: Constant) -> f64 {
        value.hi
    }
    fn integer(&mut self, value: i64) -> f64 {
        value as f64
    }
    fn integer_affine(&mut self, value: f64, scale: i64, offset: i64) -> f64 {
        scale as f64 * value + offset as f64
    }
    fn integer_to_float(&mut self, value: f64) -> f64 {
        value
    }
    fn neg(&mut self, a: f64) -> f64 {
        -a
    }
    fn binary(&mut self, op: BinaryOp, a: f64, b: f64) -> f64 {
        arithmetic(op, a, b)
    }
    fn compare(&mut self, predicate: Predicate, a: f64, b: f64) -> f64 {
        f64::from(u8::from(predicate.holds(a.partial_cmp(&b))))
    }
    fn select(&mut self, condition: f64, a: f64, b: f64) -> f64 {
        if condition != 0.0 { a } else { b }
    }
    fn call(&mut self, name: &'static str, arguments: &[f64]) -> f64 {
        (self.functions)(name, arguments)
    }
}

/// A number with a tangent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Dual {
    /// The value.
    pub value: f64,
    /// Its derivative along the chosen direction.
    pub tangent: f64,
}

impl Dual {
    /// A constant.
    pub fn constant(value: f64) -> Self {
        Self { value, tangent: 0.0 }
    }
}

/// Evaluates expressions over dual numbers; functions are differentiated by the rules of `table`.
pub struct DualEvaluator<'a, F> {
    table: &'a RuleTable,
    slots: Vec<Slot>,
    operands: &'a [Dual],
    outputs: &'a [Dual],
    functions: F,
}

impl<'a, F: FnMut(&str, &[f64]) -> f64> DualEvaluator<'a, F> {
    /// For an operation with parameters `params`: `operands` are its numbers in the order of [`sample_slots`].
    pub fn new(
        table: &'a RuleTable,
        params: &[crate::Param],
        operands: &'a [Dual],
        outputs: &'a [Dual],
        functions: F,
    ) -> Self {
        Self {
            table,
            slots: sample_slots(params),
            operands,
            outputs,
            functions,
        }
    }
}

impl<F: FnMut(&str, &[f64]) -> f64> Emitter for DualEvaluator<'_, F> {
    type Value = Dual;
    fn operand(&mut self, slot: Slot) -> Dual {
        self.operands[position(Some(&self.slots), slot)]
    }
    fn output(&mut self, index: usize) -> Dual {
        self.outputs[index]
    }
    fn constant(&mut self, value: Constant) -> Dual {
        Dual::constant(value.hi)
    }
    fn integer(&mut self, value: i64) -> Dual {
        Dual::constant(value as f64)
    }
    fn integer_affine(&mut self, value: Dual, scale: i64, offset: i64) -> Dual {
        Dual::constant(scale as f64 * value.value + offset as f64)
    }
    fn integer_to_float(&mut self, value: Dual) -> Dual {
        value
    }
    fn neg(&mut self, a: Dual) -> Dual {
        Dual {
            value: -a.value,
            tangent: -a.tangent,
        }
    }
    fn binary(&mut self, op: BinaryOp, a: Dual, b: Dual) -> Dual {
        let value = arithmetic(op, a.value, b.value);
        let tangent = match op {
            BinaryOp::Add => a.tangent + b.tangent,
            BinaryOp::Sub => a.tangent - b.tangent,
            BinaryOp::Mul => a.tangent * b.value + a.value * b.tangent,
            BinaryOp::Div => (a.tangent - value * b.tangent) / b.value,
        };
        Dual { value, tangent }
    }
    fn compare(&mut self, predicate: Predicate, a: Dual, b: Dual) -> Dual {
        Dual::constant(f64::from(u8::from(
            predicate.holds(a.value.partial_cmp(&b.value)),
        )))
    }
    fn select(&mut self, condition: Dual, a: Dual, b: Dual) -> Dual {
        if condition.value != 0.0 { a } else { b }
    }
    fn call(&mut self, name: &'static str, arguments: &[Dual]) -> Dual {
        let values: Vec<f64> = arguments.iter().map(|a| a.value).collect();
        let value = (self.functions)(name, &values);
        let Some((entry, rule)) = self.table.canonical(name).and_then(|e| Some((e, e.math()?))) else {
            return Dual {
                value,
                tangent: f64::NAN,
            };
        };
        let slots = sample_slots(&entry.params);
        let tangents: Vec<Option<f64>> = rule
            .inputs()
            .iter()
            .map(|i| Some(arguments[position(Some(&slots), *i)].tangent))
            .collect();
        let outputs = [value];
        let mut inner = Evaluator::with_params(&entry.params, &values, &outputs, |name, a| {
            (self.functions)(name, a)
        });
        let tangents = tangent(self.table.arena(), rule, &tangents, &mut inner);
        Dual {
            value,
            tangent: tangents[0].unwrap_or(0.0),
        }
    }
}
