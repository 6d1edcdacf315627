// EXPECT: mystery
// EXPECT: `f`
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
    fn mystery(x: f64) -> f64;
}

#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn f(x: f64) -> f64 {
    unsafe { mystery(x) * x } // HERE
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64) -> f64 {
    unsafe { __enzyme_fwddiff(f as *const (), x, 1.0_f64) }
}
