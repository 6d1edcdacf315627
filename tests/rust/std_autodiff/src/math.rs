//! The methods of `f64` and `f32`.

use std::autodiff::autodiff_reverse;
use std::hint::black_box as hide;

use crate::check::{close_to, differences};

macro_rules! methods {
    ($($module:ident: $at:literal, |$x:ident: $float:ty| $body:expr;)*) => {
        $(
            mod $module {
                use super::*;

                #[autodiff_reverse(derivative, Active, Active)]
                fn value($x: $float) -> $float {
                    $body
                }

                pub fn check() {
                    let at: $float = hide($at);
                    let (result, got) = derivative(at, 1.0);
                    #[allow(clippy::unnecessary_cast)]
                    let (wide, tolerance) = (|$x: f64| -> f64 { $body as f64 }, <$float>::EPSILON as f64);
                    let expected = differences(|x| wide(x[0]), &[at as f64]);
                    close_to(stringify!($module), &[result as f64], &[wide(at as f64)], 8.0 * tolerance);
                    close_to(stringify!($module), &[got as f64], &expected, 1e-8 + 32.0 * tolerance);
                }
            }
        )*

        pub fn run() {
            $($module::check();)*
        }
    };
}

methods! {
    sin_f64: 0.7, |x: f64| x.sin();
    cos_f64: 0.7, |x: f64| x.cos();
    tan_f64: 0.7, |x: f64| x.tan();
    asin_f64: 0.3, |x: f64| x.asin();
    acos_f64: 0.3, |x: f64| x.acos();
    atan_f64: 0.7, |x: f64| x.atan();
    sinh_f64: 0.7, |x: f64| x.sinh();
    cosh_f64: 0.7, |x: f64| x.cosh();
    tanh_f64: 0.7, |x: f64| x.tanh();
    asinh_f64: 0.7, |x: f64| x.asinh();
    acosh_f64: 1.7, |x: f64| x.acosh();
    atanh_f64: 0.3, |x: f64| x.atanh();
    exp_f64: 0.7, |x: f64| x.exp();
    exp2_f64: 0.7, |x: f64| x.exp2();
    exp_m1_f64: 0.7, |x: f64| x.exp_m1();
    ln_f64: 0.7, |x: f64| x.ln();
    log2_f64: 0.7, |x: f64| x.log2();
    log10_f64: 0.7, |x: f64| x.log10();
    ln_1p_f64: 0.7, |x: f64| x.ln_1p();
    sqrt_f64: 0.7, |x: f64| x.sqrt();
    cbrt_f64: 0.7, |x: f64| x.cbrt();
    abs_f64: -0.7, |x: f64| x.abs();
    recip_f64: 0.7, |x: f64| x.recip();
    floor_f64: 0.7, |x: f64| x.floor();
    ceil_f64: 0.7, |x: f64| x.ceil();
    round_f64: 0.7, |x: f64| x.round();
    trunc_f64: 0.7, |x: f64| x.trunc();
    fract_f64: 0.7, |x: f64| x.fract();
    signum_f64: 0.7, |x: f64| x.signum();
    to_radians_f64: 0.7, |x: f64| x.to_radians();
    to_degrees_f64: 0.7, |x: f64| x.to_degrees();
    powf_f64: 0.7, |x: f64| x.powf(1.7);
    powi_f64: 0.7, |x: f64| x.powi(3);
    atan2_f64: 0.7, |x: f64| x.atan2(0.4);
    hypot_f64: 0.7, |x: f64| x.hypot(0.4);
    max_f64: 0.7, |x: f64| x.max(0.4);
    min_f64: 0.7, |x: f64| x.min(0.4);
    copysign_f64: 0.7, |x: f64| x.copysign(-0.4);
    rem_euclid_f64: 0.7, |x: f64| x.rem_euclid(0.4);
    log_f64: 0.7, |x: f64| x.log(3.0);
    clamp_f64: 0.7, |x: f64| x.clamp(0.1, 0.9);
    mul_add_f64: 0.7, |x: f64| x.mul_add(x, 0.5);
    sin_cos_f64: 0.7, |x: f64| x.sin_cos().0 * x.sin_cos().1;
    sin_f32: 0.7, |x: f32| x.sin();
    cos_f32: 0.7, |x: f32| x.cos();
    tan_f32: 0.7, |x: f32| x.tan();
    asin_f32: 0.3, |x: f32| x.asin();
    acos_f32: 0.3, |x: f32| x.acos();
    atan_f32: 0.7, |x: f32| x.atan();
    sinh_f32: 0.7, |x: f32| x.sinh();
    cosh_f32: 0.7, |x: f32| x.cosh();
    tanh_f32: 0.7, |x: f32| x.tanh();
    asinh_f32: 0.7, |x: f32| x.asinh();
    acosh_f32: 1.7, |x: f32| x.acosh();
    atanh_f32: 0.3, |x: f32| x.atanh();
    exp_f32: 0.7, |x: f32| x.exp();
    exp2_f32: 0.7, |x: f32| x.exp2();
    exp_m1_f32: 0.7, |x: f32| x.exp_m1();
    ln_f32: 0.7, |x: f32| x.ln();
    log2_f32: 0.7, |x: f32| x.log2();
    log10_f32: 0.7, |x: f32| x.log10();
    ln_1p_f32: 0.7, |x: f32| x.ln_1p();
    sqrt_f32: 0.7, |x: f32| x.sqrt();
    cbrt_f32: 0.7, |x: f32| x.cbrt();
    abs_f32: -0.7, |x: f32| x.abs();
    recip_f32: 0.7, |x: f32| x.recip();
    floor_f32: 0.7, |x: f32| x.floor();
    ceil_f32: 0.7, |x: f32| x.ceil();
    round_f32: 0.7, |x: f32| x.round();
    trunc_f32: 0.7, |x: f32| x.trunc();
    fract_f32: 0.7, |x: f32| x.fract();
    signum_f32: 0.7, |x: f32| x.signum();
    powf_f32: 0.7, |x: f32| x.powf(1.7);
    powi_f32: 0.7, |x: f32| x.powi(3);
    atan2_f32: 0.7, |x: f32| x.atan2(0.4);
    hypot_f32: 0.7, |x: f32| x.hypot(0.4);
    max_f32: 0.7, |x: f32| x.max(0.4);
    min_f32: 0.7, |x: f32| x.min(0.4);
    copysign_f32: 0.7, |x: f32| x.copysign(-0.4);
    rem_euclid_f32: 0.7, |x: f32| x.rem_euclid(0.4);
    log_f32: 0.7, |x: f32| x.log(3.0);
    clamp_f32: 0.7, |x: f32| x.clamp(0.1, 0.9);
    mul_add_f32: 0.7, |x: f32| x.mul_add(x, 0.5);
    sin_cos_f32: 0.7, |x: f32| x.sin_cos().0 * x.sin_cos().1;
}
