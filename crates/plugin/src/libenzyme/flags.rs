//! Flags of `-Zautodiff=...`: rustc knows each by the address of a variable, and hands that address back with a value.
//!
//! What the variables hold means nothing, with one exception: `EnzymeMaxTypeDepth`, which rustc reads.
//!
//! rustc switches `EnzymeStrictAliasing` off for every program, because Enzyme would believe one type of memory that has several. Here memory whose
//! types contradict each other is an error, so this is not followed: types that are known from one place hold at others, without which much of
//! the standard library could not be understood. `RSENZYME_OPTIONS=strict-aliasing=0` does what rustc means.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use crate::{options, panics};

/// Variables with these names, and for each the option that it stands for.
macro_rules! flags {
    ($($name:ident = $value:literal => $option:expr;)*) => {
        $(
            #[unsafe(no_mangle)]
            static $name: u32 = $value;
        )*

        /// The option that the variable at this address stands for.
        fn option_at(address: *const c_void) -> Option<&'static str> {
            $(
                if ptr::eq(address, (&raw const $name).cast()) {
                    return Some($option);
                }
            )*
            None
        }
    };
}

flags! {
    EnzymePrintPerf = 0 => "time";
    EnzymePrintActivity = 0 => "print-activity";
    EnzymePrintType = 0 => "print-type";
    EnzymeFunctionToAnalyze = 0 => "type-function";
    EnzymePrint = 0 => "print";
    EnzymeStrictAliasing = 1 => IGNORED;
    EnzymeInline = 0 => "inline";
    RustTypeRules = 0 => "rust-type-rules";
    looseTypeAnalysis = 0 => "loose-types";
    EnzymeMaxTypeDepth = 6 => "max-type-depth";
}

/// In the place of an option: the flag is known, and changes nothing.
const IGNORED: &str = "";

fn set(flag: *const c_void, value: &str) {
    // A panic has nowhere to go: there is no module yet whose context could take a diagnostic.
    let _ = panics::contain(|| match option_at(flag) {
        Some(IGNORED) => {}
        Some(option) => options::note_rustc(option, value),
        None => eprintln!(
            "rs-enzyme: rustc sets a flag that this version of librsenzyme.so does not have; it is ignored"
        ),
    });
}

/// Sets a flag of a truth value. `flag` is only compared, not read.
#[unsafe(no_mangle)]
extern "C" fn EnzymeSetCLBool(flag: *const c_void, value: u8) {
    set(flag, if value == 0 { "0" } else { "1" });
}

/// Sets a flag of a text, which is copied. `flag` is only compared, not read.
///
/// # Safety
///
/// `value` is a C string.
#[unsafe(no_mangle)]
unsafe extern "C" fn EnzymeSetCLString(flag: *const c_void, value: *const c_char) {
    // SAFETY: promised by the caller.
    let value = unsafe { CStr::from_ptr(value) }.to_string_lossy();
    set(flag, &value);
}
