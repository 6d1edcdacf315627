//! Rules as instructions: for every math entry, the code of its tangents and the code of its adjoints are transposes of each other.
//!
//! Operands and outputs are parameters of the test's functions, and what partials call is some smooth function of the name and the
//! arguments: the identity `<w, J v> = <J^T w, v>` holds whatever values these have, and shows that every partial arrives where it
//! belongs, with its sign, once.

use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, TrapKind};
use ir::{BinOp, Builder, FuncDecl, FuncId, Function, Linkage, Module, Type, Value};
use rules::code::{Code, Lanes, MathCall};
use rules::table::sample_slots;
use rules::{Entry, MathRule, Param, RuleTable, Scalar};

/// Functions of any name.
struct Anything;

impl Externals for Anything {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        let seed = call
            .name
            .bytes()
            .fold(7u64, |hash, byte| hash.wrapping_mul(31) + u64::from(byte));
        let mut phase = (seed % 1000) as f64 / 1000.0;
        for index in 0..call.args.len() {
            let number = match call.float(index) {
                Some((x, _, _)) => x,
                None => call.bits(index).unwrap_or(0) as i32 as f64,
            };
            phase += number * (index as f64 + 0.5);
        }
        Ok(call.float_result(1.5 + phase.sin(), 0.0))
    }
}

/// One rule with the numbers that it may read.
struct Case<'r> {
    entry: &'r Entry,
    rule: &'r MathRule,
}

impl Case<'_> {
    /// Which outputs are floats.
    fn floats(&self) -> Vec<bool> {
        let outputs = self.rule.outputs().iter();
        outputs.map(|output| output.scalar == Scalar::Float).collect()
    }

    /// The types of the operands and outputs.
    fn numbers(&self, module: &mut Module, float: Type) -> Vec<Type> {
        let i32 = module.ctx.types.i32();
        let slots = sample_slots(&self.entry.params);
        let operands = slots
            .iter()
            .map(|slot| match self.entry.params[usize::from(slot.operand)] {
                Param::Integer => i32,
                _ => float,
            });
        let mut types: Vec<Type> = operands.collect();
        types.extend(
            self.floats()
                .iter()
                .map(|&is_float| if is_float { float } else { i32 }),
        );
        types
    }

    /// The operation, with its numbers among `values`.
    fn call(&self, values: &[Value], float: Type) -> MathCall {
        let slots = sample_slots(&self.entry.params);
        let mut call = MathCall {
            operands: self.entry.params.iter().map(|_| [None, None]).collect(),
            outputs: values[slots.len()..].iter().map(|&value| Some(value)).collect(),
            float,
        };
        for (slot, &value) in slots.iter().zip(values) {
            call.operands[usize::from(slot.operand)][usize::from(slot.component)] = Some(value);
        }
        call
    }

    /// A function of the numbers, derivatives of the inputs (`v`) and of the float outputs (`w`), that returns `<w, J v>` or `<J^T w, v>`.
    fn product(&self, module: &mut Module, float: Type, transposed: bool) -> FuncId {
        let numbers = self.numbers(module, float);
        let floats = self.floats();
        let (inputs, outputs) = (self.rule.inputs().len(), floats.iter().filter(|&&is| is).count());
        let mut params = numbers.clone();
        params.extend(vec![float; inputs + outputs]);
        let ty = module.ctx.types.func(float, &params);
        let func = module.ctx.add_func(FuncDecl {
            name: format!("{}{transposed}", self.entry.name).into(),
            ty,
            attrs: ir::Attrs::none(),
            conv: 0,
            linkage: Linkage::Internal,
            intrinsic: false,
            defined: false,
            rules: Vec::new(),
            origin: None,
        });
        let mut body = Function::new(&module.ctx, func);
        let block = body.add_block();
        let given = body.params.clone();
        let mut b = Builder::new(&mut module.ctx, &mut body, block);
        let call = self.call(&given[..numbers.len()], float);
        let v = &given[numbers.len()..numbers.len() + inputs];
        let mut w = given[numbers.len() + inputs..].iter().copied();
        let one = |value: Value| -> Option<Lanes> { Some([value].into_iter().collect()) };
        let w: Vec<Option<Lanes>> = floats
            .iter()
            .map(|&is| if is { one(w.next()?) } else { None })
            .collect();
        let v: Vec<Option<Lanes>> = v.iter().map(|&value| one(value)).collect();
        let mut code = Code::new(&mut b, RuleTable::standard(), false);
        let (made, others) = match transposed {
            true => (code.adjoints(self.rule, &call, &w, &vec![true; inputs], 1), &v),
            false => (code.tangents(self.rule, &call, &v, 1), &w),
        };
        let mut sum = b.zero(float);
        for (made, other) in made.iter().zip(others) {
            if let (Some(made), Some(other)) = (made, other) {
                let term = b.binary(BinOp::FMul, made[0], other[0]);
                sum = b.binary(BinOp::FAdd, sum, term);
            }
        }
        b.ret(Some(sum));
        module.set_body(body);
        func
    }
}

