//! Elementary functions of C99, C23, GNU and the GPU math libraries; special functions are in [`crate::special`].
//!
//! Where a rule is written in terms of the result `r`, the reverse sweep needs only `r`; where that loses accuracy, the
//! operand form is used or given as the alternative.

use crate::Constant;
use crate::builder::TableBuilder;
use crate::complex::Complex;
use crate::expr::Expr;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

pub(crate) fn register(rules: &mut TableBuilder) {
    trigonometric(rules);
    trigonometric_pi(rules);
    sincos(rules);
    hyperbolic(rules);
    exponential(rules);
    logarithm(rules);
    power(rules);
    roots(rules);
    norms(rules);
    remainders(rules);
}

fn trigonometric(rules: &mut TableBuilder) {
    rules.libm("sin", |[x], _| [x.cos()]).intrinsic("llvm.sin");
    rules.libm("cos", |[x], _| [-x.sin()]).intrinsic("llvm.cos");
    rules
        .libm("tan", |[x], r| [(1.0 + r.square()).or(x.cos().square().recip())])
        .domain([(-1.4, 1.4)])
        .intrinsic("llvm.tan");
    rules
        .libm("asin", |[x], _| [((1.0 - x) * (1.0 + x)).sqrt().recip()])
        .domain([(-0.95, 0.95)])
        .edge([1.0], [INF], "branch point, unguarded")
        .edge([2.0], [NAN], "outside the domain")
        .intrinsic("llvm.asin");
    rules
        .libm("acos", |[x], _| [-((1.0 - x) * (1.0 + x)).sqrt().recip()])
        .domain([(-0.95, 0.95)])
        .edge([-1.0], [-INF], "branch point, unguarded")
        .intrinsic("llvm.acos");
    rules
        .libm("atan", |[x], _| [(1.0 + x.square()).recip()])
        .edge([INF], [0.0], "limit")
        .intrinsic("llvm.atan");
    rules
        .libm("atan2", |[y, x], _| angle(y, x))
        .domain([(0.2, 2.0), (-2.0, 2.0)])
        .domain([(-2.0, -0.2), (-2.0, 2.0)])
        .domain([(-1.0, 1.0), (0.2, 2.0)])
        .edge([0.0, 0.0], [NAN, NAN], "the angle of 0 is undefined")
        .edge([1e-200, 1e-200], [5e199, -5e199], "no underflow of x^2 + y^2")
        .intrinsic("llvm.atan2");
}

/// The partials of the angle of `x + iy` with respect to y and x: `dz / z = d log z`, whose imaginary part is the angle.
fn angle<'a>(y: Expr<'a>, x: Expr<'a>) -> [Expr<'a>; 2] {
    let one = Complex::new(x.constant(1.0), x.constant(0.0));
    let inverse = one / Complex::new(x, y);
    [inverse.re, inverse.im]
}

/// C23's functions in half turns.
fn trigonometric_pi(rules: &mut TableBuilder) {
    rules
        .libm("sinpi", |[x], _| [Constant::PI * x.call("cospi", &[])])
        .symbol("__sinpi")
        .symbol("__sinpif");
    rules
        .libm("cospi", |[x], _| [-(Constant::PI * x.call("sinpi", &[]))])
        .symbol("__cospi")
        .symbol("__cospif");
    rules
        .libm("tanpi", |[_], r| [Constant::PI * (1.0 + r.square())])
        .domain([(-0.4, 0.4)]);
    rules
        .libm("asinpi", |[x], _| {
            [Constant::FRAC_1_PI / ((1.0 - x) * (1.0 + x)).sqrt()]
        })
        .domain([(-0.95, 0.95)])
        .edge([1.0], [INF], "branch point, unguarded");
    rules
        .libm("acospi", |[x], _| {
            [-(Constant::FRAC_1_PI / ((1.0 - x) * (1.0 + x)).sqrt())]
        })
        .domain([(-0.95, 0.95)])
        .edge([1.0], [-INF], "branch point, unguarded");
    rules.libm("atanpi", |[x], _| [Constant::FRAC_1_PI / (1.0 + x.square())]);
    rules
        .libm("atan2pi", |[y, x], _| {
            angle(y, x).map(|partial| Constant::FRAC_1_PI * partial)
        })
        .domain([(0.2, 2.0), (-2.0, 2.0)])
        .domain([(-1.0, 1.0), (0.2, 2.0)])
        .edge([0.0, 0.0], [NAN, NAN], "the angle of 0 is undefined");
}

