//! The objectives of `objectives/*.c` in Rust, from the same mathematics with the same operations in the same order, for any number type.
//!
//! `cargo xtask bench` compiles them with `f64` for rsenzyme, and with the number types of crates that overload operators. Objectives take
//! their constants as C's harness has them ([`given`]); [`Call`] is how a column is called.

pub mod call;
pub mod given;
mod real;

mod adbench;
mod kernels;

pub use adbench::{ba, gmm, hand, lstm};
pub use call::Call;
pub use kernels::{brusselator, cholesky, fft, heat, logsumexp, matrix_descent, mlp, nbody, ode, taylor};
pub use real::Real;

/// Calls a macro with each objective: its name, the module and function that evaluate it, and the type of its constants.
#[macro_export]
macro_rules! for_each_objective {
    ($macro:ident) => {
        $macro!(gmm, $crate::gmm::objective, $crate::given::Gmm);
        $macro!(ba, $crate::ba::objective, $crate::given::Ba);
        $macro!(hand, $crate::hand::objective, $crate::given::Hand);
        $macro!(lstm, $crate::lstm::objective, $crate::given::Lstm);
        $macro!(
            logsumexp,
            $crate::logsumexp::objective,
            $crate::given::Kernel
        );
        $macro!(fft, $crate::fft::recursive, $crate::given::Kernel);
        $macro!(fft_iterative, $crate::fft::iterative, $crate::given::Kernel);
        $macro!(ode, $crate::ode::adaptive, $crate::given::Kernel);
        $macro!(ode_fixed, $crate::ode::fixed, $crate::given::Kernel);
        $macro!(taylor_log, $crate::taylor::objective, $crate::given::Kernel);
        $macro!(
            brusselator,
            $crate::brusselator::objective,
            $crate::given::Kernel
        );
        $macro!(
            matrix_descent,
            $crate::matrix_descent::objective,
            $crate::given::Kernel
        );
        $macro!(mlp, $crate::mlp::objective, $crate::given::Kernel);
        $macro!(heat, $crate::heat::objective, $crate::given::Kernel);
        $macro!(cholesky, $crate::cholesky::objective, $crate::given::Kernel);
        $macro!(nbody, $crate::nbody::objective, $crate::given::Kernel);
    };
}
