// EXPECT: misses the shadow of argument 1 of `f`
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
}

#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn f(a: f64, p: *const f64) -> f64 {
    a * unsafe { *p }
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64, p: *const f64) -> f64 {
    unsafe { __enzyme_fwddiff(f as *const (), x, 1.0_f64, p) } // HERE
}