/// Sine and cosine at once: through pointers (GNU, CUDA), or as a struct (LLVM, PGI, Apple).
fn sincos(rules: &mut TableBuilder) {
    rules.function("sincos", "fFF", |_, r| vec![r[1], -r[0]]);
    rules.function("sincospi", "fFF", |_, r| {
        vec![Constant::PI * r[1], -(Constant::PI * r[0])]
    });
    // ROCm returns the sine.
    rules.function("__ocml_sincos", "fF>f", |_, r| vec![r[1], -r[0]]);
    rules.function("__ocml_sincospi", "fF>f", |_, r| {
        vec![Constant::PI * r[1], -(Constant::PI * r[0])]
    });
    rules
        .intrinsic_function("llvm.sincos", "f>ff", |_, r| vec![r[1], -r[0]])
        .symbol("__fd_sincos_1")
        .symbol("__fs_sincos_1")
        .symbol("__sincos_stret")
        .symbol("__sincosf_stret");
    rules
        .intrinsic_function("llvm.sincospi", "f>ff", |_, r| {
            vec![Constant::PI * r[1], -(Constant::PI * r[0])]
        })
        .symbol("__sincospi_stret")
        .symbol("__sincospif_stret");
}

fn hyperbolic(rules: &mut TableBuilder) {
    rules.libm("sinh", |[x], _| [x.cosh()]).intrinsic("llvm.sinh");
    rules.libm("cosh", |[x], _| [x.sinh()]).intrinsic("llvm.cosh");
    // The result form costs one multiplication; its absolute error is one rounding of r, so that the relative error
    // of the tiny derivative at |x| > 18 is large. Enzyme's form, 1 / cosh^2, is the alternative.
    rules
        .libm("tanh", |[x], r| {
            [((1.0 - r) * (1.0 + r)).or(x.cosh().square().recip())]
        })
        .edge([INF], [0.0], "limit")
        .intrinsic("llvm.tanh");
    // Beyond 2^60 the square could overflow a float, and the 1 is below the last bit of an fp80.
    rules
        .libm("asinh", |[x], _| {
            let small = x.fabs().lt(x.constant(2f64.powi(60)));
            [small.select((x.square() + 1.0).sqrt().recip(), x.fabs().recip())]
        })
        .edge([1e200], [1e-200], "no overflow of x^2");
    rules
        .libm("acosh", |[x], _| [((x - 1.0).sqrt() * (x + 1.0).sqrt()).recip()])
        .domain([(1.1, 4.0)])
        .edge([1.0], [INF], "branch point, unguarded")
        .edge([0.5], [NAN], "outside the domain")
        .edge([1e200], [1e-200], "no overflow of x^2");
    rules
        .libm("atanh", |[x], _| [((1.0 - x) * (1.0 + x)).recip()])
        .domain([(-0.9, 0.9)])
        .edge([1.0], [INF], "pole, unguarded");
}

fn exponential(rules: &mut TableBuilder) {
    rules
        .libm("exp", |[x], r| [r.or(x.exp())])
        .edge([-INF], [0.0], "limit")
        .edge([INF], [INF], "limit")
        .intrinsic("llvm.exp");
    rules
        .libm("exp2", |[x], r| {
            [(r * Constant::LN_2).or(x.exp2() * Constant::LN_2)]
        })
        .intrinsic("llvm.exp2");
    rules
        .libm("exp10", |[_], r| [r * Constant::LN_10])
        .alias("pow10")
        .symbol("__exp10")
        .symbol("__exp10f")
        .intrinsic("llvm.exp10");
    // Not `r + 1`, which is 0 where exp(x) is small.
    rules.libm("expm1", |[x], _| [x.exp()]);
    rules.libm("exp2m1", |[x], _| [x.exp2() * Constant::LN_2]);
    rules.libm("exp10m1", |[x], _| [x.call("exp10", &[]) * Constant::LN_10]);
}

