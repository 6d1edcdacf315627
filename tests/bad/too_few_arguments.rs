// EXPECT: too few arguments to __enzyme_fwddiff
// EXPECT: takes 3 arguments
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
}

#[inline(never)]
extern "C" fn f(a: f64, b: f64, c: f64) -> f64 {
    a * b * c
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64) -> f64 {
    unsafe { __enzyme_fwddiff(f as *const (), x, 1.0_f64, x, 1.0_f64) } // HERE
}
