//! Special functions: error functions, gamma, Bessel, cardinal sines.
//!
//! # The derivative of lgamma
//!
//! C has no digamma, so [`digamma`] writes it out as an expression: reflection for negative arguments, ten steps of
//! the recurrence `psi(x) = psi(x + 1) - 1 / x`, then the asymptotic series to `B_20` (Abramowitz and Stegun 6.3.7,
//! 6.3.5, 6.3.18). With `x + 10 >= 10.5` the truncation error is below 1e-18. It is straight-line code that is
//! differentiated again like any other, so that second derivatives need no trigamma, and nothing has to be emitted
//! next to the user's functions.

use crate::Constant;
use crate::builder::TableBuilder;
use crate::expr::Expr;

const INF: f64 = f64::INFINITY;

pub(crate) fn register(rules: &mut TableBuilder) {
    error_functions(rules);
    inverse_error_functions(rules);
    gamma(rules);
    bessel(rules);
    cardinal_sines(rules);
}

fn error_functions(rules: &mut TableBuilder) {
    rules
        .libm("erf", |[x], _| [Constant::FRAC_2_SQRT_PI * (-x.square()).exp()])
        .alias("Faddeeva_erf_re")
        .edge([INF], [0.0], "limit");
    rules
        .libm("erfc", |[x], _| {
            [-(Constant::FRAC_2_SQRT_PI * (-x.square()).exp())]
        })
        .alias("Faddeeva_erfc_re")
        .edge([INF], [0.0], "limit");
    rules
        .libm("erfi", |[x], _| [Constant::FRAC_2_SQRT_PI * x.square().exp()])
        .alias("Faddeeva_erfi_re");
    rules
        .libm("erfcx", |[x], r| {
            let direct = 2.0 * (x * r) - Constant::FRAC_2_SQRT_PI;
            [x.lt(x.constant(FAR))
                .select(direct, Constant::FRAC_2_SQRT_PI * far_slope(x, -1.0))]
        })
        .alias("Faddeeva_erfcx_re")
        // The values far out are by mpmath at 30 digits.
        .edge([1e3], [-5.641_887_372_654_967e-7], "no cancellation");
    rules
        .libm("dawson", |[x], r| [dawson_slope(x, 1.0 - 2.0 * (x * r))])
        .alias("Faddeeva_dawson_re")
        .edge([1e3], [-5.000_007_500_018_75e-7], "no cancellation");
    rules
        .libm("Faddeeva_w_im", |[x], r| {
            // The imaginary part of w(x) is 2 / sqrt(pi) times Dawson's integral.
            let direct = 1.0 - 2.0 * (x * (Constant::FRAC_SQRT_PI_2 * r));
            [Constant::FRAC_2_SQRT_PI * dawson_slope(x, direct)]
        })
        .domain([(-2.0, 2.0)]);
    rules.libm("normcdf", |[x], _| {
        [Constant::FRAC_1_SQRT_2PI * (-0.5 * x.square()).exp()]
    });
}

/// Where the asymptotic series takes over: the direct forms cancel like `x^2` roundings.
const FAR: f64 = 20.0;

/// The slope of Dawson's integral: `direct` near 0, the series far out.
fn dawson_slope<'a>(x: Expr<'a>, direct: Expr<'a>) -> Expr<'a> {
    x.fabs().lt(x.constant(FAR)).select(direct, far_slope(x, 1.0))
}

/// `-1 / (2 x^2) * sum of (2k + 1)!! (sign / (2 x^2))^k`, the derivative of the asymptotic series of Dawson's integral (sign
/// 1) and, up to the factor 2 / sqrt(pi), of erfcx (sign -1); Abramowitz and Stegun 7.1.23. Ten terms at x = 20 leave 1e-18.
fn far_slope<'a>(x: Expr<'a>, sign: f64) -> Expr<'a> {
    let half_square = 0.5 * (x.recip() * x.recip());
    let mut series = x.constant(1.0);
    for k in (1..=10).rev() {
        series = 1.0 + series * (half_square * (sign * f64::from(2 * k + 1)));
    }
    -(half_square * series)
}

/// From `f(r) = x`: the derivative is `1 / f'(r)`. Enzyme's rule for `erfinv` lacks the exponential.
fn inverse_error_functions(rules: &mut TableBuilder) {
    rules
        .libm("erfinv", |[_], r| [Constant::FRAC_SQRT_PI_2 * r.square().exp()])
        .domain([(-0.95, 0.95)])
        .edge([1.0], [INF], "pole, unguarded");
    rules
        .libm("erfcinv", |[_], r| {
            [-(Constant::FRAC_SQRT_PI_2 * r.square().exp())]
        })
        .domain([(0.05, 1.95)])
        .edge([0.0], [-INF], "pole, unguarded");
    rules
        .libm("normcdfinv", |[_], r| {
            [Constant::SQRT_2PI * (0.5 * r.square()).exp()]
        })
        .domain([(0.05, 0.95)])
        .edge([1.0], [INF], "pole, unguarded");
}

