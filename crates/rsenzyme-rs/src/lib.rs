//! Derivatives of Rust functions on a stable toolchain.
//!
//! ```no_run
//! use rsenzyme_rs::{autodiff_forward, jacobian};
//!
//! #[autodiff_forward(energy_tangent, Dual, Const, Dual)]
//! fn energy(x: &[f64], stiffness: f64) -> f64 {
//!     x.iter().map(|x| 0.5 * stiffness * x * x).sum()
//! }
//!
//! fn main() {
//!     let (value, tangent) = energy_tangent(&[1.0, 2.0], &[1.0, 0.0], 3.0);
//!     println!("{value} {tangent}");
//!     println!("{:?}", jacobian(|x: &[f64; 2]| [x[0] * x[1], x[0].sin()], &[1.0, 2.0]));
//! }
//! ```
//!
//! Build with `cargo rsenzyme build` (or `run`, `test`): its linker step differentiates the optimized program. With a plain `cargo build` a
//! program that takes a derivative fails to link, and the missing symbol says why; it never computes a zero.
//!
//! # Attributes
//! [`autodiff_forward`] and [`autodiff_reverse`] have the syntax and the activities of `std::autodiff`'s, so that code moves between the two by one `use`.
//! Their documentation lists the shapes of the generated functions.
//!
//! # How a request is made
//! Calling conventions take arguments apart in many ways. So the function is differentiated through an adapter that takes three
//! addresses: of the arguments with a shadow, of the constant ones, and of the result (module `request`). Optimization removes the packing.
//!
//! # What it does not know
//! Shadows of types with inner memory (a structure with a `Vec`, a list) must have the shape of the primal value; only the lengths of slices and
//! vectors that are arguments themselves are checked.

#![no_std]

mod helpers;
mod pack;
mod plain;
mod request;

pub use helpers::{
    derivative, gradient, gradient_into, hessian, hessian_vector_product, hessian_vector_product_into,
    jacobian, jvp, value_and_gradient, value_and_gradient_into, vjp, vjp_into,
};
pub use plain::{Plain, Scalar};
pub use rsenzyme_macros::{autodiff_forward, autodiff_reverse};

/// What the attributes expand to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::pack::{Pack, lane, lane_mut, same_length};
    pub use crate::plain::zero;
    pub use crate::request::{forward, forward_inactive, reverse, reverse_inactive};
}
