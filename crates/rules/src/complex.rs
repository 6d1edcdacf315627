//! Complex arithmetic on pairs of real expressions, and the rules of C's complex functions.
//!
//! A rule for a holomorphic function gives its complex derivative; registration turns it into the real Jacobian by the
//! Cauchy-Riemann equations. Functions that are not holomorphic (`cabs`, `carg`, `conj`, ...) give real partials. So
//! tangents and adjoints need no notion of complex numbers and no convention about conjugation: an adjoint is that of
//! the two real parts. How an ABI packs a complex number (two arguments, a vector, a struct in memory) is the business
//! of whoever reads operands and outputs by slot.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::Constant;
use crate::builder::TableBuilder;
use crate::expr::{Expr, Predicate};

/// A complex expression.
#[derive(Clone, Copy)]
pub(crate) struct Complex<'a> {
    pub(crate) re: Expr<'a>,
    pub(crate) im: Expr<'a>,
}

impl<'a> Complex<'a> {
    pub(crate) fn new(re: Expr<'a>, im: Expr<'a>) -> Self {
        Self { re, im }
    }

    fn real(self, value: f64) -> Self {
        Self::new(self.re.constant(value), self.re.constant(0.0))
    }

    fn square(self) -> Self {
        self * self
    }

    fn recip(self) -> Self {
        self.real(1.0) / self
    }

    fn scale(self, factor: Expr<'a>) -> Self {
        Self::new(self.re * factor, self.im * factor)
    }

    fn exp(self) -> Self {
        Self::new(self.im.cos(), self.im.sin()).scale(self.re.exp())
    }

    fn log(self) -> Self {
        let modulus = self.re.call("hypot", &[self.im]);
        Self::new(modulus.log(), self.im.call("atan2", &[self.re]))
    }

    fn sin(self) -> Self {
        Self::new(self.re.sin() * self.im.cosh(), self.re.cos() * self.im.sinh())
    }

    fn cos(self) -> Self {
        Self::new(self.re.cos() * self.im.cosh(), -(self.re.sin() * self.im.sinh()))
    }

    fn sinh(self) -> Self {
        Self::new(self.re.sinh() * self.im.cos(), self.re.cosh() * self.im.sin())
    }

    fn cosh(self) -> Self {
        Self::new(self.re.cosh() * self.im.cos(), self.re.sinh() * self.im.sin())
    }
}

impl Add for Complex<'_> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex<'_> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex<'_> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

impl Neg for Complex<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.re, -self.im)
    }
}

impl Div for Complex<'_> {
    type Output = Self;
    /// Smith's algorithm (CACM 1962, algorithm 116) with selects for branches: no overflow in `c^2 + d^2`.
    fn div(self, divisor: Self) -> Self {
        let (c, d) = (divisor.re, divisor.im);
        let real_is_larger = d.fabs().compare(Predicate::Ole, c.fabs());
        let large = real_is_larger.select(c, d);
        let small = real_is_larger.select(d, c);
        let first = real_is_larger.select(self.re, self.im);
        let second = real_is_larger.select(self.im, self.re);
        let ratio = small / large;
        let denominator = (large + small * ratio).recip();
        let re = (first + second * ratio) * denominator;
        let im = (second - first * ratio) * denominator;
        Self::new(re, real_is_larger.select(im, -im))
    }
}

pub(crate) fn register(rules: &mut TableBuilder) {
    exponential(rules);
    trigonometric(rules);
    hyperbolic(rules);
    parts(rules);
    products(rules);
    faddeeva(rules);
}