fn logarithm(rules: &mut TableBuilder) {
    let pole = "pole, unguarded";
    rules
        .libm("log", |[x], _| [x.recip()])
        .domain([(0.3, 4.0)])
        .edge([0.0], [INF], pole)
        .intrinsic("llvm.log");
    rules
        .libm("log2", |[x], _| [Constant::LOG2_E / x])
        .domain([(0.3, 4.0)])
        .edge([0.0], [INF], pole)
        .intrinsic("llvm.log2");
    rules
        .libm("log10", |[x], _| [Constant::LOG10_E / x])
        .domain([(0.3, 4.0)])
        .edge([0.0], [INF], pole)
        .intrinsic("llvm.log10");
    rules
        .libm("log1p", |[x], _| [(1.0 + x).recip()])
        .alias("logp1")
        .domain([(-0.6, 4.0)])
        .edge([-1.0], [INF], pole);
    rules
        .libm("log2p1", |[x], _| [Constant::LOG2_E / (1.0 + x)])
        .domain([(-0.6, 4.0)])
        .edge([-1.0], [INF], pole);
    rules
        .libm("log10p1", |[x], _| [Constant::LOG10_E / (1.0 + x)])
        .domain([(-0.6, 4.0)])
        .edge([-1.0], [INF], pole);
    rules
        .libm("xlogy_jl", |[x, y], _| {
            [x.is(0.0).select(0.0, y.log()), x.is(0.0).select(0.0, x / y)]
        })
        .domain([(0.2, 2.0), (0.3, 3.0)])
        .edge([0.0, 0.0], [0.0, 0.0], "0 log 0 is 0 and stays it");
}

fn power(rules: &mut TableBuilder) {
    // x^0 is 1 for every x, so the first partial is 0 there; unguarded it would be 0 * inf at x = 0.
    rules
        .libm("pow", |[x, y], r| {
            [y.is(0.0).select(0.0, y * x.pow(y - 1.0)), r * x.log()]
        })
        .domain([(0.3, 3.0), (-2.5, 2.5)])
        .edge([0.0, 2.0], [0.0, NAN], "0 * ln 0, as upstream; the limit is 0")
        .edge(
            [0.0, 0.0],
            [0.0, -INF],
            "x^0 is constant in x; the second is 1 * ln 0",
        )
        .edge(
            [-2.0, 3.0],
            [12.0, NAN],
            "a negative base has no derivative in the exponent",
        )
        .intrinsic("llvm.pow");
    rules
        .libm("powr", |[x, y], r| {
            [y.is(0.0).select(0.0, y * x.call("powr", &[y - 1.0])), r * x.log()]
        })
        .domain([(0.3, 3.0), (-2.5, 2.5)])
        .edge([2.0, 0.0], [0.0, std::f64::consts::LN_2], "x^0 is constant in x");
    for name in ["powi", "pown", "compoundn"] {
        integer_power(rules, name);
    }
    rules
        .function("rootn", "fi>f", |x, r| vec![r[0] / (x[1].to_float() * x[0])])
        .domain([(0.3, 3.0), (1.0, 5.0)])
        .domain([(-3.0, -0.3), (3.0, 3.0)])
        .edge([0.0, 2.0], [NAN], "branch point, unguarded");
}

/// `x^n`, or `(1 + x)^n` for `compoundn`. The integer `n - 1` wraps at the smallest exponent, where only |x| = 1 gives
/// a finite nonzero value and the sign of `(-1)^n` survives the wrap.
fn integer_power(rules: &mut TableBuilder, name: &'static str) {
    let built = rules
        .function(name, "fi>f", |x, _| {
            let n = x[1].to_float();
            vec![n.is(0.0).select(0.0, n * x[0].call(name, &[x[1].affine(1, -1)]))]
        })
        .domain([(0.3, 1.7), (-4.0, 4.0)])
        .edge([0.0, 0.0], [0.0], "x^0 is constant");
    match name {
        "powi" => {
            let built = built.edge([0.0, 1.0], [1.0], "x^1").intrinsic("llvm.powi");
            // compiler-rt, flang's runtime and classic flang's.
            [
                "__powisf2",
                "__powidf2",
                "__powixf2",
                "__powitf2",
                "_FortranAFPow4i",
                "_FortranAFPow4k",
                "_FortranAFPow8i",
                "_FortranAFPow8k",
                "_FortranAFPow10i",
                "_FortranAFPow10k",
                "_FortranAFPow16i",
                "_FortranAFPow16k",
                "__mth_i_rpowi",
                "__mth_i_dpowi",
                "__mth_i_rpowk",
                "__mth_i_dpowk",
                "__pmth_i_rpowi",
                "__pmth_i_dpowi",
            ]
            .into_iter()
            .fold(built, |built, symbol| built.symbol(symbol));
        }
        "pown" => drop(built.edge([0.0, 1.0], [1.0], "x^1")),
        _ => {}
    }
}

