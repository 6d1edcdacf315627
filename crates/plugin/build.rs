//! Assembles the C++ glue, which is kept as assembly (`cargo xtask glue`), so that neither LLVM's headers nor a C++ compiler is needed. Nothing of
//! LLVM and no C++ library is linked: the host has both.

fn main() {
    println!("cargo:rerun-if-changed=src/glue.s");
    // Functions that a host of another LLVM lacks must not keep the library from loading, or it could not say why it is
    // not active. (What Rust calls is bound at once all the same; it is old enough for LLVM 19.) For LLVM 22 the tests
    // check that every symbol is there.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,lazy");
    cc::Build::new().file("src/glue.s").compile("rsenzyme_glue");
}