/// The logarithmic derivative of the gamma function; see the module docs.
fn digamma<'a>(x: Expr<'a>) -> Expr<'a> {
    const STEPS: i32 = 10;
    let negative = x.lt(x.constant(0.5));
    let positive = negative.select(1.0 - x, x);
    let mut recurrence = positive.recip();
    for k in 1..STEPS {
        recurrence = recurrence + (positive + f64::from(k)).recip();
    }
    let y = positive + f64::from(STEPS);
    let inverse = y.recip();
    let square = inverse.square();
    // B_2k / 2k for k from 10 down to 1.
    let coefficients = [
        (-174611.0, 6600.0),
        (43867.0, 14364.0),
        (-3617.0, 8160.0),
        (1.0, 12.0),
        (-691.0, 32760.0),
        (1.0, 132.0),
        (-1.0, 240.0),
        (1.0, 252.0),
        (-1.0, 120.0),
        (1.0, 12.0),
    ];
    let mut series = x.constant(0.0);
    for (numerator, denominator) in coefficients {
        series = (series + Constant::ratio(numerator, denominator)) * square;
    }
    let value = y.log() - 0.5 * inverse - series - recurrence;
    // psi(x) = psi(1 - x) - pi / tan(pi x); the integral part of x is taken off first, where tan has no error.
    let fraction = x - x.rint();
    let cotangent = Constant::PI / (Constant::PI * fraction).tan();
    negative.select(value - cotangent, value)
}

/// Enzyme has no rule for lgamma, and its tgamma lacks the factor tgamma; `signgam` and the sign output are constant.
fn gamma(rules: &mut TableBuilder) {
    let pole = "pole: the sign of the slope depends on the side";
    rules
        .libm("lgamma", |[x], _| [digamma(x)])
        .alias("gamma")
        .domain([(0.05, 30.0)])
        .domain([(-0.9, -0.1)])
        .domain([(-3.9, -3.1)])
        .edge([1.0], [-0.577_215_664_901_532_9], "minus Euler's constant")
        .edge([2.0], [0.422_784_335_098_467_1], "1 - Euler's constant")
        // Digamma to 17 digits, by mpmath at 30 digits.
        .edge([0.001], [-1000.5755719318103], "next to the pole")
        .edge([0.1], [-10.423754940411076], "recurrence")
        .edge([100.0], [4.600_161_852_738_087], "asymptotic series")
        .edge([1e10], [23.025850929890457], "asymptotic series")
        .edge([-0.5], [0.036_489_973_978_576_52], "reflection")
        .edge([-7.75], [-1.0307688328309315], "reflection");
    rules
        .function("lgamma_r", "fI>f", |x, _| vec![digamma(x[0])])
        .alias("gamma_r")
        .domain([(0.05, 30.0)])
        .domain([(-0.9, -0.1)]);
    rules
        .function("logabsgamma", "f>fi", |x, _| vec![digamma(x[0])])
        .domain([(0.05, 30.0)]);
    rules
        .libm("tgamma", |[x], r| [r * digamma(x)])
        .domain([(0.05, 6.0)])
        .domain([(-0.9, -0.1)])
        .edge([-1.0], [f64::NAN], pole);
}

/// Bessel functions by `f_n' = (f_(n-1) - f_(n+1)) / 2`, which is regular at 0. The order carries no derivative.
fn bessel(rules: &mut TableBuilder) {
    rules.libm("j0", |[x], _| [-x.j1()]).domain([(-10.0, 10.0)]);
    rules
        .libm("j1", |[x], _| [0.5 * (x.j0() - order(x, "jn", 2))])
        .domain([(-10.0, 10.0)])
        .edge([0.0], [0.5], "regular");
    rules.libm("y0", |[x], _| [-x.y1()]).domain([(0.3, 10.0)]);
    rules
        .libm("y1", |[x], _| [0.5 * (x.y0() - order(x, "yn", 2))])
        .domain([(0.3, 10.0)]);
    for (name, low) in [("jn", -5.0), ("yn", 0.7)] {
        rules
            .function(name, "if>f", |x, _| {
                let neighbour = |offset| x[0].affine(1, offset).call(name, &[x[1]]);
                vec![0.5 * (neighbour(-1) - neighbour(1))]
            })
            .domain([(-3.0, 4.0), (low, 8.0)]);
    }
    rules.libm("cyl_bessel_i0", |[x], _| [x.call("cyl_bessel_i1", &[])]);
    rules
        .libm("cyl_bessel_i1", |[x], r| {
            [x.is(0.0).select(0.5, x.call("cyl_bessel_i0", &[]) - r / x)]
        })
        .edge([0.0], [0.5], "limit");
}

fn order<'a>(x: Expr<'a>, name: &'static str, n: i64) -> Expr<'a> {
    x.integer(n).call(name, &[x])
}

/// `sinc x = sin(pi x) / (pi x)` and `sincn x = sin x / x`. Near 0, where `(cos - f) / x` cancels, by the series.
fn cardinal_sines(rules: &mut TableBuilder) {
    rules
        .libm("sinc", |[x], r| {
            let u = x * Constant::PI;
            [cardinal_slope(x, u, r)]
        })
        .edge([0.0], [0.0], "the maximum");
    rules
        .libm("sincn", |[x], r| [cardinal_slope(x, x, r)])
        .edge([0.0], [0.0], "the maximum")
        .edge([1e-9], [-1e-9 / 3.0], "no cancellation");
}

/// The derivative with respect to `x` of `sin(u) / u = r` with `u` a multiple of `x`: `(cos u - r) / x`, and for
/// `|u| < 1/2` the series `sum (-1)^k 2k u^2k / (2k + 1)!`, divided by x, to a relative error below 1e-17.
fn cardinal_slope<'a>(x: Expr<'a>, u: Expr<'a>, r: Expr<'a>) -> Expr<'a> {
    let square = u.square();
    let mut series = x.constant(0.0);
    for k in (1..=8).rev() {
        let factorial: f64 = (1..=2 * k + 1).map(f64::from).product();
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        series = series * square + Constant::ratio(sign * 2.0 * f64::from(k), factorial);
    }
    // u^2 / x is u (u / x), where u / x is the constant multiple; at 0 it is 0.
    let near = x.is(0.0).select(0.0, series * (square / x));
    u.fabs().lt(x.constant(0.5)).select(near, (u.cos() - r) / x)
}