fn exponential(rules: &mut TableBuilder) {
    let cut = "on the branch cut: the derivative of the side that the value belongs to";
    rules.complex("cexp", |[z], r| [r.or_else(z.exp())]);
    rules
        .complex("clog", |[z], _| [z.recip()])
        .domain([(0.3, 2.0), (-2.0, 2.0)])
        .edge([-1.0, 0.0], [-1.0, 0.0, 0.0, -1.0], cut);
    rules
        .complex("clog10", |[z], _| {
            [z.recip().scale(z.re.constant(Constant::LOG10_E))]
        })
        .domain([(0.3, 2.0), (-2.0, 2.0)]);
    rules
        .complex("csqrt", |[_], r| [(r.real(0.5) / r).zero_where_zero(r)])
        .alias("cmplx_sqrt")
        .domain([(0.3, 2.0), (-2.0, 2.0)])
        .edge([0.0, 0.0], [0.0; 4], "branch point: 0, as for sqrt")
        .edge([-4.0, 0.0], [0.0, 0.25, -0.25, 0.0], cut);
    rules
        .complex("cpow", |[z, w], r| {
            [
                (w * (r / z)).zero_where_zero(w).at_zero_base(z, w.re),
                r * z.log(),
            ]
        })
        .domain([(0.3, 2.0), (-1.0, 1.0), (-1.5, 1.5), (-1.0, 1.0)]);
    // Integer exponents, as Fortran compilers call them.
    let integer_power = rules.function("cpowi", "ci>c", |x, r| {
        let (z, n) = (x.complex(0), x[2].to_float());
        let d = (r.complex(0) / z).scale(n).zero_where(n).at_zero_base(z, n);
        vec![d.re, -d.im, d.im, d.re]
    });
    let integer_power = integer_power
        .domain([(0.3, 2.0), (-1.0, 1.0), (-4.0, 4.0)])
        .edge([0.0, 0.0, 2.0], [0.0; 4], "z^2 is flat at 0")
        .edge([0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0], "the identity")
        .edge([0.0, 0.0, 0.0], [0.0; 4], "z^0 is constant");
    [
        "_FortranAcpowi",
        "_FortranAcpowk",
        "_FortranAzpowi",
        "_FortranAzpowk",
        "_FortranAcqpowi",
        "_FortranAcqpowk",
        "__mth_i_cpowi",
        "__mth_i_cdpowi",
    ]
    .into_iter()
    .fold(integer_power, |built, symbol| built.symbol(symbol));
}

impl<'a> Complex<'a> {
    fn or_else(self, other: Self) -> Self {
        Self::new(self.re.or(other.re), self.im.or(other.im))
    }

    /// 0 where the real number `x` is 0.
    fn zero_where(self, x: Expr<'a>) -> Self {
        Self::new(x.is(0.0).select(0.0, self.re), x.is(0.0).select(0.0, self.im))
    }

    /// The slope of `z^n` in `z`, computed as `n z^n / z`, put right for `z = 0`: 0 above exponent 1, and 1 at it.
    fn at_zero_base(self, z: Self, n: Expr<'a>) -> Self {
        let at_zero = (z.re.fabs() + z.im.fabs()).is(0.0);
        let one = n.constant(1.0);
        let slope =
            |otherwise: Expr<'a>, at_one: f64| one.lt(n).select(0.0, n.is(1.0).select(at_one, otherwise));
        Self::new(
            at_zero.select(slope(self.re, 1.0), self.re),
            at_zero.select(slope(self.im, 0.0), self.im),
        )
    }

    /// 0 where `z` is 0.
    fn zero_where_zero(self, z: Self) -> Self {
        self.zero_where(z.re.fabs() + z.im.fabs())
    }
}

/// Inverse functions are differentiated in terms of the result, which stays on the right sheet by itself:
/// `cos(casin z) = sqrt(1 - z^2)` with the principal root.
fn trigonometric(rules: &mut TableBuilder) {
    rules.complex("csin", |[z], _| [z.cos()]);
    rules.complex("ccos", |[z], _| [-z.sin()]);
    rules.complex("ctan", |[z], r| {
        [(z.real(1.0) + r.square()).or_else(z.cos().square().recip())]
    });
    rules.complex("casin", |[_], r| [r.cos().recip()]);
    rules.complex("cacos", |[_], r| [-r.sin().recip()]);
    rules
        .complex("catan", |[z], _| [(z.real(1.0) + z.square()).recip()])
        .domain([(-2.0, 2.0), (-0.8, 0.8)]);
}

fn hyperbolic(rules: &mut TableBuilder) {
    rules.complex("csinh", |[z], _| [z.cosh()]);
    rules.complex("ccosh", |[z], _| [z.sinh()]);
    rules.complex("ctanh", |[z], r| {
        [(z.real(1.0) - r.square()).or_else(z.cosh().square().recip())]
    });
    rules
        .complex("casinh", |[_], r| [r.cosh().recip()])
        .domain([(-2.0, 2.0), (-0.8, 0.8)]);
    rules
        .complex("cacosh", |[_], r| [r.sinh().recip()])
        .domain([(1.1, 2.0), (-2.0, 2.0)]);
    rules
        .complex("catanh", |[z], _| [(z.real(1.0) - z.square()).recip()])
        .domain([(-0.8, 0.8), (-2.0, 2.0)]);
}

