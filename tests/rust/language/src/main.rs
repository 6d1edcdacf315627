//! Rust code as it is, in forward and reverse mode, against difference quotients of the programs themselves.

mod check;
mod containers;
mod dynamic;
mod iterators;
mod panics;
mod types;

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut checks = check::Checks::default();
    panics::all(&mut checks);
    iterators::all(&mut checks);
    containers::vectors(&mut checks);
    containers::pointers(&mut checks);
    containers::maps_and_text(&mut checks);
    types::enums(&mut checks);
    types::traits(&mut checks);
    types::threads(&mut checks);
    dynamic::all(&mut checks);
    if !checks.report() {
        std::process::exit(1);
    }
    println!("all programs are right");
}
