//! Everything here is refused, at the line that the test names.
#![feature(autodiff)]
use std::autodiff::{autodiff_forward, autodiff_reverse};

unsafe extern "C" {
    safe fn unknown_energy(x: f64) -> f64;
}

#[autodiff_reverse(d_foreign, Active, Active)]
fn foreign(x: f64) -> f64 {
    x + unknown_energy(x)
}

#[autodiff_reverse(d_pair, Active, Active)]
fn pair_result(x: f64) -> (f64, f64) {
    (x, x * x)
}

#[autodiff_reverse(d_called, Const, Active, Active)]
fn called(f: Option<fn(f64, u128) -> f64>, x: f64) -> f64 {
    f.unwrap()(x, 1) * x // No function of the program has this type.
}

#[autodiff_reverse(d_threads, Duplicated, Active)]
fn threads(x: &[f64]) -> f64 {
    let (left, right) = x.split_at(x.len() / 2);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| left.iter().map(|x| x * x).sum::<f64>());
        let two = scope.spawn(|| right.iter().map(|x| x * x).sum::<f64>());
        one.join().unwrap() + two.join().unwrap()
    })
}

#[autodiff_reverse(d_assembly, Active, Active)]
fn assembly(x: f64) -> f64 {
    let y: f64;
    unsafe { std::arch::asm!("addsd {0}, {0}", inout(xmm_reg) x => y) };
    y
}

#[autodiff_reverse(d_wide, 2, Active, Active)]
fn wide(x: f64) -> f64 {
    x * x
}

#[autodiff_forward(d_cast, Dual, Dual)]
fn cast(x: f64) -> f64 {
    f64::from_bits(x.to_bits() ^ 0xff)
}

fn main() {
    let mut d = [0.0; 2];
    println!("{:?}", d_foreign(1.0, 1.0));
    println!("{:?}", d_pair(1.0, (1.0, 0.0)));
    println!("{:?}", d_called(std::hint::black_box(None), 1.0, 1.0));
    println!("{:?}", d_threads(&[1.0, 2.0], &mut d, 1.0));
    println!("{:?}", d_assembly(1.0, 1.0));
    println!("{:?}", d_wide(1.0, 1.0));
    println!("{:?}", d_cast(1.0, 1.0));
}
