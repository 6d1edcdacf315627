//! Kernels that are not part of ADBench.

pub mod brusselator;
pub mod cholesky;
pub mod fft;
pub mod heat;
pub mod logsumexp;
pub mod matrix_descent;
pub mod mlp;
pub mod nbody;
pub mod ode;
pub mod taylor;
