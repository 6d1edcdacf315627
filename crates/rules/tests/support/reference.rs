//! Closed forms and series for functions that the C library lacks, or has only since a newer version than some machine's.

use std::f64::consts::{PI, SQRT_2};

use super::native;

type C = (f64, f64);

fn libm(name: &str, x: f64) -> f64 {
    native::value(name, "f>f", &[x]).map_or(f64::NAN, |v| v[0])
}

/// The value of `name` at `x`, if it has a reference here.
pub fn value(name: &str, x: &[f64]) -> Option<Vec<f64>> {
    scalar(name, x)
        .map(|v| vec![v])
        .or_else(|| several(name, x))
        .or_else(|| complex(name, x).map(|(a, b)| vec![a, b]))
}

fn scalar(name: &str, x: &[f64]) -> Option<f64> {
    let a = x.first().copied().unwrap_or(f64::NAN);
    let b = x.get(1).copied().unwrap_or(f64::NAN);
    Some(match name {
        "instruction fneg" => -a,
        "instruction fadd" | "__fadd" => a + b,
        "instruction fsub" | "__fsub" => a - b,
        "instruction fmul" | "__fmul" => a * b,
        "instruction fdiv" | "__fdiv" => a / b,
        "instruction frem" => a % b,
        "instruction fpext" | "instruction fptrunc" | "instruction freeze" | "llvm.canonicalize" => a,
        "rcp" => a.recip(),
        "__saturate" => a.clamp(0.0, 1.0),
        "sinpi" => (PI * a).sin(),
        "cospi" => (PI * a).cos(),
        "tanpi" => (PI * a).tan(),
        "asinpi" => a.asin() / PI,
        "acospi" => a.acos() / PI,
        "atanpi" => a.atan() / PI,
        "atan2pi" => a.atan2(b) / PI,
        "exp2m1" => (a * std::f64::consts::LN_2).exp_m1(),
        "exp10m1" => (a * std::f64::consts::LN_10).exp_m1(),
        "log2p1" => a.ln_1p() / std::f64::consts::LN_2,
        "log10p1" => a.ln_1p() / std::f64::consts::LN_10,
        "xlogy_jl" => {
            if a == 0.0 {
                0.0
            } else {
                a * b.ln()
            }
        }
        "powr" => a.powf(b),
        "powi" | "pown" => a.powi(b as i32),
        "compoundn" => (1.0 + a).powi(b as i32),
        "rootn" => {
            if a < 0.0 {
                -(-a).powf(b.recip())
            } else {
                a.powf(b.recip())
            }
        }
        "rsqrt" => a.sqrt().recip(),
        "rcbrt" => a.cbrt().recip(),
        "norm3d" | "norm4d" => norm(x),
        "rhypot" | "rnorm3d" | "rnorm4d" => norm(x).recip(),
        "_FortranAModuloReal" => a.rem_euclid(b),
        "_FortranAFraction" => native::value("frexp", "fI>f", &[a])?[0],
        "_FortranASetExponent" => native::value("frexp", "fI>f", &[a])?[0] * 2f64.powi(b as i32),
        "_FortranANearest" => {
            if b > 0.0 {
                a.next_up()
            } else {
                a.next_down()
            }
        }
        "_FortranASpacing" => 2f64.powi(a.abs().log2().floor() as i32 - 52),
        "_FortranARRSpacing" => (a / 2f64.powi(a.abs().log2().floor() as i32 - 52)).abs(),
        "jl_rem2pi" => a % (2.0 * PI),
        _ => return special(name, a).or_else(|| extremum(name, a, b)),
    })
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn extremum(name: &str, a: f64, b: f64) -> Option<f64> {
    let magnitude = name.contains("mag");
    let (ka, kb) = if magnitude { (a.abs(), b.abs()) } else { (a, b) };
    let prefer_a = match name {
        "fminimum" | "fminimum_num" | "fminimum_mag" | "fminimum_mag_num" | "fminmag" => {
            ka < kb || (ka == kb && a < b)
        }
        "fmaximum" | "fmaximum_num" | "fmaximum_mag" | "fmaximum_mag_num" | "fmaxmag" => {
            ka > kb || (ka == kb && a > b)
        }
        _ => return None,
    };
    let quiet = name.ends_with("num") || name.ends_with("nmag") || name.ends_with("xmag");
    Some(match (a.is_nan(), b.is_nan()) {
        (false, false) => {
            if prefer_a {
                a
            } else {
                b
            }
        }
        (true, false) if quiet => b,
        (false, true) if quiet => a,
        _ => f64::NAN,
    })
}

fn special(name: &str, x: f64) -> Option<f64> {
    Some(match name {
        "erfi" => erf_series((0.0, x)).1,
        "erfcx" => (x * x).exp() * libm("erfc", x),
        "dawson" => dawson(x),
        "Faddeeva_w_im" => 2.0 / PI.sqrt() * dawson(x),
        "normcdf" => 0.5 * libm("erfc", -x / SQRT_2),
        "erfinv" => bisect(|y| libm("erf", y) - x, -6.0, 6.0),
        "erfcinv" => bisect(|y| x - libm("erfc", y), -6.0, 30.0),
        "normcdfinv" => bisect(|y| 0.5 * libm("erfc", -y / SQRT_2) - x, -40.0, 9.0),
        "cyl_bessel_i0" => bessel_i(0, x),
        "cyl_bessel_i1" => bessel_i(1, x),
        "sinc" => {
            if x == 0.0 {
                1.0
            } else {
                (PI * x).sin() / (PI * x)
            }
        }
        "sincn" => {
            if x == 0.0 {
                1.0
            } else {
                x.sin() / x
            }
        }
        _ => return None,
    })
}

fn dawson(x: f64) -> f64 {
    PI.sqrt() / 2.0 * (-x * x).exp() * erf_series((0.0, x)).1
}

/// The root of the increasing function `f`; infinite at the ends of the range.
fn bisect(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    if f(high) <= 0.0 {
        return f64::INFINITY;
    }
    if f(low) >= 0.0 {
        return f64::NEG_INFINITY;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if f(middle) < 0.0 {
            low = middle
        } else {
            high = middle
        }
    }
    0.5 * (low + high)
}

fn bessel_i(n: i32, x: f64) -> f64 {
    let mut term = (x / 2.0).powi(n);
    let mut sum = 0.0;
    for k in 1..60 {
        sum += term;
        term *= x * x / 4.0 / (f64::from(k) * f64::from(k + n));
    }
    sum
}

fn several(name: &str, x: &[f64]) -> Option<Vec<f64>> {
    let a = x.first().copied()?;
    let native = |name, signature| native::value(name, signature, &[a]);
    match name {
        "llvm.sincos" | "__ocml_sincos" => Some(vec![a.sin(), a.cos()]),
        "llvm.sincospi" | "sincospi" | "__ocml_sincospi" => Some(vec![(PI * a).sin(), (PI * a).cos()]),
        "llvm.modf" => native("modf", "fF>f"),
        "llvm.frexp" => native("frexp", "fI>f"),
        "logabsgamma" => native("lgamma_r", "fI>f"),
        // The second operand is a long double; the direction is up.
        "nexttoward" => native::value("nextafter", "ff>f", &[a, f64::INFINITY]),
        "roundeven" => Some(vec![a.round_ties_even()]),
        "instruction uitofp" | "instruction sitofp" => Some(vec![a]),
        _ => None,
    }
}

fn mul((a, b): C, (c, d): C) -> C {
    (a * c - b * d, a * d + b * c)
}

fn div((a, b): C, (c, d): C) -> C {
    let n = c * c + d * d;
    ((a * c + b * d) / n, (b * c - a * d) / n)
}

fn exp((a, b): C) -> C {
    (a.exp() * b.cos(), a.exp() * b.sin())
}

/// erf of a complex number by its Maclaurin series; good for |z| up to about 3.
fn erf_series(z: C) -> C {
    let square = mul(z, z);
    let mut power = z;
    let mut sum = (0.0, 0.0);
    for k in 0..120 {
        let odd = f64::from(2 * k + 1);
        sum = (sum.0 + power.0 / odd, sum.1 + power.1 / odd);
        let next = mul(power, square);
        power = (-next.0 / f64::from(k + 1), -next.1 / f64::from(k + 1));
    }
    let factor = 2.0 / PI.sqrt();
    (factor * sum.0, factor * sum.1)
}

fn complex(name: &str, x: &[f64]) -> Option<C> {
    let z = (*x.first()?, *x.get(1)?);
    let minus_i = |(a, b): C| (b, -a);
    let neg = |(a, b): C| (-a, -b);
    let erfc = |z| (1.0 - erf_series(z).0, -erf_series(z).1);
    Some(match name {
        _ if name.starts_with("__mul") => mul(z, (x[2], x[3])),
        _ if name.starts_with("__div") => div(z, (x[2], x[3])),
        "cmplx_inv" => div((1.0, 0.0), z),
        "cpowi" => {
            let n = x[2] as i32;
            let power = (0..n.abs()).fold((1.0, 0.0), |p, _| mul(p, z));
            if n < 0 { div((1.0, 0.0), power) } else { power }
        }
        "Faddeeva_erf" => erf_series(z),
        "Faddeeva_erfc" => erfc(z),
        // erfi z = -i erf(iz)
        "Faddeeva_erfi" => minus_i(erf_series((-z.1, z.0))),
        "Faddeeva_erfcx" => mul(exp(mul(z, z)), erfc(z)),
        "Faddeeva_dawson" => {
            let erfi = minus_i(erf_series((-z.1, z.0)));
            let (a, b) = mul(exp(neg(mul(z, z))), erfi);
            (PI.sqrt() / 2.0 * a, PI.sqrt() / 2.0 * b)
        }
        // w z = exp(-z^2) erfc(-iz)
        "Faddeeva_w" => mul(exp(neg(mul(z, z))), erfc(minus_i(z))),
        _ => return None,
    })
}