/// Functions that are not holomorphic.
fn parts(rules: &mut TableBuilder) {
    rules
        .function("cabs", "c>f", |x, r| {
            let part = |k: usize| r[0].is(0.0).select(0.0, x[k] / r[0]);
            vec![part(0), part(1)]
        })
        .edge([0.0, 0.0], [0.0, 0.0], "kink: 0, as for hypot");
    rules
        .function("carg", "c>f", |x, _| {
            let z = x.complex(0);
            let inverse = z.recip();
            // d arg = Im(dz / z), and Im(i / z) = Re(1 / z).
            vec![inverse.im, inverse.re]
        })
        .domain([(0.3, 2.0), (-2.0, 2.0)]);
    let jacobian = |name, re: [f64; 2], im: [f64; 2]| {
        move |rules: &mut TableBuilder| {
            rules.function(name, "c>c", |x, _| {
                [re, im].concat().iter().map(|&v| x.constant(v)).collect()
            });
        }
    };
    jacobian("conj", [1.0, 0.0], [0.0, -1.0])(rules);
    rules
        .function("cproj", "c>c", |x, _| {
            [1.0, 0.0, 0.0, 1.0].iter().map(|&v| x.constant(v)).collect()
        })
        .edge(
            [f64::INFINITY, 1.0],
            [1.0, 0.0, 0.0, 1.0],
            "at infinity the identity counts",
        );
    rules.function("creal", "c>f", |x, _| vec![x.constant(1.0), x.constant(0.0)]);
    rules.function("cimag", "c>f", |x, _| vec![x.constant(0.0), x.constant(1.0)]);
}

/// The compiler's own runtime: `__muldc3(a, b, c, d)` is `(a + ib)(c + id)`, all four passed as floats.
///
/// The quotient's derivative is the mathematically right one for all four operands; Enzyme's rule for the imaginary
/// part of the divisor is not.
fn products(rules: &mut TableBuilder) {
    for name in ["__mulhc3", "__mulsc3", "__muldc3", "__mulxc3", "__multc3"] {
        rules
            .function(name, "ffff>c", |x, _| {
                let (a, b, c, d) = (x[0], x[1], x[2], x[3]);
                vec![c, -d, a, -b, d, c, b, a]
            })
            .no_errno();
    }
    for name in ["__divhc3", "__divsc3", "__divdc3", "__divxc3", "__divtc3"] {
        rules
            .function(name, "ffff>c", |x, r| {
                let inverse = Complex::new(x[2], x[3]).recip();
                let d = -(Complex::new(r[0], r[1]) * inverse);
                vec![
                    inverse.re,
                    -inverse.im,
                    d.re,
                    -d.im, //
                    inverse.im,
                    inverse.re,
                    d.im,
                    d.re,
                ]
            })
            .domain([(-2.0, 2.0), (-2.0, 2.0), (0.3, 2.0), (-2.0, 2.0)])
            .no_errno();
    }
    rules
        .complex("cmplx_inv", |[_], r| [-r.square()])
        .domain([(0.3, 2.0), (-2.0, 2.0)]);
}

/// Steven Johnson's Faddeeva package: complex functions with a second operand, the tolerated relative error, that
/// carries no derivative. The real versions are in [`crate::special`]. Far from the origin the slopes of erfcx, w and
/// Dawson's integral are differences of nearly equal numbers: their relative error grows like `|z|^2` roundings.
fn faddeeva(rules: &mut TableBuilder) {
    let two_over_root_pi = Constant::FRAC_2_SQRT_PI;
    tolerant(rules, "Faddeeva_erf", |z, _| {
        (-z.square()).exp().scale(z.re.constant(two_over_root_pi))
    });
    tolerant(rules, "Faddeeva_erfc", |z, _| {
        -(-z.square()).exp().scale(z.re.constant(two_over_root_pi))
    });
    tolerant(rules, "Faddeeva_erfi", |z, _| {
        z.square().exp().scale(z.re.constant(two_over_root_pi))
    });
    tolerant(rules, "Faddeeva_erfcx", |z, r| {
        z * r + z * r - Complex::new(z.re.constant(two_over_root_pi), z.re.constant(0.0))
    });
    tolerant(rules, "Faddeeva_dawson", |z, r| z.real(1.0) - (z * r + z * r));
    tolerant(rules, "Faddeeva_w", |z, r| {
        Complex::new(z.re.constant(0.0), z.re.constant(two_over_root_pi)) - (z * r + z * r)
    });
}

fn tolerant(
    rules: &mut TableBuilder,
    name: &'static str,
    derivative: impl for<'a> FnOnce(Complex<'a>, Complex<'a>) -> Complex<'a>,
) {
    rules
        .function(name, "cf>c", |x, r| {
            let d = derivative(x.complex(0), r.complex(0));
            let zero = x.constant(0.0);
            vec![d.re, -d.im, zero, d.im, d.re, zero]
        })
        .domain([(-1.0, 1.0), (-1.0, 1.0), (0.0, 0.0)]);
}
