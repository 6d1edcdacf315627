//! Running gradients in the interpreter, against dual numbers that the interpreter carries through the primal by itself.

use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, Owner, TrapKind};
use ir::{FuncId, Module};
use reverse::{Activity, Answer, Mode, Overwritten, Request, ReturnRequest, Reverse, ReverseOptions};
use rules::RuleTable;

/// The parts of the C library that the tests call.
pub struct Library;

impl Externals for Library {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if let Some(result) = allocator(call) {
            return Ok(Some(result));
        }
        if let Some(result) = several_numbers(call) {
            return Ok(Some(result));
        }
        let Some((x, dx, _)) = call.float(0) else {
            return Ok(None);
        };
        let name = call
            .name
            .trim_start_matches("llvm.")
            .split('.')
            .next()
            .unwrap_or("");
        let (value, partial) = match name {
            "sin" => (x.sin(), x.cos()),
            "cos" => (x.cos(), -x.sin()),
            "exp" => (x.exp(), x.exp()),
            "log" => (x.ln(), 1.0 / x),
            "sqrt" => (x.sqrt(), 0.5 / x.sqrt()),
            _ => return Ok(None),
        };
        Ok(call.float_result(value, partial * dx))
    }
}

/// Functions with several results, with their tangents.
fn several_numbers(call: &mut ExternalCall<'_>) -> Option<Datum> {
    let (x, dx, _) = call.float(0)?;
    let dual = |value: f64, partial: f64| Datum::dual(value, partial * dx);
    let second = call.bits(1).map(|bits| bits as u64);
    Some(match call.name {
        "llvm.sincos.f64" => Datum::Members(vec![dual(x.sin(), x.cos()), dual(x.cos(), -x.sin())]),
        "sincos" => {
            let third = call.bits(2)? as u64;
            call.memory
                .store_duals(second?, &[(x.sin(), x.cos() * dx)])
                .ok()?;
            call.memory.store_duals(third, &[(x.cos(), -x.sin() * dx)]).ok()?;
            Datum::Unit
        }
        "modf" => {
            call.memory.store_duals(second?, &[(x.trunc(), 0.0)]).ok()?;
            dual(x.fract(), 1.0)
        }
        // exp (x + iy) = exp x (cos y + i sin y)
        "cexp" => {
            let (y, dy, _) = call.float(1)?;
            let (re, im) = (x.exp() * y.cos(), x.exp() * y.sin());
            let tangents = (re * dx - im * dy, im * dx + re * dy);
            Datum::Members(vec![Datum::dual(re, tangents.0), Datum::dual(im, tangents.1)])
        }
        _ => return None,
    })
}

/// `malloc` and its relatives. New memory holds what is no number, so that reading it is noticed.
fn allocator(call: &mut ExternalCall<'_>) -> Option<Datum> {
    let bits = |index| call.bits(index).map(|bits| bits as u64);
    Some(match call.name {
        "malloc" => Datum::ptr(call.memory.allocate(bits(0)?, 16, Owner::Heap).ok()?),
        "calloc" => {
            let size = bits(0)? * bits(1)?;
            let address = call.memory.allocate(size, 16, Owner::Heap).ok()?;
            call.memory.fill(address, 0, size).ok()?;
            Datum::ptr(address)
        }
        "realloc" => {
            let (old, size) = (bits(0)?, bits(1)?);
            let address = call.memory.allocate(size, 16, Owner::Heap).ok()?;
            if old != 0 {
                let kept = call.memory.size_at(old)?.min(size);
                call.memory.copy(address, old, kept).ok()?;
                call.memory.free(old).ok()?;
            }
            Datum::ptr(address)
        }
        "malloc_usable_size" => {
            let size = call.memory.size_at(bits(0)?).unwrap_or(0);
            Datum::int(64, i128::from(size))
        }
        "free" => {
            let address = bits(0)?;
            if address != 0 {
                call.memory.free(address).ok()?;
            }
            Datum::Unit
        }
        _ => return None,
    })
}

