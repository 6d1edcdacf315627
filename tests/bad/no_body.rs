// EXPECT: cannot differentiate `elsewhere`
// EXPECT: no body in this module
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
    fn elsewhere(x: f64) -> f64;
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64) -> f64 {
    unsafe { __enzyme_fwddiff(elsewhere as *const (), x, 1.0_f64) } // HERE
}
