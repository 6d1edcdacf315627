//! Running tangent functions in the interpreter, against dual numbers that the interpreter carries through the primal by itself.

use forward::{Activity, Forward, ForwardOptions, Request, ReturnRequest};
use ir::interp::{Datum, ExternalCall, Externals, Interpreter, Limits, Owner, TrapKind};
use ir::{FuncId, Module};
use rules::RuleTable;

/// The parts of the C library that the tests call.
pub struct Library;

impl Externals for Library {
    fn call(&mut self, call: &mut ExternalCall<'_>) -> Result<Option<Datum>, TrapKind> {
        if let Some(result) = allocator(call) {
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

/// The tangent function of `func` in all its parameters, returning primal and shadow.
pub fn tangent_function(module: &mut Module, func: FuncId, width: u32) -> FuncId {
    let params = module.ctx.types.param_types(module.ctx.funcs[func].ty).len();
    let request = Request {
        func,
        params: vec![Activity::Dual; params],
        ret: ReturnRequest {
            shadow: true,
            primal: true,
        },
        width,
        order: 1,
        memory: Default::default(),
    };
    derive(module, request)
}

/// The function that answers a request, verified.
pub fn derive(module: &mut Module, request: Request) -> FuncId {
    let mut forward = Forward::new(module, RuleTable::standard(), ForwardOptions::default());
    let answer = forward.request(request);
    if let Err(errors) = forward.run() {
        panic!("{errors:#?}");
    }
    let text = ir::text::print_module(module);
    if let Err(errors) = ir::verify::verify_module(module) {
        panic!("{errors:#?}\n{text}");
    }
    answer
}

/// The value and derivative of `@f`, a function of doubles, at some numbers along one direction, by its tangent function of width 1
/// and as one direction of a wider one; each is compared with dual numbers.
pub fn check(text: &str, args: &[(f64, f64)]) -> (f64, f64) {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let single = tangent_function(&mut module, func, 1);
    let triple = tangent_function(&mut module, func, 3);
    let primal = run(
        &module,
        func,
        &args.iter().map(|&(x, dx)| Datum::dual(x, dx)).collect::<Vec<_>>(),
    );
    let expected = primal.to_dual().expect("@f returns a double");
    let flat: Vec<_> = args
        .iter()
        .flat_map(|&(x, dx)| [Datum::f64(x), Datum::f64(dx)])
        .collect();
    let found = run(&module, single, &flat);
    let found: Vec<f64> = found.members().iter().map(number).collect();
    assert_close(found[0], expected.0, "value");
    assert_close(found[1], expected.1, "derivative");
    // Scaled directions, because tangents are linear in them.
    let scales = [2.0, -1.0, 0.5];
    let wide: Vec<_> = args
        .iter()
        .flat_map(|&(x, dx)| {
            let seeds = scales.iter().map(|scale| Datum::f64(scale * dx)).collect();
            [Datum::f64(x), Datum::Members(seeds)]
        })
        .collect();
    let found = run(&module, triple, &wide);
    let lanes: Vec<f64> = found.members()[1].members().iter().map(number).collect();
    for (lane, scale) in lanes.iter().zip(scales) {
        assert_close(*lane, scale * expected.1, "derivative in a direction of several");
    }
    expected
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

/// The texts of the errors for a request with all parameters dual; none if it works.
#[allow(dead_code, reason = "not every test file looks at errors")]
pub fn errors(text: &str) -> Vec<String> {
    let mut module = parse(text);
    let func = module.ctx.find_func("f").expect("the test defines @f");
    let before = ir::text::print_module(&module);
    let params = module.ctx.types.param_types(module.ctx.funcs[func].ty).len();
    let returns = module.ctx.types.return_type(module.ctx.funcs[func].ty) != Some(module.ctx.types.void());
    let mut forward = Forward::new(&mut module, RuleTable::standard(), ForwardOptions::default());
    forward.request(Request {
        func,
        params: vec![Activity::Dual; params],
        ret: ReturnRequest {
            shadow: returns,
            primal: false,
        },
        width: 1,
        order: 1,
        memory: Default::default(),
    });
    let found = match forward.run() {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|error| error.to_string()).collect(),
    };
    if !found.is_empty() {
        let bodies = |text: &str| text.matches("\ndefine").count();
        assert_eq!(
            bodies(&before),
            bodies(&ir::text::print_module(&module)),
            "a half-built body is left"
        );
    }
    found
}
