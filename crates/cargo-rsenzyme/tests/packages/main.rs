//! `cargo rsenzyme` on packages, as a user calls it. One program for all, as they share much and wait for each other anyway.

mod bad_input;
mod examples;
mod installed;
mod language;
mod programs;
mod std_autodiff;
mod support;
