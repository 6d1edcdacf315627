//! Rules as text: an emitter whose values are written-out expressions, for reports, golden tests and counting what a
//! tangent costs. Operand `i` is `xi` (`zi.re`, `zi.im` where it is complex), output `k` is `rk`.

use crate::entry::{Entry, Param, Slot};
use crate::expr::{Arena, BinaryOp, Constant, ExprId, Predicate};
use crate::lower::{Emitter, Lowering};

/// An emitter that writes. A value is an index of [`Printer::text`].
#[derive(Default, Debug)]
pub struct Printer {
    complex: Vec<bool>,
    texts: Vec<String>,
    operations: usize,
}

/// A text in a [`Printer`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text(usize);

impl Printer {
    /// For rules of `entry`.
    pub fn new(entry: &Entry) -> Self {
        let complex = entry.params.iter().map(|p| *p == Param::Complex).collect();
        Self {
            complex,
            ..Self::default()
        }
    }

    /// A name, such as that of a tangent.
    pub fn name(&mut self, text: &str) -> Text {
        self.texts.push(text.to_owned());
        Text(self.texts.len() - 1)
    }

    /// What a value is.
    pub fn text(&self, value: Text) -> &str {
        &self.texts[value.0]
    }

    /// How many operations (arithmetic, comparisons, selects, calls, conversions) were emitted.
    pub fn operations(&self) -> usize {
        self.operations
    }

    fn operation(&mut self, text: String) -> Text {
        self.operations += 1;
        self.texts.push(text);
        Text(self.texts.len() - 1)
    }
}

/// The expression written out.
pub fn print(arena: &Arena, entry: &Entry, expr: ExprId) -> String {
    let mut printer = Printer::new(entry);
    let value = Lowering::new(arena).value(expr, &mut printer);
    printer.text(value).to_owned()
}

impl Emitter for Printer {
    type Value = Text;

    fn operand(&mut self, slot: Slot) -> Text {
        let Slot { operand, component } = slot;
        let is_complex = self.complex.get(usize::from(operand)).copied().unwrap_or(false);
        match (is_complex, component) {
            (false, _) => self.name(&format!("x{operand}")),
            (true, 0) => self.name(&format!("z{operand}.re")),
            (true, _) => self.name(&format!("z{operand}.im")),
        }
    }

    fn output(&mut self, index: usize) -> Text {
        self.name(&format!("r{index}"))
    }

    fn constant(&mut self, value: Constant) -> Text {
        self.name(&value.hi.to_string())
    }

    fn integer(&mut self, value: i64) -> Text {
        self.name(&value.to_string())
    }

    fn integer_affine(&mut self, value: Text, scale: i64, offset: i64) -> Text {
        let text = match (scale, offset) {
            (1, _) => format!("({} {offset:+})", self.text(value)),
            (_, 0) => format!("({scale} * {})", self.text(value)),
            _ => format!("({scale} * {} {offset:+})", self.text(value)),
        };
        self.operation(text)
    }

    fn integer_to_float(&mut self, value: Text) -> Text {
        self.operation(format!("float({})", self.text(value)))
    }

    fn neg(&mut self, a: Text) -> Text {
        self.operation(format!("-{}", self.text(a)))
    }

    fn binary(&mut self, op: BinaryOp, a: Text, b: Text) -> Text {
        let symbol = match op {
            BinaryOp::Add => '+',
            BinaryOp::Sub => '-',
            BinaryOp::Mul => '*',
            BinaryOp::Div => '/',
        };
        self.operation(format!("({} {symbol} {})", self.text(a), self.text(b)))
    }

    fn compare(&mut self, predicate: Predicate, a: Text, b: Text) -> Text {
        self.operation(format!("{} {} {}", self.text(a), predicate.name(), self.text(b)))
    }

    fn select(&mut self, condition: Text, a: Text, b: Text) -> Text {
        self.operation(format!(
            "({} ? {} : {})",
            self.text(condition),
            self.text(a),
            self.text(b)
        ))
    }

    fn call(&mut self, name: &'static str, arguments: &[Text]) -> Text {
        let arguments: Vec<&str> = arguments.iter().map(|a| self.text(*a)).collect();
        self.operation(format!("{name}({})", arguments.join(", ")))
    }
}