pub fn parse(text: &str) -> Module {
    match ir::text::parse_module(text) {
        Ok(module) => module,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// The request for the gradient of `func` in one function.
pub fn request(module: &Module, func: FuncId, params: &[Activity], width: u32) -> Request {
    let returns = module.ctx.types.return_type(module.ctx.funcs[func].ty) != Some(module.ctx.types.void());
    Request {
        func,
        params: params.to_vec(),
        ret: ReturnRequest {
            primal: returns,
            seed: returns,
            shadow: false,
        },
        mode: Mode::Combined,
        width,
        order: 1,
        memory: Default::default(),
        overwritten: Overwritten::nothing(params.len()),
    }
}

/// The function that answers a request, verified.
pub fn derive(module: &mut Module, request: Request) -> FuncId {
    let mut reverse = Reverse::new(module, RuleTable::standard(), ReverseOptions::default());
    let answer = reverse.request(request);
    if let Err(errors) = reverse.run() {
        panic!("{errors:#?}\n{}", ir::text::print_module(module));
    }
    let text = ir::text::print_module(module);
    if let Err(errors) = ir::verify::verify_module(module) {
        panic!("{errors:#?}\n{text}");
    }
    match answer {
        Some(Answer::Combined(func)) => func,
        other => panic!("{other:?}"),
    }
}

/// The gradient of `@f`, a function of doubles, at a point: by its gradient function of width 1 and of width 3, each compared with dual
/// numbers. Gives the value and the gradient.
pub fn check(text: &str, args: &[f64]) -> (f64, Vec<f64>) {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let original = module.clone();
    let outs = vec![Activity::Out; args.len()];
    let wanted = request(&module, func, &outs, 1);
    let single = derive(&mut module, wanted);
    let wanted = request(&module, func, &outs, 3);
    let triple = derive(&mut module, wanted);
    let mut expected = Vec::new();
    let mut value = 0.0;
    for direction in 0..args.len() {
        let duals: Vec<_> = args
            .iter()
            .enumerate()
            .map(|(at, &x)| Datum::dual(x, if at == direction { 1.0 } else { 0.0 }))
            .collect();
        let (primal, derivative) = run(&original, func, &duals)
            .to_dual()
            .expect("@f returns a double");
        value = primal;
        expected.push(derivative);
    }
    let plain: Vec<_> = args.iter().map(|&x| Datum::f64(x)).collect();
    let mut flat = plain.clone();
    flat.push(Datum::f64(1.0));
    let found = run(&module, single, &flat);
    let found: Vec<f64> = found.members().iter().map(number).collect();
    assert_close(found[0], value, "value");
    for (at, &expected) in expected.iter().enumerate() {
        assert_close(found[at + 1], expected, &format!("derivative {at}"));
    }
    // Scaled seeds, because adjoints are linear in them.
    let scales = [2.0, -1.0, 0.5];
    let mut flat = plain;
    flat.push(Datum::Members(
        scales.iter().map(|&scale| Datum::f64(scale)).collect(),
    ));
    let found = run(&module, triple, &flat);
    for (at, &expected) in expected.iter().enumerate() {
        let lanes: Vec<f64> = found.members()[at + 1].members().iter().map(number).collect();
        for (lane, scale) in lanes.iter().zip(scales) {
            assert_close(
                *lane,
                scale * expected,
                &format!("derivative {at} for a seed of several"),
            );
        }
    }
    (value, expected)
}

fn number(datum: &Datum) -> f64 {
    datum.to_dual().expect("a defined double").0
}

pub fn run(module: &Module, func: FuncId, args: &[Datum]) -> Datum {
    let mut interpreter =
        Interpreter::new(module, Library, Limits::default()).expect("globals have initializers");
    match interpreter.run(func, args) {
        Ok(result) => result,
        Err(trap) => panic!("{trap}\n{}", ir::text::print_module(module)),
    }
}

pub fn assert_close(found: f64, expected: f64, what: &str) {
    let scale = expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= 1e-12 * scale,
        "{what}: {found} instead of {expected}"
    );
}

/// The texts of the errors for a gradient of `@f` with respect to its parameters, which are doubles; none if it works.
pub fn errors(text: &str, params: usize) -> Vec<String> {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let wanted = request(&module, func, &vec![Activity::Out; params], 1);
    let mut reverse = Reverse::new(&mut module, RuleTable::standard(), ReverseOptions::default());
    reverse.request(wanted);
    match reverse.run() {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error.to_string()).collect(),
    }
}