/// Some numbers, different ones for each position.
fn number(index: usize) -> f64 {
    0.3 + 0.41 * index as f64 - 0.07 * (index * index) as f64
}

/// The lanes of what a function returns for some numbers.
fn run(module: &Module, func: FuncId, width: usize) -> Vec<f64> {
    let types = &module.ctx.types;
    let args: Vec<Datum> = types
        .param_types(module.ctx.funcs[func].ty)
        .iter()
        .enumerate()
        .map(|(index, &ty)| match types.int_bits(ty) {
            Some(bits) => Datum::int(bits, 2 + index as i128 % 2),
            None if width == 1 => Datum::f64(number(index)),
            None => Datum::Members(
                (0..width)
                    .map(|lane| Datum::f64(number(index) + 0.1 * lane as f64))
                    .collect(),
            ),
        })
        .collect();
    let mut interpreter =
        Interpreter::new(module, Anything, Limits::default()).expect("there are no globals");
    let result = match interpreter.run(func, &args) {
        Ok(result) => result,
        Err(trap) => panic!("{trap}\n{}", ir::text::print_module(module)),
    };
    let lanes = if width == 1 {
        std::slice::from_ref(&result)
    } else {
        result.members()
    };
    lanes
        .iter()
        .map(|lane| lane.to_dual().expect("a defined number").0)
        .collect()
}

#[test]
fn the_code_of_adjoints_is_the_transpose_of_the_code_of_tangents() {
    let mut checked = 0;
    for entry in RuleTable::standard().entries() {
        let Some(rule) = entry.math().filter(|rule| !rule.inputs().is_empty()) else {
            continue;
        };
        let case = Case { entry, rule };
        for width in [1, 2] {
            let mut module = Module::new();
            let double = module.ctx.types.double();
            let float = match width {
                1 => double,
                _ => module.ctx.types.vector(double, width as u32),
            };
            let forward = case.product(&mut module, float, false);
            let reverse = case.product(&mut module, float, true);
            if let Err(errors) = ir::verify::verify_module(&module) {
                panic!("{}: {}\n{module}", entry.name, errors[0]);
            }
            let (forward, reverse) = (run(&module, forward, width), run(&module, reverse, width));
            for (forward, reverse) in forward.iter().zip(&reverse) {
                let close = (forward - reverse).abs() <= 1e-12 * forward.abs().max(1.0);
                let both_nan = forward.is_nan() && reverse.is_nan();
                checked += usize::from(forward.is_finite() && *forward != 0.0);
                assert!(
                    close || both_nan,
                    "{}: {forward} and {reverse}\n{module}",
                    entry.name
                );
            }
        }
    }
    println!("{checked} products");
    assert!(checked > 450, "only {checked} products are numbers");
}
