//! Builds `f(x) = sin(x) * x` with inkwell, differentiates it, compiles both in memory and compares with the closed form.
//!
//! `cargo run -p rsenzyme --example jit`

use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::{Linkage, Module};
use inkwell::values::{AnyValue, FunctionValue};
// A program that uses rsenzyme brings its own LLVM: this one links libLLVM.
use llvm_link as _;
use rsenzyme::{DerivativeRequest, Options};

type Error = Box<dyn std::error::Error>;

/// `double f(double x) { return sin(x) * x; }`
fn build<'ctx>(context: &'ctx Context, module: &Module<'ctx>) -> Result<FunctionValue<'ctx>, Error> {
    let double = context.f64_type();
    let function = module.add_function("f", double.fn_type(&[double.into()], false), None);
    let builder = context.create_builder();
    builder.position_at_end(context.append_basic_block(function, "entry"));
    let x = function
        .get_nth_param(0)
        .ok_or("f has a parameter")?
        .into_float_value();
    let sin = Intrinsic::find("llvm.sin").ok_or("LLVM has an intrinsic for the sine")?;
    let sin = sin
        .get_declaration(module, &[double.into()])
        .ok_or("it takes doubles")?;
    let sine = builder
        .build_call(sin, &[x.into()], "sine")?
        .try_as_basic_value()
        .unwrap_basic()
        .into_float_value();
    let product = builder.build_float_mul(sine, x, "product")?;
    builder.build_return(Some(&product))?;
    Ok(function)
}

fn main() -> Result<(), Error> {
    let context = Context::create();
    let module = context.create_module("example");
    let f = build(&context, &module)?;

    // The derivative takes x and dx, and returns the value and its derivative.
    let request = DerivativeRequest::forward(f).with_primal();
    let derivative =
        rsenzyme::differentiate(&module, f, &request, &Options::default()).map_err(|errors| {
            errors
                .iter()
                .map(|error| format!("{error}\n"))
                .collect::<String>()
        })?;
    for warning in &derivative.warnings {
        eprintln!("{warning}");
    }
    let derivative = derivative.function;
    derivative.set_linkage(Linkage::External);
    println!("{}", derivative.print_to_string().to_string());

    #[repr(C)]
    struct ValueAndDerivative {
        value: f64,
        derivative: f64,
    }
    let name = derivative.get_name().to_str()?;
    let engine = module.create_jit_execution_engine(OptimizationLevel::Default)?;
    // SAFETY: the function has this signature: two doubles are returned in registers, as C returns the structure.
    let run = unsafe { engine.get_function::<unsafe extern "C" fn(f64, f64) -> ValueAndDerivative>(name) }?;
    for x in [0.0, 0.5, 2.0] {
        // SAFETY: compiled from the module above.
        let result = unsafe { run.call(x, 1.0) };
        let expected = x.cos() * x + x.sin();
        println!(
            "f({x}) = {:.6}   f'({x}) = {:.12}   closed form {expected:.12}",
            result.value, result.derivative
        );
        if (result.derivative - expected).abs() > 1e-12 {
            return Err("the derivative is wrong".into());
        }
    }
    Ok(())
}
