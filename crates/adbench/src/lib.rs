//! ADBench's objectives and further kernels, in C: their derivatives are checked against the complex step and timed against the primal.
//!
//! | folder | what |
//! |---|---|
//! | `objectives/` | the mathematics, one file each; the same text compiles with real and with complex numbers, with and without `restrict` |
//! | `requests/` | the calls of `__enzyme_fwddiff` and `__enzyme_autodiff` that make the derivatives |
//! | `manual/` | gradients written by hand, as a programmer without a tool would write them |
//! | `harness/` | readers of ADBench's files, the comparison with the complex step (`verify.c`), the clock (`bench.c`) |
//!
//! An executable has one objective. Each of its columns (primal, complex step, forward, reverse, by hand) is an object file of its own,
//! so that none is compiled with knowledge of another: [`compile`]. Inputs are ADBench's files or generated ones: [`generate`].
//!
//! This is the provisional harness. It knows neither other tools nor finite differences as columns, draws no plots, and measures the
//! C objectives only.

pub mod bench;
pub mod compile;
pub mod generate;
pub mod objective;
