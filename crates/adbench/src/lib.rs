//! ADBench's objectives and further kernels: their derivatives are checked against the complex step and compared with those of other tools.
//!
//! | folder | what |
//! |---|---|
//! | `objectives/` | the mathematics in C, one file each; the same text compiles with real and complex numbers, with and without `restrict`, and in C++ with number types that overload operators |
//! | `requests/` | the calls of `__enzyme_fwddiff` and `__enzyme_autodiff` that make the derivatives |
//! | `manual/` | derivatives written by hand, as a programmer without a tool would write them |
//! | `columns/` | what makes any of these, and ADOL-C and Sacado, a column of the comparison |
//! | `harness/` | readers of ADBench's files, the comparison with the complex step (`verify.c`), the clock (`worker.c`) |
//! | `rust/` | the objectives in Rust for any number type, and packages that differentiate them: by rsenzyme, by published crates |
//!
//! A column is a shared object that knows nothing of the others ([`column`], [`build`], [`compile`], [`package`]). A [`worker`] process loads it and runs it on
//! an input, ADBench's or a generated one ([`objective`], [`generate`]). [`measure`] compares and times the columns of a case, [`run`] goes through all
//! cases, [`results`] keeps what came out; [`report`], [`export`], [`page`] and [`plot`] show it.

pub mod build;
pub mod column;
pub mod compile;
pub mod export;
pub mod generate;
pub mod measure;
pub mod objective;
pub mod package;
pub mod page;
pub mod peer;
pub mod plot;
pub mod report;
pub mod results;
pub mod run;
pub mod worker;
