//! Plans of small functions.

mod callees;
mod carried;
mod choices;
mod memory;
mod nests;
mod refills;
mod repeats;
mod replay;
mod support;
mod thrift;