fn roots(rules: &mut TableBuilder) {
    rules
        .libm("sqrt", |[_], r| [r.is(0.0).select(0.0, 0.5 / r)])
        .domain([(0.3, 4.0)])
        .edge(
            [0.0],
            [0.0],
            "infinite slope: 0, so that norms have a subgradient at 0",
        )
        .edge([-0.0], [0.0], "as at 0")
        .edge([-1.0], [NAN], "outside the domain")
        .edge([NAN], [NAN], "NaN stays NaN")
        .edge([INF], [0.0], "limit")
        .intrinsic("llvm.sqrt");
    rules
        .libm("cbrt", |[_], r| [(3.0 * r.square()).recip()])
        .domain([(0.3, 4.0)])
        .domain([(-4.0, -0.3)])
        .edge([0.0], [INF], "infinite slope, unguarded");
    rules
        .libm("rsqrt", |[_], r| [-0.5 * (r * r.square())])
        .domain([(0.3, 4.0)])
        .edge([0.0], [-INF], "pole, unguarded");
    rules
        .libm("rcbrt", |[_], r| {
            [r.square().square() * Constant::ratio(-1.0, 3.0)]
        })
        .domain([(0.3, 4.0)])
        .domain([(-4.0, -0.3)]);
}

fn norms(rules: &mut TableBuilder) {
    let kink = "kink of a norm: 0, as sqrt of a sum of squares gives";
    rules
        .libm("hypot", |x: [Expr<'_>; 2], r| unit(x, r))
        .edge([0.0, 0.0], [0.0, 0.0], kink);
    rules
        .libm("norm3d", |x: [Expr<'_>; 3], r| unit(x, r))
        .edge([0.0; 3], [0.0; 3], kink);
    rules
        .libm("norm4d", |x: [Expr<'_>; 4], r| unit(x, r))
        .edge([0.0; 4], [0.0; 4], kink);
    let pole = (0.3, 2.0);
    rules
        .libm("rhypot", |x: [Expr<'_>; 2], r| inverse_norm(x, r))
        .domain([pole; 2]);
    rules
        .libm("rnorm3d", |x: [Expr<'_>; 3], r| inverse_norm(x, r))
        .domain([pole; 3]);
    rules
        .libm("rnorm4d", |x: [Expr<'_>; 4], r| inverse_norm(x, r))
        .domain([pole; 4]);
}

/// Partials of `r = |x|`: `x / r`, and 0 at the origin.
fn unit<'a, const N: usize>(x: [Expr<'a>; N], r: Expr<'a>) -> [Expr<'a>; N] {
    x.map(|x| r.is(0.0).select(0.0, x / r))
}

/// Partials of `r = 1 / |x|`: `-x r^3`, multiplied so that nothing overflows before the result does.
fn inverse_norm<'a, const N: usize>(x: [Expr<'a>; N], r: Expr<'a>) -> [Expr<'a>; N] {
    x.map(|x| -((x * r) * r.square()))
}

fn remainders(rules: &mut TableBuilder) {
    let jump = "at a jump: the derivative of the piece that the value belongs to";
    rules
        .libm("fmod", |[x, y], r| crate::arith::fmod(x, y, r))
        .domain([(7.1, 8.9), (3.0, 3.5)])
        .domain([(-8.9, -7.1), (3.0, 3.5)])
        .edge([6.0, 3.0], [1.0, -2.0], jump)
        .edge([2.0, INF], [1.0, 0.0], "the identity in x");
    rules
        .libm("remainder", |[x, y], r| crate::arith::fmod(x, y, r))
        .alias("drem")
        .domain([(7.9, 8.9), (3.0, 3.1)])
        .domain([(6.1, 7.1), (3.0, 3.1)]);
    rules
        .function("remquo", "ffI>f", |x, r| {
            crate::arith::fmod(x[0], x[1], r[0]).to_vec()
        })
        .domain([(7.9, 8.9), (3.0, 3.1)]);
    rules
        .libm("fma", |[x, y, _], _| [y, x, x.constant(1.0)])
        .intrinsic("llvm.fma")
        .also_intrinsic("llvm.fmuladd");
    rules
        .libm("fdim", |[x, y], _| {
            [x.lt(y).select(0.0, 1.0), x.lt(y).select(0.0, -1.0)]
        })
        .domain([(1.0, 2.0), (-2.0, 0.5)])
        .domain([(-2.0, 0.5), (1.0, 2.0)])
        .edge([1.0, 1.0], [1.0, -1.0], "a tie belongs to the sloped side");
    rules
        .libm("jl_rem2pi", |[x], _| [x.constant(1.0)])
        .domain([(0.1, 3.0)]);
}
