//! Plans of small functions.

mod callees;
mod carried;
mod choices;
mod memory;
mod nests;
mod once;
mod refills;
mod repeats;
mod replay;
mod support;
mod thrift;
