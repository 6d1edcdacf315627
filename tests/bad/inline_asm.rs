// EXPECT: asm
// EXPECT: `f`
#![crate_type = "cdylib"]

use std::arch::asm;

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
}

#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn f(x: f64) -> f64 {
    let mut y = x;
    unsafe { asm!("addsd {0}, {1}", inout(xmm_reg) y, in(xmm_reg) x) }; // HERE
    y * x
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64) -> f64 {
    unsafe { __enzyme_fwddiff(f as *const (), x, 1.0_f64) }
}
