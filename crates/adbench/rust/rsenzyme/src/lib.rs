//! Two columns of the comparison: rsenzyme on Rust by the attributes of rsenzyme-rs on a stable toolchain, and by those of `std::autodiff` with rsenzyme
//! as rustc's backend. Gradients come from the attribute in both. Jacobians come from the calls that C makes, too, on stable; the attribute has
//! no reverse mode of several rows, so that with `std::autodiff` bundle adjustment goes row by row.
#![cfg_attr(feature = "std-autodiff", feature(autodiff))]

use objectives::Call;

#[cfg_attr(feature = "std-autodiff", path = "jacobians_by_attribute.rs")]
mod jacobians;

/// The gradient of a weighted sum of an objective's outputs.
macro_rules! gradient {
    (ba, $objective:path, $given:ty) => {};
    ($name:ident, $objective:path, $given:ty) => {
        mod $name {
            use objectives::Call;
            #[cfg(feature = "rsenzyme")]
            use rsenzyme_rs::autodiff_reverse;
            #[cfg(feature = "std-autodiff")]
            use std::autodiff::autodiff_reverse;

            #[autodiff_reverse(reverse, Const, Duplicated, Duplicated)]
            fn objective(given: &$given, x: &[f64], y: &mut [f64]) {
                $objective(given, x, y);
            }

            #[unsafe(export_name = concat!(stringify!($name), "_gradient"))]
            extern "C" fn gradient(call: &Call) {
                // SAFETY: the harness gives each objective its own constants.
                let given = unsafe { &*call.given.cast::<$given>() };
                let (result, mut w) = (call.result(), call.w().to_vec());
                result.fill(0.0);
                reverse(given, call.x(), result, call.y(), &mut w);
            }
        }
    };
}

objectives::for_each_objective!(gradient);

#[unsafe(no_mangle)]
extern "C" fn ba_jacobian(call: &Call) {
    jacobians::ba(call);
}

#[unsafe(no_mangle)]
extern "C" fn hand_jacobian(call: &Call) {
    jacobians::hand(call);
}
