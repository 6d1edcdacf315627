// EXPECT: enzyme_width takes a constant number
#![crate_type = "cdylib"]

unsafe extern "C" {
    fn __enzyme_fwddiff(f: *const (), ...) -> f64;
    static enzyme_width: i32;
}

#[inline(never)]
extern "C" fn f(a: f64) -> f64 {
    a * a
}

#[unsafe(no_mangle)]
pub extern "C" fn df(x: f64, width: i32) -> f64 {
    unsafe { __enzyme_fwddiff(f as *const (), enzyme_width, width, x, 1.0_f64) } // HERE
}
