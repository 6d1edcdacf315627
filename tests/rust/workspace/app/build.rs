//! A build script: it is built without derivatives.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=SCALE=3");
}
