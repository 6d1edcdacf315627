//! Calls of the C library by name, through `dlsym`: no list of functions, so that a new entry is tested at once.

use std::ffi::{CString, c_char, c_int, c_void};

#[repr(C)]
#[derive(Clone, Copy)]
struct Complex(f64, f64);

unsafe extern "C" {
    fn dlopen(name: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

fn symbol(name: &str) -> Option<*mut c_void> {
    const RTLD_NOW: c_int = 2;
    let name = CString::new(name).ok()?;
    ["libm.so.6", "libc.so.6"].iter().find_map(|library| {
        let library = CString::new(*library).ok()?;
        // SAFETY: both strings are NUL-terminated; loading libm and libc has no other effect.
        let address = unsafe { dlsym(dlopen(library.as_ptr(), RTLD_NOW), name.as_ptr()) };
        (!address.is_null()).then_some(address)
    })
}

/// Defines a call of `$address` as a C function of that type.
macro_rules! call {
    ($address:expr, fn($($t:ty),*) -> $r:ty, $($x:expr),*) => {{
        // SAFETY: the entry's signature, which the caller matched, is the C prototype of the function at double
        // precision; integers are passed in full registers, of which C reads the part it needs.
        let function: unsafe extern "C" fn($($t),*) -> $r = unsafe { std::mem::transmute($address) };
        // SAFETY: as above; pointers are to live locals.
        unsafe { function($($x),*) }
    }};
}

/// The outputs of the C function `name` with that signature.
pub fn value(name: &str, signature: &str, x: &[f64]) -> Option<Vec<f64>> {
    let f = symbol(name)?;
    Some(match signature {
        "f>f" => vec![call!(f, fn(f64) -> f64, x[0])],
        "ff>f" => vec![call!(f, fn(f64, f64) -> f64, x[0], x[1])],
        "fff>f" => vec![call!(f, fn(f64, f64, f64) -> f64, x[0], x[1], x[2])],
        "fi>f" => vec![call!(f, fn(f64, i64) -> f64, x[0], x[1] as i64)],
        "if>f" => vec![call!(f, fn(i64, f64) -> f64, x[0] as i64, x[1])],
        "fF>f" => {
            let mut out = 0.0;
            vec![call!(f, fn(f64, *mut f64) -> f64, x[0], &mut out), out]
        }
        "fI>f" => {
            let mut out: c_int = 0;
            vec![
                call!(f, fn(f64, *mut c_int) -> f64, x[0], &mut out),
                f64::from(out),
            ]
        }
        "ffI>f" => {
            let mut out: c_int = 0;
            vec![
                call!(f, fn(f64, f64, *mut c_int) -> f64, x[0], x[1], &mut out),
                f64::from(out),
            ]
        }
        "fFF>v" => {
            let (mut a, mut b) = (0.0, 0.0);
            call!(f, fn(f64, *mut f64, *mut f64) -> (), x[0], &mut a, &mut b);
            vec![a, b]
        }
        "c>c" => {
            let r = call!(f, fn(Complex) -> Complex, Complex(x[0], x[1]));
            vec![r.0, r.1]
        }
        "cc>c" => {
            let r = call!(
                f,
                fn(Complex, Complex) -> Complex,
                Complex(x[0], x[1]),
                Complex(x[2], x[3])
            );
            vec![r.0, r.1]
        }
        "c>f" => vec![call!(f, fn(Complex) -> f64, Complex(x[0], x[1]))],
        _ => return None,
    })
}
