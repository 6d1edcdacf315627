//! A procedural macro: it is built without derivatives.

use proc_macro::TokenStream;

/// Makes a function.
#[proc_macro]
pub fn cube(_: TokenStream) -> TokenStream {
    "/// The cube.\npub fn cube(x: f64) -> f64 { x * x * x }".parse().expect("this is Rust")
}
