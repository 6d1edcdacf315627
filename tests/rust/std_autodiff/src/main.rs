//! Derivatives by rustc's own `std::autodiff`, checked against closed forms and difference quotients.
#![feature(autodiff)]
#![allow(dead_code)]

mod activities;
mod check;
mod containers;
mod control;
mod math;
#[cfg(feature = "methods")]
mod methods;
mod shapes;
mod types;

fn main() {
    activities::run();
    shapes::run();
    control::run();
    containers::run();
    types::run();
    math::run();
    #[cfg(feature = "methods")]
    methods::run();
    check::finish();
}
