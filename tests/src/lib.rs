//! What the test runners share: the tools, commands with a time limit, the plugin's file, and the corpus of programs.
//!
//! `programs/` holds C programs, `cxx/` C++ programs, `ir/` LLVM IR with a C driver each, `bad/` input that must be refused.
//! Every program checks derivatives against closed forms or difference quotients by itself and returns the number of failures,
//! so that a runner only compiles and runs. See `include/check.h`.

pub mod command;
pub mod hosts;
pub mod plugin;
pub mod program;
pub mod refusal;
pub mod route;
pub mod runner;
