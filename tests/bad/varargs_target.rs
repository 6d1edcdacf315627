// EXPECT: cannot differentiate `printf`
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
    fn printf(format: *const u8, ...) -> i32;
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64) -> f64 {
    unsafe { __enzyme_fwddiff(printf as *const (), c"%g".as_ptr().cast::<u8>(), x, 1.0_f64) } // HERE
}
